#define _GNU_SOURCE /* pipe2, F_DUPFD_CLOEXEC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "os/clock.h"
#include "os/proc.h"
#include "os/spawn.h"
#include "support/assert_str.h"
#include "support/fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>

static const Spawn nothing = {.in = -1, .out = -1, .err = -1, .extra = -1};

/* /bin/sh -c script, with PATH in its environment. */
static Spawn shell(Arena *a, Str script)
{
    Spawn s = nothing;
    Environ *env = ARENA_NEW(a, Environ);
    Environ own = environ_get(a);
    *env = environ_with(a, &(Environ){0}, S("PATH"), environ_value(&own, S("PATH")));
    s.path = S("/bin/sh");
    Str *argv = ARENA_ARRAY(a, Str, 3);
    argv[0] = S("sh");
    argv[1] = S("-c");
    argv[2] = script;
    s.argv = argv;
    s.argc = 3;
    s.env = env;
    return s;
}

static void check_output(Arena *a, const Spawn *s, Str expected, int expected_code)
{
    Err err;
    Str out;
    int code = -1;
    if (!spawn_output(a, s, 20000, 1 * MIB, &out, &code, &err)) {
        fail_msg("%s", err.text);
    }
    assert_str(out, expected);
    assert_int_equal(code, expected_code);
}

static void test_gives_output_and_exit_code(void **state)
{
    (void)state;
    const struct {
        Str script, out;
        int code;
    } rows[] = {
        {S("echo hello"), S("hello\n"), 0},
        {S("exit 7"), S(""), 7},
        {S("exit 255"), S(""), 255},
        {S("printf 'a\\0b'; exit 1"), S("a\0b"), 1},
        {S("kill -TERM $$"), S(""), 128 + SIGTERM},
        {S("kill -KILL $$"), S(""), 128 + SIGKILL},
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Spawn s = shell(&a, rows[i].script);
        check_output(&a, &s, rows[i].out, rows[i].code);
    }
    arena_done(&a);
}

static void test_hands_on_arguments_and_environment_as_they_are(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Spawn s = shell(&a, S("printf '[%s]' \"$@\"; printf '%s' \"$ODD\""));
    Str argv[] = {s.argv[0], s.argv[1], s.argv[2], S("zero"), S(""), S("a b"), S("$HOME\n'\"")};
    Environ env = environ_with(&a, s.env, S("ODD"), S("x = y; \xff"));
    s.argv = argv;
    s.argc = COUNT_OF(argv);
    s.env = &env;
    check_output(&a, &s, S("[][a b][$HOME\n'\"]x = y; \xff"), 0);
    arena_done(&a);
}

static void test_gives_only_the_environment_that_is_asked_for(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Spawn s = nothing;
    Str argv[] = {S("env")};
    Environ env = environ_with(&a, &(Environ){0}, S("ONLY"), S("this"));
    s.argv = argv;
    s.argc = 1;
    s.env = &env;
    Environ own = environ_get(&a);
    assert_true(spawn_find(&a, &own, S("env"), &s.path));
    check_output(&a, &s, S("ONLY=this\n"), 0);
    arena_done(&a);
}

static void test_runs_in_another_directory(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    Spawn s = shell(&a, S("pwd -P"));
    Str dir = fixture_dir(&a), real;
    s.dir = dir;
    assert_int_equal(proc_real_path(&a, dir, &real, &err), FILE_FOUND);
    check_output(&a, &s, str_format(&a, "%.*s\n", STR_ARG(real)), 0);
    s.dir = S("/nonexistent");
    int pid = -1;
    if (!fixture_is_emulated(&a)) {
        assert_false(spawn_start(&s, &pid, &err));
        assert_int_equal(err.errnum, ENOENT);
        assert_int_equal(pid, -1);
    }
    arena_done(&a);
}

static void test_refuses_what_cannot_run(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    if (fixture_is_emulated(&a)) {
        arena_done(&a);
        skip();
    }
    Str plain = fixture_file(&a, fixture_dir(&a), S("plain"), S("no program\n"));
    Str long_path = str_format(&a, "/%05000d", 1);
    const struct {
        Str path, argument;
        int errnum;
    } rows[] = {
        {S("/nonexistent"), S("x"), ENOENT},
        {plain, S("x"), EACCES},
        {S("/"), S("x"), EACCES},
        {S("/bin/sh\0x"), S("x"), EINVAL},
        {long_path, S("x"), ENAMETOOLONG},
        {S("/bin/sh"), S("a\0b"), 0},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Err err;
        Spawn s = shell(&a, rows[i].argument);
        Str out = S("kept");
        int code = -7;
        s.path = rows[i].path;
        assert_false(spawn_output(&a, &s, -1, 100, &out, &code, &err));
        assert_int_equal(err.errnum, rows[i].errnum);
        assert_str(out, S("kept"));
        assert_int_equal(code, -7);
        Environ env = environ_with(&a, &(Environ){0}, S("A"), S("b\0c"));
        s = shell(&a, S("true"));
        s.env = &env;
        assert_false(spawn_output(&a, &s, -1, 100, &out, &code, &err));
    }
    arena_done(&a);
}

static void test_limits_the_output(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    Str out = S("kept");
    int code;
    Spawn s = shell(&a, S("printf 0123456789"));
    assert_true(spawn_output(&a, &s, -1, 10, &out, &code, &err));
    assert_str(out, S("0123456789"));
    assert_false(spawn_output(&a, &s, -1, 9, &out, &code, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    /* One that never stops is ended. */
    s = shell(&a, S("while :; do echo on and on; done"));
    assert_false(spawn_output(&a, &s, -1, 100000, &out, &code, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    /* More than one buffer, read to the last byte. */
    s = shell(&a, S("i=0; while [ $i -lt 20000 ]; do echo $i; i=$((i+1)); done"));
    assert_true(spawn_output(&a, &s, -1, 1 * MIB, &out, &code, &err));
    assert_int_equal(out.len, 108890);
    assert_true(str_ends_with(out, S("\n19999\n")));
    arena_done(&a);
}

static void test_ends_a_child_that_takes_too_long(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    const Str scripts[] = {
        S("echo partial; exec sleep 100"),
        S("echo partial; exec >&-; exec sleep 100"), /* closes its output, and stays */
        S("echo partial; trap '' TERM INT HUP; while :; do sleep 1; done"),
    };
    for (isize i = 0; i < COUNT_OF(scripts); i++) {
        Err err;
        Str out;
        int code;
        Spawn s = shell(&a, scripts[i]);
        int64_t start = clock_monotonic_ns();
        assert_true(spawn_output(&a, &s, 300, 100, &out, &code, &err));
        assert_int_equal(code, 124);
        assert_str(out, S("partial\n"));
        assert_in_range((clock_monotonic_ns() - start) / 1000000, 290, 10000);
    }
    arena_done(&a);
}

static void ignore_signal(int signal)
{
    (void)signal;
}

/* Signals come in all the time; neither the waiting for output nor that for the end may take them
 * for an event, or for more time. */
static void test_keeps_its_deadline_among_signals(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    Str out;
    int code;
    Spawn s = shell(&a, S("exec sleep 5"));
    struct sigaction action = {.sa_handler = ignore_signal, .sa_flags = SA_RESTART};
    struct itimerval often = {.it_interval = {0, 2000}, .it_value = {0, 2000}};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    int64_t start = clock_monotonic_ns();
    bool ok = spawn_output(&a, &s, 200, 100, &out, &code, &err);
    int64_t took_ms = (clock_monotonic_ns() - start) / 1000000;
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    assert_true(ok);
    assert_int_equal(code, 124);
    assert_in_range(took_ms, 190, 3000);
    arena_done(&a);
}

static void test_waits_for_a_started_child(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    int pid, code;
    Spawn s = shell(&a, S("exit 3"));
    assert_true(spawn_start(&s, &pid, &err));
    assert_true(spawn_wait(pid, -1, &code, &err));
    assert_int_equal(code, 3);
    assert_false(spawn_wait(pid, -1, &code, &err)); /* it is gone */
    assert_int_equal(err.errnum, ECHILD);
    assert_true(spawn_start(&s, &pid, &err));
    assert_true(spawn_wait(pid, 20000, &code, &err));
    assert_int_equal(code, 3);
    s = shell(&a, S("exec sleep 100"));
    assert_true(spawn_start(&s, &pid, &err));
    assert_true(spawn_wait(pid, 0, &code, &err));
    assert_int_equal(code, 124);
    arena_done(&a);
}

/* A file whose content becomes the child's input or takes its output. */
static int open_text(Str text)
{
    Err err;
    int fd = -1;
    ASSERT(file_create_memory(S("text"), &fd, &err) && file_write(fd, text, &err));
    ASSERT(lseek(fd, 0, SEEK_SET) == 0);
    return fd;
}

static Str text_of(Arena *a, int fd)
{
    Err err;
    Str text;
    ASSERT(lseek(fd, 0, SEEK_SET) == 0);
    ASSERT(file_read_fd(a, fd, 1 * MIB, &text, &err));
    return text;
}

static void test_hands_on_descriptors(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    int pid, code;
    AUTO_CLOSE int in = open_text(S("in\n"));
    AUTO_CLOSE int out = open_text(S(""));
    AUTO_CLOSE int error = open_text(S(""));
    AUTO_CLOSE int extra = open_text(S("3\n"));
    Spawn s = shell(&a, str_format(&a,
                                   "read line; echo \"out $line\"; echo \"err $line\" >&2\n"
                                   "read x <&3; echo \"extra $x\"\n"
                                   "for n in %d %d %d %d; do\n"
                                   "[ $n -gt 3 ] && [ -e /proc/$$/fd/$n ] && echo $n leaked\n"
                                   "done; exit 0",
                                   in, out, error, extra));
    s.in = in;
    s.out = out;
    s.err = error;
    s.extra = extra;
    assert_true(spawn_start(&s, &pid, &err));
    assert_true(spawn_wait(pid, 20000, &code, &err));
    assert_int_equal(code, 0);
    assert_str(text_of(&a, out), S("out in\nextra 3\n"));
    assert_str(text_of(&a, error), S("err in\n"));
    arena_done(&a);
}

/* The descriptors to hand on are themselves numbered 0 to 3, in every order, some twice. */
typedef struct {
    int sources[4]; /* of in, out, err, extra: index of the file that stands at that number */
    bool becomes;   /* spawn_become instead of spawn_start */
} Shuffle;

static bool shuffle_arrives(void *context)
{
    const Shuffle *shuffle = context;
    Arena a = arena_init(0);
    Err err;
    /* The files lie high, then at 0 to 3, where the shuffled call finds them. */
    int high[4];
    for (int i = 0; i < 4; i++) {
        int fd = open_text((Str){0});
        high[i] = fcntl(fd, F_DUPFD_CLOEXEC, 50);
        close(fd);
    }
    for (int i = 0; i < 4; i++) {
        dup3(high[i], i, O_CLOEXEC);
    }
    Spawn s = shell(&a, S("for n in 0 1 2 3; do eval \"echo $n >&$n\"; done"));
    s.in = shuffle->sources[0];
    s.out = shuffle->sources[1];
    s.err = shuffle->sources[2];
    s.extra = shuffle->sources[3];
    int pid, code;
    if (shuffle->becomes) {
        pid = fork();
        if (pid == 0) {
            spawn_become(a, &s, &err);
            _exit(99);
        }
    } else if (!spawn_start(&s, &pid, &err)) {
        return false;
    }
    if (!spawn_wait(pid, 20000, &code, &err) || code != 0) {
        return false;
    }
    for (int i = 0; i < 4; i++) {
        StrBuf expected = strbuf_init(&a);
        for (int n = 0; n < 4; n++) {
            if (shuffle->sources[n] == i) {
                strbuf_add_format(&expected, "%d\n", n);
            }
        }
        if (!str_eq(text_of(&a, high[i]), strbuf_str(&expected))) {
            return false;
        }
    }
    return true;
}

static void test_hands_on_descriptors_in_any_order(void **state)
{
    (void)state;
    for (int code = 0; code < 4 * 4 * 4 * 4; code++) {
        Shuffle shuffle = {{code % 4, code / 4 % 4, code / 16 % 4, code / 64}, code % 3 == 0};
        if (!fixture_holds_in_child(shuffle_arrives, &shuffle)) {
            fail_msg("in %d, out %d, err %d, extra %d do not arrive", shuffle.sources[0],
                     shuffle.sources[1], shuffle.sources[2], shuffle.sources[3]);
        }
    }
}

static Str ignored_signals(Arena *a, const Spawn *s)
{
    Err err;
    Str out;
    int code;
    ASSERT(spawn_output(a, s, 20000, 1000, &out, &code, &err) && code == 0);
    return str_trim(out);
}

static void test_children_die_of_signals_as_usual(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    void (*before_size)(int) = signal(SIGXFSZ, SIG_IGN);
    Spawn s = shell(&a, S("sed -n 's/^SigIgn:[[:space:]]*//p' /proc/self/status"));
    Str ignored = ignored_signals(&a, &s);
    signal(SIGPIPE, before);
    signal(SIGXFSZ, before_size);
    unsigned long long mask = strtoull(str_format(&a, "%.*s", STR_ARG(ignored)).ptr, NULL, 16);
    assert_true(ignored.len > 0);
    assert_int_equal(mask >> (SIGPIPE - 1) & 1, 0);
    assert_int_equal(mask >> (SIGXFSZ - 1) & 1, 0);
    arena_done(&a);
}

static void test_becomes_another_program(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    AUTO_CLOSE int out = open_text(S(""));
    Spawn s = shell(&a, S("pwd; sed -n 's/^SigIgn:[[:space:]]*//p' /proc/self/status; exit 5"));
    s.out = out;
    s.dir = S("/");
    pid_t pid = fork();
    if (pid == 0) {
        for (int signum = 1; signum < SIGRTMIN; signum++) {
            signal(signum, SIG_DFL); /* a shell, or nohup, ignores some in what it runs */
        }
        signal(SIGPIPE, SIG_IGN);
        signal(SIGXFSZ, SIG_IGN);
        spawn_become(a, &s, &err);
        _exit(99);
    }
    int code;
    assert_true(spawn_wait(pid, 20000, &code, &err));
    assert_int_equal(code, 5);
    assert_str(text_of(&a, out), S("/\n0000000000000000\n"));
    s.path = S("/nonexistent");
    s.out = -1;
    s.dir = (Str){0};
    assert_false(spawn_become(a, &s, &err));
    assert_int_equal(err.errnum, ENOENT);
    arena_done(&a);
}

static void test_finds_what_a_shell_would_run(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    Str one = fixture_dir(&a), two = fixture_dir(&a), three = fixture_dir(&a);
    fixture_file(&a, one, S("tool"), S("not executable"));
    assert_true(dir_make(FILE_CWD, path_join(&a, two, S("tool")), 0755, &err));
    Str tool = fixture_file(&a, three, S("tool"), S("#!/bin/sh\n"));
    assert_true(file_set_mode_at(FILE_CWD, tool, 0755, &err));
    const struct {
        Str path_variable, name, found; /* found empty: nothing is */
    } rows[] = {
        {str_format(&a, "%.*s:%.*s:%.*s", STR_ARG(one), STR_ARG(two), STR_ARG(three)), S("tool"),
         tool},
        {str_format(&a, ":/nonexistent::%.*s", STR_ARG(three)), S("tool"), tool},
        {str_format(&a, "%.*s/", STR_ARG(three)), S("tool"), tool},
        {one, S("tool"), S("")},
        {two, S("tool"), S("")},
        {three, S(""), S("")},
        {three, S("other"), S("")},
        {S(""), S("tool"), S("")},
        {S(":"), S("tool"), S("")},
        {three, S("./absent"), S("./absent")},
        {three, S("/absent/tool"), S("/absent/tool")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Environ env = environ_with(&a, &(Environ){0}, S("PATH"), rows[i].path_variable);
        Str found = {0};
        assert_int_equal(spawn_find(&a, &env, rows[i].name, &found), rows[i].found.len > 0);
        assert_str(found, rows[i].found);
    }
    Str found;
    assert_false(spawn_find(&a, &(Environ){0}, S("sh"), &found));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gives_output_and_exit_code),
        cmocka_unit_test(test_hands_on_arguments_and_environment_as_they_are),
        cmocka_unit_test(test_gives_only_the_environment_that_is_asked_for),
        cmocka_unit_test(test_runs_in_another_directory),
        cmocka_unit_test(test_refuses_what_cannot_run),
        cmocka_unit_test(test_limits_the_output),
        cmocka_unit_test(test_ends_a_child_that_takes_too_long),
        cmocka_unit_test(test_keeps_its_deadline_among_signals),
        cmocka_unit_test(test_waits_for_a_started_child),
        cmocka_unit_test(test_hands_on_descriptors),
        cmocka_unit_test(test_hands_on_descriptors_in_any_order),
        cmocka_unit_test(test_children_die_of_signals_as_usual),
        cmocka_unit_test(test_becomes_another_program),
        cmocka_unit_test(test_finds_what_a_shell_would_run),
    };
    return cmocka_run_group_tests_name("os_spawn", tests, NULL, NULL);
}
