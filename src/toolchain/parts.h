/* Some bytes of an archive, from a server that answers range requests, or from a file. */
#ifndef TOOLCHAIN_PARTS_H
#define TOOLCHAIN_PARTS_H

#include "go/mod/proxy.h"
#include "os/fetch.h"

#define PARTS_MAX_LEN (64 * MIB) /* bytes of one part; the largest file of a release has 28 MB */

typedef struct {
    int64_t from, to; /* bytes from ... to; a negative from asks for the last -from bytes */
} SourceRange;

typedef struct {
    int64_t from;  /* offset of bytes in the archive */
    int64_t total; /* length of the archive */
    Str bytes;
} SourcePart;

/* Reads n ranges at once; ret has room for n. PROXY_ABSENT when there is no such archive. A range
 * that reaches past the end is a failure. When a server answers no range requests *ret_lacks_ranges
 * becomes true. */
ProxyAnswer parts_fetch(Fetcher *f, Arena *a, Str url, const SourceRange *ranges, isize n,
                        SourcePart *ret, bool *ret_lacks_ranges, Err *err);
ProxyAnswer parts_read_file(Arena *a, Str path, const SourceRange *ranges, isize n, SourcePart *ret,
                            Err *err);

#endif
