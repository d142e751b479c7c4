/*
 * Comparisons: what may be compared with what, and why it may not.
 *
 * The place of an error is the operand that is to blame; where both are, the second one, because a
 * mismatch is known only there.
 */
#include "go/types/expr.h"

bool expr_is_comparison(Token op)
{
    static const bool is_comparison[TOKEN_COUNT] = {
        [TOKEN_EQL] = true, [TOKEN_NEQ] = true, [TOKEN_LSS] = true,
        [TOKEN_LEQ] = true, [TOKEN_GTR] = true, [TOKEN_GEQ] = true,
    };
    return is_comparison[op];
}

/* What makes a comparison wrong. */
typedef struct {
    const Operand *blamed; /* NULL: nothing */
    ErrCode code;
    Str cause; /* empty: the operator is not defined for it */
} Fault;

static Str incomparable_cause(Checker *c, Type *t)
{
    TypeKind kind = type_kind(type_under(t));
    if (kind == TYPE_SLICE || kind == TYPE_SIGNATURE || kind == TYPE_MAP) {
        Str what = type_composite_kind(t);
        return check_format(c, c->scratch, "%s can only be compared to nil", &what);
    }
    Str cause = S("");
    type_is_comparable(c, t, true, &cause);
    return cause;
}

static Fault find_equality_fault(Checker *c, const Operand *x, const Operand *y)
{
    if (operand_is_nil(c, x) || operand_is_nil(c, y)) {
        Type *other = operand_is_nil(c, x) ? y->type : x->type;
        return (Fault){.blamed = type_has_nil(other) ? NULL : y, .code = CODE_UNDEFINED_OP};
    }
    const Operand *operands[] = {x, y};
    for (isize i = 0; i < COUNT_OF(operands); i++) {
        Type *t = operands[i]->type;
        if (!type_is_comparable(c, t, true, NULL)) {
            return (Fault){operands[i], CODE_UNDEFINED_OP, incomparable_cause(c, t)};
        }
    }
    return (Fault){0};
}

static Fault find_fault(Checker *c, Operand *x, Operand *y, Token op)
{
    if (!operand_assignable(c, x, y->type, NULL, NULL) &&
        !operand_assignable(c, y, x->type, NULL, NULL)) {
        return (Fault){y, CODE_MISMATCHED_TYPES,
                       check_format(c, c->scratch, "mismatched types %t and %t", x->type, y->type)};
    }
    if (op == TOKEN_EQL || op == TOKEN_NEQ) {
        return find_equality_fault(c, x, y);
    }
    const Operand *blamed = !type_all(x->type, IS_ORDERED)   ? x
                            : !type_all(y->type, IS_ORDERED) ? y
                                                             : NULL;
    return (Fault){.blamed = blamed, .code = CODE_UNDEFINED_OP};
}

static void tell_fault(Checker *c, const Operand *x, const Operand *y, Token op,
                       bool is_switch_case, Fault fault)
{
    Str operator= token_text(op);
    Str cause = fault.cause;
    if (cause.len == 0 && (type_is_param(x->type) || type_is_param(y->type))) {
        fault.blamed = type_is_param(x->type) ? fault.blamed : y;
        cause = check_format(c, c->scratch, "type parameter %t cannot use operator %s",
                             fault.blamed->type, &operator);
    } else if (cause.len == 0) {
        Str what = type_composite_kind(fault.blamed->type);
        if (what.len == 0) {
            what = type_string(c, c->scratch, fault.blamed->type);
        }
        cause = check_format(c, c->scratch, "operator %s not defined on %s", &operator, & what);
    }
    Str left = operand_expr_text(c, c->scratch, x);
    Str right = operand_expr_text(c, c->scratch, y);
    if (is_switch_case) {
        check_error(c, x->expr, fault.code, "invalid case %s in switch on %s (%s)", &left, &right,
                    &cause);
    } else {
        check_error(c, fault.blamed->expr, fault.code, "invalid operation: %s %s %s (%s)", &left,
                    &operator, & right, &cause);
    }
}

/* In a case of a switch op does not matter. */
void check_comparison(Checker *c, Operand *x, Operand *y, Token op, bool is_switch_case)
{
    if (!type_is_valid(x->type) || !type_is_valid(y->type)) {
        operand_invalidate(x);
        return;
    }
    op = is_switch_case ? TOKEN_EQL : op;
    Fault fault = find_fault(c, x, y, op);
    if (fault.blamed != NULL) {
        tell_fault(c, x, y, op, is_switch_case, fault);
        operand_invalidate(x);
        return;
    }
    if (operand_is_constant(x) && operand_is_constant(y)) {
        x->value = constant_of_bool(constant_compare(*c->scratch, x->value, op, y->value));
    } else {
        x->mode = MODE_VALUE;
        check_update_expr_type(c, x->expr, type_default(c, x->type), true);
        check_update_expr_type(c, y->expr, type_default(c, y->type), true);
    }
    x->type = check_basic(c, BASIC_UNTYPED_BOOL);
}
