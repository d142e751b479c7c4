/*
 * What stands in these words is what a user of a package depends on: the names of parameters and of
 * type parameters are not there, nor what a struct or an interface without a name consists of, but
 * for the names of methods. What a type begins with (slices of pointers to maps of ...) is written
 * in a loop, so only what encloses other types takes stack.
 */
#include "go/api/typewords.h"

#include "base/sort.h"
#include "base/vec.h"
#include "go/types/generic.h"

typedef VEC(Str) Words;

static void add(const TypeWords *w, Str s)
{
    strbuf_add(w->out, s);
}

/* ---- basic types ---- */

/* Those that are called otherwise than in Go. */
static const Str basic_words[BASIC_COUNT] = {
    [BASIC_UNSAFE_POINTER] = STR_CONST("unsafe.Pointer"),
    [BASIC_UNTYPED_BOOL] = STR_CONST("ideal-bool"),
    [BASIC_UNTYPED_INT] = STR_CONST("ideal-int"),
    [BASIC_UNTYPED_RUNE] = STR_CONST("ideal-char"),
    [BASIC_UNTYPED_FLOAT] = STR_CONST("ideal-float"),
    [BASIC_UNTYPED_COMPLEX] = STR_CONST("ideal-complex"),
    [BASIC_UNTYPED_STRING] = STR_CONST("ideal-string"),
};

static void write_basic(const TypeWords *w, const Basic *t)
{
    const Program *p = w->check->program;
    Str word = t->kind < BASIC_COUNT ? basic_words[t->kind] : (Str){0};
    add(w, word.len > 0 ? word : p->basic[t->kind]->name); /* byte is uint8 */
}

/* ---- interfaces ---- */

static void add_joined(const TypeWords *w, const Words *words)
{
    sort_strings(words->ptr, words->len);
    for (isize i = 0; i < words->len; i++) {
        add(w, i > 0 ? S(", ") : (Str){0});
        add(w, words->ptr[i]);
    }
}

static Str union_words(const TypeWords *w, const Union *t)
{
    StrBuf b = strbuf_init(w->out->arena);
    TypeWords inner = {&b, w->check, w->own};
    for (isize i = 0; i < t->n_terms; i++) {
        add(&inner, i > 0 ? S(" | ") : (Str){0});
        add(&inner, t->terms[i].is_tilde ? S("~") : (Str){0});
        typewords_write(&inner, t->terms[i].type);
    }
    return strbuf_str(&b);
}

/* The unions that are embedded; interfaces with a name, and single types, are not told. */
static void gather_unions(const TypeWords *w, const Interface *t, Words *ret)
{
    for (isize i = 0; i < t->n_embeddeds; i++) {
        Type *embedded = t->embeddeds[i];
        if (type_kind(embedded) == TYPE_INTERFACE) {
            gather_unions(w, (Interface *)embedded, ret);
        } else if (type_kind(embedded) == TYPE_UNION) {
            *VEC_PUSH(w->out->arena, ret) = union_words(w, (Union *)embedded);
        }
    }
}

static void write_interface(const TypeWords *w, Interface *t)
{
    const NameTable *names = w->check->program->names;
    Objects methods = interface_set(w->check, t)->methods;
    Str space = methods.len > 0 || t->n_embeddeds > 0 ? S(" ") : (Str){0};
    Words of_methods = {0}, of_unions = {0};
    for (isize i = 0; i < methods.len; i++) {
        *VEC_PUSH(w->out->arena, &of_methods) = name_text(names, methods.ptr[i]->name);
    }
    gather_unions(w, t, &of_unions);
    add(w, S("interface{"));
    add(w, space);
    add_joined(w, &of_methods);
    add_joined(w, &of_unions);
    add(w, space);
    add(w, S("}"));
}

/* ---- names ---- */

static void write_named(const TypeWords *w, const Named *t)
{
    const Object *o = t->obj;
    TypeArgs args = t->inst != NULL ? t->inst->targs : (TypeArgs){0};
    if (o->pkg != NULL && o->pkg != w->own) {
        add(w, o->pkg->name);
        add(w, S("."));
    }
    add(w, name_text(w->check->program->names, o->name));
    for (isize i = 0; i < args.len; i++) {
        add(w, i > 0 ? S(", ") : S("["));
        typewords_write(w, args.ptr[i]);
    }
    add(w, args.len > 0 ? S("]") : (Str){0});
}

/* ---- functions ---- */

static void write_tuple(const TypeWords *w, const Tuple *t, bool is_variadic)
{
    Objects vars = tuple_vars(t);
    add(w, S("("));
    for (isize i = 0; i < vars.len; i++) {
        Type *type = vars.ptr[i]->type;
        add(w, i > 0 ? S(", ") : (Str){0});
        if (is_variadic && i + 1 == vars.len && type != NULL && type_kind(type) == TYPE_SLICE) {
            add(w, S("..."));
            type = ((Slice *)type)->elem;
        }
        typewords_write(w, type);
    }
    add(w, S(")"));
}

void typewords_write_params(const TypeWords *w, TypeParams params, bool with_constraints)
{
    add(w, S("["));
    for (isize i = 0; i < params.len; i++) {
        add(w, i > 0 ? S(", ") : (Str){0});
        typewords_write(w, &params.ptr[i]->t);
        if (with_constraints) {
            add(w, S(" "));
            typewords_write(w, params.ptr[i]->bound);
        }
    }
    add(w, S("]"));
}

void typewords_write_signature(const TypeWords *w, const Signature *s)
{
    Objects results = tuple_vars(s->results);
    if (s->tparams.len > 0) {
        typewords_write_params(w, s->tparams, true);
    }
    write_tuple(w, s->params, s->is_variadic);
    if (results.len == 1) {
        add(w, S(" "));
        typewords_write(w, results.ptr[0]->type);
    } else if (results.len > 1) {
        add(w, S(" "));
        write_tuple(w, s->results, false);
    }
}

/* ---- all types ---- */

static const Str directions[] = {
    [0] = STR_CONST("chan "),
    [AST_SEND] = STR_CONST("chan<- "),
    [AST_RECV] = STR_CONST("<-chan "),
    [AST_SEND | AST_RECV] = STR_CONST("chan "),
};

/* Writes what t begins with, if that is all that goes before another type, which becomes *t. */
static bool write_beginning(const TypeWords *w, Type **t)
{
    Type *of = *t;
    switch ((int)of->kind) {
    case TYPE_ARRAY:
        strbuf_add_format(w->out, "[%lld]", (long long)((Array *)of)->len);
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
        typewords_write(w, ((MapType *)of)->key);
        add(w, S("]"));
        *t = ((MapType *)of)->elem;
        return true;
    case TYPE_CHAN:
        add(w, directions[((Chan *)of)->dir]);
        *t = ((Chan *)of)->elem;
        return true;
    case TYPE_ALIAS:
        *t = type_unalias(of);
        return true;
    default:
        return false;
    }
}

static void write_whole(const TypeWords *w, Type *t)
{
    switch (type_kind(t)) {
    case TYPE_BASIC:
        write_basic(w, (Basic *)t);
        break;
    case TYPE_STRUCT:
        add(w, S("struct"));
        break;
    case TYPE_SIGNATURE:
        add(w, S("func"));
        typewords_write_signature(w, (Signature *)t);
        break;
    case TYPE_UNION:
        add(w, union_words(w, (Union *)t));
        break;
    case TYPE_INTERFACE:
        write_interface(w, (Interface *)t);
        break;
    case TYPE_NAMED:
        write_named(w, (Named *)t);
        break;
    case TYPE_PARAM:
        strbuf_add_format(w->out, "$%d", ((TypeParam *)t)->index);
        break;
    case TYPE_TUPLE:
        write_tuple(w, (Tuple *)t, false);
        break;
    case TYPE_ARRAY:
    case TYPE_SLICE:
    case TYPE_POINTER:
    case TYPE_MAP:
    case TYPE_CHAN:
    case TYPE_ALIAS:
        break;
    }
}

void typewords_write(const TypeWords *w, Type *t)
{
    while (t != NULL && w->out->len < TYPEWORDS_MAX_TEXT && write_beginning(w, &t)) {
    }
    if (t != NULL && w->out->len < TYPEWORDS_MAX_TEXT) {
        write_whole(w, t);
    }
}
