#define _GNU_SOURCE /* posix_spawn_file_actions_addchdir_np */
#include "os/spawn.h"

#include "base/path.h"
#include "os/clock.h"
#include "os/cpath.h"
#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#define SPAWN_TIMED_OUT 124 /* as timeout(1) */
#define SPAWN_POLL_MS 1     /* between looks at the child */
#define SPAWN_HANDED 4      /* descriptors that are handed on: 0, 1, 2, 3 */

char **spawn_strings(Arena *a, const Str *strings, isize n, Err *err)
{
    char **ret = ARENA_ARRAY(a, char *, n + 1);
    for (isize i = 0; i < n; i++) {
        if (str_index_byte(strings[i], '\0') >= 0) {
            FAIL(err, ERR_USAGE, "argument %td holds a NUL byte", i);
            return NULL;
        }
        ret[i] = arena_alloc(a, strings[i].len + 1, 1, 1);
        if (strings[i].len > 0) {
            memcpy(ret[i], strings[i].ptr, (size_t)strings[i].len);
        }
    }
    return ret;
}

typedef struct {
    char path[CPATH_MAX];
    char dir[CPATH_MAX];
    char **argv, **envp;
} Prepared;

static bool prepare(Arena *a, const Spawn *s, Prepared *ret, Err *err)
{
    if (!cpath_make(s->path, ret->path) || !cpath_make(s->dir, ret->dir)) {
        return FAIL_SYS(err, "running '%.*s'", STR_ARG(s->path));
    }
    ret->argv = spawn_strings(a, s->argv, s->argc, err);
    ret->envp = ret->argv == NULL ? NULL : spawn_strings(a, s->env->entries, s->env->len, err);
    return ret->envp != NULL || FAIL_IN(err, "running '%.*s'", STR_ARG(s->path));
}

typedef struct {
    int fds[SPAWN_HANDED];    /* to become 0, 1, 2, 3; -1 keeps what stands there */
    int copies[SPAWN_HANDED]; /* those of them that are ours to close, else -1 */
} Handed;

static void handed_close(Handed *h)
{
    for (int i = 0; i < SPAWN_HANDED; i++) {
        file_close(&h->copies[i]);
    }
}

/* They are put in their places one after the other, so one that stands in another's place (out = 2,
 * err = 1) is copied out of the way first. */
static bool handed_open(const Spawn *s, Handed *ret, Err *err)
{
    *ret = (Handed){{s->in, s->out, s->err, s->extra}, {-1, -1, -1, -1}};
    for (int i = 0; i < SPAWN_HANDED; i++) {
        int fd = ret->fds[i];
        if (fd < 0 || fd >= SPAWN_HANDED || fd == i) {
            continue;
        }
        ret->copies[i] = fcntl(fd, F_DUPFD_CLOEXEC, SPAWN_HANDED);
        if (ret->copies[i] < 0) {
            FAIL_SYS(err, "handing descriptor %d on", fd);
            handed_close(ret);
            return false;
        }
        ret->fds[i] = ret->copies[i];
    }
    return true;
}

static void add_actions(posix_spawn_file_actions_t *actions, const Handed *handed, const char *dir)
{
    for (int i = 0; i < SPAWN_HANDED; i++) {
        if (handed->fds[i] >= 0) {
            posix_spawn_file_actions_adddup2(actions, handed->fds[i], i);
        }
    }
    if (dir[0] != '\0') {
        posix_spawn_file_actions_addchdir_np(actions, dir);
    }
}

/* Gives the process id, or -1 with errno set. */
static pid_t start(const Prepared *p, const Handed *handed)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t defaults;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    add_actions(&actions, handed, p->dir);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE); /* goward ignores both; its children must not */
    sigaddset(&defaults, SIGXFSZ);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    pid_t pid;
    int errnum = posix_spawn(&pid, p->path, &actions, &attributes, p->argv, p->envp);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    errno = errnum;
    return errnum == 0 ? pid : -1;
}

bool spawn_start(const Spawn *s, int *ret_pid, Err *err)
{
    Arena a = arena_init(0);
    Prepared p;
    Handed handed;
    bool ok = prepare(&a, s, &p, err) && handed_open(s, &handed, err);
    if (ok) {
        pid_t pid = start(&p, &handed);
        ok = pid >= 0 || FAIL_SYS(err, "running '%.*s'", STR_ARG(s->path));
        if (ok) {
            *ret_pid = pid;
        }
        handed_close(&handed);
    }
    arena_done(&a);
    return ok;
}

/* Waits until the child has ended or timeout_ms is over; whether it has ended. A pidfd would spare
 * the looks, but there are filters of system calls that kill whoever asks for one. */
static bool has_ended(int pid, int64_t timeout_ms)
{
    int64_t deadline = clock_monotonic_ns() + timeout_ms * 1000000;
    for (;;) {
        siginfo_t info = {0};
        if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
            info.si_pid == pid) {
            return true;
        }
        int64_t left_ms = (deadline - clock_monotonic_ns()) / 1000000;
        if (left_ms <= 0) {
            return false;
        }
        clock_sleep_ms(MIN(left_ms, SPAWN_POLL_MS));
    }
}

bool spawn_wait(int pid, int64_t timeout_ms, int *ret_code, Err *err)
{
    bool timed_out = timeout_ms >= 0 && !has_ended(pid, timeout_ms);
    if (timed_out) {
        kill(pid, SIGKILL);
    }
    int status;
    pid_t got;
    do {
        got = waitpid(pid, &status, 0);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        return FAIL_SYS(err, "waiting for process %d", pid);
    }
    *ret_code = timed_out             ? SPAWN_TIMED_OUT
                : WIFSIGNALED(status) ? 128 + WTERMSIG(status)
                                      : WEXITSTATUS(status);
    return true;
}

/* Reads the child's output until its end, the cap, or the deadline. */
static bool collect(Arena *a, int fd, int64_t deadline, isize max, Str *ret, Err *err)
{
    isize cap = 4 * KIB, len = 0;
    char *buf = arena_alloc(a, cap, 1, 1);
    for (;;) {
        if (deadline >= 0) {
            struct pollfd wanted = {.fd = fd, .events = POLLIN};
            int64_t left_ms = (deadline - clock_monotonic_ns()) / 1000000;
            if (left_ms <= 0 || poll(&wanted, 1, (int)MIN(left_ms, 60 * 1000)) <= 0) {
                if (clock_monotonic_ns() >= deadline) {
                    break;
                }
                continue;
            }
        }
        ssize_t n = read(fd, buf + len, (size_t)(cap - len));
        if (n < 0 && errno != EINTR) {
            return FAIL_SYS(err, "reading its output");
        }
        if (n == 0) {
            break;
        }
        len += MAX(n, 0);
        if (len > max) {
            return FAIL(err, ERR_LIMIT, "it printed more than the %td bytes that are read", max);
        }
        if (len == cap) {
            buf = arena_grow(a, buf, cap, cap * 2, 1);
            cap *= 2;
        }
    }
    *ret = (Str){buf, len};
    return true;
}

bool spawn_output(Arena *a, const Spawn *s, int64_t timeout_ms, isize max, Str *ret_out,
                  int *ret_code, Err *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return FAIL_SYS(err, "running '%.*s'", STR_ARG(s->path));
    }
    AUTO_CLOSE int from_child = ends[0];
    AUTO_CLOSE int to_us = ends[1];
    int64_t deadline = timeout_ms < 0 ? -1 : clock_monotonic_ns() + timeout_ms * 1000000;
    Spawn piped = *s;
    piped.out = to_us;
    int pid;
    if (!spawn_start(&piped, &pid, err)) {
        return false;
    }
    file_close(&to_us);
    Str out;
    bool ok = collect(a, from_child, deadline, max, &out, err);
    int code;
    Err wait_err;
    file_close(&from_child); /* a child that still writes must not block the wait below */
    int64_t left_ms = deadline < 0 ? -1 : MAX(0, (deadline - clock_monotonic_ns()) / 1000000);
    bool waited = spawn_wait(pid, ok ? left_ms : 0, &code, &wait_err);
    if (!ok) {
        return FAIL_IN(err, "running '%.*s'", STR_ARG(s->path));
    }
    if (!waited) {
        *err = wait_err;
        return false;
    }
    *ret_out = out;
    *ret_code = code;
    return true;
}

/* As posix_spawn does it, in this very process. */
static bool apply_descriptors(const Handed *handed, const char *dir, Err *err)
{
    for (int i = 0; i < SPAWN_HANDED; i++) {
        int fd = handed->fds[i];
        if (fd < 0) {
            continue;
        }
        bool ok = fd == i ? fcntl(i, F_SETFD, 0) == 0 : dup2(fd, i) >= 0;
        if (!ok) {
            return FAIL_SYS(err, "handing descriptor %d on", fd);
        }
    }
    if (dir[0] != '\0' && chdir(dir) != 0) {
        return FAIL_SYS(err, "entering '%s'", dir);
    }
    return true;
}

bool spawn_become(Arena scratch, const Spawn *s, Err *err)
{
    Prepared p;
    Handed handed;
    if (prepare(&scratch, s, &p, err) && handed_open(s, &handed, err)) {
        if (apply_descriptors(&handed, p.dir, err)) {
            signal(SIGPIPE, SIG_DFL);
            signal(SIGXFSZ, SIG_DFL);
            execve(p.path, p.argv, p.envp);
            FAIL_SYS(err, "running '%.*s'", STR_ARG(s->path));
        }
        handed_close(&handed);
    }
    return false;
}

bool spawn_find(Arena *a, const Environ *env, Str name, Str *ret_path)
{
    if (str_index_byte(name, '/') >= 0) {
        *ret_path = name;
        return true;
    }
    Str path = environ_value(env, S("PATH"));
    while (path.len > 0) {
        StrCut cut = str_cut(path, ':');
        path = cut.tail;
        if (cut.head.len == 0) {
            continue;
        }
        Arena before = *a;
        Str candidate = path_join(a, cut.head, name);
        FileStat st;
        Err ignored;
        if (file_may_execute(FILE_CWD, candidate) &&
            file_stat(FILE_CWD, candidate, &st, &ignored) == FILE_FOUND &&
            st.kind == FILE_KIND_REGULAR) {
            *ret_path = candidate;
            return true;
        }
        *a = before;
    }
    return false;
}
