/*
 * A toolchain is installed if and only if its record is there. So a removal is the deletion of
 * the record; tree, manifest and proof follow, and recovery sweeps up after a crash in between.
 * The tree leaves by a rename into trash/, which takes the same time whatever it holds.
 *
 * Directories of a tree are read-only at rest. A change of a file opens its directory for the
 * moment; a crash may leave it writable, which harms nothing and ends with the next repair there.
 */
#include "store/tree.h"

#include "base/panic.h"
#include "base/path.h"
#include "base/sort.h"
#include "base/vec.h"
#include "os/dir.h"
#include "os/proc.h"
#include "store/audit.h"
#include "store/generation.h"
#include "store/journal.h"

#define DIR_AT_REST 0555
#define DIR_OPEN STORE_DIR_WRITABLE

FileOutcome tree_open(Store *s, Str id, int *ret_fd, Err *err)
{
    int trees;
    if (!store_id_is_valid(id)) {
        return FILE_ABSENT;
    }
    if (!store_dir(s, STORE_DIR_TREES, &trees, err)) {
        return FILE_FAILED;
    }
    return file_open_beneath(trees, id, ret_fd, err);
}

/* ---- repair ---- */

/* Opens a directory of the tree and makes it writable. One that is missing is made, in a
 * parent that was made writable the same way; what is no directory goes to trash. */
static bool enter_dir(Store *s, int parent, Str name, int *ret_fd, Err *err)
{
    FileStat st;
    FileOutcome found = file_lstat(parent, name, &st, err);
    if (found == FILE_FAILED) {
        return false;
    }
    if (found == FILE_FOUND && st.kind != FILE_KIND_DIR) {
        if (store_discard(s, parent, name, err) != FILE_FOUND) {
            return false;
        }
        found = FILE_ABSENT;
    }
    if (found == FILE_ABSENT && !dir_make(parent, name, DIR_OPEN, err)) {
        return false;
    }
    return file_open_beneath(parent, name, ret_fd, err) == FILE_FOUND &&
           file_set_mode(*ret_fd, DIR_OPEN, err);
}

/* Walks to the directory of a file, each one writable behind it, and does the change there.
 * Directories are synced and closed again on the way back, those made anew included. */
typedef bool (*DirChange)(void *context, int dir_fd, Str name, Err *err);

static bool change_below(Store *s, int dir_fd, Str path, DirChange change, void *context, Err *err)
{
    StrCut cut = str_cut(path, '/');
    bool ok;
    if (cut.found) {
        AUTO_CLOSE int child = -1;
        ok = enter_dir(s, dir_fd, cut.head, &child, err) &&
             change_below(s, child, cut.tail, change, context, err);
    } else {
        ok = change(context, dir_fd, path, err);
    }
    Err later;
    bool is_closed = file_set_mode(dir_fd, DIR_AT_REST, ok ? err : &later);
    return ok && is_closed && file_sync(dir_fd, err);
}

static bool change_in_tree(Store *s, Str id, Str name, DirChange change, void *context, Err *err)
{
    AUTO_CLOSE int root = -1;
    ASSERT(s->lock_fd >= 0);
    if (!path_is_local(name)) {
        return FAIL(err, ERR_USAGE, "'%.*s' is no name below a root", STR_ARG(name));
    }
    FileOutcome found = tree_open(s, id, &root, err);
    if (found == FILE_ABSENT) {
        return FAIL(err, ERR_NOT_FOUND, "%.*s is not installed", STR_ARG(id));
    }
    return found == FILE_FOUND && file_set_mode(root, DIR_OPEN, err) &&
           change_below(s, root, name, change, context, err);
}

typedef struct {
    Store *store;
    Str data;
    bool is_exec;
    FileOutcome removed;
} Change;

static bool put_file(void *context, int dir_fd, Str name, Err *err)
{
    const Change *change = context;
    FileStat st;
    FileOutcome found = file_lstat(dir_fd, name, &st, err);
    if (found == FILE_FOUND && st.kind == FILE_KIND_DIR) {
        found = store_discard(change->store, dir_fd, name, err);
    }
    return found != FILE_FAILED &&
           store_place_file(change->store, change->data, change->is_exec ? 0555 : 0444, true,
                            dir_fd, name, err);
}

static bool take_file(void *context, int dir_fd, Str name, Err *err)
{
    Change *change = context;
    change->removed = store_discard(change->store, dir_fd, name, err);
    return change->removed != FILE_FAILED;
}

bool tree_replace_file(Store *s, Str id, Str name, Str data, bool is_exec, Err *err)
{
    Change change = {.store = s, .data = data, .is_exec = is_exec};
    return change_in_tree(s, id, name, put_file, &change, err) ||
           FAIL_IN(err, "repairing '%.*s' of %.*s", STR_ARG(name), STR_ARG(id));
}

FileOutcome tree_remove_extra(Store *s, Str id, Str name, Err *err)
{
    Change change = {.store = s};
    if (!change_in_tree(s, id, name, take_file, &change, err)) {
        FAIL_IN(err, "removing '%.*s' from %.*s", STR_ARG(name), STR_ARG(id));
        return FILE_FAILED;
    }
    return change.removed;
}

/* ---- what is running, and sweeping up ---- */

bool tree_ids_contain(const TreeIds *ids, Str id)
{
    for (isize i = 0; i < ids->len; i++) {
        if (str_eq(ids->ptr[i], id)) {
            return true;
        }
    }
    return false;
}

bool tree_ids_running(Arena *a, Store *s, TreeIds *ret, Err *err)
{
    Str *programs;
    isize n;
    Str home;
    VEC(Str) ids = {0};
    FileOutcome found = proc_real_path(a, s->home, &home, err);
    if (found == FILE_ABSENT) {
        return FAIL(err, ERR_NOT_FOUND, "the store '%.*s' is gone", STR_ARG(s->home));
    }
    if (found == FILE_FAILED || !proc_running_executables(a, &programs, &n, err)) {
        return FAIL_IN(err, "finding out which toolchains are running");
    }
    Str trees = path_join(a, home, S("trees/"));
    for (isize i = 0; i < n; i++) {
        Str path = programs[i];
        Str id = str_eat_prefix(&path, trees) ? str_cut(path, '/').head : (Str){0};
        /* The paths are sorted, so those of one tree follow each other. */
        if (store_id_is_valid(id) && (ids.len == 0 || !str_eq(ids.ptr[ids.len - 1], id))) {
            *VEC_PUSH(a, &ids) = id;
        }
    }
    *ret = (TreeIds){ids.ptr, ids.len};
    return true;
}

/* Deletes a file of one of the store's directories, durably; absent is fine. */
static bool drop_file(Store *s, StoreDir dir, Str name, Err *err)
{
    int fd;
    return store_dir(s, dir, &fd, err) && file_unlink(fd, name, err) != FILE_FAILED &&
           file_sync(fd, err);
}

bool tree_sweep(Store *s, Str id, Err *err)
{
    int trees, trash;
    if (!store_dir(s, STORE_DIR_TREES, &trees, err) ||
        !store_dir(s, STORE_DIR_TRASH, &trash, err)) {
        return false;
    }
    Arena a = arena_init(0);
    bool ok = store_discard(s, trees, id, err) != FILE_FAILED && file_sync(trash, err) &&
              file_sync(trees, err) &&
              drop_file(s, STORE_DIR_MANIFESTS, str_concat(&a, id, STORE_MANIFEST_SUFFIX), err) &&
              drop_file(s, STORE_DIR_PROOFS, str_concat(&a, id, STORE_PROOF_SUFFIX), err);
    arena_done(&a);
    return ok || FAIL_IN(err, "sweeping up %.*s", STR_ARG(id));
}

/* ---- installing ---- */

/* Remains of a tree without a record would stand in the way: what a removal left that is older than
 * the last journal. */
static bool clear_way(Store *s, Str id, Err *err)
{
    int trees;
    FileStat st;
    if (!store_dir(s, STORE_DIR_TREES, &trees, err)) {
        return false;
    }
    FileOutcome found = file_lstat(trees, id, &st, err);
    return found == FILE_ABSENT || (found == FILE_FOUND && tree_sweep(s, id, err));
}

/* Everything but the record. */
static bool move_content(Arena scratch, Store *s, Str id, int stage_fd, bool has_proof, Err *err)
{
    int trees, manifests, proofs;
    if (!store_dir(s, STORE_DIR_TREES, &trees, err) ||
        !store_dir(s, STORE_DIR_MANIFESTS, &manifests, err) ||
        !store_dir(s, STORE_DIR_PROOFS, &proofs, err)) {
        return false;
    }
    Str manifest_name = str_concat(&scratch, id, STORE_MANIFEST_SUFFIX);
    Str proof_name = str_concat(&scratch, id, STORE_PROOF_SUFFIX);
    if (!file_rename(stage_fd, S("manifest"), manifests, manifest_name, err) ||
        (has_proof && !file_rename(stage_fd, S("proof"), proofs, proof_name, err))) {
        return false;
    }
    switch (file_rename_new(stage_fd, S("tree"), trees, id, err)) {
    case FILE_MOVE_FAILED:
        return false;
    case FILE_EXISTS:
        return FAIL(err, ERR_CONFLICT, "there is a tree of that name already");
    case FILE_MOVED:
        break;
    }
    /* A directory must be writable to change its parent, so the root is closed only now. */
    return file_set_mode_at(trees, id, DIR_AT_REST, err) && file_sync(manifests, err) &&
           (!has_proof || file_sync(proofs, err)) && file_sync(trees, err);
}

static bool move_record(Store *s, Str id, int stage_fd, Err *err)
{
    int records;
    return store_dir(s, STORE_DIR_RECORDS, &records, err) &&
           file_rename(stage_fd, S("record"), records, id, err) && file_sync(records, err);
}

static bool has_record(Store *s, Str id)
{
    int records;
    FileStat st;
    Err ignored;
    return store_dir(s, STORE_DIR_RECORDS, &records, &ignored) &&
           file_lstat(records, id, &st, &ignored) == FILE_FOUND;
}

static bool make_journal(Arena *a, Store *s, JournalKind kind, Str action, Str id, Journal *ret,
                         Err *err)
{
    AuditTail tail;
    int64_t current = 0;
    if (!audit_read_tail(s, &tail, err) ||
        generation_current_number(*a, s, &current, err) == FILE_FAILED) {
        return false;
    }
    *ret = (Journal){.kind = kind,
                     .id = id,
                     .sequence = tail.sequence + 1,
                     .audit_line = audit_next_line(a, s, &tail, current, current, action, id)};
    return true;
}

/* The stage and the journal go to disk together: whatever a crash leaves of either before
 * that, there is nothing of this id in the final places. */
static bool install_staged(Arena *a, Store *s, Str id, int stage_fd, bool has_proof, Err *err)
{
    Journal j;
    if (!clear_way(s, id, err) || !make_journal(a, s, JOURNAL_INSTALL, S("install"), id, &j, err)) {
        return false;
    }
    bool ok = journal_write(s, &j, false, err) && file_sync_system(s->home_fd, err) &&
              move_content(*a, s, id, stage_fd, has_proof, err) &&
              move_record(s, id, stage_fd, err);
    if (!ok && !has_record(s, id)) {
        Err ignored; /* where sweeping fails, the journal stays and recovery sweeps */
        if (tree_sweep(s, id, &ignored)) {
            journal_delete(s, &ignored);
        }
        return false;
    }
    return (ok && journal_finish(s, &j, err)) ||
           FAIL_IN(err, "%.*s is installed, but the last step failed", STR_ARG(id));
}

bool tree_install(Store *s, Str id, int stage_fd, bool has_proof, Err *err)
{
    Arena a = arena_init(0);
    bool ok = install_staged(&a, s, id, stage_fd, has_proof, err);
    arena_done(&a);
    return ok;
}

/* ---- removing ---- */

/* Why it may not go; TREE_REMOVED when it may. */
static TreeRemoval find_obstacle(Arena *a, Store *s, Str id, const Generation *current, Err *err)
{
    int records;
    FileStat st;
    TreeIds running;
    if (!store_id_is_valid(id)) {
        return TREE_ABSENT;
    }
    if (!store_dir(s, STORE_DIR_RECORDS, &records, err)) {
        return TREE_REMOVE_FAILED;
    }
    FileOutcome found = file_lstat(records, id, &st, err);
    if (found != FILE_FOUND) {
        return found == FILE_ABSENT ? TREE_ABSENT : TREE_REMOVE_FAILED;
    }
    if (str_eq(current->default_id, id)) {
        return TREE_IS_DEFAULT;
    }
    if (!tree_ids_running(a, s, &running, err)) {
        return TREE_REMOVE_FAILED;
    }
    if (tree_ids_contain(&running, id)) {
        return TREE_IS_RUNNING;
    }
    bool is_visible = tree_ids_contain(&(TreeIds){current->visible, current->n_visible}, id);
    return is_visible ? TREE_IS_VISIBLE : TREE_REMOVED;
}

static bool remove_recorded(Arena *a, Store *s, Str id, Err *err)
{
    Journal j;
    if (!make_journal(a, s, JOURNAL_REMOVE, S("remove"), id, &j, err)) {
        return false;
    }
    if (!journal_write(s, &j, true, err)) {
        Err ignored;
        journal_delete(s, &ignored);
        return false;
    }
    /* After a failure the journal stays: the next writer looks whether the record is gone. */
    return (drop_file(s, STORE_DIR_RECORDS, id, err) && tree_sweep(s, id, err) &&
            journal_finish(s, &j, err)) ||
           FAIL_IN(err, "removing %.*s", STR_ARG(id));
}

TreeRemoval tree_obstacle(Store *s, Str id, Err *err)
{
    Generation current = {0};
    Arena a = arena_init(0);
    TreeRemoval obstacle = TREE_REMOVE_FAILED;
    if (generation_current(&a, s, &current, err) != FILE_FAILED) {
        obstacle = find_obstacle(&a, s, id, &current, err);
    }
    arena_done(&a);
    return obstacle;
}

TreeRemoval tree_remove(Store *s, Str id, Err *err)
{
    ASSERT(s->lock_fd >= 0);
    TreeRemoval removal = tree_obstacle(s, id, err);
    Arena a = arena_init(0);
    if (removal == TREE_REMOVED && !remove_recorded(&a, s, id, err)) {
        removal = TREE_REMOVE_FAILED;
    }
    arena_done(&a);
    return removal;
}
