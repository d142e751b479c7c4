/*
 * Calls: conversions, predeclared functions, and functions and methods, generic ones too; lists of
 * expressions that are arguments; and the evaluation of what is only looked at so that the names in
 * it count as used.
 */
#include "go/types/call.h"

#include "go/types/builtins.h"
#include "go/types/expr.h"
#include "go/types/generic.h"

#define NO_ARGUMENT (1u << MODE_NO_VALUE | 1u << MODE_BUILTIN | 1u << MODE_TYPE)

/* ---- lists of expressions ---- */

static Operand *new_operand(Checker *c)
{
    return ARENA_NEW(c->scratch, Operand);
}

static Operands new_operands(Checker *c, isize n)
{
    return (Operands){ARENA_ARRAY(c->scratch, Operand *, n), n};
}

Operands check_expr_list(Checker *c, AstNodes list)
{
    if (list.len == 1) {
        bool is_comma_ok;
        return check_multi_expr(c, list.ptr[0], false, &is_comma_ok);
    }
    Operands all = new_operands(c, list.len);
    for (isize i = 0; i < list.len; i++) {
        all.ptr[i] = new_operand(c);
        check_expr(c, NULL, all.ptr[i], list.ptr[i]);
    }
    return all;
}

/* An argument with an index, which may be f[int] of a generic function f. Since Go 1.21 that may
 * lack type arguments: *ret_targs are then those that there are. False: e is something else, and x
 * untouched. (go/types evaluates a[i] again when it is no function, and so as often as arguments
 * nest.) */
static bool indexed_argument(Checker *c, Operand *x, AstNode e, TypeArgs *ret_targs)
{
    IndexedExpr ix;
    if (!check_indexed(c, e, &ix)) {
        return false;
    }
    if (!check_index_expr(c, x, e)) {
        x->expr = e;
        record_operand(c, x);
        check_exclude(c, x, NO_ARGUMENT);
        return true;
    }
    TypeArgs targs = check_func_inst(c, NULL, ast_pos(&c->file->ast, e), x, e,
                                     !check_allows(c, LANG_FUNC_ARGUMENT));
    if (targs.ptr != NULL) {
        *ret_targs = targs;
        x->expr = ix.orig;
    } else {
        record_operand(c, x);
    }
    return true;
}

/* The results of a call as arguments. */
static Operands results_of(Checker *c, AstNode e, const Tuple *t)
{
    Operands all = new_operands(c, t->vars.len);
    for (isize i = 0; i < t->vars.len; i++) {
        all.ptr[i] = new_operand(c);
        *all.ptr[i] = (Operand){.mode = MODE_VALUE, .expr = e, .type = t->vars.ptr[i]->type};
    }
    return all;
}

static Operands only_argument(Checker *c, AstNode e, TypeArgs **ret_targs)
{
    Operand *x = new_operand(c);
    Operands one = new_operands(c, 1);
    one.ptr[0] = x;
    TypeArgs targs = {0};
    if (indexed_argument(c, x, e, &targs)) {
        if (targs.ptr != NULL) {
            *ret_targs = ARENA_NEW(c->scratch, TypeArgs);
            **ret_targs = targs;
        }
        return one;
    }
    check_raw_expr(c, NULL, x, e, NULL, true);
    check_exclude(c, x, NO_ARGUMENT);
    return x->mode != MODE_INVALID && x->type != NULL && type_kind(x->type) == TYPE_TUPLE
               ? results_of(c, e, (Tuple *)x->type)
               : one;
}

/* Arguments, which may be generic functions without all type arguments; those that they have are in
 * *ret_targs, NULL where none has any. */
static Operands generic_list(Checker *c, AstNodes list, TypeArgs **ret_targs)
{
    *ret_targs = NULL;
    if (list.len == 1) {
        return only_argument(c, list.ptr[0], ret_targs);
    }
    Operands all = new_operands(c, list.len);
    for (isize i = 0; i < list.len; i++) {
        Operand *x = all.ptr[i] = new_operand(c);
        TypeArgs targs = {0};
        if (!indexed_argument(c, x, list.ptr[i], &targs)) {
            check_generic_expr(c, x, list.ptr[i]);
        } else if (targs.ptr != NULL) {
            if (*ret_targs == NULL) {
                *ret_targs = ARENA_ARRAY(c->scratch, TypeArgs, list.len);
            }
            (*ret_targs)[i] = targs;
        }
    }
    return all;
}

/* ---- conversions and predeclared functions ---- */

/* The interface that a conversion to t cannot be to: one that is only for constraints. */
static bool is_constraint_only(Checker *c, Type *t)
{
    Interface *interface = as_interface(type_under(t));
    return interface != NULL && !type_is_param(t) &&
           !typeset_is_method_set(interface_set(c, interface));
}

static void convert_argument(Checker *c, Operand *x, AstNode call, AstNode arg, Type *t)
{
    check_expr(c, check_new_target(c, t, S("conversion")), x, arg);
    if (x->mode == MODE_INVALID) {
        return;
    }
    if (ast_call_expr(&c->file->ast, call)->ellipsis != 0) {
        check_error(c, arg, CODE_BAD_DOT_DOT_DOT_SYNTAX, "invalid use of ... in conversion to %t",
                    t);
    } else if (is_constraint_only(c, t)) {
        check_error(c, call, CODE_MISPLACED_CONSTRAINT_IFACE,
                    "cannot use interface %t in conversion (contains specific type constraints or "
                    "is comparable)",
                    t);
    } else {
        check_conversion(c, x, t);
        return;
    }
    /* As in go/types, x stays the argument: what follows is checked with it. */
}

static ExprKind call_of_type(Checker *c, Operand *x, AstNode e, AstNodes args)
{
    check_non_generic(c, NULL, x);
    if (x->mode == MODE_INVALID) {
        return EXPR_CONVERSION;
    }
    Type *t = x->type;
    operand_invalidate(x);
    if (check_is_complete(c, t)) {
        if (args.len == 0) {
            SourcePos rparen = ast_call_expr(&c->file->ast, e)->rparen;
            check_error_pos(c, check_pos(c, rparen), CODE_WRONG_ARG_COUNT,
                            "missing argument in conversion to %t", t);
        } else if (args.len == 1) {
            convert_argument(c, x, e, args.ptr[0], t);
        } else {
            check_use(c, args.ptr, args.len);
            check_error(c, args.ptr[args.len - 1], CODE_WRONG_ARG_COUNT,
                        "too many arguments in conversion to %t", t);
        }
    }
    x->expr = e;
    return EXPR_CONVERSION;
}

static ExprKind call_of_builtin(Checker *c, Operand *x, AstNode e)
{
    uint32_t id = x->builtin;
    if (!check_builtin(c, x, e, id)) {
        operand_invalidate(x);
    }
    x->expr = e;
    if (x->mode != MODE_INVALID && x->mode != MODE_CONSTANT) {
        c->env.has_call_or_recv = true;
    }
    return (ExprKind)builtin_infos[id].kind;
}

/* ---- functions ---- */

static bool is_function(Checker *c, Type *t, Type *under, Str *ret_cause)
{
    bool is = under == NULL || type_kind(under) == TYPE_SIGNATURE;
    if (!is && ret_cause != NULL) {
        *ret_cause = check_format(c, c->scratch, "%t is not a function", t);
    }
    return is;
}

static ExprKind invalid_call(Operand *x, AstNode e)
{
    operand_invalidate(x);
    x->expr = e;
    return EXPR_STATEMENT;
}

/* The type arguments that are written with the function of a call. When these are all, its
 * signature is instantiated at once, so that this is recorded also where the arguments are
 * wrong. False, and told: they are wrong. */
static bool take_type_args(Checker *c, CallArguments *in, const IndexedExpr *ix)
{
    TypeArgs targs = check_type_list(c, ix->indices);
    if (targs.ptr == NULL) {
        return false;
    }
    isize want = in->sig->tparams.len;
    if (targs.len > want) {
        check_error(c, ix->indices.ptr[want], CODE_WRONG_TYPE_ARG_COUNT,
                    "got %d type arguments but want %d", (int)targs.len, (int)want);
        return false;
    }
    if (targs.len < want) {
        in->targs = targs;
        in->xlist = ix->indices;
        return true;
    }
    check_verify_version_pos(c, check_pos(c, ix->lbrack), LANG_FUNC_INSTANCE);
    in->sig = call_instantiate(c, ast_pos(&c->file->ast, ix->orig), ix->orig, in->sig, targs,
                               ix->indices);
    return true;
}

/* What the call of a function is: its results. Without one x keeps the type of the function, which
 * errors show. */
static bool take_results(Checker *c, Operand *x, const Signature *sig, bool is_cgo)
{
    Objects results = tuple_vars(sig->results);
    if (results.len == 0) {
        x->mode = MODE_NO_VALUE;
        return true;
    }
    x->mode = is_cgo && results.len == 1 ? MODE_COMMA_ERR : MODE_VALUE;
    if (results.len == 1 && !check_is_complete(c, results.ptr[0]->type)) {
        return false;
    }
    x->type = results.len == 1 ? results.ptr[0]->type : &sig->results->t;
    return true;
}

static ExprKind call_of_function(Checker *c, Operand *x, AstNode e, AstNodes args,
                                 const IndexedExpr *ix)
{
    bool is_cgo = x->mode == MODE_CGO_FUNC;
    Str cause = {0};
    CallArguments in = {.call = e};
    in.sig = (Signature *)type_common_under(c, x->type, is_function, &cause);
    if (in.sig == NULL) {
        check_error(c, x->expr, CODE_INVALID_CALL, "invalid operation: cannot call %o: %s", x,
                    &cause);
        if (package_has_unknown(c->pkg)) { /* go/types passes over them */
            check_use(c, args.ptr, args.len);
        }
        return invalid_call(x, e);
    }
    bool was_generic = in.sig->tparams.len > 0;
    if (ix != NULL && !take_type_args(c, &in, ix)) {
        check_use(c, args.ptr, args.len);
        return invalid_call(x, e);
    }
    in.args = generic_list(c, args, &in.atargs);
    Signature *sig = call_arguments(c, &in);
    if (was_generic && sig->tparams.len == 0) {
        record_type(c, ast_call_expr(&c->file->ast, e)->fun, MODE_VALUE, &sig->t, NULL);
    }
    if (!take_results(c, x, sig, is_cgo)) {
        return invalid_call(x, e);
    }
    x->expr = e;
    c->env.has_call_or_recv = true;
    if (x->mode == MODE_VALUE && sig->tparams.len > 0 &&
        type_is_parameterized(sig->tparams, x->type)) {
        operand_invalidate(x); /* nothing has a type with parameters that were not inferred */
    }
    return EXPR_STATEMENT;
}

ExprKind check_call(Checker *c, Operand *x, AstNode e)
{
    const AstCallExpr *call = ast_call_expr(&c->file->ast, e);
    AstNodes args = ast_list(&c->file->ast, &call->args);
    IndexedExpr indexed;
    const IndexedExpr *ix = NULL;
    if (check_indexed(c, call->fun, &indexed)) {
        if (check_index_expr(c, x, call->fun)) {
            ix = &indexed; /* instantiated with the arguments, which may tell more */
        }
        x->expr = call->fun;
        record_operand(c, x);
    } else {
        check_expr_or_type(c, x, call->fun, true);
    }
    if (x->mode == MODE_INVALID) {
        check_use(c, args.ptr, args.len);
        x->expr = e;
        return EXPR_STATEMENT;
    }
    if (x->mode == MODE_TYPE) {
        return call_of_type(c, x, e, args);
    }
    if (x->mode == MODE_BUILTIN) {
        return call_of_builtin(c, x, e);
    }
    return call_of_function(c, x, e, args, ix);
}

/* ---- use ---- */

static bool use_one(Checker *c, AstNode e, bool is_lhs)
{
    const AstFile *file = &c->file->ast;
    AstNode inner = e == 0 ? 0 : ast_unparen(file, e);
    Operand x = {.mode = MODE_VALUE}; /* anything but invalid */
    if (inner == 0) {
        return true;
    }
    if (ast_kind(file, inner) != AST_IDENT) {
        check_raw_expr(c, NULL, &x, e, NULL, true);
        return x.mode != MODE_INVALID;
    }
    Name name = ast_name(file, inner);
    if (name == NAME_BLANK) {
        return true;
    }
    Object *var = is_lhs ? check_local_var(c, name) : NULL;
    bool was_used = var != NULL && var->is_used;
    check_expr_or_type(c, &x, inner, true);
    if (var != NULL) {
        var->is_used = was_used;
    }
    return x.mode != MODE_INVALID;
}

static bool use_all(Checker *c, const AstNode *list, isize n, bool is_lhs)
{
    bool is_ok = true;
    for (isize i = 0; i < n; i++) {
        is_ok = use_one(c, list[i], is_lhs) && is_ok;
    }
    return is_ok;
}

bool check_use(Checker *c, const AstNode *list, isize n)
{
    return use_all(c, list, n, false);
}

bool check_use_lhs(Checker *c, const AstNode *list, isize n)
{
    return use_all(c, list, n, true);
}
