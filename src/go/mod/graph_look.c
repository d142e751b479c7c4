/* What can be asked of a graph that was built. */
#include "go/mod/graph_parts.h"

GraphNodes graph_requires(const ModGraph *g, isize node)
{
    if (g->pruning != GRAPH_WORKSPACE && node == g->starts.ptr[0]) {
        return g->roots;
    }
    const GraphNode *n = graph_node(g, node);
    return n->has_requires ? n->says : (GraphNodes){0};
}

/* The paths that a main module requires "// indirect"; none for any other node. */
static Map indirect_paths(Arena *a, const ModGraph *g, isize node)
{
    Map paths = map_init(a);
    ModVersion m = graph_node(g, node)->mod;
    const MainMod *module = m.version.len == 0 ? mainmods_find(g->mains, m.path) : NULL;
    for (isize i = 0; module != NULL && i < module->mod.requires.len; i++) {
        if (module->mod.requires.ptr[i].is_indirect) {
            map_put(&paths, module->mod.requires.ptr[i].path, NULL);
        }
    }
    return paths;
}

/* Breadth first from the starts; by[node] is where a node was first seen, itself for a start. */
static GraphNodes walk(Arena *a, const ModGraph *g, bool direct_only, isize *by)
{
    GraphNodes order = {.ptr = ARENA_ARRAY(a, isize, g->nodes.len)};
    for (isize i = 0; i < g->starts.len; i++) {
        isize node = g->starts.ptr[i];
        if (by[node] == 0) {
            by[node] = node;
            order.ptr[order.len++] = node;
        }
    }
    for (isize at = 0; at < order.len; at++) {
        GraphNodes requires = graph_requires(g, order.ptr[at]);
        Map passed_over = direct_only ? indirect_paths(a, g, order.ptr[at]) : (Map){0};
        for (isize i = 0; i < requires.len; i++) {
            isize node = requires.ptr[i];
            ModVersion m = graph_node(g, node)->mod;
            if (by[node] == 0 && !str_eq(m.version, GRAPH_NO_VERSION) &&
                (passed_over.len == 0 || map_get(&passed_over, m.path) == NULL)) {
                by[node] = order.ptr[at];
                order.ptr[order.len++] = node;
            }
        }
    }
    return order;
}

GraphNodes graph_walk(Arena *a, const ModGraph *g)
{
    isize *by = ARENA_ARRAY(a, isize, g->nodes.len);
    return walk(a, g, false, by);
}

isize *graph_origins(Arena *a, const ModGraph *g, bool direct_only)
{
    isize *by = ARENA_ARRAY(a, isize, g->nodes.len);
    walk(a, g, direct_only, by);
    return by;
}

GraphNodes graph_chain_by(Arena *a, const isize *origins, isize node)
{
    isize len = 0;
    if (node == 0 || origins[node] == 0) {
        return (GraphNodes){0};
    }
    for (isize at = node; len == 0 || origins[at] != at; len++) {
        at = len == 0 ? node : origins[at];
    }
    GraphNodes chain = {.ptr = ARENA_ARRAY(a, isize, len), .len = len};
    for (isize at = node; len > 0; at = origins[at]) {
        chain.ptr[--len] = at;
    }
    return chain;
}

GraphNodes graph_chain(Arena *a, const ModGraph *g, isize node)
{
    return graph_chain_by(a, graph_origins(a, g, false), node);
}

GraphNodes graph_build_list(Arena *a, const ModGraph *g, bool modules_only)
{
    GraphNodes list = {.ptr = ARENA_ARRAY(a, isize, g->by_path.len)};
    bool *is_listed = ARENA_ARRAY(a, bool, g->by_path.len);
    for (isize i = 0; i < g->starts.len; i++) {
        const GraphNode *n = graph_node(g, g->starts.ptr[i]);
        if (!is_listed[n->path] && !(modules_only && modversion_is_toolchain(n->mod.path))) {
            list.ptr[list.len++] = g->by_path.ptr[n->path].chosen;
        }
        is_listed[n->path] = true;
    }
    GraphNodes others = {.ptr = list.ptr + list.len};
    for (isize i = 0; i < g->by_path.len; i++) {
        isize node = g->by_path.ptr[i].chosen;
        if (node != 0 && !is_listed[i] &&
            !(modules_only && modversion_is_toolchain(graph_node(g, node)->mod.path))) {
            others.ptr[others.len++] = node;
        }
    }
    graph_sort(g, others);
    list.len += others.len;
    return list;
}

static bool is_trouble(const GraphNode *n)
{
    return n->modes != 0 && n->state == GRAPH_UNREADABLE;
}

bool graph_has_troubles(const ModGraph *g)
{
    for (isize i = 1; i < g->nodes.len; i++) {
        if (is_trouble(graph_node(g, i))) {
            return true;
        }
    }
    return false;
}

GraphNodes graph_troubles(Arena *a, const ModGraph *g)
{
    GraphNodes all = graph_walk(a, g);
    GraphNodes troubles = {.ptr = all.ptr};
    for (isize i = 0; i < all.len; i++) {
        if (is_trouble(graph_node(g, all.ptr[i]))) {
            troubles.ptr[troubles.len++] = all.ptr[i];
        }
    }
    return troubles;
}
