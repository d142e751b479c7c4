/* A string that grows on an arena. Growth is in place while the buffer is the arena's newest block.
 */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include "base/str.h"

typedef struct {
    Arena *arena;
    char *ptr;
    isize len, cap;
} StrBuf;

StrBuf strbuf_init(Arena *a);
/* Room for that many bytes more. */
void strbuf_reserve(StrBuf *b, isize extra);
static inline void strbuf_add(StrBuf *b, Str s)
{
    if (s.len > b->cap - b->len) {
        strbuf_reserve(b, s.len);
    }
    if (s.len > 0) {
        memcpy(b->ptr + b->len, s.ptr, (size_t)s.len);
        b->len += s.len;
    }
}
static inline void strbuf_add_byte(StrBuf *b, char byte)
{
    if (b->len == b->cap) {
        strbuf_reserve(b, 1);
    }
    b->ptr[b->len++] = byte;
}
void strbuf_add_format(StrBuf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The text so far; valid until the next change of the buffer. */
static inline Str strbuf_str(const StrBuf *b)
{
    return (Str){b->ptr, b->len};
}
/* Cuts back to len bytes, which must not be more than there are. */
void strbuf_truncate(StrBuf *b, isize len);

#endif
