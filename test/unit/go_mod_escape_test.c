#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/mod/escape.h"
#include "support/assert_str.h"

static Arena arena;

static int make_arena(void **state)
{
    (void)state;
    arena = arena_init(KIB);
    return 0;
}

static int drop_arena(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

static void test_escapes_paths_and_back(void **state)
{
    (void)state;
    static const struct {
        Str path, escaped;
    } rows[] = {
        {STR_CONST("example.com/a"), STR_CONST("example.com/a")},
        {STR_CONST("golang.org/toolchain"), STR_CONST("golang.org/toolchain")},
        {STR_CONST("github.com/Azure/azure-sdk"), STR_CONST("github.com/!azure/azure-sdk")},
        {STR_CONST("github.com/AB/~x_Y.Z"), STR_CONST("github.com/!a!b/~x_!y.!z")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Str text;
        assert_true(escape_module_path(&arena, rows[i].path, &text));
        assert_str(text, rows[i].escaped);
        assert_true(unescape_module_path(&arena, rows[i].escaped, &text));
        assert_str(text, rows[i].path);
    }
}

static void test_escapes_versions_and_back(void **state)
{
    (void)state;
    static const struct {
        Str version, escaped;
    } rows[] = {
        {STR_CONST("v1.2.3"), STR_CONST("v1.2.3")},
        {STR_CONST("v1.2.3-RC1+incompatible"), STR_CONST("v1.2.3-!r!c1+incompatible")},
        {STR_CONST("v0.0.1-go1.26.8.linux-amd64"), STR_CONST("v0.0.1-go1.26.8.linux-amd64")},
        {STR_CONST("a b(c)"), STR_CONST("a b(c)")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Str text;
        assert_true(escape_version(&arena, rows[i].version, &text));
        assert_str(text, rows[i].escaped);
        assert_true(unescape_version(&arena, rows[i].escaped, &text));
        assert_str(text, rows[i].version);
    }
}

static void test_refuses_what_is_no_path(void **state)
{
    (void)state;
    static const Str paths[] = {
        STR_CONST(""),
        STR_CONST("nodot/a"),
        STR_CONST("-x.com/a"),
        STR_CONST("Example.com/a"),
        STR_CONST("example_x.com/a"),
        STR_CONST("/example.com"),
        STR_CONST("example.com/"),
        STR_CONST("example.com//a"),
        STR_CONST("example.com/.a"),
        STR_CONST("example.com/a."),
        STR_CONST("example.com/.."),
        STR_CONST("example.com/a b"),
        STR_CONST("example.com/a!b"),
        STR_CONST("example.com/a+b"),
        STR_CONST("example.com/caf\xc3\xa9"),
        STR_CONST("example.com/CON"),
        STR_CONST("example.com/con.txt"),
        STR_CONST("example.com/lpt9"),
        STR_CONST("example.com/abc~1"),
        STR_CONST("example.com/abc~12.x"),
        STR_CONST(".example.com/a"),
    };
    for (isize i = 0; i < COUNT_OF(paths); i++) {
        Str text = S("untouched");
        assert_false(escape_module_path(&arena, paths[i], &text));
        assert_str(text, S("untouched"));
    }
    Str text;
    assert_true(escape_module_path(&arena, S("example.com/lpt0/com/a~b/x~1y/console"), &text));
}

static void test_refuses_what_is_no_version(void **state)
{
    (void)state;
    static const Str versions[] = {
        STR_CONST(""),    STR_CONST("."),   STR_CONST(".."),        STR_CONST("v1."),
        STR_CONST("v!1"), STR_CONST("a/b"), STR_CONST("a\\b"),      STR_CONST("a:b"),
        STR_CONST("nul"), STR_CONST("a*b"), STR_CONST("v\xc3\xa9"), {"v\0", 2},
    };
    for (isize i = 0; i < COUNT_OF(versions); i++) {
        Str text;
        assert_false(escape_version(&arena, versions[i], &text));
    }
}

static void test_refuses_what_no_escaping_gives(void **state)
{
    (void)state;
    static const Str escaped[] = {
        STR_CONST("github.com/Azure"),   STR_CONST("github.com/!"),  STR_CONST("github.com/!Azure"),
        STR_CONST("github.com/!!azure"), STR_CONST("github.com/!1"), STR_CONST("!github.com/a"),
    };
    for (isize i = 0; i < COUNT_OF(escaped); i++) {
        Str text;
        assert_false(unescape_module_path(&arena, escaped[i], &text));
    }
    Str text;
    assert_false(unescape_version(&arena, S("v1.2.3-RC1"), &text));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_escapes_paths_and_back),         TEST(test_escapes_versions_and_back),
        TEST(test_refuses_what_is_no_path),        TEST(test_refuses_what_is_no_version),
        TEST(test_refuses_what_no_escaping_gives),
    };
    return cmocka_run_group_tests_name("go_mod_escape", tests, NULL, NULL);
}
