/*
 * Whether the names of an archive can be unpacked together, on any file system: each one clean,
 * relative and portable, no two of them equal, equal but for case, or one both a file and a folder.
 * The rules are those of x/mod for module zips (module.CheckFilePath, zip.collisionChecker).
 */
#ifndef FORMAT_ARCHIVE_NAMES_H
#define FORMAT_ARCHIVE_NAMES_H

#include "base/err.h"

/* The rule for one name, as module.CheckFilePath: UTF-8, elements not empty, not ending in a dot,
 * no device of Windows, of letters, digits, space and !#$%&()+,-.=@[]^_{}~ alone. */
bool archive_name_check(Str name, Err *err);

typedef struct {
    Str name; /* without the slash at a folder's end */
    bool is_dir;
} ArchiveName;

/* The rules for each name and for all of them together. A folder may be named twice, and need not
 * be named. ERR_FORMAT names the first offenders. */
bool archive_names_check(Arena scratch, const ArchiveName *names, isize n, Err *err);

#endif
