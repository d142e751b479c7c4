#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/text.h"
#include "support/assert_str.h"

static void test_makes_text_harmless(void **state)
{
    (void)state;
    const struct {
        Str text, clean;
    } rows[] = {
        {S(""), S("")},
        {S("go.mod:5 · ä 中"), S("go.mod:5 · ä 中")},
        {S("\x1b]0;owned\x07"), S("\\x1b]0;owned\\x07")},
        {S("a\nb\rc\td"), S("a\\nb\\x0dc d")},
        {S("\x7f"), S("\\x7f")},
        {S("\xc2\x9b"
           "31m"),
         S("\\u009b31m")}, /* CSI as one C1 character */
        {S("\xff\xc3"), S("\\xff\\xc3")},
        {S("\xe2\x80\xae"
           "evil"),
         S("\\u202eevil")}, /* right-to-left override */
        {S("\xe2\x80\xa8"), S("\\u2028")},
        {S("a\0b"), S("a\\x00b")},
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_str(text_clean(&a, rows[i].text), rows[i].clean);
    }
    arena_done(&a);
}

static void test_measures_in_columns(void **state)
{
    (void)state;
    assert_int_equal(text_columns(S("")), 0);
    assert_int_equal(text_columns(S("abc")), 3);
    assert_int_equal(text_columns(S("·ä")), 2);
    assert_int_equal(text_columns(S("中文")), 4);
    assert_int_equal(text_columns(S("e\xcc\x81")), 1);
}

static void test_cuts_at_whole_signs(void **state)
{
    (void)state;
    const struct {
        Str text;
        isize columns;
        Str mark, cut;
    } rows[] = {
        {S("abcdef"), 6, S("…"), S("abcdef")},  {S("abcdef"), 5, S("…"), S("abcd…")},
        {S("abcdef"), 5, S("..."), S("ab...")}, {S("abcdef"), 1, S("…"), S("…")},
        {S("中文字"), 5, S("…"), S("中文…")},   {S("中文字"), 4, S("…"), S("中…")},
        {S("ääää"), 3, S("…"), S("ää…")},       {S(""), 0, S("…"), S("")},
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_str(text_cut(&a, rows[i].text, rows[i].columns, rows[i].mark), rows[i].cut);
    }
    arena_done(&a);
}

static void test_wraps_at_spaces(void **state)
{
    (void)state;
    const struct {
        Str text;
        isize width, indent;
        Str wrapped;
    } rows[] = {
        {S("one two three"), 7, 0, S("one two\nthree")},
        {S("one two three"), 80, 0, S("one two three")},
        {S("one two three"), 0, 4, S("one two three")},
        {S("one two three"), 9, 4, S("one\n    two\n    three")},
        {S("incomprehensibilities are long"), 10, 2, S("incomprehensibilities\n  are long")},
        {S("a b\n\nc d"), 80, 2, S("a b\n\n  c d")},
        {S("a\nb"), 80, 0, S("a b")},
        {S(""), 80, 2, S("")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena_init(0);
        StrBuf b = strbuf_init(&a);
        text_add_wrapped(&b, rows[i].text, rows[i].width, rows[i].indent);
        assert_str(strbuf_str(&b), rows[i].wrapped);
        arena_done(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_makes_text_harmless),
        cmocka_unit_test(test_measures_in_columns),
        cmocka_unit_test(test_cuts_at_whole_signs),
        cmocka_unit_test(test_wraps_at_spaces),
    };
    return cmocka_run_group_tests_name("report/text", tests, NULL, NULL);
}
