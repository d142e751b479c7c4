#include "go/mod/upward.h"

#include "base/path.h"
#include "os/file.h"

/* Of dir/name, through a path that lives only for the call. */
static bool stat_in(Str dir, Str name, FileStat *ret)
{
    char buf[UPWARD_MAX_PATH];
    bool needs_slash = !str_ends_with(dir, S("/"));
    isize len = dir.len + needs_slash + name.len;
    if (len > COUNT_OF(buf)) {
        return false; /* longer than any path the kernel takes */
    }
    memcpy(buf, dir.ptr, (size_t)dir.len);
    buf[dir.len] = '/';
    memcpy(buf + dir.len + needs_slash, name.ptr, (size_t)name.len);
    Err ignored;
    return file_stat(FILE_CWD, (Str){buf, len}, ret, &ignored) == FILE_FOUND;
}

bool upward_has(Str dir, Str name)
{
    FileStat stat;
    return stat_in(dir, name, &stat);
}

bool upward_has_file(Str dir, Str name)
{
    FileStat stat;
    return stat_in(dir, name, &stat) && stat.kind != FILE_KIND_DIR;
}

bool upward_next(Str *dir)
{
    Str parent = path_dir(*dir);
    if (parent.len == dir->len) {
        return false;
    }
    *dir = parent;
    return true;
}

bool upward_find(Str dir, Str name, Str stop, Str *ret_dir)
{
    while (!upward_has_file(dir, name)) {
        if (!upward_next(&dir) || str_eq(dir, stop)) {
            return false;
        }
    }
    *ret_dir = dir;
    return true;
}
