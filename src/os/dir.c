#define _GNU_SOURCE /* DT_*, syscall */
#include "os/dir.h"

#include "base/path.h"
#include "base/sort.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "os/cpath.h"
#include "os/fault.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DIR_MAX_DEPTH 200 /* deeper trees are refused: each level holds a descriptor */

/* What the kernel writes into the buffer of getdents64: the libcs do not agree on a name for it. */
typedef struct {
    uint64_t ino;
    int64_t off;
    uint16_t reclen; /* bytes to the next one */
    uint8_t type;    /* DT_... */
    char name[];
} KernelEntry;

static FileOutcome open_dir(int dirfd, Str path, int flags, int *ret_fd, Err *err)
{
    char c[CPATH_MAX];
    int fd =
        cpath_make(path, c) ? openat(dirfd, c, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags) : -1;
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
        return FILE_ABSENT;
    }
    if (fd < 0) {
        FAIL_SYS(err, "opening the directory '%.*s'", STR_ARG(path));
        return FILE_FAILED;
    }
    *ret_fd = fd;
    return FILE_FOUND;
}

FileOutcome dir_open(int dirfd, Str path, int *ret_fd, Err *err)
{
    return open_dir(dirfd, path, 0, ret_fd, err);
}

static int make(int dirfd, Str path, uint32_t mode)
{
    char c[CPATH_MAX];
    if (!cpath_make(path, c)) {
        return -1;
    }
    int errnum = fault_ask(&(FaultEvent){.op = FAULT_MKDIR, .dirfd = dirfd, .path = path});
    if (errnum != 0) {
        errno = errnum;
        return -1;
    }
    return mkdirat(dirfd, c, (mode_t)mode);
}

bool dir_make(int dirfd, Str path, uint32_t mode, Err *err)
{
    if (make(dirfd, path, mode) == 0) {
        return true;
    }
    int errnum = errno;
    if (errnum == EEXIST && file_is_dir(dirfd, path)) {
        return true;
    }
    errno = errnum;
    return FAIL_SYS(err, "creating the directory '%.*s'", STR_ARG(path));
}

bool dir_make_all(int dirfd, Str path, uint32_t mode, Err *err)
{
    if (file_is_dir(dirfd, path)) {
        return true;
    }
    Str parent = path_dir(path);
    if (!str_eq(parent, path) && !str_eq(parent, S(".")) && !str_eq(parent, S("/")) &&
        !dir_make_all(dirfd, parent, mode, err)) {
        return false;
    }
    return dir_make(dirfd, path, mode, err);
}

static FileKind kind_of_type(unsigned char type)
{
    switch (type) {
    case DT_REG:
        return FILE_KIND_REGULAR;
    case DT_DIR:
        return FILE_KIND_DIR;
    case DT_LNK:
        return FILE_KIND_SYMLINK;
    case DT_UNKNOWN:
        return FILE_KIND_NONE;
    default:
        return FILE_KIND_OTHER;
    }
}

static int compare_entries(const void *x, const void *y)
{
    return str_compare(((const DirEntry *)x)->name, ((const DirEntry *)y)->name);
}

bool dir_list(Arena *a, int fd, DirList *ret, Err *err)
{
    return lseek(fd, 0, SEEK_SET) == 0 ? dir_list_fresh(a, fd, ret, err)
                                       : FAIL_SYS(err, "listing a directory");
}

bool dir_list_fresh(Arena *a, int fd, DirList *ret, Err *err)
{
    VEC(DirEntry) entries = {0};
    _Alignas(KernelEntry) char buf[32 * 1024];
    for (;;) {
        ssize_t n = syscall(SYS_getdents64, fd, buf, sizeof(buf));
        if (n < 0) {
            return FAIL_SYS(err, "listing a directory");
        }
        if (n == 0) {
            break;
        }
        for (ssize_t at = 0; at < n;) {
            const KernelEntry *d = (const KernelEntry *)(buf + at);
            at += d->reclen;
            Str name = str_from_c(d->name);
            if (str_eq(name, S(".")) || str_eq(name, S(".."))) {
                continue;
            }
            DirEntry entry = {str_copy(a, name), kind_of_type(d->type)};
            if (entry.kind == FILE_KIND_NONE) {
                FileStat st;
                FileOutcome found = file_lstat(fd, name, &st, err);
                if (found == FILE_FAILED) {
                    return false;
                }
                if (found == FILE_ABSENT) {
                    continue; /* removed since it was listed */
                }
                entry.kind = st.kind;
            }
            *VEC_PUSH(a, &entries) = entry;
        }
    }
    sort_array(entries.ptr, entries.len, (isize)sizeof(DirEntry), compare_entries);
    *ret = (DirList){entries.ptr, entries.len};
    return true;
}

typedef struct {
    Arena *arena;
    VEC(DirFile) files;
    isize max;
} Walk;

static bool walk(Walk *w, int fd, Str prefix, int depth, Err *err)
{
    DirList list;
    if (depth > DIR_MAX_DEPTH) {
        return FAIL(err, ERR_LIMIT, "'%.*s' is nested deeper than %d directories", STR_ARG(prefix),
                    DIR_MAX_DEPTH);
    }
    if (!(depth == 0 ? dir_list : dir_list_fresh)(w->arena, fd, &list, err)) {
        return FAIL_IN(err, "walking '%.*s'", STR_ARG(prefix));
    }
    for (isize i = 0; i < list.len; i++) {
        DirEntry entry = list.ptr[i];
        Str path = path_join(w->arena, prefix, entry.name);
        if (entry.kind != FILE_KIND_DIR) {
            if (w->files.len == w->max) {
                return FAIL(err, ERR_LIMIT, "more than %td files below one root", w->max);
            }
            *VEC_PUSH(w->arena, &w->files) = (DirFile){path, entry.kind};
            continue;
        }
        AUTO_CLOSE int child = -1;
        FileOutcome opened = open_dir(fd, entry.name, O_NOFOLLOW, &child, err);
        if (opened == FILE_FAILED ||
            (opened == FILE_FOUND && !walk(w, child, path, depth + 1, err))) {
            return false;
        }
    }
    return true;
}

static int compare_files(const void *x, const void *y)
{
    return str_compare(((const DirFile *)x)->path, ((const DirFile *)y)->path);
}

bool dir_walk(Arena *a, int fd, isize max, DirTree *ret, Err *err)
{
    Walk w = {.arena = a, .max = max};
    if (!walk(&w, fd, (Str){0}, 0, err)) {
        return false;
    }
    /* The order of listing puts "a/b" before "a.c"; bytewise order of whole paths does not. */
    sort_array(w.files.ptr, w.files.len, (isize)sizeof(DirFile), compare_files);
    *ret = (DirTree){w.files.ptr, w.files.len};
    return true;
}

FileOutcome dir_remove(int dirfd, Str path, Err *err)
{
    char c[CPATH_MAX];
    bool ok = cpath_make(path, c);
    if (ok) {
        errno = fault_ask(&(FaultEvent){.op = FAULT_RMDIR, .dirfd = dirfd, .path = path});
        ok = errno == 0 && unlinkat(dirfd, c, AT_REMOVEDIR) == 0;
    }
    if (ok) {
        return FILE_FOUND;
    }
    if (errno == ENOENT) {
        return FILE_ABSENT;
    }
    FAIL_SYS(err, "removing the directory '%.*s'", STR_ARG(path));
    return FILE_FAILED;
}

/* Opens a directory to empty it, never through a symlink; a read-only one is made writable. */
static FileOutcome open_to_empty(int dirfd, Str path, int *ret_fd, Err *err)
{
    char c[CPATH_MAX];
    struct stat st;
    int fd = cpath_make(path, c) ? openat(dirfd, c, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                                 : -1;
    if (fd < 0 && errno == ENOENT) {
        return FILE_ABSENT;
    }
    if (fd < 0) {
        FAIL_SYS(err, "opening the directory '%.*s'", STR_ARG(path));
        return FILE_FAILED;
    }
    *ret_fd = fd;
    if (fstat(fd, &st) == 0 && (st.st_mode & 0300) != 0300 &&
        !file_set_mode(fd, (st.st_mode & 07777) | 0700, err)) {
        return FILE_FAILED;
    }
    return FILE_FOUND;
}

static FileOutcome remove_tree(Arena scratch, int dirfd, Str path, int depth, Err *err)
{
    AUTO_CLOSE int fd = -1;
    if (depth > DIR_MAX_DEPTH) {
        FAIL(err, ERR_LIMIT, "'%.*s' is nested deeper than %d directories", STR_ARG(path),
             DIR_MAX_DEPTH);
        return FILE_FAILED;
    }
    FileOutcome opened = open_to_empty(dirfd, path, &fd, err);
    if (opened != FILE_FOUND) {
        return opened;
    }
    DirList list;
    if (!dir_list(&scratch, fd, &list, err)) {
        return FILE_FAILED;
    }
    for (isize i = 0; i < list.len; i++) {
        FileOutcome removed = list.ptr[i].kind == FILE_KIND_DIR
                                  ? remove_tree(scratch, fd, list.ptr[i].name, depth + 1, err)
                                  : file_unlink(fd, list.ptr[i].name, err);
        if (removed == FILE_FAILED) {
            FAIL_IN(err, "in '%.*s'", STR_ARG(path));
            return FILE_FAILED;
        }
    }
    return dir_remove(dirfd, path, err);
}

FileOutcome dir_remove_all(int dirfd, Str path, Err *err)
{
    FileStat st;
    FileOutcome found = file_lstat(dirfd, path, &st, err);
    if (found != FILE_FOUND) {
        return found;
    }
    if (st.kind != FILE_KIND_DIR) {
        return file_unlink(dirfd, path, err);
    }
    Arena a = arena_init(64 * KIB);
    FileOutcome removed = remove_tree(a, dirfd, path, 0, err);
    arena_done(&a);
    return removed;
}
