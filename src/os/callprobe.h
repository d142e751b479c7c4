/* Does the kernel take a system call here? A seccomp filter may refuse one with any error, or kill
 * whoever makes it, so each is made by a child of its own. */
#ifndef OS_CALLPROBE_H
#define OS_CALLPROBE_H

#include "base/err.h"

typedef enum {
    CALL_EPOLL_CREATE,
    CALL_EVENTFD,
    CALL_PIPE,
    CALL_SIGALTSTACK,
    CALL_MADVISE,
    CALL_PIDFD_OPEN,
    CALL_CLONE,    /* of a thread, as Go makes it */
    CALL_QUOTACTL, /* and quotactl_fd, which kernels before 5.14 do not have */
    CALL_COUNT,
} CallKind;

typedef enum {
    CALL_FAILED, /* *err says why nothing is known */
    CALL_TAKEN,
    CALL_REFUSED, /* *ret_number is errno */
    CALL_KILLED,  /* *ret_number is the signal that ended the child */
} CallOutcome;

/* Forks a child that makes the call in a harmless form and ends. */
CallOutcome callprobe_try(CallKind call, int *ret_number, Err *err);

/* "epoll_create1" */
Str callprobe_name(CallKind call);

#endif
