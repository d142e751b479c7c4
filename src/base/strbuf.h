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
void strbuf_add(StrBuf *b, Str s);
void strbuf_add_byte(StrBuf *b, char byte);
void strbuf_add_format(StrBuf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The text so far; valid until the next change of the buffer. */
static inline Str strbuf_str(const StrBuf *b)
{
    return (Str){b->ptr, b->len};
}
/* Cuts back to len bytes, which must not be more than there are. */
void strbuf_truncate(StrBuf *b, isize len);

#endif
