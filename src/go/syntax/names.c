/*
 * The table is split into shards by hash. A shard is an open-addressing table under a lock that is
 * held for some dozen instructions, so threads spin for it. The texts of a shard lie in chunks that
 * never move, each twice as large as the one before: a number that a thread was given can be read
 * without the lock.
 */
#include "go/syntax/names.h"

#include "base/panic.h"

#include <stdatomic.h>

#define SHARD_BITS 6
#define N_SHARDS (1 << SHARD_BITS)
#define FIRST_CHUNK_BITS 8
#define N_CHUNKS 11 /* 2^(8+11) names a shard: more than numbers are left for */
#define NAME_BITS 24
#define MAX_OF_SHARD ((1u << (NAME_BITS - SHARD_BITS)) - 1)
#define CACHE_SLOTS 8192 /* direct-mapped; a package uses some thousand names */

typedef struct {
    uint32_t hash, index; /* index + 1 of the text in its shard; 0: free */
} Slot;

typedef struct {
    atomic_flag is_locked;
    Arena arena;
    Slot *slots;
    uint32_t len, cap; /* cap is a power of two */
    Str *chunks[N_CHUNKS];
} Shard;

struct NameTable {
    Arena arena; /* of itself */
    Shard shards[N_SHARDS];
};

/* A name of up to 8 bytes is known by them and its length: nothing else is looked at. */
typedef struct {
    uint64_t first; /* its first bytes, with zeros behind a shorter one */
    const char *text;
    uint32_t len;
    Name name; /* 0: free */
} Cached;

struct NameCache {
    NameTable *table;
    Cached slots[CACHE_SLOTS];
};

/* ---- hashing ---- */

/* The first 8 bytes, those behind n as zero; n > 0. */
static uint64_t read_bytes(const char *ptr, isize n)
{
    uint64_t word;
    memcpy(&word, ptr, 8);
    return n >= 8 ? word : word & (~UINT64_C(0) >> (64 - n * 8));
}

static uint64_t mix(uint64_t h, uint64_t word)
{
    h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ h >> 32;
}

static uint64_t hash_of(Str text, uint64_t first)
{
    uint64_t h = mix((uint64_t)text.len, first);
    for (isize at = 8; at < text.len; at += 8) {
        h = mix(h, read_bytes(text.ptr + at, text.len - at));
    }
    return h * UINT64_C(0xD6E8FEB86659FD93);
}

/* ---- texts of a shard ---- */

/* Chunk k holds 2^(FIRST_CHUNK_BITS + k) texts, after those of the chunks before it. */
static Str *text_at(const Shard *s, uint32_t index)
{
    uint32_t shifted = index + (1u << FIRST_CHUNK_BITS);
    int top = 31 - __builtin_clz(shifted);
    return s->chunks[top - FIRST_CHUNK_BITS] + (shifted - (1u << top));
}

static void add_text(Shard *s, uint32_t index, Str text)
{
    uint32_t shifted = index + (1u << FIRST_CHUNK_BITS);
    int chunk = 31 - __builtin_clz(shifted) - FIRST_CHUNK_BITS;
    ASSERT(chunk < N_CHUNKS);
    if (s->chunks[chunk] == NULL) {
        s->chunks[chunk] = ARENA_ARRAY(&s->arena, Str, (isize)1 << (FIRST_CHUNK_BITS + chunk));
    }
    *text_at(s, index) = str_copy(&s->arena, text);
}

/* ---- a shard ---- */

static void grow(Shard *s)
{
    Slot *old = s->slots;
    uint32_t old_cap = s->cap;
    s->cap = old_cap == 0 ? 256 : old_cap * 2;
    s->slots = ARENA_ARRAY(&s->arena, Slot, s->cap);
    for (uint32_t i = 0; i < old_cap; i++) {
        if (old[i].index != 0) {
            uint32_t at = old[i].hash & (s->cap - 1);
            while (s->slots[at].index != 0) {
                at = (at + 1) & (s->cap - 1);
            }
            s->slots[at] = old[i];
        }
    }
}

/* The index of the text, which is added when it is new; MAX_OF_SHARD when there is no room. */
static uint32_t find_or_add(Shard *s, uint32_t hash, Str text)
{
    if (s->len * 4 >= s->cap * 3) {
        grow(s);
    }
    uint32_t at = hash & (s->cap - 1);
    for (; s->slots[at].index != 0; at = (at + 1) & (s->cap - 1)) {
        if (s->slots[at].hash == hash && str_eq(*text_at(s, s->slots[at].index - 1), text)) {
            return s->slots[at].index - 1;
        }
    }
    if (s->len == MAX_OF_SHARD) {
        return MAX_OF_SHARD;
    }
    add_text(s, s->len, text);
    s->slots[at] = (Slot){hash, ++s->len};
    return s->len - 1;
}

/* Numbers begin at 1; those of a shard lie N_SHARDS apart. */
static Name name_in_table(NameTable *t, uint64_t hash, Str text)
{
    unsigned n = (unsigned)(hash >> (64 - SHARD_BITS));
    Shard *s = &t->shards[n];
    while (atomic_flag_test_and_set_explicit(&s->is_locked, memory_order_acquire)) {
    }
    uint32_t index = find_or_add(s, (uint32_t)hash, text);
    atomic_flag_clear_explicit(&s->is_locked, memory_order_release);
    return index == MAX_OF_SHARD ? 0 : (Name)(index << SHARD_BITS | n) + 1 + NAME_BLANK;
}

/* ---- the table ---- */

NameTable *names_new(void)
{
    Arena a = arena_init((isize)sizeof(NameTable));
    NameTable *t = ARENA_NEW(&a, NameTable);
    t->arena = a;
    for (int i = 0; i < N_SHARDS; i++) {
        t->shards[i].arena = arena_init(16 * KIB);
    }
    return t;
}

void names_done(NameTable *t)
{
    for (int i = 0; i < N_SHARDS; i++) {
        arena_done(&t->shards[i].arena);
    }
    Arena a = t->arena;
    arena_done(&a);
}

Str name_text(const NameTable *t, Name name)
{
    if (name <= NAME_BLANK) {
        return name == NAME_BLANK ? S("_") : (Str){0};
    }
    Name number = name - 1 - NAME_BLANK;
    return *text_at(&t->shards[number & (N_SHARDS - 1)], number >> SHARD_BITS);
}

NameCache *name_cache_new(Arena *a, NameTable *t)
{
    NameCache *cache = ARENA_NEW(a, NameCache);
    cache->table = t;
    return cache;
}

Name name_intern(NameCache *cache, Str text)
{
    uint64_t first = read_bytes(text.ptr, text.len);
    uint64_t hash = hash_of(text, first);
    Cached *slot = &cache->slots[hash >> 20 & (CACHE_SLOTS - 1)];
    if (slot->first == first && slot->len == text.len &&
        (text.len <= 8 || memcmp(slot->text + 8, text.ptr + 8, (size_t)text.len - 8) == 0)) {
        return slot->name;
    }
    Name name =
        text.len == 1 && text.ptr[0] == '_' ? NAME_BLANK : name_in_table(cache->table, hash, text);
    if (name == 0) {
        return 0;
    }
    *slot = (Cached){first, name_text(cache->table, name).ptr, (uint32_t)text.len, name};
    return name;
}
