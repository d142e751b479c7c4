/* 128 bits of a SHA-256: equal for what is equal, and for nothing else that anyone will find. */
#ifndef GO_PREFLIGHT_FINGERPRINT_H
#define GO_PREFLIGHT_FINGERPRINT_H

#include "format/sha256.h"

typedef struct {
    uint64_t lo, hi;
} Fingerprint;

static inline Fingerprint fingerprint_of(const void *data, isize len)
{
    Sha256 digest = sha256_of((Str){data, len});
    Fingerprint f;
    memcpy(&f, digest.bytes, sizeof f);
    return f;
}

static inline Fingerprint fingerprint_end(Sha256Stream *s)
{
    Sha256 digest = sha256_end(s);
    Fingerprint f;
    memcpy(&f, digest.bytes, sizeof f);
    return f;
}

/* A sum, which does not depend on the order. */
static inline void fingerprint_add(Fingerprint *sum, Fingerprint f)
{
    sum->lo += f.lo;
    sum->hi += f.hi;
}

#endif
