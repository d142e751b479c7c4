#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/sha256.h"
#include "format/unicode.h"
#include "support/assert_str.h"

static void test_knows_letters_that_differ_in_case(void **state)
{
    (void)state;
    const struct {
        uint32_t rune, folded;
    } rows[] = {
        {'A', 'a'},         {'z', 'z'},           {'0', '0'}, {0xe4, 0xc4}, /* ä: Ä */
        {0xc4, 0xc4},       {0xdf, 0xdf},   /* ß, whose capital folds to it */
        {0x1e9e, 0xdf},     {0x212a, 'k'},  /* the sign of the kelvin */
        {0x17f, 's'},       {0x3c2, 0x3a3}, /* ς: Σ */
        {0x3c3, 0x3a3},     {0x44f, 0x42f}, /* я: Я */
        {0x131, 0x131},     {0x130, 0x130}, /* ı and İ are folded by nobody */
        {0x1e943, 0x1e921}, {0x10ffff, 0x10ffff},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(unicode_fold(rows[i].rune), rows[i].folded);
    }
}

static void test_knows_letters(void **state)
{
    (void)state;
    const uint32_t letters[] = {'a', 'Z', 0xe9, 0x4e2d, 0x20000, 0xa7dc /* since 16 */};
    const uint32_t others[] = {'0', '_', '@', '[', 0xd7, 0x301, 0x200b, 0x202e, 0x1f600, 0x10ffff};
    for (isize i = 0; i < COUNT_OF(letters); i++) {
        assert_true(unicode_is_letter(letters[i]));
    }
    for (isize i = 0; i < COUNT_OF(others); i++) {
        assert_false(unicode_is_letter(others[i]));
    }
}

/* Of all code points in order: the folded one as four bytes, the highest first, and one byte of
 * bits: 1 a letter, 2 a digit, 4 a capital, 8 printable, 16 a small letter. The digest is that of
 * the same bytes written by a Go 1.27.4 program with x/mod's strToFold for one rune,
 * unicode.IsLetter, IsDigit, IsUpper, strconv.IsPrint and unicode.IsLower. */
static void test_every_code_point_is_as_in_go(void **state)
{
    (void)state;
    Sha256Stream s = sha256_begin();
    for (uint32_t rune = 0; rune <= 0x10ffff; rune++) {
        uint32_t folded = unicode_fold(rune);
        uint8_t row[] = {(uint8_t)(folded >> 24), (uint8_t)(folded >> 16), (uint8_t)(folded >> 8),
                         (uint8_t)folded,
                         (uint8_t)(unicode_is_letter(rune) | unicode_is_digit(rune) << 1 |
                                   unicode_is_upper(rune) << 2 | unicode_is_print(rune) << 3 |
                                   unicode_is_lower(rune) << 4)};
        sha256_add(&s, row, COUNT_OF(row));
    }
    Sha256 digest = sha256_end(&s);
    char hex[64];
    sha256_to_hex(&digest, hex);
    assert_str(((Str){hex, 64}),
               S("9e7ca99d9331e035d7e4626e5cbf89807879862e7c113724d2f129d39a5fd1bc"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_knows_letters_that_differ_in_case),
        cmocka_unit_test(test_knows_letters),
        cmocka_unit_test(test_every_code_point_is_as_in_go),
    };
    return cmocka_run_group_tests_name("format/unicode", tests, NULL, NULL);
}
