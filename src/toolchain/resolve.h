/*
 * Which Go a directory wants: goward's own choice. docs/design/0002-selection.md says why it is so.
 *
 * The first source that speaks wins:
 *   1. --go SPEC, else GOWARD_GO;
 *   2. GOTOOLCHAIN, from the process or the user's env file, when it is an exact name ("go1.26.8").
 *      "auto", "path" and "local" are about cmd/go's own switching: they do not keep goward from
 *      starting the Go that the project wants, and are noted as such;
 *   3. goward.lock: exactly that release. It may be older than a toolchain line, never older than
 *      the go line: that is refused, with both lines named;
 *   4. Go's own rules (toolchain/select.h), where the Go that starts is: NAME of
 *      GOTOOLCHAIN=NAME+auto; else the nearest pin file (toolchain/pins.h); else the machine's
 *      default; else none, and then the lines of go.work or go.mod decide alone. Lines only ever
 *      raise it. A go line below 1.21 starts no release by itself.
 *   5. nothing spoke: the default, else SPEC "stable".
 *
 * Lock and pins are looked for from the working directory up to the project's root, which is the
 * outermost of: the directory of the go.work in effect, of the nearest go.mod, of the version
 * control checkout. Outside of any project only the working directory itself is looked at.
 *
 * The same function serves the shim and `why`. It makes a few dozen short system calls; `explain`
 * adds the files that could not change the answer.
 */
#ifndef TOOLCHAIN_RESOLVE_H
#define TOOLCHAIN_RESOLVE_H

#include "os/environ.h"
#include "report/finding.h"

/* The newest installed release that a SPEC without a place accepts; false when none is installed.
 * *ret_name is "go1.26.8". */
typedef bool (*ResolveNewest)(void *context, Str spec, Str *ret_name);

typedef struct {
    const Environ *environ;
    Str working_dir; /* absolute; what workdir_of_go says */
    Str request;     /* --go, or empty */
    const Str *argv; /* of the go command, for -C; may be empty */
    isize argc;
    Str default_name;     /* of the machine: "go1.26.8", or empty */
    ResolveNewest newest; /* NULL: nothing is installed */
    void *newest_context;
    bool explain; /* look at everything, and fill conflicts */
} ResolveInput;

typedef enum {
    RESOLVE_NONE,
    RESOLVE_EXACT,   /* name is a toolchain */
    RESOLVE_SPEC,    /* spec says which; nothing installed answers to it */
    RESOLVE_REFUSED, /* refusal says why, hint what to do */
    RESOLVE_OUTCOME_COUNT,
} ResolveOutcome;

typedef enum {
    RESOLVE_BY_NONE,
    RESOLVE_BY_REQUEST, /* --go or GOWARD_GO */
    RESOLVE_BY_GOTOOLCHAIN,
    RESOLVE_BY_LOCK,
    RESOLVE_BY_PIN,
    RESOLVE_BY_DEFAULT,
    RESOLVE_BY_TOOLCHAIN_LINE,
    RESOLVE_BY_GO_LINE,
    RESOLVE_BY_STABLE, /* nothing spoke */
    RESOLVE_BY_COUNT,
} ResolveBy;

/* One source that was looked at, in the order of looking. */
typedef struct {
    Str source; /* "go.mod:5", "GOTOOLCHAIN (process)", "default" */
    Str said;   /* "toolchain go1.27.4", "auto: left to cmd/go's own switching", "nothing" */
    bool won;   /* exactly one has, unless refused */
} Reason;

typedef struct {
    ResolveOutcome outcome;
    ResolveBy by;
    Str name;    /* EXACT: "go1.27.4" */
    Str spec;    /* SPEC: "stable", "1.26"; see go/mod/spec.h */
    Str file;    /* that decided, absolute; empty when it was none */
    isize line;  /* in it; 0 when the line means nothing */
    Str refusal; /* REFUSED */
    Str hint;

    Str working_dir;  /* after -C */
    Str project_root; /* empty outside of a project */
    Str mod_file;     /* the go.work or go.mod whose lines count, or empty */
    Str lock_file; /* goward.lock, there or not: where `use` writes it; empty outside a project */
    bool has_lock;
    /* Started as the chosen release, cmd/go would go on to another one (a lock older than a
     * toolchain line, --go against GOTOOLCHAIN): it must be given GOTOOLCHAIN=local. */
    bool hold;

    VEC(Reason) reasons;
    FindingList conflicts; /* of toolchain/conflict.h; only with explain */
} Resolution;

/* Strings live on a, or in the input. False for what no choice can be made on: a broken lock or pin
 * file, a SPEC that is none, a file that cannot be read. */
bool resolve_run(Arena *a, const ResolveInput *in, Resolution *ret, Err *err);

#endif
