/*
 * A comment belongs to a declaration when it ends on the line above it, with nothing between (the
 * lead comment of go/parser). Comments without an empty line between them are one; one that stands
 * behind something on its line belongs to that. A line of it that begins "// Deprecated:" is what
 * counts, wherever it stands.
 */
#include "go/api/deprecated.h"

#define MARK S("// Deprecated:")

typedef struct {
    Arena *arena;
    Deprecated *found;
    const AstFile *ast;
    uint32_t file;
} Search;

/* ---- comments ---- */

/* Whether only white space stands there, and how many lines end. */
static bool is_blank(Str text, isize from, isize to, isize *ret_n_lines)
{
    *ret_n_lines = 0;
    for (isize i = from; i < to; i++) {
        char byte = text.ptr[i];
        *ret_n_lines += byte == '\n';
        if (byte != ' ' && byte != '\t' && byte != '\r' && byte != '\n') {
            return false;
        }
    }
    return true;
}

/* Whether something else stands before the comment on its line. */
static bool is_behind_something(const Search *s, isize i)
{
    const Comment *list = s->ast->comments.ptr;
    Str text = s->ast->text;
    for (isize at = (isize)list[i].pos - 1; at >= 0 && text.ptr[at] != '\n'; at--) {
        if (i > 0 && at == (isize)list[i - 1].end - 1) {
            i--;
            at = (isize)list[i].pos;
        } else if (text.ptr[at] != ' ' && text.ptr[at] != '\t') {
            return true;
        }
    }
    return false;
}

/* Index of the last comment that ends at pos or before; -1: there is none. */
static isize last_before(const CommentList *list, SourcePos pos)
{
    isize low = 0, high = list->len;
    while (low < high) {
        isize middle = low + (high - low) / 2;
        if (list->ptr[middle].end <= pos) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low - 1;
}

/* Whether what begins at pos has a lead comment with the mark in it. */
static bool is_marked(const Search *s, SourcePos pos)
{
    const CommentList *list = &s->ast->comments;
    Str text = s->ast->text;
    isize n_lines, i = last_before(list, pos);
    if (i < 0 || !is_blank(text, list->ptr[i].end, pos, &n_lines) || n_lines != 1) {
        return false;
    }
    for (bool is_first = true; i >= 0; i--, is_first = false) {
        const Comment *comment = &list->ptr[i];
        bool joins = is_first ||
                     (is_blank(text, comment->end, list->ptr[i + 1].pos, &n_lines) && n_lines <= 1);
        if (!joins || is_behind_something(s, i)) {
            return false;
        }
        if (str_starts_with(str_slice(text, comment->pos, comment->end), MARK)) {
            return true;
        }
    }
    return false;
}

/* ---- declarations ---- */

static Str key_of(const ObjectPos *at)
{
    return (Str){(const char *)at, sizeof *at};
}

static void mark(const Search *s, AstNode ident)
{
    const ObjectPos at = {s->file, ast_pos(s->ast, ident)};
    map_put(&s->found->places, str_copy(s->arena, key_of(&at)), NULL);
}

static void mark_all(const Search *s, const AstNode *list)
{
    AstNodes names = ast_list(s->ast, list);
    for (isize i = 0; i < names.len; i++) {
        mark(s, names.ptr[i]);
    }
}

/* A field that is embedded has the name of its type, if that is one of this package. */
static void mark_embedded(const Search *s, AstNode type)
{
    if (ast_kind(s->ast, type) == AST_STAR_EXPR) {
        type = ast_star_expr(s->ast, type)->x;
    }
    if (ast_kind(s->ast, type) == AST_IDENT) {
        mark(s, type);
    }
}

static void search_fields(const Search *s, AstNode list)
{
    AstNodes fields = {NULL, 0};
    if (list != 0) {
        fields = ast_list(s->ast, &ast_field_list(s->ast, list)->list);
    }
    for (isize i = 0; i < fields.len; i++) {
        const AstField *field = ast_field(s->ast, fields.ptr[i]);
        if (!is_marked(s, ast_pos(s->ast, fields.ptr[i]))) {
            continue;
        }
        mark_all(s, &field->names);
        if (field->names == 0) {
            mark_embedded(s, field->type);
        }
    }
}

static void search_type(const Search *s, AstNode type)
{
    if (ast_kind(s->ast, type) == AST_STRUCT_TYPE) {
        search_fields(s, ast_struct_type(s->ast, type)->fields);
    } else if (ast_kind(s->ast, type) == AST_INTERFACE_TYPE) {
        search_fields(s, ast_interface_type(s->ast, type)->methods);
    }
}

/* is_of_group: the comment above all specs of the declaration has the mark. */
static void search_spec(const Search *s, AstNode spec, bool is_of_group)
{
    AstKind kind = ast_kind(s->ast, spec);
    bool counts = is_of_group || is_marked(s, ast_pos(s->ast, spec));
    if (kind == AST_VALUE_SPEC && counts) {
        mark_all(s, &ast_value_spec(s->ast, spec)->names);
    }
    if (kind == AST_TYPE_SPEC) {
        const AstTypeSpec *t = ast_type_spec(s->ast, spec);
        if (counts) {
            mark(s, t->name);
        }
        search_type(s, t->type);
    }
}

static void search_file(const Search *s)
{
    AstNodes decls = ast_list(s->ast, &s->ast->decls);
    for (isize i = 0; i < decls.len; i++) {
        AstNode decl = decls.ptr[i];
        if (ast_kind(s->ast, decl) == AST_FUNC_DECL && is_marked(s, ast_pos(s->ast, decl))) {
            mark(s, ast_func_decl(s->ast, decl)->name);
        }
        if (ast_kind(s->ast, decl) != AST_GEN_DECL) {
            continue;
        }
        const AstGenDecl *group = ast_gen_decl(s->ast, decl);
        AstNodes specs = ast_list(s->ast, &group->specs);
        bool is_of_group = is_marked(s, group->tok_pos);
        for (isize k = 0; k < specs.len; k++) {
            search_spec(s, specs.ptr[k], is_of_group);
        }
    }
}

Deprecated deprecated_find(Arena *a, const Checker *c)
{
    Deprecated found = {.places = map_init(a)};
    for (isize i = 0; i < c->pkg->n_files; i++) {
        uint32_t file = c->pkg->files[i];
        Search s = {a, &found, &c->program->files[file].ast, file};
        search_file(&s);
    }
    return found;
}

bool deprecated_has(const Deprecated *d, const Object *o)
{
    return map_get(&d->places, key_of(&o->pos)) != NULL;
}
