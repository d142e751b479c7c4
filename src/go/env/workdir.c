#include "go/env/workdir.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "os/proc.h"

static bool is_same_file(const FileStat *x, const FileStat *y)
{
    return x->dev == y->dev && x->ino == y->ino;
}

static bool names_dir(Str name, Str dir)
{
    FileStat there, here;
    Err ignored;
    return path_is_absolute(name) && file_stat(FILE_CWD, dir, &here, &ignored) == FILE_FOUND &&
           file_stat(FILE_CWD, name, &there, &ignored) == FILE_FOUND && is_same_file(&here, &there);
}

bool workdir_of_go(Arena *a, const Environ *environ, Str dir, Str *ret, Err *err)
{
    Str pwd = environ_value(environ, S("PWD"));
    if (names_dir(pwd, dir)) {
        *ret = path_clean(a, pwd);
        return true;
    }
    if (str_eq(dir, S("."))) {
        return proc_working_dir(a, ret, err);
    }
    FileOutcome outcome = proc_real_path(a, dir, ret, err);
    return outcome == FILE_FOUND ||
           (outcome == FILE_ABSENT &&
            FAIL(err, ERR_NOT_FOUND, "there is no directory '%.*s'", STR_ARG(dir)));
}

/* Takes the first element off *path. */
static Str eat_element(Str *path)
{
    StrCut cut = str_cut(*path, '/');
    *path = cut.tail;
    return cut.head;
}

Str workdir_relative(Arena *a, Str dir, Str path)
{
    Str from = str_from(path_clean(a, dir), 1);
    Str to = str_from(path_clean(a, path), 1);
    for (;;) {
        Str from_rest = from, to_rest = to;
        if (from.len == 0 || to.len == 0 ||
            !str_eq(eat_element(&from_rest), eat_element(&to_rest))) {
            break;
        }
        from = from_rest;
        to = to_rest;
    }
    StrBuf b = strbuf_init(a);
    while (from.len > 0) {
        eat_element(&from);
        strbuf_add(&b, b.len == 0 ? S("..") : S("/.."));
    }
    if (to.len > 0) {
        strbuf_add(&b, b.len == 0 ? S("") : S("/"));
        strbuf_add(&b, to);
    }
    return b.len == 0 ? S(".") : strbuf_str(&b);
}

static bool is_same_path(Str x, Str y)
{
    FileStat stat_x, stat_y;
    Err ignored;
    FileOutcome found_x = file_stat(FILE_CWD, x, &stat_x, &ignored);
    FileOutcome found_y = file_stat(FILE_CWD, y, &stat_y, &ignored);
    if (found_x != FILE_FOUND || found_y != FILE_FOUND) {
        return found_x == FILE_ABSENT && found_y == FILE_ABSENT;
    }
    return is_same_file(&stat_x, &stat_y);
}

Str workdir_short(Arena *a, Str dir, Str path, bool must_be_same)
{
    Str rel = workdir_relative(a, dir, path);
    bool is_short = rel.len < path.len;
    if (is_short && must_be_same) {
        is_short = is_same_path(path_join(a, dir, rel), path);
    }
    return is_short ? rel : path;
}

Str workdir_temp(const Environ *environ)
{
    Str dir = environ_value(environ, S("TMPDIR"));
    return dir.len == 0 ? S("/tmp") : dir;
}
