/*
 * goward compat: the lowest Go that a project can be for, and what stands in the way of each that
 * is lower. What packages use is noted while their types are checked (go/compat/uses), what the
 * module graph asks for is the answer of mod compat; go/compat/floor joins them.
 */
#include "base/path.h"
#include "cmd/checkrun.h"
#include "cmd/compatgos.h"
#include "cmd/compatreport.h"
#include "cmd/modules.h"
#include "cmd/session.h"
#include "cmd/table.h"
#include "go/mod/version.h"

/* A target with a set of tags is a cell. */
typedef struct {
    Invocation *inv;
    ToolchainContext *context;
    CheckGrid grid; /* of one Go */
    CheckSide go;
    Strs patterns;
    Usage *usage;
    Map packages; /* that were asked for and have a file */
    Map errors;   /* as people are told */
    Map ignored;  /* Go files that are not built in some cell */
    Str nothing;  /* why there was no file, by the last cell without one */
    Modules modules;
    bool has_modules;
    CompatAnswer answer;
} CompatRun;

/* ---- a cell ---- */

/* Puts a name into a set that outlives it. */
static void note(CompatRun *run, Map *set, Str name)
{
    if (map_get(set, name) == NULL) {
        map_put(set, str_copy(run->inv->arena, name), NULL);
    }
}

static void take_unit(CompatRun *run, Arena scratch, const TypecheckUnit *unit,
                      const UnitResult *result)
{
    if (!unit->is_asked_for) {
        return;
    }
    if (unit->n_files > 0) {
        note(run, &run->packages, unit->path);
    } else if (unit->faults.len > 0) {
        run->nothing = str_copy(run->inv->arena, unit->faults.ptr[0].message);
    }
    for (isize i = 0; i < result->errors.len; i++) {
        const DiagnosisPart *e = &result->errors.ptr[i].main;
        note(run, &run->errors,
             str_format(&scratch, "%.*s:%td:%td:%.*s", STR_ARG(e->at.file), e->at.line,
                        e->at.column, STR_ARG(e->message)));
    }
    run->answer.n_errors += result->n_dropped;
}

/* Tests that nobody asked for are not missed. */
static void take_ignored(CompatRun *run, Arena scratch, const Package *p)
{
    const Strs *names = &p->lists[LIST_IGNORED_GO];
    bool wants_tests = option_is_set(run->inv, OPTION_TEST);
    for (isize i = 0; i < names->len; i++) {
        Str path = path_join(&scratch, p->dir, names->ptr[i]);
        if (wants_tests || !str_ends_with(path, S("_test.go"))) {
            note(run, &run->ignored, path);
        }
    }
}

static void take(void *context, const CheckCell *cell)
{
    CompatRun *run = context;
    usage_take(run->usage, &cell->units);
    for (isize i = 0; i < cell->units.len; i++) {
        take_unit(run, cell->arena, &cell->units.ptr[i], cell->results[i]);
    }
    for (isize i = 0; i < cell->loaded.list.len; i++) {
        take_ignored(run, cell->arena, cell->loaded.list.ptr[i]);
    }
}

/* ---- all cells ---- */

/* N of Go "1.N"; 0: not known. */
static int minor_of(Str version)
{
    GoVersion v;
    int64_t n;
    return goversion_parse(version, &v) && str_eq(v.major, S("1")) &&
                   str_parse_decimal(v.minor, STDSYMBOLS_MAX_MINOR, &n)
               ? (int)n
               : 0;
}

static bool prepare(CompatRun *run, int *ret_code, Err *err)
{
    Invocation *inv = run->inv;
    if (!checkgrid_of_options(inv, run->context, &run->grid, err) ||
        !checkrun_find_side(inv, run->context, &run->grid.gos[0], &run->go, ret_code, err)) {
        return false;
    }
    run->patterns = buildcontext_patterns(inv, run->go.found_mains, run->context->dir);
    return stdsymbols_read(inv->arena, run->go.build.goroot, minor_of(run->go.build.go_version),
                           goenv_value(&run->go.build.env, S("GOEXPERIMENT")).len > 0,
                           &run->answer.std, err);
}

static void count(CompatRun *run)
{
    CompatAnswer *answer = &run->answer;
    answer->n_packages = run->packages.len;
    answer->n_files = usage_count_files(run->usage);
    answer->n_errors += run->errors.len;
    for (isize i = 0; i < run->ignored.cap; i++) {
        Str path = run->ignored.slots[i].key;
        answer->n_left_out += path.ptr != NULL && !usage_has_file(run->usage, path);
    }
}

/* As the newest language there is, so that nothing is refused. */
static bool check(CompatRun *run, int *ret_code, Err *err)
{
    Invocation *inv = run->inv;
    run->usage = usage_new(inv->arena, &run->answer.std, TYPECHECK_MAX_WORKERS);
    CheckWish wish = {.units.lang = UNITS_NEWEST,
                      .wants_tests = option_is_set(inv, OPTION_TEST),
                      .wants_no_cache = true,
                      .patterns = run->patterns.ptr,
                      .n_patterns = run->patterns.len,
                      .witness = usage_witness,
                      .witness_context = run->usage,
                      .take = take,
                      .take_context = run};
    bool ok = checkrun_run(inv, run->context, &wish, &run->grid, &run->go, ret_code, err);
    if (ok) {
        run->answer.uses = usage_complete(run->usage);
        count(run);
    }
    usage_done(run->usage);
    if (ok && run->packages.len == 0) {
        FAIL(err, ERR_NOT_FOUND, "%.*s", STR_ARG(run->nothing));
        return run->go.found_mains == NULL &&
               err_hint(err, "in the directory of a go.mod, or one below it");
    }
    return ok;
}

/* ---- modules, and all together ---- */

static Str go_line(const CompatRun *run)
{
    if (run->go.found_mains == NULL) {
        return (Str){0};
    }
    return run->go.mains.work_file.len > 0 ? mainmods_go_of_work(&run->go.mains.work)
                                           : mainmods_go_of_mod(&run->go.mains.ptr[0].mod);
}

static bool judge_modules(CompatRun *run, CompatGos *gos, Err *err)
{
    Invocation *inv = run->inv;
    run->answer.has_modules = run->go.found_mains != NULL;
    if (!run->answer.has_modules) {
        return true;
    }
    run->has_modules = true;
    return modules_load(inv, run->context, &run->modules, err) &&
           (gos->len > 0 || compatgos_usual(inv, run->context, &run->go.mains, gos, err)) &&
           compat_judge(inv->arena, &run->modules.graph, gos, &run->answer.modules, err);
}

static bool judge(CompatRun *run, CompatGos *gos, Err *err)
{
    CompatAnswer *answer = &run->answer;
    const MainMods *mains = run->go.found_mains;
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
                     .answer.grid = &run.grid,
                     .packages = map_init(inv->arena),
                     .errors = map_init(inv->arena),
                     .ignored = map_init(inv->arena),
                     .nothing = S("there is no Go file to look at")};
    CompatGos gos = {0};
    bool ok = compatgos_asked(inv, &gos, err) && prepare(&run, ret_code, err);
    run.answer.is_asked = gos.len > 0;
    ok = ok && check(&run, ret_code, err) && judge(&run, &gos, err);
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
