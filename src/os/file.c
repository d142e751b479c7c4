#define _GNU_SOURCE /* O_TMPFILE, renameat2, syncfs, memfd_create, copy_file_range */
#include "os/file.h"

#include "base/path.h"
#include "os/cpath.h"
#include "os/fault.h"
#include "os/proc.h"
#include "os/random.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILE_MAX_IO (1 << 30) /* the kernel moves at most 2 GiB a call */

/* True when a test wants the call to fail; errno is then what it is to fail with. */
static bool is_faulted(FaultEvent event)
{
    int errnum = fault_ask(&event);
    if (errnum != 0) {
        errno = errnum;
    }
    return errnum != 0;
}

static FileOutcome absent_or_failed(const char *doing, Str path, Err *err)
{
    if (errno == ENOENT || errno == ENOTDIR) {
        return FILE_ABSENT;
    }
    FAIL_SYS(err, "%s '%.*s'", doing, STR_ARG(path));
    return FILE_FAILED;
}

static FileStat stat_from(const struct stat *st)
{
    FileKind kind = S_ISREG(st->st_mode)   ? FILE_KIND_REGULAR
                    : S_ISDIR(st->st_mode) ? FILE_KIND_DIR
                    : S_ISLNK(st->st_mode) ? FILE_KIND_SYMLINK
                                           : FILE_KIND_OTHER;
    return (FileStat){
        .kind = kind,
        .size = st->st_size,
        .mtime_ns = st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec,
        .ctime_ns = st->st_ctim.tv_sec * 1000000000 + st->st_ctim.tv_nsec,
        .dev = st->st_dev,
        .ino = st->st_ino,
        .nlink = st->st_nlink,
        .mode = st->st_mode & 07777,
        .uid = st->st_uid,
        .gid = st->st_gid,
    };
}

static FileOutcome stat_at(int dirfd, Str path, int flags, FileStat *ret, Err *err)
{
    char c[CPATH_MAX];
    struct stat st;
    if (!cpath_make(path, c) || fstatat(dirfd, c, &st, flags) != 0) {
        return absent_or_failed("looking at", path, err);
    }
    *ret = stat_from(&st);
    return FILE_FOUND;
}

static FileOutcome open_at(int dirfd, Str path, int flags, int *ret_fd, Err *err)
{
    char c[CPATH_MAX];
    int fd = -1;
    if (cpath_make(path, c)) {
        do {
            fd = openat(dirfd, c, flags | O_CLOEXEC);
        } while (fd < 0 && errno == EINTR);
    }
    if (fd < 0) {
        return absent_or_failed("opening", path, err);
    }
    *ret_fd = fd;
    return FILE_FOUND;
}

/* Opens for writing with O_CREAT; the creation is announced to os/fault. */
static bool open_new(int dirfd, Str path, int flags, uint32_t mode, int *ret_fd, Err *err)
{
    char c[CPATH_MAX];
    int fd = -1;
    if (cpath_make(path, c) &&
        !is_faulted((FaultEvent){.op = FAULT_CREATE, .dirfd = dirfd, .path = path})) {
        do {
            fd = openat(dirfd, c, flags | O_CREAT | O_CLOEXEC | O_NOFOLLOW, (mode_t)mode);
        } while (fd < 0 && errno == EINTR);
    }
    if (fd < 0) {
        return FAIL_SYS(err, "creating '%.*s'", STR_ARG(path));
    }
    *ret_fd = fd;
    return true;
}

void file_close(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

FileOutcome file_lstat(int dirfd, Str path, FileStat *ret, Err *err)
{
    return stat_at(dirfd, path, AT_SYMLINK_NOFOLLOW, ret, err);
}

FileOutcome file_stat(int dirfd, Str path, FileStat *ret, Err *err)
{
    return stat_at(dirfd, path, 0, ret, err);
}

static bool is_of_kind(int dirfd, Str path, FileKind kind)
{
    FileStat st;
    Err ignored;
    return file_stat(dirfd, path, &st, &ignored) == FILE_FOUND && st.kind == kind;
}

bool file_is_dir(int dirfd, Str path)
{
    return is_of_kind(dirfd, path, FILE_KIND_DIR);
}

bool file_is_regular(int dirfd, Str path)
{
    return is_of_kind(dirfd, path, FILE_KIND_REGULAR);
}

bool file_fstat(int fd, FileStat *ret, Err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        return FAIL_SYS(err, "looking at an open file");
    }
    *ret = stat_from(&st);
    return true;
}

static bool may(int dirfd, Str path, int mode)
{
    char c[CPATH_MAX];
    return cpath_make(path, c) && faccessat(dirfd, c, mode, AT_EACCESS) == 0;
}

bool file_may_execute(int dirfd, Str path)
{
    return may(dirfd, path, X_OK);
}

bool file_may_write(int dirfd, Str path)
{
    return may(dirfd, path, W_OK);
}

bool file_check_writable(int dirfd, Str path, Err *err)
{
    return file_may_write(dirfd, path) ||
           FAIL_SYS(err, "'%.*s' cannot be written to", STR_ARG(path));
}

FileOutcome file_open(int dirfd, Str path, int *ret_fd, Err *err)
{
    return open_at(dirfd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, ret_fd, err);
}

FileOutcome file_open_plain(int dirfd, Str path, int *ret_fd, Err *err)
{
    return open_at(dirfd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW, ret_fd, err);
}

/* Opens one element of a path that open_stepwise walks, inner ones only when they are directories.
 * The kernel calls a symlink there "not a directory", as it does a file; only the file means that
 * nothing of that name exists. */
static FileOutcome open_element(int dirfd, Str name, bool is_last, int *ret_fd, Err *err)
{
    int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | (is_last ? 0 : O_DIRECTORY);
    FileOutcome outcome = open_at(dirfd, name, flags, ret_fd, err);
    FileStat st;
    if (outcome == FILE_ABSENT && !is_last && file_lstat(dirfd, name, &st, err) == FILE_FOUND &&
        st.kind == FILE_KIND_SYMLINK) {
        errno = ELOOP;
        FAIL_SYS(err, "opening '%.*s'", STR_ARG(name));
        outcome = FILE_FAILED;
    }
    return outcome;
}

/* file_open_beneath without openat2: one element at a time, never through a symlink. */
static FileOutcome open_stepwise(int dirfd, Str path, int *ret_fd, Err *err)
{
    int at = dirfd;
    FileOutcome outcome = FILE_FOUND;
    for (bool more = true; more && outcome == FILE_FOUND;) {
        StrCut cut = str_cut(path, '/');
        int next = -1;
        outcome = open_element(at, cut.head, !cut.found, &next, err);
        if (at != dirfd) {
            close(at);
        }
        at = next;
        path = cut.tail;
        more = cut.found;
    }
    if (outcome == FILE_FOUND) {
        *ret_fd = at;
    }
    return outcome;
}

FileOutcome file_open_beneath(int dirfd, Str path, int *ret_fd, Err *err)
{
    char c[CPATH_MAX];
    if (!cpath_make(path, c)) {
        return absent_or_failed("opening", path, err);
    }
    if (!path_is_local(path)) { /* the kernel would let a ".." pass that stays below */
        errno = EXDEV;
        FAIL_SYS(err, "opening '%.*s'", STR_ARG(path));
        return FILE_FAILED;
    }
    struct open_how how = {
        .flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
    };
    long fd;
    do {
        fd = syscall(SYS_openat2, dirfd, c, &how, sizeof(how));
    } while (fd < 0 && (errno == EINTR || errno == EAGAIN));
    if (fd < 0 && (errno == ENOSYS || errno == EPERM)) {
        return open_stepwise(dirfd, path, ret_fd, err);
    }
    if (fd < 0) {
        return absent_or_failed("opening", path, err);
    }
    *ret_fd = (int)fd;
    return FILE_FOUND;
}

bool file_create(int dirfd, Str path, uint32_t mode, int *ret_fd, Err *err)
{
    return open_new(dirfd, path, O_RDWR | O_EXCL, mode, ret_fd, err);
}

bool file_open_append(int dirfd, Str path, uint32_t mode, int *ret_fd, Err *err)
{
    return open_new(dirfd, path, O_WRONLY | O_APPEND, mode, ret_fd, err);
}

bool file_open_update(int dirfd, Str path, uint32_t mode, int *ret_fd, Err *err)
{
    return open_new(dirfd, path, O_RDWR, mode, ret_fd, err);
}

bool file_create_memory(Str name, int *ret_fd, Err *err)
{
    char c[CPATH_MAX];
    int fd = cpath_make(name, c) ? memfd_create(c, MFD_CLOEXEC) : -1;
    if (fd < 0) {
        return FAIL_SYS(err, "creating a file in memory");
    }
    *ret_fd = fd;
    return true;
}

/* What one call gives, 0 at the end; offset -1 is the descriptor's own position. */
static bool read_once(int fd, int64_t offset, void *buf, isize cap, isize *ret_n, Err *err)
{
    size_t want = (size_t)MIN(cap, FILE_MAX_IO);
    ssize_t got;
    do {
        got = offset < 0 ? read(fd, buf, want) : pread(fd, buf, want, offset);
    } while (got < 0 && errno == EINTR);
    *ret_n = MAX(got, 0);
    return got >= 0 || FAIL_SYS(err, "reading");
}

/* Reads until cap bytes or the end. */
static bool read_fully(int fd, int64_t offset, void *buf, isize cap, isize *ret_n, Err *err)
{
    isize n = 0, got = 1;
    while (n < cap && got > 0) {
        if (!read_once(fd, offset < 0 ? -1 : offset + n, (char *)buf + n, cap - n, &got, err)) {
            return false;
        }
        n += got;
    }
    *ret_n = n;
    return true;
}

bool file_read(int fd, void *buf, isize cap, isize *ret_n, Err *err)
{
    return read_fully(fd, -1, buf, cap, ret_n, err);
}

bool file_read_some(int fd, void *buf, isize cap, isize *ret_n, Err *err)
{
    return read_once(fd, -1, buf, cap, ret_n, err);
}

bool file_read_at(int fd, int64_t offset, void *buf, isize cap, isize *ret_n, Err *err)
{
    return read_fully(fd, offset, buf, cap, ret_n, err);
}

bool file_read_fd(Arena *a, int fd, isize max, Str *ret, Err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        return FAIL_SYS(err, "looking at an open file");
    }
    /* One byte more than the size says, so that a read of just the size is the end; the size of a
     * file in /proc is 0. */
    isize size = S_ISREG(st.st_mode) ? (isize)st.st_size : 0;
    isize cap = size > 0 ? MIN(size, max) + 1 : 4 * KIB;
    char *buf = arena_alloc(a, cap, 1, 1);
    isize len = 0, n = 1;
    while (n > 0 && (len == 0 || len != size)) {
        if (len == cap) {
            isize grown = MIN(cap * 2, max + 1);
            buf = arena_grow(a, buf, cap, grown, 1);
            cap = grown;
        }
        if (!read_once(fd, -1, buf + len, cap - len, &n, err)) {
            return false;
        }
        len += n;
        if (len > max) {
            return FAIL(err, ERR_LIMIT, "has more than the %td bytes that are read", max);
        }
    }
    *ret = (Str){buf, len};
    return true;
}

FileOutcome file_read_all(Arena *a, int dirfd, Str path, isize max, Str *ret, Err *err)
{
    AUTO_CLOSE int fd = -1;
    FileOutcome outcome = file_open(dirfd, path, &fd, err);
    if (outcome != FILE_FOUND) {
        return outcome;
    }
    if (!file_read_fd(a, fd, max, ret, err)) {
        FAIL_IN(err, "reading '%.*s'", STR_ARG(path));
        return FILE_FAILED;
    }
    return FILE_FOUND;
}

static bool write_fully(int fd, int64_t offset, Str data, Err *err)
{
    if (is_faulted((FaultEvent){.op = FAULT_WRITE, .fd = fd, .data = data, .offset = offset})) {
        return FAIL_SYS(err, "writing %td bytes", data.len);
    }
    for (isize done = 0; done < data.len;) {
        size_t want = (size_t)MIN(data.len - done, FILE_MAX_IO);
        ssize_t n = offset < 0 ? write(fd, data.ptr + done, want)
                               : pwrite(fd, data.ptr + done, want, offset + done);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return FAIL_SYS(err, "writing %td bytes", data.len);
        }
        done += n;
    }
    return true;
}

bool file_write(int fd, Str data, Err *err)
{
    return write_fully(fd, -1, data, err);
}

bool file_write_at(int fd, int64_t offset, Str data, Err *err)
{
    return write_fully(fd, offset, data, err);
}

bool file_reserve(int fd, int64_t size, Err *err)
{
    if (size == 0) {
        return true;
    }
    int errnum = fault_ask(&(FaultEvent){.op = FAULT_RESERVE, .fd = fd, .offset = size});
    if (errnum == 0) {
        do {
            errnum = posix_fallocate(fd, 0, size);
        } while (errnum == EINTR); /* tmpfs gives up when a signal is pending */
    }
    if (errnum != 0) {
        errno = errnum;
        return FAIL_SYS(err, "reserving %lld bytes", (long long)size);
    }
    return true;
}

bool file_truncate(int fd, int64_t size, Err *err)
{
    int done = -1;
    if (!is_faulted((FaultEvent){.op = FAULT_TRUNCATE, .fd = fd, .offset = size})) {
        do {
            done = ftruncate(fd, size);
        } while (done != 0 && errno == EINTR);
    }
    return done == 0 || FAIL_SYS(err, "cutting to %lld bytes", (long long)size);
}

bool file_set_mode(int fd, uint32_t mode, Err *err)
{
    if (is_faulted((FaultEvent){.op = FAULT_MODE, .fd = fd, .offset = mode}) ||
        fchmod(fd, (mode_t)mode) != 0) {
        return FAIL_SYS(err, "setting the mode to %03o", (unsigned)mode);
    }
    return true;
}

bool file_set_mode_at(int dirfd, Str path, uint32_t mode, Err *err)
{
    char c[CPATH_MAX];
    FaultEvent event = {.op = FAULT_MODE, .dirfd = dirfd, .fd = -1, .path = path, .offset = mode};
    if (!cpath_make(path, c) || is_faulted(event) || fchmodat(dirfd, c, (mode_t)mode, 0) != 0) {
        return FAIL_SYS(err, "setting the mode of '%.*s' to %03o", STR_ARG(path), (unsigned)mode);
    }
    return true;
}

bool file_set_group(int fd, uint32_t gid, Err *err)
{
    if (is_faulted((FaultEvent){.op = FAULT_GROUP, .fd = fd, .offset = gid}) ||
        fchown(fd, (uid_t)-1, (gid_t)gid) != 0) {
        return FAIL_SYS(err, "setting the group to %u", (unsigned)gid);
    }
    return true;
}

/* Opens the directory that holds path, for the fsync that makes a rename in it last. */
static bool sync_parent(int dirfd, Str path, Err *err)
{
    isize slash = str_last_index_byte(path, '/');
    Str parent = slash < 0 ? S(".") : slash == 0 ? S("/") : str_to(path, slash);
    AUTO_CLOSE int fd = -1;
    if (open_at(dirfd, parent, O_RDONLY | O_DIRECTORY, &fd, err) != FILE_FOUND) {
        return FAIL_SYS(err, "opening the directory of '%.*s'", STR_ARG(path));
    }
    return file_sync(fd, err);
}

/* Nobody wants a device or a pipe to become a file: root would lose /dev/null for the machine. */
static bool may_be_replaced(int dirfd, Str path, Err *err)
{
    FileStat st;
    switch (file_lstat(dirfd, path, &st, err)) {
    case FILE_FAILED:
        return false;
    case FILE_ABSENT:
        return true;
    case FILE_FOUND:
        break;
    }
    return st.kind != FILE_KIND_OTHER ||
           FAIL(err, ERR_USAGE, "it is a device, a pipe or a socket, and not to become a file");
}

static bool replace(int dirfd, Str path, Str data, uint32_t mode, Err *err)
{
    Arena a = arena_init(0);
    Str temp = str_format(&a, "%.*s.%.*s.tmp", STR_ARG(path), STR_ARG(random_name(&a)));
    int fd = -1;
    bool ok = file_create(dirfd, temp, mode, &fd, err);
    if (ok) {
        ok = file_write(fd, data, err) && file_sync(fd, err) &&
             file_rename(dirfd, temp, dirfd, path, err);
        if (!ok) {
            Err ignored;
            file_unlink(dirfd, temp, &ignored);
        }
        ok = ok && sync_parent(dirfd, path, err);
    }
    file_close(&fd);
    arena_done(&a);
    return ok;
}

bool file_replace(int dirfd, Str path, Str data, uint32_t mode, Err *err)
{
    return (may_be_replaced(dirfd, path, err) && replace(dirfd, path, data, mode, err)) ||
           FAIL_IN(err, "writing '%.*s'", STR_ARG(path));
}

bool file_put(Arena scratch, Str path, Str data, uint32_t mode, Err *err)
{
    FileStat st;
    AUTO_CLOSE int fd = -1;
    FileOutcome found = file_stat(FILE_CWD, path, &st, err);
    if (found == FILE_FOUND && st.kind == FILE_KIND_OTHER) {
        return (open_at(FILE_CWD, path, O_WRONLY | O_NOCTTY, &fd, err) == FILE_FOUND &&
                file_write(fd, data, err)) ||
               FAIL_IN(err, "writing '%.*s'", STR_ARG(path));
    }
    Str real = path;
    if (found == FILE_FOUND && proc_real_path(&scratch, path, &real, err) != FILE_FOUND) {
        return FAIL_IN(err, "writing '%.*s'", STR_ARG(path));
    }
    return found != FILE_FAILED && file_replace(FILE_CWD, real, data, mode, err);
}

bool file_rename(int from_dirfd, Str from, int to_dirfd, Str to, Err *err)
{
    char c_from[CPATH_MAX], c_to[CPATH_MAX];
    FaultEvent event = {
        .op = FAULT_RENAME, .dirfd = from_dirfd, .path = from, .dirfd2 = to_dirfd, .path2 = to};
    if (!cpath_make(from, c_from) || !cpath_make(to, c_to) || is_faulted(event) ||
        renameat(from_dirfd, c_from, to_dirfd, c_to) != 0) {
        return FAIL_SYS(err, "renaming '%.*s' to '%.*s'", STR_ARG(from), STR_ARG(to));
    }
    return true;
}

/* For file systems without RENAME_NOREPLACE. Not atomic against a third party: callers hold the
 * lock of the directory. */
static int rename_if_absent(int from_dirfd, const char *from, int to_dirfd, const char *to)
{
    struct stat st;
    if (fstatat(to_dirfd, to, &st, AT_SYMLINK_NOFOLLOW) == 0) {
        errno = EEXIST;
        return -1;
    }
    return errno == ENOENT ? renameat(from_dirfd, from, to_dirfd, to) : -1;
}

FileMove file_rename_new(int from_dirfd, Str from, int to_dirfd, Str to, Err *err)
{
    char c_from[CPATH_MAX], c_to[CPATH_MAX];
    FaultEvent event = {
        .op = FAULT_RENAME_NEW, .dirfd = from_dirfd, .path = from, .dirfd2 = to_dirfd, .path2 = to};
    int done = -1;
    if (cpath_make(from, c_from) && cpath_make(to, c_to) && !is_faulted(event)) {
        done = (int)syscall(SYS_renameat2, from_dirfd, c_from, to_dirfd, c_to, RENAME_NOREPLACE);
        if (done != 0 && (errno == EINVAL || errno == ENOSYS)) {
            done = rename_if_absent(from_dirfd, c_from, to_dirfd, c_to);
        }
    }
    if (done == 0) {
        return FILE_MOVED;
    }
    if (errno == EEXIST || errno == ENOTEMPTY) {
        return FILE_EXISTS;
    }
    FAIL_SYS(err, "renaming '%.*s' to '%.*s'", STR_ARG(from), STR_ARG(to));
    return FILE_MOVE_FAILED;
}

FileLink file_link(int from_dirfd, Str from, int to_dirfd, Str to, Err *err)
{
    char c_from[CPATH_MAX], c_to[CPATH_MAX];
    FaultEvent event = {
        .op = FAULT_LINK, .dirfd = from_dirfd, .path = from, .dirfd2 = to_dirfd, .path2 = to};
    if (cpath_make(from, c_from) && cpath_make(to, c_to) && !is_faulted(event) &&
        linkat(from_dirfd, c_from, to_dirfd, c_to, 0) == 0) {
        return FILE_LINKED;
    }
    switch (errno) {
    case EEXIST:
        return FILE_LINK_EXISTS;
    case EXDEV:
    case EMLINK:
    case EPERM:
    case EACCES: /* protected_hardlinks */
    case EOPNOTSUPP:
        return FILE_LINK_IMPOSSIBLE;
    default:
        FAIL_SYS(err, "linking '%.*s' as '%.*s'", STR_ARG(from), STR_ARG(to));
        return FILE_LINK_FAILED;
    }
}

bool file_clone(int from_fd, int to_fd)
{
    return !is_faulted((FaultEvent){.op = FAULT_COPY, .fd = from_fd, .fd2 = to_fd}) &&
           ioctl(to_fd, FICLONE, from_fd) == 0;
}

/* The way that always works. */
static bool copy_by_hand(int from_fd, int to_fd, Err *err)
{
    char buf[64 * 1024];
    for (;;) {
        isize n;
        if (!file_read(from_fd, buf, (isize)sizeof(buf), &n, err)) {
            return false;
        }
        if (n == 0) {
            return true;
        }
        if (!file_write(to_fd, (Str){buf, n}, err)) {
            return false;
        }
    }
}

bool file_copy(int from_fd, int to_fd, Err *err)
{
    if (is_faulted((FaultEvent){.op = FAULT_COPY, .fd = from_fd, .fd2 = to_fd})) {
        return FAIL_SYS(err, "copying");
    }
    for (;;) {
        ssize_t n = copy_file_range(from_fd, NULL, to_fd, NULL, FILE_MAX_IO, 0);
        if (n == 0) {
            /* Files of /proc and some FUSE systems claim to be empty here: let read decide. */
            return copy_by_hand(from_fd, to_fd, err);
        }
        if (n < 0 &&
            (errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP)) {
            return copy_by_hand(from_fd, to_fd, err);
        }
        if (n < 0 && errno != EINTR) {
            return FAIL_SYS(err, "copying");
        }
    }
}

bool file_symlink(Str target, int dirfd, Str path, Err *err)
{
    char c_target[CPATH_MAX], c_path[CPATH_MAX];
    FaultEvent event = {.op = FAULT_SYMLINK, .dirfd = dirfd, .path = path, .data = target};
    if (!cpath_make(target, c_target) || !cpath_make(path, c_path) || is_faulted(event) ||
        symlinkat(c_target, dirfd, c_path) != 0) {
        return FAIL_SYS(err, "creating the symlink '%.*s'", STR_ARG(path));
    }
    return true;
}

FileOutcome file_readlink(Arena *a, int dirfd, Str path, Str *ret, Err *err)
{
    char c[CPATH_MAX], target[CPATH_MAX];
    ssize_t n = cpath_make(path, c) ? readlinkat(dirfd, c, target, sizeof(target)) : -1;
    if (n < 0) {
        return absent_or_failed("reading the symlink", path, err);
    }
    *ret = str_copy(a, (Str){target, n});
    return FILE_FOUND;
}

FileOutcome file_unlink(int dirfd, Str path, Err *err)
{
    char c[CPATH_MAX];
    FaultEvent event = {.op = FAULT_UNLINK, .dirfd = dirfd, .path = path};
    if (!cpath_make(path, c) || is_faulted(event) || unlinkat(dirfd, c, 0) != 0) {
        return absent_or_failed("removing", path, err);
    }
    return FILE_FOUND;
}

static bool sync_with(int (*sync_call)(int), FaultOp op, int fd, Err *err)
{
    int done = -1;
    if (!is_faulted((FaultEvent){.op = op, .fd = fd})) {
        do {
            done = sync_call(fd);
        } while (done != 0 && errno == EINTR);
    }
    return done == 0 || FAIL_SYS(err, "making sure that the disk has it");
}

bool file_sync(int fd, Err *err)
{
    return sync_with(fsync, FAULT_SYNC, fd, err);
}

bool file_sync_data(int fd, Err *err)
{
    return sync_with(fdatasync, FAULT_SYNC, fd, err);
}

bool file_sync_system(int fd, Err *err)
{
    return sync_with(syncfs, FAULT_SYNC_SYSTEM, fd, err);
}
