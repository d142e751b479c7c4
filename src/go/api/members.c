#include "go/api/members.h"

#include "base/sort.h"
#include "go/types/methodset.h"

static Str name_of(const Object *o)
{
    return o->pkg == NULL ? S("Error") : name_text(o->pkg->program->names, o->name);
}

static int by_name(const void *x, const void *y)
{
    return str_compare(((const Member *)x)->name, ((const Member *)y)->name);
}

static void sort_members(Members *m)
{
    sort_array(m->ptr, m->len, sizeof *m->ptr, by_name);
}

const Object *members_find(const Members *m, Str name)
{
    isize low = 0, high = m->len;
    while (low < high) {
        isize middle = low + (high - low) / 2;
        int order = str_compare(m->ptr[middle].name, name);
        if (order == 0) {
            return m->ptr[middle].object;
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return NULL;
}

Members members_fields(Arena *a, const Struct *t)
{
    Members found = {0};
    for (isize i = 0; i < t->fields.len; i++) {
        if (object_is_exported(t->fields.ptr[i])) {
            *VEC_PUSH(a, &found) = (Member){name_of(t->fields.ptr[i]), t->fields.ptr[i]};
        }
    }
    sort_members(&found);
    return found;
}

Members members_methods(Arena *a, Checker *c, Type *t)
{
    MethodSet set = methodset_of(c, a, t);
    Members found = {0};
    for (isize i = 0; i < set.len; i++) {
        if (object_is_exported(set.ptr[i].object)) {
            *VEC_PUSH(a, &found) = (Member){name_of(set.ptr[i].object), set.ptr[i].object};
        }
    }
    sort_members(&found);
    return found;
}

/* ---- fields of embedded structs ---- */

typedef struct {
    Arena *arena;
    VEC(const Struct *) seen; /* those of a depth stand together */
    Members found;
    Map by_name; /* of what was found: at a lower depth it hides the others */
} Walk;

/* The struct that an embedded field stands for, itself or through a pointer; NULL: none. */
static const Struct *struct_of(const Object *field)
{
    Type *t = type_under(field->type);
    if (type_kind(t) == TYPE_POINTER) {
        t = type_under(((Pointer *)t)->elem);
    }
    return type_kind(t) == TYPE_STRUCT ? (const Struct *)t : NULL;
}

static bool was_seen(const Walk *w, const Struct *t)
{
    for (isize i = 0; i < w->seen.len; i++) {
        if (w->seen.ptr[i] == t || type_identical((Type *)w->seen.ptr[i], (Type *)t)) {
            return true;
        }
    }
    return false;
}

/* The fields of the structs from..to, less those that several have. */
static Members unambiguous(Arena *a, const Walk *w, isize from, isize to)
{
    Members all = {0};
    isize n = 0;
    for (isize i = from; i < to; i++) {
        Objects fields = w->seen.ptr[i]->fields;
        for (isize k = 0; k < fields.len; k++) {
            *VEC_PUSH(a, &all) = (Member){name_of(fields.ptr[k]), fields.ptr[k]};
        }
    }
    sort_members(&all);
    for (isize i = 0; i < all.len; i++) {
        bool is_first = i == 0 || !str_eq(all.ptr[i - 1].name, all.ptr[i].name);
        bool is_last = i + 1 == all.len || !str_eq(all.ptr[i].name, all.ptr[i + 1].name);
        if (is_first && is_last) {
            all.ptr[n++] = all.ptr[i];
        }
    }
    all.len = n;
    return all;
}

/* Takes what is found at a depth, and gives the structs embedded there. */
static void walk_depth(Walk *w, isize from, isize to)
{
    Members fields = unambiguous(w->arena, w, from, to);
    isize n_seen = w->seen.len;
    for (isize i = 0; i < fields.len; i++) {
        const Object *field = fields.ptr[i].object;
        bool is_new = false;
        if (object_is_exported(field)) {
            map_put(&w->by_name, fields.ptr[i].name, &is_new);
        }
        if (is_new) {
            *VEC_PUSH(w->arena, &w->found) = fields.ptr[i];
        }
        const Struct *t = field->is_embedded ? struct_of(field) : NULL;
        isize len = w->seen.len;
        w->seen.len = n_seen; /* those of the next depth do not count yet */
        bool is_next = t != NULL && len < MEMBERS_MAX_STRUCTS && !was_seen(w, t);
        w->seen.len = len;
        if (is_next) {
            *VEC_PUSH(w->arena, &w->seen) = t;
        }
    }
}

Members members_selectable(Arena *a, const Struct *t)
{
    Walk w = {.arena = a, .by_name = map_init(a)};
    *VEC_PUSH(a, &w.seen) = t;
    for (isize from = 0; from < w.seen.len;) {
        isize to = w.seen.len;
        walk_depth(&w, from, to);
        from = to;
    }
    sort_members(&w.found);
    return w.found;
}
