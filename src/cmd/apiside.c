/*
 * A module in the cache is loaded as what a main module requires that consists of this requirement
 * alone, as somebody who uses it would get it: its own replace lines do not count, and neither do
 * packages below it that are modules of their own.
 */
#include "cmd/apiside.h"

#include "base/path.h"
#include "base/sort.h"
#include "cmd/errorplace.h"
#include "cmd/namedgo.h"
#include "go/api/visible.h"
#include "go/mod/escape.h"
#include "go/mod/semver.h"
#include "go/mod/version.h"
#include "go/root/goroot.h"

#define NO_MODULE S("example.invalid/api") /* that requires the one that is compared */
#define FIRST_PRUNED S("1.17")             /* requirements are complete from this go line on */

static const Str kind_names[APISIDE_KIND_COUNT] = {
    [APISIDE_DIR] = STR_CONST("directory"),
    [APISIDE_MODULE] = STR_CONST("module"),
    [APISIDE_STD] = STR_CONST("std"),
};

Str apiside_kind_name(ApiSideKind kind)
{
    return kind_names[kind];
}

/* Whether a text can be nothing but a place on the disk. */
static bool is_place(Str text)
{
    return str_starts_with(text, S(".")) || path_is_absolute(text);
}

/* ---- the standard library ---- */

/* "v1.26.8" of "1.26.8", "v1.27.0-rc.1" of "1.27rc1". */
static Str semver_of_go(Arena *a, Str version)
{
    GoVersion v;
    if (!goversion_parse(version, &v)) {
        return (Str){0};
    }
    Str patch = v.patch.len > 0 ? v.patch : S("0"), minor = v.minor.len > 0 ? v.minor : S("0");
    StrBuf b = strbuf_init(a);
    strbuf_add_format(&b, "v%.*s.%.*s.%.*s", STR_ARG(v.major), STR_ARG(minor), STR_ARG(patch));
    if (v.kind.len > 0) {
        strbuf_add_format(&b, "-%.*s.%.*s", STR_ARG(v.kind), STR_ARG(v.pre));
    }
    return strbuf_str(&b);
}

static void take_go(Arena *a, ApiSide *side, Str dir, Str version)
{
    side->kind = APISIDE_STD;
    side->dir = dir;
    side->release = (ReleaseSide){.version = semver_of_go(a, version), .has_go_mod = true};
    side->name = str_format(a, "go%.*s", STR_ARG(version));
}

static bool find_go(Invocation *inv, ToolchainContext *c, Str version, ApiSide *side, Err *err)
{
    Str root, found;
    if (!namedgo_find(inv, c, version, &root, &found, err)) {
        return false;
    }
    take_go(inv->arena, side, root, found);
    return true;
}

/* ---- what is meant ---- */

static bool take_module(Invocation *inv, Str path, Str version, ApiSide *side, Err *err)
{
    Str canonical = semver_canonical(inv->arena, version);
    if (!escape_is_module_path(path)) {
        return FAIL(err, ERR_USAGE, "'%.*s' is no path of a module", STR_ARG(path));
    }
    if (canonical.len == 0) {
        FAIL(err, ERR_USAGE, "'%.*s' is no version of a module", STR_ARG(version));
        return err_hint(err, "go list -m %.*s@%.*s says which version that is", STR_ARG(path),
                        STR_ARG(version));
    }
    side->kind = APISIDE_MODULE;
    side->root = path;
    side->release = (ReleaseSide){.path = path, .version = canonical};
    side->name = str_format(inv->arena, "%.*s %.*s", STR_ARG(path), STR_ARG(canonical));
    return true;
}

static bool take_dir(Invocation *inv, Str text, Str version, ApiSide *side, Err *err)
{
    Goroot root;
    Str dir = path_absolute(inv->arena, inv->dir, text);
    if (version.len > 0 && semver_canonical(inv->arena, version).len == 0) {
        return FAIL(err, ERR_USAGE, "'%.*s' is no version of a module", STR_ARG(version));
    }
    if (!file_is_dir(FILE_CWD, dir)) {
        FAIL(err, ERR_NOT_FOUND, "there is no directory '%.*s'", STR_ARG(dir));
        if (!is_place(text)) {
            err_hint(err, "a module is written with its version: example.com/mod@v1.2.3");
        }
        return false;
    }
    side->kind = APISIDE_DIR;
    side->dir = dir;
    side->release.version = semver_canonical(inv->arena, version);
    side->release.has_go_mod = true;
    side->name = text;
    if (goroot_read(inv->arena, dir, &root, err) == GOROOT_FOUND && root.version.len > 0 &&
        file_is_dir(FILE_CWD, path_join(inv->arena, dir, S("src/runtime")))) {
        take_go(inv->arena, side, dir, root.version);
    }
    return true;
}

static bool read_text(Invocation *inv, ToolchainContext *c, ApiSide *side, Err *err)
{
    Str version = side->text;
    StrCut cut = str_cut_last(side->text, '@');
    bool is_there = file_is_dir(FILE_CWD, path_absolute(inv->arena, inv->dir, side->text));
    if (str_eat_prefix(&version, S("go")) && goversion_is_valid(version)) {
        return find_go(inv, c, version, side, err);
    }
    if (cut.found && !is_there) {
        return is_place(side->text) ? take_dir(inv, cut.head, cut.tail, side, err)
                                    : take_module(inv, cut.head, cut.tail, side, err);
    }
    return take_dir(inv, side->text, (Str){0}, side, err);
}

/* ---- modules ---- */

static bool require_module(Invocation *inv, ApiSide *side, LoadOptions *o, Err *err)
{
    Arena *a = inv->arena;
    Str place, cache = goenv_value(&side->build.env, S("GOMODCACHE"));
    ModVersion mod = {side->release.path, side->release.version};
    if (!requirements_place_in_cache(a, cache, mod, &place) || !file_is_dir(FILE_CWD, place)) {
        FAIL(err, ERR_NOT_FOUND, "%.*s@%.*s is not in the module cache", STR_ARG(mod.path),
             STR_ARG(mod.version));
        return err_hint(err, "go mod download %.*s@%.*s", STR_ARG(mod.path), STR_ARG(mod.version));
    }
    side->release.has_go_mod = file_is_regular(FILE_CWD, path_join(a, place, S("go.mod")));
    MainMod *main = ARENA_NEW(a, MainMod);
    main->dir = S("/dev/null/api"); /* where nothing can be */
    main->file = S("/dev/null/api/go.mod");
    main->mod.module.path = NO_MODULE;
    main->mod.go.version = FIRST_PRUNED;
    *VEC_PUSH(a, &main->mod.requires) = (GoModRequire){.path = mod.path, .version = mod.version};
    side->mains = (MainMods){.ptr = main,
                             .len = 1,
                             .mod_flag = S("mod"),
                             .replaces_by_old = map_init(a),
                             .excludes = map_init(a)};
    o->mains = &side->mains;
    return true;
}

/* The module around a directory: what it is called from there. */
static bool enter_dir(Invocation *inv, ApiSide *side, LoadOptions *o, Err *err)
{
    if (!mainmods_load(inv->arena, &side->build.env, side->dir, &side->mains, err)) {
        return false;
    }
    o->mains = &side->mains;
    for (isize i = 0; i < side->mains.len; i++) {
        const MainMod *m = &side->mains.ptr[i];
        if (path_is_within(side->dir, m->dir) && m->mod.module.path.len > 0 &&
            m->dir.len >= side->root.len) {
            Str below = str_from(side->dir, m->dir.len);
            side->release.path = m->mod.module.path;
            side->root = str_concat(inv->arena, m->mod.module.path, below);
        }
    }
    return side->root.len > 0 ||
           FAIL(err, ERR_NOT_FOUND, "'%.*s' is in no module of its go.work", STR_ARG(side->dir));
}

/* ---- loading ---- */

/* A Go that is named is as one that --goroot names. */
static bool find_build(Invocation *inv, ToolchainContext *c, ApiSide *side, Err *err)
{
    Invocation own = *inv;
    Str root = side->dir, version;
    if (side->kind != APISIDE_STD && option_is_set(inv, OPTION_GO) &&
        !namedgo_find(inv, c, option_text(inv, OPTION_GO), &root, &version, err)) {
        return false;
    }
    if (side->kind == APISIDE_STD || option_is_set(inv, OPTION_GO)) {
        own.options[OPTION_GOROOT] = (OptionValue){.is_set = true, .text = root};
    }
    return buildcontext_find(&own, c, &side->build, err);
}

static bool load_side(Invocation *inv, ToolchainContext *c, ApiSide *side, Err *err)
{
    Str *pattern = ARENA_NEW(inv->arena, Str);
    LoadOptions o = {.dir = side->kind == APISIDE_DIR ? side->dir : c->dir,
                     .env = &side->build.env,
                     .goroot = side->build.goroot,
                     .go_version = side->build.go_version,
                     .target = &side->build.target,
                     .ignores_profiles = true,
                     .jobs = inv->jobs};
    *pattern = S("std");
    if (side->kind == APISIDE_DIR) {
        *pattern = S("./...");
        if (!enter_dir(inv, side, &o, err)) {
            return false;
        }
    } else if (side->kind == APISIDE_MODULE) {
        *pattern = str_concat(inv->arena, side->root, S("/..."));
        if (!require_module(inv, side, &o, err)) {
            return false;
        }
    }
    side->is_loaded = true;
    return load_packages(inv->arena, &o, pattern, 1, &side->loaded, err);
}

static bool check_side(Invocation *inv, ApiSide *side, Err *err)
{
    UnitsWish wish = {.takes_c = true};
    units_of_loaded(inv->arena, &side->loaded, &wish, &side->units);
    for (isize i = 0; i < side->units.len; i++) {
        side->units.ptr[i].ignores_bodies = true;
    }
    side->options = (TypecheckOptions){.units = &side->units,
                                       .arch = side->build.target.arch,
                                       .go_minor = (int)side->build.target.go_minor,
                                       .jobs = inv->jobs};
    return typecheck_run(inv->arena, &side->options, &side->checked, err);
}

/* ---- packages ---- */

/* Whether the package is of the module, or below the directory, that is compared. */
static bool is_of_side(const ApiSide *side, const Package *p)
{
    if (side->kind == APISIDE_MODULE) {
        return p->module >= 0 &&
               str_eq(side->loaded.requirements.modules.ptr[p->module].mod.path, side->root);
    }
    return side->root.len == 0 || path_is_within(p->import_path, side->root);
}

static int by_rel(const void *x, const void *y)
{
    return str_compare(((const SidePackage *)x)->rel, ((const SidePackage *)y)->rel);
}

/* What was asked for and could not be looked at: a package of the side, or a pattern of it. */
static void add_unread(const Invocation *inv, ApiSide *side, const Package *p,
                       const UnitResult *result)
{
    Arena *a = inv->arena;
    if (p->module < 0 || is_of_side(side, p)) {
        Str why = errorplace_line(inv->report, a, &result->errors.ptr[0].main);
        *VEC_PUSH(a, &side->unread) =
            str_format(a, "%.*s: %.*s", STR_ARG(p->import_path), STR_ARG(why));
    }
}

static void gather_packages(const Invocation *inv, ApiSide *side)
{
    Arena *a = inv->arena;
    side->is_needed = ARENA_ARRAY(a, bool, side->units.len);
    for (isize i = 0; i < side->units.len; i++) {
        const Package *p = side->loaded.all.ptr[i];
        const UnitResult *result = typecheck_result(side->checked, i);
        if (p->is_asked_for && !result->is_checked && result->errors.len > 0) {
            add_unread(inv, side, p, result);
        }
        if (!p->is_asked_for || !result->is_checked || str_eq(p->name, S("main")) ||
            str_eq(p->import_path, S("unsafe")) || !is_of_side(side, p)) {
            continue;
        }
        Str rel = str_from(p->import_path, side->root.len);
        str_eat_prefix(&rel, S("/"));
        side->is_needed[i] = visible_is_path(rel);
        if (side->is_needed[i]) {
            *VEC_PUSH(a, &side->packages) =
                (SidePackage){rel, p->import_path, typecheck_package(side->checked, i), result};
        }
    }
    sort_array(side->packages.ptr, side->packages.len, sizeof *side->packages.ptr, by_rel);
}

/* The module that would have the package, and is not in the cache. */
static void add_uncached(Arena *a, ApiSide *side, Str import_path)
{
    const Requirements *r = &side->loaded.requirements;
    for (isize i = 0; i < r->modules.len; i++) {
        const LoadModule *m = &r->modules.ptr[i];
        Str rest = import_path;
        if (m->mod.version.len == 0 || !str_eat_prefix(&rest, m->mod.path) ||
            (rest.len > 0 && rest.ptr[0] != '/') || file_is_dir(FILE_CWD, m->root)) {
            continue;
        }
        Str name = modversion_format(a, m->mod);
        if (!strs_has(&side->uncached, name)) {
            *VEC_PUSH(a, &side->uncached) = name;
        }
    }
}

static void add_missing(Arena *a, ApiSide *side, Str import_path)
{
    if (!strs_has(&side->missing, import_path)) {
        *VEC_PUSH(a, &side->missing) = import_path;
        add_uncached(a, side, import_path);
    }
}

/* Imports of what is compared, and of all that it needs: imports come first among the units. */
static void gather_missing(Arena *a, ApiSide *side)
{
    for (isize i = side->units.len - 1; i >= 0; i--) {
        const TypecheckUnit *unit = &side->units.ptr[i];
        for (isize k = 0; side->is_needed[i] && k < unit->n_imports; k++) {
            if (unit->imports[k].unit >= 0) {
                side->is_needed[unit->imports[k].unit] = true;
            } else {
                add_missing(a, side, unit->imports[k].path);
            }
        }
    }
    sort_strings(side->missing.ptr, side->missing.len);
    sort_strings(side->uncached.ptr, side->uncached.len);
}

bool apiside_open(Invocation *inv, ToolchainContext *c, Str text, ApiSide *ret, Err *err)
{
    *ret = (ApiSide){.text = text};
    if (!read_text(inv, c, ret, err) || !find_build(inv, c, ret, err) ||
        !load_side(inv, c, ret, err) || !check_side(inv, ret, err)) {
        return false;
    }
    gather_packages(inv, ret);
    gather_missing(inv->arena, ret);
    if (ret->packages.len == 0 && ret->unread.len > 0) {
        return FAIL(err, ERR_NOT_FOUND, "%.*s", STR_ARG(ret->unread.ptr[0]));
    }
    return ret->packages.len > 0 ||
           FAIL(err, ERR_NOT_FOUND, "'%.*s' has no package that others can import", STR_ARG(text));
}

void apiside_close(ApiSide *side)
{
    if (side->checked != NULL) {
        typecheck_done(side->checked);
    }
    if (side->is_loaded) {
        load_done(&side->loaded);
    }
}
