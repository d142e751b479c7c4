/* GOFLAGS and GOTOOLCHAIN; test/oracle/doctor_settings.py asks real Gos about the same values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/clinic.h"

static void test_words_are_flags(void **state)
{
    Clinic *c = *state;
    static const ClinicCase cases[] = {
        {"", SEVERITY_NONE, NULL, NULL},
        {"GOFLAGS=-trimpath --buildvcs=false", SEVERITY_NONE, NULL, NULL},
        {"GOFLAGS='-ldflags=-s -w' \"-tags=a b\"", SEVERITY_NONE, NULL, NULL},
        {"GOFLAGS=-trimpath foo", SEVERITY_ERROR, "the word \"foo\", which is no flag",
         "export GOFLAGS=-trimpath"},
        {"GOFLAGS=---x", SEVERITY_ERROR, "which is no flag", "unset GOFLAGS"},
        {"GOFLAGS=-modd=mod", SEVERITY_ERROR, "its name is -mod", "unset GOFLAGS"},
        {"GOFLAGS=-race=maybe", SEVERITY_ERROR, "its values are true and false", NULL},
        {"GOFLAGS=-tags", SEVERITY_ERROR, "it needs a value in the same word: -tags=...", NULL},
        {"GOFLAGS=-mod=foo", SEVERITY_ERROR, "its values are mod, readonly, vendor", NULL},
        {"GOFLAGS='-tags=a b,c'", SEVERITY_ERROR, "parted by commas alone", NULL},
        {"GOFLAGS=-C=/tmp", SEVERITY_ERROR, "the first word of a command", NULL},
        {"GOFLAGS=\"-ldflags=-X 'main.a=b\"", SEVERITY_ERROR, "nothing closes the quote", NULL},
        {"GOFLAGS='-trimpath", SEVERITY_ERROR, "nothing closes the quote", NULL},
        {"GOFLAGS=-p=0", SEVERITY_ERROR, "a number above zero", NULL},
    };
    c->only = S("GWD044");
    clinic_check(c, c->only, cases, COUNT_OF(cases));
}

static void test_flags_come_with_releases(void **state)
{
    Clinic *c = *state;
    static const ClinicCase cases[] = {
        {"GOFLAGS=-pgo=auto", SEVERITY_ERROR, "it came with Go 1.20", NULL},
        {"GOFLAGS='-trimpath'", SEVERITY_ERROR, "which is no flag", NULL},
    };
    c->only = S("GWD044");
    c->version = S("1.19.4");
    clinic_check(c, c->only, cases, COUNT_OF(cases));
}

static void test_suits_the_project(void **state)
{
    Clinic *c = *state;
    static const ClinicCase cases[] = {
        {"GOFLAGS=-mod=vendor", SEVERITY_NONE, NULL, NULL},
        {"GOFLAGS=-mod=mod", SEVERITY_INFO, "may change go.mod", NULL},
        {"GOFLAGS=-race;CGO_ENABLED=1", SEVERITY_INFO, "several times as slow", NULL},
        {"GOFLAGS=-race=false;CGO_ENABLED=0", SEVERITY_NONE, NULL, NULL},
        {"GOFLAGS=-ldflags=-s -w", SEVERITY_WARN, "is given to no linker", NULL},
        {"GOFLAGS=-o=/tmp/x", SEVERITY_WARN, "to the same place", NULL},
        {"GOFLAGS=-modfile=/nonexistent.mod", SEVERITY_ERROR, "is not there", "unset GOFLAGS"},
        {"GOFLAGS=-toolexec=nosuch", SEVERITY_ERROR, "which is not there", NULL},
        {"GOFLAGS=-toolexec=gcc", SEVERITY_INFO, "started through gcc", NULL},
        {"GOFLAGS=-pgo=off", SEVERITY_NONE, NULL, NULL},
    };
    c->only = S("GWD045");
    clinic_check(c, c->only, cases, COUNT_OF(cases));
}

static void test_mod_in_a_workspace(void **state)
{
    Clinic *c = *state;
    static const ClinicCase cases[] = {
        {"GOFLAGS=-mod=mod", SEVERITY_ERROR, "is not allowed in the workspace", "unset GOFLAGS"},
        {"GOFLAGS=-mod=readonly", SEVERITY_NONE, NULL, NULL},
        {"GOFLAGS=-mod=vendor", SEVERITY_ERROR, "no vendor folder", NULL},
        {"GOFLAGS=-mod=", SEVERITY_NONE, NULL, NULL},
        {"GOFLAGS=-mod=mod;GOWORK=off", SEVERITY_INFO, "may change go.mod", NULL},
    };
    static const ClinicCase bare[] = {{"GOFLAGS=-mod=vendor", SEVERITY_NONE, NULL, NULL}};
    fixture_file(&c->a, c->root, S("go.work"), S("go 1.22\n\nuse ./work\n"));
    c->only = S("GWD045");
    clinic_check(c, c->only, bare, COUNT_OF(bare));
    fixture_file(&c->a, c->dir, S("go.mod"),
                 S("module example.com/work\n\ngo 1.22\n\nrequire example.com/x v1.0.0\n"));
    clinic_check(c, c->only, cases, COUNT_OF(cases));
}

static void test_mod_against_the_vendor_folder(void **state)
{
    Clinic *c = *state;
    static const ClinicCase without[] = {
        {"GOFLAGS=-mod=vendor", SEVERITY_ERROR, "no vendor folder", NULL}};
    static const ClinicCase with[] = {
        {"GOFLAGS=-mod=vendor", SEVERITY_NONE, NULL, NULL},
        {"GOFLAGS=-mod=readonly", SEVERITY_WARN, "is passed over", NULL}};
    fixture_file(&c->a, c->dir, S("go.mod"),
                 S("module example.com/work\n\ngo 1.22\n\nrequire example.com/x v1.0.0\n"));
    c->only = S("GWD045");
    clinic_check(c, c->only, without, COUNT_OF(without));
    fixture_file(&c->a, c->dir, S("vendor/modules.txt"), S("# example.com/x v1.0.0\n"));
    clinic_check(c, c->only, with, COUNT_OF(with));
}

static void test_sanitizers_need_cgo(void **state)
{
    Clinic *c = *state;
    c->only = S("GWD045");
    DoctorResult result = clinic_examine(c, S("GOFLAGS=-msan;CGO_ENABLED=0"));
    assert_int_equal(result.findings.ptr[0].severity, SEVERITY_ERROR);
    assert_true(str_contains(result.findings.ptr[0].title, S("needs cgo, which is off")));
}

static void test_toolchain(void **state)
{
    Clinic *c = *state;
    static const ClinicCase cases[] = {
        {"", SEVERITY_NONE, NULL, NULL},
        {"GOTOOLCHAIN=auto", SEVERITY_NONE, NULL, NULL},
        {"GOTOOLCHAIN=go1.26.8-custom+path", SEVERITY_NONE, NULL, NULL},
        {"GOTOOLCHAIN=1.26.8", SEVERITY_ERROR, "\"1.26.8\" is no name",
         "export GOTOOLCHAIN=go1.26.8"},
        {"GOTOOLCHAIN=Local", SEVERITY_ERROR, "no go command runs", "export GOTOOLCHAIN=local"},
        {"GOTOOLCHAIN=go1.26.8+latest", SEVERITY_ERROR, "only +auto and +path", NULL},
        {"GOTOOLCHAIN=go2.0", SEVERITY_ERROR, "is no name", NULL},
        {"GOTOOLCHAIN=1.26.8;GO111MODULE=off", SEVERITY_WARN, "in modules", NULL},
    };
    c->only = S("GWD046");
    clinic_check(c, c->only, cases, COUNT_OF(cases));
    static const ClinicCase old[] = {{"GOTOOLCHAIN=1.26.8", SEVERITY_NONE, NULL, NULL}};
    c->version = S("1.20.14");
    clinic_check(c, c->only, old, COUNT_OF(old));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_words_are_flags),
        CLINIC_TEST(test_flags_come_with_releases),
        CLINIC_TEST(test_suits_the_project),
        CLINIC_TEST(test_mod_in_a_workspace),
        CLINIC_TEST(test_mod_against_the_vendor_folder),
        CLINIC_TEST(test_sanitizers_need_cgo),
        CLINIC_TEST(test_toolchain),
    };
    return cmocka_run_group_tests_name("doctor_goflags", tests, NULL, NULL);
}
