/*
 * See graph.h. A node is walked through in up to three ways, as cmd/go does (readModGraph): PRUNED,
 * its requirements are known and not followed, unless it is of a Go before 1.17; UNPRUNED, all is
 * followed; WORKSPACE, a main module's requirements are followed as each of them says. What remains
 * to be walked through is a queue of pairs; one wave of it is read by several threads.
 */
#include "go/mod/graph_parts.h"

#include "base/sort.h"
#include "go/mod/version.h"

#define WORKER_CHUNK (64 * KIB)

typedef struct {
    isize node;
    GraphPruning mode;
} Step;

typedef struct {
    ModGraph *graph;
    VEC(Step) queue;
    isize at;
} Walk;

/* ---- choosing ---- */

static void choose(ModGraph *g, isize node)
{
    const GraphNode *n = graph_node(g, node);
    isize *chosen = &g->by_path.ptr[n->path].chosen;
    Str present = *chosen == 0 ? GRAPH_NO_VERSION : graph_node(g, *chosen)->mod.version;
    if (modversion_compare(n->mod.path, present, n->mod.version) < 0) {
        *chosen = node;
    }
}

static void choose_all(ModGraph *g, GraphNodes nodes)
{
    for (isize i = 0; i < nodes.len; i++) {
        choose(g, nodes.ptr[i]);
    }
}

isize graph_chosen(const ModGraph *g, Str path)
{
    const isize *at = map_get(&g->paths, path);
    return at == NULL ? 0 : g->by_path.ptr[*at - 1].chosen;
}

/* ---- walking through ---- */

static void enqueue(Walk *w, isize node, GraphPruning mode)
{
    GraphNode *n = &w->graph->nodes.ptr[node];
    unsigned bit = 1u << mode;
    if ((n->modes & bit) == 0 && !str_eq(n->mod.version, GRAPH_NO_VERSION)) {
        n->modes |= bit;
        *VEC_PUSH(w->graph->arena, &w->queue) = (Step){node, mode};
    }
}

static void take_step(Walk *w, Step step)
{
    ModGraph *g = w->graph;
    GraphNode *n = &g->nodes.ptr[step.node];
    if (n->state != GRAPH_READ) {
        return;
    }
    if (!n->has_requires) {
        n->has_requires = true;
        choose_all(g, n->says);
    }
    if (step.mode == GRAPH_PRUNED && !n->is_unpruned) {
        return;
    }
    bool is_unpruned = n->is_unpruned || step.mode == GRAPH_UNPRUNED;
    for (isize i = 0; i < n->says.len; i++) {
        enqueue(w, n->says.ptr[i], is_unpruned ? GRAPH_UNPRUNED : GRAPH_PRUNED);
    }
}

/* Until the queue is empty. */
static bool walk_on(Walk *w, Err *err)
{
    while (w->at < w->queue.len) {
        isize end = w->queue.len;
        GraphNodes wave = {.ptr = ARENA_ARRAY(w->graph->arena, isize, end - w->at)};
        for (isize i = w->at; i < end; i++) {
            wave.ptr[wave.len++] = w->queue.ptr[i].node;
        }
        if (!graph_read(w->graph, wave, err)) {
            return false;
        }
        for (; w->at < end; w->at++) {
            take_step(w, w->queue.ptr[w->at]);
        }
    }
    return true;
}

/* ---- workspaces ---- */

/* What one path asks to be walked through: its chosen version, else the chosen versions of what
 * that one requires in a lower version. */
static void add_needed(const ModGraph *g, isize path, GraphNodes *needed)
{
    isize node = g->by_path.ptr[path].chosen;
    if (!graph_node(g, node)->is_reloaded) {
        needed->ptr[needed->len++] = node;
        return;
    }
    GraphNodes requires = graph_requires(g, node);
    for (isize i = 0; i < requires.len; i++) {
        ModVersion m = graph_node(g, requires.ptr[i])->mod;
        isize best = g->by_path.ptr[graph_node(g, requires.ptr[i])->path].chosen;
        const GraphNode *n = graph_node(g, best);
        if (best != 0 && !n->is_reloaded && n->mod.version.len > 0 &&
            modversion_compare(m.path, n->mod.version, m.version) > 0) {
            needed->ptr[needed->len++] = best;
        }
    }
}

static GraphNodes find_needed(const ModGraph *g)
{
    isize n = 0;
    for (isize i = 0; i < g->by_path.len; i++) {
        n +=
            g->by_path.ptr[i].is_reloaded ? 1 + graph_requires(g, g->by_path.ptr[i].chosen).len : 0;
    }
    GraphNodes needed = {.ptr = ARENA_ARRAY(g->arena, isize, n)};
    for (isize i = 0; i < g->by_path.len; i++) {
        if (g->by_path.ptr[i].is_reloaded) {
            add_needed(g, i, &needed);
        }
    }
    return needed;
}

static void reload(Walk *w, isize node)
{
    GraphNode *n = &w->graph->nodes.ptr[node];
    n->is_reloaded = true;
    w->graph->by_path.ptr[n->path].is_reloaded = true;
    enqueue(w, node, GRAPH_WORKSPACE);
}

/* In a workspace the versions that were chosen in place of what the main modules require are walked
 * through as the main modules are, until nothing changes. */
static bool reload_workspace(Walk *w, Err *err)
{
    ModGraph *g = w->graph;
    for (isize i = 0; i < g->starts.len; i++) {
        g->by_path.ptr[graph_node(g, g->starts.ptr[i])->path].is_reloaded = true;
    }
    for (;;) {
        GraphNodes needed = find_needed(g);
        if (needed.len == 0) {
            return true;
        }
        for (isize i = 0; i < needed.len; i++) {
            reload(w, needed.ptr[i]);
        }
        if (!walk_on(w, err)) {
            return false;
        }
    }
}

/* ---- building ---- */

bool graph_build(ModGraph *g, GraphPruning pruning, GraphNodes roots, Err *err)
{
    Walk w = {.graph = g};
    for (isize i = 1; i < g->nodes.len; i++) {
        g->nodes.ptr[i].modes = 0;
        g->nodes.ptr[i].has_requires = false;
        g->nodes.ptr[i].is_reloaded = false;
    }
    for (isize i = 0; i < g->by_path.len; i++) {
        g->by_path.ptr[i] = (GraphPath){0};
    }
    g->pruning = pruning;
    g->roots = roots;
    choose_all(g, g->starts);
    choose_all(g, roots);
    for (isize i = 0; i < roots.len; i++) {
        enqueue(&w, roots.ptr[i], pruning);
    }
    return walk_on(&w, err) && (pruning != GRAPH_WORKSPACE || reload_workspace(&w, err));
}

typedef struct {
    ModVersion mod;
    isize node;
} Sorted;

static int compare_sorted(const void *x, const void *y)
{
    return modversion_order(&((const Sorted *)x)->mod, &((const Sorted *)y)->mod);
}

void graph_sort(const ModGraph *g, GraphNodes nodes)
{
    Arena scratch = *g->arena;
    Sorted *sorted = ARENA_ARRAY(&scratch, Sorted, nodes.len);
    for (isize i = 0; i < nodes.len; i++) {
        sorted[i] = (Sorted){graph_node(g, nodes.ptr[i])->mod, nodes.ptr[i]};
    }
    sort_array(sorted, nodes.len, (isize)sizeof(Sorted), compare_sorted);
    for (isize i = 0; i < nodes.len; i++) {
        nodes.ptr[i] = sorted[i].node;
    }
}

static void add_go_and_toolchain(ModGraph *g, Str go, Str toolchain, GraphNodes *roots)
{
    roots->ptr[roots->len++] = graph_intern(g, (ModVersion){S("go"), go});
    if (toolchain.len > 0) {
        roots->ptr[roots->len++] = graph_intern(g, (ModVersion){S("toolchain"), toolchain});
    }
}

static bool load_workspace(ModGraph *g, Err *err)
{
    const MainMods *m = g->mains;
    GraphNodes roots = {.ptr = ARENA_ARRAY(g->arena, isize, m->len + 2)};
    for (isize i = 0; i < m->len; i++) {
        roots.ptr[roots.len++] = graph_intern(g, (ModVersion){.path = m->ptr[i].mod.module.path});
    }
    add_go_and_toolchain(g, mainmods_go_of_work(&m->work), m->work.toolchain.name, &roots);
    graph_sort(g, roots);
    g->starts = roots;
    return graph_build(g, GRAPH_WORKSPACE, roots, err);
}

static bool load_module(ModGraph *g, bool as_written, Err *err)
{
    const MainMod *m = &g->mains->ptr[0];
    Str go = mainmods_go_of_mod(&m->mod);
    bool is_unpruned = goversion_compare(go, S("1.17")) < 0;
    ModSummary summary;
    ModTrouble trouble;
    if (!modsummary_of_main(g->arena, g->mains, m, &summary, &trouble)) {
        FAIL(err, ERR_FORMAT, "%.*s: %.*s", STR_ARG(m->file), STR_ARG(trouble.says));
        return err_hint(err, "%.*s", STR_ARG(trouble.remedy));
    }
    g->starts = (GraphNodes){ARENA_ARRAY(g->arena, isize, 1), 1};
    g->starts.ptr[0] = graph_intern(g, (ModVersion){.path = m->mod.module.path});
    GraphNodes roots = {.ptr = ARENA_ARRAY(g->arena, isize, summary.n_requires + 2)};
    for (isize i = 0; i < summary.n_requires; i++) {
        if (!str_eq(summary.requires[i].path, S("go"))) {
            roots.ptr[roots.len++] = graph_intern(g, summary.requires[i]);
        }
    }
    g->needs_update = roots.len < m->mod.requires.len; /* one is excluded by the same file */
    add_go_and_toolchain(g, go, m->mod.toolchain.name, &roots);
    graph_sort(g, roots);
    g->pruning = is_unpruned ? GRAPH_UNPRUNED : GRAPH_PRUNED;
    g->roots = roots;
    return as_written && !is_unpruned ? graph_build(g, GRAPH_PRUNED, roots, err)
                                      : graph_make_consistent(g, err);
}

static bool load(Arena *a, const MainMods *mains, Str cache, isize jobs, bool as_written,
                 ModGraph *ret, Err *err)
{
    *ret = (ModGraph){.arena = a, .mains = mains, .cache = cache, .jobs = MAX(jobs, 1)};
    for (isize i = 0; i < GRAPH_MAX_WORKERS; i++) {
        ret->workers[i] = arena_init(WORKER_CHUNK);
    }
    ret->by_name = map_init(a);
    ret->paths = map_init(a);
    *VEC_PUSH(a, &ret->nodes) = (GraphNode){0};
    return mains->work_file.len > 0 ? load_workspace(ret, err) : load_module(ret, as_written, err);
}

bool graph_load(Arena *a, const MainMods *mains, Str cache, isize jobs, ModGraph *ret, Err *err)
{
    return load(a, mains, cache, jobs, false, ret, err);
}

bool graph_load_as_written(Arena *a, const MainMods *mains, Str cache, isize jobs, ModGraph *ret,
                           Err *err)
{
    return load(a, mains, cache, jobs, true, ret, err);
}

void graph_done(ModGraph *g)
{
    for (isize i = 0; i < GRAPH_MAX_WORKERS; i++) {
        arena_done(&g->workers[i]);
    }
}
