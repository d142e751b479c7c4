/*
 * Directories as packages, for one target after the other: what is read for one is taken for every
 * other that answers the same of the tags that were asked for. Most directories ask for none.
 */
#ifndef GO_LOAD_DIRSHELF_H
#define GO_LOAD_DIRSHELF_H

#include "go/load/buildpkg.h"
#include "go/load/loadcache.h"

/* Who reads. */
typedef struct {
    LoadCache *cache;
    const Target *target;
    const void *names; /* what the target's tables of names are known by */
} DirReader;

/* The target must live as long. */
DirReader dirshelf_reader(LoadCache *cache, const Target *t);

/* What is known of a directory without looking at the disk; NULL: nothing for this target. */
const BuildPackage *dirshelf_find(const DirReader *r, Str dir);

/* As buildpkg_read; the package lives as long as the cache. Several threads may ask at once. */
bool dirshelf_read(const DirReader *r, Str dir, const BuildPackage **ret, Err *err);

#endif
