#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/clock.h"
#include "os/deadline.h"
#include "support/fixture.h"

static void write_mark(void *context)
{
    Err err;
    (void)file_replace(FILE_CWD, *(const Str *)context, S("over"), 0600, &err);
}

typedef struct {
    Str mark;
    int64_t ms;
    bool ends;
} Run;

/* Works for 300 ms under a limit. */
static bool work(void *context)
{
    Run *run = context;
    Arena a = arena_init(0);
    Err err;
    Deadline *d;
    if (!deadline_begin(&a, run->ms, 124, write_mark, &run->mark, &d, &err)) {
        return false;
    }
    if (run->ends) {
        deadline_end(d);
    }
    for (int64_t end = clock_monotonic_ns() + 300000000; clock_monotonic_ns() < end;) {
        usleep(10000);
    }
    if (!run->ends) {
        deadline_end(d);
    }
    arena_done(&a);
    return true;
}

static int status_of(int64_t ms, bool ends, bool *ret_marked)
{
    Arena a = arena_init(0);
    Err err;
    FileStat st;
    Run run = {path_join(&a, fixture_dir(&a), S("mark")), ms, ends};
    int status = fixture_fork(work, &run);
    *ret_marked = file_stat(FILE_CWD, run.mark, &st, &err) == FILE_FOUND;
    arena_done(&a);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void test_ends_the_process_when_time_is_over(void **state)
{
    (void)state;
    bool marked;
    assert_int_equal(status_of(20, false, &marked), 124);
    assert_true(marked);
}

static void test_lets_pass_what_is_done_in_time(void **state)
{
    (void)state;
    bool marked;
    assert_int_equal(status_of(60000, false, &marked), 0);
    assert_false(marked);
    assert_int_equal(status_of(100, true, &marked), 0);
    assert_false(marked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ends_the_process_when_time_is_over),
        cmocka_unit_test(test_lets_pass_what_is_done_in_time),
    };
    return cmocka_run_group_tests_name("os_deadline", tests, NULL, NULL);
}
