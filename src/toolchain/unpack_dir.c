/* Taking over a Go root that is on this machine: what counts for the log, and nothing else. */
#include "toolchain/unpack.h"

#include "base/sort.h"
#include "base/vec.h"
#include "go/root/manifest.h"
#include "os/dir.h"
#include "os/pool.h"

#define UNIT_FILES 64

typedef struct {
    int root_fd;
    StoreTxn *txn;
    VEC(Str) from;  /* in the root */
    VEC(Str) paths; /* in the store's tree */
    DirhashFile *files;
} Adoption;

/* Chooses the files: in a module cache's form the _go.mod, which become go.mod again. */
static bool choose(Arena *a, const Release *release, bool is_module_form, Adoption *ad, Err *err)
{
    DirTree tree;
    Str prefix = manifest_prefix(a, release->version, release->os, release->arch);
    if (!dir_walk(a, ad->root_fd, MANIFEST_MAX_FILES, &tree, err)) {
        return false;
    }
    ad->files = ARENA_ARRAY(a, DirhashFile, tree.len);
    for (isize i = 0; i < tree.len; i++) {
        Str name, path;
        if (!manifest_name(a, prefix, tree.ptr[i].path, is_module_form, &name)) {
            continue;
        }
        if (tree.ptr[i].kind != FILE_KIND_REGULAR) {
            return FAIL(err, ERR_UNSUPPORTED,
                        "'%.*s' is no regular file, and a Go root has only such",
                        STR_ARG(tree.ptr[i].path));
        }
        bool is_named = manifest_path(a, prefix, name, false, &path);
        ad->files[ad->from.len].name = name;
        *VEC_PUSH(a, &ad->from) = tree.ptr[i].path;
        *VEC_PUSH(a, &ad->paths) = is_named ? path : tree.ptr[i].path;
    }
    return true;
}

static bool adopt_unit(void *context, isize unit, isize worker, Err *err)
{
    Adoption *ad = context;
    isize end = MIN((unit + 1) * UNIT_FILES, ad->from.len);
    for (isize i = unit * UNIT_FILES; i < end; i++) {
        if (!store_txn_adopt(ad->txn, worker, ad->paths.ptr[i], ad->root_fd, ad->from.ptr[i],
                             &ad->files[i].digest, err)) {
            return false;
        }
    }
    return true;
}

bool unpack_directory(Arena *a, int root_fd, const Release *release, bool is_module_form,
                      isize n_workers, StoreTxn *txn, Unpacked *ret, Err *err)
{
    Adoption ad = {.root_fd = root_fd, .txn = txn};
    if (!choose(a, release, is_module_form, &ad, err)) {
        return false;
    }
    isize n = ad.from.len;
    Str *sorted = ARENA_ARRAY(a, Str, n);
    for (isize i = 0; i < n; i++) {
        sorted[i] = ad.paths.ptr[i];
    }
    sort_strings(sorted, n);
    if (!store_txn_make_dirs(txn, sorted, n, err) ||
        !pool_run((n + UNIT_FILES - 1) / UNIT_FILES, n_workers, adopt_unit, &ad, err)) {
        return false;
    }
    *ret = (Unpacked){dirhash_summary(a, ad.files, n), n};
    return true;
}
