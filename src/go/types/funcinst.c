/* Instances of generic functions, whether the type arguments are written or follow from what the
 * function is assigned to. */
#include "go/types/call.h"
#include "go/types/expr.h"
#include "go/types/generic.h"

/* ---- signatures ---- */

/* Type arguments of a signature, to be verified when all types are set up. */
typedef struct {
    SourcePos pos;
    TypeParams params;
    TypeArgs targs;
    AstNodes xlist;
} Verification;

static void verify(Checker *c, void *arg)
{
    const Verification *v = arg;
    Str cause = {0};
    isize i = check_verify(c, check_pos(c, v->pos), v->params, v->targs, &cause);
    if (i < 0) {
        mono_record_instance(c, v->pos, v->params, v->targs, v->xlist);
        return;
    }
    SourcePos pos = i < v->xlist.len ? ast_pos(&c->file->ast, v->xlist.ptr[i]) : v->pos;
    check_soft_error(c, check_pos(c, pos), CODE_INVALID_TYPE_ARG, "%s", &cause);
}

Signature *call_instantiate(Checker *c, SourcePos pos, AstNode e, Signature *sig, TypeArgs targs,
                            AstNodes xlist)
{
    ASSERT(sig->tparams.len == targs.len && xlist.len <= targs.len);
    Type *inst = check_instance(c, check_pos(c, pos), &sig->t, targs, NULL);
    record_instance(c, e, targs, inst);
    Verification *v = ARENA_NEW(c->scratch, Verification);
    *v = (Verification){pos, sig->tparams, targs, xlist};
    check_later(c, verify, v);
    return (Signature *)inst;
}

/* ---- type arguments that are missing ---- */

/* A generic function x that is assigned to a function type is taken as if func g(x) were called
 * with a value of that type: its parameter. */
static Tuple *parameter_for(Checker *c, const Operand *x, const Signature *sig)
{
    Signature *type = CHECK_NEW_TYPE(c, TYPE_SIGNATURE, Signature);
    type->params = sig->params;
    type->results = sig->results;
    type->is_variadic = sig->is_variadic;
    Object *var = ARENA_NEW(c->arena, Object);
    var->kind = OBJECT_VAR;
    var->var_kind = VAR_PARAM;
    var->pkg = c->pkg;
    var->pos = check_pos(c, ast_pos(&c->file->ast, x->expr));
    var->type = &type->t;
    Tuple *tuple = CHECK_NEW_TYPE(c, TYPE_TUPLE, Tuple);
    tuple->vars.ptr = ARENA_NEW(c->arena, Object *);
    tuple->vars.ptr[0] = var;
    tuple->vars.len = 1;
    return tuple;
}

static void require_assignable_generics(Checker *c, ObjectPos at, bool is_partial)
{
    Str how = is_partial ? S("partially") : S("implicitly");
    if (check_allows(c, LANG_FUNC_INSTANCE)) {
        check_verify_version_pos(c, at, LANG_FUNC_ASSIGNED, &how);
    }
}

/* All type arguments of x; ptr NULL, and told: they cannot be inferred. */
static TypeArgs infer_missing(Checker *c, const Target *t, ObjectPos at, const Operand *x,
                              TypeArgs targs)
{
    const Signature *sig = (Signature *)x->type;
    Operand arg = {.mode = MODE_VALUE, .expr = x->expr};
    Operand *only = &arg;
    Operands args = {&only, 0};
    Type *params = NULL;
    if (t != NULL && sig->tparams.len > 0) {
        params = &parameter_for(c, x, sig)->t;
        arg.shown = t->desc;
        arg.type = &t->sig->t;
        args.len = 1;
    }
    TypeParams renamed = check_rename_params(c, at, sig->tparams, &params);
    ErrorDesc err = check_error_begin(c, CODE_CANNOT_INFER_TYPE_ARGS);
    targs = check_infer(c, at, renamed, targs, (Tuple *)params, args, args.len > 0, &err);
    if (targs.ptr == NULL && err.parts.len > 0) {
        error_report(&err);
    }
    return targs;
}

/* The type arguments that are written; false: there is none, and x is invalid. */
static bool written_args(Checker *c, Operand *x, AstNodes indices, TypeArgs *ret)
{
    if (indices.len == 0) {
        return true;
    }
    *ret = check_type_list(c, indices);
    isize want = ((Signature *)x->type)->tparams.len;
    if (ret->ptr != NULL && ret->len > want) {
        check_error(c, indices.ptr[ret->len - 1], CODE_WRONG_TYPE_ARG_COUNT,
                    "got %d type arguments but want %d", (int)ret->len, (int)want);
        ret->ptr = NULL;
    }
    if (ret->ptr == NULL) {
        operand_invalidate(x);
        return false;
    }
    return true;
}

TypeArgs check_func_inst(Checker *c, const Target *t, SourcePos pos, Operand *x, AstNode index_expr,
                         bool infers)
{
    ASSERT(t != NULL || index_expr != 0);
    IndexedExpr ix = {0};
    if (index_expr != 0 && check_indexed(c, index_expr, &ix)) {
        x->expr = ix.orig;
    }
    ObjectPos at = check_pos(c, index_expr != 0 ? ix.lbrack : pos);
    check_verify_version_pos(c, at, LANG_FUNC_INSTANCE);
    TypeArgs targs = {0};
    if (!written_args(c, x, ix.indices, &targs)) {
        return (TypeArgs){0};
    }
    Signature *sig = (Signature *)x->type;
    if (targs.len < sig->tparams.len) {
        if (!infers) {
            return targs;
        }
        if (t != NULL) {
            require_assignable_generics(c, at, index_expr != 0);
        }
        targs = infer_missing(c, t, check_pos(c, pos), x, targs);
        if (targs.ptr == NULL) {
            operand_invalidate(x);
            return (TypeArgs){0};
        }
    }
    x->type =
        &call_instantiate(c, ast_pos(&c->file->ast, x->expr), x->expr, sig, targs, ix.indices)->t;
    x->mode = MODE_VALUE;
    return (TypeArgs){0};
}
