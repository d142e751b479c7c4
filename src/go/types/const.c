/*
 * Constants as operands: what type can hold them, and what is told when it cannot.
 *
 * The arithmetic is constant.c's. Here are the limits of the types: a typed constant is rounded to,
 * or refused by, its type after each operation; an untyped one only must not grow without end.
 */
#include "go/types/constant.h"

#include "go/types/checker.h"
#include "go/types/representable.h"

/* ---- representability ---- */

/* Whether words of 4 and of 8 bytes differ in what they hold of an integer. */
static bool minds_word(const Checker *c, Constant x, BasicKind kind)
{
    Constant ignored;
    return constant_bit_len(x) >= 32 &&
           constant_is_representable(c->scratch, x, kind, 32, &ignored) !=
               constant_is_representable(c->scratch, x, kind, 64, &ignored);
}

/* Whether a value of type t can be x, as constant_is_representable; *ret_rounded, which may be
 * where x came from, is there only when it is wanted. */
bool constant_representable(const Checker *c, Constant x, const Basic *t, Constant *ret_rounded)
{
    Constant rounded = x;
    BasicKind kind = (BasicKind)t->kind;
    int bits = c->program->word_size * 8;
    bool fits = constant_is_representable(c->values, x, kind, bits, &rounded);
    bool is_of_word = kind == BASIC_INT || kind == BASIC_UINT || kind == BASIC_UINTPTR;
    if (is_of_word && constant_kind(rounded) == CONSTANT_INT && minds_word(c, rounded, kind)) {
        check_mind_word(c);
    }
    if (ret_rounded != NULL) {
        *ret_rounded = rounded;
    }
    return fits;
}

/* x->value as a value of type t; false with a code. */
static bool represent(const Checker *c, const Operand *x, const Basic *t, Constant *ret,
                      ErrCode *ret_code)
{
    ASSERT(x->mode == MODE_CONSTANT);
    Constant value = x->value;
    if (constant_representable(c, x->value, t, &value)) {
        *ret = value;
        return true;
    }
    bool is_numeric = type_is(x->type, IS_NUMERIC) && (t->info & IS_NUMERIC) != 0;
    bool is_truncated = !type_is(x->type, IS_INTEGER) && (t->info & IS_INTEGER) != 0;
    *ret_code = !is_numeric    ? CODE_INVALID_CONST_VAL
                : is_truncated ? CODE_TRUNCATED_FLOAT
                               : CODE_NUMERIC_OVERFLOW;
    return false;
}

void check_invalid_conversion(Checker *c, ErrCode code, Operand *x, Type *target)
{
    const char *format = code == CODE_TRUNCATED_FLOAT    ? "%o truncated to %t"
                         : code == CODE_NUMERIC_OVERFLOW ? "%o overflows %t"
                                                         : "cannot convert %o to type %t";
    check_error(c, x->expr, code, format, x, target);
}

void check_representable(Checker *c, Operand *x, Basic *t)
{
    ErrCode code;
    if (!represent(c, x, t, &x->value, &code)) {
        check_invalid_conversion(c, code, x, (Type *)t);
        x->mode = MODE_INVALID;
    }
}

/* ---- results of operations ---- */

/* "addition " and the like, of what may make a constant too large. */
static Str operation_text(const AstFile *f, AstNode e)
{
    static const Str binary[TOKEN_COUNT] = {
        [TOKEN_ADD] = STR_CONST("addition "),    [TOKEN_SUB] = STR_CONST("subtraction "),
        [TOKEN_XOR] = STR_CONST("bitwise XOR "), [TOKEN_MUL] = STR_CONST("multiplication "),
        [TOKEN_SHL] = STR_CONST("shift "),
    };
    if (e != 0 && ast_kind(f, e) == AST_BINARY_EXPR) {
        return binary[ast_tok(f, e)];
    }
    bool is_complement = e != 0 && ast_kind(f, e) == AST_UNARY_EXPR && ast_tok(f, e) == TOKEN_XOR;
    return is_complement ? S("bitwise complement ") : S("");
}

void check_overflow(Checker *c, Operand *x, SourcePos op_pos)
{
    ASSERT(x->mode == MODE_CONSTANT);
    ObjectPos at = check_pos(c, op_pos);
    ConstantKind kind = constant_kind(x->value);
    if (kind == CONSTANT_UNKNOWN) {
        check_error_pos(c, at, CODE_INVALID_CONST_VAL, "constant result is not representable");
        return;
    }
    if (type_is_typed(x->type)) {
        check_representable(c, x, (Basic *)type_under(x->type));
        return;
    }
    if (kind == CONSTANT_INT && constant_bit_len(x->value) > CONSTANT_PRECISION) {
        Str operation = operation_text(&c->file->ast, x->expr);
        check_error_pos(c, at, CODE_INVALID_CONST_VAL, "constant %soverflow", &operation);
        x->value = (Constant){0};
    } else if (kind == CONSTANT_STRING && constant_string_len(x->value) > CONSTANT_MAX_STRING) {
        check_error_pos(c, at, CODE_INVALID_CONST_VAL,
                        "constant string too long (%l bytes > %l bytes)",
                        (int64_t)constant_string_len(x->value), (int64_t)CONSTANT_MAX_STRING);
        x->value = (Constant){0};
    }
}

/* ---- from untyped to typed ---- */

/* Whether a value that is no constant, of an untyped kind, goes with the basic type target. These
 * are results of comparisons, shifts whose check was put off, and nil. */
static bool untyped_value_fits(BasicKind kind, Type *target)
{
    switch ((int)kind) {
    case BASIC_UNTYPED_BOOL:
        return type_is(target, IS_BOOLEAN);
    case BASIC_UNTYPED_INT:
    case BASIC_UNTYPED_RUNE:
    case BASIC_UNTYPED_FLOAT:
    case BASIC_UNTYPED_COMPLEX:
        return type_is(target, IS_NUMERIC);
    case BASIC_UNTYPED_STRING:
        return type_is(target, IS_STRING);
    case BASIC_UNTYPED_NIL:
        return type_has_nil(target); /* unsafe.Pointer */
    }
    return false;
}

typedef struct {
    Checker *check;
    Operand *x;
} EachTarget;

static bool is_implicit_type(void *context, Type *t, Type *under)
{
    (void)t;
    EachTarget *each = context;
    return under != NULL && check_implicit_type(each->check, each->x, under, NULL, NULL) != NULL;
}

/* nil stays untyped, which is what tools want to see. */
static Type *implicit_interface(Checker *c, Operand *x, Type *target)
{
    if (type_is_param(target)) {
        if (!type_each(target, is_implicit_type, &(EachTarget){c, x})) {
            return NULL;
        }
        return operand_is_nil(c, x) ? x->type : target;
    }
    if (operand_is_nil(c, x)) {
        return x->type;
    }
    const TypeSet *set = interface_set(c, (Interface *)type_under(target));
    return typeset_is_all(set) ? type_default(c, x->type) : NULL;
}

static Type *implicit_typed(Checker *c, Operand *x, Type *target, Constant *ret_value,
                            ErrCode *ret_code)
{
    Type *under = type_under(target);
    switch (type_kind(under)) {
    case TYPE_BASIC:
        if (x->mode == MODE_CONSTANT) {
            return represent(c, x, (const Basic *)under, ret_value, ret_code) ? target : NULL;
        }
        if (!untyped_value_fits((BasicKind)((const Basic *)x->type)->kind, target)) {
            return NULL;
        }
        return ((const Basic *)x->type)->kind == BASIC_UNTYPED_NIL ? x->type : target;
    case TYPE_INTERFACE:
        return implicit_interface(c, x, target);
    case TYPE_POINTER:
    case TYPE_SIGNATURE:
    case TYPE_SLICE:
    case TYPE_MAP:
    case TYPE_CHAN:
        return operand_is_nil(c, x) ? x->type : NULL;
    case TYPE_ARRAY:
    case TYPE_STRUCT:
    case TYPE_TUPLE:
    case TYPE_UNION:
    case TYPE_NAMED:
    case TYPE_PARAM:
    case TYPE_ALIAS:
        return NULL;
    }
    UNREACHABLE("type kind");
}

/* The type that an untyped x takes where target is expected; NULL with a code: it cannot. The value
 * is x's, as that type has it. Either of the ret may be NULL. */
Type *check_implicit_type(Checker *c, Operand *x, Type *target, Constant *ret_value,
                          ErrCode *ret_code)
{
    Constant value = x->value;
    ErrCode code = CODE_INVALID_UNTYPED_CONVERSION;
    Type *t;
    if (x->mode == MODE_INVALID || type_is_typed(x->type) || !type_is_valid(target)) {
        t = x->type;
    } else if (!type_is_typed(target)) {
        t = type_max(x->type, target);
    } else {
        t = implicit_typed(c, x, target, &value, &code);
    }
    if (ret_value != NULL && t != NULL) {
        *ret_value = value;
    }
    if (ret_code != NULL) {
        *ret_code = t != NULL ? (ErrCode)0 : code;
    }
    return t;
}

void check_convert_untyped(Checker *c, Operand *x, Type *target)
{
    Constant value;
    ErrCode code;
    Type *t = check_implicit_type(c, x, target, &value, &code);
    if (t == NULL) {
        check_invalid_conversion(c, code, x, type_is_param(target) ? target : type_under(target));
        x->mode = MODE_INVALID;
        return;
    }
    if (x->mode == MODE_CONSTANT && type_is_typed(target) && value.word != x->value.word) {
        x->value = value;
        check_update_expr_value(c, x->expr, value);
    }
    if (t != x->type) {
        x->type = t;
        check_update_expr_type(c, x->expr, t, false);
    }
}
