/*
 * What a directory says it is: the release and platform of a Go root, read from its files. Nothing
 * here is proof; go/root/manifest.h hashes the content, toolchain/prove.h compares it with the log.
 */
#ifndef GO_ROOT_GOROOT_H
#define GO_ROOT_GOROOT_H

#include "os/file.h"

typedef enum {
    GOROOT_FAILED, /* *err says why */
    GOROOT_FOUND,
    GOROOT_ABSENT, /* no such directory */
    GOROOT_OTHER,  /* a directory that is no Go root: neither VERSION nor bin/go */
} GorootOutcome;

typedef struct {
    Str path;
    Str name;     /* first word of VERSION: "go1.26.8", "devel"; empty without VERSION */
    Str version;  /* "1.26.8" when name is exactly "go" and a version of Go, else empty */
    Str os, arch; /* from pkg/tool/<os>_<arch>, else from the module cache's name; may be empty */
    bool is_module_form; /* as cmd/go unpacks it: src/_go.mod beside src/go.mod */
} Goroot;

/* Looks at the directory path (absolute). Strings live on a. */
GorootOutcome goroot_read(Arena *a, Str path, Goroot *ret, Err *err);

/* VERSION is one small file, and easily edited. Where it names another release than bin/go and the
 * compiler do, which agree, or none, *root gets theirs: the release to measure the tree by. */
void goroot_settle_version(Arena *a, Goroot *root);

/* The Go root of a go program: its real path without "/bin/go", when that has a VERSION file;
 * false otherwise. Does not run it. */
bool goroot_of_program(Arena *a, Str go_path, Str *ret_root);

#endif
