/*
 * What a zip must be to be a module: the rules of x/mod/zip.CheckZip, by which cmd/go and the module
 * proxies go, and two that cmd/go leaves to its way of unpacking: only regular files, no folders of
 * their own.
 */
#ifndef GO_MOD_MODZIP_H
#define GO_MOD_MODZIP_H

#include "format/zip.h"

#define MODZIP_MAX_ZIP (500 * MIB)    /* bytes of the archive: zip.MaxZipFile */
#define MODZIP_MAX_TOTAL (500 * MIB)  /* bytes of all files, unpacked: zip.MaxZipFile too */
#define MODZIP_MAX_GO_MOD (16 * MIB)  /* zip.MaxGoMod */
#define MODZIP_MAX_LICENSE (16 * MIB) /* zip.MaxLICENSE */

/* Checks the entries of a module's zip, all of whose names must start with prefix
 * ("module@version/"). The error names the first entry that breaks a rule: ERR_FORMAT, or ERR_LIMIT
 * for one that is too large. */
bool modzip_check(Arena scratch, const ZipDirectory *dir, Str prefix, Err *err);

#endif
