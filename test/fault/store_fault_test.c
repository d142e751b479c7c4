/*
 * Every changing call of every action fails once, or is the last one: for n = 1, 2, ... the n-th
 * call fails with an error (or ends the process), until an action runs through untouched. After
 * each, the next writer must find one of the states between two transactions, the new one where
 * the action reported success, and the action must work when it is done again.
 *
 * Then writers and readers at the same time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "support/assert_str.h"
#include "support/fixture.h"
#include "support/store_world.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define MAX_CALLS 500 /* of one action; more means that it never ends */
#define MAX_MILESTONES 8
#define N_SWITCHES 1000
#define N_READERS 4
#define N_READS 25000 /* of each reader, at least */
#define N_WRITERS 4
#define N_TURNS 8 /* of each writer */

/* ---- failing the n-th call ---- */

typedef struct {
    isize countdown;
    int errnum; /* 0: the process ends there */
    bool has_struck;
} Strike;

static int strike(void *context, const FaultEvent *event)
{
    Strike *s = context;
    (void)event;
    if (--s->countdown != 0) {
        return 0;
    }
    s->has_struck = true;
    if (s->errnum == 0) {
        raise(SIGKILL);
    }
    return s->errnum;
}

static bool act_struck(World *w, const Scenario *scenario, Strike *s)
{
    fault_context = s;
    fault_hook = strike;
    bool ok = scenario->act(w);
    fault_hook = NULL;
    return ok;
}

/* ---- one scenario ---- */

typedef struct {
    World *w;
    const Scenario *scenario;
    DiskRecorder start; /* its base is the world before the action */
    Str milestones[MAX_MILESTONES];
    isize n_milestones;
} Trial;

static void begin_trial(Trial *t, Arena *a, World *w, const Scenario *scenario)
{
    *t = (Trial){.w = w, .scenario = scenario};
    store_world_clear(w);
    scenario->prepare(w);
    disk_record_begin(&t->start, a, w->root);
    disk_record_end(&t->start);
}

static isize find_milestone(const Trial *t, Str description)
{
    for (isize i = 0; i < t->n_milestones; i++) {
        if (str_eq(t->milestones[i], description)) {
            return i;
        }
    }
    return -1;
}

/* What the next writer finds. */
static Str find_next(Arena *a, const Trial *t)
{
    Err err;
    Store s;
    StoreOutcome outcome = store_fixture_try_open(a, t->w->home, STORE_WRITE, &s, &err);
    if (outcome == STORE_FAILED) {
        print_error("%s: the next run fails: %s\n", t->scenario->name, err.text);
    }
    assert_int_not_equal(outcome, STORE_FAILED);
    if (outcome == STORE_OPENED) {
        store_close(&s);
    }
    return store_world_describe(a, t->w);
}

/* Whether the action ran through; else it was killed by its n-th call. */
static bool is_killed_at(const Trial *t, isize n)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        Strike s = {.countdown = n};
        _exit(act_struck(t->w, t->scenario, &s) ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    return WIFSIGNALED(status);
}

/* Kills it at every call. What the next writer finds are the states between transactions: in order,
 * and as many as the scenario says. */
static isize kill_everywhere(Trial *t)
{
    isize n = 1;
    for (bool is_killed = true; is_killed && n < MAX_CALLS; n++) {
        Arena a = arena_init(256 * KIB);
        disk_materialise(&t->start.base, t->w->root);
        is_killed = is_killed_at(t, n);
        Str got = find_next(&a, t);
        isize milestone = find_milestone(t, got);
        if (milestone < 0) {
            assert_true(t->n_milestones < MAX_MILESTONES);
            milestone = t->n_milestones++;
            t->milestones[milestone] = str_copy(t->w->a, got);
        }
        assert_int_equal(milestone, t->n_milestones - 1);
        arena_done(&a);
    }
    assert_true(n < MAX_CALLS);
    assert_int_equal(t->n_milestones, t->scenario->n_states);
    return n - 1;
}

/* Going back passes over a project's file that cannot be written, and says so. */
static bool is_new_but_for_the_file(const Trial *t, Str got)
{
    Str final = t->milestones[t->n_milestones - 1];
    isize at = str_index(got, S("project: "));
    return t->w->is_file_left && at >= 0 && str_starts_with(final, str_to(got, at));
}

/* What is done again is told again, so the log has more to say. */
static Str without_log(Arena *a, Str description)
{
    StrBuf b = strbuf_init(a);
    Str line;
    while (str_next_line(&description, &line)) {
        if (!str_starts_with(line, S("log "))) {
            strbuf_add(&b, line);
        }
    }
    return strbuf_str(&b);
}

static void check_struck(const Trial *t, const Strike *s, isize n, bool ok)
{
    Arena a = arena_init(256 * KIB);
    Str got = find_next(&a, t);
    isize last = t->n_milestones - 1;
    isize milestone = find_milestone(t, got);
    bool is_right = milestone >= (ok ? last : 0) || (ok && is_new_but_for_the_file(t, got));
    if (!is_right) {
        print_error("%s: call %td fails with %s, the action %s, and then there is\n%.*s\n",
                    t->scenario->name, n, strerror(s->errnum), ok ? "succeeds" : "fails",
                    STR_ARG(got));
    }
    assert_true(is_right);
    if (milestone == 0 || (milestone > 0 && t->scenario->is_repeatable)) {
        assert_true(t->scenario->act(t->w));
        assert_str(without_log(&a, store_world_describe(&a, t->w)),
                   without_log(&a, t->milestones[last]));
    }
    arena_done(&a);
}

static isize fail_everywhere(const Trial *t, int errnum)
{
    isize n = 1;
    for (bool has_struck = true; has_struck && n < MAX_CALLS; n++) {
        Strike s = {.countdown = n, .errnum = errnum};
        disk_materialise(&t->start.base, t->w->root);
        t->w->is_file_left = false;
        bool ok = act_struck(t->w, t->scenario, &s);
        has_struck = s.has_struck;
        assert_true(ok || has_struck);
        check_struck(t, &s, n, ok);
    }
    assert_true(n < MAX_CALLS);
    return n - 1;
}

static void test_every_call_may_fail_or_be_the_last(void **state)
{
    (void)state;
    static const int errnums[] = {ENOSPC, EIO, EROFS, EINTR};
    isize n_runs = 0;
    for (isize i = 0; i < n_store_scenarios; i++) {
        Arena a = arena_init(1 * MIB);
        World w = store_world_make(&a);
        Trial t;
        begin_trial(&t, &a, &w, &store_scenarios[i]);
        n_runs += kill_everywhere(&t);
        for (isize k = 0; k < COUNT_OF(errnums); k++) {
            n_runs += fail_everywhere(&t, errnums[k]);
        }
        store_world_end(&w);
        arena_done(&a);
    }
    print_message("# %td runs with a call that failed or was the last\n", n_runs);
}

/* ---- at the same time ---- */

static const FixtureFile small_files[] = {
    {STR_CONST("VERSION"), STR_CONST("go\n"), false, false},
    {STR_CONST("bin/go"), STR_CONST("#!/bin/sh\n"), true, false},
};

static FixtureToolchain small_toolchain(Arena *a, int number)
{
    return (FixtureToolchain){.id = str_format(a, "go1.26.%d.linux-amd64", number),
                              .files = small_files,
                              .n = COUNT_OF(small_files)};
}

/* Installs, switches to and back from toolchains of its own and of the others. */
static bool write_in_turns(const World *w, int writer)
{
    Arena a = arena_init(0);
    Err err;
    for (int turn = 0; turn < N_TURNS; turn++) {
        Store s;
        int64_t number;
        Rollback report;
        FixtureToolchain toolchain = small_toolchain(&a, (writer + turn) % N_WRITERS);
        if (store_fixture_try_open(&a, w->home, STORE_CREATE, &s, &err) != STORE_OPENED) {
            print_error("writer %d, turn %d: %s\n", writer, turn, err.text);
            return false;
        }
        StoreTxnOutcome installed = store_fixture_install(&a, &s, &toolchain, &err);
        bool ok = (installed == STORE_TXN_COMMITTED || installed == STORE_TXN_EXISTS) &&
                  store_fixture_switch(&s, toolchain.id, &toolchain.id, 1, NULL, &number, &err) !=
                      GENERATION_FAILED &&
                  generation_rollback(&a, &s, ROLLBACK_TO_PARENT, &report, &err) == ROLLBACK_DONE;
        store_close(&s);
        if (!ok) {
            return false;
        }
    }
    arena_done(&a);
    return true;
}

static void test_writers_take_turns(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    World w = store_world_make(&a);
    pid_t pids[N_WRITERS];
    for (int i = 0; i < N_WRITERS; i++) {
        pids[i] = fork();
        assert_true(pids[i] >= 0);
        if (pids[i] == 0) {
            _exit(write_in_turns(&w, i) ? 0 : 1);
        }
    }
    int failed = 0; /* asserted when all have ended: their store goes with the test */
    for (int i = 0; i < N_WRITERS; i++) {
        int status = -1;
        failed += waitpid(pids[i], &status, 0) != pids[i] || status != 0;
    }
    assert_int_equal(failed, 0);
    assert_str(store_fixture_find_fault(&a, w.home), S(""));
    store_world_end(&w);
    arena_done(&a);
}

/* Another process makes the store and installs into it, just before this one makes the home. */
static int be_overtaken(void *context, const FaultEvent *event)
{
    World *w = context;
    Err err;
    (void)event;
    fault_hook = NULL;
    FixtureToolchain toolchain = small_toolchain(w->a, 0);
    Store s = store_fixture_open(w->a, w->home, STORE_CREATE);
    ASSERT(store_fixture_install(w->a, &s, &toolchain, &err) == STORE_TXN_COMMITTED);
    store_close(&s);
    return 0;
}

static void test_two_make_the_store_at_once(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    Store s;
    World w = store_world_make(&a);
    FixtureToolchain toolchain = small_toolchain(&a, 1);
    fault_context = &w;
    fault_hook = be_overtaken;
    StoreOutcome outcome = store_fixture_try_open(&a, w.home, STORE_CREATE, &s, &err);
    if (outcome != STORE_OPENED) {
        print_error("the later one is told: %s\n", err.text);
    }
    assert_int_equal(outcome, STORE_OPENED);
    assert_int_equal(store_fixture_install(&a, &s, &toolchain, &err), STORE_TXN_COMMITTED);
    store_close(&s);
    assert_str(store_fixture_find_fault(&a, w.home), S(""));
    store_world_end(&w);
    arena_done(&a);
}

/* Reads through `current` until the writer has ended, and often enough; false when it is
 * missing once. */
static bool read_current(const World *w, atomic_bool *is_over)
{
    Arena a = arena_init(0);
    Str path = path_join(&a, w->home, S("current/go/bin/go"));
    bool ok = true;
    for (isize n = 0; ok && (n < N_READS || !atomic_load(is_over)); n++) {
        Err err;
        AUTO_CLOSE int fd = -1;
        ok = file_open(FILE_CWD, path, &fd, &err) == FILE_FOUND;
    }
    arena_done(&a);
    return ok;
}

static void test_readers_never_miss_a_go(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    int64_t number;
    World w = store_world_make(&a);
    FixtureToolchain both[] = {small_toolchain(&a, 0), small_toolchain(&a, 1)};
    Store s = store_fixture_open(&a, w.home, STORE_CREATE);
    for (isize i = 0; i < COUNT_OF(both); i++) {
        assert_int_equal(store_fixture_install(&a, &s, &both[i], &err), STORE_TXN_COMMITTED);
        assert_int_equal(store_fixture_switch(&s, both[i].id, &both[i].id, 1, NULL, &number, &err),
                         GENERATION_SWITCHED);
    }
    atomic_bool *is_over =
        mmap(NULL, sizeof(*is_over), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(is_over != MAP_FAILED);
    pid_t pids[N_READERS];
    for (int i = 0; i < N_READERS; i++) {
        pids[i] = fork();
        assert_true(pids[i] >= 0);
        if (pids[i] == 0) {
            _exit(read_current(&w, is_over) ? 0 : 1);
        }
    }
    for (int i = 0; i < N_SWITCHES; i++) {
        Str id = both[i % 2].id;
        assert_int_equal(store_fixture_switch(&s, id, &id, 1, NULL, &number, &err),
                         GENERATION_SWITCHED);
    }
    atomic_store(is_over, true);
    for (int i = 0; i < N_READERS; i++) {
        int status;
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_int_equal(status, 0);
    }
    store_close(&s);
    assert_int_equal(number, N_SWITCHES + 2);
    munmap(is_over, sizeof(*is_over));
    store_world_end(&w);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_call_may_fail_or_be_the_last),
        cmocka_unit_test(test_writers_take_turns),
        cmocka_unit_test(test_two_make_the_store_at_once),
        cmocka_unit_test(test_readers_never_miss_a_go),
    };
    int failed = cmocka_run_group_tests_name("store/fault", tests, NULL, NULL);
    store_world_end_all();
    return failed;
}
