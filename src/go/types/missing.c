/*
 * The methods that an interface asks for: which of them a type lacks, and why.
 *
 * Why is worked out only where somebody wants to tell it. A method of another letter case, of
 * another package, or with a pointer receiver is most often the one that was meant.
 */
#include "go/types/lookup.h"

#define EMBEDDED_BYTES 2048 /* on the stack: enough for nearly every type */

typedef enum {
    LACK_NONE,
    LACK_NOT_FOUND,
    LACK_WRONG_NAME,
    LACK_UNEXPORTED,
    LACK_WRONG_SIGNATURE,
    LACK_AMBIGUOUS,
    LACK_PTR_RECEIVER,
    LACK_FIELD,
} Lack;

typedef struct {
    Checker *check;
    Type *v, *t;
    bool is_static, wants_cause;
    SameType same;
    void *context;
    Object *wanted; /* method of t */
    Object *have;   /* method of v that comes close; NULL: none */
} Missing;

/* ---- what is missing ---- */

static bool has_type(const Missing *m)
{
    return m->same != NULL ? m->same(m->context, m->have->type, m->wanted->type)
                           : type_identical(m->have->type, m->wanted->type);
}

static Lack lack_of_interface(Missing *m, Interface *v)
{
    const TypeSet *set = interface_set(m->check, v);
    m->have = lookup_method(set->methods, m->wanted->pkg, m->wanted->name, false, NULL);
    if (m->have == NULL) {
        return m->is_static ? LACK_NOT_FOUND : LACK_NONE;
    }
    return has_type(m) ? LACK_NONE : LACK_WRONG_SIGNATURE;
}

/* What there is in place of a method that was not found. */
static Lack lack_of_absent(Missing *m, const Found_ *found)
{
    const Object *wanted = m->wanted;
    if (found->n_path > 0) {
        return LACK_AMBIGUOUS;
    }
    if (found->is_indirect) {
        return LACK_PTR_RECEIVER;
    }
    if (!m->wants_cause) {
        return LACK_NOT_FOUND;
    }
    Object *o = lookup_plain(m->check, m->v, false, wanted->pkg, wanted->name, true, false).object;
    m->have = o != NULL && o->kind == OBJECT_FUNC ? o : NULL;
    if (m->have == NULL) {
        return LACK_NOT_FOUND;
    }
    /* Of the same name it can only be another package's. */
    return m->have->name == wanted->name ? LACK_UNEXPORTED : LACK_WRONG_NAME;
}

static Lack lack_of_concrete(Missing *m)
{
    m->have = NULL;
    Found_ found =
        lookup_plain(m->check, m->v, false, m->wanted->pkg, m->wanted->name, false, false);
    if (found.object == NULL) {
        return lack_of_absent(m, &found);
    }
    if (found.object->kind != OBJECT_FUNC) {
        return LACK_FIELD;
    }
    m->have = found.object;
    check_object(m->check, m->have); /* its signature may not be known yet */
    return has_type(m) ? LACK_NONE : LACK_WRONG_SIGNATURE;
}

/* ---- why ---- */

static Str method_text(Checker *c, const Object *method, bool with_packages)
{
    StrBuf b = strbuf_init(c->scratch);
    strbuf_add(&b, name_text(c->program->names, method->name));
    signature_write_types(&b, (const Signature *)method->type, c, with_packages);
    return strbuf_str(&b);
}

static Str cause_of_not_found(const Missing *m)
{
    Checker *c = m->check;
    Type *pointer = type_is_interface_ptr(m->v) ? m->v : m->t;
    if (type_is_interface_ptr(pointer)) {
        Str why = lookup_interface_ptr_error(c, c->scratch, pointer);
        return check_format(c, c->scratch, "(%s)", &why);
    }
    return check_format(c, c->scratch, "(missing method %n)", m->wanted->name);
}

static Str cause_of_wrong_name(const Missing *m)
{
    Str have = method_text(m->check, m->have, false);
    Str want = method_text(m->check, m->wanted, false);
    return check_format(m->check, m->check->scratch,
                        "(missing method %n)\n\t\thave %s\n\t\twant %s", m->wanted->name, &have,
                        &want);
}

/* Signatures that read alike may be of types of the same name from two packages; if they still do,
 * showing them does not help. */
static Str cause_of_wrong_signature(const Missing *m)
{
    Checker *c = m->check;
    Str have = {0}, want = {0};
    for (int with_packages = 0; with_packages < 2 && str_eq(have, want); with_packages++) {
        have = method_text(c, m->have, with_packages);
        want = method_text(c, m->wanted, with_packages);
    }
    if (str_eq(have, want)) {
        return check_format(c, c->scratch, "(wrong type for method %n)", m->wanted->name);
    }
    return check_format(c, c->scratch, "(wrong type for method %n)\n\t\thave %s\n\t\twant %s",
                        m->wanted->name, &have, &want);
}

static Str cause_of_unexported(const Missing *m)
{
    return check_format(m->check, m->check->scratch, "(unexported method %n)", m->wanted->name);
}

static Str cause_of_ambiguous(const Missing *m)
{
    return check_format(m->check, m->check->scratch, "(ambiguous selector %t.%n)", m->v,
                        m->wanted->name);
}

static Str cause_of_ptr_receiver(const Missing *m)
{
    return check_format(m->check, m->check->scratch, "(method %n has pointer receiver)",
                        m->wanted->name);
}

static Str cause_of_field(const Missing *m)
{
    return check_format(m->check, m->check->scratch, "(%t.%n is a field, not a method)", m->v,
                        m->wanted->name);
}

static Str (*const causes[])(const Missing *m) = {
    [LACK_NOT_FOUND] = cause_of_not_found,   [LACK_WRONG_NAME] = cause_of_wrong_name,
    [LACK_UNEXPORTED] = cause_of_unexported, [LACK_WRONG_SIGNATURE] = cause_of_wrong_signature,
    [LACK_AMBIGUOUS] = cause_of_ambiguous,   [LACK_PTR_RECEIVER] = cause_of_ptr_receiver,
    [LACK_FIELD] = cause_of_field,
};

Object *lookup_missing_method(Checker *c, Type *v, Type *t, bool is_static, SameType same,
                              void *context, Str *ret_cause)
{
    const TypeSet *set = interface_set(c, (Interface *)type_under(t));
    if (set->methods.len == 0) {
        return NULL;
    }
    Missing m = {.check = c,
                 .v = v,
                 .t = t,
                 .is_static = is_static,
                 .wants_cause = ret_cause != NULL,
                 .same = same,
                 .context = context};
    Type *under = type_under(v);
    Interface *interface = NULL;
    if (under != NULL && type_kind(under) == TYPE_INTERFACE) {
        interface = (Interface *)under;
    }
    Lack lack = LACK_NONE;
    for (isize i = 0; i < set->methods.len && lack == LACK_NONE; i++) {
        m.wanted = set->methods.ptr[i];
        lack = interface != NULL ? lack_of_interface(&m, interface) : lack_of_concrete(&m);
    }
    if (lack == LACK_NONE) {
        return NULL;
    }
    if (ret_cause != NULL) {
        if (m.have != NULL) {
            check_object(c, m.have); /* it is about to be shown */
        }
        *ret_cause = causes[lack](&m);
    }
    return m.wanted;
}

/* ---- what is asked of it ---- */

/* Whether a field is embedded, anywhere in the struct (or the pointer to one), whose type is
 * invalid and might have had any method. */
static bool find_invalid_embedded(Arena *a, Type *t)
{
    VEC(Type *) todo = {0};
    Map seen = map_init(a);
    *VEC_PUSH(a, &todo) = t;
    while (todo.len > 0) {
        const Type *under = type_under(type_deref_struct(todo.ptr[--todo.len]));
        if (under == NULL || type_kind(under) != TYPE_STRUCT) {
            continue;
        }
        bool is_new;
        map_put(&seen, (Str){(const char *)&under->id, sizeof under->id}, &is_new);
        Objects fields = ((const Struct *)under)->fields;
        for (isize i = 0; is_new && i < fields.len; i++) {
            if (!fields.ptr[i]->is_embedded) {
                continue;
            }
            if (!type_is_valid(fields.ptr[i]->type)) {
                return true;
            }
            *VEC_PUSH(a, &todo) = fields.ptr[i]->type;
        }
    }
    return false;
}

static bool has_invalid_embedded(Type *t)
{
    _Alignas(16) char memory[EMBEDDED_BYTES];
    Arena a = arena_over(memory, (isize)sizeof memory);
    bool has = find_invalid_embedded(&a, t);
    arena_done(&a);
    return has;
}

bool lookup_has_all_methods(Checker *c, Type *v, Type *t, bool is_static, SameType same,
                            void *context, Str *ret_cause)
{
    return !type_is_valid(v) || type_is_unknown(v) ||
           lookup_missing_method(c, v, t, is_static, same, context, ret_cause) == NULL ||
           has_invalid_embedded(v);
}

bool lookup_assertable(Checker *c, Type *v, Type *t, Str *ret_cause)
{
    return type_is_interface(t) || lookup_has_all_methods(c, t, v, false, NULL, NULL, ret_cause);
}
