/*
 * Packages of a command line with all that they import: what `go list` answers, without running
 * Go, without fetching anything.
 */
#ifndef GO_LOAD_LOAD_H
#define GO_LOAD_LOAD_H

#include "go/load/loadcache.h"
#include "go/load/match.h"
#include "go/load/namedfiles.h"
#include "go/load/package.h"

typedef struct {
    const GoEnv *env;
    Str goroot;            /* of the Go in use, absolute */
    Str go_version;        /* its version, "1.26.8" */
    Str dir;               /* the working directory, absolute and clean */
    const MainMods *mains; /* NULL outside of every module */
    const Target *target;
    bool wants_tests;      /* the packages of the tests too */
    bool wants_deps;       /* and everything that is imported */
    bool ignores_profiles; /* nothing is built anew for a program's profile */
    isize jobs;            /* worker threads */
    LoadCache *cache;      /* what further loads of this run share, see loadcache.h; may be NULL */
} LoadOptions;

typedef struct {
    Arena *arena;
    LoadOptions options;
    Requirements requirements;
    LinkerDeps linker;
    Discovery discovery;
    Matches matches;
    const Str *arguments; /* of the command line, n_arguments of them */
    isize n_arguments;
    bool has_named; /* the arguments are files: named is their package, and there are no matches */
    NamedFiles named;
    Packages list;              /* in go list's order */
    bool has_variants;          /* several packages are listed, and programs have profiles: what is
                                   below a program is built for it alone, "p [q]" */
    struct ModInfo **mod_infos; /* by index; NULL where it was not asked for, see modinfo.h */
    Packages all;               /* list, and everything that it imports, imports first */
} Loaded;

/* The arguments are patterns (match.h), or files (namedfiles.h). Fails when the modules or files
 * cannot be read at all; what is wrong with a package is its error. What *options and arguments
 * point to must live as long. Release it with load_done, after a failure too. */
bool load_packages(Arena *a, const LoadOptions *options, const Str *arguments, isize n, Loaded *ret,
                   Err *err);
void load_done(Loaded *l);

#endif
