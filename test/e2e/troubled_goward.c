/*
 * goward on a bad day: its whole command line, with a clock that jumps and calls that fail.
 *
 *     TEST_CLOCK=SECONDS,...      is added to the machine's time of day: the first at the first
 *                                 look, the next at the next, and round again
 *     TEST_FAULT=FIRST:LAST:ERRNO the FIRST to the LAST call that changes the disk fail with ERRNO
 *     TEST_STRUCK=FILE            is made when one did
 *
 * The clock is replaced by being linked before libc's, the calls by os/fault; nothing in src knows.
 */
#define _GNU_SOURCE /* syscall */

#include "base/panic.h"
#include "cmd/command.h"
#include "os/fault.h"
#include "os/standard.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* ---- the clock ---- */

#define MAX_JUMPS 16

static int64_t jumps[MAX_JUMPS];
static isize n_jumps;
static atomic_long n_looks;

static void read_jumps(void)
{
    Str rest = str_from_c(getenv("TEST_CLOCK"));
    while (rest.len > 0) {
        StrCut cut = str_cut(rest, ',');
        bool is_back = str_eat_prefix(&cut.head, S("-"));
        ASSERT(n_jumps < MAX_JUMPS && str_parse_decimal(cut.head, INT64_MAX / 4, &jumps[n_jumps]));
        jumps[n_jumps] *= is_back ? -1 : 1;
        n_jumps++;
        rest = cut.tail;
    }
}

/* Never before 1970: Linux lets nobody set the clock so. */
int clock_gettime(clockid_t id, struct timespec *t)
{
    int result = (int)syscall(SYS_clock_gettime, id, t);
    if (result == 0 && id == CLOCK_REALTIME && n_jumps > 0) {
        int64_t jump = jumps[atomic_fetch_add(&n_looks, 1) % n_jumps];
        t->tv_sec = MAX(0, t->tv_sec + jump);
    }
    return result;
}

/* ---- the disk ---- */

typedef struct {
    int64_t first, last, errnum;
    atomic_long n_calls;
} Trouble;

static void tell_of_strike(void)
{
    const char *file = getenv("TEST_STRUCK");
    int fd = file == NULL ? -1 : open(file, O_WRONLY | O_CREAT, 0644);
    ASSERT(file == NULL || fd >= 0);
    close(fd);
}

static int strike(void *context, const FaultEvent *event)
{
    Trouble *t = context;
    if (event->op == FAULT_WRITE && event->fd <= STDERR_FILENO) {
        return 0; /* what it says is no call on the disk */
    }
    long n = atomic_fetch_add(&t->n_calls, 1) + 1;
    if (n < t->first || n > t->last) {
        return 0;
    }
    tell_of_strike();
    return (int)t->errnum;
}

static void read_fault(Trouble *t)
{
    Str text = str_from_c(getenv("TEST_FAULT"));
    if (text.len > 0) {
        StrCut first = str_cut(text, ':'), last = str_cut(first.tail, ':');
        ASSERT(str_parse_decimal(first.head, INT64_MAX, &t->first) &&
               str_parse_decimal(last.head, INT64_MAX, &t->last) &&
               str_parse_decimal(last.tail, 200, &t->errnum));
        fault_context = t;
        fault_hook = strike;
    }
}

int main(int argc, char **argv)
{
    static Trouble trouble;
    read_jumps();
    read_fault(&trouble);
    standard_prepare();
    return command_main(argc, argv);
}
