/* Declarations: import, const, var, type, func. */
#include "go/syntax/parse.h"

typedef AstNode (*ParseSpec)(Parser *p, Token keyword);

/* ---- import ---- */

/* The path of an import; an empty literal where none stands. */
static AstNode parse_import_path(Parser *p)
{
    SourcePos pos = parse_pos(p);
    if (parse_tok(p) == TOKEN_STRING) {
        return parse_basic_lit(p);
    }
    if (token_is_literal(parse_tok(p))) {
        parse_error(p, pos, "import path must be a string");
        parse_next(p);
    } else {
        parse_error(p, pos, "missing import path");
        parse_advance(p, &parse_expr_end);
    }
    return PARSE_NEW_TOK(p, AST_BASIC_LIT, AstBasicLit, TOKEN_STRING, .pos = pos, .end = pos);
}

static AstNode parse_import_spec(Parser *p, Token keyword)
{
    (void)keyword;
    AstNode name = 0;
    if (parse_tok(p) == TOKEN_IDENT) {
        name = parse_ident(p);
    } else if (parse_tok(p) == TOKEN_PERIOD) {
        Name dot = name_intern(p->names, scanner_text(&p->scanner));
        name = parse_new_ident(p, parse_pos(p), dot);
        parse_next(p);
    }
    AstNode path = parse_import_path(p);
    parse_expect_semi(p);
    return PARSE_NEW(p, AST_IMPORT_SPEC, AstImportSpec, .name = name, .path = path);
}

/* ---- const and var ---- */

static AstNode parse_value_spec(Parser *p, Token keyword)
{
    AstNode names = parse_ident_list(p), type = 0, values = 0;
    Token tok = parse_tok(p);
    bool is_bare = keyword == TOKEN_CONST &&
                   (tok == TOKEN_EOF || tok == TOKEN_SEMICOLON || tok == TOKEN_RPAREN);
    if (keyword == TOKEN_CONST && !is_bare) {
        type = parse_try_ident_or_type(p);
    } else if (keyword == TOKEN_VAR && tok != TOKEN_ASSIGN) {
        type = parse_type(p);
    }
    if (!is_bare && parse_got(p, TOKEN_ASSIGN)) {
        values = parse_expr_list(p, true);
    }
    parse_expect_semi(p);
    return PARSE_NEW(p, AST_VALUE_SPEC, AstValueSpec, .names = names, .type = type,
                     .values = values);
}

/* ---- type ---- */

/* Whether x can only be an element of a type set, and no value. */
static bool is_type_elem(const AstFile *f, AstNode x)
{
    for (;;) {
        switch ((int)ast_kind(f, x)) {
        case AST_ARRAY_TYPE:
        case AST_STRUCT_TYPE:
        case AST_FUNC_TYPE:
        case AST_INTERFACE_TYPE:
        case AST_MAP_TYPE:
        case AST_CHAN_TYPE:
            return true;
        case AST_BINARY_EXPR:
            if (is_type_elem(f, ast_binary_expr(f, x)->y)) {
                return true;
            }
            x = ast_binary_expr(f, x)->x;
            break;
        case AST_PAREN_EXPR:
            x = ast_paren_expr(f, x)->x;
            break;
        case AST_UNARY_EXPR:
            return ast_tok(f, x) == TOKEN_TILDE;
        default:
            return false;
        }
    }
}

/* A type parameter and its constraint. */
typedef struct {
    AstNode name, type; /* name 0: x is none */
} TypeParam;

/* x is `P *E`, read as a product. */
static TypeParam split_product(Parser *p, AstNode x, bool is_certain)
{
    AstBinaryExpr e = *ast_binary_expr(&p->file, x);
    if (!parse_is(p, e.x, AST_IDENT) || !(is_certain || is_type_elem(&p->file, e.y))) {
        return (TypeParam){0};
    }
    return (TypeParam){e.x, PARSE_NEW(p, AST_STAR_EXPR, AstStarExpr, .star = e.op_pos, .x = e.y)};
}

/* x is `P (E)`, read as a call. */
static TypeParam split_call(Parser *p, AstNode x, bool is_certain)
{
    AstCallExpr e = *ast_call_expr(&p->file, x);
    AstNodes args = ast_list(&p->file, &e.args);
    if (!parse_is(p, e.fun, AST_IDENT) || args.len != 1 || e.ellipsis != 0 ||
        !(is_certain || is_type_elem(&p->file, args.ptr[0]))) {
        return (TypeParam){0};
    }
    AstNode arg = args.ptr[0];
    return (TypeParam){e.fun, PARSE_NEW(p, AST_PAREN_EXPR, AstParenExpr, .lparen = e.lparen,
                                        .x = arg, .rparen = e.rparen)};
}

/* Splits an expression that may as well be a name and a constraint (extractName of go/parser). It
 * is split when the constraint can be nothing else, or when it is certain that there is one. */
static TypeParam split_type_param(Parser *p, AstNode x, bool is_certain)
{
    if (parse_is(p, x, AST_IDENT)) {
        return (TypeParam){x, 0};
    }
    if (parse_is(p, x, AST_CALL_EXPR)) {
        return split_call(p, x, is_certain);
    }
    if (!parse_is(p, x, AST_BINARY_EXPR)) {
        return (TypeParam){0};
    }
    if (ast_tok(&p->file, x) == TOKEN_MUL) {
        return split_product(p, x, is_certain);
    }
    if (ast_tok(&p->file, x) != TOKEN_OR) {
        return (TypeParam){0};
    }
    AstBinaryExpr e = *ast_binary_expr(&p->file, x);
    TypeParam left = split_type_param(p, e.x, is_certain || is_type_elem(&p->file, e.y));
    if (left.name == 0 || left.type == 0) {
        return (TypeParam){0};
    }
    left.type = PARSE_NEW_TOK(p, AST_BINARY_EXPR, AstBinaryExpr, TOKEN_OR, .x = left.type,
                              .op_pos = e.op_pos, .y = e.y);
    return left;
}

static void parse_alias_and_type(Parser *p, AstTypeSpec *spec)
{
    SourcePos pos = parse_pos(p);
    if (parse_got(p, TOKEN_ASSIGN)) {
        spec->assign = pos;
    }
    spec->type = parse_type(p);
}

static void parse_generic_type(Parser *p, AstTypeSpec *spec, SourcePos lbrack, TypeParam first)
{
    AstNode list = parse_param_list(p, first.name, first.type, TOKEN_RBRACK, false);
    SourcePos rbrack = parse_expect(p, TOKEN_RBRACK);
    spec->type_params = PARSE_NEW(p, AST_FIELD_LIST, AstFieldList, .opening = lbrack, .list = list,
                                  .closing = rbrack);
    parse_alias_and_type(p, spec);
}

/* What follows "type T [" and a name: type parameters, or an array whose length begins with it. A
 * name before another "[" is no length, since what is indexed is never constant. */
static void parse_array_or_generic(Parser *p, AstTypeSpec *spec, SourcePos lbrack)
{
    AstNode x = parse_ident(p);
    if (parse_tok(p) != TOKEN_LBRACK) {
        p->expr_level++;
        x = parse_binary_expr(p, parse_primary_expr(p, x), 1);
        p->expr_level--;
    }
    TypeParam first = split_type_param(p, x, parse_tok(p) == TOKEN_COMMA);
    if (first.name != 0 && (first.type != 0 || parse_tok(p) != TOKEN_RBRACK)) {
        parse_generic_type(p, spec, lbrack, first);
    } else {
        spec->type = parse_array_type(p, lbrack, x);
    }
}

static AstNode parse_type_spec(Parser *p, Token keyword)
{
    (void)keyword;
    AstTypeSpec spec = {.head = {.kind = AST_TYPE_SPEC}, .name = parse_ident(p)};
    SourcePos lbrack = parse_pos(p);
    if (!parse_got(p, TOKEN_LBRACK)) {
        parse_alias_and_type(p, &spec);
    } else if (parse_tok(p) == TOKEN_IDENT) {
        parse_array_or_generic(p, &spec, lbrack);
    } else {
        spec.type = parse_array_type(p, lbrack, 0);
    }
    parse_expect_semi(p);
    return parse_add(p, &spec, (isize)sizeof(spec));
}

/* ---- declarations ---- */

static AstNode parse_gen_decl(Parser *p, ParseSpec parse_spec)
{
    Token keyword = parse_tok(p);
    AstGenDecl decl = {.head = {.kind = AST_GEN_DECL, .tok = (uint8_t)keyword},
                       .tok_pos = parse_expect(p, keyword),
                       .lparen = 0};
    isize begin = parse_list_begin(p);
    SourcePos lparen = parse_pos(p);
    if (parse_got(p, TOKEN_LPAREN)) {
        decl.lparen = lparen;
        while (parse_tok(p) != TOKEN_RPAREN && parse_tok(p) != TOKEN_EOF) {
            parse_list_push(p, parse_spec(p, keyword));
        }
        decl.rparen = parse_expect(p, TOKEN_RPAREN);
        parse_expect_semi(p);
    } else {
        parse_list_push(p, parse_spec(p, keyword));
    }
    decl.specs = parse_list_end(p, begin);
    return parse_add(p, &decl, (isize)sizeof(decl));
}

AstNode parse_import_decl(Parser *p)
{
    return parse_gen_decl(p, parse_import_spec);
}

/* The body, if there is one, and the semicolon. */
static AstNode parse_func_body(Parser *p)
{
    if (parse_got(p, TOKEN_SEMICOLON)) {
        if (parse_tok(p) != TOKEN_LBRACE) {
            return 0;
        }
        parse_error(p, parse_pos(p), "unexpected semicolon or newline before {");
    }
    AstNode body = parse_tok(p) == TOKEN_LBRACE ? parse_block(p) : 0;
    parse_expect_semi(p);
    return body;
}

static AstNode parse_func_decl(Parser *p)
{
    AstFuncDecl decl = {.head = {.kind = AST_FUNC_DECL}};
    AstFuncType type = {.head = {.kind = AST_FUNC_TYPE}};
    type.func = parse_expect(p, TOKEN_FUNC);
    decl.recv = parse_tok(p) == TOKEN_LPAREN ? parse_params(p, false) : 0;
    decl.name = parse_ident(p);
    type.type_params = parse_tok(p) == TOKEN_LBRACK ? parse_type_params(p) : 0;
    type.params = parse_params(p, false);
    type.results = parse_params(p, true);
    decl.type = parse_add(p, &type, (isize)sizeof(type));
    decl.body = parse_func_body(p);
    return parse_add(p, &decl, (isize)sizeof(decl));
}

AstNode parse_decl(Parser *p, const TokenSet *sync)
{
    switch ((int)parse_tok(p)) {
    case TOKEN_IMPORT:
        return parse_gen_decl(p, parse_import_spec);
    case TOKEN_CONST:
    case TOKEN_VAR:
        return parse_gen_decl(p, parse_value_spec);
    case TOKEN_TYPE:
        return parse_gen_decl(p, parse_type_spec);
    case TOKEN_FUNC:
        return parse_func_decl(p);
    }
    SourcePos pos = parse_pos(p);
    parse_error_expected(p, pos, "declaration");
    parse_advance(p, sync);
    return PARSE_NEW(p, AST_BAD_DECL, AstBadDecl, .from = pos, .to = parse_pos(p));
}
