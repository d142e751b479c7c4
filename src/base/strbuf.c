#include "base/strbuf.h"

#include "base/panic.h"

#include <stdarg.h>
#include <stdio.h>

void strbuf_reserve(StrBuf *b, isize extra)
{
    isize need;
    ASSERT(num_add(b->len, extra, &need));
    if (need <= b->cap) {
        return;
    }
    isize cap = MAX(need, MAX(64, b->cap * 2));
    b->ptr = arena_grow(b->arena, b->ptr, b->cap, cap, 1);
    b->cap = cap;
}

StrBuf strbuf_init(Arena *a)
{
    return (StrBuf){.arena = a};
}

void strbuf_add_format(StrBuf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int need = vsnprintf(NULL, 0, format, args);
    va_end(args);
    ASSERT(need >= 0);
    strbuf_reserve(b, need + 1);
    va_start(args, format);
    vsnprintf(b->ptr + b->len, (size_t)need + 1, format, args);
    va_end(args);
    b->len += need;
}

void strbuf_truncate(StrBuf *b, isize len)
{
    ASSERT(len >= 0 && len <= b->len);
    b->len = len;
}
