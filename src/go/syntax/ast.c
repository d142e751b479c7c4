#include "go/syntax/ast.h"

#define NODE(field, name) {STR_CONST(name), AST_FIELD_NODE},
#define LIST(field, name) {STR_CONST(name), AST_FIELD_NODES},
#define POS(field, name) {STR_CONST(name), AST_FIELD_POS},
#define AST(kind, type, name, fields) static const AstFieldInfo fields_of_##type[] = {fields};
#include "go/syntax/ast.def"
#undef AST
#undef NODE
#undef LIST
#undef POS

const AstInfo ast_infos[AST_COUNT] = {
    [AST_NONE] = {STR_CONST("none"), NULL, 0},
#define AST(kind, type, name, fields) \
    [AST_##kind] = {STR_CONST(name), fields_of_##type, COUNT_OF(fields_of_##type)},
#include "go/syntax/ast.def"
#undef AST
};

AstNode ast_unparen(const AstFile *f, AstNode x)
{
    while (x != 0 && ast_kind(f, x) == AST_PAREN_EXPR) {
        x = ast_paren_expr(f, x)->x;
    }
    return x;
}

/* ---- where a node begins ---- */

static AstNode first_of(const AstFile *f, AstNode list)
{
    AstNodes nodes = ast_list(f, &list);
    return nodes.len > 0 ? nodes.ptr[0] : 0;
}

static AstNode last_of(const AstFile *f, AstNode list)
{
    AstNodes nodes = ast_list(f, &list);
    return nodes.len > 0 ? nodes.ptr[nodes.len - 1] : 0;
}

static AstNode either(AstNode first, AstNode second)
{
    return first != 0 ? first : second;
}

/* Kinds whose first field is the node that they begin with. */
static const bool begins_with_child[AST_COUNT] = {
    [AST_FUNC_LIT] = true,         [AST_COMPOSITE_LIT] = true,   [AST_SELECTOR_EXPR] = true,
    [AST_INDEX_EXPR] = true,       [AST_INDEX_LIST_EXPR] = true, [AST_SLICE_EXPR] = true,
    [AST_TYPE_ASSERT_EXPR] = true, [AST_CALL_EXPR] = true,       [AST_BINARY_EXPR] = true,
    [AST_KEY_VALUE_EXPR] = true,   [AST_LABELED_STMT] = true,    [AST_EXPR_STMT] = true,
    [AST_SEND_STMT] = true,        [AST_INC_DEC_STMT] = true,    [AST_DECL_STMT] = true,
    [AST_TYPE_SPEC] = true,
};

/* The node that n begins with; 0 when a place of its own does it. */
static AstNode leftmost_child(const AstFile *f, AstNode n)
{
    AstKind kind = ast_kind(f, n);
    if (begins_with_child[kind]) {
        return f->words[n + 1];
    }
    if (kind == AST_FUNC_TYPE && ast_func_type(f, n)->func == 0) {
        return ast_func_type(f, n)->params;
    }
    if (kind == AST_FIELD) {
        const AstField *field = ast_field(f, n);
        return either(first_of(f, field->names), either(field->type, field->tag));
    }
    if (kind == AST_FIELD_LIST && ast_field_list(f, n)->opening == 0) {
        return first_of(f, ast_field_list(f, n)->list);
    }
    if (kind == AST_ASSIGN_STMT) {
        return first_of(f, ast_assign_stmt(f, n)->lhs);
    }
    if (kind == AST_IMPORT_SPEC) {
        return either(ast_import_spec(f, n)->name, ast_import_spec(f, n)->path);
    }
    if (kind == AST_VALUE_SPEC) {
        return first_of(f, ast_value_spec(f, n)->names);
    }
    return kind == AST_FUNC_DECL ? ast_func_decl(f, n)->type : 0;
}

SourcePos ast_pos(const AstFile *f, AstNode n)
{
    for (AstNode child; n != 0 && (child = leftmost_child(f, n)) != 0;) {
        n = child;
    }
    if (n == 0 || ast_kind(f, n) == AST_FIELD) {
        return 0;
    }
    if (ast_kind(f, n) == AST_COMPOSITE_LIT) {
        return ast_composite_lit(f, n)->lbrace;
    }
    if (ast_kind(f, n) == AST_ASSIGN_STMT) {
        return ast_assign_stmt(f, n)->tok_pos;
    }
    return f->words[n + 1]; /* the first field of all others is where they begin */
}

/* ---- where it ends ---- */

static SourcePos end_of_name(const AstFile *f, SourcePos pos)
{
    SourcePos end = pos;
    while (end < f->text.len &&
           ((f->text.ptr[end] & 0x80) != 0 || f->text.ptr[end] == '_' ||
            (f->text.ptr[end] >= '0' && f->text.ptr[end] <= '9') ||
            ((f->text.ptr[end] | 0x20) >= 'a' && (f->text.ptr[end] | 0x20) <= 'z'))) {
        end++;
    }
    return MAX(end, pos + 1); /* what was made where a name is missing counts as "_" */
}

/* Kinds whose last field is the node, never missing, that they end with. */
static const bool ends_with_child[AST_COUNT] = {
    [AST_FUNC_LIT] = true,         [AST_SELECTOR_EXPR] = true, [AST_STAR_EXPR] = true,
    [AST_UNARY_EXPR] = true,       [AST_BINARY_EXPR] = true,   [AST_KEY_VALUE_EXPR] = true,
    [AST_ARRAY_TYPE] = true,       [AST_STRUCT_TYPE] = true,   [AST_INTERFACE_TYPE] = true,
    [AST_MAP_TYPE] = true,         [AST_CHAN_TYPE] = true,     [AST_DECL_STMT] = true,
    [AST_LABELED_STMT] = true,     [AST_EXPR_STMT] = true,     [AST_SEND_STMT] = true,
    [AST_GO_STMT] = true,          [AST_DEFER_STMT] = true,    [AST_SWITCH_STMT] = true,
    [AST_TYPE_SWITCH_STMT] = true, [AST_SELECT_STMT] = true,   [AST_FOR_STMT] = true,
    [AST_RANGE_STMT] = true,       [AST_IMPORT_SPEC] = true,   [AST_TYPE_SPEC] = true,
};

/* Kinds whose last field is the place of the byte that they end with. */
static const bool ends_with_byte[AST_COUNT] = {
    [AST_COMPOSITE_LIT] = true,   [AST_PAREN_EXPR] = true, [AST_INDEX_EXPR] = true,
    [AST_INDEX_LIST_EXPR] = true, [AST_SLICE_EXPR] = true, [AST_TYPE_ASSERT_EXPR] = true,
    [AST_CALL_EXPR] = true,
};

/* Each of these gives the node that n ends with, or 0; *ret_end is then its end. */

static AstNode rightmost_of_type(const AstFile *f, AstNode n, SourcePos *ret_end)
{
    const AstField *field;
    switch ((int)ast_kind(f, n)) {
    case AST_BASIC_LIT:
    case AST_BAD_EXPR:
    case AST_BAD_STMT:
    case AST_BAD_DECL:
        *ret_end = f->words[n + 2];
        return 0;
    case AST_IDENT:
        *ret_end = end_of_name(f, ast_ident(f, n)->pos);
        return 0;
    case AST_ELLIPSIS:
        *ret_end = ast_ellipsis(f, n)->pos + 3;
        return ast_ellipsis(f, n)->elt;
    case AST_FUNC_TYPE:
        return either(ast_func_type(f, n)->results, ast_func_type(f, n)->params);
    case AST_FIELD:
        field = ast_field(f, n);
        return either(field->tag, either(field->type, last_of(f, field->names)));
    case AST_FIELD_LIST:
        *ret_end = ast_field_list(f, n)->closing + 1;
        return ast_field_list(f, n)->closing == 0 ? last_of(f, ast_field_list(f, n)->list) : 0;
    }
    UNREACHABLE("a node without an end");
}

static AstNode rightmost_of_decl(const AstFile *f, AstNode n, SourcePos *ret_end)
{
    const AstValueSpec *spec;
    switch ((int)ast_kind(f, n)) {
    case AST_VALUE_SPEC:
        spec = ast_value_spec(f, n);
        return either(last_of(f, spec->values), either(spec->type, last_of(f, spec->names)));
    case AST_GEN_DECL:
        *ret_end = ast_gen_decl(f, n)->rparen + 1;
        return ast_gen_decl(f, n)->rparen == 0 ? first_of(f, ast_gen_decl(f, n)->specs) : 0;
    case AST_FUNC_DECL:
        return either(ast_func_decl(f, n)->body, ast_func_decl(f, n)->type);
    }
    return rightmost_of_type(f, n, ret_end);
}

static AstNode rightmost_of_block(const AstFile *f, const AstBlockStmt *block, SourcePos *ret_end)
{
    *ret_end = (block->rbrace != 0 ? block->rbrace : block->lbrace) + 1;
    return block->rbrace != 0 ? 0 : last_of(f, block->list);
}

static AstNode rightmost_of_stmt(const AstFile *f, AstNode n, SourcePos *ret_end)
{
    switch ((int)ast_kind(f, n)) {
    case AST_EMPTY_STMT:
        *ret_end = f->words[n + 1] + ((ast_flags(f, n) & AST_IMPLICIT) == 0);
        return 0;
    case AST_INC_DEC_STMT:
        *ret_end = ast_inc_dec_stmt(f, n)->tok_pos + 2;
        return 0;
    case AST_ASSIGN_STMT:
        return last_of(f, ast_assign_stmt(f, n)->rhs);
    case AST_RETURN_STMT:
        *ret_end = ast_return_stmt(f, n)->pos + 6;
        return last_of(f, ast_return_stmt(f, n)->results);
    case AST_BRANCH_STMT:
        *ret_end = ast_branch_stmt(f, n)->tok_pos + (SourcePos)token_text(ast_tok(f, n)).len;
        return ast_branch_stmt(f, n)->label;
    case AST_BLOCK_STMT:
        return rightmost_of_block(f, ast_block_stmt(f, n), ret_end);
    case AST_IF_STMT:
        return either(ast_if_stmt(f, n)->els, ast_if_stmt(f, n)->body);
    case AST_CASE_CLAUSE:
        *ret_end = ast_case_clause(f, n)->colon + 1;
        return last_of(f, ast_case_clause(f, n)->body);
    case AST_COMM_CLAUSE:
        *ret_end = ast_comm_clause(f, n)->colon + 1;
        return last_of(f, ast_comm_clause(f, n)->body);
    }
    return rightmost_of_decl(f, n, ret_end);
}

static AstNode rightmost_child(const AstFile *f, AstNode n, SourcePos *ret_end)
{
    AstKind kind = ast_kind(f, n);
    uint32_t last = f->words[n + (AstNode)ast_infos[kind].n_fields];
    if (ends_with_child[kind]) {
        return last;
    }
    if (ends_with_byte[kind]) {
        *ret_end = last + 1;
        return 0;
    }
    return rightmost_of_stmt(f, n, ret_end);
}

SourcePos ast_end(const AstFile *f, AstNode n)
{
    SourcePos end = 0;
    while (n != 0) {
        n = rightmost_child(f, n, &end);
    }
    return end;
}

/* ---- receivers ---- */

AstReceiver ast_receiver(const AstFile *f, AstNode type)
{
    AstReceiver r = {.base = ast_unparen(f, type)};
    if (ast_kind(f, r.base) == AST_STAR_EXPR) {
        r.is_pointer = true;
        r.base = ast_unparen(f, ast_star_expr(f, r.base)->x);
    }
    if (ast_kind(f, r.base) == AST_INDEX_EXPR) {
        const AstIndexExpr *e = ast_index_expr(f, r.base);
        r.tparams = (AstNodes){&e->index, 1};
        r.base = e->x;
    } else if (ast_kind(f, r.base) == AST_INDEX_LIST_EXPR) {
        const AstIndexListExpr *e = ast_index_list_expr(f, r.base);
        r.tparams = ast_list(f, &e->indices);
        r.base = e->x;
    }
    return r;
}

Name ast_method_base(const AstFile *f, AstNode func_decl)
{
    AstNode recv = ast_func_decl(f, func_decl)->recv;
    AstNodes fields = recv == 0 ? (AstNodes){0} : ast_list(f, &ast_field_list(f, recv)->list);
    if (fields.len == 0) {
        return 0;
    }
    AstNode base = ast_receiver(f, ast_field(f, fields.ptr[0])->type).base;
    return ast_kind(f, base) == AST_IDENT ? ast_name(f, base) : 0;
}
