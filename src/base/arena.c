#include "base/arena.h"

#include "base/panic.h"

#include <stdlib.h>
#include <string.h>

struct ArenaChunk {
    ArenaChunk *next;
    isize cap; /* bytes in data */
    bool is_borrowed;
    _Alignas(16) char data[];
};

#define ARENA_MIN_CHUNK (16 * KIB)
#define ARENA_MAX_GROWTH (4 * MIB) /* chunks double up to this, to bound what the last one wastes */

static ArenaChunk *chunk_new(isize cap)
{
    isize total;
    if (!num_add(cap, (isize)sizeof(ArenaChunk), &total)) {
        out_of_memory();
    }
    ArenaChunk *chunk = malloc((size_t)total);
    if (chunk == NULL) {
        out_of_memory();
    }
    *chunk = (ArenaChunk){.cap = cap};
    return chunk;
}

static void enter_chunk(Arena *a, ArenaChunk *chunk)
{
    a->chunk = chunk;
    a->cur = chunk->data;
    a->end = chunk->data + chunk->cap;
}

/* Moves the cursor to a chunk with room for n bytes: the next one of the chain that is large
 * enough (smaller ones are skipped until the next reset), else a new one put after the current. */
static void next_chunk(Arena *a, isize n)
{
    for (ArenaChunk *c = a->chunk->next; c != NULL; c = c->next) {
        if (c->cap >= n) {
            enter_chunk(a, c);
            return;
        }
    }
    ArenaChunk *chunk = chunk_new(MAX(n, MIN(a->chunk->cap * 2, ARENA_MAX_GROWTH)));
    chunk->next = a->chunk->next;
    a->chunk->next = chunk;
    enter_chunk(a, chunk);
}

Arena arena_init(isize n)
{
    Arena a;
    a.first = chunk_new(MAX(n, ARENA_MIN_CHUNK));
    enter_chunk(&a, a.first);
    return a;
}

Arena arena_over(void *memory, isize n)
{
    isize pad = (isize)(-(uintptr_t)memory & (uintptr_t)(_Alignof(ArenaChunk) - 1));
    isize cap = n - pad - (isize)sizeof(ArenaChunk);
    ASSERT(cap > 0);
    ArenaChunk *chunk = (ArenaChunk *)(void *)((char *)memory + pad);
    *chunk = (ArenaChunk){.cap = cap, .is_borrowed = true};
    Arena a = {.first = chunk};
    enter_chunk(&a, chunk);
    return a;
}

void arena_done(Arena *a)
{
    ArenaChunk *chunk = a->first;
    while (chunk != NULL) {
        ArenaChunk *next = chunk->next;
        if (!chunk->is_borrowed) {
            free(chunk);
        }
        chunk = next;
    }
    *a = (Arena){0};
}

static char *take(Arena *a, isize n, isize align)
{
    isize pad = (isize)(-(uintptr_t)a->cur & (uintptr_t)(align - 1));
    if (n + pad > a->end - a->cur) {
        next_chunk(a, n + align);
        pad = (isize)(-(uintptr_t)a->cur & (uintptr_t)(align - 1));
    }
    char *ptr = a->cur + pad;
    a->cur = ptr + n;
    return ptr;
}

void *arena_alloc(Arena *a, isize n, isize size, isize align)
{
    isize total;
    ASSERT(n >= 0 && size > 0 && align > 0 && (align & (align - 1)) == 0);
    ASSERT(num_mul(n, size, &total) && total < ISIZE_MAX - align);
    return memset(take(a, total, align), 0, (size_t)total);
}

void arena_shrink(Arena *a, const void *ptr, isize old, isize len)
{
    ASSERT(len >= 0 && old >= len);
    if (ptr != NULL && (const char *)ptr + old == a->cur) {
        a->cur -= old - len;
    }
}

void *arena_room(Arena *a, isize n, isize align)
{
    ASSERT(n >= 0 && n < ISIZE_MAX - align && align > 0 && (align & (align - 1)) == 0);
    return take(a, n, align);
}

void *arena_copy(Arena *a, const void *ptr, isize n, isize align)
{
    char *copy = arena_room(a, n, align);
    if (n > 0) {
        memcpy(copy, ptr, (size_t)n);
    }
    return copy;
}

void *arena_grow(Arena *a, void *ptr, isize old, isize new_len, isize align)
{
    ASSERT(old >= 0 && new_len >= old);
    if (ptr != NULL && (char *)ptr + old == a->cur && new_len - old <= a->end - a->cur) {
        memset(a->cur, 0, (size_t)(new_len - old));
        a->cur += new_len - old;
        return ptr;
    }
    char *grown = arena_alloc(a, new_len, 1, align);
    if (old > 0) {
        memcpy(grown, ptr, (size_t)old);
    }
    return grown;
}
