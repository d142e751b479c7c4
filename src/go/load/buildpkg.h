/*
 * One directory as a package: what go/build's Context.ImportDir makes of it, and why.
 *
 * The directory is listed once, each file opened once, and read as far as its head goes.
 */
#ifndef GO_LOAD_BUILDPKG_H
#define GO_LOAD_BUILDPKG_H

#include "go/load/cgoline.h"
#include "go/load/filehead.h"
#include "go/load/target.h"

/* See headshelf.h. */
typedef struct HeadShelf HeadShelf;

#define BUILDPKG_MAX_FILE (256 * MIB) /* of a Go file that must be read to its end */

typedef enum {
#define BUILD_LIST(name, text) LIST_##name,
#include "go/load/buildlist.def"
#undef BUILD_LIST
    LIST_COUNT,
} BuildList;

/* "GoFiles": as go list has it. */
Str buildpkg_list_name(BuildList list);

/* Which files a list of imports, patterns or directives is of. */
typedef enum {
    BUILD_FILES,       /* GoFiles and CgoFiles */
    BUILD_TEST_FILES,  /* TestGoFiles */
    BUILD_XTEST_FILES, /* XTestGoFiles */
    BUILD_PART_COUNT,
} BuildPart;

/* One place where an import path, a pattern or a directive stands. */
typedef struct {
    Str text;
    HeadPos pos; /* its file is absolute */
} BuildUse;

/* Sorted by text, those of one text in the order of the files; directives only in that order. */
typedef struct {
    BuildUse *ptr;
    isize len, cap;
} BuildUses;

/* Why a file is where it is. */
typedef enum {
    BUILD_REASON_NONE,
    BUILD_BUILT,            /* of this build */
    BUILD_TEST,             /* when the package is tested */
    BUILD_XTEST,            /* when it is tested, as a package of its own */
    BUILD_NAME_HIDDEN,      /* begins with "_" or "." */
    BUILD_NAME_SUFFIX,      /* its name says for which system or architecture: text */
    BUILD_CONSTRAINT,       /* a line does not hold: text is the part that does not */
    BUILD_CONSTRAINT_WRONG, /* a line that cannot be read: text says why */
    BUILD_NO_CGO,           /* imports "C", and cgo is off */
    BUILD_NEEDS_CGO,        /* of a kind that only counts beside files that import "C" */
    BUILD_DOCUMENTATION,    /* package documentation */
    BUILD_KIND_UNKNOWN,     /* neither Go nor what a build takes beside it */
    BUILD_IRREGULAR,        /* a directory behind a link, or a thing that is no file */
    BUILD_UNREADABLE,       /* text says why */
    BUILD_FAULTY,           /* a Go file with a fault: text says which */
    BUILD_REASON_COUNT,
} BuildReason;

typedef struct {
    Str name;
    BuildReason reason;
    BuildList list;     /* where it is listed; LIST_COUNT: nowhere */
    Str text;           /* for the reason */
    Str line;           /* the constraint that decides, as it stands in the file; empty: none */
    bool has_plus_only; /* "// +build" lines decide, without a "//go:build" */
} BuildFile;

typedef struct {
    BuildFile *ptr;
    isize len, cap;
} BuildFiles;

typedef enum {
    BUILDPKG_FINE,
    BUILDPKG_NO_GO,    /* no file is left: "no buildable Go source files in DIR" */
    BUILDPKG_MULTIPLE, /* "found packages a (a.go) and b (b.go) in DIR" */
    BUILDPKG_SYNTAX,   /* scanner.ErrorList: faults has them all */
    BUILDPKG_OTHER,
} BuildFault;

typedef struct {
    Str dir, name;
    Str doc; /* its first sentence */
    bool is_binary_only;
    Strs lists[LIST_COUNT];
    BuildUses imports[BUILD_PART_COUNT];
    BuildUses embed_patterns[BUILD_PART_COUNT];
    BuildUses directives[BUILD_PART_COUNT];
    /* Of imports and embed_patterns the texts, each once. Whoever shares the package shares them,
     * as he does sources: the absolute paths of GoFiles, and behind them of CgoFiles. */
    Strs import_texts[BUILD_PART_COUNT], embed_texts[BUILD_PART_COUNT];
    Strs sources;
    CgoFlags cgo;
    Strs all_tags; /* that were asked for, sorted */
    Strs cgo_tags; /* that conditions of #cgo lines asked for; they are not among all_tags */

    bool is_shared;      /* by several loads: it lives as long as their cache (dirshelf.h) */
    bool has_good_names; /* filenames_check was asked, and has nothing against any name */

    BuildFault fault;
    Str message;    /* what Go's error says: its Error() */
    Str fault_file; /* base name of the file at fault; empty: the directory */
    struct {
        HeadFault *ptr;
        isize len;
    } faults; /* of BUILDPKG_SYNTAX */

    BuildFiles files; /* everything in the directory but directories, by name */
} BuildPackage;

/* Reads the directory dir, which is absolute and clean. False only when it cannot be listed; what
 * is wrong with the package is in *ret. Strings live on a, in dir and in t. May run in several
 * threads, each with its own arena. Things that are no files are not opened; go/build would wait
 * for a pipe. */
bool buildpkg_read(Arena *a, const Target *t, Str dir, BuildPackage *ret, Err *err);

/* The same with what is kept of the directory in memory. */
void buildpkg_read_shelf(Arena *a, const Target *t, HeadShelf *shelf, BuildPackage *ret);

/* The same of a directory that holds these files and nothing else: n base names, in their order.
 * Neither names nor build constraints keep one out (Context.UseAllFiles), but "_" and "." at the
 * start of a name do. */
bool buildpkg_read_files(Arena *a, const Target *t, Str dir, const Str *names, isize n,
                         BuildPackage *ret, Err *err);

#endif
