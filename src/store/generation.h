/*
 * What is active: numbered, whole, and never changed once made.
 *
 * A switch builds generations/N aside and renames the link `current`; going back renames it again. A
 * generation may carry the edit of one file of a project (goward.lock), made and undone with it.
 */
#ifndef STORE_GENERATION_H
#define STORE_GENERATION_H

#include "store/store.h"

#define GENERATION_MAX_EDIT (256 * KIB) /* bytes of a project file that a switch may edit */
#define GENERATION_MAX_VISIBLE 256
#define GENERATION_MAX 1000000000 /* numbers */

typedef struct {
    bool exists;
    Str text;
} FileContent;

typedef struct {
    Str path; /* absolute; empty: no edit */
    FileContent before, after;
} GenerationEdit;

typedef struct {
    int64_t number;
    int64_t parent; /* the generation it was made from; -1 for generation 0, which is empty */
    int64_t time;   /* seconds since 1970 */
    Str user, command;
    Str action, project, reason;
    Str default_id; /* empty: none */
    Str *visible;   /* ids that stand in bin/ as go1.X.Y, sorted */
    isize n_visible;
    GenerationEdit edit;
    bool is_current;
    bool is_damaged; /* in a list: the record cannot be read; only the number is set */
} Generation;

/* Bytes <-> struct of generations/N/record; the number is the directory's name. */
Str generation_format(Arena *a, const Generation *g);
bool generation_parse(Arena *a, int64_t number, Str text, Generation *ret, Err *err);

FileOutcome generation_read(Arena *a, Store *s, int64_t number, Generation *ret, Err *err);
/* Number behind `current`. FILE_ABSENT: no link, or not one that goward made. */
FileOutcome generation_current_number(Arena scratch, Store *s, int64_t *ret, Err *err);
FileOutcome generation_current(Arena *a, Store *s, Generation *ret, Err *err);

typedef struct {
    Generation *ptr;
    isize len;
} GenerationList;
/* All that are kept, oldest first, the current one marked. */
bool generation_list(Arena *a, Store *s, GenerationList *ret, Err *err);

typedef enum {
    GENERATION_DEFAULT_KEEP, /* as in the current generation */
    GENERATION_DEFAULT_NONE,
    GENERATION_DEFAULT_SET,
} GenerationDefault;

typedef struct {
    GenerationDefault change;
    Str default_id; /* for GENERATION_DEFAULT_SET */
    const Str *visible; /* all of them, in any order; of two with one version the last counts */
    isize n_visible;
    Str action, project, reason; /* "use", "/home/a/shop", "go.mod:5 asks for go1.27.4" */
    const GenerationEdit *edit;  /* NULL: none */
} GenerationPlan;

typedef enum {
    GENERATION_FAILED,
    GENERATION_SWITCHED,
    GENERATION_UNCHANGED, /* the current generation is what the plan asks for, and there is no edit */
} GenerationOutcome;

/* Makes the plan the current generation. Every toolchain named must be installed (ERR_NOT_FOUND), and
 * the file to edit must hold what the edit expects (ERR_CONFLICT). After a failure that says "is
 * active" the switch stands; after any other nothing changed. */
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

/* Makes an earlier (or later) generation the current one again: one rename, whatever it holds. Edits
 * of project files on the way are undone (redone), each only when the file still holds what the edit
 * left there. */
RollbackOutcome generation_rollback(Arena *a, Store *s, int64_t to, Rollback *ret, Err *err);

/* Makes generations/0 and `current`, for store_open. */
bool generation_create_first(Store *s, Err *err);
/* Points `current` at a generation, durably. For this folder. */
bool generation_point(Store *s, int64_t number, Err *err);

#endif
