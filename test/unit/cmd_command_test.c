#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cmd/command.h"
#include "support/assert_str.h"

static void test_home_comes_from_the_first_that_is_set(void **state)
{
    (void)state;
    const struct {
        const char *variables[3];
        Str home; /* empty: an error */
    } rows[] = {
        {{"HOME=/home/ann"}, S("/home/ann/.local/share/goward")},
        {{"HOME=/home/ann/", "XDG_DATA_HOME="}, S("/home/ann/.local/share/goward")},
        {{"HOME=/home/ann", "XDG_DATA_HOME=/data"}, S("/data/goward")},
        {{"HOME=/home/ann", "XDG_DATA_HOME=relative"}, S("/home/ann/.local/share/goward")},
        {{"HOME=/home/ann", "GOWARD_HOME=/srv//goward/../go/"}, S("/srv/go")},
        {{"GOWARD_HOME=/srv/goward"}, S("/srv/goward")},
        {{"HOME=/home/ann", "GOWARD_HOME="}, S("")},
        {{"HOME=/home/ann", "GOWARD_HOME=here"}, S("")},
        {{"HOME="}, S("")},
        {{"HOME=here"}, S("")},
        {{NULL}, S("")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena_init(0);
        Str entries[3];
        Environ env = {entries, 0};
        while (env.len < 3 && rows[i].variables[env.len] != NULL) {
            entries[env.len] = str_from_c(rows[i].variables[env.len]);
            env.len++;
        }
        Str home = {0};
        Err err;
        bool ok = command_home(&a, &env, &home, &err);
        assert_int_equal(ok, rows[i].home.len > 0);
        assert_str(home, rows[i].home);
        if (!ok) {
            assert_int_equal(err.kind, ERR_USAGE);
        }
        arena_done(&a);
    }
}

static void test_every_kind_of_error_has_its_exit_code(void **state)
{
    (void)state;
    const int codes[ERR_KIND_COUNT] = {
        [ERR_NONE] = 3,  [ERR_USAGE] = 2,       [ERR_NOT_FOUND] = 4, [ERR_IO] = 3,
        [ERR_NET] = 6,   [ERR_FORMAT] = 2,      [ERR_VERIFY] = 5,    [ERR_CONFLICT] = 7,
        [ERR_LIMIT] = 3, [ERR_UNSUPPORTED] = 2, [ERR_BUG] = 3,
    };
    for (int kind = 0; kind < ERR_KIND_COUNT; kind++) {
        assert_int_equal(command_exit_code((ErrKind)kind), codes[kind]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_home_comes_from_the_first_that_is_set),
        cmocka_unit_test(test_every_kind_of_error_has_its_exit_code),
    };
    return cmocka_run_group_tests_name("cmd/command", tests, NULL, NULL);
}
