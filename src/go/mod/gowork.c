/* Finding go.work; modfile.c reads it. */
#include "go/mod/gowork.h"

#include "base/path.h"

static bool exists(Str path)
{
    FileStat stat;
    Err ignored;
    return file_stat(FILE_CWD, path, &stat, &ignored) == FILE_FOUND;
}

GoWorkOutcome gowork_find_from(Arena *a, const GoEnv *e, Upward *u, Str *ret_path)
{
    Str setting = goenv_value(e, S("GOWORK"));
    if (str_eq(setting, S("off"))) {
        return GOWORK_ABSENT;
    }
    if (setting.len == 0 || str_eq(setting, S("auto"))) {
        Str found;
        if (!upward_find(u, S("go.work"), goenv_value(e, S("GOROOT")), &found)) {
            return GOWORK_ABSENT;
        }
        *ret_path = path_join(a, found, S("go.work"));
        return GOWORK_FOUND;
    }
    if (!path_is_absolute(setting)) {
        return GOWORK_INVALID;
    }
    if (!exists(setting)) {
        return GOWORK_MISSING;
    }
    *ret_path = setting;
    return GOWORK_FOUND;
}

GoWorkOutcome gowork_find(Arena *a, const GoEnv *e, Str dir, Str *ret_path)
{
    AUTO_UPWARD Upward u = upward_from(dir);
    return gowork_find_from(a, e, &u, ret_path);
}
