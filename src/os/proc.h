/* This process and its machine; other processes' executables. */
#ifndef OS_PROC_H
#define OS_PROC_H

#include "os/environ.h"
#include "os/file.h"

bool proc_working_dir(Arena *a, Str *ret, Err *err);
bool proc_change_dir(Str dir, Err *err);
/* Absolute path of the running program. */
bool proc_executable(Arena *a, Str *ret, Err *err);
/* With symlinks resolved; FILE_ABSENT when something on the way is missing. */
FileOutcome proc_real_path(Arena *a, Str path, Str *ret, Err *err);

/* The machine's own GOOS and GOARCH as the kernel reports them ("linux", "amd64"), whatever goward
 * itself was compiled for. arch is empty when Go has no name for it. */
typedef struct {
    Str os, arch;
} ProcHost;
ProcHost proc_host(void);

uint32_t proc_user_id(void);
Str proc_user_name(Arena *a); /* from the user database, else the number */
isize proc_cpus(void);        /* that this process may use, at least 1 */
Str proc_boot_id(Arena *a);   /* of this boot, or empty */

/* Paths of all programs that now run, as far as the caller may see them; each once, sorted. */
bool proc_running_executables(Arena *a, Str **ret_paths, isize *ret_n, Err *err);

/* The environment that a process had when it started: FILE_ABSENT when there is no such process.
 * One of another user cannot be read. */
FileOutcome proc_environment(Arena *a, int64_t pid, Environ *ret, Err *err);

/* A process whose program lies in dir, a path with symlinks resolved: FILE_ABSENT where the caller
 * can see none. *ret_command is its command line, arguments with a space between them, cut to
 * PROC_MAX_COMMAND bytes; empty where the caller may not see it. */
#define PROC_MAX_COMMAND 200
FileOutcome proc_find_running(Arena *a, Str dir, int64_t *ret_pid, Str *ret_command, Err *err);

#endif
