/*
 * Old lines of the audit log go; every crash on the way is played through, with what was not synced
 * by then lost, torn or kept. After the recovery of the next run the log is that of before or that
 * of after, whole, takes a further line, and nothing else lies in the home. Then syncs are taken
 * away, and the judge must object. Last, every call fails once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "store/audit.h"
#include "support/disk_model.h"
#include "support/fixture.h"
#include "support/store_fixture.h"

#include <errno.h>

#define MAX_OPEN 12 /* operations that are not safe at a time: all their fates are tried */
#define N_LINES 6
#define N_OLD 4
#define LEAST_STATES 12

typedef struct {
    Arena *a;
    Str root, home;
    Str before, after; /* the log */
} World;

/* ---- the world ---- */

/* The i-th line is of the time 100 * i. */
static Str make_log(Arena *a)
{
    Sha256 previous = {0};
    StrBuf b = strbuf_init(a);
    for (int i = 1; i <= N_LINES; i++) {
        AuditEntry entry = {.sequence = i,
                            .time = 100 * (int64_t)i,
                            .user = S("tester"),
                            .action = S("repair"),
                            .detail = S("-")};
        Str line = audit_format_line(a, &previous, &entry);
        ASSERT(audit_parse_line(a, str_to(line, line.len - 1), &previous, &entry));
        strbuf_add(&b, line);
    }
    return strbuf_str(&b);
}

static void make_world(World *w)
{
    Err err;
    ASSERT(dir_remove_all(FILE_CWD, w->home, &err) != FILE_FAILED);
    Store s = store_fixture_open(w->a, w->home, STORE_CREATE);
    store_close(&s);
    w->before = make_log(w->a);
    fixture_file(w->a, w->home, S("audit.log"), w->before);
    ASSERT(file_set_mode_at(FILE_CWD, path_join(w->a, w->home, S("audit.log")), 0600, &err));
}

static World new_world(Arena *a)
{
    World w = {.a = a, .root = fixture_dir(a)};
    w.home = path_join(a, w.root, S("home"));
    make_world(&w);
    return w;
}

static Str read_log(const World *w)
{
    return fixture_read(w->a, FILE_CWD, path_join(w->a, w->home, S("audit.log")));
}

/* Names of what lies in the home and in incoming. */
static Str list_home(const World *w)
{
    static const char *const dirs[] = {"", "incoming"};
    StrBuf b = strbuf_init(w->a);
    for (isize d = 0; d < COUNT_OF(dirs); d++) {
        AUTO_CLOSE int fd = -1;
        DirList list;
        Err err;
        ASSERT(dir_open(FILE_CWD, path_join(w->a, w->home, str_from_c(dirs[d])), &fd, &err) ==
                   FILE_FOUND &&
               dir_list(w->a, fd, &list, &err));
        for (isize i = 0; i < list.len; i++) {
            strbuf_add_format(&b, "%.*s\n", STR_ARG(list.ptr[i].name));
        }
    }
    return strbuf_str(&b);
}

static bool forget(Store *s, Err *err)
{
    isize n;
    return audit_forget(s, 100 * N_OLD + 1, false, &n, err) && n == N_OLD;
}

/* ---- judging ---- */

/* Opens the store, which recovers it, and looks. */
static bool is_right(const World *w, Str names, bool must_be_new)
{
    Err err;
    Store s;
    AuditLog log;
    if (store_fixture_try_open(w->a, w->home, STORE_WRITE, &s, &err) != STORE_OPENED) {
        return false;
    }
    Str got = read_log(w);
    bool ok = str_eq(got, w->after) || (!must_be_new && str_eq(got, w->before));
    ok = ok && str_eq(list_home(w), names) && audit_verify(w->a, &s, &log, &err) && log.is_whole &&
         audit_append_event(&s, S("repair"), S("-"), &err) && audit_verify(w->a, &s, &log, &err) &&
         log.is_whole;
    store_close(&s);
    return ok;
}

typedef struct {
    isize n, n_bad;
} Count;

static void judge_crash(Arena scratch, const World *w, const DiskRecorder *r, isize n, Str names,
                        Count *count)
{
    bool *safe = disk_find_safe(&scratch, r, n);
    uint8_t *fates = ARENA_ARRAY(&scratch, uint8_t, n);
    isize open[MAX_OPEN], n_open = 0;
    for (isize i = 0; i < n; i++) {
        if (!safe[i]) {
            assert_true(n_open < MAX_OPEN);
            open[n_open++] = i;
        }
    }
    for (isize way = 0; way < (isize)1 << n_open; way++) {
        for (isize i = 0; i < n_open; i++) {
            bool is_content = r->ops.ptr[open[i]].kind == DISK_WRITE;
            bool is_kept = (way >> i & 1) == 0;
            fates[open[i]] = (uint8_t)(is_kept ? DISK_KEPT : is_content ? DISK_HALF : DISK_LOST);
        }
        DiskState state = disk_replay(&scratch, r, n, fates);
        disk_materialise(&state, w->root);
        count->n++;
        count->n_bad += !is_right(w, names, n == r->ops.len);
    }
}

static Count crash_everywhere(Str deaf_to)
{
    Arena a = arena_init(MIB), scratch = arena_init(MIB), of_recorder = arena_init(MIB);
    World w = new_world(&a);
    Err err;
    Count count = {0};
    DiskRecorder r = {.deaf_to_dir = deaf_to};
    Store s = store_fixture_open(&a, w.home, STORE_WRITE);
    Str names = list_home(&w);
    disk_record_begin(&r, &of_recorder, w.root);
    bool ok = forget(&s, &err);
    disk_record_end(&r);
    store_close(&s);
    if (!ok) {
        fail_msg("%s", err.text);
    }
    w.after = read_log(&w);
    assert_false(str_eq(w.before, w.after));
    for (isize n = 0; n <= r.ops.len; n++) {
        judge_crash(scratch, &w, &r, n, names, &count);
    }
    arena_done(&a);
    arena_done(&scratch);
    arena_done(&of_recorder);
    return count;
}

/* ---- tests ---- */

static void test_a_crash_leaves_the_old_log_or_the_new_one(void **state)
{
    (void)state;
    Count count = crash_everywhere((Str){0});
    print_message("# %td crash states\n", count.n);
    assert_int_equal(count.n_bad, 0);
    assert_true(count.n >= LEAST_STATES);
}

static void test_the_judge_objects_when_a_sync_is_missing(void **state)
{
    (void)state;
    assert_true(crash_everywhere(S("home/incoming/audit.log")).n_bad > 0);
    assert_true(crash_everywhere(S("home")).n_bad > 0);
}

typedef struct {
    isize n, at;
    int errnum;
} Failing;

static int fail_once(void *context, const FaultEvent *event)
{
    Failing *f = context;
    (void)event;
    return f->n++ == f->at ? f->errnum : 0;
}

static void test_a_failing_disk_leaves_the_old_log(void **state)
{
    static const int errnums[] = {ENOSPC, EIO, EROFS};
    (void)state;
    for (isize i = 0; i < COUNT_OF(errnums); i++) {
        Failing f = {.errnum = errnums[i]};
        bool ok = false;
        for (f.at = 0; !ok; f.at++) {
            Arena a = arena_init(MIB);
            World w = new_world(&a);
            Err err;
            Store s = store_fixture_open(&a, w.home, STORE_WRITE);
            Str names = list_home(&w);
            f.n = 0;
            fault_context = &f;
            fault_hook = fail_once;
            ok = forget(&s, &err);
            fault_hook = NULL;
            store_close(&s);
            Str got = read_log(&w);
            w.after = got;
            assert_true(!ok || !str_eq(got, w.before));
            assert_true(is_right(&w, names, true));
            arena_done(&a);
        }
        assert_true(f.at > 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_crash_leaves_the_old_log_or_the_new_one),
        cmocka_unit_test(test_the_judge_objects_when_a_sync_is_missing),
        cmocka_unit_test(test_a_failing_disk_leaves_the_old_log),
    };
    return cmocka_run_group_tests_name("store/forget", tests, NULL, NULL);
}
