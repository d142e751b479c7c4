#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/assert_str.h"
#include "support/fixture.h"
#include "toolchain/surroundings.h"

static Arena arena;
static Str dir;

static int make_dir(void **state)
{
    (void)state;
    arena = arena_init(MIB);
    setenv("TMPDIR", "/tmp", 1); /* $TMPDIR of ./check lies in the checkout, which is a project */
    dir = fixture_dir(&arena);
    return 0;
}

static int drop_dir(void **state)
{
    (void)state;
    Err ignored;
    dir_remove_all(FILE_CWD, dir, &ignored);
    arena_done(&arena);
    return 0;
}

static Str below(Str name)
{
    return path_join(&arena, dir, name);
}

static Surroundings find(Str name, Str go111module, Str gowork)
{
    Environ *env = ARENA_NEW(&arena, Environ);
    *env = environ_with(&arena, env, S("GOENV"), S("off"));
    *env = environ_with(&arena, env, S("GO111MODULE"), go111module);
    *env = environ_with(&arena, env, S("GOWORK"), gowork);
    GoEnv e;
    Err err;
    assert_true(goenv_load_user(&arena, env, &e, &err));
    return surroundings_find(&arena, &e, below(name));
}

static void test_root_is_the_outermost_of_work_module_and_checkout(void **state)
{
    (void)state;
    fixture_file(&arena, dir, S("a/b/c/d/x"), S(""));
    assert_str(find(S("a/b/c/d"), S(""), S("")).project_root, S(""));
    fixture_file(&arena, dir, S("a/b/c/go.mod"), S(""));
    assert_str(find(S("a/b/c/d"), S(""), S("")).project_root, below(S("a/b/c")));
    fixture_file(&arena, dir, S("a/b/.git"), S("gitdir: elsewhere\n")); /* a worktree */
    assert_str(find(S("a/b/c/d"), S(""), S("")).project_root, below(S("a/b")));
    fixture_file(&arena, dir, S("a/go.work"), S(""));
    assert_str(find(S("a/b/c/d"), S(""), S("")).project_root, below(S("a")));
    assert_str(find(S("a/b/c/d"), S(""), S("off")).project_root, below(S("a/b")));
    fixture_file(&arena, dir, S("own/go.work"), S(""));
    Surroundings s = find(S("a/b/c/d"), S(""), below(S("own/go.work")));
    assert_str(s.project_root, below(S("a/b"))); /* a go.work elsewhere is no root of this place */
    assert_str(s.mod_file, below(S("own/go.work")));
    assert_str(s.module_file, below(S("a/b/c/go.mod")));
    assert_true(s.is_work_file);
}

static void test_lock_is_the_nearest_up_to_the_root(void **state)
{
    (void)state;
    fixture_file(&arena, dir, S("a/go.mod"), S(""));
    fixture_file(&arena, dir, S("a/b/x"), S(""));
    fixture_file(&arena, dir, S("goward.lock"), S(""));
    Surroundings s = find(S("a/b"), S(""), S(""));
    assert_false(s.has_lock);
    assert_str(s.lock_file, below(S("a/goward.lock")));
    fixture_file(&arena, dir, S("a/goward.lock"), S(""));
    s = find(S("a/b"), S(""), S(""));
    assert_true(s.has_lock);
    assert_str(s.lock_file, below(S("a/goward.lock")));
    fixture_file(&arena, dir, S("a/b/goward.lock/x"), S("")); /* a directory */
    assert_str(find(S("a/b"), S(""), S("")).lock_file, below(S("a/goward.lock")));
}

static void test_outside_a_project_only_the_directory_itself_counts(void **state)
{
    (void)state;
    fixture_file(&arena, dir, S("a/x"), S(""));
    fixture_file(&arena, dir, S("goward.lock"), S(""));
    fixture_file(&arena, dir, S(".go-version"), S("1.26.8\n"));
    Surroundings s = find(S("a"), S(""), S(""));
    Pin pin;
    Err err;
    assert_false(s.has_lock);
    assert_str(s.lock_file, S(""));
    assert_true(surroundings_read_pin(&arena, &s, &pin, &err));
    assert_int_equal(pin.says, PIN_SAYS_NOTHING);
    s = find(S(""), S(""), S(""));
    assert_true(s.has_lock);
    assert_true(surroundings_read_pin(&arena, &s, &pin, &err));
    assert_str(pin.name, S("go1.26.8"));
}

static void test_lines_count_only_with_modules_on(void **state)
{
    (void)state;
    fixture_file(&arena, dir, S("a/go.mod"), S("go 1.26.0\n"));
    fixture_file(&arena, dir, S("b/x"), S(""));
    static const struct {
        Str dir, setting;
        bool are_off;
        Str go;
    } rows[] = {
        {STR_CONST("a"), STR_CONST(""), false, STR_CONST("1.26.0")},
        {STR_CONST("a"), STR_CONST("on"), false, STR_CONST("1.26.0")},
        {STR_CONST("a"), STR_CONST("auto"), false, STR_CONST("1.26.0")},
        {STR_CONST("a"), STR_CONST("off"), true, STR_CONST("")},
        {STR_CONST("a"), STR_CONST("yes"), true, STR_CONST("")},
        {STR_CONST("b"), STR_CONST("auto"), true, STR_CONST("")},
        {STR_CONST("b"), STR_CONST(""), false, STR_CONST("")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Surroundings s = find(rows[i].dir, rows[i].setting, S(""));
        ModLinesFound lines;
        Err err;
        assert_int_equal(s.modules_are_off, rows[i].are_off);
        assert_true(surroundings_read_lines(&arena, &s, &lines, &err));
        assert_str(lines.go.value, rows[i].go);
    }
}

static void test_pin_of_the_nearest_directory_wins(void **state)
{
    (void)state;
    fixture_file(&arena, dir, S(".git/HEAD"), S(""));
    fixture_file(&arena, dir, S(".go-version"), S("1.24.1\n"));
    fixture_file(&arena, dir, S("a/.tool-versions"), S("nodejs 20\n"));
    fixture_file(&arena, dir, S("a/b/x"), S(""));
    Surroundings s = find(S("a/b"), S(""), S(""));
    Pin pin;
    Err err;
    assert_true(surroundings_read_pin(&arena, &s, &pin, &err));
    assert_str(pin.name, S("go1.24.1"));
    fixture_file(&arena, dir, S("a/.tool-versions"), S("golang 1.25.1\n"));
    assert_true(surroundings_read_pin(&arena, &s, &pin, &err));
    assert_str(pin.name, S("go1.25.1"));
    fixture_file(&arena, dir, S("a/b/mise.toml"), S("[tools]\ngo = 'system'\n"));
    assert_true(surroundings_read_pin(&arena, &s, &pin, &err));
    assert_str(pin.name, S("go1.25.1"));
}

static void test_takes_the_first_file_of_a_directory_that_names_a_release(void **state)
{
    (void)state;
    Surroundings s = find(S("."), S(""), S(""));
    s.up.dir = s.dir = dir;
    Pin pin;
    Err err;
    fixture_file(&arena, dir, S(".mise.toml"), S("[tools]\ngo = '1.22.1'\n"));
    assert_true(surroundings_read_pin(&arena, &s, &pin, &err));
    assert_str(pin.name, S("go1.22.1"));
    assert_int_equal(pin.kind, PIN_MISE_HIDDEN);
    fixture_file(&arena, dir, S("go.version"), S("1.23.1\n"));
    fixture_file(&arena, dir, S(".tool-versions"), S("nodejs 20\n"));
    assert_true(surroundings_read_pin(&arena, &s, &pin, &err));
    assert_str(pin.name, S("go1.23.1"));
    fixture_file(&arena, dir, S(".go-version"), S("system\n"));
    assert_true(surroundings_read_pin(&arena, &s, &pin, &err));
    assert_str(pin.name, S("go1.23.1"));
    fixture_file(&arena, dir, S(".go-version"), S("1.24.1\n"));
    assert_true(surroundings_read_pin(&arena, &s, &pin, &err));
    assert_str(pin.name, S("go1.24.1"));
    surroundings_done(&s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_dir, drop_dir)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_root_is_the_outermost_of_work_module_and_checkout),
        TEST(test_lock_is_the_nearest_up_to_the_root),
        TEST(test_outside_a_project_only_the_directory_itself_counts),
        TEST(test_lines_count_only_with_modules_on),
        TEST(test_pin_of_the_nearest_directory_wins),
        TEST(test_takes_the_first_file_of_a_directory_that_names_a_release),
    };
    return cmocka_run_group_tests_name("toolchain_surroundings", tests, NULL, NULL);
}
