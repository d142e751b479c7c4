/* Which packages have an API at all. */
#ifndef GO_API_VISIBLE_H
#define GO_API_VISIBLE_H

#include "go/load/package.h"

/* Whether others may import a package of that path by its place: no element of it is "internal",
 * and it lies in no vendor directory. */
bool visible_is_path(Str import_path);

/* Whether the API of a package is told that was asked for with patterns: programs, unsafe (whose
 * functions have types of their own) and what others cannot import are left out, unless an internal
 * package was named itself */
bool visible_is_told(const Package *p);

#endif
