#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/mod/upward.h"
#include "support/assert_str.h"
#include "support/fixture.h"

static Arena arena;
static Str dir;

static int make_dir(void **state)
{
    (void)state;
    arena = arena_init(MIB);
    dir = fixture_dir(&arena);
    fixture_file(&arena, dir, S("a/b/c/x"), S(""));
    fixture_file(&arena, dir, S("a/f"), S(""));
    return 0;
}

static int drop_dir(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

static Str below(Str name)
{
    return path_join(&arena, dir, name);
}

static void test_tells_files_from_directories(void **state)
{
    (void)state;
    assert_true(upward_has(below(S("a")), S("f")));
    assert_true(upward_has(below(S("a")), S("b")));
    assert_true(upward_has_file(below(S("a")), S("f")));
    assert_false(upward_has_file(below(S("a")), S("b")));
    assert_false(upward_has(below(S("a")), S("none")));
    assert_false(upward_has(below(S("a/f")), S("x")));
    assert_true(upward_has(S("/"), S("tmp")));
    Err err;
    assert_true(file_symlink(S("nowhere"), FILE_CWD, below(S("a/dangling")), &err));
    assert_false(upward_has(below(S("a")), S("dangling")));
}

static void test_goes_up_to_the_root(void **state)
{
    (void)state;
    Str d = S("/a/b");
    assert_true(upward_next(&d));
    assert_str(d, S("/a"));
    assert_true(upward_next(&d));
    assert_str(d, S("/"));
    assert_false(upward_next(&d));
    assert_str(d, S("/"));
}

static void test_finds_the_nearest_and_stops_where_told(void **state)
{
    (void)state;
    Str found = S("");
    assert_true(upward_find(below(S("a/b/c")), S("f"), S(""), &found));
    assert_str(found, below(S("a")));
    assert_false(upward_find(below(S("a/b/c")), S("f"), below(S("a")), &found));
    assert_true(upward_find(below(S("a")), S("f"), below(S("a")), &found));
    assert_false(upward_find(below(S("a/b/c")), S("no-such-file-anywhere"), S(""), &found));
}

static void test_takes_no_path_that_the_kernel_would_not(void **state)
{
    (void)state;
    char *name = ARENA_ARRAY(&arena, char, UPWARD_MAX_PATH);
    memset(name, 'x', UPWARD_MAX_PATH);
    assert_false(upward_has(dir, (Str){name, UPWARD_MAX_PATH}));
    assert_false(upward_has(dir, (Str){name, UPWARD_MAX_PATH - dir.len - 1}));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_dir, drop_dir)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_tells_files_from_directories),
        TEST(test_goes_up_to_the_root),
        TEST(test_finds_the_nearest_and_stops_where_told),
        TEST(test_takes_no_path_that_the_kernel_would_not),
    };
    return cmocka_run_group_tests_name("go_mod_upward", tests, NULL, NULL);
}
