/*
 * Identifiers: what a name denotes here, and that it is used.
 *
 * Asking for the type of an object that is being declared leads back to its declaration; that is
 * where cycles are found (check_object).
 */
#include "go/types/decl.h"

#define ALIAS_TYPES_MINOR 23 /* before Go 1.23 an alias stood for nothing until it was declared */

/* What an object of a known type is as an operand. */
typedef void (*Use)(Checker *c, Operand *x, AstNode e, Object *o);

static void use_package(Checker *c, Operand *x, AstNode e, Object *o)
{
    (void)x;
    check_error(c, e, CODE_INVALID_PKG_USE, "use of package %n not in selector", o->name);
}

static void use_const(Checker *c, Operand *x, AstNode e, Object *o)
{
    check_add_dependency(c, o);
    if (!type_is_valid(o->type)) {
        return;
    }
    if (o == c->program->iota) {
        if (c->env.iota == NULL) {
            check_error(c, e, CODE_INVALID_IOTA, "cannot use iota outside constant declaration");
            return;
        }
        x->value = *c->env.iota;
    } else {
        x->value = o->value;
    }
    x->mode = MODE_CONSTANT;
}

static void use_type(Checker *c, Operand *x, AstNode e, Object *o)
{
    if (c->program->go_minor < ALIAS_TYPES_MINOR && type_kind(o->type) == TYPE_ALIAS &&
        ((Alias *)o->type)->from_rhs == NULL) {
        check_error(c, e, CODE_INVALID_DECL_CYCLE,
                    "invalid use of type alias %n in recursive type (see go.dev/issue/50729)",
                    o->name);
        return;
    }
    x->mode = MODE_TYPE;
}

/* Nobody asks whether others than local ones are, and other threads may be reading those:
 * parameters are copied where another body calls the function. */
static void mark_used(Object *o)
{
    if (o->var_kind == VAR_LOCAL) {
        o->is_used = true;
    }
}

static void use_var(Checker *c, Operand *x, AstNode e, Object *o)
{
    (void)e;
    mark_used(o);
    check_add_dependency(c, o);
    if (type_is_valid(o->type)) {
        x->mode = MODE_VARIABLE;
    }
}

static void use_func(Checker *c, Operand *x, AstNode e, Object *o)
{
    (void)e;
    check_add_dependency(c, o);
    x->mode = MODE_VALUE;
}

static void use_builtin(Checker *c, Operand *x, AstNode e, Object *o)
{
    (void)c;
    (void)e;
    x->builtin = o->builtin;
    x->mode = MODE_BUILTIN;
}

static void use_nil(Checker *c, Operand *x, AstNode e, Object *o)
{
    (void)c;
    (void)e;
    (void)o;
    x->mode = MODE_VALUE;
}

/* Labels are not in scopes. */
static const Use uses[] = {
    [OBJECT_PKG_NAME] = use_package, [OBJECT_CONST] = use_const, [OBJECT_TYPE_NAME] = use_type,
    [OBJECT_VAR] = use_var,          [OBJECT_FUNC] = use_func,   [OBJECT_LABEL] = NULL,
    [OBJECT_BUILTIN] = use_builtin,  [OBJECT_NIL] = use_nil,
};

/* Whether the name is a word of the path: "yaml" of "gopkg.in/yaml.v3". */
static bool is_word_of(Str path, Str name)
{
    while (path.len > 0) {
        isize n = 0;
        while (n < path.len && str_index_byte(S("/.-"), path.ptr[n]) < 0) {
            n++;
        }
        if (str_eq(str_to(path, n), name)) {
            return true;
        }
        path = str_from(path, MIN(n + 1, path.len));
    }
    return false;
}

/* Whether a name that nothing has may come from an import that cannot be had: what that is called
 * is no more than a guess, but mostly it stands in its path. */
static bool may_be_imported(const Checker *c, Name name)
{
    const TypePackage *p = c->pkg;
    bool may_be = p != NULL && p->lacks_dots;
    for (isize i = 0; p != NULL && p->lacks_imports && !may_be && i < p->n_imports; i++) {
        may_be = p->imports[i]->is_fake &&
                 is_word_of(p->import_paths[i], name_text(c->program->names, name));
    }
    return may_be;
}

/* The object that the name denotes; NULL: none that can be used here, which was told, or
 * is not known. */
static Object *find(Checker *c, AstNode e, Scope **ret_scope)
{
    Name name = ast_name(check_ast(c), e);
    Object *o = check_lookup(c, name, ret_scope);
    if (o == NULL) {
        if (name == NAME_BLANK) {
            check_error(c, e, CODE_INVALID_BLANK, "cannot use _ as value or type");
        } else if (!may_be_imported(c, name)) {
            check_error(c, e, CODE_UNDECLARED_NAME, "undefined: %n", name);
        }
        return NULL;
    }
    if ((o == c->program->any_object || o == c->program->comparable_object) &&
        !check_verify_version(c, e, LANG_PREDECLARED, name)) {
        return NULL;
    }
    return o;
}

void check_ident(Checker *c, Operand *x, AstNode e, bool wants_type)
{
    *x = (Operand){.mode = MODE_INVALID, .expr = e};
    Scope *scope = NULL;
    Object *o = find(c, e, &scope);
    if (o == NULL) {
        return;
    }
    record_use(c, e, o);
    bool is_type = o->kind == OBJECT_TYPE_NAME;
    if (wants_type && !is_type) {
        /* Before its type is looked at, which may not be there: this message says more. */
        Str kind = object_kind(o);
        check_error(c, e, CODE_NOT_A_TYPE, "%n (%s) is not a type", o->name, &kind);
        if (o->kind == OBJECT_VAR) {
            mark_used(o);
        }
        return;
    }
    /* A type of this package is asked for even where it is known, for the cycle it may be part of.
     * What others declare is complete, and is not to be touched. */
    if (o->type == NULL || (is_type && wants_type && o->pkg == c->pkg)) {
        check_object(c, o);
    }
    ASSERT(o->type != NULL);
    if (o->parent != scope) {
        check_use_dot_import(c, o);
    }
    ASSERT(o->kind < COUNT_OF(uses) && uses[o->kind] != NULL);
    uses[o->kind](c, x, e, o);
    if (x->mode != MODE_INVALID) {
        x->type = o->type;
    }
}
