/* GOOS/GOARCH pairs. */
#ifndef GO_MOD_PLATFORM_H
#define GO_MOD_PLATFORM_H

#include "base/str.h"

typedef struct {
    Str os, arch; /* as Go spells them */
} Platform;

static inline bool platform_eq(Platform x, Platform y)
{
    return str_eq(x.os, y.os) && str_eq(x.arch, y.arch);
}

/* "linux/amd64"; also "linux-amd64" and "linux_amd64", and go.dev's "armv6l" for arm. Any pair of
 * lowercase words is a platform: which exist, the source of the toolchains says. */
bool platform_parse(Str text, Platform *ret);
/* "linux/amd64" */
Str platform_format(Arena *a, Platform p);

/* Between GOARCH and the file names of go.dev/dl, which say armv6l for arm. */
Str platform_arch_from_dl(Str arch);
Str platform_arch_to_dl(Str arch);

/* Whether Go releases for the platform have been published at all: for "did you mean", and to tell
 * a platform from a word. */
bool platform_is_known(Platform p);

/* Whether os is a GOOS that Go knows, or has known, whatever is published for it (internal/syslist,
 * the list of which is only added to). */
bool platform_is_system(Str os);
/* The one that a misspelt word may mean; empty when none is near. */
Str platform_nearest_system(Str word);

#endif
