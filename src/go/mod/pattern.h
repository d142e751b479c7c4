/*
 * GOPRIVATE, GONOPROXY, GONOSUMDB, GOINSECURE: comma-separated globs over module paths
 * (x/mod/module.MatchPrefixPatterns with path.Match).
 *
 * A glob of n elements is matched against the first n elements of the path. "*" and "?" match no
 * slash, "[a-z]" and "[^a-z]" match one rune, a backslash takes the next rune as it is. Trailing
 * slashes are dropped; empty and malformed globs match nothing.
 *
 * cmd/go never applies them to golang.org/toolchain, and neither does goward.
 */
#ifndef GO_MOD_PATTERN_H
#define GO_MOD_PATTERN_H

#include "base/str.h"

bool pattern_list_matches(Str globs, Str module_path);
/* Whether a glob is well formed. */
bool pattern_is_valid(Str glob);
/* One glob against the whole name; a malformed one matches nothing. */
bool pattern_matches(Str glob, Str name);

#endif
