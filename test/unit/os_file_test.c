#define _GNU_SOURCE /* SYS_openat2, pipe2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/fault.h"
#include "os/file.h"
#include "support/assert_str.h"
#include "support/fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>

/* What every test works in: a folder with a few things in it. */
typedef struct {
    Arena a;
    Str path;
    int dir;
} Room;

static int enter(void **state)
{
    static Room room;
    Err err;
    room.a = arena_init(0);
    room.path = fixture_dir(&room.a);
    room.dir = -1;
    ASSERT(dir_open(FILE_CWD, room.path, &room.dir, &err) == FILE_FOUND);
    fixture_file(&room.a, room.path, S("plain"), S("content\n"));
    fixture_file(&room.a, room.path, S("sub/inner"), S("inner\n"));
    ASSERT(file_symlink(S("plain"), room.dir, S("link"), &err));
    ASSERT(file_symlink(S("sub"), room.dir, S("linkdir"), &err));
    ASSERT(file_symlink(S("nowhere"), room.dir, S("dangling"), &err));
    ASSERT(file_symlink(S("loop"), room.dir, S("loop"), &err));
    *state = &room;
    return 0;
}

static int leave(void **state)
{
    Room *room = *state;
    file_close(&room->dir);
    fault_hook = NULL;
    arena_done(&room->a);
    return 0;
}

static void test_looks_at_files(void **state)
{
    Room *room = *state;
    const struct {
        Str path;
        FileOutcome lstat, stat;
        FileKind lkind, kind;
    } rows[] = {
        {S("plain"), FILE_FOUND, FILE_FOUND, FILE_KIND_REGULAR, FILE_KIND_REGULAR},
        {S("sub"), FILE_FOUND, FILE_FOUND, FILE_KIND_DIR, FILE_KIND_DIR},
        {S("link"), FILE_FOUND, FILE_FOUND, FILE_KIND_SYMLINK, FILE_KIND_REGULAR},
        {S("linkdir"), FILE_FOUND, FILE_FOUND, FILE_KIND_SYMLINK, FILE_KIND_DIR},
        {S("linkdir/inner"), FILE_FOUND, FILE_FOUND, FILE_KIND_REGULAR, FILE_KIND_REGULAR},
        {S("dangling"), FILE_FOUND, FILE_ABSENT, FILE_KIND_SYMLINK, FILE_KIND_NONE},
        {S("loop"), FILE_FOUND, FILE_FAILED, FILE_KIND_SYMLINK, FILE_KIND_NONE},
        {S("absent"), FILE_ABSENT, FILE_ABSENT, FILE_KIND_NONE, FILE_KIND_NONE},
        {S("plain/x"), FILE_ABSENT, FILE_ABSENT, FILE_KIND_NONE, FILE_KIND_NONE},
        {S(""), FILE_ABSENT, FILE_ABSENT, FILE_KIND_NONE, FILE_KIND_NONE},
        {S("/dev/null"), FILE_FOUND, FILE_FOUND, FILE_KIND_OTHER, FILE_KIND_OTHER},
        {S("plain\0x"), FILE_FAILED, FILE_FAILED, FILE_KIND_NONE, FILE_KIND_NONE},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Err err;
        FileStat st = {0};
        assert_int_equal(file_lstat(room->dir, rows[i].path, &st, &err), rows[i].lstat);
        assert_int_equal(st.kind, rows[i].lkind);
        st = (FileStat){0};
        assert_int_equal(file_stat(room->dir, rows[i].path, &st, &err), rows[i].stat);
        assert_int_equal(st.kind, rows[i].kind);
        assert_int_equal(file_is_dir(room->dir, rows[i].path), rows[i].kind == FILE_KIND_DIR);
        assert_int_equal(file_is_regular(room->dir, rows[i].path),
                         rows[i].kind == FILE_KIND_REGULAR);
    }
}

static void test_stat_tells_size_mode_owner_and_links(void **state)
{
    Room *room = *state;
    Err err;
    FileStat st;
    assert_true(file_set_mode_at(room->dir, S("plain"), 04750, &err));
    assert_int_equal(file_link(room->dir, S("plain"), room->dir, S("second"), &err), FILE_LINKED);
    assert_int_equal(file_stat(room->dir, S("plain"), &st, &err), FILE_FOUND);
    assert_int_equal(st.size, 8);
    assert_int_equal(st.mode, 04750);
    assert_int_equal(st.nlink, 2);
    assert_int_equal(st.uid, geteuid());
    assert_true(st.ino != 0 && st.mtime_ns > 0);
}

/* Each call that takes a path, with one that cannot be: a NUL inside, or 5000 bytes. */
static void check_refused(Room *room, Str bad, int errnum)
{
    Err err;
    int fd = -1;
    Str text = S("kept");
    FileStat st;
    const FileOutcome outcomes[] = {
        file_lstat(room->dir, bad, &st, &err),
        file_stat(room->dir, bad, &st, &err),
        file_open(room->dir, bad, &fd, &err),
        file_open_plain(room->dir, bad, &fd, &err),
        file_open_beneath(room->dir, bad, &fd, &err),
        file_read_all(&room->a, room->dir, bad, 100, &text, &err),
        file_readlink(&room->a, room->dir, bad, &text, &err),
        file_unlink(room->dir, bad, &err),
    };
    for (isize i = 0; i < COUNT_OF(outcomes); i++) {
        assert_int_equal(outcomes[i], FILE_FAILED);
    }
    const bool oks[] = {
        file_create(room->dir, bad, 0644, &fd, &err),
        file_open_append(room->dir, bad, 0644, &fd, &err),
        file_open_update(room->dir, bad, 0644, &fd, &err),
        file_replace(room->dir, bad, S("x"), 0644, &err),
        file_rename(room->dir, bad, room->dir, S("to"), &err),
        file_rename(room->dir, S("plain"), room->dir, bad, &err),
        file_symlink(bad, room->dir, S("new-link"), &err),
        file_symlink(S("target"), room->dir, bad, &err),
        file_set_mode_at(room->dir, bad, 0600, &err),
        file_may_execute(room->dir, bad),
        file_may_write(room->dir, bad),
    };
    for (isize i = 0; i < COUNT_OF(oks); i++) {
        assert_false(oks[i]);
    }
    assert_int_equal(file_rename_new(room->dir, S("plain"), room->dir, bad, &err),
                     FILE_MOVE_FAILED);
    assert_int_equal(file_link(room->dir, S("plain"), room->dir, bad, &err), FILE_LINK_FAILED);
    assert_int_equal(err.errnum, errnum);
    assert_int_equal(fd, -1);
    assert_str(text, S("kept"));
    assert_str(fixture_read(&room->a, room->dir, S("plain")), S("content\n"));
}

static void test_refuses_names_with_nul(void **state)
{
    Room *room = *state;
    check_refused(room, S("plain\0.txt"), EINVAL);
    check_refused(room, S("\0"), EINVAL);
    check_refused(room, S("plain\0"), EINVAL);
}

static void test_refuses_names_of_5000_bytes(void **state)
{
    Room *room = *state;
    char *name = arena_alloc(&room->a, 5000, 1, 1);
    for (int i = 0; i < 5000; i++) {
        name[i] = i % 100 == 99 ? '/' : 'n';
    }
    check_refused(room, (Str){name, 5000}, ENAMETOOLONG);
    check_refused(room, (Str){name, 4096}, ENAMETOOLONG);
    FileStat st;
    Err err; /* 4095 bytes are a name that the kernel itself answers */
    assert_int_equal(file_stat(room->dir, (Str){name, 4095}, &st, &err), FILE_ABSENT);
}

static void test_opens_close_on_exec(void **state)
{
    Room *room = *state;
    Err err;
    int fds[7] = {-1, -1, -1, -1, -1, -1, -1};
    assert_int_equal(file_open(room->dir, S("plain"), &fds[0], &err), FILE_FOUND);
    assert_int_equal(file_open_plain(room->dir, S("plain"), &fds[1], &err), FILE_FOUND);
    assert_int_equal(file_open_beneath(room->dir, S("sub/inner"), &fds[2], &err), FILE_FOUND);
    assert_true(file_create(room->dir, S("c"), 0644, &fds[3], &err));
    assert_true(file_open_append(room->dir, S("d"), 0644, &fds[4], &err));
    assert_true(file_open_update(room->dir, S("e"), 0644, &fds[5], &err));
    assert_true(file_create_memory(S("m"), &fds[6], &err));
    for (isize i = 0; i < COUNT_OF(fds); i++) {
        assert_true(fcntl(fds[i], F_GETFD) & FD_CLOEXEC);
        file_close(&fds[i]);
        assert_int_equal(fds[i], -1);
        file_close(&fds[i]); /* nothing happens */
    }
}

static void test_creating_refuses_what_is_there(void **state)
{
    Room *room = *state;
    const Str names[] = {S("plain"), S("link"), S("dangling"), S("sub"), S("absent/x")};
    for (isize i = 0; i < COUNT_OF(names); i++) {
        int fd = -1;
        Err err;
        assert_false(file_create(room->dir, names[i], 0644, &fd, &err));
        assert_int_equal(fd, -1);
    }
    Err err;
    int fd = -1; /* no writing through symlinks either */
    assert_false(file_open_append(room->dir, S("dangling"), 0644, &fd, &err));
    assert_false(file_open_update(room->dir, S("link"), 0644, &fd, &err));
    assert_str(fixture_read(&room->a, room->dir, S("nowhere")), S("(absent)"));
}

static void test_plain_open_refuses_only_the_last_symlink(void **state)
{
    Room *room = *state;
    Err err;
    AUTO_CLOSE int fd = -1;
    assert_int_equal(file_open_plain(room->dir, S("link"), &fd, &err), FILE_FAILED);
    assert_int_equal(file_open_plain(room->dir, S("dangling"), &fd, &err), FILE_FAILED);
    assert_int_equal(file_open_plain(room->dir, S("linkdir/inner"), &fd, &err), FILE_FOUND);
}

static void test_opening_a_fifo_does_not_wait(void **state)
{
    Room *room = *state;
    Err err;
    AUTO_CLOSE int fd = -1;
    assert_int_equal(mkfifoat(room->dir, "fifo", 0644), 0);
    assert_int_equal(file_open(room->dir, S("fifo"), &fd, &err), FILE_FOUND);
}

static const struct {
    Str path;
    FileOutcome outcome;
} beneath_rows[] = {
    {STR_CONST("plain"), FILE_FOUND},
    {STR_CONST("sub/inner"), FILE_FOUND},
    {STR_CONST("sub"), FILE_FOUND},
    {STR_CONST("absent"), FILE_ABSENT},
    {STR_CONST("sub/absent"), FILE_ABSENT},
    {STR_CONST("absent/x"), FILE_ABSENT},
    {STR_CONST("plain/x"), FILE_ABSENT},
    {STR_CONST("link"), FILE_FAILED},
    {STR_CONST("linkdir/inner"), FILE_FAILED},
    {STR_CONST("linkdir"), FILE_FAILED},
    {STR_CONST("loop"), FILE_FAILED},
    {STR_CONST("loop/x"), FILE_FAILED},
    {STR_CONST("dangling"), FILE_FAILED},
    {STR_CONST("dangling/x"), FILE_FAILED},
    {STR_CONST(".."), FILE_FAILED},
    {STR_CONST("../x"), FILE_FAILED},
    {STR_CONST("sub/.."), FILE_FAILED},
    {STR_CONST("sub/../plain"), FILE_FAILED}, /* stays below, and is refused all the same */
    {STR_CONST("sub/../../x"), FILE_FAILED},
    {STR_CONST("absent/../plain"), FILE_FAILED},
    {STR_CONST("."), FILE_FAILED},
    {STR_CONST("./plain"), FILE_FAILED},
    {STR_CONST("sub/./inner"), FILE_FAILED},
    {STR_CONST("sub//inner"), FILE_FAILED},
    {STR_CONST("sub/"), FILE_FAILED},
    {STR_CONST("plain/"), FILE_FAILED},
    {STR_CONST("/etc/passwd"), FILE_FAILED},
    {STR_CONST("/"), FILE_FAILED},
    {STR_CONST(""), FILE_FAILED},
    {STR_CONST("plain\0"), FILE_FAILED},
    {STR_CONST("..."), FILE_ABSENT},
};

static isize open_descriptors(void)
{
    isize n = 0;
    for (int fd = 0; fd < 200; fd++) {
        n += fcntl(fd, F_GETFD) >= 0;
    }
    return n;
}

static bool beneath_rows_hold(void *context)
{
    Room *room = context;
    isize before = open_descriptors();
    for (isize i = 0; i < COUNT_OF(beneath_rows); i++) {
        Err err;
        int fd = -1;
        FileOutcome outcome = file_open_beneath(room->dir, beneath_rows[i].path, &fd, &err);
        if (outcome != beneath_rows[i].outcome || (fd >= 0) != (outcome == FILE_FOUND)) {
            print_error("'%.*s' gave %d\n", STR_ARG(beneath_rows[i].path), (int)outcome);
            return false;
        }
        file_close(&fd);
    }
    return open_descriptors() == before;
}

/* From here on openat2 fails with errnum in this process, as on an old kernel or below an old
 * container runtime. */
static bool forbid_openat2(int errnum)
{
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)errnum),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {.len = COUNT_OF(program), .filter = program};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0 &&
           syscall(SYS_openat2, -1, NULL, NULL, 0) == -1 && errno == errnum;
}

static bool beneath_rows_hold_without_openat2(void *context)
{
    return forbid_openat2(ENOSYS) && beneath_rows_hold(context);
}

static bool beneath_rows_hold_below_old_container(void *context)
{
    return forbid_openat2(EPERM) && beneath_rows_hold(context);
}

static void test_opens_beneath_without_symlinks_and_dotdot(void **state)
{
    assert_true(beneath_rows_hold(*state));
}

static void test_opens_beneath_stepwise_by_the_same_rules(void **state)
{
    Room *room = *state;
    if (fixture_is_emulated(&room->a)) {
        skip();
    }
    assert_true(fixture_holds_in_child(beneath_rows_hold_without_openat2, *state));
    assert_true(fixture_holds_in_child(beneath_rows_hold_below_old_container, *state));
}

static void test_reads_whole_files_up_to_a_limit(void **state)
{
    Room *room = *state;
    const struct {
        Str path;
        isize max;
        FileOutcome outcome;
        ErrKind kind;
    } rows[] = {
        {S("plain"), 8, FILE_FOUND, ERR_NONE},
        {S("plain"), 9, FILE_FOUND, ERR_NONE},
        {S("plain"), 7, FILE_FAILED, ERR_LIMIT},
        {S("plain"), 0, FILE_FAILED, ERR_LIMIT},
        {S("link"), 8, FILE_FOUND, ERR_NONE},
        {S("sub"), 100, FILE_FAILED, ERR_IO},
        {S("absent"), 8, FILE_ABSENT, ERR_NONE},
        {S("/dev/null"), 0, FILE_FOUND, ERR_NONE},
        {S("/dev/zero"), 1 << 20, FILE_FAILED, ERR_LIMIT},
        {S("/proc/self/status"), 1 << 20, FILE_FOUND, ERR_NONE},
        {S("/proc/self/status"), 10, FILE_FAILED, ERR_LIMIT},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Err err = {0};
        Str content = S("kept");
        FileOutcome outcome =
            file_read_all(&room->a, room->dir, rows[i].path, rows[i].max, &content, &err);
        assert_int_equal(outcome, rows[i].outcome);
        assert_int_equal(err.kind, rows[i].kind);
        if (outcome != FILE_FOUND) {
            assert_str(content, S("kept"));
        }
    }
}

static void test_reads_every_length_around_the_buffer(void **state)
{
    Room *room = *state;
    for (isize len = 4 * KIB - 2; len <= 4 * KIB + 2; len++) {
        char *bytes = arena_alloc(&room->a, len, 1, 1);
        memset(bytes, 'b', (size_t)len);
        fixture_file(&room->a, room->path, S("sized"), (Str){bytes, len});
        Str content;
        Err err;
        assert_int_equal(file_read_all(&room->a, room->dir, S("sized"), len, &content, &err),
                         FILE_FOUND);
        assert_str(content, ((Str){bytes, len}));
        assert_int_equal(file_read_all(&room->a, room->dir, S("sized"), len - 1, &content, &err),
                         FILE_FAILED);
    }
}

static void test_reads_and_writes_at_places(void **state)
{
    Room *room = *state;
    Err err;
    AUTO_CLOSE int fd = -1;
    char buf[20];
    isize n;
    assert_true(file_create(room->dir, S("placed"), 0644, &fd, &err));
    assert_true(file_write(fd, S("0123456789"), &err));
    assert_true(file_write_at(fd, 4, S("xyz"), &err));
    assert_true(file_write_at(fd, 12, S("end"), &err));
    assert_true(file_read_at(fd, 2, buf, sizeof(buf), &n, &err));
    assert_str(((Str){buf, n}), S("23xyz789\0\0end"));
    assert_true(file_read_at(fd, 100, buf, sizeof(buf), &n, &err));
    assert_int_equal(n, 0);
    assert_true(file_truncate(fd, 3, &err));
    assert_str(fixture_read(&room->a, room->dir, S("placed")), S("012"));
}

static void test_appends_whatever_the_position(void **state)
{
    Room *room = *state;
    Err err;
    for (int i = 0; i < 3; i++) {
        AUTO_CLOSE int fd = -1;
        assert_true(file_open_append(room->dir, S("log"), 0600, &fd, &err));
        assert_true(file_write(fd, S("line\n"), &err));
    }
    assert_str(fixture_read(&room->a, room->dir, S("log")), S("line\nline\nline\n"));
}

static void ignore_signal(int signal)
{
    (void)signal;
}

/* SIGALRM every so often, without SA_RESTART: system calls that wait are interrupted. */
static void start_interrupting(long every_us)
{
    struct sigaction action = {.sa_handler = ignore_signal};
    struct itimerval timer = {.it_interval = {0, every_us}, .it_value = {0, every_us}};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
}

static void stop_interrupting(void)
{
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
}

static void test_interrupted_reads_and_writes_go_on(void **state)
{
    Room *room = *state;
    enum { LEN = 1 << 20 };
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        char sink[40000];
        Err err;
        isize n, total = 0;
        close(ends[1]);
        start_interrupting(500);
        do {
            if (!file_read(ends[0], sink, sizeof(sink), &n, &err)) {
                _exit(1);
            }
            total += n;
        } while (n == sizeof(sink));
        _exit(total == LEN ? 0 : 2);
    }
    close(ends[0]);
    char *bytes = arena_alloc(&room->a, LEN, 1, 1);
    Err err;
    start_interrupting(300);
    bool ok = file_write(ends[1], (Str){bytes, LEN / 2}, &err);
    usleep(20000);
    ok = ok && file_write(ends[1], (Str){bytes, LEN / 2}, &err);
    stop_interrupting();
    close(ends[1]);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(ok);
    assert_int_equal(status, 0);
}

static void test_reserving_meets_the_full_disk_at_once(void **state)
{
    Room *room = *state;
    Err err;
    AUTO_CLOSE int fd = -1;
    assert_true(file_create(room->dir, S("huge"), 0644, &fd, &err));
    assert_true(file_reserve(fd, 0, &err));
    assert_true(file_reserve(fd, 12345, &err));
    FileStat st;
    assert_true(file_fstat(fd, &st, &err));
    assert_int_equal(st.size, 12345);
    assert_false(file_reserve(fd, (int64_t)1 << 62, &err));
    assert_true(err.errnum == ENOSPC || err.errnum == EFBIG);
    assert_false(file_reserve(fd, -1, &err));
    assert_int_equal(err.errnum, EINVAL);
}

/* Fails, or ends the process at, the event of a given number. */
typedef struct {
    int countdown; /* of events until then */
    int errnum;    /* 0: end the process */
    int n_events;
} Trap;

static int spring_trap(void *context, const FaultEvent *event)
{
    (void)event;
    Trap *trap = context;
    trap->n_events++;
    if (trap->countdown-- != 0) {
        return 0;
    }
    if (trap->errnum == 0) {
        _exit(77);
    }
    return trap->errnum;
}

static isize entries_of(Room *room)
{
    DirList list;
    Err err;
    ASSERT(dir_list(&room->a, room->dir, &list, &err));
    return list.len;
}

static void test_failed_replace_keeps_the_old_content_and_no_rest(void **state)
{
    Room *room = *state;
    isize before = entries_of(room);
    int n_steps = 0;
    for (int step = 0;; step++) {
        Trap trap = {.countdown = step, .errnum = ENOSPC};
        Err err = {0};
        fixture_file(&room->a, room->path, S("plain"), S("old"));
        fault_hook = spring_trap;
        fault_context = &trap;
        bool ok = file_replace(room->dir, S("plain"), S("new"), 0644, &err);
        fault_hook = NULL;
        Str content = fixture_read(&room->a, room->dir, S("plain"));
        assert_int_equal(entries_of(room), before);
        if (ok) {
            assert_str(content, S("new"));
            n_steps = step;
            break;
        }
        assert_int_equal(err.errnum, ENOSPC);
        /* The last step is the sync of the folder: the new content is there, only not for sure. */
        assert_str(content, step < 4 ? S("old") : S("new"));
    }
    assert_int_equal(n_steps, 5); /* create, write, sync, rename, sync of the folder */
}

static bool replace_plain(void *context)
{
    Room *room = context;
    Err err;
    fault_hook = spring_trap;
    return file_replace(room->dir, S("plain"), S("new"), 0644, &err);
}

static void test_ended_in_the_middle_replace_leaves_old_or_new(void **state)
{
    Room *room = *state;
    for (int step = 0; step < 6; step++) {
        Trap trap = {.countdown = step};
        fixture_file(&room->a, room->path, S("plain"), S("old"));
        fault_context = &trap;
        int status = fixture_fork(replace_plain, room);
        assert_int_equal(WEXITSTATUS(status), step < 5 ? 77 : 0);
        assert_str(fixture_read(&room->a, room->dir, S("plain")), step < 4 ? S("old") : S("new"));
    }
}

static void test_replace_sets_mode_and_spares_link_targets(void **state)
{
    Room *room = *state;
    Err err;
    FileStat st;
    mode_t mask = umask(022);
    assert_true(file_replace(room->dir, S("fresh"), S("x"), 0640, &err));
    umask(mask);
    assert_int_equal(file_lstat(room->dir, S("fresh"), &st, &err), FILE_FOUND);
    assert_int_equal(st.mode, 0640);
    assert_true(file_replace(room->dir, S("link"), S("own"), 0644, &err));
    assert_str(fixture_read(&room->a, room->dir, S("plain")), S("content\n"));
    assert_str(fixture_read(&room->a, room->dir, S("link")), S("own"));
    assert_false(file_replace(room->dir, S("sub"), S("x"), 0644, &err));
    assert_false(file_replace(room->dir, S("absent/x"), S("x"), 0644, &err));
    Str absolute = path_join(&room->a, room->path, S("sub/abs"));
    assert_true(file_replace(FILE_CWD, absolute, S("abs"), 0644, &err));
    assert_str(fixture_read(&room->a, room->dir, S("sub/abs")), S("abs"));
}

static void test_devices_and_pipes_never_become_files(void **state)
{
    Room *room = *state;
    Err err;
    FileStat st;
    Str pipe = path_join(&room->a, room->path, S("pipe"));
    Str via = path_join(&room->a, room->path, S("via"));
    assert_int_equal(mkfifo(str_format(&room->a, "%.*s%c", STR_ARG(pipe), 0).ptr, 0600), 0);
    assert_false(file_replace(FILE_CWD, pipe, S("x"), 0644, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    assert_int_equal(file_lstat(FILE_CWD, pipe, &st, &err), FILE_FOUND);
    assert_int_equal(st.kind, FILE_KIND_OTHER);

    assert_true(file_symlink(S("/dev/null"), FILE_CWD, via, &err));
    assert_true(file_put(room->a, via, S("x"), 0644, &err));
    assert_int_equal(file_lstat(FILE_CWD, via, &st, &err), FILE_FOUND);
    assert_int_equal(st.kind, FILE_KIND_SYMLINK);
    assert_int_equal(file_stat(FILE_CWD, via, &st, &err), FILE_FOUND);
    assert_int_equal(st.kind, FILE_KIND_OTHER);
}

static void test_put_replaces_what_a_link_leads_to(void **state)
{
    Room *room = *state;
    Err err;
    FileStat st;
    Str link = path_join(&room->a, room->path, S("link"));
    assert_true(file_put(room->a, link, S("new"), 0644, &err));
    assert_int_equal(file_lstat(FILE_CWD, link, &st, &err), FILE_FOUND);
    assert_int_equal(st.kind, FILE_KIND_SYMLINK);
    assert_str(fixture_read(&room->a, room->dir, S("plain")), S("new"));
    assert_true(file_put(room->a, path_join(&room->a, room->path, S("other")), S("o"), 0644, &err));
    assert_str(fixture_read(&room->a, room->dir, S("other")), S("o"));
}

static void test_every_changing_call_passes_the_fault_hook(void **state)
{
    Room *room = *state;
    Err err;
    int fd = -1, from = -1;
    assert_true(file_create(room->dir, S("open"), 0644, &fd, &err));
    assert_int_equal(file_open(room->dir, S("plain"), &from, &err), FILE_FOUND);
    isize before = entries_of(room);
    Trap trap = {.countdown = 0, .errnum = EIO};
    fault_hook = spring_trap;
    fault_context = &trap;
#define assert_faulted(call, failure)        \
    do {                                     \
        trap.countdown = 0;                  \
        err = (Err){0};                      \
        assert_int_equal((call), (failure)); \
        assert_int_equal(err.errnum, EIO);   \
    } while (0)
    int other = -1;
    assert_faulted(file_create(room->dir, S("n1"), 0644, &other, &err), false);
    assert_faulted(file_open_append(room->dir, S("n2"), 0644, &other, &err), false);
    assert_faulted(file_open_update(room->dir, S("n3"), 0644, &other, &err), false);
    assert_faulted(file_write(fd, S("x"), &err), false);
    assert_faulted(file_write_at(fd, 0, S("x"), &err), false);
    assert_faulted(file_reserve(fd, 10, &err), false);
    assert_faulted(file_truncate(fd, 10, &err), false);
    assert_faulted(file_set_mode(fd, 0600, &err), false);
    assert_faulted(file_set_mode_at(room->dir, S("plain"), 0600, &err), false);
    assert_faulted(file_rename(room->dir, S("plain"), room->dir, S("n4"), &err), false);
    assert_faulted(file_rename_new(room->dir, S("plain"), room->dir, S("n5"), &err),
                   FILE_MOVE_FAILED);
    assert_faulted(file_link(room->dir, S("plain"), room->dir, S("n6"), &err), FILE_LINK_FAILED);
    assert_faulted(file_copy(from, fd, &err), false);
    assert_faulted(file_symlink(S("t"), room->dir, S("n7"), &err), false);
    assert_faulted(file_unlink(room->dir, S("plain"), &err), FILE_FAILED);
    assert_faulted(file_sync(fd, &err), false);
    assert_faulted(file_sync_data(fd, &err), false);
    assert_faulted(file_sync_system(fd, &err), false);
    assert_faulted(dir_make(room->dir, S("n8"), 0755, &err), false);
    assert_faulted(dir_remove(room->dir, S("sub"), &err), FILE_FAILED);
    trap.countdown = 0;
    assert_false(file_clone(from, fd));
#undef assert_faulted
    fault_hook = NULL;
    FileStat st;
    assert_true(file_fstat(fd, &st, &err));
    assert_int_equal(st.size, 0);
    assert_int_equal(entries_of(room), before);
    assert_str(fixture_read(&room->a, room->dir, S("plain")), S("content\n"));
    file_close(&fd);
    file_close(&from);
}

static void test_renames_and_never_replaces_unasked(void **state)
{
    Room *room = *state;
    Err err;
    fixture_file(&room->a, room->path, S("other"), S("other\n"));
    assert_int_equal(file_rename_new(room->dir, S("plain"), room->dir, S("other"), &err),
                     FILE_EXISTS);
    assert_int_equal(file_rename_new(room->dir, S("plain"), room->dir, S("dangling"), &err),
                     FILE_EXISTS);
    assert_int_equal(file_rename_new(room->dir, S("plain"), room->dir, S("sub"), &err),
                     FILE_EXISTS);
    assert_int_equal(file_rename_new(room->dir, S("absent"), room->dir, S("x"), &err),
                     FILE_MOVE_FAILED);
    assert_str(fixture_read(&room->a, room->dir, S("other")), S("other\n"));
    assert_int_equal(file_rename_new(room->dir, S("plain"), room->dir, S("moved"), &err),
                     FILE_MOVED);
    assert_true(file_rename(room->dir, S("moved"), room->dir, S("other"), &err));
    assert_str(fixture_read(&room->a, room->dir, S("other")), S("content\n"));
    assert_str(fixture_read(&room->a, room->dir, S("moved")), S("(absent)"));
}

static void test_links(void **state)
{
    Room *room = *state;
    Err err;
    assert_int_equal(file_link(room->dir, S("plain"), room->dir, S("hard"), &err), FILE_LINKED);
    assert_int_equal(file_link(room->dir, S("plain"), room->dir, S("hard"), &err),
                     FILE_LINK_EXISTS);
    assert_int_equal(file_link(room->dir, S("sub"), room->dir, S("hard2"), &err),
                     FILE_LINK_IMPOSSIBLE);
    assert_int_equal(file_link(room->dir, S("absent"), room->dir, S("hard3"), &err),
                     FILE_LINK_FAILED);
    assert_int_equal(file_link(FILE_CWD, S("/proc/self/status"), room->dir, S("hard4"), &err),
                     FILE_LINK_IMPOSSIBLE);
    /* A link to a symlink is a symlink, not its target. */
    assert_int_equal(file_link(room->dir, S("dangling"), room->dir, S("hard5"), &err), FILE_LINKED);
    Str target;
    assert_int_equal(file_readlink(&room->a, room->dir, S("hard5"), &target, &err), FILE_FOUND);
    assert_str(target, S("nowhere"));
    assert_int_equal(file_readlink(&room->a, room->dir, S("plain"), &target, &err), FILE_FAILED);
    assert_int_equal(file_readlink(&room->a, room->dir, S("absent"), &target, &err), FILE_ABSENT);
}

static void test_copies_what_read_sees(void **state)
{
    Room *room = *state;
    isize len = 300 * KIB + 7;
    char *bytes = arena_alloc(&room->a, len, 1, 1);
    for (isize i = 0; i < len; i++) {
        bytes[i] = (char)(i * 31 / 7);
    }
    fixture_file(&room->a, room->path, S("large"), (Str){bytes, len});
    const struct {
        Str from;
        int64_t skip;
    } rows[] = {
        {S("large"), 0},     {S("large"), 1000}, {S("plain"), 0}, {S("/proc/self/cmdline"), 0},
        {S("/dev/null"), 0},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Err err;
        AUTO_CLOSE int from = -1;
        AUTO_CLOSE int to = -1;
        assert_int_equal(file_open(room->dir, rows[i].from, &from, &err), FILE_FOUND);
        lseek(from, rows[i].skip, SEEK_SET);
        assert_true(file_create(room->dir, S("copy"), 0644, &to, &err));
        assert_true(file_copy(from, to, &err));
        Str all = fixture_read(&room->a, room->dir, rows[i].from);
        assert_str(fixture_read(&room->a, room->dir, S("copy")), str_from(all, rows[i].skip));
        assert_int_equal(file_unlink(room->dir, S("copy"), &err), FILE_FOUND);
    }
}

static void test_unlink_removes_links_not_targets(void **state)
{
    Room *room = *state;
    Err err;
    assert_int_equal(file_unlink(room->dir, S("link"), &err), FILE_FOUND);
    assert_int_equal(file_unlink(room->dir, S("link"), &err), FILE_ABSENT);
    assert_int_equal(file_unlink(room->dir, S("sub"), &err), FILE_FAILED);
    assert_str(fixture_read(&room->a, room->dir, S("plain")), S("content\n"));
}

static void test_knows_what_may_be_executed(void **state)
{
    Room *room = *state;
    Err err;
    assert_false(file_may_execute(room->dir, S("plain"))); /* not even by root */
    assert_true(file_set_mode_at(room->dir, S("plain"), 0755, &err));
    assert_true(file_may_execute(room->dir, S("plain")));
    assert_true(file_may_execute(room->dir, S("link")));
    assert_false(file_may_execute(room->dir, S("absent")));
    assert_true(file_may_write(room->dir, S("plain")));
    assert_false(file_may_write(room->dir, S("absent")));
    assert_false(file_may_write(FILE_CWD, S("/proc/version")) && geteuid() != 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)
    const struct CMUnitTest tests[] = {
        TEST(test_looks_at_files),
        TEST(test_stat_tells_size_mode_owner_and_links),
        TEST(test_refuses_names_with_nul),
        TEST(test_refuses_names_of_5000_bytes),
        TEST(test_opens_close_on_exec),
        TEST(test_creating_refuses_what_is_there),
        TEST(test_plain_open_refuses_only_the_last_symlink),
        TEST(test_opening_a_fifo_does_not_wait),
        TEST(test_opens_beneath_without_symlinks_and_dotdot),
        TEST(test_opens_beneath_stepwise_by_the_same_rules),
        TEST(test_reads_whole_files_up_to_a_limit),
        TEST(test_reads_every_length_around_the_buffer),
        TEST(test_reads_and_writes_at_places),
        TEST(test_appends_whatever_the_position),
        TEST(test_interrupted_reads_and_writes_go_on),
        TEST(test_reserving_meets_the_full_disk_at_once),
        TEST(test_failed_replace_keeps_the_old_content_and_no_rest),
        TEST(test_ended_in_the_middle_replace_leaves_old_or_new),
        TEST(test_replace_sets_mode_and_spares_link_targets),
        TEST(test_devices_and_pipes_never_become_files),
        TEST(test_put_replaces_what_a_link_leads_to),
        TEST(test_every_changing_call_passes_the_fault_hook),
        TEST(test_renames_and_never_replaces_unasked),
        TEST(test_links),
        TEST(test_copies_what_read_sees),
        TEST(test_unlink_removes_links_not_targets),
        TEST(test_knows_what_may_be_executed),
    };
    return cmocka_run_group_tests_name("os_file", tests, NULL, NULL);
}
