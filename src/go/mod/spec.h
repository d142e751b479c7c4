/*
 * What a person asks for: the SPEC of `install`, `use`, `verify` and `exec --go`.
 *
 *   1.26.8  go1.26.8  1.27rc1     exactly that one
 *   1.26  go1.26                  the newest release of that language version
 *   latest  stable                the newest release of all
 *   oldstable                     the newest release of the language version before it
 *   >=1.25,<1.27                  the newest one that all constraints allow: >= > <= < = !=
 *   X.tar.gz  X.zip  DIR/  ./DIR  an archive or a Go root on this machine
 *   https://host/X.zip            an archive elsewhere
 *
 * Versions are written without the "go" prefix everywhere here. A version without patch stands, in
 * a constraint, for all its releases: "<=1.26" allows 1.26.8, ">1.26" does not. Prereleases are
 * chosen only when named: exactly, or by a constraint of the same language version.
 */
#ifndef GO_MOD_SPEC_H
#define GO_MOD_SPEC_H

#include "base/err.h"

#define SPEC_MAX_CONSTRAINTS 8
#define SPEC_MAX_VERSION 32 /* bytes of a version; the longest so far has 10 */

typedef enum {
    SPEC_NONE,
    SPEC_EXACT,
    SPEC_LANGUAGE,
    SPEC_STABLE, /* "latest" too */
    SPEC_OLDSTABLE,
    SPEC_RANGE,
    SPEC_TAR_GZ,
    SPEC_ZIP,
    SPEC_DIR,
    SPEC_URL,
    SPEC_KIND_COUNT,
} SpecKind;

typedef enum {
    SPEC_OP_NONE,
    SPEC_OP_LT,
    SPEC_OP_LE,
    SPEC_OP_GT,
    SPEC_OP_GE,
    SPEC_OP_EQ,
    SPEC_OP_NE,
    SPEC_OP_COUNT,
} SpecOp;

typedef struct {
    SpecOp op;
    Str version;
} SpecConstraint;

typedef struct {
    SpecKind kind;
    Str text;    /* as written */
    Str version; /* EXACT, LANGUAGE */
    Str path;    /* TAR_GZ, ZIP, DIR: the path; URL: the URL */
    SpecConstraint constraints[SPEC_MAX_CONSTRAINTS];
    isize n_constraints;
} Spec;

/* Lexical only: no file is looked at. The Str members point into text. ERR_USAGE says what was
 * expected, with the nearest keyword where there is one. */
bool spec_parse(Str text, Spec *ret, Err *err);

/* Whether it names versions at all (EXACT ... RANGE), not a place. */
bool spec_is_version(const Spec *spec);

/* Whether the version, in isolation, is one that is asked for. STABLE and OLDSTABLE accept any
 * release: which is the newest only a list can say. */
bool spec_accepts(const Spec *spec, Str version);

/* The newest of n versions (any order, invalid ones are passed over) that is asked for; false when
 * there is none. */
bool spec_match(const Spec *spec, const Str *versions, isize n, Str *ret);

/* As spec_match; ERR_NOT_FOUND names what there is instead: "go1.26.99 does not exist; the newest
 * 1.26 is 1.26.11". where: whose list it is, for the message. */
bool spec_choose(const Spec *spec, const Str *versions, isize n, Str where, Str *ret, Err *err);

#endif
