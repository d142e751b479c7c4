/* The judgements on disks that no test machine has; what is planted for real is
 * test/e2e/doctor_storage.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/clinic.h"

#include "doctor/folders.h"

#define GIB (1024 * MIB)

static const Explanation about = {.id = STR_CONST("GWD071")};

static void assert_findings(const Doctor *d, Severity severity, const char *title)
{
    if (severity == SEVERITY_NONE) {
        assert_int_equal(d->findings.len, 0);
        return;
    }
    assert_int_equal(d->findings.len, 1);
    assert_int_equal(d->findings.ptr[0].severity, severity);
    assert_true(str_contains(d->findings.ptr[0].title, str_from_c(title)));
}

static void test_disks_for_temporary_files(void **state)
{
    Clinic *c = *state;
    const struct {
        Filesystem fs;
        Severity severity;
        const char *title;
    } rows[] = {
        {{.free_bytes = GIB, .free_inodes = -1}, SEVERITY_NONE, ""},
        {{.kind = FILESYSTEM_OVERLAY, .free_bytes = GIB, .free_inodes = -1}, SEVERITY_NONE, ""},
        {{.free_bytes = GIB, .free_inodes = -1, .is_noexec = true}, SEVERITY_ERROR, "(noexec)"},
        {{.free_bytes = GIB, .free_inodes = -1, .is_read_only = true},
         SEVERITY_ERROR,
         "is read-only"},
        {{.free_bytes = 8 * MIB, .free_inodes = -1}, SEVERITY_ERROR, "8 MiB are left"},
        {{.free_bytes = GIB, .free_inodes = 7}, SEVERITY_WARN, "7 more files fit"},
        {{.kind = FILESYSTEM_NETWORK, .name = S("nfs"), .free_bytes = GIB, .free_inodes = -1},
         SEVERITY_WARN,
         "network file system (nfs)"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        DoctorInput in = {0};
        Doctor d = {.in = &in, .arena = &c->a, .about = &about};
        Variable v = {S("GOTMPDIR"), {.value = S("/t"), .origin = GOENV_ORIGIN_PROCESS}};
        folders_judge_tmp_disk(&d, &v, &rows[i].fs);
        assert_findings(&d, rows[i].severity, rows[i].title);
    }
}

static void test_folders_of_programs(void **state)
{
    Clinic *c = *state;
    static const struct {
        const char *version;
        isize folder;
        Severity severity;
        const char *title;
    } rows[] = {
        /* Go 1.23.12 runs "go run" twice on such a disk, 1.24.13 once. */
        {"1.23.12", 0, SEVERITY_NONE, ""},
        {"1.24.0", 0, SEVERITY_ERROR, "from the second time on"},
        {"1.20.14", 1, SEVERITY_NONE, ""},
        {"1.26.8", 1, SEVERITY_WARN, "a Go that the go command downloads"},
        {"", 2, SEVERITY_WARN, "what go install builds"},
    };
    const Filesystem noexec = {.is_noexec = true}, plain = {0};
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        DoctorInput in = {.version = str_from_c(rows[i].version)};
        Doctor d = {.in = &in, .arena = &c->a, .about = &about};
        Variable v = {S("GOCACHE"), {.value = S("/c"), .origin = GOENV_ORIGIN_PROCESS}};
        folders_judge_programs(&d, rows[i].folder, &v, &plain);
        assert_findings(&d, SEVERITY_NONE, "");
        folders_judge_programs(&d, rows[i].folder, &v, &noexec);
        assert_findings(&d, rows[i].severity, rows[i].title);
    }
}

static void test_disks_of_projects(void **state)
{
    Clinic *c = *state;
    const struct {
        Filesystem fs;
        bool folds;
        Severity severity;
        const char *title;
    } rows[] = {
        {{.name = S("ext4")}, false, SEVERITY_NONE, ""},
        {{.name = S("ext4"), .is_read_only = true}, false, SEVERITY_INFO, "read-only"},
        {{.kind = FILESYSTEM_NETWORK, .name = S("9p")}, false, SEVERITY_INFO, "network"},
        {{.name = S("ext4")}, true, SEVERITY_INFO, "takes GO.MOD for go.mod"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        DoctorInput in = {.dir = S("/p")};
        Doctor d = {.in = &in, .arena = &c->a, .about = &about};
        folders_judge_project(&d, &rows[i].fs, rows[i].folds);
        assert_findings(&d, rows[i].severity, rows[i].title);
    }
}

static void test_which_folder_for_temporary_files(void **state)
{
    Clinic *c = *state;
    c->only = S("GWD071");
    static const ClinicCase cases[] = {
        {"TMPDIR=$ROOT/a;GOTMPDIR=$ROOT/b", SEVERITY_ERROR, "there is no $ROOT/b",
         "mkdir -p '$ROOT/b'"},
        {"TMPDIR=$ROOT/a", SEVERITY_ERROR, "there is no $ROOT/a", "mkdir -p '$ROOT/a'"},
        {"TMPDIR=$ROOT/work/go.mod", SEVERITY_ERROR, "is no directory", "unset TMPDIR"},
    };
    clinic_check(c, S("GWD071"), cases, COUNT_OF(cases));
    c->system = path_join(&c->a, c->root, S("none"));
    static const ClinicCase by_default[] = {
        {"", SEVERITY_ERROR, "there is no $ROOT/none/tmp", NULL}};
    clinic_check(c, S("GWD071"), by_default, COUNT_OF(by_default));
}

static void test_places_of_the_module_cache(void **state)
{
    Clinic *c = *state;
    c->only = S("GWD070");
    static const ClinicCase cases[] = {
        {"HOME", SEVERITY_NONE, NULL, NULL}, /* GWD006 tells */
        {"HOME;XDG_CACHE_HOME=$ROOT/home", SEVERITY_ERROR,
         "none of HOME, GOPATH and GOMODCACHE is set", NULL},
        {"GOMODCACHE=mod", SEVERITY_ERROR, "no absolute path", "unset GOMODCACHE"},
        {"GOPATH=gopath", SEVERITY_NONE, NULL, NULL},
        {"GOMODCACHE=$ROOT/work/go.mod/x", SEVERITY_ERROR, "go.mod is no directory", NULL},
    };
    clinic_check(c, S("GWD070"), cases, COUNT_OF(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_disks_for_temporary_files),
        CLINIC_TEST(test_folders_of_programs),
        CLINIC_TEST(test_disks_of_projects),
        CLINIC_TEST(test_which_folder_for_temporary_files),
        CLINIC_TEST(test_places_of_the_module_cache),
    };
    return cmocka_run_group_tests_name("doctor_folders", tests, NULL, NULL);
}
