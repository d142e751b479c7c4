/* Tokens and errors of small texts. What go/scanner of Go 1.27.4 says of the same texts was asked;
 * test/oracle/syntax.py asks it about whole programs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "go/syntax/scanner.h"
#include "support/assert_str.h"

/* A copy with the zeros behind it that a scanner needs. */
static Str padded(Arena *a, Str text)
{
    char *copy = ARENA_ARRAY(a, char, text.len + SCANNER_PADDING);
    if (text.len > 0) {
        memcpy(copy, text.ptr, (size_t)text.len);
    }
    return (Str){copy, text.len};
}

/* "x := 1 \n EOF": the texts of the tokens; a semicolon that stands for a line end is "\n". */
static Str tokens_of(Arena *a, Str text, DiagnosticList *errors)
{
    StrBuf out = strbuf_init(a);
    Arena comments = arena_init(0);
    Scanner s;
    scanner_init(&s, &comments, padded(a, text), errors);
    while (scanner_next(&s) != TOKEN_EOF) {
        if (s.is_newline) {
            strbuf_add(&out, S("\\n "));
        } else {
            strbuf_add_format(&out, "%.*s ", STR_ARG(scanner_text(&s)));
        }
    }
    arena_done(&comments);
    return str_trim(strbuf_str(&out));
}

typedef struct {
    const char *text, *tokens;
} TokenCase;

static void test_tokens(void **state)
{
    (void)state;
    static const TokenCase cases[] = {
        {"", ""},
        {"\xef\xbb\xbfx", "x \\n"},
        {"a b", "a b \\n"},
        {"x:=1", "x := 1 \\n"},
        {"a<-b", "a <- b \\n"},
        {"a<<=b<<c<=d<e", "a <<= b << c <= d < e \\n"},
        {"a&^=b&^c&&d&e&=f", "a &^= b &^ c && d & e &= f \\n"},
        {"a...b..c.d", "a ... b . . c . d \\n"},
        {".5 5. 1.e3 0x1p-2 07i 1_0 0b1 0o7", ".5 5. 1.e3 0x1p-2 07i 1_0 0b1 0o7 \\n"},
        {"a++ +b", "a ++ + b \\n"},
        {"a++\nb", "a ++ \\n b \\n"},
        {"!a!=~b|c||d|=e", "! a != ~ b | c || d |= e \\n"},
        {"return\nbreak\ncontinue\nfallthrough\nif\ngo\n",
         "return \\n break \\n continue \\n fallthrough \\n if go"},
        {"a // x\nb", "a \\n b \\n"},
        {"a /* x */ b", "a b \\n"},
        {"a /* x\ny */ b", "a \\n b \\n"},
        {"( /* x\ny */ b", "( b \\n"},
        {"a /* x */", "a \\n"},
        {"a // x", "a \\n"},
        {"`a\nb`\n\"\\\"\" '\\''", "`a\nb` \\n \"\\\"\" '\\'' \\n"},
        {"\xc3\xa4\xd9\xa1 b\xc3\xa4", "\xc3\xa4\xd9\xa1 b\xc3\xa4 \\n"},
        {"a;b\n;", "a ; b \\n ;"},
        {"f(\na,\n)\n", "f ( a , ) \\n"},
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        DiagnosticList errors = {.arena = &a};
        assert_str(tokens_of(&a, str_from_c(cases[i].text), &errors), str_from_c(cases[i].tokens));
        assert_int_equal(errors.len, 0);
    }
    arena_done(&a);
}

static void test_every_keyword_and_operator(void **state)
{
    (void)state;
    Arena a = arena_init(0), comments = arena_init(0);
    DiagnosticList errors = {.arena = &a};
    for (Token tok = TOKEN_ADD; tok < TOKEN_COUNT; tok++) {
        Scanner s;
        scanner_init(&s, &comments, padded(&a, token_text(tok)), &errors);
        assert_int_equal(scanner_next(&s), tok);
        assert_int_equal(s.end, token_text(tok).len);
        scanner_init(&s, &comments, padded(&a, str_concat(&a, token_text(tok), S("x"))), &errors);
        assert_int_equal(scanner_next(&s), token_is_keyword(tok) ? TOKEN_IDENT : tok);
    }
    assert_int_equal(errors.len, 0);
    arena_done(&comments);
    arena_done(&a);
}

typedef struct {
    const char *text;
    isize len; /* 0: up to the first zero */
    const char *errors;
} ErrorCase;

static void test_errors(void **state)
{
    (void)state;
    static const ErrorCase cases[] = {
        {"\a", 0, "0 illegal character U+0007"},
        {"#", 0, "0 illegal character U+0023 '#'"},
        {"\xe2\x80\xa6", 0, "0 illegal character U+2026 '\xe2\x80\xa6'"},
        {"\xe2\x80\x9c"
         "a",
         0, "0 curly quotation mark '\xe2\x80\x9c' (use neutral '\"')"},
        {"a\0b", 3, "1 illegal character NUL, 1 illegal character U+0000"},
        {"\"a\0b\"", 5, "2 illegal character NUL"},
        {"// a\0b", 6, "4 illegal character NUL"},
        {"\"\x80\"", 0, "1 illegal UTF-8 encoding"},
        {"/* \xff */", 0, "3 illegal UTF-8 encoding"},
        {"a \xef\xbb\xbf", 0, "2 illegal byte order mark"},
        {"//\xef\xbb\xbf", 0, "2 illegal byte order mark"},
        {"'\xef\xbb\xbf'", 0, "1 illegal byte order mark"},
        {"/*", 0, "0 comment not terminated"},
        {"/* *", 0, "0 comment not terminated"},
        {"/*/", 0, "0 comment not terminated"},
        {"\"a", 0, "0 string literal not terminated"},
        {"\"a\n", 0, "0 string literal not terminated"},
        {"`a", 0, "0 raw string literal not terminated"},
        {"'", 0, "0 rune literal not terminated"},
        {"'\n", 0, "0 rune literal not terminated"},
        {"''", 0, "0 illegal rune literal"},
        {"'ab'", 0, "0 illegal rune literal"},
        {"'\\", 0, "2 escape sequence not terminated"},
        {"'\\q'", 0, "2 unknown escape sequence"},
        {"'\\08'", 0, "3 illegal character U+0038 '8' in escape sequence"},
        {"'\\x'", 0, "3 illegal character U+0027 ''' in escape sequence"},
        {"'\\x0", 0, "4 escape sequence not terminated"},
        {"'\\400'", 0, "2 escape sequence is invalid Unicode code point"},
        {"'\\ud800'", 0, "2 escape sequence is invalid Unicode code point"},
        {"\"\\U00110000\"", 0, "2 escape sequence is invalid Unicode code point"},
        {"0b", 0, "2 binary literal has no digits"},
        {"0x", 0, "2 hexadecimal literal has no digits"},
        {"0b2", 0, "2 invalid digit '2' in binary literal"},
        {"0o8", 0, "2 invalid digit '8' in octal literal"},
        {"08", 0, "1 invalid digit '8' in octal literal"},
        {"08.5 09i 08e1", 0, ""},
        {"0b1.0", 0, "3 invalid radix point in binary literal"},
        {"0x1.0", 0, "5 hexadecimal mantissa requires a 'p' exponent"},
        {"0b1e1", 0, "3 'e' exponent requires decimal mantissa"},
        {"1P1", 0, "1 'P' exponent requires hexadecimal mantissa"},
        {"1e", 0, "2 exponent has no digits"},
        {"1e+", 0, "3 exponent has no digits"},
        {"1__0", 0, "2 '_' must separate successive digits"},
        {"1_", 0, "1 '_' must separate successive digits"},
        {"0_x", 0, "1 '_' must separate successive digits"},
        {"0x_1", 0, ""},
        {"1_.5", 0, "1 '_' must separate successive digits"},
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        DiagnosticList errors = {.arena = &a};
        Str text = str_from_c(cases[i].text);
        text.len = cases[i].len > 0 ? cases[i].len : text.len;
        tokens_of(&a, text, &errors);
        StrBuf said = strbuf_init(&a);
        for (isize k = 0; k < errors.len; k++) {
            strbuf_add_format(&said, "%s%u %.*s", k > 0 ? ", " : "", errors.ptr[k].pos,
                              STR_ARG(errors.ptr[k].message));
        }
        assert_str(strbuf_str(&said), str_from_c(cases[i].errors));
    }
    arena_done(&a);
}

static void test_comments_are_kept(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    DiagnosticList errors = {.arena = &a};
    Scanner s;
    scanner_init(&s, &a, padded(&a, S("// a\nb /* c */ d // e\r\n/* f\n*/")), &errors);
    while (scanner_next(&s) != TOKEN_EOF) {
    }
    static const Comment expected[] = {{0, 4}, {7, 14}, {17, 22}, {23, 30}};
    assert_int_equal(s.comments.len, COUNT_OF(expected));
    assert_memory_equal(s.comments.ptr, expected, sizeof(expected));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_every_keyword_and_operator),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_comments_are_kept),
    };
    return cmocka_run_group_tests_name("go/syntax/scanner", tests, NULL, NULL);
}
