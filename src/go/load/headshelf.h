/*
 * The files of a directory, with the heads of those that were read: for a directory that is looked
 * at again, for another target.
 */
#ifndef GO_LOAD_HEADSHELF_H
#define GO_LOAD_HEADSHELF_H

#include "go/load/buildhead.h"
#include "os/dir.h"

typedef struct {
    Str name;
    FileKind kind;         /* of what a link leads to */
    const BuildHead *head; /* NULL: not read yet */
} ShelfFile;

struct HeadShelf {
    Str dir;          /* absolute */
    ShelfFile *files; /* all entries but directories, by name */
    isize n_files;
    bool has_good_names; /* filenames_check has nothing against any of them */
};

/* What an entry is, or what it leads to; a link that leads nowhere stays one, and fails when it is
 * opened. */
FileKind headshelf_kind_of(int dir_fd, const DirEntry *entry);

/* Lists a directory. The shelf lives on a and in dir. */
bool headshelf_fill(Arena *a, Str dir, HeadShelf *ret, Err *err);

/* The head of a file, which is read when nobody has read it: then it lives on a, which must live as
 * long as the shelf. Several threads may ask at once, each with memory of its own. */
const BuildHead *headshelf_get(HeadShelf *shelf, isize file, Arena *a, Arena *scratch,
                               HeadBuffer *buffer, bool is_go);

#endif
