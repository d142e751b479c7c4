/*
 * One change of one path, which can be looked at, made, and taken back, each by a rename or another
 * call that a crash leaves done or not done, and each on disk before it returns.
 *
 * Beside a path that changes stand, for as long as it takes, ".goward-fix-N-K.new" (what is being
 * written; worth nothing after a crash) and ".goward-fix-N-K.old" (what was removed and could not
 * be moved to the journal's folder, because that lies on another file system; whole until the set
 * is applied). N is the number of the set, K that of the change in it.
 */
#ifndef DOCTOR_FIXER_CHANGE_H
#define DOCTOR_FIXER_CHANGE_H

#include "os/file.h"

#define CHANGE_MAX_CONTENT (1 * MIB) /* bytes of a file that is written */
#define CHANGE_MAX_REMOVED 200000    /* files of a tree that is copied away */

typedef enum {
    CHANGE_NONE,
    CHANGE_CONTENT,  /* of a regular file; it may be new, and its mode may change with it */
    CHANGE_MODE,     /* of a regular file or a directory */
    CHANGE_REMOVE,   /* whatever it is, with all in it */
    CHANGE_MAKE_DIR, /* one directory */
    CHANGE_COUNT,
} ChangeKind;

typedef struct {
    ChangeKind kind;
    Str ids;           /* of the checks that want it: "GWD014,GWD020" */
    Str path;          /* absolute; no symlink on the way, and none at its end but for REMOVE */
    bool is_new;       /* CONTENT: there is no file yet */
    Str before, after; /* CONTENT */
    uint32_t mode_before;
    uint32_t mode_after; /* 0: of a new file or directory, what the umask leaves */
    FileStat seen;       /* REMOVE: what was there when it was planned; kind NONE: not known */
} Change;

/* Where a change keeps things: the open folder of its set, and its place in it. */
typedef struct {
    int set_fd;
    int64_t set;
    isize number;
} ChangeSpot;

typedef enum {
    CHANGE_UNKNOWN, /* could not be looked at; *err says why */
    CHANGE_IS_BEFORE,
    CHANGE_IS_AFTER,
    CHANGE_IS_OTHER, /* neither: somebody else changed it */
} ChangeState;

ChangeState change_look(Arena scratch, const Change *c, Err *err);

/* From before to after. ERR_CONFLICT, with nothing changed, when it is not as before right now. */
bool change_make(Arena scratch, const Change *c, const ChangeSpot *spot, Err *err);

typedef enum {
    TAKE_BACK_FAILED,
    TAKE_BACK_DONE,  /* it is as before, now or already */
    TAKE_BACK_OTHER, /* somebody else changed it: left alone */
} TakeBack;

/* From after to before; also completes what a crash cut short. A directory that was made and holds
 * something now is left alone. */
TakeBack change_take_back(Arena scratch, const Change *c, const ChangeSpot *spot, Err *err);

/* Removes what change_make or change_take_back left beside the path. Only when the set is applied
 * or undone. */
bool change_sweep(Arena scratch, const Change *c, const ChangeSpot *spot, Err *err);

#endif
