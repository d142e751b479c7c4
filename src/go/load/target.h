/*
 * What is built for, and which tags hold: the part of go/build.Context that cmd/go sets.
 *
 * Which names are systems and architectures, which releases and experiments there are, is read from
 * the GOROOT in use.
 */
#ifndef GO_LOAD_TARGET_H
#define GO_LOAD_TARGET_H

#include "go/env/env.h"
#include "go/load/strs.h"

/* What the name of a file or a tag may mean. */
typedef struct {
    Strs os, arch; /* every name that counts in the name of a file, also of systems long gone */
    Strs unix_os;  /* for which "unix" holds */
} TargetNames;

typedef struct {
    Str os, arch;
    bool has_cgo;
    bool is_race, is_msan, is_asan;
    isize go_minor;     /* go1.1 to go1.N hold */
    Str compiler;       /* "gc" */
    Strs tags;          /* of -tags, and race, msan, asan */
    Strs tool_tags;     /* "amd64.v1", "goexperiment.greenteagc": what is on */
    Str install_suffix; /* "race" and the like */
    TargetNames names;
    bool takes_any; /* a file counts that any build could hold, whatever the target, and of it only
                       what it imports: what a module needs at all, as `go mod` asks
                       (cmd/go/internal/imports.AnyTags) */
} Target;

/* What a command asks for instead of the environment's; empty or NULL: no wish. */
typedef struct {
    Str os, arch;
    const Str *tags; /* in place of GOFLAGS' -tags: parted by commas, or by blanks as before */
} TargetWish;

/* The target of `go build` with this environment: GOOS, GOARCH, GOAMD64 and its like, CGO_ENABLED
 * (where it is not set: on, when the target is this machine and a C compiler is found), GOFLAGS
 * with -tags, -race, -msan and -asan, GOEXPERIMENT. wish may be NULL. Strings live on a, in the
 * environment or in the wish. A port that the Go does not know is ERR_USAGE in cmd/go's words;
 * sources of the GOROOT that cannot be read are an error. */
bool target_of_env(Arena *a, const GoEnv *env, Str goroot, const TargetWish *wish, Target *ret,
                   Err *err);

/* The tables of internal/syslist (before Go 1.24 of go/build) from its text. */
bool target_names_parse(Arena *a, Str text, TargetNames *ret, Err *err);

/* Whether a tag holds: go/build.Context.matchTag. */
bool target_holds(const Target *t, Str tag);
bool target_is_os(const Target *t, Str word);
bool target_is_arch(const Target *t, Str word);

/* What the name of a file says of where it is built: go/build's goodOSArchFile. */
typedef struct {
    Str os, arch; /* the parts of the name that count; empty: none */
    bool is_for;  /* built for the target, as far as the name goes */
} TargetName;

TargetName target_name_of(const Target *t, Str file_name);

#endif
