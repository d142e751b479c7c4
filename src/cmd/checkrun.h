/*
 * Packages checked in every cell of a grid: for people and programs one list of what is wrong, each
 * thing once, with the cells that it holds in.
 */
#ifndef CMD_CHECKRUN_H
#define CMD_CHECKRUN_H

#include "base/map.h"
#include "cmd/checkgrid.h"
#include "go/types/units.h"

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
} CheckCoverage;

typedef struct {
    Arena *arena;
    CheckGrid grid;
    VEC(CheckFinding) findings; /* by folder, file and place */
    Map by_text;                /* place and message -> 1 + index, while there are cells to come */
    Map packages;               /* import path -> how it was met */
    CheckCoverage coverage;
    isize n_dropped; /* errors that were too many for their package, in the cell with the most */
    Map dropped;     /* import path -> how many of them */
} CheckRun;

typedef struct {
    UnitsWish units;
    bool wants_tests;
    bool wants_no_cache; /* of earlier runs, and for later ones */
    const Str *patterns;
    isize n_patterns;
} CheckWish;

/* Checks *grid, which is copied. Warns of patterns that mean nothing, and of a Go that is too old
 * for the module, once. ERR_NOT_FOUND when no cell has a package. */
bool checkrun_run(Invocation *inv, ToolchainContext *c, const CheckWish *wish,
                  const CheckGrid *grid, CheckRun *ret, int *ret_code, Err *err);

#endif
