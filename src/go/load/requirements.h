/*
 * The modules that a build may take packages from: cmd/go/internal/modload's Requirements.
 *
 * They come in two steps. Of one module with a complete go.mod (go 1.17 and later) that file alone
 * answers for nearly every package; only when it does not, the whole graph is read. In a workspace,
 * and of older modules, the whole graph is needed at once. With a vendor directory its modules.txt
 * is the answer, and neither cache nor graph are looked at.
 */
#ifndef GO_LOAD_REQUIREMENTS_H
#define GO_LOAD_REQUIREMENTS_H

#include "go/mod/gosum.h"
#include "go/mod/graph.h"
#include "go/mod/vendorlist.h"

#define FIRST_DIRECT_OF_WORK 23 /* N of the Go 1.N that tells direct ones in a workspace */

/* A module at its chosen version. */
typedef struct {
    ModVersion mod;             /* version empty: a main module */
    const MainMod *main;        /* or NULL */
    const MainReplace *replace; /* or NULL */
    Str prefix; /* what the import paths of its packages begin with: its path; empty for std */
    Str root;   /* where its files are, or would be; empty: nowhere, or in the vendor directory */
    bool is_local; /* a main module, or a directory that replaces one: there may be further modules
                      below it */
    bool lacks_go_mod; /* a directory that replaces one, and has no go.mod */
    bool lacks_sum;    /* go.sum has no hash of its files, and a build insists on one */
    bool is_root;      /* go.mod names this version */
    bool is_direct;    /* not only "// indirect" */
} LoadModule;

/* See reqshelf.h. */
typedef struct ReqShelf ReqShelf;

typedef struct {
    Arena *arena;
    ReqShelf *shelf;       /* what loads share; NULL: nothing is shared */
    const MainMods *mains; /* NULL outside of every module */
    Str dir;               /* the working directory: files are shown as seen from there */
    Str goroot_src;        /* GOROOT/src */
    Str cache;             /* GOMODCACHE */
    isize go_minor;        /* N of the Go 1.N in use */
    isize jobs;
    VEC(LoadModule) modules; /* the main modules first */
    isize n_mains;
    Map by_path; /* module path -> 1 + index of the chosen version */
    GoSum sums;
    bool is_pruned;    /* of one module with a complete go.mod, which is asked before the graph */
    bool has_graph;    /* the choice is that of the whole graph */
    ModGraph graph;    /* when has_graph */
    Str graph_trouble; /* then: why not all of it could be read, in cmd/go's words; else empty */
    bool takes_goroot_modules; /* where std or cmd is the main module, its imports mean the modules
                                  that it requires, not GOROOT's vendor directories: of go mod */
    bool is_as_written; /* the graph will be that of go.mod as it is, also where that contradicts
                           itself: graph_load_as_written */
    bool is_vendored;
    Str vendor_dir;
    VendorList vendor;
} Requirements;

/* mains (NULL: there are no modules but GOROOT's) and env must outlive the result. Release it with
 * requirements_done, after a failure too. */
bool requirements_load(Arena *a, const GoEnv *env, const MainMods *mains, Str dir, Str goroot,
                       isize go_minor, isize jobs, Requirements *ret, Err *err);
void requirements_done(Requirements *r);

/* Why the go.mod of a directory that replaces a module cannot be used, in cmd/go's words. fault:
 * what is wrong with it, if it is there. */
Str requirements_say_unusable(Arena *a, const Requirements *r, const MainReplace *replace,
                              Str fault);

/* Whether a go.mod says by its go line that it names all that its build needs. */
bool requirements_is_pruned(const GoMod *mod);

/* Reads the whole graph, unless it is there. Modules keep their indices. */
bool requirements_complete(Requirements *r, Err *err);

/* Index of the chosen version of a module; -1 when it does not take part. */
isize requirements_find(const Requirements *r, Str path);
/* Index of the module that vendor/modules.txt lists a package under; -1: it is not listed. */
isize requirements_find_vendored(const Requirements *r, Str import_path);

/* The go line of a module; empty: it has none, or its go.mod cannot be read. */
Str requirements_go_of(Arena *a, const Requirements *r, isize module);

/* The same of a go.mod that is no main module's, read from the disk. On a. */
Str requirements_go_line_of(Arena *a, Str file);

/* Whether GOROOT's own packages are the main module: a build within GOROOT/src. */
bool requirements_is_in_goroot(const Requirements *r, const LoadModule *m);

/* Where the files of a module lie in the module cache; false for what cannot be there. */
bool requirements_place_in_cache(Arena *a, Str cache, ModVersion m, Str *ret);

#endif
