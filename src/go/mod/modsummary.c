/*
 * See modsummary.h; the rules are those of goModSummary in cmd/go/internal/modload. go.sum is not
 * asked: it decides whether a build may go on, not which versions are chosen.
 */
#include "go/mod/modsummary.h"

#include "base/path.h"
#include "go/mod/escape.h"
#include "go/mod/semver.h"
#include "go/mod/version.h"

#define FIRST_PRUNED S("1.17") /* go lines from this one on: requirements are complete */
#define FIRST_STRICT S("1.21") /* the go line is a requirement */

static bool fails(ModTrouble *trouble, Str says, Str remedy)
{
    *trouble = (ModTrouble){.says = says, .remedy = remedy};
    return false;
}

/* go 1.21.3 requires toolchain go1.21.3. */
static void summarize_go(Arena *a, ModVersion m, ModSummary *ret)
{
    *ret = (ModSummary){0};
    if (str_eq(m.path, S("go")) && goversion_compare(m.version, FIRST_STRICT) >= 0) {
        ret->requires = ARENA_NEW(a, ModVersion);
        ret->requires[0] = (ModVersion){S("toolchain"), str_concat(a, S("go"), m.version)};
        ret->n_requires = 1;
    }
}

static bool summarize(Arena *a, const MainMods *mains, const GoMod *mod, ModSummary *ret,
                      ModTrouble *trouble)
{
    Str go = mod->go.version;
    ModSummary s = {.go = go,
                    .requires = ARENA_ARRAY(a, ModVersion, mod->requires.len + 1),
                    .is_unpruned = go.len == 0 || goversion_compare(go, FIRST_PRUNED) < 0};
    for (isize i = 0; i < mod->requires.len; i++) {
        const GoModRequire *r = &mod->requires.ptr[i];
        ModVersion one = {r->path, semver_canonical(a, r->version)};
        if (one.version.len == 0) {
            return fails(trouble,
                         str_format(a, "line %td of its go.mod: '%.*s' is no version of %.*s",
                                    r->pos.line, STR_ARG(r->version), STR_ARG(r->path)),
                         S("go mod tidy"));
        }
        if (!mainmods_excludes(*a, mains, one)) {
            s.requires[s.n_requires++] = one;
        }
    }
    if (go.len > 0 && goversion_compare(go, FIRST_STRICT) >= 0) {
        s.requires[s.n_requires++] = (ModVersion){S("go"), go};
    }
    *ret = s;
    return true;
}

bool modsummary_of_main(Arena *a, const MainMods *mains, const MainMod *module, ModSummary *ret,
                        ModTrouble *trouble)
{
    return summarize(a, mains, &module->mod, ret, trouble);
}

/* ---- files ---- */

bool modsummary_place(Arena *a, Str cache, ModVersion m, Str *ret)
{
    Str path, version;
    if (!path_is_absolute(cache) || !escape_module_path(a, m.path, &path) ||
        !escape_version(a, m.version, &version)) {
        return false;
    }
    *ret = str_format(a, "%.*s/cache/download/%.*s/@v/%.*s.mod", STR_ARG(cache), STR_ARG(path),
                      STR_ARG(version));
    return true;
}

static bool parse_file(Arena *a, Str file, Str name, GoMod *ret, ModTrouble *trouble)
{
    Str text;
    Err err = {0};
    FileOutcome outcome = mainmods_read_file(a, file, &text, &err);
    if (outcome == FILE_ABSENT) {
        fails(trouble, str_format(a, "there is no '%.*s'", STR_ARG(file)), (Str){0});
        trouble->is_missing = true;
        return false;
    }
    if (outcome != FILE_FOUND || !gomod_parse(a, name, text, GOMOD_LAX, ret, &err)) {
        return fails(trouble, err_format(a, &err), (Str){0});
    }
    return true;
}

static bool parse_cached(Arena *a, Str cache, ModVersion m, GoMod *ret, ModTrouble *trouble)
{
    Str file, name = modversion_format(a, m);
    if (!modsummary_place(a, cache, m, &file)) {
        return fails(trouble, str_format(a, "%.*s cannot be in a module cache", STR_ARG(name)),
                     (Str){0});
    }
    if (!parse_file(a, file, file, ret, trouble)) {
        if (trouble->is_missing) {
            trouble->says =
                str_format(a, "the go.mod of %.*s is not in the module cache", STR_ARG(name));
            trouble->remedy = str_format(a, "go mod download %.*s", STR_ARG(name));
        }
        return false;
    }
    return ret->module.path.len > 0 || fails(trouble, S("its go.mod has no module line"), (Str){0});
}

bool modsummary_read(Arena *a, const MainMods *mains, Str cache, ModVersion m, ModSummary *ret,
                     ModTrouble *trouble)
{
    GoMod mod = {0};
    if (modversion_is_toolchain(m.path)) {
        summarize_go(a, m, ret);
        return true;
    }
    const MainReplace *r = mainmods_replacement(*a, mains, m);
    if (r != NULL && r->to.version.len == 0) {
        Str file = path_join(a, r->dir, S("go.mod"));
        if (!parse_file(a, file, file, &mod, trouble)) {
            trouble->is_missing = false;
            return false;
        }
        return summarize(a, mains, &mod, ret, trouble);
    }
    ModVersion actual = r == NULL ? m : r->to;
    if (!parse_cached(a, cache, actual, &mod, trouble)) {
        return false;
    }
    if (!str_eq(mod.module.path, m.path) && !str_eq(mod.module.path, actual.path)) {
        return fails(trouble,
                     str_format(a,
                                "its go.mod declares its path as %.*s, but it was required as "
                                "%.*s",
                                STR_ARG(mod.module.path), STR_ARG(m.path)),
                     (Str){0});
    }
    return summarize(a, mains, &mod, ret, trouble);
}
