/*
 * Whether vendor/modules.txt agrees with the go.mod of the main module, or with go.work and all
 * that a workspace uses: the rules of modload.checkVendorConsistency. Where it does not, every
 * build stops.
 */
#ifndef GO_MOD_VENDORAGREE_H
#define GO_MOD_VENDORAGREE_H

#include "go/mod/mainmods.h"
#include "go/mod/vendorlist.h"

typedef struct {
    ModVersion mod;
    Str file; /* where the line stands that has no like; empty: in modules.txt */
    isize line;
    Str words;
} VendorDifference;

typedef VEC(VendorDifference) VendorDifferences;

/* go_minor: N of the Go 1.N in use. Nothing is compared where that Go does not: of a module before
 * go 1.14 (whose modules.txt does not tell enough), and of a workspace before Go 1.22. On a. */
VendorDifferences vendoragree_compare(Arena *a, const MainMods *mains, const VendorList *list,
                                      isize go_minor);

#endif
