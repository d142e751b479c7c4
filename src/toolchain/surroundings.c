#include "toolchain/surroundings.h"

#include "base/path.h"
#include "go/env/workdir.h"
#include "go/mod/gowork.h"
#include "go/mod/projectroot.h"

/* GO111MODULE. With auto, modules are on where there is a file for them. */
static bool modules_are_off(const GoEnv *goenv, Str mod_file)
{
    Str setting = goenv_value(goenv, S("GO111MODULE"));
    if (setting.len == 0 || str_eq(setting, S("on"))) {
        return false;
    }
    return !str_eq(setting, S("auto")) || mod_file.len == 0;
}

/* Goes up, but not out of the project; outside of one there is only the directory itself. */
static bool next_in_project(const Surroundings *s, UpwardPlace *place)
{
    Str last = s->project_root.len > 0 ? s->project_root : s->dir;
    return !str_eq(place->dir, last) && upward_next(place);
}

/* The nearest lock, else where one would be written. */
static void find_lock(Arena *a, Surroundings *s)
{
    UpwardPlace place = upward_start(&s->up);
    do {
        s->has_lock = upward_has_file(&s->up, place, LOCKFILE_NAME);
    } while (!s->has_lock && next_in_project(s, &place));
    Str dir = s->has_lock ? place.dir : s->project_root;
    s->lock_file = dir.len == 0 ? dir : path_join(a, dir, LOCKFILE_NAME);
}

Surroundings surroundings_find(Arena *a, const GoEnv *goenv, Str dir)
{
    Surroundings s = {.dir = dir, .up = upward_from(dir)};
    gomod_find_from(a, &s.up, workdir_temp(goenv->environ), &s.module_file);
    s.mod_file = s.module_file;
    GoWorkOutcome work = gowork_find_from(a, goenv, &s.up, &s.mod_file);
    s.is_work_file = work == GOWORK_FOUND;
    s.gowork_is_invalid = work == GOWORK_INVALID;
    s.modules_are_off = modules_are_off(goenv, s.mod_file);
    s.project_root = projectroot_around(&s.up, s.module_file, s.mod_file);
    find_lock(a, &s);
    return s;
}

void surroundings_done(Surroundings *s)
{
    upward_done(&s->up);
}

bool surroundings_read_lines(Arena *a, const Surroundings *s, ModLinesFound *ret, Err *err)
{
    ModLinesFound lines = {0};
    if (s->mod_file.len > 0 && !s->modules_are_off) {
        Str text;
        FileOutcome outcome = file_read_all(a, FILE_CWD, s->mod_file, GOMOD_MAX_FILE, &text, err);
        if (outcome == FILE_FAILED) {
            return false;
        }
        if (outcome == FILE_FOUND) {
            lines.go = gomod_lookup(text, S("go"));
            lines.toolchain = gomod_lookup(text, S("toolchain"));
        }
    }
    *ret = lines;
    return true;
}

bool surroundings_read_lock(Arena *a, const Surroundings *s, Lockfile *ret, Err *err)
{
    Str text;
    switch (file_read_all(a, FILE_CWD, s->lock_file, LOCKFILE_MAX_FILE, &text, err)) {
    case FILE_FOUND:
        return lockfile_parse(a, s->lock_file, text, ret, err);
    case FILE_ABSENT:
        return FAIL(err, ERR_NOT_FOUND, "%.*s has just gone away", STR_ARG(s->lock_file));
    case FILE_FAILED:
        break;
    }
    return false;
}

/* The pin of one directory: the first that names a release or a SPEC, else the first that says
 * something. */
static bool read_pin_at(Arena *a, Upward *u, UpwardPlace place, Pin *ret, Err *err)
{
    Pin best = {0};
    for (int kind = PIN_NONE + 1; kind < PIN_KIND_COUNT; kind++) {
        Pin pin;
        if (!upward_has_file(u, place, pin_file_name((PinKind)kind))) {
            continue;
        }
        if (!pin_read(a, place.dir, (PinKind)kind, &pin, err)) {
            return false;
        }
        if (pin_is_usable(&pin)) {
            *ret = pin;
            return true;
        }
        best = best.says == PIN_SAYS_NOTHING ? pin : best;
    }
    *ret = best;
    return true;
}

bool surroundings_read_pin(Arena *a, Surroundings *s, Pin *ret, Err *err)
{
    UpwardPlace place = upward_start(&s->up);
    Pin best = {0};
    do {
        Pin pin;
        if (!read_pin_at(a, &s->up, place, &pin, err)) {
            return false;
        }
        if (pin_is_usable(&pin)) {
            *ret = pin;
            return true;
        }
        best = best.says == PIN_SAYS_NOTHING ? pin : best;
    } while (next_in_project(s, &place));
    *ret = best;
    return true;
}
