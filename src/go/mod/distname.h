/*
 * How a file of a Go root is called in the toolchain module (cmd/distpack): every go.mod is
 * _go.mod, or the module zip would hold modules, and what lies in the root's api, doc, misc and
 * test is left out. Paths are relative to the root, names to the module's prefix.
 */
#ifndef GO_MOD_DISTNAME_H
#define GO_MOD_DISTNAME_H

#include "base/str.h"

/* Whether the module has the file at all. */
bool distname_counts(Str path);
/* "src/go.mod" -> "src/_go.mod"; other paths are their own names. */
Str distname_of_path(Arena *a, Str path);
/* The way back. */
Str distname_to_path(Arena *a, Str name);

#endif
