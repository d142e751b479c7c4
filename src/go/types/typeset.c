/*
 * The type set of an interface: the methods and the terms of all that is embedded in it.
 *
 * A set is computed when it is first asked for, which for an interface of the source is at the end
 * of the declaration around it (interface.c). It is published by one atomic store, when it is
 * complete: whoever reads a set that another thread made sees all of it, and of two threads that
 * come at once one finds its work done already. What is being computed is not in the interface
 * but in the checker, a list of what is around it: an interface that embeds itself, which is an
 * error that is told elsewhere (validtype.c), finds itself there and counts as empty.
 */
#include "go/types/objset.h"
#include "go/types/termlist.h"
#include "go/types/union.h"

typedef struct TypeSetWork {
    const void *of; /* Interface or Union */
    struct TypeSetWork *outer;
} TypeSetWork;

/* An interface whose set is put together. */
typedef struct {
    Checker *check;
    Checker *teller; /* NULL: nothing is told, the interface is of a complete package */
    Interface *type;
    ObjectSet methods;
    VEC(ObjectPos) places; /* of methods: where each stands, or what it came in with */
    TermList terms;
    bool is_comparable;
} Collector;

/* A method that came from two embedded interfaces, until signatures are known. */
typedef struct {
    Object *method, *other;
    ObjectPos pos, other_pos;
} Duplicate;

const TypeSet typeset_top = {.terms = {.is_all = true}};
static const TypeSet empty_set = {.terms = {.ptr = NULL}};
static const TypeSet invalid_set = {.terms = {.ptr = NULL}}; /* of a union of too many terms */

static const TypeSet *load(const TypeSet *const *set)
{
    return __atomic_load_n(set, __ATOMIC_ACQUIRE);
}

/* The set that stands there afterwards: this one, or that of a thread that came first. */
static const TypeSet *publish(const TypeSet **at, const TypeSet *set)
{
    const TypeSet *there = NULL;
    bool is_first =
        __atomic_compare_exchange_n(at, &there, set, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
    return is_first ? set : there;
}

static bool is_computing(const Checker *c, const void *what)
{
    const TypeSetWork *work = c->type_sets;
    while (work != NULL && work->of != what) {
        work = work->outer;
    }
    return work != NULL;
}

/* ---- methods ---- */

static void tell_duplicate(Checker *c, const Duplicate *d)
{
    ErrorDesc e = check_error_begin(c, CODE_DUPLICATE_DECL);
    error_add(&e, d->pos, "duplicate method %n", d->method->name);
    error_add(&e, d->other_pos, "other declaration of method %n", d->method->name);
    error_report(&e);
}

/* Before Go 1.14 embedded interfaces could not have a method in common. */
static void check_duplicate(Checker *c, void *arg)
{
    const Duplicate *d = arg;
    bool is_too_old = d->pos.file != 0 && !check_uses(c, d->pos, LANG_METHOD_OVERLAP);
    if (is_too_old || !type_identical(d->method->type, d->other->type)) {
        tell_duplicate(c, d);
    }
}

static void add_method(Collector *k, ObjectPos pos, Object *m, bool is_explicit)
{
    isize found = objset_insert(&k->methods, m);
    if (found < 0) {
        *VEC_PUSH(k->check->scratch, &k->places) = pos;
        return;
    }
    Duplicate d = {m, k->methods.objects.ptr[found], pos, k->places.ptr[found]};
    if (k->teller == NULL) {
        return;
    }
    if (is_explicit) {
        tell_duplicate(k->teller, &d);
        return;
    }
    if (d.other == m && check_uses(k->teller, pos, LANG_METHOD_OVERLAP)) {
        return; /* the very same method, which came in twice */
    }
    Duplicate *later = ARENA_NEW(k->teller->scratch, Duplicate);
    *later = d;
    check_later(k->teller, check_duplicate, later);
}

/* ---- terms ---- */

/* Of a set that is marked comparable and has terms only those stay that are. */
static void intersect(Collector *k, TermList terms, bool is_comparable)
{
    TermList both = termlist_intersect(k->check->scratch, k->terms, terms);
    bool comparable = k->is_comparable || is_comparable;
    if (comparable && !both.is_all) {
        isize n = 0;
        for (isize i = 0; i < both.len; i++) {
            if (type_is_comparable(k->check, both.ptr[i].type, false, NULL)) {
                both.ptr[n++] = both.ptr[i];
            }
        }
        both.len = n;
        comparable = false;
    }
    k->terms = both;
    k->is_comparable = comparable;
}

/* The types of one term. *ret_is_known is false when nothing can be said of it. */
static TermList term_set(Checker *c, Term *term, bool *ret_is_known)
{
    Type *under = type_under(term->type);
    *ret_is_known = under != NULL && type_is_valid(under);
    if (!*ret_is_known) {
        return (TermList){.ptr = NULL};
    }
    if (type_kind(under) == TYPE_INTERFACE) {
        return interface_set(c, (Interface *)under)->terms;
    }
    /* No type has an underlying type that is not its own underlying type. */
    bool is_empty = term->is_tilde && !type_identical(term->type, under);
    return (TermList){.ptr = term, .len = is_empty ? 0 : 1};
}

static TermList keep(Arena *a, TermList terms)
{
    isize size = (isize)sizeof(Term) * terms.len;
    return (TermList){.ptr = terms.is_all ? NULL : arena_copy(a, terms.ptr, size, _Alignof(Term)),
                      .len = terms.is_all ? 0 : terms.len,
                      .is_all = terms.is_all};
}

static const TypeSet *compute_union(Checker *c, Checker *teller, ObjectPos pos, const Union *u)
{
    TermList all = {.ptr = NULL};
    for (isize i = 0; i < u->n_terms; i++) {
        bool is_known;
        TermList terms = term_set(c, &u->terms[i], &is_known);
        if (!is_known) {
            continue;
        }
        all = termlist_union(c->scratch, all, terms);
        if (all.len > UNION_MAX_TERMS) {
            if (teller != NULL) {
                check_error_pos(teller, pos, CODE_INVALID_UNION,
                                "cannot handle more than %d union terms "
                                "(implementation limitation)",
                                UNION_MAX_TERMS);
            }
            return &invalid_set;
        }
    }
    TypeSet *set = ARENA_NEW(c->arena, TypeSet);
    set->terms = keep(c->arena, all);
    return set;
}

static const TypeSet *union_set(Checker *c, Checker *teller, ObjectPos pos, Union *u)
{
    const TypeSet *set = load(&u->set);
    if (set != NULL) {
        return set;
    }
    if (is_computing(c, u)) {
        return &empty_set;
    }
    TypeSetWork work = {u, c->type_sets};
    c->type_sets = &work;
    set = compute_union(c, teller, pos, u);
    c->type_sets = work.outer;
    return publish(&u->set, set);
}

/* ---- interfaces ---- */

bool check_is_imported_constraint(Checker *c, Type *t)
{
    const Named *named = t != NULL ? type_as_named(t) : NULL;
    if (named == NULL || named->obj->pkg == c->pkg || named->obj->pkg == NULL) {
        return false;
    }
    Type *under = type_under(t);
    return under != NULL && type_kind(under) == TYPE_INTERFACE &&
           !typeset_is_method_set(interface_set(c, (Interface *)under));
}

/* Elements that are no interfaces of methods alone came with Go 1.18. The row takes the type. */
static bool allows_element(const Collector *k, ObjectPos pos, LangFeature feature, Type *t)
{
    return pos.file == 0 || k->teller == NULL ||
           check_verify_version_pos(k->teller, pos, feature, t);
}

static void add_interface(Collector *k, ObjectPos pos, Type *t, Interface *under)
{
    const TypeSet *set = interface_set(k->check, under);
    /* Of a type of this package it was told where that is declared. */
    if (k->teller != NULL && pos.file != 0 && check_is_imported_constraint(k->teller, t) &&
        !allows_element(k, pos, LANG_CONSTRAINT_EMBEDDED, t)) {
        return;
    }
    for (isize i = 0; i < set->methods.len; i++) {
        add_method(k, pos, set->methods.ptr[i], false);
    }
    intersect(k, set->terms, set->is_comparable);
}

static void add_union(Collector *k, ObjectPos pos, Union *u)
{
    if (!allows_element(k, pos, LANG_INTERFACE_ELEMENT, &u->t)) {
        return;
    }
    const TypeSet *set = union_set(k->check, k->teller, pos, u);
    if (set != &invalid_set) {
        intersect(k, set->terms, false);
    }
}

static void add_embedded(Collector *k, isize i)
{
    Type *t = k->type->embeddeds[i];
    ObjectPos pos = {0};
    if (k->type->embed_pos != NULL) {
        pos = (ObjectPos){k->type->file, k->type->embed_pos[i]};
    }
    Type *under = type_under(t);
    if (under == NULL || !type_is_valid(under)) {
        return; /* told elsewhere */
    }
    if (type_kind(under) == TYPE_INTERFACE) {
        add_interface(k, pos, t, (Interface *)under);
    } else if (type_kind(under) == TYPE_UNION) {
        add_union(k, pos, (Union *)under);
    } else if (allows_element(k, pos, LANG_INTERFACE_TYPE, t)) {
        Term term = {false, t};
        intersect(k, (TermList){.ptr = &term, .len = 1}, false);
    }
}

static Objects keep_methods(const Collector *k)
{
    isize n = k->methods.objects.len;
    if (n == 0 || (n == k->type->methods.len &&
                   k->methods.objects.ptr[n - 1] == k->type->methods.ptr[n - 1])) {
        return n == 0 ? (Objects){0} : k->type->methods; /* none was embedded */
    }
    Objects methods = {arena_copy(k->check->arena, k->methods.objects.ptr,
                                  n * (isize)sizeof(Object *), _Alignof(Object *)),
                       n};
    objects_sort(methods);
    return methods;
}

static const TypeSet *compute(Checker *c, Interface *t)
{
    Collector k = {.check = c,
                   .teller = t->check,
                   .type = t,
                   .methods = objset_init(c->scratch),
                   .terms = {.is_all = true}};
    for (isize i = 0; i < t->methods.len; i++) {
        add_method(&k, t->methods.ptr[i]->pos, t->methods.ptr[i], true);
    }
    for (isize i = 0; i < t->n_embeddeds; i++) {
        add_embedded(&k, i);
    }
    TypeSet *set = ARENA_NEW(c->arena, TypeSet);
    set->methods = keep_methods(&k);
    set->terms = keep(c->arena, k.terms);
    set->is_comparable = k.is_comparable;
    return set;
}

const TypeSet *interface_set(Checker *c, Interface *t)
{
    const TypeSet *set = load(&t->set);
    if (set != NULL) {
        return set;
    }
    Checker *worker = c != NULL ? c : t->check;
    /* Of what is not complete yet no set is kept, so that the right one is found in the end. */
    if (worker == NULL || !t->is_complete || is_computing(worker, t)) {
        return &typeset_top;
    }
    TypeSetWork work = {t, worker->type_sets};
    worker->type_sets = &work;
    set = compute(worker, t);
    worker->type_sets = work.outer;
    return publish(&t->set, set);
}

/* ---- what sets are asked ---- */

bool typeset_is_empty(const TypeSet *s)
{
    return termlist_is_empty(s->terms);
}

bool typeset_is_all(const TypeSet *s)
{
    return typeset_is_method_set(s) && s->methods.len == 0;
}

bool typeset_is_method_set(const TypeSet *s)
{
    return !s->is_comparable && s->terms.is_all;
}

bool typeset_is_comparable(const TypeSet *s)
{
    if (s->terms.is_all) {
        return s->is_comparable;
    }
    for (isize i = 0; i < s->terms.len; i++) {
        if (!type_is_comparable(NULL, s->terms.ptr[i].type, false, NULL)) {
            return false;
        }
    }
    return s->terms.len > 0;
}

bool typeset_has_terms(const TypeSet *s)
{
    return !s->terms.is_all && s->terms.len > 0;
}

bool typeset_subset_of(const TypeSet *x, const TypeSet *y)
{
    return termlist_is_subset_of(x->terms, y->terms);
}
