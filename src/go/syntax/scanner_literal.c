/* Numbers, strings and characters; the order of the errors is that of go/scanner. */
#include "go/syntax/scanner_literal.h"

#include "format/utf8.h"

#include <stdio.h>

#define MAX_RUNE 0x10FFFF

static SourcePos here(const Scanner *s)
{
    return (SourcePos)(s->at - s->text.ptr);
}

void scanner_error_rune(Scanner *s, SourcePos pos, const char *format, uint32_t rune)
{
    char sign[UTF8_MAX_LEN + 1] = {0}, name[32];
    bool is_plain = rune >= 0x20 && rune != 0x7f && (rune < 0x80 || rune >= 0xA0);
    int n = is_plain ? utf8_encode(rune, sign) : 0;
    snprintf(name, sizeof(name), is_plain ? "U+%04X '%.*s'" : "U+%04X", rune, n, sign);
    diagnostic_add(s->errors, pos, format, name);
}

static char lower(char byte)
{
    return (char)(byte | 0x20);
}

static bool is_decimal(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_hex(char byte)
{
    return is_decimal(byte) || (lower(byte) >= 'a' && lower(byte) <= 'f');
}

/* ---- numbers ---- */

typedef struct {
    int base;
    char prefix; /* 'x', 'o', 'b', '0' of old octals, 0 */
    bool has_digits, has_separators;
    const char *invalid; /* the first digit that the base does not have */
} Number;

static const char *kind_of(const Number *n)
{
    switch (n->prefix) {
    case 'x':
        return "hexadecimal literal";
    case 'o':
    case '0':
        return "octal literal";
    case 'b':
        return "binary literal";
    }
    return "decimal literal";
}

/* Digits and "_"; whether there was a digit. */
static bool scan_digits(Scanner *s, Number *n, int base)
{
    bool any = false;
    for (; *s->at == '_' || (base == 16 ? is_hex(*s->at) : is_decimal(*s->at)); s->at++) {
        if (*s->at == '_') {
            n->has_separators = true;
            continue;
        }
        any = true;
        if (base < 10 && *s->at >= '0' + base && n->invalid == NULL) {
            n->invalid = s->at;
        }
    }
    return any;
}

static void scan_prefix(Scanner *s, Number *n)
{
    if (*s->at != '0') {
        return;
    }
    s->at++;
    switch (lower(*s->at)) {
    case 'x':
        *n = (Number){.base = 16, .prefix = 'x'};
        break;
    case 'o':
        *n = (Number){.base = 8, .prefix = 'o'};
        break;
    case 'b':
        *n = (Number){.base = 2, .prefix = 'b'};
        break;
    default:
        *n = (Number){.base = 8, .prefix = '0', .has_digits = true};
        return;
    }
    s->at++;
}

static void scan_exponent(Scanner *s, Number *n)
{
    char kind = lower(*s->at);
    if (kind == 'e' && n->prefix != 0 && n->prefix != '0') {
        diagnostic_add(s->errors, here(s), "'%c' exponent requires decimal mantissa", *s->at);
    } else if (kind == 'p' && n->prefix != 'x') {
        diagnostic_add(s->errors, here(s), "'%c' exponent requires hexadecimal mantissa", *s->at);
    }
    s->at++;
    if (*s->at == '+' || *s->at == '-') {
        s->at++;
    }
    const char *invalid = n->invalid;
    if (!scan_digits(s, n, 10)) {
        diagnostic_add(s->errors, here(s), "exponent has no digits");
    }
    n->invalid = invalid;
}

/* The first "_" that does not stand between two digits, where a prefix counts as one; or NULL. */
static const char *wrong_separator(Str text)
{
    char kind = text.len >= 2 && text.ptr[0] == '0' ? lower(text.ptr[1]) : 0;
    bool has_prefix = kind == 'x' || kind == 'o' || kind == 'b';
    char before = has_prefix ? '0' : '.'; /* one of '0' (a digit), '_', '.' (anything else) */
    for (isize i = has_prefix ? 2 : 0; i < text.len; i++) {
        char byte = text.ptr[i];
        if (byte == '_') {
            if (before != '0') {
                return text.ptr + i;
            }
            before = '_';
        } else if (is_decimal(byte) || (kind == 'x' && is_hex(byte))) {
            before = '0';
        } else if (before == '_') {
            return text.ptr + i - 1;
        } else {
            before = '.';
        }
    }
    return before == '_' ? text.ptr + text.len - 1 : NULL;
}

static void check_number(Scanner *s, const Number *n, Token tok, const char *begin)
{
    if (tok == TOKEN_INT && n->invalid != NULL) {
        diagnostic_add(s->errors, (SourcePos)(n->invalid - s->text.ptr), "invalid digit '%c' in %s",
                       *n->invalid, kind_of(n));
    }
    const char *wrong = n->has_separators ? wrong_separator((Str){begin, s->at - begin}) : NULL;
    if (wrong != NULL) {
        diagnostic_add(s->errors, (SourcePos)(wrong - s->text.ptr),
                       "'_' must separate successive digits");
    }
}

Token scanner_scan_number(Scanner *s)
{
    const char *begin = s->at;
    Number n = {.base = 10};
    Token tok = TOKEN_INT;
    if (*s->at != '.') {
        scan_prefix(s, &n);
        n.has_digits |= scan_digits(s, &n, n.base);
    }
    if (*s->at == '.') {
        tok = TOKEN_FLOAT;
        if (n.prefix == 'o' || n.prefix == 'b') {
            diagnostic_add(s->errors, here(s), "invalid radix point in %s", kind_of(&n));
        }
        s->at++;
        n.has_digits |= scan_digits(s, &n, n.base);
    }
    if (!n.has_digits) {
        diagnostic_add(s->errors, here(s), "%s has no digits", kind_of(&n));
    }
    if (lower(*s->at) == 'e' || lower(*s->at) == 'p') {
        tok = TOKEN_FLOAT;
        scan_exponent(s, &n);
    } else if (n.prefix == 'x' && tok == TOKEN_FLOAT) {
        diagnostic_add(s->errors, here(s), "hexadecimal mantissa requires a 'p' exponent");
    }
    if (*s->at == 'i') {
        tok = TOKEN_IMAG;
        s->at++;
    }
    check_number(s, &n, tok, begin);
    return tok;
}

/* ---- strings and characters ---- */

/* Goes past the sign at s->at, whatever it is. */
static uint32_t take_sign(Scanner *s)
{
    uint32_t rune = (uint8_t)*s->at;
    s->at += rune == 0 || rune >= 0x80 ? scanner_read_odd(s, s->at, &rune) : 1;
    return rune;
}

static bool is_at_end(const Scanner *s)
{
    return *s->at == 0 && scanner_is_end(s, s->at);
}

/* The rune at s->at, which is not read: what is wrong with it is told when it is. */
static uint32_t peek_sign(Scanner *s)
{
    Scanner ahead = *s;
    DiagnosticMark before = diagnostic_mark(s->errors);
    uint32_t rune = take_sign(&ahead);
    diagnostic_reset(s->errors, before);
    return rune;
}

static bool fail_escape(Scanner *s, SourcePos pos)
{
    if (is_at_end(s)) {
        diagnostic_add(s->errors, pos, "escape sequence not terminated");
    } else {
        scanner_error_rune(s, pos, "illegal character %s in escape sequence", peek_sign(s));
    }
    return false;
}

static int digit_value(char byte)
{
    return is_decimal(byte) ? byte - '0' : is_hex(byte) ? lower(byte) - 'a' + 10 : 16;
}

/* n digits; the backslash stands before `begin`. */
static bool scan_code(Scanner *s, SourcePos begin, int n, int base, uint32_t max)
{
    uint32_t code = 0;
    for (; n > 0; n--) {
        int value = digit_value(*s->at);
        if (value >= base) {
            return fail_escape(s, here(s));
        }
        code = code * (uint32_t)base + (uint32_t)value;
        s->at++;
    }
    if (code > max || (code >= 0xD800 && code < 0xE000)) {
        diagnostic_add(s->errors, begin, "escape sequence is invalid Unicode code point");
        return false;
    }
    return true;
}

/* What follows a backslash; a wrong sign is left where it is. */
static bool scan_escape(Scanner *s, char quote)
{
    SourcePos begin = here(s);
    switch (*s->at) {
    case 'a':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
    case 'v':
    case '\\':
        s->at++;
        return true;
    case '0' ... '7':
        return scan_code(s, begin, 3, 8, 255);
    case 'x':
        s->at++;
        return scan_code(s, begin, 2, 16, 255);
    case 'u':
        s->at++;
        return scan_code(s, begin, 4, 16, MAX_RUNE);
    case 'U':
        s->at++;
        return scan_code(s, begin, 8, 16, MAX_RUNE);
    }
    if (*s->at == quote) {
        s->at++;
        return true;
    }
    diagnostic_add(s->errors, begin,
                   is_at_end(s) ? "escape sequence not terminated" : "unknown escape sequence");
    return false;
}

Token scanner_scan_string(Scanner *s)
{
    SourcePos begin = here(s);
    s->at++;
    for (;;) {
        char byte = *s->at;
        if (byte == '"') {
            s->at++;
            return TOKEN_STRING;
        }
        if (byte == '\n' || is_at_end(s)) {
            diagnostic_add(s->errors, begin, "string literal not terminated");
            return TOKEN_STRING;
        }
        take_sign(s);
        if (byte == '\\') {
            scan_escape(s, '"');
        }
    }
}

Token scanner_scan_raw_string(Scanner *s)
{
    SourcePos begin = here(s);
    s->at++;
    while (!is_at_end(s)) {
        if (take_sign(s) == '`') {
            return TOKEN_STRING;
        }
    }
    diagnostic_add(s->errors, begin, "raw string literal not terminated");
    return TOKEN_STRING;
}

Token scanner_scan_char(Scanner *s)
{
    SourcePos begin = here(s);
    bool is_valid = true;
    isize n = 0;
    s->at++;
    for (;; n++) {
        if (*s->at == '\n' || is_at_end(s)) {
            if (is_valid) {
                diagnostic_add(s->errors, begin, "rune literal not terminated");
            }
            return TOKEN_CHAR;
        }
        uint32_t rune = take_sign(s);
        if (rune == '\'') {
            break;
        }
        is_valid &= rune != '\\' || scan_escape(s, '\'');
    }
    if (is_valid && n != 1) {
        diagnostic_add(s->errors, begin, "illegal rune literal");
    }
    return TOKEN_CHAR;
}
