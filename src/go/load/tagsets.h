/* What the tags do that the files of a directory ask for. */
#ifndef GO_LOAD_TAGSETS_H
#define GO_LOAD_TAGSETS_H

#include "go/load/buildpkg.h"

#define TAGSETS_MAX_TAGS 64 /* of a directory that are tried; no more are looked at */
#define TAGSETS_MAX_VARS 14 /* of one constraint, all assignments of which are tried */

/* One that -tags may set: not a system, an architecture, a release or a feature of the tools. */
typedef struct {
    Str tag;
    bool is_set;
    Strs adds, removes; /* files that the other value brings in and takes out */
} TagEffect;

typedef struct {
    TagEffect *ptr;
    isize len, cap;
} TagEffects;

/* Reads the directory of p once for each tag. */
bool tagsets_effects(Arena *a, const Target *t, const BuildPackage *p, TagEffects *ret, Err *err);

typedef enum {
    TAGSETS_UNKNOWN, /* too many tags, or a line that cannot be read */
    TAGSETS_POSSIBLE,
    TAGSETS_IMPOSSIBLE, /* no build has these tags together */
} TagsetsOutcome;

/* Whether any build could hold a "//go:build" line, tried with every assignment of its tags that
 * there can be: one system with what it implies, one architecture, releases without gaps. */
TagsetsOutcome tagsets_possible(Arena *a, const Target *t, Str line);

/* Whether the file is in the build, or in its tests. */
static inline bool tagsets_is_in(const BuildFile *file)
{
    return file->reason == BUILD_BUILT || file->reason == BUILD_TEST || file->reason == BUILD_XTEST;
}

#endif
