#include "go/api/messages.h"

#include "base/sort.h"

Messages messages_init(Arena *a)
{
    return (Messages){.by_key = map_init(a)};
}

void messages_put(Arena *a, Messages *m, MessageOf of, Str part, Str says)
{
    Str key = str_format(a, "%p %d %.*s", (const void *)of.object, of.is_new, STR_ARG(part));
    bool is_new;
    isize *at = map_put(&m->by_key, key, &is_new);
    if (is_new) {
        *VEC_PUSH(a, &m->list) = (Message){of, part, says};
        *at = m->list.len;
    }
    m->list.ptr[*at - 1].says = says;
}

Str messages_name_of(Arena *a, const Object *o, const TypePackage *own)
{
    StrBuf b = strbuf_init(a);
    if (o->pkg == NULL) {
        return S("Error"); /* the one method of the universe */
    }
    Str name = name_text(o->pkg->program->names, o->name);
    bool is_func = o->kind == OBJECT_FUNC && type_kind(o->type) == TYPE_SIGNATURE;
    const Object *recv = is_func ? ((const Signature *)o->type)->recv : NULL;
    if (!str_eq(o->pkg->path, own->path)) {
        strbuf_add(&b, o->pkg->path);
        strbuf_add_byte(&b, '.');
    }
    if (recv != NULL) {
        StrBuf type = strbuf_init(a);
        type_write_relative(&type, o->pkg, recv->type);
        bool is_pointer = type.len > 0 && type.ptr[0] == '*';
        Str text = str_copy(a, strbuf_str(&type));
        strbuf_add_format(&b, is_pointer ? "(%.*s)." : "%.*s.", STR_ARG(text));
    }
    strbuf_add(&b, name);
    return strbuf_str(&b);
}

/* "T.Field", "T, element type" */
static Str words_of(Arena *a, const Message *m, const TypePackage *own)
{
    Str name = messages_name_of(a, m->of.object, own);
    if (m->part.len == 0) {
        return name;
    }
    return str_starts_with(m->part, S(","))
               ? str_concat(a, name, m->part)
               : str_format(a, "%.*s.%.*s", STR_ARG(name), STR_ARG(m->part));
}

/* As sentences "what: says". */
static int compare(const void *x, const void *y)
{
    const ApiChange *a = x, *b = y;
    isize len = MIN(a->what.len, b->what.len);
    int order = str_compare(str_to(a->what, len), str_to(b->what, len));
    if (order != 0) {
        return order;
    }
    if (a->what.len == b->what.len) {
        return str_compare(a->says, b->says);
    }
    return a->what.len < b->what.len ? ':' - b->what.ptr[len] : a->what.ptr[len] - ':';
}

void messages_collect(Arena *a, const Messages *m, const TypePackage *old, const TypePackage *new,
                      bool is_compatible, ApiChanges *ret)
{
    ApiChanges own = {0};
    for (isize i = 0; i < m->list.len; i++) {
        const Message *one = &m->list.ptr[i];
        *VEC_PUSH(a, &own) = (ApiChange){.what = words_of(a, one, one->of.is_new ? new : old),
                                         .says = one->says,
                                         .is_compatible = is_compatible};
    }
    sort_array(own.ptr, own.len, sizeof *own.ptr, compare);
    for (isize i = 0; i < own.len; i++) {
        if (i == 0 || compare(&own.ptr[i - 1], &own.ptr[i]) != 0) {
            *VEC_PUSH(a, ret) = own.ptr[i];
        }
    }
}
