/*
 * Mark: the current generation and its parent, the newest ones, the toolchains that any of these
 * name, pins, and trees that a program runs from. Sweep: every other toolchain through
 * tree_remove, each its own transaction; trees without a record; and the other generations, each
 * by one rename into trash. The newest generation always stays, so that no number is given twice.
 */
#include "store/collect.h"

#include "base/map.h"
#include "base/panic.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "os/dir.h"
#include "store/audit.h"
#include "store/generation.h"
#include "store/record.h"
#include "store/tree.h"

typedef struct {
    Arena *arena;
    Store *store;
    const CollectOptions *options;
    GenerationList generations;
    TreeIds running;
    Map reasons; /* ids that stay */
    VEC(CollectKept) kept;
    VEC(CollectTree) trees;
    VEC(int64_t) numbers;
    Map inodes; /* "dev:ino" -> links seen in trees to go */
} Collect;

/* ---- mark ---- */

static void keep(Collect *c, Str id, Str reason)
{
    bool is_new;
    if (id.len == 0) {
        return;
    }
    map_put(&c->reasons, id, &is_new);
    if (is_new) {
        *VEC_PUSH(c->arena, &c->kept) = (CollectKept){id, reason};
    }
}

/* A generation whose record cannot be read stays for a person to look at. */
static bool stays(const GenerationList *list, isize i, isize n_newest)
{
    const Generation *g = &list->ptr[i];
    if (g->is_current || g->is_damaged || i >= list->len - MAX(1, n_newest)) {
        return true;
    }
    for (isize k = 0; k < list->len; k++) {
        if (list->ptr[k].is_current && list->ptr[k].parent == g->number) {
            return true;
        }
    }
    return false;
}

static void mark_generations(Collect *c)
{
    for (isize i = c->generations.len - 1; i >= 0; i--) {
        const Generation *g = &c->generations.ptr[i];
        if (!stays(&c->generations, i, c->options->keep_generations)) {
            *VEC_PUSH(c->arena, &c->numbers) = g->number;
            continue;
        }
        long long number = (long long)g->number;
        keep(c, g->default_id, str_format(c->arena, "default of generation %lld", number));
        for (isize k = 0; k < g->n_visible; k++) {
            keep(c, g->visible[k], str_format(c->arena, "visible in generation %lld", number));
        }
    }
}

static void mark_ids(Collect *c, const Str *ids, isize n, Str reason)
{
    for (isize i = 0; i < n; i++) {
        keep(c, ids[i], reason);
    }
}

/* ---- measure ---- */

typedef struct {
    uint64_t dev, ino;
} InodeKey;

/* Links of the file's inode in trees to go, this one included. */
static isize count_link(Collect *c, const FileStat *st)
{
    InodeKey *key = ARENA_NEW(c->arena, InodeKey);
    *key = (InodeKey){st->dev, st->ino};
    return ++*map_put(&c->inodes, (Str){(const char *)key, (isize)sizeof(*key)}, NULL);
}

/* A file's space is free when the last link to it goes. */
static bool measure(Collect *c, Str id, CollectTree *ret, Err *err)
{
    AUTO_CLOSE int root = -1;
    DirTree files;
    CollectTree tree = {.id = id};
    FileOutcome opened = tree_open(c->store, id, &root, err);
    if (opened == FILE_FOUND) {
        if (!dir_walk(c->arena, root, STORE_MAX_FILES, &files, err)) {
            return false;
        }
        tree.files = files.len;
        for (isize i = 0; i < files.len; i++) {
            FileStat st;
            FileOutcome found = file_lstat(root, files.ptr[i].path, &st, err);
            if (found == FILE_FAILED) {
                return false;
            }
            if (found == FILE_FOUND &&
                (st.nlink == 1 || (uint64_t)count_link(c, &st) == st.nlink)) {
                tree.bytes += st.size;
            }
        }
    }
    *ret = tree;
    return opened != FILE_FAILED;
}

static bool add_tree(Collect *c, Str id, Err *err)
{
    return map_get(&c->reasons, id) != NULL || measure(c, id, VEC_PUSH(c->arena, &c->trees), err);
}

/* What a generation names and somebody has removed is not kept. */
static void drop_absent(Collect *c, const Map *present)
{
    isize n = 0;
    for (isize i = 0; i < c->kept.len; i++) {
        if (map_get(present, c->kept.ptr[i].id) != NULL) {
            c->kept.ptr[n++] = c->kept.ptr[i];
        }
    }
    c->kept.len = n;
}

/* Toolchains, and trees whose record is gone. */
static bool find_trees(Collect *c, Err *err)
{
    RecordList records;
    DirList trees;
    int trees_fd;
    Map recorded = map_init(c->arena);
    if (!record_list(c->arena, c->store, &records, err) ||
        !store_dir(c->store, STORE_DIR_TREES, &trees_fd, err) ||
        !dir_list(c->arena, trees_fd, &trees, err)) {
        return false;
    }
    for (isize i = 0; i < records.len; i++) {
        map_put(&recorded, records.ptr[i].id, NULL);
        if (!add_tree(c, records.ptr[i].id, err)) {
            return false;
        }
    }
    for (isize i = 0; i < trees.len; i++) {
        Str id = trees.ptr[i].name;
        if (store_id_is_valid(id) && map_get(&recorded, id) == NULL && !add_tree(c, id, err)) {
            return false;
        }
    }
    drop_absent(c, &recorded);
    return true;
}

static bool plan(Collect *c, Err *err)
{
    if (!generation_list(c->arena, c->store, &c->generations, err) ||
        !tree_ids_running(c->arena, c->store, &c->running, err)) {
        return false;
    }
    mark_generations(c);
    mark_ids(c, c->options->pins, c->options->n_pins, S("pinned"));
    mark_ids(c, c->running.ptr, c->running.len, S("running"));
    return find_trees(c, err);
}

/* ---- sweep ---- */

static bool prune_generations(Collect *c, Err *err)
{
    if (c->numbers.len == 0) {
        return true;
    }
    StrBuf detail = strbuf_init(c->arena);
    strbuf_add(&detail, S("generations"));
    for (isize i = c->numbers.len - 1; i >= 0; i--) {
        strbuf_add_format(&detail, " %lld", (long long)c->numbers.ptr[i]);
    }
    if (!audit_append_event(c->store, S("prune"), strbuf_str(&detail), err)) {
        return false;
    }
    for (isize i = c->numbers.len - 1; i >= 0; i--) {
        if (!generation_discard(c->store, c->numbers.ptr[i], err)) {
            return false;
        }
    }
    return true;
}

static bool remove_tree(Collect *c, Str id, Err *err)
{
    switch (tree_remove(c->store, id, err)) {
    case TREE_REMOVED:
        return true;
    case TREE_ABSENT: /* no record: an orphan */
        return tree_sweep(c->store, id, err);
    case TREE_IS_RUNNING:
    case TREE_IS_DEFAULT:
    case TREE_IS_VISIBLE:
        return FAIL(err, ERR_CONFLICT, "%.*s has just come into use", STR_ARG(id));
    case TREE_REMOVE_FAILED:
        break;
    }
    return false;
}

static bool sweep(Collect *c, Err *err)
{
    for (isize i = 0; i < c->trees.len; i++) {
        if (!remove_tree(c, c->trees.ptr[i].id, err)) {
            return false;
        }
    }
    return prune_generations(c, err);
}

bool store_collect(Arena *a, Store *s, const CollectOptions *options, CollectPlan *ret, Err *err)
{
    ASSERT(options->dry_run || s->lock_fd >= 0);
    Collect c = {
        .arena = a, .store = s, .options = options, .reasons = map_init(a), .inodes = map_init(a)};
    if (!plan(&c, err) || (!options->dry_run && !sweep(&c, err))) {
        return FAIL_IN(err, "collecting what is no longer needed");
    }
    CollectPlan result = {.trees = c.trees.ptr,
                          .n_trees = c.trees.len,
                          .kept = c.kept.ptr,
                          .n_kept = c.kept.len,
                          .generations = c.numbers.ptr,
                          .n_generations = c.numbers.len};
    for (isize i = 0; i < c.trees.len; i++) {
        result.bytes += c.trees.ptr[i].bytes;
    }
    *ret = result;
    return true;
}
