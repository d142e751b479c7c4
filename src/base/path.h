/* Slash-separated paths, lexically: nothing here asks the file system. */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include "base/str.h"

static inline bool path_is_absolute(Str p)
{
    return p.len > 0 && p.ptr[0] == '/';
}

/* dir + "/" + name, without doubling the slash; an empty dir gives name. */
Str path_join(Arena *a, Str dir, Str name);
/* Last element; "/" for the root, empty for the empty path. */
Str path_base(Str p);
/* All but the last element, without its trailing slash; "." when there is no slash. */
Str path_dir(Str p);
/* Shortest equivalent: no ".", no inner "..", no doubled or trailing slash. As Go's path.Clean. */
Str path_clean(Arena *a, Str p);
/* p made absolute against the absolute directory base, then cleaned. */
Str path_absolute(Arena *a, Str base, Str p);
/* Whether p is dir or lies below it; both absolute and cleaned. */
bool path_is_within(Str p, Str dir);
/* A name that is safe to create below a directory: relative, clean, no "..", no NUL, no backslash,
 * not empty. */
bool path_is_local(Str p);

#endif
