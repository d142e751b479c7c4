#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/env/workdir.h"
#include "os/proc.h"
#include "support/assert_str.h"
#include "support/fixture.h"

static Arena arena;

static int make_arena(void **state)
{
    (void)state;
    arena = arena_init(MIB);
    return 0;
}

static int drop_arena(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

static Environ with_pwd(Str pwd)
{
    Environ empty = {0};
    return environ_with(&arena, &empty, S("PWD"), pwd);
}

/* Where the test runs, whatever the tests do. */
static Str kernel_name(void)
{
    Str dir;
    Err err;
    assert_true(proc_working_dir(&arena, &dir, &err));
    return dir;
}

static Str workdir(Str pwd)
{
    Environ env = with_pwd(pwd);
    Str dir;
    Err err;
    assert_true(workdir_of_go(&arena, &env, S("."), &dir, &err));
    return dir;
}

static void test_takes_pwd_where_it_names_the_directory(void **state)
{
    (void)state;
    Str real = kernel_name();
    Str dir = fixture_dir(&arena);
    Str link = path_join(&arena, dir, S("link"));
    Err err;
    assert_true(file_symlink(real, FILE_CWD, link, &err));
    assert_str(workdir(link), link);
    assert_str(workdir(real), real);
}

static void test_takes_the_kernels_name_where_pwd_is_wrong(void **state)
{
    (void)state;
    Str real = kernel_name();
    assert_str(workdir(S("/")), real);
    assert_str(workdir(S("")), real);
    assert_str(workdir(S(".")), real);
    assert_str(workdir(S("/no/such/directory")), real);
}

static void test_shortens_paths_as_cmd_go_does(void **state)
{
    (void)state;
    static const struct {
        Str dir, path, expected;
    } rows[] = {
        {STR_CONST("/a/b"), STR_CONST("/a/b/go.mod"), STR_CONST("go.mod")},
        {STR_CONST("/a/b/c"), STR_CONST("/a/b/go.mod"), STR_CONST("../go.mod")},
        {STR_CONST("/a/b"), STR_CONST("/a/b/x/go.mod"), STR_CONST("x/go.mod")},
        {STR_CONST("/a/b/c/d/e"), STR_CONST("/a/go.mod"), STR_CONST("/a/go.mod")},
        {STR_CONST("/abc"), STR_CONST("/abd/go.mod"), STR_CONST("/abd/go.mod")},
        {STR_CONST("/long/er"), STR_CONST("/long/go.mod"), STR_CONST("../go.mod")},
        {STR_CONST("/"), STR_CONST("/go.mod"), STR_CONST("go.mod")},
        {STR_CONST("/a"), STR_CONST("/a"), STR_CONST(".")},
        {STR_CONST("/ab/cd"), STR_CONST("/ab"), STR_CONST("..")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_str(workdir_short(&arena, rows[i].dir, rows[i].path, false), rows[i].expected);
    }
}

static void test_shortens_only_to_the_same_file_when_asked(void **state)
{
    (void)state;
    Err err;
    Str dir = fixture_dir(&arena);
    Str file = fixture_file(&arena, dir, S("go.mod"), S(""));
    Str real = path_join(&arena, dir, S("a/b/real"));
    assert_true(dir_make_all(FILE_CWD, real, 0755, &err));
    Str link = path_join(&arena, dir, S("link"));
    assert_true(file_symlink(real, FILE_CWD, link, &err));
    assert_str(workdir_short(&arena, link, file, false), S("../go.mod"));
    assert_str(workdir_short(&arena, link, file, true), file);
    Str plain = path_join(&arena, dir, S("a"));
    assert_str(workdir_short(&arena, plain, file, true), S("../go.mod"));
}

static void test_knows_the_temporary_directory(void **state)
{
    (void)state;
    Environ empty = {0};
    Environ set = environ_with(&arena, &empty, S("TMPDIR"), S("/x/"));
    assert_str(workdir_temp(&empty), S("/tmp"));
    assert_str(workdir_temp(&set), S("/x/"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_takes_pwd_where_it_names_the_directory),
        TEST(test_takes_the_kernels_name_where_pwd_is_wrong),
        TEST(test_shortens_paths_as_cmd_go_does),
        TEST(test_shortens_only_to_the_same_file_when_asked),
        TEST(test_knows_the_temporary_directory),
    };
    return cmocka_run_group_tests_name("go_env_workdir", tests, NULL, NULL);
}
