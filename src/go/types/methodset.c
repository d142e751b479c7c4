/*
 * Method sets: like looking up every name at once (lookup.c, with which this must agree).
 *
 * Depth by depth, what is named at one depth hides what has the same Id further down: a field and
 * a name that is there twice hide it as a method does, but give nothing themselves.
 */
#include "go/types/methodset.h"

#include "base/sort.h"
#include "go/types/embedded.h"
#include "go/types/lookup.h"
#include "go/types/objset.h"

#define METHODSET_BYTES 2048 /* of the stack, for what is embedded; more takes memory */

/* What an Id stands for, at the depth where it comes first. */
typedef struct {
    const Embedded *in;
    isize index;
    int32_t depth;
    bool is_method; /* that can be called: no field, and there once */
} Entry;

typedef struct {
    Checker *check;
    Arena arena;
    SeenTypes seen;
    EmbeddedList next;
    ObjectSet names;
    VEC(Entry) entries; /* of names, in their order */
    int32_t depth;
} Walk;

/* ---- names ---- */

/* is_method: it is one, and in the method set. A second of the same Id at a depth spoils both. */
static void add_name(Walk *w, Object *o, const Embedded *in, isize index, bool is_method)
{
    isize found = objset_insert(&w->names, o);
    if (found < 0) {
        *VEC_PUSH(&w->arena, &w->entries) = (Entry){in, index, w->depth, is_method};
    } else if (w->entries.ptr[found].depth == w->depth) {
        w->entries.ptr[found].is_method = false;
    }
}

static void add_methods(Walk *w, const Embedded *e, Named *named)
{
    isize n = named_n_methods(named);
    for (isize i = 0; i < n; i++) {
        Object *m = named_method(named, i);
        bool is_callable = e->is_indirect || !method_has_ptr_recv(m);
        add_name(w, m, e, i, is_callable && !e->is_multiple);
    }
}

static void add_fields(Walk *w, const Embedded *e, const Struct *t)
{
    for (isize i = 0; i < t->fields.len; i++) {
        Object *field = t->fields.ptr[i];
        add_name(w, field, e, i, false);
        if (field->is_embedded) {
            embedded_add(&w->arena, &w->next, e, i, field);
        }
    }
}

static void add_interface(Walk *w, const Embedded *e, Interface *t)
{
    Objects methods = interface_set(w->check, t)->methods;
    for (isize i = 0; i < methods.len; i++) {
        add_name(w, methods.ptr[i], e, i, !e->is_multiple);
    }
}

static void add_type(Walk *w, const Embedded *e)
{
    if (type_kind(e->type) == TYPE_NAMED) {
        if (seen_types_insert(&w->seen, e->type) >= 0) {
            return;
        }
        add_methods(w, e, (Named *)e->type);
    }
    Type *under = type_under(e->type);
    if (under != NULL && type_kind(under) == TYPE_STRUCT) {
        add_fields(w, e, (const Struct *)under);
    } else if (under != NULL && type_kind(under) == TYPE_INTERFACE) {
        add_interface(w, e, (Interface *)under);
    }
}

static void walk(Walk *w, const Embedded *first)
{
    EmbeddedList current = {(Embedded *)first, 1, 1};
    while (current.len > 0) {
        for (isize i = 0; i < current.len; i++) {
            add_type(w, &current.ptr[i]);
        }
        embedded_consolidate(&w->arena, &w->next);
        current = w->next;
        w->next = (EmbeddedList){0};
        w->depth++;
    }
}

/* ---- sets ---- */

static int compare(const void *x, const void *y)
{
    return object_compare(((const Selection *)x)->object, ((const Selection *)y)->object);
}

static MethodSet selections(Arena *a, const Walk *w, Type *recv)
{
    MethodSet set = {ARENA_ARRAY(a, Selection, w->entries.len), 0};
    for (isize i = 0; i < w->entries.len; i++) {
        const Entry *entry = &w->entries.ptr[i];
        Object *o = w->names.objects.ptr[i];
        if (!entry->is_method || o->name == NAME_BLANK) {
            continue;
        }
        Selection *s = &set.ptr[set.len++];
        *s = (Selection){.kind = SELECTION_METHOD_VAL, .recv = recv, .object = o};
        s->path = embedded_path(a, entry->in, entry->index, &s->n_path);
        const Type *under = type_under(entry->in->type);
        bool is_abstract = under != NULL && type_kind(under) == TYPE_INTERFACE;
        s->is_indirect = is_abstract || entry->in->is_indirect;
    }
    sort_array(set.ptr, set.len, sizeof *set.ptr, compare);
    return set;
}

MethodSet methodset_of(Checker *c, Arena *a, Type *t)
{
    bool is_ptr;
    Type *base = type_unalias(type_deref(t, &is_ptr));
    const Type *under = base != NULL ? type_under(base) : NULL;
    /* Neither a defined pointer type nor a pointer to an interface has methods. */
    if (under == NULL || (type_kind(base) == TYPE_NAMED && type_kind(under) == TYPE_POINTER) ||
        (is_ptr && type_kind(under) == TYPE_INTERFACE)) {
        return (MethodSet){0};
    }
    _Alignas(16) char memory[METHODSET_BYTES];
    Walk w = {.check = c};
    w.arena = arena_over(memory, (isize)sizeof memory);
    w.seen = seen_types_init(&w.arena);
    w.names = objset_init(&w.arena);
    Embedded first = {.type = base, .is_indirect = is_ptr};
    walk(&w, &first);
    MethodSet set = selections(a, &w, t);
    arena_done(&w.arena);
    return set;
}

const Selection *methodset_lookup(const MethodSet *s, TypePackage *pkg, Name name)
{
    for (isize i = 0; i < s->len; i++) {
        if (object_same_id(s->ptr[i].object, pkg, name, false)) {
            return &s->ptr[i];
        }
    }
    return NULL;
}
