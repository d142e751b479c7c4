/* Commands are typed into a shell as they stand: the shell's own rules are the oracle, and
 * test/oracle/breakages_which.py types them for real. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doctor/remedy.h"
#include "support/assert_str.h"

static void test_words(void **state)
{
    (void)state;
    static const struct {
        const char *word, *want;
    } cases[] = {
        {"/usr/local/go", "/usr/local/go"},
        {"/home/a b/go", "'/home/a b/go'"},
        {"/home/Bob's", "'/home/Bob'\\''s'"},
        {"$HOME", "'$HOME'"},
        {"~/go", "'~/go'"},
        {"*", "'*'"},
        {"", "''"},
    };
    Arena a = arena_init(4 * KIB);
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        assert_str(remedy_word(&a, str_from_c(cases[i].word)), str_from_c(cases[i].want));
    }
    assert_str(remedy_path_first(&a, S("/a b")), S("export PATH='/a b':\"$PATH\""));
    assert_str(remedy_put_away(&a, S("/x/go")), S("mv /x/go /x/go.away"));
    assert_str(remedy_repair(&a, S("/usr/local/go")), S("goward verify --repair /usr/local/go"));
    arena_done(&a);
}

static void test_path_without(void **state)
{
    (void)state;
    static const struct {
        const char *path, *want;
    } cases[] = {
        {"PATH=/a:/shims:/b", "export PATH=/a:/b"},
        {"PATH=/shims/:/a:/shims", "export PATH=/a"},
        {"PATH=/shims", "export PATH=''"},
        {"PATH=/a b:/shims", "export PATH='/a b'"},
    };
    Arena a = arena_init(4 * KIB);
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        Str entry = str_from_c(cases[i].path);
        Environ environ = {.entries = &entry, .len = 1};
        GoEnv env = {.arena = &a, .environ = &environ};
        DoctorInput in = {.env = &env};
        Doctor d = {.in = &in, .arena = &a};
        assert_str(remedy_path_without(&d, S("/shims")), str_from_c(cases[i].want));
    }
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_path_without),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
