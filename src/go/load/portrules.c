#include "go/load/portrules.h"

#include "base/vec.h"
#include "go/root/gosource.h"
#include "go/syntax/parser.h"
#include "os/pool.h"

#define MAX_CALLS 8    /* within each other; Go's are 2 deep */
#define MAX_PARAMS 8   /* of a function */
#define MAX_NESTING 64 /* of statements and expressions */

typedef enum { VALUE_UNKNOWN, VALUE_BOOL, VALUE_WORD } ValueKind;

typedef struct {
    ValueKind kind;
    bool is_true;
    Str word;
} Value;

typedef struct {
    Str name;
    Value value;
} Variable;

/* A call that is followed. */
typedef struct {
    Arena *arena;
    const AstFile *file;
    VEC(Variable) variables;
    int depth, nesting;
    bool is_done; /* at a return, or at what is not understood: answer is unknown then */
    Value answer;
} Call;

static Value of_expr(Call *c, AstNode e);
static void run_list(Call *c, const AstNode *list);
static Value call(Arena *a, const AstFile *f, int depth, Str name, const Value *args, isize n);

static Value of_bool(bool is_true)
{
    return (Value){.kind = VALUE_BOOL, .is_true = is_true};
}

static Str text_of(const AstFile *f, AstNode n)
{
    return str_slice(f->text, ast_pos(f, n), ast_end(f, n));
}

static void give_up(Call *c)
{
    c->is_done = true;
    c->answer = (Value){0};
}

/* ---- expressions ---- */

static bool is_equal(Value x, Value y)
{
    return x.kind == VALUE_BOOL ? x.is_true == y.is_true : str_eq(x.word, y.word);
}

static Value of_name(const Call *c, Str name)
{
    if (str_eq(name, S("true")) || str_eq(name, S("false"))) {
        return of_bool(str_eq(name, S("true")));
    }
    for (isize i = c->variables.len - 1; i >= 0; i--) {
        if (str_eq(c->variables.ptr[i].name, name)) {
            return c->variables.ptr[i].value;
        }
    }
    return (Value){0};
}

static Value of_literal(Str text)
{
    bool is_word = text.len >= 2 && text.ptr[0] == '"' && str_index_byte(text, '\\') < 0;
    return is_word ? (Value){.kind = VALUE_WORD, .word = str_slice(text, 1, text.len - 1)}
                   : (Value){0};
}

static Value of_binary(Call *c, AstNode e)
{
    const AstBinaryExpr *b = ast_binary_expr(c->file, e);
    Token op = ast_tok(c->file, e);
    Value x = of_expr(c, b->x);
    bool is_logical = op == TOKEN_LAND || op == TOKEN_LOR;
    if (is_logical && x.kind == VALUE_BOOL && x.is_true == (op == TOKEN_LOR)) {
        return x;
    }
    Value y = of_expr(c, b->y);
    if (x.kind != y.kind || x.kind == VALUE_UNKNOWN) {
        return (Value){0};
    }
    if (is_logical) {
        return x.kind == VALUE_BOOL ? y : (Value){0};
    }
    if (op == TOKEN_EQL || op == TOKEN_NEQ) {
        return of_bool(is_equal(x, y) == (op == TOKEN_EQL));
    }
    return op == TOKEN_ADD && x.kind == VALUE_WORD
               ? (Value){.kind = VALUE_WORD, .word = str_concat(c->arena, x.word, y.word)}
               : (Value){0};
}

static Value of_call(Call *c, AstNode e)
{
    const AstCallExpr *expr = ast_call_expr(c->file, e);
    AstNodes nodes = ast_list(c->file, &expr->args);
    Value args[MAX_PARAMS];
    if (nodes.len > MAX_PARAMS || ast_kind(c->file, expr->fun) != AST_IDENT) {
        return (Value){0};
    }
    for (isize i = 0; i < nodes.len; i++) {
        args[i] = of_expr(c, nodes.ptr[i]);
    }
    return call(c->arena, c->file, c->depth + 1, text_of(c->file, expr->fun), args, nodes.len);
}

static Value of_kind(Call *c, AstNode e)
{
    const AstFile *f = c->file;
    Value x;
    switch ((int)ast_kind(f, e)) {
    case AST_IDENT:
        return of_name(c, text_of(f, e));
    case AST_BASIC_LIT:
        return of_literal(text_of(f, e));
    case AST_PAREN_EXPR:
        return of_expr(c, ast_paren_expr(f, e)->x);
    case AST_UNARY_EXPR:
        x = of_expr(c, ast_unary_expr(f, e)->x);
        return x.kind == VALUE_BOOL && ast_tok(f, e) == TOKEN_NOT ? of_bool(!x.is_true)
                                                                  : (Value){0};
    case AST_BINARY_EXPR:
        return of_binary(c, e);
    case AST_CALL_EXPR:
        return of_call(c, e);
    }
    return (Value){0};
}

static Value of_expr(Call *c, AstNode e)
{
    if (c->nesting >= MAX_NESTING) {
        return (Value){0};
    }
    c->nesting++;
    Value value = of_kind(c, e);
    c->nesting--;
    return value;
}

/* ---- statements ---- */

/* "platform := a + b"; and "_, ok := distInfo[...]", which holds for every port that is asked
 * about. */
static void run_assign(Call *c, AstNode s)
{
    const AstAssignStmt *assign = ast_assign_stmt(c->file, s);
    AstNodes lhs = ast_list(c->file, &assign->lhs), rhs = ast_list(c->file, &assign->rhs);
    if (rhs.len != 1 || lhs.len < 1) {
        give_up(c);
        return;
    }
    bool is_lookup = ast_kind(c->file, rhs.ptr[0]) == AST_INDEX_EXPR && lhs.len == 2;
    Value value = is_lookup ? of_bool(true) : of_expr(c, rhs.ptr[0]);
    *VEC_PUSH(c->arena, &c->variables) = (Variable){text_of(c->file, lhs.ptr[lhs.len - 1]), value};
}

/* Index in *clauses of the one that is taken; -1: none, or *ret_known is false. */
static isize find_clause(Call *c, Value tag, const AstNodes *clauses, bool *ret_known)
{
    isize by_default = -1;
    *ret_known = true;
    for (isize i = 0; i < clauses->len; i++) {
        const AstCaseClause *clause = ast_case_clause(c->file, clauses->ptr[i]);
        AstNodes list = ast_list(c->file, &clause->list);
        by_default = list.len == 0 ? i : by_default;
        for (isize k = 0; k < list.len; k++) {
            Value x = of_expr(c, list.ptr[k]);
            if (x.kind == VALUE_UNKNOWN || x.kind != tag.kind) {
                *ret_known = false;
                return -1;
            }
            if (is_equal(x, tag)) {
                return i;
            }
        }
    }
    return by_default;
}

static void run_switch(Call *c, AstNode s)
{
    const AstSwitchStmt *stmt = ast_switch_stmt(c->file, s);
    const AstBlockStmt *body = ast_block_stmt(c->file, stmt->body);
    AstNodes clauses = ast_list(c->file, &body->list);
    Value tag = stmt->tag == 0 ? of_bool(true) : of_expr(c, stmt->tag);
    bool is_known;
    isize at = find_clause(c, tag, &clauses, &is_known);
    if (stmt->init != 0 || tag.kind == VALUE_UNKNOWN || !is_known) {
        give_up(c);
    } else if (at >= 0) {
        run_list(c, &ast_case_clause(c->file, clauses.ptr[at])->body);
    }
}

static void run(Call *c, AstNode s);

static void run_if(Call *c, AstNode s)
{
    const AstIfStmt *stmt = ast_if_stmt(c->file, s);
    if (stmt->init != 0) {
        run(c, stmt->init);
    }
    Value cond = of_expr(c, stmt->cond);
    if (cond.kind != VALUE_BOOL) {
        give_up(c);
    } else if (!c->is_done && (cond.is_true || stmt->els != 0)) {
        run(c, cond.is_true ? stmt->body : stmt->els);
    }
}

static void run_kind(Call *c, AstNode s)
{
    AstNodes results;
    switch ((int)ast_kind(c->file, s)) {
    case AST_RETURN_STMT:
        results = ast_list(c->file, &ast_return_stmt(c->file, s)->results);
        c->answer = results.len == 1 ? of_expr(c, results.ptr[0]) : (Value){0};
        c->is_done = true;
        return;
    case AST_BLOCK_STMT:
        run_list(c, &ast_block_stmt(c->file, s)->list);
        return;
    case AST_IF_STMT:
        run_if(c, s);
        return;
    case AST_SWITCH_STMT:
        run_switch(c, s);
        return;
    case AST_ASSIGN_STMT:
        run_assign(c, s);
        return;
    }
    give_up(c);
}

static void run(Call *c, AstNode s)
{
    if (c->nesting >= MAX_NESTING) {
        give_up(c);
        return;
    }
    c->nesting++;
    run_kind(c, s);
    c->nesting--;
}

static void run_list(Call *c, const AstNode *list)
{
    AstNodes stmts = ast_list(c->file, list);
    for (isize i = 0; i < stmts.len && !c->is_done; i++) {
        run(c, stmts.ptr[i]);
    }
}

/* ---- functions ---- */

static const AstFuncDecl *find_function(const AstFile *f, Str name)
{
    AstNodes decls = ast_list(f, &f->decls);
    for (isize i = 0; i < decls.len; i++) {
        if (ast_kind(f, decls.ptr[i]) == AST_FUNC_DECL) {
            const AstFuncDecl *d = ast_func_decl(f, decls.ptr[i]);
            if (d->recv == 0 && d->body != 0 && d->name != 0 && str_eq(text_of(f, d->name), name)) {
                return d;
            }
        }
    }
    return NULL;
}

/* Parameters beyond those given are false. */
static void bind(Call *c, const AstFuncDecl *d, const Value *args, isize n)
{
    const AstFuncType *type = ast_func_type(c->file, d->type);
    AstNodes fields = ast_list(c->file, &ast_field_list(c->file, type->params)->list);
    isize at = 0;
    for (isize i = 0; i < fields.len; i++) {
        AstNodes names = ast_list(c->file, &ast_field(c->file, fields.ptr[i])->names);
        for (isize k = 0; k < names.len; k++, at++) {
            *VEC_PUSH(c->arena, &c->variables) =
                (Variable){text_of(c->file, names.ptr[k]), at < n ? args[at] : of_bool(false)};
        }
    }
}

static Value call(Arena *a, const AstFile *f, int depth, Str name, const Value *args, isize n)
{
    Call c = {.arena = a, .file = f, .depth = depth};
    const AstFuncDecl *d = depth < MAX_CALLS && f->decls != 0 ? find_function(f, name) : NULL;
    if (d == NULL) {
        return (Value){0};
    }
    bind(&c, d, args, n);
    run(&c, d->body);
    return c.answer;
}

PortRule portrules_ask(Arena scratch, const PortRules *rules, Str function, Str mode, Str os,
                       Str arch)
{
    const Value words[] = {{.kind = VALUE_WORD, .word = S("gc")},
                           {.kind = VALUE_WORD, .word = mode},
                           {.kind = VALUE_WORD, .word = os},
                           {.kind = VALUE_WORD, .word = arch}};
    isize first = mode.len > 0 ? 0 : 2;
    Value answer =
        call(&scratch, &rules->file, 0, function, words + first, COUNT_OF(words) - first);
    if (answer.kind != VALUE_BOOL) {
        return PORTRULE_UNKNOWN;
    }
    return answer.is_true ? PORTRULE_YES : PORTRULE_NO;
}

/* ---- reading ---- */

typedef struct {
    Arena *arena;
    Str text;
    AstFile file;
    bool is_whole;
} Reading;

static bool parse(void *context, isize unit, isize worker, Err *err)
{
    Reading *r = context;
    Arena room_of = arena_init(64 * KIB);
    ParserRoom room = {.arena = &room_of};
    NameTable *names = names_new();
    DiagnosticList errors = {.arena = r->arena, .max = 1};
    ParserInput in = {.arena = r->arena, .room = &room, .names = name_cache_new(r->arena, names)};
    (void)unit;
    (void)worker;
    (void)err;
    r->is_whole = parser_parse(&in, r->text, &r->file, &errors) && errors.len == 0;
    names_done(names);
    arena_done(&room_of);
    return true;
}

bool portrules_parse(Arena *a, Str text, PortRules *ret, Err *err)
{
    char *padded = ARENA_ARRAY(a, char, text.len + SCANNER_PADDING);
    memcpy(padded, text.ptr, (size_t)text.len);
    Reading r = {.arena = a, .text = {padded, text.len}};
    if (!pool_run_deep(1, 1, parse, &r, err)) {
        return false;
    }
    if (!r.is_whole) {
        return FAIL(err, ERR_FORMAT, "src/internal/platform/supported.go is no Go file");
    }
    ret->file = r.file;
    return true;
}

bool portrules_read(Arena *a, Str goroot, PortRules *ret, Err *err)
{
    Str text;
    Err own = {0};
    *ret = (PortRules){0};
    if (gosource_read(a, goroot, S("internal/platform/supported.go"), &text, &own)) {
        return portrules_parse(a, text, ret, err);
    }
    if (own.kind == ERR_NOT_FOUND) {
        return true;
    }
    *err = own;
    return false;
}
