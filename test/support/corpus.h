/* Texts of several lines, one a line in data files: two signs stand for a line end and a tab. */
#ifndef SUPPORT_CORPUS_H
#define SUPPORT_CORPUS_H

#include "base/strbuf.h"

/* The text that such a line stands for. */
static inline Str corpus_unfold(Arena *a, Str s)
{
    StrBuf b = strbuf_init(a);
    while (s.len > 0) {
        if (str_eat_prefix(&s, S("\u23ce"))) {
            strbuf_add_byte(&b, '\n');
        } else if (str_eat_prefix(&s, S("\u2192"))) {
            strbuf_add_byte(&b, '\t');
        } else {
            strbuf_add_byte(&b, s.ptr[0]);
            s = str_from(s, 1);
        }
    }
    return strbuf_str(&b);
}

#endif
