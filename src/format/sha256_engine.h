/*
 * The inside of sha256.h: the compression functions for different CPUs, behind one form, so that
 * tests and benchmarks can run each of them. Everybody else includes format/sha256.h.
 */
#ifndef FORMAT_SHA256_ENGINE_H
#define FORMAT_SHA256_ENGINE_H

#include "format/sha256.h"

#define SHA256_BLOCK 64    /* bytes that one compression takes */
#define SHA256_MAX_LANES 8 /* of any engine */
#define SHA256_MAX_ENGINES 4

/* Folds n_blocks blocks from data[i] into states[i], for each i < n; 1 <= n <= lanes of the engine.
 * Data need not be aligned. The states are distinct. */
typedef void (*Sha256Compress)(uint32_t *const *states, const uint8_t *const *data, isize n,
                               isize n_blocks);

typedef struct {
    Str name;
    isize lanes; /* messages that one call advances at most, and best */
    Sha256Compress compress;
} Sha256Engine;

/* Between a number and its bytes in memory, the highest first. */
static inline uint32_t sha256_big_endian(uint32_t x)
{
    return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? x : __builtin_bswap32(x);
}

/* The round constants, for all engines. */
extern const uint32_t sha256_k[64];

/* Runs everywhere; one lane. */
extern const Sha256Engine sha256_portable;

/* The engines that this CPU can run besides the portable one, best first; their number. Asks the
 * CPU at each call. Defined for one family of CPUs by each of sha256_x86.c, _arm.c and _other.c. */
isize sha256_native_engines(const Sha256Engine *ret[static SHA256_MAX_ENGINES]);

/* What sha256.h promises, with a given engine. */
void sha256_many_with(const Sha256Engine *engine, const Str *messages, isize n, Sha256 *ret);
void sha256_add_many_with(const Sha256Engine *engine, Sha256Stream *const *streams, const Str *data,
                          isize n);

#endif
