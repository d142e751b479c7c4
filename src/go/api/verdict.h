/*
 * Which version number a release needs, by semantic versioning as Go's modules take it, and whether
 * the one that it has will do: the rules of golang.org/x/exp/cmd/gorelease.
 */
#ifndef GO_API_VERDICT_H
#define GO_API_VERDICT_H

#include "base/str.h"

/* What the changes are, by the part of a version number that they move. */
typedef enum {
    RELEASE_PATCH, /* none that users could depend on */
    RELEASE_MINOR, /* compatible ones */
    RELEASE_MAJOR, /* incompatible ones */
    RELEASE_COUNT,
} ReleaseKind;

typedef enum {
    FIT_UNKNOWN, /* there is no version to judge */
    FIT_RIGHT,
    FIT_WRONG,
} VersionFit;

/* One side. Versions: "v1.2.3"; empty where there is none, as of a directory. */
typedef struct {
    Str path; /* of the module; empty: the standard library */
    Str version;
    bool has_go_mod; /* a file that the module came with, not one made for it */
} ReleaseSide;

typedef struct {
    ReleaseKind kind;
    VersionFit fit;
    Str reason; /* a sentence: why the version is wrong, or what is to be known of it; or empty */
    Str next;   /* the lowest version that would do; empty: none can be told */
    Str next_path; /* the module's path at that version, when it is another; else empty */
} Verdict;

Str release_kind_name(ReleaseKind kind); /* "patch" */

/* Strings live on a, or in the sides. */
Verdict verdict_of(Arena *a, const ReleaseSide *old, const ReleaseSide *new, ReleaseKind kind);

/* Takes "/v2" (of gopkg.in ".v2") off a path: what stands there without the slash or dot; empty:
 * none, as of versions 0 and 1. */
Str release_major_of_path(Str path, Str *ret_prefix);

#endif
