/* Predeclared functions of slices, arrays, strings, maps and channels. */
#include "go/types/builtins_parts.h"

/* ---- type sets ---- */

typedef struct {
    Checker *check;
    const Operand *x;
    Type *elem; /* of the slices seen so far */
    Str cause;
} SliceElem;

static bool is_slice_of_same(void *context, Type *t, Type *under)
{
    (void)t;
    SliceElem *it = context;
    Checker *c = it->check;
    if (under == NULL || type_kind(under) != TYPE_SLICE) {
        it->cause = operand_is_nil(c, it->x)
                        ? S("argument must be a slice; have untyped nil")
                        : check_format(c, c->scratch, "argument must be a slice; have %o", it->x);
        return false;
    }
    Type *elem = ((const Slice *)under)->elem;
    if (it->elem == NULL) {
        it->elem = elem;
    } else if (!type_identical(it->elem, elem)) {
        it->cause = check_format(c, c->scratch, "mismatched slice element types %t and %t in %o",
                                 it->elem, elem, it->x);
        return false;
    }
    return true;
}

/* The type of the elements of x, which is a slice, or of a set of slices; NULL with a cause. */
static Type *slice_elem(Checker *c, const Operand *x, Str *ret_cause)
{
    SliceElem it = {.check = c, .x = x};
    if (!type_each(x->type, is_slice_of_same, &it)) {
        *ret_cause = it.cause;
        return NULL;
    }
    return it.elem;
}

typedef struct {
    Checker *check;
    bool has_string;
} Bytes;

static bool is_bytes_or_string(void *context, Type *t, Type *under)
{
    (void)t;
    Bytes *bytes = context;
    if (under == NULL) {
        return false;
    }
    if (type_is(under, IS_STRING)) {
        bytes->has_string = true;
        return true;
    }
    return type_kind(under) == TYPE_SLICE &&
           type_identical(((const Slice *)under)->elem, check_basic(bytes->check, BASIC_BYTE));
}

static bool is_all_bytes(Checker *c, Type *t, bool *ret_has_string)
{
    Bytes bytes = {.check = c};
    bool is_all = type_each(t, is_bytes_or_string, &bytes);
    *ret_has_string = bytes.has_string;
    return is_all;
}

/* ---- append and copy ---- */

/* append(bytes, text...): the second may be a string, too. */
static bool is_byte_append(Checker *c, Operand *x, const BuiltinCall *call)
{
    bool has_string;
    return call->n_args == 2 && call->has_dots &&
           operand_assignable(c, x, builtin_byte_slice(c), NULL, NULL) &&
           is_all_bytes(c, call->args.ptr[1]->type, &has_string) && has_string;
}

BUILTIN_CHECK(builtin_append)
{
    Str cause = S("");
    Type *elem = slice_elem(c, x, &cause);
    if (elem == NULL) {
        check_error(c, x->expr, CODE_INVALID_APPEND, "invalid append: %s", &cause);
        return false;
    }
    bool is_special = is_byte_append(c, x, call);
    Type *rest =
        is_special ? call->args.ptr[1]->type : (Type *)program_slice(c->program, c->arena, elem);
    Type *params[] = {x->type, rest};
    Signature *sig = builtin_signature(c, x->type, params, COUNT_OF(params));
    sig->is_variadic = true;
    if (!is_special) {
        check_builtin_arguments(c, call->node, sig, call->args);
    }
    if (c->records) {
        record_builtin(c, call->fun, sig);
    }
    x->mode = MODE_VALUE;
    return true;
}

/* Whether x and y are slices of the same elements; a string is taken for one of bytes, for what is
 * told. */
static bool have_same_elems(Checker *c, const Operand *x, const Operand *y, Type *x_elem)
{
    Str cause = S("");
    Type *y_elem = slice_elem(c, y, &cause);
    if (y_elem == NULL) {
        if (!type_all(y->type, IS_STRING)) {
            check_error(c, y->expr, CODE_INVALID_COPY, "invalid copy: %s", &cause);
            return false;
        }
        y_elem = check_basic(c, BASIC_BYTE);
    }
    if (!type_identical(x_elem, y_elem)) {
        check_error(c, x->expr, CODE_INVALID_COPY,
                    "invalid copy: arguments %o and %o have different element types %t and %t", x,
                    y, x_elem, y_elem);
        return false;
    }
    return true;
}

BUILTIN_CHECK(builtin_copy)
{
    Str cause = S("");
    Type *elem = slice_elem(c, x, &cause);
    if (elem == NULL) {
        check_error(c, x->expr, CODE_INVALID_COPY, "invalid copy: %s", &cause);
        return false;
    }
    const Operand *y = call->args.ptr[1];
    bool has_string;
    bool is_special = operand_assignable(c, x, builtin_byte_slice(c), NULL, NULL) &&
                      is_all_bytes(c, y->type, &has_string);
    if (!is_special && !have_same_elems(c, x, y, elem)) {
        return false;
    }
    Type *result = check_basic(c, BASIC_INT);
    builtin_record(c, call, result, x->type, y->type);
    x->mode = MODE_VALUE;
    x->type = result;
    return true;
}

/* ---- len and cap ---- */

/* Whether the values of a type, an underlying one, have a length, or if is_cap a capacity. */
static bool is_measurable(Type *under, bool is_cap)
{
    if (under == NULL) {
        return false;
    }
    Type *t = builtin_deref_array(under);
    TypeKind kind = type_kind(t);
    return kind == TYPE_ARRAY || kind == TYPE_SLICE || kind == TYPE_CHAN ||
           (!is_cap && (kind == TYPE_MAP || type_is(t, IS_STRING)));
}

static bool is_term_measurable(void *context, Type *t, Type *under)
{
    (void)t;
    const bool *is_cap = context;
    return is_measurable(under, *is_cap);
}

/* MODE_CONSTANT with a value, MODE_VALUE, or MODE_INVALID: it has no length. */
static OperandMode measure(Checker *c, const Operand *x, bool is_cap, Constant *ret)
{
    if (type_is_param(x->type)) {
        return type_each(x->type, is_term_measurable, &is_cap) ? MODE_VALUE : MODE_INVALID;
    }
    Type *under = type_under(x->type);
    if (!is_measurable(under, is_cap)) {
        return MODE_INVALID;
    }
    Type *t = builtin_deref_array(under);
    if (type_kind(t) == TYPE_ARRAY && !c->env.has_call_or_recv) {
        int64_t len = ((const Array *)t)->len;
        *ret = len >= 0 ? constant_of_int(c->values, len) : (Constant){0};
        return MODE_CONSTANT;
    }
    if (type_kind(t) == TYPE_BASIC && operand_is_constant(x)) {
        bool is_known = constant_kind(x->value) == CONSTANT_STRING;
        *ret = is_known ? constant_of_int(c->values, constant_string_len(x->value)) : (Constant){0};
        return MODE_CONSTANT;
    }
    return MODE_VALUE;
}

BUILTIN_CHECK(builtin_cap_len)
{
    bool is_cap = call->id == BUILTIN_CAP;
    Constant value = {0};
    OperandMode mode = measure(c, x, is_cap, &value);
    if (mode == MODE_INVALID) {
        if (type_is_valid(type_under(x->type))) {
            check_error(c, x->expr, is_cap ? CODE_INVALID_CAP : CODE_INVALID_LEN,
                        "invalid argument: %o for built-in %s", x, &call->name);
        }
        return false;
    }
    Type *result = check_basic(c, BASIC_INT);
    if (mode != MODE_CONSTANT) {
        builtin_record(c, call, result, x->type, NULL);
    }
    x->mode = mode;
    x->type = result;
    x->value = value;
    return true;
}

/* ---- clear, close and delete ---- */

typedef struct {
    Checker *check;
    const Operand *x;
    Type *key; /* of the maps seen so far */
} Argument;

static bool is_clearable(void *context, Type *t, Type *under)
{
    (void)t;
    Argument *it = context;
    if (under != NULL && (type_kind(under) == TYPE_MAP || type_kind(under) == TYPE_SLICE)) {
        return true;
    }
    check_error(
        it->check, it->x->expr, CODE_INVALID_CLEAR,
        "invalid argument: cannot clear %o: argument must be (or constrained by) map or slice",
        it->x);
    return false;
}

static bool is_closable(void *context, Type *t, Type *under)
{
    (void)t;
    Argument *it = context;
    const char *format = NULL;
    if (under == NULL || type_kind(under) != TYPE_CHAN) {
        format = "invalid operation: cannot close non-channel %o";
    } else if (((const Chan *)under)->dir == AST_RECV) {
        format = "invalid operation: cannot close receive-only channel %o";
    }
    if (format != NULL) {
        check_error(it->check, it->x->expr, CODE_INVALID_CLOSE, format, it->x);
    }
    return format == NULL;
}

static bool is_map_of_same(void *context, Type *t, Type *under)
{
    (void)t;
    Argument *it = context;
    if (under == NULL || type_kind(under) != TYPE_MAP) {
        check_error(it->check, it->x->expr, CODE_INVALID_DELETE,
                    "invalid argument: %o is not a map", it->x);
        return false;
    }
    Type *key = ((const MapType *)under)->key;
    if (it->key != NULL && !type_identical(key, it->key)) {
        check_error(it->check, it->x->expr, CODE_INVALID_DELETE,
                    "invalid argument: maps of %o must have identical key types", it->x);
        return false;
    }
    it->key = key;
    return true;
}

BUILTIN_CHECK(builtin_clear)
{
    check_verify_version(c, call->fun, LANG_CLEAR);
    if (!type_each(x->type, is_clearable, &(Argument){.check = c, .x = x})) {
        return false;
    }
    x->mode = MODE_NO_VALUE;
    builtin_record(c, call, NULL, x->type, NULL);
    return true;
}

BUILTIN_CHECK(builtin_close)
{
    if (!type_each(x->type, is_closable, &(Argument){.check = c, .x = x})) {
        return false;
    }
    x->mode = MODE_NO_VALUE;
    builtin_record(c, call, NULL, x->type, NULL);
    return true;
}

BUILTIN_CHECK(builtin_delete)
{
    Type *map = x->type;
    Argument argument = {.check = c, .x = x};
    if (!type_each(map, is_map_of_same, &argument)) {
        return false;
    }
    *x = *call->args.ptr[1];
    check_assignment(c, x, argument.key, S("argument to delete"));
    if (!operand_is_valid(x)) {
        return false;
    }
    x->mode = MODE_NO_VALUE;
    builtin_record(c, call, NULL, map, argument.key);
    return true;
}

/* ---- make ---- */

static bool is_makeable(Checker *c, Type *t, Type *under, Str *ret_cause)
{
    (void)c;
    (void)t;
    TypeKind kind = under != NULL ? type_kind(under) : TYPE_BASIC;
    if (kind == TYPE_SLICE || kind == TYPE_MAP || kind == TYPE_CHAN) {
        return true;
    }
    if (ret_cause != NULL) {
        *ret_cause =
            under == NULL ? S("no specific type") : S("type must be slice, map, or channel");
    }
    return false;
}

/* Checks length and capacity; types gets theirs. */
static void check_sizes(Checker *c, const BuiltinCall *call, Type **types)
{
    int64_t sizes[2] = {0, 0};
    isize n_sizes = 0;
    for (isize i = 1; i < call->n_args; i++) {
        int64_t size;
        types[i] = check_index(c, call->exprs.ptr[i], -1, &size);
        if (size >= 0) {
            sizes[n_sizes++] = size;
        }
    }
    if (n_sizes == COUNT_OF(sizes) && sizes[0] > sizes[1]) {
        check_error(c, call->exprs.ptr[1], CODE_SWAPPED_MAKE_ARGS,
                    "invalid argument: length and capacity swapped");
    }
}

BUILTIN_CHECK(builtin_make)
{
    enum { MAX_ARGS = 3 };
    AstNode arg = call->exprs.ptr[0];
    Type *t = check_var_type(c, arg);
    if (!type_is_valid(t) || type_is_unknown(t)) {
        return false;
    }
    Str cause = S("");
    Type *under = type_common_under(c, t, is_makeable, &cause);
    if (under == NULL) {
        check_error(c, arg, CODE_INVALID_MAKE, "invalid argument: cannot make %x: %s", arg, &cause);
        return false;
    }
    int min = type_kind(under) == TYPE_SLICE ? 2 : 1;
    if (call->n_args < min || call->n_args > min + 1) {
        check_error(c, call->node, CODE_WRONG_ARG_COUNT,
                    "invalid operation: %x expects %d or %d arguments; found %d", call->node, min,
                    min + 1, (int)call->n_args);
        return false;
    }
    Type *types[MAX_ARGS] = {t};
    check_sizes(c, call, types);
    x->mode = MODE_VALUE;
    x->type = t;
    if (c->records) {
        record_builtin(c, call->fun, builtin_signature(c, t, types, call->n_args));
    }
    return true;
}
