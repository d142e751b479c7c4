/*
 * What a crash may leave on a disk.
 *
 * A recorder sees every changing call below a root (os/fault) and keeps a model of the directory
 * tree. Each call is an operation on one file's content, or on one or two directory entries. It
 * is safe once the file (for content) or the directory of the entry's new place (for entries) was
 * synced, or the file system as a whole. What is not safe at the moment of a crash may have
 * happened, or not, each operation for itself and in any order; content may have arrived by half,
 * or as zeros. A rename is never seen half done: that much every file system with a journal
 * promises.
 */
#ifndef SUPPORT_DISK_MODEL_H
#define SUPPORT_DISK_MODEL_H

#include "base/vec.h"
#include "os/fault.h"
#include "os/file.h"

typedef struct {
    Str name;
    isize inode;
} DiskEntry;

typedef struct {
    FileKind kind; /* NONE: free */
    uint32_t mode;
    Str data; /* content, or target of a symlink */
    VEC(DiskEntry) entries;
} DiskInode;

typedef struct {
    Arena *arena;
    VEC(DiskInode) inodes; /* 0 is the root */
} DiskState;

typedef enum {
    DISK_ENTER, /* entry dir/name becomes inode */
    DISK_MOVE,  /* ... and old_dir/old_name goes with it */
    DISK_LEAVE, /* entry dir/name goes */
    DISK_WRITE, /* content of inode */
    DISK_RESIZE,
    DISK_MODE,
    DISK_SYNC, /* of inode, a file or directory */
    DISK_SYNC_ALL,
} DiskOpKind;

typedef struct {
    DiskOpKind kind;
    isize inode, dir, old_dir;
    Str name, old_name, data;
    int64_t number; /* offset, size or mode */
} DiskOp;

typedef struct {
    Arena *arena;
    Str root;
    DiskState base; /* when recording began */
    DiskState live;
    VEC(DiskOp) ops;
    bool is_deaf_to_sync_all; /* to show that the judge can fail: such syncs count for nothing */
    Str deaf_to_dir;          /* and so do those of this directory, when not empty */
} DiskRecorder;

/* Begins to record (fault_hook is set until disk_record_end). root is absolute. Files named "lock"
 * are passed over: their content means nothing. */
void disk_record_begin(DiskRecorder *r, Arena *a, Str root);
void disk_record_end(DiskRecorder *r);

/* For each of the first n operations, whether it is safe when the crash comes after them. */
bool *disk_find_safe(Arena *a, const DiskRecorder *r, isize n);

typedef enum { DISK_KEPT, DISK_LOST, DISK_HALF, DISK_ZEROS, DISK_FATE_COUNT } DiskFate;

/* The state after the first n operations with these fates. */
DiskState disk_replay(Arena *a, const DiskRecorder *r, isize n, const uint8_t *fates);
/* Equal for states that nobody can tell apart. */
uint64_t disk_digest(Arena scratch, const DiskState *state);
/* Makes the state real: root is removed and made again. */
void disk_materialise(const DiskState *state, Str root);

#endif
