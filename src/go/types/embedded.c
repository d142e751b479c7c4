/* Types that may be identical share a key: that of the generic type for an instance, one for all
 * types without a name. Only these are compared in full, which keeps wide structs cheap. */
#include "go/types/embedded.h"

#define SEEN_MAX_SEARCHED 16 /* types: from there on a table is quicker */

static const TypeId unnamed = 0;

SeenTypes seen_types_init(Arena *a)
{
    return (SeenTypes){.arena = a, .by_key = map_init(a)};
}

static const TypeId *key_of(const Type *t)
{
    if (type_kind(t) == TYPE_NAMED) {
        const Named *named = (const Named *)t;
        return named->inst != NULL ? &named->inst->orig->t.id : &t->id;
    }
    return type_kind(t) == TYPE_BASIC ? &t->id : &unnamed;
}

static Str key_text(const TypeId *key)
{
    return (Str){(const char *)key, sizeof *key};
}

static bool is_same(Type *x, Type *y)
{
    return x == y || (*key_of(x) == *key_of(y) && type_identical(x, y));
}

static void enter(SeenTypes *s, isize i)
{
    isize *last = map_put(&s->by_key, key_text(key_of(s->types.ptr[i])), NULL);
    *VEC_PUSH(s->arena, &s->earlier) = (int32_t)*last;
    *last = i + 1;
}

static isize find(const SeenTypes *s, Type *t)
{
    if (s->by_key.len == 0) {
        isize i = s->types.len - 1;
        while (i >= 0 && !is_same(s->types.ptr[i], t)) {
            i--;
        }
        return i;
    }
    const isize *last = map_get(&s->by_key, key_text(key_of(t)));
    isize i = last != NULL ? *last : 0;
    while (i > 0 && !is_same(s->types.ptr[i - 1], t)) {
        i = s->earlier.ptr[i - 1];
    }
    return i - 1;
}

isize seen_types_insert(SeenTypes *s, Type *t)
{
    isize found = find(s, t);
    if (found >= 0) {
        return found;
    }
    *VEC_PUSH(s->arena, &s->types) = t;
    if (s->by_key.len > 0) {
        enter(s, s->types.len - 1);
    } else if (s->types.len > SEEN_MAX_SEARCHED) {
        for (isize i = 0; i < s->types.len; i++) {
            enter(s, i);
        }
    }
    return -1;
}

void embedded_add(Arena *a, EmbeddedList *list, const Embedded *outer, isize index,
                  const Object *field)
{
    bool is_ptr;
    Type *t = type_unalias(type_deref(field->type, &is_ptr));
    if (t == NULL) {
        return; /* an alias of itself */
    }
    *VEC_PUSH(a, list) = (Embedded){.type = t,
                                    .outer = outer,
                                    .index = (int32_t)index,
                                    .is_indirect = outer->is_indirect || is_ptr,
                                    .is_multiple = outer->is_multiple};
}

void embedded_consolidate(Arena *a, EmbeddedList *list)
{
    if (list->len <= 1) {
        return;
    }
    SeenTypes seen = seen_types_init(a);
    isize n = 0;
    for (isize i = 0; i < list->len; i++) {
        isize first = seen_types_insert(&seen, list->ptr[i].type);
        if (first >= 0) {
            list->ptr[first].is_multiple = true;
        } else {
            list->ptr[n++] = list->ptr[i];
        }
    }
    list->len = n;
}

int32_t *embedded_path(Arena *a, const Embedded *e, isize index, isize *ret_len)
{
    isize len = 1;
    for (const Embedded *at = e; at->outer != NULL; at = at->outer) {
        len++;
    }
    int32_t *path = ARENA_ARRAY(a, int32_t, len);
    path[len - 1] = (int32_t)index;
    for (isize i = len - 2; i >= 0; i--) {
        path[i] = e->index;
        e = e->outer;
    }
    *ret_len = len;
    return path;
}
