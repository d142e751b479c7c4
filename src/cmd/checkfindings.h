/*
 * What is wrong with packages in the cells of a grid: one list for people and programs, each thing
 * once, with the cells that it holds in.
 */
#ifndef CMD_CHECKFINDINGS_H
#define CMD_CHECKFINDINGS_H

#include "base/map.h"
#include "cmd/checkrun.h"

typedef struct {
    Diagnosis what;
    bool *cells; /* whether it holds there */
} CheckFinding;

/* Sums over all cells. A package that is checked in ten is counted in n_checked ten times. */
typedef struct {
    isize n_packages, n_imported; /* asked for, and needed by them: each once */
    isize n_checked;              /* of both */
    isize n_files, n_missing;
    int64_t n_lines, n_expressions, n_untyped;
    int64_t n_own_expressions, n_own_untyped; /* of packages that were asked for */
} CheckCoverage;

typedef struct {
    Arena *arena;
    CheckGrid grid;
    VEC(CheckFinding) list; /* by folder, file and place */
    Map by_text;            /* place and message -> 1 + index, while there are cells to come */
    Map packages;           /* import path -> how it was met */
    CheckCoverage coverage;
    isize n_dropped; /* errors that were too many for their package, in the cell with the most */
    Map dropped;     /* import path -> how many of them */
} CheckFindings;

/* Checks *grid, which is copied; takers of *wish are not called. Warns of patterns that mean
 * nothing, and of a Go that is too old for the module, once. ERR_NOT_FOUND when no cell has a
 * package. */
bool checkfindings_find(Invocation *inv, ToolchainContext *c, const CheckWish *wish,
                        const CheckGrid *grid, CheckFindings *ret, int *ret_code, Err *err);

#endif
