/*
 * goward compat: the lowest Go that a project can be for, and what stands in the way of each that
 * is lower. What packages use is noted while their types are checked (go/compat/uses), what the
 * module graph asks for is the answer of mod compat; go/compat/floor joins them.
 */
#include "base/path.h"
#include "cmd/buildcontext.h"
#include "cmd/checkgrid.h"
#include "cmd/compatgos.h"
#include "cmd/compatreport.h"
#include "cmd/modules.h"
#include "cmd/table.h"
#include "go/load/load.h"
#include "go/mod/version.h"
#include "go/syntax/langversion.h"
#include "go/types/units.h"

/* What all rounds share: a target with a set of tags is one. */
typedef struct {
    Invocation *inv;
    ToolchainContext *context;
    CheckGrid grid; /* of one Go */
    BuildContext go;
    MainMods mains;
    const MainMods *found_mains; /* NULL: there is no module */
    Strs patterns;
    Arena arena;      /* of one round after the other */
    LoadCache *cache; /* NULL: there is one round alone */
    Map versions;     /* of a round: import path -> N of the Go 1.N of its go line */
    Usage *usage;
    Map packages;     /* that were asked for and have a file */
    Map errors;       /* as people are told */
    Strs ignored;     /* Go files that are not built in some round */
    Map ignored_once; /* the same */
    Str nothing;      /* why there was no file, by the last round without one */
    Modules modules;
    bool has_modules;
    CompatAnswer answer;
} CompatRun;

typedef struct {
    Arena arena;
    BuildContext build;
    Loaded loaded;
    TypecheckUnits units;
    TypecheckOptions options;
    Typecheck *checked;
} Round;

/* ---- a round ---- */

static bool load(const CompatRun *run, Round *r, GridCell at, Err *err)
{
    const GridTags *tags = &run->grid.tags[at.tags];
    Platform target = run->grid.targets[at.target];
    TargetWish wish = {
        .os = target.os, .arch = target.arch, .tags = tags->is_said ? &tags->text : NULL};
    LoadOptions o = {.dir = run->context->dir,
                     .env = &run->go.env,
                     .goroot = run->go.goroot,
                     .go_version = run->go.go_version,
                     .mains = run->found_mains,
                     .target = &r->build.target,
                     .wants_tests = option_is_set(run->inv, OPTION_TEST),
                     .ignores_profiles = true,
                     .jobs = run->inv->jobs,
                     .cache = run->cache};
    return buildcontext_aim(&r->arena, &run->go, &wish, &r->build, err) &&
           load_packages(&r->arena, &o, run->patterns.ptr, run->patterns.len, &r->loaded, err);
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

static void find_versions(CompatRun *run, Round *r)
{
    const Loaded *l = &r->loaded;
    run->versions = map_init(&r->arena);
    for (isize i = 0; i < l->list.len; i++) {
        const Package *p = l->list.ptr[i];
        if (p->module >= 0 && p->source_path.len > 0) {
            Str line = requirements_go_of(&r->arena, &l->requirements, p->module);
            *map_put(&run->versions, p->source_path, NULL) = minor_of(line);
        }
    }
}

/* As the newest language there is, so that nothing is refused. */
static bool check(CompatRun *run, Round *r, Err *err)
{
    int newest = (int)r->build.target.go_minor;
    UnitsWish wish = {.lang = newest};
    units_of_loaded(&r->arena, &r->loaded, &wish, &r->units);
    find_versions(run, r);
    r->options = (TypecheckOptions){.units = &r->units,
                                    .arch = r->build.target.arch,
                                    .go_minor = newest,
                                    .records = true,
                                    .jobs = MIN(run->inv->jobs, TYPECHECK_MAX_WORKERS),
                                    .witness = usage_witness,
                                    .witness_context = run->usage};
    return typecheck_run(&r->arena, &r->options, &r->checked, err);
}

static void note(CompatRun *run, Map *map, Str name, bool *ret_is_new)
{
    map_put(map, str_copy(run->inv->arena, name), ret_is_new);
}

static void take_unit(CompatRun *run, const TypecheckUnit *unit, const UnitResult *result)
{
    bool ignored;
    if (!unit->is_asked_for) {
        return;
    }
    if (unit->n_files > 0) {
        note(run, &run->packages, unit->path, &ignored);
    } else if (unit->fault.message.len > 0) {
        run->nothing = str_copy(run->inv->arena, unit->fault.message);
    }
    for (isize i = 0; i < result->errors.len; i++) {
        const DiagnosisPart *e = &result->errors.ptr[i].main;
        Arena scratch = run->arena;
        note(run, &run->errors,
             str_format(&scratch, "%.*s:%td:%td:%.*s", STR_ARG(e->at.file), e->at.line,
                        e->at.column, STR_ARG(e->message)),
             &ignored);
    }
    run->answer.n_errors += result->n_dropped;
}

/* Tests that nobody asked for are not missed. */
static void take_ignored(CompatRun *run, Round *r, const Package *p)
{
    const Strs *names = &p->lists[LIST_IGNORED_GO];
    for (isize i = 0; i < names->len; i++) {
        bool is_new;
        Str path = path_join(run->inv->arena, p->dir, names->ptr[i]);
        if (r->loaded.options.wants_tests || !str_ends_with(path, S("_test.go"))) {
            map_put(&run->ignored_once, path, &is_new);
            if (is_new) {
                *VEC_PUSH(run->inv->arena, &run->ignored) = path;
            }
        }
    }
}

static void take(CompatRun *run, Round *r, isize index)
{
    usage_take(run->usage, r->checked);
    for (isize i = 0; i < r->units.len; i++) {
        take_unit(run, &r->units.ptr[i], typecheck_result(r->checked, i));
    }
    for (isize i = 0; i < r->loaded.list.len; i++) {
        take_ignored(run, r, r->loaded.list.ptr[i]);
    }
    if (index < run->grid.n_targets) { /* the first set of tags */
        *VEC_PUSH(run->inv->arena, &run->answer.targets) =
            (Platform){str_copy(run->inv->arena, r->build.target.os),
                       str_copy(run->inv->arena, r->build.target.arch)};
    }
}

static bool run_round(CompatRun *run, isize index, Err *err)
{
    Round *r = ARENA_NEW(run->inv->arena, Round);
    r->arena = run->arena; /* its cursor: the next round begins there, too */
    bool ok = load(run, r, checkgrid_cell(&run->grid, index), err) && check(run, r, err);
    if (ok) {
        take(run, r, index);
    }
    if (r->checked != NULL) {
        typecheck_done(r->checked);
    }
    load_done(&r->loaded);
    return ok;
}

/* ---- all rounds ---- */

static bool prepare(CompatRun *run, int *ret_code, Err *err)
{
    Invocation *inv = run->inv;
    if (!checkgrid_of_options(inv, run->context, &run->grid, err)) {
        return false;
    }
    const GridGo *go = &run->grid.gos[0];
    if (!buildcontext_find_go(inv, run->context, go->root, go->version, &run->go, err) ||
        !buildcontext_find_mains(inv, &run->go.env, run->context->dir, &run->mains,
                                 &run->found_mains, err)) {
        return false;
    }
    if (run->found_mains != NULL) {
        buildcontext_warn_of_newer_go(inv, &run->go, &run->mains, ret_code);
    }
    run->patterns = buildcontext_patterns(inv, run->found_mains, run->context->dir);
    return stdsymbols_read(inv->arena, run->go.goroot, &run->answer.std, err);
}

static void count(CompatRun *run)
{
    CompatAnswer *answer = &run->answer;
    answer->n_packages = run->packages.len;
    answer->n_files = usage_count_files(run->usage);
    answer->n_errors += run->errors.len;
    for (isize i = 0; i < run->ignored.len; i++) {
        answer->n_left_out += !usage_has_file(run->usage, run->ignored.ptr[i]);
    }
}

static bool run_rounds(CompatRun *run, Err *err)
{
    bool ok = true;
    run->arena = arena_init(MIB);
    run->cache = run->grid.n_cells > 1 ? loadcache_new() : NULL;
    run->usage =
        usage_new(run->inv->arena, &run->answer.std, &run->versions, TYPECHECK_MAX_WORKERS);
    for (isize i = 0; ok && i < run->grid.n_cells; i++) {
        ok = run_round(run, i, err);
    }
    if (ok) {
        run->answer.uses = usage_complete(run->usage);
        count(run);
    }
    usage_done(run->usage);
    if (run->cache != NULL) {
        loadcache_done(run->cache);
    }
    arena_done(&run->arena);
    if (ok && run->packages.len == 0) {
        FAIL(err, ERR_NOT_FOUND, "%.*s", STR_ARG(run->nothing));
        return run->found_mains == NULL &&
               err_hint(err, "in the directory of a go.mod, or one below it");
    }
    return ok;
}

/* ---- modules, and all together ---- */

static Str go_line(const CompatRun *run)
{
    if (run->found_mains == NULL) {
        return (Str){0};
    }
    return run->mains.work_file.len > 0 ? mainmods_go_of_work(&run->mains.work)
                                        : mainmods_go_of_mod(&run->mains.ptr[0].mod);
}

static bool judge_modules(CompatRun *run, CompatGos *gos, Err *err)
{
    Invocation *inv = run->inv;
    run->answer.has_modules = run->found_mains != NULL;
    if (!run->answer.has_modules) {
        return true;
    }
    run->has_modules = true;
    return modules_load(inv, run->context, &run->modules, err) &&
           (gos->len > 0 || compatgos_usual(inv, run->context, &run->mains, gos, err)) &&
           compat_judge(inv->arena, &run->modules.graph, gos, &run->answer.modules, err);
}

static bool judge(CompatRun *run, CompatGos *gos, Err *err)
{
    CompatAnswer *answer = &run->answer;
    const MainMods *mains = run->found_mains;
    if (!judge_modules(run, gos, err)) {
        return false;
    }
    answer->gos = *gos;
    floor_find(run->inv->arena, &answer->uses, mains != NULL ? &answer->modules : NULL,
               mains != NULL && mains->work_file.len == 0 ? &mains->ptr[0].mod : NULL, go_line(run),
               answer->n_errors > 0, &answer->floor);
    return true;
}

static bool compat(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    CompatRun run = {.inv = inv,
                     .context = c,
                     .packages = map_init(inv->arena),
                     .errors = map_init(inv->arena),
                     .ignored_once = map_init(inv->arena),
                     .nothing = S("there is no Go file to look at")};
    CompatGos gos = {0};
    bool ok = compatgos_asked(inv, &gos, err) && prepare(&run, ret_code, err);
    run.answer.is_asked = gos.len > 0;
    ok = ok && run_rounds(&run, err) && judge(&run, &gos, err);
    if (ok) {
        compatreport_tell(inv, &run.answer, ret_code);
    }
    if (run.has_modules) {
        modules_done(&run.modules);
    }
    return ok;
}

bool cmd_compat(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, compat, ret_code, err);
}
