/*
 * Packages loaded and checked in every cell of a grid, one cell after the other: while one is
 * checked the next one is loaded, and what cells have in common is checked once.
 */
#ifndef CMD_CHECKRUN_H
#define CMD_CHECKRUN_H

#include "cmd/buildcontext.h"
#include "cmd/checkgrid.h"
#include "go/load/load.h"
#include "go/types/units.h"

/* What all cells of one Go share. */
typedef struct {
    BuildContext build; /* without a target */
    MainMods mains;
    const MainMods *found_mains; /* NULL: there are none */
    bool is_found;
} CheckSide;

/* One cell while it is there; everything on its arena. */
typedef struct {
    Arena arena;
    BuildContext build;
    Loaded loaded;
    TypecheckUnits units;
    TypecheckOptions options;
    const UnitResult *const *results; /* by unit, once it is checked */
    Typecheck *checked;               /* NULL: they are not from there */
    const CheckSide *side;
    isize index; /* in the grid */
    bool is_loaded;
} CheckCell;

typedef struct {
    UnitsWish units;
    bool wants_tests;
    bool wants_no_cache; /* of earlier runs, and for later ones */
    const Str *patterns;
    isize n_patterns;
    /* Shown all that is recorded of packages that are asked for, where no cell before had an equal
     * one; or NULL. It needs wants_no_cache: what an earlier run knows is not shown. */
    TypecheckWitness witness;
    void *witness_context;
    /* Given each cell that was checked, in the order of the grid, while no other thread is at
     * work. */
    void (*take)(void *context, const CheckCell *cell);
    void *take_context;
} CheckWish;

/* Fills *side, which stays where it is, unless it is found already. Warns of a Go that is too old
 * for the module. */
bool checkrun_find_side(Invocation *inv, ToolchainContext *c, const GridGo *go, CheckSide *side,
                        int *ret_code, Err *err);

/* Checks all cells of *grid, whose target is filled in where it is that of the environment. sides:
 * one for each Go, zero or found. */
bool checkrun_run(Invocation *inv, ToolchainContext *c, const CheckWish *wish,
                  const CheckGrid *grid, CheckSide *sides, int *ret_code, Err *err);

#endif
