/* Under filters of system calls that are really on: what is refused, what kills, and what a file
 * system says that has no locks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/callprobe.h"
#include "os/filesystem.h"
#include "support/assert_str.h"
#include "support/fixture.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* From now on the system call has the verdict. */
static bool forbid(uint32_t number, uint32_t verdict)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, verdict),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = COUNT_OF(code), .filter = code};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

static bool is_refused(void *context)
{
    (void)context;
    int number = 0;
    Err err;
    return forbid(SYS_eventfd2, SECCOMP_RET_ERRNO | EPERM) &&
           callprobe_try(CALL_EVENTFD, &number, &err) == CALL_REFUSED && number == EPERM &&
           callprobe_try(CALL_PIPE, &number, &err) == CALL_TAKEN;
}

static bool is_killed(void *context)
{
    (void)context;
    int number = 0;
    Err err;
    return forbid(SYS_pidfd_open, SECCOMP_RET_KILL_PROCESS) &&
           callprobe_try(CALL_PIDFD_OPEN, &number, &err) == CALL_KILLED && number == SIGSYS;
}

static bool cannot_lock(void *context)
{
    Err err = {0};
    int fd = *(int *)context;
    return filesystem_can_lock(fd, &err) && forbid(SYS_flock, SECCOMP_RET_ERRNO | ENOLCK) &&
           !filesystem_can_lock(fd, &err) && err.errnum == ENOLCK;
}

static void test_tells_refused_from_killed(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    if (fixture_is_emulated(&a)) {
        skip(); /* the filter would be the emulator's */
    }
    assert_true(fixture_holds_in_child(is_refused, NULL));
    assert_true(fixture_holds_in_child(is_killed, NULL));
    arena_done(&a);
}

static void test_all_are_taken_without_a_filter(void **state)
{
    (void)state;
    for (CallKind call = 0; call < CALL_COUNT; call++) {
        int number = 0;
        Err err;
        assert_true(callprobe_name(call).len > 0);
        if (call != CALL_PIDFD_OPEN) { /* which Linux has since 5.3 */
            assert_int_equal(callprobe_try(call, &number, &err), CALL_TAKEN);
        }
    }
}

static void test_asks_for_locks(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    AUTO_CLOSE int fd = -1;
    AUTO_CLOSE int other = -1;
    Str path = fixture_file(&a, fixture_dir(&a), S("lock"), S(""));
    assert_int_equal(file_open(FILE_CWD, path, &fd, &err), FILE_FOUND);
    assert_int_equal(file_open(FILE_CWD, path, &other, &err), FILE_FOUND);
    assert_true(filesystem_can_lock(fd, &err));
    assert_int_equal(flock(other, LOCK_EX | LOCK_NB), 0); /* it was given back */
    assert_true(filesystem_can_lock(fd, &err));           /* busy is no refusal */
    assert_int_equal(flock(other, LOCK_UN), 0);
    if (!fixture_is_emulated(&a)) {
        assert_true(fixture_holds_in_child(cannot_lock, &fd));
    }
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tells_refused_from_killed),
        cmocka_unit_test(test_all_are_taken_without_a_filter),
        cmocka_unit_test(test_asks_for_locks),
    };
    return cmocka_run_group_tests_name("os_callprobe", tests, NULL, NULL);
}
