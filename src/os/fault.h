/*
 * Test-only: a view on every call that changes the disk, made before the call.
 *
 * In the shipped program `fault_hook` is NULL and each call pays one load and branch. A test sets
 * it to record operations (crash states), to fail the n-th one, or to end the process there.
 */
#ifndef OS_FAULT_H
#define OS_FAULT_H

#include "base/str.h"

typedef enum {
    FAULT_NONE,
    FAULT_CREATE,  /* dirfd, path: file made, empty */
    FAULT_WRITE,   /* fd, data, offset (-1: at the current end or position) */
    FAULT_RESERVE, /* fd, offset = size */
    FAULT_TRUNCATE,
    FAULT_MODE,
    FAULT_GROUP, /* fd, offset = id of the group */
    FAULT_MKDIR,
    FAULT_SYMLINK, /* path; data = target */
    FAULT_LINK,    /* dirfd/path -> dirfd2/path2 */
    FAULT_RENAME,  /* dirfd/path -> dirfd2/path2, replacing */
    FAULT_RENAME_NEW,
    FAULT_UNLINK,
    FAULT_RMDIR,
    FAULT_SYNC, /* fd */
    FAULT_SYNC_SYSTEM,
    FAULT_MAP_WRITE, /* fd, data: content of a writable mapping, reported when it is closed */
    FAULT_COPY,      /* fd2 <- fd, from the current offsets on */
    FAULT_COUNT,
} FaultOp;

typedef struct {
    FaultOp op;
    int dirfd, dirfd2, fd, fd2;
    Str path, path2, data;
    int64_t offset;
} FaultEvent;

/* Returns 0 to let the call happen, or the errno it is to fail with. May end the process. */
typedef int (*FaultHook)(void *context, const FaultEvent *event);

extern FaultHook fault_hook;
extern void *fault_context;

/* What the hook says about the event; 0 when there is no hook. */
static inline int fault_ask(const FaultEvent *event)
{
    return __builtin_expect(fault_hook == NULL, 1) ? 0 : fault_hook(fault_context, event);
}

#endif
