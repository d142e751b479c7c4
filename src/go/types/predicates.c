/* What kind of type a type is, as predicates.go has it. Two types are compared in identical.c. */
#include "go/types/checker.h"

/* What the alias was found to stand for; NULL: nobody asked yet. Any thread may ask first. */
static Type *actual_of(const Alias *alias)
{
    return __atomic_load_n(&alias->actual, __ATOMIC_RELAXED);
}

Type *type_unalias(Type *t)
{
    if (t == NULL || type_kind(t) != TYPE_ALIAS) {
        return t;
    }
    Alias *first = (Alias *)t;
    Type *actual = actual_of(first);
    if (actual != NULL) {
        return actual;
    }
    while (t != NULL && type_kind(t) == TYPE_ALIAS) {
        const Alias *alias = (const Alias *)t;
        actual = actual_of(alias);
        t = actual != NULL ? actual : alias->from_rhs;
    }
    __atomic_store_n(&first->actual, t, __ATOMIC_RELAXED);
    return t;
}

Named *type_as_named(Type *t)
{
    t = type_unalias(t);
    return t != NULL && type_kind(t) == TYPE_NAMED ? (Named *)t : NULL;
}

bool type_is_valid(Type *t)
{
    t = type_unalias(t);
    return t == NULL || type_kind(t) != TYPE_BASIC || ((Basic *)t)->kind != BASIC_INVALID;
}

static bool embeds_unknown(const Interface *t)
{
    for (isize i = 0; i < t->n_embeddeds; i++) {
        if (!type_is_valid(t->embeddeds[i]) || type_is_unknown(t->embeddeds[i])) {
            return true;
        }
    }
    return false;
}

bool type_is_unknown(Type *t)
{
    for (const Named *n = type_as_named(t); n != NULL; n = type_as_named(n->from_rhs)) {
        const Type *under = __atomic_load_n(&n->underlying, __ATOMIC_ACQUIRE);
        bool may_be = package_has_unknown(n->obj->pkg);
        if (under != NULL && type_kind(under) == TYPE_INTERFACE) {
            return may_be && embeds_unknown((const Interface *)under);
        }
        if (type_is_valid((Type *)under)) { /* or not found out yet */
            return false;
        }
        if (may_be) {
            return true;
        }
    }
    return false;
}

/* ---- basic types ---- */

/* t if it is a basic type as it stands: aliases and named types are never untyped. */
static const Basic *as_basic(const Type *t)
{
    return t != NULL && type_kind(t) == TYPE_BASIC ? (const Basic *)t : NULL;
}

bool type_is(Type *t, unsigned info)
{
    const Basic *basic = as_basic(type_under(t));
    return basic != NULL && (basic->info & info) != 0;
}

static bool term_is(void *context, Type *t, Type *under)
{
    (void)under;
    return t != NULL && type_is(t, *(unsigned *)context);
}

bool type_all(Type *t, unsigned info)
{
    return type_is_param(t) ? type_each(t, term_is, &info) : type_is(t, info);
}

bool type_is_typed(Type *t)
{
    const Basic *basic = as_basic(t);
    return basic == NULL || (basic->info & IS_UNTYPED) == 0;
}

bool type_is_untyped_numeric(Type *t)
{
    const Basic *basic = as_basic(t);
    return basic != NULL && (basic->info & IS_UNTYPED) != 0 && (basic->info & IS_NUMERIC) != 0;
}

/* BASIC_ALL: a type that is not untyped, or nil. */
static BasicKind default_kind(BasicKind kind)
{
    switch ((int)kind) {
    case BASIC_UNTYPED_BOOL:
        return BASIC_BOOL;
    case BASIC_UNTYPED_INT:
        return BASIC_INT;
    case BASIC_UNTYPED_RUNE:
        return BASIC_RUNE; /* under that name */
    case BASIC_UNTYPED_FLOAT:
        return BASIC_FLOAT64;
    case BASIC_UNTYPED_COMPLEX:
        return BASIC_COMPLEX128;
    case BASIC_UNTYPED_STRING:
        return BASIC_STRING;
    default:
        return BASIC_ALL;
    }
}

Type *type_default(Checker *c, Type *t)
{
    const Basic *basic = as_basic(t);
    BasicKind kind = basic == NULL ? BASIC_ALL : default_kind((BasicKind)basic->kind);
    return kind == BASIC_ALL ? t : check_basic(c, kind);
}

Type *type_max(Type *x, Type *y)
{
    if (x == y) {
        return x;
    }
    if (!type_is_untyped_numeric(x) || !type_is_untyped_numeric(y)) {
        return NULL;
    }
    return as_basic(x)->kind > as_basic(y)->kind ? x : y;
}

/* ---- interfaces, type parameters, names ---- */

bool type_is_interface(Type *t)
{
    Type *under = type_under(t);
    return under != NULL && type_kind(under) == TYPE_INTERFACE;
}

bool type_is_param(Type *t)
{
    t = type_unalias(t);
    return t != NULL && type_kind(t) == TYPE_PARAM;
}

bool type_is_non_param_interface(Type *t)
{
    return !type_is_param(t) && type_is_interface(t);
}

bool type_is_generic(Type *t)
{
    if (t != NULL && type_kind(t) == TYPE_ALIAS) {
        const Alias *alias = (const Alias *)t;
        if (alias->tparams.len > 0 && alias->targs.len == 0) {
            return true;
        }
    }
    Named *named = type_as_named(t);
    return named != NULL && named->obj != NULL && named->inst == NULL &&
           named_params(named).len > 0;
}

bool type_has_name(Type *t)
{
    t = type_unalias(t);
    return t != NULL &&
           (type_kind(t) == TYPE_BASIC || type_kind(t) == TYPE_NAMED || type_kind(t) == TYPE_PARAM);
}

/* The underlying type as far as it is known: nothing is computed (safeUnderlying). */
static Type *known_under(Type *t)
{
    Named *named = type_as_named(t);
    return named != NULL ? named->underlying : type_is_param(t) ? NULL : type_unalias(t);
}

/* Does not compute the type set: false as long as it is not known. */
bool type_has_empty_set(Type *t)
{
    if (!type_is_param(t)) {
        return false;
    }
    const TypeParam *param = (const TypeParam *)type_unalias(t);
    Type *under = param->bound == NULL ? NULL : known_under(param->bound);
    if (under == NULL || type_kind(under) != TYPE_INTERFACE) {
        return false;
    }
    const TypeSet *set = __atomic_load_n(&((Interface *)under)->set, __ATOMIC_ACQUIRE);
    return set != NULL && typeset_is_empty(set);
}

static bool under_has_nil(void *context, Type *t, Type *under)
{
    (void)context;
    (void)t;
    return under != NULL && type_has_nil(under);
}

bool type_has_nil(Type *t)
{
    Type *under = type_under(t);
    if (under == NULL) {
        return false;
    }
    switch (type_kind(under)) {
    case TYPE_BASIC:
        return ((Basic *)under)->kind == BASIC_UNSAFE_POINTER;
    case TYPE_SLICE:
    case TYPE_POINTER:
    case TYPE_SIGNATURE:
    case TYPE_MAP:
    case TYPE_CHAN:
        return true;
    case TYPE_INTERFACE:
        return !type_is_param(t) || type_each(t, under_has_nil, NULL);
    case TYPE_ARRAY:
    case TYPE_STRUCT:
    case TYPE_TUPLE:
    case TYPE_UNION:
    case TYPE_NAMED:
    case TYPE_PARAM:
    case TYPE_ALIAS:
        return false;
    }
    return false;
}
