/* The packages of a Go's standard library: are they all there? */
#ifndef DOCTOR_WHICH_LIBRARY_H
#define DOCTOR_WHICH_LIBRARY_H

#include "base/strbuf.h"
#include "doctor/context.h"

#define WHICH_MAX_MISSING 20 /* that are named */

/* Adds the packages that are missing in src (a Go's), parted by ", ". Packages that no other one
 * needs are not looked for. */
void which_library_missing(const Doctor *d, Str src, StrBuf *missing);

#endif
