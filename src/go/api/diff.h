/*
 * What changed in the exported API of a package, and whether those who use it can go on: the rules
 * of golang.org/x/exp/apidiff, in its words.
 *
 * The two packages belong to two programs, which stay what they are. A change is incompatible when
 * code of somebody else could fail to build because of it; what a comparison of types cannot see (a
 * changed value of a variable, struct literals without keys) is not told.
 */
#ifndef GO_API_DIFF_H
#define GO_API_DIFF_H

#include "base/vec.h"
#include "go/types/type.h"

#define DIFF_MAX_PAIRS \
    200000 /* of types that correspond; the largest known package has some 8,000 */

typedef struct {
    Str what; /* "Server.Addr", "(*T).M", "T, method set of U", "net/http.Header.Get" */
    Str says; /* "removed", "changed from int to string" */
    bool is_compatible;
} ApiChange;

typedef VEC(ApiChange) ApiChanges;

/* The changes from old to new, incompatible ones first, both by their words; none twice. Packages
 * of programs that are complete; nobody else may use the two programs meanwhile. Strings live on a.
 * False when there are more types than DIFF_MAX_PAIRS: what was found until then is there. */
bool diff_packages(Arena *a, TypePackage *old, TypePackage *new, ApiChanges *ret);

#endif
