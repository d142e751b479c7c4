/*
 * What a zip must be to be a module: the rules of x/mod/zip.CheckZip, by which cmd/go and the
 * module proxies go. One is narrower: there are only files. cmd/go takes entries for folders as
 * well, but they are part of the zip's h1 and not of the unpacked tree's, so such a tree could
 * never be proved.
 */
#ifndef GO_MOD_MODZIP_H
#define GO_MOD_MODZIP_H

#include "format/zip.h"

#define MODZIP_MAX_TOTAL (500 * MIB) /* bytes of all files: zip.MaxZipFile, and of the zip itself */
#define MODZIP_MAX_GO_MOD (16 * MIB) /* zip.MaxGoMod */
#define MODZIP_MAX_LICENSE (16 * MIB) /* zip.MaxLICENSE */

/* Checks the entries of a module's zip, all of whose names must start with prefix
 * ("module@version/"). The error names the first entry that breaks a rule: ERR_FORMAT, or ERR_LIMIT
 * for one that is too large. */
bool modzip_check(Arena scratch, const ZipDirectory *dir, Str prefix, Err *err);

#endif
