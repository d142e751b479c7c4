/*
 * SHA-256 (FIPS 180-4): one stream at a time, and many messages in interleaved lanes.
 * The fastest implementation that the CPU has is chosen once per process (SHA-NI, ARMv8, AVX2,
 * portable); all give the same digests.
 */
#ifndef FORMAT_SHA256_H
#define FORMAT_SHA256_H

#include "base/str.h"

#define SHA256_LEN 32

typedef struct {
    uint8_t bytes[SHA256_LEN];
} Sha256;

typedef struct {
    uint32_t state[8];
    uint8_t block[64]; /* bytes not yet hashed */
    uint64_t len;      /* bytes so far */
} Sha256Stream;

Sha256Stream sha256_begin(void);
void sha256_add(Sha256Stream *s, const void *data, isize len);
Sha256 sha256_end(Sha256Stream *s);
/* Of one message. */
Sha256 sha256_of(Str data);

/* Digests of n messages, in lanes: ret[i] belongs to messages[i]. Any lengths. */
void sha256_many(const Str *messages, isize n, Sha256 *ret);
/* Continues n independent streams in lanes: stream i gets data[i]. */
void sha256_add_many(Sha256Stream *const *streams, const Str *data, isize n);

static inline bool sha256_eq(const Sha256 *a, const Sha256 *b)
{
    return memcmp(a->bytes, b->bytes, SHA256_LEN) == 0;
}

/* 64 lowercase hexadecimal digits; the parser takes exactly that. */
void sha256_to_hex(const Sha256 *digest, char ret[static 64]);
bool sha256_from_hex(Str hex, Sha256 *ret);

/* "sha-ni", "armv8", "avx2", "portable"; what this process uses. */
Str sha256_engine(void);

#endif
