/* Instances of generic types and functions, and whether type arguments satisfy constraints. */
#include "go/types/context.h"
#include "go/types/generic.h"
#include "go/types/termlist.h"

#define MAX_EXPANSIONS 500 /* instances that lead to each other; more: it would not end */
#define MAX_NESTING 64     /* of types in a type argument that packages may share */

/* ---- making ---- */

bool check_targ_count(Checker *c, ObjectPos pos, Str name, isize want, isize got)
{
    if (got == want) {
        return true;
    }
    Str qualifier = got < want ? S("not enough") : S("too many");
    check_error_pos(c, pos, CODE_WRONG_TYPE_ARG_COUNT,
                    "%s type arguments for type %s: have %d, want %d", &qualifier, &name, (int)got,
                    (int)want);
    return false;
}

/* Whether t is made of nothing but names of packages that are complete, and of types that are one
 * wherever they are written. */
static bool is_outside(const Checker *c, const Type *t, int depth)
{
    if (depth == MAX_NESTING) {
        return false;
    }
    switch (type_kind(t)) {
    case TYPE_BASIC:
        return true;
    case TYPE_ARRAY:
        return is_outside(c, ((const Array *)t)->elem, depth + 1);
    case TYPE_SLICE:
        return is_outside(c, ((const Slice *)t)->elem, depth + 1);
    case TYPE_POINTER:
        return is_outside(c, ((const Pointer *)t)->elem, depth + 1);
    case TYPE_CHAN:
        return is_outside(c, ((const Chan *)t)->elem, depth + 1);
    case TYPE_MAP:
        return is_outside(c, ((const MapType *)t)->key, depth + 1) &&
               is_outside(c, ((const MapType *)t)->elem, depth + 1);
    case TYPE_NAMED: {
        const Named *n = (const Named *)t;
        bool is_known = n->inst == NULL || n->inst->context == c->program->instances;
        return is_known && (n->obj->pkg == NULL || n->obj->pkg != c->pkg);
    }
    case TYPE_ALIAS: {
        const Alias *a = (const Alias *)t;
        return a->targs.len == 0 && (a->obj->pkg == NULL || a->obj->pkg != c->pkg);
    }
    case TYPE_STRUCT:
    case TYPE_TUPLE:
    case TYPE_SIGNATURE:
    case TYPE_UNION:
    case TYPE_INTERFACE:
    case TYPE_PARAM:
        break;
    }
    return false;
}

static bool may_be_shared(const Checker *c, const Named *orig, TypeArgs targs)
{
    if (orig->obj->pkg == c->pkg) {
        return false;
    }
    for (isize i = 0; i < targs.len; i++) {
        if (!is_outside(c, targs.ptr[i], 0)) {
            return false;
        }
    }
    return true;
}

static Type *named_instance(Checker *c, ObjectPos pos, Named *orig, TypeArgs targs, uint64_t hash,
                            Named *expanding)
{
    if (expanding != NULL && expanding->inst->depth >= MAX_EXPANSIONS) {
        return check_basic(c, BASIC_INVALID);
    }
    Context *own = context_of(c), *all = c->program->instances;
    Context *home = may_be_shared(c, orig, targs) ? all : own;
    Type *t = home == own ? NULL : context_find(home, hash, &orig->t, targs);
    if (t == NULL) {
        Named *made = named_instance_new(c, pos, orig, targs, home, expanding);
        t = context_add(home, c->arena, hash, &orig->t, targs, &made->t);
    }
    return home == own ? t : context_add(own, c->arena, hash, &orig->t, targs, t);
}

static Type *alias_instance(Checker *c, ObjectPos pos, Alias *orig, TypeArgs targs, uint64_t hash,
                            Named *expanding)
{
    Str name = name_text(c->program->names, orig->obj->name);
    if (!check_targ_count(c, pos, name, orig->tparams.len, targs.len)) {
        return check_basic(c, BASIC_INVALID);
    }
    if (orig->tparams.len == 0) {
        return &orig->t;
    }
    Alias *made = alias_instance_new(c, pos, orig, targs, expanding);
    return context_add(context_of(c), c->arena, hash, &orig->t, targs, &made->t);
}

static Type *signature_instance(Checker *c, ObjectPos pos, Signature *orig, TypeArgs targs,
                                uint64_t hash)
{
    ASSERT(orig->rparams.len == 0 && orig->tparams.len == targs.len);
    Type *t = check_subst(c, pos, &orig->t, subst_map(orig->tparams, targs), NULL);
    Signature *made = t == &orig->t ? signature_clone(c, orig) : (Signature *)t;
    made->tparams = (TypeParams){0};
    return context_add(context_of(c), c->arena, hash, &orig->t, targs, &made->t);
}

/* Those of declarations are there for bodies, too. */
static Type *find_instance(Checker *c, uint64_t hash, Type *generic, TypeArgs targs)
{
    const Context *declared = c->declarer == NULL ? NULL : c->declarer->instances;
    Type *known = declared == NULL ? NULL : context_find(declared, hash, generic, targs);
    return known != NULL ? known : context_find(context_of(c), hash, generic, targs);
}

Type *check_instance(Checker *c, ObjectPos pos, Type *generic, TypeArgs targs, Named *expanding)
{
    uint64_t hash = context_hash(generic, targs);
    Type *known = find_instance(c, hash, generic, targs);
    if (known != NULL) {
        return known;
    }
    targs.ptr =
        arena_copy(c->arena, targs.ptr, targs.len * (isize)sizeof *targs.ptr, _Alignof(Type *));
    if (type_kind(generic) == TYPE_NAMED) {
        return named_instance(c, pos, (Named *)generic, targs, hash, expanding);
    }
    if (type_kind(generic) == TYPE_ALIAS) {
        return alias_instance(c, pos, (Alias *)generic, targs, hash, expanding);
    }
    ASSERT(type_kind(generic) == TYPE_SIGNATURE);
    return signature_instance(c, pos, (Signature *)generic, targs, hash);
}

/* ---- constraints ---- */

/* What is asked: whether v implements t, whose interface is ti. */
typedef struct {
    Checker *check;
    Type *v, *t;
    Interface *ti;
    bool is_constraint;
    Str verb;
    Str *ret_cause;      /* or NULL */
    bool *ret_may_panic; /* v is comparable, but comparing its values may panic */
} Question;

static bool same_type(void *context, Type *x, Type *y)
{
    (void)context;
    return type_identical(x, y);
}

bool is_interface_pointer(Type *t)
{
    Type *under = type_under(t);
    return type_kind(under) == TYPE_POINTER && type_is_interface(((Pointer *)under)->elem);
}

Str interface_pointer_error(Checker *c, Type *t)
{
    return check_format(c, c->scratch,
                        type_is_param(((Pointer *)type_under(t))->elem)
                            ? "type %t is pointer to type parameter, not type parameter"
                            : "type %t is pointer to interface, not interface",
                        t);
}

/* "V does not implement T (detail)". */
static bool refuse(const Question *q, Str detail)
{
    if (q->ret_cause != NULL) {
        *q->ret_cause = check_format(q->check, q->check->scratch, "%t does not %s %t (%s)", q->v,
                                     &q->verb, q->t, &detail);
    }
    return false;
}

static bool refuse_no_interface(const Question *q)
{
    Checker *c = q->check;
    return refuse(q, is_interface_pointer(q->t)
                         ? interface_pointer_error(c, q->t)
                         : check_format(c, c->scratch, "%t is not an interface", q->t));
}

static bool is_comparable_enough(const Question *q)
{
    Checker *c = q->check;
    if (!typeset_is_comparable(interface_set(c, q->ti)) ||
        type_is_comparable(c, q->v, false, NULL)) {
        return true;
    }
    /* Interfaces that are no type parameters satisfy comparable: comparing them may panic. */
    if (q->is_constraint && type_is_comparable(c, q->v, true, NULL)) {
        if (check_allows(c, LANG_COMPARABLE_INTERFACE)) {
            *q->ret_may_panic = true;
            return true;
        }
        if (q->ret_cause != NULL) {
            const LangRow *row = langversion_row(LANG_COMPARABLE_INTERFACE);
            Str what = check_format(c, c->scratch, row->used, q->v, &q->verb);
            *q->ret_cause =
                check_format(c, c->scratch, "%s requires go1.%d or later", &what, row->since);
        }
        return false;
    }
    if (q->ret_cause != NULL) {
        *q->ret_cause = check_format(c, c->scratch, "%t does not %s comparable", q->v, &q->verb);
    }
    return false;
}

/* A type of the set that v would be in if it stood there with a tilde; NULL: there is none. */
static Type *without_tilde(const TypeSet *set, Type *v)
{
    for (isize i = 0; i < set->terms.len; i++) {
        Term t = set->terms.ptr[i];
        if (!t.is_tilde && type_identical(t.type, type_under(t.type)) &&
            term_includes((Term){true, t.type}, v)) {
            return t.type;
        }
    }
    return NULL;
}

static bool refuse_missing_in_set(const Question *q, const TypeSet *set)
{
    if (q->ret_cause == NULL) {
        return false;
    }
    Checker *c = q->check;
    Type *alternative = without_tilde(set, q->v);
    if (alternative != NULL) {
        return refuse(
            q, check_format(c, c->scratch, "possibly missing ~ for %t in %t", alternative, q->t));
    }
    if (type_mentions(&q->ti->t, q->v)) {
        return refuse(q, check_format(c, c->scratch,
                                      "%t mentions %t, but %t is not in the type set of %t", q->t,
                                      q->v, q->v, q->t));
    }
    StrBuf terms = strbuf_init(c->scratch);
    termlist_write(&terms, c->program, set->terms);
    Str text = strbuf_str(&terms);
    return refuse(q, check_format(c, c->scratch, "%t missing in %s", q->v, &text));
}

/* The types of v, or v itself, are in the set of t; neither set is empty. */
static bool is_in_set(const Question *q, Interface *vi)
{
    const TypeSet *set = interface_set(q->check, q->ti);
    if (!typeset_has_terms(set)) {
        return true;
    }
    if (vi != NULL) {
        if (typeset_subset_of(interface_set(q->check, vi), set)) {
            return true;
        }
        if (q->ret_cause != NULL) {
            *q->ret_cause = check_format(q->check, q->check->scratch, "%t does not %s %t", q->v,
                                         &q->verb, q->t);
        }
        return false;
    }
    return termlist_includes(set->terms, q->v) || refuse_missing_in_set(q, set);
}

static bool has_methods(const Question *q)
{
    Str cause = {0};
    if (lookup_has_all_methods(q->check, q->v, q->t, true, same_type, NULL,
                               q->ret_cause == NULL ? NULL : &cause)) {
        return true;
    }
    if (q->ret_cause != NULL) {
        *q->ret_cause = check_format(q->check, q->check->scratch, "%t does not %s %t %s", q->v,
                                     &q->verb, q->t, &cause);
    }
    return false;
}

/* Neither is invalid, nor is t every type. */
static bool implements(const Question *q, Interface *vi)
{
    Checker *c = q->check;
    if (vi != NULL && typeset_is_empty(interface_set(c, vi))) {
        return true; /* the empty set is part of any */
    }
    if (typeset_is_empty(interface_set(c, q->ti))) {
        if (q->ret_cause != NULL) {
            *q->ret_cause =
                check_format(c, c->scratch, "cannot %s %t (empty type set)", &q->verb, q->t);
        }
        return false;
    }
    return has_methods(q) && is_in_set(q, vi) && is_comparable_enough(q);
}

static bool implements_type(Checker *c, Type *v, Type *t, bool is_constraint, Str *ret_cause,
                            bool *ret_may_panic)
{
    Type *vu = type_under(v), *tu = type_under(t);
    if (!type_is_valid(vu) || !type_is_valid(tu) ||
        (type_kind(vu) == TYPE_POINTER && !type_is_valid(type_under(((Pointer *)vu)->elem)))) {
        return true; /* an error was told */
    }
    Question q = {c,
                  v,
                  t,
                  as_interface(tu),
                  is_constraint,
                  is_constraint ? S("satisfy") : S("implement"),
                  ret_cause,
                  ret_may_panic};
    if (q.ti == NULL) {
        return refuse_no_interface(&q);
    }
    return typeset_is_all(interface_set(c, q.ti)) || implements(&q, as_interface(vu));
}

bool check_implements(Checker *c, Type *v, Type *t, bool is_constraint, Str *ret_cause)
{
    bool may_panic;
    return implements_type(c, v, t, is_constraint, ret_cause, &may_panic);
}

isize check_verify(Checker *c, ObjectPos pos, TypeParams params, TypeArgs targs, Str *ret_cause)
{
    SubstMap map = subst_map(params, targs);
    for (isize i = 0; i < params.len; i++) {
        param_interface(c, params.ptr[i]); /* makes its bound an interface */
        Type *bound = check_subst(c, pos, params.ptr[i]->bound, map, NULL);
        Str cause = {0};
        bool may_panic = false;
        if (!implements_type(c, targs.ptr[i], bound, true, &cause, &may_panic)) {
            *ret_cause = cause;
            return i;
        }
        if (may_panic) {
            record_feature(c, pos, LANG_COMPARABLE_INTERFACE);
        }
    }
    return -1;
}

bool type_mentions(Type *t, Type *what)
{
    switch (type_kind(t)) {
    case TYPE_INTERFACE:
        for (isize i = 0; i < ((Interface *)t)->n_embeddeds; i++) {
            if (type_mentions(((Interface *)t)->embeddeds[i], what)) {
                return true;
            }
        }
        return false;
    case TYPE_UNION:
        for (isize i = 0; i < ((Union *)t)->n_terms; i++) {
            if (type_mentions(((Union *)t)->terms[i].type, what)) {
                return true;
            }
        }
        return false;
    case TYPE_BASIC:
    case TYPE_ARRAY:
    case TYPE_SLICE:
    case TYPE_STRUCT:
    case TYPE_POINTER:
    case TYPE_TUPLE:
    case TYPE_SIGNATURE:
    case TYPE_MAP:
    case TYPE_CHAN:
    case TYPE_NAMED:
    case TYPE_PARAM:
    case TYPE_ALIAS:
        break;
    }
    return type_identical(t, what);
}
