/*
 * A module at a version: what a module graph is made of. Two paths are no modules: "go" is the
 * version of the language (a Go version: "1.21"), "toolchain" the one to build with ("go1.21.3").
 * The main modules have the empty version, which comes after all others.
 */
#ifndef GO_MOD_MODVERSION_H
#define GO_MOD_MODVERSION_H

#include "base/str.h"

typedef struct {
    Str path, version;
} ModVersion;

static inline bool modversion_eq(ModVersion x, ModVersion y)
{
    return str_eq(x.version, y.version) && str_eq(x.path, y.path);
}

/* "go" or "toolchain" (cmd/go/internal/gover.IsToolchain). */
bool modversion_is_toolchain(Str path);

/* The order of two versions of one path; <0, 0, >0. What is no version ("none") comes first. */
int modversion_compare(Str path, Str x, Str y);
/* By path, then by version. */
int modversion_order(const ModVersion *x, const ModVersion *y);

/* "path@version", or "path" of a main module. */
Str modversion_format(Arena *a, ModVersion m);

#endif
