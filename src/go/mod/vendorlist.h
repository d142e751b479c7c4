/* vendor/modules.txt: which modules and packages a vendor directory holds. */
#ifndef GO_MOD_VENDORLIST_H
#define GO_MOD_VENDORLIST_H

#include "base/map.h"
#include "base/vec.h"
#include "go/mod/modversion.h"

typedef struct {
    Str path, version;         /* version empty: a replacement of all versions */
    Str new_path, new_version; /* path empty: not replaced */
    bool is_explicit;
    Str go_version; /* of its go.mod; empty when that had no go line */
    bool has_packages;
    isize line;
} VendorModule;

typedef struct {
    VEC(VendorModule) modules;
    VEC(Str) packages;
    Map by_name;    /* "path@version" -> 1 + index in modules */
    Map by_package; /* import path -> 1 + index of its module */
} VendorList;

/* The rules of readVendorList of cmd/go/internal/modload: what is not understood is passed over.
 * Texts lie in text. */
void vendorlist_read(Arena *a, Str text, VendorList *ret);
/* NULL when it is not listed. */
const VendorModule *vendorlist_find(Arena scratch, const VendorList *list, ModVersion mod);
/* The module that a package is listed under, or NULL. */
const VendorModule *vendorlist_module_of(const VendorList *list, Str import_path);

#endif
