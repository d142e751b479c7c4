/*
 * What a crash during a real command leaves, judged by goward itself.
 *
 *     crash_states ROOT HOME GOWARD SEED N ARG...
 *
 * Runs `goward ARG...` in this process while all that it does below ROOT is recorded
 * (support/disk_model.h), then makes N of the states real that a crash could have left: at moments
 * spread evenly over the command, with what was not synced by then kept, lost or torn. Each time a
 * reader must get an answer; the next writer recovers; then `goward verify all` must prove every
 * file, `goward history --verify` the log, and `goward list` must say what it said before the
 * command or after it: after it once the command had returned.
 *
 * ROOT is emptied and made anew each time, so the caller is elsewhere. ARG... has -j 1, as the
 * recorder follows one thread.
 */
#define _GNU_SOURCE

#include "base/map.h"
#include "cmd/command.h"
#include "os/spawn.h"
#include "os/standard.h"
#include "support/fixture.h"
#include "support/store_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MAX_OUT (1 * MIB)
#define MAX_ARGS 16
#define N_AT_THE_END 8 /* of the states, for the moment after the command has returned */

typedef struct {
    Arena *a;
    Str root, home, goward;
    DiskRecorder recorder;
    Str before, after; /* what `list` says */
    uint64_t random;
    Map seen;
    isize n_judged, n_old, n_bad;
} Trial;

static uint64_t next_random(Trial *t)
{
    t->random ^= t->random << 13;
    t->random ^= t->random >> 7;
    t->random ^= t->random << 17;
    return t->random;
}

/* ---- asking the real program ---- */

typedef struct {
    Str out;
    int code;
} Answer;

static Answer ask(Arena *a, const Trial *t, const char *line)
{
    Err err;
    Answer answer = {0};
    Str argv[MAX_ARGS] = {t->goward};
    isize argc = 1;
    for (Str rest = str_from_c(line); rest.len > 0;) {
        StrCut cut = str_cut(rest, ' ');
        argv[argc++] = cut.head;
        rest = cut.tail;
    }
    Environ env = environ_get(a);
    Spawn spawn = {.path = t->goward,
                   .argv = argv,
                   .argc = argc,
                   .env = &env,
                   .in = -1,
                   .out = -1,
                   .err = -1,
                   .extra = -1};
    ASSERT(spawn_output(a, &spawn, 60000, MAX_OUT, &answer.out, &answer.code, &err));
    return answer;
}

static bool complain(const char *what, Answer answer)
{
    printf("# %s: it ends with %d\n%.*s\n", what, answer.code, STR_ARG(answer.out));
    return false;
}

static bool is_answer(Answer answer)
{
    return answer.code == EXIT_OK || answer.code == EXIT_NOTHING;
}

/* The next writer; a store that was never finished is none. */
static bool recover(Arena *a, const Trial *t, bool *ret_is_there)
{
    Err err;
    Store s;
    StoreOutcome outcome = store_fixture_try_open(a, t->home, STORE_WRITE, &s, &err);
    if (outcome == STORE_FAILED) {
        printf("# recovery: %s\n", err.text);
        return false;
    }
    *ret_is_there = outcome == STORE_OPENED;
    if (*ret_is_there) {
        store_close(&s);
    }
    return true;
}

static bool holds(Arena *a, Trial *t, bool must_be_new)
{
    bool is_there;
    Answer reader = ask(a, t, "list --json");
    if (!is_answer(reader)) {
        return complain("list, before the recovery", reader);
    }
    if (!recover(a, t, &is_there)) {
        return false;
    }
    Answer list = ask(a, t, "list --json"), proof = ask(a, t, "verify all --offline");
    Answer history = ask(a, t, "history --verify");
    bool is_new = str_eq(list.out, t->after), is_old = str_eq(list.out, t->before);
    t->n_old += is_old && !is_new;
    return (is_new || (is_old && !must_be_new) || complain("list", list)) &&
           (is_answer(proof) || complain("verify all", proof)) &&
           (history.code == (is_there ? EXIT_OK : EXIT_NOTHING) ||
            complain("history --verify", history));
}

/* ---- the states ---- */

/* One fate for all that is not safe, or for each its own. */
static void choose_fates(Trial *t, Arena scratch, isize n, uint64_t way, uint8_t *fates)
{
    const bool *safe = disk_find_safe(&scratch, &t->recorder, n);
    for (isize i = 0; i < n; i++) {
        bool is_content = t->recorder.ops.ptr[i].kind == DISK_WRITE;
        uint64_t any = next_random(t) % (is_content ? DISK_FATE_COUNT : DISK_LOST + 1);
        uint64_t fate = way == 0 ? DISK_KEPT : way == 1 ? DISK_LOST : any;
        fates[i] = (uint8_t)(safe[i] ? DISK_KEPT : fate);
    }
}

static void judge(Arena a, Trial *t, isize n, uint64_t way)
{
    bool is_unseen, must_be_new = n == t->recorder.ops.len;
    uint8_t *fates = ARENA_ARRAY(&a, uint8_t, n);
    choose_fates(t, a, n, way, fates);
    DiskState state = disk_replay(&a, &t->recorder, n, fates);
    uint64_t digest = disk_digest(a, &state);
    map_put(&t->seen, str_format(t->a, "%llx %d", (unsigned long long)digest, must_be_new),
            &is_unseen);
    if (!is_unseen) {
        return;
    }
    disk_materialise(&state, t->root);
    t->n_judged++;
    if (!holds(&a, t, must_be_new)) {
        printf("# after %td of %td operations, way %d\n", n, t->recorder.ops.len, (int)way);
        t->n_bad++;
    }
}

static void judge_many(Trial *t, isize n_states)
{
    Arena scratch = arena_init(1 * MIB);
    isize n_moments = t->recorder.ops.len;
    for (isize i = 0; i < n_states; i++) {
        judge(scratch, t, i * n_moments / n_states, next_random(t) % 4);
    }
    for (uint64_t i = 0; i < N_AT_THE_END; i++) {
        judge(scratch, t, n_moments, i);
    }
    arena_done(&scratch);
}

/* ---- the command ---- */

static int record_command(Trial *t, int argc, char **argv)
{
    t->before = ask(t->a, t, "list --json").out;
    disk_record_begin(&t->recorder, t->a, t->root);
    int code = command_main(argc, argv);
    disk_record_end(&t->recorder);
    t->after = ask(t->a, t, "list --json").out;
    return chdir("/") == 0 ? code : EXIT_INTERNAL;
}

int main(int argc, char **argv)
{
    Arena a = arena_init(1 * MIB);
    int64_t n_states;
    if (argc < 7 || !str_parse_decimal(str_from_c(argv[5]), 1000000, &n_states)) {
        fputs("usage: crash_states ROOT HOME GOWARD SEED N ARG...\n", stderr);
        return EXIT_USAGE;
    }
    Trial t = {.a = &a,
               .root = str_from_c(argv[1]),
               .home = str_from_c(argv[2]),
               .goward = str_from_c(argv[3]),
               .random = str_hash(str_from_c(argv[4])) | 1,
               .seen = map_init(&a)};
    standard_prepare();
    argv[5] = argv[3];
    int code = record_command(&t, argc - 5, argv + 5);
    if (code != EXIT_OK || str_eq(t.before, t.after)) {
        printf("# the command ended with %d, and changed %s\n", code,
               str_eq(t.before, t.after) ? "nothing" : "something");
        return 1;
    }
    judge_many(&t, (isize)n_states);
    printf("%td operations, %td states, %td old, %td bad\n", t.recorder.ops.len, t.n_judged,
           t.n_old, t.n_bad);
    return t.n_bad == 0 ? 0 : 1;
}
