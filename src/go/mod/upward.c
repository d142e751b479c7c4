#include "go/mod/upward.h"

#include "base/path.h"
#include "os/dir.h"

/* From which question on a directory is opened: then the open and its close have paid for
 * themselves. A parent is asked three (go.work, .git, .hg), the directory itself twice as many. */
#define OPEN_AT_QUESTION 4

Upward upward_from(Str dir)
{
    Upward u = {.dir = dir};
    for (isize i = 0; i < UPWARD_MAX_OPEN; i++) {
        u.levels[i].fd = -1;
    }
    return u;
}

void upward_done(Upward *u)
{
    for (isize i = 0; i < UPWARD_MAX_OPEN; i++) {
        file_close(&u->levels[i].fd);
    }
}

bool upward_next(UpwardPlace *place)
{
    Str parent = path_dir(place->dir);
    if (parent.len == place->dir.len) {
        return false;
    }
    *place = (UpwardPlace){parent, place->level + 1};
    return true;
}

/* Of dir/name, through a path that lives only for the call. */
static bool stat_by_path(Str dir, Str name, FileStat *ret)
{
    char buf[UPWARD_MAX_PATH];
    bool needs_slash = !str_ends_with(dir, S("/"));
    isize len = dir.len + needs_slash + name.len;
    if (len > COUNT_OF(buf)) {
        return false;
    }
    memcpy(buf, dir.ptr, (size_t)dir.len);
    buf[dir.len] = '/';
    memcpy(buf + dir.len + needs_slash, name.ptr, (size_t)name.len);
    Err ignored;
    return file_stat(FILE_CWD, (Str){buf, len}, ret, &ignored) == FILE_FOUND;
}

static bool stat_at(Upward *u, UpwardPlace place, Str name, FileStat *ret)
{
    if (place.level >= UPWARD_MAX_OPEN) {
        return stat_by_path(place.dir, name, ret);
    }
    Err ignored;
    UpwardLevel *level = &u->levels[place.level];
    if (++level->n_asked == OPEN_AT_QUESTION) {
        dir_open(FILE_CWD, place.dir, &level->fd, &ignored); /* the path serves as well */
    }
    return level->fd < 0 ? stat_by_path(place.dir, name, ret)
                         : file_stat(level->fd, name, ret, &ignored) == FILE_FOUND;
}

bool upward_has(Upward *u, UpwardPlace place, Str name)
{
    FileStat stat;
    return stat_at(u, place, name, &stat);
}

bool upward_has_file(Upward *u, UpwardPlace place, Str name)
{
    FileStat stat;
    return stat_at(u, place, name, &stat) && stat.kind != FILE_KIND_DIR;
}

bool upward_find(Upward *u, Str name, Str stop, Str *ret_dir)
{
    UpwardPlace place = upward_start(u);
    while (!upward_has_file(u, place, name)) {
        if (!upward_next(&place) || str_eq(place.dir, stop)) {
            return false;
        }
    }
    *ret_dir = place.dir;
    return true;
}
