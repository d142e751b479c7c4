/*
 * Under the lock nothing else changes the store, so whatever is unfinished belongs to a dead
 * writer. The steps, in this order because each relies on those before:
 *
 *   1. the torn end of the audit log is cut off, so that lines can be appended again
 *   2. the operation of the journal is finished or undone
 *   3. `current` leads to a whole generation; where it does not, to the newest one
 *   4. the last audit line and `current` agree; where they do not, a line says so
 *   5. incoming/ and trash/ are emptied
 *
 * At rest this costs a dozen system calls and changes nothing. Litter that cannot be removed is
 * noted: it must not keep the store shut. Everything else that fails keeps it shut.
 */
#include "store/recover.h"

#include "store/audit.h"
#include "store/generation.h"
#include "store/record.h"
#include "store/switch.h"
#include "store/tree.h"

static bool repair_log(Store *s, AuditTail *ret, Err *err)
{
    if (!audit_read_tail(s, ret, err)) {
        return false;
    }
    if (ret->is_broken) {
        store_note(s, "the last line of the audit log is broken: goward history --verify");
    }
    if (ret->torn > 0) {
        store_note(s, "cut off %lld bytes of a line that was not written whole",
                   (long long)ret->torn);
        return audit_cut_torn(s, ret, err);
    }
    return true;
}

/* ---- the journal ---- */

typedef enum { JUDGED_FAILED, JUDGED_COMMITTED, JUDGED_NOT } Judged;

/* Whether the operation passed its commit point. */
static Judged judge(Arena *a, Store *s, const Journal *j, Err *err)
{
    int records;
    FileStat st;
    int64_t current = -1;
    FileOutcome found;
    switch (j->kind) {
    case JOURNAL_INSTALL:
    case JOURNAL_REMOVE:
        if (!store_dir(s, STORE_DIR_RECORDS, &records, err)) {
            return JUDGED_FAILED;
        }
        found = file_lstat(records, j->id, &st, err);
        if (found == FILE_FAILED) {
            return JUDGED_FAILED;
        }
        return (found == FILE_FOUND) == (j->kind == JOURNAL_INSTALL) ? JUDGED_COMMITTED
                                                                     : JUDGED_NOT;
    case JOURNAL_SWITCH:
    case JOURNAL_ROLLBACK:
        if (generation_current_number(*a, s, &current, err) == FILE_FAILED) {
            return JUDGED_FAILED;
        }
        return current == j->to ? JUDGED_COMMITTED : JUDGED_NOT;
    case JOURNAL_NONE:
    case JOURNAL_KIND_COUNT:
        break;
    }
    return JUDGED_NOT;
}

static bool go_forward(Store *s, const Journal *j, Err *err)
{
    switch (j->kind) {
    case JOURNAL_INSTALL:
        store_note(s, "completed the installation of %.*s", STR_ARG(j->id));
        return journal_finish(s, j, err);
    case JOURNAL_REMOVE:
        store_note(s, "completed the removal of %.*s", STR_ARG(j->id));
        return tree_sweep(s, j->id, err) && journal_finish(s, j, err);
    case JOURNAL_SWITCH:
    case JOURNAL_ROLLBACK:
        store_note(s, "completed the switch to generation %lld", (long long)j->to);
        return switch_finish(s, j, err);
    case JOURNAL_NONE:
    case JOURNAL_KIND_COUNT:
        break;
    }
    return journal_delete(s, err);
}

static bool go_back(Store *s, const Journal *j, Err *err)
{
    switch (j->kind) {
    case JOURNAL_INSTALL:
        store_note(s, "dropped an unfinished installation of %.*s", STR_ARG(j->id));
        return tree_sweep(s, j->id, err) && journal_delete(s, err);
    case JOURNAL_SWITCH:
    case JOURNAL_ROLLBACK:
        store_note(s, "undid an unfinished switch to generation %lld", (long long)j->to);
        return switch_undo(s, j, err);
    case JOURNAL_REMOVE:
    case JOURNAL_NONE:
    case JOURNAL_KIND_COUNT:
        break;
    }
    return journal_delete(s, err);
}

/* A torn journal is one whose operation had not begun, one whose line is in the log was done. */
static bool settle_journal(Arena *a, Store *s, const AuditTail *tail, Err *err)
{
    Journal j;
    FileOutcome found = journal_read(a, s, &j, err);
    if (found == FILE_FAILED) {
        return false;
    }
    if (found == FILE_ABSENT || tail->sequence >= j.sequence) {
        return journal_delete(s, err);
    }
    switch (judge(a, s, &j, err)) {
    case JUDGED_COMMITTED:
        return go_forward(s, &j, err);
    case JUDGED_NOT:
        return go_back(s, &j, err);
    case JUDGED_FAILED:
        break;
    }
    return false;
}

/* ---- current ---- */

static bool is_whole(Arena *a, Store *s, const Generation *g)
{
    StoreRecord r;
    Err ignored;
    return !g->is_damaged &&
           (g->default_id.len == 0 || record_read(a, s, g->default_id, &r, &ignored) == FILE_FOUND);
}

/* The newest generation that could be active; makes the empty one when there is none. */
static bool point_at_newest(Arena *a, Store *s, Err *err)
{
    GenerationList list;
    if (!generation_list(a, s, &list, err)) {
        return false;
    }
    for (isize i = list.len - 1; i >= 0; i--) {
        if (is_whole(a, s, &list.ptr[i])) {
            store_note(s, "'current' led nowhere, and leads to generation %lld now",
                       (long long)list.ptr[i].number);
            return generation_point(s, list.ptr[i].number, err);
        }
    }
    store_note(s, "no generation was left, and an empty one was made");
    return generation_discard(s, 0, err) && generation_create_first(s, err);
}

static bool check_current(Arena *a, Store *s, Err *err)
{
    Generation g;
    Err why; /* a generation that cannot be read is as bad as none */
    return generation_current(a, s, &g, &why) == FILE_FOUND || point_at_newest(a, s, err);
}

/* The log must say how `current` came to be what it is. */
static bool check_log(Arena *a, Store *s, Err *err)
{
    AuditTail tail;
    int64_t current = 0;
    if (!audit_read_tail(s, &tail, err) ||
        generation_current_number(*a, s, &current, err) == FILE_FAILED) {
        return false;
    }
    if (tail.to == current || tail.is_broken) {
        return true;
    }
    int64_t from = tail.to < 0 ? current : tail.to;
    return audit_append_line(s,
                             audit_next_line(a, s, &tail, from, current, S("recover"),
                                             tail.to < 0 ? S("the log was missing")
                                                         : S("the change was not in the log")),
                             err);
}

/* ---- litter ---- */

static void empty(Store *s, StoreDir dir, const char *what)
{
    Err failure;
    isize n = 0;
    if (!store_dir_empty(s, dir, &n, &failure)) {
        store_note(s, "%s could not be removed", what);
    } else if (n > 0) {
        store_note(s, "removed %s", what);
    }
}

bool store_recover(Store *s, Err *err)
{
    AuditTail tail;
    Arena a = arena_init(0);
    bool ok = repair_log(s, &tail, err) && settle_journal(&a, s, &tail, err) &&
              check_current(&a, s, err) && check_log(&a, s, err);
    arena_done(&a);
    if (!ok) {
        return FAIL_IN(err, "recovering the store '%.*s'", STR_ARG(s->home));
    }
    empty(s, STORE_DIR_INCOMING, "what an unfinished installation left");
    empty(s, STORE_DIR_TRASH, "what an unfinished removal left");
    return true;
}
