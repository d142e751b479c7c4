/*
 * Types as text: as messages show them, or with the paths of packages.
 *
 * What a type begins with is written in a loop (slices of pointers to maps of ...), so that only
 * what encloses other types takes stack.
 */
#include "base/map.h"
#include "go/types/format.h"

#define MAX_FORMATTED (32 * MIB) /* bytes that messages of a package have ... */
#define MAX_LATER_TEXT KIB       /* ... before types are cut to so many in further ones */
#define LISTED 64                /* types around another one that are looked for in a list */
#define MAX_TEXT MIB /* of a type; type arguments of type arguments can double it at each level */

/* Types that are being written and that may contain themselves. */
typedef struct Visit {
    const Type *type;
    const struct Visit *outer;
} Visit;

typedef struct {
    StrBuf *b;
    const Program *program;
    Checker *check;         /* NULL: packages by their paths */
    const TypePackage *own; /* then: but for this one, whose names have no prefix; or NULL */
    bool hides_names;       /* of parameters */
    bool marks_package;     /* the first field that is not exported is marked with its */
    int n_visits;
    const Visit *visits; /* the first LISTED of them */
    Map deep;            /* those behind them, by address: 1 while they last */
    Arena memory;        /* of deep; none before there is one */
    isize max_len;       /* of b; from there on nothing is written */
} Writer;

static Writer writer_of(StrBuf *b, const Program *p, Checker *c)
{
    isize max = c != NULL && c->n_formatted > MAX_FORMATTED ? MAX_LATER_TEXT : MAX_TEXT;
    return (Writer){.b = b, .program = p, .check = c, .max_len = b->len + max};
}

static void writer_done(Writer *w)
{
    if (w->deep.arena != NULL) {
        arena_done(&w->memory);
    }
}

static void add(Writer *w, Str s)
{
    strbuf_add(w->b, s);
}

static void add_name(Writer *w, Name name)
{
    add(w, name_text(w->program->names, name));
}

static void write_type(Writer *w, Type *t);

/* ---- names ---- */

static void write_prefix(Writer *w, const TypePackage *pkg)
{
    if (pkg == NULL || pkg == w->own) {
        return;
    }
    Str prefix = w->check == NULL ? pkg->path : package_qualifier(w->check, pkg);
    add(w, prefix);
    add(w, prefix.len > 0 ? S(".") : (Str){0});
}

static void write_type_name(Writer *w, const Object *o)
{
    write_prefix(w, o->pkg);
    add_name(w, o->name);
}

static void write_basic(Writer *w, const Basic *t)
{
    if (t->kind == BASIC_UNSAFE_POINTER) {
        write_prefix(w, w->program->unsafe);
    }
    add(w, t->name);
}

static void write_args(Writer *w, TypeArgs args)
{
    add(w, S("["));
    for (isize i = 0; i < args.len; i++) {
        add(w, i > 0 ? S(", ") : (Str){0});
        write_type(w, args.ptr[i]);
    }
    add(w, S("]"));
}

/* Parameters that follow each other and have one constraint share it. */
static void write_params(Writer *w, TypeParams params)
{
    Type *bound = NULL;
    add(w, S("["));
    for (isize i = 0; i < params.len; i++) {
        TypeParam *param = params.ptr[i];
        if (i > 0 && param->bound != bound) {
            add(w, S(" "));
            write_type(w, bound);
        }
        add(w, i > 0 ? S(", ") : (Str){0});
        bound = param->bound;
        write_type(w, &param->t);
    }
    if (bound != NULL) {
        add(w, S(" "));
        write_type(w, bound);
    }
    add(w, S("]"));
}

static void mark_unknown(Writer *w, bool is_unknown)
{
    if (w->check != NULL && is_unknown) {
        add(w, FORMAT_UNKNOWN);
    }
}

static void write_named(Writer *w, Named *n)
{
    write_type_name(w, n->obj);
    mark_unknown(w, type_is_unknown(&n->t));
    if (n->inst != NULL) {
        write_args(w, n->inst->targs);
    } else if (named_params(n).len > 0) {
        write_params(w, named_params(n));
    }
}

static void write_alias(Writer *w, const Alias *t)
{
    write_type_name(w, t->obj);
    mark_unknown(w, !type_is_valid((Type *)(uintptr_t)t) && package_has_unknown(t->obj->pkg));
    if (t->targs.len > 0) {
        write_args(w, t->targs);
    } else if (t->tparams.len > 0) {
        write_params(w, t->tparams);
    }
}

/* One that is called as something predeclared is marked, or messages would mislead. */
static void write_param(Writer *w, const TypeParam *t)
{
    if (t->obj == NULL) {
        add(w, S("<unnamed type parameter>"));
        return;
    }
    add_name(w, t->obj->name);
    if (scope_lookup(w->program->universe, t->obj->name) != NULL) {
        add(w, S("/* type parameter */"));
    }
}

/* ---- what encloses other types ---- */

static void write_struct(Writer *w, const Struct *t)
{
    add(w, S("struct{"));
    for (isize i = 0; i < t->fields.len; i++) {
        const Object *field = t->fields.ptr[i];
        bool is_marked = w->marks_package && !object_is_exported(field);
        w->marks_package = w->marks_package && !is_marked; /* those in its type are not */
        add(w, i > 0 ? S("; ") : (Str){0});
        if (!field->is_embedded) {
            add_name(w, field->name);
            add(w, S(" "));
        }
        write_type(w, field->type);
        if (is_marked && field->pkg != NULL) {
            add(w, S(" /* package "));
            add(w, field->pkg->path);
            add(w, S(" */ "));
        }
        if (t->tags != NULL && t->tags[i].len > 0) {
            add(w, S(" "));
            add(w, format_quoted(w->b->arena, t->tags[i]));
        }
    }
    add(w, S("}"));
}

/* append([]byte, s...) has a last parameter that is no slice: its dots are behind it. */
static void write_variadic(Writer *w, Type *t)
{
    bool is_slice = t != NULL && type_kind(t) == TYPE_SLICE;
    add(w, is_slice ? S("...") : (Str){0});
    write_type(w, is_slice ? ((Slice *)t)->elem : t);
    add(w, is_slice ? (Str){0} : S("..."));
}

static void write_tuple(Writer *w, const Tuple *t, bool is_variadic)
{
    isize n = t == NULL ? 0 : t->vars.len;
    add(w, S("("));
    for (isize i = 0; i < n; i++) {
        const Object *var = t->vars.ptr[i];
        add(w, i > 0 ? S(", ") : (Str){0});
        if (var->name != 0 && !w->hides_names) {
            add_name(w, var->name);
            add(w, S(" "));
        }
        if (is_variadic && i == n - 1) {
            write_variadic(w, var->type);
        } else {
            write_type(w, var->type);
        }
    }
    add(w, S(")"));
}

static void write_signature(Writer *w, const Signature *s)
{
    if (s->tparams.len > 0) {
        write_params(w, s->tparams);
    }
    write_tuple(w, s->params, s->is_variadic);
    isize n_results = s->results == NULL ? 0 : s->results->vars.len;
    if (n_results == 0) {
        return;
    }
    add(w, S(" "));
    const Object *first = s->results->vars.ptr[0];
    if (n_results == 1 && first->name == 0) {
        write_type(w, first->type);
    } else {
        write_tuple(w, s->results, false);
    }
}

static void write_union(Writer *w, const Union *t)
{
    add(w, t->n_terms == 0 ? S("<empty union>") : (Str){0});
    for (isize i = 0; i < t->n_terms; i++) {
        add(w, i > 0 ? S(" | ") : (Str){0});
        add(w, t->terms[i].is_tilde ? S("~") : (Str){0});
        write_type(w, t->terms[i].type);
    }
}

static bool is_comparable_itself(const Writer *w, const Interface *t)
{
    const Named *comparable = (const Named *)w->program->comparable;
    return comparable != NULL && comparable->underlying == &t->t;
}

static void write_interface(Writer *w, const Interface *t)
{
    if (is_comparable_itself(w, t)) {
        add(w, S("interface{comparable}"));
        return;
    }
    if (t->is_implicit && t->methods.len == 0 && t->n_embeddeds == 1) {
        write_type(w, t->embeddeds[0]);
        return;
    }
    add(w, t->is_implicit ? S("/* implicit */ interface{") : S("interface{"));
    for (isize i = 0; i < t->methods.len; i++) {
        const Object *method = t->methods.ptr[i];
        add(w, i > 0 ? S("; ") : (Str){0});
        add_name(w, method->name);
        if (method->type != NULL) {
            write_signature(w, (Signature *)method->type);
        }
    }
    for (isize i = 0; i < t->n_embeddeds; i++) {
        add(w, i > 0 || t->methods.len > 0 ? S("; ") : (Str){0});
        write_type(w, t->embeddeds[i]);
    }
    add(w, S("}"));
}

/* ---- types that may contain themselves ---- */

static Str cycle_text(const Type *t)
{
    switch ((int)t->kind) {
    case TYPE_INTERFACE:
        return S("<cycle to *Interface>");
    case TYPE_ALIAS:
        return S("<cycle to *Alias>");
    default:
        return S("<cycle to *Named>");
    }
}

static Str visit_key(const Visit *v)
{
    return (Str){(const char *)&v->type, sizeof v->type};
}

static bool is_visited(const Writer *w, const Visit *here)
{
    for (const Visit *v = w->visits; v != NULL; v = v->outer) {
        if (v->type == here->type) {
            return true;
        }
    }
    const isize *mark = w->deep.arena == NULL ? NULL : map_get(&w->deep, visit_key(here));
    return mark != NULL && *mark != 0;
}

static void begin_visit(Writer *w, Visit *here)
{
    if (w->n_visits++ < LISTED) {
        w->visits = here;
        return;
    }
    if (w->deep.arena == NULL) {
        w->memory = arena_init(KIB);
        w->deep = map_init(&w->memory);
    }
    Str key = visit_key(here);
    key.ptr = arena_copy(&w->memory, key.ptr, key.len, 1);
    *map_put(&w->deep, key, NULL) = 1;
}

static void end_visit(Writer *w, const Visit *here)
{
    if (--w->n_visits < LISTED) {
        w->visits = here->outer;
    } else {
        *map_get(&w->deep, visit_key(here)) = 0;
    }
}

static void visit(Writer *w, Type *t)
{
    Visit here = {t, w->visits};
    if (is_visited(w, &here)) {
        add(w, cycle_text(t));
        return;
    }
    begin_visit(w, &here);
    if (type_kind(t) == TYPE_INTERFACE) {
        write_interface(w, (Interface *)t);
    } else if (type_kind(t) == TYPE_ALIAS) {
        write_alias(w, (Alias *)t);
    } else {
        write_named(w, (Named *)t);
    }
    end_visit(w, &here);
}

/* ---- all types ---- */

static const Str directions[] = {
    [0] = STR_CONST("<unknown channel direction>"),
    [AST_SEND] = STR_CONST("chan<- "),
    [AST_RECV] = STR_CONST("<-chan "),
    [AST_SEND | AST_RECV] = STR_CONST("chan "),
};

/* chan (<-chan T), which without the parentheses would be chan<- (chan T). */
static bool is_parenthesized(const Chan *t)
{
    return t->dir == (AST_SEND | AST_RECV) && t->elem != NULL && type_kind(t->elem) == TYPE_CHAN &&
           ((const Chan *)t->elem)->dir == AST_RECV;
}

/* Writes what t begins with, if that is all that goes before another type, which becomes *t. */
static bool write_beginning(Writer *w, Type **t)
{
    Type *of = *t;
    switch ((int)of->kind) {
    case TYPE_ARRAY:
        strbuf_add_format(w->b, "[%lld]", (long long)((Array *)of)->len);
        *t = ((Array *)of)->elem;
        return true;
    case TYPE_SLICE:
        add(w, S("[]"));
        *t = ((Slice *)of)->elem;
        return true;
    case TYPE_POINTER:
        add(w, S("*"));
        *t = ((Pointer *)of)->elem;
        return true;
    case TYPE_MAP:
        add(w, S("map["));
        write_type(w, ((MapType *)of)->key);
        add(w, S("]"));
        *t = ((MapType *)of)->elem;
        return true;
    case TYPE_CHAN:
        if (is_parenthesized((Chan *)of)) {
            return false;
        }
        add(w, directions[((Chan *)of)->dir]);
        *t = ((Chan *)of)->elem;
        return true;
    default:
        return false;
    }
}

static void write_whole(Writer *w, Type *t)
{
    switch (type_kind(t)) {
    case TYPE_BASIC:
        write_basic(w, (Basic *)t);
        return;
    case TYPE_STRUCT:
        write_struct(w, (Struct *)t);
        return;
    case TYPE_TUPLE:
        write_tuple(w, (Tuple *)t, false);
        return;
    case TYPE_SIGNATURE:
        add(w, S("func"));
        write_signature(w, (Signature *)t);
        return;
    case TYPE_UNION:
        write_union(w, (Union *)t);
        return;
    case TYPE_PARAM:
        write_param(w, (TypeParam *)t);
        return;
    case TYPE_INTERFACE:
    case TYPE_NAMED:
    case TYPE_ALIAS:
        visit(w, t);
        return;
    case TYPE_CHAN:
        add(w, S("chan ("));
        write_type(w, ((Chan *)t)->elem);
        add(w, S(")"));
        return;
    case TYPE_ARRAY:
    case TYPE_SLICE:
    case TYPE_POINTER:
    case TYPE_MAP:
        return;
    }
}

static void write_type(Writer *w, Type *t)
{
    while (t != NULL && w->b->len < w->max_len && write_beginning(w, &t)) {
    }
    if (t == NULL) {
        add(w, S("<nil>"));
    } else if (w->b->len < w->max_len) {
        write_whole(w, t);
    }
}

void type_write(StrBuf *b, Type *t, Checker *c)
{
    Writer w = writer_of(b, c->program, c);
    write_type(&w, t);
    writer_done(&w);
}

void signature_write(StrBuf *b, const Signature *s, Checker *c)
{
    Writer w = writer_of(b, c->program, c);
    write_signature(&w, s);
    writer_done(&w);
}

void signature_write_types(StrBuf *b, const Signature *s, Checker *c, bool with_packages)
{
    Writer w = writer_of(b, c->program, with_packages ? NULL : c);
    w.hides_names = true;
    w.marks_package = with_packages;
    write_signature(&w, s);
    writer_done(&w);
}

void type_params_write(StrBuf *b, TypeParams params, Checker *c)
{
    Writer w = writer_of(b, c->program, c);
    write_params(&w, params);
    writer_done(&w);
}

void type_write_paths(StrBuf *b, const Program *p, Type *t)
{
    Writer w = writer_of(b, p, NULL);
    write_type(&w, t);
    writer_done(&w);
}

void type_write_relative(StrBuf *b, const TypePackage *own, Type *t)
{
    Writer w = writer_of(b, own->program, NULL);
    w.own = own;
    write_type(&w, t);
    writer_done(&w);
}

Str type_string(Checker *c, Arena *a, Type *t)
{
    StrBuf b = strbuf_init(a);
    type_write(&b, t, c);
    return strbuf_str(&b);
}
