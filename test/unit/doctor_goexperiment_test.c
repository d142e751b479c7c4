#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/clinic.h"

static void test_names(void **state)
{
    static const ClinicCase cases[] = {
        {"", SEVERITY_NONE, NULL, NULL},
        {"GOEXPERIMENT=arenas", SEVERITY_NONE, NULL, NULL},
        {"GOEXPERIMENT=none", SEVERITY_NONE, NULL, NULL},
        {"GOEXPERIMENT=arenas,,fieldtrack,", SEVERITY_NONE, NULL, NULL},
        {"GOEXPERIMENT=nogreenteagc", SEVERITY_NONE, NULL, NULL},
        {"GOEXPERIMENT=regabi", SEVERITY_NONE, NULL, NULL},
        {"GOEXPERIMENT=noregabi", SEVERITY_NONE, NULL, NULL},
        {"GOEXPERIMENT=dwarf5", SEVERITY_INFO, "dwarf5 is on by default",
         NULL}, /* on this system */
        {"GOEXPERIMENT=none,greenteagc", SEVERITY_NONE, NULL, NULL},
        {"GOEXPERIMENT=arena", SEVERITY_ERROR, "no experiment arena; its name is arenas",
         "export GOEXPERIMENT=arenas"},
        {"GOEXPERIMENT=fieldtrack,noarena", SEVERITY_ERROR, "its name is arenas",
         "export GOEXPERIMENT=fieldtrack,noarenas"},
        {"GOEXPERIMENT=Arenas", SEVERITY_ERROR, "no experiment Arenas; its name is arenas", NULL},
        {"GOEXPERIMENT= arenas", SEVERITY_ERROR, "its name is arenas", NULL},
        {"GOEXPERIMENT=nosuch", SEVERITY_ERROR, "no experiment 'such' (\"no\" before a name",
         "unset GOEXPERIMENT"},
        {"GOEXPERIMENT=no", SEVERITY_ERROR, "no experiment ''", NULL},
        {"GOEXPERIMENT=nonone", SEVERITY_ERROR, "no experiment 'none'", NULL},
        {"GOEXPERIMENT=arenas,whatever", SEVERITY_ERROR, "Go 1.26.8 has no experiment 'whatever'",
         "export GOEXPERIMENT=arenas"},
        {"GOEXPERIMENT=mapsplitgroup", SEVERITY_ERROR, "it comes with Go 1.27",
         "unset GOEXPERIMENT"},
        {"GOEXPERIMENT=greenteagc,arenas", SEVERITY_INFO, "greenteagc is on by default",
         "export GOEXPERIMENT=arenas"},
        {"GOEXPERIMENT=noarenas", SEVERITY_INFO, "arenas is off by default", "unset GOEXPERIMENT"},
    };
    clinic_check(*state, S("GWD001"), cases, COUNT_OF(cases));
}

static void test_regabi_cannot_be_split_where_it_is_a_choice(void **state)
{
    static const ClinicCase cases[] = {
        {"GOARCH=s390x;GOEXPERIMENT=noregabiwrappers", SEVERITY_ERROR,
         "regabiargs cannot be on without regabiwrappers on s390x", NULL},
        {"GOARCH=s390x;GOEXPERIMENT=none,regabiargs", SEVERITY_ERROR, "regabiargs cannot", NULL},
        {"GOARCH=s390x;GOEXPERIMENT=noregabiwrappers,noregabi", SEVERITY_NONE, NULL, NULL},
        {"GOARCH=s390x;GOEXPERIMENT=noregabiargs", SEVERITY_NONE, NULL, NULL},
        {"GOARCH=amd64;GOEXPERIMENT=noregabiwrappers", SEVERITY_NONE, NULL, NULL}, /* forced on */
        {"GOARCH=mips;GOEXPERIMENT=none,regabiargs", SEVERITY_NONE, NULL, NULL},   /* forced off */
    };
    clinic_check(*state, S("GWD001"), cases, COUNT_OF(cases));
}

static void test_ended_experiments(void **state)
{
    static const ClinicCase cases[] = {
        {"GOEXPERIMENT=arenas", SEVERITY_NONE, NULL, NULL},
        {"GOEXPERIMENT=unified", SEVERITY_ERROR, "unified is gone since Go 1.21",
         "unset GOEXPERIMENT"},
        {"GOEXPERIMENT=arenas,noswissmap", SEVERITY_ERROR, "swissmap is gone since Go 1.26",
         "export GOEXPERIMENT=arenas"},
        {"GOEXPERIMENT=rangefunc", SEVERITY_ERROR, "part of the language since Go 1.23", NULL},
    };
    clinic_check(*state, S("GWD010"), cases, COUNT_OF(cases));
}

/* In a Go between its beginning and its end an experiment that is not in flags.go is no old one. */
static void test_the_version_tells_ended_from_unknown(void **state)
{
    Clinic *c = *state;
    static const ClinicCase still_unknown[] = {
        {"GOEXPERIMENT=goroutineleakprofile", SEVERITY_ERROR, "no experiment", NULL},
        {"GOEXPERIMENT=jsonv3", SEVERITY_ERROR, "its name is jsonv2", NULL},
    };
    clinic_check(c, S("GWD001"), still_unknown, COUNT_OF(still_unknown));
    static const ClinicCase ended[] = {
        {"GOEXPERIMENT=goroutineleakprofile", SEVERITY_ERROR, "is gone since Go 1.27", NULL},
    };
    c->version = S("1.27.4");
    clinic_check(c, S("GWD010"), ended, COUNT_OF(ended));
    c->version = (Str){0}; /* a Go of one's own: then the history is all there is */
    clinic_check(c, S("GWD010"), ended, COUNT_OF(ended));
}

static void test_names_the_line_of_the_env_file(void **state)
{
    Clinic *c = *state;
    fixture_file(&c->a, c->home, S(".config/go/env"), S("GOFLAGS=-v\nGOEXPERIMENT=arena\n"));
    DoctorResult result = clinic_examine(c, S(""));
    assert_int_equal(result.findings.len, 1);
    const Finding *f = &result.findings.ptr[0];
    assert_str(f->id, S("GWD001"));
    assert_str(f->place.file, clinic_expand(c, S("$ROOT/home/.config/go/env")));
    assert_int_equal(f->place.line, 2);
    assert_str(f->evidence,
               clinic_expand(c, S("GOEXPERIMENT=arena ($ROOT/home/.config/go/env:2)")));
    assert_str(f->remedy, S("go env -w GOEXPERIMENT=arenas"));
}

static void test_names_the_line_of_go_env(void **state)
{
    Clinic *c = *state;
    fixture_file(&c->a, c->goroot, S("go.env"), S("# ours\n\nGOEXPERIMENT=swissmap\n"));
    DoctorResult result = clinic_examine(c, S(""));
    assert_int_equal(result.findings.len, 1);
    const Finding *f = &result.findings.ptr[0];
    assert_str(f->id, S("GWD010"));
    assert_int_equal(f->place.line, 3);
    assert_str(f->remedy, clinic_expand(c, S("change line 3 of $ROOT/goroot/go.env")));
}

static void test_says_when_the_names_cannot_be_read(void **state)
{
    Clinic *c = *state;
    Err err;
    Str flags = path_join(&c->a, c->goroot, S("src/internal/goexperiment/flags.go"));
    fixture_file(&c->a, c->goroot, S("src/internal/goexperiment/flags.go"), S("package x\n"));
    DoctorResult result = clinic_examine(c, S("GOEXPERIMENT=arenas"));
    assert_int_equal(result.n_passed, 10);
    assert_int_equal(result.findings.len, 2);
    assert_str(result.findings.ptr[0].id, S("GWD001"));
    assert_str(result.findings.ptr[1].id, S("GWD010"));
    assert_int_equal(result.findings.ptr[0].severity, SEVERITY_WARN);
    assert_int_equal(file_unlink(FILE_CWD, flags, &err), FILE_FOUND);
    result = clinic_examine(c, S("GOEXPERIMENT=arenas"));
    assert_int_equal(result.n_passed, 10);
    assert_true(str_contains(result.findings.ptr[0].evidence, flags));
    result = clinic_examine(c, S("")); /* not set: nothing needs to be read */
    assert_int_equal(result.n_passed, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_names),
        CLINIC_TEST(test_regabi_cannot_be_split_where_it_is_a_choice),
        CLINIC_TEST(test_ended_experiments),
        CLINIC_TEST(test_the_version_tells_ended_from_unknown),
        CLINIC_TEST(test_names_the_line_of_the_env_file),
        CLINIC_TEST(test_names_the_line_of_go_env),
        CLINIC_TEST(test_says_when_the_names_cannot_be_read),
    };
    return cmocka_run_group_tests_name("doctor_goexperiment", tests, NULL, NULL);
}
