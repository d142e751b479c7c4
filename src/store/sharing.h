/* The files of installed trees, as a place to share from. For this folder. */
#ifndef STORE_SHARING_H
#define STORE_SHARING_H

#include "store/manifest_index.h"
#include "store/record.h"

#define SHARING_MAX_TREES 64 /* trees that are searched: each holds a descriptor */

typedef struct {
    Str id;
    int root_fd;
} SharingTree;

typedef struct {
    SharingTree *trees;
    isize n_trees;
    ManifestIndex index;
} Sharing;

/* Indexes the installed trees (of more than SHARING_MAX_TREES the last by id). A tree without a
 * readable manifest is passed over: sharing is never needed. */
bool sharing_open(Arena *a, Store *s, Sharing *ret, Err *err);
void sharing_close(Sharing *sharing);

typedef enum {
    SHARING_FAILED,
    SHARING_DONE,
    SHARING_NONE, /* no tree has it, or what it has is not what its manifest says */
} SharingOutcome;

/* Makes dirfd/name a hard link to (else a clone of) a file that holds data and has the same execute
 * bit. The file is compared with data first. Any number of threads at the same time. */
SharingOutcome sharing_link(Arena scratch, const Sharing *sharing, const Sha256 *digest,
                            bool is_exec, Str data, int dirfd, Str name, int32_t *ret_tree,
                            Err *err);

#endif
