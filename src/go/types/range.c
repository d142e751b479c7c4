/*
 * Range clauses: what may be ranged over, and what its variables are then. Integers came with Go
 * 1.22, functions with Go 1.23.
 */
#include "go/types/expr.h"
#include "go/types/stmt.h"

#define YIELD "func must be func(yield func(...) bool): "

/* ---- what is ranged over ---- */

typedef struct {
    Type *key, *value; /* NULL: there is none */
    Str cause;         /* why it cannot be ranged over, if not is_fine; may be empty */
    bool is_fine;
} Range;

static Range bad(Checker *c, Str cause)
{
    Type *invalid = check_basic(c, BASIC_INVALID);
    return (Range){invalid, invalid, cause, false};
}

static Range good(Type *key, Type *value)
{
    return (Range){.key = key, .value = value, .is_fine = true};
}

/* Values can be received from each channel of the type set. */
static bool can_receive(Checker *c, Type *t, Type *under, Str *ret_cause)
{
    if (under == NULL || type_kind(under) != TYPE_CHAN || ((Chan *)under)->dir != AST_SEND) {
        return true;
    }
    *ret_cause = check_format(c, c->scratch, "receive from send-only channel %t", t);
    return false;
}

static Objects vars_of(const Tuple *t)
{
    return t == NULL ? (Objects){NULL, 0} : t->vars;
}

/* yield: the function that the iterator calls. */
static Range range_of_yield(Checker *c, Signature *yield)
{
    Objects params = vars_of(yield->params), results = vars_of(yield->results);
    Type *result = results.len == 1 ? results.ptr[0]->type : NULL;
    if (params.len > 2) {
        return bad(c, S(YIELD "yield func has too many parameters"));
    }
    if (result == NULL || !type_identical(result, check_basic(c, BASIC_BOOL))) {
        bool is_boolean = result != NULL && type_is(result, IS_BOOLEAN);
        return bad(c, is_boolean ? S(YIELD "yield func returns user-defined boolean, not bool")
                                 : S(YIELD "yield func does not return bool"));
    }
    if (yield->is_variadic) {
        return bad(
            c, check_format(c, c->scratch, "yield func of type %t cannot be variadic", &yield->t));
    }
    return good(params.len > 0 ? params.ptr[0]->type : NULL,
                params.len > 1 ? params.ptr[1]->type : NULL);
}

/* Whether what is ranged over may be; if not, *ret says why not. */
static bool allows_range(Checker *c, ObjectPos at, LangFeature feature, Range *ret)
{
    bool is_allowed = check_uses(c, at, feature);
    if (!is_allowed) {
        *ret = bad(c, check_format(c, c->scratch, "requires go1.%d or later",
                                   langversion_row(feature)->since));
    }
    return is_allowed;
}

static Range range_of_function(Checker *c, ObjectPos at, const Signature *f)
{
    Range too_old;
    if (!allows_range(c, at, LANG_RANGE_FUNC, &too_old)) {
        return too_old;
    }
    if (vars_of(f->params).len != 1) {
        return bad(c, S(YIELD "wrong argument count"));
    }
    if (vars_of(f->results).len != 0) {
        return bad(c, S(YIELD "unexpected results"));
    }
    Str cause = {0};
    Type *u = type_common_under(c, f->params->vars.ptr[0]->type, NULL, &cause);
    if (u == NULL) {
        return bad(c, check_format(c, c->scratch, YIELD "in yield type, %s", &cause));
    }
    if (type_kind(u) != TYPE_SIGNATURE) {
        return bad(c, S(YIELD "argument is not func"));
    }
    return range_of_yield(c, (Signature *)u);
}

static Range range_of_basic(Checker *c, ObjectPos at, Type *t, Type *basic)
{
    if (type_is(basic, IS_STRING)) {
        return good(check_basic(c, BASIC_INT), check_basic(c, BASIC_RUNE));
    }
    if (!type_is(basic, IS_INTEGER)) {
        return (Range){0};
    }
    Range too_old;
    return allows_range(c, at, LANG_RANGE_INT, &too_old) ? good(t, NULL) : too_old;
}

/* The array that t points to, or t. */
static Type *deref_array(Type *t)
{
    Type *pointer = type_unalias(t);
    if (type_kind(pointer) != TYPE_POINTER) {
        return t;
    }
    Type *u = type_under(((Pointer *)pointer)->elem);
    return type_kind(u) == TYPE_ARRAY ? u : t;
}

static Range range_of(Checker *c, ObjectPos at, Type *t)
{
    Str cause = {0};
    Type *u = type_common_under(c, t, can_receive, &cause);
    if (u == NULL) {
        return bad(c, cause);
    }
    u = deref_array(u);
    switch (type_kind(u)) {
    case TYPE_BASIC:
        return range_of_basic(c, at, t, u);
    case TYPE_ARRAY:
        return good(check_basic(c, BASIC_INT), ((Array *)u)->elem);
    case TYPE_SLICE:
        return good(check_basic(c, BASIC_INT), ((Slice *)u)->elem);
    case TYPE_MAP:
        return good(((MapType *)u)->key, ((MapType *)u)->elem);
    case TYPE_CHAN:
        return good(((Chan *)u)->elem, NULL);
    case TYPE_SIGNATURE:
        return range_of_function(c, at, (Signature *)u);
    case TYPE_STRUCT:
    case TYPE_POINTER:
    case TYPE_TUPLE:
    case TYPE_UNION:
    case TYPE_INTERFACE:
    case TYPE_NAMED:
    case TYPE_PARAM:
    case TYPE_ALIAS:
        break;
    }
    return (Range){0};
}

/* The same for the operand that is ranged over, with its errors told. */
static Range check_range_operand(Checker *c, Operand *x, const AstRangeStmt *s)
{
    ObjectPos at = check_node_pos(c, x->expr);
    Range r = range_of(c, at, x->type);
    if (!r.is_fine) {
        check_soft_error(c, at, CODE_INVALID_RANGE_EXPR,
                         r.cause.len > 0 ? "cannot range over %o: %s" : "cannot range over %o", x,
                         &r.cause);
    } else if (r.key == NULL && s->key != 0) {
        check_soft_error(c, check_node_pos(c, s->key), CODE_INVALID_ITER_VAR,
                         "range over %o permits no iteration variables", x);
    } else if (r.value == NULL && s->value != 0) {
        check_soft_error(c, check_node_pos(c, s->value), CODE_INVALID_ITER_VAR,
                         "range over %o permits only one iteration variable", x);
    }
    return r;
}

/* ---- its variables ---- */

typedef struct {
    Operand *x;  /* what is ranged over */
    AstNode lhs; /* one variable */
    Type *type;  /* what it gets; NULL or invalid: nothing that is known */
    bool is_over_int;
} Iteration;

static bool is_unknown(const Checker *c, const Type *t)
{
    return t == NULL || t == check_basic(c, BASIC_INVALID);
}

/* What an iteration variable gets that is not the integer ranged over. */
static Operand element(const Iteration *i)
{
    return (Operand){.mode = MODE_VALUE, .expr = i->lhs, .type = i->type};
}

/* The variable that is declared; its name is "_" where none stands. */
static Object *declare_var(Checker *c, const Iteration *i)
{
    const AstFile *f = check_ast(c);
    SourcePos pos = ast_pos(f, i->lhs);
    Object *o;
    if (ast_kind(f, i->lhs) == AST_IDENT) {
        o = check_new_var(c, VAR_LOCAL, pos, ast_name(f, i->lhs), NULL);
        record_def(c, i->lhs, o);
    } else {
        check_error(c, i->lhs, CODE_INVALID_SYNTAX_TREE, "cannot declare %x", i->lhs);
        o = check_new_var(c, VAR_LOCAL, pos, NAME_BLANK, NULL);
    }
    if (is_unknown(c, i->type)) {
        o->type = check_basic(c, BASIC_INVALID);
        o->is_used = true; /* one error is enough */
    } else if (i->is_over_int) {
        check_init_var(c, o, i->x, S("range clause"));
    } else {
        Operand y = element(i);
        check_init_var(c, o, &y, S("assignment")); /* the error is at the variable */
    }
    return o;
}

static void assign_var(Checker *c, const Iteration *i)
{
    if (is_unknown(c, i->type)) {
        return;
    }
    if (!i->is_over_int) {
        Operand y = element(i);
        check_assign_var(c, i->lhs, 0, &y, S("assignment"));
        return;
    }
    check_assign_var(c, i->lhs, 0, i->x, S("range clause"));
    /* An untyped number took the type of the variable. */
    if (i->x->mode != MODE_INVALID && !type_is(i->x->type, IS_INTEGER)) {
        check_soft_error(c, check_node_pos(c, i->lhs), CODE_INVALID_RANGE_EXPR,
                         "cannot use iteration variable of type %t", i->x->type);
    }
}

static void declare_vars(Checker *c, const AstRangeStmt *s, Iteration parts[2])
{
    Object *vars[2];
    isize n = 0;
    for (isize i = 0; i < 2; i++) {
        if (parts[i].lhs == 0) {
            continue;
        }
        Object *o = declare_var(c, &parts[i]);
        if (ast_kind(check_ast(c), parts[i].lhs) == AST_IDENT && o->name != NAME_BLANK) {
            vars[n++] = o;
        }
    }
    if (n == 0) {
        SourcePos at = s->tok_pos != 0 ? s->tok_pos : s->pos;
        check_error_pos(c, check_pos(c, at), CODE_NO_NEW_VAR,
                        "no new variables on left side of :=");
    }
    SourcePos scope_pos = ast_pos(check_ast(c), s->body);
    for (isize i = 0; i < n; i++) {
        check_declare(c, c->env.scope, 0, vars[i], scope_pos);
    }
}

/* The clause, up to the scope of its variables, which stays open. Apart from the body, so that what
 * loops nest on the stack stays small. */
static void check_clause(Checker *c, const AstRangeStmt *s, Token tok)
{
    Operand x = {.mode = MODE_INVALID};
    c->env.has_call_or_recv = false;
    check_expr(c, NULL, &x, s->x);
    Range r = {0};
    if (x.mode != MODE_INVALID) {
        r = check_range_operand(c, &x, s);
    }
    check_open_scope(c);
    bool is_over_int = x.mode != MODE_INVALID && type_is(x.type, IS_INTEGER);
    Iteration parts[2] = {
        {.x = &x, .lhs = s->key, .type = r.key, .is_over_int = is_over_int},
        {.x = &x, .lhs = s->value, .type = r.value, .is_over_int = is_over_int},
    };
    if (tok == TOKEN_DEFINE) {
        declare_vars(c, s, parts);
    } else if (s->key != 0) {
        for (isize i = 0; i < 2; i++) {
            if (parts[i].lhs != 0) {
                assign_var(c, &parts[i]);
            }
        }
    } else if (is_over_int) {
        /* As _ = x does it: an untyped number takes its default type. */
        check_assignment(c, &x, NULL, S("range clause"));
    }
}

void check_range_stmt(Checker *c, unsigned context, AstNode node)
{
    const AstRangeStmt *s = ast_range_stmt(check_ast(c), node);
    check_clause(c, s, ast_tok(check_ast(c), node));
    check_stmt(c, context, s->body);
    check_close_scope(c);
}
