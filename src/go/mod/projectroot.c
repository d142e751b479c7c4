#include "go/mod/projectroot.h"

#include "base/path.h"
#include "go/env/workdir.h"
#include "go/mod/gomod.h"
#include "go/mod/gowork.h"

/* Marks of a checkout: a directory, or (in a worktree or submodule) a file. */
static const Str checkout_marks[] = {STR_CONST(".git"), STR_CONST(".hg")};

static bool is_checkout(Upward *u, UpwardPlace place)
{
    for (isize i = 0; i < COUNT_OF(checkout_marks); i++) {
        if (upward_has(u, place, checkout_marks[i])) {
            return true;
        }
    }
    return false;
}

/* The checkout that holds the directory; empty when none does. */
static Str find_checkout(Upward *u)
{
    UpwardPlace place = upward_start(u);
    while (!is_checkout(u, place)) {
        if (!upward_next(&place)) {
            return S("");
        }
    }
    return place.dir;
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

Str projectroot_around(Upward *u, Str module_file, Str work_file)
{
    Str root = outer_of(S(""), dir_of(module_file), u->dir);
    root = outer_of(root, dir_of(work_file), u->dir);
    return outer_of(root, find_checkout(u), u->dir);
}

Str projectroot_find(Arena *a, const GoEnv *env, Str dir)
{
    Str module_file = {0}, work_file = {0};
    AUTO_UPWARD Upward up = upward_from(dir);
    gomod_find_from(a, &up, workdir_temp(env->environ), &module_file);
    gowork_find_from(a, env, &up, &work_file);
    return projectroot_around(&up, module_file, work_file);
}
