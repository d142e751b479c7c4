/*
 * The effective value of a Go variable, and where it comes from.
 *
 * The order is cmd/go's own: the process's environment, if the variable is not empty there; the
 * user's env file (what `go env -w` writes); go.env in the GOROOT; the default that cmd/go
 * computes. The two files are read at most once, by goenv_load; what follows is pure.
 *
 * Quirks of cmd/go that are kept, because a resolver that is nearly right is wrong:
 *   - a name that stands in the user's file with an empty value hides the one in go.env;
 *   - in the user's file the last line of a name counts, in go.env the first;
 *   - values are the bytes after '=', a carriage return included, and names the bytes before it;
 *   - go.env is that of the GOROOT in the user's file, else in the process, else of the binary.
 *
 * No default for GOPROXY or GOSUMDB is compiled in: they come from go.env, or there are none.
 */
#ifndef GO_ENV_ENV_H
#define GO_ENV_ENV_H

#include "base/err.h"
#include "os/environ.h"

/* Of one env file. cmd/go's own stay below 1 KiB; the cap is for accidents such as
 * GOENV=/dev/zero. */
#define GOENV_MAX_FILE (1 * MIB)

typedef enum {
    GOENV_ORIGIN_NONE, /* of a value that was never asked for */
    GOENV_ORIGIN_PROCESS,
    GOENV_ORIGIN_USER_FILE,
    GOENV_ORIGIN_GOROOT_FILE,
    GOENV_ORIGIN_DEFAULT, /* nobody set it; the value may be empty */
    GOENV_ORIGIN_COUNT,
} GoEnvOrigin;

typedef struct {
    Str value;
    GoEnvOrigin origin;
    Str file;   /* of the two file origins, else empty */
    isize line; /* in that file, from 1; else 0 */
} GoEnvValue;

typedef struct {
    Arena *arena;
    const Environ *environ;
    Str base_goroot; /* as given to goenv_load */
    Str user_path; /* the user's env file, there or not; empty when GOENV=off or no home is known */
    Str user_text;
    Str goroot_path; /* go.env of the GOROOT that cmd/go asks; empty when no GOROOT is known */
    Str goroot_text;
} GoEnv;

/* Reads both files. base_goroot is the GOROOT of the go binary that is meant, found from its real
 * path, or empty. A relative GOENV counts from the process's working directory. A file that cannot
 * be read is as if it were not there, as for cmd/go; one over GOENV_MAX_FILE fails. The result
 * refers to environ and to the arena, which must outlive it. */
bool goenv_load(Arena *a, const Environ *environ, Str base_goroot, GoEnv *ret, Err *err);
/* The same without any go.env: what a person set, not what a release came with. */
bool goenv_load_user(Arena *a, const Environ *environ, GoEnv *ret, Err *err);

/* Of any name. Computed defaults exist for GOPATH, GOMODCACHE, GOCACHE, GOBIN (the directory that
 * `go install` uses), GOENV, GOROOT, GOOS, GOARCH (of this machine), GONOPROXY, GONOSUMDB (both
 * GOPRIVATE) and GOAUTH. The strings live in the environment, the files or the arena of
 * goenv_load. */
GoEnvValue goenv_get(const GoEnv *e, Str name);
static inline Str goenv_value(const GoEnv *e, Str name)
{
    return goenv_get(e, name).value;
}

/* The value that GOFLAGS gives a flag (name without dash; the last one counts): empty for a flag
 * without '='. False when it is not there. */
bool goenv_flag(const GoEnv *e, Str name, Str *ret);

/* For people: "GOTOOLCHAIN (process)", "/home/x/.config/go/env:3", "GOTOOLCHAIN (default)"; of the
 * zero value "GOTOOLCHAIN (not asked)". */
Str goenv_origin_text(Arena *a, Str name, const GoEnvValue *value);
/* Fails with ERR_USAGE: go refuses the value of a variable. The text says why, then where the value
 * was set; the hint, how to be rid of it. Returns false. */
bool goenv_refuse(Err *err, const GoEnv *e, Str name, Str why);
/* URLs of the value without user names and passwords. */
Str goenv_printable(Arena *a, Str value);

#endif
