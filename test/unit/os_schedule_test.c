#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/clock.h"
#include "os/schedule.h"
#include "os/stack.h"
#include "support/assert_str.h"
#include "support/fixture.h"

#include <stdatomic.h>

enum { MAX_UNITS = 400, MAX_WORKERS = 16, MAX_NEEDS = 5 };

typedef struct {
    const ScheduleUnit *units;
    atomic_int done[MAX_UNITS];
    atomic_bool was_early;
    atomic_int n_begun;
    isize order[MAX_UNITS]; /* in which they were begun */
    isize fails[2];
} Log;

static bool note(void *context, isize unit, isize worker, Err *err)
{
    Log *log = context;
    ASSERT(worker >= 0 && worker < MAX_WORKERS);
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

static bool look_at_stack(void *context, isize unit, isize worker, Err *err)
{
    (void)unit;
    (void)worker;
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
        cmocka_unit_test(test_threads_have_as_much_stack_as_addresses_allow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
