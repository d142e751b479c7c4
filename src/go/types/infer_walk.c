/*
 * Walks through types for inference: whether one mentions type parameters, and whether what was
 * found for parameters leads back to them.
 *
 * Types end at names, so only an interface can lead to itself without a parameter; the interfaces
 * around are remembered for that. What is shared by many types, as by alias types that use each
 * other twice, is walked once as far as a small table remembers it.
 */
#include "go/types/generic.h"
#include "go/types/infer.h"
#include "go/types/unify.h"

#define MAX_DEPTH 11000   /* of types in types: what the parser accepts, and the stack bears */
#define N_REMEMBERED 64   /* the last ones: of types that share parts, those that come again soon */
#define MAX_STEPS 1000000 /* of a walk for cycles; no program that people write comes near */

/* ---- type parameters in types ---- */

typedef struct Around {
    const Type *type;
    const struct Around *outer;
} Around;

typedef struct {
    TypeParams params;
    const Around *around;
    int depth;
    const Type *remembered[N_REMEMBERED]; /* walked to the end, nothing found */
} Walk;

static bool mentions(Walk *w, Type *t);

static bool any_var_mentions(Walk *w, Objects vars)
{
    for (isize i = 0; i < vars.len; i++) {
        if (mentions(w, vars.ptr[i]->type)) {
            return true;
        }
    }
    return false;
}

/* Of a set's terms all must mention one: so go/types has it. */
static bool interface_mentions(Walk *w, Interface *t)
{
    for (const Around *a = w->around; a != NULL; a = a->outer) {
        if (a->type == &t->t) {
            return false;
        }
    }
    Around around = {&t->t, w->around};
    w->around = &around;
    const TypeSet *set = interface_set(t->check, t);
    bool found = any_var_mentions(w, set->methods);
    if (!found && typeset_has_terms(set)) {
        found = true;
        for (isize i = 0; found && i < set->terms.len; i++) {
            found = mentions(w, set->terms.ptr[i].type);
        }
    }
    w->around = around.outer;
    return found;
}

static bool args_mention(Walk *w, const Named *n)
{
    for (isize i = 0; n->inst != NULL && i < n->inst->targs.len; i++) {
        if (mentions(w, n->inst->targs.ptr[i])) {
            return true;
        }
    }
    return false;
}

/* Type parameters that a signature declares are not looked at, only where types are used. */
static bool kind_mentions(Walk *w, Type *t)
{
    switch (type_kind(t)) {
    case TYPE_BASIC:
    case TYPE_UNION: /* only in interfaces, whose sets have its terms */
        return false;
    case TYPE_ALIAS:
        return mentions(w, type_unalias(t));
    case TYPE_ARRAY:
        return mentions(w, ((Array *)t)->elem);
    case TYPE_SLICE:
        return mentions(w, ((Slice *)t)->elem);
    case TYPE_POINTER:
        return mentions(w, ((Pointer *)t)->elem);
    case TYPE_CHAN:
        return mentions(w, ((Chan *)t)->elem);
    case TYPE_MAP:
        return mentions(w, ((MapType *)t)->key) || mentions(w, ((MapType *)t)->elem);
    case TYPE_STRUCT:
        return any_var_mentions(w, ((Struct *)t)->fields);
    case TYPE_TUPLE:
        return any_var_mentions(w, ((Tuple *)t)->vars);
    case TYPE_SIGNATURE:
        return any_var_mentions(w, tuple_vars(((Signature *)t)->params)) ||
               any_var_mentions(w, tuple_vars(((Signature *)t)->results));
    case TYPE_INTERFACE:
        return interface_mentions(w, (Interface *)t);
    case TYPE_NAMED:
        return args_mention(w, (Named *)t);
    case TYPE_PARAM:
        return params_index(w->params, t) >= 0;
    }
    return false;
}

static bool mentions(Walk *w, Type *t)
{
    if (t == NULL || w->depth == MAX_DEPTH) {
        return false;
    }
    const Type **place = &w->remembered[((uintptr_t)t >> 4) % N_REMEMBERED];
    if (*place == t) {
        return false;
    }
    w->depth++;
    bool found = kind_mentions(w, t);
    w->depth--;
    if (!found && w->around == NULL) { /* within an interface it may only have met itself */
        *place = t;
    }
    return found;
}

bool type_is_parameterized(TypeParams params, Type *t)
{
    Walk w = {.params = params};
    return mentions(&w, t);
}

/* ---- cycles ---- */

typedef struct {
    TypeParams params;
    TypeArgs inferred;
    const Around *around; /* parameters and interfaces */
    int depth;
    int steps;
    int place, n_places; /* the entry into the innermost of them: the how-manieth of all */
    struct {
        const Type *type;
        int place;
    } remembered[N_REMEMBERED]; /* searched at that place */
} Search;

static void search(Search *s, Type *t);

static void search_vars(Search *s, Objects vars)
{
    for (isize i = 0; i < vars.len; i++) {
        search(s, vars.ptr[i]->type);
    }
}

static void search_types(Search *s, Type *const *types, isize n)
{
    for (isize i = 0; i < n; i++) {
        search(s, types[i]);
    }
}

/* Only interfaces and parameters can be met again on the way. True: t is. */
static bool meets_again(Search *s, const Type *t)
{
    for (const Around *a = s->around; a != NULL; a = a->outer) {
        if (a->type == t) {
            isize i = params_index(s->params, t);
            if (i >= 0) {
                s->inferred.ptr[i] = NULL;
            }
            return true;
        }
    }
    return false;
}

static void search_around(Search *s, Type *t)
{
    if (meets_again(s, t)) {
        return;
    }
    Around around = {t, s->around};
    int place = s->place;
    s->around = &around;
    s->place = ++s->n_places;
    if (type_kind(t) == TYPE_INTERFACE) {
        search_vars(s, ((Interface *)t)->methods);
        search_types(s, ((Interface *)t)->embeddeds, ((Interface *)t)->n_embeddeds);
    } else {
        isize i = params_index(s->params, t);
        search(s, i < 0 ? NULL : s->inferred.ptr[i]);
    }
    s->around = around.outer;
    s->place = place;
}

static void search_kind(Search *s, Type *t)
{
    switch (type_kind(t)) {
    case TYPE_BASIC:
    case TYPE_ALIAS:
        break;
    case TYPE_ARRAY:
        search(s, ((Array *)t)->elem);
        break;
    case TYPE_SLICE:
        search(s, ((Slice *)t)->elem);
        break;
    case TYPE_POINTER:
        search(s, ((Pointer *)t)->elem);
        break;
    case TYPE_CHAN:
        search(s, ((Chan *)t)->elem);
        break;
    case TYPE_MAP:
        search(s, ((MapType *)t)->key);
        search(s, ((MapType *)t)->elem);
        break;
    case TYPE_STRUCT:
        search_vars(s, ((Struct *)t)->fields);
        break;
    case TYPE_TUPLE:
        search_vars(s, ((Tuple *)t)->vars);
        break;
    case TYPE_SIGNATURE:
        search_vars(s, tuple_vars(((Signature *)t)->params));
        search_vars(s, tuple_vars(((Signature *)t)->results));
        break;
    case TYPE_UNION:
        for (isize i = 0; i < ((Union *)t)->n_terms; i++) {
            search(s, ((Union *)t)->terms[i].type);
        }
        break;
    case TYPE_NAMED:
        if (((Named *)t)->inst != NULL) {
            TypeArgs targs = ((Named *)t)->inst->targs;
            search_types(s, targs.ptr, targs.len);
        }
        break;
    case TYPE_INTERFACE:
    case TYPE_PARAM:
        search_around(s, t);
        break;
    }
}

static void search(Search *s, Type *t)
{
    t = t == NULL ? NULL : type_unalias(t);
    if (t == NULL || s->depth == MAX_DEPTH || s->steps == MAX_STEPS) {
        return;
    }
    isize slot = (isize)((uintptr_t)t >> 4) % N_REMEMBERED;
    if (s->remembered[slot].type == t && s->remembered[slot].place == s->place) {
        return;
    }
    s->steps++;
    s->depth++;
    search_kind(s, t);
    s->depth--;
    s->remembered[slot].type = t;
    s->remembered[slot].place = s->place;
}

void infer_kill_cycles(TypeParams params, TypeArgs inferred)
{
    Search s = {.params = params, .inferred = inferred};
    for (isize i = 0; i < params.len; i++) {
        search(&s, &params.ptr[i]->t);
    }
    for (isize i = 0; s.steps == MAX_STEPS && i < params.len; i++) {
        if (type_is_parameterized(params, inferred.ptr[i])) {
            inferred.ptr[i] = NULL; /* it may be on a cycle that was not found */
        }
    }
}
