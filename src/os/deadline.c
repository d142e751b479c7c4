/*
 * A thread that waits, rather than a timer and a signal: no system call of anybody's is
 * interrupted, what is said at the end may be composed in peace, and there is no global state.
 */
#define _GNU_SOURCE
#include "os/deadline.h"

#include "os/clock.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

struct Deadline {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t ended; /* is_ended was set */
    bool is_ended;
    struct timespec at; /* on CLOCK_MONOTONIC */
    int code;
    void (*over)(void *context);
    void *context;
};

static void *wait_for_it(void *context)
{
    Deadline *d = context;
    int outcome = 0;
    pthread_mutex_lock(&d->mutex);
    while (!d->is_ended && outcome != ETIMEDOUT) {
        outcome = pthread_cond_timedwait(&d->ended, &d->mutex, &d->at);
    }
    bool is_over = !d->is_ended;
    pthread_mutex_unlock(&d->mutex);
    if (is_over) {
        d->over(d->context);
        _exit(d->code);
    }
    return NULL;
}

bool deadline_begin(Arena *a, int64_t ms, int code, void (*over)(void *context), void *context,
                    Deadline **ret, Err *err)
{
    Deadline *d = ARENA_NEW(a, Deadline);
    *d = (Deadline){.code = code, .over = over, .context = context};
    clock_deadline(ms, &d->at);
    pthread_condattr_t monotonic; /* setting the machine's clock is not waiting */
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&d->mutex, NULL);
    pthread_cond_init(&d->ended, &monotonic);
    pthread_condattr_destroy(&monotonic);
    int failed = pthread_create(&d->thread, NULL, wait_for_it, d);
    if (failed != 0) {
        return err_false(err_set(err, ERR_IO, failed, "starting the clock of a time limit"));
    }
    *ret = d;
    return true;
}

void deadline_end(Deadline *d)
{
    if (d == NULL) {
        return;
    }
    pthread_mutex_lock(&d->mutex);
    d->is_ended = true;
    pthread_cond_signal(&d->ended);
    pthread_mutex_unlock(&d->mutex);
    pthread_join(d->thread, NULL);
}
