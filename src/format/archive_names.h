/*
 * Whether the names of an archive can be unpacked together, on any file system: each one clean,
 * relative and portable, no two of them equal, equal but for case, or one both a file and a folder.
 * The rules are those of x/mod for module zips (module.CheckFilePath, zip.collisionChecker).
 */
#ifndef FORMAT_ARCHIVE_NAMES_H
#define FORMAT_ARCHIVE_NAMES_H

#include "base/err.h"
#include "base/map.h"
#include "base/vec.h"

typedef struct {
    Str name;
    bool is_dir;
} ArchiveName;

typedef struct {
    Arena *arena;
    Map by_fold; /* index of the name, by its case-folded form */
    VEC(ArchiveName) names;
} ArchiveNames;

ArchiveNames archive_names_init(Arena *a);

/* Adds an entry, without the slash at a folder's end, and its parents as folders; name must live as
 * long as the set. A folder may be added again, a file may not. ERR_FORMAT otherwise. */
bool archive_names_add(ArchiveNames *set, Str name, bool is_dir, Err *err);

/* The rule for one name, as module.CheckFilePath: UTF-8, elements not empty, not ending in a dot, no
 * device of Windows, of letters, digits, space and !#$%&()+,-.=@[]^_{}~ alone. */
bool archive_name_check(Str name, Err *err);

#endif
