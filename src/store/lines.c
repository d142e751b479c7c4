#include "store/lines.h"

static const char hex_digits[] = "0123456789abcdef";

static bool needs_escape(unsigned char byte, bool in_field)
{
    return byte < 0x20 || byte == 0x7f || byte == '\\' || (in_field && byte == ' ');
}

static void add_escape(StrBuf *b, unsigned char byte)
{
    const char text[] = {'\\', 'x', hex_digits[byte >> 4], hex_digits[byte & 15]};
    strbuf_add(b, (Str){text, (isize)sizeof(text)});
}

/* Runs of plain bytes are added whole: contents of files pass through here. */
static void add_escaped(StrBuf *b, Str value, bool in_field)
{
    isize start = 0;
    for (isize i = 0; i < value.len; i++) {
        unsigned char byte = (unsigned char)value.ptr[i];
        if (needs_escape(byte, in_field)) {
            strbuf_add(b, str_slice(value, start, i));
            add_escape(b, byte);
            start = i + 1;
        }
    }
    strbuf_add(b, str_from(value, start));
}

static int digit_of(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Whether text starts with \xNN. */
static bool decode_escape(Str text, char *ret)
{
    if (text.len < 4 || text.ptr[0] != '\\' || text.ptr[1] != 'x') {
        return false;
    }
    int high = digit_of(text.ptr[2]), low = digit_of(text.ptr[3]);
    if (high < 0 || low < 0) {
        return false;
    }
    *ret = (char)(high << 4 | low);
    return true;
}

/* What writing would have escaped is not read bare. */
static bool has_no_bare_control(Str text)
{
    for (isize i = 0; i < text.len; i++) {
        if (text.ptr[i] != '\\' && needs_escape((unsigned char)text.ptr[i], false)) {
            return false;
        }
    }
    return true;
}

static bool unescape(Arena *a, Str text, Str *ret)
{
    if (!has_no_bare_control(text)) {
        return false;
    }
    if (str_index_byte(text, '\\') < 0) {
        *ret = text;
        return true;
    }
    char *out = arena_alloc(a, text.len, 1, 1);
    isize n = 0;
    for (isize i = 0; i < text.len; n++) {
        if (text.ptr[i] != '\\') {
            out[n] = text.ptr[i++];
        } else if (decode_escape(str_from(text, i), &out[n])) {
            i += 4;
        } else {
            return false;
        }
    }
    *ret = (Str){out, n};
    return true;
}

void lines_add(StrBuf *b, Str key, Str value)
{
    strbuf_add(b, key);
    strbuf_add_byte(b, ' ');
    add_escaped(b, value, false);
    strbuf_add_byte(b, '\n');
}

void lines_add_number(StrBuf *b, Str key, int64_t value)
{
    strbuf_add(b, key);
    strbuf_add_format(b, " %lld\n", (long long)value);
}

LinesOutcome lines_next(Arena *a, Str *rest, Str *ret_key, Str *ret_value, Err *err)
{
    if (rest->len == 0) {
        return LINES_END;
    }
    StrCut line = str_cut(*rest, '\n');
    StrCut pair = str_cut(line.head, ' ');
    if (!line.found || !pair.found || pair.head.len == 0 || !unescape(a, pair.tail, ret_value)) {
        FAIL(err, ERR_FORMAT, "'%.*s' is not a line of the form 'key value'",
             STR_ARG(str_to(line.head, MIN(line.head.len, 100))));
        return LINES_BROKEN;
    }
    *ret_key = pair.head;
    *rest = line.tail;
    return LINES_PAIR;
}

bool lines_number(Str key, Str value, int64_t *ret, Err *err)
{
    if (str_eq(value, S("-1"))) {
        *ret = -1;
        return true;
    }
    if (!str_parse_decimal(value, INT64_MAX, ret)) {
        return FAIL(err, ERR_FORMAT, "'%.*s' is '%.*s', which is no number", STR_ARG(key),
                    STR_ARG(str_to(value, MIN(value.len, 100))));
    }
    return true;
}

void lines_add_field(StrBuf *b, Str value)
{
    if (value.len == 0) {
        strbuf_add_byte(b, '-');
    } else if (str_eq(value, S("-"))) {
        add_escape(b, '-');
    } else {
        add_escaped(b, value, true);
    }
}

bool lines_unescape_field(Arena *a, Str field, Str *ret)
{
    if (str_eq(field, S("-"))) {
        *ret = S("");
        return true;
    }
    return unescape(a, field, ret);
}
