/* Tags for what an architecture may count on: "amd64.v1" to that of GOAMD64, and its kin. */
#ifndef GO_LOAD_LEVELS_H
#define GO_LOAD_LEVELS_H

#include "go/env/env.h"
#include "go/load/strs.h"

/* The tags for a value of the variable that counts for arch, such as "v3" of GOAMD64; function is
 * the text of the function gogoarchTags of this Go, and says which there are. False for a value
 * that is none. */
bool levels_tags(Arena *a, Str function, Str arch, Str value, Strs *tags);

/* The same for the value in the process's environment, or this Go's own: internal/buildcfg does not
 * know the file that `go env -w` writes, though the compiler then builds for what it says. A Go
 * that knows no such tags (before 1.20) has none. */
bool levels_add_tags(Arena *a, const Environ *environ, Str goroot, Str arch, Strs *tags, Err *err);

#endif
