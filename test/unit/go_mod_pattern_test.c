#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/mod/pattern.h"

static void test_matches_globs_as_path_match(void **state)
{
    (void)state;
    static const struct {
        Str glob, name;
        bool matches;
    } rows[] = {
        {STR_CONST("abc"), STR_CONST("abc"), true},
        {STR_CONST("*"), STR_CONST("abc"), true},
        {STR_CONST("*c"), STR_CONST("abc"), true},
        {STR_CONST("a*"), STR_CONST("a"), true},
        {STR_CONST("a*"), STR_CONST("ab/c"), false},
        {STR_CONST("a*/b"), STR_CONST("abc/b"), true},
        {STR_CONST("a*/b"), STR_CONST("a/c/b"), false},
        {STR_CONST("a*b*c*d*e*/f"), STR_CONST("axbxcxdxe/f"), true},
        {STR_CONST("a*b*c*d*e*/f"), STR_CONST("axbxcxdxexxx/f"), true},
        {STR_CONST("a*b*c*d*e*/f"), STR_CONST("axbxcxdxe/xxx/f"), false},
        {STR_CONST("a*b*c*d*e*/f"), STR_CONST("axbxcxdxexxx/fff"), false},
        {STR_CONST("a*b?c*x"), STR_CONST("abxbbxdbxebxczzx"), true},
        {STR_CONST("a*b?c*x"), STR_CONST("abxbbxdbxebxczzy"), false},
        {STR_CONST("ab[c]"), STR_CONST("abc"), true},
        {STR_CONST("ab[b-d]"), STR_CONST("abc"), true},
        {STR_CONST("ab[e-g]"), STR_CONST("abc"), false},
        {STR_CONST("ab[^c]"), STR_CONST("abc"), false},
        {STR_CONST("ab[^e-g]"), STR_CONST("abc"), true},
        {STR_CONST("a\\*b"), STR_CONST("a*b"), true},
        {STR_CONST("a\\*b"), STR_CONST("ab"), false},
        {STR_CONST("a?b"),
         STR_CONST("a\xe2\x98\xba"
                   "b"),
         true},
        {STR_CONST("a[^a]b"),
         STR_CONST("a\xe2\x98\xba"
                   "b"),
         true},
        {STR_CONST("a???b"),
         STR_CONST("a\xe2\x98\xba"
                   "b"),
         false},
        {STR_CONST("[a-\xce\xb6]*"), STR_CONST("\xce\xb1"), true},
        {STR_CONST("*[a-\xce\xb6]"), STR_CONST("A"), false},
        {STR_CONST("a?b"), STR_CONST("a/b"), false},
        {STR_CONST("a*b"), STR_CONST("a/b"), false},
        {STR_CONST("[\\]a]"), STR_CONST("]"), true},
        {STR_CONST("[\\-]"), STR_CONST("-"), true},
        {STR_CONST("[x\\-]"), STR_CONST("z"), false},
        {STR_CONST("[\\-x]"), STR_CONST("a"), false},
        {STR_CONST("*x"), STR_CONST("xxx"), true},
        {STR_CONST("**"), STR_CONST("xxx"), true},
        {STR_CONST("[*]"), STR_CONST("*"), true},
        {STR_CONST("?"), STR_CONST("\xff"), true},
        {STR_CONST(""), STR_CONST(""), true},
        {STR_CONST(""), STR_CONST("a"), false},
        {STR_CONST("?"), STR_CONST(""), false},
        {STR_CONST("*"), STR_CONST(""), true},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(pattern_matches(rows[i].glob, rows[i].name), rows[i].matches);
    }
}

static void test_malformed_globs_match_nothing(void **state)
{
    (void)state;
    static const struct {
        Str glob, name;
    } rows[] = {
        {STR_CONST("[]a]"), STR_CONST("]")},    {STR_CONST("[-]"), STR_CONST("-")},
        {STR_CONST("[x-]"), STR_CONST("x")},    {STR_CONST("[x-]"), STR_CONST("-")},
        {STR_CONST("[-x]"), STR_CONST("x")},    {STR_CONST("\\"), STR_CONST("a")},
        {STR_CONST("[a-b-c]"), STR_CONST("a")}, {STR_CONST("["), STR_CONST("a")},
        {STR_CONST("[^"), STR_CONST("a")},      {STR_CONST("[^bc"), STR_CONST("a")},
        {STR_CONST("a["), STR_CONST("a")},      {STR_CONST("a["), STR_CONST("ab")},
        {STR_CONST("a[x"), STR_CONST("x")},     {STR_CONST("a/b["), STR_CONST("a/b")},
        {STR_CONST("*["), STR_CONST("x")},      {STR_CONST("[\xff]"), STR_CONST("\xff")},
        {STR_CONST("x*["), STR_CONST("x")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_false(pattern_matches(rows[i].glob, rows[i].name));
    }
}

static void test_matches_prefixes_of_module_paths(void **state)
{
    (void)state;
    static const struct {
        Str globs, path;
        bool matches;
    } rows[] = {
        {STR_CONST("*.corp.example.com"), STR_CONST("git.corp.example.com/a/b"), true},
        {STR_CONST("*.corp.example.com"), STR_CONST("corp.example.com/a"), false},
        {STR_CONST("example.com/a"), STR_CONST("example.com/a"), true},
        {STR_CONST("example.com/a"), STR_CONST("example.com/a/b/c"), true},
        {STR_CONST("example.com/a/"), STR_CONST("example.com/a/b"), true},
        {STR_CONST("example.com/a//"), STR_CONST("example.com/a/b"), false},
        {STR_CONST("example.com/a"), STR_CONST("example.com"), false},
        {STR_CONST("example.com/a"), STR_CONST("example.com/ab"), false},
        {STR_CONST("example.com/*/c"), STR_CONST("example.com/b/c/d"), true},
        {STR_CONST("x,,y/z,example.com"), STR_CONST("example.com/a"), true},
        {STR_CONST("[,example.com"), STR_CONST("example.com/a"), true},
        {STR_CONST("/"), STR_CONST("example.com"), false},
        {STR_CONST(""), STR_CONST("example.com"), false},
        {STR_CONST(","), STR_CONST(""), false},
        {STR_CONST("*"), STR_CONST("golang.org/toolchain"), true}, /* callers do not ask for it */
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(pattern_list_matches(rows[i].globs, rows[i].path), rows[i].matches);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matches_globs_as_path_match),
        cmocka_unit_test(test_malformed_globs_match_nothing),
        cmocka_unit_test(test_matches_prefixes_of_module_paths),
    };
    return cmocka_run_group_tests_name("go_mod_pattern", tests, NULL, NULL);
}
