/*
 * Units are handed out by one atomic counter, so that workers share the load whatever the units
 * cost. The first failure closes the counter; units already begun run to their end. Of several
 * failures the one with the lowest unit is reported: the answer does not depend on timing where
 * the failures do not.
 */
#include "os/pool.h"

#include "base/panic.h"
#include "os/deepthread.h"

#include <pthread.h>
#include <stdatomic.h>

#define POOL_MAX_WORKERS 64

typedef struct {
    isize n_units;
    PoolUnit run;
    void *context;
    atomic_ptrdiff_t next;
    pthread_mutex_t failure_lock;
    isize failed_unit; /* -1: none */
    Err *err;
} Pool;

typedef struct {
    Pool *pool;
    isize index;
    pthread_t thread;
} Worker;

static void note_failure(Pool *pool, isize unit, const Err *err)
{
    atomic_store(&pool->next, pool->n_units);
    pthread_mutex_lock(&pool->failure_lock);
    if (pool->failed_unit < 0 || unit < pool->failed_unit) {
        pool->failed_unit = unit;
        *pool->err = *err;
    }
    pthread_mutex_unlock(&pool->failure_lock);
}

static void *work(void *argument)
{
    Worker *worker = argument;
    Pool *pool = worker->pool;
    for (;;) {
        isize unit = atomic_fetch_add(&pool->next, 1);
        if (unit >= pool->n_units) {
            return NULL;
        }
        Err err;
        if (!pool->run(pool->context, unit, worker->index, &err)) {
            note_failure(pool, unit, &err);
        }
    }
}

/* Starts a thread for each worker from `first` on, as long as that goes: fewer do the same work.
 * Gives how many workers there are, those before `first` among them. */
static isize start(Worker *workers, isize first, isize n, isize stack)
{
    isize started = first;
    while (started < n &&
           deepthread_start(&workers[started].thread, &stack, work, &workers[started])) {
        started++;
    }
    return started;
}

/* n_callers: 1 when the caller is a worker, else 0. */
static bool run_all(Pool *pool, isize n_callers, isize n_workers)
{
    Worker workers[POOL_MAX_WORKERS];
    isize n = MIN(MIN(n_workers, pool->n_units), POOL_MAX_WORKERS);
    for (isize i = 0; i < n; i++) {
        workers[i] = (Worker){.pool = pool, .index = i};
    }
    isize started = start(workers, n_callers, n, n_callers > 0 ? POOL_STACK : STACK_DEEP);
    if (n > 0 && n_callers > 0) {
        work(&workers[0]);
    }
    for (isize i = n_callers; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
    }
    pthread_mutex_destroy(&pool->failure_lock);
    if (n > 0 && started == 0) {
        return FAIL(pool->err, ERR_LIMIT, "no thread can be started");
    }
    return pool->failed_unit < 0;
}

static Pool pool_of(isize n_units, PoolUnit run, void *context, Err *err)
{
    return (Pool){.n_units = n_units,
                  .run = run,
                  .context = context,
                  .failure_lock = PTHREAD_MUTEX_INITIALIZER,
                  .failed_unit = -1,
                  .err = err};
}

bool pool_run(isize n_units, isize n_workers, PoolUnit run, void *context, Err *err)
{
    ASSERT(n_units >= 0 && n_workers >= 1);
    Pool pool = pool_of(n_units, run, context, err);
    return run_all(&pool, 1, n_workers);
}

bool pool_run_deep(isize n_units, isize n_workers, PoolUnit run, void *context, Err *err)
{
    ASSERT(n_units >= 0 && n_workers >= 1);
    Pool pool = pool_of(n_units, run, context, err);
    return run_all(&pool, 0, n_workers);
}
