#include "go/load/pkgwalk.h"

#include "base/path.h"
#include "go/load/pkgpattern.h"
#include "os/dir.h"

typedef struct {
    Arena *a;
    const PkgWalk *w;
    PkgPlaces *places;
    isize n_dirs;
    Str trouble; /* what ended the walk */
} Walk;

/* "/x/y/": so that elements are compared whole. */
static Str between_slashes(Arena *a, Str path)
{
    str_eat_suffix(&path, S("/"));
    return str_format(a, "%s%.*s/", str_starts_with(path, S("/")) ? "" : "/", STR_ARG(path));
}

/* search.IgnorePatterns: "./x" means that directory, "x" any of that name. */
static bool is_ignored(Arena scratch, const PkgWalk *w, Str rel)
{
    if (w->mod == NULL || w->mod->ignores.len == 0) {
        return false;
    }
    Str in_mod = rel.len == 0 ? w->root_in_mod : path_join(&scratch, w->root_in_mod, rel);
    Str whole = between_slashes(&scratch, in_mod);
    for (isize i = 0; in_mod.len > 0 && i < w->mod->ignores.len; i++) {
        Str pattern = w->mod->ignores.ptr[i].path;
        bool is_relative = str_eat_prefix(&pattern, S("./"));
        pattern = between_slashes(&scratch, pattern);
        if (is_relative ? str_starts_with(whole, pattern) : str_contains(whole, pattern)) {
            return true;
        }
    }
    return false;
}

bool pkgwalk_passes_over(Str name)
{
    bool is_dot = str_starts_with(name, S(".")) && !str_eq(name, S(".")) && !str_eq(name, S(".."));
    return is_dot || str_starts_with(name, S("_")) || str_eq(name, S("testdata"));
}

static bool has_go_mod(int fd)
{
    FileStat st;
    Err ignored;
    return file_stat(fd, S("go.mod"), &st, &ignored) == FILE_FOUND && st.kind != FILE_KIND_DIR;
}

static bool is_wanted(const Walk *k, Str rel, Str name)
{
    const PkgWalk *w = k->w;
    return (w->skipped.len == 0 || !str_eq(name, w->skipped)) &&
           (w->pattern.len == 0 || pkgpattern_can_match_below(w->pattern, name)) &&
           !is_ignored(*k->a, w, rel);
}

static void walk_dir(Walk *k, int dirfd, Str rel, isize depth);

static void walk_entries(Walk *k, int fd, Str rel, isize depth)
{
    Err err = {0};
    DirList list;
    if (!dir_list_fresh(k->a, fd, &list, &err)) {
        k->trouble = err_format(k->a, &err);
        return;
    }
    for (isize i = 0; i < list.len && k->trouble.len == 0; i++) {
        if (list.ptr[i].kind == FILE_KIND_DIR && !pkgwalk_passes_over(list.ptr[i].name)) {
            walk_dir(k, fd, path_join(k->a, rel, list.ptr[i].name), depth + 1);
        }
    }
}

/* rel: from the root; the root itself is empty. */
static void walk_dir(Walk *k, int dirfd, Str rel, isize depth)
{
    Err err = {0};
    const PkgWalk *w = k->w;
    AUTO_CLOSE int fd = -1;
    Str dir = rel.len == 0 ? w->root : path_join(k->a, w->root, rel);
    Str name = rel.len == 0 ? w->name : path_join(k->a, w->name, rel);
    if (!is_wanted(k, rel, name)) {
        return;
    }
    if (depth > PKGWALK_MAX_DEPTH || ++k->n_dirs > PKGWALK_MAX_DIRS) {
        k->trouble =
            str_format(k->a, "%.*s: more than %d directories, or more than %d below one another",
                       STR_ARG(dir), PKGWALK_MAX_DIRS, PKGWALK_MAX_DEPTH);
        return;
    }
    FileOutcome outcome = rel.len == 0 ? dir_open(FILE_CWD, dir, &fd, &err)
                                       : dir_open(dirfd, path_base(rel), &fd, &err);
    if (outcome != FILE_FOUND) {
        k->trouble = outcome == FILE_FAILED ? err_format(k->a, &err) : (Str){0};
        return;
    }
    if (rel.len > 0 && w->prunes_modules && has_go_mod(fd)) {
        return;
    }
    *VEC_PUSH(k->a, k->places) = (PkgPlace){dir, name};
    if (!(w->prunes_vendor && str_eq(path_base(rel), S("vendor")))) {
        walk_entries(k, fd, rel, depth);
    }
}

bool pkgwalk(Arena *a, const PkgWalk *w, PkgPlaces *ret, Str *ret_trouble)
{
    Walk k = {.a = a, .w = w, .places = ret};
    walk_dir(&k, FILE_CWD, (Str){0}, 0);
    *ret_trouble = k.trouble;
    return k.trouble.len == 0;
}

/* ---- walks that are shared ---- */

typedef struct {
    PkgPlaces places;
    Str trouble;
} Walked;

static Str name_of(Arena *a, const PkgWalk *w)
{
    return str_format(a, "%.*s\n%.*s\n%.*s\n%.*s\n%.*s\n%p %d %d", STR_ARG(w->root),
                      STR_ARG(w->name), STR_ARG(w->pattern), STR_ARG(w->skipped),
                      STR_ARG(w->root_in_mod), (const void *)w->mod, w->prunes_modules,
                      w->prunes_vendor);
}

static const Walked *walk_once(LoadCache *cache, Str name, const PkgWalk *w)
{
    Arena *a = loadcache_take_arena(cache);
    Walked *walked = ARENA_NEW(a, Walked);
    PkgWalk kept = *w;
    kept.root = str_copy(a, w->root);
    kept.name = str_copy(a, w->name);
    pkgwalk(a, &kept, &walked->places, &walked->trouble);
    walked = loadcache_keep(cache, LOADCACHE_WALKS, name, walked);
    loadcache_give_arena(cache, a);
    return walked;
}

bool pkgwalk_shared(Arena *a, LoadCache *cache, const PkgWalk *w, PkgPlaces *ret, Str *ret_trouble)
{
    Str name = name_of(a, w);
    const Walked *walked = loadcache_get(cache, LOADCACHE_WALKS, name);
    walked = walked != NULL ? walked : walk_once(cache, name, w);
    for (isize i = 0; i < walked->places.len; i++) {
        *VEC_PUSH(a, ret) = walked->places.ptr[i];
    }
    *ret_trouble = walked->trouble;
    return walked->trouble.len == 0;
}
