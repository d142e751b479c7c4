#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Verdicts are those of the go command 1.19 and 1.27 on the same go.sum. */
#include "go/mod/gosum.h"
#include "support/clinic.h"

#define H1 "h1:RLlgloArRPdfRUQrquYy7vI0dZ9sCeATHhblbMkvJ38="
#define H2 "h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0="
#define LINES "a.example/x v1.0.0 " H1 "\na.example/x v1.0.0/go.mod " H1 "\n"

static void test_reads_lines(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        isize n_lines;
        GoSumFault fault; /* of the one trouble */
        isize line;
    } rows[] = {
        {"", 0, GOSUM_FAULT_NONE, 0},
        {LINES, 2, GOSUM_FAULT_NONE, 0},
        {"\n \t\r\n" LINES, 2, GOSUM_FAULT_NONE, 0},
        {"a.example/x v1.0.0 " H1 "\r\n", 1, GOSUM_FAULT_NONE, 0},
        {LINES LINES, 2, GOSUM_FAULT_NONE, 0},
        {LINES "b v1 h2:unknown\n", 2, GOSUM_FAULT_NONE, 0},
        {"b v1/go.mod h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY=\n", 0, GOSUM_FAULT_NONE, 0},
        {LINES "a.example/x v1.0.0 " H2 "\n", 2, GOSUM_FAULT_DIFFERS, 3},
        {LINES "b v1.0.0\n", 2, GOSUM_FAULT_FIELDS, 3},
        {LINES "b v1.0.0 " H1 " x\n", 2, GOSUM_FAULT_FIELDS, 3},
        {LINES "b v1.0.0 h1:abc=\n", 2, GOSUM_FAULT_HASH, 3},
        {"\xef\xbb\xbf" LINES, 2, GOSUM_FAULT_BOM, 1},
        {LINES "<<<<<<<"
               " HEAD\n" LINES,
         2, GOSUM_FAULT_CONFLICT, 3},
        {"||||||| base\n" LINES, 2, GOSUM_FAULT_CONFLICT, 1},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena_init(0);
        GoSum sum = gosum_init(&a);
        gosum_add(&a, &sum, S("go.sum"), str_from_c(rows[i].text));
        assert_int_equal(sum.lines.len, rows[i].n_lines);
        assert_int_equal(sum.troubles.len, rows[i].fault != GOSUM_FAULT_NONE);
        if (sum.troubles.len > 0) {
            assert_int_equal(sum.troubles.ptr[0].kind, rows[i].fault);
            assert_int_equal(sum.troubles.ptr[0].line, rows[i].line);
        }
        arena_done(&a);
    }
}

static void test_finds_the_first_hash(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    GoSum sum = gosum_init(&a);
    gosum_add(&a, &sum, S("go.sum"), S(LINES "a.example/x v1.0.0 " H2 "\n"));
    assert_str(gosum_find(a, &sum, S("a.example/x"), S("v1.0.0"), false)->hash, S(H1));
    assert_int_equal(gosum_find(a, &sum, S("a.example/x"), S("v1.0.0"), true)->line, 2);
    assert_null(gosum_find(a, &sum, S("a.example/x"), S("v1.0.1"), false));
    assert_null(gosum_find(a, &sum, S("a.example/y"), S("v1.0.0"), false));
    arena_done(&a);
}

/* A module needs its lines once a Go file of the project imports it. */
static void test_missing_lines(void **state)
{
    Clinic *c = *state;
    static const struct {
        const char *mod, *sum, *imports;
        ClinicCase expected;
    } rows[] = {
        {"", "", "a.example/x", {"", SEVERITY_ERROR, "1 imported module", "go mod tidy"}},
        {"", "", "a.example/x/sub", {"", SEVERITY_ERROR, "1 imported module", NULL}},
        {"", "", "a.example/xy", {"", SEVERITY_NONE, NULL, NULL}},
        {"", "", "a.example/x", {"GOFLAGS=-mod=mod", SEVERITY_NONE, NULL, NULL}},
        {"", LINES, "a.example/x", {"", SEVERITY_NONE, NULL, NULL}},
        {"replace a.example/x => ../x\n", "", "a.example/x", {"", SEVERITY_NONE, NULL, NULL}},
        {"replace a.example/x => b.example/x v1.0.0\n",
         LINES,
         "a.example/x",
         {"", SEVERITY_ERROR, "1 imported module", NULL}},
        {"require a.example/x/sub v1.0.0\n",
         LINES,
         "a.example/x/sub",
         {"", SEVERITY_ERROR, "1 imported module", NULL}},
    };
    c->only = S("GWD058");
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        fixture_file(&c->a, c->dir, S("go.mod"),
                     str_format(&c->a, "module m\n\ngo 1.21\n\nrequire a.example/x v1.0.0\n%s",
                                rows[i].mod));
        fixture_file(&c->a, c->dir, S("go.sum"), str_from_c(rows[i].sum));
        fixture_file(&c->a, c->dir, S("sub/a.go"),
                     str_format(&c->a, "package a\n\nimport _ \"%s\"\n", rows[i].imports));
        fixture_file(&c->a, c->dir, S("testdata/a.go"), S("import \"a.example/x\"\n"));
        clinic_check(c, S("GWD058"), &rows[i].expected, 1);
    }
}

static void test_proposes_both_sides_of_a_conflict(void **state)
{
    Clinic *c = *state;
    c->only = S("GWD058");
    fixture_file(&c->a, c->dir, S("go.sum"),
                 S("<<<<<<<"
                   " HEAD\na v1 " H1 "\n======="
                   "\nb v1 " H1 "\n>>>>>>>"
                   " x\n"));
    DoctorResult result = clinic_examine(c, (Str){0});
    assert_int_equal(result.fixes.len, 1);
    assert_int_equal(result.fixes.ptr[0].kind, FIX_WRITE);
    assert_str(result.fixes.ptr[0].value, S("a v1 " H1 "\nb v1 " H1 "\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_lines),
        cmocka_unit_test(test_finds_the_first_hash),
        CLINIC_TEST(test_missing_lines),
        CLINIC_TEST(test_proposes_both_sides_of_a_conflict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
