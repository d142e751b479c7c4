#include "base/map.h"

#include "base/panic.h"

static MapSlot *find_slot(const Map *m, Str key)
{
    uint64_t mask = (uint64_t)m->cap - 1;
    for (uint64_t i = str_hash(key) & mask;; i = (i + 1) & mask) {
        MapSlot *slot = &m->slots[i];
        if (slot->key.ptr == NULL || str_eq(slot->key, key)) {
            return slot;
        }
    }
}

static void rehash(Map *m, isize cap)
{
    Map bigger = {m->arena, ARENA_ARRAY(m->arena, MapSlot, cap), m->len, cap};
    for (isize i = 0; i < m->cap; i++) {
        if (m->slots[i].key.ptr != NULL) {
            *find_slot(&bigger, m->slots[i].key) = m->slots[i];
        }
    }
    *m = bigger;
}

Map map_init(Arena *a)
{
    return (Map){.arena = a};
}

isize *map_put(Map *m, Str key, bool *ret_is_new)
{
    ASSERT(key.ptr != NULL);
    if ((m->len + 1) * 4 > m->cap * 3) {
        rehash(m, MAX(m->cap * 2, 16));
    }
    MapSlot *slot = find_slot(m, key);
    bool is_new = slot->key.ptr == NULL;
    if (is_new) {
        slot->key = key;
        m->len++;
    }
    if (ret_is_new != NULL) {
        *ret_is_new = is_new;
    }
    return &slot->value;
}

isize *map_get(const Map *m, Str key)
{
    if (m->cap == 0 || key.ptr == NULL) {
        return NULL;
    }
    MapSlot *slot = find_slot(m, key);
    return slot->key.ptr == NULL ? NULL : &slot->value;
}
