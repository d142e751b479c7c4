#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/utf8.h"
#include "sumdb/text.h"

static void test_tells_clean_text(void **state)
{
    (void)state;
    const struct {
        Str text;
        bool is_clean;
    } rows[] = {
        {S(""), true},
        {S("plain\n"), true},
        {S("\n\n"), true},
        {S("\x7f"), true}, /* DEL is not below 0x20 */
        {S("\xe2\x80\x94"), true},
        {S("\xef\xbf\xbd"), true}, /* a replacement character that was written as such */
        {S("\xf4\x8f\xbf\xbf"), true},
        {S("a\tb"), false},
        {S("a\r\n"), false},
        {S("a\0b"), false},
        {S("\x1f"), false},
        {S("\xff"), false},
        {S("\xe2\x80"), false},
        {S("\xc0\x8a"), false},         /* an overlong newline */
        {S("\xed\xa0\x80"), false},     /* a surrogate */
        {S("\xf4\x90\x80\x80"), false}, /* past U+10FFFF */
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(text_is_clean(rows[i].text), rows[i].is_clean);
    }
}

static void test_tells_names(void **state)
{
    (void)state;
    const struct {
        Str name;
        bool is_name;
    } rows[] = {
        {S("sum.golang.org"), true},
        {S("example.com/foo"), true},
        {S("J\xc3\xb6rg"), true},
        {S("\x01"), true}, /* Go's rule; a note refuses it as text */
        {S(""), false},
        {S("a+b"), false},
        {S("a b"), false},
        {S("a\nb"), false},
        {S("a\xff"), false},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(text_is_name(rows[i].name), rows[i].is_name);
    }
}

/* All code points against the list of Unicode 15, property White_Space. */
static void test_no_unicode_space_is_in_a_name(void **state)
{
    (void)state;
    static const uint32_t spaces[] = {
        0x0009, 0x000a, 0x000b, 0x000c, 0x000d, 0x0020, 0x0085, 0x00a0, 0x1680,
        0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008,
        0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000,
    };
    isize n_refused = 0;
    for (uint32_t rune = 0; rune <= 0x10ffff; rune++) {
        if (rune >= 0xd800 && rune <= 0xdfff) {
            continue;
        }
        char bytes[UTF8_MAX_LEN];
        n_refused += !text_is_name((Str){bytes, utf8_encode(rune, bytes)});
    }
    assert_int_equal(n_refused, COUNT_OF(spaces) + 1); /* and "+" */
    for (isize i = 0; i < COUNT_OF(spaces); i++) {
        char bytes[UTF8_MAX_LEN];
        assert_false(text_is_name((Str){bytes, utf8_encode(spaces[i], bytes)}));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tells_clean_text),
        cmocka_unit_test(test_tells_names),
        cmocka_unit_test(test_no_unicode_space_is_in_a_name),
    };
    return cmocka_run_group_tests_name("sumdb_text", tests, NULL, NULL);
}
