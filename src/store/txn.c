/*
 * The order of an installation, with what each step makes safe:
 *
 *   1. the tree grows in incoming/R/tree; manifest, proof and record join it there
 *   2. journal, and one syncfs         all of it is on disk, and so is the intent
 *   3. renames of manifest, proof and tree, on disk
 *   4. rename of the record, on disk   the commit point: installed means that the record is there
 *   5. audit line, on disk; journal deleted
 *
 * A crash before 4: recovery finds no record, and sweeps up what the journal's id has left in the
 * final places and all of incoming/. A crash after it: recovery adds the audit line.
 *
 * Equal files are stored once. Those of other trees are found through their manifests
 * (sharing.h). For those of this tree the first worker to claim a digest writes the file; the
 * others leave a note, and the links are made when all files are complete. The table of claims
 * never grows, so that it needs no lock: a slot goes from empty to claimed once.
 */
#include "store/txn.h"

#include "base/panic.h"
#include "base/path.h"
#include "base/sort.h"
#include "base/vec.h"
#include "format/gzip.h"
#include "go/mod/dirhash.h"
#include "go/mod/distname.h"
#include "os/clock.h"
#include "os/dir.h"
#include "os/proc.h"
#include "os/random.h"
#include "store/audit.h"
#include "store/generation.h"
#include "store/journal.h"
#include "store/sharing.h"
#include "store/tree.h"

#include <stdatomic.h>

#define MODE_FILE 0444
#define MODE_EXEC 0555
#define MODE_DIR 0755 /* while it fills */
#define MODE_DIR_AT_REST 0555
#define SMALL_FILE (256 * KIB) /* adopted files: a buffer up to this, a mapping beyond */
#define MAX_NAME 64            /* bytes of the names within incoming/R */
#define MIN_CLAIMS 20000       /* files, where not all are announced at once; go1.27 has 12,071 */
#define MAX_PROBES 64 /* slots that are looked at; beyond them equal files are stored twice */

/* Who writes the content first seen under a digest. */
typedef struct {
    Sha256 digest;
    bool is_exec;
    Str name;
} Claim;

typedef struct {
    Str name;
    const Claim *claim;
} Deferred;

typedef struct {
    _Alignas(64) Arena arena; /* no two workers share a cache line */
    isize number;
    VEC(DirhashFile) added;
    VEC(Deferred) deferred;
    int64_t bytes, written;
    int64_t *shared; /* files, per tree of sharing */
    char *buffer;    /* SMALL_FILE bytes, when first needed */
    int fd;          /* of the file being filled, else -1 */
    Str name;
    bool is_exec;
} Worker;

struct StoreTxn {
    Store *store;
    Arena *arena;
    Str id, stage; /* stage: its name in incoming/ */
    int incoming_fd, stage_fd, tree_fd;
    Sharing sharing;
    VEC(Str) dirs; /* of the tree, parents first */
    Str last_name; /* the last one that directories were made for */
    Worker *workers;
    isize n_workers;
    _Atomic(Claim *) *claims;
    isize claims_cap; /* a power of two, or zero */
    atomic_bool cannot_clone;
    bool is_over;
};

/* ---- begin and end ---- */

static bool open_stage(StoreTxn *t, Err *err)
{
    if (!store_dir(t->store, STORE_DIR_INCOMING, &t->incoming_fd, err) ||
        !dir_make(t->incoming_fd, t->stage, 0700, err) ||
        file_open_beneath(t->incoming_fd, t->stage, &t->stage_fd, err) != FILE_FOUND ||
        !dir_make(t->stage_fd, S("tree"), MODE_DIR, err) ||
        file_open_beneath(t->stage_fd, S("tree"), &t->tree_fd, err) != FILE_FOUND) {
        return false;
    }
    return sharing_open(t->arena, t->store, &t->sharing, err);
}

/* Gives everything back and removes the stage. */
static void end(StoreTxn *t)
{
    if (t->is_over) {
        return;
    }
    t->is_over = true;
    for (isize i = 0; i < t->n_workers; i++) {
        file_close(&t->workers[i].fd);
        arena_done(&t->workers[i].arena);
    }
    sharing_close(&t->sharing);
    file_close(&t->tree_fd);
    file_close(&t->stage_fd);
    Err ignored; /* what stays is removed by the next writer */
    dir_remove_all(t->incoming_fd, t->stage, &ignored);
}

bool store_txn_begin(Arena *a, Store *s, Str id, isize n_workers, StoreTxn **ret, Err *err)
{
    ASSERT(s->lock_fd >= 0 && n_workers >= 1 && n_workers <= STORE_TXN_MAX_WORKERS);
    if (!store_id_is_valid(id)) {
        return FAIL(err, ERR_USAGE, "'%.*s' cannot be the id of a toolchain", STR_ARG(id));
    }
    StoreTxn *t = ARENA_NEW(a, StoreTxn);
    *t = (StoreTxn){.store = s,
                    .arena = a,
                    .id = str_copy(a, id),
                    .stage = random_name(a),
                    .stage_fd = -1,
                    .tree_fd = -1,
                    .workers = ARENA_ARRAY(a, Worker, n_workers),
                    .n_workers = n_workers};
    for (isize i = 0; i < n_workers; i++) {
        t->workers[i] = (Worker){.arena = arena_init(0), .number = i, .fd = -1};
    }
    if (!open_stage(t, err)) {
        end(t);
        return FAIL_IN(err, "beginning to install %.*s", STR_ARG(id));
    }
    for (isize i = 0; i < n_workers; i++) {
        t->workers[i].shared = ARENA_ARRAY(a, int64_t, MAX(1, t->sharing.n_trees));
    }
    *ret = t;
    return true;
}

void store_txn_abort(StoreTxn *t)
{
    if (t != NULL) {
        end(t);
    }
}

/* ---- directories ---- */

/* Makes the directories of name that the name before it does not have. Sorted names keep what lies
 * below one directory together, so each is made once. */
static bool make_dirs_of(StoreTxn *t, Str before, Str name, Err *err)
{
    for (isize i = 0; i < name.len; i++) {
        if (name.ptr[i] != '/') {
            continue;
        }
        if (before.len > i && memcmp(before.ptr, name.ptr, (size_t)i + 1) == 0) {
            continue;
        }
        Str dir = str_to(name, i);
        if (!dir_make(t->tree_fd, dir, MODE_DIR, err)) {
            return false;
        }
        *VEC_PUSH(t->arena, &t->dirs) = str_copy(t->arena, dir);
    }
    return true;
}

static void make_claims(StoreTxn *t, isize n)
{
    t->claims_cap = 16;
    while (t->claims_cap < 2 * n) {
        t->claims_cap *= 2;
    }
    t->claims = ARENA_ARRAY(t->arena, _Atomic(Claim *), t->claims_cap);
}

bool store_txn_make_dirs(StoreTxn *t, const Str *names, isize n, Err *err)
{
    ASSERT(!t->is_over);
    if (n > STORE_MAX_FILES) {
        return FAIL(err, ERR_LIMIT, "a tree of %td files is not installed, at most %d are", n,
                    STORE_MAX_FILES);
    }
    for (isize i = 0; i < n; i++) {
        if (!path_is_local(names[i])) {
            return FAIL(err, ERR_FORMAT, "'%.*s' is no name below a root", STR_ARG(names[i]));
        }
        if (!make_dirs_of(t, i > 0 ? names[i - 1] : t->last_name, names[i], err)) {
            return false;
        }
    }
    if (n > 0) {
        t->last_name = str_copy(t->arena, names[n - 1]);
    }
    if (t->claims == NULL) {
        make_claims(t, MAX(n, MIN_CLAIMS));
    }
    return true;
}

/* ---- files ---- */

static Worker *worker_of(StoreTxn *t, isize worker)
{
    ASSERT(!t->is_over && worker >= 0 && worker < t->n_workers);
    return &t->workers[worker];
}

static void note_added(Worker *w, Str name, int64_t size, const Sha256 *digest)
{
    *VEC_PUSH(&w->arena, &w->added) = (DirhashFile){name, *digest};
    w->bytes += size;
}

/* The claim of whoever came first with this content; NULL when that is this file. */
static const Claim *find_claim(StoreTxn *t, Worker *w, Str name, bool is_exec, const Sha256 *digest)
{
    uint64_t key;
    memcpy(&key, digest->bytes, sizeof(key));
    Claim *mine = ARENA_NEW(&w->arena, Claim);
    *mine = (Claim){*digest, is_exec, name};
    for (isize i = 0; i < MAX_PROBES; i++) {
        Claim *seen = NULL;
        uint64_t at = (key + (uint64_t)i) & ((uint64_t)t->claims_cap - 1);
        if (atomic_compare_exchange_strong(&t->claims[at], &seen, mine)) {
            return NULL;
        }
        if (seen->is_exec == is_exec && sha256_eq(&seen->digest, digest)) {
            return seen;
        }
    }
    return NULL; /* far more files than were announced: this one is just written */
}

/* A name of the worker's own within incoming/R, for a link that then replaces a file. */
static Str link_name_of(const Worker *w, char buf[static MAX_NAME])
{
    Str prefix = S("link-");
    isize len = prefix.len;
    memcpy(buf, prefix.ptr, (size_t)prefix.len);
    for (isize n = w->number; n > 0 || len == prefix.len; n /= 10) {
        buf[len++] = (char)('0' + n % 10);
    }
    return (Str){buf, len};
}

/* Makes the file a link to another tree's, when one has the content. */
static bool try_share(StoreTxn *t, Worker *w, bool is_exec, Str data, const Sha256 *digest,
                      int dirfd, Str name, bool *ret_shared, Err *err)
{
    int32_t tree;
    switch (sharing_link(w->arena, &t->sharing, digest, is_exec, data, dirfd, name, &tree, err)) {
    case SHARING_FAILED:
        return false;
    case SHARING_DONE:
        w->shared[tree]++;
        *ret_shared = true;
        return true;
    case SHARING_NONE:
        break;
    }
    *ret_shared = false;
    return true;
}

/* The same for a file that stands in the tree already: the link takes its place. Where it is that
 * link already (an adopted one), rename does nothing, and the second name must go. */
static bool try_share_placed(StoreTxn *t, Worker *w, Str name, bool is_exec, Str data,
                             const Sha256 *digest, bool *ret_shared, Err *err)
{
    char buf[MAX_NAME];
    Str link_name = link_name_of(w, buf);
    return try_share(t, w, is_exec, data, digest, t->stage_fd, link_name, ret_shared, err) &&
           (!*ret_shared || (file_rename(t->stage_fd, link_name, t->tree_fd, name, err) &&
                             file_unlink(t->stage_fd, link_name, err) != FILE_FAILED));
}

static bool write_new(StoreTxn *t, Str name, bool is_exec, Str data, Err *err)
{
    AUTO_CLOSE int fd = -1;
    return file_create(t->tree_fd, name, is_exec ? MODE_EXEC : MODE_FILE, &fd, err) &&
           (data.len == 0 || file_write(fd, data, err));
}

bool store_txn_add(StoreTxn *t, isize worker, Str name, bool is_exec, Str data,
                   const Sha256 *digest, Err *err)
{
    Worker *w = worker_of(t, worker);
    bool is_shared;
    if (!path_is_local(name)) {
        return FAIL(err, ERR_FORMAT, "'%.*s' is no name below a root", STR_ARG(name));
    }
    note_added(w, name, data.len, digest);
    if (!try_share(t, w, is_exec, data, digest, t->tree_fd, name, &is_shared, err)) {
        return false;
    }
    if (is_shared) {
        return true;
    }
    const Claim *claim = find_claim(t, w, name, is_exec, digest);
    if (claim != NULL) {
        *VEC_PUSH(&w->arena, &w->deferred) = (Deferred){name, claim};
        return true;
    }
    w->written += data.len;
    return write_new(t, name, is_exec, data, err);
}

bool store_txn_reserve(StoreTxn *t, isize worker, Str name, bool is_exec, isize size, Mapping *ret,
                       Err *err)
{
    Worker *w = worker_of(t, worker);
    ASSERT(w->fd < 0 && size >= 0);
    if (!path_is_local(name)) {
        return FAIL(err, ERR_FORMAT, "'%.*s' is no name below a root", STR_ARG(name));
    }
    if (size > STORE_TXN_MAX_FILE) {
        return FAIL(err, ERR_LIMIT, "'%.*s' has %td bytes, at most %td are installed",
                    STR_ARG(name), size, STORE_TXN_MAX_FILE);
    }
    if (!file_create(t->tree_fd, name, is_exec ? MODE_EXEC : MODE_FILE, &w->fd, err) ||
        !file_reserve(w->fd, size, err) || !mapping_open(w->fd, size, true, ret, err)) {
        file_close(&w->fd);
        return FAIL_IN(err, "making room for '%.*s'", STR_ARG(name));
    }
    w->name = name;
    w->is_exec = is_exec;
    return true;
}

/* A file that stands in the tree already, with its content known only now. */
static bool settle(StoreTxn *t, Worker *w, Str name, bool is_exec, Str data, const Sha256 *digest,
                   bool is_new, Err *err)
{
    bool is_shared;
    note_added(w, name, data.len, digest);
    if (!try_share_placed(t, w, name, is_exec, data, digest, &is_shared, err)) {
        return false;
    }
    const Claim *claim = is_shared ? NULL : find_claim(t, w, name, is_exec, digest);
    if (claim != NULL) {
        *VEC_PUSH(&w->arena, &w->deferred) = (Deferred){name, claim};
        return file_unlink(t->tree_fd, name, err) == FILE_FOUND;
    }
    w->written += is_new && !is_shared ? data.len : 0;
    return true;
}

bool store_txn_settle(StoreTxn *t, isize worker, Mapping *m, const Sha256 *digest, Err *err)
{
    Worker *w = worker_of(t, worker);
    ASSERT(w->fd >= 0);
    bool ok = settle(t, w, w->name, w->is_exec, mapping_str(m), digest, true, err);
    mapping_close(m);
    file_close(&w->fd);
    return ok;
}

/* ---- adopting ---- */

/* The other tree's file stands in ours without a byte being copied. */
static bool place_whole(StoreTxn *t, Str name, int from_dirfd, Str from, int from_fd,
                        const FileStat *st, bool *ret_placed, Err *err)
{
    *ret_placed = false;
    if (!atomic_load(&t->cannot_clone)) {
        AUTO_CLOSE int fd = -1;
        uint32_t mode = (st->mode & 0100) != 0 ? MODE_EXEC : MODE_FILE;
        if (!file_create(t->tree_fd, name, mode, &fd, err)) {
            return false;
        }
        *ret_placed = file_clone(from_fd, fd);
        if (*ret_placed) {
            return true;
        }
        atomic_store(&t->cannot_clone, true);
        if (file_unlink(t->tree_fd, name, err) == FILE_FAILED) {
            return false;
        }
    }
    if (st->uid != proc_user_id() || (st->mode & 0222) != 0) {
        return true; /* somebody may write to it: only a copy is safe */
    }
    FileLink link = file_link(from_dirfd, from, t->tree_fd, name, err);
    *ret_placed = link == FILE_LINKED;
    return link != FILE_LINK_FAILED && link != FILE_LINK_EXISTS;
}

/* Hashes what now stands in our tree. */
static bool settle_placed(StoreTxn *t, Worker *w, Str name, bool is_exec, Sha256 *ret_digest,
                          Err *err)
{
    AUTO_CLOSE int fd = -1;
    FileStat st;
    Mapping m;
    if (file_open_beneath(t->tree_fd, name, &fd, err) != FILE_FOUND || !file_fstat(fd, &st, err) ||
        !mapping_open(fd, (isize)st.size, false, &m, err)) {
        return false;
    }
    *ret_digest = sha256_of(mapping_str(&m));
    bool ok = settle(t, w, name, is_exec, mapping_str(&m), ret_digest, false, err);
    mapping_close(&m);
    return ok;
}

static bool check_read(isize n, int64_t size, Err *err)
{
    return n == size || FAIL(err, ERR_CONFLICT, "it changed while it was read");
}

/* The bytes that are hashed are the bytes that are written, whatever happens to the original. */
static bool adopt_copy(StoreTxn *t, Worker *w, Str name, int from_fd, const FileStat *st,
                       Sha256 *ret_digest, Err *err)
{
    isize n;
    bool is_exec = (st->mode & 0100) != 0;
    if (st->size <= SMALL_FILE) {
        if (w->buffer == NULL) {
            w->buffer = arena_alloc(&w->arena, SMALL_FILE, 1, 1);
        }
        if (!file_read_at(from_fd, 0, w->buffer, (isize)st->size, &n, err) ||
            !check_read(n, st->size, err)) {
            return false;
        }
        *ret_digest = sha256_of((Str){w->buffer, n});
        return store_txn_add(t, w->number, name, is_exec, (Str){w->buffer, n}, ret_digest, err);
    }
    Mapping m;
    if (!store_txn_reserve(t, w->number, name, is_exec, (isize)st->size, &m, err)) {
        return false;
    }
    if (!file_read_at(from_fd, 0, m.ptr, m.len, &n, err) || !check_read(n, st->size, err)) {
        mapping_close(&m);
        return false;
    }
    *ret_digest = sha256_of(mapping_str(&m));
    return store_txn_settle(t, w->number, &m, ret_digest, err);
}

static bool adopt(StoreTxn *t, Worker *w, Str name, int from_dirfd, Str from, Sha256 *ret_digest,
                  Err *err)
{
    AUTO_CLOSE int fd = -1;
    FileStat st;
    bool is_placed;
    FileOutcome opened = file_open_plain(from_dirfd, from, &fd, err);
    if (opened == FILE_ABSENT) {
        return FAIL(err, ERR_NOT_FOUND, "it is gone");
    }
    if (opened == FILE_FAILED || !file_fstat(fd, &st, err)) {
        return false;
    }
    if (st.kind != FILE_KIND_REGULAR || st.size > STORE_TXN_MAX_FILE) {
        return FAIL(err, ERR_UNSUPPORTED, "it is no regular file of at most %td bytes",
                    STORE_TXN_MAX_FILE);
    }
    if (!place_whole(t, name, from_dirfd, from, fd, &st, &is_placed, err)) {
        return false;
    }
    return is_placed ? settle_placed(t, w, name, (st.mode & 0100) != 0, ret_digest, err)
                     : adopt_copy(t, w, name, fd, &st, ret_digest, err);
}

bool store_txn_adopt(StoreTxn *t, isize worker, Str name, int from_dirfd, Str from,
                     Sha256 *ret_digest, Err *err)
{
    if (!path_is_local(name)) {
        return FAIL(err, ERR_FORMAT, "'%.*s' is no name below a root", STR_ARG(name));
    }
    return adopt(t, worker_of(t, worker), name, from_dirfd, from, ret_digest, err) ||
           FAIL_IN(err, "adopting '%.*s'", STR_ARG(from));
}

/* ---- counts ---- */

static int compare_shares(const void *x, const void *y)
{
    int64_t a = ((const RecordShare *)x)->files, b = ((const RecordShare *)y)->files;
    return a > b ? -1 : a < b;
}

StoreTxnCounts store_txn_counts(Arena *a, const StoreTxn *t)
{
    ASSERT(!t->is_over);
    StoreTxnCounts counts = {.shares = ARENA_ARRAY(a, RecordShare, t->sharing.n_trees)};
    for (isize i = 0; i < t->n_workers; i++) {
        counts.files += t->workers[i].added.len;
        counts.bytes += t->workers[i].bytes;
        counts.written += t->workers[i].written;
    }
    for (isize tree = 0; tree < t->sharing.n_trees; tree++) {
        RecordShare share = {.id = t->sharing.trees[tree].id};
        for (isize i = 0; i < t->n_workers; i++) {
            share.files += t->workers[i].shared[tree];
        }
        if (share.files > 0) {
            counts.shares[counts.n_shares++] = share;
        }
    }
    sort_array(counts.shares, counts.n_shares, (isize)sizeof(RecordShare), compare_shares);
    return counts;
}

/* ---- commit ---- */

static int compare_added(const void *x, const void *y)
{
    return str_compare(((const DirhashFile *)x)->name, ((const DirhashFile *)y)->name);
}

/* Everything that was added, called and sorted as in a manifest. */
static DirhashFile *sorted_added(const StoreTxn *t, Arena *a, isize *ret_n)
{
    isize n = 0, total = 0;
    for (isize i = 0; i < t->n_workers; i++) {
        total += t->workers[i].added.len;
    }
    DirhashFile *all = ARENA_ARRAY(a, DirhashFile, total);
    for (isize i = 0; i < t->n_workers; i++) {
        const Worker *w = &t->workers[i];
        if (w->added.len > 0) {
            memcpy(all + n, w->added.ptr, (size_t)w->added.len * sizeof(DirhashFile));
            n += w->added.len;
        }
    }
    for (isize i = 0; i < n; i++) {
        all[i].name = distname_of_path(a, all[i].name);
    }
    sort_array(all, n, (isize)sizeof(DirhashFile), compare_added);
    *ret_n = n;
    return all;
}

static bool check_manifest(const StoreTxn *t, Arena *a, Str manifest, Err *err)
{
    isize n_added, n;
    DirhashFile *files;
    if (!manifest_files(a, manifest, &files, &n, err)) {
        return false;
    }
    const DirhashFile *added = sorted_added(t, a, &n_added);
    for (isize i = 0; i < n; i++) {
        if (i == n_added || !str_eq(files[i].name, added[i].name)) {
            return FAIL(err, ERR_VERIFY, "the manifest names '%.*s', which was not added next",
                        STR_ARG(files[i].name));
        }
        if (!sha256_eq(&files[i].digest, &added[i].digest)) {
            return FAIL(err, ERR_VERIFY, "'%.*s' is not what the manifest says",
                        STR_ARG(files[i].name));
        }
    }
    return n == n_added ||
           FAIL(err, ERR_VERIFY, "'%.*s' is not in the manifest", STR_ARG(added[n].name));
}

static bool check_h1(Arena *a, Str manifest, Str h1, Err *err)
{
    Str actual = dirhash_h1(a, manifest);
    return str_eq(actual, h1) ||
           FAIL(err, ERR_VERIFY, "the manifest has %.*s, the record says %.*s", STR_ARG(actual),
                STR_ARG(h1));
}

static bool copy_within(const StoreTxn *t, Str from, Str to, bool is_exec, Err *err)
{
    AUTO_CLOSE int from_fd = -1;
    AUTO_CLOSE int to_fd = -1;
    return file_open_beneath(t->tree_fd, from, &from_fd, err) == FILE_FOUND &&
           file_create(t->tree_fd, to, is_exec ? MODE_EXEC : MODE_FILE, &to_fd, err) &&
           (file_clone(from_fd, to_fd) || file_copy(from_fd, to_fd, err));
}

/* Files that wait for another file of this tree to be complete. */
static bool link_deferred(const StoreTxn *t, Err *err)
{
    for (isize i = 0; i < t->n_workers; i++) {
        for (isize k = 0; k < t->workers[i].deferred.len; k++) {
            const Deferred *d = &t->workers[i].deferred.ptr[k];
            FileLink link = file_link(t->tree_fd, d->claim->name, t->tree_fd, d->name, err);
            if (link == FILE_LINK_EXISTS) {
                return FAIL(err, ERR_FORMAT, "'%.*s' is there twice", STR_ARG(d->name));
            }
            if (link == FILE_LINK_FAILED ||
                (link == FILE_LINK_IMPOSSIBLE &&
                 !copy_within(t, d->claim->name, d->name, d->claim->is_exec, err))) {
                return false;
            }
        }
    }
    return true;
}

static bool close_dirs(const StoreTxn *t, Err *err)
{
    for (isize i = t->dirs.len - 1; i >= 0; i--) {
        if (!file_set_mode_at(t->tree_fd, t->dirs.ptr[i], MODE_DIR_AT_REST, err)) {
            return false;
        }
    }
    return true;
}

static bool stage_file(const StoreTxn *t, Str name, Str data, Err *err)
{
    AUTO_CLOSE int fd = -1;
    return file_create(t->stage_fd, name, MODE_FILE, &fd, err) && file_write(fd, data, err);
}

/* STORE_TXN_COMMITTED when the id is free. */
static StoreTxnOutcome look_for_id(StoreTxn *t, Arena *a, Str manifest, Err *err)
{
    StoreRecord there;
    Str its_manifest = {0};
    switch (record_read(a, t->store, t->id, &there, err)) {
    case FILE_ABSENT:
        return STORE_TXN_COMMITTED;
    case FILE_FAILED:
        return STORE_TXN_FAILED;
    case FILE_FOUND:
        break;
    }
    if (record_read_manifest(a, t->store, t->id, &its_manifest, err) == FILE_FAILED) {
        return STORE_TXN_FAILED;
    }
    return str_eq(its_manifest, manifest) ? STORE_TXN_EXISTS : STORE_TXN_DIFFERS;
}

static void fill_record(const StoreTxn *t, Arena *a, StoreRecord *record)
{
    StoreTxnCounts counts = store_txn_counts(a, t);
    record->id = t->id;
    record->installed_at = clock_wall_s();
    record->boot_id = proc_boot_id(a);
    record->files = counts.files;
    record->bytes = counts.bytes;
    record->written = counts.written;
    record->shares = counts.shares;
    record->n_shares = counts.n_shares;
}

static StoreTxnOutcome commit(StoreTxn *t, Str manifest, Str proof, StoreRecord *record, Err *err)
{
    Arena *a = t->arena;
    if (!check_manifest(t, a, manifest, err) || !check_h1(a, manifest, record->h1, err)) {
        return STORE_TXN_FAILED;
    }
    StoreTxnOutcome outcome = look_for_id(t, a, manifest, err);
    if (outcome != STORE_TXN_COMMITTED) {
        return outcome;
    }
    fill_record(t, a, record);
    bool ok = link_deferred(t, err) && close_dirs(t, err) &&
              stage_file(t, S("manifest"), gzip_pack(a, manifest), err) &&
              (proof.len == 0 || stage_file(t, S("proof"), proof, err)) &&
              stage_file(t, S("record"), record_format(a, record), err) &&
              tree_install(t->store, t->id, t->stage_fd, proof.len > 0, err);
    return ok ? STORE_TXN_COMMITTED : STORE_TXN_FAILED;
}

StoreTxnOutcome store_txn_commit(StoreTxn *t, Str manifest, Str proof, StoreRecord *record,
                                 Err *err)
{
    ASSERT(!t->is_over);
    StoreTxnOutcome outcome = commit(t, manifest, proof, record, err);
    end(t);
    if (outcome == STORE_TXN_FAILED) {
        FAIL_IN(err, "installing %.*s", STR_ARG(t->id));
    }
    return outcome;
}
