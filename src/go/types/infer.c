/*
 * Inference: the type arguments of a generic function from those that are given, from the types of
 * the arguments of its call, from constraints, and last from untyped constants.
 *
 * Arguments come in as operands for parameters of a tuple. The types found go back and forth
 * through a unifier (unify.c); at the end what they still mention of each other is put in.
 */
#include "go/types/infer.h"

#include "go/types/generic.h"
#include "go/types/unify.h"

typedef struct {
    Checker *check;
    ObjectPos pos;
    TypeParams params;
    TypeArgs given; /* as many as params, NULL where one is to be found */
    Objects formals;
    Operands args;
    bool is_reverse;
    ErrorDesc *err;
    Unifier *unifier;
    VEC(isize) untyped; /* arguments whose parameters are plain type parameters */
} Inference;

/* ---- errors ---- */

/* The names of type parameters: "P", "P and Q", "P, Q, and R". */
static Str names_of(Checker *c, TypeParams params)
{
    StrBuf b = strbuf_init(c->scratch);
    for (isize i = 0; i < params.len; i++) {
        if (i > 0) {
            strbuf_add(&b, params.len > 2 ? S(", ") : S(" "));
            strbuf_add(&b, i == params.len - 1 ? S("and ") : (Str){0});
        }
        strbuf_add(&b, name_text(c->program->names, params.ptr[i]->obj->name));
    }
    return strbuf_str(&b);
}

static ObjectPos place_of(const Checker *c, const Operand *x)
{
    return x->expr == 0 ? (ObjectPos){0} : check_pos(c, ast_pos(&c->file->ast, x->expr));
}

/* What was last added to the error is about the whole of x. */
static void span(ErrorDesc *err, const Operand *x)
{
    if (x->expr != 0) {
        const Checker *c = err->check;
        err->parts.ptr[err->parts.len - 1].end = check_pos(c, ast_end(&c->file->ast, x->expr));
    }
}

static Str text_of(Checker *c, const Operand *x)
{
    return x->shown.len > 0 ? x->shown : check_format(c, c->scratch, "%x", x->expr);
}

static Str position_text(Checker *c, ObjectPos at)
{
    if (at.file == 0) {
        return S("-");
    }
    const TypeFile *file = &c->program->files[at.file];
    LinePos line = lines_at(&file->lines, at.pos);
    return str_format(c->scratch, "%.*s:%td:%td", STR_ARG(file->path), line.line, line.column);
}

static bool has_any(TypeArgs types)
{
    for (isize i = 0; i < types.len; i++) {
        if (types.ptr[i] != NULL) {
            return true;
        }
    }
    return false;
}

/* An argument does not fit its parameter. Where something was found already, the parameter is shown
 * with it. */
static void tell_mismatch(Inference *f, Type *param, Operand *arg)
{
    Checker *c = f->check;
    ObjectPos at = place_of(c, arg);
    Str text = text_of(c, arg);
    TypeArgs found = unifier_inferred(f->unifier, c->scratch);
    if (!has_any(found)) {
        Str names = names_of(c, f->params);
        error_add(f->err, at, "type %t of %s does not match %t (cannot infer %s)", arg->type, &text,
                  param, &names);
        span(f->err, arg);
        return;
    }
    Type *inferred = check_subst(c, at, param, subst_map(f->params, found), NULL);
    if (inferred == param) {
        error_add(f->err, at, "type %t of %s does not match %t", arg->type, &text, param);
    } else if (f->is_reverse) {
        error_add(f->err, at, "inferred type %t for %t does not match type %t of %s", inferred,
                  param, arg->type, &text);
    } else {
        error_add(f->err, at, "type %t of %s does not match inferred type %t for %t", arg->type,
                  &text, inferred, param);
    }
    span(f->err, arg);
}

/* ---- from arguments ---- */

/* An untyped argument has a basic type in the end, and so fits no parameter but a type parameter;
 * nil has no type of its own. */
static bool unify_argument(Inference *f, isize i)
{
    Checker *c = f->check;
    Operand *arg = f->args.ptr[i];
    Type *param = f->formals.ptr[i]->type;
    if (arg->mode == MODE_INVALID || (!type_is_parameterized(f->params, param) &&
                                      !type_is_parameterized(f->params, arg->type))) {
        return true;
    }
    if (type_is_typed(arg->type)) {
        if (!unifier_unify(f->unifier, param, arg->type, UNIFY_ASSIGN)) {
            tell_mismatch(f, param, arg);
            return false;
        }
    } else if (type_kind(param) == TYPE_PARAM && !operand_is_nil(c, arg)) {
        *VEC_PUSH(c->scratch, &f->untyped) = i;
    }
    return true;
}

/* ---- from constraints ---- */

/* What a constraint says of its type arguments; type NULL: nothing. */
typedef struct {
    Term term;
    bool is_single; /* it is the only term */
} Core;

static Core core_of(Checker *c, TypeParam *p)
{
    const TypeSet *set = interface_set(c, param_interface(c, p));
    bool has_tilde = false;
    isize n = typeset_has_terms(set) ? set->terms.len : 0;
    for (isize i = 0; i < n; i++) {
        has_tilde |= set->terms.ptr[i].is_tilde;
    }
    if (n == 1) {
        return (Core){set->terms.ptr[0], true};
    }
    Type *under = type_common_under(c, &p->t, NULL, NULL);
    return (Core){{has_tilde, under}, false};
}

static bool same_by_unification(void *context, Type *x, Type *y)
{
    return unifier_unify(context, x, y, UNIFY_EXACT);
}

/* With a tilde the underlying type has to match, which is what unifying with a literal does;
 * without one the type itself. A single type without a tilde is the argument. */
static bool apply_core(Inference *f, isize i, Type *found)
{
    TypeParam *p = f->params.ptr[i];
    Core core = core_of(f->check, p);
    if (core.term.type == NULL) {
        return true;
    }
    if (found == NULL) {
        if (core.is_single && !core.term.is_tilde) {
            unifier_set(f->unifier, i, core.term.type);
        }
        return true;
    }
    if (unifier_unify(f->unifier, found, core.term.type, 0)) {
        return true;
    }
    error_add(f->err, f->pos, "%t (type %t) does not satisfy %t", &p->t, found, p->bound);
    return false;
}

/* What was found has the methods of the constraint, whose signatures may tell more. While it still
 * mentions parameters its methods are not the final ones. */
static bool apply_methods(Inference *f, isize i, Type *found)
{
    Checker *c = f->check;
    if (found == NULL || type_is_parameterized(f->params, found)) {
        return true;
    }
    TypeParam *p = f->params.ptr[i];
    Str cause = {0};
    if (lookup_has_all_methods(c, found, &param_interface(c, p)->t, true, same_by_unification,
                               f->unifier, &cause)) {
        return true;
    }
    error_add(f->err, f->pos, "%t (type %t) does not satisfy %t %s", &p->t, found, p->bound,
              &cause);
    return false;
}

/* Again and again, until nothing is found any more. */
static bool use_constraints(Inference *f)
{
    for (;;) {
        isize n_unknown = unifier_n_unknown(f->unifier);
        for (isize i = 0; i < f->params.len; i++) {
            Type *found = unifier_at(f->unifier, i);
            if (!apply_core(f, i, found) || !apply_methods(f, i, found)) {
                return false;
            }
        }
        if (unifier_n_unknown(f->unifier) == n_unknown) {
            return true;
        }
    }
}

/* ---- from untyped constants ---- */

/* A parameter for several of them gets the default type of the largest kind. */
static bool use_untyped(Inference *f)
{
    Checker *c = f->check;
    Type **max = ARENA_ARRAY(c->scratch, Type *, f->params.len);
    for (isize k = 0; k < f->untyped.len; k++) {
        Operand *arg = f->args.ptr[f->untyped.ptr[k]];
        Type *param = f->formals.ptr[f->untyped.ptr[k]]->type;
        isize i = params_index(f->params, param);
        if (i < 0 || unifier_at(f->unifier, i) != NULL) {
            continue;
        }
        Type *both = max[i] == NULL ? arg->type : type_max(max[i], arg->type);
        if (both == NULL) {
            error_add(f->err, place_of(c, arg), "mismatched types %t and %t (cannot infer %t)",
                      max[i], arg->type, param);
            span(f->err, arg);
            return false;
        }
        max[i] = both;
    }
    for (isize i = 0; i < f->params.len; i++) {
        if (max[i] != NULL) {
            unifier_set(f->unifier, i, type_default(c, max[i]));
        }
    }
    return true;
}

/* ---- the types found ---- */

/* Puts the types found in the place of parameters in one of them; false: it mentions none. A
 * generic function that was an argument is not generic any more once all is known. */
static bool simplify_one(Inference *f, TypeArgs inferred, isize i)
{
    Type *from = inferred.ptr[i];
    Type *to = check_subst(f->check, (ObjectPos){0}, from, subst_map(f->params, inferred), NULL);
    if (to == from) {
        return false;
    }
    Signature *sig = as_signature(to);
    if (sig != NULL && sig->tparams.len > 0 && !type_is_parameterized(f->params, to)) {
        sig->tparams = (TypeParams){0};
    }
    inferred.ptr[i] = to;
    return true;
}

/* For [A any, B interface{ []C }, C interface{ *A }] and A == int what is found is [int, []C, *A].
 */
static void simplify(Inference *f, TypeArgs inferred)
{
    infer_kill_cycles(f->params, inferred);
    isize *dirty = ARENA_ARRAY(f->check->scratch, isize, inferred.len);
    isize n_dirty = 0;
    for (isize i = 0; i < inferred.len; i++) {
        if (inferred.ptr[i] != NULL && f->given.ptr[i] == NULL) {
            dirty[n_dirty++] = i;
        }
    }
    while (n_dirty > 0) {
        isize n = 0;
        for (isize k = 0; k < n_dirty; k++) {
            if (simplify_one(f, inferred, dirty[k])) {
                dirty[n++] = dirty[k];
            }
        }
        n_dirty = n;
    }
}

/* A type that still mentions a parameter is as good as none. */
static bool is_all_known(Inference *f, TypeArgs inferred)
{
    for (isize i = 0; i < inferred.len; i++) {
        Type *t = inferred.ptr[i];
        if (t == NULL || type_is_parameterized(f->params, t)) {
            const Object *o = f->params.ptr[i]->obj;
            Str at = position_text(f->check, o->pos);
            error_add(f->err, f->pos, "cannot infer %n (declared at %s)", o->name, &at);
            return false;
        }
    }
    return true;
}

static bool has_all(TypeArgs targs, isize n)
{
    for (isize i = 0; i < targs.len; i++) {
        if (targs.ptr[i] == NULL) {
            return false;
        }
    }
    return targs.len == n;
}

static bool has_invalid(Operands args)
{
    for (isize i = 0; i < args.len; i++) {
        if (args.ptr[i]->mode == MODE_INVALID) {
            return true;
        }
    }
    return false;
}

static TypeArgs run(Inference *f)
{
    for (isize i = 0; i < f->args.len; i++) {
        if (!unify_argument(f, i)) {
            return (TypeArgs){0};
        }
    }
    if (!use_constraints(f) || !use_untyped(f)) {
        return (TypeArgs){0};
    }
    TypeArgs inferred = unifier_inferred(f->unifier, f->check->arena);
    simplify(f, inferred);
    return is_all_known(f, inferred) ? inferred : (TypeArgs){0};
}

TypeArgs check_infer(Checker *c, ObjectPos pos, TypeParams params, TypeArgs targs, Tuple *formals,
                     Operands args, bool is_reverse, ErrorDesc *err)
{
    ASSERT(params.len > 0 && targs.len <= params.len);
    ASSERT(tuple_vars(formals).len == args.len);
    if (has_all(targs, params.len)) {
        return targs;
    }
    if (has_invalid(args)) {
        return (TypeArgs){0}; /* an error was told */
    }
    TypeArgs given = {ARENA_ARRAY(c->scratch, Type *, params.len), params.len};
    for (isize i = 0; i < targs.len; i++) {
        given.ptr[i] = targs.ptr[i];
    }
    /* What is given is no matter of inference: assigning is less strict than unifying. */
    Type *known = formals == NULL
                      ? NULL
                      : check_subst(c, (ObjectPos){0}, &formals->t, subst_map(params, given), NULL);
    Inference f = {
        .check = c,
        .pos = pos,
        .params = params,
        .given = given,
        .formals = tuple_vars((Tuple *)known),
        .args = args,
        .is_reverse = is_reverse,
        .err = err,
        .unifier = unifier_new(c, c->scratch, params, given),
    };
    TypeArgs found = run(&f);
    if (found.ptr != NULL && unifier_met_interface(f.unifier)) {
        record_feature(c, pos, LANG_INTERFACE_INFERENCE);
    }
    return found;
}

/* ---- renaming ---- */

/* It is of no use outside one call, and so not cleaned. */
static TypeParam *new_renamed(Checker *c, const TypeParam *p)
{
    Object *o = ARENA_NEW(c->arena, Object);
    o->kind = OBJECT_TYPE_NAME;
    o->name = p->obj->name;
    o->pkg = p->obj->pkg;
    o->pos = p->obj->pos;
    TypeParam *made = CHECK_NEW_TYPE(c, TYPE_PARAM, TypeParam);
    made->check = c;
    made->number = made->t.id;
    made->obj = o;
    made->index = p->index;
    o->type = &made->t;
    return made;
}

/* A function that calls itself would have the same parameters as those that are to be found:
 * func f[P any](x P) { f(x) }. */
TypeParams check_rename_params(Checker *c, ObjectPos pos, TypeParams params, Type **t)
{
    if (params.len == 0) {
        return params;
    }
    TypeParams renamed = {ARENA_ARRAY(c->arena, TypeParam *, params.len), params.len};
    TypeArgs to = {ARENA_ARRAY(c->scratch, Type *, params.len), params.len};
    for (isize i = 0; i < params.len; i++) {
        renamed.ptr[i] = new_renamed(c, params.ptr[i]);
        to.ptr[i] = &renamed.ptr[i]->t;
    }
    SubstMap map = subst_map(params, to);
    for (isize i = 0; i < params.len; i++) {
        renamed.ptr[i]->bound = check_subst(c, pos, params.ptr[i]->bound, map, NULL);
    }
    *t = check_subst(c, pos, *t, map, NULL);
    return renamed;
}
