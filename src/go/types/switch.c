/*
 * Switches. Duplicate constants are found by value first (the same bytes), then by type, for one
 * value may be a case for each of several types; duplicate types by comparing all that came before,
 * which are few.
 */
#include "go/types/stmt.h"

/* ---- values of cases ---- */

typedef struct {
    Type *type;
    ObjectPos pos;
    isize next; /* of the same value: index + 1, 0: none */
} CaseValue;

typedef struct {
    Map by_value; /* index + 1 of the last one */
    VEC(CaseValue) values;
} CaseValues;

/* What tells a constant from others; empty: it is not looked at, as gc does for other kinds. */
static Str value_key(Checker *c, Constant value)
{
    char bytes[9];
    ConstantKind kind = constant_kind(value);
    int64_t number = 0;
    uint64_t large = 0;
    bytes[0] = (char)kind;
    if (kind == CONSTANT_INT && constant_int64(value, &number)) {
        memcpy(bytes + 1, &number, sizeof number);
    } else if (kind == CONSTANT_INT && constant_uint64(value, &large)) {
        bytes[0] = 'u';
        memcpy(bytes + 1, &large, sizeof large);
    } else if (kind == CONSTANT_FLOAT) {
        bool is_exact = false;
        double real = constant_float64(value, &is_exact) + 0.0; /* there is no negative zero */
        if (!is_exact) {
            return (Str){0};
        }
        memcpy(bytes + 1, &real, sizeof real);
    } else if (kind == CONSTANT_STRING) {
        return constant_string_key(c->scratch, value);
    } else {
        return (Str){0};
    }
    return str_copy(c->scratch, (Str){bytes, (isize)sizeof bytes});
}

/* Enters a value, or tells where it came before. */
static void add_value(Checker *c, CaseValues *seen, Operand *v)
{
    Str key = value_key(c, v->value);
    if (key.len == 0) {
        return;
    }
    isize *last = map_put(&seen->by_value, key, NULL);
    for (isize i = *last; i != 0; i = seen->values.ptr[i - 1].next) {
        if (type_identical(v->type, seen->values.ptr[i - 1].type)) {
            ErrorDesc e = check_error_begin(c, CODE_DUPLICATE_CASE);
            error_add(&e, check_node_pos(c, v->expr), "duplicate case %o in expression switch", v);
            check_set_end(c, &e, v->expr);
            error_add(&e, seen->values.ptr[i - 1].pos, "previous case");
            error_report(&e);
            return;
        }
    }
    *VEC_PUSH(c->scratch, &seen->values) = (CaseValue){v->type, check_node_pos(c, v->expr), *last};
    *last = seen->values.len;
}

static void check_case_values(Checker *c, Operand *x, AstNodes values, CaseValues *seen)
{
    for (isize i = 0; i < values.len; i++) {
        Operand v = {.mode = MODE_INVALID};
        check_expr(c, NULL, &v, values.ptr[i]);
        if (x->mode == MODE_INVALID || v.mode == MODE_INVALID) {
            continue;
        }
        check_convert_untyped(c, &v, x->type);
        if (v.mode == MODE_INVALID) {
            continue;
        }
        Operand result = v; /* compared in this order, errors are at the case */
        check_comparison(c, &result, x, TOKEN_EQL, true);
        if (result.mode != MODE_INVALID && v.mode == MODE_CONSTANT) {
            add_value(c, seen, &v);
        }
    }
}

/* The value that cases are compared with: true where none is written. */
static Operand check_tag(Checker *c, const AstSwitchStmt *s)
{
    Operand x = {.mode = MODE_INVALID};
    if (s->tag == 0) {
        x.mode = MODE_CONSTANT;
        x.type = check_basic(c, BASIC_BOOL);
        x.value = constant_of_bool(true);
        x.expr = s->body;
        x.shown = S("true");
        return x;
    }
    check_expr(c, NULL, &x, s->tag);
    check_assignment(c, &x, NULL, S("switch expression")); /* to a variable that nobody sees */
    if (x.mode != MODE_INVALID && !type_is_comparable(c, x.type, true, NULL) &&
        !type_has_nil(x.type)) {
        check_error(c, x.expr, CODE_INVALID_EXPR_SWITCH,
                    "cannot switch on %o (%t is not comparable)", &x, x.type);
        x.mode = MODE_INVALID;
    }
    return x;
}

void check_switch_stmt(Checker *c, unsigned context, AstNode node)
{
    const AstFile *f = check_ast(c);
    const AstSwitchStmt *s = ast_switch_stmt(f, node);
    check_open_scope(c);
    check_simple_stmt(c, s->init);
    Operand x = check_tag(c, s);
    AstNodes clauses = ast_list(f, &ast_block_stmt(f, s->body)->list);
    check_multiple_defaults(c, clauses);
    CaseValues seen = {.by_value = map_init(c->scratch)};
    for (isize i = 0; i < clauses.len; i++) {
        const AstCaseClause *clause = ast_case_clause(f, clauses.ptr[i]);
        check_case_values(c, &x, ast_list(f, &clause->list), &seen);
        check_open_scope(c);
        unsigned more = i + 1 < clauses.len ? STMT_FALLTHROUGH_OK : STMT_FINAL_CASE;
        check_stmt_list(c, context | more, ast_list(f, &clause->body));
        check_close_scope(c);
    }
    check_close_scope(c);
}

/* ---- type switches ---- */

typedef struct {
    Type *type; /* NULL: of nil */
    AstNode expr;
} CaseType;

typedef VEC(CaseType) CaseTypes;

typedef struct {
    AstNode lhs; /* the name that is declared, 0: none */
    AstNode x;   /* the expression before .(type); 0: the form is wrong, and that was told */
} Guard;

static bool is_nil(const Checker *c, AstNode e)
{
    const AstFile *f = check_ast(c);
    e = ast_unparen(f, e);
    if (ast_kind(f, e) != AST_IDENT) {
        return false;
    }
    const Object *o = check_lookup(c, ast_name(f, e), NULL);
    return o != NULL && o->kind == OBJECT_NIL;
}

/* Whether a type is new among the cases; tells where it came before. */
static bool add_type(Checker *c, CaseTypes *seen, Type *t, AstNode e)
{
    for (isize i = 0; i < seen->len; i++) {
        Type *other = seen->ptr[i].type;
        bool is_same = t == NULL || other == NULL ? t == other : type_identical(t, other);
        if (!is_same) {
            continue;
        }
        Str name = t == NULL ? S("nil") : type_string(c, c->scratch, t);
        ErrorDesc d = check_error_begin(c, CODE_DUPLICATE_CASE);
        error_add(&d, check_node_pos(c, e), "duplicate case %s in type switch", &name);
        check_set_end(c, &d, e);
        error_add(&d, check_node_pos(c, seen->ptr[i].expr), "previous case");
        check_set_end(c, &d, seen->ptr[i].expr);
        error_report(&d);
        return false;
    }
    *VEC_PUSH(c->scratch, seen) = (CaseType){t, e};
    return true;
}

/* The type that the variable of the switch has in a clause of these types. x: what is switched on;
 * NULL: it is invalid. */
static Type *check_case_types(Checker *c, Operand *x, AstNodes types, CaseTypes *seen)
{
    Type *t = NULL;
    for (isize i = 0; i < types.len; i++) {
        AstNode e = types.ptr[i];
        t = NULL;
        if (is_nil(c, e)) {
            Operand ignored = {.mode = MODE_INVALID};
            check_expr(c, NULL, &ignored, e);
        } else {
            t = check_var_type(c, e);
            if (!type_is_valid(t)) {
                continue;
            }
        }
        if (add_type(c, seen, t, e) && x != NULL && t != NULL) {
            check_type_assertion(c, e, x, t, true);
        }
    }
    if (types.len == 1 && t != NULL) {
        return t;
    }
    return x != NULL ? x->type : check_basic(c, BASIC_INVALID);
}

static Guard read_guard(Checker *c, AstNode node, AstNode assign)
{
    const AstFile *f = check_ast(c);
    Guard g = {0};
    AstNode rhs = 0;
    if (ast_kind(f, assign) == AST_EXPR_STMT) {
        rhs = ast_expr_stmt(f, assign)->x;
    } else if (ast_kind(f, assign) == AST_ASSIGN_STMT && ast_tok(f, assign) == TOKEN_DEFINE) {
        const AstAssignStmt *s = ast_assign_stmt(f, assign);
        AstNodes lhs = ast_list(f, &s->lhs), values = ast_list(f, &s->rhs);
        bool is_pair = lhs.len == 1 && values.len == 1;
        if (is_pair && ast_kind(f, lhs.ptr[0]) == AST_IDENT) {
            g.lhs = lhs.ptr[0];
            rhs = values.ptr[0];
        }
    }
    if (g.lhs != 0 && ast_name(f, g.lhs) == NAME_BLANK) {
        check_soft_error(c, check_node_pos(c, g.lhs), CODE_NO_NEW_VAR,
                         "no new variable on left side of :=");
        g.lhs = 0;
    } else if (g.lhs != 0) {
        record_def(c, g.lhs, NULL); /* each clause has a variable of its own */
    }
    if (rhs == 0 || ast_kind(f, rhs) != AST_TYPE_ASSERT_EXPR ||
        ast_type_assert_expr(f, rhs)->type != 0) {
        check_error(c, node, CODE_INVALID_SYNTAX_TREE, "incorrect form of type switch guard");
        return g;
    }
    g.x = ast_type_assert_expr(f, rhs)->x;
    return g;
}

/* Whether e, which x is set to, can be switched on. */
static bool check_guard(Checker *c, Operand *x, AstNode e)
{
    check_expr(c, NULL, x, e);
    if (x->mode == MODE_INVALID) {
        return false;
    }
    if (type_is_param(x->type)) {
        check_error(c, x->expr, CODE_INVALID_TYPE_SWITCH,
                    "cannot use type switch on type parameter value %o", x);
        return false;
    }
    if (!type_is_interface(x->type)) {
        check_error(c, x->expr, CODE_INVALID_TYPE_SWITCH, "%o is not an interface", x);
        return false;
    }
    return true;
}

/* The variables of the clauses count as one: it is enough that one of them is used. */
static void check_clause_vars(Checker *c, AstNode lhs, Objects vars)
{
    bool is_used = false;
    for (isize i = 0; i < vars.len; i++) {
        is_used |= vars.ptr[i]->is_used;
        vars.ptr[i]->is_used = true;
    }
    if (!is_used) {
        check_soft_error(c, check_node_pos(c, lhs), CODE_UNUSED_VAR, "%n declared and not used",
                         ast_name(check_ast(c), lhs));
    }
}

static void check_type_clauses(Checker *c, unsigned context, Operand *x, AstNode lhs,
                               AstNodes clauses)
{
    const AstFile *f = check_ast(c);
    Objects vars = {ARENA_ARRAY(c->scratch, Object *, lhs != 0 ? clauses.len : 0), 0};
    CaseTypes seen = {0};
    for (isize i = 0; i < clauses.len; i++) {
        const AstCaseClause *clause = ast_case_clause(f, clauses.ptr[i]);
        Type *t = check_case_types(c, x, ast_list(f, &clause->list), &seen);
        check_open_scope(c);
        if (lhs != 0) {
            Object *o = check_new_var(c, VAR_LOCAL, ast_pos(f, lhs), ast_name(f, lhs), t);
            check_declare(c, c->env.scope, 0, o, clause->colon);
            record_implicit(c, clauses.ptr[i], o);
            vars.ptr[vars.len++] = o;
        }
        check_stmt_list(c, context, ast_list(f, &clause->body));
        check_close_scope(c);
    }
    if (lhs != 0) {
        check_clause_vars(c, lhs, vars);
    }
}

void check_type_switch_stmt(Checker *c, unsigned context, AstNode node)
{
    const AstFile *f = check_ast(c);
    const AstTypeSwitchStmt *s = ast_type_switch_stmt(f, node);
    check_open_scope(c);
    check_simple_stmt(c, s->init);
    Guard g = read_guard(c, node, s->assign);
    if (g.x != 0) {
        Operand x = {.mode = MODE_INVALID};
        bool is_fine = check_guard(c, &x, g.x);
        AstNodes clauses = ast_list(f, &ast_block_stmt(f, s->body)->list);
        check_multiple_defaults(c, clauses);
        check_type_clauses(c, context, is_fine ? &x : NULL, g.lhs, clauses);
    }
    check_close_scope(c);
}
