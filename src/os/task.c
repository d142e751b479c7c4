/*
 * The handler jumps back to the start of the task's own thread, on a stack of its own so that a
 * stack that ran over is survived as well. Crashes of other threads end the process as always.
 */
#define _GNU_SOURCE
#include "os/task.h"

#include "os/clock.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#define HANDLER_STACK (64 * KIB) /* bytes; what the kernel pushes alone may be 12 KiB (AVX-512) */

static atomic_int n_running;

struct Task {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t ended;
    TaskState state;
    int signal;
    void (*work)(void *context);
    void *context;
    char *handler_stack;
    sigjmp_buf back;
};

static _Thread_local Task *task_of_thread;

static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

static void handle_crash(int number)
{
    Task *t = task_of_thread;
    if (t == NULL) { /* not ours: as without a handler */
        signal(number, SIG_DFL);
        raise(number);
        return;
    }
    task_of_thread = NULL; /* a second crash is of this file */
    t->signal = number;
    siglongjmp(t->back, 1);
}

static void catch_crashes(void)
{
    struct sigaction action = {.sa_handler = handle_crash, .sa_flags = SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    for (isize i = 0; i < COUNT_OF(crashes); i++) {
        sigaction(crashes[i], &action, NULL);
    }
}

static TaskState run(Task *t)
{
    if (sigsetjmp(t->back, 1) != 0) {
        return TASK_CRASHED;
    }
    task_of_thread = t;
    t->work(t->context);
    task_of_thread = NULL;
    return TASK_DONE;
}

static void *run_task(void *context)
{
    Task *t = context;
    stack_t stack = {.ss_sp = t->handler_stack, .ss_size = HANDLER_STACK}, before;
    sigaltstack(&stack, &before);
    TaskState state = run(t);
    sigaltstack(&before, NULL); /* a sanitizer has one of its own, which it takes away itself */
    pthread_mutex_lock(&t->mutex);
    t->state = state;
    pthread_cond_signal(&t->ended);
    pthread_mutex_unlock(&t->mutex);
    atomic_fetch_sub(&n_running, 1);
    return NULL;
}

bool task_is_any_left(void)
{
    return atomic_load(&n_running) > 0;
}

bool task_start(Arena *a, void (*work)(void *context), void *context, Task **ret, Err *err)
{
    Task *t = ARENA_NEW(a, Task);
    *t = (Task){.state = TASK_RUNNING,
                .work = work,
                .context = context,
                .handler_stack = arena_alloc(a, HANDLER_STACK, 1, 16)};
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&t->mutex, NULL);
    pthread_cond_init(&t->ended, &monotonic);
    pthread_condattr_destroy(&monotonic);
    catch_crashes();
    atomic_fetch_add(&n_running, 1);
    int failed = pthread_create(&t->thread, NULL, run_task, t);
    if (failed != 0) {
        atomic_fetch_sub(&n_running, 1);
        return err_false(err_set(err, ERR_IO, failed, "starting a thread"));
    }
    pthread_detach(t->thread);
    *ret = t;
    return true;
}

TaskState task_wait(Task *t, int64_t ms, int *ret_signal)
{
    struct timespec until;
    int outcome = 0;
    clock_deadline(ms, &until);
    pthread_mutex_lock(&t->mutex);
    while (t->state == TASK_RUNNING && outcome != ETIMEDOUT) {
        outcome = pthread_cond_timedwait(&t->ended, &t->mutex, &until);
    }
    TaskState state = t->state;
    pthread_mutex_unlock(&t->mutex);
    if (state == TASK_CRASHED) {
        *ret_signal = t->signal;
    }
    return state;
}

struct TaskLock {
    pthread_mutex_t mutex;
};

TaskLock *task_lock_new(Arena *a)
{
    TaskLock *lock = ARENA_NEW(a, TaskLock);
    pthread_mutex_init(&lock->mutex, NULL);
    return lock;
}

void task_lock(TaskLock *lock)
{
    pthread_mutex_lock(&lock->mutex);
}

void task_unlock(TaskLock *lock)
{
    pthread_mutex_unlock(&lock->mutex);
}
