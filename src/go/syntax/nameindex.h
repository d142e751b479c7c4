/* Names to numbers: a small table with open addressing, on an arena. */
#ifndef GO_SYNTAX_NAMEINDEX_H
#define GO_SYNTAX_NAMEINDEX_H

#include "go/syntax/names.h"

typedef struct {
    Name name; /* 0: free */
    uint32_t value;
} NameSlot;

typedef struct {
    NameSlot *slots;
    uint32_t len, cap; /* cap is zero or a power of two */
} NameIndex;

/* The slot of a name, or the free one where it would be; the table has a free one. */
static inline NameSlot *nameindex_slot(const NameIndex *x, Name name)
{
    uint32_t mask = x->cap - 1, at = name * UINT32_C(0x9E3779B1);
    at ^= at >> 15;
    while (x->slots[at & mask].name != 0 && x->slots[at & mask].name != name) {
        at++;
    }
    return &x->slots[at & mask];
}

/* The value of a name, or NULL. */
static inline const uint32_t *nameindex_get(const NameIndex *x, Name name)
{
    if (x->len == 0) {
        return NULL;
    }
    const NameSlot *slot = nameindex_slot(x, name);
    return slot->name == 0 ? NULL : &slot->value;
}

/* The address of a name's value, which for a new one is 0. It is valid until the next put. */
static inline uint32_t *nameindex_put(Arena *a, NameIndex *x, Name name)
{
    if (x->len >= x->cap / 2) {
        NameIndex grown = {.cap = x->cap == 0 ? 16 : x->cap * 2, .len = x->len};
        grown.slots = ARENA_ARRAY(a, NameSlot, grown.cap);
        for (uint32_t i = 0; i < x->cap; i++) {
            if (x->slots[i].name != 0) {
                *nameindex_slot(&grown, x->slots[i].name) = x->slots[i];
            }
        }
        *x = grown;
    }
    NameSlot *slot = nameindex_slot(x, name);
    x->len += slot->name == 0;
    slot->name = name;
    return &slot->value;
}

#endif
