/*
 * Why a module needs a package or a module: the shortest ways of imports that lead there from the
 * packages of the main modules (what cmd/go/internal/modload makes for `go mod why`).
 *
 * Every file counts that some build could hold. "all" is gone through with its tests; what the
 * tests of other modules' packages import is there, what tests behind them import is not. As `go
 * mod why` does, it takes a go.mod that contradicts itself, or lacks modules, as `go mod tidy`
 * would write it, and looks neither at go.sum nor at a vendor directory.
 */
#ifndef GO_LOAD_WHY_H
#define GO_LOAD_WHY_H

#include "go/load/load.h"

/* Times that requirements are made complete and everything is read anew: two are usual. */
#define WHY_MAX_ROUNDS 50

typedef struct {
    Str path;     /* import path */
    bool is_test; /* the tests of that package, shown as "path.test" */
    isize from;   /* the node that leads here; -1: a package of a main module, or its tool */
    isize depth;  /* nodes on the way, this one included */
    isize found;  /* index in the discovery; -1: nobody could look for it */
} WhyNode;

typedef struct {
    bool of_modules; /* the arguments are modules */
    bool for_vendor; /* the tests of other modules' packages do not count: -vendor */
    const Str *args; /* patterns */
    isize n_args;
} WhyQuestion;

typedef struct {
    Arena *arena;
    LoadOptions options;
    WhyQuestion question;
    Target any;
    LinkerDeps no_linker;
    MainMod main;   /* of mains, once its requirements were made complete */
    MainMods mains; /* as the go command takes them */
    Requirements requirements;
    Discovery discovery;
    Matches matches; /* of packages: what the arguments stand for */
    Strs roots;      /* where ways begin */
    Match all;
    VEC(WhyNode) nodes; /* breadth first */
    Map by_path;        /* import path -> 1 + its node */
    Map nearest;        /* module path -> 1 + the node of its nearest package */
    Strs asked;         /* packages or modules, in the order of the answer */
    bool needs_update;  /* go.mod is not as `go mod tidy` would write it */
    Strs troubles;      /* what is wrong with arguments, in cmd/go's words */
    Strs uncached;      /* "path@version" of modules that would have to be looked into; the path
                           alone of one that is replaced */
} Why;

/* Answers a question. options: mains must not be NULL; target is that of `go build`; what it wants
 * is not looked at. Arguments of of_modules that are no module paths are ERR_USAGE in cmd/go's
 * words. Fails also when the modules cannot be read at all. What options points to must live as
 * long. Release it with why_done, after a failure too. */
bool why_load(Arena *a, const LoadOptions *options, const WhyQuestion *question, Why *ret,
              Err *err);
void why_done(Why *w);

typedef struct {
    isize *ptr; /* nodes, the package of the main module first */
    isize len;  /* 0: nothing leads there */
} WhyWay;

/* The shortest way to what was asked for, a package or the nearest package of a module. */
WhyWay why_way(Arena *a, const Why *w, Str asked);

/* The path of the module that holds a package; empty: the standard library, or it is unknown. */
Str why_module_of(const Why *w, isize node);

#endif
