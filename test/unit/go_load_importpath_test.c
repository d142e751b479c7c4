#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Verdicts and words are those of x/mod/module.CheckImportPath and cmd/go 1.27. */
#include "go/load/importpath.h"
#include "support/clinic.h"

static void test_checks_paths(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        const char *says; /* NULL: nothing */
    } rows[] = {
        {"fmt", NULL},
        {"example.com/x+y/~a", NULL},
        {"", "malformed import path \"\": empty string"},
        {"-x", "malformed import path \"-x\": leading dash"},
        {"a//b", "malformed import path \"a//b\": double slash"},
        {"a/", "malformed import path \"a/\": trailing slash"},
        {"a b", "malformed import path \"a b\": invalid char ' '"},
        {"a'b", "malformed import path \"a'b\": invalid char '\\''"},
        {"a\"b", "malformed import path \"a\\\"b\": invalid char '\"'"},
        {"a/\xc3\xa9", "malformed import path \"a/\xc3\xa9\": invalid char '\xc3\xa9'"},
        {"a/\xff", "malformed import path \"a/\\xff\": invalid UTF-8"},
        {"x/..", "malformed import path \"x/..\": invalid path element \"..\""},
        {"x./y", "malformed import path \"x./y\": trailing dot in path element"},
        {"x/.y", NULL},
        {"x/Aux.go",
         "malformed import path \"x/Aux.go\": \"Aux\" disallowed as path element component "
         "on Windows"},
        {"x/com9",
         "malformed import path \"x/com9\": \"com9\" disallowed as path element component on "
         "Windows"},
        {"x/com0", NULL},
        {"x/y~1", "malformed import path \"x/y~1\": trailing tilde and digits in path element"},
        {"x/y~", NULL},
        {"x/~1", "malformed import path \"x/~1\": trailing tilde and digits in path element"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena_init(0);
        Str words = {0};
        assert_int_equal(importpath_check(&a, str_from_c(rows[i].path), &words),
                         rows[i].says == NULL);
        assert_str(words, str_from_c(rows[i].says));
        arena_done(&a);
    }
}

static void test_finds_internal_and_vendor(void **state)
{
    (void)state;
    static const struct {
        Str path;
        isize internal, vendor;
    } rows[] = {
        {STR_CONST("internal"), 0, -1},
        {STR_CONST("internal/x"), 0, -1},
        {STR_CONST("a/internal"), 2, -1},
        {STR_CONST("a/internal/b/internal/c"), 13, -1},
        {STR_CONST("a/internals/b"), -1, -1},
        {STR_CONST("vendor"), -1, -1},
        {STR_CONST("vendor/x"), -1, 0},
        {STR_CONST("a/vendor"), -1, -1},
        {STR_CONST("a/vendor/b/vendor/c"), -1, 11},
        {STR_CONST(""), -1, -1},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(importpath_internal(rows[i].path), rows[i].internal);
        assert_int_equal(importpath_vendor(rows[i].path), rows[i].vendor);
    }
}

static void test_tells_kinds_apart(void **state)
{
    (void)state;
    assert_true(importpath_is_standard(S("net/http")));
    assert_false(importpath_is_standard(S("example.com/net")));
    assert_true(importpath_is_local(S("./x")));
    assert_true(importpath_is_local(S("..")));
    assert_false(importpath_is_local(S(".x")));
    assert_true(importpath_is_meta(S("std"), 19));
    assert_true(importpath_is_meta(S("tool"), 24));
    assert_false(importpath_is_meta(S("tool"), 23));
    assert_false(importpath_is_meta(S("tools"), 27));
    assert_true(importpath_has_prefix(S("a/b"), S("a")));
    assert_true(importpath_has_prefix(S("a/b"), S("")));
    assert_false(importpath_has_prefix(S("ab"), S("a")));
    assert_false(importpath_is_safe_argument(S("-x.go")));
    assert_false(importpath_is_safe_argument(S("@x.go")));
    assert_true(importpath_is_safe_argument(S("\xc3\xa9.go")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_checks_paths),
        cmocka_unit_test(test_finds_internal_and_vendor),
        cmocka_unit_test(test_tells_kinds_apart),
    };
    return cmocka_run_group_tests_name("go_load_importpath", tests, NULL, NULL);
}
