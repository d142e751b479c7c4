/* One file of a directory: whether it is for the target, and its head (go/build's matchFile). */
#ifndef GO_LOAD_BUILDFILE_H
#define GO_LOAD_BUILDFILE_H

#include "base/map.h"
#include "go/load/headshelf.h"
#include "os/dir.h"

/* What is kept from file to file of a directory. */
typedef struct {
    Arena *arena; /* of the result */
    Arena own;    /* of what is of no use behind this directory */
    const Target *target;
    Str dir;
    int dir_fd;
    HeadBuffer buffer;
    HeadShelf *shelf; /* where heads are kept; NULL: nowhere */
    isize at;         /* then: which of its files is looked at */
    Map tags;         /* that were asked for; on arena */
    bool is_named;    /* files were named one by one: those for other targets count too */
} BuildReader;

typedef enum {
    BUILDFILE_OUT,    /* not for this build, file->reason says why */
    BUILDFILE_FAILED, /* a Go file that cannot be used: words has the error */
    BUILDFILE_IN,
} BuildFileOutcome;

typedef struct {
    BuildFileOutcome outcome;
    Str path;      /* absolute; on arena */
    FileHead head; /* of a Go file that is in; on scratch, or on the shelf */
    bool is_binary_only;
    Str words; /* of BUILDFILE_FAILED; on arena */
} BuildMatch;

/* The list of files with this ending (".c"); LIST_COUNT for one that is none of a build's, LIST_GO
 * for ".go". */
BuildList buildfile_list_of(Str ext);
Str buildfile_ext(Str name);

/* Looks at one entry that is no directory. file->name is set; reason, text and line are filled in
 * when it is out. The head lives on scratch, which is not a chain of the reader's own. */
BuildMatch buildfile_match(BuildReader *r, Arena *scratch, FileKind kind, BuildFile *file);

/* Notes that a tag was asked for. */
void buildfile_note_tag(BuildReader *r, Str tag);

#endif
