#include "store/sharing.h"

#include "go/mod/distname.h"

#define COMPARE_CHUNK (64 * KIB) /* bytes on the stack */

/* ---- opening ---- */

/* Adds a tree to *sharing; one that cannot be read is left out. */
static void open_tree(Store *s, Str id, Sharing *sharing)
{
    int trees;
    Str text;
    DirhashFile *files;
    isize n;
    Err ignored;
    SharingTree tree = {.id = id, .root_fd = -1};
    Arena a = arena_init(0); /* not scratch: the index grows meanwhile */
    if (store_dir(s, STORE_DIR_TREES, &trees, &ignored) &&
        record_read_manifest(&a, s, id, &text, &ignored) == FILE_FOUND &&
        manifest_files(&a, text, &files, &n, &ignored) &&
        file_open_beneath(trees, id, &tree.root_fd, &ignored) == FILE_FOUND) {
        manifest_index_add(&sharing->index, (int32_t)sharing->n_trees, files, n);
        sharing->trees[sharing->n_trees++] = tree;
    }
    arena_done(&a);
}

bool sharing_open(Arena *a, Store *s, Sharing *ret, Err *err)
{
    RecordList records;
    if (!record_list(a, s, &records, err)) {
        return false;
    }
    Sharing sharing = {.trees = ARENA_ARRAY(a, SharingTree, SHARING_MAX_TREES),
                       .index = manifest_index_init(a)};
    for (isize i = MAX(0, records.len - SHARING_MAX_TREES); i < records.len; i++) {
        open_tree(s, records.ptr[i].id, &sharing);
    }
    *ret = sharing;
    return true;
}

void sharing_close(Sharing *sharing)
{
    for (isize i = 0; i < sharing->n_trees; i++) {
        file_close(&sharing->trees[i].root_fd);
    }
    *sharing = (Sharing){0};
}

/* ---- sharing ---- */

/* Read, not mapped: whoever shortens the file meanwhile must not end this process. */
static bool holds_data(int fd, Str data)
{
    char chunk[COMPARE_CHUNK];
    Err ignored;
    for (isize at = 0; at < data.len;) {
        isize n;
        isize want = MIN(data.len - at, (isize)sizeof(chunk));
        if (!file_read_at(fd, at, chunk, want, &n, &ignored) || n != want ||
            memcmp(chunk, data.ptr + at, (size_t)n) != 0) {
            return false;
        }
        at += n;
    }
    return true;
}

/* Opens the place when it holds the data and has the execute bit; -1 when not. */
static int open_same(const SharingTree *tree, Str name, bool is_exec, Str data)
{
    int fd = -1;
    FileStat st;
    Err ignored;
    if (file_open_beneath(tree->root_fd, name, &fd, &ignored) == FILE_FOUND &&
        (!file_fstat(fd, &st, &ignored) || st.kind != FILE_KIND_REGULAR || st.size != data.len ||
         ((st.mode & 0100) != 0) != is_exec || !holds_data(fd, data))) {
        file_close(&fd);
    }
    return fd;
}

/* For file systems without hard links, and files with too many. */
static SharingOutcome clone_file(int from_fd, bool is_exec, int dirfd, Str name, Err *err)
{
    AUTO_CLOSE int fd = -1;
    if (!file_create(dirfd, name, is_exec ? 0555 : 0444, &fd, err)) {
        return SHARING_FAILED;
    }
    if (file_clone(from_fd, fd)) {
        return SHARING_DONE;
    }
    return file_unlink(dirfd, name, err) == FILE_FAILED ? SHARING_FAILED : SHARING_NONE;
}

SharingOutcome sharing_link(Arena scratch, const Sharing *sharing, const Sha256 *digest,
                            bool is_exec, Str data, int dirfd, Str name, int32_t *ret_tree,
                            Err *err)
{
    ManifestPlace place;
    AUTO_CLOSE int fd = -1;
    if (!manifest_index_find(&sharing->index, digest, &place)) {
        return SHARING_NONE;
    }
    const SharingTree *tree = &sharing->trees[place.tree];
    Str path = distname_to_path(&scratch, place.name);
    fd = open_same(tree, path, is_exec, data);
    if (fd < 0) {
        return SHARING_NONE;
    }
    SharingOutcome outcome = SHARING_FAILED;
    switch (file_link(tree->root_fd, path, dirfd, name, err)) {
    case FILE_LINKED:
        outcome = SHARING_DONE;
        break;
    case FILE_LINK_IMPOSSIBLE:
        outcome = clone_file(fd, is_exec, dirfd, name, err);
        break;
    case FILE_LINK_EXISTS:
        FAIL(err, ERR_FORMAT, "'%.*s' is there twice", STR_ARG(name));
        break;
    case FILE_LINK_FAILED:
        break;
    }
    if (outcome == SHARING_DONE) {
        *ret_tree = place.tree;
    }
    return outcome;
}
