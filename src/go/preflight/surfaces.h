/* The surfaces of packages, each made once: for all targets of a run, and for later runs where
 * there is a cache. */
#ifndef GO_PREFLIGHT_SURFACES_H
#define GO_PREFLIGHT_SURFACES_H

#include "go/preflight/sources.h"
#include "go/preflight/surface.h"
#include "go/types/typecheck.h"

typedef struct Surfaces Surfaces;

typedef struct {
    isize n_workers;
    bool is_single; /* files are met once */
    Trees *trees;
    Sources *sources;  /* and */
    CheckCache *cache; /* both or neither (NULL) */
} SurfacesOptions;

/* Release it with surfaces_done. */
Surfaces *surfaces_new(const SurfacesOptions *options);
void surfaces_done(Surfaces *s);

/* The surface of a unit; import_names: what each of its imports is called. It lives as long as s.
 * Each worker may ask at once. */
const Surface *surfaces_get(Surfaces *s, const TypecheckUnit *unit, const Name *import_names,
                            isize worker);

/* The same of a unit whose trees are at hand. */
const Surface *surfaces_make(Surfaces *s, const TypecheckUnit *unit, const Name *import_names,
                             const SourceTree *const *files, isize n_files, isize worker);

/* Puts into the cache what was made. */
void surfaces_keep(Surfaces *s);

#endif
