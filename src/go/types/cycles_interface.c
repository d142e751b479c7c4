/*
 * Anonymous interfaces that contain themselves, which cmd/compile cannot write down
 * (go.dev/issue/56103): "type I interface{ m() interface{ I } }", where the inner one has m, whose
 * result is the inner one.
 *
 * From each interface that is written the types of its methods are walked through, up to names.
 * What was met and not yet left is a cycle.
 */
#include "go/types/compiler.h"

#include "base/sort.h"

typedef enum {
    NOT_MET,
    OPEN,
    DONE,
} Met;

typedef struct {
    Checker *check;
    Map met; /* by address of an Interface: Met */
    int depth;
} Walk;

#define MAX_DEPTH 10000 /* of types in types; what nests deeper is taken for finite */

static bool visit(Walk *w, Type *t);

static bool visit_methods(Walk *w, Interface *t)
{
    Objects methods = interface_set(w->check, t)->methods;
    for (isize i = 0; i < methods.len; i++) {
        if (visit(w, methods.ptr[i]->type)) {
            return true;
        }
    }
    return false;
}

static bool visit_interface(Walk *w, Interface *t)
{
    if (t->methods.len == 0 && t->n_embeddeds == 0) {
        return false;
    }
    Str key = {(const char *)&t, (isize)sizeof(t)};
    const isize *known = map_get(&w->met, key);
    if (known != NULL) {
        return *known == OPEN;
    }
    key.ptr = arena_copy(w->check->scratch, &t, (isize)sizeof(t), _Alignof(Interface *));
    *map_put(&w->met, key, NULL) = OPEN;
    if (visit_methods(w, t)) {
        return true;
    }
    *map_put(&w->met, key, NULL) = DONE;
    return false;
}

static bool visit_all(Walk *w, Objects list)
{
    for (isize i = 0; i < list.len; i++) {
        if (visit(w, list.ptr[i]->type)) {
            return true;
        }
    }
    return false;
}

static bool visit_tuple(Walk *w, const Tuple *t)
{
    return t != NULL && visit_all(w, t->vars);
}

static bool visit_parts(Walk *w, Type *t)
{
    switch ((int)type_kind(t)) {
    case TYPE_POINTER:
        return visit(w, ((const Pointer *)t)->elem);
    case TYPE_ARRAY:
        return visit(w, ((const Array *)t)->elem);
    case TYPE_SLICE:
        return visit(w, ((const Slice *)t)->elem);
    case TYPE_CHAN:
        return visit(w, ((const Chan *)t)->elem);
    case TYPE_MAP:
        return visit(w, ((const MapType *)t)->key) || visit(w, ((const MapType *)t)->elem);
    case TYPE_STRUCT:
        return visit_all(w, ((const Struct *)t)->fields);
    case TYPE_SIGNATURE:
        return visit_tuple(w, ((const Signature *)t)->params) ||
               visit_tuple(w, ((const Signature *)t)->results);
    case TYPE_INTERFACE:
        return visit_interface(w, (Interface *)t);
    }
    return false; /* names end the walk: they can be written down */
}

static bool visit(Walk *w, Type *t)
{
    if (w->depth > MAX_DEPTH || check_is_too_deep(w->check)) {
        return false;
    }
    w->depth++;
    bool is_cyclic = visit_parts(w, type_unalias(t));
    w->depth--;
    return is_cyclic;
}

/* What was met is not told again. */
static void close_all(Walk *w)
{
    for (isize i = 0; i < w->met.cap; i++) {
        if (w->met.slots[i].key.ptr != NULL) {
            w->met.slots[i].value = DONE;
        }
    }
}

/* ---- all that are written ---- */

static SourcePos pos_of(const Checker *c, const WrittenType *w)
{
    return ast_pos(&c->program->files[w->file].ast, w->at);
}

typedef struct {
    ObjectPos begin;
    SourcePos end;
    Interface *type;
} Written;

static int compare(const void *a, const void *b)
{
    const Written *x = a, *y = b;
    int order = (x->begin.file > y->begin.file) - (x->begin.file < y->begin.file);
    return order != 0 ? order : (x->begin.pos > y->begin.pos) - (x->begin.pos < y->begin.pos);
}

/* In the order of the source: of an interface in an interface the outer one comes first. */
static isize find_interfaces(Checker *c, Written **ret)
{
    Written *list = ARENA_ARRAY(c->scratch, Written, c->written.len);
    isize n = 0;
    for (isize i = 0; i < c->written.len; i++) {
        const WrittenType *w = &c->written.ptr[i];
        if (type_kind(w->type) == TYPE_INTERFACE) {
            list[n++] = (Written){{w->file, pos_of(c, w)},
                                  ast_end(&c->program->files[w->file].ast, w->at),
                                  (Interface *)w->type};
        }
    }
    if (n > 0) {
        sort_array(list, n, sizeof(*list), compare);
    }
    *ret = list;
    return n;
}

void compiler_check_cycles(Checker *c)
{
    Walk w = {.check = c, .met = map_init(c->scratch)};
    Written *list;
    isize n = find_interfaces(c, &list);
    ObjectPos end = {0};
    for (isize i = 0; i < n; i++) {
        const Written *one = &list[i];
        if (one->begin.file == end.file && one->begin.pos < end.pos) {
            continue; /* what it is part of was walked through */
        }
        end = (ObjectPos){one->begin.file, one->end};
        if (visit_methods(&w, one->type)) {
            check_error_pos(c, one->begin, CODE_INVALID_TYPE_CYCLE,
                            "invalid recursive type: anonymous interface refers to itself (see "
                            "https://go.dev/issue/56103)");
            close_all(&w);
        }
    }
}
