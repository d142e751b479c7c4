#include "report/text.h"

#include "format/utf8.h"

/* Characters that are valid UTF-8 and yet must not reach a terminal as they are: C0 and C1
 * controls, line and paragraph separators, and the signs that reorder what stands beside them,
 * with which one name can be made to look like another. */
static bool is_harmful(uint32_t rune)
{
    return rune < 0x20 || (rune >= 0x7F && rune < 0xA0) || rune == 0x061C || rune == 0x200E ||
           rune == 0x200F || (rune >= 0x2028 && rune <= 0x202E) ||
           (rune >= 0x2066 && rune <= 0x2069);
}

static void add_visible(StrBuf *b, uint32_t rune)
{
    if (rune == '\t') {
        strbuf_add_byte(b, ' ');
    } else if (rune == '\n') {
        strbuf_add(b, S("\\n"));
    } else if (rune < 0x80) {
        strbuf_add_format(b, "\\x%02x", rune);
    } else {
        strbuf_add_format(b, "\\u%04x", rune);
    }
}

void text_add_clean(StrBuf *b, Str s)
{
    isize plain = 0; /* start of what goes out as it is */
    for (isize i = 0; i < s.len;) {
        uint32_t rune = 0;
        int len = utf8_decode(str_from(s, i), &rune);
        if (len > 0 && !is_harmful(rune)) {
            i += len;
            continue;
        }
        strbuf_add(b, str_slice(s, plain, i));
        if (len == 0) {
            strbuf_add_format(b, "\\x%02x", (uint8_t)s.ptr[i]);
        } else {
            add_visible(b, rune);
        }
        i += MAX(len, 1);
        plain = i;
    }
    strbuf_add(b, str_from(s, plain));
}

Str text_clean(Arena *a, Str s)
{
    StrBuf b = strbuf_init(a);
    text_add_clean(&b, s);
    return strbuf_str(&b);
}

/* Length in bytes and columns of the sign that s begins with; a stray byte counts as one column. */
static int measure(Str s, int *ret_columns)
{
    uint32_t rune;
    int len = utf8_decode(s, &rune);
    *ret_columns = len == 0 ? 1 : utf8_columns(rune);
    return MAX(len, 1);
}

isize text_columns(Str s)
{
    isize total = 0;
    for (isize i = 0; i < s.len;) {
        int columns;
        i += measure(str_from(s, i), &columns);
        total += columns;
    }
    return total;
}

Str text_cut(Arena *a, Str s, isize columns, Str mark)
{
    if (text_columns(s) <= columns) {
        return s;
    }
    isize room = MAX(columns - text_columns(mark), 0);
    isize used = 0;
    isize at = 0;
    while (at < s.len) {
        int wide;
        int len = measure(str_from(s, at), &wide);
        if (used + wide > room) {
            break;
        }
        at += len;
        used += wide;
    }
    return str_concat(a, str_to(s, at), mark);
}

void text_add_spaces(StrBuf *b, isize n)
{
    for (isize i = 0; i < n; i++) {
        strbuf_add_byte(b, ' ');
    }
}

/* One paragraph, beginning in column `at`. */
static void add_paragraph(StrBuf *b, Str s, isize width, isize indent)
{
    Str word;
    isize column = indent;
    bool is_first = true;
    while (str_next_field(&s, &word)) {
        isize columns = text_columns(word);
        if (!is_first && width > 0 && column + 1 + columns > width) {
            strbuf_add_byte(b, '\n');
            text_add_spaces(b, indent);
            column = indent;
        } else if (!is_first) {
            strbuf_add_byte(b, ' ');
            column++;
        }
        strbuf_add(b, word);
        column += columns;
        is_first = false;
    }
}

void text_add_wrapped(StrBuf *b, Str s, isize width, isize indent)
{
    isize gap;
    while ((gap = str_index(s, S("\n\n"))) >= 0) {
        add_paragraph(b, str_to(s, gap), width, indent);
        strbuf_add(b, S("\n\n"));
        text_add_spaces(b, indent);
        s = str_from(s, gap + 2);
    }
    add_paragraph(b, s, width, indent);
}
