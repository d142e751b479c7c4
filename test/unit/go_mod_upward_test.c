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

/* One question about one directory. */
static bool has(Str in, Str name)
{
    AUTO_UPWARD Upward u = upward_from(in);
    return upward_has(&u, upward_start(&u), name);
}

static bool has_file(Str in, Str name)
{
    AUTO_UPWARD Upward u = upward_from(in);
    return upward_has_file(&u, upward_start(&u), name);
}

static bool find(Str from, Str name, Str stop, Str *ret_dir)
{
    AUTO_UPWARD Upward u = upward_from(from);
    return upward_find(&u, name, stop, ret_dir);
}

static void test_tells_files_from_directories(void **state)
{
    (void)state;
    Err err;
    assert_true(has(below(S("a")), S("f")));
    assert_true(has(below(S("a")), S("b")));
    assert_true(has_file(below(S("a")), S("f")));
    assert_false(has_file(below(S("a")), S("b")));
    assert_false(has(below(S("a")), S("none")));
    assert_false(has(below(S("a/f")), S("x")));
    assert_true(has(S("/"), S("tmp")));
    assert_true(file_symlink(S("nowhere"), FILE_CWD, below(S("a/dangling")), &err));
    assert_false(has(below(S("a")), S("dangling")));
}

static void test_answers_the_same_however_often_it_is_asked(void **state)
{
    (void)state;
    AUTO_UPWARD Upward u = upward_from(below(S("a/b")));
    UpwardPlace place = upward_start(&u);
    assert_true(upward_next(&place));
    for (int i = 0; i < 6; i++) {
        assert_true(upward_has_file(&u, place, S("f")));
        assert_false(upward_has_file(&u, place, S("b")));
        assert_true(upward_has(&u, place, S("b")));
        assert_false(upward_has(&u, place, S("none")));
    }
    assert_true(u.levels[1].fd >= 0);
    assert_int_equal(u.levels[0].fd, -1);
}

static void test_goes_up_to_the_root(void **state)
{
    (void)state;
    Upward u = upward_from(S("/a/b"));
    UpwardPlace place = upward_start(&u);
    assert_true(upward_next(&place));
    assert_str(place.dir, S("/a"));
    assert_true(upward_next(&place));
    assert_str(place.dir, S("/"));
    assert_int_equal(place.level, 2);
    assert_false(upward_next(&place));
    assert_str(place.dir, S("/"));
}

static void test_finds_the_nearest_and_stops_where_told(void **state)
{
    (void)state;
    Str found = S("");
    assert_true(find(below(S("a/b/c")), S("f"), S(""), &found));
    assert_str(found, below(S("a")));
    assert_false(find(below(S("a/b/c")), S("f"), below(S("a")), &found));
    assert_true(find(below(S("a")), S("f"), below(S("a")), &found));
    assert_false(find(below(S("a/b/c")), S("no-such-file-anywhere"), S(""), &found));
}

static void test_goes_further_up_than_it_keeps_open(void **state)
{
    (void)state;
    Str deep = below(S("a"));
    for (isize i = 0; i < UPWARD_MAX_OPEN + 4; i++) {
        deep = path_join(&arena, deep, S("d"));
    }
    fixture_file(&arena, deep, S("x"), S(""));
    Str found = S("");
    assert_true(find(deep, S("f"), S(""), &found));
    assert_str(found, below(S("a")));
}

static void test_takes_no_path_that_the_kernel_would_not(void **state)
{
    (void)state;
    char *name = ARENA_ARRAY(&arena, char, UPWARD_MAX_PATH);
    memset(name, 'x', UPWARD_MAX_PATH);
    assert_false(has(dir, (Str){name, UPWARD_MAX_PATH}));
    assert_false(has(dir, (Str){name, UPWARD_MAX_PATH - dir.len - 1}));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_dir, drop_dir)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_tells_files_from_directories),
        TEST(test_answers_the_same_however_often_it_is_asked),
        TEST(test_goes_up_to_the_root),
        TEST(test_goes_further_up_than_it_keeps_open),
        TEST(test_finds_the_nearest_and_stops_where_told),
        TEST(test_takes_no_path_that_the_kernel_would_not),
    };
    return cmocka_run_group_tests_name("go_mod_upward", tests, NULL, NULL);
}
