/*
 * Units are handed out by one atomic counter, so that workers share the load whatever the units
 * cost. The first failure closes the counter; units already begun run to their end. Of several
 * failures the one with the lowest unit is reported: the answer does not depend on timing where
 * the failures do not.
 */
#include "os/pool.h"

#include "base/panic.h"

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

bool pool_run(isize n_units, isize n_workers, PoolUnit run, void *context, Err *err)
{
    ASSERT(n_units >= 0 && n_workers >= 1);
    Pool pool = {.n_units = n_units,
                 .run = run,
                 .context = context,
                 .failure_lock = PTHREAD_MUTEX_INITIALIZER,
                 .failed_unit = -1,
                 .err = err};
    atomic_init(&pool.next, 0);
    Worker workers[POOL_MAX_WORKERS];
    isize n = MIN(MIN(n_workers, n_units), POOL_MAX_WORKERS);
    isize started = 1; /* the caller */
    for (isize i = 0; i < n; i++) {
        workers[i] = (Worker){.pool = &pool, .index = i};
    }
    while (started < n) {
        Worker *worker = &workers[started];
        if (pthread_create(&worker->thread, NULL, work, worker) != 0) {
            break; /* fewer threads do the same work */
        }
        started++;
    }
    if (n > 0) {
        work(&workers[0]);
    }
    for (isize i = 1; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
    }
    pthread_mutex_destroy(&pool.failure_lock);
    return pool.failed_unit < 0;
}
