#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "policy/configfile.h"
#include "support/assert_str.h"
#include "support/fixture.h"

static Arena arena;
static Str dir;

static int make_dir(void **state)
{
    (void)state;
    arena = arena_init(MIB);
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

static bool load(Str from, Str root, ConfigFiles *ret, Err *err)
{
    Environ *env = ARENA_NEW(&arena, Environ);
    *env = environ_with(&arena, env, S("HOME"), below(S("home")));
    ConfigPlace place = {.environ = env,
                         .dir = below(from),
                         .project_root = root.len > 0 ? below(root) : root,
                         .system = below(S("system"))};
    *ret = (ConfigFiles){0};
    return configfile_load(&arena, &place, ret, err);
}

static void test_gives_the_most_specific_file_first(void **state)
{
    (void)state;
    Err err;
    ConfigFiles files;
    fixture_file(&arena, dir, S("p/goward.yaml"), S("checks: []\n"));
    fixture_file(&arena, dir, S("p/a/b/goward.yaml"), S("policy: {}\n"));
    fixture_file(&arena, dir, S("home/.config/goward/goward.yaml"), S("# nothing\n"));
    fixture_file(&arena, dir, S("system/etc/goward/goward.yaml"), S("policy:\n  x: 1\n"));
    assert_true(load(S("p/a/b"), S("p"), &files, &err));
    assert_int_equal(files.len, 4);
    assert_str(files.ptr[0].path, below(S("p/a/b/goward.yaml")));
    assert_int_equal(files.ptr[0].layer, CONFIG_PROJECT);
    assert_str(files.ptr[1].path, below(S("p/goward.yaml")));
    assert_non_null(configfile_get(&files.ptr[1], S("checks")));
    assert_null(configfile_get(&files.ptr[1], S("policy")));
    assert_int_equal(files.ptr[2].layer, CONFIG_USER);
    assert_null(files.ptr[2].root);
    assert_int_equal(files.ptr[3].layer, CONFIG_SYSTEM);
    assert_str(configfile_layer_name(files.ptr[3].layer), S("system"));
}

static void test_does_not_leave_the_project(void **state)
{
    (void)state;
    Err err;
    ConfigFiles files;
    fixture_file(&arena, dir, S("goward.yaml"), S("policy: {}\n"));
    fixture_file(&arena, dir, S("p/a/x"), S(""));
    assert_true(load(S("p/a"), S("p"), &files, &err));
    assert_int_equal(files.len, 0);
    assert_true(load(S("p/a"), S(""), &files, &err));
    assert_int_equal(files.len, 0);
}

static void test_refuses_what_is_no_file_of_settings(void **state)
{
    (void)state;
    static const struct {
        Str text, says, hint;
    } cases[] = {
        {STR_CONST("polcy: {}\n"), STR_CONST(":1: the file has no key 'polcy'"),
         STR_CONST("did you mean 'policy'? Known are: policy, checks")},
        {STR_CONST("checks: []\nzzzzzzzzzz: 1\n"),
         STR_CONST(":2: the file has no key 'zzzzzzzzzz'"), STR_CONST("known are: policy, checks")},
        {STR_CONST("- policy\n"),
         STR_CONST(":1: the file must be a mapping (name: value), and is a list (- one a line)"),
         STR_CONST("")},
        {STR_CONST("policy: {}\npolicy: {}\n"),
         STR_CONST(":2: the key policy stands on line 1 already"), STR_CONST("")},
        {STR_CONST("policy: {}\n---\nchecks: []\n"),
         STR_CONST(":3: a second document begins here, and only one is read"), STR_CONST("")},
        {STR_CONST("policy: [\n"), STR_CONST(":2: "), STR_CONST("")},
        {STR_CONST("policy: \377\376\n"), STR_CONST(":1: "), STR_CONST("")},
    };
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        Err err = {0};
        ConfigFiles files;
        Str path = below(S("goward.yaml"));
        fixture_file(&arena, dir, S("goward.yaml"), cases[i].text);
        assert_false(load(S(""), S(""), &files, &err));
        assert_int_equal(err.kind, ERR_FORMAT);
        Str text = str_from_c(err.text);
        assert_true(str_eat_prefix(&text, path));
        assert_str(str_to(text, MIN(text.len, cases[i].says.len)), cases[i].says);
        assert_str(str_from_c(err.hint), cases[i].hint);
    }
}

static void refuse(const char *what)
{
    Err err = {0};
    ConfigFiles files;
    assert_false(load(S(""), S(""), &files, &err));
    assert_int_equal(err.kind, ERR_FORMAT);
    assert_str(str_from_c(err.text),
               str_format(&arena, "%.*s:1: %s", STR_ARG(below(S("goward.yaml"))), what));
}

static void test_refuses_what_is_no_regular_file(void **state)
{
    (void)state;
    Str path = below(S("goward.yaml"));
    const char *c = str_format(&arena, "%.*s%c", STR_ARG(path), 0).ptr;
    assert_int_equal(mkfifo(c, 0600), 0);
    refuse("this is not a regular file");
    assert_int_equal(remove(c), 0);
    assert_int_equal(mkdir(c, 0700), 0);
    refuse("this is not a regular file");
    assert_int_equal(remove(c), 0);
    Str big = {ARENA_ARRAY(&arena, char, CONFIGFILE_MAX + 1), CONFIGFILE_MAX + 1};
    fixture_file(&arena, dir, S("goward.yaml"), big);
    refuse("the file has 262145 bytes, at most 262144 are read");
}

static void test_stops_at_a_bomb_of_aliases(void **state)
{
    (void)state;
    ConfigFile file;
    Err err = {0};
    StrBuf b = strbuf_init(&arena);
    strbuf_add(&b, S("policy:\n  a0: &a0 [x]\n"));
    for (int i = 1; i < 40; i++) {
        strbuf_add_format(&b, "  a%d: &a%d [*a%d, *a%d]\n", i, i, i - 1, i - 1);
    }
    assert_false(configfile_parse(&arena, CONFIG_PROJECT, S("/x"), strbuf_str(&b), &file, &err));
    assert_int_equal(err.kind, ERR_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_gives_the_most_specific_file_first, make_dir,
                                        drop_dir),
        cmocka_unit_test_setup_teardown(test_does_not_leave_the_project, make_dir, drop_dir),
        cmocka_unit_test_setup_teardown(test_refuses_what_is_no_file_of_settings, make_dir,
                                        drop_dir),
        cmocka_unit_test_setup_teardown(test_refuses_what_is_no_regular_file, make_dir, drop_dir),
        cmocka_unit_test_setup_teardown(test_stops_at_a_bomb_of_aliases, make_dir, drop_dir),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
