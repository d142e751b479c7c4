/*
 * Growing arrays on an arena: VEC(Thing) things = {0}; *VEC_PUSH(&arena, &things) = thing;
 * for (isize i = 0; i < things.len; i++) use(things.ptr[i]);
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include "base/arena.h"

#define VEC(type)       \
    struct {            \
        type *ptr;      \
        isize len, cap; \
    }

/* Makes room for one more zeroed element and gives its address, valid until the next push. */
#define VEC_PUSH(a, v)                                                                \
    ((v)->len < (v)->cap                                                              \
         ? (v)->ptr + (v)->len++                                                      \
         : ((v)->ptr = arena_grow((a), (v)->ptr, (v)->cap * (isize)sizeof(*(v)->ptr), \
                                  vec_grown((v)->cap) * (isize)sizeof(*(v)->ptr),     \
                                  _Alignof(__typeof__(*(v)->ptr))),                   \
            (v)->cap = vec_grown((v)->cap), (v)->ptr + (v)->len++))

static inline isize vec_grown(isize cap)
{
    return cap < 8 ? 8 : cap * 2;
}

#endif
