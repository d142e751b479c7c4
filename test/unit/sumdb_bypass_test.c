#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sumdb/bypass.h"
#include "support/assert_str.h"

static void test_knows_who_has_which_flaw(void **state)
{
    (void)state;
    static const struct {
        const char *version;
        isize n_flaws;
    } rows[] = {
        {"1.27.2", 0},  {"1.28.0", 0},  {"1.28rc1", 0}, {"1.27.1", 1},  {"1.27.0", 1},
        {"1.27rc2", 3}, {"1.26.9", 0},  {"1.26.8", 1},  {"1.26.6", 1},  {"1.26.5", 3},
        {"1.26.3", 3},  {"1.26.2", 4},  {"1.26.0", 4},  {"1.25.14", 1}, {"1.25.12", 3},
        {"1.25.9", 4},  {"1.24.13", 4}, {"1.21.0", 4},  {"1.19.4", 4},  {"nonsense", 4},
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        isize n;
        bypass_of(&a, str_from_c(rows[i].version), &n);
        if (n != rows[i].n_flaws) {
            fail_msg("%s has %td flaws, expected %td", rows[i].version, n, rows[i].n_flaws);
        }
    }
    arena_done(&a);
}

static void test_names_the_newest_advisory_first(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    isize n;
    const Bypass *const *flaws = bypass_of(&a, S("1.26.2"), &n);
    assert_str(flaws[0]->id, S("CVE-2026-94447"));
    assert_str(flaws[n - 1]->id, S("CVE-2026-42501"));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_knows_who_has_which_flaw),
        cmocka_unit_test(test_names_the_newest_advisory_first),
    };
    return cmocka_run_group_tests_name("sumdb/bypass", tests, NULL, NULL);
}
