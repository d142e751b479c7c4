/* Expressions. A type may stand where an operand is expected; who may not have one says so
 * later. */
#include "go/syntax/parse.h"

AstNode parse_rhs(Parser *p)
{
    bool before = p->is_rhs;
    p->is_rhs = true;
    AstNode x = parse_expr(p);
    p->is_rhs = before;
    return x;
}

AstNode parse_expr_list(Parser *p, bool is_rhs)
{
    bool before = p->is_rhs;
    isize begin = parse_list_begin(p);
    p->is_rhs = is_rhs;
    do {
        parse_list_push(p, parse_expr(p));
    } while (parse_got(p, TOKEN_COMMA));
    p->is_rhs = before;
    return parse_list_end(p, begin);
}

/* ---- operands ---- */

static AstNode parse_func_type_or_lit(Parser *p)
{
    AstNode type = parse_func_type(p);
    if (parse_tok(p) != TOKEN_LBRACE) {
        return type;
    }
    p->expr_level++;
    AstNode body = parse_block(p);
    p->expr_level--;
    return PARSE_NEW(p, AST_FUNC_LIT, AstFuncLit, .type = type, .body = body);
}

static AstNode parse_paren_expr(Parser *p)
{
    SourcePos lparen = parse_expect(p, TOKEN_LPAREN);
    p->expr_level++;
    AstNode x = parse_rhs(p); /* types may be in parentheses */
    p->expr_level--;
    SourcePos rparen = parse_expect(p, TOKEN_RPAREN);
    return PARSE_NEW(p, AST_PAREN_EXPR, AstParenExpr, .lparen = lparen, .x = x, .rparen = rparen);
}

static AstNode parse_operand(Parser *p)
{
    Token tok = parse_tok(p);
    if (tok == TOKEN_IDENT) {
        return parse_ident(p);
    }
    if (token_is_literal(tok)) {
        return parse_basic_lit(p);
    }
    if (tok == TOKEN_LPAREN) {
        return parse_paren_expr(p);
    }
    if (tok == TOKEN_FUNC) {
        return parse_func_type_or_lit(p);
    }
    AstNode type = parse_try_ident_or_type(p);
    if (type != 0) {
        return type;
    }
    SourcePos pos = parse_pos(p);
    parse_error_expected(p, pos, "operand");
    parse_advance(p, p->is_compiler ? &parse_closing : &parse_stmt_start);
    return parse_bad_expr(p, pos, parse_pos(p));
}

/* ---- composite literals ---- */

static AstNode parse_literal_value(Parser *p, AstNode type);

static AstNode parse_value(Parser *p)
{
    return parse_tok(p) == TOKEN_LBRACE ? parse_literal_value(p, 0) : parse_expr(p);
}

static AstNode parse_element(Parser *p)
{
    AstNode x = parse_value(p);
    if (parse_tok(p) != TOKEN_COLON) {
        return x;
    }
    SourcePos colon = parse_expect(p, TOKEN_COLON);
    AstNode value = parse_value(p);
    return PARSE_NEW(p, AST_KEY_VALUE_EXPR, AstKeyValueExpr, .key = x, .colon = colon,
                     .value = value);
}

static AstNode parse_element_list(Parser *p)
{
    isize begin = parse_list_begin(p);
    while (parse_tok(p) != TOKEN_RBRACE && parse_tok(p) != TOKEN_EOF) {
        parse_list_push(p, parse_element(p));
        if (!parse_at_comma(p, "composite literal", TOKEN_RBRACE)) {
            break;
        }
        parse_next(p);
    }
    return parse_list_end(p, begin);
}

/* type 0: that of the elements around it. */
static AstNode parse_literal_value(Parser *p, AstNode type)
{
    parse_enter(p);
    SourcePos lbrace = parse_expect(p, TOKEN_LBRACE);
    p->expr_level++;
    AstNode elts = parse_element_list(p);
    p->expr_level--;
    SourcePos rbrace = parse_expect_closing(p, TOKEN_RBRACE, "composite literal");
    parse_leave(p);
    return PARSE_NEW(p, AST_COMPOSITE_LIT, AstCompositeLit, .type = type, .lbrace = lbrace,
                     .elts = elts, .rbrace = rbrace);
}

/* Whether the "{" that comes next begins a literal of type x, and not a block. */
static bool is_literal_type(const Parser *p, AstNode x)
{
    switch ((int)ast_kind(&p->file, x)) {
    case AST_BAD_EXPR:
    case AST_IDENT:
    case AST_SELECTOR_EXPR:
    case AST_INDEX_EXPR:
    case AST_INDEX_LIST_EXPR:
        return p->expr_level >= 0;
    case AST_ARRAY_TYPE:
    case AST_STRUCT_TYPE:
    case AST_MAP_TYPE:
        return true;
    }
    return false;
}

/* ---- what follows an operand ---- */

static AstNode parse_selector(Parser *p, AstNode x)
{
    AstNode sel = parse_ident(p);
    return PARSE_NEW(p, AST_SELECTOR_EXPR, AstSelectorExpr, .x = x, .sel = sel);
}

static AstNode parse_type_assertion(Parser *p, AstNode x)
{
    SourcePos lparen = parse_expect(p, TOKEN_LPAREN);
    AstNode type = parse_got(p, TOKEN_TYPE) ? 0 : parse_type(p);
    SourcePos rparen = parse_expect(p, TOKEN_RPAREN);
    return PARSE_NEW(p, AST_TYPE_ASSERT_EXPR, AstTypeAssertExpr, .x = x, .lparen = lparen,
                     .type = type, .rparen = rparen);
}

static AstNode parse_after_period(Parser *p, AstNode x)
{
    SourcePos pos = parse_pos(p);
    if (parse_tok(p) == TOKEN_IDENT) {
        return parse_selector(p, x);
    }
    if (parse_tok(p) == TOKEN_LPAREN) {
        return parse_type_assertion(p, x);
    }
    parse_error_expected(p, pos, "selector or type assertion");
    if (parse_tok(p) != TOKEN_RBRACE) {
        parse_next(p);
    }
    AstNode sel = parse_blank(p, pos);
    return PARSE_NEW(p, AST_SELECTOR_EXPR, AstSelectorExpr, .x = x, .sel = sel);
}

/* What stands between the brackets of an index, a slice or an instance. */
typedef struct {
    AstNode index[3]; /* the first of them: the index, or an argument */
    SourcePos colons[2];
    int n_colons;
    AstNode args; /* list: two types and more */
} Brackets;

static void parse_slice_indices(Parser *p, Brackets *b)
{
    while (parse_tok(p) == TOKEN_COLON && b->n_colons < COUNT_OF(b->colons)) {
        b->colons[b->n_colons++] = parse_expect(p, TOKEN_COLON);
        Token tok = parse_tok(p);
        if (tok != TOKEN_COLON && tok != TOKEN_RBRACK && tok != TOKEN_EOF) {
            b->index[b->n_colons] = parse_rhs(p);
        }
    }
}

static void parse_type_args(Parser *p, Brackets *b)
{
    isize begin = parse_list_begin(p);
    parse_list_push(p, b->index[0]);
    while (parse_got(p, TOKEN_COMMA)) {
        if (parse_tok(p) != TOKEN_RBRACK && parse_tok(p) != TOKEN_EOF) {
            parse_list_push(p, parse_type(p));
        }
    }
    b->args = parse_list_end(p, begin);
}

/* The indices that a slice of three must have. */
static void complete_slice(Parser *p, Brackets *b, SourcePos rbrack)
{
    if (b->n_colons == 2 && b->index[1] == 0) {
        parse_mild_error(p, b->colons[0], "middle index required in 3-index slice");
        b->index[1] = parse_bad_expr(p, b->colons[0] + 1, b->colons[1]);
    }
    if (b->n_colons == 2 && b->index[2] == 0) {
        parse_mild_error(p, b->colons[1], "final index required in 3-index slice");
        b->index[2] = parse_bad_expr(p, b->colons[1] + 1, rbrack);
    }
}

static AstNode parse_empty_index(Parser *p, AstNode x, SourcePos lbrack)
{
    parse_error_expected(p, parse_pos(p), "operand");
    SourcePos rbrack = parse_pos(p);
    parse_next(p);
    AstNode index = parse_bad_expr(p, rbrack, rbrack);
    return PARSE_NEW(p, AST_INDEX_EXPR, AstIndexExpr, .x = x, .lbrack = lbrack, .index = index,
                     .rbrack = rbrack);
}

static AstNode parse_index_or_slice_or_instance(Parser *p, AstNode x)
{
    Brackets b = {0};
    SourcePos lbrack = parse_expect(p, TOKEN_LBRACK);
    if (parse_tok(p) == TOKEN_RBRACK) {
        return parse_empty_index(p, x, lbrack);
    }
    p->expr_level++;
    if (parse_tok(p) != TOKEN_COLON) {
        b.index[0] = parse_rhs(p);
    }
    if (parse_tok(p) == TOKEN_COLON) {
        parse_slice_indices(p, &b);
    } else if (parse_tok(p) == TOKEN_COMMA) {
        parse_type_args(p, &b);
    }
    p->expr_level--;
    SourcePos rbrack = parse_expect(p, TOKEN_RBRACK);
    if (b.n_colons > 0) {
        complete_slice(p, &b, rbrack);
        return PARSE_NEW(p, AST_SLICE_EXPR, AstSliceExpr, .x = x, .lbrack = lbrack,
                         .low = b.index[0], .high = b.index[1], .max = b.index[2],
                         .rbrack = rbrack);
    }
    if (b.args != 0) {
        return parse_pack_index(p, x, lbrack, b.args, rbrack);
    }
    return PARSE_NEW(p, AST_INDEX_EXPR, AstIndexExpr, .x = x, .lbrack = lbrack, .index = b.index[0],
                     .rbrack = rbrack);
}

static AstNode parse_call_or_conversion(Parser *p, AstNode fun)
{
    SourcePos lparen = parse_expect(p, TOKEN_LPAREN), ellipsis = 0;
    isize begin = parse_list_begin(p);
    p->expr_level++;
    while (parse_tok(p) != TOKEN_RPAREN && parse_tok(p) != TOKEN_EOF && ellipsis == 0) {
        parse_list_push(p, parse_rhs(p));
        if (parse_tok(p) == TOKEN_ELLIPSIS) {
            ellipsis = parse_expect(p, TOKEN_ELLIPSIS);
        }
        if (!parse_at_comma(p, "argument list", TOKEN_RPAREN)) {
            break;
        }
        parse_next(p);
    }
    p->expr_level--;
    SourcePos rparen = parse_expect_closing(p, TOKEN_RPAREN, "argument list");
    AstNode args = parse_list_end(p, begin);
    return PARSE_NEW(p, AST_CALL_EXPR, AstCallExpr, .fun = fun, .lparen = lparen, .args = args,
                     .ellipsis = ellipsis, .rparen = rparen);
}

/* A literal, unless the "{" begins a block; then 0. */
static AstNode parse_after_brace(Parser *p, AstNode x)
{
    AstNode type = ast_unparen(&p->file, x);
    if (!is_literal_type(p, type)) {
        return 0;
    }
    if (type != x) {
        parse_error(p, ast_pos(&p->file, type), "cannot parenthesize type in composite literal");
    }
    return parse_literal_value(p, x);
}

static AstNode parse_suffix(Parser *p, AstNode x)
{
    switch ((int)parse_tok(p)) {
    case TOKEN_PERIOD:
        parse_next(p);
        return parse_after_period(p, x);
    case TOKEN_LBRACK:
        return parse_index_or_slice_or_instance(p, x);
    case TOKEN_LPAREN:
        return parse_call_or_conversion(p, x);
    case TOKEN_LBRACE:
        return parse_after_brace(p, x);
    }
    return 0;
}

/* The chain is a loop; what it makes is nested all the same, and counts as such. */
AstNode parse_primary_expr(Parser *p, AstNode x)
{
    int nesting = p->nesting;
    x = x != 0 ? x : parse_operand(p);
    for (AstNode longer = x; longer != 0; x = longer != 0 ? longer : x) {
        parse_enter(p);
        longer = parse_suffix(p, x);
    }
    p->nesting = nesting;
    return x;
}

/* ---- operators ---- */

/* "<-" before a channel type belongs to the type: <-(chan T) is (<-chan T), and <-(chan<- T) is
 * (<-chan (<-T)). */
static void reassociate(Parser *p, SourcePos arrow, AstNode type)
{
    unsigned dir = AST_SEND;
    while (parse_is(p, type, AST_CHAN_TYPE) && dir == AST_SEND) {
        AstChanType *chan = (AstChanType *)(void *)(p->room->words + type);
        if (chan->head.flags == AST_RECV) {
            parse_error_expected(p, chan->arrow, "'chan'");
        }
        SourcePos next = chan->arrow;
        chan->begin = chan->arrow = arrow;
        arrow = next;
        dir = chan->head.flags;
        chan->head.flags = AST_RECV;
        type = chan->value;
    }
    if (dir == AST_SEND) {
        parse_error_expected(p, arrow, "channel type");
    }
}

static AstNode parse_unary_expr(Parser *p);

static AstNode parse_arrow(Parser *p)
{
    SourcePos arrow = parse_expect(p, TOKEN_ARROW);
    AstNode x = parse_unary_expr(p);
    if (parse_is(p, x, AST_CHAN_TYPE)) {
        reassociate(p, arrow, x);
        return x;
    }
    return PARSE_NEW_TOK(p, AST_UNARY_EXPR, AstUnaryExpr, TOKEN_ARROW, .op_pos = arrow, .x = x);
}

static AstNode parse_prefixed(Parser *p, Token tok)
{
    SourcePos pos = parse_expect(p, tok);
    AstNode x = parse_unary_expr(p);
    return tok == TOKEN_MUL
               ? PARSE_NEW(p, AST_STAR_EXPR, AstStarExpr, .star = pos, .x = x)
               : PARSE_NEW_TOK(p, AST_UNARY_EXPR, AstUnaryExpr, tok, .op_pos = pos, .x = x);
}

static AstNode parse_unary_expr(Parser *p)
{
    AstNode x = 0;
    parse_enter(p);
    switch ((int)parse_tok(p)) {
    case TOKEN_ADD:
    case TOKEN_SUB:
    case TOKEN_NOT:
    case TOKEN_XOR:
    case TOKEN_AND:
    case TOKEN_TILDE:
    case TOKEN_MUL:
        x = parse_prefixed(p, parse_tok(p));
        break;
    case TOKEN_ARROW:
        x = parse_arrow(p);
        break;
    }
    if (x == 0) {
        x = parse_primary_expr(p, 0);
    }
    parse_leave(p);
    return x;
}

/* x: the left operand, or 0. */
AstNode parse_binary_expr(Parser *p, AstNode x, int precedence)
{
    int nesting = p->nesting;
    x = x != 0 ? x : parse_unary_expr(p);
    for (;;) {
        parse_enter(p);
        Token op = p->is_rhs && parse_tok(p) == TOKEN_ASSIGN ? TOKEN_EQL : parse_tok(p);
        int own = token_precedence(op);
        if (own < precedence) {
            break;
        }
        SourcePos pos = parse_expect(p, op);
        AstNode y = parse_binary_expr(p, 0, own + 1);
        x = PARSE_NEW_TOK(p, AST_BINARY_EXPR, AstBinaryExpr, op, .x = x, .op_pos = pos, .y = y);
    }
    p->nesting = nesting;
    return x;
}

AstNode parse_expr(Parser *p)
{
    return parse_binary_expr(p, 0, 1);
}
