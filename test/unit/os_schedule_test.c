#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/clock.h"
#include "os/pool.h"
#include "os/schedule.h"
#include "os/stack.h"
#include "support/assert_str.h"
#include "support/fixture.h"

#include <stdatomic.h>

enum { MAX_UNITS = 400, MAX_WORKERS = 16, MAX_NEEDS = 5, MAX_PARTS = 7 };

typedef struct {
    const ScheduleUnit *units;
    atomic_int done[MAX_UNITS];
    atomic_bool was_early;
    atomic_int n_begun;
    isize order[MAX_UNITS]; /* in which they were begun */
    isize fails[2];
} Log;

static bool note(void *context, isize unit, const ScheduleTurn *turn, Err *err)
{
    Log *log = context;
    ASSERT(schedule_worker(turn) >= 0 && schedule_worker(turn) < MAX_WORKERS);
    log->order[atomic_fetch_add(&log->n_begun, 1)] = unit;
    for (isize i = 0; i < log->units[unit].n_needs; i++) {
        if (atomic_load(&log->done[log->units[unit].needs[i]]) == 0) {
            atomic_store(&log->was_early, true);
        }
    }
    for (isize i = 0; i < COUNT_OF(log->fails); i++) {
        if (log->fails[i] == unit) {
            return FAIL(err, ERR_FORMAT, "unit %td", unit);
        }
    }
    atomic_fetch_add(&log->done[unit], 1);
    return true;
}

static void start(Log *log, const ScheduleUnit *units)
{
    memset(log, 0, sizeof(*log));
    log->units = units;
    log->fails[0] = log->fails[1] = -1;
}

/* Each unit needs some that come before it, by a made rule. */
static ScheduleUnit *made_units(Arena *a, isize n, isize step)
{
    ScheduleUnit *units = ARENA_ARRAY(a, ScheduleUnit, n);
    for (isize i = 0; i < n; i++) {
        isize *needs = ARENA_ARRAY(a, isize, MAX_NEEDS), n_needs = 0;
        for (isize back = 1 + i % step; back <= i && n_needs < MAX_NEEDS; back = back * 2 + 1) {
            needs[n_needs++] = i - back;
        }
        units[i] = (ScheduleUnit){.needs = needs, .n_needs = n_needs, .weight = 1 + i % 7};
    }
    return units;
}

static void test_each_unit_runs_once_after_what_it_needs(void **state)
{
    (void)state;
    const isize sizes[] = {0, 1, 2, 17, MAX_UNITS};
    static Log log;
    Arena a = arena_init(0);
    for (isize workers = 1; workers <= MAX_WORKERS; workers *= 2) {
        for (isize s = 0; s < COUNT_OF(sizes); s++) {
            for (isize step = 1; step <= 5; step++) {
                ScheduleUnit *units = made_units(&a, sizes[s], step);
                Err err;
                start(&log, units);
                assert_true(schedule_run(&a, units, sizes[s], workers, note, &log, &err));
                assert_false(log.was_early);
                for (isize i = 0; i < MAX_UNITS; i++) {
                    assert_int_equal(log.done[i], i < sizes[s]);
                }
            }
        }
    }
    arena_done(&a);
}

static void test_the_heaviest_chain_goes_first(void **state)
{
    (void)state;
    const isize first[] = {1}, second[] = {2};
    const ScheduleUnit units[] = {
        {.weight = 4}, /* alone */
        {.weight = 1}, /* begins a chain of 12 */
        {.needs = first, .n_needs = 1, .weight = 1},
        {.needs = second, .n_needs = 1, .weight = 10},
    };
    static Log log;
    Arena a = arena_init(0);
    Err err;
    start(&log, units);
    assert_true(schedule_run(&a, units, COUNT_OF(units), 1, note, &log, &err));
    const isize expected[] = {1, 2, 3, 0};
    assert_memory_equal(log.order, expected, sizeof(expected));
    arena_done(&a);
}

static void test_a_failure_ends_it_with_the_lowest_error(void **state)
{
    (void)state;
    static Log log;
    Arena a = arena_init(0);
    for (isize workers = 1; workers <= MAX_WORKERS; workers *= 2) {
        ScheduleUnit *units = made_units(&a, MAX_UNITS, 1);
        Err err;
        start(&log, units);
        log.fails[0] = 20;
        assert_false(schedule_run(&a, units, MAX_UNITS, workers, note, &log, &err));
        assert_str(err_format(&a, &err), S("unit 20"));
        assert_int_equal(log.n_begun, 21); /* each of these needs the one before */
    }
    arena_done(&a);
}

/* ---- parts ---- */

typedef struct {
    atomic_bool is_busy[MAX_WORKERS];
    atomic_bool was_twice; /* one worker, at once */
    atomic_int done[MAX_UNITS * MAX_PARTS];
    atomic_bool was_early;
} PartLog;

typedef struct {
    PartLog *log;
    isize unit;
} PartsOfUnit;

static void note_part(void *context, isize part, isize worker)
{
    const PartsOfUnit *of = context;
    if (atomic_exchange(&of->log->is_busy[worker], true)) {
        atomic_store(&of->log->was_twice, true);
    }
    atomic_fetch_add(&of->log->done[of->unit * MAX_PARTS + part], 1);
    atomic_store(&of->log->is_busy[worker], false);
}

static bool share_parts(void *context, isize unit, const ScheduleTurn *turn, Err *err)
{
    PartsOfUnit of = {context, unit};
    isize n = unit % (MAX_PARTS + 1);
    (void)err;
    if (unit % 3 == 0) {
        schedule_let_begin(turn);
    }
    schedule_share(turn, n, note_part, &of);
    for (isize i = 0; i < n; i++) {
        if (atomic_load(&of.log->done[unit * MAX_PARTS + i]) != 1) {
            atomic_store(&of.log->was_early, true);
        }
    }
    return true;
}

static void test_each_part_runs_once_before_its_unit_goes_on(void **state)
{
    (void)state;
    static PartLog log;
    Arena a = arena_init(0);
    for (isize workers = 1; workers <= MAX_WORKERS; workers *= 2) {
        for (isize step = 1; step <= 5; step++) {
            ScheduleUnit *units = made_units(&a, MAX_UNITS, step);
            Err err;
            memset(&log, 0, sizeof(log));
            assert_true(schedule_run(&a, units, MAX_UNITS, workers, share_parts, &log, &err));
            assert_false(log.was_early);
            assert_false(log.was_twice);
            for (isize i = 0; i < MAX_UNITS * MAX_PARTS; i++) {
                isize unit = i / MAX_PARTS, part = i % MAX_PARTS;
                assert_int_equal(log.done[i], part < unit % (MAX_PARTS + 1));
            }
        }
    }
    arena_done(&a);
}

/* What is begun of it, and whether one saw the other, each waiting for it as long as it takes. */
typedef struct {
    atomic_bool has_begun[2];
    atomic_bool has_met[2];
} Meeting;

static void meet(Meeting *m, isize own)
{
    const int64_t end = clock_monotonic_ns() + INT64_C(30000000000);
    atomic_store(&m->has_begun[own], true);
    while (!atomic_load(&m->has_begun[1 - own]) && clock_monotonic_ns() < end) {
    }
    atomic_store(&m->has_met[own], atomic_load(&m->has_begun[1 - own]));
}

static void meet_other_part(void *context, isize part, isize worker)
{
    (void)worker;
    meet(context, part);
}

static bool share_two(void *context, isize unit, const ScheduleTurn *turn, Err *err)
{
    (void)unit;
    (void)err;
    schedule_share(turn, 2, meet_other_part, context);
    return true;
}

static void test_a_worker_without_a_unit_takes_parts(void **state)
{
    (void)state;
    const ScheduleUnit unit = {.weight = 1};
    Meeting m = {0};
    Arena a = arena_init(0);
    Err err;
    assert_true(schedule_run(&a, &unit, 1, 2, share_two, &m, &err));
    assert_true(m.has_met[0] && m.has_met[1]);
    arena_done(&a);
}

static bool meet_other_unit(void *context, isize unit, const ScheduleTurn *turn, Err *err)
{
    (void)err;
    schedule_let_begin(turn);
    meet(context, unit);
    return true;
}

static void test_what_waits_for_a_unit_may_begin_before_its_end(void **state)
{
    (void)state;
    const isize first[] = {0};
    const ScheduleUnit units[] = {{.weight = 1}, {.needs = first, .n_needs = 1, .weight = 1}};
    Meeting m = {0};
    Arena a = arena_init(0);
    Err err;
    assert_true(schedule_run(&a, units, COUNT_OF(units), 2, meet_other_unit, &m, &err));
    assert_true(m.has_met[0] && m.has_met[1]);
    arena_done(&a);
}

/* ---- threads ---- */

static bool look_at_stack(void *context, isize unit, const ScheduleTurn *turn, Err *err)
{
    (void)unit;
    (void)turn;
    (void)err;
    *(uintptr_t *)context = (uintptr_t)__builtin_frame_address(0) - stack_floor();
    return true;
}

static void test_threads_have_as_much_stack_as_addresses_allow(void **state)
{
    (void)state;
    Arena a = arena_init(KIB);
    const ScheduleUnit unit = {.weight = 1};
    uintptr_t left = 0;
    Err err;
    assert_true(schedule_run(&a, &unit, 1, 1, look_at_stack, &left, &err));
    assert_true(left >= POOL_STACK - 256 * KIB && left <= STACK_DEEP + MIB);
    assert_true(left >= STACK_DEEP / 2); /* nothing limits this process */
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_unit_runs_once_after_what_it_needs),
        cmocka_unit_test(test_the_heaviest_chain_goes_first),
        cmocka_unit_test(test_a_failure_ends_it_with_the_lowest_error),
        cmocka_unit_test(test_each_part_runs_once_before_its_unit_goes_on),
        cmocka_unit_test(test_a_worker_without_a_unit_takes_parts),
        cmocka_unit_test(test_what_waits_for_a_unit_may_begin_before_its_end),
        cmocka_unit_test(test_threads_have_as_much_stack_as_addresses_allow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
