/*
 * A unit's rank is the weight of the heaviest chain that it begins: its own, and that of what waits
 * for it. Ready units lie in a heap by rank. A worker that finds none takes parts of units that
 * share theirs. Units and parts are few and large, so one lock for everything is enough; it is
 * never held while one runs.
 */
#include "os/schedule.h"

#include "base/panic.h"
#include "os/deepthread.h"

#include <pthread.h>

/* The parts of a unit that others may take. */
typedef struct Share {
    SchedulePart run;
    void *context;
    isize n_parts;
    isize n_begun, n_done;
    struct Share *next;
} Share;

typedef struct Schedule Schedule;

typedef struct {
    Schedule *schedule;
    isize index;
    pthread_t thread;
} Worker;

struct Schedule {
    const ScheduleUnit *units;
    isize n_units;
    ScheduleRun run;
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
    Worker *workers;
    isize n_workers;         /* that there may be */
    isize n_started;         /* that there are */
    isize n_idle, n_waiting; /* of these: without work; for anything */
    isize stack;             /* of a thread, as far as there are addresses */
    Share *shares;           /* of which parts may be left, the newest first */
    bool *has_begun_others;  /* by unit: what waits for it need not wait for its end */
    isize failed_unit;       /* -1: none */
    Err *err;
};

struct ScheduleTurn {
    Schedule *schedule;
    isize unit, worker;
};

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
    s->has_begun_others = ARENA_ARRAY(a, bool, s->n_units);
    count_needs(s);
    list_dependants(a, s);
    rank(s);
    for (isize i = 0; i < s->n_units; i++) {
        if (s->n_missing[i] == 0) {
            push(s, i);
        }
    }
}

/* ---- workers; all with the lock held ---- */

/* One that has a part which nobody began; NULL: none. */
static Share *share_with_parts(const Schedule *s)
{
    Share *share = s->shares;
    while (share != NULL && share->n_begun == share->n_parts) {
        share = share->next;
    }
    return share;
}

static void *work(void *worker);

static void start_worker(Schedule *s)
{
    Worker *w = &s->workers[s->n_started];
    *w = (Worker){.schedule = s, .index = s->n_started};
    if (deepthread_start(&w->thread, &s->stack, work, w)) {
        s->n_started++;
    } else {
        s->n_workers = s->n_started; /* fewer do the same work */
    }
}

/* Threads take time and addresses: one more is started when there is work that nobody does. */
static void start_if_needed(Schedule *s)
{
    bool has_work = s->failed_unit < 0 && (s->n_ready > 0 || share_with_parts(s) != NULL);
    if (has_work && s->n_idle == 0 && s->n_started < s->n_workers) {
        start_worker(s);
    }
}

static void tell_change(Schedule *s)
{
    if (s->n_waiting > 0) {
        pthread_cond_broadcast(&s->changed);
    }
}

static void wait_for_change(Schedule *s)
{
    s->n_waiting++;
    pthread_cond_wait(&s->changed, &s->lock);
    s->n_waiting--;
}

/* ---- parts; all with the lock held ---- */

/* Runs the next part, for which the lock is released. */
static void run_part(Schedule *s, Share *share, isize worker)
{
    isize part = share->n_begun++;
    start_if_needed(s);
    pthread_mutex_unlock(&s->lock);
    share->run(share->context, part, worker);
    pthread_mutex_lock(&s->lock);
    if (++share->n_done == share->n_parts) {
        tell_change(s);
    }
}

static void remove_share(Schedule *s, const Share *share)
{
    Share **at = &s->shares;
    while (*at != share) {
        at = &(*at)->next;
    }
    *at = share->next;
}

void schedule_share(const ScheduleTurn *turn, isize n_parts, SchedulePart run, void *context)
{
    Schedule *s = turn->schedule;
    if (n_parts <= 1) {
        if (n_parts == 1) {
            run(context, 0, turn->worker);
        }
        return;
    }
    pthread_mutex_lock(&s->lock);
    Share share = {.run = run, .context = context, .n_parts = n_parts, .next = s->shares};
    s->shares = &share;
    tell_change(s);
    while (share.n_begun < n_parts) {
        run_part(s, &share, turn->worker);
    }
    while (share.n_done < n_parts) {
        wait_for_change(s);
    }
    remove_share(s, &share);
    pthread_mutex_unlock(&s->lock);
}

/* ---- units; all with the lock held ---- */

/* A unit that may be begun; -1: there will be none any more. Helps others meanwhile. */
static isize wait_for_unit(Schedule *s, isize worker)
{
    while (s->n_ready == 0 && s->n_done < s->n_units && s->failed_unit < 0) {
        Share *share = share_with_parts(s);
        if (share != NULL) {
            run_part(s, share, worker);
        } else {
            s->n_idle++;
            wait_for_change(s);
            s->n_idle--;
        }
    }
    if (s->n_ready == 0 || s->failed_unit >= 0) {
        return -1;
    }
    isize unit = pop(s);
    start_if_needed(s);
    return unit;
}

static void let_begin(Schedule *s, isize unit)
{
    if (s->has_begun_others[unit]) {
        return;
    }
    s->has_begun_others[unit] = true;
    for (isize k = s->first_dependant[unit]; k < s->first_dependant[unit + 1]; k++) {
        if (--s->n_missing[s->dependants[k]] == 0) {
            push(s, s->dependants[k]);
        }
    }
    tell_change(s);
}

static void note_done(Schedule *s, isize unit)
{
    let_begin(s, unit);
    if (++s->n_done == s->n_units) {
        tell_change(s);
    }
}

static void note_failure(Schedule *s, isize unit, const Err *err)
{
    if (s->failed_unit < 0 || unit < s->failed_unit) {
        s->failed_unit = unit;
        *s->err = *err;
    }
    tell_change(s);
}

isize schedule_worker(const ScheduleTurn *turn)
{
    return turn->worker;
}

void schedule_let_begin(const ScheduleTurn *turn)
{
    Schedule *s = turn->schedule;
    pthread_mutex_lock(&s->lock);
    let_begin(s, turn->unit);
    start_if_needed(s);
    pthread_mutex_unlock(&s->lock);
}

static void *work(void *argument)
{
    Worker *worker = argument;
    Schedule *s = worker->schedule;
    pthread_mutex_lock(&s->lock);
    for (isize unit; (unit = wait_for_unit(s, worker->index)) >= 0;) {
        Err err;
        ScheduleTurn turn = {s, unit, worker->index};
        pthread_mutex_unlock(&s->lock);
        bool ok = s->run(s->context, unit, &turn, &err);
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

/* ---- the run ---- */

/* Workers start others while they run. */
static void join_workers(Schedule *s)
{
    pthread_mutex_lock(&s->lock);
    for (isize i = 0; i < s->n_started; i++) {
        pthread_mutex_unlock(&s->lock);
        pthread_join(s->workers[i].thread, NULL);
        pthread_mutex_lock(&s->lock);
    }
    pthread_mutex_unlock(&s->lock);
}

bool schedule_run(Arena *a, const ScheduleUnit *units, isize n_units, isize n_workers,
                  ScheduleRun run, void *context, Err *err)
{
    ASSERT(n_units >= 0 && n_workers >= 1);
    Schedule s = {.units = units,
                  .n_units = n_units,
                  .run = run,
                  .context = context,
                  .lock = PTHREAD_MUTEX_INITIALIZER,
                  .changed = PTHREAD_COND_INITIALIZER,
                  .workers = ARENA_ARRAY(a, Worker, n_workers),
                  .n_workers = n_workers,
                  .stack = STACK_DEEP,
                  .failed_unit = -1,
                  .err = err};
    prepare(a, &s);
    pthread_mutex_lock(&s.lock);
    start_if_needed(&s);
    pthread_mutex_unlock(&s.lock);
    join_workers(&s);
    pthread_cond_destroy(&s.changed);
    pthread_mutex_destroy(&s.lock);
    if (n_units > 0 && s.n_started == 0) {
        return FAIL(err, ERR_LIMIT, "no thread can be started");
    }
    return s.failed_unit < 0;
}
