/* An installed tree: opening, repairing, removing. */
#ifndef STORE_TREE_H
#define STORE_TREE_H

#include "store/store.h"

/* Descriptor of the root of an installed tree, the caller's to close. */
FileOutcome tree_open(Store *s, Str id, int *ret_fd, Err *err);

/* Puts a file of the tree right: durable and atomic, in a new inode, so that other trees which shared
 * the damaged one keep theirs and are repaired on their own. Missing directories are made; what
 * stands in the way is moved to trash/. */
bool tree_replace_file(Store *s, Str id, Str name, Str data, bool is_exec, Err *err);

/* Moves a file or directory that does not belong there out of the tree. FILE_ABSENT: it was gone. */
FileOutcome tree_remove_extra(Store *s, Str id, Str name, Err *err);

/* Ids of the trees that a program runs from right now, sorted. */
typedef struct {
    Str *ptr;
    isize len;
} TreeIds;
bool tree_ids_running(Arena *a, Store *s, TreeIds *ret, Err *err);

typedef enum {
    TREE_REMOVE_FAILED,
    TREE_REMOVED,
    TREE_ABSENT,     /* nothing of that id is installed */
    TREE_IS_DEFAULT, /* of the current generation */
    TREE_IS_VISIBLE, /* in the current generation, and not asked to be removed all the same */
    TREE_IS_RUNNING,
} TreeRemoval;

/* Removes a toolchain that is neither active nor running. The space is free after store_close. */
TreeRemoval tree_remove(Store *s, Str id, Err *err);

/* The last part of every removal, and the undoing of an installation that was not committed: moves
 * trees/ID to trash and deletes manifest and proof, durably. For this folder. */
bool tree_sweep(Store *s, Str id, Err *err);

/* Moves any entry of a directory to trash/ under a fresh name. For this folder. */
bool tree_discard(Store *s, int dirfd, Str name, Err *err);

#endif
