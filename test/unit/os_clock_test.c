#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/clock.h"
#include "support/assert_str.h"
#include "support/fixture.h"

static void test_formats_utc(void **state)
{
    (void)state;
    const struct {
        int64_t seconds;
        Str text;
    } rows[] = {
        {0, S("1970-01-01T00:00:00Z")},          {-1, S("1969-12-31T23:59:59Z")},
        {951782400, S("2000-02-29T00:00:00Z")},  {1795250535, S("2026-11-21T08:42:15Z")},
        {4102444799, S("2099-12-31T23:59:59Z")}, {253402300800, S("10000-01-01T00:00:00Z")},
        {INT64_MAX, S("unknown time")},
    };
    Arena a = arena_init(0);
    setenv("TZ", "Asia/Kathmandu", 1); /* the answer knows no time zone */
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_str(clock_format_utc(&a, rows[i].seconds), rows[i].text);
    }
    arena_done(&a);
}

static void test_the_monotonic_clock_goes_on(void **state)
{
    (void)state;
    int64_t before = clock_monotonic_ns();
    for (int i = 0; i < 1000; i++) {
        int64_t now = clock_monotonic_ns();
        assert_true(now >= before);
        before = now;
    }
    assert_true(clock_wall_s() > 1700000000);
}

static void test_sleeps_at_least_that_long(void **state)
{
    (void)state;
    int64_t start = clock_monotonic_ns();
    clock_sleep_ms(0);
    clock_sleep_ms(-5);
    clock_sleep_ms(15);
    assert_in_range(clock_monotonic_ns() - start, 15 * 1000000, 5000000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats_utc),
        cmocka_unit_test(test_the_monotonic_clock_goes_on),
        cmocka_unit_test(test_sleeps_at_least_that_long),
    };
    return cmocka_run_group_tests_name("os_clock", tests, NULL, NULL);
}
