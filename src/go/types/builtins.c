/*
 * Calls of predeclared functions: what is the same for all, and who checks which.
 *
 * Most functions get their arguments evaluated, the first of them as x. A few take a type, or an
 * expression that is not evaluated, and see to that themselves. Their names and numbers of
 * arguments are in builtin_infos (universe.c).
 */
#include "go/types/builtins_parts.h"

typedef struct {
    CheckBuiltin check;
    bool evaluates; /* its arguments itself */
} Row;

static const Row rows[BUILTIN_COUNT] = {
    [BUILTIN_APPEND] = {builtin_append, false},
    [BUILTIN_CAP] = {builtin_cap_len, false},
    [BUILTIN_CLEAR] = {builtin_clear, false},
    [BUILTIN_CLOSE] = {builtin_close, false},
    [BUILTIN_COMPLEX] = {builtin_complex, false},
    [BUILTIN_COPY] = {builtin_copy, false},
    [BUILTIN_DELETE] = {builtin_delete, false},
    [BUILTIN_IMAG] = {builtin_real_imag, false},
    [BUILTIN_LEN] = {builtin_cap_len, false},
    [BUILTIN_MAKE] = {builtin_make, true},
    [BUILTIN_MAX] = {builtin_min_max, false},
    [BUILTIN_MIN] = {builtin_min_max, false},
    [BUILTIN_NEW] = {builtin_new, true},
    [BUILTIN_PANIC] = {builtin_panic, false},
    [BUILTIN_PRINT] = {builtin_print, false},
    [BUILTIN_PRINTLN] = {builtin_print, false},
    [BUILTIN_REAL] = {builtin_real_imag, false},
    [BUILTIN_RECOVER] = {builtin_recover, false},
    [BUILTIN_ADD] = {builtin_add, false},
    [BUILTIN_ALIGNOF] = {builtin_alignof, false},
    [BUILTIN_OFFSETOF] = {builtin_offsetof, true},
    [BUILTIN_SIZEOF] = {builtin_sizeof, false},
    [BUILTIN_SLICE] = {builtin_slice, false},
    [BUILTIN_SLICE_DATA] = {builtin_slice_data, false},
    [BUILTIN_STRING] = {builtin_string, false},
    [BUILTIN_STRING_DATA] = {builtin_string_data, false},
    [BUILTIN_ASSERT] = {builtin_assert, false},
    [BUILTIN_TRACE] = {builtin_trace, true},
};

/* ---- what they share ---- */

/* Where nobody records what is called, a signature is gone with this check and needs no number. */
static void *new_type(Checker *c, TypeKind kind, isize size)
{
    if (c->records) {
        return check_new_type(c, kind, size);
    }
    Type *t = arena_alloc(c->scratch, 1, size, _Alignof(void *));
    t->kind = (uint8_t)kind;
    return t;
}

static Tuple *new_tuple(Checker *c, VarKind kind, Type *const *types, isize n)
{
    Tuple *tuple = new_type(c, TYPE_TUPLE, sizeof(Tuple));
    tuple->vars = (Objects){ARENA_ARRAY(c->arena, Object *, MAX(n, 1)), n};
    for (isize i = 0; i < n; i++) {
        tuple->vars.ptr[i] = check_new_var(c, kind, 0, 0, types[i]);
    }
    return tuple;
}

Signature *builtin_signature(Checker *c, Type *result, Type *const *params, isize n_params)
{
    Type **types = ARENA_ARRAY(c->scratch, Type *, MAX(n_params, 1));
    for (isize i = 0; i < n_params; i++) {
        types[i] = type_default(c, params[i]);
    }
    Signature *sig = new_type(c, TYPE_SIGNATURE, sizeof(Signature));
    sig->params = new_tuple(c, VAR_PARAM, types, n_params);
    sig->results = result != NULL ? new_tuple(c, VAR_RESULT, &result, 1) : NULL;
    return sig;
}

void builtin_record(Checker *c, const BuiltinCall *call, Type *result, Type *first, Type *second)
{
    if (c->records) {
        Type *params[] = {first, second};
        isize n = (first != NULL) + (second != NULL);
        record_builtin(c, call->fun, builtin_signature(c, result, params, n));
    }
}

Type *builtin_empty_interface(Checker *c)
{
    if (c->empty_interface == NULL) {
        Interface *t = CHECK_NEW_TYPE(c, TYPE_INTERFACE, Interface);
        t->is_complete = true;
        interface_set(c, t); /* now: other packages may see it, on threads of their own */
        c->empty_interface = (Type *)t;
    }
    return c->empty_interface;
}

Type *builtin_byte_slice(Checker *c)
{
    return (Type *)program_slice(c->program, c->arena, check_basic(c, BASIC_BYTE));
}

Type *builtin_byte_pointer(Checker *c)
{
    return (Type *)program_pointer(c->program, c->arena, check_basic(c, BASIC_BYTE));
}

Type *builtin_deref_array(Type *t)
{
    bool is_pointer = false;
    Type *base = type_deref(t, &is_pointer);
    Type *under = is_pointer ? type_under(base) : t;
    return is_pointer && type_kind(under) == TYPE_ARRAY ? under : t;
}

/* ---- the call ---- */

/* Evaluates the arguments and puts the first into x. False: one is not valid. */
static bool evaluate(Checker *c, Operand *x, BuiltinCall *call)
{
    call->args = check_expr_list(c, call->exprs);
    call->n_args = call->args.len;
    for (isize i = 0; i < call->args.len; i++) {
        if (!operand_is_valid(call->args.ptr[i])) {
            return false;
        }
    }
    if (call->args.len > 0) {
        *x = *call->args.ptr[0];
    }
    return true;
}

static bool has_right_count(Checker *c, const BuiltinCall *call)
{
    const BuiltinInfo *info = &builtin_infos[call->id];
    bool has_few = call->n_args < info->n_args;
    if (!has_few && (info->is_variadic || call->n_args == info->n_args)) {
        return true;
    }
    Str problem = has_few ? S("not enough") : S("too many");
    SourcePos rparen = ast_call_expr(&c->file->ast, call->node)->rparen;
    check_error_pos(c, check_pos(c, rparen), CODE_WRONG_ARG_COUNT,
                    "invalid operation: %s arguments for %x (expected %d, found %d)", &problem,
                    call->node, (int)info->n_args, (int)call->n_args);
    return false;
}

static bool check_call_of(Checker *c, Operand *x, BuiltinCall *call)
{
    const Row *row = &rows[call->id];
    call->n_args = call->exprs.len;
    if (!row->evaluates && !evaluate(c, x, call)) {
        return false;
    }
    return has_right_count(c, call) && row->check(c, x, call);
}

/* Checks a call of the function with that id. x becomes the result, but for x->expr; false: an
 * error was told, and x is anything. */
bool check_builtin(Checker *c, Operand *x, AstNode node, uint32_t id)
{
    const AstCallExpr *expr = ast_call_expr(&c->file->ast, node);
    BuiltinCall call = {
        .node = node,
        .fun = expr->fun,
        .id = (BuiltinId)id,
        .name = builtin_infos[id].name,
        .has_dots = expr->ellipsis != 0,
        .exprs = ast_list(&c->file->ast, &expr->args),
    };
    if (call.has_dots && id != BUILTIN_APPEND) {
        check_error_pos(c, check_pos(c, expr->ellipsis), CODE_INVALID_DOT_DOT_DOT,
                        "invalid operation: invalid use of ... with built-in %s", &call.name);
        check_use(c, call.exprs.ptr, call.exprs.len);
        return false;
    }
    /* len and cap of an array are constant unless it takes a call to get it: what was called within
     * them does not count around them. */
    bool asks_for_calls = id == BUILTIN_LEN || id == BUILTIN_CAP;
    bool had_call = c->env.has_call_or_recv;
    c->env.has_call_or_recv = had_call && !asks_for_calls;
    bool is_valid = check_call_of(c, x, &call);
    if (asks_for_calls) {
        c->env.has_call_or_recv = had_call;
    }
    x->shown = (Str){0};
    return is_valid;
}
