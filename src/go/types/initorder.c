/*
 * Cycles in the initialization of package-level variables and constants.
 *
 * An object depends on those that its value or, for a function, its body mentions. A cycle is wrong
 * when a variable or constant is in it; functions alone may call each other. Nearly no package has
 * one, so first the strongly connected parts of the graph are found (Tarjan), which takes time in
 * proportion to its edges. Only where one is wrong, the order itself is worked out as go/types does
 * it, because which cycles are told follows from that: functions are taken out of the graph, those
 * before them joined to those behind, and then the object with the fewest dependencies left goes
 * first, again and again. One that still has some may be in a cycle.
 */
#include "base/sort.h"
#include "go/types/decl.h"

/* ---- the graph: nodes are indices in Checker.objects ---- */

typedef struct {
    const Object *const *ptr;
    isize len;
} Deps;

static Deps deps_of(const Checker *c, isize node)
{
    const Declaration *d = c->declarations[node];
    return (Deps){(const Object *const *)d->deps.ptr, d->deps.len};
}

static bool is_function(const Checker *c, isize node)
{
    return c->objects.ptr[node]->kind == OBJECT_FUNC;
}

static int compare_order(const void *x, const void *y)
{
    const Object *a = *(Object *const *)x, *b = *(Object *const *)y;
    return (a->order > b->order) - (a->order < b->order);
}

/* In the order of the source, each once. */
static void sort_deps(Declaration *d)
{
    sort_array(d->deps.ptr, d->deps.len, (isize)sizeof *d->deps.ptr, compare_order);
    isize n = 0;
    for (isize i = 0; i < d->deps.len; i++) {
        if (n == 0 || d->deps.ptr[n - 1] != d->deps.ptr[i]) {
            d->deps.ptr[n++] = d->deps.ptr[i];
        }
    }
    d->deps.len = n;
}

/* ---- whether there is a wrong cycle ---- */

typedef struct {
    isize node, next; /* next: index of the dependency that comes next */
} Frame;

typedef struct {
    const Checker *check;
    uint32_t *numbers; /* of visiting, from 1 on; 0: not visited */
    uint32_t *lows;
    bool *is_open; /* on the stack of nodes whose part is not complete */
    isize *open;
    isize n_open;
    uint32_t n_visited;
    Frame *frames;
    isize n_frames;
} Tarjan;

static void enter(Tarjan *t, isize node)
{
    t->numbers[node] = t->lows[node] = ++t->n_visited;
    t->is_open[node] = true;
    t->open[t->n_open++] = node;
    t->frames[t->n_frames++] = (Frame){node, 0};
}

/* The part that begins with node is complete; true: it is a wrong cycle. */
static bool close_part(Tarjan *t, isize node)
{
    isize size = 0;
    bool has_value = false;
    isize member;
    do {
        member = t->open[--t->n_open];
        t->is_open[member] = false;
        has_value |= !is_function(t->check, member);
        size++;
    } while (member != node);
    return size > 1 && has_value;
}

/* One step from the node on top; true: a wrong cycle was found. */
static bool advance(Tarjan *t)
{
    Frame *top = &t->frames[t->n_frames - 1];
    Deps deps = deps_of(t->check, top->node);
    if (top->next < deps.len) {
        isize dep = (isize)deps.ptr[top->next++]->order - 1;
        if (dep == top->node) {
            return !is_function(t->check, dep);
        }
        if (t->numbers[dep] == 0) {
            enter(t, dep);
        } else if (t->is_open[dep]) {
            t->lows[top->node] = MIN(t->lows[top->node], t->numbers[dep]);
        }
        return false;
    }
    isize node = top->node;
    t->n_frames--;
    if (t->n_frames > 0) {
        isize before = t->frames[t->n_frames - 1].node;
        t->lows[before] = MIN(t->lows[before], t->lows[node]);
    }
    return t->lows[node] == t->numbers[node] && close_part(t, node);
}

static bool has_wrong_cycle(const Checker *c)
{
    isize n = c->objects.len;
    Tarjan t = {
        .check = c,
        .numbers = ARENA_ARRAY(c->scratch, uint32_t, n),
        .lows = ARENA_ARRAY(c->scratch, uint32_t, n),
        .is_open = ARENA_ARRAY(c->scratch, bool, n),
        .open = ARENA_ARRAY(c->scratch, isize, n),
        .frames = ARENA_ARRAY(c->scratch, Frame, n),
    };
    for (isize i = 0; i < n; i++) {
        if (t.numbers[i] == 0) {
            enter(&t, i);
        }
        while (t.n_frames > 0) {
            if (advance(&t)) {
                return true;
            }
        }
    }
    return false;
}

/* ---- the order, where there is one ---- */

typedef struct {
    VEC(isize) before, behind; /* nodes that depend on it, and on which it depends */
    isize n_behind;            /* that are left */
    isize at;                  /* in the queue, -1: not in it */
    bool is_gone;              /* a function that was taken out */
} Node;

typedef struct {
    Checker *check;
    Node *nodes;
    uint64_t *edges; /* set of edges: (from << 32 | to) + 1, by hash; 0: free */
    isize n_edges, cap;
    isize *queue; /* heap */
    isize n_queue;
} Order;

static uint64_t *edge_slot(const Order *o, uint64_t edge)
{
    uint64_t mask = (uint64_t)o->cap - 1;
    uint64_t i = (edge * UINT64_C(0x9E3779B97F4A7C15)) >> 20 & mask;
    while (o->edges[i] != 0 && o->edges[i] != edge) {
        i = (i + 1) & mask;
    }
    return &o->edges[i];
}

static void grow_edges(Order *o)
{
    uint64_t *old = o->edges;
    isize n = o->cap;
    o->cap = n == 0 ? 1024 : n * 2;
    o->edges = ARENA_ARRAY(o->check->scratch, uint64_t, o->cap);
    for (isize i = 0; i < n; i++) {
        if (old[i] != 0) {
            *edge_slot(o, old[i]) = old[i];
        }
    }
}

/* from depends on to. */
static void add_edge(Order *o, isize from, isize to)
{
    if (o->n_edges >= o->cap / 2) {
        grow_edges(o);
    }
    uint64_t edge = ((uint64_t)from << 32 | (uint64_t)to) + 1;
    uint64_t *slot = edge_slot(o, edge);
    if (*slot == 0) {
        *slot = edge;
        o->n_edges++;
        *VEC_PUSH(o->check->scratch, &o->nodes[from].behind) = to;
        *VEC_PUSH(o->check->scratch, &o->nodes[to].before) = from;
    }
}

typedef struct {
    isize cost, node;
} Function;

static int compare_cost(const void *x, const void *y)
{
    const Function *a = x, *b = y;
    return (a->cost > b->cost) - (a->cost < b->cost);
}

/* Takes a function out: what depends on it depends on what it depends on. */
static void take_out(Order *o, isize node)
{
    Node *n = &o->nodes[node];
    n->is_gone = true;
    for (isize i = 0; i < n->before.len; i++) {
        isize from = n->before.ptr[i];
        for (isize j = 0; j < n->behind.len && !o->nodes[from].is_gone; j++) {
            isize to = n->behind.ptr[j];
            if (!o->nodes[to].is_gone) {
                add_edge(o, from, to);
            }
        }
    }
}

static void take_out_functions(Order *o)
{
    const Checker *c = o->check;
    Function *functions = ARENA_ARRAY(c->scratch, Function, c->objects.len);
    isize n = 0;
    for (isize i = 0; i < c->objects.len; i++) {
        if (is_function(c, i)) {
            functions[n++] = (Function){o->nodes[i].before.len * o->nodes[i].behind.len, i};
        }
    }
    /* Each step copies edges to the functions that remain: the cheap ones go first. */
    sort_array(functions, n, (isize)sizeof *functions, compare_cost);
    for (isize i = 0; i < n; i++) {
        take_out(o, functions[i].node);
    }
}

/* Constants first, then by number of dependencies that are left, then as in the source. */
static bool goes_before(const Order *o, isize x, isize y)
{
    bool is_x_const = o->check->objects.ptr[x]->kind == OBJECT_CONST;
    bool is_y_const = o->check->objects.ptr[y]->kind == OBJECT_CONST;
    if (is_x_const != is_y_const) {
        return is_x_const;
    }
    isize nx = o->nodes[x].n_behind, ny = o->nodes[y].n_behind;
    return nx != ny ? nx < ny : x < y;
}

static void place(Order *o, isize at, isize node)
{
    o->queue[at] = node;
    o->nodes[node].at = at;
}

static void sift_up(Order *o, isize at)
{
    isize node = o->queue[at];
    while (at > 0 && goes_before(o, node, o->queue[(at - 1) / 2])) {
        place(o, at, o->queue[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    place(o, at, node);
}

static void sift_down(Order *o, isize at)
{
    isize node = o->queue[at];
    for (;;) {
        isize child = 2 * at + 1;
        if (child >= o->n_queue) {
            break;
        }
        if (child + 1 < o->n_queue && goes_before(o, o->queue[child + 1], o->queue[child])) {
            child++;
        }
        if (!goes_before(o, o->queue[child], node)) {
            break;
        }
        place(o, at, o->queue[child]);
        at = child;
    }
    place(o, at, node);
}

static isize take_first(Order *o)
{
    isize first = o->queue[0];
    o->nodes[first].at = -1;
    isize last = o->queue[--o->n_queue];
    if (o->n_queue > 0) {
        place(o, 0, last);
        sift_down(o, 0);
    }
    return first;
}

static void fill_queue(Order *o)
{
    const Checker *c = o->check;
    o->queue = ARENA_ARRAY(c->scratch, isize, c->objects.len);
    for (isize i = 0; i < c->objects.len; i++) {
        Node *n = &o->nodes[i];
        n->at = -1;
        ObjectKind kind = (ObjectKind)c->objects.ptr[i]->kind;
        if (kind != OBJECT_CONST && kind != OBJECT_VAR) {
            continue;
        }
        for (isize j = 0; j < n->behind.len; j++) {
            n->n_behind += !o->nodes[n->behind.ptr[j]].is_gone;
        }
        place(o, o->n_queue++, i);
        sift_up(o, o->n_queue - 1);
    }
}

/* ---- what is told ---- */

/* path has what lies between the object and itself, in the order of mentioning. */
static void tell_cycle(Checker *c, const Object *o, const Frame *path, isize n)
{
    if (n == 0) {
        check_error_pos(c, o->pos, CODE_INVALID_INIT_CYCLE,
                        "initialization cycle: %n refers to itself", o->name);
        return;
    }
    ErrorDesc e = check_error_begin(c, CODE_INVALID_INIT_CYCLE);
    error_add(&e, o->pos, "initialization cycle for %n", o->name);
    const Object *at = o;
    for (isize i = 0; i <= n; i++) {
        const Object *next = i < n ? c->objects.ptr[path[i].node] : o;
        error_add(&e, at->pos, "%n refers to %n", at->name, next->name);
        at = next;
    }
    error_report(&e);
}

/* Tells the first cycle through node that a search in depth finds, if there is one. */
static void find_cycle(Checker *c, isize node)
{
    bool *is_seen = ARENA_ARRAY(c->scratch, bool, c->objects.len);
    Frame *path = ARENA_ARRAY(c->scratch, Frame, c->objects.len);
    isize n = 0;
    path[n++] = (Frame){node, 0};
    is_seen[node] = true;
    while (n > 0) {
        Frame *top = &path[n - 1];
        Deps deps = deps_of(c, top->node);
        if (top->next == deps.len) {
            n--;
            continue;
        }
        isize dep = (isize)deps.ptr[top->next++]->order - 1;
        if (dep == node) {
            tell_cycle(c, c->objects.ptr[node], path + 1, n - 1);
            return;
        }
        if (!is_seen[dep]) {
            is_seen[dep] = true;
            path[n++] = (Frame){dep, 0};
        }
    }
}

static void find_cycles(Checker *c)
{
    isize n = c->objects.len;
    Order o = {.check = c, .nodes = ARENA_ARRAY(c->scratch, Node, n)};
    for (isize i = 0; i < n; i++) {
        Deps deps = deps_of(c, i);
        for (isize j = 0; j < deps.len; j++) {
            add_edge(&o, i, (isize)deps.ptr[j]->order - 1);
        }
    }
    take_out_functions(&o);
    fill_queue(&o);
    while (o.n_queue > 0) {
        isize first = take_first(&o);
        if (o.nodes[first].n_behind > 0) {
            find_cycle(c, first);
        }
        for (isize i = 0; i < o.nodes[first].before.len; i++) {
            Node *before = &o.nodes[o.nodes[first].before.ptr[i]];
            before->n_behind--;
            if (before->at >= 0) {
                sift_up(&o, before->at); /* it has fewer: it can only go up */
            }
        }
    }
}

void check_init_order(Checker *c)
{
    for (isize i = 0; i < c->objects.len; i++) {
        sort_deps(c->declarations[i]);
    }
    if (has_wrong_cycle(c)) {
        find_cycles(c);
    }
}
