/* Worker threads over units that wait for each other. */
#ifndef OS_SCHEDULE_H
#define OS_SCHEDULE_H

#include "base/arena.h"
#include "base/err.h"

/* A unit that runs, for what it may ask of the others meanwhile. */
typedef struct ScheduleTurn ScheduleTurn;

/* Runs a unit on some worker (0 <= worker < n_workers). Returning false stops the handing out of
 * further units. Units of one worker run one after the other. */
typedef bool (*ScheduleRun)(void *context, isize unit, const ScheduleTurn *turn, Err *err);

typedef struct {
    const isize *needs; /* units that it waits for: each comes earlier in the array */
    isize n_needs;
    int64_t weight; /* how much work it is, beside the others; at least 1 */
} ScheduleUnit;

/* Runs each unit once all that it waits for are done, or have let it begin, on n_workers threads at
 * most (the caller only waits), and waits for all. A thread is started when there is work that no
 * other one would do. The threads have STACK_DEEP of stack (os/stack.h); where addresses are scarce
 * less, but POOL_STACK. Of the units that are ready, the one that most work hangs on goes first. On
 * failure no further unit is begun, and the error is that of the lowest failed unit. When no thread
 * can be had, that is an error. */
bool schedule_run(Arena *a, const ScheduleUnit *units, isize n_units, isize n_workers,
                  ScheduleRun run, void *context, Err *err);

/* The worker on which the unit runs. */
isize schedule_worker(const ScheduleTurn *turn);

/* Lets the units that wait for this one begin, if it is all they wait for, while it runs on. At
 * most once; otherwise they begin when it is done. */
void schedule_let_begin(const ScheduleTurn *turn);

typedef void (*SchedulePart)(void *context, isize part, isize worker);

/* Runs each part (0 <= part < n_parts), handed out in that order, on this worker and on those that
 * would have nothing else to do, and waits for all. A part may not ask for help itself. */
void schedule_share(const ScheduleTurn *turn, isize n_parts, SchedulePart run, void *context);

#endif
