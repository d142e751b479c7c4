#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/load/constraint.h"
#include "support/assert_str.h"

static bool is_linux_amd64(void *context, Str tag)
{
    isize *n_asked = context;
    ++*n_asked;
    return str_eq(tag, S("linux")) || str_eq(tag, S("amd64")) || str_eq(tag, S("go1.20"));
}

static void test_reads_and_decides_expressions(void **state)
{
    (void)state;
    static const struct {
        Str line, written, blamed; /* blamed empty: it holds */
    } rows[] = {
        {STR_CONST("//go:build linux"), STR_CONST("linux"), {0}},
        {STR_CONST("//go:build !(windows||linux) "), STR_CONST("!(windows || linux)"),
         STR_CONST("!(windows || linux)")},
        {STR_CONST("//go:build linux&&(arm64||386)"), STR_CONST("linux && (arm64 || 386)"),
         STR_CONST("arm64 || 386")},
        {STR_CONST("//go:build (linux && windows) && amd64"),
         STR_CONST("linux && windows && amd64"), STR_CONST("windows")},
        {STR_CONST("//go:build linux && arm || amd64"), STR_CONST("(linux && arm) || amd64"), {0}},
        {STR_CONST("// +build linux,!arm windows"), STR_CONST("(linux && !arm) || windows"), {0}},
        {STR_CONST("//+build windows darwin"), STR_CONST("windows || darwin"),
         STR_CONST("windows || darwin")},
        {STR_CONST("// +build !!x"), STR_CONST("ignore"), STR_CONST("ignore")},
        {STR_CONST("// +build"), STR_CONST("ignore"), STR_CONST("ignore")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena_init(0);
        const Constraint *x;
        Diagnostic wrong;
        isize n_asked = 0;
        assert_true(constraint_parse(&a, rows[i].line, &x, &wrong));
        assert_str(constraint_format(&a, x), rows[i].written);
        bool holds = constraint_holds(x, is_linux_amd64, &n_asked);
        assert_int_equal(holds, rows[i].blamed.len == 0);
        if (!holds) {
            const Constraint *blamed = constraint_blamed(x, is_linux_amd64, &n_asked);
            assert_str(constraint_format(&a, blamed), rows[i].blamed);
        }
        arena_done(&a);
    }
}

static void test_knows_what_some_build_could_hold(void **state)
{
    (void)state;
    static const struct {
        Str line;
        bool may_hold;
    } rows[] = {
        {STR_CONST("//go:build plan9"), true},
        {STR_CONST("//go:build !plan9"), true},
        {STR_CONST("//go:build linux && windows && !linux"), true},
        {STR_CONST("//go:build ignore"), false},
        {STR_CONST("//go:build !ignore"), true},
        {STR_CONST("//go:build ignore || x"), true},
        {STR_CONST("//go:build ignore && x"), false},
        {STR_CONST("//go:build !(ignore && x)"), true},
        {STR_CONST("//go:build !(!ignore && x)"), true},
        {STR_CONST("//go:build !(!ignore || x)"), false},
        {STR_CONST("// +build x,ignore"), false},
        {STR_CONST("// +build !!x"), false},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena_init(0);
        const Constraint *x;
        Diagnostic wrong;
        assert_true(constraint_parse(&a, rows[i].line, &x, &wrong));
        assert_int_equal(constraint_may_hold(x), rows[i].may_hold);
        arena_done(&a);
    }
}

static void test_asks_for_every_tag(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    const Constraint *x;
    Diagnostic wrong;
    isize n_asked = 0;
    assert_true(constraint_parse(&a, S("//go:build windows && a || linux || b"), &x, &wrong));
    assert_true(constraint_holds(x, is_linux_amd64, &n_asked));
    assert_int_equal(n_asked, 4);
    arena_done(&a);
}

static void test_says_what_is_wrong_in_gos_words(void **state)
{
    (void)state;
    static const struct {
        Str line, message;
        isize pos;
    } rows[] = {
        {STR_CONST("//go:build"), STR_CONST("unexpected end of expression"), 0},
        {STR_CONST("//go:build a b"), STR_CONST("unexpected token b"), 2},
        {STR_CONST("//go:build (a"), STR_CONST("missing close paren"), 0},
        {STR_CONST("//go:build (a &&"), STR_CONST("missing close paren"), 5},
        {STR_CONST("//go:build a)"), STR_CONST("unexpected token )"), 1},
        {STR_CONST("//go:build !!a"), STR_CONST("double negation not allowed"), 1},
        {STR_CONST("//go:build a & b"), STR_CONST("invalid syntax at &"), 2},
        {STR_CONST("//go:build \xc3\xa9$"), STR_CONST("invalid syntax at $"), 2},
        {STR_CONST("//go:build \xff"), STR_CONST("invalid syntax at \xef\xbf\xbd"), 0},
        {STR_CONST("//go:buildx"), STR_CONST("not a build constraint"), 0},
        {STR_CONST("// a"), STR_CONST("not a build constraint"), 0},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena_init(0);
        const Constraint *x = NULL;
        Diagnostic wrong;
        assert_false(constraint_parse(&a, rows[i].line, &x, &wrong));
        assert_null(x);
        assert_str(wrong.message, rows[i].message);
        assert_int_equal(wrong.pos, rows[i].pos);
        arena_done(&a);
    }
}

static void test_finds_the_release_that_is_needed(void **state)
{
    (void)state;
    static const struct {
        Str line;
        isize minor;
    } rows[] = {
        {STR_CONST("//go:build linux && go1.22"), 22},
        {STR_CONST("//go:build (linux && go1.22) || (windows && go1.20)"), 20},
        {STR_CONST("//go:build linux || (windows && go1.22)"), -1},
        {STR_CONST("//go:build !go1.22"), -1},
        {STR_CONST("//go:build !(!go1.18)"), 18},
        {STR_CONST("//go:build go1"), 0},
        {STR_CONST("//go:build go1.x && go1."), -1},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena_init(0);
        const Constraint *x;
        Diagnostic wrong;
        assert_true(constraint_parse(&a, rows[i].line, &x, &wrong));
        assert_int_equal(constraint_go_minor(x), rows[i].minor);
        arena_done(&a);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_and_decides_expressions),
        cmocka_unit_test(test_knows_what_some_build_could_hold),
        cmocka_unit_test(test_asks_for_every_tag),
        cmocka_unit_test(test_says_what_is_wrong_in_gos_words),
        cmocka_unit_test(test_finds_the_release_that_is_needed),
    };
    return cmocka_run_group_tests_name("go_load_constraint", tests, NULL, NULL);
}
