#include "os/cpath.h"

#include <errno.h>

bool cpath_make(Str path, char ret[static CPATH_MAX])
{
    if (path.len >= CPATH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    if (str_index_byte(path, '\0') >= 0) {
        errno = EINVAL;
        return false;
    }
    if (path.len > 0) {
        memcpy(ret, path.ptr, (size_t)path.len);
    }
    ret[path.len] = '\0';
    return true;
}
