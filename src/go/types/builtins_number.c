/* Predeclared functions of numbers, and of all that is ordered: complex, real, imag, min, max. */
#include "go/types/builtins_parts.h"

/* ---- from floats to complex numbers and back ---- */

/* The kind of result for each kind of argument; 0: none. */
typedef const uint8_t *KindTable;

static const uint8_t complex_of[BASIC_COUNT] = {
    [BASIC_FLOAT32] = BASIC_COMPLEX64,
    [BASIC_FLOAT64] = BASIC_COMPLEX128,
    [BASIC_UNTYPED_FLOAT] = BASIC_UNTYPED_COMPLEX,
};

static const uint8_t float_of[BASIC_COUNT] = {
    [BASIC_COMPLEX64] = BASIC_FLOAT32,
    [BASIC_COMPLEX128] = BASIC_FLOAT64,
    [BASIC_UNTYPED_COMPLEX] = BASIC_UNTYPED_FLOAT,
};

/* NULL: none. */
static Type *map_kind(Checker *c, KindTable table, Type *t)
{
    Type *under = type_under(t);
    BasicKind result = BASIC_INVALID;
    if (type_kind(under) == TYPE_BASIC) {
        result = (BasicKind)table[((const Basic *)under)->kind];
    }
    return result != BASIC_INVALID ? check_basic(c, result) : NULL;
}

/* A constraint of these terms. */
static Type *new_constraint(Checker *c, Term *terms, isize n)
{
    Union *u = CHECK_NEW_TYPE(c, TYPE_UNION, Union);
    u->terms = terms;
    u->n_terms = n;
    Interface *t = check_new_interface(c);
    t->embeddeds = ARENA_NEW(c->arena, Type *);
    t->embeddeds[0] = (Type *)u;
    t->n_embeddeds = 1;
    t->is_complete = true;
    return (Type *)t;
}

/* The result of a type parameter is one, too: of what its terms give. Go refuses to have such a
 * thing; all that follows is checked nevertheless. */
static Type *map_param(Checker *c, KindTable table, const Operand *x, const BuiltinCall *call,
                       ErrCode code)
{
    TypeParam *param = (TypeParam *)type_unalias(x->type);
    const TypeSet *set = interface_set(c, param_interface(c, param));
    if (!typeset_has_terms(set)) {
        return NULL;
    }
    Term *terms = ARENA_ARRAY(c->arena, Term, set->terms.len);
    for (isize i = 0; i < set->terms.len; i++) {
        Term term = set->terms.ptr[i];
        terms[i] = (Term){.is_tilde = term.is_tilde, .type = map_kind(c, table, term.type)};
        if (terms[i].type == NULL) {
            return NULL;
        }
    }
    check_soft_error(c, check_pos(c, ast_pos(&c->file->ast, x->expr)), code,
                     "%o not supported as argument to built-in %s for go1.18 (see "
                     "go.dev/issue/50937)",
                     x, &call->name);
    Object *name = check_new_object(c, OBJECT_TYPE_NAME, 0, param->obj->name, NULL);
    TypeParam *result = check_new_param(c, name, new_constraint(c, terms, set->terms.len));
    result->index = param->index;
    return (Type *)result;
}

static Type *map_type(Checker *c, KindTable table, const Operand *x, const BuiltinCall *call,
                      ErrCode code)
{
    return type_is_param(x->type) ? map_param(c, table, x, call, code)
                                  : map_kind(c, table, x->type);
}

/* ---- complex ---- */

/* An untyped constant that is real may be taken for a float. */
static void take_for_float(Checker *c, Operand *x)
{
    if (type_is(x->type, IS_NUMERIC) && constant_sign(constant_imag(c->scratch, x->value)) == 0) {
        x->type = check_basic(c, BASIC_UNTYPED_FLOAT);
    }
}

/* Gives x and y one type as far as that can be. Those that are untyped and not constant have a
 * shift in them: as floats they get the error that belongs to that. */
static void match_parts(Checker *c, Operand *x, Operand *y)
{
    bool is_x_typed = type_is_typed(x->type);
    bool is_y_typed = type_is_typed(y->type);
    if (is_x_typed && is_y_typed) {
        return;
    }
    if (is_y_typed) {
        check_convert_untyped(c, x, y->type);
    } else if (is_x_typed) {
        check_convert_untyped(c, y, x->type);
    } else if (operand_is_constant(x) && operand_is_constant(y)) {
        take_for_float(c, x);
        take_for_float(c, y);
    } else {
        check_convert_untyped(c, x, check_basic(c, BASIC_FLOAT64));
        check_convert_untyped(c, y, check_basic(c, BASIC_FLOAT64));
    }
}

BUILTIN_CHECK(builtin_complex)
{
    Operand *y = call->args.ptr[1];
    match_parts(c, x, y);
    if (!operand_is_valid(x) || !operand_is_valid(y)) {
        return false;
    }
    if (!type_identical(x->type, y->type)) {
        check_error(c, x->expr, CODE_INVALID_COMPLEX,
                    "invalid operation: %x (mismatched types %t and %t)", call->node, x->type,
                    y->type);
        return false;
    }
    Type *result = map_type(c, complex_of, x, call, CODE_INVALID_COMPLEX);
    if (result == NULL) {
        check_error(c, x->expr, CODE_INVALID_COMPLEX,
                    "invalid argument: arguments have type %t, expected floating-point", x->type);
        return false;
    }
    if (operand_is_constant(x) && operand_is_constant(y)) {
        Arena *a = c->values;
        Constant imag = constant_of_imag(a, constant_to_float(a, y->value));
        x->value = constant_binary(a, constant_to_float(a, x->value), TOKEN_ADD, imag);
    } else {
        x->mode = MODE_VALUE;
        builtin_record(c, call, result, x->type, x->type);
    }
    x->type = result;
    return true;
}

BUILTIN_CHECK(builtin_real_imag)
{
    bool is_real = call->id == BUILTIN_REAL;
    ErrCode code = is_real ? CODE_INVALID_REAL : CODE_INVALID_IMAG;
    if (!type_is_typed(x->type) && operand_is_constant(x)) {
        bool is_number = type_is(x->type, IS_NUMERIC);
        x->type = is_number ? check_basic(c, BASIC_UNTYPED_COMPLEX) : x->type;
    } else if (!type_is_typed(x->type)) {
        check_convert_untyped(c, x, check_basic(c, BASIC_COMPLEX128)); /* a shift: an error */
        if (!operand_is_valid(x)) {
            return false;
        }
    }
    Type *result = map_type(c, float_of, x, call, code);
    if (result == NULL) {
        check_error(c, x->expr, code,
                    "invalid argument: argument has type %t, expected complex type", x->type);
        return false;
    }
    if (operand_is_constant(x)) {
        x->value = is_real ? constant_real(x->value) : constant_imag(c->values, x->value);
    } else {
        x->mode = MODE_VALUE;
        builtin_record(c, call, result, x->type, NULL);
    }
    x->type = result;
    return true;
}

/* ---- min and max ---- */

/* Takes an argument into x, which is the smallest, or largest, of those before it. */
static bool join_argument(Checker *c, Operand *x, Operand *y, Token op)
{
    check_match_types(c, x, y);
    if (!operand_is_valid(x)) {
        return false;
    }
    if (!type_identical(x->type, y->type)) {
        Str text = operand_expr_text(c, c->scratch, y);
        check_error(c, y->expr, CODE_MISMATCHED_TYPES,
                    "invalid argument: mismatched types %t (previous argument) and %t (type of %s)",
                    x->type, y->type, &text);
        return false;
    }
    if (!operand_is_constant(x) || !operand_is_constant(y)) {
        x->mode = MODE_VALUE;
    } else if (constant_compare(*c->scratch, y->value, op, x->value)) {
        *x = *y;
    }
    return true;
}

static void record_min_max(Checker *c, const Operand *x, const BuiltinCall *call)
{
    Type **types = ARENA_ARRAY(c->scratch, Type *, call->n_args);
    for (isize i = 0; i < call->n_args; i++) {
        types[i] = x->type;
    }
    record_builtin(c, call->fun, builtin_signature(c, x->type, types, call->n_args));
}

BUILTIN_CHECK(builtin_min_max)
{
    check_verify_version(c, call->fun, LANG_MIN_MAX, &call->name);
    Token op = call->id == BUILTIN_MAX ? TOKEN_GTR : TOKEN_LSS;
    for (isize i = 0; i < call->n_args; i++) {
        Operand *arg = call->args.ptr[i];
        if (!operand_is_valid(arg)) {
            return false;
        }
        if (!type_all(arg->type, IS_ORDERED)) {
            check_error(c, arg->expr, CODE_INVALID_MIN_MAX_OPERAND,
                        "invalid argument: %o cannot be ordered", arg);
            return false;
        }
        if (i > 0 && !join_argument(c, x, arg, op)) {
            return false;
        }
    }
    if (!operand_is_constant(x)) {
        x->mode = MODE_VALUE;
        Str context = str_concat(c->scratch, S("argument to built-in "), call->name);
        check_assignment(c, x, builtin_empty_interface(c), context);
        if (!operand_is_valid(x)) {
            return false;
        }
    }
    for (isize i = 0; i < call->n_args; i++) {
        check_update_expr_type(c, call->args.ptr[i]->expr, x->type, true);
    }
    if (!operand_is_constant(x) && c->records) {
        record_min_max(c, x, call);
    }
    return true;
}
