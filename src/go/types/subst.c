/*
 * Type arguments in place of type parameters. What does not mention a parameter stays the type that
 * it is, so that types are shared as far as they can be; nothing that comes in is changed.
 */
#include "go/types/generic.h"

#define MAX_DEPTH 11000 /* of types in types: what the parser accepts, and the stack bears */

typedef struct {
    Checker *check;
    ObjectPos pos;
    SubstMap map;
    Named *expanding;
    int depth;
} Subst;

static Type *subst_type(Subst *s, Type *t);

/* ---- copies ---- */

Object *object_clone(Checker *c, const Object *o, Type *t)
{
    Object *copy = ARENA_NEW(c->arena, Object);
    *copy = *o;
    copy->type = t;
    copy->is_pending = false;
    copy->origin = o->origin != NULL ? o->origin : (Object *)o;
    return copy;
}

Signature *signature_clone(Checker *c, const Signature *s)
{
    Signature *copy = ARENA_NEW(c->arena, Signature);
    *copy = *s;
    copy->t.id = 0;
    program_enter(c->program, &copy->t);
    return copy;
}

Objects methods_with_receiver(Checker *c, Objects methods, const Type *old, Type *new)
{
    Objects out = methods;
    for (isize i = 0; i < methods.len; i++) {
        Object *m = methods.ptr[i];
        const Signature *sig = as_signature(m->type);
        if (sig == NULL || sig->recv == NULL || sig->recv->type != old) {
            continue;
        }
        if (out.ptr == methods.ptr) {
            out.ptr = arena_copy(c->arena, methods.ptr, methods.len * (isize)sizeof *methods.ptr,
                                 _Alignof(Object *));
        }
        Signature *copy = signature_clone(c, sig);
        copy->recv = object_clone(c, sig->recv, new);
        out.ptr[i] = object_clone(c, m, &copy->t);
    }
    return out;
}

/* ---- lists ---- */

static Objects subst_objects(Subst *s, Objects in)
{
    Objects out = in;
    for (isize i = 0; i < in.len; i++) {
        Object *o = in.ptr[i];
        Type *t = subst_type(s, o->type);
        if (t == o->type) {
            continue;
        }
        if (out.ptr == in.ptr) {
            out.ptr = arena_copy(s->check->arena, in.ptr, in.len * (isize)sizeof *in.ptr,
                                 _Alignof(Object *));
        }
        out.ptr[i] = object_clone(s->check, o, t);
    }
    return out;
}

static TypeArgs subst_types(Subst *s, TypeArgs in)
{
    TypeArgs out = in;
    for (isize i = 0; i < in.len; i++) {
        Type *t = subst_type(s, in.ptr[i]);
        if (t == in.ptr[i]) {
            continue;
        }
        if (out.ptr == in.ptr) {
            out.ptr = arena_copy(s->check->arena, in.ptr, in.len * (isize)sizeof *in.ptr,
                                 _Alignof(Type *));
        }
        out.ptr[i] = t;
    }
    return out;
}

static Tuple *subst_tuple(Subst *s, Tuple *t)
{
    if (t == NULL) {
        return NULL;
    }
    Objects vars = subst_objects(s, t->vars);
    if (vars.ptr == t->vars.ptr) {
        return t;
    }
    Tuple *made = CHECK_NEW_TYPE(s->check, TYPE_TUPLE, Tuple);
    made->vars = vars;
    return made;
}

/* ---- parameters ---- */

static Type *subst_param(Subst *s, Type *t)
{
    for (isize i = 0; i < s->map.len; i++) {
        if (&s->map.from[i]->t == t) {
            return s->map.to[i] != NULL ? s->map.to[i] : t;
        }
    }
    return t;
}

static bool is_mapped(const Subst *s, const TypeParam *t)
{
    for (isize i = 0; i < s->map.len; i++) {
        if (s->map.from[i] == t) {
            return true;
        }
    }
    return false;
}

static TypeParam *new_param_like(Checker *c, const TypeParam *t)
{
    Object *o = ARENA_NEW(c->arena, Object);
    o->kind = OBJECT_TYPE_NAME;
    o->name = t->obj->name;
    o->pkg = t->obj->pkg;
    o->pos = t->obj->pos;
    TypeParam *made = check_new_param(c, o, NULL);
    made->index = t->index;
    return made;
}

/* Enlarges the map by parameters of its own for a generic method, whose bounds may mention what is
 * substituted. They are made in any case, so that the methods of two instances have different ones.
 */
static TypeParams fresh_params(Subst *s, TypeParams params)
{
    Checker *c = s->check;
    isize len = s->map.len + params.len;
    SubstMap map = {ARENA_ARRAY(c->scratch, TypeParam *, len), ARENA_ARRAY(c->scratch, Type *, len),
                    len};
    TypeParams fresh = {ARENA_ARRAY(c->arena, TypeParam *, params.len), params.len};
    for (isize i = 0; i < s->map.len; i++) {
        map.from[i] = s->map.from[i];
        map.to[i] = s->map.to[i];
    }
    for (isize i = 0; i < params.len; i++) {
        fresh.ptr[i] = new_param_like(c, params.ptr[i]);
        map.from[s->map.len + i] = params.ptr[i];
        map.to[s->map.len + i] = &fresh.ptr[i]->t;
        if (c->pkg != NULL) {
            mono_record_canon(c, fresh.ptr[i], params.ptr[i]);
        }
    }
    s->map = map;
    for (isize i = 0; i < params.len; i++) {
        fresh.ptr[i]->bound = subst_type(s, params.ptr[i]->bound);
    }
    return fresh;
}

/* ---- kinds of types ---- */

/* The receiver stays: who substitutes in an interface or for a defined type replaces it. Going into
 * it would not end where an interface is the receiver of its own methods.
 *
 * Where the parameters of a generic signature are themselves substituted, it is being instantiated,
 * and its maker takes them away. */
static Type *subst_signature(Subst *outer, Signature *t)
{
    Subst own = *outer;
    TypeParams tparams = t->tparams;
    bool is_fresh = tparams.len > 0 && !is_mapped(outer, tparams.ptr[0]);
    if (is_fresh) {
        tparams = fresh_params(&own, tparams);
    }
    Tuple *params = subst_tuple(&own, t->params);
    Tuple *results = subst_tuple(&own, t->results);
    if (!is_fresh && params == t->params && results == t->results) {
        return &t->t;
    }
    Signature *made = signature_clone(own.check, t);
    made->tparams = tparams;
    made->scope = NULL;
    made->params = params;
    made->results = results;
    return &made->t;
}

static Type *subst_struct(Subst *s, Struct *t)
{
    Objects fields = subst_objects(s, t->fields);
    if (fields.ptr == t->fields.ptr) {
        return &t->t;
    }
    Struct *made = CHECK_NEW_TYPE(s->check, TYPE_STRUCT, Struct);
    made->fields = fields;
    made->tags = t->tags;
    return &made->t;
}

/* Terms that have become equal stay both: the type set takes care of them. */
static Type *subst_union(Subst *s, Union *t)
{
    Term *terms = t->terms;
    for (isize i = 0; i < t->n_terms; i++) {
        Type *type = subst_type(s, t->terms[i].type);
        if (type == t->terms[i].type) {
            continue;
        }
        if (terms == t->terms) {
            terms = arena_copy(s->check->arena, t->terms, t->n_terms * (isize)sizeof *terms,
                               _Alignof(Term));
        }
        terms[i].type = type;
    }
    if (terms == t->terms) {
        return &t->t;
    }
    Union *made = CHECK_NEW_TYPE(s->check, TYPE_UNION, Union);
    made->terms = terms;
    made->n_terms = t->n_terms;
    return &made->t;
}

/* Methods of t itself get the new interface as their receiver; those of a defined type are seen to
 * where it is expanded, which also covers an interface where nothing is to be substituted. */
static Type *subst_interface(Subst *s, Interface *t)
{
    Checker *c = s->check;
    TypeArgs from = {t->embeddeds, t->n_embeddeds};
    Objects methods = subst_objects(s, t->methods);
    TypeArgs embeddeds = subst_types(s, from);
    if (methods.ptr == t->methods.ptr && embeddeds.ptr == from.ptr) {
        return &t->t;
    }
    Interface *made = check_new_interface(c);
    made->embeddeds = embeddeds.ptr;
    made->n_embeddeds = embeddeds.len;
    made->embed_pos = t->embed_pos;
    made->file = t->file;
    made->is_implicit = t->is_implicit;
    made->is_complete = t->is_complete;
    made->methods = methods_with_receiver(c, methods, &t->t, &made->t);
    return &made->t;
}

/* Of a generic type; nothing here may ask for its expansion, which may be what is going on. */
static Type *subst_instance(Subst *s, Type *t, Type *orig, TypeParams params, TypeArgs targs)
{
    if (params.len == 0) {
        return t;
    }
    if (targs.len != params.len) {
        return check_basic(s->check, BASIC_INVALID); /* an error was told */
    }
    TypeArgs made = subst_types(s, targs);
    return made.ptr == targs.ptr ? t : check_instance(s->check, s->pos, orig, made, s->expanding);
}

static Type *subst_named(Subst *s, Named *t)
{
    return t->inst == NULL ? (t->tparams.len == 0 ? &t->t : check_basic(s->check, BASIC_INVALID))
                           : subst_instance(s, &t->t, &t->inst->orig->t, t->inst->orig->tparams,
                                            t->inst->targs);
}

static Type *subst_alias(Subst *s, Alias *t)
{
    return subst_instance(s, &t->t, &t->orig->t, t->orig->tparams, t->targs);
}

static Type *subst_map_type(Subst *s, MapType *t)
{
    Type *key = subst_type(s, t->key), *elem = subst_type(s, t->elem);
    return key == t->key && elem == t->elem
               ? &t->t
               : &program_map(s->check->program, s->check->arena, key, elem)->t;
}

/* Pointers, slices, arrays and channels. */
static Type *subst_elem(Subst *s, Type *t, Type *from)
{
    Type *elem = subst_type(s, from);
    if (elem == from) {
        return t;
    }
    Program *p = s->check->program;
    Arena *a = s->check->arena;
    switch (type_kind(t)) {
    case TYPE_POINTER:
        return &program_pointer(p, a, elem)->t;
    case TYPE_SLICE:
        return &program_slice(p, a, elem)->t;
    case TYPE_ARRAY:
        return &program_array(p, a, elem, ((Array *)t)->len)->t;
    case TYPE_CHAN:
        return &program_chan(p, a, elem, ((Chan *)t)->dir)->t;
    case TYPE_BASIC:
    case TYPE_STRUCT:
    case TYPE_TUPLE:
    case TYPE_SIGNATURE:
    case TYPE_UNION:
    case TYPE_INTERFACE:
    case TYPE_MAP:
    case TYPE_NAMED:
    case TYPE_PARAM:
    case TYPE_ALIAS:
        break;
    }
    return t;
}

static Type *subst_kind(Subst *s, Type *t)
{
    switch (type_kind(t)) {
    case TYPE_BASIC:
        break;
    case TYPE_ARRAY:
        return subst_elem(s, t, ((Array *)t)->elem);
    case TYPE_SLICE:
        return subst_elem(s, t, ((Slice *)t)->elem);
    case TYPE_POINTER:
        return subst_elem(s, t, ((Pointer *)t)->elem);
    case TYPE_CHAN:
        return subst_elem(s, t, ((Chan *)t)->elem);
    case TYPE_STRUCT:
        return subst_struct(s, (Struct *)t);
    case TYPE_TUPLE:
        return &subst_tuple(s, (Tuple *)t)->t;
    case TYPE_SIGNATURE:
        return subst_signature(s, (Signature *)t);
    case TYPE_UNION:
        return subst_union(s, (Union *)t);
    case TYPE_INTERFACE:
        return subst_interface(s, (Interface *)t);
    case TYPE_MAP:
        return subst_map_type(s, (MapType *)t);
    case TYPE_NAMED:
        return subst_named(s, (Named *)t);
    case TYPE_PARAM:
        return subst_param(s, t);
    case TYPE_ALIAS:
        return subst_alias(s, (Alias *)t);
    }
    return t;
}

/* NULL stands for an element of a type whose declaration goes wrong: type T[P any] []func(_
 * T([]_)). */
static Type *subst_type(Subst *s, Type *t)
{
    if (t == NULL || s->depth == MAX_DEPTH) {
        return check_basic(s->check, BASIC_INVALID);
    }
    s->depth++;
    Type *made = subst_kind(s, t);
    s->depth--;
    return made;
}

Type *check_subst(Checker *c, ObjectPos pos, Type *t, SubstMap map, Named *expanding)
{
    if (t == NULL || map.len == 0) {
        return t;
    }
    Subst s = {c, pos, map, expanding, 0};
    return subst_type(&s, t);
}
