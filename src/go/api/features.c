#include "go/api/features.h"

#include "base/sort.h"
#include "go/api/deprecated.h"
#include "go/api/typewords.h"
#include "go/types/generic.h"
#include "go/types/methodset.h"

#define MAX_VALUE MIB /* bytes of a constant that is told whole */

typedef struct {
    Checker *check;
    Arena *arena;
    Deprecated deprecated;
    FeatureList list;
    StrBuf line; /* that is being written */
    Str scope;   /* what goes before each line: "type T struct, " */
} Features;

/* ---- lines ---- */

static TypeWords words(Features *f)
{
    return (TypeWords){&f->line, f->check, f->check->pkg};
}

static void add(Features *f, Str s)
{
    strbuf_add(&f->line, s);
}

static void add_type(Features *f, Type *t)
{
    TypeWords w = words(f);
    typewords_write(&w, t);
}

static void add_signature(Features *f, const Object *func)
{
    TypeWords w = words(f);
    typewords_write_signature(&w, (const Signature *)func->type);
}

static Str name_of(const Features *f, const Object *o)
{
    return name_text(f->check->program->names, o->name);
}

/* Begins a line with "kind " (may be empty) and what is told of. */
static void begin(Features *f, Str kind, Str what)
{
    f->line = strbuf_init(f->arena);
    add(f, f->scope);
    add(f, kind);
    add(f, what);
}

static void end(Features *f)
{
    *VEC_PUSH(f->arena, &f->list) = strbuf_str(&f->line);
}

static void tell_deprecated(Features *f, const Object *o, Str kind, Str what)
{
    if (deprecated_has(&f->deprecated, o)) {
        begin(f, kind, what);
        add(f, S(" //deprecated"));
        end(f);
    }
}

/* ---- constants, variables, functions ---- */

static void tell_typed(Features *f, const Object *o, Str kind)
{
    tell_deprecated(f, o, kind, name_of(f, o));
    begin(f, kind, name_of(f, o));
    add(f, S(" "));
    add_type(f, o->type);
    end(f);
}

static void tell_const(Features *f, const Object *o)
{
    Str value = constant_format(f->arena, o->value);
    Str exact = constant_format_within(f->arena, o->value, MAX_VALUE);
    tell_typed(f, o, S("const "));
    begin(f, S("const "), name_of(f, o));
    add(f, S(" = "));
    add(f, value);
    if (!str_eq(value, exact)) {
        add(f, S("  // "));
        add(f, exact);
    }
    end(f);
}

static void tell_func(Features *f, const Object *o)
{
    tell_deprecated(f, o, S("func "), name_of(f, o));
    begin(f, S("func "), name_of(f, o));
    add_signature(f, o);
    end(f);
}

/* ---- types ---- */

static void tell_field(Features *f, const Object *field)
{
    if (!field->is_embedded) {
        tell_typed(f, field, (Str){0});
        return;
    }
    begin(f, S("embedded "), (Str){0});
    add_type(f, field->type);
    Str whole = strbuf_str(&f->line);
    end(f);
    if (deprecated_has(&f->deprecated, field)) {
        *VEC_PUSH(f->arena, &f->list) = str_concat(f->arena, whole, S(" //deprecated"));
    }
}

static void tell_struct(Features *f, Str name, const Struct *t)
{
    begin(f, S("type "), name);
    add(f, S(" struct"));
    end(f);
    f->scope = str_format(f->arena, "type %.*s struct, ", STR_ARG(name));
    for (isize i = 0; i < t->fields.len; i++) {
        if (object_is_exported(t->fields.ptr[i])) {
            tell_field(f, t->fields.ptr[i]);
        }
    }
    f->scope = (Str){0};
}

static void tell_method_names(Features *f, Str name, const FeatureList *methods)
{
    begin(f, S("type "), name);
    add(f, methods->len > 0 ? S(" interface { ") : S(" interface {"));
    sort_strings(methods->ptr, methods->len);
    for (isize i = 0; i < methods->len; i++) {
        add(f, i > 0 ? S(", ") : (Str){0});
        add(f, methods->ptr[i]);
    }
    add(f, methods->len > 0 ? S(" }") : S("}"));
    end(f);
}

/* One with methods that are not exported is implemented by its package alone, and may grow: the
 * list of all its methods is no promise then. */
static void tell_interface(Features *f, Str name, Type *t)
{
    MethodSet set = methodset_of(f->check, f->arena, t);
    FeatureList names = {0};
    f->scope = str_format(f->arena, "type %.*s interface, ", STR_ARG(name));
    for (isize i = 0; i < set.len; i++) {
        const Object *m = set.ptr[i].object;
        if (object_is_exported(m)) {
            *VEC_PUSH(f->arena, &names) = name_of(f, m);
            tell_deprecated(f, m, (Str){0}, name_of(f, m));
            begin(f, (Str){0}, name_of(f, m));
            add_signature(f, m);
            end(f);
        }
    }
    bool is_complete = names.len == set.len;
    if (!is_complete) {
        begin(f, S("unexported methods"), (Str){0});
        end(f);
    }
    f->scope = (Str){0};
    if (is_complete) {
        tell_method_names(f, name, &names);
    }
}

/* "method (*T[$0]) ", and the name. */
static void begin_method(Features *f, Type *recv, const Object *method)
{
    TypeWords w = words(f);
    const Signature *s = (const Signature *)method->type;
    begin(f, S("method ("), (Str){0});
    add_type(f, recv);
    if (s->rparams.len > 0) {
        typewords_write_params(&w, s->rparams, false);
    }
    add(f, S(") "));
    add(f, name_of(f, method));
}

/* The methods of a type that seen, which may be NULL, does not have. */
static void tell_methods(Features *f, Type *t, const MethodSet *set, const MethodSet *seen)
{
    for (isize i = 0; i < set->len; i++) {
        const Object *m = set->ptr[i].object;
        if (!object_is_exported(m) ||
            (seen != NULL && methodset_lookup(seen, m->pkg, m->name) != NULL)) {
            continue;
        }
        if (deprecated_has(&f->deprecated, m)) {
            begin_method(f, t, m);
            add(f, S(" //deprecated"));
            end(f);
        }
        begin_method(f, t, m);
        add_signature(f, m);
        end(f);
    }
}

static void tell_all_methods(Features *f, Type *t)
{
    Type *pointer = &program_pointer(f->check->program, f->check->arena, t)->t;
    MethodSet of_value = methodset_of(f->check, f->arena, t);
    MethodSet of_pointer = methodset_of(f->check, f->arena, pointer);
    tell_methods(f, t, &of_value, NULL);
    tell_methods(f, pointer, &of_pointer, &of_value);
}

static Str name_with_params(Features *f, const Object *o, TypeParams params)
{
    TypeWords w = words(f);
    if (params.len == 0) {
        return name_of(f, o);
    }
    begin(f, (Str){0}, name_of(f, o));
    typewords_write_params(&w, params, true);
    return strbuf_str(&f->line);
}

static void tell_defined(Features *f, const Object *o, Named *t)
{
    Type *under = type_under(&t->t);
    Str name = name_with_params(f, o, named_params(t));
    if (type_kind(under) == TYPE_INTERFACE) {
        tell_interface(f, name, &t->t);
        return;
    }
    if (type_kind(under) == TYPE_STRUCT) {
        tell_struct(f, name, (const Struct *)under);
    } else {
        begin(f, S("type "), name);
        add(f, S(" "));
        add_type(f, under);
        end(f);
    }
    tell_all_methods(f, &t->t);
}

static void tell_type(Features *f, const Object *o)
{
    tell_deprecated(f, o, S("type "), name_of(f, o));
    if (object_is_alias(o)) {
        begin(f, S("type "), name_of(f, o));
        add(f, S(" = "));
        add_type(f, o->type);
        end(f);
    } else if (type_kind(o->type) == TYPE_NAMED) {
        tell_defined(f, o, (Named *)o->type);
    }
}

/* ---- packages ---- */

static void tell_object(Features *f, const Object *o)
{
    switch ((ObjectKind)o->kind) {
    case OBJECT_CONST:
        tell_const(f, o);
        break;
    case OBJECT_TYPE_NAME:
        tell_type(f, o);
        break;
    case OBJECT_VAR:
        tell_typed(f, o, S("var "));
        break;
    case OBJECT_FUNC:
        tell_func(f, o);
        break;
    case OBJECT_BAD:
    case OBJECT_PKG_NAME:
    case OBJECT_LABEL:
    case OBJECT_BUILTIN:
    case OBJECT_NIL:
        break;
    }
}

FeatureList features_of_package(Checker *c, Arena *a)
{
    const Scope *scope = c->pkg->scope;
    Features f = {.check = c, .arena = a, .deprecated = deprecated_find(a, c)};
    for (isize i = 0; i < scope->len; i++) {
        const Object *o = scope->list[i];
        if (object_is_exported(o) && o->type != NULL) {
            tell_object(&f, o);
        }
    }
    sort_strings(f.list.ptr, f.list.len);
    isize n = 0;
    for (isize i = 0; i < f.list.len; i++) {
        if (n == 0 || !str_eq(f.list.ptr[n - 1], f.list.ptr[i])) {
            f.list.ptr[n++] = f.list.ptr[i];
        }
    }
    f.list.len = n;
    return f.list;
}
