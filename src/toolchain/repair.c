#include "toolchain/repair.h"

#include "base/map.h"
#include "base/panic.h"
#include "base/path.h"
#include "base/vec.h"
#include "os/clock.h"
#include "os/dir.h"
#include "store/tree.h"
#include "toolchain/unpack.h"
#include "toolchain/zipindex.h"

typedef struct {
    Str path;
    Str content;
} Replacement;

typedef struct {
    ToolchainContext *context;
    Arena *arena;
    const Proof *proof;
    Str id;
    VEC(Replacement) replacements;
    VEC(Str) extras;
} Repair;

static bool is_copy(const Proof *p, Str path)
{
    return p->root.is_module_form && str_eq(path_base(path), S("go.mod"));
}

static bool fetch_all(Repair *r, Err *err)
{
    const Proof *p = r->proof;
    Release release = {p->root.version, p->root.os, p->root.arch};
    Source *source;
    ZipIndex index;
    if (!context_source(r->context, &source, err) ||
        !zipindex_fetch(r->arena, source, &release, &index, err)) {
        return false;
    }
    for (isize i = 0; i < p->files.len; i++) {
        Str path = p->files.ptr[i].path;
        if (p->files.ptr[i].kind == FILE_DIFF_EXTRA) {
            *VEC_PUSH(r->arena, &r->extras) = path;
            continue;
        }
        Replacement *one = VEC_PUSH(r->arena, &r->replacements);
        one->path = path;
        bool is_module_form = p->root.is_module_form && !is_copy(p, path);
        if (!zipindex_read(r->arena, &index, path, is_module_form, &one->content, err)) {
            return FAIL_IN(err, "fetching '%.*s'", STR_ARG(path));
        }
    }
    return true;
}

/* The hash of the tree as it will be. */
static bool check_result(const Repair *r, Err *err)
{
    const Manifest *found = &r->proof->manifest;
    Arena *a = r->arena;
    Map changed = map_init(a);
    DirhashFile *files = ARENA_ARRAY(a, DirhashFile, found->n + r->replacements.len);
    isize n = 0;
    for (isize i = 0; i < r->proof->files.len; i++) {
        *map_put(&changed, r->proof->files.ptr[i].path, NULL) = 1;
    }
    for (isize i = 0; i < found->n; i++) {
        if (map_get(&changed, found->paths[i]) == NULL) {
            files[n++] = found->files[i];
        }
    }
    for (isize i = 0; i < r->replacements.len; i++) {
        const Replacement *one = &r->replacements.ptr[i];
        Str name;
        if (manifest_name(a, found->prefix, one->path, found->is_module_form, &name)) {
            files[n++] = (DirhashFile){name, sha256_of(one->content)};
        }
    }
    if (str_eq(dirhash_h1(a, dirhash_summary(a, files, n)), r->proof->record.h1)) {
        return true;
    }
    FAIL(err, ERR_VERIFY,
         "what was fetched for %td files does not make '%.*s' the release that the log recorded",
         r->replacements.len, STR_ARG(r->proof->root.path));
    return err_hint(err, "goward install %.*s from another source; nothing was changed here",
                    STR_ARG(r->proof->root.version));
}

/* --- writing --- */

static bool repair_in_store(Repair *r, Err *err)
{
    Store *store;
    if (!context_claim_store(r->context, &store, err)) {
        return false;
    }
    for (isize i = 0; i < r->extras.len; i++) {
        if (tree_remove_extra(store, r->id, r->extras.ptr[i], err) == FILE_FAILED) {
            return false;
        }
    }
    for (isize i = 0; i < r->replacements.len; i++) {
        const Replacement *one = &r->replacements.ptr[i];
        if (!tree_replace_file(store, r->id, one->path, one->content, unpack_is_exec(one->path),
                               err)) {
            return false;
        }
    }
    return true;
}

/* Out of a tree that is not the store's, kept under <home>/removed. */
static bool move_aside(const Repair *r, Str from, Str folder, Str path, Err *err)
{
    Str to = path_join(r->arena, folder, path);
    if (!dir_make_all(FILE_CWD, path_dir(to), 0700, err)) {
        return false;
    }
    Err not_renamed;
    if (file_rename(FILE_CWD, from, FILE_CWD, to, &not_renamed)) {
        return true;
    }
    AUTO_CLOSE int from_fd = -1, to_fd = -1;
    return file_open_plain(FILE_CWD, from, &from_fd, err) == FILE_FOUND &&
           file_create(FILE_CWD, to, 0600, &to_fd, err) && file_copy(from_fd, to_fd, err) &&
           file_sync(to_fd, err) && file_unlink(FILE_CWD, from, err) != FILE_FAILED;
}

static bool repair_elsewhere(Repair *r, Err *err)
{
    Str root = r->proof->root.path;
    Str folder = str_format(r->arena, "%.*s/removed/%lld", STR_ARG(r->context->home),
                            (long long)clock_wall_s());
    for (isize i = 0; i < r->extras.len; i++) {
        Str path = r->extras.ptr[i];
        if (!move_aside(r, path_join(r->arena, root, path), folder, path, err)) {
            return FAIL_IN(err, "moving '%.*s' out of '%.*s'", STR_ARG(path), STR_ARG(root));
        }
    }
    for (isize i = 0; i < r->replacements.len; i++) {
        const Replacement *one = &r->replacements.ptr[i];
        Str path = path_join(r->arena, root, one->path);
        uint32_t mode = unpack_is_exec(one->path) ? 0755 : 0644;
        if (!dir_make_all(FILE_CWD, path_dir(path), 0755, err) ||
            !file_replace(FILE_CWD, path, one->content, mode, err)) {
            return false;
        }
    }
    return true;
}

bool repair_goroot(ToolchainContext *c, Arena *a, Str id, Proof *proof, isize *ret_n, Err *err)
{
    ASSERT(proof->has_record);
    Repair r = {.context = c, .arena = a, .proof = proof, .id = id};
    if (proof->named_by == NAMED_BY_NONE) {
        FAIL(err, ERR_NET, "the files that differ are not known: %.*s", STR_ARG(proof->because));
        return err_hint(err, "goward verify --repair with the network at hand");
    }
    if (!fetch_all(&r, err) || !check_result(&r, err) ||
        !(id.len > 0 ? repair_in_store(&r, err) : repair_elsewhere(&r, err))) {
        return FAIL_IN(err, "repairing '%.*s'", STR_ARG(proof->root.path));
    }
    Proof after;
    if (!prove_goroot(c, a, proof->root.path, &after, err)) {
        return false;
    }
    *ret_n = r.replacements.len + r.extras.len;
    *proof = after;
    return true;
}
