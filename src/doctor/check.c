/*
 * Each cost has a lane: a thread that makes its checks one after the other, in a context of its
 * own. When a check crashes or takes too long, its lane is left behind and another one goes on
 * after it. A lane publishes what it found after each check, under the lock, so what a lost one had
 * found is kept; it may wake up later, sees that it was given up, and does nothing more.
 */
#include "doctor/check.h"

#include "base/path.h"
#include "base/sort.h"
#include "doctor/context.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/task.h"

#include <errno.h>

typedef struct {
    DoctorInput in;             /* its own: a lane that was given up may outlive the caller's */
    GoEnv env;                  /* its own: values are worked out on its arena */
    const Check *const *checks; /* of all costs; the lane makes those of its own */
    isize n;
    CheckCost cost;
    int64_t limit_ms;

    TaskLock *lock;   /* of what follows */
    Doctor published; /* findings and fixes after the check before `at` */
    isize at;         /* the check that runs; n: none */
    int64_t begun_ns; /* when it began */
    isize n_made, n_passed;
    bool is_given_up;

    Arena arena;
    Task *task;
    isize from; /* first check to look at */
} Lane;

static const int64_t usual_limit_ms[COST_COUNT] = {
    [COST_FILES] = 2000,    [COST_TREE] = 10000,    [COST_HASH] = 60000,
    [COST_PROCESS] = 60000, [COST_NETWORK] = 60000, [COST_PROJECT] = DOCTOR_MAX_PROJECT_MS + 60000,
};

const Explanation doctor_lost_check = {
    .id = STR_CONST("GWD999"),
    .title = STR_CONST("every check can be made"),
    .severity = SEVERITY_ERROR,
    .looks_at = STR_CONST("whether each check ends, and in time"),
    .why =
        STR_CONST("A check that crashed, or did not end in time, has said nothing: what it looks "
                  "at may be right or wrong. A crash is a fault of goward. A check that does "
                  "not end mostly waits for a file system that does not answer. The other "
                  "checks were made."),
    .cure = STR_CONST("goward doctor --skip ID leaves the check out; please report a crash"),
    .since = STR_CONST("0.1.0"),
    .source = STR_CONST("goward's own rule"),
};

void doctor_target(const GoEnv *env, Str *ret_os, Str *ret_arch)
{
    *ret_os = goenv_value(env, S("GOOS"));
    *ret_arch = goenv_value(env, S("GOARCH"));
}

bool doctor_runs_programs(const Check *check)
{
    return check->cost == COST_PROCESS || check->cost == COST_PROJECT;
}

bool doctor_wants(const DoctorInput *in, const Check *check)
{
    bool is_named = str_is_among(check->about.id, in->only, in->n_only);
    if ((in->n_only > 0 && !is_named) || str_is_among(check->about.id, in->skip, in->n_skip) ||
        (doctor_runs_programs(check) && !in->may_run) ||
        (check->cost == COST_NETWORK && in->fetcher == NULL)) {
        return false;
    }
    bool fits_profile = check->profiles == PROFILE_NONE || in->pid != 0 ||
                        (in->profile == PROFILE_NONE ? check->profiles != PROFILE_NAMED
                                                     : (check->profiles & in->profile) != 0);
    bool fits_mode = in->mode == MODE_FULL || (check->modes & in->mode) != 0;
    return is_named || (fits_profile && fits_mode);
}

/* ---- one check ---- */

/* Whether there is a Go with its sources to look into; what is wrong with it otherwise is not for
 * each check to say when all are made (GWD014, GWD024). */
static bool has_sources(const Doctor *d)
{
    FileStat st;
    Err ignored;
    Str cmd = path_join(d->arena, d->in->goroot, S("src/cmd"));
    return d->in->goroot.len > 0 && file_stat(FILE_CWD, cmd, &st, &ignored) == FILE_FOUND;
}

/* What a limit or a filter takes away: the checks of these say so (GWD091, GWD092, GWD097). */
static bool is_of_limits(const Err *err)
{
    return err->errnum == EMFILE || err->errnum == ENFILE || err->errnum == EAGAIN ||
           err->errnum == ENOMEM || err->errnum == EPERM;
}

static void find_not_made(Doctor *d, const Err *err)
{
    const DoctorInput *in = d->in;
    bool is_told = in->goroot.len == 0 || (in->mode == MODE_FULL && in->n_only == 0);
    if (err->kind == ERR_NOT_FOUND && is_told && !has_sources(d)) {
        return;
    }
    doctor_find(d, (Finding){
                       .severity = is_of_limits(err) ? SEVERITY_INFO : SEVERITY_WARN,
                       .title = str_format(d->arena, "could not be looked at: %.*s",
                                           STR_ARG(d->about->title)),
                       .evidence = err_format(d->arena, err),
                       .remedy = str_copy(d->arena, str_from_c(err->hint)),
                   });
}

/* Whether it was made, and found nothing that matters. */
static bool passes(Doctor *d, const Check *check)
{
    Err err = {0};
    isize before = d->findings.len;
    d->about = &check->about;
    if (!check->run(d, &err)) {
        find_not_made(d, &err);
    }
    for (isize i = before; i < d->findings.len; i++) {
        if (d->findings.ptr[i].severity >= SEVERITY_WARN) {
            return false;
        }
    }
    return true;
}

/* ---- a lane ---- */

/* False when nobody waits for the lane any more. */
static bool enter(Lane *lane, isize at, const Doctor *d, bool has_made, bool has_passed)
{
    task_lock(lane->lock);
    bool goes_on = !lane->is_given_up;
    if (goes_on) {
        lane->published = *d;
        lane->n_made += has_made;
        lane->n_passed += has_passed;
        lane->at = at;
        lane->begun_ns = clock_monotonic_ns();
    }
    task_unlock(lane->lock);
    return goes_on;
}

/* A lane for each cost, but for checks that need what another one reads. */
static CheckCost lane_of(const Check *check)
{
    return check->shares_tree ? COST_TREE : check->cost;
}

static isize next_of_cost(const Lane *lane, isize from)
{
    while (from < lane->n && lane_of(lane->checks[from]) != lane->cost) {
        from++;
    }
    return from;
}

static void run_lane(void *context)
{
    Lane *lane = context;
    Doctor d = {.in = &lane->in, .arena = &lane->arena};
    isize at = next_of_cost(lane, lane->from);
    bool goes_on = enter(lane, at, &d, false, false);
    while (goes_on && at < lane->n) {
        bool has_passed = passes(&d, lane->checks[at]);
        at = next_of_cost(lane, at + 1);
        goes_on = enter(lane, at, &d, true, has_passed);
    }
}

/* ---- all lanes ---- */

typedef struct {
    const DoctorInput *in;
    Arena *arena;
    const Check *const *checks;
    isize n;
    int64_t limit_ms;
    DoctorResult result;
} Round;

static Lane *start_lane(Round *r, CheckCost cost, isize from)
{
    Lane *lane = ARENA_NEW(r->arena, Lane);
    Err err;
    *lane = (Lane){.in = *r->in,
                   .env = *r->in->env,
                   .checks = r->checks,
                   .n = r->n,
                   .cost = cost,
                   .limit_ms = r->limit_ms > 0 ? r->limit_ms : usual_limit_ms[cost],
                   .lock = task_lock_new(r->arena),
                   .begun_ns = clock_monotonic_ns(),
                   .arena = arena_init(64 * KIB),
                   .from = from};
    lane->in.env = &lane->env;
    lane->env.arena = &lane->arena;
    lane->at = next_of_cost(lane, from);
    if (lane->at < lane->n && !task_start(r->arena, run_lane, lane, &lane->task, &err)) {
        run_lane(lane); /* without a thread there is no protection either */
    }
    return lane;
}

static Finding copy_finding(Arena *a, const Finding *f)
{
    return (Finding){.id = f->id,
                     .severity = f->severity,
                     .title = str_copy(a, f->title),
                     .place = {str_copy(a, f->place.file), f->place.line},
                     .evidence = str_copy(a, f->evidence),
                     .remedy = str_copy(a, f->remedy)};
}

static Fix copy_fix(Arena *a, const Fix *f)
{
    Fix copy = *f;
    copy.path = str_copy(a, f->path);
    copy.name = str_copy(a, f->name);
    copy.value = str_copy(a, f->value);
    copy.says = str_copy(a, f->says);
    return copy;
}

/* Copies what the lane has published, so that its arena can go. */
static void collect(Round *r, Lane *lane)
{
    const Doctor *d = &lane->published;
    for (isize i = 0; i < d->findings.len; i++) {
        *VEC_PUSH(r->arena, &r->result.findings) = copy_finding(r->arena, &d->findings.ptr[i]);
    }
    for (isize i = 0; i < d->fixes.len; i++) {
        *VEC_PUSH(r->arena, &r->result.fixes) = copy_fix(r->arena, &d->fixes.ptr[i]);
    }
    r->result.n_passed += lane->n_passed;
}

static void find_lost(Round *r, const Check *check, Str what)
{
    *VEC_PUSH(r->arena, &r->result.findings) = (Finding){
        .id = S("GWD999"),
        .severity = SEVERITY_ERROR,
        .title =
            str_format(r->arena, "the check %.*s %.*s", STR_ARG(check->about.id), STR_ARG(what)),
        .evidence = check->about.title,
        .remedy = str_format(r->arena, "goward doctor --skip %.*s", STR_ARG(check->about.id))};
}

/* How long the check that runs may still take; 0 when its time is over. */
static int64_t time_left_ms(Lane *lane)
{
    task_lock(lane->lock);
    int64_t spent = (clock_monotonic_ns() - lane->begun_ns) / 1000000;
    task_unlock(lane->lock);
    return MAX(0, lane->limit_ms - spent);
}

/* Takes what a lane that does not go on has published; gives the check that it was at. */
static isize give_up(Round *r, Lane *lane)
{
    task_lock(lane->lock);
    lane->is_given_up = true;
    collect(r, lane);
    isize at = lane->at;
    task_unlock(lane->lock);
    return at;
}

/* Waits until the lane has ended one way or another. The lane that takes its place, or NULL. */
static Lane *wait_for(Round *r, Lane *lane)
{
    int number = 0;
    TaskState state = lane->task == NULL ? TASK_DONE : TASK_RUNNING;
    for (int64_t left = time_left_ms(lane); state == TASK_RUNNING && left > 0;
         left = time_left_ms(lane)) {
        state = task_wait(lane->task, left, &number);
    }
    isize at = give_up(r, lane);
    if (state == TASK_DONE || at >= lane->n) {
        arena_done(&lane->arena);
        return NULL;
    }
    Str what = state == TASK_CRASHED
                   ? str_format(r->arena, "crashed (signal %d)", number)
                   : str_format(r->arena, "did not end within %lld ms", (long long)lane->limit_ms);
    find_lost(r, lane->checks[at], what);
    return start_lane(r, lane->cost, at + 1);
}

static int compare_fixes(const void *x, const void *y)
{
    return str_compare(((const Fix *)x)->id, ((const Fix *)y)->id);
}

void doctor_make(const DoctorInput *in, Arena *a, const Check *const *checks, isize n,
                 int64_t limit_ms, DoctorResult *ret)
{
    Round r = {.in = in, .arena = a, .checks = checks, .n = n, .limit_ms = limit_ms};
    Lane *lanes[COST_COUNT];
    for (CheckCost cost = 0; cost < COST_COUNT; cost++) {
        lanes[cost] = start_lane(&r, cost, 0);
    }
    for (CheckCost cost = 0; cost < COST_COUNT; cost++) {
        for (Lane *lane = lanes[cost]; lane != NULL;) {
            lane = wait_for(&r, lane);
        }
    }
    r.result.n_checks = n;
    r.result.made = ARENA_ARRAY(a, Str, n);
    for (isize i = 0; i < n; i++) {
        r.result.made[i] = checks[i]->about.id;
    }
    findings_sort(&r.result.findings);
    sort_array(r.result.fixes.ptr, r.result.fixes.len, (isize)sizeof(Fix), compare_fixes);
    *ret = r.result;
}

void doctor_run(const DoctorInput *in, Arena *a, DoctorResult *ret)
{
    VEC(const Check *) wanted = {0};
    for (const Check *check = doctor_next_check((Str){0}); check != NULL;
         check = doctor_next_check(check->about.id)) {
        if (doctor_wants(in, check)) {
            *VEC_PUSH(a, &wanted) = check;
        }
    }
    doctor_make(in, a, wanted.ptr, wanted.len, 0, ret);
}
