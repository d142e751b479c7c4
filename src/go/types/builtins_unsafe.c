/*
 * Functions of package unsafe.
 *
 * Sizes, alignments and offsets are constants, unless they depend on a type parameter: then they
 * are values that only an instance has.
 */
#include "go/types/builtins_parts.h"

#include "go/types/selection.h"

/* ---- types whose size varies ---- */

/* In Named.var_size. */
typedef enum {
    SIZE_UNKNOWN,
    SIZE_FIXED,
    SIZE_VARIES,
    SIZE_OF_C /* it has a type of C in it, and nobody here knows its size */
} VarSize;

/* Types that are made of types, one in another: beyond that the size counts as fixed, and size_of
 * has the last word. */
#define MAX_SIZE_DEPTH 10000

static VarSize var_size(Checker *c, Type *t, int depth);

static Type *without_arrays(Type *t)
{
    t = type_unalias(t);
    while (t != NULL && type_kind(t) == TYPE_ARRAY) {
        t = type_unalias(((const Array *)t)->elem);
    }
    return t;
}

static bool is_being_declared(const Checker *c, const Object *o)
{
    for (isize i = 0; i < c->path.len; i++) {
        if (c->path.ptr[i] == o) {
            return true;
        }
    }
    return false;
}

/* The portable vectors of package simd are rewritten to ones whose size is not known here. */
static bool is_simd(const Checker *c, const Object *o)
{
    return o->pkg != NULL && str_eq(o->pkg->path, S("simd")) &&
           str_eq(name_text(c->program->names, o->name), S("_simd"));
}

static VarSize named_size(Checker *c, Named *n, int depth)
{
    /* Two threads may ask for a type of a third package at once; both find the same. */
    VarSize known = (VarSize)__atomic_load_n(&n->var_size, __ATOMIC_RELAXED);
    if (known != SIZE_UNKNOWN) {
        return known;
    }
    if (is_being_declared(c, n->obj)) {
        check_is_complete(c, (Type *)n); /* it tells the cycle */
        return SIZE_VARIES;
    }
    bool is_own = check_owns(c, n); /* a cycle goes through one of those */
    if (is_own) {
        check_push(c, n->obj);
    }
    Type *rhs = n->inst == NULL && n->from_rhs != NULL ? n->from_rhs : named_under(n);
    VarSize size = type_is_unknown(&n->t) ? SIZE_OF_C : var_size(c, rhs, depth + 1);
    size = size == SIZE_FIXED && is_simd(c, n->obj) ? SIZE_VARIES : size;
    if (is_own) {
        check_pop(c);
    }
    __atomic_store_n(&n->var_size, (uint8_t)size, __ATOMIC_RELAXED);
    return size;
}

static VarSize struct_size(Checker *c, const Struct *t, int depth)
{
    VarSize size = SIZE_FIXED;
    for (isize i = 0; i < t->fields.len && size != SIZE_OF_C; i++) {
        const Object *field = t->fields.ptr[i];
        Type *type = without_arrays(field->type);
        bool is_of_c = !type_is_valid(type) && package_has_unknown(field->pkg);
        VarSize of_field = is_of_c ? SIZE_OF_C : var_size(c, type, depth + 1);
        size = of_field > size ? of_field : size;
    }
    return size;
}

static VarSize var_size(Checker *c, Type *t, int depth)
{
    t = without_arrays(t);
    if (t == NULL || depth > MAX_SIZE_DEPTH) {
        return SIZE_FIXED;
    }
    if (type_kind(t) == TYPE_NAMED) {
        return named_size(c, (Named *)t, depth);
    }
    if (type_kind(t) == TYPE_STRUCT) {
        return struct_size(c, (const Struct *)t, depth);
    }
    return type_kind(t) == TYPE_PARAM ? SIZE_VARIES : SIZE_FIXED;
}

bool type_size_varies(Checker *c, Type *t)
{
    return var_size(c, t, 0) != SIZE_FIXED;
}

/* ---- Alignof, Offsetof, Sizeof ---- */

/* The result, for an argument of type t: a constant, or a value where it varies. False: there is
 * none, or size is < 0, which is told. */
static bool set_size(Checker *c, Operand *x, const BuiltinCall *call, Type *t, VarSize kind,
                     int64_t size)
{
    if (kind == SIZE_OF_C) {
        return false;
    }
    Type *result = check_basic(c, BASIC_UINTPTR);
    if (kind == SIZE_VARIES) {
        x->mode = MODE_VALUE;
        x->type = result;
        builtin_record(c, call, result, t, NULL);
        return true;
    }
    check_mind_word(c);
    if (size < 0) {
        check_error(c, x->expr, CODE_TYPE_TOO_LARGE, "%o is too large", x);
        return false;
    }
    x->mode = MODE_CONSTANT;
    x->value = constant_of_int(c->values, size);
    x->type = result;
    return true;
}

BUILTIN_CHECK(builtin_alignof)
{
    check_assignment(c, x, NULL, S("argument to unsafe.Alignof"));
    if (!operand_is_valid(x)) {
        return false;
    }
    VarSize kind = var_size(c, x->type, 0);
    int64_t align = kind != SIZE_FIXED ? 0 : align_of(c->program, x->type);
    return set_size(c, x, call, x->type, kind, align);
}

BUILTIN_CHECK(builtin_sizeof)
{
    check_assignment(c, x, NULL, S("argument to unsafe.Sizeof"));
    if (!operand_is_valid(x)) {
        return false;
    }
    VarSize kind = var_size(c, x->type, 0);
    int64_t size = kind != SIZE_FIXED ? 0 : size_of(c->program, x->type);
    return set_size(c, x, call, x->type, kind, size);
}

/* Of a field that is reached through embedded ones; < 0: too large. */
static int64_t offset_of_path(const Program *p, Type *t, const Found_ *found)
{
    int64_t sum = 0;
    for (isize i = 0; i < found->n_path; i++) {
        const Struct *s = (const Struct *)type_under(t);
        int64_t offset = offset_of(p, s, found->path[i]);
        if (offset < 0 || __builtin_add_overflow(sum, offset, &sum)) {
            return -1;
        }
        t = s->fields.ptr[found->path[i]]->type;
    }
    return sum;
}

/* The field that the selector names in a value of type base; false: told, or not known. */
static bool find_field(Checker *c, const Operand *x, AstNode arg, Type *base, Name name,
                       Found_ *ret)
{
    *ret = lookup_field_or_method(c, base, false, c->pkg, name, false);
    if (ret->object == NULL && ret->is_unknown) {
        return false;
    }
    if (ret->object == NULL) {
        check_error(c, x->expr, CODE_MISSING_FIELD_OR_METHOD,
                    "invalid argument: %t has no single field %n", base, name);
        return false;
    }
    if (ret->object->kind == OBJECT_FUNC) {
        check_error(c, arg, CODE_INVALID_OFFSETOF, "invalid argument: %x is a method value", arg);
        return false;
    }
    if (ret->is_indirect) {
        check_error(c, x->expr, CODE_INVALID_OFFSETOF,
                    "invalid argument: field %n is embedded via a pointer in %t", name, base);
        return false;
    }
    return true;
}

BUILTIN_CHECK(builtin_offsetof)
{
    const AstFile *f = &c->file->ast;
    AstNode arg = call->exprs.ptr[0];
    AstNode selector = ast_unparen(f, arg);
    if (ast_kind(f, selector) != AST_SELECTOR_EXPR) {
        check_error(c, arg, CODE_BAD_OFFSETOF_SYNTAX,
                    "invalid argument: %x is not a selector expression", arg);
        check_use(c, &arg, 1);
        return false;
    }
    const AstSelectorExpr *parts = ast_selector_expr(f, selector);
    check_expr(c, NULL, x, parts->x);
    if (!operand_is_valid(x)) {
        return false;
    }
    Type *base = type_deref_struct(x->type);
    Found_ found;
    if (!find_field(c, x, arg, base, ast_name(f, parts->sel), &found)) {
        return false;
    }
    record_selection(c, selector, SELECTION_FIELD_VAL, base, &found);
    Type *t = found.object->type;
    Operand field = {
        .mode = x->mode == MODE_VARIABLE ? MODE_VARIABLE : MODE_VALUE, .expr = selector, .type = t};
    record_operand(c, &field);
    VarSize kind = var_size(c, base, 0);
    int64_t offset = kind != SIZE_FIXED ? 0 : offset_of_path(c->program, base, &found);
    return set_size(c, x, call, t, kind, offset);
}

/* ---- Add, Slice, SliceData, String, StringData ---- */

BUILTIN_CHECK(builtin_add)
{
    check_verify_version(c, call->fun, LANG_UNSAFE_ADD);
    Type *pointer = check_basic(c, BASIC_UNSAFE_POINTER);
    check_assignment(c, x, pointer, S("argument to unsafe.Add"));
    if (!operand_is_valid(x)) {
        return false;
    }
    Operand *len = call->args.ptr[1];
    if (!check_is_valid_index(c, len, CODE_INVALID_UNSAFE_ADD, S("length"), true)) {
        return false;
    }
    x->mode = MODE_VALUE;
    x->type = pointer;
    builtin_record(c, call, pointer, pointer, len->type);
    return true;
}

/* The underlying type that all types of x's set have, if it is of that kind. */
static Type *common_of_kind(Checker *c, const Operand *x, TypeKind kind)
{
    Str cause;
    Type *under = type_common_under(c, x->type, NULL, &cause);
    return under != NULL && type_kind(under) == kind ? under : NULL;
}

BUILTIN_CHECK(builtin_slice)
{
    check_verify_version(c, call->fun, LANG_UNSAFE_SLICE);
    Type *pointer = common_of_kind(c, x, TYPE_POINTER);
    if (pointer == NULL) {
        check_error(c, x->expr, CODE_INVALID_UNSAFE_SLICE, "invalid argument: %o is not a pointer",
                    x);
        return false;
    }
    Operand *len = call->args.ptr[1];
    if (!check_is_valid_index(c, len, CODE_INVALID_UNSAFE_SLICE, S("length"), false)) {
        return false;
    }
    x->mode = MODE_VALUE;
    x->type = (Type *)program_slice(c->program, c->arena, ((const Pointer *)pointer)->elem);
    builtin_record(c, call, x->type, pointer, len->type);
    return true;
}

BUILTIN_CHECK(builtin_slice_data)
{
    check_verify_version(c, call->fun, LANG_UNSAFE_SLICE_DATA);
    Type *slice = common_of_kind(c, x, TYPE_SLICE);
    if (slice == NULL) {
        check_error(c, x->expr, CODE_INVALID_UNSAFE_SLICE_DATA,
                    "invalid argument: %o is not a slice", x);
        return false;
    }
    x->mode = MODE_VALUE;
    x->type = (Type *)program_pointer(c->program, c->arena, ((const Slice *)slice)->elem);
    builtin_record(c, call, x->type, slice, NULL);
    return true;
}

BUILTIN_CHECK(builtin_string)
{
    check_verify_version(c, call->fun, LANG_UNSAFE_STRING);
    Type *pointer = builtin_byte_pointer(c);
    check_assignment(c, x, pointer, S("argument to unsafe.String"));
    if (!operand_is_valid(x)) {
        return false;
    }
    Operand *len = call->args.ptr[1];
    if (!check_is_valid_index(c, len, CODE_INVALID_UNSAFE_STRING, S("length"), false)) {
        return false;
    }
    x->mode = MODE_VALUE;
    x->type = check_basic(c, BASIC_STRING);
    builtin_record(c, call, x->type, pointer, len->type);
    return true;
}

BUILTIN_CHECK(builtin_string_data)
{
    check_verify_version(c, call->fun, LANG_UNSAFE_STRING_DATA);
    Type *string = check_basic(c, BASIC_STRING);
    check_assignment(c, x, string, S("argument to unsafe.StringData"));
    if (!operand_is_valid(x)) {
        return false;
    }
    x->mode = MODE_VALUE;
    x->type = builtin_byte_pointer(c);
    builtin_record(c, call, x->type, string, NULL);
    return true;
}
