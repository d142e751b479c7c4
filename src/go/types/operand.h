/* What an expression came to while it is checked: go/types' operand. */
#ifndef GO_TYPES_OPERAND_H
#define GO_TYPES_OPERAND_H

#include "go/types/object.h"

typedef enum {
    MODE_INVALID, /* an error was told */
    MODE_NO_VALUE,
    MODE_BUILTIN,
    MODE_TYPE,
    MODE_CONSTANT,
    MODE_VARIABLE, /* addressable */
    MODE_MAP_INDEX,
    MODE_VALUE,
    MODE_COMMA_OK,
    MODE_COMMA_ERR,
    MODE_CGO_FUNC,
} OperandMode;

typedef struct {
    OperandMode mode;
    uint32_t builtin; /* of MODE_BUILTIN */
    AstNode expr;     /* in the file of the environment; 0: none */
    Str shown;        /* in place of expr, which then is only where it stands; len 0: expr */
    Type *type;       /* NULL with MODE_INVALID and MODE_NO_VALUE */
    Constant value;   /* of MODE_CONSTANT */
} Operand;

typedef struct {
    Operand **ptr;
    isize len;
} Operands;

#endif
