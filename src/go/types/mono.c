/*
 * Whether a package can be compiled with a finite number of instances.
 *
 * A graph has a vertex for each type parameter and for each type that is declared where type
 * parameters are in scope. Where a parameter is instantiated, an edge leads to it from each of them
 * in the type argument: of weight 0 if that is the argument, of weight 1 if the argument contains
 * it. A type in a function hangs on the function's parameters by edges of weight 1. A cycle of
 * positive weight makes ever larger types. It is found by relaxing all edges until nothing changes
 * (Bellman and Ford, for the heaviest paths), or until a path has as many edges as there are
 * vertices.
 */
#include "base/sort.h"
#include "go/types/decl.h"

typedef struct {
    isize weight; /* of the heaviest path to here that is known */
    isize before; /* the last edge of it */
    isize len;
    Type *type; /* TypeParam, or a Named that is declared in a function */
} Vertex;

typedef struct {
    isize dst, src;
    isize weight;
    ObjectPos pos;
    Type *type;
    CheckTurn turn; /* when it was found */
} Edge;

struct Mono {
    VEC(Vertex) vertices;
    VEC(Edge) edges;
    VEC(TypeParam *) canon; /* of methods: the parameter of their type */
    Map canon_of;           /* by TypeParam.number: index in canon + 1 */
    Map vertex_of;          /* by that, or by Type.id of a Named: index of a vertex + 2; 1: none */
};

typedef struct {
    Checker *check;
    struct Mono *mono;
    TypeParam *param; /* that is instantiated */
    Type *targ;
    ObjectPos pos;
} Assignment;

static struct Mono *mono_of(Checker *c)
{
    if (c->mono == NULL) {
        c->mono = ARENA_NEW(c->lasting, struct Mono);
        c->mono->canon_of = map_init(c->lasting);
        c->mono->vertex_of = map_init(c->lasting);
    }
    return c->mono;
}

static Str param_key(const TypeParam *t)
{
    return (Str){(const char *)&t->number, (isize)sizeof t->number};
}

static Str local_key(const Named *n)
{
    return (Str){(const char *)&n->t.id, (isize)sizeof n->t.id};
}

static isize add_vertex(Checker *c, struct Mono *m, Type *t)
{
    *VEC_PUSH(c->lasting, &m->vertices) = (Vertex){.type = t};
    return m->vertices.len - 1;
}

static isize vertex_of_param(Checker *c, struct Mono *m, TypeParam *t)
{
    const isize *canon = map_get(&m->canon_of, param_key(t));
    if (canon != NULL) {
        t = m->canon.ptr[*canon - 1];
    }
    isize *at = map_put(&m->vertex_of, param_key(t), NULL);
    if (*at == 0) {
        *at = add_vertex(c, m, &t->t) + 2;
    }
    return *at - 2;
}

static void add_edge(Checker *c, struct Mono *m, Edge e)
{
    *VEC_PUSH(c->lasting, &m->edges) = e;
}

/* The vertex of a type, with edges from the type parameters in whose scope it is declared; -1: it
 * needs none. */
static isize vertex_of_local(Checker *c, struct Mono *m, Named *n)
{
    Object *o = n->obj;
    const Scope *root = c->pkg->scope;
    if (o->pkg != c->pkg || o->parent == root) {
        return -1;
    }
    Str key = local_key(n);
    const isize *known = map_get(&m->vertex_of, key);
    if (known != NULL) {
        return *known - 2;
    }
    isize vertex = -1;
    for (const Scope *s = o->parent; s != NULL && s != root; s = s->parent) {
        for (isize i = 0; i < s->len; i++) {
            Object *other = s->list[i];
            if (other->kind != OBJECT_TYPE_NAME || other->type == NULL ||
                type_kind(other->type) != TYPE_PARAM || object_is_alias(other) ||
                object_pos_compare(other->pos, o->pos) >= 0) {
                continue;
            }
            if (vertex < 0) {
                vertex = add_vertex(c, m, &n->t);
            }
            isize src = vertex_of_param(c, m, (TypeParam *)other->type);
            add_edge(c, m, (Edge){vertex, src, 1, o->pos, other->type, c->turn});
        }
    }
    *map_put(&m->vertex_of, key, NULL) = vertex + 2;
    return vertex;
}

static void add_flow(const Assignment *a, isize src, const Type *t)
{
    isize dst = vertex_of_param(a->check, a->mono, a->param);
    isize weight = t == a->targ ? 0 : 1;
    add_edge(a->check, a->mono, (Edge){dst, src, weight, a->pos, a->targ, a->check->turn});
}

static void walk(const Assignment *a, Type *t);

static void walk_objects(const Assignment *a, Objects objects)
{
    for (isize i = 0; i < objects.len; i++) {
        walk(a, objects.ptr[i]->type);
    }
}

static void walk_named(const Assignment *a, Named *n)
{
    Named *origin = n->inst == NULL ? n : n->inst->orig;
    isize src = vertex_of_local(a->check, a->mono, origin);
    if (src >= 0) {
        add_flow(a, src, &n->t);
    }
    for (isize i = 0; n->inst != NULL && i < n->inst->targs.len; i++) {
        walk(a, n->inst->targs.ptr[i]);
    }
}

/* Finds the type parameters and declared types that a type argument is made of. */
static void walk(const Assignment *a, Type *t)
{
    t = type_unalias(t);
    switch (type_kind(t)) {
    case TYPE_PARAM:
        add_flow(a, vertex_of_param(a->check, a->mono, (TypeParam *)t), t);
        break;
    case TYPE_NAMED:
        walk_named(a, (Named *)t);
        break;
    case TYPE_ARRAY:
        walk(a, ((Array *)t)->elem);
        break;
    case TYPE_CHAN:
        walk(a, ((Chan *)t)->elem);
        break;
    case TYPE_MAP:
        walk(a, ((MapType *)t)->key);
        walk(a, ((MapType *)t)->elem);
        break;
    case TYPE_POINTER:
        walk(a, ((Pointer *)t)->elem);
        break;
    case TYPE_SLICE:
        walk(a, ((Slice *)t)->elem);
        break;
    case TYPE_INTERFACE:
        walk_objects(a, interface_set(a->check, (Interface *)t)->methods);
        break;
    case TYPE_SIGNATURE: {
        const Signature *s = (const Signature *)t;
        walk_objects(a, s->params == NULL ? (Objects){NULL, 0} : s->params->vars);
        walk_objects(a, s->results == NULL ? (Objects){NULL, 0} : s->results->vars);
        break;
    }
    case TYPE_STRUCT:
        walk_objects(a, ((Struct *)t)->fields);
        break;
    case TYPE_BASIC:
    case TYPE_TUPLE:
    case TYPE_UNION:
    case TYPE_ALIAS:
        break;
    }
}

void mono_record_canon(Checker *c, TypeParam *of_method, TypeParam *of_type)
{
    struct Mono *m = mono_of(c);
    *VEC_PUSH(c->lasting, &m->canon) = of_type;
    *map_put(&m->canon_of, param_key(of_method), NULL) = m->canon.len;
}

void mono_record_instance(Checker *c, SourcePos pos, TypeParams params, TypeArgs targs,
                          AstNodes xlist)
{
    for (isize i = 0; i < params.len && i < targs.len; i++) {
        /* A cycle lies in one package: parameters of others do not matter. */
        if (params.ptr[i]->obj->pkg != c->pkg) {
            continue;
        }
        SourcePos at = i < xlist.len ? ast_pos(check_ast(c), xlist.ptr[i]) : pos;
        Assignment a = {c, mono_of(c), params.ptr[i], targs.ptr[i], check_pos(c, at)};
        walk(&a, targs.ptr[i]);
    }
}

/* ---- what was recorded for bodies ---- */

/* The vertex here of a type that has one in a part. */
static isize join_vertex(Checker *c, struct Mono *m, Type *t)
{
    if (type_kind(t) == TYPE_PARAM) {
        return vertex_of_param(c, m, (TypeParam *)t);
    }
    isize *at = map_put(&m->vertex_of, local_key((const Named *)t), NULL);
    if (*at == 0) {
        *at = add_vertex(c, m, t) + 2;
    }
    return *at - 2;
}

void mono_join(Checker *c, const Checker *part)
{
    const struct Mono *from = part->mono;
    if (from == NULL) {
        return;
    }
    struct Mono *m = mono_of(c);
    isize *places = ARENA_ARRAY(c->scratch, isize, from->vertices.len);
    for (isize i = 0; i < from->vertices.len; i++) {
        places[i] = join_vertex(c, m, from->vertices.ptr[i].type);
    }
    for (isize i = 0; i < from->edges.len; i++) {
        Edge e = from->edges.ptr[i];
        e.dst = places[e.dst];
        e.src = places[e.src];
        add_edge(c, m, e);
    }
}

/* ---- cycles ---- */

static int compare_turns(const void *x, const void *y)
{
    CheckTurn a = ((const Edge *)x)->turn, b = ((const Edge *)y)->turn;
    return (a > b) - (a < b);
}

static const Object *name_of(const Vertex *v)
{
    return type_kind(v->type) == TYPE_PARAM ? ((const TypeParam *)v->type)->obj
                                            : ((const Named *)v->type)->obj;
}

/* A path with a cycle in it ends at v. */
static void tell_cycle(Checker *c, const struct Mono *m, isize v)
{
    isize n = m->vertices.len, len = 0;
    isize *stack = ARENA_ARRAY(c->scratch, isize, n);
    bool *is_seen = ARENA_ARRAY(c->scratch, bool, n);
    while (!is_seen[v]) {
        stack[len++] = v;
        is_seen[v] = true;
        v = m->edges.ptr[m->vertices.ptr[v].before].src;
    }
    isize start = 0; /* v is the first that is met twice: what came before is not in the cycle */
    while (stack[start] != v) {
        start++;
    }
    ErrorDesc e = check_error_begin(c, CODE_INVALID_INSTANCE_CYCLE);
    error_add(&e, name_of(&m->vertices.ptr[v])->pos, "instantiation cycle:");
    for (isize i = start; i < len; i++) {
        const Edge *edge = &m->edges.ptr[m->vertices.ptr[stack[i]].before];
        const Vertex *dst = &m->vertices.ptr[edge->dst];
        error_add(&e, edge->pos,
                  type_kind(dst->type) == TYPE_PARAM ? "%n instantiated as %t"
                                                     : "%n implicitly parameterized by %t",
                  name_of(dst)->name, edge->type);
    }
    error_report(&e);
}

void check_monomorph(Checker *c)
{
    struct Mono *m = c->mono;
    bool again = m != NULL;
    if (again) {
        sort_array(m->edges.ptr, m->edges.len, (isize)sizeof *m->edges.ptr, compare_turns);
    }
    while (again) {
        again = false;
        for (isize i = 0; i < m->edges.len; i++) {
            const Edge *edge = &m->edges.ptr[i];
            const Vertex *src = &m->vertices.ptr[edge->src];
            Vertex *dst = &m->vertices.ptr[edge->dst];
            isize weight = src->weight + edge->weight;
            if (weight <= dst->weight) {
                continue;
            }
            dst->before = i;
            dst->len = src->len + 1;
            if (dst->len == m->vertices.len) {
                tell_cycle(c, m, edge->dst);
                return;
            }
            dst->weight = weight;
            again = true;
        }
    }
}
