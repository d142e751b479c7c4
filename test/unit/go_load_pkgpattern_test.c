#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Verdicts are those of cmd/internal/pkgpattern. */
#include "go/load/pkgpattern.h"

static void test_matches(void **state)
{
    (void)state;
    static const struct {
        Str pattern, name;
        bool matches;
    } rows[] = {
        {STR_CONST("net"), STR_CONST("net"), true},
        {STR_CONST("net"), STR_CONST("net/http"), false},
        {STR_CONST("net..."), STR_CONST("net"), true},
        {STR_CONST("net..."), STR_CONST("net/http"), true},
        {STR_CONST("net..."), STR_CONST("netchan"), true},
        {STR_CONST("net/..."), STR_CONST("net"), true},
        {STR_CONST("net/..."), STR_CONST("net/http"), true},
        {STR_CONST("net/..."), STR_CONST("netchan"), false},
        {STR_CONST("..."), STR_CONST("a/b"), true},
        {STR_CONST("./..."), STR_CONST("."), true},
        {STR_CONST("./..."), STR_CONST("./x"), true},
        {STR_CONST("./..."), STR_CONST("./vendor"), true},
        {STR_CONST("./..."), STR_CONST("./vendor/x"), false},
        {STR_CONST("./..."), STR_CONST("./a/vendor/x"), false},
        {STR_CONST("./vendor/..."), STR_CONST("./vendor/x"), true},
        {STR_CONST("./vendor/..."), STR_CONST("./vendor"), true},
        {STR_CONST("./vendor/..."), STR_CONST("./vendor/x/vendor/y"), false},
        {STR_CONST("a/.../c"), STR_CONST("a/b/c"), true},
        {STR_CONST("a/.../c"), STR_CONST("a/c"), false},
        {STR_CONST("a...c...e"), STR_CONST("abcde"), true},
        {STR_CONST("a...c...e"), STR_CONST("abcd"), false},
        {STR_CONST("a...aa"), STR_CONST("aaa"), true},
        {STR_CONST("a...aa"), STR_CONST("aa"), false},
        {STR_CONST("vendor/..."), STR_CONST("vendor"), true},
        {STR_CONST("...vendor"), STR_CONST("x/vendor"), true},
        {STR_CONST("x.y/..."), STR_CONST("xzy/a"), false},
    };
    Arena scratch = arena_init(0);
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        if (pkgpattern_matches(scratch, rows[i].pattern, rows[i].name) != rows[i].matches) {
            fail_msg("%.*s and %.*s", STR_ARG(rows[i].pattern), STR_ARG(rows[i].name));
        }
    }
    arena_done(&scratch);
}

static void test_knows_where_not_to_go(void **state)
{
    (void)state;
    static const struct {
        Str pattern, name;
        bool may;
    } rows[] = {
        {STR_CONST("net/http"), STR_CONST("net"), true},
        {STR_CONST("net/http"), STR_CONST("ne"), false},
        {STR_CONST("net/..."), STR_CONST("net/x"), true},
        {STR_CONST("net/..."), STR_CONST("os"), false},
        {STR_CONST("n..."), STR_CONST("net"), true},
        {STR_CONST("..."), STR_CONST("x"), true},
        {STR_CONST("a/b"), STR_CONST(""), true},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(pkgpattern_can_match_below(rows[i].pattern, rows[i].name), rows[i].may);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matches),
        cmocka_unit_test(test_knows_where_not_to_go),
    };
    return cmocka_run_group_tests_name("go_load_pkgpattern", tests, NULL, NULL);
}
