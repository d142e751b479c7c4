/*
 * What unit tests share: folders of their own, files in them, and expectations that need another
 * process. Functions end the process when the machine itself fails them; that is no test result.
 */
#ifndef SUPPORT_FIXTURE_H
#define SUPPORT_FIXTURE_H

#include "base/panic.h"
#include "base/path.h"
#include "os/dir.h"
#include "os/file.h"
#include "os/random.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* A new empty folder below $TMPDIR, which the test runner empties. */
static inline Str fixture_dir(Arena *a)
{
    Err err;
    Str parent = str_from_c(getenv("TMPDIR"));
    Str dir = path_join(a, parent.len == 0 ? S("/tmp") : parent, random_name(a));
    ASSERT(dir_make_all(FILE_CWD, dir, 0755, &err));
    return dir;
}

/* The same, open; its path is not told. */
static inline int fixture_dir_open(Arena *a)
{
    Err err;
    int fd = -1;
    ASSERT(dir_open(FILE_CWD, fixture_dir(a), &fd, &err) == FILE_FOUND);
    return fd;
}

/* dir/name with this content, missing folders made; gives its path. */
static inline Str fixture_file(Arena *a, Str dir, Str name, Str content)
{
    Err err;
    Str path = path_join(a, dir, name);
    ASSERT(dir_make_all(FILE_CWD, path_dir(path), 0755, &err));
    ASSERT(file_replace(FILE_CWD, path, content, 0644, &err));
    return path;
}

/* Content of a file below dirfd; "(absent)" when there is none. */
static inline Str fixture_read(Arena *a, int dirfd, Str path)
{
    Err err;
    Str content;
    FileOutcome outcome = file_read_all(a, dirfd, path, 64 * MIB, &content, &err);
    ASSERT(outcome != FILE_FAILED);
    return outcome == FILE_FOUND ? content : S("(absent)");
}

/* Whether a user-mode emulator runs this program, which then has no seccomp, learns nothing from a
 * failed exec of a child, and is not itself what /proc shows. */
static inline bool fixture_is_emulated(Arena *a)
{
    Err err;
    Str claimed, real;
    return file_readlink(a, FILE_CWD, S("/proc/self/exe"), &claimed, &err) == FILE_FOUND &&
           file_readlink(a, FILE_CWD, S("/proc/thread-self/exe"), &real, &err) == FILE_FOUND &&
           !str_eq(claimed, real);
}

/* Runs body in a child with standard error closed and gives its wait status. The child ends with
 * status 0 when body returns true, else with 1. */
static inline int fixture_fork(bool (*body)(void *context), void *context)
{
    pid_t pid = fork();
    ASSERT(pid >= 0);
    if (pid == 0) {
        close(2);
        _exit(body(context) ? 0 : 1);
    }
    int status;
    ASSERT(waitpid(pid, &status, 0) == pid);
    return status;
}

static inline bool fixture_dies_of(int signal, bool (*body)(void *context), void *context)
{
    int status = fixture_fork(body, context);
    return WIFSIGNALED(status) && WTERMSIG(status) == signal;
}

static inline bool fixture_holds_in_child(bool (*body)(void *context), void *context)
{
    int status = fixture_fork(body, context);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

#endif
