/*
 * Whether a new declaration of a type can take the place of the old one, for those who use it in
 * other packages: they can select fields and call methods, write literals with keys, convert,
 * compare, and implement an interface that has no method of its package alone.
 */
#include "go/api/differ.h"
#include "go/api/members.h"

/* ---- fields ---- */

static void compare_members(Differ *d, MessageOf of, const Members *old, const Members *new)
{
    for (isize i = 0; i < old->len; i++) {
        Str name = old->ptr[i].name;
        const Object *o = members_find(new, name);
        if (o == NULL) {
            messages_put(d->arena, &d->incompatible, of, name, S("removed"));
        } else {
            differ_compare_types(d, of, name, old->ptr[i].object->type, o->type);
        }
    }
    for (isize i = 0; i < new->len; i++) {
        if (members_find(old, new->ptr[i].name) == NULL) {
            messages_put(d->arena, &d->compatible, of, new->ptr[i].name, S("added"));
        }
    }
}

static void compare_structs(Differ *d, MessageOf of, Struct *old, Struct *new)
{
    Members x = members_fields(d->arena, old), y = members_fields(d->arena, new);
    compare_members(d, of, &x, &y);
    x = members_selectable(d->arena, old);
    y = members_selectable(d->arena, new);
    compare_members(d, of, &x, &y);
    if (type_is_comparable(d->old.check, &old->t, true, NULL) &&
        !type_is_comparable(d->new.check, &new->t, true, NULL)) {
        messages_put(d->arena, &d->incompatible, of, (Str){0}, S("old is comparable, new is not"));
    }
}

/* ---- methods ---- */

static Type *receiver_of(const Object *method)
{
    const Object *recv = ((const Signature *)method->type)->recv;
    return recv == NULL ? NULL : type_unalias(recv->type);
}

static bool has_pointer_receiver(const Object *method)
{
    Type *t = receiver_of(method);
    return t != NULL && type_kind(t) == TYPE_POINTER;
}

static bool is_declared_for(const Object *method, const Object *type_name)
{
    Type *t = receiver_of(method);
    if (t != NULL && type_kind(t) == TYPE_POINTER) {
        t = type_unalias(((Pointer *)t)->elem);
    }
    return t != NULL && type_kind(t) == TYPE_NAMED && ((Named *)t)->obj == type_name;
}

/* A method that an embedded type had is missed there and here. Here it is told once: of pointers,
 * which have the methods of values, and of interfaces, to which there are none. */
static void tell_removed(Differ *d, const Object *o, const Object *method, Type *old)
{
    MessageOf of = {method, false};
    TypeKind kind = type_kind(old);
    if (is_declared_for(method, o)) {
        messages_put(d->arena, &d->incompatible, of, (Str){0}, S("removed"));
    } else if (kind == TYPE_POINTER || kind == TYPE_INTERFACE) {
        Str name = name_text(d->old.pkg->program->names, o->name);
        Str part = str_format(d->arena, ", method set of %s%.*s", kind == TYPE_POINTER ? "*" : "",
                              STR_ARG(name));
        messages_put(d->arena, &d->incompatible, of, part, S("removed"));
    }
}

/* o: the old type's name, of which old is the type or a pointer to it. */
static void compare_methods(Differ *d, const Object *o, Type *old, Type *new, Messages *additions)
{
    Members x = members_methods(d->arena, d->old.check, old);
    Members y = members_methods(d->arena, d->new.check, new);
    for (isize i = 0; i < x.len; i++) {
        const Object *before = x.ptr[i].object, *now = members_find(&y, x.ptr[i].name);
        if (now == NULL) {
            tell_removed(d, o, before, old);
            continue;
        }
        /* It may be told already that the method is gone from the values: that stays. */
        bool is_moved = !has_pointer_receiver(before) && has_pointer_receiver(now);
        MessageOf of = is_moved ? (MessageOf){now, true} : (MessageOf){before, false};
        differ_compare_types(d, of, (Str){0}, before->type, now->type);
    }
    for (isize i = 0; i < y.len; i++) {
        if (members_find(&x, y.ptr[i].name) == NULL) {
            messages_put(d->arena, additions, (MessageOf){y.ptr[i].object, true}, (Str){0},
                         S("added"));
        }
    }
}

/* ---- interfaces ---- */

static const Object *unexported_method(Checker *c, Interface *t)
{
    Objects methods = interface_set(c, t)->methods;
    for (isize i = 0; i < methods.len; i++) {
        if (!object_is_exported(methods.ptr[i])) {
            return methods.ptr[i];
        }
    }
    return NULL;
}

/* One that others cannot implement may grow. */
static void compare_interfaces(Differ *d, const Object *o, Interface *old, Interface *new)
{
    if (unexported_method(d->old.check, old) != NULL) {
        compare_methods(d, o, &old->t, &new->t, &d->compatible);
        return;
    }
    compare_methods(d, o, &old->t, &new->t, &d->incompatible);
    const Object *m = unexported_method(d->new.check, new);
    if (m != NULL) {
        messages_put(d->arena, &d->incompatible, (MessageOf){o, false},
                     name_text(d->new.pkg->program->names, m->name), S("added unexported method"));
    }
}

/* ---- channels, numbers ---- */

static void compare_chans(Differ *d, MessageOf of, const Chan *old, const Chan *new)
{
    differ_compare_types(d, of, S(", element type"), old->elem, new->elem);
    if (old->dir == new->dir) {
        return;
    }
    if (new->dir == (AST_SEND | AST_RECV)) {
        messages_put(d->arena, &d->compatible, of, (Str){0}, S("removed direction"));
    } else {
        messages_put(d->arena, &d->incompatible, of, (Str){0}, S("changed direction"));
    }
}

/* Numbers that hold all values of those before them, row by row. */
static const uint8_t widening[][5] = {
    {BASIC_UINT8, BASIC_UINT16, BASIC_UINT32, BASIC_UINT, BASIC_UINT64},
    {BASIC_INT8, BASIC_INT16, BASIC_INT32, BASIC_INT, BASIC_INT64},
    {BASIC_FLOAT32, BASIC_FLOAT64},
    {BASIC_COMPLEX64, BASIC_COMPLEX128},
};

static bool is_wider(uint8_t old, uint8_t new)
{
    for (isize row = 0; row < COUNT_OF(widening); row++) {
        isize from = -1, to = -1;
        for (isize i = 0; i < COUNT_OF(widening[row]); i++) {
            from = widening[row][i] == old ? i : from;
            to = widening[row][i] == new ? i : to;
        }
        if (from >= 0 && to > from) {
            return true;
        }
    }
    return false;
}

static void compare_basics(Differ *d, MessageOf of, Basic *old, Basic *new)
{
    if (old->kind == new->kind) {
        return;
    }
    if (is_wider(old->kind, new->kind)) {
        messages_put(d->arena, &d->compatible, of, (Str){0},
                     str_format(d->arena, "changed from %.*s to %.*s", STR_ARG(old->name),
                                STR_ARG(new->name)));
    } else {
        differ_tell_type_changed(d, of, (Str){0}, &old->t, &new->t);
    }
}

/* ---- declarations ---- */

void differ_compare_declared(Differ *d, const Object *o, Named *old, Type *new)
{
    MessageOf of = {o, false};
    Type *x = type_under(&old->t), *y = type_under(new);
    TypeKind kind = type_kind(x);
    bool are_alike = kind == type_kind(y);
    bool is_by_parts =
        kind == TYPE_INTERFACE || kind == TYPE_STRUCT || kind == TYPE_CHAN || kind == TYPE_BASIC;
    if (!is_by_parts) {
        differ_compare_types(d, of, (Str){0}, x, y);
    } else if (!are_alike) {
        differ_tell_type_changed(d, of, (Str){0}, x, y);
    } else if (kind == TYPE_INTERFACE) {
        compare_interfaces(d, o, (Interface *)x, (Interface *)y);
    } else if (kind == TYPE_STRUCT) {
        compare_structs(d, of, (Struct *)x, (Struct *)y);
    } else if (kind == TYPE_CHAN) {
        compare_chans(d, of, (Chan *)x, (Chan *)y);
    } else {
        compare_basics(d, of, (Basic *)x, (Basic *)y);
    }
    if (!are_alike || kind == TYPE_INTERFACE) {
        return;
    }
    Program *before = d->old.pkg->program, *now = d->new.pkg->program;
    compare_methods(d, o, &old->t, new, &d->compatible);
    compare_methods(d, o, &program_pointer(before, d->old.check->arena, &old->t)->t,
                    &program_pointer(now, d->new.check->arena, new)->t, &d->compatible);
}
