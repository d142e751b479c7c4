/* Looking for a file in a directory and in those above it, by name: nothing is listed. */
#ifndef GO_MOD_UPWARD_H
#define GO_MOD_UPWARD_H

#include "base/str.h"

#define UPWARD_MAX_PATH 4096 /* bytes; the kernel takes no longer path */

/* Whether dir holds something called name; upward_has_file passes over directories. Whatever cannot
 * be looked at is not there. */
bool upward_has(Str dir, Str name);
bool upward_has_file(Str dir, Str name);

/* The directory above dir; false at the root. */
bool upward_next(Str *dir);

/* The nearest directory, dir (absolute, clean) or above, that holds a file called name. The search
 * does not go up into the directory `stop` (empty: it ends at the root), though it may start there. */
bool upward_find(Str dir, Str name, Str stop, Str *ret_dir);

#endif
