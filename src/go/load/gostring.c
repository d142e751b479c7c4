#include "go/load/gostring.h"

#include "base/strbuf.h"
#include "format/utf8.h"

/* Escapes of one letter; a quote is one only in strings that it ends. */
static const struct {
    char letter, byte;
} escapes[] = {
    {'a', '\a'}, {'b', '\b'}, {'f', '\f'}, {'n', '\n'},
    {'r', '\r'}, {'t', '\t'}, {'v', '\v'}, {'\\', '\\'},
};

typedef struct {
    uint32_t rune; /* or a byte */
    bool is_byte;
    isize len; /* in the source; 0: no sign that may stand here */
} Sign;

static int digit_of(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
}

/* n digits from byte `from` on. */
static Sign number_at(Str s, isize from, isize n, int base, bool is_byte)
{
    uint64_t value = 0;
    if (s.len < from + n) {
        return (Sign){0};
    }
    for (isize i = from; i < from + n; i++) {
        int digit = digit_of(s.ptr[i]);
        if (digit >= base) {
            return (Sign){0};
        }
        value = value * (uint64_t)base + (uint64_t)digit;
    }
    bool is_rune = value <= 0x10FFFF && !(value >= 0xD800 && value <= 0xDFFF);
    bool is_fine = is_byte ? value <= 0xFF : is_rune;
    return is_fine ? (Sign){(uint32_t)value, is_byte, from + n} : (Sign){0};
}

static Sign escape_at(Str s, char quote)
{
    char c = s.len > 1 ? s.ptr[1] : '\0';
    switch (c) {
    case 'x':
        return number_at(s, 2, 2, 16, true);
    case 'u':
        return number_at(s, 2, 4, 16, false);
    case 'U':
        return number_at(s, 2, 8, 16, false);
    default:
        break;
    }
    if (c >= '0' && c <= '7') {
        return number_at(s, 1, 3, 8, true);
    }
    if (c == quote) {
        return (Sign){(uint32_t)c, true, 2};
    }
    for (isize i = 0; i < COUNT_OF(escapes); i++) {
        if (escapes[i].letter == c) {
            return (Sign){(uint32_t)escapes[i].byte, true, 2};
        }
    }
    return (Sign){0};
}

/* The sign that s begins with, which is not the quote. */
static Sign sign_at(Str s, char quote)
{
    uint32_t rune;
    if (s.len == 0 || s.ptr[0] == '\n') {
        return (Sign){0};
    }
    if (s.ptr[0] == '\\') {
        return escape_at(s, quote);
    }
    int len = utf8_decode(s, &rune);
    return len > 0 ? (Sign){rune, false, len} : (Sign){UTF8_REPLACEMENT, false, 1};
}

static isize raw_prefix(Str s)
{
    isize end = str_index_byte(str_from(s, 1), '`');
    return end < 0 ? 0 : end + 2;
}

isize gostring_prefix(Str s)
{
    char quote = s.len > 0 ? s.ptr[0] : '\0';
    if (quote == '`') {
        return raw_prefix(s);
    }
    if (quote != '"' && quote != '\'') {
        return 0;
    }
    isize at = 1, n_signs = 0;
    while (at < s.len && s.ptr[at] != quote) {
        Sign sign = sign_at(str_from(s, at), quote);
        if (sign.len == 0) {
            return 0;
        }
        at += sign.len;
        n_signs++;
    }
    bool is_whole = at < s.len && (quote == '"' || n_signs == 1);
    return is_whole ? at + 1 : 0;
}

static Str without_returns(Arena *a, Str s)
{
    if (str_index_byte(s, '\r') < 0) {
        return s;
    }
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < s.len; i++) {
        if (s.ptr[i] != '\r') {
            strbuf_add_byte(&b, s.ptr[i]);
        }
    }
    return strbuf_str(&b);
}

bool gostring_unquote(Arena *a, Str s, Str *ret)
{
    if (s.len == 0 || gostring_prefix(s) != s.len) {
        return false;
    }
    char quote = s.ptr[0];
    Str inner = str_slice(s, 1, s.len - 1);
    if (quote == '`') {
        *ret = without_returns(a, inner);
        return true;
    }
    if (str_index_byte(inner, '\\') < 0 && utf8_is_valid(inner)) {
        *ret = inner;
        return true;
    }
    StrBuf b = strbuf_init(a);
    while (inner.len > 0) {
        Sign sign = sign_at(inner, quote);
        char bytes[UTF8_MAX_LEN];
        if (sign.is_byte) {
            strbuf_add_byte(&b, (char)sign.rune);
        } else {
            strbuf_add(&b, (Str){bytes, utf8_encode(sign.rune, bytes)});
        }
        inner = str_from(inner, sign.len);
    }
    *ret = strbuf_str(&b);
    return true;
}
