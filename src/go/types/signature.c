/*
 * Signatures of functions and methods.
 *
 * A signature has a scope of its own, around that of the body: type parameters are seen in it as
 * they are declared, the receiver, parameters and results from behind the signature on.
 */
#include "go/types/signature.h"

#include "go/types/decl.h"

typedef struct {
    AstNode *names; /* of each; 0: it has none */
    Objects vars;
    isize n_named, n_anonymous;
    bool is_variadic;
} Params;

/* ---- parameters and results ---- */

static isize count_params(const AstFile *f, AstNodes fields)
{
    isize n = 0;
    for (isize i = 0; i < fields.len; i++) {
        AstNodes names = ast_list(f, &ast_field(f, fields.ptr[i])->names);
        n += MAX(names.len, 1);
    }
    return n;
}

static void add_params(Checker *c, Params *p, VarKind kind, AstNode field, AstNode type_node,
                       Type *t)
{
    const AstFile *f = check_ast(c);
    AstNodes names = ast_list(f, &ast_field(f, field)->names);
    for (isize i = 0; i < names.len; i++) {
        AstNode ident = names.ptr[i];
        if (ast_name(f, ident) == 0) {
            check_error(c, ident, CODE_INVALID_SYNTAX_TREE, "anonymous parameter");
        }
        p->names[p->vars.len] = ident;
        p->vars.ptr[p->vars.len++] =
            check_new_var(c, kind, ast_pos(f, ident), ast_name(f, ident), t);
        p->n_named++;
    }
    if (names.len == 0) {
        Object *o = check_new_var(c, kind, ast_pos(f, type_node), 0, t);
        record_implicit(c, field, o);
        p->vars.ptr[p->vars.len++] = o;
        p->n_anonymous++;
    }
}

/* The type that stands behind "..." where that is valid, or elsewhere in spite of it. */
static AstNode element_of_dots(Checker *c, Params *p, AstNode dots, bool is_allowed)
{
    if (is_allowed) {
        p->is_variadic = true;
    } else {
        check_soft_error(c, check_node_pos(c, dots), CODE_INVALID_SYNTAX_TREE,
                         "invalid use of ...");
    }
    AstNode element = ast_ellipsis(check_ast(c), dots)->elt;
    return element != 0 ? element : dots;
}

static Params collect_params(Checker *c, VarKind kind, AstNode list)
{
    const AstFile *f = check_ast(c);
    Params p = {0};
    if (list == 0) {
        return p;
    }
    AstNodes fields = ast_list(f, &ast_field_list(f, list)->list);
    isize n = count_params(f, fields);
    p.names = ARENA_ARRAY(c->scratch, AstNode, n);
    p.vars.ptr = n > 0 ? ARENA_ARRAY(c->arena, Object *, n) : NULL;
    for (isize i = 0; i < fields.len; i++) {
        const AstField *field = ast_field(f, fields.ptr[i]);
        AstNode type = field->type;
        if (ast_kind(f, type) == AST_ELLIPSIS) {
            bool is_last = i == fields.len - 1 && ast_list(f, &field->names).len <= 1;
            type = element_of_dots(c, &p, type, kind == VAR_PARAM && is_last);
        }
        add_params(c, &p, kind, fields.ptr[i], type, check_var_type(c, type));
    }
    if (p.n_named > 0 && p.n_anonymous > 0) {
        check_error(c, list, CODE_INVALID_SYNTAX_TREE,
                    "list contains both named and anonymous parameters");
    }
    if (p.is_variadic) {
        Object *last = p.vars.ptr[p.vars.len - 1];
        last->type = (Type *)program_slice(c->program, c->arena, last->type);
        record_type(c, ast_field(f, fields.ptr[fields.len - 1])->type, MODE_TYPE, last->type, NULL);
    }
    return p;
}

static void declare_params(Checker *c, const Params *p, SourcePos scope_pos)
{
    for (isize i = 0; i < p->vars.len; i++) {
        if (p->names[i] != 0 && p->vars.ptr[i]->name != 0) {
            check_declare(c, c->env.scope, p->names[i], p->vars.ptr[i], scope_pos);
        }
    }
}

/* NULL for none. */
static Tuple *new_tuple(Checker *c, Objects vars)
{
    if (vars.len == 0) {
        return NULL;
    }
    Tuple *t = CHECK_NEW_TYPE(c, TYPE_TUPLE, Tuple);
    t->vars = vars;
    return t;
}

/* ---- signatures ---- */

/* The one field of a receiver; 0: it is a function. */
static AstNode receiver_field(Checker *c, AstNode recv)
{
    const AstFile *f = check_ast(c);
    AstNodes fields = {NULL, 0};
    if (recv != 0) {
        fields = ast_list(f, &ast_field_list(f, recv)->list);
    }
    if (fields.len > 1) {
        check_error(c, fields.ptr[fields.len - 1], CODE_INVALID_RECV,
                    "method has multiple receivers");
    }
    return fields.len > 0 ? fields.ptr[0] : 0;
}

void check_func_type(Checker *c, Signature *t, AstNode recv, AstNode type)
{
    const AstFile *f = check_ast(c);
    const AstFuncType *spec = ast_func_type(f, type);
    check_open_scope(c);
    c->env.scope->is_func = true;
    t->scope = c->env.scope;

    Object *receiver = NULL;
    TypeParams rparams = {0};
    AstNode field = receiver_field(c, recv);
    if (field != 0) {
        receiver = check_collect_receiver(c, field, ast_pos(f, type), &rparams);
    }
    if (spec->type_params != 0) {
        check_collect_params(c, spec->type_params, &t->tparams);
    }
    Params params = collect_params(c, VAR_PARAM, spec->params);
    Params results = collect_params(c, VAR_RESULT, spec->results);

    SourcePos scope_pos = ast_end(f, type);
    if (receiver != NULL && receiver->name != 0) {
        AstNodes names = ast_list(f, &ast_field(f, field)->names);
        check_declare(c, c->env.scope, names.ptr[0], receiver, scope_pos);
    }
    declare_params(c, &params, scope_pos);
    declare_params(c, &results, scope_pos);
    t->recv = receiver;
    t->rparams = rparams;
    t->params = new_tuple(c, params.vars);
    t->results = new_tuple(c, results.vars);
    t->is_variadic = params.is_variadic;
    check_close_scope(c);
}
