#include "base/strbuf.h"

#include "base/panic.h"

#include <stdarg.h>
#include <stdio.h>

static void reserve(StrBuf *b, isize extra)
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

void strbuf_add(StrBuf *b, Str s)
{
    if (s.len == 0) {
        return;
    }
    reserve(b, s.len);
    memcpy(b->ptr + b->len, s.ptr, (size_t)s.len);
    b->len += s.len;
}

void strbuf_add_byte(StrBuf *b, char byte)
{
    strbuf_add(b, (Str){&byte, 1});
}

void strbuf_add_format(StrBuf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int need = vsnprintf(NULL, 0, format, args);
    va_end(args);
    ASSERT(need >= 0);
    reserve(b, need + 1);
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
