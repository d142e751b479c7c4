/*
 * Units of work are runs of members that lie next to each other in the archive: one read, then
 * inflate, hash in lanes, write. A member that is larger than a batch is a unit of its own,
 * inflated into the mapping of its file so that it is never held in memory. These go first, largest
 * first, so that no thread is left with one of them at the end.
 */
#include "toolchain/unpack.h"

#include "base/path.h"
#include "base/sort.h"
#include "base/vec.h"
#include "go/mod/modzip.h"
#include "go/root/manifest.h"
#include "os/pool.h"

#define BATCH_FILES 64
#define MAX_PACKED (64 * MIB) /* of one member, held while it is inflated; compile has 10 MB */

static const Str exec_suffixes[] = {STR_CONST(".bash"), STR_CONST(".sh"), STR_CONST(".pl"),
                                    STR_CONST(".rc")};

typedef struct {
    isize from, to; /* members of the directory, by offset in the archive */
    int64_t len;    /* unpacked bytes */
} Batch;

typedef struct {
    int fd;
    ZipDirectory dir; /* sorted by offset */
    Str *paths;       /* in the tree, of the same index */
    Sha256 *digests;
    Batch *batches;
    isize n_batches;
    StoreTxn *txn;
    Arena *arenas; /* one for each worker */
    Inflater *inflaters;
} Unzip;

bool unpack_is_exec(Str path)
{
    if (str_starts_with(path, S("bin/")) || str_starts_with(path, S("pkg/tool/"))) {
        return true;
    }
    for (isize i = 0; i < COUNT_OF(exec_suffixes); i++) {
        if (str_ends_with(path, exec_suffixes[i])) {
            return true;
        }
    }
    Str base = path_base(path); /* go_js_wasm_exec and its kind */
    return str_starts_with(base, S("go_")) && str_ends_with(base, S("_exec"));
}

/* --- the directory --- */

static bool read_range(Arena *a, int fd, ZipRange range, Str *ret, Err *err)
{
    isize n;
    char *buf = arena_alloc(a, (isize)range.len, 1, 1);
    if (!file_read_at(fd, range.from, buf, (isize)range.len, &n, err)) {
        return false;
    }
    if (n != range.len) {
        return FAIL(err, ERR_FORMAT, "the archive ends at byte %lld, %lld more were expected",
                    (long long)(range.from + n), (long long)(range.len - n));
    }
    *ret = (Str){buf, n};
    return true;
}

static int compare_offsets(const void *x, const void *y)
{
    int64_t a = ((const ZipEntry *)x)->member.from, b = ((const ZipEntry *)y)->member.from;
    return (a > b) - (a < b);
}

bool unpack_zip_directory(Arena *a, int fd, int64_t len, ZipDirectory *ret, Err *err)
{
    Str tail, bytes;
    ZipEnd end;
    Arena scratch = arena_init(128 * KIB);
    bool ok = read_range(&scratch, fd, zip_tail_range(len), &tail, err) &&
              zip_find_end(tail, len, &end, err);
    arena_done(&scratch);
    return ok && read_range(a, fd, end.directory, &bytes, err) &&
           zip_read_directory(a, bytes, &end, ret, err);
}

static bool read_directory(Arena *a, Unzip *z, int64_t archive_len, Str prefix, Err *err)
{
    if (!unpack_zip_directory(a, z->fd, archive_len, &z->dir, err) ||
        !modzip_check(*a, &z->dir, prefix, err)) {
        return false;
    }
    sort_array(z->dir.ptr, z->dir.len, (isize)sizeof(ZipEntry), compare_offsets);
    return true;
}

/* Where each member goes in the tree, and the directories for that. */
static bool place_members(Arena *a, Unzip *z, Str prefix, Err *err)
{
    z->paths = ARENA_ARRAY(a, Str, z->dir.len);
    Str *sorted = ARENA_ARRAY(a, Str, z->dir.len);
    for (isize i = 0; i < z->dir.len; i++) {
        if (!manifest_path(a, prefix, z->dir.ptr[i].name, false, &z->paths[i])) {
            return FAIL(err, ERR_FORMAT, "member '%.*s' lies outside of '%.*s'",
                        STR_ARG(z->dir.ptr[i].name), STR_ARG(prefix));
        }
        sorted[i] = z->paths[i];
    }
    sort_strings(sorted, z->dir.len);
    return store_txn_make_dirs(z->txn, sorted, z->dir.len, err);
}

static int compare_batches(const void *x, const void *y)
{
    int64_t a = ((const Batch *)x)->len, b = ((const Batch *)y)->len;
    bool a_big = a > UNPACK_MAX_BATCH, b_big = b > UNPACK_MAX_BATCH;
    if (!a_big && !b_big) {
        return 0;
    }
    return (b > a) - (b < a);
}

static void make_batches(Arena *a, Unzip *z)
{
    VEC(Batch) batches = {0};
    int64_t packed = 0;
    for (isize i = 0; i < z->dir.len; i++) {
        const ZipEntry *e = &z->dir.ptr[i];
        Batch *last = batches.len == 0 ? NULL : &batches.ptr[batches.len - 1];
        if (last != NULL && last->to - last->from < BATCH_FILES &&
            last->len + e->len <= UNPACK_MAX_BATCH && packed + e->member.len <= UNPACK_MAX_BATCH) {
            last->to = i + 1;
            last->len += e->len;
            packed += e->member.len;
        } else {
            *VEC_PUSH(a, &batches) = (Batch){i, i + 1, e->len};
            packed = e->member.len;
        }
    }
    sort_array(batches.ptr, batches.len, (isize)sizeof(Batch), compare_batches);
    z->batches = batches.ptr;
    z->n_batches = batches.len;
}

/* --- the work --- */

static bool unpack_big(Unzip *z, Arena scratch, isize member, isize worker, Err *err)
{
    const ZipEntry *e = &z->dir.ptr[member];
    Str path = z->paths[member];
    Str bytes, packed;
    Mapping file;
    if (e->member.len > MAX_PACKED) {
        return FAIL(err, ERR_LIMIT, "member '%.*s' has %lld packed bytes, at most %td are read",
                    STR_ARG(e->name), (long long)e->member.len, MAX_PACKED);
    }
    if (!read_range(&scratch, z->fd, e->member, &bytes, err) ||
        !zip_member_data(e, bytes, &packed, err) ||
        !store_txn_reserve(z->txn, worker, path, unpack_is_exec(path), (isize)e->len, &file, err)) {
        return false;
    }
    if (!zip_unpack(&z->inflaters[worker], e, packed, file.ptr, err)) {
        mapping_close(&file);
        return false;
    }
    z->digests[member] = sha256_of(mapping_str(&file));
    return store_txn_settle(z->txn, worker, &file, &z->digests[member], err);
}

static bool unpack_batch(Unzip *z, Arena scratch, const Batch *batch, isize worker, Err *err)
{
    isize n = batch->to - batch->from;
    const ZipEntry *entries = &z->dir.ptr[batch->from];
    const ZipEntry *last = &entries[n - 1];
    ZipRange range = {entries[0].member.from,
                      last->member.from + last->member.len - entries[0].member.from};
    Str bytes;
    if (!read_range(&scratch, z->fd, range, &bytes, err)) {
        return false;
    }
    Str *contents = ARENA_ARRAY(&scratch, Str, n);
    char *out = arena_alloc(&scratch, (isize)batch->len, 1, 16);
    for (isize i = 0; i < n; i++) {
        const ZipEntry *e = &entries[i];
        isize from = (isize)(e->member.from - range.from);
        Str packed;
        if (!zip_member_data(e, str_slice(bytes, from, from + (isize)e->member.len), &packed,
                             err) ||
            !zip_unpack(&z->inflaters[worker], e, packed, out, err)) {
            return false;
        }
        contents[i] = (Str){out, (isize)e->len};
        out += e->len;
    }
    Sha256 *digests = &z->digests[batch->from];
    sha256_many(contents, n, digests);
    for (isize i = 0; i < n; i++) {
        Str path = z->paths[batch->from + i];
        if (!store_txn_add(z->txn, worker, path, unpack_is_exec(path), contents[i], &digests[i],
                           err)) {
            return false;
        }
    }
    return true;
}

static bool unpack_unit(void *context, isize unit, isize worker, Err *err)
{
    Unzip *z = context;
    const Batch *batch = &z->batches[unit];
    Arena scratch = z->arenas[worker];
    return batch->len > UNPACK_MAX_BATCH ? unpack_big(z, scratch, batch->from, worker, err)
                                         : unpack_batch(z, scratch, batch, worker, err);
}

static bool run(Unzip *z, isize n_workers, Err *err)
{
    for (isize i = 0; i < n_workers; i++) {
        z->arenas[i] = arena_init(2 * UNPACK_MAX_BATCH + 64 * KIB);
        z->inflaters[i] = inflater_open();
    }
    bool ok = pool_run(z->n_batches, n_workers, unpack_unit, z, err);
    for (isize i = 0; i < n_workers; i++) {
        inflater_close(&z->inflaters[i]);
        arena_done(&z->arenas[i]);
    }
    return ok;
}

bool unpack_module_zip(Arena *a, int fd, int64_t len, const Release *release, isize n_workers,
                       StoreTxn *txn, Unpacked *ret, Err *err)
{
    Str prefix = manifest_prefix(a, release->version, release->os, release->arch);
    Unzip z = {.fd = fd,
               .txn = txn,
               .arenas = ARENA_ARRAY(a, Arena, n_workers),
               .inflaters = ARENA_ARRAY(a, Inflater, n_workers)};
    if (!read_directory(a, &z, len, prefix, err) || !place_members(a, &z, prefix, err)) {
        return false;
    }
    z.digests = ARENA_ARRAY(a, Sha256, z.dir.len);
    make_batches(a, &z);
    if (!run(&z, n_workers, err)) {
        return false;
    }
    DirhashFile *files = ARENA_ARRAY(a, DirhashFile, z.dir.len);
    for (isize i = 0; i < z.dir.len; i++) {
        files[i] = (DirhashFile){z.dir.ptr[i].name, z.digests[i]};
    }
    *ret = (Unpacked){dirhash_summary(a, files, z.dir.len), z.dir.len};
    return true;
}
