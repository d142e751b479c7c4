/*
 * A node is a declaration in one view. Mentions make a graph of them, with cycles; the fingerprint
 * of a strongly connected component comes from its members as they are written and from the
 * fingerprints of the components that it leads to, and that of a node from its component's and its
 * own name. Components are found as by Tarjan, with a stack of its own: chains are long.
 */
#include "go/preflight/reach.h"

typedef struct {
    int32_t unit, decl;
    View view;
    uint32_t order, low; /* Tarjan's, from 1 */
    uint32_t first;      /* mentions in targets; as many as the view has */
    uint32_t next;       /* mention to look at */
    bool is_done;
    bool minds_word;         /* of the declaration, or after reach_spread_word of all it reaches */
    Fingerprint fingerprint; /* when it is done */
} Node;

/* What a mention leads to that nobody can notice, or that is not there. */
#define NOWHERE UINT32_MAX

/* Nodes that reach each other, or one alone; those that they lead to are in earlier ones. */
typedef struct {
    isize from, to; /* in closed */
} Component;

typedef struct {
    int32_t unit;
    uint32_t decl;
} Needed;

struct Reach {
    Arena *arena;
    const TypecheckUnits *units;
    const Surface *const *surfaces;
    const NameTable *names;
    uint32_t **nodes_of; /* by unit, by declaration and view: 1 + index in nodes; NULL: none yet */
    bool **needed;       /* by unit, by declaration; NULL: none yet */
    VEC(Node) nodes;
    VEC(uint32_t) targets; /* nodes, or NOWHERE */
    VEC(uint32_t) closed;  /* nodes that are done */
    VEC(Component) components;
    VEC(uint32_t) path; /* nodes that are being looked at, each mentioned by the one below */
    VEC(uint32_t) open; /* Tarjan's stack */
    VEC(Needed) queue;
    uint32_t n_ordered;
    FingerprintText text;
};

Reach *reach_new(Arena *a, const TypecheckUnits *units, const Surface *const *surfaces,
                 const NameTable *names)
{
    Reach *r = ARENA_NEW(a, Reach);
    *r = (Reach){
        .arena = a, .units = units, .surfaces = surfaces, .names = names, .text = {.arena = a}};
    r->nodes_of = ARENA_ARRAY(a, uint32_t *, units->len);
    r->needed = ARENA_ARRAY(a, bool *, units->len);
    return r;
}

/* ---- what mentions mean ---- */

static const SurfaceRoot *root_at(const Reach *r, isize unit, uint32_t index)
{
    return &r->surfaces[unit]->roots[index];
}

static Mention mention_of_root(isize root)
{
    return (Mention){(uint32_t)root, true, VIEW_WHOLE};
}

/* The declaration that a mention in a unit means; false: there is none that could be seen. */
static bool find_decl(const Reach *r, isize unit, const Mention *m, Needed *ret)
{
    if (!m->is_root) {
        *ret = (Needed){(int32_t)unit, m->target};
        return true;
    }
    const SurfaceRoot *root = root_at(r, unit, m->target);
    isize imported = r->units->ptr[unit].imports[root->import].unit;
    if (imported < 0) {
        return false;
    }
    const uint32_t *at = nameindex_get(&r->surfaces[imported]->by_name, root->name);
    if (at == NULL) {
        return false;
    }
    *ret = (Needed){(int32_t)imported, *at};
    return true;
}

static const SurfaceDecl *decl_at(const Reach *r, int32_t unit, uint32_t decl)
{
    return &r->surfaces[unit]->decls[decl];
}

static const SurfaceView *view_of(const Reach *r, const Node *n)
{
    return &decl_at(r, n->unit, (uint32_t)n->decl)->views[n->view];
}

/* Index of the node of a declaration in a view. */
static uint32_t node_of(Reach *r, Needed at, View view)
{
    const Surface *s = r->surfaces[at.unit];
    if (r->nodes_of[at.unit] == NULL) {
        r->nodes_of[at.unit] = ARENA_ARRAY(r->arena, uint32_t, s->n_decls * VIEW_COUNT);
    }
    const SurfaceDecl *d = &s->decls[at.decl];
    view = d->is_type || (d->is_typed && view == VIEW_TYPE) ? view : VIEW_WHOLE;
    uint32_t *known = &r->nodes_of[at.unit][at.decl * VIEW_COUNT + view];
    if (*known == 0) {
        *VEC_PUSH(r->arena, &r->nodes) =
            (Node){.unit = at.unit, .decl = (int32_t)at.decl, .view = view};
        *known = (uint32_t)r->nodes.len;
    }
    return *known - 1;
}

/* ---- fingerprints ---- */

/* Which one a node is, in any run: its package, its name and its view. */
static void add_identity(const Reach *r, FingerprintText *s, const Node *n)
{
    fingerprint_take(s, &n->view, sizeof n->view);
    fingerprint_take_str(s, name_text(r->names, decl_at(r, n->unit, (uint32_t)n->decl)->name));
    fingerprint_take_str(s, r->units->ptr[n->unit].path);
}

/* What stands for a mention of nothing: the path that was meant, and why it is not there. */
static void add_absence(const Reach *r, FingerprintText *s, isize unit, const Mention *m)
{
    const UnitImport *import = &r->units->ptr[unit].imports[root_at(r, unit, m->target)->import];
    fingerprint_take_str(s, import->path);
    fingerprint_take_str(s, import->trouble);
}

/* Of one member of a component: how it is written, and what each of its mentions means. */
static Fingerprint member_fingerprint(Reach *r, uint32_t index)
{
    FingerprintText *s = &r->text;
    const Node *n = &r->nodes.ptr[index];
    const SurfaceView *view = view_of(r, n);
    add_identity(r, s, n);
    fingerprint_take(s, &view->text, sizeof view->text);
    for (isize i = 0; i < view->n_mentions; i++) {
        uint32_t target = r->targets.ptr[n->first + (uint32_t)i];
        if (view->mentions[i].view == VIEW_NONE) {
            continue;
        }
        if (target == NOWHERE) {
            add_absence(r, s, n->unit, &view->mentions[i]);
            continue;
        }
        const Node *to = &r->nodes.ptr[target];
        if (to->is_done) {
            fingerprint_take(s, &to->fingerprint, sizeof to->fingerprint);
        } else {
            add_identity(r, s, to);
        }
    }
    return fingerprint_end(s);
}

/* Makes the fingerprints of a component: the nodes of the open stack from a place on. */
static void finish_members(Reach *r, isize from)
{
    if (from == r->open.len - 1) {
        Fingerprint alone = member_fingerprint(r, r->open.ptr[from]);
        Node *n = &r->nodes.ptr[r->open.ptr[from]];
        n->fingerprint = alone;
        n->is_done = true;
        return;
    }
    Fingerprint sum = {0};
    for (isize i = from; i < r->open.len; i++) {
        fingerprint_add(&sum, member_fingerprint(r, r->open.ptr[i]));
    }
    for (isize i = from; i < r->open.len; i++) {
        Node *n = &r->nodes.ptr[r->open.ptr[i]];
        FingerprintText *s = &r->text;
        add_identity(r, s, n);
        fingerprint_take(s, &sum, sizeof sum);
        n->fingerprint = fingerprint_end(s);
    }
    for (isize i = from; i < r->open.len; i++) {
        r->nodes.ptr[r->open.ptr[i]].is_done = true;
    }
}

static void close_component(Reach *r, isize from)
{
    isize begin = r->closed.len;
    finish_members(r, from);
    for (isize i = from; i < r->open.len; i++) {
        *VEC_PUSH(r->arena, &r->closed) = r->open.ptr[i];
    }
    *VEC_PUSH(r->arena, &r->components) = (Component){begin, r->closed.len};
    r->open.len = from;
}

/* Finds out where the mentions of a node lead to. */
static void enter(Reach *r, uint32_t index)
{
    Node *n = &r->nodes.ptr[index];
    const SurfaceView *view = view_of(r, n);
    int32_t unit = n->unit;
    n->order = n->low = ++r->n_ordered;
    n->first = (uint32_t)r->targets.len;
    *VEC_PUSH(r->arena, &r->path) = index;
    *VEC_PUSH(r->arena, &r->open) = index;
    for (isize i = 0; i < view->n_mentions; i++) {
        const Mention *m = &view->mentions[i];
        Needed target;
        bool leads = m->view != VIEW_NONE && find_decl(r, unit, m, &target);
        uint32_t to = leads ? node_of(r, target, (View)m->view) : NOWHERE;
        *VEC_PUSH(r->arena, &r->targets) = to;
    }
}

/* Looks at the next mention of the last node of the path. */
static void advance(Reach *r, uint32_t index)
{
    Node *n = &r->nodes.ptr[index];
    uint32_t to = r->targets.ptr[n->first + n->next++];
    if (to == NOWHERE) {
        return;
    }
    if (r->nodes.ptr[to].order == 0) {
        enter(r, to);
    } else if (!r->nodes.ptr[to].is_done) {
        n->low = MIN(n->low, r->nodes.ptr[to].order);
    }
}

/* Leaves the last node of the path, all of whose mentions were looked at. */
static void leave(Reach *r, uint32_t index)
{
    const Node *n = &r->nodes.ptr[index];
    r->path.len--;
    if (n->low == n->order) {
        isize from = r->open.len - 1;
        while (r->open.ptr[from] != index) {
            from--;
        }
        close_component(r, from);
    }
    if (r->path.len > 0) {
        Node *below = &r->nodes.ptr[r->path.ptr[r->path.len - 1]];
        below->low = MIN(below->low, n->low);
    }
}

static void look_from(Reach *r, uint32_t index)
{
    enter(r, index);
    while (r->path.len > 0) {
        uint32_t top = r->path.ptr[r->path.len - 1];
        const Node *n = &r->nodes.ptr[top];
        if (n->next < view_of(r, n)->n_mentions) {
            advance(r, top);
        } else {
            leave(r, top);
        }
    }
}

/* Index of the node that a root means; NOWHERE: it means nothing. */
static uint32_t node_of_root(Reach *r, isize unit, isize root)
{
    Needed target;
    Mention m = mention_of_root(root);
    if (!find_decl(r, unit, &m, &target)) {
        return NOWHERE;
    }
    return node_of(r, target, root_at(r, unit, m.target)->view);
}

Fingerprint reach_fingerprint(Reach *r, isize unit, isize root)
{
    uint32_t index = node_of_root(r, unit, root);
    if (index == NOWHERE) {
        return (Fingerprint){0};
    }
    if (!r->nodes.ptr[index].is_done) {
        look_from(r, index);
    }
    return r->nodes.ptr[index].fingerprint;
}

/* ---- what depends on the size of words ---- */

void reach_mind_word(Reach *r, isize unit, isize decl)
{
    for (int view = 0; r->nodes_of[unit] != NULL && view < VIEW_COUNT; view++) {
        uint32_t known = r->nodes_of[unit][decl * VIEW_COUNT + view];
        if (known > 0) {
            r->nodes.ptr[known - 1].minds_word = true;
        }
    }
}

static bool leads_to_minding(const Reach *r, const Node *n)
{
    isize n_mentions = view_of(r, n)->n_mentions;
    for (isize i = 0; i < n_mentions; i++) {
        uint32_t to = r->targets.ptr[n->first + (uint32_t)i];
        if (to != NOWHERE && r->nodes.ptr[to].minds_word) {
            return true;
        }
    }
    return false;
}

void reach_spread_word(Reach *r)
{
    for (isize k = 0; k < r->components.len; k++) {
        Component own = r->components.ptr[k];
        bool minds = false;
        for (isize i = own.from; !minds && i < own.to; i++) {
            const Node *n = &r->nodes.ptr[r->closed.ptr[i]];
            minds = n->minds_word || leads_to_minding(r, n);
        }
        for (isize i = own.from; i < own.to; i++) {
            r->nodes.ptr[r->closed.ptr[i]].minds_word = minds;
        }
    }
}

bool reach_minds_word(Reach *r, isize unit, isize root)
{
    uint32_t index = node_of_root(r, unit, root);
    return index != NOWHERE && r->nodes.ptr[index].minds_word;
}

/* ---- what is needed ---- */

static void need(Reach *r, isize unit, const Mention *m)
{
    Needed at;
    if (!find_decl(r, unit, m, &at)) {
        return;
    }
    if (r->needed[at.unit] == NULL) {
        r->needed[at.unit] = ARENA_ARRAY(r->arena, bool, r->surfaces[at.unit]->n_decls);
    }
    if (!r->needed[at.unit][at.decl]) {
        r->needed[at.unit][at.decl] = true;
        *VEC_PUSH(r->arena, &r->queue) = at;
    }
}

void reach_need(Reach *r, isize unit, isize root)
{
    Mention m = mention_of_root(root);
    need(r, unit, &m);
    while (r->queue.len > 0) {
        Needed at = r->queue.ptr[--r->queue.len];
        const SurfaceView *view = &decl_at(r, at.unit, at.decl)->views[VIEW_WHOLE];
        for (isize i = 0; i < view->n_mentions; i++) {
            need(r, at.unit, &view->mentions[i]);
        }
    }
}

void reach_needed(const Reach *r, isize unit, NameIndex *ret)
{
    *ret = (NameIndex){0};
    for (isize i = 0; r->needed[unit] != NULL && i < r->surfaces[unit]->n_decls; i++) {
        if (r->needed[unit][i]) {
            *nameindex_put(r->arena, ret, r->surfaces[unit]->decls[i].name) = 1;
        }
    }
}
