/*
 * The major version that a module's path names: "/v2", ".v2" of gopkg.in. A module at v2 or later
 * has to name it, and has it in each of its versions.
 */
#ifndef GO_MOD_PATHMAJOR_H
#define GO_MOD_PATHMAJOR_H

#include "base/str.h"

/* x/mod/module.SplitPathVersion: *ret_major begins with its slash or dot, and is empty in a path
 * that names none. False for a path whose end is like one and is none ("/v1", "/v2.1"), and for one
 * of gopkg.in that names none; *ret_prefix then is all of it. Slices of path. */
bool pathmajor_split(Str path, Str *ret_prefix, Str *ret_major);

/* x/mod/module.CheckPathMajor: why a canonical version is none of a path that names major, in Go's
 * words ("should be v2, not v1"), on a; empty: it is one. */
Str pathmajor_misfit(Arena *a, Str version, Str major);

#endif
