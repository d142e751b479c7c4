/*
 * Defined types and their instances.
 *
 * An instance is expanded when it is asked for: its right-hand side, then its underlying type,
 * and each method when it is looked up. While the package to which it belongs is checked, that
 * is the affair of the thread that checks it. Later, and for instances that packages share, any
 * thread may be the first: it expands with a checker that is lent to it (context.h), without a
 * lock, and publishes the result by compare and swap. Who comes second drops what he made. So
 * what an instance points to never changes once it was seen.
 */
#include "go/types/context.h"
#include "go/types/generic.h"

#define MAX_CHAIN 10000   /* type A B; type B C; ... */
#define MAX_EXPANDING 200 /* threads in one expansion at once; more: it asks for itself */

Named *check_new_named(Checker *c, Object *obj, Type *rhs)
{
    Named *n = CHECK_NEW_TYPE(c, TYPE_NAMED, Named);
    n->check = c;
    n->obj = obj;
    n->from_rhs = rhs;
    if (obj->type == NULL) {
        obj->type = &n->t;
    }
    *VEC_PUSH(c->scratch, &c->to_clean) = &n->t;
    return n;
}

/* A name for what has none of its own: that of the type it was instantiated from. */
static Object *new_instance_name(Checker *c, ObjectPos pos, const Object *orig)
{
    Object *o = ARENA_NEW(c->arena, Object);
    o->kind = OBJECT_TYPE_NAME;
    o->name = orig->name;
    o->pkg = orig->pkg;
    o->pos = pos;
    return o;
}

Named *named_instance_new(Checker *c, ObjectPos pos, Named *orig, TypeArgs targs, Context *home,
                          Named *expanding)
{
    Named *n = CHECK_NEW_TYPE(c, TYPE_NAMED, Named);
    n->obj = new_instance_name(c, pos, orig->obj);
    n->obj->type = &n->t;
    n->inst = ARENA_NEW(c->arena, Instance);
    n->inst->orig = orig;
    n->inst->targs = targs;
    n->inst->hash = instance_hash(&orig->t, targs);
    n->inst->context = home;
    n->inst->depth = expanding == NULL ? 0 : (uint16_t)(expanding->inst->depth + 1);
    bool is_shared = c->pkg == NULL || home == c->program->instances;
    if (!is_shared) {
        n->check = c;
        *VEC_PUSH(c->scratch, &c->to_clean) = &n->t;
    }
    return n;
}

static Named *origin_of(Named *n)
{
    return n->inst == NULL ? n : n->inst->orig;
}

static Type *invalid_of(const Named *n)
{
    return (Type *)n->obj->pkg->program->basic[BASIC_INVALID];
}

TypeParams named_params(Named *n)
{
    return origin_of(n)->tparams;
}

isize named_n_methods(Named *n)
{
    return origin_of(n)->methods.len;
}

/* ---- the right-hand side ---- */

/* An interface gets methods whose receiver is n, as those of orig have orig. */
static Type *with_own_receivers(Checker *c, Named *n, Type *rhs)
{
    Interface *from = as_interface(rhs);
    if (from == NULL) {
        return rhs;
    }
    Named *orig = n->inst->orig;
    Objects methods = methods_with_receiver(c, from->methods, &orig->t, &n->t);
    if (methods.ptr == from->methods.ptr) {
        return rhs;
    }
    Interface *t = from;
    if (rhs == orig->from_rhs) { /* nothing was substituted */
        t = check_new_interface(c);
        t->embeddeds = from->embeddeds;
        t->n_embeddeds = from->n_embeddeds;
        t->file = from->file;
        t->is_complete = true;
    }
    t->methods = methods;
    t->set = NULL;
    return &t->t;
}

/* The right-hand side of the generic type with the type arguments of n in it. NULL: it is not known
 * yet. */
static Type *expand_rhs(Checker *c, Named *n)
{
    Named *orig = n->inst->orig;
    if (orig->from_rhs == NULL) {
        return NULL;
    }
    if (n->inst->targs.len != orig->tparams.len) {
        return invalid_of(n); /* an error was told */
    }
    SubstMap map = subst_map(orig->tparams, n->inst->targs);
    return with_own_receivers(c, n, check_subst(c, n->obj->pos, orig->from_rhs, map, n));
}

/* Stores what was made unless another thread was first, and gives what is there. */
static void *publish(void **place, void *made)
{
    void *there = NULL;
    return __atomic_compare_exchange_n(place, &there, made, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_ACQUIRE)
               ? made
               : there;
}

static Type *expand_shared(Named *n)
{
    bool asks_itself = __atomic_fetch_add(&n->state, 1, __ATOMIC_RELAXED) >= MAX_EXPANDING;
    Type *rhs = NULL;
    if (!asks_itself) {
        Checker *c = context_borrow(n->obj->pkg->program, n->inst->context);
        rhs = expand_rhs(c, n);
        context_settle(c);
        context_return(c);
    }
    __atomic_fetch_sub(&n->state, 1, __ATOMIC_RELAXED);
    return rhs;
}

/* NULL: it is not known yet, n being declared. */
static Type *rhs_of(Named *n)
{
    Type *rhs = __atomic_load_n(&n->from_rhs, __ATOMIC_ACQUIRE);
    if (rhs != NULL || n->inst == NULL) {
        return rhs;
    }
    rhs = n->check != NULL ? expand_rhs(n->check, n) : expand_shared(n);
    return rhs == NULL ? NULL : publish((void **)&n->from_rhs, rhs);
}

/* ---- the underlying type ---- */

static Type *known_under(const Named *n)
{
    return __atomic_load_n(&n->underlying, __ATOMIC_ACQUIRE);
}

/* What stands behind t in a chain of names; NULL when that is not known yet, t itself at the
 * end. */
static Type *next_in_chain(Type *t)
{
    switch (type_kind(t)) {
    case TYPE_ALIAS:
        return type_unalias(t);
    case TYPE_NAMED: {
        Type *under = known_under((Named *)t);
        return under != NULL ? under : rhs_of((Named *)t);
    }
    case TYPE_BASIC:
    case TYPE_ARRAY:
    case TYPE_SLICE:
    case TYPE_STRUCT:
    case TYPE_POINTER:
    case TYPE_TUPLE:
    case TYPE_SIGNATURE:
    case TYPE_UNION:
    case TYPE_INTERFACE:
    case TYPE_MAP:
    case TYPE_CHAN:
    case TYPE_PARAM:
        break;
    }
    return t;
}

/* The chain is walked twice: to its end, and again to tell all types on it that do not know what
 * stands there: those of other packages do, and other threads read them. It has no cycle
 * (check_direct_cycles), and where it has one all the same it is cut. */
static Type *resolve(Named *n)
{
    Type *end = &n->t;
    for (int i = 0;; i++) {
        Type *next = next_in_chain(end);
        if (next == NULL || i == MAX_CHAIN) {
            return invalid_of(n);
        }
        if (next == end) {
            break;
        }
        end = next;
    }
    for (Type *t = &n->t; t != end;) {
        Type *next = next_in_chain(t);
        if (type_kind(t) == TYPE_NAMED && known_under((Named *)t) == NULL) {
            __atomic_store_n(&((Named *)t)->underlying, end, __ATOMIC_RELEASE);
        }
        t = next;
    }
    return end;
}

Type *named_under(Named *n)
{
    Type *under = known_under(n);
    return under != NULL ? under : resolve(n);
}

/* ---- methods ---- */

/* The receiver of a method of n is n, or a pointer to it. */
static Object *receiver_of(Checker *c, Named *n, const Object *method, const Signature *from)
{
    Type *t = method->has_ptr_recv ? &program_pointer(c->program, c->arena, &n->t)->t : &n->t;
    return from->recv == NULL ? NULL : object_clone(c, from->recv, t);
}

/* A method of an instance has no type parameters of a receiver, and so differs from the declared
 * one also where it mentions none: t.m() in func (t T[P]) m(). */
static Object *expand_method(Checker *c, Named *n, isize i)
{
    Object *orig = n->inst->orig->methods.ptr[i];
    if (orig->pkg == c->pkg) {
        check_object(c, orig);
    }
    Signature *from = as_signature(orig->type);
    if (from == NULL) {
        return orig; /* an error was told */
    }
    Type *made = &from->t;
    if (from->rparams.len == n->inst->targs.len) { /* else the program is wrong */
        made = check_subst(c, orig->pos, made, subst_map(from->rparams, n->inst->targs), n);
    }
    Signature *sig = made == &from->t ? signature_clone(c, from) : (Signature *)made;
    sig->recv = receiver_of(c, n, orig, from);
    sig->rparams = (TypeParams){0};
    return object_clone(c, orig, &sig->t);
}

/* The places of the methods of an instance; those that were not asked for are NULL. */
static Object **method_places(Checker *c, Named *n)
{
    isize len = n->inst->orig->methods.len;
    Object **places = __atomic_load_n(&n->methods.ptr, __ATOMIC_ACQUIRE);
    if (places == NULL) {
        places = publish((void **)&n->methods.ptr, ARENA_ARRAY(c->arena, Object *, len));
        __atomic_store_n(&n->methods.len, len, __ATOMIC_RELEASE);
    } else if (n->check != NULL && n->methods.len < len) { /* methods came since */
        places = ARENA_ARRAY(c->arena, Object *, len);
        memcpy(places, n->methods.ptr, (size_t)n->methods.len * sizeof *places);
        n->methods = (Objects){places, len};
    }
    return places;
}

static Object *make_method(Named *n, isize i)
{
    if (n->check != NULL) {
        Object *made = expand_method(n->check, n, i); /* may well ask for others of n */
        Object **place = &method_places(n->check, n)[i];
        return *place == NULL ? *place = made : *place;
    }
    Checker *c = context_borrow(n->obj->pkg->program, n->inst->context);
    Object **place = &method_places(c, n)[i];
    Object *made = expand_method(c, n, i);
    context_settle(c);
    made = publish((void **)place, made);
    context_return(c);
    return made;
}

Object *named_method(Named *n, isize i)
{
    if (n->inst == NULL) {
        return n->methods.ptr[i];
    }
    Object **places = __atomic_load_n(&n->methods.ptr, __ATOMIC_ACQUIRE);
    isize len = places == NULL ? 0 : __atomic_load_n(&n->methods.len, __ATOMIC_ACQUIRE);
    Object *m = i < len ? __atomic_load_n(&places[i], __ATOMIC_ACQUIRE) : NULL;
    return m != NULL ? m : make_method(n, i);
}

static isize find_by_name(const MethodName *names, isize n, Name name)
{
    isize low = 0, high = n;
    while (low < high) {
        isize middle = (low + high) / 2;
        if (names[middle].name < name) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < n && names[low].name == name ? names[low].index : -1;
}

static isize method_index(const Program *p, const Named *orig, Name name, bool folds)
{
    Objects methods = orig->methods;
    if (orig->by_name != NULL && !folds) {
        return find_by_name(orig->by_name, methods.len, name);
    }
    for (isize i = 0; name != p->known.blank && i < methods.len; i++) {
        Name have = methods.ptr[i]->name;
        if (have == name || (folds && name_equal_folded(p, have, name))) {
            return i;
        }
    }
    return -1;
}

Object *named_lookup(Named *n, TypePackage *pkg, Name name, bool folds, isize *ret_index)
{
    Named *orig = origin_of(n);
    if (orig->methods.len == 0) {
        return NULL; /* as those of the universe, which are of no package */
    }
    const Program *p = n->obj->pkg->program;
    if (!folds && !package_same(n->obj->pkg, pkg) && !name_is_exported(p, name)) {
        return NULL;
    }
    isize i = method_index(p, orig, name, folds);
    if (i < 0) {
        return NULL;
    }
    if (ret_index != NULL) {
        *ret_index = i;
    }
    return named_method(n, i);
}
