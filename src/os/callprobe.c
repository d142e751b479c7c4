#define _GNU_SOURCE /* pipe2, MADV_*, CLONE_* */
#include "os/callprobe.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_quotactl_fd /* of Linux 5.14 */
#define SYS_quotactl_fd 443
#endif

/* Each says whether the call was taken, else errno. They run in a child of a process that may have
 * threads: nothing but system calls. */

static bool try_epoll_create(void)
{
    return epoll_create1(EPOLL_CLOEXEC) >= 0;
}

static bool try_eventfd(void)
{
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) >= 0;
}

static bool try_pipe(void)
{
    int ends[2];
    return pipe2(ends, O_CLOEXEC) == 0;
}

static bool try_sigaltstack(void)
{
    stack_t now;
    return sigaltstack(NULL, &now) == 0;
}

static bool try_madvise(void)
{
    return madvise(NULL, 0, MADV_DONTNEED) == 0;
}

static bool try_pidfd_open(void)
{
    return syscall(SYS_pidfd_open, getpid(), 0) >= 0;
}

/* Flags that no kernel takes: what is not refused before it looks at them is allowed. */
static bool try_clone(void)
{
    return syscall(SYS_clone, CLONE_THREAD, 0, 0, 0, 0) >= 0 || errno == EINVAL;
}

/* Of nothing: what is not refused before it looks at that is allowed. */
static bool try_quotactl(void)
{
    return (syscall(SYS_quotactl_fd, -1, 0, 0, NULL) >= 0 || errno == EBADF || errno == ENOSYS) &&
           (syscall(SYS_quotactl, 0, NULL, 0, NULL) >= 0 || errno == ENODEV || errno == ENOSYS);
}

static const struct {
    Str name;
    bool (*try)(void);
} calls[CALL_COUNT] = {
    [CALL_EPOLL_CREATE] = {STR_CONST("epoll_create1"), try_epoll_create},
    [CALL_EVENTFD] = {STR_CONST("eventfd2"), try_eventfd},
    [CALL_PIPE] = {STR_CONST("pipe2"), try_pipe},
    [CALL_SIGALTSTACK] = {STR_CONST("sigaltstack"), try_sigaltstack},
    [CALL_MADVISE] = {STR_CONST("madvise"), try_madvise},
    [CALL_PIDFD_OPEN] = {STR_CONST("pidfd_open"), try_pidfd_open},
    [CALL_CLONE] = {STR_CONST("clone"), try_clone},
    [CALL_QUOTACTL] = {STR_CONST("quotactl"), try_quotactl},
};

Str callprobe_name(CallKind call)
{
    return calls[call].name;
}

CallOutcome callprobe_try(CallKind call, int *ret_number, Err *err)
{
    int status;
    pid_t pid = fork();
    if (pid < 0 && call == CALL_CLONE && errno == EPERM) { /* that is the answer */
        *ret_number = errno;
        return CALL_REFUSED;
    }
    if (pid < 0) {
        FAIL_SYS(err, "starting a child to try %.*s", STR_ARG(calls[call].name));
        return CALL_FAILED;
    }
    if (pid == 0) {
        signal(SIGSYS, SIG_DFL);
        _exit(calls[call].try() ? 0 : errno); /* every errno fits into an exit status */
    }
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            FAIL_SYS(err, "waiting for a child that tries %.*s", STR_ARG(calls[call].name));
            return CALL_FAILED;
        }
    }
    *ret_number = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    return WIFSIGNALED(status) ? CALL_KILLED : *ret_number == 0 ? CALL_TAKEN : CALL_REFUSED;
}
