/*
 * A unit's rank is the weight of the heaviest chain that it begins: its own, and that of what waits
 * for it. Ready units lie in a heap by rank. Units are few and large, so one lock for everything is
 * enough; it is never held while a unit runs.
 */
#include "os/schedule.h"

#include "base/panic.h"
#include "os/deepthread.h"

#include <pthread.h>

#define SCHEDULE_MAX_WORKERS 64

typedef struct {
    const ScheduleUnit *units;
    isize n_units;
    PoolUnit run;
    void *context;

    int64_t *ranks;
    isize *n_missing;  /* of what a unit needs: not done yet */
    isize *dependants; /* by unit, from first_dependant[unit] to first_dependant[unit + 1] */
    isize *first_dependant;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    isize *heap; /* units that are ready, the first one of the highest rank */
    isize n_ready;
    isize n_done;
    isize failed_unit; /* -1: none */
    Err *err;
} Schedule;

typedef struct {
    Schedule *schedule;
    isize index;
    pthread_t thread;
} Worker;

/* ---- the heap ---- */

static bool is_before(const Schedule *s, isize x, isize y)
{
    return s->ranks[x] != s->ranks[y] ? s->ranks[x] > s->ranks[y] : x < y;
}

static void swap(isize *x, isize *y)
{
    isize kept = *x;
    *x = *y;
    *y = kept;
}

static void push(Schedule *s, isize unit)
{
    isize at = s->n_ready++;
    s->heap[at] = unit;
    for (; at > 0 && is_before(s, s->heap[at], s->heap[(at - 1) / 2]); at = (at - 1) / 2) {
        swap(&s->heap[at], &s->heap[(at - 1) / 2]);
    }
}

static isize pop(Schedule *s)
{
    isize first = s->heap[0], at = 0;
    s->heap[0] = s->heap[--s->n_ready];
    for (;;) {
        isize best = at;
        for (isize child = 2 * at + 1; child <= 2 * at + 2 && child < s->n_ready; child++) {
            best = is_before(s, s->heap[child], s->heap[best]) ? child : best;
        }
        if (best == at) {
            return first;
        }
        swap(&s->heap[at], &s->heap[best]);
        at = best;
    }
}

/* ---- who waits for whom ---- */

static void count_needs(Schedule *s)
{
    for (isize i = 0; i < s->n_units; i++) {
        const ScheduleUnit *unit = &s->units[i];
        ASSERT(unit->weight >= 1);
        s->n_missing[i] = unit->n_needs;
        for (isize k = 0; k < unit->n_needs; k++) {
            ASSERT(unit->needs[k] >= 0 && unit->needs[k] < i);
            s->first_dependant[unit->needs[k] + 1]++;
        }
    }
    for (isize i = 0; i < s->n_units; i++) {
        s->first_dependant[i + 1] += s->first_dependant[i];
    }
}

static void list_dependants(Arena *a, Schedule *s)
{
    isize *next = ARENA_ARRAY(a, isize, s->n_units);
    s->dependants = ARENA_ARRAY(a, isize, s->first_dependant[s->n_units]);
    for (isize i = 0; i < s->n_units; i++) {
        for (isize k = 0; k < s->units[i].n_needs; k++) {
            isize need = s->units[i].needs[k];
            s->dependants[s->first_dependant[need] + next[need]++] = i;
        }
    }
}

/* What waits for a unit comes after it: from the end, ranks are known when they are asked for. */
static void rank(Schedule *s)
{
    for (isize i = s->n_units - 1; i >= 0; i--) {
        int64_t highest = 0;
        for (isize k = s->first_dependant[i]; k < s->first_dependant[i + 1]; k++) {
            highest = MAX(highest, s->ranks[s->dependants[k]]);
        }
        s->ranks[i] = highest + s->units[i].weight;
    }
}

static void prepare(Arena *a, Schedule *s)
{
    s->ranks = ARENA_ARRAY(a, int64_t, s->n_units);
    s->n_missing = ARENA_ARRAY(a, isize, s->n_units);
    s->first_dependant = ARENA_ARRAY(a, isize, s->n_units + 1);
    s->heap = ARENA_ARRAY(a, isize, s->n_units);
    count_needs(s);
    list_dependants(a, s);
    rank(s);
    for (isize i = 0; i < s->n_units; i++) {
        if (s->n_missing[i] == 0) {
            push(s, i);
        }
    }
}

/* ---- work ---- */

/* A unit that may be begun; -1: there will be none any more. With the lock held. */
static isize wait_for_unit(Schedule *s)
{
    while (s->n_ready == 0 && s->n_done < s->n_units && s->failed_unit < 0) {
        pthread_cond_wait(&s->changed, &s->lock);
    }
    return s->n_ready > 0 && s->failed_unit < 0 ? pop(s) : -1;
}

/* With the lock held. */
static void note_done(Schedule *s, isize unit)
{
    s->n_done++;
    for (isize k = s->first_dependant[unit]; k < s->first_dependant[unit + 1]; k++) {
        if (--s->n_missing[s->dependants[k]] == 0) {
            push(s, s->dependants[k]);
        }
    }
    pthread_cond_broadcast(&s->changed);
}

/* With the lock held. */
static void note_failure(Schedule *s, isize unit, const Err *err)
{
    if (s->failed_unit < 0 || unit < s->failed_unit) {
        s->failed_unit = unit;
        *s->err = *err;
    }
    pthread_cond_broadcast(&s->changed);
}

static void *work(void *argument)
{
    Worker *worker = argument;
    Schedule *s = worker->schedule;
    pthread_mutex_lock(&s->lock);
    for (isize unit; (unit = wait_for_unit(s)) >= 0;) {
        Err err;
        pthread_mutex_unlock(&s->lock);
        bool ok = s->run(s->context, unit, worker->index, &err);
        pthread_mutex_lock(&s->lock);
        if (ok) {
            note_done(s, unit);
        } else {
            note_failure(s, unit, &err);
        }
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* Gives how many threads there are: fewer than n do the same work. */
static isize start(Worker *workers, isize n)
{
    isize started = 0, stack = STACK_DEEP;
    while (started < n &&
           deepthread_start(&workers[started].thread, &stack, work, &workers[started])) {
        started++;
    }
    return started;
}

bool schedule_run(Arena *a, const ScheduleUnit *units, isize n_units, isize n_workers, PoolUnit run,
                  void *context, Err *err)
{
    ASSERT(n_units >= 0 && n_workers >= 1);
    Schedule s = {.units = units,
                  .n_units = n_units,
                  .run = run,
                  .context = context,
                  .lock = PTHREAD_MUTEX_INITIALIZER,
                  .changed = PTHREAD_COND_INITIALIZER,
                  .failed_unit = -1,
                  .err = err};
    Worker workers[SCHEDULE_MAX_WORKERS];
    isize n = MIN(MIN(n_workers, n_units), SCHEDULE_MAX_WORKERS);
    prepare(a, &s);
    for (isize i = 0; i < n; i++) {
        workers[i] = (Worker){.schedule = &s, .index = i};
    }
    isize started = n > 0 ? start(workers, n) : 0;
    for (isize i = 0; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
    }
    pthread_cond_destroy(&s.changed);
    pthread_mutex_destroy(&s.lock);
    if (n > 0 && started == 0) {
        return FAIL(err, ERR_LIMIT, "no thread can be started");
    }
    return s.failed_unit < 0;
}
