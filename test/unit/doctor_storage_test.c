#define _GNU_SOURCE /* setresuid */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/clinic.h"

#include "doctor/storage.h"
#include "os/fault.h"

#include <errno.h>

#define NOBODY 65534
#define UNREACHABLE_FOR_NOBODY 77

static void test_places(void **state)
{
    static const ClinicCase cases[] = {
        {"", SEVERITY_NONE, NULL, NULL}, /* not there yet, its home is */
        {"GOCACHE=$ROOT/new/deep/cache", SEVERITY_NONE, NULL, NULL},
        {"GOCACHE=$ROOT/home", SEVERITY_NONE, NULL, NULL},
        {"GOCACHE=off", SEVERITY_ERROR, "no building without a cache", "unset GOCACHE"},
        {"GOCACHE=cache", SEVERITY_ERROR, "GOCACHE is no absolute path", "unset GOCACHE"},
        {"GOCACHE=$ROOT/work/go.mod", SEVERITY_ERROR, "$ROOT/work/go.mod is no directory", NULL},
        {"GOCACHE=$ROOT/work/go.mod/cache", SEVERITY_ERROR, "go.mod is no directory", NULL},
        {"HOME", SEVERITY_ERROR, "neither HOME nor XDG_CACHE_HOME is set",
         "export HOME=\"$(getent passwd \"$(id -u)\" | cut -d: -f6)\""},
        {"HOME;XDG_CACHE_HOME=$ROOT/home", SEVERITY_NONE, NULL, NULL},
        {"XDG_CACHE_HOME=cache", SEVERITY_ERROR, "XDG_CACHE_HOME is no absolute path",
         "unset XDG_CACHE_HOME"},
    };
    clinic_check(*state, S("GWD006"), cases, COUNT_OF(cases));
}

static void test_disks(void **state)
{
    Clinic *c = *state;
    const int64_t gib = 1024 * MIB;
    const struct {
        Filesystem fs;
        Severity severity;
        const char *title;
    } rows[] = {
        {{FILESYSTEM_LOCAL, S("ext4"), 50 * gib, 1000000, false, false}, SEVERITY_NONE, ""},
        {{FILESYSTEM_LOCAL, S("btrfs"), 50 * gib, -1, false, false}, SEVERITY_NONE, ""},
        {{FILESYSTEM_OVERLAY, S("overlay"), 50 * gib, -1, false, false},
         SEVERITY_INFO,
         "goes with it"},
        {{FILESYSTEM_NETWORK, S("nfs"), 50 * gib, -1, false, false},
         SEVERITY_WARN,
         "network file system (nfs)"},
        {{FILESYSTEM_FUSE, S("fuse"), 50 * gib, -1, false, false},
         SEVERITY_WARN,
         "in user space (fuse)"},
        {{FILESYSTEM_LOCAL, S("ext4"), 50 * gib, 1000000, true, false},
         SEVERITY_ERROR,
         "is read-only"},
        {{FILESYSTEM_LOCAL, S("ext4"), 500 * MIB, -1, false, false},
         SEVERITY_WARN,
         "500 MiB are left"},
        {{FILESYSTEM_LOCAL, S("ext4"), 1 * MIB, -1, false, false},
         SEVERITY_ERROR,
         "1 MiB are left"},
        {{FILESYSTEM_LOCAL, S("ext4"), 50 * gib, 12, false, false},
         SEVERITY_WARN,
         "12 more files fit"},
    };
    static const Explanation about = {.id = STR_CONST("GWD006")};
    static const StorageNeed need = {.what = STR_CONST("the build cache"),
                                     .little_bytes = 1024 * MIB,
                                     .least_bytes = 64 * MIB,
                                     .little_inodes = 20000,
                                     .read_only = SEVERITY_ERROR,
                                     .stays = true};
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        DoctorInput in = {0};
        Doctor d = {.in = &in, .arena = &c->a, .about = &about};
        Variable cache = {S("GOCACHE"), {.value = S("/c"), .origin = GOENV_ORIGIN_PROCESS}};
        storage_judge_disk(&d, &cache, &need, &rows[i].fs);
        assert_int_equal(d.findings.len, rows[i].severity != SEVERITY_NONE);
        if (d.findings.len > 0) {
            assert_int_equal(d.findings.ptr[0].severity, rows[i].severity);
            assert_true(str_contains(d.findings.ptr[0].title, str_from_c(rows[i].title)));
        }
    }
}

/* Of made answers of the kernel: the bytes of struct if_dqblk. */
static void test_quotas(void **state)
{
    Clinic *c = *state;
    const uint32_t all = 63, now = 1000;
    const uint64_t mib = 1024, gib = 1024 * mib; /* in its blocks */
    const struct {
        QuotaAnswer answer;
        Severity severity;
        const char *title;
    } rows[] = {
        {{0, 0, 5 * MIB, 0, 0, 7, 0, 0, all, 0}, SEVERITY_NONE, ""},
        {{9 * gib, 8 * gib, 5 * MIB, 0, 0, 7, 0, 0, all, 0}, SEVERITY_NONE, ""},
        {{9 * gib, 0, 5 * MIB, 0, 0, 7, 0, 0, 12, 0}, SEVERITY_NONE, ""}, /* not of bytes */
        {{600 * mib, 0, 100 * MIB, 0, 0, 7, 0, 0, all, 0},
         SEVERITY_WARN,
         "quota of this user leaves 500 MiB for the build cache"},
        {{600 * mib, 0, 599 * MIB, 0, 0, 7, 0, 0, all, 0}, SEVERITY_ERROR, "leaves 1 MiB"},
        {{600 * mib, 0, 900 * MIB, 0, 0, 7, 0, 0, all, 0}, SEVERITY_ERROR, "leaves 0 MiB"},
        {{9 * gib, 1 * mib, 5 * MIB, 0, 0, 7, now + 1, 0, all, 0},
         SEVERITY_WARN,
         "is exceeded: from 1970-01-01T00:16:41Z on nothing can be written to the build cache"},
        {{9 * gib, 1 * mib, 5 * MIB, 0, 0, 7, now, 0, all, 0},
         SEVERITY_ERROR,
         "the days of grace of the disk quota of this user are over"},
        {{9 * gib, 1 * mib, 5 * MIB, 0, 0, 7, now, 0, 47, 0}, SEVERITY_NONE, ""}, /* no time */
        {{0, 0, 5 * MIB, 50000, 0, 49900, 0, 0, all, 0},
         SEVERITY_WARN,
         "leaves 100 more files for the build cache"},
        {{0, 0, 5 * MIB, 50000, 0, 50000, 0, 0, all, 0}, SEVERITY_ERROR, "leaves 0 more files"},
        {{UINT64_MAX, 0, UINT64_MAX, 0, 0, 7, 0, 0, all, 0}, SEVERITY_ERROR, "leaves 0 MiB"},
    };
    static const Explanation about = {.id = STR_CONST("GWD107")};
    DoctorInput in = {.dir = c->dir};
    Variable v = {.name = S("GOCACHE"), .got = {.value = S("/cache")}};
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Doctor d = {.in = &in, .arena = &c->a, .about = &about};
        Quota quota;
        bool finds = quota_read_answer(&rows[i].answer, &quota) &&
                     storage_judge_quota(&d, &v, &storage_cache_need, QUOTA_USER, &quota, now);
        assert_int_equal(finds, rows[i].severity != SEVERITY_NONE);
        assert_int_equal(d.findings.len, finds);
        if (finds) {
            assert_int_equal(d.findings.ptr[0].severity, rows[i].severity);
            assert_true(str_contains(d.findings.ptr[0].title, str_from_c(rows[i].title)));
            assert_str(d.findings.ptr[0].remedy, S("go clean -cache"));
        }
    }
}

static int count_events(void *context, const FaultEvent *event)
{
    (void)event;
    ++*(int *)context;
    return 0;
}

static void test_nothing_is_written_unless_allowed(void **state)
{
    Clinic *c = *state;
    int n_events = 0;
    Err err;
    DirList list;
    AUTO_CLOSE int home = -1;
    fault_hook = count_events;
    fault_context = &n_events;
    DoctorResult result = clinic_examine(c, S("GOCACHE=$ROOT/home"));
    assert_int_equal(result.n_passed, 12);
    assert_int_equal(n_events, 0);
    c->may_write = true;
    result = clinic_examine(c, S("GOCACHE=$ROOT/home"));
    fault_hook = NULL;
    assert_int_equal(result.n_passed, 12);
    assert_true(n_events >= 4);
    assert_int_equal(dir_open(FILE_CWD, c->home, &home, &err), FILE_FOUND);
    assert_true(dir_list(&c->a, home, &list, &err));
    assert_int_equal(list.len, 1); /* .keep: the trial leaves nothing */
}

static int fail_op(void *context, const FaultEvent *event)
{
    return event->op == *(FaultOp *)context ? EIO : 0;
}

static void test_a_trial_that_fails_is_an_error(void **state)
{
    Clinic *c = *state;
    const FaultOp ops[] = {FAULT_CREATE, FAULT_WRITE, FAULT_SYNC, FAULT_RENAME};
    c->may_write = true;
    for (isize i = 0; i < COUNT_OF(ops); i++) {
        FaultOp op = ops[i];
        fault_hook = fail_op;
        fault_context = &op;
        DoctorResult result = clinic_examine(c, S("GOCACHE=$ROOT/home"));
        fault_hook = NULL;
        assert_int_equal(result.findings.len, 1);
        assert_int_equal(result.findings.ptr[0].severity, SEVERITY_ERROR);
        assert_true(str_contains(result.findings.ptr[0].title, S("cannot be used")));
    }
}

typedef struct {
    Clinic *c;
    const char *variables;
    const char *title;
} Closed;

static bool finds_closed(void *context)
{
    Closed *closed = context;
    if (geteuid() == 0 &&
        (setresgid(NOBODY, NOBODY, NOBODY) != 0 || setresuid(NOBODY, NOBODY, NOBODY) != 0)) {
        return false;
    }
    if (!file_may_execute(FILE_CWD, closed->c->dir)) {
        _exit(UNREACHABLE_FOR_NOBODY); /* the repository lies in a folder of root's alone */
    }
    DoctorResult result = clinic_examine(closed->c, str_from_c(closed->variables));
    return result.findings.len == 1 && str_eq(result.findings.ptr[0].id, S("GWD006")) &&
           result.findings.ptr[0].severity == SEVERITY_ERROR &&
           str_contains(result.findings.ptr[0].title, str_from_c(closed->title));
}

static void test_finds_what_an_ordinary_user_may_not_write(void **state)
{
    Clinic *c = *state;
    Err err;
    Str cache = path_join(&c->a, c->root, S("cache"));
    assert_true(dir_make_all(FILE_CWD, path_join(&c->a, cache, S("0a")), 0755, &err));
    assert_true(dir_make(FILE_CWD, path_join(&c->a, cache, S("ff")), 0755, &err));
    assert_true(dir_make(FILE_CWD, path_join(&c->a, c->root, S("locked")), 0755, &err));
    if (geteuid() == 0) { /* the cache is theirs, but for the folders that root left */
        assert_int_equal(chown(str_format(&c->a, "%.*s%c", STR_ARG(cache), 0).ptr, NOBODY, NOBODY),
                         0);
    }
    assert_true(file_set_mode_at(FILE_CWD, path_join(&c->a, cache, S("0a")), 0555, &err));
    assert_true(file_set_mode_at(FILE_CWD, path_join(&c->a, cache, S("ff")), 0555, &err));
    assert_true(file_set_mode_at(FILE_CWD, path_join(&c->a, c->root, S("locked")), 0555, &err));
    Closed shards = {c, "GOCACHE=$ROOT/cache", "2 folders of the build cache"};
    int status = fixture_fork(finds_closed, &shards);
    if (WIFEXITED(status) && WEXITSTATUS(status) == UNREACHABLE_FOR_NOBODY) {
        skip();
    }
    assert_int_equal(status, 0);
    Closed whole = {c, "GOCACHE=$ROOT/locked/cache", "no right to write in"};
    assert_true(fixture_holds_in_child(finds_closed, &whole));
}

static void test_finds_a_cache_of_somebody_else(void **state)
{
    Clinic *c = *state;
    if (geteuid() != 0) {
        skip(); /* only root can be in the wrong place with all rights */
    }
    static const ClinicCase cases[] = {
        {"GOCACHE=$ROOT/home", SEVERITY_WARN, "belongs to user 65534", NULL},
    };
    assert_int_equal(chown(str_format(&c->a, "%.*s", STR_ARG(c->home)).ptr, NOBODY, NOBODY), 0);
    clinic_check(c, S("GWD006"), cases, COUNT_OF(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_places),
        CLINIC_TEST(test_disks),
        CLINIC_TEST(test_quotas),
        CLINIC_TEST(test_nothing_is_written_unless_allowed),
        CLINIC_TEST(test_a_trial_that_fails_is_an_error),
        CLINIC_TEST(test_finds_what_an_ordinary_user_may_not_write),
        CLINIC_TEST(test_finds_a_cache_of_somebody_else),
    };
    return cmocka_run_group_tests_name("doctor_storage", tests, NULL, NULL);
}
