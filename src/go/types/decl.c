/*
 * Objects and their declarations. check_object finds the type of an object when it is first
 * needed, so declarations may come in any order; while it does, the object is on the path, and
 * whoever needs it again has found a cycle.
 *
 * Some cycles are fine: through type definitions (a struct with a pointer to itself), through type
 * parameter lists, and through functions. Those of variables and constants alone are left to the
 * order of initialization, which has more to say about them.
 *
 * Declarations that need each other nest as deep as somebody likes to write them; where the stack
 * comes to its end (stack_floor), the next object is refused instead.
 */
#include "go/types/decl.h"

#define TPARAM_CYCLES_MINOR 26 /* since Go 1.26 a type may stand in its own type parameter list */

Object *check_new_object(Checker *c, ObjectKind kind, SourcePos pos, Name name, Type *t)
{
    Object *o = ARENA_NEW(c->arena, Object);
    o->kind = (uint8_t)kind;
    o->name = name;
    o->type = t;
    o->pkg = c->pkg;
    o->pos = check_pos(c, pos);
    return o;
}

Object *check_new_var(Checker *c, VarKind kind, SourcePos pos, Name name, Type *t)
{
    Object *o = check_new_object(c, OBJECT_VAR, pos, name, t);
    o->var_kind = (uint8_t)kind;
    return o;
}

void check_declare(Checker *c, Scope *s, AstNode ident, Object *o, SourcePos scope_pos)
{
    /* "_" may be declared like any name, and is bound to nothing. */
    if (o->name != NAME_BLANK) {
        Object *alt = scope_insert(s == c->pkg->scope ? c->arena : c->scratch, s, o);
        if (alt != NULL) {
            ErrorDesc e = check_error_begin(c, CODE_DUPLICATE_DECL);
            error_add(&e, o->pos, "%n redeclared in this block", o->name);
            error_add_alt_decl(&e, alt);
            error_report(&e);
            return;
        }
        o->scope_pos = scope_pos;
        if (o->kind == OBJECT_VAR && o->var_kind == VAR_LOCAL) {
            *VEC_PUSH(c->scratch, &c->local_vars) = o;
        }
    }
    if (ident != 0) {
        record_def(c, ident, o);
    }
}

Declaration *check_declaration(const Checker *c, const Object *o)
{
    isize i = (isize)o->order - 1;
    return i >= 0 && i < c->objects.len && c->objects.ptr[i] == o ? c->declarations[i] : NULL;
}

void check_add_dependency(Checker *c, Object *to)
{
    Declaration *from = c->env.decl;
    if (from == NULL || check_declaration(c, to) == NULL) {
        return;
    }
    /* Names are often used several times in a row; initorder.c removes the other doubles. */
    if (from->deps.len == 0 || from->deps.ptr[from->deps.len - 1] != to) {
        *VEC_PUSH(c->lasting, &from->deps) = to;
    }
}

/* ---- what is asked of trees and objects ---- */

isize check_field_count(const Checker *c, AstNode field_list)
{
    if (field_list == 0) {
        return 0;
    }
    const AstFile *f = check_ast(c);
    AstNodes fields = ast_list(f, &ast_field_list(f, field_list)->list);
    isize count = 0;
    for (isize i = 0; i < fields.len; i++) {
        isize n_names = ast_list(f, &ast_field(f, fields.ptr[i])->names).len;
        count += n_names > 0 ? n_names : 1;
    }
    return count;
}

Position check_place(const Checker *c, Arena *a, ObjectPos at)
{
    const TypeFile *f = &c->program->files[at.file];
    Positions p = {f->path, f->lines, NULL, NULL, 0};
    if (f->ast.linedirs.len > 0 && f->ast.text.len > 0) {
        p = positions_of(a, f->path, f->ast.text, &f->ast.linedirs);
    }
    return position_at(&p, at.pos);
}

Str check_place_text(const Checker *c, Arena *a, ObjectPos at)
{
    return position_format(a, check_place(c, a, at));
}

isize check_place_line(const Checker *c, ObjectPos at)
{
    return check_place(c, c->scratch, at).line;
}

/* ---- cycles ---- */

isize check_first_in_source(Object **path, isize n)
{
    isize first = 0;
    for (isize i = 1; i < n; i++) {
        if (object_pos_compare(path[i]->pos, path[first]->pos) < 0) {
            first = i;
        }
    }
    return first;
}

/* The name of an object in a cycle: with type arguments, and with its package if that is
 * another. */
static Str cycle_name(Checker *c, const Object *o)
{
    Type *t = o->type;
    if (t != NULL && type_kind(t) == TYPE_ALIAS && ((Alias *)t)->from_rhs == NULL) {
        t = NULL; /* nothing is known of it yet */
    }
    Named *n = t == NULL ? NULL : type_as_named(t);
    if (n != NULL && n->inst != NULL) {
        return type_string(c, c->scratch, &n->t);
    }
    Str name = name_text(c->program->names, o->name);
    Str package = o->pkg == NULL ? (Str){0} : package_qualifier(c, o->pkg);
    return package.len == 0 ? name
                            : str_format(c->scratch, "%.*s.%.*s", STR_ARG(package), STR_ARG(name));
}

void check_cycle_error(Checker *c, Object **cycle, isize n, isize start)
{
    Object *o = cycle[start];
    bool is_type = o->kind == OBJECT_TYPE_NAME;
    if (is_type && o->type != NULL && type_kind(o->type) == TYPE_ALIAS) {
        ((Alias *)o->type)->from_rhs =
            check_basic(c, BASIC_INVALID); /* and no more is said of it */
    }
    Str name = cycle_name(c, o);
    if (n == 1) {
        check_error_pos(c, o->pos, CODE_INVALID_DECL_CYCLE,
                        is_type ? "invalid recursive type: %s refers to itself"
                                : "invalid cycle in declaration: %s refers to itself",
                        &name);
        return;
    }
    ErrorDesc e = check_error_begin(c, CODE_INVALID_DECL_CYCLE);
    error_add(&e, o->pos,
              is_type ? "invalid recursive type %s" : "invalid cycle in declaration of %s", &name);
    for (isize i = 0; i < n; i++) {
        Object *next = cycle[(start + i + 1) % n];
        Str next_name = cycle_name(c, next);
        error_add(&e, o->pos, "%s refers to %s", &name, &next_name);
        o = next;
        name = next_name;
    }
    error_report(&e);
}

typedef struct {
    isize n_values, n_definitions; /* constants and variables; types that are no alias */
    bool is_through_tparams;
} CycleParts;

static CycleParts count_cycle(const Checker *c, Object **cycle, isize n)
{
    CycleParts parts = {0};
    for (isize i = 0; i < n && !parts.is_through_tparams; i++) {
        Object *o = cycle[i];
        if (o->kind == OBJECT_CONST || o->kind == OBJECT_VAR) {
            parts.n_values++;
        } else if (o->kind == OBJECT_TYPE_NAME) {
            /* A generic type that is met in a type parameter list, and is being declared. */
            if (c->env.in_tparam_list && o->type != NULL && type_is_generic(o->type)) {
                parts.is_through_tparams = true;
            } else if (!object_is_alias(o)) {
                parts.n_definitions++;
            }
        }
    }
    return parts;
}

/* Whether the cycle that o on the path closes is allowed; tells an error if not. */
static bool check_cycle(Checker *c, const Object *o)
{
    isize start = c->path.len - 1;
    while (start >= 0 && c->path.ptr[start] != o) {
        start--;
    }
    ASSERT(start >= 0);
    Object **cycle = c->path.ptr + start;
    isize n = c->path.len - start;
    CycleParts parts = count_cycle(c, cycle, n);
    bool is_older = c->program->go_minor < TPARAM_CYCLES_MINOR;
    if (parts.is_through_tparams ? !is_older : parts.n_values == n) {
        return true;
    }
    if (!parts.is_through_tparams && parts.n_values == 0 && parts.n_definitions > 0) {
        return true; /* without a definition, aliases would expand for ever */
    }
    check_cycle_error(c, cycle, n, check_first_in_source(cycle, n));
    return false;
}

/* o is needed while its type is being found. */
static void close_cycle(Checker *c, Object *o)
{
    bool is_valid = check_cycle(c, o);
    bool is_value = o->kind == OBJECT_CONST || o->kind == OBJECT_VAR;
    if ((is_value && (!is_valid || o->type == NULL)) ||
        (o->kind == OBJECT_TYPE_NAME && !is_valid)) {
        o->type = check_basic(c, BASIC_INVALID);
    }
    /* A function keeps its signature, which is empty still. */
    ASSERT(o->type != NULL);
}

/* ---- check_object ---- */

/* No stack is left for what o needs: it becomes invalid. */
static void refuse(Checker *c, Object *o)
{
    check_error_pos(c, o->pos, CODE_INVALID_DECL_CYCLE,
                    "declaration of %n depends on too many others in a row", o->name);
    if (o->kind == OBJECT_FUNC) {
        Signature *sig = CHECK_NEW_TYPE(c, TYPE_SIGNATURE, Signature);
        o->type = &sig->t;
    } else {
        o->type = check_basic(c, BASIC_INVALID);
    }
}

/* Of what only others look at, the value says nothing that the type has not said. */
static AstNode needed_init(const Checker *c, const Declaration *d)
{
    return c->parts != NULL && d->vtype != 0 ? 0 : d->init;
}

static void declare_object(Checker *c, Object *o, Declaration *d)
{
    ConstSpec spec = {.type = d->vtype, .is_inherited = d->is_inherited};
    switch ((ObjectKind)o->kind) {
    case OBJECT_CONST:
        c->env.decl = d;
        check_const_decl(c, o, d->name, &spec, d->init);
        return;
    case OBJECT_VAR:
        c->env.decl = d;
        check_var_decl(c, o, (Objects){d->lhs, d->n_lhs}, d->vtype, needed_init(c, d));
        return;
    case OBJECT_TYPE_NAME:
        check_type_decl(c, o, d->tdecl);
        check_collect_methods(c, o);
        return;
    case OBJECT_FUNC:
        check_func_decl(c, o, d); /* may call itself: dependencies are those of its body */
        return;
    case OBJECT_BAD:
    case OBJECT_PKG_NAME:
    case OBJECT_LABEL:
    case OBJECT_BUILTIN:
    case OBJECT_NIL:
        break;
    }
    UNREACHABLE("kind of a declared object");
}

void check_object(Checker *c, Object *o)
{
    if (o->is_pending) {
        close_cycle(c, o);
        return;
    }
    if (o->type != NULL) {
        return;
    }
    if (check_is_too_deep(c)) {
        refuse(c, o);
        return;
    }
    Declaration *d = check_declaration(c, o);
    ASSERT(d != NULL);
    check_push(c, o);
    Environment around = c->env;
    TypeFile *file = c->file;
    c->env = (Environment){.file = d->file, .scope = d->scope, .version = d->version};
    c->file = &c->program->files[d->file];
    declare_object(c, o, d);
    c->env = around;
    c->file = file;
    check_pop(c);
}
