/* The text of a Go file as the scanner wants it. */
#ifndef GO_SYNTAX_SOURCE_H
#define GO_SYNTAX_SOURCE_H

#include "go/syntax/scanner.h"
#include "os/file.h"

/* Reads a regular file whole, with SCANNER_PADDING bytes of zero behind it, on a. What is no
 * regular file is ERR_FORMAT, one that is larger than SCANNER_MAX_TEXT is ERR_LIMIT. */
FileOutcome source_read(Arena *a, int dirfd, Str path, Str *ret, Err *err);
/* The same, with what the file was before it was read. */
FileOutcome source_read_stat(Arena *a, int dirfd, Str path, Str *ret, FileStat *ret_stat, Err *err);

#endif
