/*
 * SHA-256 on 64-bit ARM with the cryptographic extension. The chain from round to round takes
 * longer than the unit needs for its work, so two messages side by side hide each other's waiting.
 *
 * The four instructions are written as assembly: compilers before 2023 offer them as functions only
 * to files that are compiled for CPUs which all have them.
 */
#if defined(__AARCH64EL__)

#include "format/sha256_engine.h"

#include <arm_neon.h>
#include <sys/auxv.h>

#define LANES 2
#define HWCAP_SHA2_BIT (1ul << 6) /* of AT_HWCAP: the kernel's promise to programs on arm64 */
#define INLINE static inline __attribute__((always_inline))
#define WITH_SHA2 ".arch_extension sha2\n\t"

typedef struct {
    uint32x4_t abcd, efgh;
    uint32x4_t w[4]; /* the next 16 words of the schedule */
} Lane;

/* Four rounds: the new abcd. */
INLINE uint32x4_t sha256h(uint32x4_t abcd, uint32x4_t efgh, uint32x4_t kw)
{
    __asm__(WITH_SHA2 "sha256h %q0, %q1, %2.4s" : "+w"(abcd) : "w"(efgh), "w"(kw));
    return abcd;
}

/* Four rounds: the new efgh, from the old abcd. */
INLINE uint32x4_t sha256h2(uint32x4_t efgh, uint32x4_t abcd, uint32x4_t kw)
{
    __asm__(WITH_SHA2 "sha256h2 %q0, %q1, %2.4s" : "+w"(efgh) : "w"(abcd), "w"(kw));
    return efgh;
}

INLINE uint32x4_t sha256su0(uint32x4_t w0, uint32x4_t w1)
{
    __asm__(WITH_SHA2 "sha256su0 %0.4s, %1.4s" : "+w"(w0) : "w"(w1));
    return w0;
}

INLINE uint32x4_t sha256su1(uint32x4_t partial, uint32x4_t w2, uint32x4_t w3)
{
    __asm__(WITH_SHA2 "sha256su1 %0.4s, %1.4s, %2.4s" : "+w"(partial) : "w"(w2), "w"(w3));
    return partial;
}

INLINE void load_words(Lane *l, const uint8_t *block)
{
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        l->w[i] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(block + 16 * i)));
    }
}

/* Four rounds with the words of slot i. */
INLINE void rounds(Lane *l, int i, uint32x4_t k)
{
    uint32x4_t kw = vaddq_u32(l->w[i], k);
    uint32x4_t abcd = l->abcd;
    l->abcd = sha256h(abcd, l->efgh, kw);
    l->efgh = sha256h2(l->efgh, abcd, kw);
}

/* Replaces the words of slot i, which are used up, by those 16 further on. */
INLINE void schedule(Lane *l, int i)
{
    uint32x4_t partial = sha256su0(l->w[i], l->w[(i + 1) & 3]);
    l->w[i] = sha256su1(partial, l->w[(i + 2) & 3], l->w[(i + 3) & 3]);
}

/* Sixteen rounds of all lanes; lanes is a constant where this is inlined. */
INLINE void sixteen_rounds(Lane *l, int lanes, const uint32_t *k, bool is_scheduled)
{
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        uint32x4_t constants = vld1q_u32(k + 4 * i);
#pragma GCC unroll 4
        for (int j = 0; j < lanes; j++) {
            rounds(&l[j], i, constants);
        }
#pragma GCC unroll 4
        for (int j = 0; is_scheduled && j < lanes; j++) {
            schedule(&l[j], i);
        }
    }
}

INLINE void compress_lanes(uint32_t *const *states, const uint8_t *const *data, int lanes,
                           isize n_blocks)
{
    Lane l[LANES];
    uint32x4_t abcd[LANES], efgh[LANES];
#pragma GCC unroll 4
    for (int j = 0; j < lanes; j++) {
        l[j].abcd = vld1q_u32(states[j]);
        l[j].efgh = vld1q_u32(states[j] + 4);
    }
    for (isize block = 0; block < n_blocks; block++) {
#pragma GCC unroll 4
        for (int j = 0; j < lanes; j++) {
            abcd[j] = l[j].abcd;
            efgh[j] = l[j].efgh;
            load_words(&l[j], data[j] + block * SHA256_BLOCK);
        }
        for (int t = 0; t < 48; t += 16) {
            sixteen_rounds(l, lanes, sha256_k + t, true);
        }
        sixteen_rounds(l, lanes, sha256_k + 48, false);
#pragma GCC unroll 4
        for (int j = 0; j < lanes; j++) {
            l[j].abcd = vaddq_u32(l[j].abcd, abcd[j]);
            l[j].efgh = vaddq_u32(l[j].efgh, efgh[j]);
        }
    }
#pragma GCC unroll 4
    for (int j = 0; j < lanes; j++) {
        vst1q_u32(states[j], l[j].abcd);
        vst1q_u32(states[j] + 4, l[j].efgh);
    }
}

static void compress_one(uint32_t *const *states, const uint8_t *const *data, isize n_blocks)
{
    compress_lanes(states, data, 1, n_blocks);
}

static void compress_two(uint32_t *const *states, const uint8_t *const *data, isize n_blocks)
{
    compress_lanes(states, data, 2, n_blocks);
}

static void compress(uint32_t *const *states, const uint8_t *const *data, isize n, isize n_blocks)
{
    if (n == 1) {
        compress_one(states, data, n_blocks);
    } else {
        compress_two(states, data, n_blocks);
    }
}

static const Sha256Engine engine = {STR_CONST("armv8"), LANES, compress};

isize sha256_native_engines(const Sha256Engine *ret[static SHA256_MAX_ENGINES])
{
    if ((getauxval(AT_HWCAP) & HWCAP_SHA2_BIT) == 0) {
        return 0;
    }
    ret[0] = &engine;
    return 1;
}

#endif
