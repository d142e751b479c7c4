#include "toolchain/surroundings.h"

#include "base/path.h"
#include "go/env/workdir.h"
#include "go/mod/gowork.h"
#include "go/mod/upward.h"

/* Marks of a checkout: a directory, or (in a worktree or submodule) a file. */
static const Str checkout_marks[] = {STR_CONST(".git"), STR_CONST(".hg"), STR_CONST(".jj")};

static bool is_checkout(Str dir)
{
    for (isize i = 0; i < COUNT_OF(checkout_marks); i++) {
        if (upward_has(dir, checkout_marks[i])) {
            return true;
        }
    }
    return false;
}

/* The checkout that holds dir; empty when none does. */
static Str find_checkout(Str dir)
{
    while (!is_checkout(dir)) {
        if (!upward_next(&dir)) {
            return S("");
        }
    }
    return dir;
}

/* The outer of two directories that hold dir; one that does not (or is empty) does not count. */
static Str outer_of(Str root, Str candidate, Str dir)
{
    if (candidate.len == 0 || !path_is_within(dir, candidate)) {
        return root;
    }
    return root.len == 0 || candidate.len < root.len ? candidate : root;
}

static Str dir_of(Str file)
{
    return file.len == 0 ? file : path_dir(file);
}

/* GO111MODULE. With auto, modules are on where there is a file for them. */
static bool modules_are_off(const GoEnv *goenv, Str mod_file)
{
    Str setting = goenv_value(goenv, S("GO111MODULE"));
    if (setting.len == 0 || str_eq(setting, S("on"))) {
        return false;
    }
    return !str_eq(setting, S("auto")) || mod_file.len == 0;
}

/* The nearest lock from dir up to root, else where one would be written. */
static void find_lock(Arena *a, Surroundings *s)
{
    Str dir = s->dir;
    Str last = s->project_root.len > 0 ? s->project_root : s->dir;
    bool more = true;
    while (more && !s->has_lock) {
        s->has_lock = upward_has_file(dir, LOCKFILE_NAME);
        if (!s->has_lock) {
            more = !str_eq(dir, last) && upward_next(&dir);
        }
    }
    Str place = s->has_lock ? dir : s->project_root;
    s->lock_file = place.len == 0 ? place : path_join(a, place, LOCKFILE_NAME);
}

Surroundings surroundings_find(Arena *a, const GoEnv *goenv, Str dir)
{
    Surroundings s = {.dir = dir};
    gomod_find(a, dir, workdir_temp(goenv->environ), &s.module_file);
    s.mod_file = s.module_file;
    GoWorkOutcome work = gowork_find(a, goenv, dir, &s.mod_file);
    s.is_work_file = work == GOWORK_FOUND;
    s.gowork_is_invalid = work == GOWORK_INVALID;
    s.modules_are_off = modules_are_off(goenv, s.mod_file);
    s.project_root = outer_of(s.project_root, dir_of(s.module_file), dir);
    s.project_root = outer_of(s.project_root, dir_of(s.mod_file), dir);
    s.project_root = outer_of(s.project_root, find_checkout(dir), dir);
    find_lock(a, &s);
    return s;
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

bool surroundings_read_pin(Arena *a, const Surroundings *s, Pin *ret, Err *err)
{
    Str dir = s->dir;
    Str last = s->project_root.len > 0 ? s->project_root : s->dir;
    Pin pin = {0};
    bool more = true;
    while (more) {
        Pin here;
        if (!pin_of_dir(a, dir, &here, err)) {
            return false;
        }
        if (here.says == PIN_SAYS_EXACT || here.says == PIN_SAYS_SPEC) {
            pin = here;
            break;
        }
        if (pin.says == PIN_SAYS_NOTHING) {
            pin = here;
        }
        more = !str_eq(dir, last) && upward_next(&dir);
    }
    *ret = pin;
    return true;
}
