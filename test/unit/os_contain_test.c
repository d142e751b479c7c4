/* Programs that end, hang, flood, hide and die: what is told of them, and that nothing stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "os/clock.h"
#include "os/contain.h"
#include "support/assert_str.h"
#include "support/fixture.h"

#include <errno.h>
#include <signal.h>

static const ContainLimits limits = {.time_ms = 20000, .kept = 4 * KIB, .total = MIB};

static Contained run_path(Arena *a, Str path, Str dir, const Str *argv, isize argc,
                          const ContainLimits *l)
{
    Err err;
    Contained ret;
    Environ env = environ_with(a, &(Environ){0}, S("PATH"), S("/usr/bin:/bin"));
    Spawn s = {.path = path, .argv = argv, .argc = argc, .env = &env, .dir = dir};
    assert_true(contain_run(a, &s, l, &ret, &err));
    return ret;
}

static Contained run(Arena *a, const char *script, const ContainLimits *l)
{
    const Str argv[] = {S("sh"), S("-c"), str_from_c(script)};
    return run_path(a, S("/bin/sh"), S("/"), argv, COUNT_OF(argv), l);
}

/* Whether the process of that number, which a script printed, is gone. */
static bool is_gone(Str number)
{
    int64_t pid;
    Str line;
    assert_true(str_next_line(&number, &line));
    assert_true(str_parse_decimal(line, INT32_MAX, &pid));
    return kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

static void test_tells_how_a_program_ended(void **state)
{
    static const struct {
        const char *script;
        ContainEnd end;
        int number;
        const char *output;
    } rows[] = {
        {"exit 0", CONTAIN_EXITED, 0, ""},
        {"exit 255", CONTAIN_EXITED, 255, ""},
        {"echo out; echo err >&2; exit 3", CONTAIN_EXITED, 3, "out\nerr\n"},
        {"cat; echo read", CONTAIN_EXITED, 0, "read\n"}, /* nothing on standard input */
        {"kill -9 $$", CONTAIN_SIGNALED, SIGKILL, ""},
        {"kill -TERM $$", CONTAIN_SIGNALED, SIGTERM, ""},
        {"yes | head -1; exit 4", CONTAIN_EXITED, 4, "y\n"}, /* SIGPIPE ends yes */
        {"(echo x >/dev/tty) 2>/dev/null || echo no terminal", CONTAIN_EXITED, 0, "no terminal\n"},
        {"pwd", CONTAIN_EXITED, 0, "/\n"},
    };
    (void)state;
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Contained got = run(&a, rows[i].script, &limits);
        assert_int_equal(got.end, rows[i].end);
        assert_int_equal(got.number, rows[i].number);
        assert_str(got.output, str_from_c(rows[i].output));
    }
    arena_done(&a);
}

static void test_tells_what_cannot_be_started(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    const Str argv[] = {S("x")};
    Contained got = run_path(&a, S("/nonexistent/x"), S("/"), argv, 1, &limits);
    assert_int_equal(got.end, CONTAIN_NOT_STARTED);
    assert_int_equal(got.number, ENOENT);
    got = run_path(&a, S("/bin/sh"), S("/nonexistent"), argv, 1, &limits);
    assert_int_equal(got.end, CONTAIN_NOT_STARTED);
    assert_int_equal(got.number, ENOENT);
    got = run_path(&a, S("/"), S("/"), argv, 1, &limits);
    assert_int_equal(got.end, CONTAIN_NOT_STARTED);
    assert_int_equal(got.number, EACCES);
    arena_done(&a);
}

static void test_ends_what_hangs_with_all_that_it_started(void **state)
{
    static const char *const scripts[] = {
        "echo $$; sleep 100",
        "trap '' TERM HUP INT; echo $$; while :; do sleep 1; done",
        "sleep 100 & echo $!; sleep 100",
        "setsid sh -c 'echo $$; trap \"\" TERM; sleep 100; :' & sleep 100",
        "setsid sh -c 'setsid sh -c \"echo \\$\\$; sleep 100; :\" & sleep 99' & sleep 100",
    };
    (void)state;
    Arena a = arena_init(0);
    const ContainLimits short_limits = {.time_ms = 400, .kept = 4 * KIB, .total = MIB};
    for (isize i = 0; i < COUNT_OF(scripts); i++) {
        int64_t begun = clock_monotonic_ns();
        Contained got = run(&a, scripts[i], &short_limits);
        int64_t took_ms = (clock_monotonic_ns() - begun) / 1000000;
        assert_int_equal(got.end, CONTAIN_LATE);
        assert_true(took_ms >= 390 && took_ms < 4000);
        assert_true(is_gone(got.output));
    }
    arena_done(&a);
}

/* A daemon that keeps the output open must not make its starter late. */
static void test_ends_what_a_program_leaves_behind(void **state)
{
    static const char *const scripts[] = {
        "sleep 100 & echo $!",
        "setsid sh -c 'echo $$; sleep 100; :' & sleep 0.2",
        "(trap '' HUP TERM; setsid sh -c 'echo $$; trap \"\" TERM; sleep 100; :' &) ; sleep 0.2",
    };
    (void)state;
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(scripts); i++) {
        Contained got = run(&a, scripts[i], &limits);
        assert_int_equal(got.end, CONTAIN_EXITED);
        assert_int_equal(got.number, 0);
        assert_true(is_gone(got.output));
    }
    arena_done(&a);
}

static void test_ends_a_flood(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Contained got = run(&a, "echo first; exec yes", &limits);
    assert_int_equal(got.end, CONTAIN_FLOODED);
    assert_int_equal(got.output.len, 4 * KIB);
    assert_true(str_starts_with(got.output, S("first\ny\ny\n")));
    got = run(&a, "yes | head -c 1000000; exit 7", &limits); /* within the bound, dropped */
    assert_int_equal(got.end, CONTAIN_EXITED);
    assert_int_equal(got.number, 7);
    assert_int_equal(got.output.len, 4 * KIB);
    arena_done(&a);
}

typedef struct {
    Arena *a;
    Str path; /* the number of a process is written there */
} Caller;

static bool run_for_ever(void *context)
{
    Caller *c = context;
    Str script = str_format(c->a, "setsid sh -c 'trap \"\" TERM; echo $$ >%.*s; sleep 100; :'",
                            STR_ARG(c->path));
    run(c->a, strndup(script.ptr, (size_t)script.len), &limits);
    return true;
}

static void test_leaves_nothing_when_goward_is_killed(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Caller c = {&a, path_join(&a, fixture_dir(&a), S("pid"))};
    Str number = S("(absent)");
    pid_t caller = fork();
    if (caller == 0) {
        run_for_ever(&c);
        _exit(0);
    }
    for (int i = 0; i < 1000 && !str_ends_with(number, S("\n")); i++) {
        clock_sleep_ms(10);
        number = fixture_read(&a, FILE_CWD, c.path);
    }
    assert_false(is_gone(number));
    kill(caller, SIGKILL);
    waitpid(caller, NULL, 0);
    for (int i = 0; i < 1000 && !is_gone(number); i++) {
        clock_sleep_ms(10);
    }
    assert_true(is_gone(number));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tells_how_a_program_ended),
        cmocka_unit_test(test_tells_what_cannot_be_started),
        cmocka_unit_test(test_ends_what_hangs_with_all_that_it_started),
        cmocka_unit_test(test_ends_what_a_program_leaves_behind),
        cmocka_unit_test(test_ends_a_flood),
        cmocka_unit_test(test_leaves_nothing_when_goward_is_killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
