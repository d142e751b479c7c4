/*
 * Which file of which tree has this content: an index over all manifests.
 *
 * A manifest is the text whose SHA-256 is a tree's h1: per file, sorted by name, a line of 64
 * hexadecimal digits, two spaces, "golang.org/toolchain@VERSION/", the name within the module. That
 * is the path below the root, but for go.mod, which is _go.mod there (go/mod/distname.h).
 */
#ifndef STORE_MANIFEST_INDEX_H
#define STORE_MANIFEST_INDEX_H

#include "base/err.h"
#include "format/sha256.h"

typedef struct {
    Str hex;  /* 64 digits */
    Str name; /* within the module */
} ManifestLine;

/* Takes the next line off *rest; false at its end. A line of another form, or a name that is not
 * safe below a directory, is ERR_FORMAT with *ret_broken set (it stays untouched otherwise). */
bool manifest_next(Str *rest, ManifestLine *ret, bool *ret_broken, Err *err);

typedef struct {
    const char *line; /* NULL marks a free slot */
    uint32_t name_offset, name_len;
    uint32_t key; /* made from the digest */
    int32_t tree; /* as given to manifest_index_add */
} ManifestSlot;

typedef struct {
    Arena *arena;
    ManifestSlot *slots;
    isize len, cap; /* cap is zero or a power of two */
} ManifestIndex;

ManifestIndex manifest_index_init(Arena *a);
/* Adds the files of one tree; text must outlive the index. Of several files with the same content
 * the first one added counts. A broken manifest is ERR_FORMAT; the lines before it stay. */
bool manifest_index_add(ManifestIndex *index, int32_t tree, Str text, Err *err);

typedef struct {
    int32_t tree;
    Str name;
} ManifestPlace;

/* Only reads, so any number of threads may ask at the same time. */
bool manifest_index_find(const ManifestIndex *index, const Sha256 *digest, ManifestPlace *ret);

#endif
