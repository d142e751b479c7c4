/*
 * Which Go may build what the module graph holds: modules by releases of Go, by what their go.mod
 * files say of Go alone. The rules are those of the go command (go.dev/doc/toolchain), as it was
 * seen to behave from 1.19 to 1.27:
 *
 *     1.21 and later   refuse every go.mod that they read whose go line is newer than they are, be
 *                      its version chosen or not; vendor/modules.txt likewise
 *     1.20 from .8 on  do not compile packages of modules for Go 1.22 and newer
 *     older ones       compile what they can, and mention the go line when that fails
 *     all of them      refuse lines that they do not know in a go.mod or go.work of the user's own,
 *                      before 1.21 "go 1.21.0" as well; those of dependencies they pass over
 *
 * A toolchain line is a proposal, and forbids nothing.
 */
#ifndef GO_MOD_COMPAT_H
#define GO_MOD_COMPAT_H

#include "go/mod/graph.h"

#define COMPAT_MAX_VERSION 64 /* bytes of what is asked about */
#define COMPAT_MAX_GOS 14 /* asked at once: as many as there are releases with modules, and a few */

/* From the best to the worst. */
typedef enum {
    COMPAT_NONE,
    COMPAT_UNREAD, /* no Go looks at its go.mod: it is pruned out */
    COMPAT_YES,
    COMPAT_MAYBE,   /* a Go that is older than the go line, and tries */
    COMPAT_UNKNOWN, /* its go.mod cannot be read here */
    COMPAT_NO,      /* a Go that refuses */
    COMPAT_VERDICT_COUNT,
} CompatVerdict;

/* A Go that is asked about. */
typedef struct {
    Str version;  /* "1.22.3"; "1.22" stands for the newest release of it */
    bool is_line; /* it is of the form "1.22" */
} CompatGo;

typedef VEC(CompatGo) CompatGos;

typedef struct {
    CompatVerdict verdict;
    Str why;  /* of MAYBE and NO: what that Go says or would say */
    Str from; /* of YES: the release of the line from which on, "1.22.3"; empty when all of it */
} CompatCell;

typedef struct {
    ModVersion mod; /* path "go.work" and no version: that of a workspace */
    Str go;         /* its go line, empty without one or when unknown */
    Str needs;      /* the oldest Go that takes it for granted; empty when every Go does */
    Str because;    /* of needs: "its go line", "its tool line" */
    bool is_main;   /* a main module, or go.work */
    bool is_chosen; /* else only its go.mod takes part */
    CompatCell cells[COMPAT_MAX_GOS];
    /* A shortest chain of requirements from a main module, both ends in it; of several the first
     * one in the order of `go mod graph`. What a main module requires "// indirect" is no link of
     * it, but where there is no other. Empty where there is none: a vendored module of which no
     * go.mod here says who requires it. */
    ModVersion *chain;
    isize chain_len;
} CompatModule;

/* Versions to go back to, so that an older Go will do. */
typedef struct {
    Str go; /* empty: none is known */
    ModVersion *mods;
    isize n_mods;
} CompatLower;

typedef struct {
    CompatGos gos;
    VEC(CompatModule) modules; /* go.work, then by graph_build_list, then what is not chosen */
    CompatVerdict whole[COMPAT_MAX_GOS];
    bool is_partial; /* a go.mod that takes part cannot be read */
    Str lowest;      /* the oldest Go that all of it needs; empty when any will do */
    Str tidy_go; /* what `go mod tidy` raises the go line of go.mod to; empty when it need not */
    Str lowest_without_main; /* when the main modules and go.work ask for less */
} Compat;

/* Puts a Go ("1.22", "go1.22.3") into the list, which is sorted and holds none twice. ERR_USAGE for
 * what is no version, has no modules (before 1.11), or is one too many. */
bool compat_add_go(Arena *a, Str text, CompatGos *gos, Err *err);

/* graph: loaded, of mains; it must outlive the result. Of a vendored build the go lines are those
 * of vendor/modules.txt. Fails when that cannot be read. */
bool compat_judge(Arena *a, const ModGraph *graph, const CompatGos *gos, Compat *ret, Err *err);

/* The release that a go.mod needs for a line of its own other than go ("1.24" for a tool line),
 * with the word of that line; empty: none does. */
Str compat_needed_by_lines(const GoMod *mod, Str *ret_word);

/* Whether a Go that is asked about is older than a version. */
bool compat_is_older(CompatGo go, Str than);

/* Whether the module decides what Compat.lowest is. */
bool compat_decides(const Compat *c, const CompatModule *m);

/* Older versions in the module cache of the dependencies that ask for the newest Go, with which an
 * older Go is enough, and which satisfy all that requires them: the graph is computed anew with
 * them. None when that cannot be known from what is here: in a workspace, a vendored build, where a
 * go.mod is missing, or where one of them is required at its version by another. */
bool compat_lower(Arena *a, const ModGraph *graph, const Compat *c, CompatLower *ret, Err *err);

#endif
