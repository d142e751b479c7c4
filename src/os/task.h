/*
 * Work on a thread of its own that may crash or hang without taking the process with it.
 *
 * A crash (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT: a failed ASSERT too) ends the task alone. What
 * it held (descriptors, locks, a half-made result) stays as it was, so a task shares nothing that
 * it changes, but what it publishes whole, under a TaskLock. A task that hangs is left behind: its
 * memory must live as long as the process, and the process must end without waiting for it.
 */
#ifndef OS_TASK_H
#define OS_TASK_H

#include "base/err.h"

typedef struct Task Task;

/* Whether a task has not ended yet: then nothing that tasks were given may be freed. */
bool task_is_any_left(void);

typedef enum {
    TASK_NONE,
    TASK_RUNNING,
    TASK_DONE,
    TASK_CRASHED,
    TASK_STATE_COUNT,
} TaskState;

/* Starts work(context). *ret lives on a, which must outlive the process's use of it. */
bool task_start(Arena *a, void (*work)(void *context), void *context, Task **ret, Err *err);

/* Waits until the task has ended or for at most ms milliseconds. Of a crashed task *ret_signal is
 * the number of the signal. */
TaskState task_wait(Task *t, int64_t ms, int *ret_signal);

/* Guards what a task publishes. Hold it for a few assignments, which cannot crash. */
typedef struct TaskLock TaskLock;
TaskLock *task_lock_new(Arena *a);
void task_lock(TaskLock *lock);
void task_unlock(TaskLock *lock);

#endif
