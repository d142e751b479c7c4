#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doctor/gomodfile.h"
#include "go/mod/mainmods.h"
#include "support/clinic.h"

static void test_finds_marks_of_conflicts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        isize line;
    } rows[] = {
        {"", 0},
        {"module m\n", 0},
        {"module m\n<<<<<<<"
         " HEAD\n",
         2},
        {"======="
         "\r\n",
         1},
        {"a\nb\n>>>>>>>"
         " x\n",
         3},
        {"========\n <<<<<<< HEAD\n<<<<<< HEAD\n", 0},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(gosum_conflict(str_from_c(rows[i].text)), rows[i].line);
    }
}

static void test_knows_vendored_workspaces(void **state)
{
    (void)state;
    assert_true(mainmods_is_of_workspace(S("## workspace\n# a v1\n")));
    assert_true(mainmods_is_of_workspace(S("## x; workspace\n")));
    assert_false(mainmods_is_of_workspace(S("# a v1\n## explicit\n")));
    assert_false(mainmods_is_of_workspace(S("## workspaces")));
    assert_false(mainmods_is_of_workspace(S("")));
}

static void test_replaced_directories(void **state)
{
    Clinic *c = *state;
    static const struct {
        const char *mod;
        ClinicCase expected;
    } rows[] = {
        {"require a.example/x v1.0.0\nreplace a.example/x => ../x\n",
         {"", SEVERITY_ERROR, "which is not there: builds fail", NULL}},
        {"replace a.example/x => ../x\n", {"", SEVERITY_WARN, "once they need it", NULL}},
        {"require a.example/x v1.0.0\nreplace a.example/x v1.1.0 => ../x\n",
         {"", SEVERITY_WARN, "once they need it", NULL}},
        {"require a.example/x v1.0.0\nreplace a.example/x => ../home\n",
         {"", SEVERITY_ERROR, "has no go.mod", NULL}},
        {"require a.example/x v1.0.0\nreplace a.example/x => b.example/x v1.0.0\n",
         {"", SEVERITY_NONE, NULL, NULL}},
        {"require a.example/x v1.0.0\nreplace a.example/x => ../x\n",
         {"GOFLAGS=-mod=vendor", SEVERITY_NONE, NULL, NULL}},
    };
    c->only = S("GWD056");
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        fixture_file(&c->a, c->dir, S("go.mod"),
                     str_format(&c->a, "module m\n\ngo 1.21\n\n%s", rows[i].mod));
        clinic_check(c, S("GWD056"), &rows[i].expected, 1);
    }
}

static void test_places(void **state)
{
    Clinic *c = *state;
    static const ClinicCase cases[] = {
        {"", SEVERITY_NONE, NULL, NULL},
        {"GOPATH=:$ROOT/x", SEVERITY_NONE, NULL, NULL},
        {"GOPATH=$ROOT/x:y", SEVERITY_ERROR, "relative entry y", "unset GOPATH"},
        {"GOPATH=$ROOT/goroot/", SEVERITY_WARN, "is the GOROOT", NULL},
        {"GOPATH=$ROOT/work", SEVERITY_WARN, "it is ignored", NULL},
    };
    static const ClinicCase old[] = {
        {"GOPATH=$ROOT/work", SEVERITY_ERROR, "every build fails", NULL}};
    c->only = S("GWD060");
    clinic_check(c, c->only, cases, COUNT_OF(cases));
    c->version = S("1.21.13");
    clinic_check(c, c->only, old, COUNT_OF(old));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_marks_of_conflicts),
        cmocka_unit_test(test_knows_vendored_workspaces),
        CLINIC_TEST(test_replaced_directories),
        CLINIC_TEST(test_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
