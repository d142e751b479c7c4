/*
 * The order of a switch, with what each step makes safe:
 *
 *   1. journal, on disk              from here on a crash is undone or finished, never guessed at
 *   2. generations/N, on disk        nothing points at it
 *   3. the project's file, on disk   the journal holds what it was
 *   4. rename of `current`, on disk  the commit point
 *   5. audit line, on disk           the journal holds the line
 *   6. journal deleted               if that is lost, the audit log says that all was done
 *
 * A crash before 4 leaves `current` where it was: recovery restores the file and removes the
 * generation. A crash after 4: recovery sees to 3 and 5. Going back is the same without step 2.
 */
#include "store/switch.h"

#include "base/map.h"
#include "base/panic.h"
#include "base/path.h"
#include "base/sort.h"
#include "os/clock.h"
#include "store/audit.h"
#include "store/record.h"

/* ---- finishing and undoing; recovery does the same ---- */

bool switch_finish(Store *s, const Journal *j, Err *err)
{
    for (isize i = 0; i < j->changes.len; i++) {
        const ProjectChange *change = &j->changes.ptr[i];
        Err failure; /* a project that is gone or read-only now must not keep the store shut */
        if (project_file_change(change, &failure) != PROJECT_FILE_CHANGED) {
            store_note(s, "'%.*s' could not be brought to generation %lld", STR_ARG(change->path),
                       (long long)j->to);
        }
    }
    return journal_finish(s, j, err);
}

bool switch_undo(Store *s, const Journal *j, Err *err)
{
    for (isize i = 0; i < j->changes.len; i++) {
        ProjectChange back = project_change_reverse(&j->changes.ptr[i]);
        Err failure;
        if (project_file_change(&back, &failure) == PROJECT_FILE_FAILED) {
            store_note(s, "'%.*s' could not be brought back to generation %lld", STR_ARG(back.path),
                       (long long)j->from);
        }
    }
    return (j->kind != JOURNAL_SWITCH || generation_discard(s, j->to, err)) &&
           journal_delete(s, err);
}

/* ---- the transaction ---- */

/* A file that cannot be changed fails a switch (files NULL). Going back passes over it and says so:
 * a project that somebody edits, or that is read-only now, must not keep a broken Go active. */
static bool change_files(const ProjectChanges *changes, RollbackFile *files, Err *err)
{
    for (isize i = 0; i < changes->len; i++) {
        const ProjectChange *change = &changes->ptr[i];
        ProjectFileOutcome outcome = project_file_change(change, err);
        if (files != NULL) {
            files[i].is_restored = outcome == PROJECT_FILE_CHANGED;
        } else if (outcome == PROJECT_FILE_CONFLICT) {
            return FAIL(err, ERR_CONFLICT, "'%.*s' is being changed by somebody else",
                        STR_ARG(change->path));
        } else if (outcome == PROJECT_FILE_FAILED) {
            return false;
        }
    }
    return true;
}

static bool is_current(Store *s, int64_t number)
{
    Err ignored;
    int64_t current = -1;
    Arena a = arena_init(0);
    generation_current_number(a, s, &current, &ignored);
    arena_done(&a);
    return current == number;
}

/* Steps 1 to 6. built is NULL when going back; files then are those of the journal's changes.
 * After a failure past the commit point the journal stays, and the next writer finishes. */
static bool run(Store *s, const Journal *j, const Generation *built, RollbackFile *files, Err *err)
{
    if (!journal_write(s, j, true, err)) {
        Err ignored;
        journal_delete(s, &ignored);
        return false;
    }
    bool ok = (built == NULL || generation_build(s, built, err)) &&
              change_files(&j->changes, files, err) && generation_point(s, j->to, err);
    if (!ok && !is_current(s, j->to)) {
        Err ignored; /* where undoing fails, recovery undoes */
        switch_undo(s, j, &ignored);
        return false;
    }
    return (ok && journal_finish(s, j, err)) ||
           FAIL_IN(err, "generation %lld is active, but its last step failed", (long long)j->to);
}

/* ---- forward ---- */

static bool check_installed(Arena *a, Store *s, Str id, bool *ret_is, Err *err)
{
    int trees;
    FileStat st;
    StoreRecord r;
    FileOutcome found = record_read(a, s, id, &r, err);
    if (found == FILE_FOUND) {
        if (!store_dir(s, STORE_DIR_TREES, &trees, err)) {
            return false;
        }
        found = file_lstat(trees, id, &st, err);
    }
    *ret_is = found == FILE_FOUND;
    return found != FILE_FAILED;
}

/* Finds the first toolchain of a generation that is not installed; empty when all are. */
static bool find_missing(Arena *a, Store *s, const Generation *g, Str *ret, Err *err)
{
    *ret = (Str){0};
    for (isize i = -1; i < g->n_visible; i++) {
        Str id = i < 0 ? g->default_id : g->visible[i];
        bool is_installed = true;
        if (id.len > 0 && !check_installed(a, s, id, &is_installed, err)) {
            return false;
        }
        if (!is_installed) {
            *ret = id;
            return true;
        }
    }
    return true;
}

static int compare_ids(const void *x, const void *y)
{
    return str_compare(*(const Str *)x, *(const Str *)y);
}

/* Sorted, one per version: the last one named. */
static bool choose_visible(Arena *a, const GenerationPlan *plan, Generation *g, Err *err)
{
    Map by_version = map_init(a);
    if (plan->n_visible > GENERATION_MAX_VISIBLE) {
        return FAIL(err, ERR_LIMIT, "%td toolchains cannot be visible at once, at most %d can",
                    plan->n_visible, GENERATION_MAX_VISIBLE);
    }
    g->visible = ARENA_ARRAY(a, Str, plan->n_visible);
    for (isize i = 0; i < plan->n_visible; i++) {
        Str version, platform;
        bool is_new;
        if (!store_id_split(plan->visible[i], &version, &platform)) {
            return FAIL(err, ERR_USAGE, "'%.*s' is no id of a toolchain",
                        STR_ARG(plan->visible[i]));
        }
        isize *at = map_put(&by_version, version, &is_new);
        if (is_new) {
            *at = g->n_visible++;
        }
        g->visible[*at] = plan->visible[i];
    }
    sort_array(g->visible, g->n_visible, (isize)sizeof(Str), compare_ids);
    return true;
}

static bool is_same(const Generation *x, const Generation *y)
{
    bool same = str_eq(x->default_id, y->default_id) && x->n_visible == y->n_visible;
    for (isize i = 0; same && i < x->n_visible; i++) {
        same = str_eq(x->visible[i], y->visible[i]);
    }
    return same;
}

static bool check_edit(Arena *a, const GenerationEdit *edit, Err *err)
{
    FileContent now;
    if (!path_is_absolute(edit->path)) {
        return FAIL(err, ERR_USAGE, "'%.*s' is not an absolute path", STR_ARG(edit->path));
    }
    if (edit->after.text.len > GENERATION_MAX_EDIT) {
        return FAIL(err, ERR_LIMIT, "'%.*s' would have %td bytes, at most %td are written",
                    STR_ARG(edit->path), edit->after.text.len, GENERATION_MAX_EDIT);
    }
    if (!project_file_read(a, edit->path, &now, err)) {
        return false;
    }
    return file_content_eq(now, edit->before) ||
           FAIL(err, ERR_CONFLICT, "'%.*s' was changed by somebody else meanwhile",
                STR_ARG(edit->path));
}

/* The generation that the plan describes, all but its number. */
static bool make_generation(Arena *a, Store *s, const GenerationPlan *plan,
                            const Generation *current, Generation *ret, Err *err)
{
    Generation g = {.parent = current->number,
                    .time = clock_wall_s(),
                    .user = s->user,
                    .command = s->command,
                    .action = plan->action,
                    .project = plan->project,
                    .reason = plan->reason};
    switch (plan->change) {
    case GENERATION_DEFAULT_KEEP:
        g.default_id = current->default_id;
        break;
    case GENERATION_DEFAULT_SET:
        g.default_id = plan->default_id;
        break;
    case GENERATION_DEFAULT_NONE:
        break;
    }
    Str missing;
    if (!choose_visible(a, plan, &g, err) || !find_missing(a, s, &g, &missing, err)) {
        return false;
    }
    if (missing.len > 0) {
        return FAIL(err, ERR_NOT_FOUND, "%.*s is not installed", STR_ARG(missing));
    }
    if (plan->edit != NULL) {
        g.edit = *plan->edit;
        if (!check_edit(a, plan->edit, err)) {
            return false;
        }
    }
    *ret = g;
    return true;
}

/* The journal of going from one generation to another. */
static bool make_journal(Arena *a, Store *s, JournalKind kind, int64_t from, int64_t to, Str action,
                         Str detail, Journal *ret, Err *err)
{
    AuditTail tail;
    if (!audit_read_tail(s, &tail, err)) {
        return false;
    }
    *ret = (Journal){.kind = kind,
                     .from = from,
                     .to = to,
                     .sequence = tail.sequence + 1,
                     .audit_line = audit_next_line(a, s, &tail, from, to, action, detail)};
    return true;
}

static bool read_current(Arena *a, Store *s, Generation *ret, Err *err)
{
    FileOutcome found = generation_current(a, s, ret, err);
    return found == FILE_FOUND ||
           (found == FILE_ABSENT && FAIL(err, ERR_FORMAT, "the store has no current generation"));
}

static GenerationOutcome switch_in(Arena *a, Store *s, const GenerationPlan *plan,
                                   int64_t *ret_number, Err *err)
{
    Generation current, g;
    Journal j;
    if (!read_current(a, s, &current, err) || !make_generation(a, s, plan, &current, &g, err)) {
        return GENERATION_FAILED;
    }
    if (plan->edit == NULL && is_same(&g, &current)) {
        *ret_number = current.number;
        return GENERATION_UNCHANGED;
    }
    Str detail = plan->reason.len == 0
                     ? s->command
                     : str_format(a, "%.*s: %.*s", STR_ARG(s->command), STR_ARG(plan->reason));
    if (!generation_next_number(s, &g.number, err) ||
        !make_journal(a, s, JOURNAL_SWITCH, current.number, g.number, plan->action, detail, &j,
                      err)) {
        return GENERATION_FAILED;
    }
    if (plan->edit != NULL) {
        ProjectChange *change = ARENA_NEW(a, ProjectChange);
        *change = (ProjectChange){plan->edit->path, plan->edit->before, plan->edit->after};
        j.changes = (ProjectChanges){change, 1};
    }
    if (!run(s, &j, &g, NULL, err)) {
        return GENERATION_FAILED;
    }
    *ret_number = g.number;
    return GENERATION_SWITCHED;
}

GenerationOutcome generation_switch(Store *s, const GenerationPlan *plan, int64_t *ret_number,
                                    Err *err)
{
    ASSERT(s->lock_fd >= 0);
    Arena a = arena_init(0);
    GenerationOutcome outcome = switch_in(&a, s, plan, ret_number, err);
    arena_done(&a);
    return outcome;
}

/* ---- back ---- */

/* Of the changes on the way, keeps those that can be made, and so can be undone after a crash.
 * A file that holds the wanted content already needs none; one that holds neither, or is no
 * plain file, was changed by somebody else. */
static void sort_out(Arena *a, ProjectChanges *changes, Rollback *report)
{
    RollbackFile *files = ARENA_ARRAY(a, RollbackFile, changes->len);
    RollbackFile *others = ARENA_ARRAY(a, RollbackFile, changes->len);
    isize n = 0, n_others = 0;
    for (isize i = 0; i < changes->len; i++) {
        const ProjectChange change = changes->ptr[i];
        FileContent now;
        Err ignored;
        bool is_plain = project_file_read(a, change.path, &now, &ignored);
        bool is_done = is_plain && file_content_eq(now, change.to);
        if (is_plain && !is_done && file_content_eq(now, change.from)) {
            files[n] = (RollbackFile){change.path, false};
            changes->ptr[n++] = change;
        } else {
            others[n_others++] = (RollbackFile){change.path, is_done};
        }
    }
    for (isize i = 0; i < n_others; i++) {
        files[n + i] = others[i];
    }
    changes->len = n;
    report->files = files;
    report->n_files = n + n_others;
}

static RollbackOutcome find_target(Arena *a, Store *s, const Generation *current, int64_t to,
                                   Rollback *report, Err *err)
{
    Generation target;
    report->from = current->number;
    report->to = to == ROLLBACK_TO_PARENT ? current->parent : to;
    if (report->to < 0) {
        return ROLLBACK_NO_PARENT;
    }
    if (report->to == current->number) {
        return ROLLBACK_SAME;
    }
    switch (generation_read(a, s, report->to, &target, err)) {
    case FILE_FAILED:
        return ROLLBACK_FAILED;
    case FILE_ABSENT:
        return ROLLBACK_ABSENT;
    case FILE_FOUND:
        break;
    }
    if (!find_missing(a, s, &target, &report->missing_id, err)) {
        return ROLLBACK_FAILED;
    }
    return report->missing_id.len > 0 ? ROLLBACK_TREE_MISSING : ROLLBACK_DONE;
}

RollbackOutcome generation_rollback(Arena *a, Store *s, int64_t to, Rollback *ret, Err *err)
{
    ASSERT(s->lock_fd >= 0);
    Generation current;
    Journal j;
    ProjectChanges changes;
    Rollback report = {0};
    if (!read_current(a, s, &current, err)) {
        return ROLLBACK_FAILED;
    }
    RollbackOutcome outcome = find_target(a, s, &current, to, &report, err);
    if (outcome == ROLLBACK_DONE) {
        if (!project_changes_between(a, s, report.from, report.to, &changes, err) ||
            !make_journal(a, s, JOURNAL_ROLLBACK, report.from, report.to, S("rollback"), s->command,
                          &j, err)) {
            return ROLLBACK_FAILED;
        }
        sort_out(a, &changes, &report);
        j.changes = changes;
        if (!run(s, &j, NULL, report.files, err)) {
            return ROLLBACK_FAILED;
        }
    }
    if (outcome != ROLLBACK_FAILED) {
        *ret = report;
    }
    return outcome;
}
