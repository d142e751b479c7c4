/* Figures of a module graph: how large and how deep it is, and what in it is worth a look. */
#ifndef GO_MOD_GRAPH_STATS_H
#define GO_MOD_GRAPH_STATS_H

#include "go/mod/graph.h"

/* Modules that differ by their major version alone, and all take part: "example.com/x" and
 * "example.com/x/v2". */
typedef struct {
    Str stem;
    GraphNodes nodes; /* the chosen versions, by path */
} GraphMajors;

/* Modules that, at some versions, require each other in a ring. Go allows it. */
typedef struct {
    Str *paths; /* sorted */
    isize len;
} GraphRing;

typedef struct {
    isize n_versions;   /* nodes that take part, chosen or not, without go and toolchain */
    isize n_chosen;     /* the build list without the main modules */
    isize n_direct;     /* of them: that go.mod requires without "// indirect" */
    isize n_replaced;   /* of them: taken from elsewhere */
    GraphNodes deepest; /* the way to the chosen module that is farthest from the main ones */
    VEC(GraphMajors) majors;
    VEC(GraphRing) rings;
} GraphStats;

/* Of a loaded graph; on a. */
GraphStats graph_stats(Arena *a, const ModGraph *g);

/* "example.com/x" of "example.com/x/v2" and "gopkg.in/x.v2"; the path itself without one. */
Str graph_stem(Str path);

#endif
