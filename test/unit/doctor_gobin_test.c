#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/clinic.h"

static void install(Clinic *c, const char *name)
{
    Err err;
    Str path = fixture_file(&c->a, c->root, str_from_c(name), S(""));
    ASSERT(file_set_mode_at(FILE_CWD, path, 0755, &err));
}

static void test_empty_or_absent_is_in_order(void **state)
{
    Clinic *c = *state;
    Err err;
    static const ClinicCase cases[] = {
        {"", SEVERITY_NONE, NULL, NULL},
        {"GOBIN=$ROOT/none", SEVERITY_NONE, NULL, NULL},
        {"GOBIN=$ROOT/empty", SEVERITY_NONE, NULL, NULL},
        {"GOBIN=$ROOT/home", SEVERITY_NONE, NULL, NULL}, /* a file, but no program */
        {"GOBIN=bin", SEVERITY_ERROR, "GOBIN is no absolute path", "unset GOBIN"},
        {"GOBIN=$ROOT/work/go.mod", SEVERITY_ERROR, "is no directory", "unset GOBIN"},
    };
    assert_true(dir_make(FILE_CWD, path_join(&c->a, c->root, S("empty")), 0755, &err));
    clinic_check(c, S("GWD007"), cases, COUNT_OF(cases));
}

static void test_programs_outside_path(void **state)
{
    Clinic *c = *state;
    static const ClinicCase cases[] = {
        {"", SEVERITY_WARN, "$ROOT/home/go/bin, which is not in PATH",
         "export PATH=\"$PATH:$ROOT/home/go/bin\""},
        {"GOPATH=$ROOT/home/go:/other", SEVERITY_WARN, "$ROOT/home/go/bin", NULL},
        {"PATH=$ROOT/bin:$ROOT/home/go/bin", SEVERITY_NONE, NULL, NULL},
        {"PATH=$ROOT/bin::$ROOT/home/go/bin/", SEVERITY_NONE, NULL, NULL},
        {"PATH=$ROOT/bin:$ROOT/home/../home/go/bin", SEVERITY_NONE, NULL, NULL},
        {"PATH=$ROOT/bin:$ROOT/linked", SEVERITY_NONE, NULL, NULL},
        {"GOBIN=$ROOT/none", SEVERITY_NONE, NULL, NULL},
    };
    Err err;
    install(c, "home/go/bin/tool");
    assert_true(
        file_symlink(S("home/go/bin"), FILE_CWD, path_join(&c->a, c->root, S("linked")), &err));
    clinic_check(c, S("GWD007"), cases, COUNT_OF(cases));
}

static void test_programs_in_the_shadow_of_others(void **state)
{
    Clinic *c = *state;
    Err err;
    static const ClinicCase cases[] = {
        {"PATH=$ROOT/home/go/bin:$ROOT/bin:$ROOT/usr", SEVERITY_NONE, NULL, NULL},
        {"PATH=$ROOT/bin:$ROOT/home/go/bin:$ROOT/usr", SEVERITY_NONE, NULL, NULL},
        {"PATH=$ROOT/links:$ROOT/bin:$ROOT/home/go/bin", SEVERITY_NONE, NULL, NULL},
        {"PATH=$ROOT/dirs:$ROOT/bin:$ROOT/home/go/bin", SEVERITY_NONE, NULL, NULL},
        {"PATH=$ROOT/usr:$ROOT/bin:$ROOT/home/go/bin", SEVERITY_WARN, "tool runs $ROOT/usr/tool",
         NULL},
    };
    install(c, "home/go/bin/tool");
    install(c, "home/go/bin/other");
    install(c, "usr/tool");
    fixture_file(&c->a, c->root, S("usr/other"), S("not executable"));
    assert_true(dir_make_all(FILE_CWD, clinic_expand(c, S("$ROOT/dirs/tool")), 0755, &err));
    assert_true(dir_make(FILE_CWD, clinic_expand(c, S("$ROOT/links")), 0755, &err));
    assert_true(file_symlink(S("../home/go/bin/tool"), FILE_CWD,
                             clinic_expand(c, S("$ROOT/links/tool")), &err));
    clinic_check(c, S("GWD007"), cases, COUNT_OF(cases));
}

static void test_owner_and_mode(void **state)
{
    Clinic *c = *state;
    Err err;
    static const ClinicCase open[] = {
        {"PATH=$ROOT/bin:$ROOT/home/go/bin", SEVERITY_WARN, "anybody may replace the programs",
         "chmod o-w '$ROOT/home/go/bin'"},
    };
    static const ClinicCase sticky[] = {
        {"PATH=$ROOT/bin:$ROOT/home/go/bin", SEVERITY_NONE, NULL, NULL},
    };
    Str dir = clinic_expand(c, S("$ROOT/home/go/bin"));
    install(c, "home/go/bin/tool");
    assert_true(file_set_mode_at(FILE_CWD, dir, 0777, &err));
    clinic_check(c, S("GWD007"), open, COUNT_OF(open));
    assert_true(file_set_mode_at(FILE_CWD, dir, 01777, &err));
    clinic_check(c, S("GWD007"), sticky, COUNT_OF(sticky));
    if (geteuid() == 0) {
        static const ClinicCase foreign[] = {
            {"PATH=$ROOT/bin:$ROOT/home/go/bin", SEVERITY_WARN, "belongs to user 65534", NULL},
        };
        assert_int_equal(chown(str_format(&c->a, "%.*s", STR_ARG(dir)).ptr, 65534, 65534), 0);
        clinic_check(c, S("GWD007"), foreign, COUNT_OF(foreign));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_empty_or_absent_is_in_order),
        CLINIC_TEST(test_programs_outside_path),
        CLINIC_TEST(test_programs_in_the_shadow_of_others),
        CLINIC_TEST(test_owner_and_mode),
    };
    return cmocka_run_group_tests_name("doctor_gobin", tests, NULL, NULL);
}
