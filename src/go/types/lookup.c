/*
 * Fields and methods by name, through embedded fields.
 *
 * Depth by depth, all types at one depth are searched: methods of a defined type, then fields of a
 * struct or methods of an interface. What is found at the least depth counts, if it is the only one
 * there. A type that was seen at a lesser depth hides itself further down, which also ends the
 * search in types that embed themselves. Nearly every name is found at depth 0, without any memory.
 */
#include "go/types/lookup.h"

#include "go/types/embedded.h"

#define MAX_SEARCHED 24   /* methods of an interface, one by one */
#define LOOKUP_BYTES 1024 /* of the stack, for what is embedded; more takes memory */

typedef struct {
    Checker *check;
    TypePackage *pkg;
    Name name;
    bool folds;
    Arena arena;
    SeenTypes seen; /* defined types */
    EmbeddedList next;
    Object *object;     /* found at this depth; NULL: none so far */
    const Embedded *in; /* where it was */
    isize index;
    bool is_ambiguous;
    bool meets_unknown; /* with whatever fields and methods */
} Search;

/* ---- one depth ---- */

/* False when the name is there twice. */
static bool take(Search *s, const Embedded *e, isize index, Object *o)
{
    s->is_ambiguous = s->object != NULL || e->is_multiple;
    s->object = o;
    s->in = e;
    s->index = index;
    return !s->is_ambiguous;
}

/* Whether what it embeds is unknown. */
static bool is_unknown_field(const Object *field)
{
    return !type_is_valid(type_deref(field->type, NULL)) && package_has_unknown(field->pkg);
}

/* Embedded fields matter only while nothing was found: what they have lies deeper. */
static bool search_struct(Search *s, const Embedded *e, const Struct *t)
{
    for (isize i = 0; i < t->fields.len; i++) {
        Object *field = t->fields.ptr[i];
        if ((field->name == s->name || s->folds) &&
            object_same_id(field, s->pkg, s->name, s->folds)) {
            if (!take(s, e, i, field)) {
                return false;
            }
        } else if (s->object == NULL && field->is_embedded) {
            s->meets_unknown = s->meets_unknown || is_unknown_field(field);
            embedded_add(&s->arena, &s->next, e, i, field);
        }
    }
    return true;
}

static bool search_interface(Search *s, const Embedded *e, Interface *t)
{
    const TypeSet *set = interface_set(s->check, t);
    isize i;
    Object *m = lookup_method(set->methods, s->pkg, s->name, s->folds, &i);
    s->meets_unknown = s->meets_unknown || (m == NULL && type_is_unknown(e->type));
    return m == NULL || take(s, e, i, m);
}

static bool search_type(Search *s, const Embedded *e)
{
    if (type_kind(e->type) == TYPE_NAMED) {
        if (seen_types_insert(&s->seen, e->type) >= 0) {
            return true;
        }
        isize i;
        Object *m = named_lookup((Named *)e->type, s->pkg, s->name, s->folds, &i);
        if (m != NULL) {
            return take(s, e, i, m);
        }
    }
    Type *under = type_under(e->type);
    if (under != NULL && type_kind(under) == TYPE_STRUCT) {
        return search_struct(s, e, (const Struct *)under);
    }
    if (under != NULL && type_kind(under) == TYPE_INTERFACE) {
        return search_interface(s, e, (Interface *)under);
    }
    s->meets_unknown = s->meets_unknown || type_is_unknown(e->type);
    return true;
}

/* ---- all depths ---- */

/* Until something was found, or there is nothing more. */
static void search(Search *s, const Embedded *first)
{
    EmbeddedList current = {(Embedded *)first, 1, 1};
    while (current.len > 0) {
        for (isize i = 0; i < current.len; i++) {
            if (!search_type(s, &current.ptr[i])) {
                return;
            }
        }
        if (s->object != NULL) {
            return;
        }
        embedded_consolidate(&s->arena, &s->next);
        current = s->next;
        s->next = (EmbeddedList){0};
    }
}

/* A method with a pointer receiver needs a pointer, or something that has an address. */
static Found_ result(const Search *s, bool is_addressable, bool wants_path)
{
    Found_ found = {0};
    if (s->object == NULL) {
        found.is_unknown = s->meets_unknown;
        return found;
    }
    bool is_indirect = s->in->is_indirect;
    if (!s->is_ambiguous && s->object->kind == OBJECT_FUNC && !is_indirect && !is_addressable &&
        method_has_ptr_recv(s->object)) {
        found.is_indirect = true;
        return found;
    }
    if (wants_path) {
        found.path = embedded_path(s->check->scratch, s->in, s->index, &found.n_path);
    } else {
        found.n_path = 1;
    }
    if (!s->is_ambiguous) {
        found.object = s->object;
        found.is_indirect = is_indirect;
    }
    return found;
}

Found_ lookup_plain(Checker *c, Type *t, bool is_addressable, TypePackage *pkg, Name name,
                    bool folds, bool wants_path)
{
    /* The pointer comes off before any underlying type is asked for: that of a defined pointer type
     * would lead to methods which it does not have. */
    bool is_ptr;
    Type *base = type_unalias(type_deref(t, &is_ptr));
    if (name == NAME_BLANK || base == NULL) {
        return (Found_){0};
    }
    if (is_ptr) {
        const Type *under = type_under(base);
        if (under != NULL && type_kind(under) == TYPE_INTERFACE) {
            return (Found_){0}; /* a pointer to an interface has no methods */
        }
    }
    _Alignas(16) char memory[LOOKUP_BYTES];
    Search s = {.check = c, .pkg = pkg, .name = name, .folds = folds};
    s.arena = arena_over(memory, (isize)sizeof memory);
    s.seen = seen_types_init(&s.arena);
    Embedded first = {.type = base, .is_indirect = is_ptr};
    search(&s, &first);
    Found_ found = result(&s, is_addressable, wants_path);
    arena_done(&s.arena);
    return found;
}

Found_ lookup_field_or_method(Checker *c, Type *t, bool is_addressable, TypePackage *pkg, Name name,
                              bool folds)
{
    const Named *named = type_as_named(t);
    Type *under = named != NULL ? type_under(t) : NULL;
    if (under == NULL || type_kind(under) != TYPE_POINTER) {
        return lookup_plain(c, t, is_addressable, pkg, name, folds, true);
    }
    /* A defined pointer type has the fields of what it points to, but no methods. */
    Found_ found = lookup_plain(c, under, false, pkg, name, folds, true);
    bool is_method = found.object != NULL && found.object->kind == OBJECT_FUNC;
    return is_method ? (Found_){0} : found;
}

/* ---- lists of fields and methods ---- */

/* Where a method of that name would be the first: sorted are those that are exported, by name, and
 * after them the others. */
static isize lower_bound(Objects methods, const Program *p, Name name)
{
    bool is_exported = name_is_exported(p, name);
    Str text = name_text(p->names, name);
    isize low = 0, high = methods.len;
    while (low < high) {
        isize middle = (low + high) / 2;
        const Object *m = methods.ptr[middle];
        bool is_before = object_is_exported(m) != is_exported
                             ? !is_exported
                             : str_compare(name_text(p->names, m->name), text) < 0;
        if (is_before) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

Object *lookup_method(Objects methods, TypePackage *pkg, Name name, bool folds, isize *ret_index)
{
    bool is_long = methods.len > MAX_SEARCHED && !folds && pkg != NULL;
    isize first = is_long ? lower_bound(methods, pkg->program, name) : 0;
    for (isize i = first; name != NAME_BLANK && i < methods.len; i++) {
        if (is_long && methods.ptr[i]->name != name) {
            return NULL;
        }
        if ((methods.ptr[i]->name == name || folds) &&
            object_same_id(methods.ptr[i], pkg, name, folds)) {
            if (ret_index != NULL) {
                *ret_index = i;
            }
            return methods.ptr[i];
        }
    }
    return NULL;
}

/* A signature that is being set up has no receiver yet; then what the resolver saw counts. */
bool method_has_ptr_recv(const Object *method)
{
    const Type *t = method->type;
    const Signature *sig =
        t != NULL && type_kind(t) == TYPE_SIGNATURE ? (const Signature *)t : NULL;
    if (sig == NULL || sig->recv == NULL) {
        return method->has_ptr_recv;
    }
    bool is_ptr;
    type_deref(sig->recv->type, &is_ptr);
    return is_ptr;
}

/* ---- pointers ---- */

Type *type_deref(Type *t, bool *ret_was_pointer)
{
    Type *actual = type_unalias(t);
    bool is_ptr = actual != NULL && type_kind(actual) == TYPE_POINTER;
    if (ret_was_pointer != NULL) {
        *ret_was_pointer = is_ptr;
    }
    return is_ptr ? ((Pointer *)actual)->elem : t;
}

Type *type_deref_struct(Type *t)
{
    const Type *under = type_under(t);
    if (under == NULL || type_kind(under) != TYPE_POINTER) {
        return t;
    }
    Type *elem = ((const Pointer *)under)->elem;
    const Type *elem_under = type_under(elem);
    return elem_under != NULL && type_kind(elem_under) == TYPE_STRUCT ? elem : t;
}

bool type_is_interface_ptr(Type *t)
{
    const Type *under = type_under(t);
    return under != NULL && type_kind(under) == TYPE_POINTER &&
           type_is_interface(((const Pointer *)under)->elem);
}

Str lookup_interface_ptr_error(Checker *c, Arena *a, Type *t)
{
    const Pointer *pointer = (const Pointer *)type_under(t);
    return check_format(c, a,
                        type_is_param(pointer->elem)
                            ? "type %t is pointer to type parameter, not type parameter"
                            : "type %t is pointer to interface, not interface",
                        t);
}

Str lookup_field_path(const Checker *c, Arena *a, Type *t, const int32_t *path, isize n_path)
{
    StrBuf names = strbuf_init(a);
    for (isize i = 0; i < n_path; i++) {
        const Type *under = type_under(type_deref_struct(t));
        if (under == NULL || type_kind(under) != TYPE_STRUCT) {
            break;
        }
        const Object *field = ((const Struct *)under)->fields.ptr[path[i]];
        if (i > 0) {
            strbuf_add_byte(&names, '.');
        }
        strbuf_add(&names, name_text(c->program->names, field->name));
        t = field->type;
    }
    return strbuf_str(&names);
}
