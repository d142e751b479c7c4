/*
 * Expressions: from a node to an operand, by its kind.
 *
 * What comes in is a node of the file of the environment; what goes out is an operand, recorded,
 * whose mode says what the expression is: a value, a variable, a type, a constant. Callers take
 * from that what may stand where they are (check_expr, check_expr_or_type, check_multi_expr); the
 * rest is told here once.
 */
#include "go/types/expr.h"

#define NOT_VALUES (1u << MODE_NO_VALUE | 1u << MODE_BUILTIN | 1u << MODE_TYPE)

/* ---- what may stand where ---- */

const Target *check_new_target(Checker *c, Type *t, Str desc)
{
    Str cause;
    Type *under = t != NULL ? type_common_under(c, t, NULL, &cause) : NULL;
    if (under == NULL || type_kind(under) != TYPE_SIGNATURE) {
        return NULL;
    }
    Target *target = ARENA_NEW(c->scratch, Target);
    *target = (Target){(Signature *)under, desc};
    return target;
}

/* A generic type, or a generic function whose type arguments no target gives, is an error. */
void check_non_generic(Checker *c, const Target *t, Operand *x)
{
    if (!operand_is_valid(x) || x->mode == MODE_NO_VALUE || x->type == NULL) {
        return;
    }
    TypeKind kind = type_kind(x->type);
    Str what = S("");
    if (kind == TYPE_ALIAS || kind == TYPE_NAMED) {
        what = type_is_generic(x->type) ? S("type") : what;
    } else if (kind == TYPE_SIGNATURE && ((Signature *)x->type)->tparams.len > 0) {
        if (t != NULL) {
            check_func_inst(c, t, ast_pos(&c->file->ast, x->expr), x, 0, true);
            return;
        }
        what = S("function");
    }
    if (what.len > 0) {
        Str text = operand_expr_text(c, c->scratch, x);
        check_error(c, x->expr, CODE_WRONG_TYPE_ARG_COUNT,
                    "cannot use generic %s %s without instantiation", &what, &text);
        operand_invalidate(x);
        x->type = check_basic(c, BASIC_INVALID);
    }
}

void check_exclude(Checker *c, Operand *x, unsigned modes)
{
    if ((modes & 1u << x->mode) == 0) {
        return;
    }
    const char *format;
    ErrCode code;
    if (x->mode == MODE_NO_VALUE) {
        format = modes & 1u << MODE_TYPE ? "%o used as value" : "%o used as value or type";
        code = CODE_TOO_MANY_VALUES;
    } else if (x->mode == MODE_BUILTIN) {
        format = "%o must be called";
        code = CODE_UNCALLED_BUILTIN;
    } else {
        ASSERT(x->mode == MODE_TYPE);
        format = "%o is not an expression";
        code = CODE_NOT_AN_EXPR;
    }
    check_error(c, x->expr, code, format, x);
    operand_invalidate(x);
}

void check_single_value(Checker *c, Operand *x)
{
    if (x->mode == MODE_VALUE && x->type != NULL && type_kind(x->type) == TYPE_TUPLE) {
        check_error(c, x->expr, CODE_TOO_MANY_VALUES, "multiple-value %o in single-value context",
                    x);
        operand_invalidate(x);
    }
}

void check_expr(Checker *c, const Target *t, Operand *x, AstNode e)
{
    check_raw_expr(c, t, x, e, NULL, false);
    check_exclude(c, x, NOT_VALUES);
    check_single_value(c, x);
}

void check_expr_with_hint(Checker *c, Operand *x, AstNode e, Type *hint)
{
    check_raw_expr(c, NULL, x, e, hint, true);
    check_exclude(c, x, NOT_VALUES);
    check_single_value(c, x);
}

void check_generic_expr(Checker *c, Operand *x, AstNode e)
{
    check_expr_with_hint(c, x, e, NULL);
}

void check_expr_or_type(Checker *c, Operand *x, AstNode e, bool allows_generic)
{
    check_raw_expr(c, NULL, x, e, NULL, allows_generic);
    check_exclude(c, x, 1u << MODE_NO_VALUE);
    check_single_value(c, x);
}

/* ---- several values ---- */

static Operands new_operands(Checker *c, isize n)
{
    Operand *operands = ARENA_ARRAY(c->scratch, Operand, n);
    Operands list = {ARENA_ARRAY(c->scratch, Operand *, n), n};
    for (isize i = 0; i < n; i++) {
        list.ptr[i] = &operands[i];
    }
    return list;
}

/* "1st function result" */
static Str result_text(Checker *c, isize i)
{
    static const char *const endings[] = {"st", "nd", "rd", "th"};
    return str_format(c->scratch, "%td%s function result", i + 1, endings[MIN(i, 3)]);
}

static Operands unpack_tuple(Checker *c, AstNode e, const Tuple *tuple)
{
    Operands list = new_operands(c, tuple->vars.len);
    for (isize i = 0; i < list.len; i++) {
        *list.ptr[i] = (Operand){.mode = MODE_VALUE,
                                 .expr = e,
                                 .shown = result_text(c, i),
                                 .type = tuple->vars.ptr[i]->type};
    }
    return list;
}

/* The values of e, one or several. Where a second value may be asked for (v, ok := m[k]), and e has
 * one, it is the second of two. If something was wrong the first is not valid. */
Operands check_multi_expr(Checker *c, AstNode e, bool allows_comma_ok, bool *ret_is_comma_ok)
{
    Operand x = {0};
    check_raw_expr(c, NULL, &x, e, NULL, false);
    check_exclude(c, &x, NOT_VALUES);
    *ret_is_comma_ok = false;
    if (operand_is_valid(&x) && x.type != NULL && type_kind(x.type) == TYPE_TUPLE) {
        return unpack_tuple(c, e, (const Tuple *)x.type);
    }
    bool is_comma_ok = allows_comma_ok && (x.mode == MODE_MAP_INDEX || x.mode == MODE_COMMA_OK ||
                                           x.mode == MODE_COMMA_ERR);
    Operands list = new_operands(c, is_comma_ok ? 2 : 1);
    *list.ptr[0] = x;
    if (is_comma_ok) {
        bool is_err = x.mode == MODE_COMMA_ERR;
        *list.ptr[1] = (Operand){
            .mode = MODE_VALUE,
            .expr = e,
            .shown = is_err ? S("err value of (comma, err) expression")
                            : S("ok value of (comma, ok) expression"),
            .type = is_err ? c->program->error : check_basic(c, BASIC_UNTYPED_BOOL),
        };
        *ret_is_comma_ok = true;
    }
    return list;
}

/* ---- by kind ---- */

/* Checks e into x, which is invalid as yet. False: an error was told, or is known. */
typedef bool (*CheckKind)(Checker *c, const Target *t, Operand *x, AstNode e, Type *hint);

/* A handler has its parameters whether it needs them or not. */
#define HANDLER(name)                                                                            \
    static bool name(Checker *c, const Target *t __attribute__((unused)), Operand *x, AstNode e, \
                     Type *hint __attribute__((unused)))

HANDLER(handle_ident)
{
    check_ident(c, x, e, false);
    return true;
}

HANDLER(handle_selector)
{
    check_selector(c, x, e, false);
    return true;
}

HANDLER(handle_ellipsis)
{
    (void)x;
    check_error(c, e, CODE_INVALID_SYNTAX_TREE, "invalid use of ...");
    return false;
}

HANDLER(handle_key_value)
{
    (void)x;
    check_error(c, e, CODE_INVALID_SYNTAX_TREE, "no key:value expected");
    return false;
}

HANDLER(handle_basic_lit)
{
    check_basic_lit(c, x, e);
    return operand_is_valid(x);
}

HANDLER(handle_func_lit)
{
    check_func_lit(c, x, e);
    return operand_is_valid(x);
}

HANDLER(handle_composite_lit)
{
    check_composite_lit(c, x, e, hint);
    return operand_is_valid(x);
}

HANDLER(handle_index)
{
    if (check_index_expr(c, x, e)) {
        check_func_inst(c, t, ast_pos(&c->file->ast, e), x, e, true);
    }
    return operand_is_valid(x);
}

HANDLER(handle_slice)
{
    check_slice_expr(c, x, e);
    return operand_is_valid(x);
}

HANDLER(handle_unary)
{
    check_unary(c, x, e);
    return operand_is_valid(x);
}

HANDLER(handle_binary)
{
    const AstBinaryExpr *binary = ast_binary_expr(&c->file->ast, e);
    check_binary(c, x, e, binary->x, binary->y, ast_tok(&c->file->ast, e), binary->op_pos);
    return operand_is_valid(x);
}

HANDLER(handle_type)
{
    x->mode = MODE_TYPE;
    x->type = check_type(c, e);
    return true;
}

HANDLER(handle_type_assert)
{
    const AstTypeAssertExpr *assertion = ast_type_assert_expr(&c->file->ast, e);
    check_expr(c, NULL, x, assertion->x);
    if (!operand_is_valid(x)) {
        return false;
    }
    if (assertion->type == 0) {
        check_error(c, e, CODE_BAD_TYPE_KEYWORD, "use of .(type) outside type switch");
        return false;
    }
    if (type_is_param(x->type)) {
        check_error(c, x->expr, CODE_INVALID_ASSERT,
                    "invalid operation: cannot use type assertion on type parameter value %o", x);
        return false;
    }
    if (type_kind(type_under(x->type)) != TYPE_INTERFACE) {
        check_error(c, x->expr, CODE_INVALID_ASSERT, "invalid operation: %o is not an interface",
                    x);
        return false;
    }
    Type *type = check_var_type(c, assertion->type);
    if (!type_is_valid(type) || !check_is_complete(c, type)) {
        return false;
    }
    check_type_assertion(c, e, x, type, false);
    x->mode = MODE_COMMA_OK;
    x->type = type;
    return true;
}

typedef struct {
    Checker *check;
    const Operand *x;
    Type *base; /* NULL: of no type yet */
} Indirection;

static bool is_pointer_to_same(void *context, Type *t, Type *under)
{
    (void)t;
    Indirection *indirection = context;
    const Operand *x = indirection->x;
    if (under == NULL || type_kind(under) != TYPE_POINTER) {
        check_error(indirection->check, x->expr, CODE_INVALID_INDIRECTION,
                    "invalid operation: cannot indirect %o", x);
        return false;
    }
    Type *base = ((const Pointer *)under)->elem;
    if (indirection->base != NULL && !type_identical(base, indirection->base)) {
        check_error(indirection->check, x->expr, CODE_INVALID_INDIRECTION,
                    "invalid operation: pointers of %o must have identical base types", x);
        return false;
    }
    indirection->base = base;
    return true;
}

HANDLER(handle_star)
{
    AstNode operand = ast_star_expr(&c->file->ast, e)->x;
    check_expr_or_type(c, x, operand, false);
    if (!operand_is_valid(x)) {
        return false;
    }
    if (x->mode == MODE_TYPE) {
        check_valid_var_type(c, operand, x->type);
        x->type = (Type *)program_pointer(c->program, c->arena, x->type);
        return true;
    }
    Indirection indirection = {.check = c, .x = x};
    if (x->type == NULL || !type_each(x->type, is_pointer_to_same, &indirection) ||
        !check_is_complete(c, indirection.base)) {
        return false;
    }
    x->mode = MODE_VARIABLE;
    x->type = indirection.base;
    return true;
}

/* NULL: an error was told already, or there is a case for it in check_internal. */
static const CheckKind handlers[AST_COUNT] = {
    [AST_IDENT] = handle_ident,
    [AST_ELLIPSIS] = handle_ellipsis,
    [AST_BASIC_LIT] = handle_basic_lit,
    [AST_FUNC_LIT] = handle_func_lit,
    [AST_COMPOSITE_LIT] = handle_composite_lit,
    [AST_SELECTOR_EXPR] = handle_selector,
    [AST_INDEX_EXPR] = handle_index,
    [AST_INDEX_LIST_EXPR] = handle_index,
    [AST_SLICE_EXPR] = handle_slice,
    [AST_TYPE_ASSERT_EXPR] = handle_type_assert,
    [AST_STAR_EXPR] = handle_star,
    [AST_UNARY_EXPR] = handle_unary,
    [AST_BINARY_EXPR] = handle_binary,
    [AST_KEY_VALUE_EXPR] = handle_key_value,
    [AST_ARRAY_TYPE] = handle_type,
    [AST_STRUCT_TYPE] = handle_type,
    [AST_FUNC_TYPE] = handle_type,
    [AST_INTERFACE_TYPE] = handle_type,
    [AST_MAP_TYPE] = handle_type,
    [AST_CHAN_TYPE] = handle_type,
};

static ExprKind check_internal(Checker *c, const Target *t, Operand *x, AstNode e, Type *hint)
{
    const AstFile *f = &c->file->ast;
    *x = (Operand){.mode = MODE_INVALID, .expr = e, .type = check_basic(c, BASIC_INVALID)};
    AstKind kind = ast_kind(f, e);
    if (kind == AST_PAREN_EXPR) {
        ExprKind inner = check_raw_expr(c, NULL, x, ast_paren_expr(f, e)->x, NULL, false);
        x->expr = e;
        return inner;
    }
    if (kind == AST_CALL_EXPR) {
        return check_call(c, x, e);
    }
    bool is_good = handlers[kind] != NULL && handlers[kind](c, t, x, e, hint);
    x->expr = e;
    if (!is_good) {
        operand_invalidate(x);
        return EXPR_STATEMENT; /* so that nobody adds "is not used" */
    }
    bool is_receive = kind == AST_UNARY_EXPR && ast_tok(f, e) == TOKEN_ARROW;
    return is_receive ? EXPR_STATEMENT : EXPR_EXPRESSION;
}

/* At its beginning: to look for its end or for another place in it could nest as deep as it. */
void check_refuse_deep(Checker *c, AstNode e, const char *message)
{
    check_error_pos(c, check_pos(c, ast_pos(&c->file->ast, e)), CODE_INVALID_SYNTAX_TREE, message);
}

/* t: what a generic function is assigned to, or NULL; hint: the type of an element of a composite
 * literal, or NULL. */
ExprKind check_raw_expr(Checker *c, const Target *t, Operand *x, AstNode e, Type *hint,
                        bool allows_generic)
{
    if (check_is_too_deep(c)) {
        *x = (Operand){.mode = MODE_INVALID, .expr = e, .type = check_basic(c, BASIC_INVALID)};
        check_refuse_deep(c, e, "expression is nested too deeply");
        return EXPR_STATEMENT;
    }
    ExprKind kind = check_internal(c, t, x, e, hint);
    if (!allows_generic) {
        check_non_generic(c, t, x);
    }
    record_operand(c, x);
    c->n_expressions++;
    c->n_untyped += x->mode == MODE_INVALID;
    return kind;
}

/* ---- type assertions ---- */

/* Whether a value of the interface x may be a t. */
void check_type_assertion(Checker *c, AstNode e, Operand *x, Type *t, bool is_type_switch)
{
    Str cause = S("");
    if (lookup_assertable(c, x->type, t, &cause)) {
        return;
    }
    if (is_type_switch) {
        check_error(c, e, CODE_IMPOSSIBLE_ASSERT,
                    "impossible type switch case: %x\n\t%o cannot have dynamic type %t %s", e, x, t,
                    &cause);
    } else {
        check_error(c, e, CODE_IMPOSSIBLE_ASSERT,
                    "impossible type assertion: %x\n\t%t does not implement %t %s", e, t, x->type,
                    &cause);
    }
}
