/*
 * Interface types: explicit methods, and elements that are embedded.
 *
 * The type set is computed as soon as the declaration around has its types (check_later), so that
 * its errors are told where they are expected; whoever needs it earlier has it computed then.
 */
#include "go/types/decl.h"
#include "go/types/objset.h"

Interface *check_new_interface(Checker *c)
{
    Interface *t = CHECK_NEW_TYPE(c, TYPE_INTERFACE, Interface);
    t->check = c;
    t->file = c->env.file;
    *VEC_PUSH(c->scratch, &c->to_clean) = &t->t;
    return t;
}

/* What the type of a method is not. At the type parameters where they are written out. */
static void refuse_type_params(Checker *c, AstNode type)
{
    const AstFile *f = check_ast(c);
    AstNode at = type;
    if (ast_kind(f, type) == AST_FUNC_TYPE && ast_func_type(f, type)->type_params != 0) {
        at = ast_func_type(f, type)->type_params;
    }
    check_error(c, at, CODE_INVALID_SYNTAX_TREE, "interface methods cannot have type parameters");
}

/* The defined type is the better receiver for messages. */
static Type *receiver_type(Interface *t, const Object *def)
{
    Named *named = def != NULL && def->type != NULL ? type_as_named(def->type) : NULL;
    return named != NULL ? &named->t : &t->t;
}

static void add_method(Checker *c, Interface *t, AstNode ident, AstNode type, const Object *def)
{
    const AstFile *f = check_ast(c);
    Name name = ast_name(f, ident);
    if (name == NAME_BLANK) {
        check_error(c, ident, CODE_BLANK_IFACE_METHOD, "methods must have a unique non-blank name");
        return;
    }
    Type *found = check_type(c, type);
    if (type_kind(found) != TYPE_SIGNATURE) {
        if (type_is_valid(found)) {
            check_error(c, type, CODE_INVALID_SYNTAX_TREE, "%t is not a method signature", found);
        }
        return;
    }
    Signature *sig = (Signature *)found;
    if (sig->tparams.len > 0) {
        refuse_type_params(c, type);
    }
    SourcePos pos = ast_pos(f, ident);
    sig->recv = check_new_var(c, VAR_RECV, pos, 0, receiver_type(t, def));
    Object *m = check_new_object(c, OBJECT_FUNC, pos, name, &sig->t);
    record_def(c, ident, m);
    t->methods.ptr[t->methods.len++] = m;
}

static void add_embedded(Checker *c, Interface *t, AstNode e)
{
    Type *embedded = check_union(c, e);
    t->embeddeds[t->n_embeddeds] = embedded;
    t->embed_pos[t->n_embeddeds] = ast_pos(check_ast(c), e);
    t->n_embeddeds++;
}

/* Room for n methods and embedded elements that are still to come. */
static void make_room(Checker *c, Interface *t, isize n_methods, isize n_embeddeds)
{
    t->methods.ptr = ARENA_ARRAY(c->arena, Object *, n_methods);
    t->embeddeds = ARENA_ARRAY(c->arena, Type *, n_embeddeds);
    t->embed_pos = ARENA_ARRAY(c->scratch, SourcePos, n_embeddeds);
}

static void compute_set(Checker *c, void *arg)
{
    interface_set(c, arg);
}

void check_interface_type(Checker *c, Interface *t, AstNode e, Object *def)
{
    const AstFile *f = check_ast(c);
    AstNode list = ast_interface_type(f, e)->methods;
    AstNodes fields = {NULL, 0};
    if (list != 0) {
        fields = ast_list(f, &ast_field_list(f, list)->list);
    }
    isize n_methods = 0;
    for (isize i = 0; i < fields.len; i++) {
        n_methods += ast_field(f, fields.ptr[i])->names != 0;
    }
    make_room(c, t, n_methods, fields.len - n_methods);
    for (isize i = 0; i < fields.len; i++) {
        const AstField *field = ast_field(f, fields.ptr[i]);
        AstNodes names = ast_list(f, &field->names);
        if (names.len == 0) {
            add_embedded(c, t, field->type);
        } else {
            add_method(c, t, names.ptr[0], field->type, def);
        }
    }
    t->is_complete = true;
    if (t->methods.len == 0 && t->n_embeddeds == 0) {
        t->set = &typeset_top;
        return;
    }
    objects_sort(t->methods);
    check_later(c, compute_set, t);
}

Type *check_implicit_interface(Checker *c, AstNode e)
{
    Interface *t = check_new_interface(c);
    make_room(c, t, 0, 1);
    add_embedded(c, t, e);
    t->is_implicit = true;
    t->is_complete = true;
    check_later(c, compute_set, t);
    return &t->t;
}
