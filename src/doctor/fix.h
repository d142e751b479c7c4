/*
 * What `doctor --fix` does about a finding: small changes to files, each of which can be taken
 * back. A check proposes (doctor_fix in doctor/context.h); nothing here touches the disk.
 */
#ifndef DOCTOR_FIX_H
#define DOCTOR_FIX_H

#include "base/str.h"
#include "base/vec.h"

typedef enum {
    FIX_NONE,
    FIX_GOENV_UNSET, /* name: its lines leave the user's go env file, as with `go env -u` */
    FIX_GOENV_SET,   /* name, value: as `go env -w` */
    FIX_LINE,        /* that line of path, which reads name, reads value; empty: it goes */
    FIX_WRITE,       /* path gets the content of value; with is_new it must not be there */
    FIX_MODE,        /* path gets mode */
    FIX_REMOVE,      /* path (a file, or a directory with all in it) is put away */
    FIX_MAKE_DIR,    /* path, with mode */
    FIX_COUNT,
} FixKind;

typedef struct {
    FixKind kind;
    Str id;   /* of the check */
    Str path; /* absolute; empty for the go env file */
    Str name, value;
    isize line; /* from 1 */
    uint32_t mode;
    bool is_new;
    Str says; /* for people: "remove GOROOT from /home/x/.config/go/env" */
} Fix;

typedef VEC(Fix) FixList;

#endif
