/*
 * A Go tree has some 12,000 files: two thirds below 4 KiB, and ten that hold a third of the bytes.
 * A unit of work is a run of consecutive paths. Its small files are read whole into one buffer and
 * hashed together when the buffer is full; its big ones are held open until there are LANES of
 * them, and then read in step, a slice each, so that every call of the hash has full lanes.
 */
#include "go/root/treehash.h"

#include "os/file.h"
#include "os/pool.h"

#define UNIT_FILES 48        /* paths a unit has: some 250 units a tree */
#define BUFFER_LEN (1 * MIB) /* per worker */
#define LANES 4              /* big files read in step; what the engine interleaves */
#define SLICE_LEN (BUFFER_LEN / LANES)
#define SMALL_MAX (64 * KIB) /* larger files are read in slices */

typedef struct {
    int fd;
    isize file; /* index of its path */
    int64_t left;
    Sha256Stream stream;
} BigFile;

typedef struct {
    int root_fd;
    const Str *paths;
    isize n_paths;
    Sha256 *digests;
    char *buffers; /* BUFFER_LEN for each worker */
} TreeHash;

typedef struct {
    TreeHash *tree;
    char *buffer;
    isize used;
    Str small[UNIT_FILES]; /* contents in buffer */
    isize small_file[UNIT_FILES];
    isize n_small;
    BigFile big[LANES];
    isize n_big;
} Unit;

static void flush_small(Unit *u)
{
    Sha256 digests[UNIT_FILES];
    sha256_many(u->small, u->n_small, digests);
    for (isize i = 0; i < u->n_small; i++) {
        u->tree->digests[u->small_file[i]] = digests[i];
    }
    u->n_small = 0;
    u->used = 0;
}

/* Reads the next slice of a big file. */
static bool read_slice(const Unit *u, BigFile *big, char *slice, Str *ret, Err *err)
{
    isize want = (isize)MIN(big->left, SLICE_LEN);
    isize n;
    if (!file_read(big->fd, slice, want, &n, err)) {
        return FAIL_IN(err, "hashing '%.*s'", STR_ARG(u->tree->paths[big->file]));
    }
    if (n != want) {
        return FAIL(err, ERR_CONFLICT, "'%.*s' became shorter while it was read",
                    STR_ARG(u->tree->paths[big->file]));
    }
    big->left -= n;
    *ret = (Str){slice, n};
    return true;
}

/* Hashes the big files held open, in step; the small ones must be flushed. */
static bool flush_big(Unit *u, Err *err)
{
    isize open = u->n_big;
    while (open > 0) {
        Sha256Stream *streams[LANES];
        Str slices[LANES];
        for (isize i = 0; i < open; i++) {
            streams[i] = &u->big[i].stream;
            if (!read_slice(u, &u->big[i], u->buffer + i * SLICE_LEN, &slices[i], err)) {
                return false;
            }
        }
        sha256_add_many(streams, slices, open);
        for (isize i = open - 1; i >= 0; i--) {
            if (u->big[i].left == 0) {
                u->tree->digests[u->big[i].file] = sha256_end(&u->big[i].stream);
                BigFile done = u->big[i];
                u->big[i] = u->big[--open];
                u->big[open] = done;
            }
        }
    }
    while (u->n_big > 0) {
        file_close(&u->big[--u->n_big].fd);
    }
    return true;
}

static bool add_big(Unit *u, int *fd, isize file, int64_t size, Err *err)
{
    u->big[u->n_big++] = (BigFile){.fd = *fd, .file = file, .left = size, .stream = sha256_begin()};
    *fd = -1; /* the unit closes it */
    if (u->n_big < LANES) {
        return true;
    }
    flush_small(u);
    return flush_big(u, err);
}

static bool add_small(Unit *u, int fd, isize file, isize size, Err *err)
{
    if (size > BUFFER_LEN - u->used) {
        flush_small(u);
    }
    isize n;
    char *content = u->buffer + u->used;
    if (!file_read(fd, content, size, &n, err)) {
        return FAIL_IN(err, "hashing '%.*s'", STR_ARG(u->tree->paths[file]));
    }
    if (n != size) {
        return FAIL(err, ERR_CONFLICT, "'%.*s' became shorter while it was read",
                    STR_ARG(u->tree->paths[file]));
    }
    u->small[u->n_small] = (Str){content, size};
    u->small_file[u->n_small++] = file;
    u->used += size;
    return true;
}

static bool add_file(Unit *u, isize file, Err *err)
{
    Str path = u->tree->paths[file];
    AUTO_CLOSE int fd = -1;
    FileOutcome opened = file_open_plain(u->tree->root_fd, path, &fd, err);
    if (opened == FILE_ABSENT) {
        return FAIL(err, ERR_CONFLICT, "'%.*s' vanished while the tree was read", STR_ARG(path));
    }
    FileStat st;
    if (opened == FILE_FAILED || !file_fstat(fd, &st, err)) {
        return false;
    }
    if (st.kind != FILE_KIND_REGULAR) {
        return FAIL(err, ERR_FORMAT, "'%.*s' is no regular file", STR_ARG(path));
    }
    return st.size > SMALL_MAX ? add_big(u, &fd, file, st.size, err)
                               : add_small(u, fd, file, (isize)st.size, err);
}

static bool hash_unit(void *context, isize unit, isize worker, Err *err)
{
    TreeHash *tree = context;
    Unit u = {.tree = tree, .buffer = tree->buffers + worker * BUFFER_LEN};
    isize end = MIN((unit + 1) * UNIT_FILES, tree->n_paths);
    bool ok = true;
    for (isize i = unit * UNIT_FILES; ok && i < end; i++) {
        ok = add_file(&u, i, err);
    }
    if (ok) {
        flush_small(&u);
        ok = flush_big(&u, err);
    }
    while (u.n_big > 0) {
        file_close(&u.big[--u.n_big].fd);
    }
    return ok;
}

bool treehash_files(int root_fd, const Str *paths, isize n, isize n_workers, Sha256 *ret, Err *err)
{
    Arena a = arena_init(n_workers * BUFFER_LEN);
    TreeHash tree = {.root_fd = root_fd,
                     .paths = paths,
                     .n_paths = n,
                     .digests = ret,
                     .buffers = arena_alloc(&a, n_workers * BUFFER_LEN, 1, 64)};
    bool ok = pool_run((n + UNIT_FILES - 1) / UNIT_FILES, n_workers, hash_unit, &tree, err);
    arena_done(&a);
    return ok;
}
