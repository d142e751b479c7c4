#include "go/env/workdir.h"

#include "base/path.h"
#include "os/proc.h"

static bool is_same_file(const FileStat *x, const FileStat *y)
{
    return x->dev == y->dev && x->ino == y->ino;
}

/* Whether dir names the working directory. */
static bool names_working_dir(Str dir)
{
    FileStat there, here;
    Err ignored;
    return path_is_absolute(dir) &&
           file_stat(FILE_CWD, S("."), &here, &ignored) == FILE_FOUND &&
           file_stat(FILE_CWD, dir, &there, &ignored) == FILE_FOUND && is_same_file(&here, &there);
}

bool workdir_of_go(Arena *a, const Environ *environ, Str *ret, Err *err)
{
    Str pwd = environ_value(environ, S("PWD"));
    if (names_working_dir(pwd)) {
        *ret = pwd;
        return true;
    }
    return proc_working_dir(a, ret, err);
}

Str workdir_temp(const Environ *environ)
{
    Str dir = environ_value(environ, S("TMPDIR"));
    return dir.len == 0 ? S("/tmp") : dir;
}
