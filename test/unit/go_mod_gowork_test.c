#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/mod/gowork.h"
#include "support/assert_str.h"
#include "support/fixture.h"

static Arena arena;
static Str dir; /* holds outer/go.work, outer/root/ (a GOROOT) and outer/in/deep/ */

static int make_dir(void **state)
{
    (void)state;
    arena = arena_init(MIB);
    dir = fixture_dir(&arena);
    fixture_file(&arena, dir, S("outer/go.work"), S("go 1.26.0\n"));
    fixture_file(&arena, dir, S("outer/root/src/x/y"), S(""));
    fixture_file(&arena, dir, S("outer/in/deep/x"), S(""));
    return 0;
}

static int drop_dir(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

/* The outcome with GOWORK and GOROOT set; empty ones are not. */
static GoWorkOutcome find(Str gowork, Str goroot, Str from, Str *ret_path)
{
    Environ env = {0};
    env = environ_with(&arena, &env, S("GOENV"), S("off"));
    env = environ_with(&arena, &env, S("GOWORK"), gowork);
    GoEnv e;
    Err err;
    assert_true(goenv_load(&arena, &env, goroot, &e, &err));
    return gowork_find(&arena, &e, path_join(&arena, dir, from), ret_path);
}

static void test_finds_the_nearest_gowork_upward(void **state)
{
    (void)state;
    Str outer = path_join(&arena, dir, S("outer/go.work"));
    Str path;
    assert_int_equal(find(S(""), S(""), S("outer/in/deep"), &path), GOWORK_FOUND);
    assert_str(path, outer);
    assert_int_equal(find(S("auto"), S(""), S("outer"), &path), GOWORK_FOUND);
    assert_str(path, outer);
    fixture_file(&arena, dir, S("outer/in/go.work/x"), S("")); /* a directory of that name */
    assert_int_equal(find(S(""), S(""), S("outer/in/deep"), &path), GOWORK_FOUND);
    assert_str(path, outer);
    Str nearer = fixture_file(&arena, dir, S("outer/in/deep/go.work"), S(""));
    assert_int_equal(find(S(""), S(""), S("outer/in/deep"), &path), GOWORK_FOUND);
    assert_str(path, nearer);
}

static void test_honours_gowork(void **state)
{
    (void)state;
    Str own = fixture_file(&arena, dir, S("own/some.file"), S(""));
    Str path = S("");
    assert_int_equal(find(S("off"), S(""), S("outer"), &path), GOWORK_ABSENT);
    assert_int_equal(find(own, S(""), S("outer"), &path), GOWORK_FOUND);
    assert_str(path, own);
    assert_int_equal(find(path_dir(own), S(""), S("outer"), &path), GOWORK_FOUND);
    assert_int_equal(find(S("/no/such/go.work"), S(""), S("outer"), &path), GOWORK_MISSING);
    assert_int_equal(find(S("go.work"), S(""), S("outer"), &path), GOWORK_INVALID);
    assert_int_equal(find(S("on"), S(""), S("outer"), &path), GOWORK_INVALID);
}

static void test_does_not_go_up_into_the_goroot(void **state)
{
    (void)state;
    Str root = path_join(&arena, dir, S("outer/root"));
    Str path = S("");
    assert_int_equal(find(S(""), root, S("outer/root/src/x"), &path), GOWORK_ABSENT);
    assert_int_equal(find(S(""), S(""), S("outer/root/src/x"), &path), GOWORK_FOUND);
    assert_int_equal(find(S(""), root, S("outer/in"), &path), GOWORK_FOUND);
    assert_int_equal(find(S(""), root, S("outer/root"), &path), GOWORK_FOUND); /* it starts there */
}

static void test_parses_every_kind_of_line(void **state)
{
    (void)state;
    Str text = S("go 1.26.0\ntoolchain default\n\ngodebug a=b\n"
                 "use .\nuse (\n\t./x // one\n\t\"./y z\"\n)\nreplace a => ./a\n");
    GoWork work;
    Err err;
    assert_true(gowork_parse(&arena, S("go.work"), text, &work, &err));
    assert_str(work.go.version, S("1.26.0"));
    assert_str(work.toolchain.name, S("default"));
    assert_int_equal(work.godebugs.len, 1);
    assert_int_equal(work.uses.len, 3);
    assert_str(work.uses.ptr[0].path, S("."));
    assert_str(work.uses.ptr[2].path, S("./y z"));
    assert_int_equal(work.uses.ptr[2].pos.line, 8);
    assert_int_equal(work.replaces.len, 1);
}

static void test_names_file_line_and_fault(void **state)
{
    (void)state;
    static const struct {
        Str text;
        const char *expected;
    } rows[] = {
        {STR_CONST("module m\n"), "go.work:1: unknown directive 'module', expected go, toolchain, "
                                  "godebug, use or replace"},
        {STR_CONST("go (\n)\n"), "go.work:1: unknown block 'go', expected one such as use ( ... )"},
        {STR_CONST("use x (\n)\n"),
         "go.work:1: unknown block 'use', expected one such as use ( ... )"},
        {STR_CONST("use\ngo 1\n"),
         "2 errors in go.work:\n"
         "    go.work:1: malformed use line, expected \"use ./directory\"\n"
         "    go.work:2: invalid go version '1', expected a version such as 1.26.0"},
        {STR_CONST("use\n"), "go.work:1: malformed use line, expected \"use ./directory\""},
        {STR_CONST("\n\nuse . .\n"), "go.work:3: malformed use line, expected \"use ./directory\""},
        {STR_CONST("go v1.26\n"),
         "go.work:1: invalid go version 'v1.26', expected a version such as 1.26.0"},
        {STR_CONST("use (\n.\n"), "go.work:1:1: the block that begins here has no closing "
                                  "parenthesis"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        GoWork work;
        Err err = {0};
        assert_false(gowork_parse(&arena, S("go.work"), rows[i].text, &work, &err));
        assert_string_equal(err.text, rows[i].expected);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_dir, drop_dir)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_finds_the_nearest_gowork_upward), TEST(test_honours_gowork),
        TEST(test_does_not_go_up_into_the_goroot),  TEST(test_parses_every_kind_of_line),
        TEST(test_names_file_line_and_fault),
    };
    return cmocka_run_group_tests_name("go_mod_gowork", tests, NULL, NULL);
}
