/* Statements. What "{" means in the head of if, for and switch is settled by expr_level, which is
 * negative there. */
#include "go/syntax/parse.h"

/* ---- simple statements ---- */

typedef enum {
    SIMPLE_BASIC,
    SIMPLE_LABEL, /* a label is one, too */
    SIMPLE_RANGE, /* "range x" may stand on the right */
} SimpleMode;

typedef struct {
    AstNode stmt;
    bool is_range; /* an AstAssignStmt with UnaryExpr{range} on the right */
} Simple;

static bool is_assign_op(Token tok)
{
    return tok == TOKEN_DEFINE || tok == TOKEN_ASSIGN ||
           (tok >= TOKEN_ADD_ASSIGN && tok <= TOKEN_AND_NOT_ASSIGN);
}

/* A list of one. */
static AstNode list_of(Parser *p, AstNode n)
{
    isize begin = parse_list_begin(p);
    parse_list_push(p, n);
    return parse_list_end(p, begin);
}

/* "range x" as a list of one expression. */
static AstNode parse_range(Parser *p)
{
    SourcePos pos = parse_expect(p, TOKEN_RANGE);
    AstNode x = parse_rhs(p);
    return list_of(
        p, PARSE_NEW_TOK(p, AST_UNARY_EXPR, AstUnaryExpr, TOKEN_RANGE, .op_pos = pos, .x = x));
}

static Simple parse_assignment(Parser *p, AstNode lhs, SimpleMode mode)
{
    Token tok = parse_tok(p);
    SourcePos pos = parse_pos(p);
    parse_next(p);
    bool is_range = mode == SIMPLE_RANGE && parse_tok(p) == TOKEN_RANGE &&
                    (tok == TOKEN_DEFINE || tok == TOKEN_ASSIGN);
    AstNode rhs = is_range ? parse_range(p) : parse_expr_list(p, true);
    return (Simple){PARSE_NEW_TOK(p, AST_ASSIGN_STMT, AstAssignStmt, tok, .lhs = lhs,
                                  .tok_pos = pos, .rhs = rhs),
                    is_range};
}

static bool may_be_label(const Parser *p, AstNode x, SimpleMode mode)
{
    return mode == SIMPLE_LABEL && parse_is(p, x, AST_IDENT);
}

/* A clause begins where a statement should, and cmd/compile says so of the label. */
static bool is_at_clause(const Parser *p)
{
    return p->is_compiler && (parse_tok(p) == TOKEN_CASE || parse_tok(p) == TOKEN_DEFAULT);
}

static AstNode parse_missing_stmt(Parser *p, SourcePos colon)
{
    parse_error(p, colon, "missing statement after label");
    return PARSE_NEW(p, AST_BAD_STMT, AstBadStmt, .from = colon, .to = colon);
}

static AstNode parse_labeled(Parser *p, AstNode x, SimpleMode mode)
{
    SourcePos colon = parse_expect(p, TOKEN_COLON);
    if (may_be_label(p, x, mode)) {
        AstNode stmt = is_at_clause(p) ? parse_missing_stmt(p, colon) : parse_stmt(p);
        return PARSE_NEW(p, AST_LABELED_STMT, AstLabeledStmt, .label = x, .colon = colon,
                         .stmt = stmt);
    }
    parse_error(p, colon, "illegal label declaration");
    return PARSE_NEW(p, AST_BAD_STMT, AstBadStmt, .from = ast_pos(&p->file, x), .to = colon + 1);
}

static AstNode parse_send(Parser *p, AstNode chan)
{
    SourcePos arrow = parse_expect(p, TOKEN_ARROW);
    AstNode value = parse_rhs(p);
    return PARSE_NEW(p, AST_SEND_STMT, AstSendStmt, .chan = chan, .arrow = arrow, .value = value);
}

/* The first of a list that should have one element. */
static AstNode only_of(Parser *p, AstNode list, const char *wanted, isize max)
{
    AstNodes nodes = ast_list(&p->file, &list);
    AstNode first = nodes.ptr[0];
    if (nodes.len > max) {
        parse_error_expected(p, ast_pos(&p->file, first), wanted);
    }
    return first;
}

static Simple parse_simple_stmt(Parser *p, SimpleMode mode)
{
    AstNode list = parse_expr_list(p, false);
    Token tok = parse_tok(p);
    if (is_assign_op(tok)) {
        return parse_assignment(p, list, mode);
    }
    AstNode x = only_of(p, list, "1 expression", 1);
    if (tok == TOKEN_COLON && (!p->is_compiler || may_be_label(p, x, mode))) {
        return (Simple){parse_labeled(p, x, mode), false};
    }
    if (tok == TOKEN_ARROW) {
        return (Simple){parse_send(p, x), false};
    }
    if (tok == TOKEN_INC || tok == TOKEN_DEC) {
        SourcePos pos = parse_expect(p, tok);
        return (Simple){
            PARSE_NEW_TOK(p, AST_INC_DEC_STMT, AstIncDecStmt, tok, .x = x, .tok_pos = pos), false};
    }
    return (Simple){PARSE_NEW(p, AST_EXPR_STMT, AstExprStmt, .x = x), false};
}

/* ---- go, defer, return, break ---- */

/* 0: it is no call. */
static AstNode parse_call_of(Parser *p, const char *keyword)
{
    AstNode x = parse_rhs(p), plain = ast_unparen(&p->file, x);
    if (plain != x) {
        parse_mild_error(p, ast_pos(&p->file, x), "expression in %s must not be parenthesized",
                         keyword);
    }
    if (parse_is(p, plain, AST_CALL_EXPR)) {
        return plain;
    }
    if (!parse_is(p, plain, AST_BAD_EXPR)) {
        parse_error(p, ast_end(&p->file, plain), "expression in %s must be function call", keyword);
    }
    return 0;
}

static AstNode parse_bad_stmt(Parser *p, SourcePos from, SourcePos to)
{
    return PARSE_NEW(p, AST_BAD_STMT, AstBadStmt, .from = from, .to = to);
}

/* go and defer. */
static AstNode parse_call_stmt(Parser *p)
{
    Token keyword = parse_tok(p);
    Str text = token_text(keyword);
    SourcePos pos = parse_expect(p, keyword);
    AstNode call = parse_call_of(p, text.ptr);
    parse_expect_semi(p);
    if (call == 0) {
        return parse_bad_stmt(p, pos, pos + (SourcePos)text.len);
    }
    return keyword == TOKEN_GO
               ? PARSE_NEW(p, AST_GO_STMT, AstGoStmt, .pos = pos, .call = call)
               : PARSE_NEW(p, AST_DEFER_STMT, AstDeferStmt, .pos = pos, .call = call);
}

static AstNode parse_return_stmt(Parser *p)
{
    SourcePos pos = parse_expect(p, TOKEN_RETURN);
    bool has_results = parse_tok(p) != TOKEN_SEMICOLON && parse_tok(p) != TOKEN_RBRACE;
    AstNode results = has_results ? parse_expr_list(p, true) : 0;
    parse_expect_semi(p);
    return PARSE_NEW(p, AST_RETURN_STMT, AstReturnStmt, .pos = pos, .results = results);
}

static AstNode parse_branch_stmt(Parser *p, Token tok)
{
    SourcePos pos = parse_expect(p, tok);
    bool may_have_label = tok == TOKEN_CONTINUE || tok == TOKEN_BREAK;
    bool has_label = tok == TOKEN_GOTO || (may_have_label && parse_tok(p) == TOKEN_IDENT);
    AstNode label = has_label ? parse_ident(p) : 0;
    parse_expect_semi(p);
    return PARSE_NEW_TOK(p, AST_BRANCH_STMT, AstBranchStmt, tok, .tok_pos = pos, .label = label);
}

/* ---- blocks ---- */

/* A list, up to what ends a block or a clause. */
static AstNode parse_stmt_list(Parser *p)
{
    isize begin = parse_list_begin(p);
    while (parse_tok(p) != TOKEN_CASE && parse_tok(p) != TOKEN_DEFAULT &&
           parse_tok(p) != TOKEN_RBRACE && parse_tok(p) != TOKEN_EOF) {
        parse_list_push(p, parse_stmt(p));
    }
    return parse_list_end(p, begin);
}

AstNode parse_block(Parser *p)
{
    SourcePos lbrace = parse_expect(p, TOKEN_LBRACE);
    p->n_blocks++;
    AstNode list = parse_stmt_list(p);
    p->n_blocks--;
    SourcePos rbrace = parse_expect_or_none(p, TOKEN_RBRACE);
    return PARSE_NEW(p, AST_BLOCK_STMT, AstBlockStmt, .lbrace = lbrace, .list = list,
                     .rbrace = rbrace);
}

/* What begins neither the next part of the header of if, switch or for, nor its block: cmd/compile
 * says so, and reads on to the block. */
static bool parse_lose_header(Parser *p)
{
    Token tok = parse_tok(p);
    if (!p->is_compiler || tok == TOKEN_SEMICOLON || tok == TOKEN_LBRACE) {
        return false;
    }
    parse_expect(p, TOKEN_LBRACE);
    if (parse_tok(p) != TOKEN_LBRACE) {
        parse_advance(p, &parse_block_edge);
    }
    return true;
}

/* ---- if ---- */

/* The expression of a statement that should be one; 0 for none. */
static AstNode expr_of(Parser *p, AstNode stmt, const char *wanted)
{
    if (stmt == 0) {
        return 0;
    }
    if (parse_is(p, stmt, AST_EXPR_STMT)) {
        return ast_expr_stmt(&p->file, stmt)->x;
    }
    SourcePos pos = ast_pos(&p->file, stmt);
    parse_error(p, pos, "expected %s, found %s (missing parentheses around composite literal?)",
                wanted, parse_is(p, stmt, AST_ASSIGN_STMT) ? "assignment" : "simple statement");
    return parse_bad_expr(p, pos, ast_end(&p->file, stmt));
}

typedef struct {
    AstNode init, cond;
} IfHeader;

static AstNode parse_if_init(Parser *p)
{
    if (parse_tok(p) == TOKEN_SEMICOLON) {
        return 0;
    }
    if (parse_got(p, TOKEN_VAR)) {
        parse_error(p, parse_pos(p), "var declaration not allowed in if initializer");
    }
    return parse_simple_stmt(p, SIMPLE_BASIC).stmt;
}

/* What stands between "if" and "{", where that is not nothing. */
static IfHeader parse_if_clauses(Parser *p)
{
    AstNode init = parse_if_init(p);
    if (parse_tok(p) == TOKEN_LBRACE) {
        return (IfHeader){0, expr_of(p, init, "boolean expression")};
    }
    if (parse_lose_header(p)) {
        return (IfHeader){init, 0};
    }
    bool has_semi = parse_tok(p) == TOKEN_SEMICOLON, is_newline = p->scanner.is_newline;
    SourcePos semi = parse_expect(p, TOKEN_SEMICOLON);
    AstNode cond = 0;
    if (parse_tok(p) != TOKEN_LBRACE) {
        cond = expr_of(p, parse_simple_stmt(p, SIMPLE_BASIC).stmt, "boolean expression");
    } else if (has_semi && is_newline) {
        parse_error(p, semi, "unexpected newline, expecting { after if clause");
    } else if (has_semi) {
        parse_error(p, semi, "missing condition in if statement");
    }
    return (IfHeader){init, cond};
}

static IfHeader parse_if_header(Parser *p)
{
    IfHeader header = {0};
    if (parse_tok(p) == TOKEN_LBRACE) {
        parse_error(p, parse_pos(p), "missing condition in if statement");
    } else {
        int level = p->expr_level;
        p->expr_level = -1;
        header = parse_if_clauses(p);
        p->expr_level = level;
    }
    if (header.cond == 0) {
        header.cond = parse_bad_expr(p, parse_pos(p), parse_pos(p));
    }
    return header;
}

/* What follows the last "else" of a chain; 0 where there is none. */
static AstNode parse_last_else(Parser *p, bool has_else)
{
    if (!has_else) {
        parse_expect_semi(p);
        return 0;
    }
    if (parse_tok(p) == TOKEN_LBRACE) {
        AstNode block = parse_block(p);
        parse_expect_semi(p);
        return block;
    }
    parse_error_expected(p, parse_pos(p), "if statement or block");
    return parse_bad_stmt(p, parse_pos(p), parse_pos(p));
}

/* A chain of "else if" is read in a loop, since generated code has long ones, and made from its
 * end. On the stack lie four words of each statement. */
static AstNode parse_if_stmt(Parser *p)
{
    int nesting = p->nesting;
    isize begin = parse_list_begin(p);
    bool has_else = false;
    do {
        parse_enter(p);
        parse_list_push(p, parse_expect(p, TOKEN_IF));
        IfHeader header = parse_if_header(p);
        parse_list_push(p, header.init);
        parse_list_push(p, header.cond);
        parse_list_push(p, parse_block(p));
        has_else = parse_got(p, TOKEN_ELSE);
    } while (has_else && parse_tok(p) == TOKEN_IF);
    AstNode stmt = parse_last_else(p, has_else);
    while (p->stack_len > begin) {
        p->stack_len -= 4;
        const AstNode *part = p->room->stack + p->stack_len;
        stmt = PARSE_NEW(p, AST_IF_STMT, AstIfStmt, .pos = part[0], .init = part[1],
                         .cond = part[2], .body = part[3], .els = stmt);
    }
    p->nesting = nesting;
    return stmt;
}

/* ---- switch and select ---- */

/* What begins no clause, cmd/compile reads as one that is wrong. */
static bool is_clause_next(const Parser *p)
{
    Token tok = parse_tok(p);
    return tok == TOKEN_CASE || tok == TOKEN_DEFAULT ||
           (p->is_compiler && tok != TOKEN_RBRACE && tok != TOKEN_EOF);
}

static void parse_default(Parser *p)
{
    if (!p->is_compiler || parse_tok(p) == TOKEN_DEFAULT) {
        parse_expect(p, TOKEN_DEFAULT);
    } else {
        parse_error_expected(p, parse_pos(p), "'case', 'default' or '}'");
        parse_advance(p, &parse_clause_part);
    }
}

static AstNode parse_case_clause(Parser *p)
{
    SourcePos pos = parse_pos(p);
    AstNode list = 0;
    if (parse_got(p, TOKEN_CASE)) {
        list = parse_expr_list(p, true);
    } else {
        parse_default(p);
    }
    SourcePos colon = parse_expect(p, TOKEN_COLON);
    AstNode body = parse_stmt_list(p);
    return PARSE_NEW(p, AST_CASE_CLAUSE, AstCaseClause, .pos = pos, .list = list, .colon = colon,
                     .body = body);
}

/* x.(type) */
static bool is_type_switch_assert(const Parser *p, AstNode x)
{
    return parse_is(p, x, AST_TYPE_ASSERT_EXPR) && ast_type_assert_expr(&p->file, x)->type == 0;
}

static bool is_type_switch_guard(Parser *p, AstNode stmt)
{
    if (parse_is(p, stmt, AST_EXPR_STMT)) {
        return is_type_switch_assert(p, ast_expr_stmt(&p->file, stmt)->x);
    }
    if (!parse_is(p, stmt, AST_ASSIGN_STMT)) {
        return false;
    }
    const AstAssignStmt *assign = ast_assign_stmt(&p->file, stmt);
    AstNodes lhs = ast_list(&p->file, &assign->lhs), rhs = ast_list(&p->file, &assign->rhs);
    Token tok = ast_tok(&p->file, stmt);
    if (lhs.len != 1 || rhs.len != 1 || !is_type_switch_assert(p, rhs.ptr[0]) ||
        (tok != TOKEN_ASSIGN && tok != TOKEN_DEFINE)) {
        return false;
    }
    if (tok == TOKEN_ASSIGN) {
        parse_error(p, assign->tok_pos, "expected ':=', found '='");
    }
    return true;
}

/* "{"; where it is missing, cmd/compile reads on to a clause, or to the end of them. */
static SourcePos parse_clauses_begin(Parser *p)
{
    SourcePos pos = parse_pos(p);
    if (!p->is_compiler || parse_tok(p) == TOKEN_LBRACE) {
        return parse_expect(p, TOKEN_LBRACE);
    }
    parse_error_expected(p, pos, "'{'");
    parse_advance(p, &parse_clause_start);
    return pos;
}

/* "{", clauses, "}" and the semicolon behind them. */
static AstNode parse_clauses(Parser *p, AstNode (*parse_clause)(Parser *p))
{
    SourcePos lbrace = parse_clauses_begin(p);
    isize begin = parse_list_begin(p);
    while (is_clause_next(p)) {
        parse_list_push(p, parse_clause(p));
    }
    SourcePos rbrace = parse_expect(p, TOKEN_RBRACE);
    parse_expect_semi(p);
    AstNode list = parse_list_end(p, begin);
    return PARSE_NEW(p, AST_BLOCK_STMT, AstBlockStmt, .lbrace = lbrace, .list = list,
                     .rbrace = rbrace);
}

static AstNode parse_switch_stmt(Parser *p)
{
    SourcePos pos = parse_expect(p, TOKEN_SWITCH);
    AstNode init = 0, tag = 0;
    if (parse_tok(p) != TOKEN_LBRACE) {
        int level = p->expr_level;
        p->expr_level = -1;
        if (parse_tok(p) != TOKEN_SEMICOLON) {
            tag = parse_simple_stmt(p, SIMPLE_BASIC).stmt;
        }
        if (!parse_lose_header(p) && parse_got(p, TOKEN_SEMICOLON)) {
            init = tag;
            tag = parse_tok(p) != TOKEN_LBRACE ? parse_simple_stmt(p, SIMPLE_BASIC).stmt : 0;
        }
        p->expr_level = level;
    }
    bool is_type_switch = is_type_switch_guard(p, tag);
    AstNode body = parse_clauses(p, parse_case_clause);
    if (is_type_switch) {
        return PARSE_NEW(p, AST_TYPE_SWITCH_STMT, AstTypeSwitchStmt, .pos = pos, .init = init,
                         .assign = tag, .body = body);
    }
    AstNode x = expr_of(p, tag, "switch expression");
    return PARSE_NEW(p, AST_SWITCH_STMT, AstSwitchStmt, .pos = pos, .init = init, .tag = x,
                     .body = body);
}

/* v, ok := <-c */
static AstNode parse_receive_assignment(Parser *p, AstNode lhs)
{
    Token tok = parse_tok(p);
    AstNodes nodes = ast_list(&p->file, &lhs);
    if (nodes.len > 2) {
        AstNode first = nodes.ptr[0], second = nodes.ptr[1];
        parse_error_expected(p, ast_pos(&p->file, first), "1 or 2 expressions");
        isize begin = parse_list_begin(p);
        parse_list_push(p, first);
        parse_list_push(p, second);
        lhs = parse_list_end(p, begin);
    }
    SourcePos pos = parse_expect(p, tok);
    AstNode rhs = list_of(p, parse_rhs(p));
    return PARSE_NEW_TOK(p, AST_ASSIGN_STMT, AstAssignStmt, tok, .lhs = lhs, .tok_pos = pos,
                         .rhs = rhs);
}

/* A send, or a receive with what it is assigned to. */
static AstNode parse_comm(Parser *p)
{
    AstNode lhs = parse_expr_list(p, false);
    if (parse_tok(p) == TOKEN_ASSIGN || parse_tok(p) == TOKEN_DEFINE) {
        return parse_receive_assignment(p, lhs);
    }
    AstNode x = only_of(p, lhs, "1 expression", 1);
    return parse_tok(p) == TOKEN_ARROW ? parse_send(p, x)
                                       : PARSE_NEW(p, AST_EXPR_STMT, AstExprStmt, .x = x);
}

static AstNode parse_comm_clause(Parser *p)
{
    SourcePos pos = parse_pos(p);
    AstNode comm = 0;
    if (parse_got(p, TOKEN_CASE)) {
        comm = parse_comm(p);
    } else {
        parse_default(p);
    }
    SourcePos colon = parse_expect(p, TOKEN_COLON);
    AstNode body = parse_stmt_list(p);
    return PARSE_NEW(p, AST_COMM_CLAUSE, AstCommClause, .pos = pos, .comm = comm, .colon = colon,
                     .body = body);
}

static AstNode parse_select_stmt(Parser *p)
{
    SourcePos pos = parse_expect(p, TOKEN_SELECT);
    AstNode body = parse_clauses(p, parse_comm_clause);
    return PARSE_NEW(p, AST_SELECT_STMT, AstSelectStmt, .pos = pos, .body = body);
}

/* ---- for ---- */

typedef struct {
    AstNode init, cond, post;
    bool is_range; /* cond is then the assignment */
} ForHeader;

/* "for range x": an assignment to nothing. */
static Simple parse_range_alone(Parser *p)
{
    AstNode rhs = parse_range(p);
    return (Simple){PARSE_NEW(p, AST_ASSIGN_STMT, AstAssignStmt, .rhs = rhs), true};
}

static ForHeader parse_for_clauses(Parser *p)
{
    ForHeader header = {0};
    if (parse_tok(p) != TOKEN_SEMICOLON) {
        Simple simple =
            parse_tok(p) == TOKEN_RANGE ? parse_range_alone(p) : parse_simple_stmt(p, SIMPLE_RANGE);
        header.cond = simple.stmt;
        header.is_range = simple.is_range;
    }
    if (!header.is_range && !parse_lose_header(p) && parse_got(p, TOKEN_SEMICOLON)) {
        header.init = header.cond;
        header.cond = parse_tok(p) != TOKEN_SEMICOLON ? parse_simple_stmt(p, SIMPLE_BASIC).stmt : 0;
        parse_expect_semi(p);
        if (parse_tok(p) != TOKEN_LBRACE) {
            header.post = parse_simple_stmt(p, SIMPLE_BASIC).stmt;
        }
    }
    return header;
}

static AstNode range_stmt(Parser *p, SourcePos pos, AstNode assign, AstNode body)
{
    const AstAssignStmt *a = ast_assign_stmt(&p->file, assign);
    AstNodes lhs = ast_list(&p->file, &a->lhs);
    AstNode range = ast_list(&p->file, &a->rhs).ptr[0];
    if (lhs.len > 2 && p->is_compiler) {
        parse_mild_error(p, ast_pos(&p->file, lhs.ptr[2]),
                         "range clause permits at most two iteration variables");
    } else if (lhs.len > 2) {
        parse_error_expected(p, ast_pos(&p->file, lhs.ptr[lhs.len - 1]), "at most 2 expressions");
        return parse_bad_stmt(p, pos, ast_end(&p->file, body));
    }
    return PARSE_NEW_TOK(p, AST_RANGE_STMT, AstRangeStmt, ast_tok(&p->file, assign), .pos = pos,
                         .key = lhs.len > 0 ? lhs.ptr[0] : 0, .value = lhs.len > 1 ? lhs.ptr[1] : 0,
                         .tok_pos = a->tok_pos, .range = ast_unary_expr(&p->file, range)->op_pos,
                         .x = ast_unary_expr(&p->file, range)->x, .body = body);
}

static AstNode parse_for_stmt(Parser *p)
{
    SourcePos pos = parse_expect(p, TOKEN_FOR);
    ForHeader header = {0};
    if (parse_tok(p) != TOKEN_LBRACE) {
        int level = p->expr_level;
        p->expr_level = -1;
        header = parse_for_clauses(p);
        p->expr_level = level;
    }
    AstNode body = parse_block(p);
    parse_expect_semi(p);
    if (header.is_range) {
        return range_stmt(p, pos, header.cond, body);
    }
    AstNode cond = expr_of(p, header.cond, "boolean or range expression");
    return PARSE_NEW(p, AST_FOR_STMT, AstForStmt, .pos = pos, .init = header.init, .cond = cond,
                     .post = header.post, .body = body);
}

/* ---- any statement ---- */

static AstNode parse_decl_stmt(Parser *p)
{
    AstNode decl = parse_decl(p, &parse_stmt_start);
    return PARSE_NEW(p, AST_DECL_STMT, AstDeclStmt, .decl = decl);
}

static AstNode parse_expr_stmt(Parser *p)
{
    AstNode stmt = parse_simple_stmt(p, SIMPLE_LABEL).stmt;
    if (!parse_is(p, stmt, AST_LABELED_STMT)) {
        parse_expect_semi(p);
    }
    return stmt;
}

static AstNode parse_block_stmt(Parser *p)
{
    AstNode block = parse_block(p);
    parse_expect_semi(p);
    return block;
}

/* A semicolon; before "}" it may be left out. */
static AstNode parse_empty_stmt(Parser *p)
{
    bool is_there = parse_tok(p) == TOKEN_SEMICOLON;
    AstEmptyStmt stmt = {.head = {.kind = AST_EMPTY_STMT}, .pos = parse_pos(p)};
    stmt.head.flags = !is_there || p->scanner.is_newline ? AST_IMPLICIT : 0;
    if (is_there) {
        parse_next(p);
    }
    return parse_add(p, &stmt, (isize)sizeof(stmt));
}

static AstNode parse_no_stmt(Parser *p)
{
    SourcePos pos = parse_pos(p);
    parse_error_expected(p, pos, "statement");
    parse_advance(p, &parse_stmt_start);
    return parse_bad_stmt(p, pos, parse_pos(p));
}

static AstNode parse_any_branch(Parser *p)
{
    return parse_branch_stmt(p, parse_tok(p));
}

typedef AstNode (*ParseStmt)(Parser *p);

/* By the token that a statement begins with. */
static const ParseStmt parsers[TOKEN_COUNT] = {
    [TOKEN_CONST] = parse_decl_stmt,    [TOKEN_TYPE] = parse_decl_stmt,
    [TOKEN_VAR] = parse_decl_stmt,      [TOKEN_IDENT] = parse_expr_stmt,
    [TOKEN_INT] = parse_expr_stmt,      [TOKEN_FLOAT] = parse_expr_stmt,
    [TOKEN_IMAG] = parse_expr_stmt,     [TOKEN_CHAR] = parse_expr_stmt,
    [TOKEN_STRING] = parse_expr_stmt,   [TOKEN_FUNC] = parse_expr_stmt,
    [TOKEN_LPAREN] = parse_expr_stmt,   [TOKEN_LBRACK] = parse_expr_stmt,
    [TOKEN_STRUCT] = parse_expr_stmt,   [TOKEN_MAP] = parse_expr_stmt,
    [TOKEN_CHAN] = parse_expr_stmt,     [TOKEN_INTERFACE] = parse_expr_stmt,
    [TOKEN_ADD] = parse_expr_stmt,      [TOKEN_SUB] = parse_expr_stmt,
    [TOKEN_MUL] = parse_expr_stmt,      [TOKEN_AND] = parse_expr_stmt,
    [TOKEN_XOR] = parse_expr_stmt,      [TOKEN_ARROW] = parse_expr_stmt,
    [TOKEN_NOT] = parse_expr_stmt,      [TOKEN_GO] = parse_call_stmt,
    [TOKEN_DEFER] = parse_call_stmt,    [TOKEN_RETURN] = parse_return_stmt,
    [TOKEN_BREAK] = parse_any_branch,   [TOKEN_CONTINUE] = parse_any_branch,
    [TOKEN_GOTO] = parse_any_branch,    [TOKEN_FALLTHROUGH] = parse_any_branch,
    [TOKEN_LBRACE] = parse_block_stmt,  [TOKEN_IF] = parse_if_stmt,
    [TOKEN_SWITCH] = parse_switch_stmt, [TOKEN_SELECT] = parse_select_stmt,
    [TOKEN_FOR] = parse_for_stmt,       [TOKEN_SEMICOLON] = parse_empty_stmt,
    [TOKEN_RBRACE] = parse_empty_stmt,
};

AstNode parse_stmt(Parser *p)
{
    ParseStmt parse = parsers[parse_tok(p)];
    parse_enter(p);
    AstNode stmt = parse != NULL ? parse(p) : parse_no_stmt(p);
    parse_leave(p);
    return stmt;
}
