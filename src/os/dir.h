/* Directories: making, listing, walking, removing. */
#ifndef OS_DIR_H
#define OS_DIR_H

#include "os/file.h"

/* Opens a directory for *at calls and listing. */
FileOutcome dir_open(int dirfd, Str path, int *ret_fd, Err *err);
/* One directory; one that is there already is fine. */
bool dir_make(int dirfd, Str path, uint32_t mode, Err *err);
/* With all its missing parents, which get mode too. */
bool dir_make_all(int dirfd, Str path, uint32_t mode, Err *err);

typedef struct {
    Str name;
    FileKind kind; /* never NONE: the file system is asked where the listing does not say */
} DirEntry;

typedef struct {
    DirEntry *ptr;
    isize len;
} DirList;

/* Entries without "." and "..", sorted bytewise by name. Reads the descriptor from its start. */
bool dir_list(Arena *a, int fd, DirList *ret, Err *err);
/* The same of a descriptor that was opened just now: a system call less. */
bool dir_list_fresh(Arena *a, int fd, DirList *ret, Err *err);

/* Every non-directory below the root, sorted bytewise by slash path, symlinks not followed.
 * More than max entries is ERR_LIMIT. */
typedef struct {
    Str path; /* relative to the root */
    FileKind kind;
} DirFile;
typedef struct {
    DirFile *ptr;
    isize len;
} DirTree;
bool dir_walk(Arena *a, int fd, isize max, DirTree *ret, Err *err);

/* Removes path and all below it, never following a symlink, making read-only directories writable
 * on the way. Absent is FILE_ABSENT. */
FileOutcome dir_remove_all(int dirfd, Str path, Err *err);
/* Removes an empty directory. */
FileOutcome dir_remove(int dirfd, Str path, Err *err);

#endif
