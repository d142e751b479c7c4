/*
 * The journal: a folder with one folder per set, 1, 2, 3 ... What a set is to do is written once
 * and never changed; how far it came is one word in a file of its own, replaced by a rename. So a
 * crash leaves a word that is true, and taking back asks each path what it is now: a change that
 * never happened, or was taken back already, needs nothing.
 */
#include "doctor/fixer.h"

#include "base/panic.h"
#include "base/sort.h"
#include "doctor/fixer_record.h"
#include "os/clock.h"
#include "os/dir.h"
#include "os/lock.h"

#define FOLDER_MODE 0700
#define COPY_MODE 0600
#define MAX_SETS 1000000
#define MAX_STATE 32        /* bytes of the file */
#define MAX_COUNTED 1000000 /* files of a set whose sizes are added up */

typedef enum {
    SET_BEGUN, /* no state yet: nothing has been changed */
    SET_APPLYING,
    SET_APPLIED,
    SET_UNDOING,
    SET_UNDONE,
    SET_STATE_COUNT,
} SetState;

static const Str state_words[SET_STATE_COUNT] = {
    [SET_APPLYING] = STR_CONST("applying\n"),
    [SET_APPLIED] = STR_CONST("applied\n"),
    [SET_UNDOING] = STR_CONST("undoing\n"),
    [SET_UNDONE] = STR_CONST("undone\n"),
};

static Str set_name(Arena *a, int64_t set)
{
    return str_format(a, "%lld", (long long)set);
}

/* ---- opening ---- */

bool fixer_open(int dir_fd, int64_t timeout_ms, FixJournal *ret, Err *err)
{
    int lock_fd = -1;
    if (!file_open_update(dir_fd, S("lock"), COPY_MODE, &lock_fd, err)) {
        return FAIL_IN(err, "opening the journal of fixes");
    }
    LockOutcome outcome = lock_acquire(lock_fd, true, timeout_ms, err);
    if (outcome == LOCK_HELD) {
        *ret = (FixJournal){dir_fd, lock_fd};
        return true;
    }
    if (outcome == LOCK_BUSY) {
        FAIL(err, ERR_CONFLICT, "another goward is at its fixes");
        err_hint(err, "wait until it is done, or allow more time with --timeout");
    }
    file_close(&lock_fd);
    return false;
}

void fixer_close(FixJournal *j)
{
    file_close(&j->lock_fd);
}

static int compare_numbers(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

/* The numbers of all sets, ascending. */
static bool list_sets(const FixJournal *j, Arena *a, int64_t **ret, isize *ret_n, Err *err)
{
    DirList list;
    isize n = 0;
    if (!dir_list(a, j->dir_fd, &list, err)) {
        return FAIL_IN(err, "reading the journal of fixes");
    }
    int64_t *sets = ARENA_ARRAY(a, int64_t, list.len);
    for (isize i = 0; i < list.len; i++) {
        int64_t number;
        if (list.ptr[i].kind == FILE_KIND_DIR &&
            str_parse_decimal(list.ptr[i].name, MAX_SETS, &number)) {
            sets[n++] = number;
        }
    }
    sort_array(sets, n, (isize)sizeof(*sets), compare_numbers);
    *ret = sets;
    *ret_n = n;
    return true;
}

static bool open_set(const FixJournal *j, Arena scratch, int64_t set, int *ret_fd, Err *err)
{
    FileOutcome found = file_open_beneath(j->dir_fd, set_name(&scratch, set), ret_fd, err);
    return found == FILE_FOUND ||
           (found == FILE_ABSENT &&
            FAIL(err, ERR_CONFLICT, "the folder of the fixes %lld is gone", (long long)set));
}

/* ---- the state ---- */

static bool read_state(Arena scratch, int set_fd, SetState *ret, Err *err)
{
    Str word;
    FileOutcome found = file_read_all(&scratch, set_fd, S("state"), MAX_STATE, &word, err);
    if (found == FILE_ABSENT) {
        *ret = SET_BEGUN;
        return true;
    }
    for (int state = SET_APPLYING; found == FILE_FOUND && state < SET_STATE_COUNT; state++) {
        if (str_eq(word, state_words[state])) {
            *ret = (SetState)state;
            return true;
        }
    }
    return found == FILE_FOUND && FAIL(err, ERR_FORMAT, "its 'state' says something unknown");
}

static bool write_state(int set_fd, SetState state, Err *err)
{
    return file_replace(set_fd, S("state"), state_words[state], COPY_MODE, err);
}

/* ---- the record ---- */

static Str content_name(Arena *a, const char *which, isize number)
{
    return str_format(a, "%s.%td", which, number);
}

static bool write_durably(int set_fd, Str name, Str text, Err *err)
{
    AUTO_CLOSE int fd = -1;
    return file_create(set_fd, name, COPY_MODE, &fd, err) && file_write(fd, text, err) &&
           file_sync(fd, err);
}

static bool write_contents(Arena scratch, int set_fd, const FixPlan *plan, Err *err)
{
    for (isize i = 0; i < plan->n_changes; i++) {
        Arena a = scratch;
        const Change *c = &plan->changes[i];
        if (c->kind == CHANGE_CONTENT &&
            ((!c->is_new &&
              !write_durably(set_fd, content_name(&a, "before", i), c->before, err)) ||
             !write_durably(set_fd, content_name(&a, "after", i), c->after, err))) {
            return false;
        }
    }
    return true;
}

static bool read_content(Arena *a, int set_fd, Str name, const Sha256 *hash, Str *ret, Err *err)
{
    FileOutcome found = file_read_all(a, set_fd, name, CHANGE_MAX_CONTENT, ret, err);
    if (found == FILE_FOUND) {
        Sha256 now = sha256_of(*ret);
        found = sha256_eq(&now, hash) ? FILE_FOUND : FILE_ABSENT;
    }
    return found == FILE_FOUND ||
           (found == FILE_ABSENT &&
            FAIL(err, ERR_FORMAT, "its '%.*s' is missing or damaged", STR_ARG(name)));
}

static bool read_contents(Arena *a, int set_fd, FixRecord *r, Err *err)
{
    for (isize i = 0; i < r->n_changes; i++) {
        RecordedChange *rc = &r->changes[i];
        Change *c = &rc->change;
        if (c->kind == CHANGE_CONTENT &&
            ((!c->is_new && !read_content(a, set_fd, content_name(a, "before", i), &rc->hash_before,
                                          &c->before, err)) ||
             !read_content(a, set_fd, content_name(a, "after", i), &rc->hash_after, &c->after,
                           err))) {
            return false;
        }
    }
    return true;
}

static bool read_record(Arena *a, int set_fd, FixRecord *ret, Err *err)
{
    Str text;
    FileOutcome found = file_read_all(a, set_fd, S("record"), FIXER_MAX_RECORD, &text, err);
    if (found == FILE_ABSENT) {
        return FAIL(err, ERR_FORMAT, "it has no record");
    }
    return found == FILE_FOUND && fixer_record_parse(a, text, ret, err);
}

static bool read_set(Arena *a, int set_fd, int64_t number, FixSet *ret, Err *err)
{
    FixRecord r;
    if (!read_record(a, set_fd, &r, err) || !read_contents(a, set_fd, &r, err)) {
        return false;
    }
    FixSet set = {.set = number,
                  .time_s = r.time_s,
                  .command = r.command,
                  .changes = ARENA_ARRAY(a, Change, r.n_changes),
                  .n_changes = r.n_changes};
    for (isize i = 0; i < r.n_changes; i++) {
        set.changes[i] = r.changes[i].change;
    }
    *ret = set;
    return true;
}

/* ---- taking back ---- */

static void note(Arena *a, FixNotes *notes, Str text)
{
    *VEC_PUSH(a, notes) = text;
}

static void note_left(Arena *a, FixNotes *notes, const FixSet *set, const Change *c, isize i)
{
    if (c->kind == CHANGE_MAKE_DIR) {
        note(a, notes, str_format(a, "'%.*s' holds something now and stays", STR_ARG(c->path)));
    } else if (c->kind == CHANGE_CONTENT && !c->is_new) {
        note(a, notes,
             str_format(a,
                        "'%.*s' was changed by somebody else and is left alone; what it held "
                        "before is in fixes/%lld/before.%td",
                        STR_ARG(c->path), (long long)set->set, i));
    } else {
        note(a, notes,
             str_format(a, "'%.*s' was changed by somebody else and is left alone",
                        STR_ARG(c->path)));
    }
}

static bool sweep(Arena scratch, int set_fd, const FixSet *set, Err *err)
{
    for (isize i = 0; i < set->n_changes; i++) {
        ChangeSpot spot = {set_fd, set->set, i};
        if (!change_sweep(scratch, &set->changes[i], &spot, err)) {
            return false;
        }
    }
    return true;
}

/* The last one first. What somebody else changed is left alone and noted. */
static bool take_back(Arena *a, int set_fd, const FixSet *set, FixNotes *notes, Err *err)
{
    for (isize i = set->n_changes - 1; i >= 0; i--) {
        const Change *c = &set->changes[i];
        ChangeSpot spot = {set_fd, set->set, i};
        Arena scratch = arena_init(0);
        TakeBack outcome = change_take_back(scratch, c, &spot, err);
        arena_done(&scratch);
        if (outcome == TAKE_BACK_FAILED) {
            return FAIL_IN(err, "taking back '%.*s'", STR_ARG(c->path));
        }
        if (outcome == TAKE_BACK_OTHER) {
            note_left(a, notes, set, c, i);
        }
    }
    Arena scratch = arena_init(0);
    bool ok = sweep(scratch, set_fd, set, err) && write_state(set_fd, SET_UNDONE, err);
    arena_done(&scratch);
    return ok;
}

/* ---- recovery ---- */

/* A run that died right after its commit point left litter, which only the newest set can have. */
static bool recover_set(const FixJournal *j, Arena *a, int64_t number, bool is_newest,
                        FixNotes *notes, Err *err)
{
    AUTO_CLOSE int set_fd = -1;
    SetState state;
    FixSet set;
    if (!open_set(j, *a, number, &set_fd, err) || !read_state(*a, set_fd, &state, err)) {
        return false;
    }
    switch (state) {
    case SET_BEGUN:
        return dir_remove_all(j->dir_fd, set_name(a, number), err) != FILE_FAILED;
    case SET_APPLYING:
    case SET_UNDOING:
        note(a, notes,
             str_format(a, "a run that ended early had %s",
                        state == SET_APPLYING ? "begun to make changes; they are taken back"
                                              : "begun to take changes back; that is done now"));
        return read_set(a, set_fd, number, &set, err) && take_back(a, set_fd, &set, notes, err);
    case SET_APPLIED:
        return !is_newest ||
               (read_set(a, set_fd, number, &set, err) && sweep(*a, set_fd, &set, err));
    case SET_UNDONE:
    case SET_STATE_COUNT:
        break;
    }
    return true;
}

bool fixer_recover(const FixJournal *j, Arena *a, FixNotes *notes, Err *err)
{
    int64_t *sets;
    isize n;
    if (!list_sets(j, a, &sets, &n, err)) {
        return false;
    }
    for (isize i = 0; i < n; i++) {
        if (!recover_set(j, a, sets[i], i == n - 1, notes, err)) {
            return FAIL_IN(err, "recovering the fixes %lld", (long long)sets[i]);
        }
    }
    return true;
}

/* ---- applying ---- */

static bool next_set(const FixJournal *j, Arena scratch, int64_t *ret, Err *err)
{
    int64_t *sets;
    isize n;
    if (!list_sets(j, &scratch, &sets, &n, err)) {
        return false;
    }
    *ret = n == 0 ? 1 : sets[n - 1] + 1;
    return *ret <= MAX_SETS || FAIL(err, ERR_LIMIT, "there are %d sets of fixes", MAX_SETS);
}

/* Steps 1 and 2. */
static bool write_set(const FixJournal *j, Arena scratch, int64_t set, const FixPlan *plan,
                      Str command, int *ret_fd, Err *err)
{
    Str record =
        fixer_record_format(&scratch, clock_wall_s(), command, plan->changes, plan->n_changes);
    return dir_make(j->dir_fd, set_name(&scratch, set), FOLDER_MODE, err) &&
           open_set(j, scratch, set, ret_fd, err) && write_contents(scratch, *ret_fd, plan, err) &&
           write_durably(*ret_fd, S("record"), record, err) && file_sync(*ret_fd, err) &&
           file_sync(j->dir_fd, err) && write_state(*ret_fd, SET_APPLYING, err);
}

static bool make_changes(Arena scratch, int set_fd, const FixSet *set, Err *err)
{
    for (isize i = 0; i < set->n_changes; i++) {
        ChangeSpot spot = {set_fd, set->set, i};
        if (!change_make(scratch, &set->changes[i], &spot, err)) {
            return FAIL_IN(err, "changing '%.*s'", STR_ARG(set->changes[i].path));
        }
    }
    return true;
}

/* Steps 3 and 4. Once the state says so, all is applied: what cannot be swept away now is litter,
 * and no reason to say that it failed. */
static bool run_set(Arena scratch, int set_fd, const FixSet *set, Err *err)
{
    Err ignored;
    if (make_changes(scratch, set_fd, set, err) && write_state(set_fd, SET_APPLIED, err)) {
        sweep(scratch, set_fd, set, &ignored);
        return true;
    }
    FixNotes notes = {0};
    if (!take_back(&scratch, set_fd, set, &notes, &ignored)) {
        err_hint(err, "goward doctor --fix takes back what was begun, once that can be done");
    }
    return false;
}

bool fixer_apply(const FixJournal *j, Arena scratch, const FixPlan *plan, Str command,
                 int64_t *ret_set, Err *err)
{
    AUTO_CLOSE int set_fd = -1;
    FixSet set = {.changes = plan->changes, .n_changes = plan->n_changes};
    ASSERT(j->lock_fd >= 0);
    if (!next_set(j, scratch, &set.set, err)) {
        return false;
    }
    if (!write_set(j, scratch, set.set, plan, command, &set_fd, err)) {
        Err ignored;
        dir_remove_all(j->dir_fd, set_name(&scratch, set.set), &ignored);
        return FAIL_IN(err, "writing the journal of fixes");
    }
    if (!run_set(scratch, set_fd, &set, err)) {
        return false;
    }
    *ret_set = set.set;
    return true;
}

/* ---- undoing ---- */

FileOutcome fixer_last(const FixJournal *j, Arena *a, FixSet *ret, Err *err)
{
    int64_t *sets;
    isize n;
    if (!list_sets(j, a, &sets, &n, err)) {
        return FILE_FAILED;
    }
    for (isize i = n - 1; i >= 0; i--) {
        AUTO_CLOSE int set_fd = -1;
        SetState state;
        if (!open_set(j, *a, sets[i], &set_fd, err) || !read_state(*a, set_fd, &state, err) ||
            (state == SET_APPLIED && !read_set(a, set_fd, sets[i], ret, err))) {
            FAIL_IN(err, "reading the fixes %lld", (long long)sets[i]);
            return FILE_FAILED;
        }
        if (state == SET_APPLIED) {
            return FILE_FOUND;
        }
    }
    return FILE_ABSENT;
}

/* Whether each path is as the set left it, or as it was before. What was removed and is there again
 * is somebody else's. */
static bool check_unchanged(Arena scratch, const FixSet *set, Err *err)
{
    for (isize i = 0; i < set->n_changes; i++) {
        const Change *c = &set->changes[i];
        ChangeState now = change_look(scratch, c, err);
        if (now == CHANGE_UNKNOWN) {
            return false;
        }
        if (now == CHANGE_IS_OTHER || (now == CHANGE_IS_BEFORE && c->kind == CHANGE_REMOVE)) {
            FAIL(err, ERR_CONFLICT, "'%.*s' was changed since, and nothing is taken back",
                 STR_ARG(c->path));
            return err_hint(err, "what was there before lies in fixes/%lld of goward's home",
                            (long long)set->set);
        }
    }
    return true;
}

bool fixer_undo(const FixJournal *j, Arena *a, const FixSet *set, FixNotes *notes, Err *err)
{
    AUTO_CLOSE int set_fd = -1;
    ASSERT(j->lock_fd >= 0);
    return open_set(j, *a, set->set, &set_fd, err) && check_unchanged(*a, set, err) &&
           sweep(*a, set_fd, set, err) && write_state(set_fd, SET_UNDOING, err) &&
           take_back(a, set_fd, set, notes, err);
}

/* ---- collecting ---- */

/* What the files below hold; one that cannot be asked counts nothing. */
static int64_t count_bytes(Arena scratch, int set_fd)
{
    DirTree tree;
    FileStat st;
    Err ignored;
    int64_t bytes = 0;
    if (!dir_walk(&scratch, set_fd, MAX_COUNTED, &tree, &ignored)) {
        return 0;
    }
    for (isize i = 0; i < tree.len; i++) {
        bool is_there = file_lstat(set_fd, tree.ptr[i].path, &st, &ignored) == FILE_FOUND;
        bytes += is_there && st.kind == FILE_KIND_REGULAR ? st.size : 0;
    }
    return bytes;
}

/* n_newer: of the sets that would be taken back before this one. */
static bool is_too_old(Arena scratch, int set_fd, SetState state, isize n_newer,
                       const FixCollectWish *wish)
{
    FixRecord r;
    Err ignored;
    switch (state) {
    case SET_UNDONE:
        return true;
    case SET_APPLIED:
        return n_newer > 0 &&
               (n_newer >= wish->keep ||
                (read_record(&scratch, set_fd, &r, &ignored) && r.time_s < wish->before_s));
    case SET_BEGUN:
    case SET_APPLYING:
    case SET_UNDOING:
    case SET_STATE_COUNT:
        break;
    }
    return false;
}

/* Without its state it is a set that was never begun, which a recovery removes. */
static bool remove_set(const FixJournal *j, Arena scratch, int set_fd, int64_t set, Err *err)
{
    return file_unlink(set_fd, S("state"), err) != FILE_FAILED && file_sync(set_fd, err) &&
           dir_remove_all(j->dir_fd, set_name(&scratch, set), err) != FILE_FAILED;
}

typedef struct {
    const FixCollectWish *wish;
    isize n_newer; /* that could be taken back */
    FixCollected all;
} Collection;

static bool collect_set(const FixJournal *j, Arena *a, int64_t set, bool is_newest, Collection *c,
                        Err *err)
{
    AUTO_CLOSE int set_fd = -1;
    SetState state;
    if (!open_set(j, *a, set, &set_fd, err) || !read_state(*a, set_fd, &state, err)) {
        return false;
    }
    bool goes = !is_newest && is_too_old(*a, set_fd, state, c->n_newer, c->wish);
    c->n_newer += state == SET_APPLIED;
    if (goes) {
        c->all.bytes += count_bytes(*a, set_fd);
        *VEC_PUSH(a, &c->all.sets) = set;
    }
    return !goes || c->wish->dry_run || remove_set(j, *a, set_fd, set, err);
}

bool fixer_collect(const FixJournal *j, Arena *a, const FixCollectWish *wish, FixCollected *ret,
                   Err *err)
{
    int64_t *sets;
    isize n;
    Collection c = {.wish = wish};
    ASSERT(j->lock_fd >= 0);
    if (!list_sets(j, a, &sets, &n, err)) {
        return false;
    }
    for (isize i = n - 1; i >= 0; i--) {
        if (!collect_set(j, a, sets[i], i == n - 1, &c, err)) {
            return FAIL_IN(err, "looking whether the fixes %lld are needed", (long long)sets[i]);
        }
    }
    *ret = c.all;
    return c.all.sets.len == 0 || wish->dry_run || file_sync(j->dir_fd, err);
}
