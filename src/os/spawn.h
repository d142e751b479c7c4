/* Other programs: run and wait, run with pipes, become. Never a shell. */
#ifndef OS_SPAWN_H
#define OS_SPAWN_H

#include "base/err.h"
#include "os/environ.h"

typedef struct {
    Str path;        /* the file to execute, not searched for */
    const Str *argv; /* argv[0] included */
    isize argc;
    const Environ *env;
    Str dir;          /* working directory, or empty */
    int in, out, err; /* descriptors to become 0, 1, 2; -1 keeps the caller's */
    int extra;        /* descriptor to become 3, or -1 */
} Spawn;

/* Starts it; *ret_pid is waited for with spawn_wait. */
bool spawn_start(const Spawn *s, int *ret_pid, Err *err);
/* Waits; *ret_code is the exit code, or 128 + signal. timeout_ms -1: for ever. On time-out the
 * child is killed and *ret_code is 124. */
bool spawn_wait(int pid, int64_t timeout_ms, int *ret_code, Err *err);
/* Runs to the end and gives standard output (at most max bytes, more is ERR_LIMIT). */
bool spawn_output(Arena *a, const Spawn *s, int64_t timeout_ms, isize max, Str *ret_out,
                  int *ret_code, Err *err);
/* Replaces this process. Returns (false) only on failure. in, out, err, extra, dir are honoured. */
bool spawn_become(Arena scratch, const Spawn *s, Err *err);

/* The file that a shell would run for name, searched in the PATH of env: a name with a slash is
 * taken as it is, empty PATH elements are skipped, as are non-executables. */
bool spawn_find(Arena *a, const Environ *env, Str name, Str *ret_path);

/* For whoever executes by himself: NUL-terminated, the array ended by NULL. NULL, with *err set,
 * for a string that holds a NUL byte. */
char **spawn_strings(Arena *a, const Str *strings, isize n, Err *err);

#endif
