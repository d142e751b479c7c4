/*
 * Requirements that several loads share: those of the same main modules, with the graph once one of
 * them needed it, and where in their modules packages were found.
 *
 * Each load has a copy that it may change (load.h marks what is required directly).
 */
#ifndef GO_LOAD_REQSHELF_H
#define GO_LOAD_REQSHELF_H

#include "go/load/loadcache.h"
#include "go/load/resolve.h"

/* As requirements_load, with what the cache has. mains and what *env points to must live, and stay
 * as they are, as long as the cache. */
bool reqshelf_load(Arena *a, LoadCache *cache, const GoEnv *env, const MainMods *mains, Str dir,
                   Str goroot, isize go_minor, isize jobs, Requirements *ret, Err *err);

/* requirements_complete for those that are shared. */
bool reqshelf_complete(Requirements *r, Err *err);

/* resolve_import for those that are shared; what it gives lives as long as the cache. */
ResolveOutcome reqshelf_resolve(const Requirements *r, Str path, bool beyond_roots, Resolved *ret);

/* The same without looking at the disk; false when nobody has looked yet. */
bool reqshelf_knows(const Requirements *r, Str path, bool beyond_roots, ResolveOutcome *ret_outcome,
                    Resolved *ret);

/* The go line of the go.mod at file, by requirements that are shared. */
Str reqshelf_go_line(const Requirements *r, Str file);

#endif
