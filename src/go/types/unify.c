/*
 * Unification: making two types structurally equal by finding types for the type parameters in
 * them.
 *
 * Types match inexactly unless UNIFY_EXACT is set: a defined type and a literal do when what they
 * stand for does, channels whatever their direction, and interfaces what implements them. With
 * UNIFY_ASSIGN that holds at the top alone. Whether the types found are the right ones is seen when
 * they are used; here only what cannot be is refused.
 *
 * Parameters that were unified with each other share a slot, and so get one type.
 */
#include "go/types/unify.h"

#include "go/types/generic.h"
#include "go/types/seen.h"
#include "go/types/termlist.h"

#define MAX_DEPTH 50 /* as unificationDepthLimit of go/types, which stops there with a panic */
#define MAX_STEPS 100000000 /* no source has so many types */

struct Unifier {
    Checker *check;
    TypeParams params;
    isize *slots; /* of each parameter */
    Type **types; /* of each slot, NULL: none yet */
    int depth;
    int n_steps;
    Map done;                   /* types that were unified (seen.h) */
    bool looks_into_interfaces; /* since Go 1.21 */
    bool met_interface;         /* where it did, and had not unified before */
};

/* Interfaces that are being compared, the innermost first. */
typedef struct Pair {
    const Interface *x, *y;
    const struct Pair *outer;
} Pair;

typedef struct {
    unsigned mode;
    const Pair *pairs;
} How;

static bool unify(Unifier *u, Type *x, Type *y, How how);

/* ---- parameters and slots ---- */

Unifier *unifier_new(Checker *c, Arena *a, TypeParams params, TypeArgs targs)
{
    Unifier *u = ARENA_NEW(a, Unifier);
    u->check = c;
    u->params = params;
    u->slots = ARENA_ARRAY(a, isize, params.len);
    u->types = ARENA_ARRAY(a, Type *, params.len);
    u->looks_into_interfaces = check_allows(c, LANG_INTERFACE_INFERENCE);
    u->done = map_init(a);
    for (isize i = 0; i < params.len; i++) {
        u->slots[i] = i;
        u->types[i] = i < targs.len ? targs.ptr[i] : NULL;
    }
    return u;
}

bool unifier_met_interface(const Unifier *u)
{
    return u->met_interface;
}

isize params_index(TypeParams params, const Type *t)
{
    for (isize i = 0; i < params.len; i++) {
        if (&params.ptr[i]->t == t) {
            return i;
        }
    }
    return -1;
}

Type *unifier_at(const Unifier *u, isize i)
{
    return u->types[u->slots[i]];
}

void unifier_set(Unifier *u, isize i, Type *t)
{
    u->types[u->slots[i]] = t;
}

isize unifier_n_unknown(const Unifier *u)
{
    isize n = 0;
    for (isize i = 0; i < u->params.len; i++) {
        n += unifier_at(u, i) == NULL;
    }
    return n;
}

TypeArgs unifier_inferred(const Unifier *u, Arena *a)
{
    TypeArgs all = {ARENA_ARRAY(a, Type *, u->params.len), u->params.len};
    for (isize i = 0; i < all.len; i++) {
        all.ptr[i] = unifier_at(u, i);
    }
    return all;
}

/* The index of a parameter to be found; -1: t is none. */
static isize bound_param(const Unifier *u, Type *t)
{
    t = type_unalias(t);
    return t != NULL && type_kind(t) == TYPE_PARAM ? params_index(u->params, t) : -1;
}

/* False: both have types already, which must be unified. */
static bool join(Unifier *u, isize x, isize y)
{
    isize sx = u->slots[x], sy = u->slots[y];
    if (sx == sy) {
        return true;
    }
    if (u->types[sx] != NULL && u->types[sy] != NULL) {
        return false;
    }
    isize from = u->types[sx] != NULL ? sy : sx;
    isize to = from == sx ? sy : sx;
    for (isize i = 0; i < u->params.len; i++) {
        if (u->slots[i] == from) {
            u->slots[i] = to;
        }
    }
    return true;
}

/* ---- what types are ---- */

/* The interface that t is, by whatever name; NULL also of a type parameter. */
static Interface *interface_of(Type *t)
{
    return type_is_param(t) ? NULL : as_interface(type_under(t));
}

static const TypeSet *set_of(const Unifier *u, Interface *t)
{
    return interface_set(u->check, t);
}

static bool is_literal(Type *t)
{
    t = type_unalias(t);
    return t != NULL && type_kind(t) != TYPE_NAMED && type_kind(t) != TYPE_PARAM;
}

static bool is_same(Type *x, Type *y)
{
    return x == y || type_unalias(x) == type_unalias(y);
}

/* ---- a parameter and another type ---- */

/* The type of a parameter has matched y. Whether one of them is to be preferred, and is: a defined
 * type over a literal, a directed channel over one that is not. So the order of arguments does not
 * matter. */
static void prefer(Unifier *u, isize param, Type *x, Type *y)
{
    if (type_as_named(x) != NULL) {
        return;
    }
    Type *under = type_under(y);
    if (type_as_named(y) != NULL ||
        (type_kind(under) == TYPE_CHAN && ((Chan *)under)->dir != (AST_SEND | AST_RECV))) {
        unifier_set(u, param, y);
    }
}

/* Two interfaces must be one type, or have the same methods; of one interface and something else
 * either could be meant. */
static bool is_unambiguous(const Unifier *u, Type *x, Type *y)
{
    Interface *xi = interface_of(x), *yi = interface_of(y);
    if (xi == NULL && yi == NULL) {
        return true;
    }
    if (xi == NULL || yi == NULL) {
        return false;
    }
    return type_as_named(x) != NULL && type_as_named(y) != NULL
               ? type_identical(x, y)
               : set_of(u, xi)->methods.len == set_of(u, yi)->methods.len;
}

static bool unify_param(Unifier *u, isize param, Type *y, How how)
{
    Type *x = unifier_at(u, param);
    if (x == NULL) {
        unifier_set(u, param, y);
        return true;
    }
    if (!unify(u, x, y, how) || !is_unambiguous(u, x, y)) {
        return false;
    }
    if ((how.mode & UNIFY_EXACT) == 0) {
        prefer(u, param, x, y);
    }
    return true;
}

/* ---- interfaces ---- */

static bool was_compared(const Pair *p, const Interface *x, const Interface *y)
{
    for (; p != NULL; p = p->outer) {
        if ((p->x == x && p->y == y) || (p->x == y && p->y == x)) {
            return true;
        }
    }
    return false;
}

static bool have_same_terms(const TypeSet *x, const TypeSet *y)
{
    return x->is_comparable == y->is_comparable && termlist_equal(x->terms, y->terms);
}

static Object *method_like(Objects methods, const Object *m)
{
    for (isize i = 0; i < methods.len; i++) {
        if (object_same_id(methods.ptr[i], m->pkg, m->name, false)) {
            return methods.ptr[i];
        }
    }
    return NULL;
}

/* All methods of one are in the other, and unify. Of interfaces without names that mention
 * themselves in their methods, the same two come again: they are equal if all else is. */
static bool unify_interfaces(Unifier *u, Interface *x, Interface *y, How how)
{
    const TypeSet *xset = set_of(u, x), *yset = set_of(u, y);
    if (!have_same_terms(xset, yset)) {
        return false;
    }
    if (was_compared(how.pairs, x, y)) {
        return true;
    }
    Objects few = xset->methods, many = yset->methods;
    if (few.len > many.len) {
        few = yset->methods;
        many = xset->methods;
    }
    for (isize i = 0; i < few.len; i++) {
        Object *other = method_like(many, few.ptr[i]);
        if (other == NULL || !unify(u, few.ptr[i]->type, other->type, (How){UNIFY_EXACT, NULL})) {
            return false;
        }
    }
    return true;
}

/* Each method of x is one of y's type, and unifies. A generic method implements none: its own type
 * parameters must not get into what is found. */
static bool unify_implementation(Unifier *u, Interface *x, Type *y, How how)
{
    Objects methods = set_of(u, x)->methods;
    for (isize i = 0; i < methods.len; i++) {
        Object *m = methods.ptr[i];
        Object *other = lookup_field_or_method(u->check, y, false, m->pkg, m->name, false).object;
        if (other == NULL || other->kind != OBJECT_FUNC) {
            return false;
        }
        check_object(u->check, other);
        Signature *sig = as_signature(other->type);
        if (sig == NULL || sig->tparams.len > 0 ||
            !unify(u, m->type, &sig->t, (How){UNIFY_EXACT, how.pairs})) {
            return false;
        }
    }
    return true;
}

/* Exactly, or before Go 1.21: the same methods in the same order. */
static bool unify_equal_interfaces(Unifier *u, Interface *x, Interface *y, How how)
{
    const TypeSet *xset = set_of(u, x), *yset = set_of(u, y);
    if (!have_same_terms(xset, yset) || xset->methods.len != yset->methods.len) {
        return false;
    }
    if (was_compared(how.pairs, x, y)) {
        return true;
    }
    Pair pair = {x, y, how.pairs};
    for (isize i = 0; i < xset->methods.len; i++) {
        const Object *f = xset->methods.ptr[i], *g = yset->methods.ptr[i];
        if (!object_same_id(f, g->pkg, g->name, false) ||
            !unify(u, f->type, g->type, (How){UNIFY_EXACT, &pair})) {
            return false;
        }
    }
    return true;
}

/* ---- literals of one kind ---- */

static bool unify_structs(Unifier *u, const Struct *x, const Struct *y, How how)
{
    if (x->fields.len != y->fields.len) {
        return false;
    }
    for (isize i = 0; i < x->fields.len; i++) {
        const Object *f = x->fields.ptr[i], *g = y->fields.ptr[i];
        Str xtag = x->tags == NULL ? (Str){0} : x->tags[i];
        Str ytag = y->tags == NULL ? (Str){0} : y->tags[i];
        if (f->is_embedded != g->is_embedded || !str_eq(xtag, ytag) ||
            !object_same_id(f, g->pkg, g->name, false) || !unify(u, f->type, g->type, how)) {
            return false;
        }
    }
    return true;
}

static bool unify_tuples(Unifier *u, const Tuple *x, const Tuple *y, How how)
{
    Objects xs = tuple_vars(x), ys = tuple_vars(y);
    if (xs.len != ys.len) {
        return false;
    }
    for (isize i = 0; i < xs.len; i++) {
        if (!unify(u, xs.ptr[i]->type, ys.ptr[i]->type, how)) {
            return false;
        }
    }
    return true;
}

static bool unify_signatures(Unifier *u, const Signature *x, const Signature *y, How how)
{
    return x->is_variadic == y->is_variadic && unify_tuples(u, x->params, y->params, how) &&
           unify_tuples(u, x->results, y->results, how);
}

/* Arguments come before origins: they are found also where the origins differ, which makes for
 * better errors. */
static bool unify_named(Unifier *u, const Named *x, const Named *y, How how)
{
    TypeArgs xs = x->inst == NULL ? (TypeArgs){0} : x->inst->targs;
    TypeArgs ys = y->inst == NULL ? (TypeArgs){0} : y->inst->targs;
    if (xs.len != ys.len) {
        return false;
    }
    for (isize i = 0; i < xs.len; i++) {
        if (!unify(u, xs.ptr[i], ys.ptr[i], how)) {
            return false;
        }
    }
    return (x->inst == NULL ? x : x->inst->orig) == (y->inst == NULL ? y : y->inst->orig);
}

/* Elements must match exactly where the types are those of an assignment. */
static bool unify_literals(Unifier *u, Type *x, Type *y, How how)
{
    How elem = {(how.mode & UNIFY_ASSIGN) != 0 ? how.mode | UNIFY_EXACT : how.mode, how.pairs};
    switch (type_kind(x)) {
    case TYPE_BASIC:
        return ((Basic *)x)->kind == ((Basic *)y)->kind;
    case TYPE_ARRAY: {
        int64_t xlen = ((Array *)x)->len, ylen = ((Array *)y)->len;
        return (xlen < 0 || ylen < 0 || xlen == ylen) &&
               unify(u, ((Array *)x)->elem, ((Array *)y)->elem, elem);
    }
    case TYPE_SLICE:
        return unify(u, ((Slice *)x)->elem, ((Slice *)y)->elem, elem);
    case TYPE_STRUCT:
        return unify_structs(u, (Struct *)x, (Struct *)y, elem);
    case TYPE_POINTER:
        return unify(u, ((Pointer *)x)->elem, ((Pointer *)y)->elem, elem);
    case TYPE_TUPLE:
        return unify_tuples(u, (Tuple *)x, (Tuple *)y, how);
    case TYPE_SIGNATURE:
        return unify_signatures(u, (Signature *)x, (Signature *)y, elem);
    case TYPE_INTERFACE:
        return unify_equal_interfaces(u, (Interface *)x, (Interface *)y, how);
    case TYPE_MAP:
        return unify(u, ((MapType *)x)->key, ((MapType *)y)->key, elem) &&
               unify(u, ((MapType *)x)->elem, ((MapType *)y)->elem, elem);
    case TYPE_CHAN:
        return ((how.mode & UNIFY_EXACT) == 0 || ((Chan *)x)->dir == ((Chan *)y)->dir) &&
               unify(u, ((Chan *)x)->elem, ((Chan *)y)->elem, elem);
    case TYPE_NAMED:
        return unify_named(u, (Named *)x, (Named *)y, how);
    case TYPE_UNION:
    case TYPE_PARAM:
    case TYPE_ALIAS:
        break;
    }
    return false;
}

/* ---- any two types ---- */

/* x is a type parameter that is not to be found. Its argument will be of its type set; where all
 * that are in it have one underlying type, that is what the argument looks like. */
static bool unify_core(Unifier *u, Type *x, Type *y, How how)
{
    Type *core = type_common_under(u->check, x, NULL, NULL);
    return core != NULL && unify(u, core, y, (How){UNIFY_ASSIGN, how.pairs});
}

/* Neither is a parameter to be found, and they are not the same. */
static bool unify_unbound(Unifier *u, Type *x, Type *y, How how)
{
    if (u->looks_into_interfaces && (how.mode & UNIFY_EXACT) == 0) {
        Interface *xi = interface_of(x), *yi = interface_of(y);
        if (xi != NULL && yi != NULL) {
            return unify_interfaces(u, xi, yi, how);
        }
        if (xi != NULL || yi != NULL) {
            u->met_interface = true;
            return unify_implementation(u, xi != NULL ? xi : yi, xi != NULL ? y : x, how);
        }
    }
    if (type_is_param(y)) {
        Type *other = x;
        x = y;
        y = other;
    }
    Type *xt = type_unalias(x), *yt = type_unalias(y);
    if (xt == NULL || yt == NULL) {
        return false; /* of a declaration that goes wrong */
    }
    if (type_kind(xt) == TYPE_PARAM) {
        return unify_core(u, xt, y, how);
    }
    return type_kind(xt) == type_kind(yt) && unify_literals(u, xt, yt, how);
}

/* A defined type in y, if there is one, is looked under where x is a literal or a basic type. */
static bool looks_under(const Unifier *u, Type *x, Type *y, unsigned mode)
{
    return (mode & UNIFY_EXACT) == 0 && type_as_named(y) != NULL && is_literal(x) &&
           !(u->looks_into_interfaces && type_is_interface(x));
}

static bool unify_deep(Unifier *u, Type *x, Type *y, How how)
{
    if (type_as_named(x) != NULL || bound_param(u, y) >= 0) {
        Type *other = x; /* now a defined type is in y, and a parameter to be found in x */
        x = y;
        y = other;
    }
    if (looks_under(u, x, y, how.mode)) {
        y = type_under(y);
        if (is_same(x, y)) {
            return true;
        }
    }
    isize px = bound_param(u, x), py = bound_param(u, y);
    if (px >= 0 && py >= 0) {
        return join(u, px, py) || unify(u, unifier_at(u, px), unifier_at(u, py), how);
    }
    return px >= 0 ? unify_param(u, px, y, how) : unify_unbound(u, x, y, how);
}

static bool unify(Unifier *u, Type *x, Type *y, How how)
{
    if (x == NULL || y == NULL) {
        return x == y;
    }
    if (is_same(x, y)) {
        return true;
    }
    if (u->depth == MAX_DEPTH || u->n_steps == MAX_STEPS) {
        return false;
    }
    Question question = {{(uintptr_t)x, (uintptr_t)y, how.mode}};
    if (++u->n_steps > SEEN_FROM && seen_has(&u->done, &question)) {
        return true;
    }
    u->depth++;
    bool fits = unify_deep(u, x, y, how);
    u->depth--;
    if (fits && u->n_steps > SEEN_FROM) {
        seen_add(&u->done, &question);
    }
    return fits;
}

bool unifier_unify(Unifier *u, Type *x, Type *y, unsigned mode)
{
    return unify(u, x, y, (How){mode, NULL});
}
