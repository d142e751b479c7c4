/*
 * SHA-256 on x86-64.
 *
 * SHA-NI: sha256rnds2 takes 4 cycles to answer and a new one can start every 2, so one message
 * leaves half of the unit idle. Two messages side by side fill it, and their state and words are
 * just what 16 registers hold: three or four are slower, or no faster, because of what is spilled
 * (measured on Zen 3 with gcc 12 and clang 14; one lane 1.55 GB/s, two 3.0).
 *
 * AVX2, for CPUs without SHA-NI (Intel before Ice Lake): eight messages, word t of all of them in
 * one vector. A call with few messages is left to the portable code, which then is as fast.
 */
#if defined(__x86_64__)

#include "format/sha256_engine.h"

#include <cpuid.h>
#include <immintrin.h>

#define SHA_NI __attribute__((target("sha,sse4.1")))
#define AVX2 __attribute__((target("avx2")))
#define INLINE static inline __attribute__((always_inline))

/* -- SHA-NI -- */

#define NI_LANES 2

typedef struct {
    __m128i abef, cdgh; /* the state in the order that sha256rnds2 wants */
    __m128i w[4];       /* the next 16 words of the schedule */
} NiLane;

SHA_NI INLINE void ni_load_state(NiLane *l, const uint32_t *state)
{
    __m128i dcba = _mm_loadu_si128((const __m128i *)(const void *)state);
    __m128i hgfe = _mm_loadu_si128((const __m128i *)(const void *)(state + 4));
    __m128i cdab = _mm_shuffle_epi32(dcba, 0xb1);
    __m128i efgh = _mm_shuffle_epi32(hgfe, 0x1b);
    l->abef = _mm_alignr_epi8(cdab, efgh, 8);
    l->cdgh = _mm_blend_epi16(efgh, cdab, 0xf0);
}

SHA_NI INLINE void ni_store_state(const NiLane *l, uint32_t *state)
{
    __m128i feba = _mm_shuffle_epi32(l->abef, 0x1b);
    __m128i dchg = _mm_shuffle_epi32(l->cdgh, 0xb1);
    _mm_storeu_si128((__m128i *)(void *)state, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128((__m128i *)(void *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

SHA_NI INLINE void ni_load_words(NiLane *l, const uint8_t *block)
{
    const __m128i *in = (const __m128i *)(const void *)block;
    const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    l->w[0] = _mm_shuffle_epi8(_mm_loadu_si128(in), swap);
    l->w[1] = _mm_shuffle_epi8(_mm_loadu_si128(in + 1), swap);
    l->w[2] = _mm_shuffle_epi8(_mm_loadu_si128(in + 2), swap);
    l->w[3] = _mm_shuffle_epi8(_mm_loadu_si128(in + 3), swap);
}

/* Four rounds with the words of slot i. */
SHA_NI INLINE void ni_rounds(NiLane *l, int i, __m128i k)
{
    __m128i kw = _mm_add_epi32(l->w[i], k);
    l->cdgh = _mm_sha256rnds2_epu32(l->cdgh, l->abef, kw);
    l->abef = _mm_sha256rnds2_epu32(l->abef, l->cdgh, _mm_shuffle_epi32(kw, 0x0e));
}

/* Replaces the words of slot i, which are used up, by those 16 further on. */
SHA_NI INLINE void ni_schedule(NiLane *l, int i)
{
    __m128i next = l->w[(i + 1) & 3], last = l->w[(i + 3) & 3];
    __m128i seven_back = _mm_alignr_epi8(last, l->w[(i + 2) & 3], 4);
    __m128i partial = _mm_add_epi32(_mm_sha256msg1_epu32(l->w[i], next), seven_back);
    l->w[i] = _mm_sha256msg2_epu32(partial, last);
}

/* Tells the compiler that a lane is in registers here, all of it. Left to themselves, compilers
 * move the schedule ahead of the rounds or part of a lane to memory, and lose a quarter of the
 * speed. */
SHA_NI INLINE void ni_pin(NiLane *l)
{
    __asm__(""
            : "+x"(l->abef), "+x"(l->cdgh), "+x"(l->w[0]), "+x"(l->w[1]), "+x"(l->w[2]),
              "+x"(l->w[3]));
}

/* Four rounds of one lane or two; all but l are constants where this is inlined. */
SHA_NI INLINE void ni_quad(NiLane *l, bool has_two, int i, const uint32_t *k, bool is_scheduled)
{
    __m128i constants = _mm_load_si128((const __m128i *)(const void *)k);
    ni_rounds(&l[0], i, constants);
    if (has_two) {
        ni_rounds(&l[1], i, constants);
    }
    if (is_scheduled) {
        ni_schedule(&l[0], i);
    }
    if (is_scheduled && has_two) {
        ni_schedule(&l[1], i);
    }
    ni_pin(&l[0]);
    if (has_two) {
        ni_pin(&l[1]);
    }
}

SHA_NI INLINE void ni_block(NiLane *l, bool has_two)
{
    for (const uint32_t *k = sha256_k; k < sha256_k + 48; k += 16) {
        ni_quad(l, has_two, 0, k, true);
        ni_quad(l, has_two, 1, k + 4, true);
        ni_quad(l, has_two, 2, k + 8, true);
        ni_quad(l, has_two, 3, k + 12, true);
    }
    ni_quad(l, has_two, 0, sha256_k + 48, false);
    ni_quad(l, has_two, 1, sha256_k + 52, false);
    ni_quad(l, has_two, 2, sha256_k + 56, false);
    ni_quad(l, has_two, 3, sha256_k + 60, false);
}

/* Adds the state before a block to the state after it. */
SHA_NI INLINE void ni_feed_forward(NiLane *l, const NiLane *before)
{
    l->abef = _mm_add_epi32(l->abef, before->abef);
    l->cdgh = _mm_add_epi32(l->cdgh, before->cdgh);
}

SHA_NI static void ni_one(uint32_t *state, const uint8_t *data, isize n_blocks)
{
    NiLane l;
    ni_load_state(&l, state);
    for (isize block = 0; block < n_blocks; block++) {
        NiLane before = l;
        ni_load_words(&l, data + block * SHA256_BLOCK);
        ni_block(&l, false);
        ni_feed_forward(&l, &before);
    }
    ni_store_state(&l, state);
}

SHA_NI static void ni_two(uint32_t *const *states, const uint8_t *const *data, isize n_blocks)
{
    NiLane l[NI_LANES];
    ni_load_state(&l[0], states[0]);
    ni_load_state(&l[1], states[1]);
    for (isize block = 0; block < n_blocks; block++) {
        NiLane before[NI_LANES] = {l[0], l[1]};
        ni_load_words(&l[0], data[0] + block * SHA256_BLOCK);
        ni_load_words(&l[1], data[1] + block * SHA256_BLOCK);
        ni_block(l, true);
        ni_feed_forward(&l[0], &before[0]);
        ni_feed_forward(&l[1], &before[1]);
    }
    ni_store_state(&l[0], states[0]);
    ni_store_state(&l[1], states[1]);
}

static void ni_compress(uint32_t *const *states, const uint8_t *const *data, isize n,
                        isize n_blocks)
{
    if (n == 1) {
        ni_one(states[0], data[0], n_blocks);
    } else {
        ni_two(states, data, n_blocks);
    }
}

static const Sha256Engine ni_engine = {STR_CONST("sha-ni"), NI_LANES, ni_compress};

/* -- AVX2 -- */

#define AVX2_LANES 8
#define AVX2_MIN_LANES 3 /* with fewer messages eight lanes are no faster than the portable code */

AVX2 INLINE __m256i rotate(__m256i x, int n)
{
    return _mm256_or_si256(_mm256_srli_epi32(x, n), _mm256_slli_epi32(x, 32 - n));
}

AVX2 INLINE __m256i xor3(__m256i x, __m256i y, __m256i z)
{
    return _mm256_xor_si256(_mm256_xor_si256(x, y), z);
}

AVX2 INLINE __m256i add3(__m256i x, __m256i y, __m256i z)
{
    return _mm256_add_epi32(_mm256_add_epi32(x, y), z);
}

/* Rows become columns. */
AVX2 INLINE void transpose(__m256i r[static 8])
{
    __m256i t[8], u[8];
#pragma GCC unroll 16
    for (int i = 0; i < 8; i += 2) {
        t[i] = _mm256_unpacklo_epi32(r[i], r[i + 1]);
        t[i + 1] = _mm256_unpackhi_epi32(r[i], r[i + 1]);
    }
#pragma GCC unroll 16
    for (int i = 0; i < 8; i += 4) {
        u[i] = _mm256_unpacklo_epi64(t[i], t[i + 2]);
        u[i + 1] = _mm256_unpackhi_epi64(t[i], t[i + 2]);
        u[i + 2] = _mm256_unpacklo_epi64(t[i + 1], t[i + 3]);
        u[i + 3] = _mm256_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
#pragma GCC unroll 16
    for (int i = 0; i < 4; i++) {
        r[i] = _mm256_permute2x128_si256(u[i], u[i + 4], 0x20);
        r[i + 4] = _mm256_permute2x128_si256(u[i], u[i + 4], 0x31);
    }
}

/* Eight words of each message at byte `at`, into eight vectors of one word each. */
AVX2 INLINE void load_words(const uint8_t *const *data, isize at, __m256i w[static 8])
{
    const __m256i swap = _mm256_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203,
                                           0x0c0d0e0f08090a0b, 0x0405060700010203);
#pragma GCC unroll 16
    for (int i = 0; i < 8; i++) {
        __m256i words = _mm256_loadu_si256((const __m256i *)(const void *)(data[i] + at));
        w[i] = _mm256_shuffle_epi8(words, swap);
    }
    transpose(w);
}

/* The word of the schedule that comes 16 after slot t, in its place. */
AVX2 INLINE __m256i expand(const __m256i w[static 16], int t)
{
    __m256i x = w[(t + 1) & 15], y = w[(t + 14) & 15];
    __m256i s0 = xor3(rotate(x, 7), rotate(x, 18), _mm256_srli_epi32(x, 3));
    __m256i s1 = xor3(rotate(y, 17), rotate(y, 19), _mm256_srli_epi32(y, 10));
    return _mm256_add_epi32(add3(w[t & 15], s0, s1), w[(t + 9) & 15]);
}

/* One round. The names rotate through s: a is s[-t mod 8], and so on. */
AVX2 INLINE void step(__m256i s[static 8], int t, __m256i kw)
{
    __m256i a = s[-t & 7], b = s[(1 - t) & 7], c = s[(2 - t) & 7], e = s[(4 - t) & 7];
    __m256i f = s[(5 - t) & 7], g = s[(6 - t) & 7], h = s[(7 - t) & 7];
    __m256i sum1 = xor3(rotate(e, 6), rotate(e, 11), rotate(e, 25));
    __m256i sum0 = xor3(rotate(a, 2), rotate(a, 13), rotate(a, 22));
    __m256i choice = _mm256_xor_si256(g, _mm256_and_si256(e, _mm256_xor_si256(f, g)));
    __m256i majority =
        _mm256_xor_si256(b, _mm256_and_si256(_mm256_xor_si256(a, b), _mm256_xor_si256(b, c)));
    __m256i t1 = _mm256_add_epi32(add3(h, sum1, choice), kw);
    s[(3 - t) & 7] = _mm256_add_epi32(s[(3 - t) & 7], t1);
    s[(7 - t) & 7] = add3(t1, sum0, majority);
}

/* Sixteen rounds; words that are used up are replaced when more rounds follow. */
AVX2 INLINE void sixteen_rounds(__m256i s[static 8], __m256i w[static 16], const uint32_t *k,
                                bool is_scheduled)
{
#pragma GCC unroll 16
    for (int t = 0; t < 16; t++) {
        step(s, t, _mm256_add_epi32(w[t], _mm256_set1_epi32((int)k[t])));
        if (is_scheduled) {
            w[t] = expand(w, t);
        }
    }
}

AVX2 static void avx2_eight(uint32_t *const *states, const uint8_t *const *data, isize n_blocks)
{
    __m256i s[8], before[8], w[16];
#pragma GCC unroll 16
    for (int i = 0; i < 8; i++) {
        s[i] = _mm256_loadu_si256((const __m256i *)(const void *)states[i]);
    }
    transpose(s);
    for (isize block = 0; block < n_blocks; block++) {
        load_words(data, block * SHA256_BLOCK, w);
        load_words(data, block * SHA256_BLOCK + 32, w + 8);
#pragma GCC unroll 16
        for (int i = 0; i < 8; i++) {
            before[i] = s[i];
        }
        for (int t = 0; t < 48; t += 16) {
            sixteen_rounds(s, w, sha256_k + t, true);
        }
        sixteen_rounds(s, w, sha256_k + 48, false);
#pragma GCC unroll 16
        for (int i = 0; i < 8; i++) {
            s[i] = _mm256_add_epi32(s[i], before[i]);
        }
    }
    transpose(s);
#pragma GCC unroll 16
    for (int i = 0; i < 8; i++) {
        _mm256_storeu_si256((__m256i *)(void *)states[i], s[i]);
    }
}

/* Lanes without a message repeat the first one into a state that nobody looks at. */
static void avx2_compress(uint32_t *const *states, const uint8_t *const *data, isize n,
                          isize n_blocks)
{
    if (n < AVX2_MIN_LANES) {
        sha256_portable.compress(states, data, n, n_blocks);
        return;
    }
    uint32_t unused[8] = {0};
    uint32_t *all_states[AVX2_LANES];
    const uint8_t *all_data[AVX2_LANES];
    for (isize i = 0; i < AVX2_LANES; i++) {
        all_states[i] = i < n ? states[i] : unused;
        all_data[i] = i < n ? data[i] : data[0];
    }
    avx2_eight(all_states, all_data, n_blocks);
}

static const Sha256Engine avx2_engine = {STR_CONST("avx2"), AVX2_LANES, avx2_compress};

/* -- What this CPU has -- */

/* Whether the operating system saves the registers of SSE and AVX. */
static bool os_saves_avx(void)
{
    uint32_t low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (low & 6) == 6;
}

isize sha256_native_engines(const Sha256Engine *ret[static SHA256_MAX_ENGINES])
{
    uint32_t a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d)) {
        return 0;
    }
    bool has_sse = (c & bit_SSSE3) != 0 && (c & bit_SSE4_1) != 0;
    bool has_avx = (c & bit_OSXSAVE) != 0 && (c & bit_AVX) != 0 && os_saves_avx();
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) {
        return 0;
    }
    isize n = 0;
    if (has_sse && (b & bit_SHA) != 0) {
        ret[n++] = &ni_engine;
    }
    if (has_avx && (b & bit_AVX2) != 0) {
        ret[n++] = &avx2_engine;
    }
    return n;
}

#endif
