/*
 * Shifts. The left operand of a shift whose count is no constant may be an untyped constant: then
 * its type is what it would be if there were no shift, so its check is put off until that is known
 * (untyped.c).
 */
#include "go/types/expr.h"

/* Why a shift cannot be; format has one %o. */
static bool refuse(Checker *c, Operand *x, const Operand *blamed, ErrCode code, const char *format)
{
    check_error(c, blamed->expr, code, format, blamed);
    operand_invalidate(x);
    return false;
}

/* A constant count: its integer value goes to *ret, or something that is no integer. */
static bool check_constant_count(Checker *c, Operand *x, Operand *y, Constant *ret)
{
    *ret = constant_to_int(c->scratch, y->value);
    if (constant_kind(*ret) == CONSTANT_INT && constant_sign(*ret) < 0) {
        return refuse(c, x, y, CODE_INVALID_SHIFT_COUNT,
                      "invalid operation: negative shift count %o");
    }
    if (!type_is_typed(y->type)) {
        check_representable(c, y, c->program->basic[BASIC_UINT]);
        if (!operand_is_valid(y)) {
            operand_invalidate(x);
            return false;
        }
    }
    return true;
}

static bool check_variable_count(Checker *c, Operand *x, Operand *y)
{
    if (type_all(y->type, IS_INTEGER)) {
        if (!type_all(y->type, IS_UNSIGNED) &&
            !check_verify_version(c, y->expr, LANG_SIGNED_SHIFT, y)) {
            operand_invalidate(x);
            return false;
        }
        return true;
    }
    if (type_is_typed(y->type)) {
        return refuse(c, x, y, CODE_INVALID_SHIFT_COUNT,
                      "invalid operation: shift count %o must be integer");
    }
    check_convert_untyped(c, y, check_basic(c, BASIC_UINT));
    if (!operand_is_valid(y)) {
        operand_invalidate(x);
        return false;
    }
    return true;
}

/* x and y are constants with these integer values. */
static void shift_constant(Checker *c, Operand *x, const Operand *y, Constant x_value,
                           Constant y_value, AstNode e, Token op)
{
    bool is_unknown =
        constant_kind(x->value) == CONSTANT_UNKNOWN || constant_kind(y->value) == CONSTANT_UNKNOWN;
    uint64_t count = 0;
    if (!is_unknown && (!constant_uint64(y_value, &count) || count > CONSTANT_MAX_SHIFT)) {
        refuse(c, x, y, CODE_INVALID_SHIFT_COUNT, "invalid operation: invalid shift count %o");
        return;
    }
    if (!type_is(x->type, IS_INTEGER)) {
        x->type = check_basic(c, BASIC_UNTYPED_INT); /* of 2.0 << 1 */
    }
    if (is_unknown) {
        x->value = (Constant){0};
        return;
    }
    x->value = constant_shift(c->values, x_value, op, count);
    x->expr = e;
    const AstFile *f = &c->file->ast;
    check_overflow(c, x,
                   e == 0                              ? 0
                   : ast_kind(f, e) == AST_BINARY_EXPR ? ast_binary_expr(f, e)->op_pos
                                                       : ast_pos(f, e));
}

void expr_shift(Checker *c, Operand *x, Operand *y, AstNode e, Token op)
{
    static const char must_be_integer[] = "invalid operation: shifted operand %o must be integer";
    Constant x_value = {0};
    if (operand_is_constant(x)) {
        x_value = constant_to_int(c->scratch, x->value);
    }
    bool is_integer_constant = !type_is_typed(x->type) && constant_kind(x_value) == CONSTANT_INT;
    if (!type_all(x->type, IS_INTEGER) && !is_integer_constant) {
        refuse(c, x, x, CODE_INVALID_SHIFT_OPERAND, must_be_integer);
        return;
    }
    Constant y_value = {0};
    if (operand_is_constant(y)) {
        if (!check_constant_count(c, x, y, &y_value)) {
            return;
        }
    } else if (!check_variable_count(c, x, y)) {
        return;
    }
    if (operand_is_constant(x) && operand_is_constant(y)) {
        shift_constant(c, x, y, x_value, y_value, e, op);
        return;
    }
    if (operand_is_constant(x) && !type_is_typed(x->type)) {
        Untyped *untyped = recorded_untyped(c, x->expr); /* gone when x was checked twice */
        if (untyped != NULL) {
            untyped->is_lhs = true;
        }
    } else if (!type_all(x->type, IS_INTEGER)) {
        refuse(c, x, x, CODE_INVALID_SHIFT_OPERAND, must_be_integer);
        return;
    }
    x->mode = MODE_VALUE;
}
