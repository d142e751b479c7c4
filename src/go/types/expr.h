/* What the files of expressions share: expr.c, comparison.c, shift.c, index.c, literals.c,
 * builtins_*.c. */
#ifndef GO_TYPES_EXPR_H
#define GO_TYPES_EXPR_H

#include "go/types/checker.h"

static inline void operand_invalidate(Operand *x)
{
    x->mode = MODE_INVALID;
}

static inline bool operand_is_valid(const Operand *x)
{
    return x->mode != MODE_INVALID;
}

static inline bool operand_is_constant(const Operand *x)
{
    return x->mode == MODE_CONSTANT;
}

/* x op y, of valid operands that were checked; e: the expression, for messages and the place of
 * what overflows; 0: that of an assignment operation. */
void expr_shift(Checker *c, Operand *x, Operand *y, AstNode e, Token op);

static inline bool expr_is_shift(Token op)
{
    return op == TOKEN_SHL || op == TOKEN_SHR;
}

bool expr_is_comparison(Token op);

/* Of an AstUnaryExpr. */
void check_unary(Checker *c, Operand *x, AstNode e);

#endif
