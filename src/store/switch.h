/*
 * Changing what is active: forward with a plan, back (or forth) to a generation that exists.
 *
 * The commit point is the rename of the link `current`. The journal makes the link, the edit of a
 * project file and the audit line one transaction: whoever finds the journal after a crash goes
 * forward when the link was renamed, and back when it was not.
 */
#ifndef STORE_SWITCH_H
#define STORE_SWITCH_H

#include "store/journal.h"

typedef enum {
    GENERATION_DEFAULT_KEEP, /* as in the current generation */
    GENERATION_DEFAULT_NONE,
    GENERATION_DEFAULT_SET,
} GenerationDefault;

typedef struct {
    GenerationDefault change;
    Str default_id;     /* for GENERATION_DEFAULT_SET */
    const Str *visible; /* all of them, in any order; of two with one version the last counts */
    isize n_visible;
    Str action, project, reason; /* "use", "/home/a/shop", "go.mod:5 asks for go1.27.4" */
    const GenerationEdit *edit;  /* NULL: none */
} GenerationPlan;

typedef enum {
    GENERATION_FAILED,
    GENERATION_SWITCHED,
    GENERATION_UNCHANGED, /* the current generation is that already, and there is no edit */
} GenerationOutcome;

/* Makes the plan the current generation. Every toolchain named must be installed
 * (ERR_NOT_FOUND), and the file to edit must hold what the edit expects (ERR_CONFLICT). After
 * a failure that says "is active" the switch stands; after any other nothing changed. */
GenerationOutcome generation_switch(Store *s, const GenerationPlan *plan, int64_t *ret_number,
                                    Err *err);

typedef enum {
    ROLLBACK_FAILED,
    ROLLBACK_DONE,
    ROLLBACK_NO_PARENT,    /* the current generation is the first */
    ROLLBACK_ABSENT,       /* there is no generation of that number (any more) */
    ROLLBACK_TREE_MISSING, /* it needs a toolchain that was removed: missing_id */
    ROLLBACK_SAME,         /* it is the current one */
} RollbackOutcome;

typedef struct {
    Str path;
    bool is_restored; /* else the file was changed since by somebody else and was left alone */
} RollbackFile;

typedef struct {
    int64_t from, to;
    Str missing_id;
    RollbackFile *files; /* project files of the generations passed */
    isize n_files;
} Rollback;

#define ROLLBACK_TO_PARENT ((int64_t)-1)

/* Makes an earlier (or later) generation the current one again: one rename, whatever it holds.
 * Edits of project files on the way are undone (redone), each only when the file still holds
 * what the edit left there. */
RollbackOutcome generation_rollback(Arena *a, Store *s, int64_t to, Rollback *ret, Err *err);

/* For recovery. Finishes a switch or rollback whose link was renamed (notes what it could not do to
 * project files), and undoes one whose link was not. */
bool switch_finish(Store *s, const Journal *j, Err *err);
bool switch_undo(Store *s, const Journal *j, Err *err);

#endif
