#define _GNU_SOURCE /* F_OFD_SETLK */
#include "os/lock.h"

#include "os/clock.h"

#include <errno.h>
#include <fcntl.h>

#define LOCK_POLL_MS 10 /* between tries while waiting with a time-out */

/* Whether the lock is there; errno is set when not. */
static bool try_lock(int fd, bool exclusive, bool wait)
{
    struct flock lock = {
        .l_type = exclusive ? F_WRLCK : F_RDLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0};
    int result;
    do {
        result = fcntl(fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &lock);
    } while (result != 0 && errno == EINTR);
    return result == 0;
}

LockOutcome lock_acquire(int fd, bool exclusive, int64_t timeout_ms, Err *err)
{
    int64_t deadline = clock_monotonic_ns() + timeout_ms * 1000000;
    for (;;) {
        if (try_lock(fd, exclusive, timeout_ms < 0)) {
            return LOCK_HELD;
        }
        if (errno != EAGAIN && errno != EACCES) {
            FAIL_SYS(err, "locking");
            return LOCK_FAILED;
        }
        if (clock_monotonic_ns() >= deadline) {
            return LOCK_BUSY;
        }
        clock_sleep_ms(LOCK_POLL_MS);
    }
}
