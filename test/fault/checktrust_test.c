/*
 * A record of trust is written, written anew and taken back; every crash on the way is played
 * through, with what was not synced by then lost, torn or kept. What is then read is the verdict of
 * before or the one of after. Last, every call fails once: then the old record holds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/proc.h"
#include "policy/checktrust.h"
#include "support/disk_model.h"
#include "support/fixture.h"

#include <errno.h>

#define MAX_OPEN 12 /* operations that are not safe at a time: all their fates are tried */

typedef struct {
    Arena *a;
    Str root, home, project;
} World;

typedef bool (*Action)(const World *w, Err *err);

static TrustSubject subject_of(const World *w, Str text)
{
    TrustSubject s = {.layer = CONFIG_PROJECT,
                      .file = path_join(w->a, w->project, CONFIGFILE_NAME),
                      .folder = w->project};
    *VEC_PUSH(w->a, &s.files) = (ProgramFile){CONFIGFILE_NAME, sha256_of(text)};
    return s;
}

static bool keep_first(const World *w, Err *err)
{
    TrustSubject s = subject_of(w, S("first"));
    return checktrust_keep(*w->a, w->home, &s, err);
}

static bool keep_second(const World *w, Err *err)
{
    TrustSubject s = subject_of(w, S("second"));
    return checktrust_keep(*w->a, w->home, &s, err);
}

static bool forget(const World *w, Err *err)
{
    return checktrust_forget(*w->a, w->home, w->project, err) == FILE_FOUND;
}

static bool nothing(const World *w, Err *err)
{
    (void)w, (void)err;
    return true;
}

/* What is trusted: 0 nothing, 1 the first text, 2 the second; -1: it cannot be read. */
static int state_of(const World *w)
{
    Err err;
    const Str texts[] = {S("first"), S("second")};
    for (int i = 0; i < COUNT_OF(texts); i++) {
        TrustVerdict verdict;
        TrustSubject s = subject_of(w, texts[i]);
        if (!checktrust_judge(w->a, w->home, &s, &verdict, &err)) {
            return -1;
        }
        if (verdict.state == TRUST_GIVEN) {
            return i + 1;
        }
    }
    return 0;
}

static void make_world(const World *w, Action first)
{
    Err err;
    ASSERT(dir_remove_all(FILE_CWD, w->root, &err) != FILE_FAILED);
    ASSERT(dir_make_all(FILE_CWD, w->home, 0700, &err));
    ASSERT(dir_make_all(FILE_CWD, w->project, 0755, &err));
    ASSERT(first(w, &err));
}

/* How many ways there are to come to another state than these two. */
static isize judge_crash(Arena scratch, const World *w, const DiskRecorder *r, isize n, int before,
                         int after, bool must_be_new)
{
    bool *safe = disk_find_safe(&scratch, r, n);
    uint8_t *fates = ARENA_ARRAY(&scratch, uint8_t, n);
    isize open[MAX_OPEN], n_open = 0, n_bad = 0;
    for (isize i = 0; i < n; i++) {
        if (!safe[i]) {
            assert_true(n_open < MAX_OPEN);
            open[n_open++] = i;
        }
    }
    for (isize way = 0; way < (isize)1 << n_open; way++) {
        for (isize i = 0; i < n_open; i++) {
            bool is_content = r->ops.ptr[open[i]].kind == DISK_WRITE;
            bool is_kept = (way >> i & 1) == 0;
            fates[open[i]] = (uint8_t)(is_kept ? DISK_KEPT : is_content ? DISK_HALF : DISK_LOST);
        }
        DiskState state = disk_replay(&scratch, r, n, fates);
        disk_materialise(&state, w->root);
        int got = state_of(w);
        if (got != after && (must_be_new || got != before)) {
            n_bad++;
        }
    }
    return n_bad;
}

static const struct {
    Action before, action;
    int state_before, state_after;
} rows[] = {
    {nothing, keep_first, 0, 1},
    {keep_first, keep_second, 1, 2},
    {keep_second, forget, 2, 0},
};

static World new_world(Arena *a)
{
    Err err;
    World w = {.a = a};
    ASSERT(proc_real_path(a, fixture_dir(a), &w.root, &err) == FILE_FOUND);
    w.home = path_join(a, w.root, S("home"));
    w.project = path_join(a, w.root, S("project"));
    return w;
}

static isize crash_everywhere(isize row, bool is_deaf)
{
    Arena a = arena_init(MIB), scratch = arena_init(MIB), of_recorder = arena_init(MIB);
    World w = new_world(&a);
    Err err;
    isize n_bad = 0;
    DiskRecorder r = {.is_deaf_to_sync_all = is_deaf};
    make_world(&w, rows[row].before);
    assert_int_equal(state_of(&w), rows[row].state_before);
    disk_record_begin(&r, &of_recorder, w.root);
    bool ok = rows[row].action(&w, &err);
    disk_record_end(&r);
    if (!ok) {
        fail_msg("row %td: %s", row, err.text);
    }
    assert_int_equal(state_of(&w), rows[row].state_after);
    for (isize n = 0; n <= r.ops.len; n++) {
        n_bad += judge_crash(scratch, &w, &r, n, rows[row].state_before, rows[row].state_after,
                             n == r.ops.len);
    }
    arena_done(&a);
    arena_done(&scratch);
    arena_done(&of_recorder);
    return n_bad;
}

static void test_a_crash_leaves_old_or_new(void **state)
{
    (void)state;
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(crash_everywhere(i, false), 0);
    }
}

/* The folder's name has to be safe before what lies in it. */
static void test_the_judge_objects_when_a_sync_is_missing(void **state)
{
    (void)state;
    assert_true(crash_everywhere(0, true) > 0);
}

/* ---- calls that fail ---- */

typedef struct {
    isize n, at;
    int errnum;
} Failing;

static int fail_once(void *context, const FaultEvent *event)
{
    Failing *f = context;
    (void)event;
    return f->n++ == f->at ? f->errnum : 0;
}

static void test_a_failing_disk_leaves_the_old_record(void **state)
{
    static const int errnums[] = {ENOSPC, EIO, EROFS};
    (void)state;
    for (isize i = 0; i < COUNT_OF(rows) * COUNT_OF(errnums); i++) {
        isize row = i / COUNT_OF(errnums);
        Failing f = {.errnum = errnums[i % COUNT_OF(errnums)]};
        bool ok = false;
        for (f.at = 0; !ok; f.at++) {
            Arena a = arena_init(MIB);
            World w = new_world(&a);
            Err err;
            make_world(&w, rows[row].before);
            f.n = 0;
            fault_context = &f;
            fault_hook = fail_once;
            ok = rows[row].action(&w, &err);
            fault_hook = NULL;
            int got = state_of(&w);
            bool is_old = got == rows[row].state_before, is_new = got == rows[row].state_after;
            if (ok ? !is_new : !(is_old || is_new)) {
                fail_msg("row %td, call %td: state %d", row, f.at, got);
            }
            arena_done(&a);
        }
        assert_true(f.at > 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_crash_leaves_old_or_new),
        cmocka_unit_test(test_the_judge_objects_when_a_sync_is_missing),
        cmocka_unit_test(test_a_failing_disk_leaves_the_old_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
