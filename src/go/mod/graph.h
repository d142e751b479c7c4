/*
 * The graph of the modules that a build may draw on, and which version of each is chosen: minimal
 * version selection (go.dev/ref/mod#minimal-version-selection) with graph pruning, workspaces,
 * replace and exclude, as cmd/go/internal/modload does it.
 *
 * A node is a module at a version. Nodes are numbered in the order in which they are first seen,
 * which does not depend on the number of workers; node 0 is none.
 */
#ifndef GO_MOD_GRAPH_H
#define GO_MOD_GRAPH_H

#include "go/mod/modsummary.h"

#define GRAPH_MAX_NODES 2000000 /* the largest known graph has some 5,000 */
#define GRAPH_MAX_WORKERS 16

typedef enum {
    GRAPH_PRUNED,    /* one main module of go 1.17 or later */
    GRAPH_UNPRUNED,  /* one of an older one */
    GRAPH_WORKSPACE, /* several */
    GRAPH_PRUNING_COUNT,
} GraphPruning;

typedef struct {
    isize *ptr;
    isize len;
} GraphNodes;

typedef enum {
    GRAPH_UNREAD,
    GRAPH_READ,
    GRAPH_UNREADABLE,
} GraphState;

typedef struct {
    ModVersion mod;
    GraphState state;
    ModTrouble trouble; /* when it is unreadable */
    GraphNodes says;    /* what its go.mod requires */
    Str go;             /* its go line; empty without one, and before it is read */
    bool is_unpruned;
    isize path; /* index of its path */

    /* Of the graph that was built last. */
    unsigned modes;    /* bit 1 << GraphPruning: how it was walked through */
    bool has_requires; /* what it says is part of the graph */
    bool is_reloaded;  /* walked through for the sake of a workspace */
} GraphNode;

/* All versions of one module, in the graph that was built last. */
typedef struct {
    isize chosen;     /* node, 0 for none */
    bool is_reloaded; /* in a workspace: its packages may be part of the build */
} GraphPath;

typedef struct {
    Arena *arena;
    const MainMods *mains;
    Str cache; /* GOMODCACHE */
    isize jobs;
    VEC(GraphNode) nodes;
    Map by_name; /* "path@version" -> node */
    VEC(GraphPath) by_path;
    Map paths; /* path -> 1 + index in by_path */
    GraphPruning pruning;
    GraphNodes starts; /* the main modules; in a workspace its go and toolchain too */
    Arena workers[GRAPH_MAX_WORKERS]; /* hold what was read */
    GraphNodes roots;                 /* what the main module requires (workspace: starts) */
    bool needs_update; /* the requirements of the main module contradict themselves: what is
                           there is the graph as `go mod tidy` would first make it consistent */
} ModGraph;

/* Reads all that takes part and chooses the versions. A go.mod that cannot be read is left out, see
 * graph_troubles. mains must outlive the graph. Fails only at a limit. Release it with graph_done,
 * after a failure too. */
bool graph_load(Arena *a, const MainMods *mains, Str cache, isize jobs, ModGraph *ret, Err *err);

/* The same, but of one complete go.mod (go 1.17 and later) the graph is that of what it says, also
 * where that contradicts itself. */
bool graph_load_as_written(Arena *a, const MainMods *mains, Str cache, isize jobs, ModGraph *ret,
                           Err *err);

void graph_done(ModGraph *g);

static inline const GraphNode *graph_node(const ModGraph *g, isize node)
{
    return &g->nodes.ptr[node];
}
/* What a node requires; for a main module outside of a workspace the roots. Empty where what it
 * requires is pruned out. */
GraphNodes graph_requires(const ModGraph *g, isize node);
/* The chosen version of a path; 0 when it does not take part. */
isize graph_chosen(const ModGraph *g, Str path);

/* All nodes that take part, chosen or not, in breadth-first order: that of `go mod graph`. */
GraphNodes graph_walk(Arena *a, const ModGraph *g);
/* The chosen ones, the main modules first, then by path; without go and toolchain when
 * modules_only: the order of `go list -m all`. */
GraphNodes graph_build_list(Arena *a, const ModGraph *g, bool modules_only);
/* A shortest chain from a main module to a node: both ends are in it. Empty when there is none. */
GraphNodes graph_chain(Arena *a, const ModGraph *g, isize node);
/* By node: the one from which a walk in that order first gets there, itself for a start, 0 for one
 * where it does not get. direct_only: not by way of what a main module requires "// indirect". */
isize *graph_origins(Arena *a, const ModGraph *g, bool direct_only);
/* The chain to a node by these origins, as graph_chain. */
GraphNodes graph_chain_by(Arena *a, const isize *origins, isize node);
/* The nodes whose go.mod should take part and cannot be read, in breadth-first order. */
GraphNodes graph_troubles(Arena *a, const ModGraph *g);

#endif
