/*
 * Assignments: whether a value may be given to a variable, in declarations, assignments, returns,
 * arguments and wherever else Go says "assignable"; and whether there are as many values as
 * variables.
 */
#include "go/types/decl.h"
#include "go/types/expr.h"

/* What has no type yet counts as valid. */
static bool may_be_valid(Type *t)
{
    return t == NULL || type_is_valid(t);
}

/* ---- one value ---- */

static bool has_value(const Operand *x)
{
    return x->mode == MODE_CONSTANT || x->mode == MODE_VARIABLE || x->mode == MODE_MAP_INDEX ||
           x->mode == MODE_VALUE || x->mode == MODE_COMMA_OK || x->mode == MODE_COMMA_ERR;
}

static void tell_untyped(Checker *c, Operand *x, Type *target, Str context, ErrCode code)
{
    const char *format = "cannot use %o as %t value in %s";
    if (code == CODE_TRUNCATED_FLOAT) {
        format = "cannot use %o as %t value in %s (truncated)";
    } else if (code == CODE_NUMERIC_OVERFLOW) {
        format = "cannot use %o as %t value in %s (overflows)";
    } else {
        code = CODE_INCOMPATIBLE_ASSIGN;
    }
    check_error(c, x->expr, code, format, x, target, &context);
    operand_invalidate(x);
}

/* Gives an untyped x the type that it takes in a variable of type t; NULL: any. */
static void convert_untyped(Checker *c, Operand *x, Type *t, Str context)
{
    Type *target = t;
    if (t == NULL || type_is_non_param_interface(t)) {
        if (t == NULL && x->type == check_basic(c, BASIC_UNTYPED_NIL)) {
            check_error(c, x->expr, CODE_UNTYPED_NIL_USE, "use of untyped nil in %s", &context);
            operand_invalidate(x);
            return;
        }
        target = type_default(c, x->type);
    }
    Constant value = x->value;
    ErrCode code = (ErrCode)0;
    Type *type = check_implicit_type(c, x, target, &value, &code);
    if (code != (ErrCode)0) {
        tell_untyped(c, x, target, context, code);
        return;
    }
    if (x->mode == MODE_CONSTANT && value.word != x->value.word) {
        x->value = value;
        check_update_expr_value(c, x->expr, value);
    }
    if (type != x->type) {
        x->type = type;
        check_update_expr_type(c, x->expr, type, false);
    }
}

void check_assignment(Checker *c, Operand *x, Type *t, Str context)
{
    check_single_value(c, x);
    if (x->mode == MODE_INVALID) {
        return;
    }
    if (!has_value(x)) {
        Str type = t == NULL ? S("<nil>") : type_string(c, c->scratch, t);
        check_error(c, x->expr, CODE_INCOMPATIBLE_ASSIGN, "cannot assign %o to %s in %s", x, &type,
                    &context);
        operand_invalidate(x);
        return;
    }
    if (!type_is_typed(x->type)) {
        convert_untyped(c, x, t, context);
        if (x->mode == MODE_INVALID) {
            return;
        }
    }
    check_non_generic(c, check_new_target(c, t, context), x);
    if (x->mode == MODE_INVALID || t == NULL) {
        return; /* "_" takes any value that has a type */
    }
    Str cause = {0};
    ErrCode code = (ErrCode)0;
    if (operand_assignable(c, x, t, &cause, &code)) {
        return;
    }
    check_error(c, x->expr, code,
                cause.len > 0 ? "cannot use %o as %t value in %s: %s"
                              : "cannot use %o as %t value in %s",
                x, t, &context, &cause);
    operand_invalidate(x);
}

/* ---- initialization ---- */

void check_init_const(Checker *c, Object *lhs, Operand *x)
{
    bool is_valid = x->mode != MODE_INVALID && may_be_valid(x->type) && may_be_valid(lhs->type);
    if (is_valid && x->mode != MODE_CONSTANT) {
        check_error(c, x->expr, CODE_INVALID_CONST_INIT, "%o is not constant", x);
        is_valid = false;
    }
    if (!is_valid) {
        lhs->type = lhs->type == NULL ? check_basic(c, BASIC_INVALID) : lhs->type;
        return;
    }
    if (lhs->type == NULL) {
        lhs->type = x->type;
    }
    check_assignment(c, x, lhs->type, S("constant declaration"));
    if (x->mode != MODE_INVALID) {
        lhs->value = constant_copy(c->arena, *c->scratch, x->value);
    }
}

void check_init_var(Checker *c, Object *lhs, Operand *x, Str context)
{
    if (x->mode == MODE_INVALID || !may_be_valid(x->type) || !may_be_valid(lhs->type)) {
        lhs->type = lhs->type == NULL ? check_basic(c, BASIC_INVALID) : lhs->type;
        operand_invalidate(x);
        return;
    }
    if (lhs->type == NULL) {
        Type *t = x->type;
        if (t == check_basic(c, BASIC_UNTYPED_NIL)) {
            check_error(c, x->expr, CODE_UNTYPED_NIL_USE, "use of untyped nil in %s", &context);
            lhs->type = check_basic(c, BASIC_INVALID);
            operand_invalidate(x);
            return;
        }
        lhs->type = t != NULL && !type_is_typed(t) ? type_default(c, t) : t;
        if (lhs->type == NULL) {
            lhs->type = check_basic(c, BASIC_INVALID); /* no value: check_assignment tells it */
        }
    }
    check_assignment(c, x, lhs->type, context);
}

/* ---- assignment to an expression ---- */

static bool is_field_in_map(Checker *c, AstNode e)
{
    const AstFile *f = check_ast(c);
    if (e == 0 || ast_kind(f, e) != AST_SELECTOR_EXPR) {
        return false;
    }
    Operand x = {.mode = MODE_INVALID};
    check_expr(c, NULL, &x, ast_selector_expr(f, e)->x);
    return x.mode == MODE_MAP_INDEX;
}

/* The type of what is assigned to; NULL: it is "_"; invalid: it cannot be assigned to. A
 * variable is not used by being assigned to. */
static Type *check_lhs(Checker *c, AstNode lhs)
{
    const AstFile *f = check_ast(c);
    AstNode ident = ast_unparen(f, lhs);
    ident = ast_kind(f, ident) == AST_IDENT ? ident : 0;
    if (ident != 0 && ast_name(f, ident) == NAME_BLANK) {
        record_def(c, ident, NULL);
        return NULL;
    }
    Object *v = ident == 0 ? NULL : check_local_var(c, ast_name(f, ident));
    bool was_used = v != NULL && v->is_used;
    Operand x = {.mode = MODE_INVALID};
    check_expr(c, NULL, &x, lhs);
    if (v != NULL) {
        v->is_used = was_used;
    }
    if (x.mode == MODE_INVALID || !may_be_valid(x.type)) {
        return check_basic(c, BASIC_INVALID);
    }
    if (x.mode == MODE_VARIABLE || x.mode == MODE_MAP_INDEX) {
        return x.type;
    }
    if (is_field_in_map(c, x.expr)) {
        check_error(c, x.expr, CODE_UNADDRESSABLE_FIELD_ASSIGN,
                    "cannot assign to struct field %x in map", x.expr);
    } else {
        check_error(c, x.expr, CODE_UNASSIGNABLE_OPERAND,
                    "cannot assign to %x (neither addressable nor a map index expression)", x.expr);
    }
    return check_basic(c, BASIC_INVALID);
}

/* What rhs is assigned to, where that is a function; lhs describes it. */
static const Target *target_of(Checker *c, AstNode lhs, Type *t)
{
    if (t == NULL || type_kind(type_under(t)) != TYPE_SIGNATURE) {
        return NULL;
    }
    return check_new_target(c, t, check_format(c, c->scratch, "%x", lhs));
}

void check_assign_var(Checker *c, AstNode lhs, AstNode rhs, Operand *x, Str context)
{
    Type *t = check_lhs(c, lhs);
    if (!may_be_valid(t)) {
        if (x != NULL) {
            operand_invalidate(x);
        } else {
            check_use(c, &rhs, 1);
        }
        return;
    }
    Operand own = {.mode = MODE_INVALID};
    if (x == NULL) {
        x = &own;
        check_expr(c, target_of(c, lhs, t), x, rhs);
    }
    if (t == NULL && str_eq(context, S("assignment"))) {
        context = S("assignment to _ identifier");
    }
    check_assignment(c, x, t, context);
}

/* ---- several values ---- */

/* A type where only the number of types matters. */
static Str summary_of(Checker *c, Type *t)
{
    if (t == NULL || !type_is_valid(t)) {
        return S("unknown type");
    }
    if (type_is_typed(t)) {
        return type_string(c, c->scratch, t);
    }
    if (type_is(t, IS_NUMERIC)) {
        return S("number"); /* "have number, want float64" demands no type */
    }
    Str name = ((Basic *)t)->name;
    str_eat_prefix(&name, S("untyped "));
    return name;
}

Str check_types_summary(Checker *c, TypeArgs types, bool is_variadic, bool has_dots)
{
    ASSERT(!is_variadic || !has_dots);
    StrBuf b = strbuf_init(c->scratch);
    strbuf_add_byte(&b, '(');
    for (isize i = 0; i < types.len; i++) {
        Type *t = types.ptr[i];
        bool is_last = i + 1 == types.len;
        bool is_rest = is_last && is_variadic;
        if (is_rest && t != NULL && type_kind(t) == TYPE_SLICE) {
            t = ((Slice *)t)->elem;
        }
        strbuf_add(&b, i > 0 ? S(", ") : S(""));
        strbuf_add(&b, is_rest ? S("...") : S(""));
        strbuf_add(&b, summary_of(c, t));
        strbuf_add(&b, is_last && has_dots ? S("...") : S(""));
    }
    strbuf_add_byte(&b, ')');
    return strbuf_str(&b);
}

static Str measure(Checker *c, isize n, const char *unit)
{
    return str_format(c->scratch, "%td %s%s", n, unit, n != 1 ? "s" : "");
}

void check_assign_error(Checker *c, AstNodes rhs, isize l, isize r)
{
    const AstFile *f = check_ast(c);
    Str vars = measure(c, l, "variable"), values = measure(c, r, "value");
    AstNode first = rhs.ptr[0], call = ast_unparen(f, first);
    if (rhs.len == 1 && ast_kind(f, call) == AST_CALL_EXPR) {
        check_error(c, first, CODE_WRONG_ASSIGN_COUNT, "assignment mismatch: %s but %x returns %s",
                    &vars, ast_call_expr(f, call)->fun, &values);
        return;
    }
    check_error(c, first, CODE_WRONG_ASSIGN_COUNT, "assignment mismatch: %s but %s", &vars,
                &values);
}

static void tell_return_count(Checker *c, AstNode at, Objects lhs, Operands rhs)
{
    TypeArgs have = {ARENA_ARRAY(c->scratch, Type *, rhs.len), rhs.len};
    TypeArgs want = {ARENA_ARRAY(c->scratch, Type *, lhs.len), lhs.len};
    for (isize i = 0; i < rhs.len; i++) {
        have.ptr[i] = rhs.ptr[i]->mode == MODE_INVALID ? NULL : rhs.ptr[i]->type;
    }
    for (isize i = 0; i < lhs.len; i++) {
        want.ptr[i] = lhs.ptr[i]->type;
    }
    bool is_more = rhs.len > lhs.len;
    if (rhs.len > 0) { /* at the first that is too much, or at the last */
        at = rhs.ptr[is_more ? lhs.len : rhs.len - 1]->expr;
    }
    Str have_text = check_types_summary(c, have, false, false);
    Str want_text = check_types_summary(c, want, false, false);
    ErrorDesc e = check_error_begin(c, CODE_WRONG_RESULT_COUNT);
    error_add(&e, check_node_pos(c, at),
              is_more ? "too many return values" : "not enough return values");
    check_set_end(c, &e, at);
    error_add(&e, (ObjectPos){0}, "have %s", &have_text);
    error_add(&e, (ObjectPos){0}, "want %s", &want_text);
    error_report(&e);
}

/* A call of one value for one variable gets a better message where calls are looked at anyway. */
static bool is_single_call(const Checker *c, AstNodes rhs)
{
    const AstFile *f = check_ast(c);
    return rhs.len == 1 && ast_kind(f, ast_unparen(f, rhs.ptr[0])) == AST_CALL_EXPR;
}

static void invalidate_untyped(Checker *c, Objects lhs)
{
    for (isize i = 0; i < lhs.len; i++) {
        if (lhs.ptr[i]->type == NULL) {
            lhs.ptr[i]->type = check_basic(c, BASIC_INVALID);
        }
    }
}

static void record_comma_ok_of(Checker *c, bool is_comma_ok, AstNode e, Operands values)
{
    if (is_comma_ok && values.ptr[0]->mode != MODE_INVALID && values.ptr[1]->mode != MODE_INVALID) {
        record_comma_ok(c, e, values.ptr[0], values.ptr[1]->type);
    }
}

static void init_each(Checker *c, Objects lhs, AstNodes rhs, bool is_return, Str context)
{
    for (isize i = 0; i < lhs.len; i++) {
        Object *v = lhs.ptr[i];
        Str desc = v->name != 0 ? name_text(c->program->names, v->name) : (Str){0};
        if (is_return && desc.len == 0) {
            desc = S("result variable");
        }
        Operand x = {.mode = MODE_INVALID};
        check_expr(c, check_new_target(c, v->type, desc), &x, rhs.ptr[i]);
        check_init_var(c, v, &x, context);
    }
}

/* The numbers do not match, and there is no single value that might be several. */
static void init_mismatch(Checker *c, Objects lhs, AstNodes rhs, AstNode return_stmt)
{
    if (check_use(c, rhs.ptr, rhs.len)) {
        if (return_stmt != 0) {
            tell_return_count(c, return_stmt, lhs, check_expr_list(c, rhs));
        } else if (rhs.len > 0) {
            check_assign_error(c, rhs, lhs.len, rhs.len);
        }
    }
    invalidate_untyped(c, lhs);
}

void check_init_vars(Checker *c, Objects lhs, AstNodes rhs, AstNode return_stmt)
{
    bool is_return = return_stmt != 0;
    Str context = is_return     ? S("return statement")
                  : lhs.len > 1 ? S("multiple assignment")
                                : S("assignment");
    if (lhs.len == rhs.len && !is_single_call(c, rhs)) {
        init_each(c, lhs, rhs, is_return, context);
        return;
    }
    if (rhs.len != 1) {
        init_mismatch(c, lhs, rhs, return_stmt);
        return;
    }
    bool is_comma_ok = false;
    Operands values = check_multi_expr(c, rhs.ptr[0], lhs.len == 2 && !is_return, &is_comma_ok);
    if (values.len == lhs.len) {
        for (isize i = 0; i < lhs.len; i++) {
            check_init_var(c, lhs.ptr[i], values.ptr[i], context);
        }
        record_comma_ok_of(c, is_comma_ok, rhs.ptr[0], values);
        return;
    }
    if (values.ptr[0]->mode != MODE_INVALID) {
        if (is_return) {
            tell_return_count(c, return_stmt, lhs, values);
        } else {
            check_assign_error(c, rhs, lhs.len, values.len);
        }
    }
    invalidate_untyped(c, lhs);
}

void check_assign_vars(Checker *c, AstNodes lhs, AstNodes rhs)
{
    Str context = lhs.len > 1 ? S("multiple assignment") : S("assignment");
    if (lhs.len == rhs.len && !is_single_call(c, rhs)) {
        for (isize i = 0; i < lhs.len; i++) {
            check_assign_var(c, lhs.ptr[i], rhs.ptr[i], NULL, context);
        }
        return;
    }
    if (rhs.len != 1) {
        bool is_lhs_fine = check_use_lhs(c, lhs.ptr, lhs.len);
        bool is_rhs_fine = check_use(c, rhs.ptr, rhs.len);
        if (is_lhs_fine && is_rhs_fine && rhs.len > 0) {
            check_assign_error(c, rhs, lhs.len, rhs.len);
        }
        return;
    }
    bool is_comma_ok = false;
    Operands values = check_multi_expr(c, rhs.ptr[0], lhs.len == 2, &is_comma_ok);
    if (values.len == lhs.len) {
        for (isize i = 0; i < lhs.len; i++) {
            check_assign_var(c, lhs.ptr[i], 0, values.ptr[i], context);
        }
        record_comma_ok_of(c, is_comma_ok, rhs.ptr[0], values);
        return;
    }
    if (values.ptr[0]->mode != MODE_INVALID) {
        check_assign_error(c, rhs, lhs.len, values.len);
    }
    check_use_lhs(c, lhs.ptr, lhs.len);
}
