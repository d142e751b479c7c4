#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/hex.h"
#include "support/assert_str.h"

static void test_every_byte_goes_both_ways(void **state)
{
    (void)state;
    uint8_t bytes[256], back[256];
    char text[512];
    for (int i = 0; i < 256; i++) {
        bytes[i] = (uint8_t)i;
    }
    hex_encode(bytes, 256, text);
    assert_str(((Str){text, 6}), S("000102"));
    assert_str(((Str){text + 506, 6}), S("fdfeff"));
    assert_true(hex_decode((Str){text, 512}, 256, back));
    assert_memory_equal(bytes, back, 256);
}

static void test_takes_nothing_but_small_digits(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        char text[2] = {'0', (char)c};
        uint8_t byte = 0xee;
        bool is_digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        assert_int_equal(hex_decode((Str){text, 2}, 1, &byte), is_digit);
        assert_true(is_digit == (byte != 0xee));
        char turned[2] = {text[1], text[0]};
        assert_int_equal(hex_decode((Str){turned, 2}, 1, &byte), is_digit);
    }
}

static void test_takes_the_exact_length(void **state)
{
    (void)state;
    uint8_t bytes[4] = {9, 9, 9, 9};
    assert_false(hex_decode(S("0102"), 1, bytes));
    assert_false(hex_decode(S("0102"), 3, bytes));
    assert_false(hex_decode(S("010"), 1, bytes));
    assert_false(hex_decode(S(""), 1, bytes));
    assert_int_equal(bytes[0], 9);
    assert_true(hex_decode(S(""), 0, bytes));
    assert_true(hex_decode(S("0102"), 2, bytes));
    assert_int_equal(bytes[1], 2);
    assert_int_equal(bytes[2], 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_byte_goes_both_ways),
        cmocka_unit_test(test_takes_nothing_but_small_digits),
        cmocka_unit_test(test_takes_the_exact_length),
    };
    return cmocka_run_group_tests_name("format/hex", tests, NULL, NULL);
}
