/* Removing what nothing needs: toolchains out of reach, generations of long ago, litter. */
#ifndef STORE_COLLECT_H
#define STORE_COLLECT_H

#include "store/store.h"

typedef struct {
    isize keep_generations; /* the newest that stay with all they need, at least 1 */
    const Str *pins;        /* ids that stay */
    isize n_pins;
    bool dry_run; /* only plan; the store may be open for reading */
} CollectOptions;

typedef struct {
    Str id;
    int64_t files;
    int64_t bytes; /* disk space that its removal, after that of those before it, gives back */
} CollectTree;

typedef struct {
    Str id;
    Str reason; /* "default of generation 7", "visible in generation 5", "pinned", "running" */
} CollectKept;

typedef struct {
    CollectTree *trees; /* to go (gone, when not dry) */
    isize n_trees;
    CollectKept *kept;
    isize n_kept;
    int64_t *generations; /* numbers to go */
    isize n_generations;
    int64_t bytes; /* sum over trees */
} CollectPlan;

/* Keeps the current generation, its parent and the newest ones; the toolchains that these
 * name; pins; and trees that a program runs from. The space is free after store_close. */
bool store_collect(Arena *a, Store *s, const CollectOptions *options, CollectPlan *ret, Err *err);

#endif
