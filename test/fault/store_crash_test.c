/*
 * Every action on the store is recorded, then its crashes are enumerated: after each call, with
 * what was not synced by then lost, torn or kept in many combinations. Each distinct state is
 * made real, recovered, and judged: it must be one of the states between two transactions, and
 * after the last transaction has returned it must be the new one. Recoveries are recorded and
 * crashed as well.
 *
 * Then syncs are taken away one by one, and the judge must object: one that cannot is no judge.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/map.h"
#include "support/fixture.h"
#include "support/store_world.h"

#include <stdlib.h>

#define MAX_MILESTONES 8
#define MAX_SHOWN 2     /* failures told in full */
#define MAX_PAIRS 24    /* open operations up to which every pair is lost */
#define RANDOM_USUAL 40 /* random states per crash point */
#define RANDOM_SOAK 600
#define LEAST_STATES 10000

typedef struct {
    World *w;
    const Scenario *scenario;
    Str milestones[MAX_MILESTONES]; /* descriptions, in the order of the transactions */
    isize n_milestones;
    Map seen; /* digests of the states that were judged */
    isize n_judged, n_bad;
    uint64_t random;
    isize n_random; /* per crash point */
    bool is_quiet;
} Crash;

static uint64_t next_random(Crash *c)
{
    c->random ^= c->random << 13;
    c->random ^= c->random >> 7;
    c->random ^= c->random << 17;
    return c->random;
}

/* ---- judging one state ---- */

static isize find_milestone(const Crash *c, Str description)
{
    for (isize i = 0; i < c->n_milestones; i++) {
        if (str_eq(c->milestones[i], description)) {
            return i;
        }
    }
    return -1;
}

static bool open_and_close(Arena *a, const Crash *c, StoreMode mode)
{
    Err err;
    Store s;
    StoreOutcome outcome = store_fixture_try_open(a, c->w->home, mode, &s, &err);
    if (outcome == STORE_OPENED) {
        store_close(&s);
    } else if (outcome == STORE_FAILED && !c->is_quiet) {
        print_error("recovery failed: %s\n", err.text);
    }
    return outcome == STORE_OPENED || (outcome == STORE_ABSENT && c->scenario->may_be_absent);
}

/* A store that was never finished must be one that can be made again. */
static bool can_be_made(Arena *a, const Crash *c)
{
    return open_and_close(a, c, STORE_CREATE) &&
           str_eq(store_world_describe(a, c->w), c->milestones[c->n_milestones - 1]);
}

static void tell(const Crash *c, const DiskRecorder *r, isize n, const uint8_t *fates, Str got)
{
    static const char *const op_names[] = {"enter",  "move", "leave", "write",
                                           "resize", "mode", "sync",  "sync all"};
    static const char fate_marks[] = {' ', 'L', 'H', 'Z'};
    print_error("%s: after %td of %td operations:\n", c->scenario->name, n, r->ops.len);
    for (isize i = 0; i < n; i++) {
        const DiskOp *op = &r->ops.ptr[i];
        print_error(" %c %td %s inode %td dir %td '%.*s' (%td bytes)\n", fate_marks[fates[i]], i,
                    op_names[op->kind], op->inode, op->dir, STR_ARG(op->name), op->data.len);
    }
    print_error("recovers to:\n%.*s\n", STR_ARG(got));
}

/* Made real, recovered, judged; once. */
static void judge(Arena a, Crash *c, const DiskRecorder *r, isize n, const uint8_t *fates,
                  bool must_be_new)
{
    DiskState state = disk_replay(&a, r, n, fates);
    bool is_unseen;
    uint64_t digest = disk_digest(a, &state);
    map_put(&c->seen, str_format(c->w->a, "%llx %d", (unsigned long long)digest, must_be_new),
            &is_unseen);
    if (is_unseen) {
        disk_materialise(&state, c->w->root);
        bool recovers = open_and_close(&a, c, STORE_WRITE);
        Str got = store_world_describe(&a, c->w);
        isize least = must_be_new ? c->n_milestones - 1 : 0;
        bool ok = recovers && find_milestone(c, got) >= least &&
                  (!c->scenario->may_be_absent || can_be_made(&a, c));
        c->n_judged++;
        c->n_bad += !ok;
        if (!ok && !c->is_quiet && c->n_bad <= MAX_SHOWN) {
            tell(c, r, n, fates, got);
        }
    }
}

/* ---- the states of one crash ---- */

typedef struct {
    Arena scratch;
    Crash *c;
    const DiskRecorder *r;
    isize n; /* operations before the crash */
    bool must_be_new;
    uint8_t *fates;
    isize *open; /* operations that are not safe */
    isize n_open;
} Moment;

static bool is_content(const Moment *m, isize op)
{
    return m->r->ops.ptr[op].kind == DISK_WRITE;
}

static void judge_moment(const Moment *m)
{
    judge(m->scratch, m->c, m->r, m->n, m->fates, m->must_be_new);
}

static void set_all(const Moment *m, DiskFate fate)
{
    for (isize i = 0; i < m->n_open; i++) {
        m->fates[m->open[i]] = (uint8_t)fate;
    }
}

/* One operation with a fate of its own: among others that were kept, and among others lost. */
static void single_out(const Moment *m, isize op, DiskFate fate)
{
    set_all(m, DISK_KEPT);
    m->fates[op] = (uint8_t)fate;
    judge_moment(m);
    set_all(m, DISK_LOST);
    m->fates[op] = (uint8_t)(fate == DISK_LOST ? DISK_KEPT : fate);
    judge_moment(m);
}

static void lose_pairs_with(const Moment *m, isize i)
{
    for (isize k = i + 1; k < m->n_open; k++) {
        set_all(m, DISK_KEPT);
        m->fates[m->open[i]] = m->fates[m->open[k]] = DISK_LOST;
        judge_moment(m);
    }
}

static void judge_random(const Moment *m)
{
    for (isize i = 0; i < m->n_open; i++) {
        isize n_fates = is_content(m, m->open[i]) ? DISK_FATE_COUNT : DISK_LOST + 1;
        m->fates[m->open[i]] = (uint8_t)(next_random(m->c) % (uint64_t)n_fates);
    }
    judge_moment(m);
}

static void judge_all(const Moment *m)
{
    set_all(m, DISK_KEPT);
    judge_moment(m);
    set_all(m, DISK_LOST);
    judge_moment(m);
    for (isize i = 0; i < m->n_open; i++) {
        isize op = m->open[i];
        single_out(m, op, DISK_LOST);
        if (is_content(m, op)) {
            single_out(m, op, DISK_HALF);
            single_out(m, op, DISK_ZEROS);
        }
        if (m->n_open <= MAX_PAIRS) {
            lose_pairs_with(m, i);
        }
    }
    for (isize i = 0; i < m->c->n_random && m->n_open > 2; i++) {
        judge_random(m);
    }
}

static void crash_at(Arena a, Crash *c, const DiskRecorder *r, isize n, bool must_be_new)
{
    bool *safe = disk_find_safe(&a, r, n);
    Moment m = {.c = c,
                .r = r,
                .n = n,
                .must_be_new = must_be_new,
                .fates = ARENA_ARRAY(&a, uint8_t, n),
                .open = ARENA_ARRAY(&a, isize, n)};
    for (isize i = 0; i < n; i++) {
        if (!safe[i]) {
            m.open[m.n_open++] = i;
        }
    }
    m.scratch = a;
    judge_all(&m);
}

/* The crashes of the recovery from a crash after n operations. */
static void crash_recovery(Arena a, Crash *c, const DiskRecorder *r, isize n, bool must_be_new)
{
    DiskRecorder again = {0};
    DiskState state = disk_replay(&a, r, n, ARENA_ARRAY(&a, uint8_t, n));
    disk_materialise(&state, c->w->root);
    disk_record_begin(&again, &a, c->w->root);
    open_and_close(&a, c, c->scenario->may_be_absent ? STORE_CREATE : STORE_WRITE);
    disk_record_end(&again);
    for (isize i = 1; i <= again.ops.len; i++) {
        crash_at(a, c, &again, i, must_be_new);
    }
}

/* ---- one scenario ---- */

/* What the pure prefixes recover to are the states between transactions: in order, and as many
 * as the scenario says. */
static void find_milestones(Arena scratch, Crash *c, const DiskRecorder *r)
{
    for (isize n = 0; n <= r->ops.len; n++) {
        Arena a = scratch;
        DiskState state = disk_replay(&a, r, n, ARENA_ARRAY(&a, uint8_t, n));
        disk_materialise(&state, c->w->root);
        assert_true(open_and_close(&a, c, STORE_WRITE));
        Str got = store_world_describe(&a, c->w);
        isize milestone = find_milestone(c, got);
        if (milestone < 0) {
            assert_true(c->n_milestones < MAX_MILESTONES);
            milestone = c->n_milestones++;
            c->milestones[milestone] = str_copy(c->w->a, got);
        }
        assert_int_equal(milestone, c->n_milestones - 1);
    }
}

static uint64_t seed(void)
{
    Str text = str_from_c(getenv("TEST_SEED"));
    return str_hash(text) | 1;
}

typedef struct {
    isize judged, bad;
} Count;

/* Records a scenario and judges its crashes. n_random 0: only the systematic ones, without a
 * word. */
static Count crash_scenario(const Scenario *scenario, isize n_random, DiskRecorder recorder)
{
    Arena a = arena_init(1 * MIB), scratch = arena_init(1 * MIB);
    World w = store_world_make(&a);
    isize done = 0;
    Crash c = {.w = &w,
               .scenario = scenario,
               .seen = map_init(&a),
               .random = seed(),
               .n_random = n_random,
               .is_quiet = n_random == 0};
    store_world_clear(&w);
    scenario->prepare(&w);
    w.mark = &done;
    w.recorder = &recorder;
    disk_record_begin(&recorder, &a, w.root);
    assert_true(scenario->act(&w));
    disk_record_end(&recorder);
    Str final = store_world_describe(&a, &w);
    find_milestones(scratch, &c, &recorder);
    assert_true(str_eq(c.milestones[c.n_milestones - 1], final));
    assert_int_equal(c.n_milestones, scenario->n_states);
    for (isize n = 0; n <= recorder.ops.len; n++) {
        crash_at(scratch, &c, &recorder, n, n >= done);
    }
    isize n_direct = c.n_judged;
    c.n_random = n_random / 8;
    for (isize n = 0; n <= recorder.ops.len && n_random > 0; n++) {
        crash_recovery(scratch, &c, &recorder, n, n >= done);
    }
    if (!c.is_quiet) {
        print_message("# %s: %td operations, %td states, %td more of crashed recoveries\n",
                      scenario->name, recorder.ops.len, n_direct, c.n_judged - n_direct);
    }
    store_world_end(&w);
    arena_done(&scratch);
    arena_done(&a);
    return (Count){c.n_judged, c.n_bad};
}

/* ---- tests ---- */

static void test_every_crash_recovers_to_old_or_new(void **state)
{
    (void)state;
    isize judged = 0;
    const char *soak = getenv("TEST_SOAK");
    isize n_random = soak != NULL && *soak != '\0' ? RANDOM_SOAK : RANDOM_USUAL;
    for (isize i = 0; i < n_store_scenarios; i++) {
        Count count = crash_scenario(&store_scenarios[i], n_random, (DiskRecorder){0});
        assert_int_equal(count.bad, 0);
        judged += count.judged;
    }
    print_message("# %td distinct crash states\n", judged);
    assert_true(judged >= LEAST_STATES);
}

static const Scenario *find_scenario(const char *name)
{
    for (isize i = 0; i < n_store_scenarios; i++) {
        if (str_eq(str_from_c(store_scenarios[i].name), str_from_c(name))) {
            return &store_scenarios[i];
        }
    }
    UNREACHABLE("no scenario of that name");
}

static void test_judge_objects_when_a_sync_is_missing(void **state)
{
    (void)state;
    static const struct {
        const char *scenario;
        bool deaf_to_sync_all;
        Str deaf_to_dir;
    } cases[] = {
        {"install the first toolchain", true, STR_CONST("")},
        {"install one that shares files", true, STR_CONST("")},
        {"install the first toolchain", false, STR_CONST("home/trees")},
        {"install the first toolchain", false, STR_CONST("home/manifests")},
        {"install the first toolchain", false, STR_CONST("home/proofs")},
        {"install the first toolchain", false, STR_CONST("home/records")},
        {"switch", false, STR_CONST("home/generations")},
        {"switch", false, STR_CONST("home/generations/2")},
        {"switch", false, STR_CONST("home/generations/2/bin")},
        {"switch", false, STR_CONST("home/generations/2/record")},
        {"switch", false, STR_CONST("home")},
        {"switch and make a project's file", false, STR_CONST("project")},
        {"switch and edit a project's file", false, STR_CONST("project")},
        {"roll back", false, STR_CONST("home")},
        {"roll back", false, STR_CONST("project")},
        {"remove", false, STR_CONST("home/records")},
        {"remove", false, STR_CONST("home/trash")},
        {"remove", false, STR_CONST("home/manifests")},
        {"repair", false, STR_CONST("home/trees/go1.26.8.linux-amd64/src")},
        {"create a store", true, STR_CONST("")},
    };
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        DiskRecorder deaf = {.is_deaf_to_sync_all = cases[i].deaf_to_sync_all,
                             .deaf_to_dir = cases[i].deaf_to_dir};
        Count count = crash_scenario(find_scenario(cases[i].scenario), 0, deaf);
        if (count.bad == 0) {
            print_error("%s without a sync of '%.*s' was found good\n", cases[i].scenario,
                        STR_ARG(cases[i].deaf_to_dir));
        }
        assert_true(count.bad > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_crash_recovers_to_old_or_new),
        cmocka_unit_test(test_judge_objects_when_a_sync_is_missing),
    };
    int failed = cmocka_run_group_tests_name("store/crash", tests, NULL, NULL);
    store_world_end_all();
    return failed;
}
