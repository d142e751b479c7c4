/* Numbers, strings and fingerprints as bytes, for what is kept on the disk. What is read may be
 * anything: a reader that has failed gives zeros, and no count is larger than what is left. */
#ifndef GO_PREFLIGHT_CODEC_H
#define GO_PREFLIGHT_CODEC_H

#include "base/strbuf.h"
#include "format/reader.h"
#include "go/preflight/fingerprint.h"

#define CODEC_GROUP 7 /* bits of a number in one byte; the eighth says that more follow */

static inline void encode_number(StrBuf *b, uint64_t n)
{
    for (; n >> CODEC_GROUP != 0; n >>= CODEC_GROUP) {
        strbuf_add_byte(b, (char)(n | 1 << CODEC_GROUP));
    }
    strbuf_add_byte(b, (char)n);
}

static inline void encode_str(StrBuf *b, Str s)
{
    encode_number(b, (uint64_t)s.len);
    strbuf_add(b, s);
}

static inline void encode_fingerprint(StrBuf *b, const Fingerprint *f)
{
    strbuf_add(b, (Str){(const char *)f, sizeof *f});
}

static inline uint64_t decode_number(Reader *r)
{
    uint64_t n = 0;
    for (int shift = 0; shift < 64; shift += CODEC_GROUP) {
        uint8_t byte = reader_u8(r);
        n |= (uint64_t)(byte & ~(1U << CODEC_GROUP)) << shift;
        if (byte >> CODEC_GROUP == 0) {
            return n;
        }
    }
    *r = (Reader){.is_failed = true};
    return 0;
}

/* Below limit, or 0 and the reader has failed. */
static inline uint32_t decode_index(Reader *r, isize limit)
{
    uint64_t n = decode_number(r);
    if (n >= (uint64_t)limit) {
        *r = (Reader){.is_failed = true};
        return 0;
    }
    return (uint32_t)n;
}

/* A number of things, each of which takes at least so many bytes. */
static inline isize decode_count(Reader *r, isize least)
{
    return (isize)decode_index(r, MIN(r->rest.len, INT32_MAX) / least + 1);
}

/* Within the reader's bytes. */
static inline Str decode_str(Reader *r)
{
    return reader_bytes(r, decode_count(r, 1));
}

static inline Fingerprint decode_fingerprint(Reader *r)
{
    Fingerprint f = {0};
    Str bytes = reader_bytes(r, sizeof f);
    if (bytes.len == (isize)sizeof f) {
        memcpy(&f, bytes.ptr, sizeof f);
    }
    return f;
}

#endif
