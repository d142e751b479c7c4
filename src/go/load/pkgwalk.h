/*
 * The directories of a tree that may hold packages: without those whose name begins with "." or
 * "_", without testdata, without what go.mod ignores, and without links.
 */
#ifndef GO_LOAD_PKGWALK_H
#define GO_LOAD_PKGWALK_H

#include "go/load/loadcache.h"
#include "go/mod/gomod.h"

#define PKGWALK_MAX_DIRS 500000 /* of one tree; GOROOT/src has 2,500 */
#define PKGWALK_MAX_DEPTH 200   /* of directories below one another */

typedef struct {
    Str root;            /* absolute; a link to a directory is followed here */
    Str name;            /* of root; those below it are joined to it */
    Str pattern;         /* where nothing can match it, the walk does not go; empty: everything
                            is wanted */
    Str skipped;         /* a name that is left out with all below it; may be empty */
    const GoMod *mod;    /* whose ignore lines count; NULL: none */
    Str root_in_mod;     /* root, seen from that go.mod's directory; empty: it is that directory */
    bool prunes_modules; /* directories with a go.mod of their own are left out */
    bool prunes_vendor;  /* what is below a directory "vendor" is left out */
} PkgWalk;

typedef struct {
    Str dir;  /* absolute */
    Str name; /* joined */
} PkgPlace;

typedef struct {
    PkgPlace *ptr;
    isize len, cap;
} PkgPlaces;

/* Whether a walk passes over directories of this name: "testdata", and what begins with "_" or "."
 * and is neither "." nor "..". pkgwalk asks it of all but the root. */
bool pkgwalk_passes_over(Str name);

/* Adds them in the order of a walk: a directory, then those in it by name. False when something
 * ended it before its time: *ret_trouble then says what, and what was found until then counts. */
bool pkgwalk(Arena *a, const PkgWalk *w, PkgPlaces *ret, Str *ret_trouble);

/* The same, of a tree that is walked through once. Strings live as long as the cache, and so must
 * w->mod. */
bool pkgwalk_shared(Arena *a, LoadCache *cache, const PkgWalk *w, PkgPlaces *ret, Str *ret_trouble);

#endif
