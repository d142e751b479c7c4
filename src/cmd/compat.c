/*
 * goward compat: the lowest Go that a project can be for, and what stands in the way of each that
 * is lower. What packages use is noted while their types are checked (go/compat/uses), what the
 * module graph asks for is the answer of mod compat; go/compat/floor joins them.
 */
#include "cmd/buildcontext.h"
#include "cmd/compatgos.h"
#include "cmd/compatreport.h"
#include "cmd/modules.h"
#include "cmd/table.h"
#include "go/load/load.h"
#include "go/mod/version.h"
#include "go/syntax/langversion.h"
#include "go/types/units.h"

/* What must be released, besides the answer. */
typedef struct {
    Invocation *inv;
    BuildContext build;
    MainMods mains;
    Loaded loaded;
    bool is_loaded;
    Modules modules;
    bool has_modules;
    Map versions; /* import path -> N of the Go 1.N of its go line */
    TypecheckUnits units;
    TypecheckOptions options;
    Typecheck *checked;
    Usage *usage;
    CompatAnswer answer;
} CompatRun;

/* ---- packages ---- */

static bool load(CompatRun *r, ToolchainContext *c, int *ret_code, Err *err)
{
    Invocation *inv = r->inv;
    LoadOptions o = {.dir = c->dir,
                     .wants_tests = option_is_set(inv, OPTION_TEST),
                     .ignores_profiles = true,
                     .jobs = inv->jobs};
    if (!buildcontext_find(inv, c, &r->build, err) ||
        !buildcontext_find_mains(inv, &r->build.env, c->dir, &r->mains, &o.mains, err)) {
        return false;
    }
    o.env = &r->build.env;
    o.goroot = r->build.goroot;
    o.go_version = r->build.go_version;
    o.target = &r->build.target;
    if (o.mains != NULL) {
        buildcontext_warn_of_newer_go(inv, &r->build, &r->mains, ret_code);
    }
    r->has_modules = o.mains != NULL;
    r->is_loaded = true;
    Strs patterns = buildcontext_patterns(inv, o.mains, c->dir);
    return load_packages(inv->arena, &o, patterns.ptr, patterns.len, &r->loaded, err);
}

/* N of the Go 1.N that a go line means. */
static int minor_of(Str line)
{
    GoVersion v;
    int64_t minor;
    return goversion_parse(line, &v) && str_parse_decimal(v.minor, STDSYMBOLS_MAX_MINOR, &minor)
               ? (int)minor
               : LANGVERSION_DEFAULT;
}

static void find_versions(CompatRun *r)
{
    const Loaded *l = &r->loaded;
    r->versions = map_init(r->inv->arena);
    for (isize i = 0; i < l->list.len; i++) {
        const Package *p = l->list.ptr[i];
        if (p->module >= 0 && p->source_path.len > 0) {
            Str line = requirements_go_of(r->inv->arena, &l->requirements, p->module);
            *map_put(&r->versions, p->source_path, NULL) = minor_of(line);
        }
    }
}

/* Whether there is anything to look at; else says what stood in the way. */
static bool has_files(const CompatRun *r, Err *err)
{
    Str words = S("there is no Go file to look at");
    for (isize i = 0; i < r->units.len; i++) {
        const TypecheckUnit *unit = &r->units.ptr[i];
        if (unit->is_asked_for && unit->n_files > 0) {
            return true;
        }
        words = unit->is_asked_for && unit->fault.message.len > 0 ? unit->fault.message : words;
    }
    FAIL(err, ERR_NOT_FOUND, "%.*s", STR_ARG(words));
    return !r->has_modules && err_hint(err, "in the directory of a go.mod, or one below it");
}

/* As the newest language there is, so that nothing is refused. */
static bool check(CompatRun *r, Err *err)
{
    Arena *a = r->inv->arena;
    UnitsWish wish = {.lang = (int)r->build.target.go_minor};
    units_of_loaded(a, &r->loaded, &wish, &r->units);
    find_versions(r);
    if (!has_files(r, err) || !stdsymbols_read(a, r->build.goroot, &r->answer.std, err)) {
        return false;
    }
    r->usage = usage_new(a, &r->answer.std, &r->versions, TYPECHECK_MAX_WORKERS);
    r->options = (TypecheckOptions){.units = &r->units,
                                    .arch = r->build.target.arch,
                                    .go_minor = (int)r->build.target.go_minor,
                                    .records = true,
                                    .jobs = r->inv->jobs,
                                    .witness = usage_witness,
                                    .witness_context = r->usage};
    if (!typecheck_run(a, &r->options, &r->checked, err)) {
        return false;
    }
    r->answer.uses = usage_complete(a, r->usage, r->checked);
    return true;
}

static void count(CompatRun *r)
{
    for (isize i = 0; i < r->units.len; i++) {
        const UnitResult *result = typecheck_result(r->checked, i);
        if (r->units.ptr[i].is_asked_for) {
            r->answer.n_packages++;
            r->answer.n_files += result->n_files;
            r->answer.n_errors += result->errors.len + result->n_dropped;
        }
    }
    for (isize i = 0; i < r->loaded.list.len; i++) {
        r->answer.n_left_out += r->loaded.list.ptr[i]->lists[LIST_IGNORED_GO].len;
    }
    r->answer.target = (Platform){r->build.target.os, r->build.target.arch};
}

/* ---- modules, and all together ---- */

static Str go_line(const CompatRun *r)
{
    if (!r->has_modules) {
        return (Str){0};
    }
    return r->mains.work_file.len > 0 ? mainmods_go_of_work(&r->mains.work)
                                      : mainmods_go_of_mod(&r->mains.ptr[0].mod);
}

static bool judge(CompatRun *r, ToolchainContext *c, CompatGos *gos, Err *err)
{
    Invocation *inv = r->inv;
    CompatAnswer *answer = &r->answer;
    const GoMod *main = NULL;
    if (r->has_modules) {
        main = r->mains.work_file.len > 0 ? NULL : &r->mains.ptr[0].mod;
        if (!modules_load(inv, c, &r->modules, err) ||
            (gos->len == 0 && !compatgos_usual(inv, c, &r->mains, gos, err)) ||
            !compat_judge(inv->arena, &r->modules.graph, gos, &answer->modules, err)) {
            return false;
        }
        answer->has_modules = true;
    }
    answer->gos = *gos;
    floor_find(inv->arena, &answer->uses, answer->has_modules ? &answer->modules : NULL, main,
               go_line(r), answer->n_errors > 0, &answer->floor);
    return true;
}

static void release(CompatRun *r)
{
    if (r->checked != NULL) {
        typecheck_done(r->checked);
    }
    if (r->usage != NULL) {
        usage_done(r->usage);
    }
    if (r->has_modules) {
        modules_done(&r->modules);
    }
    if (r->is_loaded) {
        load_done(&r->loaded);
    }
}

static bool compat(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    CompatRun r = {.inv = inv};
    CompatGos gos = {0};
    bool ok = compatgos_asked(inv, &gos, err) && load(&r, c, ret_code, err) && check(&r, err);
    if (ok) {
        count(&r);
        r.answer.is_asked = gos.len > 0;
        ok = judge(&r, c, &gos, err);
    }
    if (ok) {
        compatreport_tell(inv, &r.answer, ret_code);
    }
    release(&r);
    return ok;
}

bool cmd_compat(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, compat, ret_code, err);
}
