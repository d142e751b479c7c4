/*
 * Memory by lifetime.
 *
 * An arena is a cursor into a chain of chunks. Passed as `Arena *` it is where a result lives;
 * passed (or copied) by value it is scratch: what the copy allocates is dropped by returning,
 * because the caller's own cursor never moved. Chunks past the cursor are used again.
 *
 * One thread uses a chain at a time; give each worker its own arena. A function that takes both an
 * `Arena *` and an `Arena scratch` wants two chains: on one, the result would lie over the scratch.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/num.h"

typedef struct ArenaChunk ArenaChunk;

typedef struct {
    char *cur;         /* next free byte */
    char *end;         /* end of the current chunk */
    ArenaChunk *chunk; /* current chunk; its successors are free */
    ArenaChunk *first; /* owner of the chain */
} Arena;

/* An arena whose first chunk has n bytes. Release it with arena_done. */
Arena arena_init(isize n);
/* An arena that first uses the n bytes (at least 64) at memory, which stay the caller's and must
 * live as long; what does not fit is allocated. Release it with arena_done. */
Arena arena_over(void *memory, isize n);
void arena_done(Arena *a);

/* Zeroed memory for n objects of size bytes each, aligned to align (a power of two).
 * Never NULL: out of memory ends the process. A negative n, or an overflow, is a bug(). */
void *arena_alloc(Arena *a, isize n, isize size, isize align)
    __attribute__((returns_nonnull, alloc_size(2, 3)));

/* Grows the block of old bytes at ptr to new bytes, in place when it is the newest block of the
 * arena, else by copying. The added bytes are zero. align as in arena_alloc. */
void *arena_grow(Arena *a, void *ptr, isize old, isize new_len, isize align);

/* Gives back what the block of old bytes at ptr has behind its first len: something only when it is
 * the newest block. */
void arena_shrink(Arena *a, const void *ptr, isize old, isize len);

/* n bytes copied from ptr, without zeroing them first; aligned as in arena_alloc. ptr may be NULL
 * when n is 0. */
void *arena_copy(Arena *a, const void *ptr, isize n, isize align) __attribute__((returns_nonnull));

/* Room for n bytes, which hold anything: for what is written before it is read. Aligned as in
 * arena_alloc. Pages that are never written take no memory. */
void *arena_room(Arena *a, isize n, isize align) __attribute__((returns_nonnull));

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), 1, sizeof(type), _Alignof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_alloc((a), (n), sizeof(type), _Alignof(type)))

#endif
