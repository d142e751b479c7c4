/*
 * Which old types stand for which new ones.
 *
 * Two defined types of the two packages correspond when they were met in the same place first; an
 * exported one only with what its name means in the new package. Of other packages it is the path
 * and the name that count: what those packages changed is told of them. Everything else corresponds
 * when its parts do, and all parts are looked at, to meet as many defined types as possible.
 */
#include "go/api/differ.h"

#define MAX_DEPTH 1000 /* declarations compared one in the other; what is deeper waits */

/* Interfaces that are being compared, one in the other. */
typedef struct Meeting {
    const Interface *old, *new;
    const struct Meeting *outer;
} Meeting;

static bool correspond(Differ *d, Type *old, Type *new, const Meeting *outer);

/* ---- pairs ---- */

static Str hash_key(const uint64_t *hash)
{
    return (Str){(const char *)hash, sizeof *hash};
}

/* What the type stands for; NULL: nothing yet. */
static Type *known_for(const Differ *d, Named *old)
{
    uint64_t hash = type_hash(&old->t);
    const isize *at = map_get(&d->by_hash, hash_key(&hash));
    for (isize i = at == NULL ? 0 : *at; i > 0; i = d->pairs.ptr[i - 1].earlier) {
        if (type_identical(&d->pairs.ptr[i - 1].old->t, &old->t)) {
            return d->pairs.ptr[i - 1].new;
        }
    }
    return NULL;
}

/* Notes that they correspond, and compares their declarations. */
static void pair_up(Differ *d, Named *old, Type *new)
{
    if (d->pairs.len == DIFF_MAX_PAIRS) {
        d->is_too_large = true;
        return;
    }
    uint64_t hash = type_hash(&old->t);
    isize *at = map_put(&d->by_hash, str_copy(d->arena, hash_key(&hash)), NULL);
    *VEC_PUSH(d->arena, &d->pairs) =
        (DiffPair){.old = old, .new = new, .earlier = *at, .is_waiting = d->depth == MAX_DEPTH};
    *at = d->pairs.len;
    if (d->depth == MAX_DEPTH) {
        d->n_waiting++;
        return;
    }
    d->depth++;
    differ_compare_declared(d, old->obj, old, new);
    d->depth--;
}

void differ_compare_waiting(Differ *d)
{
    for (isize i = 0; d->n_waiting > 0 && i < d->pairs.len; i++) { /* which grows on the way */
        if (d->pairs.ptr[i].is_waiting) {
            d->pairs.ptr[i].is_waiting = false;
            d->n_waiting--;
            differ_compare_declared(d, d->pairs.ptr[i].old->obj, d->pairs.ptr[i].old,
                                    d->pairs.ptr[i].new);
        }
    }
}

/* ---- defined types ---- */

static bool is_instance(const Named *t)
{
    return t->inst != NULL;
}

/* Whether the name of an exported old type means the new type in the new package. */
static bool is_meant_by_name(const Differ *d, Named *old, Type *new)
{
    const isize *at =
        map_get(&d->new.exported, name_text(d->old.pkg->program->names, old->obj->name));
    const Object *o = at == NULL ? NULL : d->new.objects.ptr[*at - 1];
    if (o == NULL || o->kind != OBJECT_TYPE_NAME) {
        return false;
    }
    Type *target = type_unalias(o->type);
    if (type_kind(target) == TYPE_NAMED && is_instance((Named *)target) &&
        named_params(old).len > 0) {
        target = &((Named *)target)->inst->orig->t;
    }
    return type_identical(new, target);
}

static Str path_of(const Object *o)
{
    return o->pkg == NULL ? (Str){0} : o->pkg->path;
}

static Str name_of(const Object *o, const DiffSide *side)
{
    return name_text(side->pkg->program->names, o->name);
}

static bool are_args_alike(Differ *d, TypeArgs old, TypeArgs new)
{
    bool alike = old.len == new.len;
    for (isize i = 0; alike && i < old.len; i++) {
        alike = differ_correspond(d, old.ptr[i], new.ptr[i]);
    }
    return alike;
}

static bool are_params_alike(Differ *d, TypeParams old, TypeParams new)
{
    bool alike = old.len == new.len;
    for (isize i = 0; alike && i < old.len; i++) {
        alike = differ_correspond(d, old.ptr[i]->bound, new.ptr[i]->bound);
    }
    return alike;
}

/* Of the two packages, and met for the first time. */
static bool can_pair_up(Differ *d, Named *old, Named *new)
{
    if (!is_instance(old)) {
        return are_params_alike(d, named_params(old), named_params(new));
    }
    return is_instance(new) && differ_correspond(d, &old->inst->orig->t, &new->inst->orig->t) &&
           are_args_alike(d, old->inst->targs, new->inst->targs);
}

static bool correspond_named(Differ *d, Named *old, Type *new)
{
    const Object *o = old->obj;
    Type *known = known_for(d, old);
    if (known != NULL) {
        return type_identical(known, new);
    }
    bool is_own = o->pkg == d->old.pkg;
    if (is_own && object_is_exported(o) && !is_instance(old) && !is_meant_by_name(d, old, new)) {
        return false;
    }
    if (type_kind(new) == TYPE_NAMED) {
        Named *n = (Named *)new;
        if (!is_own || n->obj->pkg != d->new.pkg) {
            return str_eq(name_of(o, &d->old), name_of(n->obj, &d->new)) &&
                   str_eq(path_of(o), path_of(n->obj));
        }
        if (!can_pair_up(d, old, n)) {
            return false;
        }
    } else if (type_kind(new) != TYPE_BASIC || !is_own) {
        return false;
    }
    pair_up(d, old, new);
    return true;
}

/* ---- structs, functions, interfaces ---- */

/* The name of an embedded field that is not exported is that of its type. */
static bool are_field_names_alike(Differ *d, const Object *old, const Object *new)
{
    if (old->is_embedded && !object_is_exported(old) && !object_is_exported(new) &&
        type_kind(old->type) == TYPE_NAMED && type_kind(new->type) == TYPE_NAMED) {
        return correspond_named(d, (Named *)old->type, new->type);
    }
    return str_eq(name_of(old, &d->old), name_of(new, &d->new));
}

static Str tag_of(const Struct *t, isize i)
{
    return t->tags == NULL ? (Str){0} : t->tags[i];
}

static bool correspond_structs(Differ *d, const Struct *old, const Struct *new,
                               const Meeting *outer)
{
    for (isize i = 0; i < old->fields.len; i++) {
        if (i >= new->fields.len) {
            return false;
        }
        const Object *o = old->fields.ptr[i], *n = new->fields.ptr[i];
        if (o->is_embedded != n->is_embedded || !str_eq(tag_of(old, i), tag_of(new, i)) ||
            !correspond(d, o->type, n->type, outer) || !are_field_names_alike(d, o, n)) {
            return false;
        }
    }
    return old->fields.len == new->fields.len;
}

static bool correspond_tuples(Differ *d, const Tuple *old, const Tuple *new, const Meeting *outer)
{
    Objects x = tuple_vars(old), y = tuple_vars(new);
    for (isize i = 0; i < x.len; i++) {
        if (i >= y.len || !correspond(d, x.ptr[i]->type, y.ptr[i]->type, outer)) {
            return false;
        }
    }
    return x.len == y.len;
}

static bool correspond_signatures(Differ *d, const Signature *old, const Signature *new,
                                  const Meeting *outer)
{
    bool params = correspond_tuples(d, old->params, new->params, outer);
    bool results = correspond_tuples(d, old->results, new->results, outer);
    return params && results && old->is_variadic == new->is_variadic;
}

/* Names of the two packages that are not exported are alike when they are spelled alike. */
static bool are_methods_alike(const Differ *d, const Object *old, const Object *new)
{
    bool is_own = old->pkg == d->old.pkg || object_is_exported(old);
    bool is_new_own = new->pkg == d->new.pkg || object_is_exported(new);
    return str_eq(name_of(old, &d->old), name_of(new, &d->new)) && is_own == is_new_own &&
           (is_own || str_eq(path_of(old), path_of(new)));
}

static bool correspond_interfaces(Differ *d, Interface *old, Interface *new, const Meeting *outer)
{
    Objects x = interface_set(d->old.check, old)->methods;
    Objects y = interface_set(d->new.check, new)->methods;
    Meeting here = {old, new, outer};
    for (const Meeting *m = outer; m != NULL; m = m->outer) {
        if (m->old == old && m->new == new) {
            return true;
        }
    }
    for (isize i = 0; i < x.len; i++) {
        if (i >= y.len || !are_methods_alike(d, x.ptr[i], y.ptr[i]) ||
            !correspond(d, x.ptr[i]->type, y.ptr[i]->type, &here)) {
            return false;
        }
    }
    return x.len == y.len;
}

/* ---- all types ---- */

/* Steps from types that have one element to that, while the two are of one kind; *ret_alike becomes
 * false when the lengths or directions differ. */
static bool step(Differ *d, Type **old, Type **new, const Meeting *outer, bool *ret_alike)
{
    Type *x = *old, *y = *new;
    switch ((int)x->kind) {
    case TYPE_ARRAY:
        *ret_alike = *ret_alike && ((Array *)x)->len == ((Array *)y)->len;
        *old = ((Array *)x)->elem;
        *new = ((Array *)y)->elem;
        return true;
    case TYPE_SLICE:
        *old = ((Slice *)x)->elem;
        *new = ((Slice *)y)->elem;
        return true;
    case TYPE_POINTER:
        *old = ((Pointer *)x)->elem;
        *new = ((Pointer *)y)->elem;
        return true;
    case TYPE_CHAN:
        *ret_alike = *ret_alike && ((Chan *)x)->dir == ((Chan *)y)->dir;
        *old = ((Chan *)x)->elem;
        *new = ((Chan *)y)->elem;
        return true;
    case TYPE_MAP:
        if (!correspond(d, ((MapType *)x)->key, ((MapType *)y)->key, outer)) {
            return false;
        }
        *old = ((MapType *)x)->elem;
        *new = ((MapType *)y)->elem;
        return true;
    default:
        return false;
    }
}

/* Of one kind, and none that step goes through. */
static bool correspond_whole(Differ *d, Type *old, Type *new, const Meeting *outer)
{
    switch (type_kind(old)) {
    case TYPE_BASIC:
        return ((Basic *)old)->kind == ((Basic *)new)->kind;
    case TYPE_STRUCT:
        return correspond_structs(d, (Struct *)old, (Struct *)new, outer);
    case TYPE_TUPLE:
        return correspond_tuples(d, (Tuple *)old, (Tuple *)new, outer);
    case TYPE_SIGNATURE:
        return correspond_signatures(d, (Signature *)old, (Signature *)new, outer);
    case TYPE_INTERFACE:
        return correspond_interfaces(d, (Interface *)old, (Interface *)new, outer);
    case TYPE_PARAM:
        return ((TypeParam *)old)->index == ((TypeParam *)new)->index;
    case TYPE_UNION:
    case TYPE_NAMED:
    case TYPE_ALIAS:
    case TYPE_ARRAY:
    case TYPE_SLICE:
    case TYPE_POINTER:
    case TYPE_MAP:
    case TYPE_CHAN:
        break;
    }
    return false;
}

static bool correspond(Differ *d, Type *old, Type *new, const Meeting *outer)
{
    bool alike = true;
    while (old != NULL && new != NULL) {
        old = type_unalias(old);
        new = type_unalias(new);
        if (type_kind(old) == TYPE_NAMED) {
            return correspond_named(d, (Named *)old, new) && alike;
        }
        if (type_kind(old) != type_kind(new)) {
            return false;
        }
        if (!step(d, &old, &new, outer, &alike)) {
            return correspond_whole(d, old, new, outer) && alike;
        }
    }
    return false;
}

bool differ_correspond(Differ *d, Type *old, Type *new)
{
    return correspond(d, old, new, NULL);
}
