/* The nodes of a graph and what their go.mod files say. Files are read and parsed by several
 * threads, each once; the nodes that they name get their numbers afterwards, in one fixed order. */
#include "go/mod/graph_parts.h"

#include "os/pool.h"

#define NODES_PER_WORKER 8 /* fewer files are read sooner than a thread starts */

typedef struct {
    ModSummary summary;
    ModTrouble trouble;
    bool is_read;
} Reading;

typedef struct {
    ModGraph *graph;
    const isize *nodes;
    Reading *readings;
} ReadJob;

isize graph_intern(ModGraph *g, ModVersion m)
{
    Arena scratch = *g->arena;
    const isize *at = map_get(&g->by_name, modversion_format(&scratch, m));
    if (at != NULL) {
        return *at;
    }
    bool is_new;
    isize *path = map_put(&g->paths, m.path, &is_new);
    if (is_new) {
        *path = g->paths.len;
        *VEC_PUSH(g->arena, &g->by_path) = (GraphPath){0};
    }
    isize path_index = *path - 1;
    *VEC_PUSH(g->arena, &g->nodes) = (GraphNode){.mod = m, .path = path_index};
    isize node = g->nodes.len - 1;
    *map_put(&g->by_name, modversion_format(g->arena, m), NULL) = node;
    return node;
}

static bool read_one(void *context, isize unit, isize worker, Err *err)
{
    (void)err;
    ReadJob *job = context;
    ModGraph *g = job->graph;
    Arena *a = &g->workers[worker];
    Reading *r = &job->readings[unit];
    ModVersion m = graph_node(g, job->nodes[unit])->mod;
    const MainMod *module = m.version.len == 0 ? mainmods_find(g->mains, m.path) : NULL;
    r->is_read = module != NULL
                     ? modsummary_of_main(a, g->mains, module, &r->summary, &r->trouble)
                     : modsummary_read(a, g->mains, g->cache, m, &r->summary, &r->trouble);
    return true;
}

static void take_reading(ModGraph *g, isize node, const Reading *r)
{
    GraphNodes says = {.ptr = ARENA_ARRAY(g->arena, isize, r->summary.n_requires)};
    for (isize i = 0; i < r->summary.n_requires; i++) {
        says.ptr[says.len++] = graph_intern(g, r->summary.requires[i]);
    }
    GraphNode *n = &g->nodes.ptr[node];
    n->state = r->is_read ? GRAPH_READ : GRAPH_UNREADABLE;
    n->trouble = r->trouble;
    n->says = says;
    n->go = r->summary.go;
    n->is_unpruned = r->summary.is_unpruned;
}

bool graph_read(ModGraph *g, GraphNodes nodes, Err *err)
{
    isize *unread = ARENA_ARRAY(g->arena, isize, nodes.len);
    isize n = 0;
    for (isize i = 0; i < nodes.len; i++) {
        if (graph_node(g, nodes.ptr[i])->state == GRAPH_UNREAD) {
            unread[n++] = nodes.ptr[i];
        }
    }
    ReadJob job = {g, unread, ARENA_ARRAY(g->arena, Reading, n)};
    isize n_workers = MIN(MIN(g->jobs, GRAPH_MAX_WORKERS), n / NODES_PER_WORKER + 1);
    if (!pool_run(n, n_workers, read_one, &job, err)) {
        return false;
    }
    for (isize i = 0; i < n; i++) {
        if (graph_node(g, unread[i])->state == GRAPH_UNREAD) {
            take_reading(g, unread[i], &job.readings[i]);
        }
    }
    return g->nodes.len <= GRAPH_MAX_NODES ||
           FAIL(err, ERR_LIMIT, "the module graph has more than %d versions", GRAPH_MAX_NODES);
}
