/*
 * Statements and function bodies. What a statement contains is checked in the order of the source;
 * function literals are put off to the end of the statement that they stand in, when all that they
 * may see is known and nothing behind it is.
 */
#include "go/types/stmt.h"

/* ---- scopes ---- */

void check_open_scope(Checker *c)
{
    c->env.scope = scope_new(c->scratch, c->env.scope);
}

void check_close_scope(Checker *c)
{
    c->env.scope = c->env.scope->parent;
}

Object *check_lookup(const Checker *c, Name name, Scope **ret_scope)
{
    for (Scope *s = c->env.scope; s != NULL; s = s->parent) {
        Object *o = scope_lookup(s, name);
        if (o != NULL) {
            if (ret_scope != NULL) {
                *ret_scope = s;
            }
            return o;
        }
    }
    return NULL;
}

Object *check_local_var(const Checker *c, Name name)
{
    Object *o = check_lookup(c, name, NULL);
    return o != NULL && o->kind == OBJECT_VAR && o->var_kind == VAR_LOCAL ? o : NULL;
}

/* ---- function bodies ---- */

/* Whether the cgo tool will write calls of it, where pointers are handed to C: a package turns its
 * check of these off with a variable of that name. */
static bool is_used_by_cgo(const Checker *c, const Object *v)
{
    return c->pkg->is_cgo && str_eq(name_text(c->program->names, v->name), S("_cgoCheckPointer"));
}

void check_usage(Checker *c, isize first_var)
{
    for (isize i = first_var; i < c->local_vars.len; i++) {
        const Object *v = c->local_vars.ptr[i];
        if (!v->is_used && !is_used_by_cgo(c, v)) {
            check_soft_error(c, v->pos, CODE_UNUSED_VAR, "declared and not used: %n", v->name);
        }
    }
}

void check_func_body(Checker *c, void *func_body)
{
    const FuncBody *func = func_body;
    const Signature *sig = func->sig;
    ASSERT(!c->ignores_bodies);
    Environment around = c->env;
    isize first_var = c->local_vars.len;
    c->env = (Environment){
        .file = around.file,
        .decl = func->decl,
        .scope = sig->scope,
        .version = around.version,
        .iota = func->iota,
        .sig = func->sig,
        .n_untyped = c->n_untyped,
    };
    const AstBlockStmt *block = ast_block_stmt(check_ast(c), func->body);
    check_stmt_list(c, 0, ast_list(check_ast(c), &block->list));
    if (c->env.has_label) {
        check_labels(c, func->body);
    }
    bool has_results = sig->results != NULL && sig->results->vars.len > 0;
    if (has_results && !check_is_terminating(c, func->body, 0)) {
        check_error_pos(c, check_pos(c, block->rbrace), CODE_MISSING_RETURN, "missing return");
    }
    check_usage(c, first_var);
    c->local_vars.len = first_var;
    c->env = around;
}

/* ---- lists ---- */

void check_simple_stmt(Checker *c, AstNode s)
{
    if (s != 0) {
        check_stmt(c, 0, s);
    }
}

void check_stmt_list(Checker *c, unsigned context, AstNodes list)
{
    const AstFile *f = check_ast(c);
    while (list.len > 0 && ast_kind(f, list.ptr[list.len - 1]) == AST_EMPTY_STMT) {
        list.len--; /* fallthrough may stand before them */
    }
    for (isize i = 0; i < list.len; i++) {
        bool is_last = i + 1 == list.len;
        check_stmt(c, is_last ? context : context & ~(unsigned)STMT_FALLTHROUGH_OK, list.ptr[i]);
    }
}

void check_multiple_defaults(Checker *c, AstNodes clauses)
{
    const AstFile *f = check_ast(c);
    AstNode first = 0;
    for (isize i = 0; i < clauses.len; i++) {
        AstNode s = clauses.ptr[i];
        bool is_case = ast_kind(f, s) == AST_CASE_CLAUSE;
        if ((is_case ? ast_case_clause(f, s)->list : ast_comm_clause(f, s)->comm) != 0) {
            continue;
        }
        if (first == 0) {
            first = s;
            continue;
        }
        Str place = check_place_text(c, c->scratch, check_node_pos(c, first));
        check_error(c, s, CODE_DUPLICATE_DEFAULT, "multiple defaults (first at %s)", &place);
    }
}

/* The context of what stands in a block of a statement. */
static unsigned inner_of(unsigned context)
{
    return context & ~(unsigned)(STMT_FALLTHROUGH_OK | STMT_FINAL_CASE | STMT_IN_TYPE_SWITCH);
}

/* ---- simple statements ---- */

static void check_nothing(Checker *c, unsigned context, AstNode s)
{
    (void)c, (void)context, (void)s;
}

static void check_declaration_stmt(Checker *c, unsigned context, AstNode s)
{
    (void)context;
    check_decl_stmt(c, ast_decl_stmt(check_ast(c), s)->decl);
}

static void check_labeled(Checker *c, unsigned context, AstNode s)
{
    c->env.has_label = true;
    check_stmt(c, context, ast_labeled_stmt(check_ast(c), s)->stmt);
}

static void check_expr_stmt(Checker *c, unsigned context, AstNode s)
{
    (void)context;
    AstNode e = ast_expr_stmt(check_ast(c), s)->x;
    Operand x = {.mode = MODE_INVALID};
    ExprKind kind = check_raw_expr(c, NULL, &x, e, NULL, false);
    AstNode at = x.expr != 0 ? x.expr : e;
    if (x.mode == MODE_BUILTIN) {
        check_error(c, at, CODE_UNCALLED_BUILTIN, "%o must be called", &x);
    } else if (x.mode == MODE_TYPE) {
        check_error(c, at, CODE_NOT_AN_EXPR, "%o is not an expression", &x);
    } else if (kind != EXPR_STATEMENT) {
        check_error(c, at, CODE_UNUSED_EXPR, "%o is not used", &x);
    }
}

static void check_send(Checker *c, unsigned context, AstNode node)
{
    (void)context;
    const AstSendStmt *s = ast_send_stmt(check_ast(c), node);
    Operand chan = {.mode = MODE_INVALID}, value = {.mode = MODE_INVALID};
    check_expr(c, NULL, &chan, s->chan);
    check_generic_expr(c, &value, s->value);
    if (chan.mode == MODE_INVALID || value.mode == MODE_INVALID) {
        return;
    }
    Type *elem = check_chan_elem(c, check_pos(c, s->arrow), &chan, false);
    if (elem != NULL) {
        check_assignment(c, &value, elem, S("send"));
    }
}

static void check_inc_dec(Checker *c, unsigned context, AstNode node)
{
    (void)context;
    const AstIncDecStmt *s = ast_inc_dec_stmt(check_ast(c), node);
    Token tok = ast_tok(check_ast(c), node);
    Operand x = {.mode = MODE_INVALID};
    check_expr(c, NULL, &x, s->x);
    if (x.mode == MODE_INVALID) {
        return;
    }
    if (!type_all(x.type, IS_NUMERIC)) {
        Str op = token_text(tok);
        check_error(c, s->x, CODE_NON_NUMERIC_INC_DEC,
                    "invalid operation: %x%s (non-numeric type %t)", s->x, &op, x.type);
        return;
    }
    check_binary(c, &x, 0, s->x, 0, tok == TOKEN_INC ? TOKEN_ADD : TOKEN_SUB, s->tok_pos);
    if (x.mode != MODE_INVALID) {
        check_assign_var(c, s->x, 0, &x, S("assignment"));
    }
}

/* x op= y */
static void check_assign_op(Checker *c, const AstAssignStmt *s, Token tok)
{
    AstNodes lhs = ast_list(check_ast(c), &s->lhs), rhs = ast_list(check_ast(c), &s->rhs);
    if (lhs.len != 1 || rhs.len != 1) {
        Str op = token_text(tok);
        check_error_pos(c, check_pos(c, s->tok_pos), CODE_MULTI_VAL_ASSIGN_OP,
                        "assignment operation %s requires single-valued expressions", &op);
        return;
    }
    ASSERT(tok >= TOKEN_ADD_ASSIGN && tok <= TOKEN_AND_NOT_ASSIGN);
    Token op = (Token)(tok - TOKEN_ADD_ASSIGN + TOKEN_ADD);
    Operand x = {.mode = MODE_INVALID};
    check_binary(c, &x, 0, lhs.ptr[0], rhs.ptr[0], op, s->tok_pos);
    if (x.mode != MODE_INVALID) {
        check_assign_var(c, lhs.ptr[0], 0, &x, S("assignment"));
    }
}

static void check_assign(Checker *c, unsigned context, AstNode node)
{
    (void)context;
    const AstFile *f = check_ast(c);
    const AstAssignStmt *s = ast_assign_stmt(f, node);
    Token tok = ast_tok(f, node);
    if (tok == TOKEN_DEFINE) {
        check_short_var_decl(c, s->tok_pos, ast_list(f, &s->lhs), ast_list(f, &s->rhs));
    } else if (tok == TOKEN_ASSIGN) {
        check_assign_vars(c, ast_list(f, &s->lhs), ast_list(f, &s->rhs));
    } else {
        check_assign_op(c, s, tok);
    }
}

static void check_suspended_call(Checker *c, bool is_go, AstNode call)
{
    Operand x = {.mode = MODE_INVALID};
    ExprKind kind = check_raw_expr(c, NULL, &x, call, NULL, false);
    AstNode at = x.expr != 0 ? x.expr : call;
    if (kind == EXPR_CONVERSION) {
        check_error(c, at, is_go ? CODE_INVALID_GO : CODE_INVALID_DEFER,
                    is_go ? "go requires function call, not conversion %o"
                          : "defer requires function call, not conversion %o",
                    &x);
    } else if (kind == EXPR_EXPRESSION) {
        check_error(c, at, CODE_UNUSED_RESULTS,
                    is_go ? "go discards result of %o" : "defer discards result of %o", &x);
    }
}

static void check_go(Checker *c, unsigned context, AstNode s)
{
    (void)context;
    check_suspended_call(c, true, ast_go_stmt(check_ast(c), s)->call);
}

static void check_defer(Checker *c, unsigned context, AstNode s)
{
    (void)context;
    check_suspended_call(c, false, ast_defer_stmt(check_ast(c), s)->call);
}

/* ---- leaving ---- */

/* "return" alone, where results have names: these must be what the names mean here. */
static void check_bare_return(Checker *c, AstNode s, Objects results)
{
    for (isize i = 0; i < results.len; i++) {
        Object *o = results.ptr[i];
        Object *alt = check_lookup(c, o->name, NULL);
        if (alt != NULL && alt != o) {
            ErrorDesc e = check_error_begin(c, CODE_OUT_OF_SCOPE_RESULT);
            error_add(&e, check_node_pos(c, s), "result parameter %n not in scope at return",
                      o->name);
            check_set_end(c, &e, s);
            error_add(&e, alt->pos, "inner declaration of %O", o);
            error_report(&e);
        }
    }
}

static void check_return(Checker *c, unsigned context, AstNode s)
{
    (void)context;
    const Tuple *results = c->env.sig->results;
    Objects vars = results == NULL ? (Objects){NULL, 0} : results->vars;
    AstNodes values = ast_list(check_ast(c), &ast_return_stmt(check_ast(c), s)->results);
    if (values.len == 0 && vars.len > 0 && vars.ptr[0]->name != 0) {
        check_bare_return(c, s, vars);
    } else {
        check_init_vars(c, vars, values, s);
    }
}

static void check_branch(Checker *c, unsigned context, AstNode s)
{
    if (ast_branch_stmt(check_ast(c), s)->label != 0) {
        c->env.has_label = true;
        return; /* check_labels sees to it */
    }
    Token tok = ast_tok(check_ast(c), s);
    if (tok == TOKEN_BREAK && (context & STMT_BREAK_OK) == 0) {
        check_error(c, s, CODE_MISPLACED_BREAK, "break not in for, switch, or select statement");
    } else if (tok == TOKEN_CONTINUE && (context & STMT_CONTINUE_OK) == 0) {
        check_error(c, s, CODE_MISPLACED_CONTINUE, "continue not in for statement");
    } else if (tok == TOKEN_FALLTHROUGH && (context & STMT_FALLTHROUGH_OK) == 0) {
        check_error(c, s, CODE_MISPLACED_FALLTHROUGH,
                    (context & STMT_FINAL_CASE) != 0 ? "cannot fallthrough final case in switch"
                    : (context & STMT_IN_TYPE_SWITCH) != 0 ? "cannot fallthrough in type switch"
                                                           : "fallthrough statement out of place");
    }
}

/* ---- blocks ---- */

static void check_block(Checker *c, unsigned context, AstNode s)
{
    check_open_scope(c);
    const AstFile *f = check_ast(c);
    check_stmt_list(c, inner_of(context), ast_list(f, &ast_block_stmt(f, s)->list));
    check_close_scope(c);
}

/* Apart from the statements, so that what they nest on the stack stays small. */
static void check_condition(Checker *c, AstNode e, const char *message)
{
    Operand x = {.mode = MODE_INVALID};
    check_expr(c, NULL, &x, e);
    if (x.mode != MODE_INVALID && !type_all(x.type, IS_BOOLEAN) && !type_is_unknown(x.type)) {
        check_error(c, e, CODE_INVALID_COND, message);
    }
}

static void check_if(Checker *c, unsigned context, AstNode node)
{
    const AstIfStmt *s = ast_if_stmt(check_ast(c), node);
    unsigned inner = inner_of(context);
    check_open_scope(c);
    check_simple_stmt(c, s->init);
    check_condition(c, s->cond, "non-boolean condition in if statement");
    check_stmt(c, inner, s->body);
    if (s->els != 0) {
        check_stmt(c, inner, s->els);
    }
    check_close_scope(c);
}

static void check_switch(Checker *c, unsigned context, AstNode s)
{
    check_switch_stmt(c, inner_of(context) | STMT_BREAK_OK, s);
}

static void check_type_switch(Checker *c, unsigned context, AstNode s)
{
    check_type_switch_stmt(c, inner_of(context) | STMT_BREAK_OK | STMT_IN_TYPE_SWITCH, s);
}

static void check_select(Checker *c, unsigned context, AstNode s)
{
    check_select_stmt(c, inner_of(context) | STMT_BREAK_OK, s);
}

static void check_for(Checker *c, unsigned context, AstNode node)
{
    const AstFile *f = check_ast(c);
    const AstForStmt *s = ast_for_stmt(f, node);
    check_open_scope(c);
    check_simple_stmt(c, s->init);
    if (s->cond != 0) {
        check_condition(c, s->cond, "non-boolean condition in for statement");
    }
    check_simple_stmt(c, s->post);
    if (s->post != 0 && ast_kind(f, s->post) == AST_ASSIGN_STMT &&
        ast_tok(f, s->post) == TOKEN_DEFINE) {
        check_soft_error(c, check_node_pos(c, s->post), CODE_INVALID_POST_DECL,
                         "cannot declare in post statement");
        AstNodes lhs = ast_list(f, &ast_assign_stmt(f, s->post)->lhs);
        check_use(c, lhs.ptr, lhs.len); /* they are not to be told as not used */
    }
    check_stmt(c, inner_of(context) | STMT_BREAK_OK | STMT_CONTINUE_OK, s->body);
    check_close_scope(c);
}

static void check_range(Checker *c, unsigned context, AstNode s)
{
    check_range_stmt(c, inner_of(context) | STMT_BREAK_OK | STMT_CONTINUE_OK, s);
}

/* ---- any statement ---- */

typedef void (*CheckStmt)(Checker *c, unsigned context, AstNode s);

void check_stmt(Checker *c, unsigned context, AstNode s)
{
    static const CheckStmt checks[AST_COUNT] = {
        [AST_BAD_STMT] = check_nothing,
        [AST_EMPTY_STMT] = check_nothing,
        [AST_DECL_STMT] = check_declaration_stmt,
        [AST_LABELED_STMT] = check_labeled,
        [AST_EXPR_STMT] = check_expr_stmt,
        [AST_SEND_STMT] = check_send,
        [AST_INC_DEC_STMT] = check_inc_dec,
        [AST_ASSIGN_STMT] = check_assign,
        [AST_GO_STMT] = check_go,
        [AST_DEFER_STMT] = check_defer,
        [AST_RETURN_STMT] = check_return,
        [AST_BRANCH_STMT] = check_branch,
        [AST_BLOCK_STMT] = check_block,
        [AST_IF_STMT] = check_if,
        [AST_SWITCH_STMT] = check_switch,
        [AST_TYPE_SWITCH_STMT] = check_type_switch,
        [AST_SELECT_STMT] = check_select,
        [AST_FOR_STMT] = check_for,
        [AST_RANGE_STMT] = check_range,
    };
    if (check_is_too_deep(c)) {
        check_refuse_deep(c, s, "statement is nested too deeply");
        return;
    }
    isize top = c->actions.len;
    CheckStmt check = checks[ast_kind(check_ast(c), s)];
    ASSERT(check != NULL);
    check(c, context, s);
    check_process_delayed(c, top);
}
