/*
 * Versions of modules: semantic versions as golang.org/x/mod/semver takes them.
 *
 *     v1.2.3  v1.2.3-rc.1  v2.0.0+incompatible  v0.0.0-20240102150405-0123456789ab  v1  v1.2
 *
 * "v1" and "v1.2" stand for v1.0.0 and v1.2.0. What follows "+" takes no part in the order.
 */
#ifndef GO_MOD_SEMVER_H
#define GO_MOD_SEMVER_H

#include "base/str.h"

/* Slices of the parsed text, or of literals. */
typedef struct {
    Str major, minor, patch; /* decimals */
    Str prerelease;          /* without the dash; may be empty */
    Str build;               /* with the plus; may be empty */
    bool is_short;           /* "v1", "v1.2" */
} Semver;

bool semver_parse(Str text, Semver *ret);
/* <0, 0, >0. What is no version sorts before all versions and equals others of its kind. */
int semver_compare(Str x, Str y);

/* The form that go.mod uses (x/mod/module.CanonicalVersion): three numbers, no build but
 * "+incompatible". A slice of text, or on a; empty for what is no version. */
Str semver_canonical(Arena *a, Str text);

#endif
