#include "toolchain/repair.h"

#include "base/map.h"
#include "base/panic.h"
#include "base/path.h"
#include "base/vec.h"
#include "os/dir.h"
#include "os/random.h"
#include "store/audit.h"
#include "store/tree.h"
#include "toolchain/installed.h"
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
    isize n = r->extras.len + r->replacements.len;
    return audit_append_event(store, S("repair"),
                              str_format(r->arena, "%.*s: %td %s put right", STR_ARG(r->id), n,
                                         n == 1 ? "file" : "files"),
                              err);
}

/* The folder dir of a root that others may be able to write to: no symlink is followed on the way,
 * wherever somebody puts one meanwhile. *ret_fd is -1 or open, and is replaced. */
static FileOutcome open_folder(int root_fd, Str dir, bool make, int *ret_fd, Err *err)
{
    FileOutcome found = dir_open(root_fd, S("."), ret_fd, err);
    for (Str rest = dir; found == FILE_FOUND && rest.len > 0;) {
        StrCut cut = str_cut(rest, '/');
        int parent_fd = *ret_fd;
        *ret_fd = -1;
        if (make && !dir_make(parent_fd, cut.head, 0755, err)) {
            found = FILE_FAILED;
        } else {
            found = file_open_beneath(parent_fd, cut.head, ret_fd, err);
        }
        file_close(&parent_fd);
        rest = cut.tail;
    }
    return found;
}

/* "src/net" of "src/net/ip.go"; empty at the root. */
static Str folder_of(Str path)
{
    StrCut cut = str_cut_last(path, '/');
    return cut.found ? cut.head : (Str){0};
}

/* What could not be renamed lies on another disk: its bytes, or the text of a symlink. */
static bool copy_aside(Arena scratch, int from_dirfd, Str name, Str to, Err *err)
{
    AUTO_CLOSE int from_fd = -1, to_fd = -1;
    Str target;
    FileStat st;
    if (file_lstat(from_dirfd, name, &st, err) != FILE_FOUND) {
        return FAIL(err, ERR_CONFLICT, "it vanished meanwhile");
    }
    if (st.kind == FILE_KIND_SYMLINK) {
        return file_readlink(&scratch, from_dirfd, name, &target, err) == FILE_FOUND &&
               file_symlink(target, FILE_CWD, to, err);
    }
    if (st.kind != FILE_KIND_REGULAR) {
        return FAIL(err, ERR_UNSUPPORTED, "it is neither a file nor a symlink: remove it yourself");
    }
    return file_open_plain(from_dirfd, name, &from_fd, err) == FILE_FOUND &&
           file_create(FILE_CWD, to, 0600, &to_fd, err) && file_copy(from_fd, to_fd, err) &&
           file_sync(to_fd, err);
}

/* Out of a tree that is not the store's, to be kept in folder. */
static bool move_aside(Repair *r, int root_fd, Str folder, Str path, Err *err)
{
    AUTO_CLOSE int from_dirfd = -1;
    Str to = path_join(r->arena, folder, path);
    Str name = path_base(path);
    FileOutcome found = open_folder(root_fd, folder_of(path), false, &from_dirfd, err);
    if (found != FILE_FOUND) {
        return found == FILE_ABSENT; /* gone already */
    }
    if (!dir_make_all(FILE_CWD, path_dir(to), 0700, err)) {
        return false;
    }
    Err not_renamed;
    return file_rename(from_dirfd, name, FILE_CWD, to, &not_renamed) ||
           (copy_aside(*r->arena, from_dirfd, name, to, err) &&
            file_unlink(from_dirfd, name, err) != FILE_FAILED);
}

static bool put_back(int root_fd, const Replacement *one, Err *err)
{
    AUTO_CLOSE int dirfd = -1;
    FileOutcome found = open_folder(root_fd, folder_of(one->path), true, &dirfd, err);
    if (found == FILE_ABSENT) {
        return FAIL(err, ERR_CONFLICT, "the folder of '%.*s' vanished meanwhile",
                    STR_ARG(one->path));
    }
    uint32_t mode = unpack_is_exec(one->path) ? 0755 : 0644;
    return found == FILE_FOUND &&
           file_replace(dirfd, path_base(one->path), one->content, mode, err);
}

static bool repair_elsewhere(Repair *r, Err *err)
{
    Str root = r->proof->root.path;
    Str folder = str_format(r->arena, "%.*s/removed/%.*s", STR_ARG(r->context->home),
                            STR_ARG(random_name(r->arena)));
    AUTO_CLOSE int root_fd = -1;
    if (dir_open(FILE_CWD, root, &root_fd, err) != FILE_FOUND) {
        return FAIL(err, ERR_CONFLICT, "it cannot be opened any more");
    }
    for (isize i = 0; i < r->extras.len; i++) {
        Str path = r->extras.ptr[i];
        if (!move_aside(r, root_fd, folder, path, err)) {
            return FAIL_IN(err, "moving '%.*s' to '%.*s'", STR_ARG(path), STR_ARG(folder));
        }
    }
    for (isize i = 0; i < r->replacements.len; i++) {
        if (!put_back(root_fd, &r->replacements.ptr[i], err)) {
            return FAIL_IN(err, "putting back '%.*s'", STR_ARG(r->replacements.ptr[i].path));
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
    if (id.len > 0 &&
        !str_eq(id, installed_id(a, proof->root.version, proof->root.os, proof->root.arch))) {
        FAIL(err, ERR_UNSUPPORTED,
             "%.*s was taken into the store as it is: there is no published "
             "state to bring it back to",
             STR_ARG(id));
        return err_hint(err, "goward install %.*s gets the official build",
                        STR_ARG(proof->root.version));
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
