/*
 * See diff.h. Types of the two programs are compared by their structure; a defined type of the old
 * package stands for one of the new package (differ.h's pairs), whatever it is called there if it
 * is not exported. To find such pairs is half of the work: every exported name is walked through,
 * and when two defined types meet for the first time their declarations are compared as well.
 */
#include "go/api/diff.h"

#include "base/sort.h"
#include "go/api/differ.h"
#include "go/types/context.h"

/* ---- sides ---- */

static int by_name(const void *x, const void *y)
{
    const Object *a = *(const Object *const *)x, *b = *(const Object *const *)y;
    const NameTable *names = a->pkg->program->names;
    return str_compare(name_text(names, a->name), name_text(names, b->name));
}

static void open_side(Arena *a, TypePackage *pkg, DiffSide *ret)
{
    const Scope *scope = pkg->scope;
    *ret = (DiffSide){.pkg = pkg, .exported = map_init(a)};
    ret->check = context_borrow(pkg->program, pkg->program->instances);
    ret->objects.ptr = ARENA_ARRAY(a, Object *, scope->len);
    for (isize i = 0; i < scope->len; i++) {
        Object *o = scope->list[i];
        if (object_is_exported(o) && o->type != NULL) {
            ret->objects.ptr[ret->objects.len++] = o;
        }
    }
    sort_array(ret->objects.ptr, ret->objects.len, sizeof *ret->objects.ptr, by_name);
    for (isize i = 0; i < ret->objects.len; i++) {
        Str name = name_text(pkg->program->names, ret->objects.ptr[i]->name);
        *map_put(&ret->exported, name, NULL) = i + 1;
    }
}

static void close_side(DiffSide *side)
{
    context_settle(side->check);
    context_return(side->check);
}

/* The exported object of the other side with the name of o; NULL: there is none. */
static Object *same_name(const DiffSide *other, const Object *o)
{
    const isize *at = map_get(&other->exported, name_text(o->pkg->program->names, o->name));
    return at == NULL ? NULL : other->objects.ptr[*at - 1];
}

/* ---- types that changed ---- */

static Tuple *without_names(Arena *a, const Tuple *t)
{
    Objects vars = tuple_vars(t);
    Tuple *copy = ARENA_NEW(a, Tuple);
    copy->t.kind = TYPE_TUPLE;
    copy->vars = (Objects){ARENA_ARRAY(a, Object *, vars.len), vars.len};
    for (isize i = 0; i < vars.len; i++) {
        Object *o = ARENA_NEW(a, Object);
        *o = *vars.ptr[i];
        o->name = 0;
        copy->vars.ptr[i] = o;
    }
    return copy;
}

/* As messages show a type: of a function its parameters have no names, which may change freely. */
static Str type_text(Arena *a, const DiffSide *side, Type *t)
{
    StrBuf b = strbuf_init(a);
    Signature plain;
    t = type_unalias(t);
    if (type_kind(t) == TYPE_SIGNATURE) {
        const Signature *s = (const Signature *)t;
        plain = (Signature){.t = s->t,
                            .is_variadic = s->is_variadic,
                            .params = without_names(a, s->params),
                            .results = without_names(a, s->results)};
        t = &plain.t;
    }
    type_write_relative(&b, side->pkg, t);
    return strbuf_str(&b);
}

void differ_tell_type_changed(Differ *d, MessageOf of, Str part, Type *old, Type *new)
{
    Str from = type_text(d->arena, &d->old, old), to = type_text(d->arena, &d->new, new);
    messages_put(d->arena, &d->incompatible, of, part,
                 str_format(d->arena, "changed from %.*s to %.*s", STR_ARG(from), STR_ARG(to)));
}

void differ_compare_types(Differ *d, MessageOf of, Str part, Type *old, Type *new)
{
    if (!differ_correspond(d, old, new)) {
        differ_tell_type_changed(d, of, part, old, new);
    }
}

/* ---- objects ---- */

static Str kind_of(const Object *o)
{
    static const Str kinds[] = {
        [OBJECT_CONST] = STR_CONST("const"),
        [OBJECT_VAR] = STR_CONST("var"),
        [OBJECT_FUNC] = STR_CONST("func"),
        [OBJECT_TYPE_NAME] = STR_CONST("type"),
    };
    return o->kind < COUNT_OF(kinds) && kinds[o->kind].len > 0 ? kinds[o->kind] : S("???");
}

/* Both truth values, both texts or both numbers: the values of a type whose underlying type is of
 * another kind now are not compared (constant.Compare finds them equal), nor is what is not known,
 * as of cgo. */
static bool are_comparable(Constant old, Constant new)
{
    ConstantKind kind = MIN(constant_kind(old), CONSTANT_INT);
    return kind != CONSTANT_UNKNOWN && kind == MIN(constant_kind(new), CONSTANT_INT);
}

static void compare_consts(Differ *d, const Object *old, const Object *new)
{
    MessageOf of = {old, false};
    if (!differ_correspond(d, old->type, new->type)) {
        differ_tell_type_changed(d, of, (Str){0}, old->type, new->type);
        return;
    }
    if (!are_comparable(old->value, new->value) ||
        constant_compare(*d->arena, old->value, TOKEN_EQL, new->value)) {
        return;
    }
    Str from = constant_format(d->arena, old->value), to = constant_format(d->arena, new->value);
    messages_put(
        d->arena, &d->incompatible, of, (Str){0},
        str_format(d->arena, "value changed from %.*s to %.*s", STR_ARG(from), STR_ARG(to)));
}

static void compare_objects(Differ *d, const Object *old, const Object *new)
{
    MessageOf of = {old, false};
    bool becomes_var = old->kind == OBJECT_FUNC && new->kind == OBJECT_VAR;
    if (old->kind != new->kind && !becomes_var) {
        messages_put(d->arena, &d->incompatible, of, (Str){0},
                     str_format(d->arena, "changed from %.*s to %.*s", STR_ARG(kind_of(old)),
                                STR_ARG(kind_of(new))));
        return;
    }
    if (old->kind == OBJECT_CONST) {
        compare_consts(d, old, new);
        return;
    }
    if (becomes_var) {
        messages_put(d->arena, &d->compatible, of, (Str){0}, S("changed from func to var"));
    }
    differ_compare_types(d, of, (Str){0}, old->type, new->type);
}

static bool is_defined(const Object *o)
{
    return o->kind == OBJECT_TYPE_NAME && !object_is_alias(o);
}

/* Those that are defined types, or all others. The former go first, so that a type stands for the
 * one of its own name before another name for it is met. */
static void compare_old(Differ *d, bool are_defined)
{
    for (isize i = 0; i < d->old.objects.len; i++) {
        const Object *old = d->old.objects.ptr[i];
        if (is_defined(old) != are_defined) {
            continue;
        }
        const Object *new = same_name(&d->new, old);
        if (new == NULL) {
            messages_put(d->arena, &d->incompatible, (MessageOf){old, false}, (Str){0},
                         S("removed"));
        } else {
            compare_objects(d, old, new);
            differ_compare_waiting(d);
        }
    }
}

static void tell_added(Differ *d)
{
    for (isize i = 0; i < d->new.objects.len; i++) {
        const Object *o = d->new.objects.ptr[i];
        if (same_name(&d->old, o) == NULL) {
            messages_put(d->arena, &d->compatible, (MessageOf){o, true}, (Str){0}, S("added"));
        }
    }
}

/* ---- interfaces that types implement ---- */

static bool implements(const DiffSide *side, Type *t, Type *interface)
{
    return typeset_is_all(interface_set(side->check, (Interface *)interface)) ||
           (type_is_valid(type_under(t)) &&
            check_implements(side->check, t, interface, false, NULL));
}

/* What implemented an old interface, and could be assigned to it, must implement the new one. */
static void compare_implementers(Differ *d, const DiffPair *of)
{
    Type *old = type_under(of->old->obj->type), *new = type_under(of->new);
    if (type_kind(old) != TYPE_INTERFACE || type_kind(new) != TYPE_INTERFACE) {
        return;
    }
    for (isize i = 0; i < d->pairs.len; i++) {
        const DiffPair *p = &d->pairs.ptr[i];
        Object *o = p->old->obj;
        if (o != of->old->obj && implements(&d->old, o->type, old) &&
            !implements(&d->new, p->new, new)) {
            Str name = messages_name_of(d->arena, of->old->obj, d->old.pkg);
            messages_put(d->arena, &d->incompatible, (MessageOf){o, false}, (Str){0},
                         str_format(d->arena, "no longer implements %.*s", STR_ARG(name)));
        }
    }
}

typedef struct {
    Str text;
    DiffPair pair;
} Sorted;

static int by_text(const void *x, const void *y)
{
    return str_compare(((const Sorted *)x)->text, ((const Sorted *)y)->text);
}

/* By the old types' words, as the last thing that is told of an object stays. */
static void sort_pairs(Differ *d)
{
    Sorted *sorted = ARENA_ARRAY(d->arena, Sorted, d->pairs.len);
    for (isize i = 0; i < d->pairs.len; i++) {
        StrBuf b = strbuf_init(d->arena);
        type_write_paths(&b, d->old.pkg->program, &d->pairs.ptr[i].old->t);
        sorted[i] = (Sorted){strbuf_str(&b), d->pairs.ptr[i]};
    }
    sort_array(sorted, d->pairs.len, sizeof *sorted, by_text);
    for (isize i = 0; i < d->pairs.len; i++) {
        d->pairs.ptr[i] = sorted[i].pair;
    }
}

bool diff_packages(Arena *a, TypePackage *old, TypePackage *new, ApiChanges *ret)
{
    Differ d = {.arena = a,
                .by_hash = map_init(a),
                .incompatible = messages_init(a),
                .compatible = messages_init(a)};
    *ret = (ApiChanges){0};
    open_side(a, old, &d.old);
    open_side(a, new, &d.new);
    compare_old(&d, true);
    compare_old(&d, false);
    tell_added(&d);
    sort_pairs(&d);
    for (isize i = 0; i < d.pairs.len; i++) {
        compare_implementers(&d, &d.pairs.ptr[i]);
    }
    close_side(&d.old);
    close_side(&d.new);
    messages_collect(a, &d.incompatible, old, new, false, ret);
    messages_collect(a, &d.compatible, old, new, true, ret);
    return !d.is_too_large;
}
