#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/lines.h"
#include "support/assert_str.h"

static void test_values_come_back(void **state)
{
    (void)state;
    static const Str values[] = {
        STR_CONST(""),
        STR_CONST("plain"),
        STR_CONST("two words  and three spaces   "),
        STR_CONST("-"),
        STR_CONST("back\\slash \\x0a"),
        STR_CONST("line\nbreak\r\n\ttab\0nul\x7f"),
        STR_CONST("r\xc3\xa9sum\xc3\xa9 \xff"),
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(values); i++) {
        Err err;
        Str key, value;
        StrBuf b = strbuf_init(&a);
        lines_add(&b, S("key"), values[i]);
        Str text = strbuf_str(&b);
        assert_int_equal(lines_next(&a, &text, &key, &value, &err), LINES_PAIR);
        assert_str(key, S("key"));
        assert_str(value, values[i]);
        assert_int_equal(lines_next(&a, &text, &key, &value, &err), LINES_END);

        StrBuf field = strbuf_init(&a);
        lines_add_field(&field, values[i]);
        assert_int_equal(str_index_byte(strbuf_str(&field), ' '), -1);
        assert_true(field.len > 0);
        assert_true(lines_unescape_field(&a, strbuf_str(&field), &value));
        assert_str(value, values[i]);
    }
    arena_done(&a);
}

static void test_rejects_other_lines(void **state)
{
    (void)state;
    static const Str texts[] = {
        STR_CONST("no newline"), STR_CONST("novalue\n"),     STR_CONST(" nokey\n"),
        STR_CONST("\n"),         STR_CONST("k \\x0\n"),      STR_CONST("k \\n\n"),
        STR_CONST("k \\xAB\n"),  STR_CONST("k bare\ttab\n"), STR_CONST("k bare\0nul\n"),
        STR_CONST("k a\\x0g\n"), STR_CONST("k \\\n"),
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(texts); i++) {
        Err err;
        Str rest = texts[i], key, value;
        assert_int_equal(lines_next(&a, &rest, &key, &value, &err), LINES_BROKEN);
        assert_int_equal(err.kind, ERR_FORMAT);
    }
    arena_done(&a);
}

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        Str text;
        bool is_number;
        int64_t number;
    } cases[] = {
        {STR_CONST("0"), true, 0},
        {STR_CONST("-1"), true, -1},
        {STR_CONST("9223372036854775807"), true, INT64_MAX},
        {STR_CONST("9223372036854775808"), false, 0},
        {STR_CONST("-2"), false, 0},
        {STR_CONST("007"), false, 0},
        {STR_CONST(""), false, 0},
        {STR_CONST("1 "), false, 0},
    };
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        Err err;
        int64_t number = 0;
        assert_int_equal(lines_number(S("key"), cases[i].text, &number, &err), cases[i].is_number);
        assert_true(number == cases[i].number);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_come_back),
        cmocka_unit_test(test_rejects_other_lines),
        cmocka_unit_test(test_numbers),
    };
    return cmocka_run_group_tests_name("store/lines", tests, NULL, NULL);
}
