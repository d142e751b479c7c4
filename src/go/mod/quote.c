#include "go/mod/quote.h"

#include "base/strbuf.h"
#include "format/unicode.h"
#include "format/utf8.h"

static const struct {
    char byte, letter;
} escapes[] = {
    {'\a', 'a'}, {'\b', 'b'}, {'\f', 'f'},  {'\n', 'n'}, {'\r', 'r'},
    {'\t', 't'}, {'\v', 'v'}, {'\\', '\\'}, {'"', '"'},
};

/* The letter behind the backslash, or 0. */
static char escape_letter(uint32_t rune)
{
    for (isize i = 0; i < COUNT_OF(escapes); i++) {
        if (rune == (uint32_t)escapes[i].byte) {
            return escapes[i].letter;
        }
    }
    return 0;
}

static void add_rune(StrBuf *b, Str bytes, uint32_t rune)
{
    char letter = escape_letter(rune);
    if (letter != 0) {
        strbuf_add_byte(b, '\\');
        strbuf_add_byte(b, letter);
    } else if (rune < ' ' || rune == 0x7F) {
        strbuf_add_format(b, "\\x%02x", rune);
    } else if (unicode_is_print(rune)) {
        strbuf_add(b, bytes);
    } else {
        strbuf_add_format(b, rune < 0x10000 ? "\\u%04x" : "\\U%08x", rune);
    }
}

Str quote_go(Arena *a, Str s)
{
    StrBuf b = strbuf_init(a);
    strbuf_add_byte(&b, '"');
    while (s.len > 0) {
        uint32_t rune;
        int len = utf8_decode(s, &rune);
        if (len == 0) {
            strbuf_add_format(&b, "\\x%02x", (unsigned char)s.ptr[0]);
            len = 1;
        } else {
            add_rune(&b, str_to(s, len), rune);
        }
        s = str_from(s, len);
    }
    strbuf_add_byte(&b, '"');
    return strbuf_str(&b);
}
