/*
 * Unary and binary operations, but for shifts and comparisons.
 *
 * The operand x of the left side becomes the result. Operations on constants are constants, of
 * which check_overflow has the last word.
 */
#include "go/types/expr.h"

/* What operators are defined for; 0: there is no such operator. */
static const uint8_t unary_infos[TOKEN_COUNT] = {
    [TOKEN_ADD] = IS_NUMERIC,
    [TOKEN_SUB] = IS_NUMERIC,
    [TOKEN_XOR] = IS_INTEGER,
    [TOKEN_NOT] = IS_BOOLEAN,
};

static const uint8_t binary_infos[TOKEN_COUNT] = {
    [TOKEN_ADD] = IS_NUMERIC | IS_STRING,
    [TOKEN_SUB] = IS_NUMERIC,
    [TOKEN_MUL] = IS_NUMERIC,
    [TOKEN_QUO] = IS_NUMERIC,
    [TOKEN_REM] = IS_INTEGER,
    [TOKEN_AND] = IS_INTEGER,
    [TOKEN_OR] = IS_INTEGER,
    [TOKEN_XOR] = IS_INTEGER,
    [TOKEN_AND_NOT] = IS_INTEGER,
    [TOKEN_LAND] = IS_BOOLEAN,
    [TOKEN_LOR] = IS_BOOLEAN,
};

static bool is_defined(Checker *c, Operand *x, Token op, const uint8_t *infos)
{
    Str text = token_text(op);
    if (infos[op] == 0) {
        check_error(c, x->expr, CODE_INVALID_SYNTAX_TREE, "unknown operator %s", &text);
        return false;
    }
    if (!type_all(x->type, infos[op])) {
        check_error(c, x->expr, CODE_UNDEFINED_OP,
                    "invalid operation: operator %s not defined on %o", &text, x);
        return false;
    }
    return true;
}

/* ---- channels ---- */

static bool is_chan(Type *t, Type *under, uint8_t wrong_dir, const char *wrong, Checker *c,
                    Str *ret_cause)
{
    const char *format = under == NULL                       ? "no specific channel type"
                         : type_kind(under) != TYPE_CHAN     ? "non-channel %t"
                         : ((Chan *)under)->dir == wrong_dir ? wrong
                                                             : NULL;
    if (format != NULL && ret_cause != NULL) {
        *ret_cause = check_format(c, c->scratch, format, t);
    }
    return format == NULL;
}

static bool can_receive(Checker *c, Type *t, Type *under, Str *ret_cause)
{
    return is_chan(t, under, AST_SEND, "send-only channel %t", c, ret_cause);
}

static bool can_send(Checker *c, Type *t, Type *under, Str *ret_cause)
{
    return is_chan(t, under, AST_RECV, "receive-only channel %t", c, ret_cause);
}

/* The type of what is received from x, or sent to it; NULL, and told at `at`: that cannot be. */
Type *check_chan_elem(Checker *c, ObjectPos at, Operand *x, bool is_receive)
{
    Str cause = S("");
    Type *under = type_common_under(c, x->type, is_receive ? can_receive : can_send, &cause);
    if (under != NULL) {
        return ((Chan *)under)->elem;
    }
    ErrCode code = is_receive ? CODE_INVALID_RECEIVE : CODE_INVALID_SEND;
    Str what = is_receive ? S("receive from") : S("send to");
    if (type_is_param(x->type)) {
        check_error_pos(c, at, code, "invalid operation: cannot %s %o: %s", &what, x, &cause);
    } else {
        check_error_pos(c, at, code, "invalid operation: cannot %s %s %o", &what, &cause, x);
    }
    return NULL;
}

/* ---- unary operations ---- */

static bool take_address(Checker *c, Operand *x, AstNode operand)
{
    const AstFile *f = &c->file->ast;
    if (x->mode != MODE_VARIABLE && ast_kind(f, ast_unparen(f, operand)) != AST_COMPOSITE_LIT) {
        check_error(c, x->expr, CODE_UNADDRESSABLE_OPERAND,
                    "invalid operation: cannot take address of %o", x);
        return false;
    }
    x->mode = MODE_VALUE;
    x->type = (Type *)program_pointer(c->program, c->arena, x->type);
    return true;
}

static bool receive(Checker *c, Operand *x)
{
    ObjectPos at = check_pos(c, ast_pos(&c->file->ast, x->expr));
    Type *elem = check_chan_elem(c, at, x, true);
    if (elem == NULL || !check_is_complete(c, elem)) {
        return false;
    }
    x->mode = MODE_COMMA_OK;
    x->type = elem;
    c->env.has_call_or_recv = true;
    return true;
}

/* Takes ~ for the ^ that may have been meant. */
static bool refuse_tilde(Checker *c, const Operand *x, AstNode e)
{
    bool is_integer = type_all(x->type, IS_INTEGER);
    check_error(c, e, CODE_UNDEFINED_OP,
                is_integer ? "cannot use ~ outside of interface or type constraint (use ^ for "
                             "bitwise complement)"
                           : "cannot use ~ outside of interface or type constraint");
    return is_integer;
}

static void apply_unary(Checker *c, Operand *x, AstNode e, Token op)
{
    if (!operand_is_constant(x)) {
        x->mode = MODE_VALUE;
        return;
    }
    if (constant_kind(x->value) == CONSTANT_UNKNOWN) {
        return;
    }
    int size = 0;
    if (type_is(x->type, IS_UNSIGNED)) {
        size = (int)size_of(c->program, x->type) * 8;
        BasicKind kind = (BasicKind)((Basic *)type_under(x->type))->kind;
        if (kind == BASIC_UINT || kind == BASIC_UINTPTR) {
            check_mind_word(c); /* of all bits of a word */
        }
    }
    x->value = constant_unary(c->values, op, x->value, size);
    x->expr = e;
    check_overflow(c, x, ast_pos(&c->file->ast, e));
}

void check_unary(Checker *c, Operand *x, AstNode e)
{
    const AstFile *f = &c->file->ast;
    AstNode operand = ast_unary_expr(f, e)->x;
    Token op = ast_tok(f, e);
    check_expr(c, NULL, x, operand);
    if (!operand_is_valid(x)) {
        return;
    }
    bool is_valid;
    if (op == TOKEN_AND) {
        is_valid = take_address(c, x, operand);
    } else if (op == TOKEN_ARROW) {
        is_valid = receive(c, x);
    } else {
        is_valid = op != TOKEN_TILDE || refuse_tilde(c, x, e);
        op = op == TOKEN_TILDE ? TOKEN_XOR : op;
        is_valid = is_valid && is_defined(c, x, op, unary_infos);
        if (is_valid) {
            apply_unary(c, x, e, op);
            return;
        }
    }
    if (!is_valid) {
        operand_invalidate(x);
    }
}

/* ---- binary operations ---- */

static void tell_mismatch(Checker *c, const Operand *x, const Operand *y, AstNode e, AstNode lhs,
                          Token op)
{
    if (!type_is_valid(x->type) || !type_is_valid(y->type)) {
        return;
    }
    if (e != 0) {
        check_error(c, e, CODE_MISMATCHED_TYPES,
                    "invalid operation: %x (mismatched types %t and %t)", e, x->type, y->type);
        return;
    }
    Str text = token_text(op);
    Str right = operand_expr_text(c, c->scratch, y);
    check_error(c, x->expr, CODE_MISMATCHED_TYPES,
                "invalid operation: %x %s= %s (mismatched types %t and %t)", lhs, &text, &right,
                x->type, y->type);
}

/* Also of complex divisors whose square is zero, by which nothing can be divided. */
static bool is_division_by_zero(Checker *c, const Operand *x, const Operand *y)
{
    if (!operand_is_constant(y)) {
        return false;
    }
    if ((operand_is_constant(x) || type_all(x->type, IS_INTEGER)) && constant_sign(y->value) == 0) {
        return true;
    }
    if (!operand_is_constant(x) || !type_is(x->type, IS_COMPLEX) ||
        constant_kind(y->value) == CONSTANT_UNKNOWN) {
        return false;
    }
    Arena *a = c->arena;
    Constant re = constant_real(y->value);
    Constant im = constant_imag(a, y->value);
    return constant_sign(constant_binary(a, re, TOKEN_MUL, re)) == 0 &&
           constant_sign(constant_binary(a, im, TOKEN_MUL, im)) == 0;
}

static void apply_binary(Checker *c, Operand *x, const Operand *y, AstNode e, Token op,
                         SourcePos op_pos)
{
    if (!operand_is_constant(x) || !operand_is_constant(y)) {
        x->mode = MODE_VALUE;
        return;
    }
    if (constant_kind(x->value) == CONSTANT_UNKNOWN ||
        constant_kind(y->value) == CONSTANT_UNKNOWN) {
        x->value = (Constant){0};
        return;
    }
    bool is_truncating = op == TOKEN_QUO && type_is(x->type, IS_INTEGER);
    x->value =
        constant_binary(c->values, x->value, is_truncating ? TOKEN_QUO_ASSIGN : op, y->value);
    x->expr = e;
    check_overflow(c, x, op_pos);
}

/* What ++ and -- add. It stands nowhere; errors about it are where the operand is. */
static Operand untyped_one(Checker *c, AstNode at)
{
    return (Operand){.mode = MODE_CONSTANT,
                     .expr = at,
                     .shown = S("1"),
                     .type = check_basic(c, BASIC_UNTYPED_INT),
                     .value = constant_of_int(c->values, 1)};
}

/* e is 0 for the operation of an assignment, lhs op= rhs; rhs is 0 for ++ and --. */
void check_binary(Checker *c, Operand *x, AstNode e, AstNode lhs, AstNode rhs, Token op,
                  SourcePos op_pos)
{
    Operand y = {0};
    check_expr(c, NULL, x, lhs);
    if (rhs != 0) {
        check_expr(c, NULL, &y, rhs);
    } else {
        y = untyped_one(c, lhs);
    }
    if (!operand_is_valid(x)) {
        return;
    }
    if (!operand_is_valid(&y)) {
        operand_invalidate(x);
        x->expr = y.expr;
        return;
    }
    if (expr_is_shift(op)) {
        expr_shift(c, x, &y, e, op);
        return;
    }
    check_match_types(c, x, &y);
    if (!operand_is_valid(x)) {
        return;
    }
    if (expr_is_comparison(op)) {
        check_comparison(c, x, &y, op, false);
        return;
    }
    if (!type_identical(x->type, y.type)) {
        tell_mismatch(c, x, &y, e, lhs, op);
        operand_invalidate(x);
        return;
    }
    if (!is_defined(c, x, op, binary_infos)) {
        operand_invalidate(x);
        return;
    }
    if ((op == TOKEN_QUO || op == TOKEN_REM) && is_division_by_zero(c, x, &y)) {
        check_error(c, y.expr, CODE_DIV_BY_ZERO, "invalid operation: division by zero");
        operand_invalidate(x);
        return;
    }
    apply_binary(c, x, &y, e, op, op_pos);
}
