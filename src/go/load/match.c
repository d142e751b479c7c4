#include "go/load/match.h"

#include "base/path.h"
#include "base/sort.h"
#include "go/env/workdir.h"
#include "go/load/importpath.h"
#include "go/load/pkgpattern.h"
#include "go/load/pkgwalk.h"
#include "go/mod/upward.h"
#include "go/mod/version.h"

#define FIRST_CHECKED_ALL 25       /* N of the Go 1.N whose "all" has no paths that cannot be */
#define FIRST_NARROW_ALL S("1.16") /* go lines from this one on: "all" ends at others' tests */

typedef struct {
    Arena *a;
    Discovery *d;
    const Requirements *r;
    Str dir; /* the working directory */
    Match *m;
} Matching;

static void add_error(const Matching *g, Str words)
{
    *VEC_PUSH(g->a, &g->m->errors) = words;
}

static void add_path(const Matching *g, Str path)
{
    *VEC_PUSH(g->a, &g->m->paths) = path;
}

static void walk(const Matching *g, PkgWalk w, PkgPlaces *places)
{
    Str trouble;
    LoadCache *cache = g->d->shelf.cache;
    if (cache != NULL ? !pkgwalk_shared(g->a, cache, &w, places, &trouble)
                      : !pkgwalk(g->a, &w, places, &trouble)) {
        add_error(g, trouble);
    }
}

/* Keeps the places that hold Go files of this build, tests among them, in their order. */
static bool keep_packages(const Matching *g, PkgPlaces *places, Err *err)
{
    Str *dirs = ARENA_ARRAY(g->a, Str, places->len);
    for (isize i = 0; i < places->len; i++) {
        dirs[i] = places->ptr[i].dir;
    }
    if (!discover_read_dirs(g->d, dirs, places->len, err)) {
        return false;
    }
    isize n = 0;
    for (isize i = 0; i < places->len; i++) {
        const BuildPackage *p = discover_dir(g->d, places->ptr[i].dir);
        if (p != NULL && p->fault != BUILDPKG_NO_GO) {
            places->ptr[n++] = places->ptr[i];
        }
    }
    places->len = n;
    return true;
}

/* Keeps what has a name that a pattern may stand for. */
static void keep_names(const Matching *g, PkgPlaces *places, bool (*matches)(Arena, Str, Str))
{
    isize n = 0;
    for (isize i = 0; i < places->len; i++) {
        Str name = places->ptr[i].name;
        bool is_pseudo = name.len == 0 || str_eq(name, S("builtin")) ||
                         (str_eq(name, S("runtime/cgo")) && !g->d->target->has_cgo);
        if (!is_pseudo && (matches == NULL || matches(*g->a, g->m->pattern, name))) {
            places->ptr[n++] = places->ptr[i];
        }
    }
    places->len = n;
}

static void add_names(const Matching *g, const PkgPlaces *places)
{
    for (isize i = 0; i < places->len; i++) {
        add_path(g, places->ptr[i].name);
    }
}

/* ---- std, cmd, work, tool ---- */

static bool match_goroot(const Matching *g, Str root, Str name, Str skipped, Err *err)
{
    PkgPlaces places = {0};
    walk(g, (PkgWalk){.root = root, .name = name, .skipped = skipped}, &places);
    keep_names(g, &places, NULL);
    if (!keep_packages(g, &places, err)) {
        return false;
    }
    add_names(g, &places);
    return true;
}

static bool match_std(const Matching *g, Err *err)
{
    return match_goroot(g, g->r->goroot_src, (Str){0}, S("cmd"), err);
}

/* The commands that Go's own commands bring along are not its commands. */
static bool is_foreign_command(const Matching *g, Str path)
{
    const BuildPackage *p = discover_dir(g->d, path_join(g->a, g->r->goroot_src, path));
    return importpath_has_prefix(path, S("cmd/vendor")) && p != NULL && str_eq(p->name, S("main"));
}

static bool match_cmd(const Matching *g, Err *err)
{
    Strs *paths = &g->m->paths;
    if (!match_goroot(g, path_join(g->a, g->r->goroot_src, S("cmd")), S("cmd"), (Str){0}, err)) {
        return false;
    }
    isize n = 0;
    for (isize i = 0; i < paths->len; i++) {
        if (!is_foreign_command(g, paths->ptr[i])) {
            paths->ptr[n++] = paths->ptr[i];
        }
    }
    paths->len = n;
    return true;
}

static bool match_tool(const Matching *g, Err *err)
{
    (void)err;
    for (isize i = 0; i < g->r->n_mains; i++) {
        const GoMod *mod = &g->r->modules.ptr[i].main->mod;
        for (isize k = 0; k < mod->tools.len; k++) {
            add_path(g, mod->tools.ptr[k].path);
        }
    }
    return true;
}

/* ---- packages of modules ---- */

static void walk_module(const Matching *g, const LoadModule *m, Str pattern, PkgPlaces *places)
{
    walk(g,
         (PkgWalk){.root = m->root,
                   .name = m->prefix,
                   .pattern = pattern,
                   .mod = m->main != NULL ? &m->main->mod : NULL,
                   .prunes_modules = m->is_local,
                   .prunes_vendor = true},
         places);
}

/* A name is that of the first tree with such a directory, even when it holds no Go file. */
static void keep_first_names(const Matching *g, PkgPlaces *places)
{
    Map seen = map_init(g->a);
    isize n = 0;
    for (isize i = 0; i < places->len; i++) {
        bool is_new;
        map_put(&seen, places->ptr[i].name, &is_new);
        if (is_new) {
            places->ptr[n++] = places->ptr[i];
        }
    }
    places->len = n;
}

static void add_sorted(const Matching *g, const PkgPlaces *places)
{
    Strs *paths = &g->m->paths;
    add_names(g, places);
    sort_strings(paths->ptr, paths->len);
}

/* The packages of the main modules. */
static bool match_work(const Matching *g, Err *err)
{
    PkgPlaces places = {0};
    for (isize i = 0; i < g->r->n_mains; i++) {
        walk_module(g, &g->r->modules.ptr[i], (Str){0}, &places);
    }
    keep_names(g, &places, NULL);
    keep_first_names(g, &places);
    if (!keep_packages(g, &places, err)) {
        return false;
    }
    add_sorted(g, &places);
    return true;
}

static bool match_all_first(const Matching *g, Err *err)
{
    return match_work(g, err) && match_tool(g, err);
}

static void walk_goroot(const Matching *g, PkgPlaces *places)
{
    PkgWalk w = {.root = g->r->goroot_src, .pattern = g->m->pattern, .skipped = S("cmd")};
    walk(g, w, places);
    if (pkgpattern_can_match_below(g->m->pattern, S("cmd"))) {
        w = (PkgWalk){.root = path_join(g->a, g->r->goroot_src, S("cmd")),
                      .name = S("cmd"),
                      .pattern = g->m->pattern};
        walk(g, w, places);
    }
}

static int compare_modules(const void *x, const void *y)
{
    const LoadModule *const *a = x, *const *b = y;
    return str_compare((*a)->mod.path, (*b)->mod.path);
}

/* The main modules, then the others by path. */
static void walk_modules(const Matching *g, PkgPlaces *places)
{
    isize n = 0;
    const LoadModule **list = ARENA_ARRAY(g->a, const LoadModule *, g->r->modules.len);
    for (isize i = 0; i < g->r->modules.len; i++) {
        const LoadModule *m = &g->r->modules.ptr[i];
        if (m->root.len > 0 && !m->lacks_sum && requirements_find(g->r, m->mod.path) == i &&
            pkgpattern_can_match_below(g->m->pattern, m->prefix)) {
            list[n++] = m;
        }
    }
    isize n_mains = 0;
    while (n_mains < n && list[n_mains]->main != NULL) {
        n_mains++;
    }
    sort_array(list + n_mains, n - n_mains, (isize)sizeof(*list), compare_modules);
    for (isize i = 0; i < n; i++) {
        walk_module(g, list[i], g->m->pattern, places);
    }
    if (g->r->is_vendored) {
        walk(g,
             (PkgWalk){.root = g->r->vendor_dir, .pattern = g->m->pattern, .prunes_vendor = true},
             places);
    }
}

/* "example.com/x/..." */
static bool match_wild(const Matching *g, Err *err)
{
    PkgPlaces places = {0};
    if (!requirements_complete(g->d->requirements, err)) {
        return false;
    }
    walk_goroot(g, &places);
    walk_modules(g, &places);
    keep_names(g, &places, pkgpattern_matches);
    keep_first_names(g, &places);
    if (!keep_packages(g, &places, err)) {
        return false;
    }
    add_sorted(g, &places);
    return true;
}

/* ---- directories ---- */

/* dir below root: the rest of its path, "." for root itself; empty when it is not. */
static Str in_dir(Str dir, Str root)
{
    if (root.len == 0 || !path_is_within(dir, root)) {
        return (Str){0};
    }
    return dir.len == root.len ? S(".") : str_from(dir, root.len + (root.len > 1));
}

static Str short_of(const Matching *g, Str path)
{
    return workdir_short(g->a, g->dir, path, false);
}

/* The import path of a directory of a module that takes part; empty: it is in none. */
static Str path_in_modules(const Matching *g, Str dir)
{
    for (isize i = g->r->n_mains; i < g->r->modules.len; i++) {
        const LoadModule *m = &g->r->modules.ptr[i];
        Str sub = requirements_find(g->r, m->mod.path) == i ? in_dir(dir, m->root) : (Str){0};
        if (sub.len > 0 && importpath_vendor(sub) < 0 && !str_contains(sub, S("@"))) {
            return str_eq(sub, S(".")) ? m->mod.path : path_join(g->a, m->mod.path, sub);
        }
    }
    return (Str){0};
}

static Str find_module_above(Arena *a, Str dir)
{
    Str found = {0};
    AUTO_UPWARD Upward up = upward_from(dir);
    return upward_find(&up, S("go.mod"), (Str){0}, &found) ? str_copy(a, found) : (Str){0};
}

/* The directory of the go.mod at dir or above; empty: none. */
static Str module_above(const Matching *g, Str dir)
{
    LoadCache *cache = g->d->shelf.cache;
    return cache == NULL ? find_module_above(g->a, dir)
                         : loadcache_text(cache, LOADCACHE_MODULES, dir, find_module_above);
}

static Str say_outside(const Matching *g, Str dir)
{
    Str shown = short_of(g, dir);
    Str subject =
        str_eq(shown, S(".")) ? S("current directory") : str_concat(g->a, S("directory "), shown);
    if (g->r->mains == NULL || g->r->mains->work_file.len == 0) {
        return str_format(g->a, "%.*s outside main module or its selected dependencies",
                          STR_ARG(subject));
    }
    Str module = module_above(g, dir);
    if (module.len == 0) {
        return str_format(g->a,
                          "%.*s outside modules listed in go.work or their selected dependencies",
                          STR_ARG(subject));
    }
    return str_format(g->a,
                      "%.*s is contained in a module that is not one of the workspace modules "
                      "listed in go.work. You can add the module to the workspace using:\n\tgo "
                      "work use %.*s",
                      STR_ARG(subject), STR_ARG(short_of(g, module)));
}

typedef enum { LOCAL_NONE, LOCAL_FOUND, LOCAL_WRONG } LocalOutcome;

/* A directory within one main module. *ret is its import path, or what is wrong. */
static LocalOutcome path_in_main(const Matching *g, const LoadModule *m, Str dir, Str *ret)
{
    Str sub = in_dir(dir, m->root);
    if (sub.len == 0 || str_contains(sub, S("@"))) {
        return LOCAL_NONE;
    }
    if (str_eq(sub, S("."))) {
        *ret = m->prefix;
        return LOCAL_FOUND;
    }
    if (str_eat_prefix(&sub, S("vendor/"))) {
        bool is_listed = vendorlist_module_of(&g->r->vendor, sub) != NULL;
        *ret = !g->r->is_vendored
                   ? str_format(g->a, "without -mod=vendor, directory %.*s has no package path",
                                STR_ARG(dir))
               : is_listed ? sub
                           : str_format(g->a,
                                        "directory %.*s is not a package listed in "
                                        "vendor/modules.txt",
                                        STR_ARG(dir));
        return g->r->is_vendored && is_listed ? LOCAL_FOUND : LOCAL_WRONG;
    }
    *ret = path_join(g->a, m->prefix, sub);
    return LOCAL_FOUND;
}

/* Whether a module of its own begins at dir or above it, below root. */
static bool is_of_other_module(const Matching *g, Str dir, Str root)
{
    Str module = module_above(g, dir);
    return module.len > root.len && path_is_within(module, root);
}

/* From a directory to its import path (modload.resolveLocalPackage), for those that are there and
 * hold Go files. False: *ret says why there is none. */
static bool path_of_dir(const Matching *g, Str dir, Str *ret)
{
    Str wrong = {0};
    for (isize i = 0; i < g->r->n_mains; i++) {
        const LoadModule *m = &g->r->modules.ptr[i];
        if (m->prefix.len > 0 && path_is_within(dir, m->root) && dir.len > m->root.len &&
            is_of_other_module(g, dir, m->root)) {
            wrong = str_format(g->a, "main module (%.*s) does not contain package %.*s",
                               STR_ARG(m->mod.path),
                               STR_ARG(path_join(g->a, m->prefix, in_dir(dir, m->root))));
            continue;
        }
        LocalOutcome outcome = path_in_main(g, m, dir, ret);
        if (outcome != LOCAL_NONE) {
            return outcome == LOCAL_FOUND;
        }
    }
    Str in_src = in_dir(dir, g->r->goroot_src), in_cache = {0};
    if (wrong.len == 0 && in_src.len > 0 && !str_eq(in_src, S(".")) &&
        !str_contains(in_src, S("@"))) {
        *ret = in_src;
        return true;
    }
    if (wrong.len == 0) {
        in_cache = path_in_modules(g, dir);
        wrong = in_cache.len > 0 ? (Str){0} : say_outside(g, dir);
    }
    *ret = in_cache.len > 0 ? in_cache : wrong;
    return in_cache.len > 0;
}

static bool is_builtin(const Matching *g, Str dir)
{
    return str_eq(in_dir(dir, g->r->goroot_src), S("builtin"));
}

/* A directory that holds no Go file at all could be a package of any module. */
static Str say_no_package(const Matching *g, Str dir)
{
    FileStat st;
    Err ignored;
    const BuildPackage *p = discover_dir(g->d, dir);
    if (file_stat(FILE_CWD, dir, &st, &ignored) != FILE_FOUND) {
        return str_format(g->a, "stat %.*s: directory not found", STR_ARG(dir));
    }
    if (p == NULL) {
        return str_format(g->a, "cannot find package \".\" in:\n\t%.*s", STR_ARG(dir));
    }
    if (p->fault == BUILDPKG_NO_GO && p->lists[LIST_IGNORED_GO].len == 0) {
        g->m->empty_dir = dir;
        return str_format(g->a, "no Go files in %.*s", STR_ARG(dir));
    }
    return (Str){0};
}

static bool match_dir(const Matching *g, Err *err)
{
    Str path, dir = path_absolute(g->a, g->dir, g->m->pattern);
    if (!discover_read_dirs(g->d, &dir, 1, err)) {
        return false;
    }
    Str wrong = say_no_package(g, dir);
    if (wrong.len > 0) {
        add_error(g, wrong);
    } else if (is_builtin(g, dir)) {
        add_error(g, S("\"builtin\" is a pseudo-package, not an importable package"));
    } else if (str_eq(dir, g->r->goroot_src)) {
        add_error(g, S("GOROOT/src is not an importable package"));
    } else if (path_of_dir(g, dir, &path)) {
        add_path(g, path);
    } else {
        add_error(g, path);
    }
    return true;
}

/* The pattern as names are compared with it: "./x/...", "../x/...", "/x/...". */
static Str clean_pattern(const Matching *g)
{
    Str clean = path_clean(g->a, g->m->pattern);
    return str_starts_with(g->m->pattern, S("./")) ? str_concat(g->a, S("./"), clean) : clean;
}

static const LoadModule *main_around(const Matching *g, Str dir)
{
    for (isize i = 0; i < g->r->n_mains; i++) {
        if (path_is_within(dir, g->r->modules.ptr[i].root)) {
            return &g->r->modules.ptr[i];
        }
    }
    return NULL;
}

/* Walking through /etc for packages would be slow and in vain. */
static bool may_hold_packages(const Matching *g, Str dir)
{
    Str module = module_above(g, dir);
    for (isize i = 0; i < g->r->n_mains; i++) {
        if (str_eq(g->r->modules.ptr[i].root, module)) {
            return true;
        }
    }
    return in_dir(dir, g->r->goroot_src).len > 0 || path_in_modules(g, dir).len > 0;
}

static bool match_dirs(Matching *g, Err *err)
{
    Str given = g->m->pattern, pattern = clean_pattern(g);
    Str begin = str_to(pattern, str_index(pattern, S("...")));
    Str shown = begin.len > 0 && begin.ptr[begin.len - 1] == '/'
                    ? str_to(begin, MAX(begin.len - 1, 1))
                    : path_dir(begin);
    Str dir = path_absolute(g->a, g->dir, shown), path;
    PkgPlaces places = {0};
    if (!may_hold_packages(g, dir)) {
        bool in_workspace = g->r->mains != NULL && g->r->mains->work_file.len > 0;
        add_error(g, str_format(g->a, "directory prefix %.*s does not contain %s",
                                STR_ARG(short_of(g, dir)),
                                in_workspace
                                    ? "modules listed in go.work or their selected dependencies"
                                    : "main module or its selected dependencies"));
        return true;
    }
    if (pkgwalk_passes_over(path_base(shown))) {
        return true;
    }
    const LoadModule *m = main_around(g, dir);
    Str in_mod = m == NULL ? (Str){0} : in_dir(dir, m->root);
    walk(g,
         (PkgWalk){.root = dir,
                   .name = shown,
                   .mod = m == NULL ? NULL : &m->main->mod,
                   .root_in_mod = str_eq(in_mod, S(".")) ? (Str){0} : in_mod,
                   .prunes_modules = true},
         &places);
    g->m->pattern = pattern;
    keep_names(g, &places, pkgpattern_matches);
    g->m->pattern = given;
    if (!keep_packages(g, &places, err)) {
        return false;
    }
    for (isize i = 0; i < places.len; i++) {
        if (is_builtin(g, places.ptr[i].dir) || str_eq(places.ptr[i].dir, g->r->goroot_src)) {
            continue;
        }
        if (path_of_dir(g, places.ptr[i].dir, &path)) {
            add_path(g, path);
        } else {
            add_error(g, path);
        }
    }
    return true;
}

/* ---- the whole ---- */

static const struct {
    Str word;
    bool (*match)(const Matching *g, Err *err);
} words[] = {
    {STR_CONST("all"), match_all_first}, {STR_CONST("cmd"), match_cmd},
    {STR_CONST("std"), match_std},       {STR_CONST("tool"), match_tool},
    {STR_CONST("work"), match_work},
};

/* search.CleanPatterns: without "." elements and doubled slashes, and with "./" kept. */
static Str clean_argument(Arena *a, Str pattern)
{
    if (str_contains(pattern, S("@")) && !importpath_is_local(pattern) &&
        !path_is_absolute(pattern)) {
        return pattern;
    }
    Str clean = path_clean(a, pattern);
    bool is_below = str_starts_with(pattern, S("./")) && !str_eq(clean, S("."));
    return is_below && !str_starts_with(clean, S("../")) && !str_eq(clean, S(".."))
               ? str_concat(a, S("./"), clean)
               : clean;
}

static bool match_one(Matching *g, Err *err)
{
    Str pattern = g->m->pattern;
    bool is_meta = importpath_is_meta(pattern, g->r->go_minor);
    for (isize i = 0; is_meta && i < COUNT_OF(words); i++) {
        if (str_eq(pattern, words[i].word)) {
            return words[i].match(g, err);
        }
    }
    bool is_local = importpath_is_local(pattern) || path_is_absolute(pattern);
    if (pkgpattern_is_wild(pattern)) {
        return is_local ? match_dirs(g, err) : match_wild(g, err);
    }
    g->m->is_literal = true;
    if (is_local) {
        return match_dir(g, err);
    }
    add_path(g, pattern);
    return true;
}

bool match_patterns(Arena *a, Discovery *d, Str dir, const Str *patterns, isize n, Matches *ret,
                    Err *err)
{
    static const Str here[] = {STR_CONST(".")};
    patterns = n == 0 ? here : patterns;
    n = n == 0 ? 1 : n;
    *ret = (Matches){.ptr = ARENA_ARRAY(a, Match, n), .len = n};
    for (isize i = 0; i < n; i++) {
        ret->ptr[i].pattern = clean_argument(a, patterns[i]);
        Matching g = {a, d, d->requirements, dir, &ret->ptr[i]};
        if (!match_one(&g, err)) {
            return false;
        }
    }
    return true;
}

/* ---- all ---- */

static bool add_to_all(Arena *a, Discovery *d, Map *in_all, Strs *list, const Found *importer,
                       const BuildUses *uses)
{
    bool is_found = true;
    for (isize i = 0; i < uses->len; i++) {
        bool is_new, is_checked = d->requirements->go_minor >= FIRST_CHECKED_ALL;
        Str wrong, text = uses->ptr[i].text;
        Str path = discover_path(d, importer->path, importer->place.is_std, text);
        if (str_eq(path, S("C"))) {
            continue;
        }
        map_put(in_all, path, &is_new);
        if (is_new && (!is_checked || importpath_check(a, path, &wrong))) {
            *VEC_PUSH(a, list) = path;
            is_found = is_found && discover_get(d, path) != NULL;
        }
    }
    return is_found;
}

bool match_closes_over_tests(const Requirements *r)
{
    return r->mains != NULL && r->mains->work_file.len == 0 && !r->is_vendored &&
           goversion_compare(mainmods_go_of_mod(&r->mains->ptr[0].mod), FIRST_NARROW_ALL) < 0;
}

bool match_all(Arena *a, Discovery *d, bool all_tests, Match *m)
{
    Map in_all = map_init(a);
    Strs list = {0};
    bool is_complete = true;
    for (isize i = 0; i < m->paths.len; i++) {
        bool is_new;
        map_put(&in_all, m->paths.ptr[i], &is_new);
        if (is_new) {
            *VEC_PUSH(a, &list) = m->paths.ptr[i];
        }
    }
    for (isize i = 0; i < list.len; i++) {
        const Found *f = discover_get(d, list.ptr[i]);
        bool has_tests =
            f != NULL && f->outcome == RESOLVE_FOUND &&
            (all_tests || (f->place.module >= 0 && f->place.module < d->requirements->n_mains));
        if (f == NULL || (has_tests && !f->has_tests)) {
            discover_want(d, list.ptr[i], has_tests);
            is_complete = false;
            continue;
        }
        if (f->outcome != RESOLVE_FOUND) {
            continue;
        }
        bool is_known = add_to_all(a, d, &in_all, &list, f, &f->build->imports[BUILD_FILES]);
        for (BuildPart part = BUILD_TEST_FILES; has_tests && part < BUILD_PART_COUNT; part++) {
            is_known = add_to_all(a, d, &in_all, &list, f, &f->build->imports[part]) && is_known;
        }
        is_complete = is_complete && is_known;
    }
    if (is_complete) {
        sort_strings(list.ptr, list.len);
        m->paths = list;
    }
    return is_complete;
}
