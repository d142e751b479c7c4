/* The files of projects that change together with `current`: read and written as one value. */
#ifndef STORE_PROJECT_FILE_H
#define STORE_PROJECT_FILE_H

#include "store/generation.h"

/* A file that is to go from one content to another. */
typedef struct {
    Str path; /* absolute */
    FileContent from, to;
} ProjectChange;

typedef struct {
    ProjectChange *ptr;
    isize len;
} ProjectChanges;

bool file_content_eq(FileContent a, FileContent b);

/* What stands at path now. A symlink or another kind than a regular file is ERR_UNSUPPORTED, more
 * than GENERATION_MAX_EDIT bytes ERR_LIMIT. */
bool project_file_read(Arena *a, Str path, FileContent *ret, Err *err);

typedef enum {
    PROJECT_FILE_FAILED,
    PROJECT_FILE_CHANGED,  /* it holds `to` now */
    PROJECT_FILE_CONFLICT, /* it holds neither `from` nor `to` and was left alone */
} ProjectFileOutcome;

/* Makes the file hold `to`, durably, when it holds `from` (or `to` already). */
ProjectFileOutcome project_file_change(const ProjectChange *change, Err *err);
/* The change that leads back. */
ProjectChange project_change_reverse(const ProjectChange *change);

/* The changes that lead from generation `from` to generation `to`: edits of `from` and its parents
 * undone up to the nearest common ancestor, edits from there down to `to` redone; one change per
 * file. A generation that is gone ends the walk on its side. */
bool project_changes_between(Arena *a, Store *s, int64_t from, int64_t to, ProjectChanges *ret,
                             Err *err);

#endif
