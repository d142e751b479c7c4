/*
 * Reads and writes overlap instead of counting down: 20 bytes are bytes 0-15 and bytes 4-19. Loads
 * come before stores, so that up to 64 bytes may be moved any way.
 */
#include "base/bytes.h"

#ifdef __x86_64__

#include <emmintrin.h>
#include <stdint.h>

#ifndef __clang__
/* A loop that copies must not become a call of memcpy here. */
#pragma GCC optimize("no-tree-loop-distribute-patterns")
#endif

#define PAGE 4096      /* a read that stays in the page of a valid byte does not fault */
#define LONG_COPY 2048 /* from here on the string instruction is faster: it copies whole lines */

typedef __m128i Block;
#define BLOCK ((size_t)sizeof(Block))

static inline Block load(const unsigned char *from)
{
    return _mm_loadu_si128((const Block *)(const void *)from);
}

static inline void store(unsigned char *to, Block block)
{
    _mm_storeu_si128((Block *)(void *)to, block);
}

#define DEFINE_WORD(type, load_name, store_name)                \
    static inline type load_name(const unsigned char *from)     \
    {                                                           \
        type word;                                              \
        __builtin_memcpy(&word, from, sizeof(word));            \
        return word;                                            \
    }                                                           \
    static inline void store_name(unsigned char *to, type word) \
    {                                                           \
        __builtin_memcpy(to, &word, sizeof(word));              \
    }
DEFINE_WORD(uint64_t, load8, store8)
DEFINE_WORD(uint32_t, load4, store4)
DEFINE_WORD(uint16_t, load2, store2)

/* At most 64 bytes, which may overlap. */
static inline void move_short(unsigned char *to, const unsigned char *from, size_t n)
{
    if (n > 2 * BLOCK) {
        Block a = load(from), b = load(from + BLOCK);
        Block c = load(from + n - 2 * BLOCK), d = load(from + n - BLOCK);
        store(to, a);
        store(to + BLOCK, b);
        store(to + n - 2 * BLOCK, c);
        store(to + n - BLOCK, d);
    } else if (n >= BLOCK) {
        Block a = load(from), b = load(from + n - BLOCK);
        store(to, a);
        store(to + n - BLOCK, b);
    } else if (n >= 8) {
        uint64_t a = load8(from), b = load8(from + n - 8);
        store8(to, a);
        store8(to + n - 8, b);
    } else if (n >= 4) {
        uint32_t a = load4(from), b = load4(from + n - 4);
        store4(to, a);
        store4(to + n - 4, b);
    } else if (n >= 2) {
        uint16_t a = load2(from), b = load2(from + n - 2);
        store2(to, a);
        store2(to + n - 2, b);
    } else if (n == 1) {
        *to = *from;
    }
}

/* More than 64 bytes; to lies before from, or apart from it. */
static void move_up(unsigned char *to, const unsigned char *from, size_t n)
{
    unsigned char *end = to + n;
    Block last[4];
    for (size_t i = 0; i < 4; i++) {
        last[i] = load(from + n - (4 - i) * BLOCK);
    }
    for (; n > 4 * BLOCK; n -= 4 * BLOCK, to += 4 * BLOCK, from += 4 * BLOCK) {
        Block a = load(from), b = load(from + BLOCK);
        Block c = load(from + 2 * BLOCK), d = load(from + 3 * BLOCK);
        store(to, a);
        store(to + BLOCK, b);
        store(to + 2 * BLOCK, c);
        store(to + 3 * BLOCK, d);
    }
    for (size_t i = 0; i < 4; i++) {
        store(end - (4 - i) * BLOCK, last[i]);
    }
}

/* More than 64 bytes; to lies behind from. */
static void move_down(unsigned char *to, const unsigned char *from, size_t n)
{
    Block first[4];
    for (size_t i = 0; i < 4; i++) {
        first[i] = load(from + i * BLOCK);
    }
    for (; n > 4 * BLOCK; n -= 4 * BLOCK) {
        Block a = load(from + n - BLOCK), b = load(from + n - 2 * BLOCK);
        Block c = load(from + n - 3 * BLOCK), d = load(from + n - 4 * BLOCK);
        store(to + n - BLOCK, a);
        store(to + n - 2 * BLOCK, b);
        store(to + n - 3 * BLOCK, c);
        store(to + n - 4 * BLOCK, d);
    }
    for (size_t i = 0; i < 4; i++) {
        store(to + i * BLOCK, first[i]);
    }
}

void *bytes_copy(void *restrict to, const void *restrict from, size_t n)
{
    if (n <= 4 * BLOCK) {
        move_short(to, from, n);
    } else if (n < LONG_COPY) {
        move_up(to, from, n);
    } else {
        void *at = to;
        __asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(n) : : "memory");
    }
    return to;
}

void *bytes_move(void *to, const void *from, size_t n)
{
    if (n <= 4 * BLOCK) {
        move_short(to, from, n);
    } else if ((uintptr_t)to - (uintptr_t)from >= n) {
        move_up(to, from, n);
    } else {
        move_down(to, from, n);
    }
    return to;
}

static inline int compare_words(uint64_t a, uint64_t b)
{
    a = __builtin_bswap64(a);
    b = __builtin_bswap64(b);
    return (a > b) - (a < b);
}

/* Less than a block. */
static int compare_short(const unsigned char *a, const unsigned char *b, size_t n)
{
    if (n >= 8) {
        uint64_t x = load8(a), y = load8(b);
        return x != y ? compare_words(x, y) : compare_words(load8(a + n - 8), load8(b + n - 8));
    }
    if (n >= 4) {
        uint64_t x =
            (uint64_t)__builtin_bswap32(load4(a)) << 32 | __builtin_bswap32(load4(a + n - 4));
        uint64_t y =
            (uint64_t)__builtin_bswap32(load4(b)) << 32 | __builtin_bswap32(load4(b + n - 4));
        return (x > y) - (x < y);
    }
    if (n >= 2) {
        uint32_t x =
            (uint32_t)__builtin_bswap16(load2(a)) << 16 | __builtin_bswap16(load2(a + n - 2));
        uint32_t y =
            (uint32_t)__builtin_bswap16(load2(b)) << 16 | __builtin_bswap16(load2(b + n - 2));
        return (x > y) - (x < y);
    }
    return n == 0 ? 0 : *a - *b;
}

/* One bit for each byte of the blocks that is the same. */
static inline unsigned same(Block a, Block b)
{
    return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(a, b));
}

#define ALL_SAME 0xffffU

int bytes_compare(const void *x, const void *y, size_t n)
{
    const unsigned char *a = x, *b = y;
    if (n < BLOCK) {
        return compare_short(a, b, n);
    }
    for (size_t i = 0;; i = i + 2 * BLOCK <= n ? i + BLOCK : n - BLOCK) {
        unsigned equal = same(load(a + i), load(b + i));
        if (equal != ALL_SAME) {
            i += (size_t)__builtin_ctz(~equal);
            return a[i] - b[i];
        }
        if (i == n - BLOCK) {
            return 0;
        }
    }
}

void *bytes_find(const void *x, int c, size_t n)
{
    const unsigned char *p = x;
    Block wanted = _mm_set1_epi8((char)c);
    size_t i = 0;
    for (; n - i >= BLOCK; i += BLOCK) {
        unsigned found = same(load(p + i), wanted);
        if (found != 0) {
            return (void *)(uintptr_t)(p + i + __builtin_ctz(found));
        }
    }
    if (i == n) {
        return NULL;
    }
    /* The rest is less than a block: what lies behind it is read too where it is in the same page,
     * else what lies before it. */
    unsigned found, skipped = 0;
    if (((uintptr_t)(p + i) & (PAGE - 1)) <= PAGE - BLOCK) {
        found = same(load(p + i), wanted) & ((1U << (n - i)) - 1);
    } else {
        skipped = (unsigned)(BLOCK - (n - i));
        found = same(load(p + n - BLOCK), wanted) >> skipped;
    }
    return found == 0 ? NULL : (void *)(uintptr_t)(p + i + __builtin_ctz(found));
}

void *bytes_find_last(const void *x, int c, size_t n)
{
    const unsigned char *p = x;
    Block wanted = _mm_set1_epi8((char)c);
    for (; n >= BLOCK; n -= BLOCK) {
        unsigned found = same(load(p + n - BLOCK), wanted);
        if (found != 0) {
            return (void *)(uintptr_t)(p + n - 1 - (__builtin_clz(found) - 16));
        }
    }
    while (n > 0 && p[n - 1] != (unsigned char)c) {
        n--;
    }
    return n == 0 ? NULL : (void *)(uintptr_t)(p + n - 1);
}

#ifndef __GLIBC__
void *memcpy(void *restrict to, const void *restrict from, size_t n)
    __attribute__((alias("bytes_copy")));
void *memmove(void *to, const void *from, size_t n) __attribute__((alias("bytes_move")));
int memcmp(const void *x, const void *y, size_t n) __attribute__((alias("bytes_compare")));
void *memchr(const void *x, int c, size_t n) __attribute__((alias("bytes_find")));
void *memrchr(const void *x, int c, size_t n) __attribute__((alias("bytes_find_last")));
#endif

#endif
