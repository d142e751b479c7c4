#include "support/disk_model.h"

#include "base/map.h"
#include "base/panic.h"
#include "base/path.h"
#include "base/sort.h"
#include "base/strbuf.h"
#include "os/dir.h"

#include <errno.h>

#define ROOT 0
#define NOWHERE (-1)

/* ---- the tree ---- */

static DiskEntry *find_entry(const DiskState *s, isize dir, Str name)
{
    const DiskInode *inode = &s->inodes.ptr[dir];
    for (isize i = 0; i < inode->entries.len; i++) {
        if (str_eq(inode->entries.ptr[i].name, name)) {
            return &inode->entries.ptr[i];
        }
    }
    return NULL;
}

static isize child_of(const DiskState *s, isize dir, Str name)
{
    const DiskEntry *entry = find_entry(s, dir, name);
    return entry == NULL ? NOWHERE : entry->inode;
}

static void set_entry(DiskState *s, isize dir, Str name, isize inode)
{
    DiskEntry *entry = find_entry(s, dir, name);
    if (entry == NULL) {
        entry = VEC_PUSH(s->arena, &s->inodes.ptr[dir].entries);
        entry->name = name;
    }
    entry->inode = inode;
}

static void remove_entry(DiskState *s, isize dir, Str name)
{
    DiskEntry *entry = find_entry(s, dir, name);
    if (entry != NULL) {
        DiskInode *inode = &s->inodes.ptr[dir];
        *entry = inode->entries.ptr[--inode->entries.len];
    }
}

/* A directory is in one place only, even when a rename before the last one was lost. */
static void take_out(DiskState *s, isize dir_inode)
{
    for (isize i = 0; i < s->inodes.len; i++) {
        for (isize k = 0; k < s->inodes.ptr[i].entries.len; k++) {
            if (s->inodes.ptr[i].entries.ptr[k].inode == dir_inode) {
                remove_entry(s, i, s->inodes.ptr[i].entries.ptr[k].name);
                break;
            }
        }
    }
}

static isize new_inode(DiskState *s, FileKind kind, uint32_t mode, Str data)
{
    *VEC_PUSH(s->arena, &s->inodes) = (DiskInode){.kind = kind, .mode = mode, .data = data};
    return s->inodes.len - 1;
}

static DiskState clone_state(Arena *a, const DiskState *s)
{
    DiskState copy = {.arena = a};
    for (isize i = 0; i < s->inodes.len; i++) {
        DiskInode *inode = VEC_PUSH(a, &copy.inodes);
        *inode = s->inodes.ptr[i];
        inode->entries.ptr = NULL;
        inode->entries.len = inode->entries.cap = 0;
        for (isize k = 0; k < s->inodes.ptr[i].entries.len; k++) {
            *VEC_PUSH(a, &inode->entries) = s->inodes.ptr[i].entries.ptr[k];
        }
    }
    return copy;
}

/* ---- content ---- */

static Str resized(Arena *a, Str data, int64_t size)
{
    char *grown = arena_alloc(a, MAX(1, (isize)size), 1, 1);
    isize kept = MIN(data.len, (isize)size);
    if (kept > 0) {
        memcpy(grown, data.ptr, (size_t)kept);
    }
    return (Str){grown, (isize)size};
}

static Str overwritten(Arena *a, Str data, int64_t offset, Str with, DiskFate fate)
{
    isize len = fate == DISK_HALF ? with.len / 2 : with.len;
    Str result = resized(a, data, MAX(data.len, (isize)offset + len));
    if (len > 0 && fate != DISK_ZEROS) {
        memcpy((char *)(uintptr_t)result.ptr + offset, with.ptr, (size_t)len);
    } else if (len > 0) {
        memset((char *)(uintptr_t)result.ptr + offset, 0, (size_t)len);
    }
    return result;
}

static void apply(DiskState *s, const DiskOp *op, DiskFate fate)
{
    DiskInode *inode = &s->inodes.ptr[op->inode];
    switch (op->kind) {
    case DISK_ENTER:
        set_entry(s, op->dir, op->name, op->inode);
        break;
    case DISK_MOVE:
        if (inode->kind == FILE_KIND_DIR) {
            take_out(s, op->inode);
        } else if (child_of(s, op->old_dir, op->old_name) == op->inode) {
            remove_entry(s, op->old_dir, op->old_name);
        }
        set_entry(s, op->dir, op->name, op->inode);
        break;
    case DISK_LEAVE:
        remove_entry(s, op->dir, op->name);
        break;
    case DISK_WRITE:
        inode->data = overwritten(s->arena, inode->data, op->number, op->data, fate);
        break;
    case DISK_RESIZE:
        inode->data = resized(s->arena, inode->data, op->number);
        break;
    case DISK_MODE:
        inode->mode = (uint32_t)op->number;
        break;
    case DISK_SYNC:
    case DISK_SYNC_ALL:
        break;
    }
}

/* ---- recording ---- */

/* Path of an open descriptor, or of a directory descriptor and a path, below the root; false
 * when it lies elsewhere. */
static bool locate(const DiskRecorder *r, Arena *a, int fd, Str path, Str *ret)
{
    Err err;
    Str base = S("");
    if (!path_is_absolute(path)) {
        Str link = fd == FILE_CWD ? S("/proc/self/cwd") : str_format(a, "/proc/self/fd/%d", fd);
        ASSERT(file_readlink(a, FILE_CWD, link, &base, &err) == FILE_FOUND);
    }
    Str whole =
        path_is_absolute(path) ? path_clean(a, path) : path_clean(a, path_join(a, base, path));
    if (str_eq(whole, r->root)) {
        *ret = S("");
        return true;
    }
    *ret = whole;
    return str_eat_prefix(ret, r->root) && str_eat_prefix(ret, S("/"));
}

/* Inode of a path below the root, NOWHERE when it is not there. */
static isize resolve(const DiskState *s, Str path)
{
    isize at = ROOT;
    while (path.len > 0 && at != NOWHERE) {
        StrCut cut = str_cut(path, '/');
        at = child_of(s, at, cut.head);
        path = cut.tail;
    }
    return at;
}

static void note(DiskRecorder *r, DiskOp op)
{
    op.name = str_copy(r->arena, op.name);
    op.old_name = str_copy(r->arena, op.old_name);
    op.data = str_copy(r->arena, op.data);
    *VEC_PUSH(r->arena, &r->ops) = op;
    apply(&r->live, &op, DISK_KEPT);
}

static void note_new(DiskRecorder *r, Str path, FileKind kind, uint32_t mode, Str data)
{
    if (resolve(&r->live, path) != NOWHERE) {
        return; /* the call will fail, or open what is there */
    }
    isize dir = resolve(&r->live, str_index_byte(path, '/') < 0 ? S("") : path_dir(path));
    if (dir == NOWHERE) {
        return;
    }
    isize inode = new_inode(&r->live, kind, mode, str_copy(r->arena, data));
    note(r, (DiskOp){.kind = DISK_ENTER, .dir = dir, .name = path_base(path), .inode = inode});
}

static void note_entry(DiskRecorder *r, const FaultEvent *e, Str path, Str path2)
{
    isize inode = resolve(&r->live, path);
    Str parent = str_index_byte(path, '/') < 0 ? S("") : path_dir(path);
    Str parent2 = str_index_byte(path2, '/') < 0 ? S("") : path_dir(path2);
    DiskOp op = {.inode = inode,
                 .old_dir = resolve(&r->live, parent),
                 .old_name = path_base(path),
                 .dir = resolve(&r->live, parent2),
                 .name = path_base(path2)};
    bool is_taken = resolve(&r->live, path2) != NOWHERE;
    if (inode == NOWHERE || op.dir == NOWHERE || (e->op != FAULT_RENAME && is_taken)) {
        return;
    }
    op.kind = e->op == FAULT_LINK ? DISK_ENTER : DISK_MOVE;
    note(r, op);
}

static void note_leaving(DiskRecorder *r, Str path)
{
    isize inode = resolve(&r->live, path);
    if (inode == NOWHERE || r->live.inodes.ptr[inode].entries.len > 0) {
        return;
    }
    isize dir = resolve(&r->live, str_index_byte(path, '/') < 0 ? S("") : path_dir(path));
    note(r, (DiskOp){.kind = DISK_LEAVE, .dir = dir, .name = path_base(path), .inode = inode});
}

static void note_content(DiskRecorder *r, const FaultEvent *e, isize inode)
{
    isize len = r->live.inodes.ptr[inode].data.len;
    switch (e->op) {
    case FAULT_WRITE:
        note(r, (DiskOp){.kind = DISK_WRITE,
                         .inode = inode,
                         .data = e->data,
                         .number = e->offset < 0 ? len : e->offset});
        break;
    case FAULT_MAP_WRITE:
        note(r, (DiskOp){.kind = DISK_WRITE, .inode = inode, .data = e->data});
        break;
    case FAULT_RESERVE:
        note(r, (DiskOp){.kind = DISK_RESIZE, .inode = inode, .number = MAX(len, e->offset)});
        break;
    case FAULT_TRUNCATE:
        note(r, (DiskOp){.kind = DISK_RESIZE, .inode = inode, .number = e->offset});
        break;
    case FAULT_MODE:
        note(r, (DiskOp){.kind = DISK_MODE, .inode = inode, .number = e->offset});
        break;
    default:
        UNREACHABLE("not an operation on content");
    }
}

static void note_sync(DiskRecorder *r, Str path, isize inode)
{
    bool is_deaf = r->deaf_to_dir.len > 0 && str_eq(path, r->deaf_to_dir);
    if (!is_deaf) {
        note(r, (DiskOp){.kind = DISK_SYNC, .inode = inode});
    }
}

static bool is_lock(Str path)
{
    return str_eq(path_base(path), S("lock"));
}

static void record_entry(DiskRecorder *r, Arena *a, const FaultEvent *e)
{
    Str path, path2;
    if (!locate(r, a, e->dirfd, e->path, &path)) {
        return;
    }
    switch (e->op) {
    case FAULT_CREATE:
        note_new(r, path, FILE_KIND_REGULAR, 0444, e->data);
        break;
    case FAULT_MKDIR:
        note_new(r, path, FILE_KIND_DIR, 0755, e->data);
        break;
    case FAULT_SYMLINK:
        note_new(r, path, FILE_KIND_SYMLINK, 0777, e->data);
        break;
    case FAULT_UNLINK:
    case FAULT_RMDIR:
        note_leaving(r, path);
        break;
    default:
        if (locate(r, a, e->dirfd2, e->path2, &path2)) {
            note_entry(r, e, path, path2);
        }
    }
}

static void record_content(DiskRecorder *r, Arena *a, const FaultEvent *e)
{
    Str path;
    if (locate(r, a, e->path.len > 0 ? e->dirfd : e->fd, e->path, &path) && !is_lock(path)) {
        isize inode = resolve(&r->live, path);
        if (inode != NOWHERE) { /* else a file that was deleted while open */
            note_content(r, e, inode);
        }
    }
}

static void record_sync(DiskRecorder *r, Arena *a, const FaultEvent *e)
{
    Str path;
    if (locate(r, a, e->fd, S(""), &path)) {
        isize inode = resolve(&r->live, path);
        ASSERT(inode != NOWHERE);
        note_sync(r, path, inode);
    }
}

static int record(void *context, const FaultEvent *e)
{
    DiskRecorder *r = context;
    int errnum = 0;
    Arena a = arena_init(0);
    switch (e->op) {
    case FAULT_CREATE:
    case FAULT_MKDIR:
    case FAULT_SYMLINK:
    case FAULT_LINK:
    case FAULT_RENAME:
    case FAULT_RENAME_NEW:
    case FAULT_UNLINK:
    case FAULT_RMDIR:
        record_entry(r, &a, e);
        break;
    case FAULT_WRITE:
    case FAULT_MAP_WRITE:
    case FAULT_RESERVE:
    case FAULT_TRUNCATE:
    case FAULT_MODE:
        record_content(r, &a, e);
        break;
    case FAULT_SYNC:
        record_sync(r, &a, e);
        break;
    case FAULT_SYNC_SYSTEM:
        if (!r->is_deaf_to_sync_all) {
            note(r, (DiskOp){.kind = DISK_SYNC_ALL});
        }
        break;
    case FAULT_COPY: /* no clones here: the model would have to see what they copy */
        errnum = EOPNOTSUPP;
        break;
    case FAULT_GROUP: /* the model has one user and one group */
    case FAULT_NONE:
    case FAULT_COUNT:
        break;
    }
    arena_done(&a);
    return errnum;
}

/* ---- loading ---- */

static void load_dir(DiskState *s, isize dir, Str path, Map *inodes);

static isize load(DiskState *s, Str path, Map *inodes)
{
    Err err;
    FileStat st;
    Str data = S("");
    ASSERT(file_lstat(FILE_CWD, path, &st, &err) == FILE_FOUND);
    Str key = str_format(s->arena, "%llu", (unsigned long long)st.ino);
    bool is_new;
    isize *known = map_put(inodes, key, &is_new);
    if (!is_new) {
        return *known;
    }
    if (st.kind == FILE_KIND_REGULAR) {
        ASSERT(file_read_all(s->arena, FILE_CWD, path, 64 * MIB, &data, &err) == FILE_FOUND);
    } else if (st.kind == FILE_KIND_SYMLINK) {
        ASSERT(file_readlink(s->arena, FILE_CWD, path, &data, &err) == FILE_FOUND);
    }
    isize inode = new_inode(s, st.kind, st.mode, data);
    *known = inode;
    if (st.kind == FILE_KIND_DIR) {
        load_dir(s, inode, path, inodes);
    }
    return inode;
}

static void load_dir(DiskState *s, isize dir, Str path, Map *inodes)
{
    Err err;
    DirList list;
    AUTO_CLOSE int fd = -1;
    ASSERT(dir_open(FILE_CWD, path, &fd, &err) == FILE_FOUND &&
           dir_list(s->arena, fd, &list, &err));
    for (isize i = 0; i < list.len; i++) {
        isize inode = load(s, path_join(s->arena, path, list.ptr[i].name), inodes);
        set_entry(s, dir, list.ptr[i].name, inode);
    }
}

void disk_record_begin(DiskRecorder *r, Arena *a, Str root)
{
    Map inodes = map_init(a);
    r->arena = a;
    r->root = root;
    r->base = (DiskState){.arena = a};
    r->ops.len = 0;
    load(&r->base, root, &inodes);
    r->live = clone_state(a, &r->base);
    fault_context = r;
    fault_hook = record;
}

/* An event does not tell the mode of a new file, so it is looked up in the end. Directories
 * are made writable and closed by an operation of their own. */
static void look_up_modes(DiskState *s, isize dir, Str path)
{
    for (isize i = 0; i < s->inodes.ptr[dir].entries.len; i++) {
        Err err;
        FileStat st;
        const DiskEntry *entry = &s->inodes.ptr[dir].entries.ptr[i];
        DiskInode *inode = &s->inodes.ptr[entry->inode];
        Str child = path_join(s->arena, path, entry->name);
        if (inode->kind == FILE_KIND_DIR) {
            look_up_modes(s, entry->inode, child);
        } else if (file_lstat(FILE_CWD, child, &st, &err) == FILE_FOUND) {
            inode->mode = st.mode;
        }
    }
}

void disk_record_end(DiskRecorder *r)
{
    fault_hook = NULL;
    fault_context = NULL;
    look_up_modes(&r->live, ROOT, r->root);
}

/* ---- crashing ---- */

static bool covers(const DiskOp *sync, const DiskOp *op)
{
    if (sync->kind == DISK_SYNC_ALL) {
        return true;
    }
    bool is_entry = op->kind == DISK_ENTER || op->kind == DISK_MOVE || op->kind == DISK_LEAVE;
    return sync->kind == DISK_SYNC && sync->inode == (is_entry ? op->dir : op->inode);
}

bool *disk_find_safe(Arena *a, const DiskRecorder *r, isize n)
{
    bool *safe = ARENA_ARRAY(a, bool, n);
    for (isize i = 0; i < n; i++) {
        const DiskOp *op = &r->ops.ptr[i];
        safe[i] = op->kind == DISK_SYNC || op->kind == DISK_SYNC_ALL;
        for (isize k = i + 1; k < n && !safe[i]; k++) {
            safe[i] = covers(&r->ops.ptr[k], op);
        }
    }
    return safe;
}

/* Inodes that were made after the base hold nothing yet; the operations fill them. */
DiskState disk_replay(Arena *a, const DiskRecorder *r, isize n, const uint8_t *fates)
{
    DiskState s = clone_state(a, &r->base);
    for (isize i = s.inodes.len; i < r->live.inodes.len; i++) {
        const DiskInode *made = &r->live.inodes.ptr[i];
        uint32_t mode = made->kind == FILE_KIND_DIR ? 0755 : made->mode;
        new_inode(&s, made->kind, mode, made->kind == FILE_KIND_SYMLINK ? made->data : S(""));
    }
    for (isize i = 0; i < n; i++) {
        if (fates[i] != DISK_LOST) {
            apply(&s, &r->ops.ptr[i], (DiskFate)fates[i]);
        }
    }
    return s;
}

/* ---- comparing and making real ---- */

static int compare_entries(const void *x, const void *y)
{
    return str_compare(((const DiskEntry *)x)->name, ((const DiskEntry *)y)->name);
}

static void write_digest(const DiskState *s, isize inode, isize *seen, isize *n_seen, StrBuf *b)
{
    const DiskInode *it = &s->inodes.ptr[inode];
    if (seen[inode] != 0) {
        strbuf_add_format(b, "again %td\n", seen[inode]);
        return;
    }
    seen[inode] = ++*n_seen;
    strbuf_add_format(b, "%d %o %td ", (int)it->kind, (unsigned)it->mode, it->data.len);
    strbuf_add(b, it->data);
    DiskEntry *entries = ARENA_ARRAY(b->arena, DiskEntry, it->entries.len);
    if (it->entries.len > 0) {
        memcpy(entries, it->entries.ptr, (size_t)it->entries.len * sizeof(DiskEntry));
        sort_array(entries, it->entries.len, (isize)sizeof(DiskEntry), compare_entries);
    }
    for (isize i = 0; i < it->entries.len; i++) {
        strbuf_add_format(b, "\n/%.*s ", STR_ARG(entries[i].name));
        write_digest(s, entries[i].inode, seen, n_seen, b);
    }
    strbuf_add(b, S("\n.\n"));
}

uint64_t disk_digest(Arena scratch, const DiskState *state)
{
    isize *seen = ARENA_ARRAY(&scratch, isize, state->inodes.len);
    isize n_seen = 0;
    StrBuf b = strbuf_init(&scratch);
    write_digest(state, ROOT, seen, &n_seen, &b);
    return str_hash(strbuf_str(&b));
}

static void make_real(Arena *a, const DiskState *s, isize inode, Str path, Str *made)
{
    Err err;
    AUTO_CLOSE int fd = -1;
    const DiskInode *it = &s->inodes.ptr[inode];
    bool ok = true;
    if (it->kind == FILE_KIND_DIR) {
        ok = dir_make(FILE_CWD, path, 0700, &err);
        for (isize i = 0; i < it->entries.len; i++) {
            const DiskEntry *entry = &it->entries.ptr[i];
            make_real(a, s, entry->inode, path_join(a, path, entry->name), made);
        }
        ok = ok && file_set_mode_at(FILE_CWD, path, it->mode, &err);
    } else if (it->kind == FILE_KIND_SYMLINK) {
        ok = file_symlink(it->data, FILE_CWD, path, &err);
    } else if (made[inode].len > 0) {
        ok = file_link(FILE_CWD, made[inode], FILE_CWD, path, &err) == FILE_LINKED;
    } else {
        made[inode] = path;
        ok = file_create(FILE_CWD, path, it->mode, &fd, &err) && file_write(fd, it->data, &err);
    }
    ASSERT(ok);
}

void disk_materialise(const DiskState *state, Str root)
{
    Err err;
    Arena a = arena_init(0);
    Str *made = ARENA_ARRAY(&a, Str, state->inodes.len);
    ASSERT(dir_remove_all(FILE_CWD, root, &err) != FILE_FAILED);
    make_real(&a, state, ROOT, root, made);
    arena_done(&a);
}
