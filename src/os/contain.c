/*
 * Two forks. The watcher (the child) makes itself the reaper of its descendants and waits for
 * signals: SIGCHLD, or SIGTERM from goward, which the kernel also sends when goward dies. The
 * program is the watcher's child. Between fork and exec, and in the watcher, only system calls are
 * made: goward has threads, whose locks nobody would give back there.
 *
 * How it ended the watcher writes into a pipe as one number, end * 65536 + number. The output ends
 * (the last writer is gone) at the latest when the watcher has ended everybody.
 */
#define _GNU_SOURCE
#include "os/contain.h"

#include "os/clock.h"
#include "os/cpath.h"
#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NUMBER_RANGE 65536    /* numbers are exit codes, signals and errnos */
#define WATCHER_GRACE_MS 5000 /* for the watcher to end everybody, after their time */
#define KILL_ROUNDS 1000      /* of a millisecond: for programs that fork while they are killed */
#define MAX_CHILDREN 4096     /* bytes of a list of process ids */
#define READ_SIZE (64 * KIB)

typedef struct {
    char path[CPATH_MAX], dir[CPATH_MAX];
    char **argv, **envp;
    int64_t time_ms;
    pid_t caller;
    int nothing;   /* /dev/null */
    int output[2]; /* pipes: the end that is read, the end that is written */
    int report[2];
} Plan;

/* ---- the program ---- */

static void tell(const Plan *p, ContainEnd end, int number)
{
    int32_t said = (int32_t)end * NUMBER_RANGE + number;
    ssize_t n;
    do {
        n = write(p->report[1], &said, sizeof(said));
    } while (n < 0 && errno == EINTR);
}

/* Never returns. */
static void become(const Plan *p)
{
    sigset_t none;
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_DFL); /* goward ignores both; its children must not */
    signal(SIGXFSZ, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    bool ok = dup2(p->nothing, 0) >= 0 && dup2(p->output[1], 1) >= 0 &&
              dup2(p->output[1], 2) >= 0 && (p->dir[0] == '\0' || chdir(p->dir) == 0);
    if (ok) {
        execve(p->path, p->argv, p->envp);
    }
    tell(p, CONTAIN_NOT_STARTED, errno);
    _exit(127);
}

/* ---- the watcher ---- */

/* Those of goward that the watcher does not need: other pipes of other watchers, locks. */
static void close_others(const Plan *p)
{
    const int kept[] = {p->nothing, p->output[1], p->report[1]};
    long most = sysconf(_SC_OPEN_MAX);
    for (int fd = 0; fd < most; fd++) {
        int next = INT32_MAX; /* the lowest of ours from fd on */
        for (isize i = 0; i < COUNT_OF(kept); i++) {
            next = kept[i] >= fd ? MIN(next, kept[i]) : next;
        }
        unsigned last = next == INT32_MAX ? ~0U : (unsigned)next - 1;
        if (next == fd) {
            continue;
        }
        if (syscall(SYS_close_range, (unsigned)fd, last, 0) != 0) {
            close(fd); /* a kernel before 5.9 */
        } else if (next == INT32_MAX) {
            return;
        } else {
            fd = next;
        }
    }
}

static void kill_listed(const char *list, isize len)
{
    pid_t pid = 0;
    for (isize i = 0; i < len; i++) {
        if (list[i] >= '0' && list[i] <= '9') {
            pid = pid * 10 + (list[i] - '0');
        } else if (pid > 1) {
            kill(pid, SIGKILL);
            pid = 0;
        }
    }
}

/* Those that the kernel lists: "12 345 6 ". A number that the buffer cuts off is of a later
 * round. */
static void kill_children(void)
{
    char list[MAX_CHILDREN];
    int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        ssize_t len = read(fd, list, sizeof(list));
        kill_listed(list, MAX(len, 0));
        close(fd);
    }
}

/* Ends all that the program left, itself included; what had no parent any more is the watcher's own
 * child by now. */
static void end_everybody(pid_t program)
{
    const struct timespec pause = {.tv_nsec = 1000 * 1000};
    bool is_reaped = false;
    for (int i = 0; i < KILL_ROUNDS; i++) {
        if (!is_reaped) {
            kill(-program, SIGKILL); /* before it is reaped the number is still its own */
            kill(program, SIGKILL);
        }
        kill_children();
        pid_t ended;
        while ((ended = waitpid(-1, NULL, WNOHANG)) > 0) {
            is_reaped = is_reaped || ended == program;
        }
        if (ended < 0 && errno == ECHILD) {
            return;
        }
        nanosleep(&pause, NULL);
    }
}

static bool has_ended(pid_t program, siginfo_t *ret)
{
    *ret = (siginfo_t){0};
    return waitid(P_PID, (id_t)program, ret, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           ret->si_pid == program;
}

/* Reaps what the program left, and that has ended by itself, while the program runs. */
static void reap_orphans(pid_t program)
{
    siginfo_t info = {0};
    while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0 &&
           info.si_pid != program) {
        waitpid(info.si_pid, NULL, 0);
        info = (siginfo_t){0};
    }
}

/* Until the program has ended, or its time has, or goward says so. */
static bool wait_for(const Plan *p, pid_t program, const sigset_t *signals, siginfo_t *ret)
{
    int64_t deadline = clock_monotonic_ns() + p->time_ms * 1000000;
    for (;;) {
        if (has_ended(program, ret)) {
            return true;
        }
        reap_orphans(program);
        int64_t left = deadline - clock_monotonic_ns();
        struct timespec most = {.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
        if (left <= 0 || sigtimedwait(signals, NULL, &most) == SIGTERM) {
            return has_ended(program, ret);
        }
    }
}

/* Never returns. Signals are blocked. */
static void watch(const Plan *p)
{
    siginfo_t info;
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGTERM);
    signal(SIGCHLD, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    close_others(p);
    pid_t program = getppid() == p->caller ? fork() : -1;
    if (program == 0) {
        become(p);
    }
    if (program < 0) {
        tell(p, CONTAIN_NOT_STARTED, errno);
        _exit(0);
    }
    close(p->output[1]);
    bool ended = wait_for(p, program, &signals, &info);
    end_everybody(program);
    if (!ended) {
        tell(p, CONTAIN_LATE, 0);
    } else {
        tell(p, info.si_code == CLD_EXITED ? CONTAIN_EXITED : CONTAIN_SIGNALED, info.si_status);
    }
    _exit(0);
}

/* ---- the caller ---- */

static bool prepare(Arena *a, const Spawn *s, const ContainLimits *limits, Plan *p, Err *err)
{
    if (!cpath_make(s->path, p->path) || !cpath_make(s->dir, p->dir)) {
        return FAIL_SYS(err, "running '%.*s'", STR_ARG(s->path));
    }
    p->time_ms = limits->time_ms;
    p->caller = getpid();
    p->argv = spawn_strings(a, s->argv, s->argc, err);
    p->envp = p->argv == NULL ? NULL : spawn_strings(a, s->env->entries, s->env->len, err);
    return p->envp != NULL;
}

static bool open_ends(Plan *p, Err *err)
{
    p->nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return (p->nothing >= 0 && pipe2(p->output, O_CLOEXEC) == 0 &&
            pipe2(p->report, O_CLOEXEC) == 0) ||
           FAIL_SYS(err, "making the pipes of a program");
}

static void close_ends(Plan *p)
{
    file_close(&p->nothing);
    for (isize i = 0; i < 2; i++) {
        file_close(&p->output[i]);
        file_close(&p->report[i]);
    }
}

/* Signals stay blocked in the watcher, from its first instruction on. */
static pid_t start_watcher(Plan *p)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t pid = fork();
    if (pid == 0) {
        watch(p);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return pid;
}

typedef struct {
    char *ptr;
    isize len, cap;
    int64_t total;
} Kept;

/* Takes what has come; 0 at the end of the output. */
static ssize_t read_some(int fd, Kept *kept)
{
    char dropped[READ_SIZE];
    bool has_room = kept->len < kept->cap;
    ssize_t n = has_room ? read(fd, kept->ptr + kept->len, (size_t)(kept->cap - kept->len))
                         : read(fd, dropped, sizeof(dropped));
    kept->len += has_room ? MAX(n, 0) : 0;
    kept->total += MAX(n, 0);
    return n;
}

/* Until the output ends, which is when everybody has; the watcher sees to that. */
static ContainEnd collect(const Plan *p, pid_t watcher, const ContainLimits *limits, Kept *kept)
{
    bool is_flood = false;
    int64_t deadline = clock_monotonic_ns() + (limits->time_ms + WATCHER_GRACE_MS) * 1000000;
    for (;;) {
        struct pollfd wanted = {.fd = p->output[0], .events = POLLIN};
        int64_t left_ms = (deadline - clock_monotonic_ns()) / 1000000;
        if (left_ms <= 0) {
            return CONTAIN_LOST;
        }
        if (poll(&wanted, 1, (int)MIN(left_ms, 60 * 1000)) <= 0) {
            continue;
        }
        ssize_t n = read_some(p->output[0], kept);
        if (n == 0 || (n < 0 && errno != EINTR)) {
            return is_flood ? CONTAIN_FLOODED : CONTAIN_NONE;
        }
        if (!is_flood && kept->total > limits->total) {
            is_flood = true;
            kill(watcher, SIGTERM);
        }
    }
}

/* What the watcher says, when it has ended. */
static void hear(const Plan *p, pid_t watcher, ContainEnd known, Contained *ret)
{
    int32_t said = 0;
    pid_t ended;
    if (known == CONTAIN_LOST) {
        kill(watcher, SIGKILL);
    }
    do {
        ended = waitpid(watcher, NULL, 0);
    } while (ended < 0 && errno == EINTR);
    ssize_t n = read(p->report[0], &said, sizeof(said));
    ret->end = known;
    ret->number = 0;
    if (known == CONTAIN_NONE) {
        ret->end = n == sizeof(said) ? (ContainEnd)(said / NUMBER_RANGE) : CONTAIN_LOST;
        ret->number = said % NUMBER_RANGE;
    }
}

bool contain_run(Arena *a, const Spawn *s, const ContainLimits *limits, Contained *ret, Err *err)
{
    Plan p = {.nothing = -1, .output = {-1, -1}, .report = {-1, -1}};
    Kept kept = {.ptr = ARENA_ARRAY(a, char, limits->kept), .cap = limits->kept};
    bool ok = prepare(a, s, limits, &p, err) && open_ends(&p, err);
    if (ok) {
        pid_t watcher = start_watcher(&p);
        ok = watcher >= 0 || FAIL_SYS(err, "running '%.*s'", STR_ARG(s->path));
        if (ok) {
            file_close(&p.output[1]);
            file_close(&p.report[1]);
            hear(&p, watcher, collect(&p, watcher, limits, &kept), ret);
            ret->output = (Str){kept.ptr, kept.len};
        }
    }
    close_ends(&p);
    return ok;
}
