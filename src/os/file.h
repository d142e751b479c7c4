/*
 * Files: the only door to open, read, write and rename.
 *
 * Paths are given relative to a directory descriptor (FILE_CWD for the working directory) and must
 * not hold NUL bytes; the kernel's own limit of 4096 bytes applies. Every descriptor is
 * close-on-exec. Interrupted calls are repeated, short reads and writes are continued. Each
 * changing call passes os/fault first, so that tests can record it, fail it, or end the process
 * before it.
 */
#ifndef OS_FILE_H
#define OS_FILE_H

#include "base/err.h"
#include "base/str.h"

#define FILE_CWD (-100) /* AT_FDCWD */

/* A descriptor closed when its scope ends: AUTO_CLOSE int fd = -1; */
#define AUTO_CLOSE __attribute__((cleanup(file_close)))
void file_close(int *fd); /* closes when >= 0, then sets -1 */

typedef enum {
    FILE_FAILED, /* *err says why */
    FILE_FOUND,
    FILE_ABSENT, /* nothing of that name (or a parent is missing); *err untouched */
} FileOutcome;

typedef enum {
    FILE_KIND_NONE,
    FILE_KIND_REGULAR,
    FILE_KIND_DIR,
    FILE_KIND_SYMLINK,
    FILE_KIND_OTHER,
    FILE_KIND_COUNT,
} FileKind;

typedef struct {
    FileKind kind;
    int64_t size;
    int64_t mtime_ns;
    int64_t ctime_ns; /* of the last change of content, name or mode; nobody can set it */
    uint64_t dev, ino, nlink;
    uint32_t mode; /* permission bits only */
    uint32_t uid, gid;
} FileStat;

/* Without following a symlink at the last element, and with. */
FileOutcome file_lstat(int dirfd, Str path, FileStat *ret, Err *err);
FileOutcome file_stat(int dirfd, Str path, FileStat *ret, Err *err);
/* Whether path leads to a directory (to a regular file); what cannot be looked at does not. */
bool file_is_dir(int dirfd, Str path);
bool file_is_regular(int dirfd, Str path);
bool file_fstat(int fd, FileStat *ret, Err *err);
/* Whether the caller's effective user may execute (write) it; when not, errno says why. */
bool file_may_execute(int dirfd, Str path);
bool file_may_write(int dirfd, Str path);
/* The same, for whoever needs to know why not. */
bool file_check_writable(int dirfd, Str path, Err *err);

/* Opens for reading. file_open_plain refuses a symlink at the last element. */
FileOutcome file_open(int dirfd, Str path, int *ret_fd, Err *err);
FileOutcome file_open_plain(int dirfd, Str path, int *ret_fd, Err *err);
/* Opens below dirfd, refusing any symlink on the way and any path that is not path_is_local
 * (openat2 RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS; element by element where the kernel has no
 * openat2 or a container forbids it, which older ones do with EPERM). */
FileOutcome file_open_beneath(int dirfd, Str path, int *ret_fd, Err *err);
/* Creates anew (O_EXCL) for reading and writing. */
bool file_create(int dirfd, Str path, uint32_t mode, int *ret_fd, Err *err);
/* Opens for appending, created with mode when absent. */
bool file_open_append(int dirfd, Str path, uint32_t mode, int *ret_fd, Err *err);
/* Opens for reading and writing at any place, created with mode when absent; content is kept. */
bool file_open_update(int dirfd, Str path, uint32_t mode, int *ret_fd, Err *err);
/* An unnamed file in memory (memfd), for replies of helpers. */
bool file_create_memory(Str name, int *ret_fd, Err *err);

/* Reads at most cap bytes; *ret_n is less only at the end of the file. */
bool file_read(int fd, void *buf, isize cap, isize *ret_n, Err *err);
/* One call of the kernel's: at least a byte, at most cap; 0 only at the end of the file. */
bool file_read_some(int fd, void *buf, isize cap, isize *ret_n, Err *err);
bool file_read_at(int fd, int64_t offset, void *buf, isize cap, isize *ret_n, Err *err);
/* The whole content on the arena; more than max bytes is ERR_LIMIT. A directory is ERR_IO. */
FileOutcome file_read_all(Arena *a, int dirfd, Str path, isize max, Str *ret, Err *err);
bool file_read_fd(Arena *a, int fd, isize max, Str *ret, Err *err);

bool file_write(int fd, Str data, Err *err);
bool file_write_at(int fd, int64_t offset, Str data, Err *err);
/* Reserves the blocks of size bytes, so that later writes (through a mapping too) cannot meet a
 * full disk; the file then has that size. */
bool file_reserve(int fd, int64_t size, Err *err);
bool file_truncate(int fd, int64_t size, Err *err);
bool file_set_mode(int fd, uint32_t mode, Err *err);
bool file_set_mode_at(int dirfd, Str path, uint32_t mode, Err *err);
/* Clears the bits of the mode that run a program as somebody else. */
bool file_set_group(int fd, uint32_t gid, Err *err);

/* Replaces (or creates) path whole: temporary file beside it, fsync, rename, fsync of the
 * directory. A crash leaves the old or the new content. A symlink is replaced, not followed; a
 * device, pipe or socket is ERR_USAGE. */
bool file_replace(int dirfd, Str path, Str data, uint32_t mode, Err *err);
/* For a path that a person named for output: as file_replace, but what a symlink leads to is
 * replaced, and a device or pipe (/dev/stdout) is written to. */
bool file_put(Arena scratch, Str path, Str data, uint32_t mode, Err *err);

bool file_rename(int from_dirfd, Str from, int to_dirfd, Str to, Err *err); /* replaces */
typedef enum { FILE_MOVE_FAILED, FILE_MOVED, FILE_EXISTS } FileMove;
/* Never replaces: FILE_EXISTS when `to` is there. */
FileMove file_rename_new(int from_dirfd, Str from, int to_dirfd, Str to, Err *err);
typedef enum {
    FILE_LINK_FAILED,
    FILE_LINKED,
    FILE_LINK_EXISTS,
    FILE_LINK_IMPOSSIBLE, /* other file system, too many links, or links not allowed here */
} FileLink;
FileLink file_link(int from_dirfd, Str from, int to_dirfd, Str to, Err *err);
/* Makes `to` share the blocks of the open file from; false without error text when the file system
 * cannot (then copy). */
bool file_clone(int from_fd, int to_fd);
/* Copies everything from the current offsets on (copy_file_range, else read and write). */
bool file_copy(int from_fd, int to_fd, Err *err);

bool file_symlink(Str target, int dirfd, Str path, Err *err);
FileOutcome file_readlink(Arena *a, int dirfd, Str path, Str *ret, Err *err);
/* Absent is not an error: the answer is then FILE_ABSENT. */
FileOutcome file_unlink(int dirfd, Str path, Err *err);

bool file_sync(int fd, Err *err);        /* fsync; of a directory too */
bool file_sync_data(int fd, Err *err);   /* fdatasync */
bool file_sync_system(int fd, Err *err); /* syncfs of the file system that holds fd */

#endif
