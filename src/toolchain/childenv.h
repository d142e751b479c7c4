/*
 * The environment in which a program runs under the selected Go (design:
 * docs/design/0003-child-environment.md).
 *
 * - PATH starts with <root>/bin, then the links go1.X.Y of the current generation, where Go's own
 *   switching looks first; entries that an outer goward put there are dropped.
 * - GOROOT is removed when it names another root; GOROOT, GOPATH and GOBIN are never set.
 * - GOTOOLCHAIN is left as it is when the selected Go checks its downloads as it should. In CI,
 * with GOWARD_STRICT, or for a Go with a known bypass (sumdb/bypass.h), a value that lets Go
 *   download toolchains becomes the one that only searches PATH.
 */
#ifndef TOOLCHAIN_CHILDENV_H
#define TOOLCHAIN_CHILDENV_H

#include "base/err.h"
#include "os/environ.h"

typedef struct {
    Str home;         /* GOWARD_HOME */
    Str root;         /* of the selected Go, absolute */
    Str version;      /* "1.26.8" */
    bool holds_older; /* a pin chose an older Go than the project's toolchain line: no switching */
} ChildGo;

#define CHILDENV_MAX_CHANGES 3

typedef struct {
    Str name;
    Str value;
    bool is_removed;
    Str because;
} ChildChange;

typedef struct {
    ChildChange ptr[CHILDENV_MAX_CHANGES]; /* PATH always first */
    isize len;
} ChildChanges;

/* What differs from the caller's environment. */
bool childenv_changes(Arena *a, const Environ *env, const ChildGo *go, ChildChanges *ret, Err *err);

/* The whole environment: env with the changes. */
Environ childenv_apply(Arena *a, const Environ *env, const ChildChanges *changes);

/* Whether cmd/go of this version may download toolchains by itself under env, and why (not): for
 * `goward why`. */
bool childenv_allows_downloads(Arena *a, const Environ *env, Str version, Str *ret_because);

#endif
