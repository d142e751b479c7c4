/* Worker threads over units that wait for each other. */
#ifndef OS_SCHEDULE_H
#define OS_SCHEDULE_H

#include "os/pool.h"

typedef struct {
    const isize *needs; /* units that must be done before: each comes earlier in the array */
    isize n_needs;
    int64_t weight; /* how much work it is, beside the others; at least 1 */
} ScheduleUnit;

/* Runs each unit once all that it needs are done, on n_workers threads (the caller only waits),
 * and waits for all. The threads have STACK_DEEP of stack (os/stack.h); where addresses are scarce
 * less, but POOL_STACK. Of the units that are ready, the one that most work hangs on goes first. On
 * failure no further unit is begun, and the error is that of the lowest failed unit. When no thread
 * can be had, that is an error. */
bool schedule_run(Arena *a, const ScheduleUnit *units, isize n_units, isize n_workers, PoolUnit run,
                  void *context, Err *err);

#endif
