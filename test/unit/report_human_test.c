#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/human.h"
#include "support/assert_str.h"

static void test_bytes(void **state)
{
    (void)state;
    const struct {
        int64_t n;
        Str text;
    } rows[] = {
        {0, S("0 B")},
        {999, S("999 B")},
        {1000, S("1.0 kB")},
        {7725, S("7.7 kB")},
        {99949, S("99.9 kB")},
        {99950, S("100 kB")},
        {999499, S("999 kB")},
        {999500, S("1.0 MB")},
        {75781305, S("75.8 MB")},
        {226846155, S("227 MB")},
        {1018000000, S("1.0 GB")},
        {INT64_MAX, S("9.2 EB")},
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_str(human_bytes(&a, rows[i].n), rows[i].text);
    }
    arena_done(&a);
}

static void test_durations(void **state)
{
    (void)state;
    const struct {
        int64_t ns;
        Str text;
    } rows[] = {
        {0, S("0.0 ms")},
        {40000, S("0.0 ms")},
        {412345, S("0.4 ms")},
        {9949999, S("9.9 ms")},
        {9950000, S("10 ms")},
        {40400000, S("40 ms")},
        {999499999, S("999 ms")},
        {999500000, S("1.0 s")},
        {1900000000, S("1.9 s")},
        {59949999999, S("59.9 s")},
        {59950000000, S("1 min 0 s")},
        {125000000000, S("2 min 5 s")},
        {3599600000000, S("1 h 0 min")},
        {3780000000000, S("1 h 3 min")},
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_str(human_duration(&a, rows[i].ns), rows[i].text);
    }
    arena_done(&a);
}

static void test_counts_rates_and_plurals(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    assert_str(human_count(&a, 0), S("0"));
    assert_str(human_count(&a, 999), S("999"));
    assert_str(human_count(&a, 1000), S("1,000"));
    assert_str(human_count(&a, 71769961), S("71,769,961"));
    assert_str(human_count(&a, -100), S("-100"));
    assert_str(human_count(&a, -1000), S("-1,000"));
    assert_str(human_count(&a, INT64_MIN), S("-9,223,372,036,854,775,808"));
    assert_str(human_rate(&a, 75800000, 1900000000), S("39.9 MB/s"));
    assert_str(human_rate(&a, 1, 0), S(""));
    assert_str(human_rate(&a, INT64_MAX, 1), S("9.2 EB/s"));
    assert_str(human_plural(&a, 0, S("file"), S("files")), S("no files"));
    assert_str(human_plural(&a, 1, S("file"), S("files")), S("1 file"));
    assert_str(human_plural(&a, 12071, S("file"), S("files")), S("12,071 files"));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_counts_rates_and_plurals),
    };
    return cmocka_run_group_tests_name("report/human", tests, NULL, NULL);
}
