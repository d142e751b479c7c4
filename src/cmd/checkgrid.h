/*
 * What packages are checked for: each Go, with each set of tags, for each target. A combination is
 * a cell, and of a target that a Go does not have the cell is empty.
 */
#ifndef CMD_CHECKGRID_H
#define CMD_CHECKGRID_H

#include "cmd/command.h"
#include "go/mod/platform.h"
#include "toolchain/context.h"

#define CHECKGRID_MAX_CELLS 10000 /* five Gos of 50 ports, with 40 sets of tags */

typedef struct {
    Str root, version; /* root empty: the Go that runs here, also when that is another for a cell */
} GridGo;

typedef struct {
    Str text;     /* "a,b"; empty: none */
    bool is_said; /* else what GOFLAGS says */
} GridTags;

typedef struct {
    GridGo *gos;
    GridTags *tags;
    Platform *targets; /* an empty one: that of the environment */
    isize n_gos, n_tags, n_targets;
    bool *is_port; /* by cell */
    isize n_cells; /* (go * n_tags + tags) * n_targets + target */
} CheckGrid;

/* From --target, --tags, and --go where that takes Gos that are here. Fails for what none of the
 * Gos has, and for a Go that is not here. Strings live on inv->arena. */
bool checkgrid_of_options(Invocation *inv, ToolchainContext *c, CheckGrid *ret, Err *err);

/* One Go (both empty: that of the directory) for these targets, with the tags that GOFLAGS says. */
bool checkgrid_of_ports(Invocation *inv, GridGo go, const Platform *targets, isize n,
                        CheckGrid *ret, Err *err);

typedef struct {
    isize go, tags, target;
} GridCell;
GridCell checkgrid_cell(const CheckGrid *g, isize cell);

/* For which cells something holds, as people like it said: empty for all of them, else "linux/arm,
 * plan9/386", "all but js/wasm", "linux/arm with go1.22.1", and so on. On a. */
Str checkgrid_text(Arena *a, const CheckGrid *g, const bool *holds);

#endif
