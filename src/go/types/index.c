/*
 * x[i] and x[i:j:k]. An index expression may also be the instance of a generic type or function;
 * which of these it is shows when x is known.
 *
 * A constant index is checked against a length that is known: of an array, a pointer to one, and a
 * constant string.
 */
#include "go/types/expr.h"

/* The index of an index expression, of which more than one is told; 0, and told: there is none. */
static AstNode single_index(Checker *c, AstNode e)
{
    IndexedExpr it;
    bool is_indexed = check_indexed(c, e, &it);
    ASSERT(is_indexed);
    AstNodes indices = it.indices;
    if (indices.len == 0) {
        check_error(c, e, CODE_INVALID_SYNTAX_TREE, "index expression %x with 0 indices", e);
        return 0;
    }
    if (indices.len > 1) {
        check_error(c, indices.ptr[1], CODE_INVALID_INDEX,
                    "invalid operation: more than one index");
    }
    return indices.ptr[0];
}

/* The array that t, an underlying type, is a pointer to; NULL: none. */
static Array *pointed_array(Type *t)
{
    if (type_kind(t) != TYPE_POINTER) {
        return NULL;
    }
    Type *base = type_under(((const Pointer *)t)->elem);
    return type_kind(base) == TYPE_ARRAY ? (Array *)base : NULL;
}

/* ---- what can be indexed ---- */

/* What indexing gives. */
typedef struct {
    OperandMode mode;
    int64_t len; /* < 0: not known */
    Type *key;   /* of maps */
    Type *elem;  /* NULL: it cannot be indexed */
} Indexed;

/* is_variable: of what an array is. For a constant string the length is the caller's to know. */
static Indexed index_type(Checker *c, Type *under, bool is_variable)
{
    Indexed none = {0};
    if (under == NULL) {
        return none;
    }
    const Array *array = pointed_array(under);
    switch (type_kind(under)) {
    case TYPE_BASIC:
        return type_is(under, IS_STRING)
                   ? (Indexed){MODE_VALUE, -1, NULL, check_basic(c, BASIC_BYTE)}
                   : none;
    case TYPE_ARRAY:
        array = (const Array *)under;
        return (Indexed){is_variable ? MODE_VARIABLE : MODE_VALUE, array->len, NULL, array->elem};
    case TYPE_POINTER:
        return array != NULL ? (Indexed){MODE_VARIABLE, array->len, NULL, array->elem} : none;
    case TYPE_SLICE:
        return (Indexed){MODE_VARIABLE, -1, NULL, ((const Slice *)under)->elem};
    case TYPE_MAP:
        return (Indexed){MODE_MAP_INDEX, -1, ((const MapType *)under)->key,
                         ((const MapType *)under)->elem};
    case TYPE_STRUCT:
    case TYPE_TUPLE:
    case TYPE_SIGNATURE:
    case TYPE_UNION:
    case TYPE_INTERFACE:
    case TYPE_CHAN:
    case TYPE_NAMED:
    case TYPE_PARAM:
    case TYPE_ALIAS:
        return none;
    }
    UNREACHABLE("type kind");
}

typedef struct {
    Checker *check;
    bool is_variable;
    bool has_values; /* one of them gives no variable */
    Indexed common;
} IndexTerms;

static bool is_same_or_null(Type *x, Type *y)
{
    return x == NULL || y == NULL ? x == y : type_identical(x, y);
}

/* All terms must agree in key and element. */
static bool index_term(void *context, Type *t, Type *under)
{
    (void)t;
    IndexTerms *terms = context;
    Indexed it = index_type(terms->check, under, terms->is_variable);
    if (it.elem == NULL) {
        return false;
    }
    terms->has_values |= it.mode == MODE_VALUE;
    Indexed *common = &terms->common;
    if (common->elem == NULL) {
        *common = it;
        return true;
    }
    if (!is_same_or_null(common->key, it.key) || !type_identical(common->elem, it.elem)) {
        return false;
    }
    if (it.len >= 0 && it.len < common->len) {
        common->len = it.len;
    }
    return true;
}

static Indexed index_operand(Checker *c, const Operand *x)
{
    if (!type_is_param(x->type)) {
        Indexed it = index_type(c, type_under(x->type), x->mode == MODE_VARIABLE);
        if (operand_is_constant(x) && it.elem != NULL) {
            it.len =
                constant_kind(x->value) == CONSTANT_STRING ? constant_string_len(x->value) : -1;
        }
        return it;
    }
    IndexTerms terms = {.check = c, .is_variable = x->mode == MODE_VARIABLE};
    if (!type_each(x->type, index_term, &terms)) {
        return (Indexed){0};
    }
    if (terms.common.key == NULL) {
        terms.common.mode = terms.has_values ? MODE_VALUE : MODE_VARIABLE;
    }
    return terms.common;
}

/* ---- index expressions ---- */

/* Of x[i] all types on the way must be there. */
static bool is_indexable_complete(Checker *c, const Operand *x)
{
    if (!check_is_complete(c, x->type)) {
        return false;
    }
    Type *under = type_under(x->type);
    if (type_kind(under) == TYPE_POINTER) {
        return check_is_complete(c, ((const Pointer *)under)->elem);
    }
    return type_kind(under) != TYPE_MAP || check_is_complete(c, ((const MapType *)under)->elem);
}

static void index_map(Checker *c, Operand *x, AstNode e, AstNode index, Indexed it)
{
    Operand key = {0};
    check_generic_expr(c, &key, index);
    check_assignment(c, &key, it.key, S("map index"));
    /* whatever the key was, the type of the element is known */
    x->mode = MODE_MAP_INDEX;
    x->type = it.elem;
    x->expr = e;
}

/* x is a value that was checked. */
static void index_value(Checker *c, Operand *x, AstNode e, AstNodes indices)
{
    check_non_generic(c, NULL, x);
    if (!operand_is_valid(x)) {
        return;
    }
    if (!is_indexable_complete(c, x)) {
        operand_invalidate(x);
        return;
    }
    Indexed it = index_operand(c, x);
    if (it.elem == NULL) {
        check_error(c, x->expr, CODE_NON_INDEXABLE_OPERAND, "cannot index %o", x);
        check_use(c, indices.ptr, indices.len);
        operand_invalidate(x);
        return;
    }
    AstNode index = single_index(c, e);
    if (index == 0) {
        operand_invalidate(x);
        return;
    }
    if (it.key != NULL) {
        index_map(c, x, e, index, it);
        return;
    }
    x->mode = it.mode;
    x->type = it.elem;
    int64_t value;
    check_index(c, index, it.len, &value);
}

bool check_index_expr(Checker *c, Operand *x, AstNode e)
{
    IndexedExpr it;
    bool is_indexed = check_indexed(c, e, &it);
    ASSERT(is_indexed);
    check_expr_or_type(c, x, it.x, true);
    if (!operand_is_valid(x)) {
        check_use(c, it.indices.ptr, it.indices.len);
        return false;
    }
    if (x->mode == MODE_TYPE) {
        operand_invalidate(x);
        x->type = check_var_type(c, e);
        x->mode = type_is_valid(x->type) ? MODE_TYPE : MODE_INVALID;
        return false;
    }
    if (x->mode == MODE_VALUE) {
        Type *under = type_under(x->type);
        if (type_kind(under) == TYPE_SIGNATURE && ((Signature *)under)->tparams.len > 0) {
            return true;
        }
    }
    index_value(c, x, e, it.indices);
    return false;
}

/* ---- slice expressions ---- */

/* The underlying type that all types of the sliced one have, strings as []byte. */
typedef struct {
    Checker *check;
    const Operand *x;
    Type *type, *under; /* of the first */
    bool has_string;
} Sliced;

static bool slice_term(void *context, Type *t, Type *under)
{
    Sliced *sliced = context;
    Checker *c = sliced->check;
    const Operand *x = sliced->x;
    if (under == NULL) {
        check_error(c, x->expr, CODE_NON_SLICEABLE_OPERAND,
                    "cannot slice %o: no specific type in %t", x, x->type);
        return false;
    }
    if (type_is(under, IS_STRING)) {
        under = (Type *)program_slice(c->program, c->arena, check_basic(c, BASIC_BYTE));
        sliced->has_string = true;
    }
    if (sliced->under == NULL) {
        sliced->type = t;
        sliced->under = under;
        return true;
    }
    if (type_identical(sliced->under, under)) {
        return true;
    }
    check_error(c, x->expr, CODE_NON_SLICEABLE_OPERAND,
                "cannot slice %o: %t and %t have different underlying types", x, sliced->type, t);
    return false;
}

/* NULL: an error was told. */
static Type *sliced_type(Checker *c, const Operand *x)
{
    Sliced sliced = {.check = c, .x = x};
    bool is_same = type_each(x->type, slice_term, &sliced);
    if (sliced.has_string) {
        return type_is_param(x->type) ? check_basic(c, BASIC_STRING) : type_under(x->type);
    }
    return is_same ? sliced.under : NULL;
}

static bool slice_string(Checker *c, Operand *x, AstNode e, int64_t *ret_len)
{
    const AstSliceExpr *slice = ast_slice_expr(&c->file->ast, e);
    if (slice->max != 0) {
        check_error(c, slice->max, CODE_INVALID_SLICE_EXPR,
                    "invalid operation: 3-index slice of string");
        return false;
    }
    if (operand_is_constant(x) && constant_kind(x->value) == CONSTANT_STRING) {
        *ret_len = constant_string_len(x->value);
    }
    if (!type_is_typed(x->type)) {
        x->type = check_basic(c, BASIC_STRING);
    }
    return true;
}

/* Gives x the type of its slices, and a length that is known. False: told. */
static bool slice_operand(Checker *c, Operand *x, AstNode e, Type *under, int64_t *ret_len)
{
    *ret_len = -1;
    if (type_is(under, IS_STRING)) {
        return slice_string(c, x, e, ret_len);
    }
    if (type_kind(under) == TYPE_SLICE) {
        return true;
    }
    bool is_array = type_kind(under) == TYPE_ARRAY;
    if (is_array && x->mode != MODE_VARIABLE) {
        check_error(c, x->expr, CODE_NON_SLICEABLE_OPERAND, "cannot slice unaddressable value %o",
                    x);
        return false;
    }
    const Array *array = is_array ? (const Array *)under : pointed_array(under);
    if (array == NULL) {
        check_error(c, x->expr, CODE_NON_SLICEABLE_OPERAND, "cannot slice %o", x);
        return false;
    }
    *ret_len = array->len;
    x->type = (Type *)program_slice(c->program, c->arena, array->elem);
    return true;
}

enum { N_SLICE_INDICES = 3 };

/* Constant indices must not fall; the first that does is told. */
static void check_order(Checker *c, const AstNode *exprs, const int64_t *values)
{
    for (isize i = 0; i < N_SLICE_INDICES; i++) {
        for (isize j = i + 1; j < N_SLICE_INDICES; j++) {
            if (values[i] > 0 && values[j] >= 0 && values[j] < values[i]) {
                check_error(c, exprs[j], CODE_SWAPPED_SLICE_INDICES,
                            "invalid slice indices: %l < %l", values[j], values[i]);
                return;
            }
        }
    }
}

/* len < 0: not known; else also the capacity. */
static void check_slice_indices(Checker *c, AstNode e, int64_t len)
{
    const AstSliceExpr *slice = ast_slice_expr(&c->file->ast, e);
    AstNode exprs[N_SLICE_INDICES] = {slice->low, slice->high, slice->max};
    int64_t values[N_SLICE_INDICES];
    for (isize i = 0; i < N_SLICE_INDICES; i++) {
        values[i] = i == 0 ? 0 : len;
        if (exprs[i] != 0) {
            check_index(c, exprs[i], len < 0 || len == INT64_MAX ? -1 : len + 1, &values[i]);
        }
    }
    check_order(c, exprs, values);
}

static void use_slice_indices(Checker *c, const AstSliceExpr *slice)
{
    const AstNode indices[N_SLICE_INDICES] = {slice->low, slice->high, slice->max};
    for (isize i = 0; i < N_SLICE_INDICES; i++) {
        if (indices[i] != 0) {
            check_use(c, &indices[i], 1);
        }
    }
}

void check_slice_expr(Checker *c, Operand *x, AstNode e)
{
    const AstSliceExpr *slice = ast_slice_expr(&c->file->ast, e);
    check_expr(c, NULL, x, slice->x);
    if (!operand_is_valid(x)) {
        use_slice_indices(c, slice);
        return;
    }
    Type *under = sliced_type(c, x);
    Type *own = type_under(x->type);
    int64_t len;
    if ((type_kind(own) == TYPE_POINTER && !check_is_complete(c, ((const Pointer *)own)->elem)) ||
        under == NULL || !slice_operand(c, x, e, under, &len)) {
        if (package_has_unknown(c->pkg)) { /* go/types passes over them */
            use_slice_indices(c, slice);
        }
        operand_invalidate(x);
        return;
    }
    x->mode = MODE_VALUE;
    if (slice->max != 0 && slice->high == 0) {
        check_error_pos(c, check_pos(c, slice->rbrack), CODE_INVALID_SYNTAX_TREE,
                        "2nd and 3rd index required in 3-index slice");
        operand_invalidate(x);
        return;
    }
    check_slice_indices(c, e, len);
}

/* ---- indices ---- */

/* Checks an index, which must be below max unless max is negative. Gives its integer type, invalid
 * when it is none; *ret_value: its constant value, else negative. */
Type *check_index(Checker *c, AstNode e, int64_t max, int64_t *ret_value)
{
    Type *invalid = check_basic(c, BASIC_INVALID);
    *ret_value = -1;
    Operand x = {0};
    check_expr(c, NULL, &x, e);
    if (!check_is_valid_index(c, &x, CODE_INVALID_INDEX, S("index"), false)) {
        return invalid;
    }
    if (!operand_is_constant(&x)) {
        return x.type;
    }
    int64_t value;
    if (!constant_int64(x.value, &value)) {
        return invalid; /* unknown: an error was told */
    }
    if (max >= 0 && value >= max) {
        check_error(c, x.expr, CODE_INVALID_INDEX,
                    "invalid argument: index %v out of bounds [0:%l]", &x.value, max);
        return invalid;
    }
    *ret_value = value;
    return x.type;
}

/* Whether x is an integer, and if constant one that an int can be. what: "index", "length". */
bool check_is_valid_index(Checker *c, Operand *x, ErrCode code, Str what, bool allows_negative)
{
    if (!operand_is_valid(x)) {
        return false;
    }
    check_convert_untyped(c, x, check_basic(c, BASIC_INT));
    if (!operand_is_valid(x)) {
        return false;
    }
    if (!type_all(x->type, IS_INTEGER)) {
        check_error(c, x->expr, code, "invalid argument: %s %o must be integer", &what, x);
        return false;
    }
    if (!operand_is_constant(x)) {
        return true;
    }
    if (!allows_negative && constant_sign(x->value) < 0) {
        check_error(c, x->expr, code, "invalid argument: %s %o must not be negative", &what, x);
        return false;
    }
    Basic *integer = c->program->basic[BASIC_INT];
    if (!constant_representable(c, x->value, integer, &x->value)) {
        check_error(c, x->expr, code, "invalid argument: %s %o overflows int", &what, x);
        return false;
    }
    return true;
}
