#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/path.h"
#include "support/assert_str.h"
#include "support/fixture.h"

/* test/unit/data/path/clean.txt: a path, Go's path.Clean of it, Go's fs.ValidPath of it; every path
 * of up to six of the bytes "a./", and some longer ones. */
static void test_cleans_as_go_does(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Str rest = fixture_read(&a, FILE_CWD, S("test/unit/data/path/clean.txt")), line;
    isize n = 0;
    while (str_next_line(&rest, &line)) {
        Arena scratch = a;
        StrCut path = str_cut(line, '\t');
        StrCut clean = str_cut(path.tail, '\t');
        Str got = path_clean(&scratch, path.head);
        if (!str_eq(got, clean.head)) {
            fail_msg("path_clean(\"%.*s\") is \"%.*s\", Go says \"%.*s\"", STR_ARG(path.head),
                     STR_ARG(got), STR_ARG(clean.head));
        }
        assert_str(path_clean(&scratch, got), got);
        n++;
    }
    assert_true(n > 1000);
    arena_done(&a);
}

/* Go's "." names the root of a tree; nothing can be created under that name. */
static void test_local_names_are_gos_valid_paths_but_for_the_root(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Str rest = fixture_read(&a, FILE_CWD, S("test/unit/data/path/clean.txt")), line;
    while (str_next_line(&rest, &line)) {
        StrCut valid = str_cut_last(line, '\t');
        Str path = str_cut(line, '\t').head;
        bool expected = str_eq(valid.tail, S("true")) && !str_eq(path, S("."));
        if (path_is_local(path) != expected) {
            fail_msg("path_is_local(\"%.*s\") is %d", STR_ARG(path), !expected);
        }
    }
    arena_done(&a);
}

static void test_refuses_names_that_some_system_reads_otherwise(void **state)
{
    (void)state;
    const Str names[] = {S("a\\b"), S("\\"), S("a\0b"), S("a/b\0"), S("..\\a"), S("a/..\\..")};
    for (isize i = 0; i < COUNT_OF(names); i++) {
        assert_false(path_is_local(names[i]));
    }
    assert_true(path_is_local(S("a b/..c/d..")));
    assert_true(path_is_local(S(" ")));
}

static void test_joins(void **state)
{
    (void)state;
    const struct {
        Str dir, name, joined;
    } rows[] = {
        {S("a"), S("b"), S("a/b")},     {S("a/"), S("b"), S("a/b")}, {S("/"), S("b"), S("/b")},
        {S(""), S("b"), S("b")},        {{0}, S("b"), S("b")},       {S("."), S("b"), S("./b")},
        {S("a"), S("b/c"), S("a/b/c")},
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_str(path_join(&a, rows[i].dir, rows[i].name), rows[i].joined);
    }
    arena_done(&a);
}

static void test_splits_into_directory_and_base(void **state)
{
    (void)state;
    const struct {
        Str path, dir, base;
    } rows[] = {
        {S(""), S("."), S("")},         {S("/"), S("/"), S("/")},
        {S("//"), S("/"), S("/")},      {S("a"), S("."), S("a")},
        {S("a/"), S("."), S("a")},      {S("a/b"), S("a"), S("b")},
        {S("/a"), S("/"), S("a")},      {S("/a/"), S("/"), S("a")},
        {S("/a/b//"), S("/a"), S("b")}, {S("a//b"), S("a"), S("b")},
        {S("//a"), S("/"), S("a")},     {S(".."), S("."), S("..")},
        {S("../.."), S(".."), S("..")}, {S("/usr/lib/go-1.26"), S("/usr/lib"), S("go-1.26")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_str(path_dir(rows[i].path), rows[i].dir);
        assert_str(path_base(rows[i].path), rows[i].base);
    }
}

static void test_makes_absolute(void **state)
{
    (void)state;
    const struct {
        Str base, path, absolute;
    } rows[] = {
        {S("/w"), S("a"), S("/w/a")},     {S("/w"), S("../a"), S("/a")},
        {S("/w"), S("/a/../b"), S("/b")}, {S("/w"), S("../../../.."), S("/")},
        {S("/w/x"), S("."), S("/w/x")},   {S("/"), S("a//b/"), S("/a/b")},
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_str(path_absolute(&a, rows[i].base, rows[i].path), rows[i].absolute);
    }
    arena_done(&a);
}

static void test_knows_what_lies_below(void **state)
{
    (void)state;
    const struct {
        Str path, dir;
        bool within;
    } rows[] = {
        {S("/a/b"), S("/a"), true},  {S("/a"), S("/a"), true},      {S("/ab"), S("/a"), false},
        {S("/a"), S("/a/b"), false}, {S("/a"), S("/"), true},       {S("/"), S("/"), true},
        {S("/b/a"), S("/a"), false}, {S("/a-b/c"), S("/a"), false},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(path_is_within(rows[i].path, rows[i].dir), rows[i].within);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cleans_as_go_does),
        cmocka_unit_test(test_local_names_are_gos_valid_paths_but_for_the_root),
        cmocka_unit_test(test_refuses_names_that_some_system_reads_otherwise),
        cmocka_unit_test(test_joins),
        cmocka_unit_test(test_splits_into_directory_and_base),
        cmocka_unit_test(test_makes_absolute),
        cmocka_unit_test(test_knows_what_lies_below),
    };
    return cmocka_run_group_tests_name("base_path", tests, NULL, NULL);
}
