/*
 * The Go that runs in a directory: what it wants (toolchain/wanted.h), and where that stands on
 * this machine. Shared by the shim, exec, env, which, why and the status.
 */
#ifndef TOOLCHAIN_SELECTED_H
#define TOOLCHAIN_SELECTED_H

#include "toolchain/childenv.h"
#include "toolchain/wanted.h"

typedef enum {
    SELECTED_NONE,
    SELECTED_INSTALLED, /* in the store */
    SELECTED_SYSTEM,    /* nothing asks for a Go here and goward has no default: the one on PATH */
    SELECTED_DAMAGED,   /* installed, but somebody took its bin/go away */
    SELECTED_MISSING,   /* wanted, not installed */
    SELECTED_REFUSED,   /* the files contradict each other */
} SelectedKind;

typedef struct {
    SelectedKind kind;
    Resolution want;
    Str name;    /* "go1.26.8"; for MISSING it may be a SPEC such as "stable" */
    Str version; /* "1.26.8"; empty for a SPEC */
    Str id;      /* in the store, when installed or damaged */
    Str root;    /* GOROOT, when installed, damaged or system */
} Selected;

/* argv is that of the go command (may be empty). Asks no network. */
bool selected_find(ToolchainContext *c, Arena *a, Str request, const Str *argv, isize argc,
                   bool explain, Selected *ret, Err *err);

/* Fails for DAMAGED, MISSING and REFUSED with the sentence that says what to do. */
bool selected_require(const Selected *s, Err *err);

/* Whether a MISSING one may be installed without asking: not offline, not with
 * GOWARD_AUTO_INSTALL=0, and in CI only what goward.lock pins. */
bool selected_may_install(const ToolchainContext *c, const Selected *s, Str *ret_because);

/* The changes of environment under it. */
bool selected_environment(ToolchainContext *c, Arena *a, const Selected *s, ChildChanges *ret,
                          Err *err);

#endif
