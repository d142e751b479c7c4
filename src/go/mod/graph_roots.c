/*
 * When the go.mod of the main module requires a version and something else a higher one of the same
 * module, its requirements are raised until they agree with what is chosen (expandGraph and
 * updateRoots in cmd/go/internal/modload). In a pruned graph a raised root brings requirements with
 * it that were pruned out before; in an unpruned one only the list of roots changes, and is kept
 * small (Req in cmd/go/internal/mvs).
 */
#include "go/mod/graph_parts.h"

/* The nodes of a set are marked in arrays that are as long as the graph has nodes or paths. */
typedef struct {
    ModGraph *graph;
    Arena *arena;
    bool *has_path; /* by path: a root is there */
    GraphNodes roots;
} Update;

static Update begin_update(ModGraph *g)
{
    return (Update){
        .graph = g,
        .arena = g->arena,
        .has_path = ARENA_ARRAY(g->arena, bool, g->by_path.len),
        .roots = {.ptr = ARENA_ARRAY(g->arena, isize, g->by_path.len)},
    };
}

static void add_root(Update *u, isize node)
{
    u->has_path[graph_node(u->graph, node)->path] = true;
    u->roots.ptr[u->roots.len++] = node;
}

static bool is_same(GraphNodes x, GraphNodes y)
{
    return x.len == y.len && memcmp(x.ptr, y.ptr, (size_t)x.len * sizeof(*x.ptr)) == 0;
}

/* Whether a path is required twice, or the main module requires itself. Roots are sorted. */
static bool is_redundant(const ModGraph *g)
{
    isize main_path = graph_node(g, g->starts.ptr[0])->path, before = -1;
    for (isize i = 0; i < g->roots.len; i++) {
        isize path = graph_node(g, g->roots.ptr[i])->path;
        if (path == main_path || path == before) {
            return true;
        }
        before = path;
    }
    return false;
}

static bool are_roots_chosen(const ModGraph *g)
{
    for (isize i = 0; i < g->roots.len; i++) {
        if (g->by_path.ptr[graph_node(g, g->roots.ptr[i])->path].chosen != g->roots.ptr[i]) {
            return false;
        }
    }
    return true;
}

/* ---- pruned ---- */

/* The version that a root is to have: the chosen one, or, before there is a graph, the highest one
 * that is required. at: index of the root, the first one of its path. */
static isize wanted_version(const ModGraph *g, isize at, bool is_built)
{
    isize path = graph_node(g, g->roots.ptr[at])->path;
    if (is_built) {
        return g->by_path.ptr[path].chosen != 0 ? g->by_path.ptr[path].chosen : g->roots.ptr[at];
    }
    while (at + 1 < g->roots.len && graph_node(g, g->roots.ptr[at + 1])->path == path) {
        at++;
    }
    return g->roots.ptr[at];
}

static bool update_pruned(ModGraph *g, bool is_built, Err *err)
{
    for (;;) {
        Update u = begin_update(g);
        bool is_raised = false;
        u.has_path[graph_node(g, g->starts.ptr[0])->path] = true;
        for (isize i = 0; i < g->roots.len; i++) {
            if (!u.has_path[graph_node(g, g->roots.ptr[i])->path]) {
                isize wanted = wanted_version(g, i, is_built);
                is_raised = is_raised || wanted != g->roots.ptr[i];
                add_root(&u, wanted);
            }
        }
        if (is_built && is_same(u.roots, g->roots)) {
            return true;
        }
        g->needs_update = true;
        if (!graph_build(g, GRAPH_PRUNED, u.roots, err)) {
            return false;
        }
        is_built = true;
        if (!is_raised || graph_has_troubles(g)) {
            return true;
        }
    }
}

/* ---- unpruned ---- */

typedef struct {
    isize node, next; /* next: index of the requirement that is looked at next */
} Frame;

/* Appends the nodes that are reached from node and were not before, each after all that it
 * requires. The main module's own requirements count as none here. */
static void add_postorder(const ModGraph *g, isize node, bool *is_seen, Frame *stack,
                          GraphNodes *order)
{
    isize depth = 0;
    if (is_seen[node]) {
        return;
    }
    is_seen[node] = true;
    stack[depth++] = (Frame){.node = node};
    while (depth > 0) {
        Frame *top = &stack[depth - 1];
        GraphNodes requires = graph_requires(g, top->node);
        if (top->next == requires.len) {
            order->ptr[order->len++] = top->node;
            depth--;
            continue;
        }
        isize next = requires.ptr[top->next++];
        if (!is_seen[next]) {
            is_seen[next] = true;
            stack[depth++] = (Frame){.node = next};
        }
    }
}

/* The chosen versions that the roots so far do not bring with them become roots. */
static void add_not_implied(Update *u, GraphNodes list)
{
    ModGraph *g = u->graph;
    isize n = g->nodes.len;
    bool *is_seen = ARENA_ARRAY(u->arena, bool, n);
    bool *is_implied = ARENA_ARRAY(u->arena, bool, n);
    Frame *stack = ARENA_ARRAY(u->arena, Frame, n);
    GraphNodes order = {.ptr = ARENA_ARRAY(u->arena, isize, n)};
    GraphNodes ignored = {.ptr = ARENA_ARRAY(u->arena, isize, n)};
    is_seen[g->starts.ptr[0]] = true;
    is_implied[g->starts.ptr[0]] = true;
    for (isize i = 0; i < list.len; i++) {
        add_postorder(g, list.ptr[i], is_seen, stack, &order);
    }
    for (isize i = 0; i < u->roots.len; i++) {
        add_postorder(g, u->roots.ptr[i], is_implied, stack, &ignored);
    }
    for (isize i = order.len - 1; i >= 0; i--) {
        isize node = order.ptr[i];
        if (g->by_path.ptr[graph_node(g, node)->path].chosen == node && !is_implied[node]) {
            add_root(u, node);
            add_postorder(g, node, is_implied, stack, &ignored);
        }
    }
}

/* Whether the main module requires the path for its own sake; a line that is excluded does not. */
static bool is_direct(const ModGraph *g, Str path)
{
    const GoMod *mod = &g->mains->ptr[0].mod;
    for (isize i = 0; i < mod->requires.len; i++) {
        const GoModRequire *r = &mod->requires.ptr[i];
        if (!r->is_indirect && str_eq(r->path, path) &&
            !mainmods_excludes(*g->arena, g->mains, (ModVersion){r->path, r->version})) {
            return true;
        }
    }
    return str_eq(path, S("go"));
}

static bool update_unpruned(ModGraph *g, Err *err)
{
    Update u = begin_update(g);
    for (isize i = 0; i < g->roots.len; i++) {
        isize node = g->roots.ptr[i], path = graph_node(g, node)->path;
        if (!u.has_path[path] && g->by_path.ptr[path].chosen == node) {
            add_root(&u, node);
        }
    }
    GraphNodes list = graph_build_list(g->arena, g, false);
    for (isize i = 1; i < list.len; i++) {
        const GraphNode *n = graph_node(g, list.ptr[i]);
        if (!u.has_path[n->path] && is_direct(g, n->mod.path)) {
            add_root(&u, list.ptr[i]);
        }
    }
    add_not_implied(&u, list);
    graph_sort(g, u.roots);
    if (is_same(u.roots, g->roots)) {
        return true;
    }
    g->needs_update = true;
    return graph_build(g, GRAPH_UNPRUNED, u.roots, err);
}

bool graph_make_consistent(ModGraph *g, Err *err)
{
    bool is_pruned = g->pruning == GRAPH_PRUNED;
    if (is_pruned && is_redundant(g)) {
        if (!update_pruned(g, false, err)) {
            return false;
        }
    } else if (!graph_build(g, g->pruning, g->roots, err)) {
        return false;
    }
    if (graph_has_troubles(g) || (are_roots_chosen(g) && !is_redundant(g))) {
        return true;
    }
    return is_pruned ? update_pruned(g, true, err) : update_unpruned(g, err);
}
