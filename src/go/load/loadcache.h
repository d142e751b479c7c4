/*
 * What the loads of one run have in common: a module that is checked for 47 targets has the same
 * folders, the same heads of files and the same graph of modules each time.
 *
 * Whoever loads several times makes one and hands it to each load (LoadOptions.cache). What a load
 * gives is what it would give without, and points into the cache, which must outlive it. Any number
 * of threads and loads may use one at once. A file or folder that changes while it lives may be
 * seen as it was, and two of them as of different moments: a run, and not a server, has one.
 */
#ifndef GO_LOAD_LOADCACHE_H
#define GO_LOAD_LOADCACHE_H

#include "base/map.h"

typedef struct LoadCache LoadCache;

/* Release it with loadcache_done, after all that was loaded with it. */
LoadCache *loadcache_new(void);
void loadcache_done(LoadCache *c);

/* Kinds of things that are kept, each under names of its own. */
typedef enum {
    LOADCACHE_NAMES,        /* the tables of names of a Go, see target.h */
    LOADCACHE_DIRS,         /* see dirshelf.h */
    LOADCACHE_WALKS,        /* see pkgwalk.h */
    LOADCACHE_MODULES,      /* directory -> that of the go.mod at or above it */
    LOADCACHE_REQUIREMENTS, /* see reqshelf.h, like the two below */
    LOADCACHE_IMPORTS,
    LOADCACHE_GO_LINES,
    LOADCACHE_FITS, /* see rootcheck.c */
    LOADCACHE_KIND_COUNT,
} LoadCacheKind;

/* What was kept under a name, NULL when nothing was. */
void *loadcache_get(LoadCache *c, LoadCacheKind kind, Str name);

/* Keeps a thing, which lives on an arena of the cache, and gives it; or the one that somebody else
 * has kept under that name in the meantime: the two are equal. The name is copied. */
void *loadcache_keep(LoadCache *c, LoadCacheKind kind, Str name, void *thing);

/* The text that make gives for a name, made once; make puts it on a. */
Str loadcache_text(LoadCache *c, LoadCacheKind kind, Str name, Str (*make)(Arena *a, Str name));

/* An arena for what is kept, of this caller alone until it gives it back; what was made on it stays
 * as long as the cache. */
Arena *loadcache_take_arena(LoadCache *c);
void loadcache_give_arena(LoadCache *c, Arena *a);

/* Has a thing released when the cache goes, before its arenas do. */
void loadcache_at_end(LoadCache *c, void (*release)(void *thing), void *thing);

#endif
