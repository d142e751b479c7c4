/*
 * Operands: how messages describe them, and what they can be assigned to.
 *
 * A description says what the expression is, its kind and its type: "x (variable of type int)".
 * What kind of type a name stands for is added, so that a reader need not look it up: "variable of
 * struct type T", "variable of type P constrained by C".
 */
#include "go/types/builtins.h"

static const Str mode_texts[] = {
    [MODE_INVALID] = STR_CONST("invalid operand"),
    [MODE_NO_VALUE] = STR_CONST("no value"),
    [MODE_BUILTIN] = STR_CONST("built-in"),
    [MODE_TYPE] = STR_CONST("type"),
    [MODE_CONSTANT] = STR_CONST("constant"),
    [MODE_VARIABLE] = STR_CONST("variable"),
    [MODE_MAP_INDEX] = STR_CONST("map index expression"),
    [MODE_VALUE] = STR_CONST("value"),
    [MODE_COMMA_OK] = STR_CONST("comma, ok expression"),
    [MODE_COMMA_ERR] = STR_CONST("comma, error expression"),
    [MODE_CGO_FUNC] = STR_CONST("cgo function"),
};

static const Str composite_kinds[] = {
    [TYPE_BASIC] = STR_CONST(""),
    [TYPE_ARRAY] = STR_CONST("array"),
    [TYPE_SLICE] = STR_CONST("slice"),
    [TYPE_STRUCT] = STR_CONST("struct"),
    [TYPE_POINTER] = STR_CONST("pointer"),
    [TYPE_TUPLE] = STR_CONST("tuple"),
    [TYPE_SIGNATURE] = STR_CONST("func"),
    [TYPE_UNION] = STR_CONST("union"),
    [TYPE_INTERFACE] = STR_CONST("interface"),
    [TYPE_MAP] = STR_CONST("map"),
    [TYPE_CHAN] = STR_CONST("chan"),
    [TYPE_NAMED] = STR_CONST(""),
    [TYPE_PARAM] = STR_CONST(""),
    [TYPE_ALIAS] = STR_CONST(""),
};

/* "array", "slice", ...; empty for what is of a basic type. */
Str type_composite_kind(Type *t)
{
    return composite_kinds[type_kind(type_under(t))];
}

bool operand_is_nil(const Checker *c, const Operand *x)
{
    return x->mode == MODE_VALUE && x->type == check_basic(c, BASIC_UNTYPED_NIL);
}

/* ---- descriptions ---- */

/* What x->expr is shown as; empty when there is nothing. */
Str operand_expr_text(Checker *c, Arena *a, const Operand *x)
{
    if (x->shown.len > 0 || x->expr == 0) {
        return x->shown;
    }
    StrBuf b = strbuf_init(a);
    expr_write(&b, c->program, &c->file->ast, x->expr);
    return strbuf_str(&b);
}

/* What stands before the parenthesis; empty when there is nothing to show. */
static Str expression_text(Checker *c, Arena *a, const Operand *x)
{
    if (x->shown.len > 0 || x->expr != 0) {
        return operand_expr_text(c, a, x);
    }
    if (x->mode == MODE_BUILTIN) {
        return builtin_infos[x->builtin].name;
    }
    if (x->mode == MODE_TYPE) {
        return type_string(c, a, x->type);
    }
    return x->mode == MODE_CONSTANT ? constant_format(a, x->value) : S("");
}

static bool mode_has_type(OperandMode mode)
{
    return mode != MODE_INVALID && mode != MODE_NO_VALUE && mode != MODE_BUILTIN &&
           mode != MODE_TYPE;
}

/* " of struct type T", or of what its constraint is. */
static void write_type(Checker *c, StrBuf *b, Type *t)
{
    if (!type_is_valid(t)) {
        strbuf_add(b, S(" with invalid type"));
        return;
    }
    strbuf_add(b, S(" of "));
    if (type_is_generic(t)) {
        strbuf_add(b, S("generic "));
    }
    bool is_param = type_is_param(t);
    if (!is_param && (type_kind(t) == TYPE_ALIAS || type_kind(t) == TYPE_NAMED)) {
        Type *under = type_under(t);
        bool is_basic = type_kind(under) == TYPE_BASIC;
        strbuf_add(b, is_basic ? ((const Basic *)under)->name : type_composite_kind(t));
        strbuf_add_byte(b, ' ');
    }
    strbuf_add(b, S("type "));
    type_write(b, t, c);
    if (is_param) {
        strbuf_add(b, S(" constrained by "));
        type_write(b, ((const TypeParam *)type_unalias(t))->bound, c);
        if (type_has_empty_set(t)) {
            strbuf_add(b, S(" with empty type set"));
        }
    }
}

Str operand_string(Checker *c, Arena *a, const Operand *x)
{
    if (operand_is_nil(c, x)) {
        return S("nil");
    }
    Str expr = expression_text(c, a, x);
    StrBuf b = strbuf_init(a);
    if (expr.len > 0) {
        strbuf_add(&b, expr);
        strbuf_add(&b, S(" ("));
    }
    bool has_type = mode_has_type(x->mode) && x->type != NULL;
    bool is_untyped = has_type && !type_is_typed(x->type);
    if (is_untyped) {
        strbuf_add(&b, ((const Basic *)type_under(x->type))->name);
        strbuf_add_byte(&b, ' ');
    }
    strbuf_add(&b, mode_texts[x->mode]);
    if (x->mode == MODE_CONSTANT) {
        Str value = constant_format(a, x->value);
        if (!str_eq(value, expr)) {
            strbuf_add_byte(&b, ' ');
            strbuf_add(&b, value);
        }
    }
    if (has_type && !is_untyped) {
        write_type(c, &b, x->type);
    }
    if (expr.len > 0) {
        strbuf_add_byte(&b, ')');
    }
    return strbuf_str(&b);
}

/* ---- assignability ---- */

/* A value against the terms of a type parameter. */
typedef struct {
    Checker *check;
    const Operand *x;
    Type *param;  /* whose terms they are */
    Type *target; /* as it was written; of terms of x's type */
    Str *ret_cause;
    ErrCode code;
    bool is_assignable;
} Terms;

static void set_code(ErrCode *ret_code, ErrCode code)
{
    if (ret_code != NULL) {
        *ret_code = code;
    }
}

/* Puts what holds for one term before what was the cause there. */
static void add_cause(Checker *c, Str *ret_cause, Str text)
{
    if (ret_cause == NULL) {
        return;
    }
    *ret_cause =
        ret_cause->len == 0 ? text : check_format(c, c->scratch, "%s\n\t%s", &text, ret_cause);
}

static bool is_untyped_assignable(void *context, Type *t, Type *under)
{
    (void)under;
    Terms *terms = context;
    Operand x = *terms->x;
    return t != NULL && check_implicit_type(terms->check, &x, t, NULL, NULL) != NULL;
}

static bool is_assignable_to_term(void *context, Type *t, Type *under)
{
    (void)under;
    Terms *terms = context;
    if (t == NULL) {
        return false;
    }
    Checker *c = terms->check;
    Operand x = *terms->x;
    terms->is_assignable = operand_assignable(c, &x, t, terms->ret_cause, &terms->code);
    if (!terms->is_assignable) {
        add_cause(
            c, terms->ret_cause,
            check_format(c, c->scratch, "cannot assign %t to %t (in %t)", x.type, t, terms->param));
    }
    return terms->is_assignable;
}

static bool is_term_assignable(void *context, Type *t, Type *under)
{
    (void)under;
    Terms *terms = context;
    if (t == NULL) {
        return false;
    }
    Checker *c = terms->check;
    Operand x = *terms->x;
    x.type = t;
    Type *target = type_unalias(terms->target);
    terms->is_assignable = operand_assignable(c, &x, target, terms->ret_cause, &terms->code);
    if (!terms->is_assignable) {
        add_cause(c, terms->ret_cause,
                  check_format(c, c->scratch, "cannot assign %t (in %t) to %t", t, terms->param,
                               terms->target));
    }
    return terms->is_assignable;
}

/* v or t, or both, are type parameters, and the rules for their interfaces did not decide. */
static bool assign_by_terms(Checker *c, Operand *x, Type *v, Type *t, Type *written, Str *ret_cause,
                            ErrCode *ret_code)
{
    Terms terms = {.check = c,
                   .x = x,
                   .target = written,
                   .ret_cause = ret_cause,
                   .code = CODE_INCOMPATIBLE_ASSIGN};
    if (!type_has_name(v) && type_is_param(t)) {
        terms.param = t;
        type_each(t, is_assignable_to_term, &terms);
    } else if (type_is_param(v) && !type_has_name(t)) {
        terms.param = v;
        type_each(v, is_term_assignable, &terms);
    }
    set_code(ret_code, terms.code);
    return terms.is_assignable;
}

static bool is_interface_pointer(Type *under)
{
    return type_kind(under) == TYPE_POINTER && type_is_interface(((const Pointer *)under)->elem);
}

/* What interfaces decide; DECIDED_NOT: the rules that follow may still allow it. */
typedef enum { DECIDED_NOT, DECIDED_TRUE, DECIDED_FALSE } Decision;

static Decision assign_by_interface(Checker *c, Type *v, Type *t, Str *ret_cause, ErrCode *ret_code)
{
    Type *under = type_under(t);
    bool is_v_param = type_is_param(v);
    bool is_interface = type_kind(under) == TYPE_INTERFACE && !type_is_param(t);
    if (is_interface || is_interface_pointer(under)) {
        if (check_implements(c, v, t, false, ret_cause)) {
            return DECIDED_TRUE;
        }
        if (!is_v_param) {
            set_code(ret_code, CODE_INVALID_IFACE_ASSIGN);
            return DECIDED_FALSE;
        }
        if (ret_cause != NULL) {
            *ret_cause = S("");
        }
    }
    if (type_kind(type_under(v)) == TYPE_INTERFACE && !is_v_param &&
        check_implements(c, t, v, false, NULL)) {
        if (ret_cause != NULL) {
            *ret_cause = S("need type assertion");
        }
        set_code(ret_code, CODE_INCOMPATIBLE_ASSIGN);
        return DECIDED_FALSE;
    }
    return DECIDED_NOT;
}

static bool assign_untyped(Checker *c, Operand *x, Type *t, ErrCode *ret_code)
{
    set_code(ret_code, CODE_INCOMPATIBLE_ASSIGN);
    if (type_is_param(t)) {
        Terms terms = {.check = c, .x = x};
        return type_each(t, is_untyped_assignable, &terms);
    }
    return check_implicit_type(c, x, t, NULL, NULL) != NULL;
}

/* A bidirectional channel may become one of a single direction. */
static bool is_channel_restriction(Type *v_under, Type *t_under)
{
    if (type_kind(v_under) != TYPE_CHAN || type_kind(t_under) != TYPE_CHAN) {
        return false;
    }
    const Chan *from = (const Chan *)v_under;
    return from->dir == (AST_SEND | AST_RECV) &&
           type_identical(from->elem, ((const Chan *)t_under)->elem);
}

/* The rules of the language's specification, "Assignability", in their order there. */
bool operand_assignable(Checker *c, Operand *x, Type *t, Str *ret_cause, ErrCode *ret_code)
{
    set_code(ret_code, (ErrCode)0);
    if (x->mode == MODE_INVALID || !type_is_valid(t)) {
        return true;
    }
    Type *written = t;
    Type *v = type_unalias(x->type);
    t = type_unalias(t);
    if (type_identical(v, t)) {
        return true;
    }
    Type *v_under = type_under(v);
    Type *t_under = type_under(t);
    if (!type_is_typed(v_under)) {
        return assign_untyped(c, x, t, ret_code);
    }
    bool has_param = type_is_param(v) || type_is_param(t);
    bool is_one_unnamed = !type_has_name(v) || !type_has_name(t);
    /* Identity first: to ask for it finds type sets, and what is wrong with those. */
    if (type_identical(v_under, t_under) && is_one_unnamed && !has_param) {
        return true;
    }
    Decision decision = assign_by_interface(c, v, t, ret_cause, ret_code);
    if (decision != DECIDED_NOT) {
        return decision == DECIDED_TRUE;
    }
    if (is_channel_restriction(v_under, t_under)) {
        set_code(ret_code, CODE_INVALID_CHAN_ASSIGN);
        return is_one_unnamed;
    }
    if (!has_param) {
        set_code(ret_code, CODE_INCOMPATIBLE_ASSIGN);
        return false;
    }
    return assign_by_terms(c, x, v, t, written, ret_cause, ret_code);
}
