/*
 * The hash "h1:" of a set of files, by which go.sum and the checksum database know a module
 * (x/mod/sumdb/dirhash).
 *
 * The summary is a text of one line per file, sorted bytewise by name:
 *
 *     <SHA-256 of the content, 64 lowercase digits> <two spaces><name>\n
 *
 * and h1 is the SHA-256 of that text. So whoever holds the summary and a trusted h1 holds a trusted
 * list of files: the summary is the manifest that goward stores with each tree.
 */
#ifndef GO_MOD_DIRHASH_H
#define GO_MOD_DIRHASH_H

#include "base/err.h"
#include "format/sha256.h"

#define DIRHASH_MAX_FILES 200000 /* a Go release has 12,000 */
#define DIRHASH_MAX_NAME 4608    /* bytes: what Linux can open, and a module's prefix */

typedef struct {
    Str name; /* as hashed: "module@version/dir/file" */
    Sha256 digest;
} DirhashFile;

/* The summary of n files, in any order. A name with a newline, which Go refuses to hash, gets a NUL
 * in its place: it still is one line, and such a summary has the h1 of no module. */
Str dirhash_summary(Arena *a, const DirhashFile *files, isize n);

/* "h1:" and base64 of the summary's SHA-256. */
Str dirhash_h1(Arena *a, Str summary);

/* Reads a summary, strictly: what dirhash_summary wrote for names without NUL and newline, each
 * once. Names point into the text. ERR_FORMAT names the line. */
bool dirhash_parse_summary(Arena *a, Str text, DirhashFile **ret_files, isize *ret_n, Err *err);

#endif
