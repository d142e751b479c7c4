/* Type declarations: aliases and definitions, their type parameters, and the methods of a type. */
#include "go/types/decl.h"

#include "base/sort.h"

#define MAX_SEARCHED 24 /* methods, one by one: from there on a table is quicker */

/* ---- type parameters ---- */

static Type *check_bound(Checker *c, AstNode x)
{
    const AstFile *f = check_ast(c);
    AstKind kind = ast_kind(f, x);
    Token op = ast_tok(f, x);
    bool is_set = (kind == AST_UNARY_EXPR && op == TOKEN_TILDE) ||
                  (kind == AST_BINARY_EXPR && op == TOKEN_OR);
    /* ~T and A|B stand for the interface that embeds them. */
    return is_set ? check_implicit_interface(c, x) : check_type(c, x);
}

static Type *constraint_of(Checker *c, AstNode type)
{
    if (type == 0) {
        return check_basic(c, BASIC_INVALID);
    }
    Type *bound = check_bound(c, type);
    if (type_is_param(bound)) {
        check_error(c, type, CODE_MISPLACED_TYPE_PARAM,
                    "cannot use a type parameter as constraint");
        return check_basic(c, BASIC_INVALID);
    }
    return bound;
}

void check_collect_params(Checker *c, AstNode field_list, TypeParams *ret)
{
    const AstFile *f = check_ast(c);
    AstNodes fields = ast_list(f, &ast_field_list(f, field_list)->list);
    SourcePos scope_pos = ast_pos(f, field_list);
    isize n_params = 0;
    for (isize i = 0; i < fields.len; i++) {
        n_params += ast_list(f, &ast_field(f, fields.ptr[i])->names).len;
    }
    /* All are declared before any constraint is looked at: it may name each of them, and the type
     * that they are parameters of. */
    TypeParams params = {ARENA_ARRAY(c->arena, TypeParam *, n_params), 0};
    for (isize i = 0; i < fields.len; i++) {
        AstNodes names = ast_list(f, &ast_field(f, fields.ptr[i])->names);
        for (isize j = 0; j < names.len; j++) {
            AstNode name = names.ptr[j];
            params.ptr[params.len++] = check_declare_param(c, name, ast_name(f, name), scope_pos);
        }
    }
    for (isize i = 0; i < params.len; i++) {
        ASSERT(params.ptr[i]->index < 0);
        params.ptr[i]->index = (int32_t)i;
    }
    *ret = params;

    ASSERT(!c->env.in_tparam_list);
    c->env.in_tparam_list = true;
    isize at = 0;
    for (isize i = 0; i < fields.len; i++) {
        const AstField *field = ast_field(f, fields.ptr[i]);
        Type *bound = constraint_of(c, field->type);
        for (isize n = ast_list(f, &field->names).len; n > 0; n--) {
            params.ptr[at++]->bound = bound;
        }
    }
    c->env.in_tparam_list = false;
}

/* ---- type declarations ---- */

typedef struct {
    Object *o;
    AstNode type; /* right-hand side */
    Type *rhs;    /* NULL: not known, for want of a valid declaration */
    bool has_version_error;
} LaterType;

static void check_type_later(Checker *c, void *arg)
{
    LaterType *later = arg;
    Named *n = type_as_named(later->o->type); /* it may be invalid */
    if (n != NULL) {
        check_valid_type(c, n);
    }
    if (!later->has_version_error && check_is_imported_constraint(c, later->rhs)) {
        check_verify_version(c, later->type, LANG_CONSTRAINT_USED, later->rhs);
    }
}

/* The first field of a type parameter list; 0: there is none. */
static AstNode first_param(const Checker *c, AstNode field_list)
{
    if (check_field_count(c, field_list) == 0) {
        return 0;
    }
    const AstFile *f = check_ast(c);
    return ast_list(f, &ast_field_list(f, field_list)->list).ptr[0];
}

static bool is_one_of(const TypeParams *params, const Type *t)
{
    for (isize i = 0; i < params->len; i++) {
        if (&params->ptr[i]->t == t) {
            return true;
        }
    }
    return false;
}

static bool alias_version_is_fine(Checker *c, const AstTypeSpec *s, AstNode tparam)
{
    /* The higher version first: who has raised it for the one has it for the other. */
    if (tparam != 0 && !check_verify_version(c, tparam, LANG_GENERIC_ALIAS)) {
        return false;
    }
    return check_verify_version_pos(c, check_pos(c, s->assign), LANG_TYPE_ALIAS);
}

static void declare_alias(Checker *c, Object *o, const AstTypeSpec *s, LaterType *later)
{
    AstNode tparam = first_param(c, s->type_params);
    later->has_version_error = !alias_version_is_fine(c, s, tparam);
    Alias *alias = check_new_alias(c, o, NULL);
    if (tparam != 0) {
        check_open_scope(c);
        check_collect_params(c, s->type_params, &alias->tparams);
    }
    Type *rhs = check_declared_type(c, s->type, o);
    alias->from_rhs = later->rhs = rhs;
    if (is_one_of(&alias->tparams, rhs)) {
        check_error(c, s->type, CODE_MISPLACED_TYPE_PARAM,
                    "cannot use type parameter declared in alias declaration as RHS");
        alias->from_rhs = check_basic(c, BASIC_INVALID);
    }
    if (tparam != 0) {
        check_close_scope(c);
    }
}

static void define_type(Checker *c, Object *o, const AstTypeSpec *s, LaterType *later)
{
    AstNode tparam = first_param(c, s->type_params);
    if (tparam != 0) {
        later->has_version_error = !check_verify_version(c, tparam, LANG_TYPE_PARAMETER);
    }
    Named *named = check_new_named(c, o, NULL);
    if (s->type_params != 0) {
        check_open_scope(c);
        check_collect_params(c, s->type_params, &named->tparams);
    }
    Type *rhs = check_declared_type(c, s->type, o);
    named->from_rhs = later->rhs = rhs;
    if (type_is_param(rhs)) {
        check_error(c, s->type, CODE_MISPLACED_TYPE_PARAM,
                    "cannot use a type parameter as RHS in type declaration");
        named->from_rhs = check_basic(c, BASIC_INVALID);
    }
    if (s->type_params != 0) {
        check_close_scope(c);
    }
}

void check_type_decl(Checker *c, Object *o, AstNode spec)
{
    ASSERT(o->type == NULL);
    const AstTypeSpec *s = ast_type_spec(check_ast(c), spec);
    LaterType *later = ARENA_NEW(c->scratch, LaterType);
    later->o = o;
    later->type = s->type;
    check_later(c, check_type_later, later);
    if (s->assign != 0) {
        declare_alias(c, o, s, later);
    } else {
        define_type(c, o, s, later);
    }
}

/* ---- methods ---- */

static Str name_key(const Object *o)
{
    return (Str){(const char *)&o->name, (isize)sizeof o->name};
}

/* The methods whose names are new, each once; tells of the others. */
static Objects unique_methods(Checker *c, const Object *type_name, const Declaration *d)
{
    Objects methods = {ARENA_ARRAY(c->arena, Object *, d->methods.len), 0};
    Map seen = map_init(c->scratch);
    for (isize i = 0; i < d->methods.len; i++) {
        Object *m = d->methods.ptr[i];
        bool is_new = false;
        isize *at = map_put(&seen, name_key(m), &is_new);
        if (is_new) {
            *at = methods.len;
            methods.ptr[methods.len++] = m;
            continue;
        }
        Str place = check_place_text(c, c->scratch, methods.ptr[*at]->pos);
        check_error_pos(c, m->pos, CODE_DUPLICATE_METHOD, "method %n.%n already declared at %s",
                        type_name->name, m->name, &place);
    }
    return methods;
}

static void check_fields(Checker *c, const Struct *s, const Map *methods, const Named *base)
{
    for (isize i = 0; i < s->fields.len; i++) {
        Object *field = s->fields.ptr[i];
        if (field->name == NAME_BLANK) {
            continue;
        }
        const isize *at = map_get(methods, name_key(field));
        Object *m = at == NULL ? NULL : base->methods.ptr[*at];
        /* Names that are not exported are different ones in different packages. */
        if (m == NULL || !object_same_id(m, field->pkg, field->name, false)) {
            continue;
        }
        ErrorDesc e = check_error_begin(c, CODE_DUPLICATE_FIELD_AND_METHOD);
        error_add(&e, m->pos, "field and method with the same name %n", field->name);
        error_add_alt_decl(&e, field);
        error_report(&e);
    }
}

static void check_field_uniqueness(Checker *c, void *arg)
{
    Named *base = arg;
    Type *u = named_under(base);
    if (type_kind(u) != TYPE_STRUCT) {
        return;
    }
    Map methods = map_init(c->scratch);
    for (isize i = 0; i < base->methods.len; i++) {
        *map_put(&methods, name_key(base->methods.ptr[i]), NULL) = i;
    }
    check_fields(c, (const Struct *)u, &methods, base);
}

static int compare_names(const void *x, const void *y)
{
    Name a = ((const MethodName *)x)->name, b = ((const MethodName *)y)->name;
    return (a > b) - (a < b);
}

static const MethodName *names_of(Arena *a, Objects methods)
{
    MethodName *names = ARENA_ARRAY(a, MethodName, methods.len);
    for (isize i = 0; i < methods.len; i++) {
        names[i] = (MethodName){methods.ptr[i]->name, (int32_t)i};
    }
    sort_array(names, methods.len, sizeof *names, compare_names);
    return names;
}

void check_collect_methods(Checker *c, Object *o)
{
    Declaration *d = check_declaration(c, o);
    if (d == NULL || d->methods.len == 0) {
        return;
    }
    Named *base = type_as_named(o->type);
    if (base != NULL) {
        ASSERT(base->inst == NULL);
        check_later(c, check_field_uniqueness, base); /* it may not be set up yet */
    }
    Objects methods = unique_methods(c, o, d);
    if (base != NULL) {
        base->methods = methods;
        base->by_name = methods.len > MAX_SEARCHED ? names_of(c->arena, methods) : NULL;
    }
    d->methods.len = 0;
}
