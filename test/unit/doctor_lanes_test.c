/* doctor_make with checks that behave and checks that do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doctor/context.h"
#include "os/clock.h"
#include "os/task.h"
#include "support/assert_str.h"

#include <signal.h>
#include <unistd.h>

#define LIMIT_MS 200
#define NEVER_MS 60000

static bool find_something(Doctor *d, Err *err)
{
    (void)err;
    doctor_find(d,
                (Finding){.severity = SEVERITY_WARN,
                          .title = str_format(d->arena, "found by %.*s", STR_ARG(d->about->id))});
    doctor_fix(d, (Fix){.kind = FIX_GOENV_UNSET, .name = d->about->id});
    return true;
}

static bool find_nothing(Doctor *d, Err *err)
{
    (void)d, (void)err;
    return true;
}

static bool cannot(Doctor *d, Err *err)
{
    (void)d;
    return FAIL(err, ERR_IO, "the disk is gone");
}

static bool crash(Doctor *d, Err *err)
{
    (void)err;
    find_something(d, err); /* which is lost with the check */
    raise(SIGSEGV);
    return true;
}

/* Deeper than any stack; the compiler does not see the end, which is never reached. */
static int descend(volatile const bool *ends)
{
    volatile char room[4096];
    room[0] = 1;
    return *ends ? 0 : room[0] + descend(ends);
}

static bool run_over_the_stack(Doctor *d, Err *err)
{
    (void)d, (void)err;
    volatile bool never = false;
    return descend(&never) > 0;
}

static bool hang(Doctor *d, Err *err)
{
    (void)d, (void)err;
    clock_sleep_ms(NEVER_MS);
    return true;
}

typedef struct {
    const char *id;
    CheckRun run;
    CheckCost cost;
} Row;

/* "GWD101 GWD999 ...": what was found, in the order of the result; checks are given sorted. */
static Str examine(Arena *a, const Row *rows, isize n, DoctorResult *ret)
{
    GoEnv env = {0};
    DoctorInput in = {.env = &env};
    Check *checks = ARENA_ARRAY(a, Check, n);
    const Check **list = ARENA_ARRAY(a, const Check *, n);
    for (isize i = 0; i < n; i++) {
        checks[i] = (Check){.about = {.id = str_from_c(rows[i].id), .title = S("all is well")},
                            .run = rows[i].run,
                            .cost = rows[i].cost};
        list[i] = &checks[i];
    }
    doctor_make(&in, a, list, n, LIMIT_MS, ret);
    Str ids = S("");
    for (isize i = 0; i < ret->findings.len; i++) {
        ids = str_format(a, "%.*s%s%.*s", STR_ARG(ids), i > 0 ? " " : "",
                         STR_ARG(ret->findings.ptr[i].id));
    }
    return ids;
}

/* Where a machine is slow, a lane that was given up may only just be ending: then nothing is freed,
 * as task_is_any_left says. */
static void drop(Arena *a)
{
    if (!task_is_any_left()) {
        arena_done(a);
    }
}

static void test_makes_every_check(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    DoctorResult result;
    static const Row rows[] = {
        {"GWD101", find_something, COST_TREE},
        {"GWD102", find_nothing, COST_FILES},
        {"GWD103", find_something, COST_FILES},
        {"GWD104", cannot, COST_NETWORK},
    };
    assert_str(examine(&a, rows, COUNT_OF(rows), &result), S("GWD101 GWD103 GWD104"));
    assert_int_equal(result.n_checks, 4);
    assert_int_equal(result.n_passed, 1);
    assert_int_equal(result.fixes.len, 2);
    assert_str(result.fixes.ptr[0].name, S("GWD101"));
    assert_str(result.fixes.ptr[1].name, S("GWD103"));
    assert_str(result.findings.ptr[2].title, S("could not be looked at: all is well"));
    drop(&a);
}

static void test_survives_a_crash(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    DoctorResult result;
    static const Row rows[] = {
        {"GWD101", find_something, COST_FILES}, {"GWD102", crash, COST_FILES},
        {"GWD103", find_nothing, COST_FILES},   {"GWD104", run_over_the_stack, COST_FILES},
        {"GWD105", find_something, COST_FILES},
    };
    assert_str(examine(&a, rows, COUNT_OF(rows), &result),
               S("GWD999 GWD999 GWD101 GWD105")); /* the worst first */
    assert_true(str_starts_with(result.findings.ptr[0].title, S("the check GWD102 crashed")) ||
                str_starts_with(result.findings.ptr[1].title, S("the check GWD102 crashed")));
    assert_int_equal(result.n_passed, 1);
    assert_int_equal(result.fixes.len, 2);
    drop(&a);
}

static void test_does_not_wait_for_ever(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    DoctorResult result;
    static const Row rows[] = {
        {"GWD101", find_something, COST_FILES},
        {"GWD102", hang, COST_FILES},
        {"GWD103", find_something, COST_FILES},
        {"GWD104", hang, COST_TREE},
    };
    int64_t begun = clock_monotonic_ns();
    assert_str(examine(&a, rows, COUNT_OF(rows), &result), S("GWD999 GWD999 GWD101 GWD103"));
    assert_true(clock_monotonic_ns() - begun < NEVER_MS * INT64_C(1000000) / 2);
    drop(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_makes_every_check),
        cmocka_unit_test(test_survives_a_crash),
        cmocka_unit_test(test_does_not_wait_for_ever),
    };
    /* Threads that hang are left behind, so nothing may wait for them. */
    _exit(cmocka_run_group_tests_name("doctor/lanes", tests, NULL, NULL));
}
