/*
 * The way between two generations. Parents have smaller numbers than their children, so the
 * common ancestor is found by stepping up from whichever side has the larger number. Going up
 * undoes an edit; the edits of the other side are remembered and redone top down. Edits of one
 * file are folded into one change as long as each begins where the last one ended; where somebody
 * else has edited in between, the fold ends, and so does what goward can undo.
 */
#include "store/project_file.h"

#include "base/path.h"
#include "base/vec.h"
#include "os/dir.h"

#define NEW_FILE_MODE 0644

bool file_content_eq(FileContent a, FileContent b)
{
    return a.exists == b.exists && (!a.exists || str_eq(a.text, b.text));
}

/* Also the file's mode, which a change keeps. */
static bool read_with_mode(Arena *a, Str path, FileContent *ret, uint32_t *ret_mode, Err *err)
{
    FileStat st;
    FileContent content = {.exists = true};
    switch (file_lstat(FILE_CWD, path, &st, err)) {
    case FILE_FAILED:
        return false;
    case FILE_ABSENT:
        *ret = (FileContent){0};
        *ret_mode = NEW_FILE_MODE;
        return true;
    case FILE_FOUND:
        break;
    }
    if (st.kind != FILE_KIND_REGULAR) {
        return FAIL(err, ERR_UNSUPPORTED, "'%.*s' is not a regular file", STR_ARG(path));
    }
    FileOutcome found = file_read_all(a, FILE_CWD, path, GENERATION_MAX_EDIT, &content.text, err);
    if (found == FILE_ABSENT) {
        return FAIL(err, ERR_CONFLICT, "'%.*s' is being removed", STR_ARG(path));
    }
    if (found == FILE_FAILED) {
        return false;
    }
    *ret = content;
    *ret_mode = st.mode;
    return true;
}

bool project_file_read(Arena *a, Str path, FileContent *ret, Err *err)
{
    uint32_t mode;
    return read_with_mode(a, path, ret, &mode, err);
}

static bool remove_durably(Str path, Err *err)
{
    AUTO_CLOSE int dir = -1;
    return dir_open(FILE_CWD, path_dir(path), &dir, err) == FILE_FOUND &&
           file_unlink(dir, path_base(path), err) != FILE_FAILED && file_sync(dir, err);
}

static ProjectFileOutcome change_file(Arena *a, const ProjectChange *change, Err *err)
{
    FileContent now;
    uint32_t mode;
    if (!read_with_mode(a, change->path, &now, &mode, err)) {
        return PROJECT_FILE_FAILED;
    }
    if (file_content_eq(now, change->to)) {
        return PROJECT_FILE_CHANGED;
    }
    if (!file_content_eq(now, change->from)) {
        return PROJECT_FILE_CONFLICT;
    }
    bool ok = change->to.exists ? file_replace(FILE_CWD, change->path, change->to.text, mode, err)
                                : remove_durably(change->path, err);
    return ok ? PROJECT_FILE_CHANGED : PROJECT_FILE_FAILED;
}

ProjectFileOutcome project_file_change(const ProjectChange *change, Err *err)
{
    Arena a = arena_init(0);
    ProjectFileOutcome outcome = change_file(&a, change, err);
    arena_done(&a);
    return outcome;
}

ProjectChange project_change_reverse(const ProjectChange *change)
{
    return (ProjectChange){.path = change->path, .from = change->to, .to = change->from};
}

/* Changes in the order in which they are made, one per file. */
typedef VEC(ProjectChange) ChangeVec;

static void fold(Arena *a, ChangeVec *changes, const ProjectChange *next)
{
    for (isize i = 0; i < changes->len; i++) {
        ProjectChange *earlier = &changes->ptr[i];
        if (str_eq(earlier->path, next->path)) {
            if (file_content_eq(earlier->to, next->from)) {
                earlier->to = next->to;
            }
            return;
        }
    }
    *VEC_PUSH(a, changes) = *next;
}

/* Reads generation *number, adds its edit (forward) to edits, and steps to its parent; -1 when the
 * generation is gone or has none. */
static bool step_up(Arena *a, Store *s, int64_t *number, ChangeVec *edits, Err *err)
{
    Generation g;
    FileOutcome found = generation_read(a, s, *number, &g, err);
    if (found == FILE_FAILED) {
        return false;
    }
    *number = found == FILE_FOUND && g.parent < *number ? g.parent : -1;
    if (found == FILE_FOUND && g.edit.path.len > 0) {
        *VEC_PUSH(a, edits) = (ProjectChange){g.edit.path, g.edit.before, g.edit.after};
    }
    return true;
}

bool project_changes_between(Arena *a, Store *s, int64_t from, int64_t to, ProjectChanges *ret,
                             Err *err)
{
    ChangeVec undone = {0}, redone = {0}, changes = {0};
    while (from != to) {
        bool is_up = from > to;
        if (!step_up(a, s, is_up ? &from : &to, is_up ? &undone : &redone, err)) {
            return false;
        }
    }
    for (isize i = 0; i < undone.len; i++) {
        ProjectChange back = project_change_reverse(&undone.ptr[i]);
        fold(a, &changes, &back);
    }
    for (isize i = redone.len - 1; i >= 0; i--) {
        fold(a, &changes, &redone.ptr[i]);
    }
    *ret = (ProjectChanges){changes.ptr, changes.len};
    return true;
}
