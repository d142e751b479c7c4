/*
 * A node is taken from the stack, what it is goes to the words, its children to the stack: sources
 * nest as deep as they like. Which view a child is seen in depends on what stands above it: that is
 * the whole of this file.
 */
#include "go/preflight/views.h"

bool view_is_hidden(const NameTable *names, Name name)
{
    char first = name_text(names, name).ptr[0];
    return first == '_' || (first >= 'a' && first <= 'z'); /* of other letters no one knows */
}

void view_word(ViewWalk *w, uint32_t word)
{
    fingerprint_take(&w->text, &word, sizeof word);
}

void view_name(ViewWalk *w, Name name)
{
    fingerprint_take_str(&w->text, name_text(w->names, name));
}

void view_mention(ViewWalk *w, int32_t import, Name name, View view)
{
    *VEC_PUSH(w->arena, &w->mentions) = (RawMention){import, name, view};
}

static void push(ViewWalk *w, AstNode n, View view)
{
    *VEC_PUSH(w->arena, &w->stack) = (ViewStep){n, view};
}

/* ---- views of children ---- */

/* Of what a type leads to without holding it: elements of slices, maps and channels, parameters. */
static View view_led_to(View view)
{
    static const View views[VIEW_NONE] = {VIEW_WHOLE, VIEW_WHOLE, VIEW_NAME, VIEW_NAME};
    return views[view];
}

/* Of what a pointer points to: promotion goes through it. */
static View view_pointed_to(View view)
{
    static const View views[VIEW_NONE] = {VIEW_WHOLE, VIEW_BEHIND, VIEW_NAME, VIEW_NAME};
    return views[view];
}

/* Of what a type holds: elements of arrays, type arguments. */
static View view_held(View view)
{
    static const View views[VIEW_NONE] = {VIEW_WHOLE, VIEW_WHOLE, VIEW_LAYOUT, VIEW_NAME};
    return views[view];
}

/* ---- leaves ---- */

static void take_literal(ViewWalk *w, AstNode n)
{
    const AstBasicLit *lit = ast_basic_lit(w->file.ast, n);
    Str text = str_slice(w->file.ast->text, (isize)lit->pos, (isize)lit->end);
    fingerprint_take_str(&w->text, text);
}

/* Names that are declared there, and mean nothing that is elsewhere. */
static void take_names(ViewWalk *w, AstNodes names)
{
    for (isize i = 0; i < names.len; i++) {
        view_name(w, ast_name(w->file.ast, names.ptr[i]));
    }
}

static void take_selector(ViewWalk *w, AstNode n, View view)
{
    const AstFile *f = w->file.ast;
    const AstSelectorExpr *s = ast_selector_expr(f, n);
    view_name(w, ast_name(f, s->sel));
    const uint32_t *import = NULL;
    if (ast_kind(f, s->x) == AST_IDENT) {
        import = nameindex_get(&w->file.qualifiers, ast_name(f, s->x));
    }
    if (import == NULL) {
        push(w, s->x, VIEW_WHOLE);
    } else {
        view_name(w, ast_name(f, s->x));
        view_mention(w, (int32_t)*import - 1, ast_name(f, s->sel), view);
    }
}

/* ---- types ---- */

/* The name by which an embedded field is known: of T, p.T, *T, T[P]. */
static Name name_of_embedded(const AstFile *f, AstNode type)
{
    AstNode base = ast_receiver(f, type).base;
    if (ast_kind(f, base) == AST_SELECTOR_EXPR) {
        base = ast_selector_expr(f, base)->sel;
    }
    return ast_kind(f, base) == AST_IDENT ? ast_name(f, base) : 0;
}

static View view_of_embedded(const ViewWalk *w, AstNode type, View view)
{
    const AstFile *f = w->file.ast;
    Name name = name_of_embedded(f, type);
    bool is_hidden = name != 0 && view_is_hidden(w->names, name);
    bool is_behind = is_hidden && (view == VIEW_BEHIND ||
                                   (view == VIEW_WHOLE && ast_kind(f, type) == AST_STAR_EXPR));
    return is_behind ? VIEW_BEHIND : view_held(view);
}

static bool are_hidden(const ViewWalk *w, AstNodes names)
{
    for (isize i = 0; i < names.len; i++) {
        if (!view_is_hidden(w->names, ast_name(w->file.ast, names.ptr[i]))) {
            return false;
        }
    }
    return true;
}

static void take_struct_field(ViewWalk *w, AstNode n, View view)
{
    const AstFile *f = w->file.ast;
    const AstField *field = ast_field(f, n);
    AstNodes names = ast_list(f, &field->names);
    View inner = view;
    if (names.len == 0) {
        inner = view_of_embedded(w, field->type, view);
    } else if (!are_hidden(w, names)) {
        inner = view_held(view);
    } else if (view == VIEW_BEHIND) {
        return; /* nobody gets there */
    } else if (view == VIEW_WHOLE) {
        inner = VIEW_LAYOUT;
    }
    view_word(w, f->words[n]);
    view_word(w, (uint32_t)names.len);
    take_names(w, names);
    push(w, field->tag, VIEW_WHOLE);
    push(w, field->type, inner);
}

static void take_struct(ViewWalk *w, AstNode n, View view)
{
    const AstFile *f = w->file.ast;
    AstNodes fields = ast_list(f, &ast_field_list(f, ast_struct_type(f, n)->fields)->list);
    for (isize i = 0; i < fields.len; i++) {
        take_struct_field(w, fields.ptr[i], view);
    }
}

static void take_array(ViewWalk *w, AstNode n, View view)
{
    const AstArrayType *t = ast_array_type(w->file.ast, n);
    push(w, t->len, VIEW_WHOLE);
    push(w, t->elt, t->len != 0 ? view_held(view) : view_led_to(view));
}

static void take_type_spec(ViewWalk *w, AstNode n, View view)
{
    const AstTypeSpec *s = ast_type_spec(w->file.ast, n);
    view_word(w, s->assign != 0);
    push(w, s->type_params, view_led_to(view));
    push(w, s->type, view);
}

/* ---- any node ---- */

static void push_children(ViewWalk *w, AstNode n, View view)
{
    const AstFile *f = w->file.ast;
    AstKind kind = ast_kind(f, n);
    const AstInfo *info = &ast_infos[kind];
    for (isize i = 0; i < info->n_fields; i++) {
        if (info->fields[i].kind != AST_FIELD_POS) {
            push(w, f->words[n + 1 + (AstNode)i], view);
        }
    }
    AstNodes elements = kind == AST_LIST ? ast_list(f, &n) : (AstNodes){0};
    for (isize i = 0; i < elements.len; i++) {
        push(w, elements.ptr[i], view);
    }
}

/* A field that is no struct's: of parameters, of an interface. */
static void take_field(ViewWalk *w, AstNode n, View view)
{
    const AstField *field = ast_field(w->file.ast, n);
    AstNodes names = ast_list(w->file.ast, &field->names);
    view_word(w, (uint32_t)names.len);
    take_names(w, names);
    push(w, field->type, view);
}

static void take_interface(ViewWalk *w, AstNode n, View view)
{
    const AstFile *f = w->file.ast;
    AstNodes fields = ast_list(f, &ast_field_list(f, ast_interface_type(f, n)->methods)->list);
    for (isize i = 0; i < fields.len; i++) {
        AstNodes names = ast_list(f, &ast_field(f, fields.ptr[i])->names);
        for (isize k = 0; k < names.len; k++) {
            Name name = ast_name(f, names.ptr[k]);
            if (view_is_hidden(w->names, name)) {
                *VEC_PUSH(w->arena, &w->asked) = name;
            }
        }
    }
    push_children(w, n, view_led_to(view));
}

static void take_index(ViewWalk *w, AstNode x, AstNode indices, View view)
{
    push(w, x, view);
    push(w, indices, view_held(view));
}

static void step(ViewWalk *w, AstNode n, View view)
{
    if (n == 0) {
        view_word(w, AST_NONE);
        return;
    }
    const AstFile *f = w->file.ast;
    view_word(w, ast_kind(f, n) == AST_IDENT ? AST_IDENT : f->words[n]);
    switch ((int)ast_kind(f, n)) {
    case AST_IDENT:
        view_name(w, ast_name(f, n));
        view_mention(w, -1, ast_name(f, n), view);
        return;
    case AST_BASIC_LIT:
        take_literal(w, n);
        return;
    case AST_SELECTOR_EXPR:
        take_selector(w, n, view);
        return;
    case AST_STAR_EXPR:
        push(w, ast_star_expr(f, n)->x, view_pointed_to(view));
        return;
    case AST_INDEX_EXPR:
        take_index(w, ast_index_expr(f, n)->x, ast_index_expr(f, n)->index, view);
        return;
    case AST_INDEX_LIST_EXPR:
        take_index(w, ast_index_list_expr(f, n)->x, ast_index_list_expr(f, n)->indices, view);
        return;
    case AST_STRUCT_TYPE:
        take_struct(w, n, view);
        return;
    case AST_ARRAY_TYPE:
        take_array(w, n, view);
        return;
    case AST_FIELD:
        take_field(w, n, view);
        return;
    case AST_TYPE_SPEC:
        take_type_spec(w, n, view);
        return;
    case AST_INTERFACE_TYPE:
        take_interface(w, n, view);
        return;
    case AST_FIELD_LIST:
    case AST_LIST:
    case AST_PAREN_EXPR:
        push_children(w, n, view);
        return;
    case AST_MAP_TYPE:
    case AST_CHAN_TYPE:
    case AST_FUNC_TYPE:
    case AST_ELLIPSIS:
        push_children(w, n, view_led_to(view));
        return;
    }
    push_children(w, n, VIEW_WHOLE);
}

void view_walk(ViewWalk *w, AstNode n, View view)
{
    isize floor = w->stack.len;
    push(w, n, view);
    while (w->stack.len > floor) {
        ViewStep s = w->stack.ptr[--w->stack.len];
        step(w, s.node, s.view);
    }
}
