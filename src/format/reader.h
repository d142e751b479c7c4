/*
 * A cursor over bytes that came from outside. Reading past the end gives zeros and makes the reader
 * failed for good, so a decoder may read a whole structure and ask once.
 */
#ifndef FORMAT_READER_H
#define FORMAT_READER_H

#include "base/str.h"

typedef struct {
    Str rest; /* not yet read; empty when failed */
    bool is_failed;
} Reader;

static inline Reader reader_init(Str bytes)
{
    return (Reader){.rest = bytes};
}

uint8_t reader_u8(Reader *r);
uint16_t reader_u16le(Reader *r);
uint32_t reader_u32le(Reader *r);
uint64_t reader_u64le(Reader *r);
uint16_t reader_u16be(Reader *r);
uint32_t reader_u32be(Reader *r);
uint64_t reader_u64be(Reader *r);
/* The next n bytes, within the reader's own; empty when there are fewer, or n is negative. */
Str reader_bytes(Reader *r, isize n);
void reader_skip(Reader *r, isize n);

#endif
