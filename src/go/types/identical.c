/*
 * Whether two types are one (comparer of predicates.go), and a hash that they then share.
 *
 * Types nest deeply in one direction: a slice of slices, a function that takes functions. So of
 * each type the last part is left to the loop in identical(), and only the others take stack.
 *
 * go/types compares two generic signatures by putting the type parameters of one in place of the
 * other's. Here nothing is made: within the two, parameter i of the one is identical to parameter i
 * of the other.
 */
#include "go/types/checker.h"
#include "go/types/seen.h"

#define HASH_DEPTH 4  /* types in types that a hash looks at */
#define HASH_TYPES 64 /* that it looks at */

/* Interfaces that are being compared: they may contain themselves. */
typedef struct Pair {
    const Interface *x, *y;
    const struct Pair *outer;
} Pair;

/* Type parameters of two signatures that are being compared. */
typedef struct Binding {
    TypeParams x, y;
    const struct Binding *outer;
} Binding;

/* What one question led to: pairs of types that were found to be one (seen.h). */
typedef struct {
    int n_steps;
    Arena arena; /* there are none: not begun */
    Map same;
} Memory;

typedef struct {
    Memory *memory; /* of questions with the same flags, bound parameters among them */
    bool ignores_tags;
    const Binding *bound;
    const Pair *pairs;
} Comparer;

typedef enum { DIFFERENT, SAME, AS_THE_REST } Verdict; /* the rest: *x and *y */

static bool identical(const Comparer *k, Type *x, Type *y);
static bool begin(Comparer k, Type *x, Type *y);
static void forget(Memory *m);

/* ---- lists ---- */

/* All but the last element; that becomes the rest. */
static Verdict compare_vars(const Comparer *k, Objects xs, Objects ys, Type **x, Type **y)
{
    if (xs.len != ys.len) {
        return DIFFERENT;
    }
    if (xs.len == 0) {
        return SAME;
    }
    for (isize i = 0; i < xs.len - 1; i++) {
        if (!identical(k, xs.ptr[i]->type, ys.ptr[i]->type)) {
            return DIFFERENT;
        }
    }
    *x = xs.ptr[xs.len - 1]->type;
    *y = ys.ptr[ys.len - 1]->type;
    return AS_THE_REST;
}

static Objects vars_of(const Tuple *t)
{
    return t == NULL ? (Objects){0} : t->vars;
}

static Str tag_of(const Struct *s, isize i)
{
    return s->tags == NULL ? (Str){0} : s->tags[i];
}

static Verdict compare_structs(const Comparer *k, const Struct *xs, const Struct *ys, Type **x,
                               Type **y)
{
    if (xs->fields.len != ys->fields.len) {
        return DIFFERENT;
    }
    for (isize i = 0; i < xs->fields.len; i++) {
        const Object *f = xs->fields.ptr[i], *g = ys->fields.ptr[i];
        if (f->is_embedded != g->is_embedded || !object_same_id(f, g->pkg, g->name, false) ||
            (!k->ignores_tags && !str_eq(tag_of(xs, i), tag_of(ys, i)))) {
            return DIFFERENT;
        }
    }
    return compare_vars(k, xs->fields, ys->fields, x, y);
}

/* ---- signatures ---- */

static Verdict compare_plain_signatures(const Comparer *k, const Signature *xs, const Signature *ys,
                                        Type **x, Type **y)
{
    Objects xresults = vars_of(xs->results), yresults = vars_of(ys->results);
    if (xs->is_variadic != ys->is_variadic || xresults.len != yresults.len) {
        return DIFFERENT;
    }
    Type *xlast, *ylast;
    Verdict params = compare_vars(k, vars_of(xs->params), vars_of(ys->params), &xlast, &ylast);
    if (params == DIFFERENT) {
        return DIFFERENT;
    }
    if (xresults.len == 0) {
        *x = params == SAME ? *x : xlast;
        *y = params == SAME ? *y : ylast;
        return params;
    }
    if (params == AS_THE_REST && !identical(k, xlast, ylast)) {
        return DIFFERENT;
    }
    return compare_vars(k, xresults, yresults, x, y);
}

static bool generic_signatures_identical(const Comparer *k, const Signature *xs,
                                         const Signature *ys)
{
    Binding bound = {xs->tparams, ys->tparams, k->bound};
    Comparer within = *k;
    within.bound = &bound;
    for (isize i = 0; i < xs->tparams.len; i++) {
        if (!begin(within, xs->tparams.ptr[i]->bound, ys->tparams.ptr[i]->bound)) {
            return false;
        }
    }
    Memory memory = {0};
    within.memory = &memory;
    Type *x = NULL, *y = NULL;
    Verdict verdict = compare_plain_signatures(&within, xs, ys, &x, &y);
    bool is_same = verdict == AS_THE_REST ? identical(&within, x, y) : verdict == SAME;
    forget(&memory);
    return is_same;
}

static Verdict compare_signatures(const Comparer *k, const Signature *xs, const Signature *ys,
                                  Type **x, Type **y)
{
    if (xs->tparams.len != ys->tparams.len) {
        return DIFFERENT;
    }
    if (xs->tparams.len == 0) {
        return compare_plain_signatures(k, xs, ys, x, y);
    }
    return generic_signatures_identical(k, xs, ys) ? SAME : DIFFERENT;
}

/* ---- interfaces and unions ---- */

/* Whether all types of term x are of term y; neither is "every type". */
static bool term_within(const Comparer *k, const Term *x, const Term *y)
{
    Type *of_x = y->is_tilde ? type_under(x->type) : x->type;
    Type *of_y = x->is_tilde ? type_under(y->type) : y->type;
    return (!x->is_tilde || y->is_tilde) && begin(*k, of_x, of_y);
}

static bool terms_within(const Comparer *k, TermList xs, TermList ys)
{
    for (isize i = 0; i < xs.len; i++) {
        bool is_within = false;
        for (isize j = 0; j < ys.len && !is_within; j++) {
            is_within = term_within(k, &xs.ptr[i], &ys.ptr[j]);
        }
        if (!is_within) {
            return false;
        }
    }
    return true;
}

static bool terms_identical(const Comparer *k, TermList xs, TermList ys)
{
    if (xs.is_all || ys.is_all) {
        return xs.is_all && ys.is_all;
    }
    return terms_within(k, xs, ys) && terms_within(k, ys, xs);
}

static bool are_being_compared(const Pair *pairs, const Interface *x, const Interface *y)
{
    for (; pairs != NULL; pairs = pairs->outer) {
        if ((pairs->x == x && pairs->y == y) || (pairs->x == y && pairs->y == x)) {
            return true;
        }
    }
    return false;
}

static bool interfaces_identical(const Comparer *k, Interface *x, Interface *y)
{
    const TypeSet *xset = interface_set(x->check, x), *yset = interface_set(y->check, y);
    if (xset->is_comparable != yset->is_comparable || xset->methods.len != yset->methods.len ||
        !terms_identical(k, xset->terms, yset->terms)) {
        return false;
    }
    if (are_being_compared(k->pairs, x, y)) {
        return true;
    }
    Pair pair = {x, y, k->pairs};
    Comparer within = *k;
    within.pairs = &pair;
    for (isize i = 0; i < xset->methods.len; i++) {
        const Object *f = xset->methods.ptr[i], *g = yset->methods.ptr[i];
        if (!object_same_id(f, g->pkg, g->name, false) || !identical(&within, f->type, g->type)) {
            return false;
        }
    }
    return true;
}

static bool unions_identical(const Comparer *k, const Union *x, const Union *y)
{
    return terms_identical(k, (TermList){x->terms, x->n_terms, false},
                           (TermList){y->terms, y->n_terms, false});
}

/* ---- types with names ---- */

static const Object *origin_of(const Named *n)
{
    return n->inst == NULL ? n->obj : n->inst->orig->obj;
}

static TypeArgs args_of(const Named *n)
{
    return n->inst == NULL ? (TypeArgs){0} : n->inst->targs;
}

/* Tags of structs count within type arguments. */
static Verdict compare_named(const Comparer *k, const Named *xn, const Named *yn, Type **x,
                             Type **y)
{
    TypeArgs xargs = args_of(xn), yargs = args_of(yn);
    if (origin_of(xn) != origin_of(yn) || xargs.len != yargs.len) {
        return DIFFERENT;
    }
    bool is_like_rest = !k->ignores_tags;
    isize n = is_like_rest ? xargs.len - 1 : xargs.len;
    for (isize i = 0; i < n; i++) {
        if (!(is_like_rest ? identical(k, xargs.ptr[i], yargs.ptr[i])
                           : begin((Comparer){.bound = k->bound}, xargs.ptr[i], yargs.ptr[i]))) {
            return DIFFERENT;
        }
    }
    if (xargs.len == 0 || !is_like_rest) {
        return SAME;
    }
    *x = xargs.ptr[n];
    *y = yargs.ptr[n];
    return AS_THE_REST;
}

/* x and y are not the same one. */
static bool params_identical(const Comparer *k, const TypeParam *x, const TypeParam *y)
{
    for (const Binding *b = k->bound; b != NULL; b = b->outer) {
        for (isize i = 0; i < b->y.len; i++) {
            if (b->y.ptr[i] == y) {
                return b->x.ptr[i] == x;
            }
        }
    }
    return false;
}

/* ---- all types ---- */

static Verdict rest_of(Type *xpart, Type *ypart, Type **x, Type **y)
{
    *x = xpart;
    *y = ypart;
    return AS_THE_REST;
}

static Verdict compare_arrays(const Array *xs, const Array *ys, Type **x, Type **y)
{
    /* An unknown length comes from an error that was told. */
    bool is_as_long = xs->len < 0 || ys->len < 0 || xs->len == ys->len;
    return is_as_long ? rest_of(xs->elem, ys->elem, x, y) : DIFFERENT;
}

/* Of two types of one kind. */
static Verdict compare(const Comparer *k, Type **x, Type **y)
{
    Type *s = *x, *t = *y;
    switch (type_kind(s)) {
    case TYPE_BASIC: /* byte and uint8, rune and int32 */
        return ((Basic *)s)->kind == ((Basic *)t)->kind ? SAME : DIFFERENT;
    case TYPE_ARRAY:
        return compare_arrays((Array *)s, (Array *)t, x, y);
    case TYPE_SLICE:
        return rest_of(((Slice *)s)->elem, ((Slice *)t)->elem, x, y);
    case TYPE_STRUCT:
        return compare_structs(k, (Struct *)s, (Struct *)t, x, y);
    case TYPE_POINTER:
        return rest_of(((Pointer *)s)->elem, ((Pointer *)t)->elem, x, y);
    case TYPE_TUPLE:
        return compare_vars(k, ((Tuple *)s)->vars, ((Tuple *)t)->vars, x, y);
    case TYPE_SIGNATURE:
        return compare_signatures(k, (Signature *)s, (Signature *)t, x, y);
    case TYPE_UNION:
        return unions_identical(k, (Union *)s, (Union *)t) ? SAME : DIFFERENT;
    case TYPE_INTERFACE:
        return interfaces_identical(k, (Interface *)s, (Interface *)t) ? SAME : DIFFERENT;
    case TYPE_MAP:
        if (!identical(k, ((MapType *)s)->key, ((MapType *)t)->key)) {
            return DIFFERENT;
        }
        return rest_of(((MapType *)s)->elem, ((MapType *)t)->elem, x, y);
    case TYPE_CHAN:
        if (((Chan *)s)->dir != ((Chan *)t)->dir) {
            return DIFFERENT;
        }
        return rest_of(((Chan *)s)->elem, ((Chan *)t)->elem, x, y);
    case TYPE_NAMED:
        return compare_named(k, (Named *)s, (Named *)t, x, y);
    case TYPE_PARAM:
        return params_identical(k, (TypeParam *)s, (TypeParam *)t) ? SAME : DIFFERENT;
    case TYPE_ALIAS:
        break;
    }
    return DIFFERENT;
}

static bool remembers(const Comparer *k, const Type *x, const Type *y)
{
    Memory *m = k->memory;
    return ++m->n_steps > SEEN_FROM &&
           seen_has(&m->same, &(Question){{(uintptr_t)x, (uintptr_t)y, 0}});
}

static void remember(const Comparer *k, const Type *x, const Type *y)
{
    Memory *m = k->memory;
    if (m->n_steps <= SEEN_FROM || type_kind(x) == TYPE_BASIC) {
        return;
    }
    if (m->same.arena == NULL) {
        m->arena = arena_init(64 * KIB);
        m->same = map_init(&m->arena);
    }
    seen_add(&m->same, &(Question){{(uintptr_t)x, (uintptr_t)y, 0}});
}

static void forget(Memory *m)
{
    if (m->same.arena != NULL) {
        arena_done(&m->arena);
    }
}

static bool identical(const Comparer *k, Type *x, Type *y)
{
    Type *first_x = x = type_unalias(x), *first_y = y = type_unalias(y);
    for (;; x = type_unalias(x), y = type_unalias(y)) {
        if (x == y) {
            break;
        }
        if (x == NULL || y == NULL) {
            return false;
        }
        if (type_kind(x) != type_kind(y)) {
            return false;
        }
        if (remembers(k, x, y)) {
            break;
        }
        Verdict verdict = compare(k, &x, &y);
        if (verdict == DIFFERENT) {
            return false;
        }
        if (verdict == SAME) {
            break;
        }
    }
    if (first_x != first_y) {
        remember(k, first_x, first_y);
    }
    return true;
}

/* A question of its own: what is found out within it holds nowhere else. */
static bool begin(Comparer k, Type *x, Type *y)
{
    Memory memory = {0};
    k.memory = &memory;
    bool is_same = identical(&k, x, y);
    forget(&memory);
    return is_same;
}

bool type_identical(Type *x, Type *y)
{
    return x == y || begin((Comparer){0}, x, y);
}

bool type_identical_ignoring_tags(Type *x, Type *y)
{
    return begin((Comparer){.ignores_tags = true}, x, y);
}

/* ---- hashing ---- */

static uint64_t mix(uint64_t h, uint64_t word)
{
    h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ h >> 32;
}

/* How much of a type its hash looks at. */
typedef struct {
    int depth; /* types in types */
    int *left; /* types */
} HashReach;

static uint64_t hash_type(Type *t, HashReach r);

static uint64_t hash_vars(uint64_t h, Objects vars, bool names, HashReach r)
{
    h = mix(h, (uint64_t)vars.len);
    for (isize i = 0; *r.left > 0 && i < vars.len; i++) {
        h = mix(h, names ? vars.ptr[i]->name : 0);
        h = mix(h, hash_type(vars.ptr[i]->type, r));
    }
    return h;
}

/* What differs between identical types is left out: the names of type parameters. */
static uint64_t hash_signature(uint64_t h, const Signature *s, HashReach r)
{
    h = mix(mix(h, s->is_variadic), (uint64_t)s->tparams.len);
    if (s->tparams.len > 0) {
        return mix(mix(h, (uint64_t)vars_of(s->params).len), (uint64_t)vars_of(s->results).len);
    }
    h = hash_vars(h, vars_of(s->params), false, r);
    return hash_vars(h, vars_of(s->results), false, r);
}

static uint64_t hash_type(Type *t, HashReach r)
{
    t = type_unalias(t);
    if (t == NULL || r.depth == 0 || *r.left == 0) {
        return 0;
    }
    r.depth--;
    --*r.left;
    uint64_t h = mix(0, (uint64_t)t->kind + 1);
    switch (type_kind(t)) {
    case TYPE_BASIC:
        return mix(h, ((Basic *)t)->kind);
    case TYPE_ARRAY: /* one of unknown length has a hash of its own */
        return mix(mix(h, (uint64_t)((Array *)t)->len), hash_type(((Array *)t)->elem, r));
    case TYPE_SLICE:
        return mix(h, hash_type(((Slice *)t)->elem, r));
    case TYPE_STRUCT:
        return hash_vars(h, ((Struct *)t)->fields, true, r);
    case TYPE_POINTER:
        return mix(h, hash_type(((Pointer *)t)->elem, r));
    case TYPE_TUPLE:
        return hash_vars(h, ((Tuple *)t)->vars, false, r);
    case TYPE_SIGNATURE:
        return hash_signature(h, (Signature *)t, r);
    case TYPE_MAP:
        h = mix(h, hash_type(((MapType *)t)->key, r));
        return mix(h, hash_type(((MapType *)t)->elem, r));
    case TYPE_CHAN:
        return mix(mix(h, ((Chan *)t)->dir), hash_type(((Chan *)t)->elem, r));
    case TYPE_NAMED: {
        const Instance *inst = ((Named *)t)->inst;
        return mix(h, inst != NULL ? inst->hash : (uint64_t)(uintptr_t)t);
    }
    case TYPE_PARAM:
        return mix(h, (uint64_t)(uintptr_t)t);
    case TYPE_UNION: /* of these no set is computed here */
    case TYPE_INTERFACE:
    case TYPE_ALIAS:
        break;
    }
    return h;
}

uint64_t type_hash(Type *t)
{
    int left = HASH_TYPES;
    return hash_type(t, (HashReach){HASH_DEPTH, &left});
}

uint64_t instance_hash(const Type *orig, TypeArgs targs)
{
    uint64_t h = (uint64_t)(uintptr_t)orig;
    for (isize i = 0; i < targs.len; i++) {
        h = mix(h, type_hash(targs.ptr[i]));
    }
    return h;
}
