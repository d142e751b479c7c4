#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/types/representable.h"
#include "support/assert_str.h"

static Token token_of(Str literal)
{
    char last = literal.ptr[literal.len - 1], first = literal.ptr[0];
    bool is_hex = str_starts_with(literal, S("0x"));
    if (first == '\'' || first == '"' || first == '`') {
        return first == '\'' ? TOKEN_CHAR : TOKEN_STRING;
    }
    if (last == 'i') {
        return TOKEN_IMAG;
    }
    bool is_float = str_contains(literal, S(".")) || str_contains(literal, S("p")) ||
                    (!is_hex && str_contains(literal, S("e")));
    return is_float ? TOKEN_FLOAT : TOKEN_INT;
}

/* A literal, or a minus before one. */
static Constant value_of(Arena *a, const char *text)
{
    Str literal = str_from_c(text);
    bool is_negative = str_eat_prefix(&literal, S("-"));
    Constant x = constant_from_literal(a, literal, token_of(literal));
    return is_negative ? constant_unary(a, TOKEN_SUB, x, 0) : x;
}

static void test_literals_read_as_go_writes_them(void **state)
{
    static const struct {
        const char *literal, *exact, *shown;
    } cases[] = {
        {"0x_FF", "255", "255"},
        {"0b11", "3", "3"},
        {"0o17", "15", "15"},
        {"017", "15", "15"},
        {"1_000", "1000", "1000"},
        {"1152921504606846976", "1152921504606846976", "1152921504606846976"},
        {"18446744073709551616", "18446744073709551616", "18446744073709551616"},
        {"018", "unknown", "unknown"},
        {"1__0", "unknown", "unknown"},
        {"0x", "unknown", "unknown"},
        {"0.1", "1/10", "0.1"},
        {"1e3", "1000", "1000"},
        {"0x1p-2", "1/4", "0.25"},
        {"1e_1", "unknown", "unknown"},
        {"1e-9999999999", "unknown", "unknown"},
        {"0e9999999999", "0", "0"},
        {"0x1p5000", "0x.8p+5001", "1.41247e+1505"},
        {"100000.3", "1000003/10", "100000.3"},
        {"2000000.5", "4000001/2", "2.0000005e+06"},
        {"3i", "(0 + 3i)", "(0 + 3i)"},
        {"'\\xff'", "255", "255"},
        {"'\\u4e16'", "19990", "19990"},
        {"\"a\\n\"", "\"a\\n\"", "\"a\\n\""},
    };
    (void)state;
    Arena a = arena_init(MIB);
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        Constant x = value_of(&a, cases[i].literal);
        assert_str(constant_format_exact(&a, x), str_from_c(cases[i].exact));
        assert_str(constant_format(&a, x), str_from_c(cases[i].shown));
    }
    arena_done(&a);
}

static void test_operators_are_exact(void **state)
{
    static const struct {
        const char *x;
        Token op;
        const char *y, *exact;
    } cases[] = {
        {"1152921504606846975", TOKEN_ADD, "1", "1152921504606846976"},
        {"9223372036854775807", TOKEN_MUL, "9223372036854775807",
         "85070591730234615847396907784232501249"},
        {"1", TOKEN_QUO, "3", "1/3"},
        {"6", TOKEN_QUO, "3", "2"},
        {"-7", TOKEN_QUO_ASSIGN, "2", "-3"},
        {"-7", TOKEN_REM, "2", "-1"},
        {"-9223372036854775808", TOKEN_QUO_ASSIGN, "-1", "-9223372036854775808"},
        {"-8", TOKEN_AND_NOT, "3", "-8"},
        {"0.1", TOKEN_ADD, "0.2", "3/10"},
        {"1e5000", TOKEN_QUO, "1e5000", "0x.8p+1"},
        {"1", TOKEN_ADD, "2i", "(1 + 2i)"},
        {"2i", TOKEN_MUL, "2i", "(-4 + 0i)"},
        {"4", TOKEN_QUO, "2i", "(0 + -2i)"},
        {"\"a\"", TOKEN_ADD, "\"b\"", "\"ab\""},
    };
    (void)state;
    Arena a = arena_init(MIB);
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        Constant x = value_of(&a, cases[i].x), y = value_of(&a, cases[i].y);
        Constant z = constant_binary(&a, x, cases[i].op, y);
        assert_str(constant_format_exact(&a, z), str_from_c(cases[i].exact));
    }
    arena_done(&a);
}

static void test_types_hold_what_go_types_says(void **state)
{
    static const struct {
        const char *x;
        BasicKind type;
        int word_bits;
        const char *exact; /* NULL: not one */
    } cases[] = {
        {"127", BASIC_INT8, 64, "127"},
        {"128", BASIC_INT8, 64, NULL},
        {"-128", BASIC_INT8, 64, "-128"},
        {"-129", BASIC_INT8, 64, NULL},
        {"4294967296", BASIC_UINT, 64, "4294967296"},
        {"4294967296", BASIC_UINT, 32, NULL},
        {"-1", BASIC_UINT64, 64, NULL},
        {"2.0", BASIC_INT, 64, "2"},
        {"2.5", BASIC_INT, 64, NULL},
        {"0.1", BASIC_FLOAT64, 64, "3602879701896397/36028797018963968"},
        {"1e39", BASIC_FLOAT32, 64, NULL},
        {"1e-400", BASIC_FLOAT64, 64, "0"},
        {"\"a\"", BASIC_STRING, 64, "\"a\""},
        {"\"a\"", BASIC_INT, 64, NULL},
        {"0i", BASIC_INT, 64, "0"},
        {"1e100", BASIC_UNTYPED_INT, 64,
         "10000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
         "00"
         "0000000000"},
    };
    (void)state;
    Arena a = arena_init(MIB);
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        Constant x = value_of(&a, cases[i].x), rounded = x;
        bool is_one = constant_is_representable(&a, x, cases[i].type, cases[i].word_bits, &rounded);
        assert_int_equal(is_one, cases[i].exact != NULL);
        if (is_one) {
            assert_str(constant_format_exact(&a, rounded), str_from_c(cases[i].exact));
        }
    }
    arena_done(&a);
}

static void test_shifts_are_bounded(void **state)
{
    (void)state;
    Arena a = arena_init(MIB);
    Constant one = constant_of_int(&a, 1), zero = constant_of_int(&a, 0);
    Constant high = constant_shift(&a, one, TOKEN_SHL, CONSTANT_MAX_SHIFT);
    assert_int_equal(constant_bit_len(high), CONSTANT_MAX_SHIFT + 1);
    assert_int_equal(constant_kind(constant_shift(&a, one, TOKEN_SHL, CONSTANT_MAX_SHIFT + 1)),
                     CONSTANT_UNKNOWN);
    assert_int_equal(constant_sign(constant_shift(&a, zero, TOKEN_SHL, UINT64_MAX)), 0);
    assert_int_equal(constant_sign(constant_shift(&a, high, TOKEN_SHR, UINT64_MAX)), 0);
    arena_done(&a);
}

static void test_long_numbers_are_refused(void **state)
{
    (void)state;
    Arena a = arena_init(MIB);
    isize len = CONSTANT_MAX_LITERAL + 1;
    char *digits = arena_room(&a, len, 1);
    memset(digits, '9', (size_t)len);
    assert_int_equal(constant_kind(constant_from_literal(&a, (Str){digits, len}, TOKEN_INT)),
                     CONSTANT_UNKNOWN);
    assert_int_equal(constant_kind(constant_from_literal(&a, (Str){digits, len - 1}, TOKEN_INT)),
                     CONSTANT_INT);
    arena_done(&a);
}

static void test_doubled_strings_are_not_put_together(void **state)
{
    (void)state;
    Arena a = arena_init(MIB);
    Constant x = constant_of_string(&a, S("0123456789"));
    isize len = 10;
    while (len <= CONSTANT_MAX_STRING) {
        x = constant_binary(&a, x, TOKEN_ADD, x);
        len *= 2;
        assert_int_equal(constant_string_len(x), len);
    }
    assert_str(str_to(constant_format(&a, x), 12), S("\"01234567890"));
    assert_int_equal(constant_format(&a, x).len, 72);
    arena_done(&a);
}

/* x twice, as a constant that is declared. */
static Constant declared_twice(Arena *a, Arena own, Constant x)
{
    return constant_copy(a, own, constant_binary(a, x, TOKEN_ADD, x));
}

static void test_doubled_strings_are_compared(void **state)
{
    (void)state;
    Arena a = arena_init(MIB), own = arena_init(MIB);
    Constant x = constant_copy(&a, own, constant_of_string(&a, S("aa")));
    Constant y = constant_copy(&a, own, constant_of_string(&a, S("aaaa")));
    for (int i = 1; i < 40; i++) {
        x = declared_twice(&a, own, x);
        Constant longer = constant_binary(&a, x, TOKEN_ADD, constant_of_string(&a, S("b")));
        Constant other = constant_binary(&a, constant_of_string(&a, S("b")), TOKEN_ADD, x);
        assert_true(constant_compare(own, x, TOKEN_EQL, y));
        assert_true(constant_compare(own, x, TOKEN_LSS, longer));
        assert_true(constant_compare(own, longer, TOKEN_LSS, other));
        assert_true(constant_compare(own, longer, TOKEN_GTR, y));
        assert_str(constant_string_key(&a, x), constant_string_key(&a, y));
        assert_true(!str_eq(constant_string_key(&a, longer), constant_string_key(&a, other)));
        y = declared_twice(&a, own, y);
    }
    arena_done(&own);
    arena_done(&a);
}

/* What somebody finds in a second who knows the bases of the hashes. They were the same ones in
 * each process, 0x1A2B3C4D5E6F7081 and 0x0F1E2D3C4B5A6978, of which these two are a collision. */
static void test_strings_that_were_made_to_collide_differ(void **state)
{
    (void)state;
    Arena a = arena_init(MIB);
    char head[5000];
    memset(head, 'x', sizeof head);
    Constant begin = constant_of_string(&a, (Str){head, sizeof head});
    Constant x = constant_binary(
        &a, begin, TOKEN_ADD,
        constant_of_string(&a, S("mmnnmllomonnonnmmonnmkmkonnnnomonlonnkmmmlnmmomn")));
    Constant y = constant_binary(
        &a, begin, TOKEN_ADD,
        constant_of_string(&a, S("mmmmnnnlmllmkmlmmkllmomollllllmklokllonmmnlnnlnm")));
    assert_true(!constant_compare(a, x, TOKEN_EQL, y));
    assert_true(constant_compare(a, y, TOKEN_LSS, x));
    assert_true(!str_eq(constant_string_key(&a, x), constant_string_key(&a, y)));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_literals_read_as_go_writes_them),
        cmocka_unit_test(test_operators_are_exact),
        cmocka_unit_test(test_types_hold_what_go_types_says),
        cmocka_unit_test(test_shifts_are_bounded),
        cmocka_unit_test(test_long_numbers_are_refused),
        cmocka_unit_test(test_doubled_strings_are_not_put_together),
        cmocka_unit_test(test_doubled_strings_are_compared),
        cmocka_unit_test(test_strings_that_were_made_to_collide_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
