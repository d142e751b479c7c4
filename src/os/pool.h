/* Worker threads over a fixed number of independent units. */
#ifndef OS_POOL_H
#define OS_POOL_H

#include "base/err.h"

/* One unit of work, on some worker (0 <= worker < n_workers). Returning false stops the handing out
 * of further units. Units of one worker run one after the other. */
typedef bool (*PoolUnit)(void *context, isize unit, isize worker, Err *err);

/* Runs units 0 ... n_units-1, handed out in that order, on n_workers threads (the caller is one of
 * them), and waits. On failure the error is that of the lowest failed unit. */
bool pool_run(isize n_units, isize n_workers, PoolUnit run, void *context, Err *err);

#endif
