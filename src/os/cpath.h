/* C strings for the kernel, inside os/ only. */
#ifndef OS_CPATH_H
#define OS_CPATH_H

#include "base/str.h"

#define CPATH_MAX 4096 /* the kernel's own PATH_MAX, terminating NUL included */

/* Copies path with a NUL. False with errno set when it holds a NUL (EINVAL) or is too long
 * (ENAMETOOLONG). */
bool cpath_make(Str path, char ret[static CPATH_MAX]);

#endif
