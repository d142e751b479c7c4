#include "go/load/headshelf.h"

#include "base/path.h"
#include "go/load/filenames.h"

FileKind headshelf_kind_of(int dir_fd, const DirEntry *entry)
{
    FileStat st;
    Err ignored;
    if (entry->kind == FILE_KIND_SYMLINK &&
        file_stat(dir_fd, entry->name, &st, &ignored) == FILE_FOUND) {
        return st.kind;
    }
    return entry->kind;
}

static bool are_good(Arena scratch, const HeadShelf *shelf)
{
    const Strs none = {0};
    Strs lists[LIST_COUNT] = {0}, *names = &lists[LIST_GO];
    for (isize i = 0; i < shelf->n_files; i++) {
        *VEC_PUSH(&scratch, names) = shelf->files[i].name;
    }
    return filenames_check(&scratch, lists, &none).len == 0;
}

bool headshelf_fill(Arena *a, Str dir, HeadShelf *ret, Err *err)
{
    DirList entries;
    AUTO_CLOSE int fd = -1;
    *ret = (HeadShelf){.dir = dir};
    if (dir_open(FILE_CWD, dir, &fd, err) != FILE_FOUND || !dir_list_fresh(a, fd, &entries, err)) {
        return false;
    }
    ret->files = ARENA_ARRAY(a, ShelfFile, entries.len);
    for (isize i = 0; i < entries.len; i++) {
        const DirEntry *entry = &entries.ptr[i];
        if (entry->kind != FILE_KIND_DIR) {
            ret->files[ret->n_files++] =
                (ShelfFile){.name = entry->name, .kind = headshelf_kind_of(fd, entry)};
        }
    }
    ret->has_good_names = are_good(*a, ret);
    return true;
}

/* Of two that read it at once, the first one's stays. */
static const BuildHead *publish(ShelfFile *f, const BuildHead *head)
{
    const BuildHead *there = NULL;
    bool is_first = __atomic_compare_exchange_n(&f->head, &there, head, false, __ATOMIC_ACQ_REL,
                                                __ATOMIC_ACQUIRE);
    return is_first ? head : there;
}

const BuildHead *headshelf_get(HeadShelf *shelf, isize file, Arena *a, Arena *scratch,
                               HeadBuffer *buffer, bool is_go)
{
    ShelfFile *f = &shelf->files[file];
    const BuildHead *head = __atomic_load_n(&f->head, __ATOMIC_ACQUIRE);
    if (head != NULL) {
        return head;
    }
    BuildHead read, *kept = ARENA_NEW(a, BuildHead);
    Str path = path_join(a, shelf->dir, f->name);
    buildhead_read(a, scratch, buffer, FILE_CWD, path, path, is_go, &read);
    buildhead_keep(a, &read, kept);
    return publish(f, kept);
}
