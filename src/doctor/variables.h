/*
 * All variables that `go env` knows, without running Go: each with its value and where that comes
 * from.
 *
 * Which variables there are depends on the Go (GOTOOLCHAIN came with 1.21, GOAUTH with 1.24), and
 * so do some of their values; the rows of the table say since when. GOGCCFLAGS alone is missing: it
 * holds a folder that each run of `go env` makes anew, and what the C compiler answers to a probe.
 *
 * Source: cmd/go/internal/envcmd (MkEnv, ExtraEnvVars, ExtraEnvVarsCostly) of 1.19 to 1.27.
 */
#ifndef DOCTOR_VARIABLES_H
#define DOCTOR_VARIABLES_H

#include "doctor/check.h"

typedef enum {
    ORIGIN_NONE,
    ORIGIN_PROCESS,     /* the environment */
    ORIGIN_USER_FILE,   /* the go env file */
    ORIGIN_GOROOT_FILE, /* go.env of the Go in use */
    ORIGIN_DEFAULT,     /* fixed in the go command */
    ORIGIN_COMPUTED,    /* found out from the machine, the directory or the Go */
    ORIGIN_COUNT,
} VariableOrigin;

typedef struct {
    Str name;
    Str value;
    VariableOrigin origin;
    Place place; /* of the two files */
} GoVariable;

typedef struct {
    GoVariable *ptr;
    isize len;
} GoVariables;

/* Sorted by name. Needs a Go whose version is known: ERR_NOT_FOUND without. */
bool variables_list(const DoctorInput *in, Arena *a, GoVariables *ret, Err *err);

/* The default of GOPROXY or GOSUMDB that comes with the Go in use: of its go.env, before 1.21 of
 * its sources. Empty when neither tells. */
Str variables_default(const DoctorInput *in, Arena *a, Str name);

/* "environment", "/home/x/.config/go/env:3", "default", "computed". */
Str variable_origin_text(Arena *a, const GoVariable *v);

#endif
