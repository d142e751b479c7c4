#include "go/types/scope.h"

#define MAX_LISTED 8 /* names of a scope that are searched one by one */

Scope *scope_new(Arena *a, Scope *parent)
{
    Scope *s = ARENA_NEW(a, Scope);
    s->parent = parent;
    return s;
}

/* Where the search for a name begins. Names of one shard of their table differ in high bits only:
 * they are mixed. */
static isize slot_of(const Scope *s, Name name)
{
    uint64_t hash = name * UINT64_C(0x9E3779B97F4A7C15);
    return (isize)(hash >> 32 & (uint64_t)(s->n_slots - 1));
}

static Object *find_hashed(const Scope *s, Name name)
{
    for (isize at = slot_of(s, name); s->slots[at] != 0; at = (at + 1) & (s->n_slots - 1)) {
        Object *o = s->list[s->slots[at] - 1];
        if (o->name == name) {
            return o;
        }
    }
    return NULL;
}

Object *scope_lookup(const Scope *s, Name name)
{
    if (s->slots != NULL) {
        return find_hashed(s, name);
    }
    for (isize i = 0; i < s->len; i++) {
        if (s->list[i]->name == name) {
            return s->list[i];
        }
    }
    return NULL;
}

static void add_slot(Scope *s, isize index)
{
    isize at = slot_of(s, s->list[index]->name);
    while (s->slots[at] != 0) {
        at = (at + 1) & (s->n_slots - 1);
    }
    s->slots[at] = (uint32_t)index + 1;
}

/* Half of the slots stay free at least. */
static void make_slots(Arena *a, Scope *s)
{
    s->n_slots = s->n_slots == 0 ? 4 * MAX_LISTED : s->n_slots * 4;
    s->slots = ARENA_ARRAY(a, uint32_t, s->n_slots);
    for (isize i = 0; i < s->len; i++) {
        add_slot(s, i);
    }
}

Object *scope_insert(Arena *a, Scope *s, Object *o)
{
    if (o->name == NAME_BLANK) {
        return NULL;
    }
    Object *other = scope_lookup(s, o->name);
    if (other != NULL) {
        return other;
    }
    if (s->len == s->cap) {
        isize cap = s->cap == 0 ? 4 : s->cap * 2;
        isize size = (isize)sizeof(*s->list);
        s->list = arena_grow(a, s->list, s->cap * size, cap * size, _Alignof(Object *));
        s->cap = cap;
    }
    s->list[s->len++] = o;
    if (s->slots != NULL && s->len * 2 <= s->n_slots) {
        add_slot(s, s->len - 1);
    } else if (s->len > MAX_LISTED) {
        make_slots(a, s);
    }
    if (o->parent == NULL) {
        o->parent = s;
    }
    return NULL;
}
