/*
 * The tree is one array with children before their parents, so a check is one pass over it, without
 * recursion: each node that holds a type looks at that type alone. Places are those that types2
 * reports: where the type, the literal or the first type parameter begins.
 */
#include "go/syntax/langversion.h"

#include "base/strbuf.h"

#define OLDEST_OF_FILE 21 /* a file cannot ask for less */

static const LangRow rows[LANG_COUNT] = {
#define LANG(name, since, first, used, is, where) \
    [LANG_##name] = {STR_CONST(#name), since, first, used, STR_CONST(is), STR_CONST(where)},
#include "go/syntax/langversion.def"
#undef LANG
};

const LangRow *langversion_row(LangFeature feature)
{
    return &rows[feature];
}

enum { USED_AS_VALUE, USED_AS_TYPE, USED_IN_CALL };

typedef struct {
    const AstFile *file;
    const NameTable *names;
    LangVersion version;
    uint8_t *uses; /* by node: what an instance is used as, where that is known */
    DiagnosticList *errors;
} Check;

/* ---- versions ---- */

LangVersion langversion_of(isize module, isize tag)
{
    if (tag == LANGVERSION_NONE) {
        return (LangVersion){.minor = module, .module = module};
    }
    return (LangVersion){
        .minor = MAX(tag, OLDEST_OF_FILE), .module = module, .is_file = tag >= OLDEST_OF_FILE};
}

static bool is_build_line(Str comment)
{
    return str_eat_prefix(&comment, S("//go:build")) &&
           (comment.len == 0 || comment.ptr[0] == ' ' || comment.ptr[0] == '\t' ||
            comment.ptr[0] == '\r');
}

Str langversion_build_line(const AstFile *f)
{
    Str found = {0};
    for (isize i = 0; i < f->comments.len && f->comments.ptr[i].pos < f->package; i++) {
        Str comment = str_slice(f->text, f->comments.ptr[i].pos, f->comments.ptr[i].end);
        found = is_build_line(comment) ? comment : found;
    }
    return found;
}

bool langversion_allows(LangVersion v, LangFeature feature)
{
    return v.minor >= rows[feature].since;
}

Str langversion_source(Arena *a, LangVersion v)
{
    return v.is_file ? str_format(a, "file declares //go:build go1.%td", v.minor)
                     : str_format(a, "-lang was set to go1.%td; check go.mod", v.module);
}

bool langversion_require(LangVersion v, LangFeature feature, SourcePos pos, Str what,
                         DiagnosticList *errors)
{
    if (langversion_allows(v, feature)) {
        return true;
    }
    const LangRow *row = &rows[feature];
    Str used = str_from_c(row->used);
    isize at = str_index_byte(used, '%');
    Str before = at < 0 ? used : str_to(used, at);
    diagnostic_add(errors, pos, "%.*s%.*s requires go1.%td or later (%.*s)", STR_ARG(before),
                   STR_ARG(what), (isize)row->since, STR_ARG(langversion_source(errors->arena, v)));
    return false;
}

static void require(const Check *c, LangFeature feature, SourcePos pos)
{
    langversion_require(c->version, feature, pos, (Str){0}, c->errors);
}

/* ---- literals and directives ---- */

static void check_literal(const Check *c, AstNode n)
{
    const AstBasicLit *lit = ast_basic_lit(c->file, n);
    Token tok = ast_tok(c->file, n);
    Str text = str_slice(c->file->text, lit->pos, lit->end);
    if ((tok != TOKEN_INT && tok != TOKEN_FLOAT && tok != TOKEN_IMAG) || text.len <= 2) {
        return;
    }
    char radix = text.ptr[0] == '0' ? (char)(text.ptr[1] | 0x20) : 0;
    if (str_index_byte(text, '_') >= 0) {
        require(c, LANG_NUMBER_UNDERSCORE, lit->pos);
    } else if (radix == 'b') {
        require(c, LANG_NUMBER_BINARY, lit->pos);
    } else if (radix == 'o') {
        require(c, LANG_NUMBER_OCTAL, lit->pos);
    } else if (radix == 'x' && tok != TOKEN_INT) {
        require(c, LANG_NUMBER_HEX_FLOAT, lit->pos);
    }
}

/* The version of the module counts for them, whatever the file says. */
static void check_directives(const Check *c)
{
    LangVersion module = langversion_of(c->version.module, LANGVERSION_NONE);
    const CommentList *comments = &c->file->comments;
    for (isize i = 0; !langversion_allows(module, LANG_EMBED) && i < comments->len; i++) {
        Str text = str_slice(c->file->text, comments->ptr[i].pos, comments->ptr[i].end);
        if (str_starts_with(text, S("//go:embed ")) || str_starts_with(text, S("//go:embed\t"))) {
            langversion_require(module, LANG_EMBED, comments->ptr[i].pos + 2, (Str){0}, c->errors);
        }
    }
}

/* ---- types ---- */

/* "~int" and what else a union is made of; types are written as they stand there. */
static void add_term(const AstFile *f, AstNode n, StrBuf *out)
{
    while (ast_kind(f, n) == AST_UNARY_EXPR || ast_kind(f, n) == AST_PAREN_EXPR) {
        if (ast_kind(f, n) == AST_PAREN_EXPR) {
            n = ast_paren_expr(f, n)->x;
        } else {
            strbuf_add_byte(out, '~');
            n = ast_unary_expr(f, n)->x;
        }
    }
    strbuf_add(out, str_slice(f->text, ast_pos(f, n), ast_end(f, n)));
}

/* An element as types2 writes it: its terms with " | " in between. The tree has the last term on
 * top. */
static Str format_element(Arena *a, const AstFile *f, AstNode n)
{
    VEC(AstNode) terms = {0};
    for (; ast_kind(f, n) == AST_BINARY_EXPR; n = ast_binary_expr(f, n)->x) {
        *VEC_PUSH(a, &terms) = ast_binary_expr(f, n)->y;
    }
    *VEC_PUSH(a, &terms) = n;
    StrBuf b = strbuf_init(a);
    for (isize i = terms.len - 1; i >= 0; i--) {
        add_term(f, terms.ptr[i], &b);
        strbuf_add(&b, i > 0 ? S(" | ") : S(""));
    }
    return strbuf_str(&b);
}

static void require_element(const Check *c, LangFeature feature, AstNode n)
{
    if (!langversion_allows(c->version, feature)) {
        Str element = format_element(c->errors->arena, c->file, n);
        langversion_require(c->version, feature, ast_pos(c->file, n), element, c->errors);
    }
}

static bool is_union(const AstFile *f, AstNode n)
{
    return ast_kind(f, n) == AST_BINARY_EXPR || ast_kind(f, n) == AST_UNARY_EXPR;
}

static void check_type(const Check *c, AstNode n);

static void check_types(const Check *c, AstNode list)
{
    AstNodes nodes = ast_list(c->file, &list);
    for (isize i = 0; i < nodes.len; i++) {
        check_type(c, nodes.ptr[i]);
    }
}

static void check_instance(const Check *c, AstNode n)
{
    require(c, LANG_TYPE_INSTANCE, ast_pos(c->file, n));
    c->uses[n] = USED_AS_TYPE;
    if (ast_kind(c->file, n) == AST_INDEX_EXPR) {
        check_type(c, ast_index_expr(c->file, n)->index);
    } else {
        check_types(c, ast_index_list_expr(c->file, n)->indices);
    }
}

/* n, or 0, stands where a type does. What its parts hold is looked at where they are met. */
static void check_type(const Check *c, AstNode n)
{
    const AstFile *f = c->file;
    while (n != 0) {
        switch ((int)ast_kind(f, n)) {
        case AST_PAREN_EXPR:
            n = ast_paren_expr(f, n)->x;
            break;
        case AST_STAR_EXPR:
            n = ast_star_expr(f, n)->x;
            break;
        case AST_ELLIPSIS:
            n = ast_ellipsis(f, n)->elt;
            break;
        case AST_UNARY_EXPR:
            n = ast_unary_expr(f, n)->x;
            break;
        case AST_BINARY_EXPR:
            check_type(c, ast_binary_expr(f, n)->y);
            n = ast_binary_expr(f, n)->x;
            break;
        case AST_INDEX_EXPR:
        case AST_INDEX_LIST_EXPR:
            check_instance(c, n);
            return;
        default:
            return;
        }
    }
}

static void check_interface(const Check *c, AstNode n)
{
    const AstFile *f = c->file;
    AstNodes methods = ast_list(f, &ast_field_list(f, ast_interface_type(f, n)->methods)->list);
    for (isize i = 0; i < methods.len; i++) {
        const AstField *field = ast_field(f, methods.ptr[i]);
        AstKind kind = ast_kind(f, ast_unparen(f, field->type));
        if (field->names != 0) {
            continue;
        }
        if (is_union(f, field->type)) {
            require_element(c, LANG_INTERFACE_ELEMENT, field->type);
        } else if (kind == AST_ARRAY_TYPE || kind == AST_STRUCT_TYPE || kind == AST_FUNC_TYPE ||
                   kind == AST_MAP_TYPE || kind == AST_CHAN_TYPE || kind == AST_STAR_EXPR) {
            require_element(c, LANG_INTERFACE_TYPE, field->type);
        }
    }
}

static void check_type_params(const Check *c, LangFeature feature, AstNode type_params)
{
    AstNodes fields = ast_list(c->file, &ast_field_list(c->file, type_params)->list);
    require(c, feature, ast_pos(c->file, fields.ptr[0]));
    for (isize i = 0; i < fields.len; i++) {
        AstNode type = ast_field(c->file, fields.ptr[i])->type;
        if (is_union(c->file, type)) {
            require_element(c, LANG_INTERFACE_ELEMENT, type);
        }
    }
}

/* ---- declarations and calls ---- */

static void check_type_spec(const Check *c, AstNode n)
{
    const AstTypeSpec *spec = ast_type_spec(c->file, n);
    if (spec->assign == 0 && spec->type_params != 0) {
        check_type_params(c, LANG_TYPE_PARAMETER, spec->type_params);
    } else if (spec->type_params != 0) {
        check_type_params(c, LANG_GENERIC_ALIAS, spec->type_params);
    } else if (spec->assign != 0) {
        require(c, LANG_TYPE_ALIAS, ast_pos(c->file, n));
    }
    check_type(c, spec->type);
}

/* init and main must not have type parameters at all: that is another error. */
static void check_func(const Check *c, AstNode n)
{
    const AstFile *f = c->file;
    const AstFuncDecl *decl = ast_func_decl(f, n);
    AstNode type_params = ast_func_type(f, decl->type)->type_params;
    Str name = name_text(c->names, ast_name(f, decl->name));
    Str package = name_text(c->names, ast_name(f, f->name));
    bool is_entry = decl->recv == 0 &&
                    (str_eq(name, S("init")) || (str_eq(name, S("main")) && str_eq(package, name)));
    if (type_params != 0 && !is_entry) {
        check_type_params(c, decl->recv != 0 ? LANG_GENERIC_METHOD : LANG_TYPE_PARAMETER,
                          type_params);
    }
}

/* The first argument of make is a type; so is that of new, but for an index that may be a value. */
static void check_call(const Check *c, AstNode n)
{
    const AstCallExpr *call = ast_call_expr(c->file, n);
    AstNodes args = ast_list(c->file, &call->args);
    c->uses[call->fun] = USED_IN_CALL;
    if (args.len == 0 || ast_kind(c->file, call->fun) != AST_IDENT) {
        return;
    }
    Str name = name_text(c->names, ast_name(c->file, call->fun));
    if (str_eq(name, S("make")) ||
        (str_eq(name, S("new")) && ast_kind(c->file, args.ptr[0]) != AST_INDEX_EXPR)) {
        check_type(c, args.ptr[0]);
    }
}

static void check_type_switch(const Check *c, AstNode n)
{
    AstNode body = ast_type_switch_stmt(c->file, n)->body;
    AstNodes clauses = ast_list(c->file, &ast_block_stmt(c->file, body)->list);
    for (isize i = 0; i < clauses.len; i++) {
        check_types(c, ast_case_clause(c->file, clauses.ptr[i])->list);
    }
}

static void check_map(const Check *c, AstNode n)
{
    check_type(c, ast_map_type(c->file, n)->key);
    check_type(c, ast_map_type(c->file, n)->value);
}

typedef void (*CheckNode)(const Check *c, AstNode n);

static const CheckNode checks[AST_COUNT] = {
    [AST_BASIC_LIT] = check_literal,
    [AST_CALL_EXPR] = check_call,
    [AST_MAP_TYPE] = check_map,
    [AST_INTERFACE_TYPE] = check_interface,
    [AST_TYPE_SWITCH_STMT] = check_type_switch,
    [AST_TYPE_SPEC] = check_type_spec,
    [AST_FUNC_DECL] = check_func,
};

/* Kinds that hold a type in one of their words (which is counted from the first of the node). */
#define TYPE_AT(Type, field) (offsetof(Type, field) / sizeof(uint32_t))
static const uint8_t type_at[AST_COUNT] = {
    [AST_COMPOSITE_LIT] = TYPE_AT(AstCompositeLit, type),
    [AST_TYPE_ASSERT_EXPR] = TYPE_AT(AstTypeAssertExpr, type),
    [AST_ARRAY_TYPE] = TYPE_AT(AstArrayType, elt),
    [AST_CHAN_TYPE] = TYPE_AT(AstChanType, value),
    [AST_FIELD] = TYPE_AT(AstField, type),
    [AST_VALUE_SPEC] = TYPE_AT(AstValueSpec, type),
};

/* Lists of type arguments that stand where no type does. Go points to the bracket of a function
 * that is not called. */
static void check_func_instances(const Check *c)
{
    const AstFile *f = c->file;
    for (AstNode n = ast_first(f); n != 0; n = ast_next(f, n)) {
        if (ast_kind(f, n) == AST_INDEX_LIST_EXPR && c->uses[n] != USED_AS_TYPE) {
            require(c, LANG_FUNC_INSTANCE,
                    c->uses[n] == USED_IN_CALL ? ast_pos(f, n) : ast_index_list_expr(f, n)->lbrack);
        }
    }
}

static void check_nodes(const Check *c)
{
    const AstFile *f = c->file;
    for (AstNode n = ast_first(f); n != 0; n = ast_next(f, n)) {
        AstKind kind = ast_kind(f, n);
        if (checks[kind] != NULL) {
            checks[kind](c, n);
        }
        if (type_at[kind] != 0) {
            check_type(c, f->words[n + type_at[kind]]);
        }
    }
}

static isize newest_row(void)
{
    isize newest = 0;
    for (isize i = 0; i < LANG_COUNT; i++) {
        newest = MAX(newest, rows[i].since);
    }
    return newest;
}

void langversion_check(const AstFile *f, const NameTable *names, LangVersion v,
                       DiagnosticList *errors)
{
    Arena scratch = arena_init(64 * KIB);
    Check c = {f, names, v, NULL, errors};
    check_directives(&c);
    if (v.minor < newest_row()) {
        c.uses = ARENA_ARRAY(&scratch, uint8_t, f->n_words);
        check_nodes(&c);
    }
    if (!langversion_allows(v, LANG_FUNC_INSTANCE)) {
        check_func_instances(&c);
    }
    arena_done(&scratch);
}
