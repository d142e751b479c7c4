/* Declarations of constants, variables and functions, and those that stand in function bodies. */
#include "go/types/decl.h"

/* ---- from a declaration to its lines ---- */

static AstNodes values_of(const AstFile *f, AstNode spec)
{
    return spec == 0 ? (AstNodes){NULL, 0} : ast_list(f, &ast_value_spec(f, spec)->values);
}

/* Whether there are as many values as names. init is the line that a const takes its values from,
 * 0 when there is none. */
static void match_arity(Checker *c, AstNode spec, bool is_const, AstNode init)
{
    const AstFile *f = check_ast(c);
    const AstValueSpec *s = ast_value_spec(f, spec);
    AstNodes names = ast_list(f, &s->names), own = values_of(f, spec);
    isize n_values = is_const ? values_of(f, init).len : own.len;
    if (!is_const && n_values == 0) {
        if (s->type == 0) {
            check_error(c, spec, CODE_WRONG_ASSIGN_COUNT, "missing type or init expr");
        }
    } else if (names.len < own.len) {
        AstNode extra = own.ptr[names.len];
        check_error(c, extra, CODE_WRONG_ASSIGN_COUNT, "extra init expr %x", extra);
    } else if (names.len < n_values) {
        Str at = check_place_text(c, c->scratch, check_node_pos(c, init));
        check_error(c, spec, CODE_WRONG_ASSIGN_COUNT, "extra init expr at %s", &at);
    } else if (names.len > n_values && (is_const || n_values != 1)) {
        AstNode lone = names.ptr[n_values];
        check_error(c, lone, CODE_WRONG_ASSIGN_COUNT, "missing init expr for %x", lone);
    }
}

static void walk_consts(Checker *c, AstNodes specs, const DeclVisitor *visitor, void *context)
{
    const AstFile *f = check_ast(c);
    AstNode last = 0; /* that has a type or values */
    bool is_first = true;
    for (isize i = 0; i < specs.len; i++) {
        const AstValueSpec *s = ast_value_spec(f, specs.ptr[i]);
        bool is_inherited = !is_first;
        if (s->type != 0 || s->values != 0) {
            last = specs.ptr[i];
            is_inherited = false;
        }
        is_first = false;
        match_arity(c, specs.ptr[i], true, last);
        visitor->on_const(c, context,
                          &(ConstSpec){
                              .spec = specs.ptr[i],
                              .iota = (int)i,
                              .type = last == 0 ? 0 : ast_value_spec(f, last)->type,
                              .init = values_of(f, last),
                              .is_inherited = is_inherited,
                          });
    }
}

void check_walk_decl(Checker *c, AstNode decl, const DeclVisitor *visitor, void *context)
{
    const AstFile *f = check_ast(c);
    if (ast_kind(f, decl) == AST_FUNC_DECL && visitor->on_func != NULL) {
        visitor->on_func(c, context, decl);
    }
    if (ast_kind(f, decl) != AST_GEN_DECL) {
        return; /* or an AstBadDecl: the parser told why */
    }
    AstNodes specs = ast_list(f, &ast_gen_decl(f, decl)->specs);
    if (ast_tok(f, decl) == TOKEN_CONST) {
        walk_consts(c, specs, visitor, context);
        return;
    }
    for (isize i = 0; i < specs.len; i++) {
        AstNode spec = specs.ptr[i];
        AstKind kind = ast_kind(f, spec);
        if (kind == AST_IMPORT_SPEC && visitor->on_import != NULL) {
            visitor->on_import(c, context, spec);
        } else if (kind == AST_VALUE_SPEC) {
            match_arity(c, spec, false, 0);
            visitor->on_var(c, context, spec);
        } else if (kind == AST_TYPE_SPEC) {
            visitor->on_type(c, context, spec);
        }
    }
}

/* ---- constants, variables, functions ---- */

/* Gives o its type and value, or makes it invalid. */
static void init_const(Checker *c, Object *o, AstNode name, const ConstSpec *spec, AstNode init)
{
    if (spec->type != 0) {
        Type *t = check_type(c, spec->type);
        if (!type_is(t, IS_CONST_TYPE)) {
            /* An invalid type behind a name of C was told where it is defined. */
            if (type_is_valid(type_under(t))) {
                check_error(c, spec->type, CODE_INVALID_CONST_TYPE, "invalid constant type %t", t);
            }
            o->type = check_basic(c, BASIC_INVALID);
            return;
        }
        o->type = t;
    }
    Operand x = {.mode = MODE_INVALID};
    if (init != 0) {
        if (spec->is_inherited) {
            c->env.errpos = name; /* the expression stands at another constant */
        }
        check_expr(c, NULL, &x, init);
    }
    check_init_const(c, o, &x);
}

void check_const_decl(Checker *c, Object *o, AstNode name, const ConstSpec *spec, AstNode init)
{
    ASSERT(o->type == NULL);
    const Constant *iota = c->env.iota;
    AstNode errpos = c->env.errpos;
    Constant *own = ARENA_NEW(c->scratch, Constant); /* function literals need it later */
    *own = o->value;
    c->env.iota = own;
    c->env.errpos = 0;
    o->value = (Constant){0};
    init_const(c, o, name, spec, init);
    c->env.iota = iota;
    c->env.errpos = errpos;
}

void check_var_decl(Checker *c, Object *o, Objects lhs, AstNode type, AstNode init)
{
    ASSERT(o->type == NULL);
    if (type != 0) {
        o->type = check_var_type(c, type);
    }
    if (init == 0) {
        if (type == 0) {
            o->type = check_basic(c, BASIC_INVALID); /* match_arity told it */
        }
        return;
    }
    if (lhs.len <= 1) {
        ASSERT(lhs.len == 0 || lhs.ptr[0] == o);
        Operand x = {.mode = MODE_INVALID};
        const Target *target = check_new_target(c, o->type, name_text(c->program->names, o->name));
        check_expr(c, target, &x, init);
        check_init_var(c, o, &x, S("variable declaration"));
        return;
    }
    if (type != 0) {
        for (isize i = 0; i < lhs.len; i++) {
            lhs.ptr[i]->type = o->type;
        }
    }
    check_init_vars(c, lhs, (AstNodes){&init, 1}, 0);
}

void check_func_decl(Checker *c, Object *o, Declaration *d)
{
    ASSERT(o->type == NULL && c->env.iota == NULL);
    Signature *sig = CHECK_NEW_TYPE(c, TYPE_SIGNATURE, Signature);
    o->type = &sig->t; /* for cycles */

    const AstFile *f = check_ast(c);
    const AstFuncDecl *decl = ast_func_decl(f, d->fdecl);
    check_func_type(c, sig, decl->recv, decl->type);
    AstNode tparams = ast_func_type(f, decl->type)->type_params;
    if (check_field_count(c, tparams) > 0 && decl->body == 0) {
        check_soft_error(c, check_node_pos(c, decl->name), CODE_BAD_DECL,
                         "generic function is missing function body");
    }
    if (!c->ignores_bodies && decl->body != 0) {
        FuncBody *body = ARENA_NEW(c->scratch, FuncBody);
        *body = (FuncBody){d, sig, decl->body, NULL};
        check_later_body(c, body);
    }
}

/* ---- in function bodies ---- */

static void declare_local_consts(Checker *c, void *context, const ConstSpec *spec)
{
    (void)context;
    isize top = c->actions.len;
    const AstFile *f = check_ast(c);
    AstNodes names = ast_list(f, &ast_value_spec(f, spec->spec)->names);
    Object **lhs = ARENA_ARRAY(c->scratch, Object *, names.len);
    for (isize i = 0; i < names.len; i++) {
        AstNode name = names.ptr[i];
        lhs[i] = check_new_object(c, OBJECT_CONST, ast_pos(f, name), ast_name(f, name), NULL);
        lhs[i]->value = constant_of_int(c->arena, spec->iota);
        check_const_decl(c, lhs[i], name, spec, i < spec->init.len ? spec->init.ptr[i] : 0);
    }
    check_process_delayed(c, top); /* function literals do not see the new names */
    SourcePos end = ast_end(f, spec->spec);
    for (isize i = 0; i < names.len; i++) {
        check_declare(c, c->env.scope, names.ptr[i], lhs[i], end);
    }
}

static void declare_local_vars(Checker *c, void *context, AstNode spec)
{
    (void)context;
    isize top = c->actions.len;
    const AstFile *f = check_ast(c);
    const AstValueSpec *s = ast_value_spec(f, spec);
    AstNodes names = ast_list(f, &s->names), values = ast_list(f, &s->values);
    Objects vars = {ARENA_ARRAY(c->scratch, Object *, names.len), names.len};
    for (isize i = 0; i < names.len; i++) {
        AstNode name = names.ptr[i];
        vars.ptr[i] = check_new_var(c, VAR_LOCAL, ast_pos(f, name), ast_name(f, name), NULL);
    }
    for (isize i = 0; i < names.len; i++) {
        bool is_single = values.len == 1 && names.len != 1; /* a call with several results */
        AstNode init = is_single ? values.ptr[0] : i < values.len ? values.ptr[i] : 0;
        check_var_decl(c, vars.ptr[i], is_single ? vars : (Objects){NULL, 0}, s->type, init);
        if (values.len == 1) {
            break; /* all have their type now */
        }
    }
    check_process_delayed(c, top);
    SourcePos end = ast_end(f, spec);
    for (isize i = 0; i < names.len; i++) {
        check_declare(c, c->env.scope, names.ptr[i], vars.ptr[i], end);
    }
}

static void declare_local_type(Checker *c, void *context, AstNode spec)
{
    (void)context;
    const AstFile *f = check_ast(c);
    AstNode name = ast_type_spec(f, spec)->name;
    SourcePos pos = ast_pos(f, name);
    Object *o = check_new_object(c, OBJECT_TYPE_NAME, pos, ast_name(f, name), NULL);
    check_declare(c, c->env.scope, name, o, pos); /* it is seen in its own definition */
    check_push(c, o);
    check_type_decl(c, o, spec);
    check_pop(c);
}

void check_decl_stmt(Checker *c, AstNode decl)
{
    static const DeclVisitor visitor = {
        .on_const = declare_local_consts,
        .on_var = declare_local_vars,
        .on_type = declare_local_type,
    };
    check_walk_decl(c, decl, &visitor, NULL);
}
