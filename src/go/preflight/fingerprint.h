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

/* Of text that is no other kind's, whatever it is. kind holds no zero byte. */
static inline Fingerprint fingerprint_of_kind(Str kind, Str text)
{
    Sha256Stream s = sha256_begin();
    sha256_add(&s, kind.ptr, kind.len);
    sha256_add(&s, "", 1);
    sha256_add(&s, text.ptr, text.len);
    Sha256 digest = sha256_end(&s);
    Fingerprint f;
    memcpy(&f, digest.bytes, sizeof f);
    return f;
}

/* What a fingerprint is made of, piece by piece. */
typedef struct {
    Arena *arena;
    char *ptr;
    isize len, cap;
} FingerprintText;

static inline void fingerprint_take(FingerprintText *t, const void *data, isize len)
{
    if (t->cap - t->len < len) {
        isize cap = t->cap * 2 + len;
        t->ptr = arena_grow(t->arena, t->ptr, t->cap, cap, 1);
        t->cap = cap;
    }
    memcpy(t->ptr + t->len, data, (size_t)len);
    t->len += len;
}

/* With its length, so that what follows cannot be taken for a part of it. */
static inline void fingerprint_take_str(FingerprintText *t, Str text)
{
    int64_t len = text.len;
    fingerprint_take(t, &len, sizeof len);
    if (len > 0) {
        fingerprint_take(t, text.ptr, text.len);
    }
}

/* After it, t is that of the next fingerprint. */
static inline Fingerprint fingerprint_end(FingerprintText *t)
{
    isize len = t->len;
    t->len = 0;
    return fingerprint_of(t->ptr, len);
}

/* A sum, which does not depend on the order. */
static inline void fingerprint_add(Fingerprint *sum, Fingerprint f)
{
    sum->lo += f.lo;
    sum->hi += f.hi;
}

#endif
