/*
 * Whether a type has a finite size: whether it contains itself other than behind a pointer, slice,
 * map, channel or function.
 *
 * The walk keeps two lists. `nest` has the types in whose memory it is: a type that it meets there
 * again contains itself. `path` has all types that it came through, for the message. They differ
 * behind a type parameter: what it stands for was written where its type was instantiated, so it is
 * looked at in the nest that was there then.
 *
 * The walk is a loop over a stack of its own: types contain each other as deep as one likes to
 * write them. A type without type parameters is looked at once (is_finite): were it contained
 * in itself by way of some nest, it would have been found so without the nest. Types that are
 * built of instances of instances may have more parts than there is time for; after MAX_STEPS
 * the rest is taken to be fine.
 */
#include "go/types/decl.h"
#include "go/types/seen.h"

#define MAX_STEPS ((isize)1 << 20)

typedef enum { STEP_VISIT, STEP_LEAVE, STEP_RESTORE } StepKind;

/* A type in whose memory the walk is. */
typedef struct {
    Named *type;
    isize visit; /* the how-manieth: what is in it depends on what it is in */
} Nested;

typedef struct {
    StepKind kind;
    Type *type;    /* to visit */
    Nested nested; /* to leave or to restore */
} Step;

typedef struct {
    Checker *check;
    VEC(Step) steps;
    VEC(Nested) nest;
    VEC(Named *) path;
    isize n_visits;
    Map seen; /* types that were visited, where: seen.h */
} Walk;

static void push(Walk *w, Type *t)
{
    *VEC_PUSH(w->check->scratch, &w->steps) = (Step){STEP_VISIT, t, {0}};
}

static void push_later(Walk *w, StepKind kind, Nested nested)
{
    *VEC_PUSH(w->check->scratch, &w->steps) = (Step){kind, NULL, nested};
}

/* Whether t was visited already in the very same place. */
static bool was_visited(Walk *w, const Named *t)
{
    if (w->n_visits < SEEN_FROM) {
        return false;
    }
    isize place = w->nest.len == 0 ? 0 : w->nest.ptr[w->nest.len - 1].visit;
    Question question = {{(uintptr_t)t, (uintptr_t)place, 0}};
    if (seen_has(&w->seen, &question)) {
        return true;
    }
    seen_add(&w->seen, &question);
    return false;
}

static Named *origin_of(Named *n)
{
    return n->inst == NULL ? n : n->inst->orig;
}

/* Its parts do not depend on where it stands. */
static bool is_closed(const Named *n)
{
    return n->inst == NULL && n->tparams.len == 0;
}

static bool is_same(Named *x, Named *y)
{
    return x == y || (x->inst != NULL && y->inst != NULL && x->inst->hash == y->inst->hash &&
                      type_identical(&x->t, &y->t));
}

/* t contains itself: it becomes invalid, however it is instantiated. */
static void tell_cycle(Walk *w, Named *t)
{
    Checker *c = w->check;
    ASSERT(origin_of(t)->obj->pkg == c->pkg);
    if (check_owns(c, origin_of(t))) {
        origin_of(t)->from_rhs = check_basic(c, BASIC_INVALID);
    }
    isize start = 0;
    while (!is_same(w->path.ptr[start], t)) {
        start++;
        ASSERT(start < w->path.len); /* what is in the nest is on the path */
    }
    isize n = w->path.len - start;
    Object **cycle = ARENA_ARRAY(c->scratch, Object *, n);
    for (isize i = 0; i < n; i++) {
        cycle[i] = w->path.ptr[start + i]->obj;
    }
    check_cycle_error(c, cycle, n, 0);
}

/* False: it contains itself. */
static bool visit_named(Walk *w, Named *t)
{
    if (t->is_finite) {
        return true;
    }
    for (isize i = 0; i < w->nest.len; i++) {
        if (is_same(w->nest.ptr[i].type, t)) {
            tell_cycle(w, t);
            return false;
        }
    }
    if (was_visited(w, t)) {
        return true;
    }
    Arena *a = w->check->scratch;
    Nested nested = {t, ++w->n_visits};
    *VEC_PUSH(a, &w->nest) = nested;
    *VEC_PUSH(a, &w->path) = t;
    push_later(w, STEP_LEAVE, nested);
    Named *origin = origin_of(t);
    push(w, origin->from_rhs != NULL ? origin->from_rhs : origin->underlying);
    return true;
}

/* A parameter of the type around stands for the argument; one of a function for nothing. */
static void visit_param(Walk *w, const TypeParam *t)
{
    if (w->nest.len == 0) {
        return;
    }
    Nested nested = w->nest.ptr[w->nest.len - 1];
    const Named *around = nested.type;
    TypeParams params = named_params(nested.type);
    TypeArgs args = around->inst == NULL ? (TypeArgs){NULL, 0} : around->inst->targs;
    for (isize i = 0; i < params.len && i < args.len; i++) {
        if (params.ptr[i] == t) {
            w->nest.len--;
            push_later(w, STEP_RESTORE, nested);
            push(w, args.ptr[i]);
            return;
        }
    }
}

/* Parts are pushed in reverse, so that the first is looked at first. */
static bool visit(Walk *w, Type *t)
{
    t = t == NULL ? NULL : type_unalias(t);
    if (t == NULL) {
        return true;
    }
    switch (type_kind(t)) {
    case TYPE_ARRAY:
        push(w, ((Array *)t)->elem);
        break;
    case TYPE_STRUCT:
        for (isize i = ((Struct *)t)->fields.len - 1; i >= 0; i--) {
            push(w, ((Struct *)t)->fields.ptr[i]->type);
        }
        break;
    case TYPE_UNION:
        for (isize i = ((Union *)t)->n_terms - 1; i >= 0; i--) {
            push(w, ((Union *)t)->terms[i].type);
        }
        break;
    case TYPE_INTERFACE:
        for (isize i = ((Interface *)t)->n_embeddeds - 1; i >= 0; i--) {
            push(w, ((Interface *)t)->embeddeds[i]);
        }
        break;
    case TYPE_NAMED:
        return visit_named(w, (Named *)t);
    case TYPE_PARAM:
        visit_param(w, (TypeParam *)t);
        break;
    case TYPE_BASIC:
    case TYPE_SLICE:
    case TYPE_POINTER:
    case TYPE_TUPLE:
    case TYPE_SIGNATURE:
    case TYPE_MAP:
    case TYPE_CHAN:
    case TYPE_ALIAS:
        break;
    }
    return true;
}

static void leave(Walk *w, Named *t)
{
    w->nest.len--;
    w->path.len--;
    if (is_closed(t) && check_owns(w->check, t)) {
        t->is_finite = true;
    }
}

bool check_valid_type(Checker *c, Named *t)
{
    Walk w = {.check = c, .seen = map_init(c->scratch)};
    push(&w, &t->t);
    for (isize n_steps = 0; w.steps.len > 0 && n_steps < MAX_STEPS; n_steps++) {
        Step step = w.steps.ptr[--w.steps.len];
        if (step.kind == STEP_LEAVE) {
            leave(&w, step.nested.type);
        } else if (step.kind == STEP_RESTORE) {
            *VEC_PUSH(c->scratch, &w.nest) = step.nested;
        } else if (!visit(&w, step.type)) {
            return false;
        }
    }
    return true;
}
