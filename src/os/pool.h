/* Worker threads over a fixed number of independent units. */
#ifndef OS_POOL_H
#define OS_POOL_H

#include "base/err.h"

/* Of each thread that is started, whatever the libc's own choice is (musl's is 128 KiB). Pages that
 * nobody touches cost nothing. */
#define POOL_STACK (8 * MIB)

/* One unit of work, on some worker (0 <= worker < n_workers). Returning false stops the handing out
 * of further units. Units of one worker run one after the other. */
typedef bool (*PoolUnit)(void *context, isize unit, isize worker, Err *err);

/* Runs units 0 ... n_units-1, handed out in that order, on n_workers threads (the caller is one of
 * them), and waits. On failure the error is that of the lowest failed unit. */
bool pool_run(isize n_units, isize n_workers, PoolUnit run, void *context, Err *err);

/* The same for units that need stack, as parsers do: all workers are threads with STACK_DEEP of
 * os/stack.h (where addresses are scarce less, but POOL_STACK), and the caller, whose stack is what
 * ulimit leaves it, only waits. When no thread can be had, that is an error. */
bool pool_run_deep(isize n_units, isize n_workers, PoolUnit run, void *context, Err *err);

#endif
