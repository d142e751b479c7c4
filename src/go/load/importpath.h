/* Import paths by their form alone: what they may look like, and what the form says of them. */
#ifndef GO_LOAD_IMPORTPATH_H
#define GO_LOAD_IMPORTPATH_H

#include "base/str.h"

/* x/mod/module.CheckImportPath. False: *ret_words is `malformed import path "x y": invalid char
 * ' '`, on a. */
bool importpath_check(Arena *a, Str path, Str *ret_words);

/* Whether the first element has no dot: such paths are kept for the standard library
 * (cmd/go/internal/search.IsStandardImportPath). */
bool importpath_is_standard(Str path);

/* ".", "..", "./x", "../x" (go/build.IsLocalImport). */
bool importpath_is_local(Str path);

/* A name for many packages in Go 1.N (go_minor): "std", "cmd", "tool", "work", "all"
 * (search.IsMetaPackage). */
bool importpath_is_meta(Str path, isize go_minor);

/* Whether path is prefix or begins with prefix and a slash. The empty prefix is one of all. */
bool importpath_has_prefix(Str path, Str prefix);

/* Where the last element "internal" begins; -1: there is none. */
isize importpath_internal(Str path);

/* Where the last element "vendor" begins that another one follows; -1: there is none. */
isize importpath_vendor(Str path);

/* Whether an element is "testdata": go/build sees no package of GOROOT or GOPATH there. */
bool importpath_has_testdata(Str path);

/* Whether a name may stand in a command line without looking like a flag (cmd/go's SafeArg). */
bool importpath_is_safe_argument(Str name);

#endif
