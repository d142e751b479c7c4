/* Which releases of Go there are, as far as one can know without a network. */
#ifndef GO_MOD_RELEASES_H
#define GO_MOD_RELEASES_H

#include "base/str.h"

/* The newest minor release ("1.27") that is known here: of the list that is compiled in, the Go in
 * use (version may be empty), and those in goward's store (home may be empty). */
Str releases_newest(Arena *a, Str home, Str version);
/* Whether Go's own project no longer mends lang: only the two newest minor releases get fixes.
 * *ret_since is the month in which that ended ("2026-02"), empty when the list does not say. */
bool releases_is_over(Str lang, Str newest, Str *ret_since);
/* The minor release before lang: "1.26" of "1.27". */
Str releases_before(Arena *a, Str lang);

/* The release that first had a package of the standard library ("slices": "1.21"); empty when it is
 * older than 1.20, or none of them. */
Str releases_of_package(Str path);
/* The newest release that brought one. */
Str releases_newest_with_package(void);

#endif
