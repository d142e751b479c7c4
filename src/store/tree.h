/* An installed tree: opening, repairing, installing, removing. */
#ifndef STORE_TREE_H
#define STORE_TREE_H

#include "store/store.h"

/* Descriptor of the root of a tree, the caller's to close. */
FileOutcome tree_open(Store *s, Str id, int *ret_fd, Err *err);

/* Puts a file of the tree right: durable and atomic, in a new inode, so that other trees which
 * shared the damaged one keep theirs and are repaired on their own. Missing directories are
 * made; what stands in the way is moved to trash/. The caller notes the repair
 * (audit_append_event). */
bool tree_replace_file(Store *s, Str id, Str name, Str data, bool is_exec, Err *err);

/* Moves a file or directory that does not belong there out of the tree. FILE_ABSENT: it was
 * gone. */
FileOutcome tree_remove_extra(Store *s, Str id, Str name, Err *err);

/* Ids of the trees that a program runs from right now, sorted. */
typedef struct {
    Str *ptr;
    isize len;
} TreeIds;
bool tree_ids_running(Arena *a, Store *s, TreeIds *ret, Err *err);
bool tree_ids_contain(const TreeIds *ids, Str id);

typedef enum {
    TREE_REMOVE_FAILED, /* it is there as before, or the next writer completes the removal */
    TREE_REMOVED,
    TREE_ABSENT,     /* nothing of that id is installed */
    TREE_IS_DEFAULT, /* of the current generation */
    TREE_IS_RUNNING,
    TREE_IS_VISIBLE, /* in the current generation: switch to one without it first */
} TreeRemoval;

/* What hinders the removal of a toolchain, looked for in the order of the enum and before
 * anything is changed; TREE_REMOVED when nothing does. The store may be open for reading. */
TreeRemoval tree_obstacle(Store *s, Str id, Err *err);
/* Removes a toolchain that is neither active nor running. The space is free after store_close. */
TreeRemoval tree_remove(Store *s, Str id, Err *err);

/* Installs what stage_fd, a directory in incoming/, holds: "tree", "manifest", "record" and, when
 * has_proof, "proof"; nothing of it need be on disk yet. The id must not be installed. A failure
 * leaves nothing installed, unless it says "is installed". For this folder. */
bool tree_install(Store *s, Str id, int stage_fd, bool has_proof, Err *err);

/* What is left of a tree whose record is gone, or was never written: moves trees/ID to trash,
 * deletes manifest and proof, durably. For this folder. */
bool tree_sweep(Store *s, Str id, Err *err);

#endif
