#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/utf8.h"
#include "support/assert_str.h"

static void test_decodes_the_first_and_last_code_point_of_each_length(void **state)
{
    (void)state;
    const struct {
        Str bytes;
        uint32_t rune;
        int len;
    } rows[] = {
        {S("\0"), 0, 1},
        {S("\x7f"), 0x7F, 1},
        {S("\xc2\x80"), 0x80, 2},
        {S("\xdf\xbf"), 0x7FF, 2},
        {S("\xe0\xa0\x80"), 0x800, 3},
        {S("\xed\x9f\xbf"), 0xD7FF, 3},
        {S("\xee\x80\x80"), 0xE000, 3},
        {S("\xef\xbf\xbf"), 0xFFFF, 3},
        {S("\xf0\x90\x80\x80"), 0x10000, 4},
        {S("\xf4\x8f\xbf\xbf"), 0x10FFFF, 4},
        {S("\xc3\xa4rest"), 0xE4, 2},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        uint32_t rune = 0;
        assert_int_equal(utf8_decode(rows[i].bytes, &rune), rows[i].len);
        assert_int_equal(rune, rows[i].rune);
        char back[UTF8_MAX_LEN];
        int len = utf8_encode(rune, back);
        assert_str(((Str){back, len}), str_to(rows[i].bytes, rows[i].len));
    }
}

static void test_refuses_what_is_not_utf8(void **state)
{
    (void)state;
    const Str rows[] = {
        S(""),
        S("\x80"), /* a continuation leads */
        S("\xc3"), /* cut short */
        S("\xe2\x82"),
        S("\xf0\x9f\x98"),
        S("\xc3z"),    /* no continuation follows */
        S("\xc0\x80"), /* overlong */
        S("\xc1\xbf"),
        S("\xe0\x9f\xbf"),
        S("\xf0\x8f\xbf\xbf"),
        S("\xed\xa0\x80"), /* surrogates */
        S("\xed\xbf\xbf"),
        S("\xf4\x90\x80\x80"),     /* above U+10FFFF */
        S("\xf8\x88\x80\x80\x80"), /* five bytes */
        S("\xff"),
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        uint32_t rune = 7;
        assert_int_equal(utf8_decode(rows[i], &rune), 0);
        assert_int_equal(rune, 7);
        assert_int_equal(utf8_is_valid(rows[i]), rows[i].len == 0);
    }
}

static void test_every_code_point_comes_back(void **state)
{
    (void)state;
    for (uint32_t rune = 0; rune <= 0x10FFFF; rune++) {
        if (rune >= 0xD800 && rune <= 0xDFFF) {
            continue;
        }
        char bytes[UTF8_MAX_LEN];
        uint32_t back = 0;
        int len = utf8_encode(rune, bytes);
        if (utf8_decode((Str){bytes, len}, &back) != len || back != rune) {
            fail_msg("U+%04X", rune);
        }
    }
}

static void test_knows_how_wide_signs_are(void **state)
{
    (void)state;
    const struct {
        uint32_t rune;
        int columns;
    } rows[] = {
        {'a', 1},    {0xE4, 1},    {0xB7, 1},   {0x301, 0},   {0x200B, 0}, {0xFE0F, 0},
        {0x4E2D, 2}, {0xAC00, 2},  {0xFF21, 2}, {0x1F600, 2}, {0x2026, 1}, {0x10FFFF, 1},
        {0x2500, 1}, {0x20000, 2}, {0x3042, 2}, {0x300, 0},   {0x2FF, 1},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(utf8_columns(rows[i].rune), rows[i].columns);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decodes_the_first_and_last_code_point_of_each_length),
        cmocka_unit_test(test_refuses_what_is_not_utf8),
        cmocka_unit_test(test_every_code_point_comes_back),
        cmocka_unit_test(test_knows_how_wide_signs_are),
    };
    return cmocka_run_group_tests_name("format/utf8", tests, NULL, NULL);
}
