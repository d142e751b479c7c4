/*
 * Receivers: func (r *T[P, Q]) m().
 *
 * In a receiver's type, T[P, Q] declares P and Q and uses T, which must be generic; their bounds
 * are those of T's own parameters, put in their terms. Whether a type can have methods is not known
 * while it is being declared: valid_receiver is put off.
 */
#include "go/types/signature.h"

#include "go/types/decl.h"

typedef struct {
    AstNode at;
    Object *receiver;
} LaterReceiver;

/* ---- whether a type can have methods ---- */

/* What the cgo tool wrote belongs to nobody. */
static bool is_cgo_type(const Checker *c, const Object *o)
{
    Str path = c->program->files[o->pos.file].path;
    Str base = str_from(path, str_last_index_byte(path, '/') + 1);
    return str_starts_with(name_text(c->program->names, o->name), S("_Ctype_")) ||
           str_starts_with(base, S("_cgo_"));
}

static void check_named_receiver(Checker *c, AstNode at, Type *t, const Named *named)
{
    if (named->obj->pkg != c->pkg || is_cgo_type(c, named->obj)) {
        check_error(c, at, CODE_INVALID_RECV, "cannot define new methods on non-local type %t", t);
        return;
    }
    Type *under = type_under(t);
    if (under == NULL) {
        return;
    }
    Str cause = {0};
    if (type_kind(under) == TYPE_BASIC && ((Basic *)under)->kind == BASIC_UNSAFE_POINTER) {
        cause = S("unsafe.Pointer");
    } else if (type_kind(under) == TYPE_POINTER || type_kind(under) == TYPE_INTERFACE) {
        cause = S("pointer or interface type");
    }
    if (cause.len > 0) {
        check_error(c, at, CODE_INVALID_RECV, "invalid receiver type %t (%s)", t, &cause);
    }
}

static void valid_receiver(Checker *c, void *arg)
{
    const LaterReceiver *later = arg;
    Type *t = type_deref(later->receiver->type, NULL);
    Type *actual = type_unalias(t);
    if (actual == NULL || !type_is_valid(actual)) {
        return;
    }
    if (type_kind(actual) == TYPE_NAMED) {
        check_named_receiver(c, later->at, t, (Named *)actual);
    } else if (type_kind(actual) == TYPE_BASIC) {
        check_error(c, later->at, CODE_INVALID_RECV,
                    "cannot define new methods on non-local type %t", t);
    } else {
        check_error(c, later->at, CODE_INVALID_RECV, "invalid receiver type %t",
                    later->receiver->type);
    }
}

/* ---- receivers without type parameters ---- */

static Type *without_pointers(Type *t)
{
    while (t != NULL && type_kind(t) == TYPE_POINTER) {
        t = ((Pointer *)t)->elem;
    }
    return t;
}

static bool has_params(Type *t)
{
    if (type_kind(t) == TYPE_NAMED) {
        return named_params((Named *)t).len > 0;
    }
    return type_kind(t) == TYPE_ALIAS && ((Alias *)t)->tparams.len > 0;
}

/* An alias of an instance is no type that methods can be declared for. */
static Type *plain_receiver(Checker *c, AstNode type, AstNode base)
{
    Type *receiver = check_var_type(c, type);
    Type *t = without_pointers(receiver);
    while (t != NULL && type_kind(t) == TYPE_ALIAS) {
        t = without_pointers(((Alias *)t)->from_rhs);
        if (t != NULL && has_params(t)) {
            check_error(c, base, CODE_INVALID_RECV,
                        "cannot define new methods on instantiated type %t", t);
            return check_basic(c, BASIC_INVALID);
        }
    }
    return receiver;
}

/* ---- receivers with type parameters ---- */

static void check_param_names(Checker *c, AstNodes params)
{
    for (isize i = 0; i < params.len; i++) {
        AstKind kind = ast_kind(check_ast(c), params.ptr[i]);
        if (kind != AST_IDENT && kind != AST_BAD_EXPR) {
            check_error(c, params.ptr[i], CODE_BAD_DECL,
                        "receiver type parameter %x must be an identifier", params.ptr[i]);
        }
    }
}

/* NULL: there is none, which was told. */
static Named *generic_base(Checker *c, AstNode base)
{
    Str cause = {0};
    Type *t = check_generic_type(c, base, &cause);
    if (type_kind(t) == TYPE_NAMED) {
        return (Named *)t;
    }
    if (!type_is_valid(t)) {
        if (cause.len > 0) {
            check_error(c, base, CODE_INVALID_RECV, "%s", &cause);
        }
    } else if (type_kind(t) == TYPE_ALIAS) {
        check_error(c, base, CODE_INVALID_RECV,
                    "cannot define new methods on generic alias type %t", t);
    }
    return NULL;
}

TypeParam *check_declare_param(Checker *c, AstNode at, Name name, SourcePos scope_pos)
{
    const AstFile *f = check_ast(c);
    bool is_ident = ast_kind(f, at) == AST_IDENT;
    Object *o = check_new_object(c, OBJECT_TYPE_NAME, ast_pos(f, at), name, NULL);
    TypeParam *t = check_new_param(c, o, check_basic(c, BASIC_INVALID));
    if (is_ident) {
        check_declare(c, c->env.scope, at, o, scope_pos);
    }
    return t;
}

/* A receiver's parameters are declared and used by the same identifier. */
static TypeParams declare_params(Checker *c, AstNodes names, SourcePos scope_pos)
{
    const AstFile *f = check_ast(c);
    TypeParams params = {ARENA_ARRAY(c->arena, TypeParam *, names.len), names.len};
    for (isize i = 0; i < names.len; i++) {
        AstNode at = names.ptr[i];
        bool is_ident = ast_kind(f, at) == AST_IDENT;
        Name name = is_ident ? ast_name(f, at) : NAME_BLANK;
        params.ptr[i] = check_declare_param(c, at, name, scope_pos);
        if (is_ident) {
            record_use(c, at, params.ptr[i]->obj);
            record_type(c, at, MODE_TYPE, &params.ptr[i]->t, NULL);
        }
    }
    for (isize i = 0; i < names.len; i++) {
        params.ptr[i]->index = (int32_t)i;
    }
    return params;
}

static void bind_bounds(Checker *c, AstNode base_node, Named *base, TypeParams params,
                        TypeArgs targs)
{
    TypeParams base_params = named_params(base);
    if (params.len != base_params.len) {
        Str got =
            str_format(c->scratch, "%td type parameter%s", params.len, params.len == 1 ? "" : "s");
        check_error(c, base_node, CODE_BAD_RECV,
                    "receiver declares %s, but receiver base type declares %d", &got,
                    (int)base_params.len);
        return;
    }
    SubstMap map = {base_params.ptr, targs.ptr, params.len};
    for (isize i = 0; i < params.len; i++) {
        TypeParam *p = params.ptr[i];
        mono_record_canon(c, p, base_params.ptr[i]);
        p->bound = check_subst(c, p->obj->pos, base_params.ptr[i]->bound, map, NULL);
    }
}

/* Parentheses and pointers around a receiver's type have types of their own. */
static void record_wrapped(Checker *c, AstNode e, Type *t)
{
    const AstFile *f = check_ast(c);
    for (;;) {
        record_type(c, e, MODE_TYPE, t, NULL);
        if (ast_kind(f, e) == AST_PAREN_EXPR) {
            e = ast_paren_expr(f, e)->x;
        } else if (ast_kind(f, e) == AST_STAR_EXPR && type_kind(t) == TYPE_POINTER) {
            e = ast_star_expr(f, e)->x;
            t = ((Pointer *)t)->elem;
        } else {
            return;
        }
    }
}

static Type *generic_receiver(Checker *c, AstNode type, AstReceiver r, SourcePos scope_pos,
                              TypeParams *ret_params)
{
    /* The base comes first: its name may also be that of a parameter, which hides it. */
    Named *base = generic_base(c, r.base);
    TypeParams params = declare_params(c, r.tparams, scope_pos);
    *ret_params = params;
    if (base == NULL) {
        return check_basic(c, BASIC_INVALID);
    }
    TypeArgs targs = {ARENA_ARRAY(c->arena, Type *, params.len), params.len};
    for (isize i = 0; i < params.len; i++) {
        targs.ptr[i] = &params.ptr[i]->t;
    }
    bind_bounds(c, r.base, base, params, targs);
    check_verify_version(c, r.base, LANG_TYPE_INSTANCE);
    Type *t = check_instance(c, check_node_pos(c, type), &base->t, targs, NULL);
    record_instance(c, r.base, targs, t);
    if (r.is_pointer && type_is_valid(t)) {
        t = (Type *)program_pointer(c->program, c->arena, t);
    }
    record_wrapped(c, type, t);
    return t;
}

Object *check_collect_receiver(Checker *c, AstNode field, SourcePos scope_pos,
                               TypeParams *ret_params)
{
    const AstFile *f = check_ast(c);
    const AstField *spec = ast_field(f, field);
    AstReceiver r = ast_receiver(f, spec->type);
    check_param_names(c, r.tparams);
    Type *t = r.tparams.len == 0 ? plain_receiver(c, spec->type, r.base)
                                 : generic_receiver(c, spec->type, r, scope_pos, ret_params);
    AstNodes names = ast_list(f, &spec->names);
    if (names.len > 1) {
        check_error(c, names.ptr[names.len - 1], CODE_INVALID_RECV,
                    "method has multiple receivers");
    }
    Object *receiver;
    if (names.len > 0) {
        receiver =
            check_new_var(c, VAR_RECV, ast_pos(f, names.ptr[0]), ast_name(f, names.ptr[0]), t);
    } else {
        receiver = check_new_var(c, VAR_RECV, ast_pos(f, field), 0, t);
        record_implicit(c, field, receiver);
    }
    LaterReceiver *later = ARENA_NEW(c->scratch, LaterReceiver);
    *later = (LaterReceiver){r.base, receiver};
    check_later(c, valid_receiver, later);
    return receiver;
}
