#include "report/excerpt.h"

#include "report/text.h"

#define MARK S("...")

static bool is_inner_byte(char byte)
{
    return ((uint8_t)byte & 0xC0) == 0x80; /* of a sign in UTF-8 */
}

/* i, or the first byte behind it that begins a sign. */
static isize sign_from(Str line, isize i)
{
    while (i < line.len && is_inner_byte(line.ptr[i])) {
        i++;
    }
    return i;
}

/* Clean text, each tab as the spaces up to the next stop. */
static void add_expanded(StrBuf *b, isize begin, Str s)
{
    for (;;) {
        StrCut cut = str_cut(s, '\t');
        text_add_clean(b, cut.head);
        if (!cut.found) {
            return;
        }
        Str shown = str_from(strbuf_str(b), begin);
        text_add_spaces(b, EXCERPT_TAB - text_columns(shown) % EXCERPT_TAB);
        s = cut.tail;
    }
}

Excerpt excerpt_of(Arena *a, Str line, isize at)
{
    isize from = at > EXCERPT_MAX_BEFORE ? sign_from(line, at - EXCERPT_MAX_BEFORE) : 0;
    isize to =
        line.len - at > EXCERPT_MAX_BEHIND ? sign_from(line, at + EXCERPT_MAX_BEHIND) : line.len;
    from = MIN(from, at);
    StrBuf b = strbuf_init(a);
    strbuf_add(&b, from > 0 ? MARK : S(""));
    isize begin = b.len;
    add_expanded(&b, begin, str_slice(line, from, at));
    isize columns = text_columns(strbuf_str(&b));
    add_expanded(&b, begin, str_slice(line, at, to));
    strbuf_add(&b, to < line.len ? MARK : S(""));
    StrBuf caret = strbuf_init(a);
    text_add_spaces(&caret, columns);
    strbuf_add_byte(&caret, '^');
    return (Excerpt){strbuf_str(&b), strbuf_str(&caret)};
}
