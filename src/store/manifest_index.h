/*
 * Which file of which tree has this content: an index over all manifests.
 *
 * A manifest is the text whose SHA-256 is a tree's h1 (go/mod/dirhash.h); each name in it begins
 * with "golang.org/toolchain@VERSION/". What follows is the name within the module: the path below
 * the root, but for go.mod, which is _go.mod there (go/mod/distname.h).
 */
#ifndef STORE_MANIFEST_INDEX_H
#define STORE_MANIFEST_INDEX_H

#include "go/mod/dirhash.h"

/* The files of a manifest, sorted, named within the module; names point into the text. A text of
 * another form, or a name that is not safe below a directory, is ERR_FORMAT. */
bool manifest_files(Arena *a, Str text, DirhashFile **ret, isize *ret_n, Err *err);

typedef struct {
    Sha256 digest;
    const char *name; /* within the module */
    uint32_t name_len;
    int32_t tree; /* as given to manifest_index_add */
} ManifestEntry;

typedef struct {
    Arena *arena;
    const ManifestEntry **slots; /* NULL marks a free one */
    isize len, cap;              /* cap is zero or a power of two */
} ManifestIndex;

ManifestIndex manifest_index_init(Arena *a);
/* Adds the files of one tree, copied. Of several with the same content the first one added counts.
 */
void manifest_index_add(ManifestIndex *index, int32_t tree, const DirhashFile *files, isize n);

typedef struct {
    int32_t tree;
    Str name;
} ManifestPlace;

/* Only reads, so any number of threads may ask at the same time. */
bool manifest_index_find(const ManifestIndex *index, const Sha256 *digest, ManifestPlace *ret);

#endif
