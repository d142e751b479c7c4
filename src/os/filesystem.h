/* What lies under a directory: the kind of file system, and what room it has. */
#ifndef OS_FILESYSTEM_H
#define OS_FILESYSTEM_H

#include "os/file.h"

/* Kinds that behave otherwise than a local disk. */
typedef enum {
    FILESYSTEM_LOCAL,   /* anything not named below */
    FILESYSTEM_NETWORK, /* NFS, SMB, 9p, AFS, Ceph ...: locks and renames are another machine's */
    FILESYSTEM_FUSE,    /* a program in user space answers */
    FILESYSTEM_OVERLAY, /* usually the writable layer of a container: gone with it */
    FILESYSTEM_KIND_COUNT,
} FilesystemKind;

typedef struct {
    FilesystemKind kind;
    Str name;            /* "nfs", "smb", "ext4"; "type 0x..." for one without a name here */
    int64_t free_bytes;  /* for an ordinary user */
    int64_t free_inodes; /* -1 when the file system has no fixed number of them */
    bool is_read_only;
    bool is_noexec; /* no program on it can be started */
} Filesystem;

/* Of the file system that holds path, which must exist. Names live on a or in literals. */
FileOutcome filesystem_look(Arena *a, int dirfd, Str path, Filesystem *ret, Err *err);

/* Whether the file system can lock an open file in the way of cmd/go (flock), asked with a shared
 * lock that is given back at once; a lock that somebody else holds is a yes. *err says why not. */
bool filesystem_can_lock(int fd, Err *err);

#endif
