/* How a tree differs from what it should be, file by file. */
#ifndef GO_ROOT_FILEDIFF_H
#define GO_ROOT_FILEDIFF_H

#include "base/str.h"
#include "base/vec.h"

typedef enum {
    FILE_DIFF_NONE,
    FILE_DIFF_CHANGED,
    FILE_DIFF_MISSING,
    FILE_DIFF_EXTRA,
    FILE_DIFF_COUNT,
} FileDiffKind;

/* "changed", "missing", "extra", as in JSON. */
Str file_diff_kind_name(FileDiffKind kind);

typedef struct {
    Str path; /* relative to the root */
    FileDiffKind kind;
} FileDiff;

typedef VEC(FileDiff) FileDiffs;

/* Adds one; and brings the list into the order of paths, each once. */
void file_diffs_add(Arena *a, FileDiffs *diffs, Str path, FileDiffKind kind);
void file_diffs_sort(FileDiffs *diffs);

#endif
