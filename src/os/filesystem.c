#define _GNU_SOURCE /* O_PATH */
#include "os/filesystem.h"

#include "os/cpath.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/statfs.h>

/* Flags of statfs(2), which not every C library names. */
#define FLAG_READ_ONLY 1
#define FLAG_NOEXEC 8

/* Magic numbers of linux/magic.h and of the file systems' own sources; not all are in the headers
 * of every C library. */
static const struct {
    uint32_t magic;
    FilesystemKind kind;
    Str name;
} known[] = {
    {0x00006969, FILESYSTEM_NETWORK, STR_CONST("nfs")},
    {0x0000517B, FILESYSTEM_NETWORK, STR_CONST("smb")},
    {0xFE534D42, FILESYSTEM_NETWORK, STR_CONST("smb2")},
    {0xFF534D42, FILESYSTEM_NETWORK, STR_CONST("cifs")},
    {0x01021997, FILESYSTEM_NETWORK, STR_CONST("9p")},
    {0x5346414F, FILESYSTEM_NETWORK, STR_CONST("afs")},
    {0x6B414653, FILESYSTEM_NETWORK, STR_CONST("afs")},
    {0x00C36400, FILESYSTEM_NETWORK, STR_CONST("ceph")},
    {0x73757245, FILESYSTEM_NETWORK, STR_CONST("coda")},
    {0x0BD00BD0, FILESYSTEM_NETWORK, STR_CONST("lustre")},
    {0x47504653, FILESYSTEM_NETWORK, STR_CONST("gpfs")},
    {0x0000564C, FILESYSTEM_NETWORK, STR_CONST("ncp")},
    {0x786F4256, FILESYSTEM_NETWORK, STR_CONST("vboxsf")},
    {0x65735546, FILESYSTEM_FUSE, STR_CONST("fuse")},
    {0x794C7630, FILESYSTEM_OVERLAY, STR_CONST("overlay")},
    {0x61756673, FILESYSTEM_OVERLAY, STR_CONST("aufs")},
    {0x0000EF53, FILESYSTEM_LOCAL, STR_CONST("ext4")},
    {0x58465342, FILESYSTEM_LOCAL, STR_CONST("xfs")},
    {0x9123683E, FILESYSTEM_LOCAL, STR_CONST("btrfs")},
    {0x2FC12FC1, FILESYSTEM_LOCAL, STR_CONST("zfs")},
    {0x01021994, FILESYSTEM_LOCAL, STR_CONST("tmpfs")},
    {0xF2F52010, FILESYSTEM_LOCAL, STR_CONST("f2fs")},
    {0xCA451A4E, FILESYSTEM_LOCAL, STR_CONST("bcachefs")},
    {0x00009FA0, FILESYSTEM_LOCAL, STR_CONST("proc")},
};

static Filesystem from_statfs(Arena *a, const struct statfs *fs)
{
    uint32_t magic = (uint32_t)fs->f_type; /* a signed word, sign-extended on some machines */
    int64_t free_bytes;
    if (__builtin_mul_overflow(fs->f_bavail, fs->f_bsize, &free_bytes)) {
        free_bytes = INT64_MAX;
    }
    Filesystem ret = {
        .kind = FILESYSTEM_LOCAL,
        .free_bytes = free_bytes,
        .free_inodes = fs->f_files == 0 ? -1 : (int64_t)fs->f_ffree,
        .is_read_only = (fs->f_flags & FLAG_READ_ONLY) != 0,
        .is_noexec = (fs->f_flags & FLAG_NOEXEC) != 0,
    };
    for (isize i = 0; i < COUNT_OF(known); i++) {
        if (known[i].magic == magic) {
            ret.kind = known[i].kind;
            ret.name = known[i].name;
            return ret;
        }
    }
    ret.name = str_format(a, "type 0x%08x", magic);
    return ret;
}

FileOutcome filesystem_look(Arena *a, int dirfd, Str path, Filesystem *ret, Err *err)
{
    char c[CPATH_MAX];
    struct statfs fs;
    AUTO_CLOSE int fd = cpath_make(path, c) ? openat(dirfd, c, O_PATH | O_CLOEXEC) : -1;
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
        return FILE_ABSENT;
    }
    int done = -1;
    if (fd >= 0) {
        do {
            done = fstatfs(fd, &fs);
        } while (done != 0 && errno == EINTR);
    }
    if (done != 0) {
        FAIL_SYS(err, "looking at the file system of '%.*s'", STR_ARG(path));
        return FILE_FAILED;
    }
    *ret = from_statfs(a, &fs);
    return FILE_FOUND;
}

bool filesystem_can_lock(int fd, Err *err)
{
    if (flock(fd, LOCK_SH | LOCK_NB) == 0) {
        flock(fd, LOCK_UN);
        return true;
    }
    return errno == EWOULDBLOCK || errno == EINTR || FAIL_SYS(err, "locking it");
}
