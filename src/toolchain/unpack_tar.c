/*
 * A tar.gz is one stream: inflating it takes one core whatever is done. Members are collected in a
 * batch, hashed in lanes and written together; a large one is read straight into the mapping of its
 * file.
 */
#include "toolchain/unpack.h"

#include "base/vec.h"
#include "format/archive_names.h"
#include "format/gzip.h"
#include "format/tar.h"
#include "go/root/manifest.h"

#define BATCH_FILES 64
#define MAX_TOTAL (1024 * MIB) /* unpacked bytes of the whole stream */
#define ROOT "go/"             /* every name of a release archive begins with it */

typedef struct {
    Arena *arena; /* of names and digests */
    StoreTxn *txn;
    TarReader *tar;
    Str prefix;
    VEC(ArchiveName) names; /* of the files that count */
    VEC(DirhashFile) files;
    char *buffer;
    isize used;
    Str contents[BATCH_FILES];
    Str paths[BATCH_FILES];
    isize n;
} Untar;

typedef struct {
    int fd;
} FileSource;

static bool read_file(void *context, void *buf, isize cap, isize *ret_n, Err *err)
{
    FileSource *source = context;
    return file_read(source->fd, buf, cap, ret_n, err);
}

static bool flush(Untar *u, Err *err)
{
    Sha256 digests[BATCH_FILES];
    sha256_many(u->contents, u->n, digests);
    for (isize i = 0; i < u->n; i++) {
        Str path = u->paths[i];
        u->files.ptr[u->files.len - u->n + i].digest = digests[i];
        if (!store_txn_add(u->txn, 0, path, unpack_is_exec(path), u->contents[i], &digests[i],
                           err)) {
            return false;
        }
    }
    u->n = 0;
    u->used = 0;
    return true;
}

static bool read_member(Untar *u, Str path, char *buf, isize len, Err *err)
{
    for (isize done = 0; done < len;) {
        isize n;
        if (!tar_read(u->tar, buf + done, len - done, &n, err)) {
            return false;
        }
        if (n == 0) {
            return FAIL(err, ERR_FORMAT, "the archive ends within '%.*s'", STR_ARG(path));
        }
        done += n;
    }
    return true;
}

static bool add_big(Untar *u, Str path, isize len, Sha256 *ret_digest, Err *err)
{
    Mapping file;
    if (!store_txn_reserve(u->txn, 0, path, unpack_is_exec(path), len, &file, err)) {
        return false;
    }
    if (!read_member(u, path, file.ptr, len, err)) {
        mapping_close(&file);
        return false;
    }
    *ret_digest = sha256_of(mapping_str(&file));
    return store_txn_settle(u->txn, 0, &file, ret_digest, err);
}

static bool add_file(Untar *u, Str path, Str name, isize len, Err *err)
{
    if (len > UNPACK_MAX_BATCH) {
        Sha256 digest;
        if (!flush(u, err) || !add_big(u, path, len, &digest, err)) {
            return false;
        }
        *VEC_PUSH(u->arena, &u->files) = (DirhashFile){name, digest};
        return true;
    }
    if ((u->n == BATCH_FILES || u->used + len > UNPACK_MAX_BATCH) && !flush(u, err)) {
        return false;
    }
    char *content = u->buffer + u->used;
    if (!read_member(u, path, content, len, err)) {
        return false;
    }
    *VEC_PUSH(u->arena, &u->files) = (DirhashFile){.name = name};
    u->contents[u->n] = (Str){content, len};
    u->paths[u->n++] = path;
    u->used += len;
    return true;
}

/* One entry of the archive; folders are made for the files that need them. */
static bool add_entry(Untar *u, const TarEntry *entry, Err *err)
{
    Str path = entry->name;
    if (str_eq(path, S("go")) && entry->kind == TAR_DIR) {
        return true;
    }
    if (!str_eat_prefix(&path, S(ROOT))) {
        return FAIL(err, ERR_FORMAT, "entry '%.*s' lies outside of go/", STR_ARG(entry->name));
    }
    if (entry->kind == TAR_DIR) {
        return true;
    }
    if (entry->kind != TAR_FILE) {
        return FAIL(err, ERR_FORMAT, "entry '%.*s' is a link or device; a release of Go has none",
                    STR_ARG(entry->name));
    }
    Str name;
    path = str_copy(u->arena, path);
    if (!manifest_name(u->arena, u->prefix, path, false, &name)) {
        return true; /* api, doc, misc, test: not in the log */
    }
    if (!archive_name_check(path, err)) {
        return false;
    }
    *VEC_PUSH(u->arena, &u->names) = (ArchiveName){path, false};
    return store_txn_make_dirs(u->txn, &path, 1, err) &&
           add_file(u, path, name, (isize)entry->size, err);
}

static bool add_entries(Untar *u, Err *err)
{
    for (;;) {
        TarEntry entry;
        switch (tar_next(u->tar, &entry, err)) {
        case TAR_FAILED:
            return false;
        case TAR_END:
            return flush(u, err);
        case TAR_ENTRY:
            if (!add_entry(u, &entry, err)) {
                return false;
            }
        }
    }
}

bool unpack_tar_gz(Arena *a, int fd, const Release *release, StoreTxn *txn, Unpacked *ret, Err *err)
{
    FileSource file = {fd};
    GzipReader *gzip = gzip_new(a, (ByteSource){read_file, &file}, MAX_TOTAL);
    Untar u = {.arena = a,
               .txn = txn,
               .tar = tar_new(a, gzip_source(gzip)),
               .prefix = manifest_prefix(a, release->version, release->os, release->arch),
               .buffer = arena_alloc(a, UNPACK_MAX_BATCH, 1, 16)};
    Err of_names; /* two equal names come to light as a file that cannot be made */
    bool ok = add_entries(&u, err);
    if (!archive_names_check(*a, u.names.ptr, u.names.len, &of_names)) {
        *err = of_names;
        return false;
    }
    if (!ok) {
        return false;
    }
    *ret = (Unpacked){dirhash_summary(a, u.files.ptr, u.files.len), u.files.len};
    return true;
}
