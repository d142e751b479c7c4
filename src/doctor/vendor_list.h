/* vendor/modules.txt: which modules and packages a vendor directory holds. */
#ifndef DOCTOR_VENDOR_LIST_H
#define DOCTOR_VENDOR_LIST_H

#include "base/map.h"
#include "base/vec.h"

typedef struct {
    Str path, version;         /* version empty: a replacement of all versions */
    Str new_path, new_version; /* path empty: not replaced */
    bool is_explicit;
    bool has_packages;
    isize line;
} VendorModule;

typedef struct {
    VEC(VendorModule) modules;
    VEC(Str) packages;
    Map by_name; /* "path@version" -> 1 + index */
} VendorList;

/* The rules of readVendorList of cmd/go/internal/modload: what is not understood is passed over.
 * Texts lie in text. */
void vendor_list_read(Arena *a, Str text, VendorList *ret);
/* NULL when it is not listed. */
const VendorModule *vendor_list_find(Arena scratch, const VendorList *list, Str path, Str version);

/* "path@version", without a version "path". */
Str vendor_name(Arena *a, Str path, Str version);

#endif
