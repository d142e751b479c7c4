/* What the start of the go command takes from its own command line, before any flag is parsed. */
#ifndef TOOLCHAIN_GOARGS_H
#define TOOLCHAIN_GOARGS_H

#include "base/str.h"

typedef struct {
    const Str *argv; /* argv[0] included, without -C and its value */
    isize argc;
    bool has_dir;
    Str dir; /* of -C: "go -C dir build" or "go build -C dir", nowhere else */
} GoArgs;

GoArgs goargs_read(Arena *a, const Str *argv, isize argc);

/* Whether it is one of the `go env` commands that run before any switch: GOTOOLCHAIN, -w
 * GOTOOLCHAIN=...; from Go 1.23 on also GOMOD and GOWORK. */
bool goargs_is_exempt(const GoArgs *args, Str base_version);

typedef enum {
    GOARGS_QUERY_NONE, /* not `go install` or `go run` of path@version */
    GOARGS_QUERY_FOUND,
    GOARGS_QUERY_INVALID, /* Go 1.24 and later refuse the version */
} GoArgsQuery;

/* The package that `go install` or `go run` is given with a version, found with cmd/go's own guess
 * about which flags take a value. *ret is "path@version", or the bad version alone. */
GoArgsQuery goargs_query(const GoArgs *args, Str base_version, Str *ret);

#endif
