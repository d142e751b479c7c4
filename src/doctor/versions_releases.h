/* Which releases of Go there are, as far as one can know without a network. */
#ifndef DOCTOR_VERSIONS_RELEASES_H
#define DOCTOR_VERSIONS_RELEASES_H

#include "doctor/context.h"

/* A minor release and the month in which it came; with it support of the last but one ended. */
typedef struct {
    Str lang;  /* "1.26" */
    Str month; /* "2026-02" */
} GoRelease;

/* The newest minor release that is known here: of the list that is compiled in, the Go in use, and
 * those in goward's store. */
Str releases_newest(Doctor *d);
/* Whether Go's own project no longer mends it: only the two newest minor releases get fixes.
 * *ret_since is the month in which that ended, empty when the list does not say. */
bool releases_is_over(Doctor *d, Str lang, Str *ret_since);

/* The release that first had a package of the standard library ("slices": "1.21"); empty when it is
 * older than 1.20, or none of them. */
Str releases_of_package(Str path);
/* The newest release that brought one. */
Str releases_newest_with_package(void);

#endif
