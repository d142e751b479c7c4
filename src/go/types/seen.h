/*
 * Sets of questions about types that were answered before. Types share parts, as when struct{ a, b
 * T } stands for T of the next one, so a walk may come to one of them as often as there are ways to
 * it: 2^n times. A walk that has taken SEEN_FROM steps, which nearly none does, begins to remember.
 */
#ifndef GO_TYPES_SEEN_H
#define GO_TYPES_SEEN_H

#include "base/map.h"

#define SEEN_FROM 2000

/* Such as the addresses of two types, and in which of several ways it is asked of them. */
typedef struct {
    uintptr_t words[3];
} Question;

static inline bool seen_has(const Map *seen, const Question *q)
{
    return map_get(seen, (Str){(const char *)q, (isize)sizeof *q}) != NULL;
}

/* Adds a question; the set is of map_init. */
static inline void seen_add(Map *seen, const Question *q)
{
    const Question *own = arena_copy(seen->arena, q, sizeof *q, _Alignof(Question));
    map_put(seen, (Str){(const char *)own, (isize)sizeof *own}, NULL);
}

#endif
