/* From an import path to the directory that holds the package: cmd/go/internal/modload's
 * importFromModules. */
#ifndef GO_LOAD_RESOLVE_H
#define GO_LOAD_RESOLVE_H

#include "go/load/requirements.h"
#include "go/load/strs.h"

typedef enum {
    RESOLVE_NONE, /* nowhere in the modules that are known; the whole graph may know more */
    RESOLVE_FOUND,
    RESOLVE_FAILED, /* words says why, as cmd/go does */
} ResolveOutcome;

typedef struct {
    Str dir; /* absolute */
    isize
        module; /* index in the requirements; -1: of the standard library, or unlisted in vendor */
    bool is_std;
    bool is_unsure; /* the directory is there; whether it holds Go files was not looked at */
    Str root; /* of files that were named: GOROOT, or the element of GOPATH, that they are in */
    Str words;
    bool is_missing_sum; /* the words lack who imports it: see resolve_missing_sum */
    bool found_beside;   /* then: the package is there, only its being the only one is unproved */
    Strs mods;           /* then: the modules that have no line in go.sum */
    Str uncached; /* of RESOLVE_FAILED: the module at its version that would have to be fetched;
                     else empty */
} Resolved;

/* Looks for a package, on the disk too: where go.mod is complete only in the modules that it names,
 * unless beyond_roots, else in all of them. requirements are read only, so that several threads may
 * ask at once, each with its own arena. */
ResolveOutcome resolve_import(Arena *a, const Requirements *r, Str path, bool beyond_roots,
                              Resolved *ret);

/* What cmd/go says of a path that resolve_import found nowhere, with the whole graph known.
 * importer_go: the go line of the module that imports it, where that is newer than the Go in use;
 * else empty. importer_root: the directory of the main module that imports it, where that is none
 * around the working directory; else empty. */
Str resolve_missing(Arena *a, const Requirements *r, Str path, Str importer_go, Str importer_root);

/* The words for is_missing_sum. importer and its version may be empty. */
Str resolve_missing_sum(Arena *a, const Resolved *found, Str path, Str importer, Str version,
                        bool is_test);

/* The path under which a package of the standard library imports path: its own vendor directories
 * come first (modload's stdVendor). */
Str resolve_std_vendor(Arena *a, const Requirements *r, Str parent, Str path);

/* Whether a directory can be a package for a file of that name: one that ends in ".go", without "_"
 * or "." before it. (cmd/go counts the latter too in a directory that was just changed, before it
 * has an index of it.) */
bool resolve_is_go_name(Str name);

/* Whether a directory holds such a file; links count when they lead to one. */
bool resolve_has_go_files(Str dir);

#endif
