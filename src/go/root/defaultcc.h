/* The compilers that a Go takes when CC and CXX are not set, as whoever built it chose. */
#ifndef GO_ROOT_DEFAULTCC_H
#define GO_ROOT_DEFAULTCC_H

#include "base/err.h"

/* DefaultCC (DefaultCXX) of src/cmd/go/internal/cfg for a target; "gcc" ("g++") when that cannot be
 * read. */
Str defaultcc_read(Arena *a, Str goroot, Str os, Str arch);
Str defaultcc_read_cxx(Arena *a, Str goroot, Str os, Str arch);

#endif
