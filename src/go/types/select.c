/* Select statements: each case sends or receives. */
#include "go/types/stmt.h"

/* Whether a statement may stand in a case: a send, or a receive with or without an assignment. */
static bool is_communication(const AstFile *f, AstNode s)
{
    AstNode rhs = 0;
    if (ast_kind(f, s) == AST_SEND_STMT) {
        return true;
    }
    if (ast_kind(f, s) == AST_ASSIGN_STMT) {
        AstNodes values = ast_list(f, &ast_assign_stmt(f, s)->rhs);
        rhs = values.len == 1 ? values.ptr[0] : 0;
    } else if (ast_kind(f, s) == AST_EXPR_STMT) {
        rhs = ast_expr_stmt(f, s)->x;
    }
    rhs = ast_unparen(f, rhs);
    return rhs != 0 && ast_kind(f, rhs) == AST_UNARY_EXPR && ast_tok(f, rhs) == TOKEN_ARROW;
}

void check_select_stmt(Checker *c, unsigned context, AstNode node)
{
    const AstFile *f = check_ast(c);
    AstNode body = ast_select_stmt(f, node)->body;
    AstNodes clauses = ast_list(f, &ast_block_stmt(f, body)->list);
    check_multiple_defaults(c, clauses);
    for (isize i = 0; i < clauses.len; i++) {
        const AstCommClause *clause = ast_comm_clause(f, clauses.ptr[i]);
        if (clause->comm != 0 && !is_communication(f, clause->comm)) {
            check_error(c, clause->comm, CODE_INVALID_SELECT_CASE,
                        "select case must be send or receive (possibly with assignment)");
            continue;
        }
        check_open_scope(c);
        if (clause->comm != 0) {
            check_stmt(c, context, clause->comm);
        }
        check_stmt_list(c, context, ast_list(f, &clause->body));
        check_close_scope(c);
    }
}
