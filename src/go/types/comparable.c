/*
 * Whether values of a type can be compared (comparableType of predicates.go).
 *
 * A type is comparable when all types are that it is made of, so these are looked at one after the
 * other, each once, in whatever order; only the type that is asked about has a cause.
 */
#include "go/types/checker.h"

#define WALK_BYTES 2048 /* of the stack; types of more parts take memory */

typedef struct {
    Type *type;
    bool dynamic; /* interfaces are comparable, though their values may not be */
} Part;

typedef struct {
    Arena arena;
    Map seen; /* types made of others, by address */
    VEC(Part) todo;
} Walk;

static bool see(Walk *w, Type *t)
{
    bool is_new;
    const char *key = arena_copy(&w->arena, &t, (isize)sizeof(t), _Alignof(Type *));
    map_put(&w->seen, (Str){key, (isize)sizeof(t)}, &is_new);
    return is_new;
}

static void add(Walk *w, Type *t, bool dynamic)
{
    *VEC_PUSH(&w->arena, &w->todo) = (Part){t, dynamic};
}

static bool add_terms(Walk *w, const TypeSet *set)
{
    if (set->terms.is_all) {
        return set->is_comparable;
    }
    for (isize i = 0; i < set->terms.len; i++) {
        add(w, set->terms.ptr[i].type, false);
    }
    return typeset_has_terms(set);
}

/* Whether t is comparable if all types are that are added to the walk. */
static bool may_be_comparable(Walk *w, Part part)
{
    Type *under = type_under(part.type);
    if (under == NULL) {
        return true;
    }
    switch (type_kind(under)) {
    case TYPE_BASIC: /* an invalid type too: no errors follow from it */
        return ((Basic *)under)->kind != BASIC_UNTYPED_NIL;
    case TYPE_POINTER:
    case TYPE_CHAN:
        return true;
    case TYPE_ARRAY:
        if (see(w, under)) { /* an invalid one may be an array of itself */
            add(w, ((Array *)under)->elem, part.dynamic);
        }
        return true;
    case TYPE_STRUCT:
        if (see(w, under)) {
            Objects fields = ((Struct *)under)->fields;
            for (isize i = 0; i < fields.len; i++) {
                add(w, fields.ptr[i]->type, part.dynamic);
            }
        }
        return true;
    case TYPE_INTERFACE:
        if ((part.dynamic && !type_is_param(part.type)) || !see(w, part.type)) {
            return true;
        }
        return add_terms(w, interface_set(((Interface *)under)->check, (Interface *)under));
    case TYPE_SLICE:
    case TYPE_TUPLE:
    case TYPE_SIGNATURE:
    case TYPE_UNION:
    case TYPE_MAP:
    case TYPE_NAMED:
    case TYPE_PARAM:
    case TYPE_ALIAS:
        return false;
    }
    return false;
}

static bool is_comparable(Type *t, bool dynamic)
{
    _Alignas(16) char memory[WALK_BYTES];
    Walk w = {.arena = arena_over(memory, (isize)sizeof(memory))};
    w.seen = map_init(&w.arena);
    add(&w, t, dynamic);
    bool is = true;
    while (is && w.todo.len > 0) {
        is = may_be_comparable(&w, w.todo.ptr[--w.todo.len]);
    }
    arena_done(&w.arena);
    return is;
}

/* ---- why it is not ---- */

static Str cause_of_struct(Checker *c, const Struct *s, bool dynamic)
{
    for (isize i = 0; i < s->fields.len; i++) {
        Type *field = s->fields.ptr[i]->type;
        if (!is_comparable(field, dynamic)) {
            return check_format(c, c->scratch, "struct containing %t cannot be compared", field);
        }
    }
    return (Str){0};
}

static Str cause_of(Checker *c, Type *t, bool dynamic)
{
    Type *under = type_under(t);
    switch ((int)type_kind(under)) {
    case TYPE_STRUCT:
        return cause_of_struct(c, (Struct *)under, dynamic);
    case TYPE_ARRAY:
        return check_format(c, c->scratch, "%t cannot be compared", t);
    case TYPE_INTERFACE:
        return typeset_is_empty(interface_set(((Interface *)under)->check, (Interface *)under))
                   ? S("empty type set")
                   : S("incomparable types in type set");
    default:
        return (Str){0};
    }
}

bool type_is_comparable(Checker *c, Type *t, bool dynamic, Str *ret_cause)
{
    Type *under = type_under(t);
    TypeKind kind = under == NULL ? TYPE_POINTER : type_kind(under);
    if (kind == TYPE_POINTER || kind == TYPE_CHAN || is_comparable(t, dynamic)) {
        return true;
    }
    if (ret_cause != NULL) {
        *ret_cause = cause_of(c, t, dynamic);
    }
    return false;
}
