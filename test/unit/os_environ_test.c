#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/environ.h"
#include "support/assert_str.h"
#include "support/fixture.h"

extern char **environ;

/* environ_get of another environment than the test's own. */
static Environ get_from(Arena *a, char **entries)
{
    char **own = environ;
    environ = entries;
    Environ env = environ_get(a);
    environ = own;
    return env;
}

static void check(const Environ *env, const Str *expected, isize n)
{
    assert_int_equal(env->len, n);
    for (isize i = 0; i < n; i++) {
        assert_str(env->entries[i], expected[i]);
    }
}

static void test_takes_the_last_of_a_name(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    char *entries[] = {(char *)"A=1", (char *)"B=2",   (char *)"A=3", (char *)"AB=4",
                       (char *)"A=",  (char *)"B=x=y", (char *)"=C",  NULL};
    Environ env = get_from(&a, entries);
    const Str expected[] = {S("A="), S("B=x=y"), S("AB=4"), S("=C")};
    check(&env, expected, COUNT_OF(expected));
    assert_str(environ_value(&env, S("B")), S("x=y"));
    assert_str(environ_value(&env, S("AB")), S("4"));
    arena_done(&a);
}

static void test_tells_empty_from_not_set(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    char *entries[] = {(char *)"EMPTY=", (char *)"NOVALUE", (char *)"PATH=/bin", NULL};
    Environ env = get_from(&a, entries);
    Str value = S("kept");
    assert_true(environ_lookup(&env, S("EMPTY"), &value));
    assert_str(value, S(""));
    value = S("kept");
    assert_false(environ_lookup(&env, S("NOVALUE"), &value));
    assert_false(environ_lookup(&env, S("PAT"), &value));
    assert_false(environ_lookup(&env, S("PATH="), &value));
    assert_false(environ_lookup(&env, S("path"), &value));
    assert_str(value, S("kept"));
    assert_str(environ_value(&env, S("ABSENT")), S(""));
    arena_done(&a);
}

static void test_copes_with_no_environment(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    char *none[] = {NULL};
    Environ empty = get_from(&a, none);
    assert_int_equal(empty.len, 0);
    Environ missing = get_from(&a, NULL);
    assert_int_equal(missing.len, 0);
    Environ one = environ_with(&a, &missing, S("A"), S("1"));
    assert_str(environ_value(&one, S("A")), S("1"));
    arena_done(&a);
}

static void test_changes_make_copies(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    char *entries[] = {(char *)"A=1", (char *)"B=2", (char *)"C=3", NULL};
    Environ env = get_from(&a, entries);
    Environ set = environ_with(&a, &env, S("B"), S("new"));
    Environ added = environ_with(&a, &set, S("D"), S(""));
    Environ removed = environ_without(&a, &added, S("A"));
    Environ same = environ_without(&a, &removed, S("ABSENT"));
    const Str before[] = {S("A=1"), S("B=2"), S("C=3")};
    const Str after[] = {S("C=3"), S("B=new"), S("D=")};
    check(&env, before, COUNT_OF(before));
    check(&removed, after, COUNT_OF(after));
    check(&same, after, COUNT_OF(after));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_takes_the_last_of_a_name),
        cmocka_unit_test(test_tells_empty_from_not_set),
        cmocka_unit_test(test_copes_with_no_environment),
        cmocka_unit_test(test_changes_make_copies),
    };
    return cmocka_run_group_tests_name("os_environ", tests, NULL, NULL);
}
