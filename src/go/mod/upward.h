/*
 * Looking for files by name in a directory and in those above it. Nothing is listed: a name is
 * asked for with one system call. A directory that is asked for several names is opened, because a
 * name below a descriptor costs half of one behind a long path.
 */
#ifndef GO_MOD_UPWARD_H
#define GO_MOD_UPWARD_H

#include "base/str.h"

#define UPWARD_MAX_PATH 4096 /* bytes; the kernel takes no longer path */
#define UPWARD_MAX_OPEN 16 /* directories that are kept open; those further up are named in full */

typedef struct {
    int fd; /* -1: not opened */
    int n_asked;
} UpwardLevel;

typedef struct {
    Str dir;                             /* absolute, clean */
    UpwardLevel levels[UPWARD_MAX_OPEN]; /* dir, the one above it, ... */
} Upward;

/* Closed when its scope ends: AUTO_UPWARD Upward up = upward_from(dir); */
#define AUTO_UPWARD __attribute__((cleanup(upward_done)))
Upward upward_from(Str dir);
void upward_done(Upward *u);

/* One of the directories. */
typedef struct {
    Str dir;
    isize level; /* 0: the one it begins with */
} UpwardPlace;

static inline UpwardPlace upward_start(const Upward *u)
{
    return (UpwardPlace){u->dir, 0};
}
/* Goes to the directory above; false at the root. */
bool upward_next(UpwardPlace *place);

/* Whether something called name is there; upward_has_file passes over directories. Whatever cannot
 * be looked at is not there. */
bool upward_has(Upward *u, UpwardPlace place, Str name);
bool upward_has_file(Upward *u, UpwardPlace place, Str name);

/* The nearest directory that holds a file called name. The search does not go up into the directory
 * `stop` (empty: it ends at the root), though it may start there. */
bool upward_find(Upward *u, Str name, Str stop, Str *ret_dir);

#endif
