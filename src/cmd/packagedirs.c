#include "cmd/packagedirs.h"

#include "base/path.h"
#include "cmd/buildcontext.h"
#include "go/env/workdir.h"
#include "go/load/importpath.h"
#include "go/load/match.h"

typedef struct {
    Invocation *inv;
    ToolchainContext *context;
    BuildContext build; /* when is_ready, as all below */
    MainMods mains;
    Requirements requirements;
    LinkerDeps linker;
    Discovery discovery;
    bool is_ready;
} Finder;

static bool is_package_pattern(Str argument)
{
    FileStat st;
    Err ignored;
    Str stem = argument;
    str_eat_suffix(&stem, S("/..."));
    return !importpath_is_local(argument) && !path_is_absolute(argument) &&
           !str_eq(argument, S("...")) && !str_ends_with(argument, S(".go")) &&
           file_stat(FILE_CWD, stem, &st, &ignored) != FILE_FOUND;
}

static bool prepare(Finder *f, Err *err)
{
    Invocation *inv = f->inv;
    Err none = {0};
    if (f->is_ready) {
        return true;
    }
    if (!buildcontext_find(inv, f->context, &f->build, err)) {
        return false;
    }
    bool has_mains = mainmods_load(inv->arena, &f->build.env, inv->go_dir, &f->mains, &none);
    if (!has_mains && none.kind != ERR_NOT_FOUND) {
        *err = none;
        return false;
    }
    if (!requirements_load(inv->arena, &f->build.env, has_mains ? &f->mains : NULL, inv->go_dir,
                           f->build.goroot, f->build.target.go_minor, inv->jobs, &f->requirements,
                           err)) {
        requirements_done(&f->requirements);
        return false;
    }
    f->linker = implicit_linker(inv->arena, &f->build.target, &f->build.env);
    f->discovery =
        discover_init(inv->arena, &f->requirements, &f->build.target, &f->linker, inv->jobs);
    f->is_ready = true;
    return true;
}

/* The directory of a package; the graph of the modules is read when go.mod does not lead to it. */
static bool find_dir(Finder *f, Str path, Str *ret, Err *err)
{
    Resolved found;
    ResolveOutcome outcome = resolve_import(f->inv->arena, &f->requirements, path, false, &found);
    if (outcome == RESOLVE_NONE) {
        if (!requirements_complete(&f->requirements, err)) {
            return false;
        }
        outcome = resolve_import(f->inv->arena, &f->requirements, path, true, &found);
    }
    *ret = outcome == RESOLVE_FOUND ? found.dir : (Str){0};
    return true;
}

static bool expand_one(Finder *f, Str argument, Strs *ret, Err *err)
{
    Matches matches;
    Arena *a = f->inv->arena;
    if (!prepare(f, err) ||
        !match_patterns(a, &f->discovery, f->inv->go_dir, &argument, 1, &matches, err)) {
        return false;
    }
    isize n_before = ret->len;
    for (isize i = 0; i < matches.ptr[0].paths.len; i++) {
        Str dir;
        if (!find_dir(f, matches.ptr[0].paths.ptr[i], &dir, err)) {
            return false;
        }
        if (dir.len > 0) {
            *VEC_PUSH(a, ret) = workdir_short(a, f->inv->go_dir, dir, true);
        }
    }
    if (ret->len == n_before) {
        *VEC_PUSH(a, ret) = argument;
    }
    return true;
}

bool packagedirs_expand(Invocation *inv, ToolchainContext *c, Err *err)
{
    Finder f = {.inv = inv, .context = c};
    Strs all = {0};
    bool ok = true;
    for (isize i = 0; i < inv->n_args && ok; i++) {
        if (is_package_pattern(inv->args[i])) {
            ok = expand_one(&f, inv->args[i], &all, err);
        } else {
            *VEC_PUSH(inv->arena, &all) = inv->args[i];
        }
    }
    if (f.is_ready) {
        discover_done(&f.discovery);
        requirements_done(&f.requirements);
    }
    if (ok) {
        inv->args = all.ptr;
        inv->n_args = all.len;
    }
    return ok;
}
