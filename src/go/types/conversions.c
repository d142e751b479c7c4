/*
 * Conversions T(x). Constants stay constants where T can have them; a type parameter has none, so
 * there each type of its set must take the constant, and the result is a value.
 */
#include "go/types/decl.h"
#include "go/types/expr.h"

#define MAX_RUNE 0x10FFFF
#define REPLACEMENT_CHAR 0xFFFD

/* ---- constants ---- */

static Constant string_of_rune(Arena *a, Constant x)
{
    uint64_t r;
    bool is_surrogate;
    if (!constant_uint64(x, &r) || r > MAX_RUNE) {
        r = REPLACEMENT_CHAR;
    }
    is_surrogate = 0xD800 <= r && r <= 0xDFFF;
    r = is_surrogate ? REPLACEMENT_CHAR : r;
    char utf8[4];
    isize n = 0;
    if (r < 0x80) {
        utf8[n++] = (char)r;
    } else if (r < 0x800) {
        utf8[n++] = (char)(0xC0 | r >> 6);
    } else if (r < 0x10000) {
        utf8[n++] = (char)(0xE0 | r >> 12);
        utf8[n++] = (char)(0x80 | (r >> 6 & 0x3F));
    } else {
        utf8[n++] = (char)(0xF0 | r >> 18);
        utf8[n++] = (char)(0x80 | (r >> 12 & 0x3F));
        utf8[n++] = (char)(0x80 | (r >> 6 & 0x3F));
    }
    if (r >= 0x80) {
        utf8[n++] = (char)(0x80 | (r & 0x3F));
    }
    return constant_of_string(a, (Str){arena_copy(a, utf8, n, 1), n});
}

/* Whether a constant x can be converted to t; *ret (or NULL) is then its value there. */
static bool converts_constant(Checker *c, const Operand *x, Type *t, Constant *ret)
{
    Type *under = type_under(t);
    if (type_kind(under) != TYPE_BASIC) {
        return false;
    }
    if (constant_representable(c, x->value, (const Basic *)under, ret)) {
        return true;
    }
    if (!type_is(x->type, IS_INTEGER) || !type_is(under, IS_STRING)) {
        return false;
    }
    if (ret != NULL) {
        *ret = string_of_rune(c->values, x->value);
    }
    return true;
}

/* A conversion of x to, or from, each type of a set. */
typedef struct {
    Checker *check;
    const Operand *x;
    Type *v_param, *t_param; /* type parameters, or NULL */
    Type *v, *t;             /* what x and the target are taken for */
    Type *written;           /* the target as it is written */
    Str *ret_cause;
} Terms;

static bool is_bytes_or_runes(Type *t)
{
    Type *under = type_under(t);
    if (type_kind(under) != TYPE_SLICE) {
        return false;
    }
    Type *elem = type_under(((const Slice *)under)->elem);
    if (elem == NULL || type_kind(elem) != TYPE_BASIC) {
        return false;
    }
    BasicKind kind = (BasicKind)((const Basic *)elem)->kind;
    return kind == BASIC_UINT8 || kind == BASIC_INT32;
}

static bool converts_constant_to_term(void *context, Type *t, Type *under)
{
    (void)t;
    Terms *terms = context;
    Checker *c = terms->check;
    const Operand *x = terms->x;
    if (under == NULL) {
        *terms->ret_cause =
            check_format(c, c->scratch, "%t does not contain specific types", terms->t_param);
        return false;
    }
    if ((type_is(x->type, IS_STRING) && is_bytes_or_runes(under)) ||
        converts_constant(c, x, under, NULL)) {
        return true;
    }
    if (type_is(x->type, IS_INTEGER) && type_is(under, IS_INTEGER)) {
        *terms->ret_cause = check_format(c, c->scratch, "constant %v overflows %t (in %t)",
                                         &x->value, under, terms->t_param);
    } else {
        *terms->ret_cause = check_format(c, c->scratch, "cannot convert %o to type %t (in %t)", x,
                                         under, terms->t_param);
    }
    return false;
}

/* ---- the conversion ---- */

static bool is_const_type(Type *t)
{
    return type_is(t, IS_CONST_TYPE);
}

/* The type that an untyped argument gets for good. That of nil stays what it is. */
static Type *argument_type(Checker *c, const Operand *x, Type *t, bool was_constant)
{
    if (type_is_non_param_interface(t) || (was_constant && !is_const_type(t)) ||
        operand_is_nil(c, x)) {
        return type_default(c, x->type);
    }
    bool keeps = operand_is_constant(x) && type_is(x->type, IS_INTEGER) && type_all(t, IS_STRING);
    return keeps ? x->type : t;
}

/* Gives x the mode and the value that it has as a t. */
static bool convert(Checker *c, Operand *x, Type *t, Str *ret_cause)
{
    if (operand_is_constant(x) && is_const_type(t)) {
        return converts_constant(c, x, t, &x->value);
    }
    bool is_valid;
    if (operand_is_constant(x) && type_is_param(t)) {
        Terms terms = {.check = c, .x = x, .t_param = t, .ret_cause = ret_cause};
        is_valid = type_each(t, converts_constant_to_term, &terms);
        x->mode = MODE_VALUE;
    } else {
        is_valid = operand_convertible(c, x, t, ret_cause);
        x->mode = is_valid ? MODE_VALUE : x->mode;
    }
    return is_valid;
}

void check_conversion(Checker *c, Operand *x, Type *t)
{
    bool was_constant = operand_is_constant(x);
    Constant value = x->value;
    Str cause = S("");
    if (!convert(c, x, t, &cause)) {
        if (was_constant && is_const_type(t) && type_is(x->type, IS_INTEGER) &&
            type_is(t, IS_INTEGER)) {
            check_error(c, x->expr, CODE_INVALID_CONVERSION, "constant %v overflows %t", &value, t);
        } else if (cause.len > 0) {
            check_error(c, x->expr, CODE_INVALID_CONVERSION, "cannot convert %o to type %t: %s", x,
                        t, &cause);
        } else {
            check_error(c, x->expr, CODE_INVALID_CONVERSION, "cannot convert %o to type %t", x, t);
        }
        operand_invalidate(x);
        return;
    }
    if (!type_is_typed(x->type)) {
        check_update_expr_type(c, x->expr, argument_type(c, x, t, was_constant), true);
    }
    x->type = t;
}

/* ---- convertibility ---- */

static bool is_basic_kind(Type *under, BasicKind kind)
{
    return type_kind(under) == TYPE_BASIC && ((const Basic *)under)->kind == kind;
}

static bool is_pointer_or_uintptr(Type *under)
{
    return type_kind(under) == TYPE_POINTER || is_basic_kind(under, BASIC_UINTPTR);
}

/* Pointers without names, to types that differ in no more than names and tags. */
static bool are_pointers_to_same(Type *v, Type *t)
{
    if (type_kind(v) != TYPE_POINTER || type_kind(t) != TYPE_POINTER) {
        return false;
    }
    Type *from = ((const Pointer *)v)->elem;
    Type *to = ((const Pointer *)t)->elem;
    return type_identical_ignoring_tags(type_under(from), type_under(to)) && !type_is_param(from) &&
           !type_is_param(to);
}

/* What the kinds of v and t, underlying types, allow. */
static bool converts_by_kind(Type *v, Type *t)
{
    const unsigned number = IS_INTEGER | IS_FLOAT;
    return (type_is(v, number) && type_is(t, number)) ||
           (type_is(v, IS_COMPLEX) && type_is(t, IS_COMPLEX)) ||
           ((type_is(v, IS_INTEGER) || is_bytes_or_runes(v)) && type_is(t, IS_STRING)) ||
           (type_is(v, IS_STRING) && is_bytes_or_runes(t)) ||
           (is_pointer_or_uintptr(v) && is_basic_kind(t, BASIC_UNSAFE_POINTER)) ||
           (is_basic_kind(v, BASIC_UNSAFE_POINTER) && is_pointer_or_uintptr(t));
}

/* A slice may become an array of its elements, or a pointer to one. */
typedef enum { SLICE_NOT, SLICE_TRUE, SLICE_TOO_NEW } SliceCase;

static SliceCase converts_slice(Checker *c, const Operand *x, Type *v, Type *t, Str *ret_cause)
{
    bool is_pointer = type_kind(t) == TYPE_POINTER;
    Type *array = is_pointer ? type_under(((const Pointer *)t)->elem) : t;
    if (type_kind(v) != TYPE_SLICE || type_kind(array) != TYPE_ARRAY ||
        !type_identical(((const Slice *)v)->elem, ((const Array *)array)->elem)) {
        return SLICE_NOT;
    }
    ObjectPos at = x->expr != 0 ? check_node_pos(c, x->expr) : (ObjectPos){0};
    LangFeature feature = is_pointer ? LANG_SLICE_TO_POINTER : LANG_SLICE_TO_ARRAY;
    if (check_uses(c, at, feature)) {
        return SLICE_TRUE;
    }
    if (ret_cause != NULL) {
        const LangRow *row = langversion_row(feature);
        *ret_cause = str_format(c->scratch, "%s requires go1.%d or later", row->used, row->since);
    }
    return SLICE_TOO_NEW;
}

/* Says of which terms it is, before what was the cause there. */
static bool fail_terms(const Terms *terms)
{
    Checker *c = terms->check;
    if (terms->ret_cause == NULL) {
        return false;
    }
    Str text;
    if (terms->v_param != NULL && terms->t_param != NULL) {
        text = check_format(c, c->scratch, "cannot convert %t (in %t) to type %t (in %t)", terms->v,
                            terms->v_param, terms->t, terms->t_param);
    } else if (terms->v_param != NULL) {
        text = check_format(c, c->scratch, "cannot convert %t (in %t) to type %t", terms->v,
                            terms->v_param, terms->written);
    } else {
        text = check_format(c, c->scratch, "cannot convert %t to type %t (in %t)", terms->v,
                            terms->t, terms->t_param);
    }
    Str *cause = terms->ret_cause;
    *cause = cause->len == 0 ? text : check_format(c, c->scratch, "%s\n\t%s", &text, cause);
    return false;
}

static bool converts_to_term(void *context, Type *t, Type *under)
{
    (void)under;
    Terms *terms = context;
    if (t == NULL) {
        return false;
    }
    Operand x = *terms->x;
    x.type = terms->v;
    terms->t = t;
    return operand_convertible(terms->check, &x, t, terms->ret_cause) || fail_terms(terms);
}

static bool converts_from_term(void *context, Type *v, Type *under)
{
    (void)under;
    Terms *terms = context;
    if (v == NULL) {
        return false;
    }
    terms->v = v;
    if (terms->t_param != NULL) {
        return type_each(terms->t_param, converts_to_term, terms);
    }
    Operand x = *terms->x;
    x.type = v;
    return operand_convertible(terms->check, &x, terms->t, terms->ret_cause) || fail_terms(terms);
}

/* Whether T(x) is valid for an x that is no constant, by the rules of the language's specification,
 * "Conversions", in their order there. */
bool operand_convertible(Checker *c, Operand *x, Type *t, Str *ret_cause)
{
    if (operand_assignable(c, x, t, ret_cause, NULL)) {
        return true;
    }
    Type *written = t;
    Type *v = type_unalias(x->type);
    t = type_unalias(t);
    Type *v_under = type_under(v);
    Type *t_under = type_under(t);
    bool is_v_param = type_is_param(v);
    bool is_t_param = type_is_param(t);
    bool has_param = is_v_param || is_t_param;
    if ((!has_param && type_identical_ignoring_tags(v_under, t_under)) ||
        are_pointers_to_same(v, t) || converts_by_kind(v_under, t_under)) {
        return true;
    }
    SliceCase slice = converts_slice(c, x, v_under, t_under, ret_cause);
    if (slice != SLICE_NOT || !has_param) {
        return slice == SLICE_TRUE;
    }
    Terms terms = {.check = c,
                   .x = x,
                   .v_param = is_v_param ? v : NULL,
                   .t_param = is_t_param ? t : NULL,
                   .v = x->type,
                   .t = t,
                   .written = written,
                   .ret_cause = ret_cause};
    return is_v_param ? type_each(v, converts_from_term, &terms)
                      : type_each(t, converts_to_term, &terms);
}
