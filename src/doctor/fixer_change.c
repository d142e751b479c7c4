#include "doctor/fixer_change.h"

#include "base/path.h"
#include "os/dir.h"
#include "os/proc.h"

#define OWNER_MAY_WRITE 0200
#define COPY_DIR_MODE 0700 /* of a copied directory until all is in it */
#define NEW_FILE_MODE 0666 /* less the umask */
#define NEW_DIR_MODE 0777

/* ---- names ---- */

static Str new_name(Arena *a, const Change *c, const ChangeSpot *spot)
{
    return str_format(a, "%.*s/.goward-fix-%lld-%td.new", STR_ARG(path_dir(c->path)),
                      (long long)spot->set, spot->number);
}

static Str old_name(Arena *a, const Change *c, const ChangeSpot *spot)
{
    return str_format(a, "%.*s/.goward-fix-%lld-%td.old", STR_ARG(path_dir(c->path)),
                      (long long)spot->set, spot->number);
}

/* In the set's folder: whole under this name, and under the other while it is being copied. */
static Str removed_name(Arena *a, const ChangeSpot *spot)
{
    return str_format(a, "removed.%td", spot->number);
}

static Str partial_name(Arena *a, const ChangeSpot *spot)
{
    return str_format(a, "partial.%td", spot->number);
}

/* ---- looking ---- */

static ChangeState look_at_content(Arena *a, const Change *c, const FileStat *st, Err *err)
{
    Str now;
    if (st->kind != FILE_KIND_REGULAR || st->size > CHANGE_MAX_CONTENT) {
        return CHANGE_IS_OTHER;
    }
    switch (file_read_all(a, FILE_CWD, c->path, CHANGE_MAX_CONTENT, &now, err)) {
    case FILE_FAILED:
        return CHANGE_UNKNOWN;
    case FILE_ABSENT:
        return CHANGE_IS_OTHER;
    case FILE_FOUND:
        break;
    }
    if (str_eq(now, c->after) && (c->mode_after == 0 || st->mode == c->mode_after)) {
        return CHANGE_IS_AFTER;
    }
    bool is_before = !c->is_new && str_eq(now, c->before) && st->mode == c->mode_before;
    return is_before ? CHANGE_IS_BEFORE : CHANGE_IS_OTHER;
}

static ChangeState look_at_mode(const Change *c, const FileStat *st)
{
    bool has_mode = st->kind == FILE_KIND_REGULAR || st->kind == FILE_KIND_DIR;
    return has_mode && st->mode == c->mode_after    ? CHANGE_IS_AFTER
           : has_mode && st->mode == c->mode_before ? CHANGE_IS_BEFORE
                                                    : CHANGE_IS_OTHER;
}

static ChangeState look_at_removed(const Change *c, const FileStat *st)
{
    const FileStat *seen = &c->seen;
    bool is_same = seen->kind == FILE_KIND_NONE ||
                   (seen->kind == st->kind && seen->dev == st->dev && seen->ino == st->ino &&
                    (seen->kind == FILE_KIND_DIR ||
                     (seen->size == st->size && seen->mtime_ns == st->mtime_ns)));
    return is_same ? CHANGE_IS_BEFORE : CHANGE_IS_OTHER;
}

/* Whether a link has come to stand on the way since the change was planned. */
static bool leads_elsewhere(Arena *a, Str path)
{
    Str real;
    Err ignored;
    Str dir = path_dir(path);
    return proc_real_path(a, dir, &real, &ignored) == FILE_FOUND && !str_eq(real, dir);
}

ChangeState change_look(Arena scratch, const Change *c, Err *err)
{
    FileStat st = {0};
    FileOutcome found = file_lstat(FILE_CWD, c->path, &st, err);
    if (found == FILE_FAILED) {
        return CHANGE_UNKNOWN;
    }
    if (leads_elsewhere(&scratch, c->path)) {
        return CHANGE_IS_OTHER;
    }
    bool is_there = found == FILE_FOUND;
    switch (c->kind) {
    case CHANGE_CONTENT:
        return is_there    ? look_at_content(&scratch, c, &st, err)
               : c->is_new ? CHANGE_IS_BEFORE
                           : CHANGE_IS_OTHER;
    case CHANGE_MODE:
        return is_there ? look_at_mode(c, &st) : CHANGE_IS_OTHER;
    case CHANGE_REMOVE:
        return is_there ? look_at_removed(c, &st) : CHANGE_IS_AFTER;
    case CHANGE_MAKE_DIR:
        return !is_there                  ? CHANGE_IS_BEFORE
               : st.kind == FILE_KIND_DIR ? CHANGE_IS_AFTER
                                          : CHANGE_IS_OTHER;
    case CHANGE_NONE:
    case CHANGE_COUNT:
        break;
    }
    return CHANGE_IS_OTHER;
}

/* ---- steps ---- */

static bool must_be_there(FileOutcome found, Str path, Err *err)
{
    return found == FILE_FOUND ||
           (found == FILE_ABSENT && FAIL(err, ERR_CONFLICT, "'%.*s' is gone", STR_ARG(path)));
}

static bool sync_dir(Str path, Err *err)
{
    AUTO_CLOSE int fd = -1;
    return must_be_there(dir_open(FILE_CWD, path, &fd, err), path, err) && file_sync(fd, err);
}

static bool sync_parent(const Change *c, Err *err)
{
    return sync_dir(path_dir(c->path), err);
}

/* A file beside the path, ready to take its place: on disk, with mode and group. */
static bool write_new(const Change *c, Str temp, Str text, uint32_t mode, Err *err)
{
    FileStat old, new;
    AUTO_CLOSE int fd = -1;
    uint32_t created = mode == 0 ? NEW_FILE_MODE : mode & ~(uint32_t)07000;
    FileOutcome there = file_lstat(FILE_CWD, c->path, &old, err);
    return there != FILE_FAILED && file_unlink(FILE_CWD, temp, err) != FILE_FAILED &&
           file_create(FILE_CWD, temp, created, &fd, err) && file_fstat(fd, &new, err) &&
           file_write(fd, text, err) &&
           (there == FILE_ABSENT || old.gid == new.gid || file_set_group(fd, old.gid, err)) &&
           (mode == 0 || file_set_mode(fd, mode, err)) && file_sync(fd, err);
}

static bool conflict(const Change *c, Err *err)
{
    return FAIL(err, ERR_CONFLICT, "'%.*s' was changed by somebody else meanwhile",
                STR_ARG(c->path));
}

static bool is_now(Arena scratch, const Change *c, ChangeState wanted, Err *err)
{
    ChangeState now = change_look(scratch, c, err);
    return now == wanted || (now != CHANGE_UNKNOWN && conflict(c, err));
}

/* Gives the file another content, when it is in the state `from` right before. */
static bool put_content(Arena scratch, const Change *c, Str temp, ChangeState from, Err *err)
{
    bool is_back = from == CHANGE_IS_AFTER;
    Str text = is_back ? c->before : c->after;
    bool ok = write_new(c, temp, text, is_back ? c->mode_before : c->mode_after, err) &&
              is_now(scratch, c, from, err);
    if (ok && c->is_new) {
        FileMove moved = file_rename_new(FILE_CWD, temp, FILE_CWD, c->path, err);
        ok = moved == FILE_MOVED || (moved == FILE_EXISTS && conflict(c, err));
    } else if (ok) {
        ok = file_rename(FILE_CWD, temp, FILE_CWD, c->path, err);
    }
    if (!ok) {
        Err ignored;
        file_unlink(FILE_CWD, temp, &ignored);
    }
    return ok && sync_parent(c, err);
}

/* A file that its owner may not read cannot be opened to be synced; its file system can. */
static bool put_mode(const Change *c, uint32_t mode, Err *err)
{
    AUTO_CLOSE int fd = -1;
    if (!file_set_mode_at(FILE_CWD, c->path, mode, err)) {
        return false;
    }
    if (file_open(FILE_CWD, c->path, &fd, err) == FILE_FOUND) {
        return file_sync(fd, err);
    }
    Str dir = path_dir(c->path);
    return must_be_there(dir_open(FILE_CWD, dir, &fd, err), dir, err) && file_sync_system(fd, err);
}

/* mkdir leaves out what the umask says and, on Linux, the sticky bit and its kin. */
static bool put_dir(const Change *c, Err *err)
{
    uint32_t mode = c->mode_after == 0 ? NEW_DIR_MODE : c->mode_after;
    return dir_make(FILE_CWD, c->path, mode, err) &&
           (c->mode_after == 0 || file_set_mode_at(FILE_CWD, c->path, mode, err)) &&
           sync_dir(c->path, err) && sync_parent(c, err);
}

/* ---- trees that go to another file system, or come from one ---- */

typedef struct {
    int dir;
    Str name;
} Where;

static bool copy_any(Arena scratch, Where from, Where to, isize *n_left, Err *err);

static bool copy_file(Where from, Where to, uint32_t mode, Err *err)
{
    AUTO_CLOSE int in = -1;
    AUTO_CLOSE int out = -1;
    return must_be_there(file_open_plain(from.dir, from.name, &in, err), from.name, err) &&
           file_create(to.dir, to.name, 0600, &out, err) && file_copy(in, out, err) &&
           file_set_mode(out, mode, err) && file_sync(out, err);
}

static bool copy_link(Arena scratch, Where from, Where to, Err *err)
{
    Str target;
    FileOutcome found = file_readlink(&scratch, from.dir, from.name, &target, err);
    return must_be_there(found, from.name, err) && file_symlink(target, to.dir, to.name, err);
}

static bool copy_dir(Arena scratch, Where from, Where to, uint32_t mode, isize *n_left, Err *err)
{
    DirList list;
    AUTO_CLOSE int in = -1;
    AUTO_CLOSE int out = -1;
    if (!must_be_there(file_open_plain(from.dir, from.name, &in, err), from.name, err) ||
        !dir_make(to.dir, to.name, COPY_DIR_MODE, err) ||
        !must_be_there(file_open_plain(to.dir, to.name, &out, err), to.name, err) ||
        !dir_list(&scratch, in, &list, err)) {
        return false;
    }
    for (isize i = 0; i < list.len; i++) {
        Str name = list.ptr[i].name;
        if (!copy_any(scratch, (Where){in, name}, (Where){out, name}, n_left, err)) {
            return false;
        }
    }
    return file_set_mode(out, mode, err) && file_sync(out, err);
}

static bool copy_any(Arena scratch, Where from, Where to, isize *n_left, Err *err)
{
    FileStat st;
    if (--*n_left < 0) {
        return FAIL(err, ERR_LIMIT, "more than %d files would have to be copied away",
                    CHANGE_MAX_REMOVED);
    }
    if (!must_be_there(file_lstat(from.dir, from.name, &st, err), from.name, err)) {
        return false;
    }
    switch (st.kind) {
    case FILE_KIND_REGULAR:
        return copy_file(from, to, st.mode, err);
    case FILE_KIND_SYMLINK:
        return copy_link(scratch, from, to, err);
    case FILE_KIND_DIR:
        return copy_dir(scratch, from, to, st.mode, n_left, err);
    case FILE_KIND_NONE:
    case FILE_KIND_OTHER:
    case FILE_KIND_COUNT:
        break;
    }
    return FAIL(err, ERR_UNSUPPORTED, "'%.*s' is no file, link or directory", STR_ARG(from.name));
}

/* A whole, durable copy under the name `to`, made under the name `partial` beside it. */
static bool copy_whole(Arena scratch, Where from, Where partial, Where to, Err *err)
{
    isize n_left = CHANGE_MAX_REMOVED;
    return dir_remove_all(partial.dir, partial.name, err) != FILE_FAILED &&
           copy_any(scratch, from, partial, &n_left, err) &&
           file_rename(partial.dir, partial.name, to.dir, to.name, err);
}

/* ---- removing and bringing back ---- */

/* A directory that changes its parent must be writable itself. */
static bool make_movable(Where what, Err *err)
{
    FileStat st;
    return must_be_there(file_lstat(what.dir, what.name, &st, err), what.name, err) &&
           (st.kind != FILE_KIND_DIR || (st.mode & OWNER_MAY_WRITE) != 0 ||
            file_set_mode_at(what.dir, what.name, st.mode | OWNER_MAY_WRITE, err));
}

static bool move_away(Arena scratch, const Change *c, const ChangeSpot *spot, Err *err)
{
    Where path = {FILE_CWD, c->path};
    Where kept = {spot->set_fd, removed_name(&scratch, spot)};
    Where partial = {spot->set_fd, partial_name(&scratch, spot)};
    Err ignored; /* whatever it is, copying meets it too if it is more than another file system */
    if (!make_movable(path, err)) {
        return false;
    }
    if (file_rename_new(path.dir, path.name, kept.dir, kept.name, &ignored) == FILE_MOVED) {
        return file_sync(spot->set_fd, err) && sync_parent(c, err);
    }
    return copy_whole(scratch, path, partial, kept, err) && file_sync(spot->set_fd, err) &&
           file_rename(FILE_CWD, c->path, FILE_CWD, old_name(&scratch, c, spot), err) &&
           sync_parent(c, err);
}

static bool is_there(Where what)
{
    FileStat st;
    Err ignored;
    return file_lstat(what.dir, what.name, &st, &ignored) == FILE_FOUND;
}

/* What was removed comes back by a rename: of what stands beside the path, which is whole as long
 * as the set was not applied; of the journal's, or of a copy of that. */
static bool move_back(Arena scratch, const Change *c, const ChangeSpot *spot, Err *err)
{
    Where path = {FILE_CWD, c->path};
    Where kept = {spot->set_fd, removed_name(&scratch, spot)};
    Where beside = {FILE_CWD, old_name(&scratch, c, spot)};
    Where partial = {FILE_CWD, new_name(&scratch, c, spot)};
    Err ignored;
    bool ok;
    if (is_there(beside)) {
        ok = file_rename(beside.dir, beside.name, path.dir, path.name, err);
    } else if (!is_there(kept)) {
        return FAIL(err, ERR_NOT_FOUND, "what was '%.*s' is not in the journal any more",
                    STR_ARG(c->path));
    } else {
        ok = (make_movable(kept, err) &&
              file_rename_new(kept.dir, kept.name, path.dir, path.name, &ignored) == FILE_MOVED) ||
             copy_whole(scratch, kept, partial, path, err);
    }
    return ok && sync_parent(c, err) && file_sync(spot->set_fd, err);
}

/* The mode that a directory had before it was made movable. */
static bool restore_mode(const Change *c, Err *err)
{
    FileStat st;
    return must_be_there(file_lstat(FILE_CWD, c->path, &st, err), c->path, err) &&
           (st.kind != FILE_KIND_DIR || st.mode == c->mode_before ||
            put_mode(c, c->mode_before, err));
}

/* ---- the whole of it ---- */

bool change_make(Arena scratch, const Change *c, const ChangeSpot *spot, Err *err)
{
    if (!is_now(scratch, c, CHANGE_IS_BEFORE, err)) {
        return false;
    }
    switch (c->kind) {
    case CHANGE_CONTENT:
        return put_content(scratch, c, new_name(&scratch, c, spot), CHANGE_IS_BEFORE, err);
    case CHANGE_MODE:
        return put_mode(c, c->mode_after, err);
    case CHANGE_REMOVE:
        return move_away(scratch, c, spot, err);
    case CHANGE_MAKE_DIR:
        return put_dir(c, err);
    case CHANGE_NONE:
    case CHANGE_COUNT:
        break;
    }
    return FAIL(err, ERR_BUG, "no such kind of change");
}

static bool unmake_file(Arena scratch, const Change *c, Err *err)
{
    return is_now(scratch, c, CHANGE_IS_AFTER, err) &&
           file_unlink(FILE_CWD, c->path, err) != FILE_FAILED && sync_parent(c, err);
}

static TakeBack unmake_dir(Arena scratch, const Change *c, Err *err)
{
    DirList list;
    AUTO_CLOSE int fd = -1;
    if (!must_be_there(dir_open(FILE_CWD, c->path, &fd, err), c->path, err) ||
        !dir_list(&scratch, fd, &list, err)) {
        return TAKE_BACK_FAILED;
    }
    if (list.len > 0) {
        return TAKE_BACK_OTHER;
    }
    bool ok = dir_remove(FILE_CWD, c->path, err) != FILE_FAILED && sync_parent(c, err);
    return ok ? TAKE_BACK_DONE : TAKE_BACK_FAILED;
}

static TakeBack take_back_made(Arena scratch, const Change *c, const ChangeSpot *spot, Err *err)
{
    bool ok = false;
    switch (c->kind) {
    case CHANGE_CONTENT:
        ok = c->is_new ? unmake_file(scratch, c, err)
                       : put_content(scratch, c, new_name(&scratch, c, spot), CHANGE_IS_AFTER, err);
        break;
    case CHANGE_MODE:
        ok = put_mode(c, c->mode_before, err);
        break;
    case CHANGE_REMOVE:
        ok = move_back(scratch, c, spot, err) && restore_mode(c, err);
        break;
    case CHANGE_MAKE_DIR:
        return unmake_dir(scratch, c, err);
    case CHANGE_NONE:
    case CHANGE_COUNT:
        break;
    }
    return ok ? TAKE_BACK_DONE : TAKE_BACK_FAILED;
}

TakeBack change_take_back(Arena scratch, const Change *c, const ChangeSpot *spot, Err *err)
{
    switch (change_look(scratch, c, err)) {
    case CHANGE_UNKNOWN:
        return TAKE_BACK_FAILED;
    case CHANGE_IS_OTHER:
        return TAKE_BACK_OTHER;
    case CHANGE_IS_AFTER:
        return take_back_made(scratch, c, spot, err);
    case CHANGE_IS_BEFORE:
        break;
    }
    /* What a crash left of a file that was never renamed goes now: the directory that it lies in
     * may be one that was made, and is taken back next. */
    bool ok = c->kind == CHANGE_CONTENT  ? change_sweep(scratch, c, spot, err)
              : c->kind == CHANGE_REMOVE ? restore_mode(c, err)
                                         : true;
    return ok ? TAKE_BACK_DONE : TAKE_BACK_FAILED;
}

/* What goes is gone for good before anything says that all is done: nobody looks again. */
static bool sweep_away(const Change *c, FileOutcome removed, Err *err)
{
    return removed == FILE_ABSENT || (removed == FILE_FOUND && sync_parent(c, err));
}

bool change_sweep(Arena scratch, const Change *c, const ChangeSpot *spot, Err *err)
{
    Str new = new_name(&scratch, c, spot), old = old_name(&scratch, c, spot);
    if (c->kind == CHANGE_CONTENT) {
        return sweep_away(c, file_unlink(FILE_CWD, new, err), err);
    }
    return c->kind != CHANGE_REMOVE ||
           (sweep_away(c, dir_remove_all(FILE_CWD, new, err), err) &&
            sweep_away(c, dir_remove_all(FILE_CWD, old, err), err) &&
            dir_remove_all(spot->set_fd, partial_name(&scratch, spot), err) != FILE_FAILED);
}
