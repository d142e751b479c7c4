/* Predeclared functions of no type in particular: new, panic, print, recover; those of tests. */
#include "go/types/builtins_parts.h"

BUILTIN_CHECK(builtin_new)
{
    AstNode arg = call->exprs.ptr[0];
    check_expr_or_type(c, x, arg, false);
    check_exclude(c, x, 1u << MODE_NO_VALUE | 1u << MODE_BUILTIN);
    if (!operand_is_valid(x)) {
        return false;
    }
    if (x->mode == MODE_TYPE) {
        check_valid_var_type(c, arg, x->type);
    } else {
        if (!type_is_typed(x->type)) {
            check_assignment(c, x, NULL, S("argument to new"));
            if (!operand_is_valid(x)) {
                return false;
            }
        }
        check_verify_version(c, call->fun, LANG_NEW_VALUE, arg);
    }
    Type *t = x->type;
    x->mode = MODE_VALUE;
    x->type = (Type *)program_pointer(c->program, c->arena, t);
    builtin_record(c, call, x->type, t, NULL);
    return true;
}

BUILTIN_CHECK(builtin_panic)
{
    const Signature *sig = c->env.sig;
    if (sig != NULL && sig->results != NULL && sig->results->vars.len > 0) {
        check_add_panic(c, call->node); /* a function with results may end there */
    }
    Type *any = builtin_empty_interface(c);
    check_assignment(c, x, any, S("argument to panic"));
    if (!operand_is_valid(x)) {
        return false;
    }
    x->mode = MODE_NO_VALUE;
    builtin_record(c, call, NULL, any, NULL);
    return true;
}

BUILTIN_CHECK(builtin_print)
{
    Str context = str_concat(c->scratch, S("argument to built-in "), call->name);
    Type **types = ARENA_ARRAY(c->scratch, Type *, MAX(call->n_args, 1));
    for (isize i = 0; i < call->n_args; i++) {
        Operand *arg = call->args.ptr[i];
        check_assignment(c, arg, NULL, context);
        if (!operand_is_valid(arg)) {
            return false;
        }
        types[i] = arg->type;
    }
    x->mode = MODE_NO_VALUE;
    if (c->records) {
        record_builtin(c, call->fun, builtin_signature(c, NULL, types, call->n_args));
    }
    return true;
}

BUILTIN_CHECK(builtin_recover)
{
    x->mode = MODE_VALUE;
    x->type = builtin_empty_interface(c);
    builtin_record(c, call, x->type, NULL, NULL);
    return true;
}

/* ---- tests ---- */

BUILTIN_CHECK(builtin_assert)
{
    if (!operand_is_constant(x) || !type_is(x->type, IS_BOOLEAN)) {
        check_error(c, x->expr, CODE_TEST, "invalid argument: %o is not a boolean constant", x);
        return false;
    }
    if (constant_kind(x->value) != CONSTANT_BOOL) {
        check_error(c, x->expr, CODE_TEST,
                    "internal error: value of %o should be a boolean constant", x);
        return false;
    }
    if (!constant_bool(x->value)) {
        check_error(c, call->node, CODE_TEST, "%x failed", call->node);
    }
    return true;
}

/* Its result is its first argument, which may be a type. Nothing is shown: this is a library. */
BUILTIN_CHECK(builtin_trace)
{
    if (call->n_args == 0) {
        x->mode = MODE_NO_VALUE;
        return true;
    }
    for (isize i = 0; i < call->n_args; i++) {
        Operand rest = {0};
        check_raw_expr(c, NULL, i == 0 ? x : &rest, call->exprs.ptr[i], NULL, false);
    }
    return operand_is_valid(x);
}
