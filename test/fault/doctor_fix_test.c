/*
 * Fixes are made and taken back, and every crash on the way is played through: after each call,
 * with what was not synced by then lost, torn or kept in many combinations. Each state is made
 * real, recovered, and judged: all of the user's files are as before, or all are as after, nothing
 * else lies beside them, and the journal says the same. Recoveries are crashed as well.
 *
 * Then syncs are taken away one by one, and the judge must object. Last, every call fails once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/map.h"
#include "base/strbuf.h"
#include "doctor/fixer.h"
#include "support/disk_model.h"
#include "support/fixture.h"

#include <errno.h>

#define MAX_SHOWN 2
#define RANDOM_STATES 25 /* per crash point */
#define LEAST_STATES 1000

typedef struct {
    Arena *a;
    Str root;
    bool is_far;      /* the journal lies on another file system than what is removed */
    bool has_old_set; /* the journal itself is what changes */
} World;

/* ---- the world ---- */

static Str below(const World *w, const char *path)
{
    return path_join(w->a, w->root, str_from_c(path));
}

static void set_mode(const World *w, const char *path, uint32_t mode)
{
    Err err;
    ASSERT(file_set_mode_at(FILE_CWD, below(w, path), mode, &err));
}

static void make_world(const World *w)
{
    Err err;
    ASSERT(dir_remove_all(FILE_CWD, w->root, &err) != FILE_FAILED);
    ASSERT(dir_make_all(FILE_CWD, below(w, "home/fixes"), 0700, &err));
    fixture_file(w->a, w->root, S("user/env"),
                 S("GOROOT=/old\nGOFLAGS=-v -stray\n# kept\nGO111MODULE=off\r\n"));
    fixture_file(w->a, w->root, S("user/tool"), S("program\n"));
    fixture_file(w->a, w->root, S("user/cache/deep/file"), S("content\n"));
    ASSERT(file_symlink(S("nowhere"), FILE_CWD, below(w, "user/cache/link"), &err));
    fixture_file(w->a, w->root, S("user/stale"), S("stale\n"));
    set_mode(w, "user/env", 0640);
    set_mode(w, "user/tool", 0644);
    set_mode(w, "user/cache/deep", 0555);
    set_mode(w, "user/cache", 0555);
}

static FixPlan make_plan(const World *w)
{
    Err err;
    FixPlan plan;
    const Fix fixes[] = {
        {.kind = FIX_GOENV_UNSET, .id = S("GWD101"), .name = S("GOROOT")},
        {.kind = FIX_GOENV_SET, .id = S("GWD102"), .name = S("GOFLAGS"), .value = S("-v")},
        {.kind = FIX_GOENV_SET, .id = S("GWD103"), .name = S("GO111MODULE"), .value = S("on")},
        {.kind = FIX_MODE, .id = S("GWD104"), .path = below(w, "user/tool"), .mode = 0755},
        {.kind = FIX_REMOVE, .id = S("GWD105"), .path = below(w, "user/cache")},
        {.kind = FIX_REMOVE, .id = S("GWD105"), .path = below(w, "user/stale")},
        {.kind = FIX_WRITE,
         .id = S("GWD106"),
         .path = below(w, "user/new/dir/file"),
         .value = S("new\n"),
         .is_new = true},
    };
    FixWishes wishes = {
        .fixes = fixes, .n_fixes = COUNT_OF(fixes), .goenv_path = below(w, "user/env")};
    ASSERT(fixer_plan(w->a, &wishes, &plan, &err));
    for (isize i = 0; i < plan.n_fixes; i++) {
        ASSERT(plan.fixes[i].verdict == FIX_PLANNED);
    }
    return plan;
}

/* All that is there, with modes. */
static void describe_dir(Arena *a, Str path, bool with_content, StrBuf *b)
{
    Err err;
    DirList list;
    AUTO_CLOSE int fd = -1;
    ASSERT(dir_open(FILE_CWD, path, &fd, &err) == FILE_FOUND && dir_list(a, fd, &list, &err));
    for (isize i = 0; i < list.len; i++) {
        FileStat st;
        Str whole = path_join(a, path, list.ptr[i].name), text = {0};
        ASSERT(file_lstat(FILE_CWD, whole, &st, &err) == FILE_FOUND);
        strbuf_add_format(b, "%.*s %04o\n", STR_ARG(whole), (unsigned)st.mode);
        if (st.kind == FILE_KIND_DIR) {
            describe_dir(a, whole, with_content, b);
        } else if (st.kind == FILE_KIND_REGULAR && with_content) {
            ASSERT(file_read_all(a, FILE_CWD, whole, MIB, &text, &err) == FILE_FOUND);
            strbuf_add_format(b, "{%.*s}\n", STR_ARG(text));
        }
    }
}

static bool open_journal(const World *w, FixJournal *ret, Err *err)
{
    int fd;
    ASSERT(dir_open(FILE_CWD, below(w, "home/fixes"), &fd, err) == FILE_FOUND);
    if (fixer_open(fd, 0, ret, err)) {
        return true;
    }
    file_close(&fd);
    return false;
}

static void close_journal(FixJournal *j)
{
    fixer_close(j);
    file_close(&j->dir_fd);
}

static Str describe(Arena *a, const World *w)
{
    Err err;
    FixSet set;
    FixJournal j;
    StrBuf b = strbuf_init(a);
    describe_dir(a, below(w, "user"), true, &b);
    if (w->has_old_set) {
        describe_dir(a, below(w, "home/fixes"), false, &b); /* which holds the time */
    }
    ASSERT(open_journal(w, &j, &err));
    FileOutcome last = fixer_last(&j, a, &set, &err);
    close_journal(&j);
    strbuf_add(&b, last == FILE_FAILED  ? S("the journal is broken\n")
                   : last == FILE_FOUND ? S("applied\n")
                                        : S("nothing applied\n"));
    return strbuf_str(&b);
}

/* ---- what is done ---- */

static bool recover(const World *w, Err *err)
{
    FixJournal j;
    FixNotes notes = {0};
    if (!open_journal(w, &j, err)) {
        return false;
    }
    bool ok = fixer_recover(&j, w->a, &notes, err);
    close_journal(&j);
    return ok;
}

static bool apply(const World *w, Err *err)
{
    FixJournal j;
    int64_t set;
    FixPlan plan = make_plan(w);
    if (!open_journal(w, &j, err)) {
        return false;
    }
    bool ok = fixer_apply(&j, *w->a, &plan, S("goward doctor --fix"), &set, err);
    close_journal(&j);
    return ok;
}

static bool undo(const World *w, Err *err)
{
    FixJournal j;
    FixSet set;
    FixNotes notes = {0};
    if (!open_journal(w, &j, err)) {
        return false;
    }
    bool ok = fixer_last(&j, w->a, &set, err) == FILE_FOUND &&
              fixer_undo(&j, w->a, &set, &notes, err) && notes.len == 0;
    close_journal(&j);
    return ok;
}

/* A second set: the first one is then old. */
static bool apply_two(const World *w, Err *err)
{
    FixJournal j;
    int64_t set;
    FixPlan plan;
    const Fix fix = {.kind = FIX_WRITE,
                     .id = S("GWD106"),
                     .path = below(w, "user/second"),
                     .value = S("2\n"),
                     .is_new = true};
    FixWishes wishes = {.fixes = &fix, .n_fixes = 1, .goenv_path = below(w, "user/env")};
    if (!apply(w, err) || !fixer_plan(w->a, &wishes, &plan, err) || !open_journal(w, &j, err)) {
        return false;
    }
    bool ok = fixer_apply(&j, *w->a, &plan, S("goward doctor --fix"), &set, err);
    close_journal(&j);
    return ok;
}

static bool collect(const World *w, Err *err)
{
    FixJournal j;
    FixCollected got;
    FixNotes notes = {0};
    FixCollectWish wish = {.keep = 1};
    if (!open_journal(w, &j, err)) {
        return false;
    }
    bool ok = fixer_recover(&j, w->a, &notes, err) && fixer_collect(&j, w->a, &wish, &got, err) &&
              got.sets.len == 1;
    close_journal(&j);
    return ok;
}

typedef bool (*Action)(const World *w, Err *err);

/* ---- another file system ---- */

static FaultHook next_hook;

/* The model does not know copies: for it they are written. */
static int record_copy(void *context, const FaultEvent *e)
{
    static char content[64];
    isize len;
    Err err;
    ASSERT(file_read_at(e->fd, 0, content, COUNT_OF(content), &len, &err));
    FaultEvent write = {.op = FAULT_WRITE, .fd = e->fd2, .offset = -1, .data = (Str){content, len}};
    return next_hook(context, &write);
}

/* Answers as between two file systems: nothing moves into the journal, or out of it. */
static int part_file_systems(void *context, const FaultEvent *e)
{
    if (e->op == FAULT_COPY && next_hook != NULL) {
        return record_copy(context, e);
    }
    bool is_far = e->op == FAULT_RENAME_NEW && (str_starts_with(e->path, S("removed.")) ||
                                                str_starts_with(e->path2, S("removed.")));
    if (is_far) {
        return EXDEV;
    }
    return next_hook == NULL ? 0 : next_hook(context, e);
}

static void part(const World *w)
{
    if (w->is_far) {
        next_hook = fault_hook;
        fault_hook = part_file_systems;
    }
}

static void unpart(const World *w)
{
    if (w->is_far) {
        fault_hook = next_hook;
        next_hook = NULL;
    }
}

/* As far as the file systems are: a recovery meets the same ones. */
static bool recover_there(const World *w, Err *err)
{
    part(w);
    bool ok = recover(w, err);
    unpart(w);
    return ok;
}

/* ---- judging ---- */

typedef struct {
    const World *w;
    Str before, after;
    Map seen;
    isize n_judged, n_bad;
    uint64_t random;
    bool is_quiet;
} Judge;

static uint64_t next_random(Judge *g)
{
    g->random ^= g->random << 13;
    g->random ^= g->random >> 7;
    g->random ^= g->random << 17;
    return g->random;
}

static void judge(Arena a, Judge *g, const DiskRecorder *r, isize n, const uint8_t *fates,
                  bool must_be_new)
{
    Err err;
    bool is_unseen;
    DiskState state = disk_replay(&a, r, n, fates);
    Str key =
        str_format(g->w->a, "%llx %d", (unsigned long long)disk_digest(a, &state), must_be_new);
    map_put(&g->seen, key, &is_unseen);
    if (!is_unseen) {
        return;
    }
    disk_materialise(&state, g->w->root);
    bool recovers = recover_there(g->w, &err);
    Str got = describe(&a, g->w);
    bool ok = recovers && (str_eq(got, g->after) || (!must_be_new && str_eq(got, g->before)));
    g->n_judged++;
    g->n_bad += !ok;
    if (!ok && !g->is_quiet && g->n_bad <= MAX_SHOWN) {
        print_error("after %td of %td operations%s%s:\n%.*s\n", n, r->ops.len,
                    recovers ? "" : ", recovery fails: ", recovers ? "" : err.text, STR_ARG(got));
    }
}

typedef struct {
    Arena scratch;
    Judge *g;
    const DiskRecorder *r;
    isize n;
    bool must_be_new;
    uint8_t *fates;
    isize *open; /* operations that are not safe */
    isize n_open;
} Moment;

static void judge_moment(const Moment *m)
{
    judge(m->scratch, m->g, m->r, m->n, m->fates, m->must_be_new);
}

static void judge_one_apart(const Moment *m, isize op, DiskFate others, DiskFate fate)
{
    for (isize i = 0; i < m->n_open; i++) {
        m->fates[m->open[i]] = (uint8_t)others;
    }
    m->fates[op] = (uint8_t)fate;
    judge_moment(m);
}

static void judge_random(const Moment *m)
{
    for (isize i = 0; i < m->n_open; i++) {
        bool is_content = m->r->ops.ptr[m->open[i]].kind == DISK_WRITE;
        m->fates[m->open[i]] =
            (uint8_t)(next_random(m->g) % (uint64_t)(is_content ? DISK_FATE_COUNT : 2));
    }
    judge_moment(m);
}

static void crash_at(Arena a, Judge *g, const DiskRecorder *r, isize n, bool must_be_new)
{
    bool *safe = disk_find_safe(&a, r, n);
    Moment m = {.g = g,
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
    judge_moment(&m);
    for (isize i = 0; i < m.n_open; i++) {
        isize op = m.open[i];
        judge_one_apart(&m, op, DISK_KEPT, DISK_LOST);
        judge_one_apart(&m, op, DISK_LOST, DISK_LOST);
        judge_one_apart(&m, op, DISK_LOST, DISK_KEPT);
        if (r->ops.ptr[op].kind == DISK_WRITE) {
            judge_one_apart(&m, op, DISK_KEPT, DISK_HALF);
            judge_one_apart(&m, op, DISK_KEPT, DISK_ZEROS);
        }
    }
    for (isize i = 0; i < RANDOM_STATES && m.n_open > 1; i++) {
        judge_random(&m);
    }
}

/* The crashes of the recovery from a crash after n operations. */
static void crash_recovery(Arena a, Judge *g, const DiskRecorder *r, isize n, bool must_be_new)
{
    Err err;
    DiskRecorder again = {0};
    DiskState state = disk_replay(&a, r, n, ARENA_ARRAY(&a, uint8_t, n));
    disk_materialise(&state, g->w->root);
    disk_record_begin(&again, &a, g->w->root);
    assert_true(recover_there(g->w, &err));
    disk_record_end(&again);
    for (isize i = 1; i <= again.ops.len; i++) {
        crash_at(a, g, &again, i, must_be_new);
    }
}

typedef struct {
    isize judged, bad;
} Count;

/* Records what the action does to a world that `prepare` (may be NULL) has made ready. */
static Count crash_action(Action prepare, Action act, bool is_far, DiskRecorder recorder,
                          bool is_quiet)
{
    Err err;
    Arena a = arena_init(MIB), scratch = arena_init(MIB), records = arena_init(MIB);
    World w = {.a = &a, .root = fixture_dir(&a), .is_far = is_far, .has_old_set = act == collect};
    Judge g = {.w = &w, .seen = map_init(&a), .random = 88172645463325252, .is_quiet = is_quiet};
    make_world(&w);
    part(&w);
    assert_true(prepare == NULL || prepare(&w, &err));
    unpart(&w);
    g.before = describe(&a, &w);
    disk_record_begin(&recorder, &records, w.root);
    part(&w);
    bool ok = act(&w, &err);
    unpart(&w);
    disk_record_end(&recorder);
    if (!ok) {
        fail_msg("%s", err.text);
    }
    g.after = describe(&a, &w);
    assert_false(str_eq(g.before, g.after));
    for (isize n = 0; n <= recorder.ops.len; n++) {
        crash_at(scratch, &g, &recorder, n, n == recorder.ops.len);
    }
    for (isize n = 0; n <= recorder.ops.len && !is_quiet; n++) {
        crash_recovery(scratch, &g, &recorder, n, n == recorder.ops.len);
    }
    ASSERT(dir_remove_all(FILE_CWD, w.root, &err) != FILE_FAILED);
    arena_done(&records);
    arena_done(&scratch);
    arena_done(&a);
    return (Count){g.n_judged, g.n_bad};
}

/* ---- tests ---- */

static void test_every_crash_recovers_to_old_or_new(void **state)
{
    (void)state;
    isize judged = 0;
    for (int is_far = 0; is_far < 2; is_far++) {
        Count applied = crash_action(NULL, apply, is_far, (DiskRecorder){0}, false);
        Count undone = crash_action(apply, undo, is_far, (DiskRecorder){0}, false);
        assert_int_equal(applied.bad, 0);
        assert_int_equal(undone.bad, 0);
        judged += applied.judged + undone.judged;
    }
    Count collected = crash_action(apply_two, collect, false, (DiskRecorder){0}, false);
    assert_int_equal(collected.bad, 0);
    judged += collected.judged;
    print_message("# %td distinct crash states\n", judged);
    assert_true(judged >= LEAST_STATES);
}

/* What the journal keeps of the file whose content changes: its number is the plan's to choose. */
static Str name_of_copy(Arena *a, const char *which)
{
    World w = {.a = a, .root = fixture_dir(a)};
    make_world(&w);
    FixPlan plan = make_plan(&w);
    isize at = 0;
    while (plan.changes[at].kind != CHANGE_CONTENT || plan.changes[at].is_new) {
        at++;
        assert_true(at < plan.n_changes);
    }
    return str_format(a, "home/fixes/1/%s.%td", which, at);
}

static void test_judge_objects_when_a_sync_is_missing(void **state)
{
    (void)state;
    Arena a = arena_init(MIB);
    const Str paths[] = {S("home/fixes"),
                         S("home/fixes/1"),
                         S("home/fixes/1/record"),
                         name_of_copy(&a, "before"),
                         name_of_copy(&a, "after"),
                         S("user"),
                         S("user/tool")};
    for (isize i = 0; i < COUNT_OF(paths); i++) {
        DiskRecorder deaf = {.deaf_to_dir = paths[i]};
        isize bad = crash_action(NULL, apply, false, deaf, true).bad;
        if (bad == 0) {
            print_error("without a sync of '%.*s' all was found good\n", STR_ARG(paths[i]));
        }
        assert_true(bad > 0);
    }
    DiskRecorder deaf = {.deaf_to_dir = S("home/fixes/1")};
    assert_true(crash_action(apply_two, collect, false, deaf, true).bad > 0);
    arena_done(&a);
}

typedef struct {
    isize at, n;
} Failing;

static int fail_once(void *context, const FaultEvent *e)
{
    (void)e;
    Failing *f = context;
    return f->n++ == f->at ? EIO : 0;
}

/* One call fails; then nothing has happened, or all, once the next run has recovered. */
static void fail_each(Action prepare, Action act)
{
    Arena a = arena_init(MIB);
    World w = {.a = &a, .root = fixture_dir(&a), .has_old_set = act == collect};
    Err err;
    bool is_over = false;
    for (isize at = 0; !is_over; at++) {
        Failing failing = {.at = at};
        make_world(&w);
        assert_true(prepare == NULL || prepare(&w, &err));
        Str before = describe(&a, &w);
        fault_context = &failing;
        fault_hook = fail_once;
        bool ok = act(&w, &err);
        fault_hook = NULL;
        is_over = failing.n <= at;
        assert_true(!is_over || ok);
        assert_true(recover(&w, &err));
        Str got = describe(&a, &w);
        bool is_old = str_eq(got, before);
        if (ok == is_old && at > 0) {
            /* A failure may come after all is done, in the sync that makes it last. */
            make_world(&w);
            assert_true((prepare == NULL || prepare(&w, &err)) && act(&w, &err));
            assert_true(!ok && str_eq(describe(&a, &w), got));
        }
    }
    assert_true(dir_remove_all(FILE_CWD, w.root, &err) != FILE_FAILED);
    arena_done(&a);
}

static void test_every_failing_call_leaves_old_or_new(void **state)
{
    (void)state;
    fail_each(NULL, apply);
    fail_each(apply, undo);
    fail_each(apply_two, collect);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_crash_recovers_to_old_or_new),
        cmocka_unit_test(test_judge_objects_when_a_sync_is_missing),
        cmocka_unit_test(test_every_failing_call_leaves_old_or_new),
    };
    return cmocka_run_group_tests_name("doctor/fix", tests, NULL, NULL);
}
