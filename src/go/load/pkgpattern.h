/*
 * Patterns with "..." over import paths and directories (cmd/internal/pkgpattern).
 *
 * "..." stands for any text, but for an element "vendor" that another one follows; "x/..." matches
 * x as well. Patterns that themselves name such an element match it.
 */
#ifndef GO_LOAD_PKGPATTERN_H
#define GO_LOAD_PKGPATTERN_H

#include "base/str.h"

static inline bool pkgpattern_is_wild(Str pattern)
{
    return str_contains(pattern, S("..."));
}

bool pkgpattern_matches(Arena scratch, Str pattern, Str name);

/* Whether something at name or below it could match. */
bool pkgpattern_can_match_below(Str pattern, Str name);

#endif
