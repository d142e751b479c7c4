/*
 * Composite literals: T{...} of structs, arrays, slices and maps.
 *
 * An element that is a composite literal without a type of its own has that of the elements around
 * it, or, where that is a pointer, its address is taken. Since Go 1.27 a key of a struct may be a
 * promoted field; then no two keys may reach into each other.
 */
#include "go/types/expr.h"

static const char mixture[] = "mixture of field:value and value elements in struct literal";

/* ---- struct literals with keys ---- */

/* A field that was set, or through which one was. The fields of a struct are kept in a list but for
 * the outermost, which have an array. */
typedef struct FieldNode {
    int32_t index;
    const Object *leaf; /* NULL: fields within it were set */
    struct FieldNode *children, *next;
} FieldNode;

static FieldNode *find_node(FieldNode *list, int32_t index)
{
    while (list != NULL && list->index != index) {
        list = list->next;
    }
    return list;
}

/* The field of the smallest path below a node. */
static const Object *pick_leaf(const FieldNode *node)
{
    while (node->leaf == NULL) {
        const FieldNode *min = node->children;
        for (const FieldNode *n = node->children; n != NULL; n = n->next) {
            min = n->index < min->index ? n : min;
        }
        node = min;
    }
    return node->leaf;
}

/* Enters a field by its path. What was entered before and is the same, around it, or within it; and
 * how long a path the two share; NULL: nothing. */
static const Object *insert_field(Arena *a, FieldNode **roots, const Found_ *found,
                                  isize *ret_shared)
{
    FieldNode **list = &roots[found->path[0]];
    FieldNode *node = NULL;
    for (isize i = 0; i < found->n_path; i++) {
        node = find_node(*list, found->path[i]);
        if (node == NULL) {
            node = ARENA_NEW(a, FieldNode);
            *node = (FieldNode){.index = found->path[i], .next = *list};
            *list = node;
            if (i == found->n_path - 1) {
                node->leaf = found->object;
                return NULL;
            }
        } else if (node->leaf != NULL) {
            *ret_shared = i + 1;
            return node->leaf;
        }
        list = &node->children;
    }
    *ret_shared = found->n_path;
    return pick_leaf(node);
}

/* The field that a key names, which the literal may set; or told, or not known. */
static bool find_field(Checker *c, const Struct *s, Type *base, AstNode key, Found_ *ret)
{
    Name name = ast_name(&c->file->ast, key);
    Type *t = (Type *)(uintptr_t)s;
    *ret = lookup_field_or_method(c, t, false, c->pkg, name, false);
    if (ret->object == NULL && ret->is_unknown) {
        return false;
    }
    if (ret->object == NULL) {
        Found_ alt = lookup_field_or_method(c, t, false, c->pkg, name, true);
        Str text = check_lookup_error(c, base, name, alt.object, true);
        check_error(c, key, CODE_MISSING_LIT_FIELD, "%s", &text);
        return false;
    }
    if (ret->object->kind != OBJECT_VAR) {
        check_error(c, key, CODE_MISSING_LIT_FIELD, "%x is not a field", key);
        return false;
    }
    if (ret->n_path > 1) {
        Str path = lookup_field_path(c, c->scratch, t, ret->path, ret->n_path);
        if (!check_verify_version(c, key, LANG_PROMOTED_KEY, &path, base)) {
            return false;
        }
    }
    if (ret->is_indirect) {
        check_error(c, key, CODE_INVALID_LIT_FIELD,
                    "invalid implicit pointer indirection to reach %x", key);
        return false;
    }
    return true;
}

static void check_field_twice(Checker *c, FieldNode **visited, AstNode e, const Found_ *found)
{
    isize shared = 0;
    const Object *alt = insert_field(c->scratch, visited, found, &shared);
    if (alt == NULL) {
        return;
    }
    Name name = found->object->name;
    if (alt == found->object) {
        check_error(c, e, CODE_DUPLICATE_LIT_FIELD, "duplicate field name %n in struct literal",
                    name);
    } else {
        const char *format =
            shared < found->n_path
                ? "cannot specify promoted field %n and enclosing embedded field %n"
                : "cannot specify embedded field %n and enclosed promoted field %n";
        check_error(c, e, CODE_DUPLICATE_LIT_FIELD, format, name, alt->name);
    }
}

static void check_keyed_fields(Checker *c, Operand *x, AstNodes elts, const Struct *s, Type *base)
{
    const AstFile *f = &c->file->ast;
    FieldNode **visited = ARENA_ARRAY(c->scratch, FieldNode *, MAX(s->fields.len, 1));
    for (isize i = 0; i < elts.len; i++) {
        AstNode e = elts.ptr[i];
        if (ast_kind(f, e) != AST_KEY_VALUE_EXPR) {
            check_error(c, e, CODE_MIXED_STRUCT_LIT, mixture);
            continue;
        }
        const AstKeyValueExpr *pair = ast_key_value_expr(f, e);
        check_generic_expr(c, x, pair->value);
        if (ast_kind(f, pair->key) != AST_IDENT) {
            check_error(c, e, CODE_INVALID_LIT_FIELD, "invalid field name %x in struct literal",
                        pair->key);
            continue;
        }
        Found_ found;
        if (find_field(c, s, base, pair->key, &found)) {
            record_use(c, pair->key, found.object);
            check_assignment(c, x, found.object->type, S("struct literal"));
            check_field_twice(c, visited, e, &found);
        }
    }
}

/* ---- struct literals without keys ---- */

static bool is_hidden(const Checker *c, const Object *field)
{
    return field->pkg != c->pkg && !name_is_exported(c->program, field->name);
}

static bool has_hidden(const Checker *c, Objects fields)
{
    for (isize i = 0; i < fields.len; i++) {
        if (is_hidden(c, fields.ptr[i])) {
            return true;
        }
    }
    return false;
}

static void check_plain_fields(Checker *c, Operand *x, AstNode lit, AstNodes elts, Objects fields,
                               Type *base)
{
    const AstFile *f = &c->file->ast;
    for (isize i = 0; i < elts.len; i++) {
        AstNode e = elts.ptr[i];
        if (ast_kind(f, e) == AST_KEY_VALUE_EXPR) {
            check_error(c, e, CODE_MIXED_STRUCT_LIT, mixture);
            continue;
        }
        check_generic_expr(c, x, e);
        if (i >= fields.len) {
            check_error(c, x->expr, CODE_INVALID_STRUCT_LIT,
                        "too many values in struct literal of type %t", base);
            break;
        }
        Object *field = fields.ptr[i];
        if (is_hidden(c, field)) {
            check_error(c, x->expr, CODE_UNEXPORTED_LIT_FIELD,
                        "implicit assignment to unexported field %n in struct literal of type %t",
                        field->name, base);
            continue;
        }
        check_assignment(c, x, field->type, S("struct literal"));
    }
    if (elts.len < fields.len) {
        Str hint = has_hidden(c, fields) ? S(" (type has unexported fields - use key:value pairs)")
                                         : S("");
        check_error_pos(c, check_pos(c, ast_composite_lit(f, lit)->rbrace), CODE_INVALID_STRUCT_LIT,
                        "too few values in struct literal of type %t%s", base, &hint);
    }
}

/* ---- arrays and slices ---- */

/* Indices that were set. Up to the first key they are all that are below run. */
typedef struct {
    int64_t run;
    bool has_keys;
    Map map;
} Indices;

/* Enters an index, and says whether it was there before. */
static bool enter_index(Checker *c, Indices *visited, int64_t index)
{
    if (!visited->has_keys) {
        visited->run = index + (index < INT64_MAX);
        return false;
    }
    if (0 <= index && index < visited->run) {
        return true;
    }
    bool is_new;
    const char *key = arena_copy(c->scratch, &index, sizeof(index), _Alignof(int64_t));
    map_put(&visited->map, (Str){key, sizeof(index)}, &is_new);
    return !is_new;
}

/* Whether the index of e, which goes to *index when it has a key, is one that can be set. */
static bool check_elem_index(Checker *c, AstNode e, int64_t len, int64_t *index)
{
    const AstFile *f = &c->file->ast;
    if (ast_kind(f, e) == AST_KEY_VALUE_EXPR) {
        AstNode key = ast_key_value_expr(f, e)->key;
        int64_t value;
        if (!type_is_valid(check_index(c, key, len, &value))) {
            return false;
        }
        if (value < 0) {
            check_error(c, e, CODE_INVALID_LIT_INDEX, "index %x must be integer constant", key);
            return false;
        }
        *index = value;
        return true;
    }
    if (len >= 0 && *index >= len) {
        check_error(c, e, CODE_OVERSIZE_ARRAY_LIT, "index %l is out of bounds (>= %l)", *index,
                    len);
        return false;
    }
    return true;
}

/* len < 0: not known. Gives the one that the elements ask for. */
static int64_t check_indexed_elts(Checker *c, AstNodes elts, Type *elem, int64_t len)
{
    const AstFile *f = &c->file->ast;
    Indices visited = {.map = map_init(c->scratch)};
    int64_t index = 0;
    int64_t max = 0;
    for (isize i = 0; i < elts.len; i++) {
        AstNode e = elts.ptr[i];
        bool is_pair = ast_kind(f, e) == AST_KEY_VALUE_EXPR;
        visited.has_keys |= is_pair;
        if (check_elem_index(c, e, len, &index) && enter_index(c, &visited, index)) {
            check_error(c, e, CODE_DUPLICATE_LIT_KEY,
                        "duplicate index %l in array or slice literal", index);
        }
        index = (int64_t)((uint64_t)index + 1); /* wraps as Go's does */
        max = MAX(max, index);
        Operand x = {0};
        check_expr_with_hint(c, &x, is_pair ? ast_key_value_expr(f, e)->value : e, elem);
        check_assignment(c, &x, elem, S("array or slice literal"));
    }
    return max;
}

/* The length of an array that has none yet, or a wrong one, is what the literal says. Arrays never
 * change; the literal gets the type of one that has that length. */
static Type *check_array_lit(Checker *c, AstNode lit, AstNodes elts, Array *array, Type *t)
{
    int64_t len = check_indexed_elts(c, elts, array->elem, array->len);
    if (array->len >= 0) {
        return t;
    }
    if (type_unalias(t) == (Type *)array) {
        t = (Type *)program_array(c->program, c->arena, array->elem, len);
    }
    AstNode type = ast_composite_lit(&c->file->ast, lit)->type;
    if (type != 0) {
        record_type(c, type, MODE_TYPE, t, NULL);
        check_note_written(c, type, t);
    }
    return t;
}

/* ---- maps ---- */

/* Keys that were set, by value; of interfaces also by type. */
typedef struct TypeNode {
    Type *type;
    struct TypeNode *next;
} TypeNode;

typedef struct {
    Map map;      /* of values to 1 + index in firsts */
    bool by_type; /* the key is an interface */
    VEC(TypeNode *) firsts;
} Keys;

static Str key_bytes(Arena *a, char tag, const void *bytes, isize n)
{
    char *key = arena_room(a, n + 1, 1);
    key[0] = tag;
    if (n > 0) {
        memcpy(key + 1, bytes, (size_t)n);
    }
    return (Str){key, n + 1};
}

/* Bytes that are the same for equal constants, whatever their kind: 1 for 1.0 + 0i. Empty for
 * integers beyond 64 bits, which go/types takes for different ones always. */
static Str constant_key(Arena *a, Constant x)
{
    if (constant_kind(x) == CONSTANT_COMPLEX) {
        Constant real = constant_to_float(a, x);
        if (constant_kind(real) != CONSTANT_FLOAT) {
            double parts[2] = {constant_float64(constant_real(x), &(bool){false}),
                               constant_float64(constant_imag(a, x), &(bool){false})};
            return key_bytes(a, 'c', parts, sizeof(parts));
        }
        x = real;
    }
    if (constant_kind(x) == CONSTANT_FLOAT) {
        Constant integer = constant_to_int(a, x);
        if (constant_kind(integer) != CONSTANT_INT) {
            double value = constant_float64(x, &(bool){false});
            return key_bytes(a, 'f', &value, sizeof(value));
        }
        x = integer;
    }
    int64_t value;
    uint64_t large;
    bool is_true;
    switch (constant_kind(x)) {
    case CONSTANT_INT:
        return constant_int64(x, &value)    ? key_bytes(a, 'i', &value, sizeof(value))
               : constant_uint64(x, &large) ? key_bytes(a, 'u', &large, sizeof(large))
                                            : S("");
    case CONSTANT_STRING:
        return constant_string_key(a, x);
    case CONSTANT_BOOL:
        is_true = constant_bool(x);
        return key_bytes(a, 'b', &is_true, sizeof(is_true));
    case CONSTANT_UNKNOWN: /* of cgo, perhaps: go/types says that these are all the same */
    case CONSTANT_FLOAT:
    case CONSTANT_COMPLEX:
        break;
    }
    return S("");
}

/* Enters a constant key, and says whether it was there before. */
static bool enter_key(Checker *c, Keys *keys, const Operand *x)
{
    Str key = constant_key(c->scratch, x->value);
    if (key.len == 0) {
        return false;
    }
    bool is_new;
    isize *index = map_put(&keys->map, key, &is_new);
    if (!keys->by_type) {
        return !is_new;
    }
    if (is_new) {
        *VEC_PUSH(c->scratch, &keys->firsts) = NULL;
        *index = keys->firsts.len;
    }
    TypeNode **first = &keys->firsts.ptr[*index - 1];
    bool is_there = false;
    for (const TypeNode *n = *first; n != NULL && !is_there; n = n->next) {
        is_there = type_identical(n->type, x->type);
    }
    if (!is_there) {
        TypeNode *node = ARENA_NEW(c->scratch, TypeNode);
        *node = (TypeNode){x->type, *first};
        *first = node;
    }
    return is_there;
}

static void check_map_elts(Checker *c, Operand *x, AstNodes elts, const MapType *map)
{
    const AstFile *f = &c->file->ast;
    Keys keys = {.map = map_init(c->scratch), .by_type = type_is_non_param_interface(map->key)};
    for (isize i = 0; i < elts.len; i++) {
        AstNode e = elts.ptr[i];
        if (ast_kind(f, e) != AST_KEY_VALUE_EXPR) {
            check_error(c, e, CODE_MISSING_LIT_KEY, "missing key in map literal");
            continue;
        }
        const AstKeyValueExpr *pair = ast_key_value_expr(f, e);
        check_expr_with_hint(c, x, pair->key, map->key);
        check_assignment(c, x, map->key, S("map literal"));
        if (!operand_is_valid(x)) {
            continue;
        }
        if (operand_is_constant(x) && enter_key(c, &keys, x)) {
            check_error(c, x->expr, CODE_DUPLICATE_LIT_KEY, "duplicate key %v in map literal",
                        &x->value);
            continue;
        }
        check_expr_with_hint(c, x, pair->value, map->elem);
        check_assignment(c, x, map->elem, S("map literal"));
    }
}

/* ---- the literal ---- */

/* The type of a literal. */
typedef struct {
    Type *type;
    Type *base;   /* what is made: of &T{} in a list of pointers T */
    bool is_elem; /* the type is that of the elements around it */
} LitType;

/* [...]T */
static bool is_open_array(const AstFile *f, AstNode type)
{
    if (ast_kind(f, type) != AST_ARRAY_TYPE) {
        return false;
    }
    AstNode len = ast_array_type(f, type)->len;
    return len != 0 && ast_kind(f, len) == AST_ELLIPSIS && ast_ellipsis(f, len)->elt == 0;
}

static LitType find_type(Checker *c, AstNode e, Type *hint)
{
    const AstFile *f = &c->file->ast;
    AstNode type = ast_composite_lit(f, e)->type;
    if (type != 0) {
        Type *t;
        if (is_open_array(f, type)) {
            Type *elem = check_var_type(c, ast_array_type(f, type)->elt);
            t = (Type *)program_array(c->program, c->arena, elem, -1);
        } else {
            t = check_type(c, type);
        }
        return (LitType){t, t, false};
    }
    if (hint != NULL) {
        Str cause;
        Type *under = type_common_under(c, hint, NULL, &cause);
        bool is_pointer = false;
        Type *base = under != NULL ? type_deref(under, &is_pointer) : NULL;
        return (LitType){hint, is_pointer ? base : hint, true};
    }
    check_error(c, e, CODE_UNTYPED_LIT, "missing type in composite literal");
    Type *invalid = check_basic(c, BASIC_INVALID);
    return (LitType){invalid, invalid, false};
}

static void use_unknown_elts(Checker *c, AstNodes elts);

/* A key or a value of a literal of unknown type. Of one whose own type is left out, since the
 * literal around it has it, that is not known either; a name may be that of a field. */
static void use_unknown(Checker *c, AstNode e, bool is_key)
{
    const AstFile *f = &c->file->ast;
    AstKind kind = ast_kind(f, e);
    if (kind == AST_COMPOSITE_LIT && ast_composite_lit(f, e)->type == 0) {
        use_unknown_elts(c, ast_list(f, &ast_composite_lit(f, e)->elts));
    } else if (kind != AST_IDENT || !is_key) {
        check_use(c, &e, 1);
    } else {
        Object *o = check_local_var(c, ast_name(f, e));
        if (o != NULL) {
            object_mark_used(o);
        }
    }
}

static void use_unknown_elts(Checker *c, AstNodes elts)
{
    const AstFile *f = &c->file->ast;
    for (isize i = 0; i < elts.len; i++) {
        AstNode e = elts.ptr[i];
        if (ast_kind(f, e) == AST_KEY_VALUE_EXPR) {
            use_unknown(c, ast_key_value_expr(f, e)->key, true);
            e = ast_key_value_expr(f, e)->value;
        }
        use_unknown(c, e, false);
    }
}

/* The elements are checked for what they are, without keys: these may be names of fields. */
static void use_elts(Checker *c, AstNodes elts)
{
    const AstFile *f = &c->file->ast;
    if (package_has_unknown(c->pkg)) {
        use_unknown_elts(c, elts);
        return;
    }
    for (isize i = 0; i < elts.len; i++) {
        AstNode e = elts.ptr[i];
        AstNode value = ast_kind(f, e) == AST_KEY_VALUE_EXPR ? ast_key_value_expr(f, e)->value : e;
        check_use(c, &value, 1);
    }
}

static bool refuse_type(Checker *c, AstNode e, AstNodes elts, LitType lit, Type *under)
{
    use_elts(c, elts);
    if (under != NULL && !type_is_valid(under)) {
        return true; /* an error was told */
    }
    Str what = lit.is_elem ? S(" element") : S("");
    Str cause = under == NULL ? S(" (no common underlying type)") : S("");
    check_error(c, e, CODE_INVALID_LIT, "invalid composite literal%s type %t%s", &what, lit.type,
                &cause);
    return false;
}

void check_composite_lit(Checker *c, Operand *x, AstNode e, Type *hint)
{
    const AstFile *f = &c->file->ast;
    AstNodes elts = ast_list(f, &ast_composite_lit(f, e)->elts);
    LitType lit = find_type(c, e, hint);
    if (!check_is_complete(c, lit.base)) {
        operand_invalidate(x);
        return;
    }
    Str cause;
    Type *under = type_common_under(c, lit.base, NULL, &cause);
    TypeKind kind = under != NULL ? type_kind(under) : TYPE_BASIC;
    if (kind == TYPE_STRUCT) {
        const Struct *s = (const Struct *)under;
        if (elts.len > 0 && ast_kind(f, elts.ptr[0]) == AST_KEY_VALUE_EXPR) {
            check_keyed_fields(c, x, elts, s, lit.base);
        } else if (elts.len > 0) {
            check_plain_fields(c, x, e, elts, s->fields, lit.base);
        }
    } else if (kind == TYPE_ARRAY) {
        lit.type = check_array_lit(c, e, elts, (Array *)under, lit.type);
    } else if (kind == TYPE_SLICE) {
        check_indexed_elts(c, elts, ((const Slice *)under)->elem, -1);
    } else if (kind == TYPE_MAP) {
        check_map_elts(c, x, elts, (const MapType *)under);
    } else if (!refuse_type(c, e, elts, lit, under)) {
        operand_invalidate(x);
        return;
    }
    x->mode = MODE_VALUE;
    x->type = lit.type;
}
