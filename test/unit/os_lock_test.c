#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/clock.h"
#include "os/lock.h"
#include "os/pool.h"
#include "support/fixture.h"

#include <signal.h>

typedef struct {
    Arena a;
    int dir;
} Room;

static int enter(void **state)
{
    static Room room;
    room.a = arena_init(0);
    room.dir = fixture_dir_open(&room.a);
    *state = &room;
    return 0;
}

static int leave(void **state)
{
    Room *room = *state;
    file_close(&room->dir);
    arena_done(&room->a);
    return 0;
}

static int open_lock(Room *room)
{
    Err err;
    int fd = -1;
    ASSERT(file_open_update(room->dir, S("lock"), 0644, &fd, &err));
    return fd;
}

/* A child that takes the lock, says so, and keeps it until it is let go. */
typedef struct {
    pid_t pid;
    int keep; /* closing it lets the holder go */
} Holder;

static Holder start_holder(Room *room, bool exclusive)
{
    int told[2], keep[2];
    char byte;
    ASSERT(pipe(told) == 0 && pipe(keep) == 0);
    Holder holder = {.pid = fork(), .keep = keep[1]};
    ASSERT(holder.pid >= 0);
    if (holder.pid == 0) {
        Err err;
        close(keep[1]);
        bool held = lock_acquire(open_lock(room), exclusive, -1, &err) == LOCK_HELD;
        ASSERT(held && write(told[1], "h", 1) == 1);
        _exit(read(keep[0], &byte, 1) == 0 ? 0 : 1);
    }
    close(told[1]);
    close(keep[0]);
    ASSERT(read(told[0], &byte, 1) == 1);
    close(told[0]);
    return holder;
}

static void end_holder(Holder holder)
{
    int status;
    close(holder.keep);
    assert_int_equal(waitpid(holder.pid, &status, 0), holder.pid);
    assert_int_equal(status, 0);
}

static void test_exclusion_between_processes(void **state)
{
    Room *room = *state;
    const struct {
        bool theirs, ours; /* exclusive */
        LockOutcome outcome;
    } rows[] = {
        {true, true, LOCK_BUSY},
        {true, false, LOCK_BUSY},
        {false, true, LOCK_BUSY},
        {false, false, LOCK_HELD},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Err err;
        Holder holder = start_holder(room, rows[i].theirs);
        AUTO_CLOSE int fd = open_lock(room);
        assert_int_equal(lock_acquire(fd, rows[i].ours, 0, &err), rows[i].outcome);
        end_holder(holder);
        assert_int_equal(lock_acquire(fd, rows[i].ours, 0, &err), LOCK_HELD);
    }
}

static void test_excludes_another_descriptor_of_the_same_process(void **state)
{
    Room *room = *state;
    Err err;
    AUTO_CLOSE int first = open_lock(room);
    AUTO_CLOSE int second = open_lock(room);
    assert_int_equal(lock_acquire(first, true, 0, &err), LOCK_HELD);
    assert_int_equal(lock_acquire(first, true, 0, &err), LOCK_HELD); /* it is ours already */
    assert_int_equal(lock_acquire(second, true, 0, &err), LOCK_BUSY);
    AUTO_CLOSE int third = open_lock(room);
    file_close(&third); /* POSIX record locks would be lost here */
    assert_int_equal(lock_acquire(second, true, 0, &err), LOCK_BUSY);
    file_close(&first);
    assert_int_equal(lock_acquire(second, true, 0, &err), LOCK_HELD);
}

static void test_killed_holders_leave_nothing(void **state)
{
    Room *room = *state;
    Err err;
    Holder holder = start_holder(room, true);
    AUTO_CLOSE int fd = open_lock(room);
    assert_int_equal(lock_acquire(fd, true, 0, &err), LOCK_BUSY);
    kill(holder.pid, SIGKILL);
    assert_int_equal(lock_acquire(fd, true, 10000, &err), LOCK_HELD);
    assert_int_equal(waitpid(holder.pid, NULL, 0), holder.pid);
    close(holder.keep);
}

static void test_waits_as_long_as_told(void **state)
{
    Room *room = *state;
    Err err;
    Holder holder = start_holder(room, true);
    AUTO_CLOSE int fd = open_lock(room);
    int64_t start = clock_monotonic_ns();
    assert_int_equal(lock_acquire(fd, true, 60, &err), LOCK_BUSY);
    int64_t waited_ms = (clock_monotonic_ns() - start) / 1000000;
    assert_in_range(waited_ms, 60, 5000);
    pid_t pid = fork();
    if (pid == 0) { /* waits for ever, until the holder goes */
        close(holder.keep);
        AUTO_CLOSE int own = open_lock(room);
        _exit(lock_acquire(own, true, -1, &err) == LOCK_HELD ? 0 : 1);
    }
    clock_sleep_ms(20);
    assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
    end_holder(holder);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

typedef struct {
    Room *room;
    int rounds;
} Counting;

/* Adds one to a counter in a file, which goes wrong when two do it at the same time. */
static bool count(void *context, isize unit, isize worker, Err *err)
{
    (void)unit;
    (void)worker;
    Counting *c = context;
    for (int i = 0; i < c->rounds; i++) {
        AUTO_CLOSE int lock = open_lock(c->room);
        AUTO_CLOSE int fd = -1;
        isize n;
        int64_t value = 0;
        if (lock_acquire(lock, true, -1, err) != LOCK_HELD ||
            !file_open_update(c->room->dir, S("counter"), 0644, &fd, err) ||
            !file_read_at(fd, 0, &value, sizeof(value), &n, err)) {
            return false;
        }
        value++;
        if (!file_write_at(fd, 0, (Str){(char *)&value, sizeof(value)}, err)) {
            return false;
        }
    }
    return true;
}

static void test_threads_and_processes_count_right_under_the_lock(void **state)
{
    Room *room = *state;
    Err err;
    Counting counting = {room, 100};
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        _exit(pool_run(2, 2, count, &counting, &err) ? 0 : 1);
    }
    assert_true(pool_run(2, 2, count, &counting, &err));
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    Str bytes = fixture_read(&room->a, room->dir, S("counter"));
    int64_t value;
    memcpy(&value, bytes.ptr, sizeof(value));
    assert_int_equal(value, 400);
}

static void test_says_when_a_descriptor_cannot_be_locked(void **state)
{
    (void)state;
    Err err = {0};
    assert_int_equal(lock_acquire(-1, true, 0, &err), LOCK_FAILED);
    assert_int_equal(err.kind, ERR_IO);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)
    const struct CMUnitTest tests[] = {
        TEST(test_exclusion_between_processes),
        TEST(test_excludes_another_descriptor_of_the_same_process),
        TEST(test_killed_holders_leave_nothing),
        TEST(test_waits_as_long_as_told),
        TEST(test_threads_and_processes_count_right_under_the_lock),
        TEST(test_says_when_a_descriptor_cannot_be_locked),
    };
    return cmocka_run_group_tests_name("os_lock", tests, NULL, NULL);
}
