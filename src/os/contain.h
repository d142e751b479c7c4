/*
 * A program of somebody else's, run so that it can neither hang its caller, nor flood it, nor leave
 * anything running.
 *
 * It gets a session of its own (so no terminal to ask at), nothing on standard input, and one pipe
 * for both outputs. A watcher, a process of goward's that is the parent of all that the program
 * leaves behind, ends every one of them when the program has ended, when its time is over, and when
 * goward itself goes away: also those that ignore SIGTERM, fork, or begin a session of their own.
 * (Where the kernel cannot list children, CONFIG_PROC_CHILDREN, only those of its process group.)
 */
#ifndef OS_CONTAIN_H
#define OS_CONTAIN_H

#include "os/spawn.h"

typedef struct {
    int64_t time_ms;
    isize kept;    /* bytes of output that are kept; what follows is read and dropped */
    int64_t total; /* bytes of output after which it is ended */
} ContainLimits;

typedef enum {
    CONTAIN_NONE,
    CONTAIN_EXITED,      /* number: its exit code */
    CONTAIN_SIGNALED,    /* number: the signal */
    CONTAIN_LATE,        /* time_ms were over */
    CONTAIN_FLOODED,     /* more than `total` bytes came */
    CONTAIN_NOT_STARTED, /* number: errno of exec or of entering the directory */
    CONTAIN_LOST,        /* the watcher itself was killed */
    CONTAIN_END_COUNT,
} ContainEnd;

typedef struct {
    ContainEnd end;
    int number;
    Str output; /* at most `kept` bytes of standard output and standard error as they came */
} Contained;

/* Runs path, argv, env and dir of s (its descriptors are not used) and waits. False only when
 * goward cannot make a pipe or a process. May be called on several threads at once. */
bool contain_run(Arena *a, const Spawn *s, const ContainLimits *limits, Contained *ret, Err *err);

#endif
