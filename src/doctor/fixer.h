/*
 * What `doctor --fix` and `doctor undo` do with the fixes that checks propose.
 *
 * Fixes become a plan: changes of paths, several fixes of one file being one change. A plan is
 * applied as one transaction, and what was applied last can be taken back. The journal is a folder
 * of its own, handed in open; docs/formats/fixes.md describes it. The order of applying:
 *
 *   1. N/record, the contents before and after, on disk    nothing has happened yet
 *   2. N/state = "applying", on disk                       from here a crash is undone
 *   3. each change, on disk                                the journal holds what was there
 *   4. N/state = "applied", on disk                        the commit point
 *
 * A crash before 4 is taken back by the next fixer_recover. Undoing goes the same way with
 * "undoing" and "undone", and a crash in it is completed. So all is old or all is new.
 *
 * One process at a time: whoever calls a function with a journal holds the lock of fixer_open.
 */
#ifndef DOCTOR_FIXER_H
#define DOCTOR_FIXER_H

#include "doctor/fix.h"
#include "doctor/fixer_change.h"

/* ---- the plan ---- */

/* A place that is not to be changed. */
typedef struct {
    Str dir;     /* absolute */
    Str because; /* "Go trees of the store are never changed" */
    bool inside; /* nothing in it is changed; else only that it stays, with what it lies in */
} FixGuard;

typedef struct {
    const Fix *fixes;
    isize n_fixes;
    Str goenv_path; /* the user's go env file, absolute; empty when there is none */
    const FixGuard *guards;
    isize n_guards;
} FixWishes;

typedef enum {
    FIX_VERDICT_NONE,
    FIX_PLANNED,
    FIX_ALREADY, /* it is so already */
    FIX_REFUSED, /* because says why */
    FIX_VERDICT_COUNT,
} FixVerdict;

typedef struct {
    Fix fix; /* with the path of the go env file filled in */
    FixVerdict verdict;
    Str because;  /* one clause for a person; FIX_REFUSED only */
    isize change; /* that does it, of the plan's; FIX_PLANNED only */
} PlannedFix;

typedef struct {
    PlannedFix *fixes; /* one for each wish, in that order */
    isize n_fixes;
    Change *changes; /* in the order in which they are made */
    isize n_changes;
} FixPlan;

/* Reads what is there now and works out what would be changed; changes nothing. Refused, with a
 * reason: a fix that contradicts another (both of them are), what a guard forbids, what belongs to
 * another user, what cannot be written, and more than FIXER_MAX_CHANGES changes. */
bool fixer_plan(Arena *a, const FixWishes *wishes, FixPlan *ret, Err *err);

/* "goenv-unset", "write" ... as in JSON. */
Str fixer_kind_name(FixKind kind);

/* ---- the journal ---- */

typedef struct {
    int dir_fd; /* of the folder; the caller's */
    int lock_fd;
} FixJournal;

/* Takes the lock, waiting at most timeout_ms (-1: for ever): ERR_CONFLICT when another goward keeps
 * it. dir_fd must outlive the journal. */
bool fixer_open(int dir_fd, int64_t timeout_ms, FixJournal *ret, Err *err);
void fixer_close(FixJournal *j);

/* Sentences for a person. */
typedef struct {
    Str *ptr;
    isize len, cap;
} FixNotes;

/* Takes back what a run that died left half applied, completes what one left half undone, and says
 * so. A file that somebody changed since is left alone, and named. */
bool fixer_recover(const FixJournal *j, Arena *a, FixNotes *notes, Err *err);

/* Makes the changes of the plan, all or none. ERR_CONFLICT, with nothing changed, when a file is
 * not any more as it was planned. *ret_set is the number of the set. Call fixer_recover first. */
bool fixer_apply(const FixJournal *j, Arena scratch, const FixPlan *plan, Str command,
                 int64_t *ret_set, Err *err);

typedef struct {
    int64_t set;
    int64_t time_s; /* when it was applied */
    Str command;
    Change *changes;
    isize n_changes;
} FixSet;

/* The set that was applied last and not taken back; FILE_ABSENT when there is none. */
FileOutcome fixer_last(const FixJournal *j, Arena *a, FixSet *ret, Err *err);

/* Takes it back, all or nothing: ERR_CONFLICT, naming the file, when one was changed since.
 * Directories that were made and hold something now stay, and are noted. Call fixer_recover
 * first. */
bool fixer_undo(const FixJournal *j, Arena *a, const FixSet *set, FixNotes *notes, Err *err);

/* ---- what is too old ---- */

typedef struct {
    isize keep;       /* of the sets that could be taken back, so many of the newest stay */
    int64_t before_s; /* seconds since 1970: older ones go all the same */
    bool dry_run;     /* nothing is removed */
} FixCollectWish;

typedef struct {
    VEC(int64_t) sets; /* their numbers, the newest first */
    int64_t bytes;     /* of what they hold */
} FixCollected;

/* Removes sets that were taken back and those that the wish does not keep; never the one that
 * fixer_undo would take back next, nor the newest, whose number is not given twice. What a crash
 * leaves the next fixer_recover removes. Call fixer_recover first, but for a dry run: what is half
 * done stays. */
bool fixer_collect(const FixJournal *j, Arena *a, const FixCollectWish *wish, FixCollected *ret,
                   Err *err);

#endif
