/*
 * Struct types: fields, tags, and what may be embedded.
 *
 * What an embedded type is may not be known while the struct is read, so the rules for it are
 * checked later. A field of a name that is there already is told and left out.
 */
#include "go/types/decl.h"
#include "go/types/objset.h"

/* A struct while it is read. */
typedef struct {
    Objects fields;
    Str *tags; /* NULL until a field has one */
    isize n_max;
    ObjectSet names;
} Builder;

/* What the source says of one or several fields. */
typedef struct {
    Type *type;
    Str tag;
    bool is_embedded;
} FieldSpec;

typedef struct {
    Type *type;
    AstNode at;
} Embedded;

/* ---- fields ---- */

static bool declare_in_set(Checker *c, ObjectSet *set, Object *o)
{
    isize found = objset_insert(set, o);
    if (found < 0) {
        return true;
    }
    ErrorDesc e = check_error_begin(c, CODE_DUPLICATE_DECL);
    error_add(&e, o->pos, "%n redeclared", o->name);
    error_add_alt_decl(&e, set->objects.ptr[found]);
    error_report(&e);
    return false;
}

/* ident is 0 for a field without a name that can be read. */
static void add_field(Checker *c, Builder *b, const FieldSpec *spec, AstNode ident, SourcePos pos)
{
    Name name = ident != 0 ? ast_name(check_ast(c), ident) : NAME_BLANK;
    Object *field = check_new_var(c, VAR_FIELD, pos, name, spec->type);
    field->is_embedded = spec->is_embedded;
    if (name != NAME_BLANK && !declare_in_set(c, &b->names, field)) {
        return;
    }
    if (spec->tag.len > 0 && b->tags == NULL) {
        b->tags = ARENA_ARRAY(c->arena, Str, b->n_max);
    }
    if (b->tags != NULL) {
        b->tags[b->fields.len] = spec->tag;
    }
    b->fields.ptr[b->fields.len++] = field;
    if (ident != 0) {
        record_def(c, ident, field);
    }
}

static Str check_tag(Checker *c, AstNode tag)
{
    if (tag == 0) {
        return (Str){0};
    }
    const AstFile *f = check_ast(c);
    const AstBasicLit *lit = ast_basic_lit(f, tag);
    Str text = str_slice(f->text, lit->pos, lit->end);
    if (ast_tok(f, tag) == TOKEN_STRING) {
        Constant value = constant_from_literal(c->scratch, text, TOKEN_STRING);
        if (constant_kind(value) == CONSTANT_STRING) {
            return str_copy(c->arena, constant_string(c->scratch, value));
        }
    }
    check_error(c, tag, CODE_INVALID_SYNTAX_TREE, "incorrect tag syntax: %q", &text);
    return (Str){0};
}

/* ---- embedded fields ---- */

/* The name of an embedded field; 0: it has none. *T has that of T, **T is not valid. */
static AstNode embedded_ident(const AstFile *f, AstNode e)
{
    for (;;) {
        AstNode x = 0;
        if (ast_kind(f, e) == AST_IDENT) {
            return e;
        } else if (ast_kind(f, e) == AST_SELECTOR_EXPR) {
            return ast_selector_expr(f, e)->sel;
        } else if (ast_kind(f, e) == AST_STAR_EXPR) {
            x = ast_star_expr(f, e)->x;
            x = ast_kind(f, x) == AST_STAR_EXPR ? 0 : x;
        } else if (ast_kind(f, e) == AST_INDEX_EXPR) {
            x = ast_index_expr(f, e)->x;
        } else if (ast_kind(f, e) == AST_INDEX_LIST_EXPR) {
            x = ast_index_list_expr(f, e)->x;
        }
        if (x == 0) {
            return 0;
        }
        e = x;
    }
}

static void check_embedded(Checker *c, void *arg)
{
    const Embedded *embedded = arg;
    bool is_ptr;
    Type *t = type_deref(embedded->type, &is_ptr);
    Type *under = type_under(t);
    if (under == NULL || !type_is_valid(t)) {
        return;
    }
    ErrCode code = CODE_INVALID_PTR_EMBED;
    const char *wrong = NULL;
    if (type_kind(under) == TYPE_BASIC && ((Basic *)under)->kind == BASIC_UNSAFE_POINTER) {
        wrong = "embedded field type cannot be unsafe.Pointer";
    } else if (type_kind(under) == TYPE_POINTER) {
        wrong = "embedded field type cannot be a pointer";
    } else if (type_is_param(t)) {
        code = CODE_MISPLACED_TYPE_PARAM;
        wrong = "embedded field type cannot be a (pointer to a) type parameter";
    } else if (type_kind(under) == TYPE_INTERFACE && is_ptr) {
        wrong = "embedded field type cannot be a pointer to an interface";
    }
    if (wrong != NULL) {
        check_error(c, embedded->at, code, wrong);
    }
}

/* A type without a name makes a field nevertheless, so that those behind it keep their places. */
static void add_embedded(Checker *c, Builder *b, FieldSpec spec, AstNode type)
{
    const AstFile *f = check_ast(c);
    AstNode ident = embedded_ident(f, type);
    spec.is_embedded = true;
    if (ident == 0) {
        check_error(c, type, CODE_INVALID_SYNTAX_TREE, "embedded field type %x has no name", type);
        spec.type = check_basic(c, BASIC_INVALID);
        spec.tag = (Str){0};
        add_field(c, b, &spec, 0, ast_pos(f, type));
        return;
    }
    add_field(c, b, &spec, ident, ast_pos(f, ident));
    Embedded *later = ARENA_NEW(c->scratch, Embedded);
    *later = (Embedded){spec.type, type};
    check_later(c, check_embedded, later);
}

/* ---- structs ---- */

static isize count_fields(const AstFile *f, AstNodes list)
{
    isize n = 0;
    for (isize i = 0; i < list.len; i++) {
        AstNodes names = ast_list(f, &ast_field(f, list.ptr[i])->names);
        n += MAX(names.len, 1);
    }
    return n;
}

void check_struct_type(Checker *c, Struct *t, AstNode e)
{
    const AstFile *f = check_ast(c);
    AstNode list = ast_struct_type(f, e)->fields;
    AstNodes specs = {NULL, 0};
    if (list != 0) {
        specs = ast_list(f, &ast_field_list(f, list)->list);
    }
    isize n_max = count_fields(f, specs);
    Builder b = {.fields = {ARENA_ARRAY(c->arena, Object *, n_max), 0},
                 .n_max = n_max,
                 .names = objset_init(c->scratch)};
    for (isize i = 0; i < specs.len; i++) {
        const AstField *field = ast_field(f, specs.ptr[i]);
        FieldSpec spec = {.type = check_var_type(c, field->type)};
        spec.tag = check_tag(c, field->tag);
        AstNodes names = ast_list(f, &field->names);
        if (names.len == 0) {
            add_embedded(c, &b, spec, field->type);
        }
        for (isize j = 0; j < names.len; j++) {
            add_field(c, &b, &spec, names.ptr[j], ast_pos(f, names.ptr[j]));
        }
    }
    t->fields = b.fields;
    t->tags = b.tags;
}
