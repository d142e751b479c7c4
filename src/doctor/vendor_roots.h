/* The modules with which a vendor directory has to agree: the main module, or all that a workspace
 * uses (`go work vendor`, since Go 1.22). */
#ifndef DOCTOR_VENDOR_ROOTS_H
#define DOCTOR_VENDOR_ROOTS_H

#include "doctor/gomodfile.h"

typedef struct {
    Str file, dir; /* its go.mod and where that lies, absolute */
    GoMod mod;
} VendorRoot;

typedef struct {
    VendorRoot *ptr;
    isize len;
    Str dir;       /* in which vendor lies */
    Str work_file; /* empty: no workspace */
    GoWork work;
    bool is_before_1_22; /* the Go in use: it replaces main modules, and compares more */
} VendorRoots;

/* False when builds here do not use a vendor directory, or its agreement is not asked for (before
 * go 1.14), or a file cannot be read: of that GWD005 and GWD012 tell. */
bool vendor_roots_load(const Doctor *d, VendorRoots *ret);

typedef struct {
    Str path, version; /* path empty: it is not replaced */
} VendorReplacement;

/* What stands for the module in a build, with a path on disk relative to the folder of the
 * workspace: the rule of replacementFrom and canonicalizeReplacePath of cmd/go/internal/modload. */
VendorReplacement vendor_roots_replacement(Arena *a, const VendorRoots *roots, Str path,
                                           Str version);

#endif
