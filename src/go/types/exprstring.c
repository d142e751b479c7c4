/*
 * Expressions as text, as exprstring.go writes them: bodies of functions and elements of literals
 * are left out.
 *
 * Chains such as a + b + c are as deep as they are long, so nothing here recurses: what is still to
 * be written lies on a stack of its own.
 */
#include "go/types/checker.h"

#define STACK_BYTES 4096 /* longer ones take memory */

typedef enum { ITEM_TEXT, ITEM_EXPR, ITEM_SIGNATURE } ItemKind;

typedef struct {
    ItemKind kind;
    AstNode node;
    Str text;
} Item;

typedef struct {
    StrBuf *b;
    const Program *program;
    const AstFile *file;
    Arena arena;
    VEC(Item) items; /* the last is written next */
} Writer;

/* Items are added in the order in which they are to be written, and then turned over. */

static void add(Writer *w, Item item)
{
    *VEC_PUSH(&w->arena, &w->items) = item;
}

static void text(Writer *w, Str s)
{
    add(w, (Item){.kind = ITEM_TEXT, .text = s});
}

static void expr(Writer *w, AstNode e)
{
    add(w, (Item){.kind = ITEM_EXPR, .node = e});
}

static void optional(Writer *w, AstNode e)
{
    if (e != 0) {
        expr(w, e);
    }
}

static void turn_over(Writer *w, isize from)
{
    for (isize i = from, j = w->items.len - 1; i < j; i++, j--) {
        Item item = w->items.ptr[i];
        w->items.ptr[i] = w->items.ptr[j];
        w->items.ptr[j] = item;
    }
}

/* ---- lists ---- */

static void exprs(Writer *w, AstNodes list)
{
    for (isize i = 0; i < list.len; i++) {
        text(w, i > 0 ? S(", ") : (Str){0});
        expr(w, list.ptr[i]);
    }
}

static AstNodes fields_of(const AstFile *f, AstNode list)
{
    return list == 0 ? (AstNodes){0} : ast_list(f, &ast_field_list(f, list)->list);
}

static void field(Writer *w, const AstField *field, bool is_method)
{
    AstNodes names = ast_list(w->file, &field->names);
    exprs(w, names);
    if (is_method && field->type != 0 && ast_kind(w->file, field->type) == AST_FUNC_TYPE) {
        add(w, (Item){.kind = ITEM_SIGNATURE, .node = field->type});
        return;
    }
    text(w, names.len > 0 ? S(" ") : (Str){0});
    expr(w, field->type);
}

static void fields(Writer *w, AstNode list, Str separator, bool are_methods)
{
    AstNodes of = fields_of(w->file, list);
    for (isize i = 0; i < of.len; i++) {
        text(w, i > 0 ? separator : (Str){0});
        field(w, ast_field(w->file, of.ptr[i]), are_methods);
    }
}

/* Parameters and results of a function type. */
static void signature(Writer *w, AstNode type)
{
    const AstFuncType *sig = ast_func_type(w->file, type);
    text(w, S("("));
    fields(w, sig->params, S(", "), false);
    text(w, S(")"));
    AstNodes results = fields_of(w->file, sig->results);
    if (results.len == 0) {
        return;
    }
    const AstField *first = ast_field(w->file, results.ptr[0]);
    text(w, S(" "));
    if (results.len == 1 && first->names == 0) {
        expr(w, first->type);
        return;
    }
    text(w, S("("));
    fields(w, sig->results, S(", "), false);
    text(w, S(")"));
}

/* ---- expressions ---- */

static void literal(Writer *w, AstNode e)
{
    const AstFile *f = w->file;
    switch ((int)ast_kind(f, e)) {
    case AST_IDENT:
        text(w, name_text(w->program->names, ast_name(f, e)));
        break;
    case AST_BASIC_LIT: {
        const AstBasicLit *lit = ast_basic_lit(f, e);
        text(w, f->text.len == 0 ? (Str){0} : str_slice(f->text, lit->pos, lit->end));
        break;
    }
    case AST_FUNC_LIT:
        text(w, S("("));
        expr(w, ast_func_lit(f, e)->type);
        text(w, S(" literal)"));
        break;
    case AST_COMPOSITE_LIT:
        expr(w, ast_composite_lit(f, e)->type);
        text(w, ast_composite_lit(f, e)->elts != 0 ? S("{…}") : S("{}"));
        break;
    default:
        UNREACHABLE("no literal");
    }
}

static void slice(Writer *w, const AstSliceExpr *s)
{
    expr(w, s->x);
    text(w, S("["));
    optional(w, s->low);
    text(w, S(":"));
    optional(w, s->high);
    text(w, s->max != 0 ? S(":") : (Str){0});
    optional(w, s->max);
    text(w, S("]"));
}

static void call(Writer *w, const AstCallExpr *e)
{
    expr(w, e->fun);
    text(w, S("("));
    exprs(w, ast_list(w->file, &e->args));
    text(w, e->ellipsis != 0 ? S("...)") : S(")"));
}

/* An expression between two texts. */
static void enclosed(Writer *w, Str before, AstNode e, Str behind)
{
    text(w, before);
    expr(w, e);
    text(w, behind);
}

static void index_of(Writer *w, AstNode x, const AstNode *indices)
{
    expr(w, x);
    text(w, S("["));
    exprs(w, ast_list(w->file, indices));
    text(w, S("]"));
}

/* What is made of expressions with something between them; false: e is something else. */
static bool composed(Writer *w, AstNode e)
{
    const AstFile *f = w->file;
    switch ((int)ast_kind(f, e)) {
    case AST_PAREN_EXPR:
        enclosed(w, S("("), ast_paren_expr(f, e)->x, S(")"));
        return true;
    case AST_SELECTOR_EXPR:
        expr(w, ast_selector_expr(f, e)->x);
        text(w, S("."));
        expr(w, ast_selector_expr(f, e)->sel);
        return true;
    case AST_INDEX_EXPR:
        index_of(w, ast_index_expr(f, e)->x, &ast_index_expr(f, e)->index);
        return true;
    case AST_INDEX_LIST_EXPR:
        index_of(w, ast_index_list_expr(f, e)->x, &ast_index_list_expr(f, e)->indices);
        return true;
    case AST_SLICE_EXPR:
        slice(w, ast_slice_expr(f, e));
        return true;
    case AST_TYPE_ASSERT_EXPR:
        expr(w, ast_type_assert_expr(f, e)->x);
        enclosed(w, S(".("), ast_type_assert_expr(f, e)->type, S(")"));
        return true;
    case AST_CALL_EXPR:
        call(w, ast_call_expr(f, e));
        return true;
    case AST_BINARY_EXPR:
        expr(w, ast_binary_expr(f, e)->x);
        text(w, S(" "));
        text(w, token_text(ast_tok(f, e)));
        enclosed(w, S(" "), ast_binary_expr(f, e)->y, (Str){0});
        return true;
    default:
        return false;
    }
}

static void chan_type(Writer *w, AstNode e)
{
    unsigned dir = ast_flags(w->file, e);
    text(w, dir == AST_SEND ? S("chan<- ") : dir == AST_RECV ? S("<-chan ") : S("chan "));
    expr(w, ast_chan_type(w->file, e)->value);
}

/* What stands before one expression, and types; false: e is something else. */
static bool prefixed(Writer *w, AstNode e)
{
    const AstFile *f = w->file;
    switch ((int)ast_kind(f, e)) {
    case AST_ELLIPSIS:
        text(w, S("..."));
        optional(w, ast_ellipsis(f, e)->elt);
        return true;
    case AST_STAR_EXPR:
        enclosed(w, S("*"), ast_star_expr(f, e)->x, (Str){0});
        return true;
    case AST_UNARY_EXPR:
        enclosed(w, token_text(ast_tok(f, e)), ast_unary_expr(f, e)->x, (Str){0});
        return true;
    case AST_ARRAY_TYPE:
        text(w, S("["));
        optional(w, ast_array_type(f, e)->len);
        enclosed(w, S("]"), ast_array_type(f, e)->elt, (Str){0});
        return true;
    case AST_STRUCT_TYPE:
        text(w, S("struct{"));
        fields(w, ast_struct_type(f, e)->fields, S("; "), false);
        text(w, S("}"));
        return true;
    case AST_FUNC_TYPE:
        text(w, S("func"));
        signature(w, e);
        return true;
    case AST_INTERFACE_TYPE:
        text(w, S("interface{"));
        fields(w, ast_interface_type(f, e)->methods, S("; "), true);
        text(w, S("}"));
        return true;
    case AST_MAP_TYPE:
        enclosed(w, S("map["), ast_map_type(f, e)->key, S("]"));
        expr(w, ast_map_type(f, e)->value);
        return true;
    case AST_CHAN_TYPE:
        chan_type(w, e);
        return true;
    default:
        return false;
    }
}

/* Adds what e is made of. */
static void expand(Writer *w, AstNode e)
{
    if (e == 0) {
        text(w, S("(ast: <nil>)"));
        return;
    }
    AstKind kind = ast_kind(w->file, e);
    if (kind == AST_IDENT || kind == AST_BASIC_LIT || kind == AST_FUNC_LIT ||
        kind == AST_COMPOSITE_LIT) {
        literal(w, e);
    } else if (!composed(w, e) && !prefixed(w, e)) {
        text(w, S("(ast: *ast."));
        text(w, ast_infos[kind].name);
        text(w, S(")"));
    }
}

void expr_write(StrBuf *b, const Program *p, const AstFile *f, AstNode e)
{
    _Alignas(16) char memory[STACK_BYTES];
    Writer w = {.b = b, .program = p, .file = f};
    w.arena = arena_over(memory, (isize)sizeof(memory));
    expr(&w, e);
    while (w.items.len > 0) {
        Item item = w.items.ptr[--w.items.len];
        isize from = w.items.len;
        if (item.kind == ITEM_TEXT) {
            strbuf_add(b, item.text);
        } else if (item.kind == ITEM_SIGNATURE) {
            signature(&w, item.node);
        } else {
            expand(&w, item.node);
        }
        turn_over(&w, from);
    }
    arena_done(&w.arena);
}
