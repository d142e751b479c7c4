/*
 * The central directory of a release's zip, read where it lies (HTTP range): names, sizes and
 * CRC-32 of all files for some 1.7 MB instead of 76 MB. It points at the files of a tree that
 * differ; it proves nothing. Single members are fetched the same way, for repair.
 */
#ifndef TOOLCHAIN_ZIPINDEX_H
#define TOOLCHAIN_ZIPINDEX_H

#include "format/zip.h"
#include "go/root/manifest.h"
#include "toolchain/source.h"

typedef struct {
    Source *source;
    Release release;
    Str prefix; /* of all names */
    ZipDirectory dir;
} ZipIndex;

/* Asks the source for the directory. ERR_UNSUPPORTED when it answers no range requests. */
bool zipindex_fetch(Arena *a, Source *source, const Release *release, ZipIndex *ret, Err *err);

/* How a tree differs from the index, by size and CRC-32 of each file. Reads the tree again. */
bool zipindex_diff(Arena *a, const ZipIndex *index, int root_fd, const Manifest *found,
                   FileDiffs *ret, Err *err);

/* The content of the file at path (of a tree), fetched; its CRC-32 is checked. */
bool zipindex_read(Arena *a, const ZipIndex *index, Str path, bool is_module_form, Str *ret,
                   Err *err);

#endif
