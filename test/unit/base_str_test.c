#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "support/assert_str.h"
#include "support/fixture.h"

#include <signal.h>

static void test_c_strings_come_in(void **state)
{
    (void)state;
    assert_str(str_from_c("abc"), S("abc"));
    assert_str(str_from_c(""), S(""));
    assert_str(str_from_c(NULL), S(""));
}

static void test_compares_bytewise_with_prefix_first(void **state)
{
    (void)state;
    const struct {
        Str a, b;
        int sign;
    } rows[] = {
        {S(""), S(""), 0},      {{0}, S(""), 0},
        {S(""), S("a"), -1},    {S("a"), S("aa"), -1},
        {S("b"), S("aa"), 1},   {S("a\0b"), S("a\0c"), -1},
        {S("a\0"), S("a"), 1},  {S("\x7f"), S("\x80"), -1},
        {S("\xff"), S("a"), 1}, {S("a/b"), S("a.c"), 1},
        {S("Z"), S("a"), -1},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        int forth = str_compare(rows[i].a, rows[i].b);
        int back = str_compare(rows[i].b, rows[i].a);
        assert_int_equal((forth > 0) - (forth < 0), rows[i].sign);
        assert_int_equal((back > 0) - (back < 0), -rows[i].sign);
        assert_int_equal(str_eq(rows[i].a, rows[i].b), rows[i].sign == 0);
    }
}

static void test_folds_ascii_only(void **state)
{
    (void)state;
    assert_true(str_eq_fold(S("GoProxy"), S("gOPROXY")));
    assert_true(str_eq_fold(S(""), (Str){0}));
    assert_false(str_eq_fold(S("a"), S("ab")));
    assert_false(str_eq_fold(S("["), S("{"))); /* 0x20 apart, but no letters */
    assert_false(str_eq_fold(S("@"), S("`")));
    assert_false(str_eq_fold(S("\xc3\x84"), S("\xc3\xa4")));
}

static void test_eats_what_is_there_and_leaves_the_rest_alone(void **state)
{
    (void)state;
    const struct {
        Str s, affix;
        bool eats_prefix, eats_suffix;
    } rows[] = {
        {S("abcab"), S("ab"), true, true}, {S("abc"), S("abcd"), false, false},
        {S("abc"), S(""), true, true},     {S(""), S(""), true, true},
        {S(""), S("a"), false, false},     {S("xab"), S("ab"), false, true},
        {S("abx"), S("ab"), true, false},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Str front = rows[i].s, back = rows[i].s;
        assert_int_equal(str_eat_prefix(&front, rows[i].affix), rows[i].eats_prefix);
        assert_int_equal(str_eat_suffix(&back, rows[i].affix), rows[i].eats_suffix);
        assert_int_equal(front.len, rows[i].s.len - (rows[i].eats_prefix ? rows[i].affix.len : 0));
        assert_int_equal(back.len, rows[i].s.len - (rows[i].eats_suffix ? rows[i].affix.len : 0));
        assert_int_equal(str_starts_with(rows[i].s, rows[i].affix), rows[i].eats_prefix);
        assert_int_equal(str_ends_with(rows[i].s, rows[i].affix), rows[i].eats_suffix);
    }
}

static bool slice_outside(void *context)
{
    const isize *range = context;
    return str_slice(S("abc"), range[0], range[1]).len >= 0;
}

static void test_slicing_outside_is_a_bug(void **state)
{
    (void)state;
    isize ranges[][2] = {{-1, 2}, {0, 4}, {2, 1}, {4, 4}, {ISIZE_MAX, ISIZE_MAX}};
    for (isize i = 0; i < COUNT_OF(ranges); i++) {
        assert_true(fixture_dies_of(SIGABRT, slice_outside, ranges[i]));
    }
    assert_str(str_slice(S("abc"), 1, 2), S("b"));
    assert_str(str_slice(S("abc"), 3, 3), S(""));
    assert_str(str_slice((Str){0}, 0, 0), S(""));
}

static void test_finds_bytes_and_substrings(void **state)
{
    (void)state;
    assert_int_equal(str_index_byte(S("a/b/c"), '/'), 1);
    assert_int_equal(str_last_index_byte(S("a/b/c"), '/'), 3);
    assert_int_equal(str_index_byte(S("a\0b"), '\0'), 1);
    assert_int_equal(str_index_byte((Str){0}, 'a'), -1);
    assert_int_equal(str_last_index_byte((Str){0}, 'a'), -1);
    assert_int_equal(str_index_byte(str_to(S("ab"), 1), 'b'), -1);
    assert_int_equal(str_index(S("aab"), S("ab")), 1);
    assert_int_equal(str_index(S("ab"), S("abc")), -1);
    assert_int_equal(str_index(S("ab"), S("")), 0);
    assert_int_equal(str_index((Str){0}, S("")), 0);
    assert_int_equal(str_index((Str){0}, S("a")), -1);
    assert_int_equal(str_index(S("a\0b\0c"), S("\0c")), 3);
}

static void test_cuts_around_a_separator(void **state)
{
    (void)state;
    const struct {
        Str s, head, tail, last_head, last_tail;
        bool found;
    } rows[] = {
        {S("a=b"), S("a"), S("b"), S("a"), S("b"), true},
        {S("a=b=c"), S("a"), S("b=c"), S("a=b"), S("c"), true},
        {S("="), S(""), S(""), S(""), S(""), true},
        {S("=="), S(""), S("="), S("="), S(""), true},
        {S("a="), S("a"), S(""), S("a"), S(""), true},
        {S("=a"), S(""), S("a"), S(""), S("a"), true},
        {S("abc"), S("abc"), S(""), S("abc"), S(""), false},
        {S(""), S(""), S(""), S(""), S(""), false},
        {{0}, S(""), S(""), S(""), S(""), false},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        StrCut first = str_cut(rows[i].s, '=');
        StrCut last = str_cut_last(rows[i].s, '=');
        assert_int_equal(first.found, rows[i].found);
        assert_int_equal(last.found, rows[i].found);
        assert_str(first.head, rows[i].head);
        assert_str(first.tail, rows[i].tail);
        assert_str(last.head, rows[i].last_head);
        assert_str(last.tail, rows[i].last_tail);
    }
}

static void test_cut_tail_ends_where_the_string_does(void **state)
{
    (void)state;
    Str s = S("a=b");
    Str tail = str_cut(s, '=').tail;
    assert_ptr_equal(tail.ptr + tail.len, s.ptr + s.len);
}

static void test_takes_lines(void **state)
{
    (void)state;
    const struct {
        Str text, lines[5];
        isize n;
    } rows[] = {
        {S(""), {{0}}, 0},
        {S("\n"), {S("")}, 1},
        {S("a"), {S("a")}, 1},
        {S("a\n"), {S("a")}, 1},
        {S("a\nb"), {S("a"), S("b")}, 2},
        {S("a\r\nb\r"), {S("a"), S("b\r")}, 2}, /* a lone CR ends no line */
        {S("\r\n\r\n"), {S(""), S("")}, 2},
        {S("a\r\r\n"), {S("a\r")}, 1},
        {S("a\n\n\nb\n"), {S("a"), S(""), S(""), S("b")}, 4},
        {S("a\0b\nc"), {S("a\0b"), S("c")}, 2},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Str rest = rows[i].text, line;
        isize n = 0;
        while (str_next_line(&rest, &line)) {
            assert_true(n < rows[i].n);
            assert_str(line, rows[i].lines[n]);
            n++;
        }
        assert_int_equal(n, rows[i].n);
    }
}

static void test_takes_fields(void **state)
{
    (void)state;
    Str rest = S("\t go  \t 1.21 // x\r\n"), field;
    const Str fields[] = {S("go"), S("1.21"), S("//"), S("x")};
    for (isize i = 0; i < COUNT_OF(fields); i++) {
        assert_true(str_next_field(&rest, &field));
        assert_str(field, fields[i]);
    }
    field = S("kept");
    assert_false(str_next_field(&rest, &field));
    assert_str(field, S("kept"));
}

static void test_finds_words_of_lists(void **state)
{
    static const Str words[] = {STR_CONST("a"), STR_CONST("")};
    (void)state;
    assert_true(str_list_has(S("a,bc,d"), S("a")));
    assert_true(str_list_has(S("a,bc,d"), S("bc")));
    assert_true(str_list_has(S(",,d"), S("d")));
    assert_false(str_list_has(S("a,bc,d"), S("b")));
    assert_false(str_list_has(S("a,bc,d"), S("a,bc")));
    assert_false(str_list_has(S("a, b"), S("b")));
    assert_false(str_list_has(S(""), S("a")));
    assert_false(str_list_has(S("a,,b,"), S("")));
    assert_true(str_is_among(S("a"), words, 2));
    assert_true(str_is_among(S(""), words, 2));
    assert_false(str_is_among(S(""), words, 1));
    assert_false(str_is_among(S("b"), words, 2));
}

static void test_eats_decimals(void **state)
{
    static const struct {
        const char *text, *digits, *rest;
    } rows[] = {
        {"0", "0", ""},
        {"0.1", "0", ".1"},
        {"17rc1", "17", "rc1"},
        {"01", NULL, "01"},
        {"", NULL, ""},
        {"x1", NULL, "x1"},
        {"-1", NULL, "-1"},
        {"00", NULL, "00"},
        {"9999999999999999999999 ", "9999999999999999999999", " "},
    };
    (void)state;
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Str rest = str_from_c(rows[i].text), digits = S("untouched");
        bool is_there = str_eat_decimal(&rest, &digits);
        Str expected = rows[i].digits == NULL ? S("untouched") : str_from_c(rows[i].digits);
        assert_int_equal(is_there, rows[i].digits != NULL);
        assert_true(str_eq(digits, expected));
        assert_true(str_eq(rest, str_from_c(rows[i].rest)));
    }
}

static void test_trims(void **state)
{
    (void)state;
    const struct {
        Str from, to;
    } rows[] = {
        {S(" a b\t\r\n"), S("a b")},
        {S(" \t\r\n"), S("")},
        {S(""), S("")},
        {{0}, S("")},
        {S("a"), S("a")},
        {S("\va\f"), S("\va\f")},
        {S("\xc2\xa0"), S("\xc2\xa0")}, /* no-break space is text */
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_str(str_trim(rows[i].from), rows[i].to);
    }
}

static void test_copies_and_formats(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Str s = S("a\0b");
    Str copy = str_copy(&a, s);
    assert_ptr_not_equal(copy.ptr, s.ptr);
    assert_str(copy, s);
    assert_str(str_copy(&a, (Str){0}), S(""));
    assert_str(str_concat(&a, (Str){0}, S("x")), S("x"));
    assert_str(str_concat(&a, S("x"), (Str){0}), S("x"));
    assert_str(str_format(&a, "%.*s-%d", STR_ARG(S("go")), 7), S("go-7"));
    Str nothing = str_copy(&a, (Str){0});
    assert_str(str_format(&a, "%.*s", STR_ARG(nothing)), S(""));
    Str wide = str_format(&a, "%0*d", 70000, 1);
    assert_int_equal(wide.len, 70000);
    assert_int_equal(wide.ptr[69999], '1');
    arena_done(&a);
}

static void test_parses_decimals_strictly(void **state)
{
    (void)state;
    const struct {
        Str text;
        int64_t max, value; /* value -1: refused */
    } rows[] = {
        {S("0"), INT64_MAX, 0},
        {S("7"), 7, 7},
        {S("8"), 7, -1},
        {S("9223372036854775807"), INT64_MAX, INT64_MAX},
        {S("9223372036854775808"), INT64_MAX, -1},
        {S("18446744073709551617"), INT64_MAX, -1}, /* 2^64 + 1 */
        {S("99999999999999999999999999"), INT64_MAX, -1},
        {S(""), INT64_MAX, -1},
        {{0}, INT64_MAX, -1},
        {S("00"), INT64_MAX, -1},
        {S("01"), INT64_MAX, -1},
        {S("-1"), INT64_MAX, -1},
        {S("+1"), INT64_MAX, -1},
        {S(" 1"), INT64_MAX, -1},
        {S("1 "), INT64_MAX, -1},
        {S("1\0"), INT64_MAX, -1},
        {S("0x1"), INT64_MAX, -1},
        {S("1_0"), INT64_MAX, -1},
        {S("\xd9\xa1"), INT64_MAX, -1}, /* Arabic-Indic one */
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        int64_t value = -77;
        bool ok = str_parse_decimal(rows[i].text, rows[i].max, &value);
        assert_int_equal(ok, rows[i].value >= 0);
        assert_int_equal(value, ok ? rows[i].value : -77);
    }
}

static void test_measures_edit_distance(void **state)
{
    (void)state;
    const struct {
        Str a, b;
        int distance;
    } rows[] = {
        {S(""), S(""), 0},
        {S(""), S("abc"), 3},
        {S("arena"), S("arenas"), 1},
        {S("kitten"), S("sitting"), 3},
        {S("ABC"), S("abc"), 0},
        {S("flaw"), S("lawn"), 2},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(str_distance(rows[i].a, rows[i].b), rows[i].distance);
        assert_int_equal(str_distance(rows[i].b, rows[i].a), rows[i].distance);
    }
    char x[200], y[300];
    memset(x, 'x', sizeof(x));
    memset(y, 'y', sizeof(y));
    assert_true(str_is_near(S("modd"), S("mod")) && str_is_near(S("mo"), S("mod")));
    assert_false(str_is_near(S("mda"), S("mod")) || str_is_near(S("m"), S("mod")));
    assert_int_equal(str_distance((Str){x, 200}, (Str){y, 300}), 64);
}

static void test_hash_spreads_short_keys_over_low_bits(void **state)
{
    (void)state;
    int hits[64] = {0};
    for (int i = 0; i < 64 * 64; i++) {
        char key[2] = {(char)('0' + i / 64), (char)('0' + i % 64)};
        hits[str_hash((Str){key, 2}) % 64]++;
    }
    for (int i = 0; i < 64; i++) {
        assert_in_range(hits[i], 20, 120); /* 64 expected */
    }
    assert_true(str_hash((Str){0}) == str_hash(S("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_c_strings_come_in),
        cmocka_unit_test(test_compares_bytewise_with_prefix_first),
        cmocka_unit_test(test_folds_ascii_only),
        cmocka_unit_test(test_eats_what_is_there_and_leaves_the_rest_alone),
        cmocka_unit_test(test_slicing_outside_is_a_bug),
        cmocka_unit_test(test_finds_bytes_and_substrings),
        cmocka_unit_test(test_cuts_around_a_separator),
        cmocka_unit_test(test_cut_tail_ends_where_the_string_does),
        cmocka_unit_test(test_takes_lines),
        cmocka_unit_test(test_takes_fields),
        cmocka_unit_test(test_finds_words_of_lists),
        cmocka_unit_test(test_eats_decimals),
        cmocka_unit_test(test_trims),
        cmocka_unit_test(test_copies_and_formats),
        cmocka_unit_test(test_parses_decimals_strictly),
        cmocka_unit_test(test_measures_edit_distance),
        cmocka_unit_test(test_hash_spreads_short_keys_over_low_bits),
    };
    return cmocka_run_group_tests_name("base_str", tests, NULL, NULL);
}
