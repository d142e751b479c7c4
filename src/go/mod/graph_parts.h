/* For the files of graph.h among themselves. */
#ifndef GO_MOD_GRAPH_PARTS_H
#define GO_MOD_GRAPH_PARTS_H

#include "go/mod/graph.h"

#define GRAPH_NO_VERSION S("none") /* cmd/go's word for a module that is not there */

/* The node of a version, made when it is new. */
isize graph_intern(ModGraph *g, ModVersion m);
/* Reads the go.mod files of nodes that have not been read yet, several at a time. */
bool graph_read(ModGraph *g, GraphNodes nodes, Err *err);

/* Builds the graph anew from these roots, which are sorted. */
bool graph_build(ModGraph *g, GraphPruning pruning, GraphNodes roots, Err *err);
bool graph_has_troubles(const ModGraph *g);
/* By path, then by version. */
void graph_sort(const ModGraph *g, GraphNodes nodes);

/* Makes the roots of a main module those that `go mod tidy` would write when some of them are not
 * the chosen versions (graph_roots.c). */
bool graph_make_consistent(ModGraph *g, Err *err);

#endif
