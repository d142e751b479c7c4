/*
 * Whether a statement ends what it is in: control never comes to what would follow. As the spec has
 * it ("terminating statements"), by form alone; only calls of panic are known by what they mean.
 */
#include "go/types/stmt.h"

#include <stddef.h>

/* ---- calls of panic ---- */

void check_add_panic(Checker *c, AstNode call)
{
    /* Nodes come in ascending order, but for those that are evaluated a second time. */
    isize at = c->env.panics.len;
    while (at > 0 && c->env.panics.ptr[at - 1] > call) {
        at--;
    }
    if (at > 0 && c->env.panics.ptr[at - 1] == call) {
        return;
    }
    VEC_PUSH(c->scratch, &c->env.panics);
    AstNode *ptr = c->env.panics.ptr;
    memmove(ptr + at + 1, ptr + at, (size_t)(c->env.panics.len - 1 - at) * sizeof *ptr);
    ptr[at] = call;
}

static bool is_panic(const Checker *c, AstNode e)
{
    e = ast_unparen(check_ast(c), e);
    isize low = 0, high = c->env.panics.len;
    while (low < high) {
        isize middle = low + (high - low) / 2;
        if (c->env.panics.ptr[middle] < e) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < c->env.panics.len && c->env.panics.ptr[low] == e;
}

/* ---- breaks ---- */

static bool has_break(const AstFile *f, AstNode s, Name label, bool is_implicit);

static bool list_has_break(const AstFile *f, AstNodes list, Name label, bool is_implicit)
{
    for (isize i = 0; i < list.len; i++) {
        if (has_break(f, list.ptr[i], label, is_implicit)) {
            return true;
        }
    }
    return false;
}

#define WORD_OF(type, field) (uint8_t)(offsetof(type, field) / sizeof(uint32_t))

AstNode stmt_breakable_body(const AstFile *f, AstNode s)
{
    static const uint8_t words[AST_COUNT] = {
        [AST_SWITCH_STMT] = WORD_OF(AstSwitchStmt, body),
        [AST_TYPE_SWITCH_STMT] = WORD_OF(AstTypeSwitchStmt, body),
        [AST_SELECT_STMT] = WORD_OF(AstSelectStmt, body),
        [AST_FOR_STMT] = WORD_OF(AstForStmt, body),
        [AST_RANGE_STMT] = WORD_OF(AstRangeStmt, body),
    };
    uint8_t word = words[ast_kind(f, s)];
    return word == 0 ? 0 : f->words[s + word];
}

/* Whether there is a break in s that leaves the statement of that label (0: it has none), or, with
 * is_implicit, one without a label that leaves what s stands in. */
static bool has_break(const AstFile *f, AstNode s, Name label, bool is_implicit)
{
    AstNode body = stmt_breakable_body(f, s);
    if (body != 0) {
        return label != 0 && has_break(f, body, label, false);
    }
    AstKind kind = ast_kind(f, s);
    if (kind == AST_LABELED_STMT) {
        return has_break(f, ast_labeled_stmt(f, s)->stmt, label, is_implicit);
    }
    if (kind == AST_BRANCH_STMT && ast_tok(f, s) == TOKEN_BREAK) {
        AstNode target = ast_branch_stmt(f, s)->label;
        return target == 0 ? is_implicit : ast_name(f, target) == label;
    }
    if (kind == AST_BLOCK_STMT) {
        return list_has_break(f, ast_list(f, &ast_block_stmt(f, s)->list), label, is_implicit);
    }
    if (kind == AST_IF_STMT) {
        const AstIfStmt *i = ast_if_stmt(f, s);
        return has_break(f, i->body, label, is_implicit) ||
               (i->els != 0 && has_break(f, i->els, label, is_implicit));
    }
    if (kind == AST_CASE_CLAUSE) {
        return list_has_break(f, ast_list(f, &ast_case_clause(f, s)->body), label, is_implicit);
    }
    if (kind == AST_COMM_CLAUSE) {
        return list_has_break(f, ast_list(f, &ast_comm_clause(f, s)->body), label, is_implicit);
    }
    return false;
}

/* ---- terminating statements ---- */

static bool list_is_terminating(Checker *c, AstNodes list)
{
    const AstFile *f = check_ast(c);
    isize n = list.len;
    while (n > 0 && ast_kind(f, list.ptr[n - 1]) == AST_EMPTY_STMT) {
        n--;
    }
    return n > 0 && check_is_terminating(c, list.ptr[n - 1], 0);
}

/* The body of a clause, and whether it is the default. */
static AstNodes clause_body(const AstFile *f, AstNode clause, bool *ret_is_default)
{
    if (ast_kind(f, clause) == AST_CASE_CLAUSE) {
        *ret_is_default = ast_case_clause(f, clause)->list == 0;
        return ast_list(f, &ast_case_clause(f, clause)->body);
    }
    *ret_is_default = ast_comm_clause(f, clause)->comm == 0;
    return ast_list(f, &ast_comm_clause(f, clause)->body);
}

/* Whether each clause ends and none is left by a break; a switch needs a default, too. */
static bool clauses_are_terminating(Checker *c, AstNode body, Name label, bool needs_default)
{
    const AstFile *f = check_ast(c);
    AstNodes clauses = ast_list(f, &ast_block_stmt(f, body)->list);
    bool has_default = !needs_default;
    for (isize i = 0; i < clauses.len; i++) {
        bool is_default = false;
        AstNodes list = clause_body(f, clauses.ptr[i], &is_default);
        has_default |= is_default;
        if (!list_is_terminating(c, list) || list_has_break(f, list, label, true)) {
            return false;
        }
    }
    return has_default;
}

static bool if_is_terminating(Checker *c, const AstIfStmt *s)
{
    return s->els != 0 && check_is_terminating(c, s->body, 0) && check_is_terminating(c, s->els, 0);
}

bool check_is_terminating(Checker *c, AstNode s, Name label)
{
    const AstFile *f = check_ast(c);
    AstKind kind = ast_kind(f, s);
    if (kind == AST_RETURN_STMT) {
        return true;
    }
    if (kind == AST_EXPR_STMT) {
        return is_panic(c, ast_expr_stmt(f, s)->x);
    }
    if (kind == AST_BLOCK_STMT) {
        return list_is_terminating(c, ast_list(f, &ast_block_stmt(f, s)->list));
    }
    if (kind == AST_IF_STMT) {
        return if_is_terminating(c, ast_if_stmt(f, s));
    }
    if (kind == AST_LABELED_STMT) {
        const AstLabeledStmt *l = ast_labeled_stmt(f, s);
        return check_is_terminating(c, l->stmt, ast_name(f, l->label));
    }
    if (kind == AST_BRANCH_STMT) {
        return ast_tok(f, s) == TOKEN_GOTO || ast_tok(f, s) == TOKEN_FALLTHROUGH;
    }
    if (kind == AST_FOR_STMT) {
        const AstForStmt *loop = ast_for_stmt(f, s);
        return loop->cond == 0 && !has_break(f, loop->body, label, true);
    }
    if (kind == AST_SWITCH_STMT || kind == AST_TYPE_SWITCH_STMT || kind == AST_SELECT_STMT) {
        AstNode body = stmt_breakable_body(f, s);
        return clauses_are_terminating(c, body, label, kind != AST_SELECT_STMT);
    }
    return false;
}
