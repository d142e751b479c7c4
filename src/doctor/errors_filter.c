#include "doctor/errors_filter.h"

#include "base/panic.h"

#define GRAM 6         /* bytes that are looked up at a time */
#define STRIDE 4       /* bytes between two looks */
#define WINDOW 9       /* of a pattern: GRAM + STRIDE - 1, so that one look falls into it */
#define ROUND 16       /* bytes of which the looks are made together */
#define SET_BITS 18    /* 32 KiB, which stay in the first cache */
#define SLOT_BITS 14   /* of the table of windows; twice as many as there are, or more */
#define KEY_SHIFT 32   /* of a hash, to bits that choose no slot */
#define COUNT_BITS 16  /* of the table that counts how common sixes are */
#define PATH_COST 1000 /* more than any six bytes stand in patterns */
#define CASE 0x20u     /* the bit that parts small letters from capitals */
#define EACH_BYTE 0x0101010101010101u
#define ALL_CASES (EACH_BYTE * CASE)
#define TOP_BITS (EACH_BYTE * 0x80u)
#define FOLDED_TAB ((char)('\t' | CASE))
#define HASH_FACTOR 0x9e3779b97f4a7c15u /* 2^64 / the golden ratio, odd */

_Static_assert(WINDOW == GRAM + STRIDE - 1, "a look falls into each window");

/* The first six of eight bytes that were loaded together. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define FIRST_SIX (UINT64_MAX >> 16)
#else
#define FIRST_SIX (UINT64_MAX << 16)
#endif

/* The set tells nearly all sixes from those of windows; the table tells the others, by the whole
 * window. */
struct ErrorFilter {
    uint64_t set[(1 << SET_BITS) / 64];
    uint16_t table[1 << SLOT_BITS]; /* keys of windows, open addressing; 0: free */
    isize n_windows;
};

static uint64_t load(const char *s)
{
    uint64_t word;
    memcpy(&word, s, sizeof(word));
    return word;
}

/* The six bytes at s. Both cases of a letter are one; so are some others, which is harmless. */
static uint64_t gram_of(const char *s)
{
    uint64_t word = 0;
    memcpy(&word, s, GRAM);
    return word | ALL_CASES;
}

/* As gram_of, where eight bytes may be read. */
static uint64_t gram_at(const char *s)
{
    return (load(s) & FIRST_SIX) | ALL_CASES;
}

static uint64_t hash_of(uint64_t gram, int n_bits)
{
    return (gram * HASH_FACTOR) >> (64 - n_bits);
}

/* 1 when the set has it, else 0. */
static uint64_t has(const ErrorFilter *f, uint64_t gram)
{
    uint64_t hash = hash_of(gram, SET_BITS);
    return f->set[hash / 64] >> hash % 64 & 1;
}

static uint64_t window_hash(const char *s)
{
    uint64_t last = (uint64_t)(uint8_t)s[WINDOW - 1] | CASE;
    return ((load(s) | ALL_CASES) ^ last) * HASH_FACTOR;
}

/* The slot of the window at s, or the one where it would stand; *ret_key is what stands for it. Two
 * windows with one key are taken for the same, which does no harm. */
static uint64_t slot_of(const ErrorFilter *f, const char *s, uint16_t *ret_key)
{
    uint64_t hash = window_hash(s);
    uint64_t slot = hash >> (64 - SLOT_BITS);
    uint16_t key = (uint16_t)(hash >> KEY_SHIFT | 1);
    while (f->table[slot] != 0 && f->table[slot] != key) {
        slot = (slot + 1) % COUNT_OF(f->table);
    }
    *ret_key = key;
    return slot;
}

/* ---- building ---- */

static void put(ErrorFilter *f, const char *window)
{
    uint16_t key;
    uint64_t slot = slot_of(f, window, &key);
    if (f->table[slot] == 0) {
        f->table[slot] = key;
        f->n_windows++;
        ASSERT(f->n_windows < COUNT_OF(f->table) / 2);
    }
    for (int i = 0; i < STRIDE; i++) {
        uint64_t hash = hash_of(gram_of(window + i), SET_BITS);
        f->set[hash / 64] |= (uint64_t)1 << hash % 64;
    }
}

/* Adds the window, also with tabs in place of each of its spaces: the automaton takes both. */
static void add_window(ErrorFilter *f, const char *window)
{
    unsigned spaces = 0;
    for (int i = 0; i < WINDOW; i++) {
        spaces |= (unsigned)(window[i] == ' ') << i;
    }
    for (unsigned tabs = spaces;; tabs = (tabs - 1) & spaces) {
        char each[WINDOW];
        for (int i = 0; i < WINDOW; i++) {
            each[i] = (tabs >> i & 1) != 0 ? FOLDED_TAB : window[i];
        }
        put(f, each);
        if (tabs == 0) {
            return;
        }
    }
}

/* How many times the six bytes at s stand in the patterns, about. */
static uint16_t *count_at(uint16_t *counts, const char *s)
{
    return &counts[hash_of(gram_of(s), COUNT_BITS)];
}

static bool is_text(const char *s)
{
    return memchr(s, '*', WINDOW) == NULL;
}

/* What a window costs for its bytes: each space puts it twice, and each log is full of paths. */
static int cost_of_bytes(const char *s)
{
    int cost = 0;
    for (int i = 0; i < WINDOW; i++) {
        cost += s[i] == ' ' ? 1 : s[i] == '/' ? PATH_COST : 0;
    }
    return cost;
}

/* The window of the pattern that is the rarest in all patterns, since it will be rare in logs, too.
 * A space at either end of a pattern may stand for the end of a line, and is in no window. */
static const char *best_window(Str pattern, uint16_t *counts)
{
    isize from = pattern.ptr[0] == ' ';
    isize to = pattern.len - (pattern.ptr[pattern.len - 1] == ' ');
    const char *best = NULL;
    int least = 0;
    for (isize i = from; i + WINDOW <= to; i++) {
        const char *s = pattern.ptr + i;
        int cost = cost_of_bytes(s);
        for (int k = 0; k < STRIDE; k++) {
            cost += *count_at(counts, s + k);
        }
        if (is_text(s) && (best == NULL || cost < least)) {
            best = s;
            least = cost;
        }
    }
    return best;
}

ErrorFilter *error_filter_new(Arena *a)
{
    ErrorFilter *f = ARENA_NEW(a, ErrorFilter);
    Arena scratch = *a;
    uint16_t *counts = ARENA_ARRAY(&scratch, uint16_t, 1 << COUNT_BITS);
    const ErrorRow *row;
    for (isize r = 0; (row = errors_row(r)) != NULL; r++) {
        Str text = row->about.looks_at;
        for (isize i = 0; i + GRAM <= text.len; i++) {
            ++*count_at(counts, text.ptr + i);
        }
    }
    for (isize r = 0; (row = errors_row(r)) != NULL; r++) {
        Str rest = row->about.looks_at;
        Str pattern;
        while (errors_next_pattern(&rest, &pattern)) {
            const char *window = best_window(pattern, counts);
            ASSERT(window != NULL); /* a pattern has a piece of that length */
            add_window(f, window);
        }
    }
    return f;
}

/* ---- passing ---- */

/* Whether a window of a pattern has its six bytes at s[at]; s is where the text begins. */
static bool is_of_window(const ErrorFilter *f, const char *s, isize at)
{
    bool is = false;
    for (isize from = MAX(0, at - STRIDE + 1); from <= at && !is; from++) {
        uint16_t key;
        is = f->table[slot_of(f, s + from, &key)] != 0;
    }
    return is;
}

/* Not 0 when one of the eight bytes is this one. */
static uint64_t has_byte(uint64_t word, uint8_t byte)
{
    uint64_t zero = word ^ EACH_BYTE * byte;
    return (zero - EACH_BYTE) & ~zero & TOP_BITS;
}

/* Not 0 when one of the eight bytes is none that the automaton reads. */
static uint64_t has_special(uint64_t word)
{
    return has_byte(word, '\0') | has_byte(word, '\x1b') | has_byte(word, '\\');
}

/* Whether a look of the round at s[at], or a byte of it, is for the automaton. */
static bool may_say(const ErrorFilter *f, const char *s, isize at)
{
    const char *round = s + at;
    if ((has_special(load(round)) | has_special(load(round + ROUND / 2))) != 0) {
        return true;
    }
    /* Written out, since it is the heart of it all, and compilers leave a loop a loop. */
    _Static_assert(ROUND == 4 * STRIDE, "four looks a round");
    uint64_t n = has(f, gram_at(round)) | has(f, gram_at(round + STRIDE)) |
                 has(f, gram_at(round + 2 * STRIDE)) | has(f, gram_at(round + 3 * STRIDE));
    bool found = false;
    for (int k = 0; n != 0 && k < ROUND && !found; k += STRIDE) {
        found = has(f, gram_at(round + k)) != 0 && is_of_window(f, s, at + k);
    }
    return found;
}

/* How many of the eight bytes are line ends. */
static int64_t lines_in(uint64_t word)
{
    uint64_t zero = word ^ EACH_BYTE * '\n';
    uint64_t tops = ~(((zero & ~TOP_BITS) + ~TOP_BITS) | zero) & TOP_BITS;
    return (int64_t)((tops >> 7) * EACH_BYTE >> 56);
}

static int64_t count_lines(Str s)
{
    int64_t n = 0;
    isize i = 0;
    for (; i + (isize)sizeof(uint64_t) <= s.len; i += (isize)sizeof(uint64_t)) {
        n += lines_in(load(s.ptr + i));
    }
    for (; i < s.len; i++) {
        n += s.ptr[i] == '\n';
    }
    return n;
}

isize error_filter_pass(const ErrorFilter *f, Str bytes, int64_t *ret_lines)
{
    isize quiet = 0; /* bytes that say nothing; the last ones, too few for a round, may */
    while (quiet + ROUND + WINDOW <= bytes.len && !may_say(f, bytes.ptr, quiet)) {
        quiet += ROUND;
    }
    while (quiet > 0 && bytes.ptr[quiet - 1] != '\n') {
        quiet--;
    }
    *ret_lines = count_lines(str_to(bytes, quiet));
    return quiet;
}
