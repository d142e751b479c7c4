#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/clock.h"
#include "os/pool.h"
#include "support/assert_str.h"
#include "support/fixture.h"

#include <stdatomic.h>

enum { MAX_UNITS = 5000, MAX_WORKERS = 64 };

typedef struct {
    isize n_workers;
    atomic_int runs[MAX_UNITS];
    atomic_int active[MAX_WORKERS]; /* units that a worker is in */
    atomic_bool overlapped;
    atomic_int highest; /* unit that was begun */
} Log;

static bool note(void *context, isize unit, isize worker, Err *err)
{
    Log *log = context;
    (void)err;
    ASSERT(worker >= 0 && worker < log->n_workers);
    if (atomic_fetch_add(&log->active[worker], 1) != 0) {
        atomic_store(&log->overlapped, true);
    }
    atomic_fetch_add(&log->runs[unit], 1);
    atomic_fetch_sub(&log->active[worker], 1);
    return true;
}

static void test_runs_every_unit_once(void **state)
{
    (void)state;
    const isize workers[] = {1, 2, 3, 8, 64, 1000};
    const isize units[] = {0, 1, 2, 63, 64, 65, MAX_UNITS};
    static Log log;
    for (isize w = 0; w < COUNT_OF(workers); w++) {
        for (isize u = 0; u < COUNT_OF(units); u++) {
            Err err;
            memset(&log, 0, sizeof(log));
            log.n_workers = MIN(workers[w], MAX_WORKERS);
            assert_true(pool_run(units[u], workers[w], note, &log, &err));
            assert_false(log.overlapped);
            for (isize i = 0; i < MAX_UNITS; i++) {
                assert_int_equal(log.runs[i], i < units[u]);
            }
        }
    }
}

typedef struct {
    isize fails[3]; /* units that fail */
    atomic_int n_run;
} Failing;

static bool fail_some(void *context, isize unit, isize worker, Err *err)
{
    Failing *f = context;
    (void)worker;
    atomic_fetch_add(&f->n_run, 1);
    for (isize i = 0; i < COUNT_OF(f->fails); i++) {
        if (f->fails[i] == unit) {
            /* The lower the unit, the later it fails: the order in time is against us. */
            clock_sleep_ms((MAX_WORKERS - unit % MAX_WORKERS) / 8);
            return FAIL(err, ERR_FORMAT, "unit %td", unit);
        }
    }
    return true;
}

static void test_the_error_is_that_of_the_lowest_failure(void **state)
{
    (void)state;
    const struct {
        isize fails[3], lowest;
    } rows[] = {
        {{3, 4, 5}, 3}, {{60, 2, 30}, 2}, {{0, 1, 2}, 0}, {{99, 99, 99}, 99}, {{17, 50, 18}, 17},
    };
    Arena a = arena_init(0);
    for (isize workers = 1; workers <= 16; workers *= 2) {
        for (isize i = 0; i < COUNT_OF(rows); i++) {
            Failing f = {{rows[i].fails[0], rows[i].fails[1], rows[i].fails[2]}, 0};
            Err err;
            assert_false(pool_run(100, workers, fail_some, &f, &err));
            assert_str(err_format(&a, &err), str_format(&a, "unit %td", rows[i].lowest));
        }
    }
    arena_done(&a);
}

static void test_a_failure_stops_the_handing_out(void **state)
{
    (void)state;
    Failing f = {{0, 0, 0}, 0};
    Err err;
    assert_false(pool_run(1000000, 1, fail_some, &f, &err));
    assert_int_equal(f.n_run, 1);
}

/* Touches most of the stack that a worker is promised. */
static bool dig(void *context, isize unit, isize worker, Err *err)
{
    volatile char room[POOL_STACK - 256 * KIB];
    (void)err;
    for (isize i = 0; i < (isize)sizeof(room); i += 4096) {
        room[i] = (char)unit;
    }
    return note(context, unit, worker, err);
}

static void test_deep_units_have_stack(void **state)
{
    (void)state;
    static Log log;
    for (isize workers = 1; workers <= 4; workers++) {
        Err err;
        memset(&log, 0, sizeof(log));
        log.n_workers = workers;
        assert_true(pool_run_deep(9, workers, dig, &log, &err));
        assert_false(log.overlapped);
        for (isize i = 0; i < 9; i++) {
            assert_int_equal(log.runs[i], 1);
        }
    }
    Err err;
    assert_true(pool_run_deep(0, 3, dig, &log, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_runs_every_unit_once),
        cmocka_unit_test(test_the_error_is_that_of_the_lowest_failure),
        cmocka_unit_test(test_a_failure_stops_the_handing_out),
        cmocka_unit_test(test_deep_units_have_stack),
    };
    return cmocka_run_group_tests_name("os_pool", tests, NULL, NULL);
}
