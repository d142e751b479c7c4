/* String to number table with open addressing, on an arena. Keys are not copied. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/str.h"

typedef struct {
    Str key; /* ptr NULL marks a free slot */
    isize value;
} MapSlot;

typedef struct {
    Arena *arena;
    MapSlot *slots;
    isize len, cap; /* cap is zero or a power of two */
} Map;

Map map_init(Arena *a);
/* The address of key's value; a new key starts with value 0 and *ret_is_new (may be NULL) true.
 * The address is valid until the next map_put. key.ptr must not be NULL. */
isize *map_put(Map *m, Str key, bool *ret_is_new);
/* The address of key's value, or NULL. */
isize *map_get(const Map *m, Str key);

#endif
