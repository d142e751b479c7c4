/* GWD087, with a go command that is a script. test/e2e/doctor_cgo.py tries real ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/clinic.h"

#include "os/dir.h"

/* Builds a program that ends with a code of its own. */
static void plant_go(Clinic *c, int racy, int clean, int build)
{
    Err err;
    Str text = str_format(&c->a,
                          "#!/bin/sh\n"
                          "[ \"$1 $2 $3\" = 'build -race -o' ] || exit 3\n"
                          "[ \"$GOWORK $GOPROXY $GOTOOLCHAIN $GORACE\" = 'off off local "
                          "exitcode=66' ] || exit 4\n"
                          "case $PWD in *racy) code=%d ;; *) code=%d ;; esac\n"
                          "printf '#!/bin/sh\\necho WARNING: DATA RACE >&2\\nexit %%d\\n' $code "
                          ">\"$4\"\n"
                          "/bin/chmod 755 \"$4\"\necho why >&2\nexit %d\n",
                          racy, clean, build);
    Str path = fixture_file(&c->a, c->goroot, S("bin/go"), text);
    ASSERT(file_set_mode_at(FILE_CWD, path, 0755, &err));
}

static isize n_entries(Clinic *c, Str path)
{
    AUTO_CLOSE int fd = -1;
    Err err;
    DirList list;
    ASSERT(dir_open(FILE_CWD, path, &fd, &err) == FILE_FOUND);
    ASSERT(dir_list(&c->a, fd, &list, &err));
    return list.len;
}

static void test_verdicts(void **state)
{
    static const struct {
        int racy, clean, build;
        Severity severity;
        const char *title, *evidence;
    } cases[] = {
        {66, 0, 0, SEVERITY_INFO, "the race detector works", "the clean one with 0"},
        {0, 0, 0, SEVERITY_ERROR, "does not catch a race", "the racy program ended with 0"},
        {66, 66, 0, SEVERITY_ERROR, "a program without a race fails", "WARNING: DATA RACE"},
        {1, 1, 0, SEVERITY_ERROR, "does not catch a race", "ended with 1"},
        {66, 0, 2, SEVERITY_ERROR, "cannot be built with -race", "why"},
    };
    Clinic *c = *state;
    Str temp = path_join(&c->a, c->root, S("temp"));
    fixture_file(&c->a, temp, S("keep"), S(""));
    c->only = S("GWD087");
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        plant_go(c, cases[i].racy, cases[i].clean, cases[i].build);
        DoctorResult r = clinic_examine(c, S("TMPDIR=$ROOT/temp;GOFLAGS=-mod=vendor"));
        assert_int_equal(r.findings.len, 1);
        assert_int_equal(r.findings.ptr[0].severity, cases[i].severity);
        assert_true(str_contains(r.findings.ptr[0].title, str_from_c(cases[i].title)));
        assert_true(str_contains(r.findings.ptr[0].evidence, str_from_c(cases[i].evidence)));
        assert_int_equal(n_entries(c, temp), 1); /* nothing is left */
    }
}

static void test_a_temp_folder_that_is_not_there(void **state)
{
    Clinic *c = *state;
    c->only = S("GWD087");
    plant_go(c, 66, 0, 0);
    clinic_check(
        c, c->only,
        &(ClinicCase){"TMPDIR=$ROOT/nonesuch", SEVERITY_WARN, "could not be looked at", NULL}, 1);
}

static void test_is_made_only_by_name(void **state)
{
    const Check *check = doctor_next_check(S("GWD086"));
    (void)state;
    assert_str(check->about.id, S("GWD087"));
    DoctorInput in = {.may_run = true};
    assert_false(doctor_wants(&in, check));
    in.profile = PROFILE_RACE;
    assert_false(doctor_wants(&in, check));
    in.only = &check->about.id;
    in.n_only = 1;
    assert_true(doctor_wants(&in, check));
    in.may_run = false;
    assert_false(doctor_wants(&in, check));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_verdicts),
        CLINIC_TEST(test_a_temp_folder_that_is_not_there),
        cmocka_unit_test(test_is_made_only_by_name),
    };
    return cmocka_run_group_tests_name("doctor_race_selftest", tests, NULL, NULL);
}
