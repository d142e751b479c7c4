/*
 * Finding packages: from import paths to the directories that hold them, read level by level by
 * several threads, each package once. What was found does not depend on how many there are.
 */
#ifndef GO_LOAD_DISCOVER_H
#define GO_LOAD_DISCOVER_H

#include "go/load/dirshelf.h"
#include "go/load/implicit.h"
#include "go/load/package.h"
#include "go/load/resolve.h"

#define DISCOVER_MAX_PACKAGES 1000000 /* the largest known build has some 10,000 */
#define DISCOVER_MAX_WORKERS 16

/* An import path, and what was found there. */
typedef struct {
    Str path;
    ResolveOutcome outcome;
    Resolved place;
    const BuildPackage *build; /* when outcome is RESOLVE_FOUND, else NULL */
    Str implicit_module; /* what cmd/go says when it imports from a module that go.mod does not
                            name; empty: nothing */
    isize importer;      /* index of what imported it first; -1: it was asked for */
    bool is_read;        /* looked for, with outcome */
    bool wants_tests;    /* what its tests import is found too */
    bool has_tests;
    bool has_imports; /* they were put in line */
    bool is_named;    /* of files that were named one by one: see namedfiles.h */
} Found;

typedef struct {
    Arena *arena;
    Requirements *requirements;
    const Target *target;
    const LinkerDeps *linker;
    DirReader shelf; /* its cache may be NULL */
    VEC(Found) list;
    Map by_path;  /* path -> 1 + index */
    Map vendored; /* "cmd path" or "std path" -> 1 + index of what GOROOT's packages mean by path */
    Strs vendored_paths;
    VEC(const BuildPackage *) dirs;
    Map by_dir; /* directory -> 1 + index in dirs */
    Arena workers[DISCOVER_MAX_WORKERS];
    isize n_workers;
    isize n_done; /* before it, all is read and its imports are in the list */
} Discovery;

/* requirements, target and linker must live as long. Release it with discover_done. */
Discovery discover_init(Arena *a, Requirements *requirements, const Target *target,
                        const LinkerDeps *linker, isize jobs);
void discover_done(Discovery *d);

/* Takes from the cache what is known there, and leaves there what it finds. Before anything is
 * looked for; requirements are those that the cache has (reqshelf.h). */
void discover_share(Discovery *d, LoadCache *cache);

/* Puts a path in line; the same one is looked for once. */
void discover_want(Discovery *d, Str path, bool wants_tests);

/* Puts in line what is imported by a package that is in no line itself, and by its tests where
 * f->wants_tests. */
void discover_want_imports(Discovery *d, const Found *f);

/* Looks for everything in line, for what that imports, and so on. Fails at a limit, or when the
 * graph of the modules was needed and could not be read. */
bool discover_run(Discovery *d, Err *err);

/* Reads directories (absolute and clean) as packages, by several threads, and keeps what was read
 * for the packages that turn out to be there. One that cannot be read is passed over. */
bool discover_read_dirs(Discovery *d, const Str *dirs, isize n, Err *err);
/* What was read of a directory, NULL when it was not. */
const BuildPackage *discover_dir(const Discovery *d, Str dir);

/* What was found at an import path; NULL when nobody wanted it. */
const Found *discover_get(const Discovery *d, Str path);

/* The path that a package (its path, whether it is of the standard library) means by an import. */
Str discover_path(Discovery *d, Str importer, bool is_std, Str path);

#endif
