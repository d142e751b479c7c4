/*
 * A package as cmd/go/internal/load has it, and as `go list` shows it: what stands in a directory,
 * joined with where it comes from and what it imports.
 */
#ifndef GO_LOAD_PACKAGE_H
#define GO_LOAD_PACKAGE_H

#include "go/load/buildpkg.h"
#include "go/load/embed.h"
#include "go/load/requirements.h"

/* One step of the way from a package that was asked for to the one at fault. */
typedef struct {
    Str path; /* as it is shown */
    Str from; /* base name of the file whose import leads there; empty: none does */
} ImportStep;

typedef struct {
    ImportStep *ptr;
    isize len, cap;
} ImportStack;

typedef struct {
    ImportStack stack;
    Str pos;   /* "file:line:column", short as seen from the working directory; may be empty */
    Str words; /* cmd/go's */
    bool is_cycle;
    bool always_shows_stack;
    bool has_stack; /* it was made with one, be it empty */
} PackageError;

typedef struct Package Package;

typedef struct {
    Package **ptr;
    isize len, cap;
} Packages;

typedef struct {
    PackageError **ptr;
    isize len, cap;
} PackageErrors;

struct Package {
    Str import_path; /* as it is shown: "p [q.test]" when built anew for a test, "p [q]" when for
                        the profile of a program */
    Str source_path; /* the same without what is in brackets */
    Str dir;         /* absolute; empty: there is none */
    Str name;
    Str root;     /* GOROOT or the module's directory; may be empty */
    Str target;   /* what `go install` would write; may be empty */
    Str for_test; /* only part of the test of that package */
    Str for_main; /* built for that program, with its profile */
    Str dir_path; /* of files that were named: the import path of their directory in the main
                     modules, "." where it is in none; else empty */
    Str default_godebug;
    /* Of what is made to be imported: where the last element "internal", or "vendor" before
     * others, of source_path begins; -1: it has none. */
    isize internal_at, vendor_at;
    isize module;              /* index in the requirements; -1: none */
    const BuildPackage *build; /* empty of what has no directory; NULL of what tests add */
    Strs lists[LIST_COUNT];
    Strs embed_patterns[BUILD_PART_COUNT], embed_files[BUILD_PART_COUNT];
    EmbedMatches embeds[BUILD_PART_COUNT]; /* the files of each pattern */
    Strs imports;                          /* as resolved */
    Strs raw;                              /* as they stand in the source, one for each of them */
    Strs test_imports[BUILD_PART_COUNT];   /* of the two kinds of test files */
    Strs match;                            /* the patterns that it was asked for with */
    Packages deps;             /* what it imports directly, with what compiler and linker add */
    PackageError *error;       /* or NULL */
    PackageErrors bad_imports; /* that the package may not make; go list shows none but the first,
                                  and that only as the error of a package that has no other */
    bool is_goroot, is_standard, is_incomplete, is_asked_for;
    bool is_loaded;        /* its imports are; before that, to meet it again is a cycle */
    bool is_test_main;     /* generated */
    bool has_profile;      /* built with a profile (PGO) */
    const Package *tested; /* by the generated program, and by tests outside of it; else NULL */

    /* While graphs are walked through. */
    Package *copy; /* what takes its place in a test */
    bool is_seen;
    isize index; /* in the list that is shown; -1: not in it */
    isize place; /* in the list of all; of nothing else is it asked */
};

/* A copy that is not asked for, and shares what its lists hold. */
Package *package_copy(Arena *a, const Package *p);

/* That none of its files is for a build (load.NoGoError). */
Str package_no_go(Arena *a, const Package *p);

/* All packages below the roots, what is imported before what imports it (load.PackageList). */
Packages packages_list(Arena *a, const Packages *roots);

/* Writes the import paths of variants as they are shown in the packages and in what imports them.
 * all: the list of everything. */
void packages_rename(Arena *a, const Packages *all);

#endif
