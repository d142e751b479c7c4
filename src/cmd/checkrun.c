/*
 * A cell is loaded and checked on an arena that the next but one uses again: what stays is what was
 * found, copied. While one is checked, the next one is loaded.
 */
#include "cmd/checkrun.h"

#include "base/panic.h"
#include "go/load/rootcheck.h"
#include "go/preflight/preflight.h"
#include "os/pool.h"
#include "os/self.h"

typedef struct {
    Invocation *inv;
    ToolchainContext *context;
    const CheckWish *wish;
    const CheckGrid *grid;
    CheckSide *sides; /* by Go */
    Arena arenas[2];  /* of one cell after the other, by turns */
    isize n_opened;
    LoadCache *cache;     /* NULL: there is one cell alone */
    CheckCache *kept;     /* of other runs; NULL: none is wanted, or can be */
    Preflight *preflight; /* NULL: there is one cell alone, and nothing kept */
} Runner;

/* ---- a cell ---- */

bool checkrun_find_side(Invocation *inv, ToolchainContext *c, const GridGo *go, CheckSide *side,
                        int *ret_code, Err *err)
{
    if (side->is_found) {
        return true;
    }
    side->is_found =
        buildcontext_find_go(inv, c, go->root, go->version, &side->build, err) &&
        buildcontext_find_mains(inv, &side->build, c->dir, &side->mains, &side->found_mains, err);
    if (side->is_found && side->found_mains != NULL) {
        buildcontext_warn_of_newer_go(inv, &side->build, &side->mains, ret_code);
    }
    return side->is_found;
}

static bool find_side(const Runner *r, isize go, const CheckSide **ret, int *ret_code, Err *err)
{
    *ret = &r->sides[go];
    return checkrun_find_side(r->inv, r->context, &r->grid->gos[go], &r->sides[go], ret_code, err);
}

static bool find_build(const Runner *r, const GridCell *at, const CheckSide *side, CheckCell *cell,
                       Err *err)
{
    const CheckGrid *g = r->grid;
    const GridTags *tags = &g->tags[at->tags];
    Platform *target = &g->targets[at->target];
    TargetWish wish = {
        .os = target->os, .arch = target->arch, .tags = tags->is_said ? &tags->text : NULL};
    if (!buildcontext_aim(&cell->arena, &side->build, &wish, &cell->build, err)) {
        return false;
    }
    if (target->os.len == 0) { /* that of the environment is known only now */
        *target = (Platform){str_copy(r->inv->arena, cell->build.target.os),
                             str_copy(r->inv->arena, cell->build.target.arch)};
    }
    return true;
}

/* All that a cell's load needs, found by one thread. */
static bool open_cell(Runner *r, isize index, CheckCell **ret, int *ret_code, Err *err)
{
    GridCell at = checkgrid_cell(r->grid, index);
    CheckCell *cell = ARENA_NEW(r->inv->arena, CheckCell);
    cell->index = index;
    cell->arena = r->arenas[r->n_opened++ % 2]; /* its cursor: the next but one begins there, too */
    *ret = cell;
    return find_side(r, at.go, &cell->side, ret_code, err) &&
           find_build(r, &at, cell->side, cell, err);
}

static bool load_cell(const Runner *r, CheckCell *cell, Err *err)
{
    const CheckSide *side = cell->side;
    LoadOptions o = {.env = &side->build.env,
                     .goroot = side->build.goroot,
                     .go_version = side->build.go_version,
                     .dir = r->context->dir,
                     .mains = side->found_mains,
                     .target = &cell->build.target,
                     .wants_tests = r->wish->wants_tests,
                     .ignores_profiles = true,
                     .jobs = r->inv->jobs,
                     .cache = r->cache};
    cell->is_loaded = true;
    return load_packages(&cell->arena, &o, r->wish->patterns, r->wish->n_patterns, &cell->loaded,
                         err) &&
           rootcheck_run(&cell->loaded, err);
}

static bool check_alone(CheckCell *cell, Err *err)
{
    if (!typecheck_run(&cell->arena, &cell->options, &cell->checked, err)) {
        return false;
    }
    const UnitResult **results = ARENA_ARRAY(&cell->arena, const UnitResult *, cell->units.len);
    for (isize i = 0; i < cell->units.len; i++) {
        results[i] = typecheck_result(cell->checked, i);
    }
    cell->results = results;
    return true;
}

/* The arena of the run is left alone: the load of the next cell may ask for variables of Go, which
 * are worked out there. */
static bool check_cell(const Runner *r, CheckCell *cell, Err *err)
{
    cell->options = (TypecheckOptions){.units = &cell->units,
                                       .arch = cell->build.target.arch,
                                       .go_minor = (int)cell->build.target.go_minor,
                                       .records = r->wish->witness != NULL,
                                       .jobs = r->inv->jobs,
                                       .witness = r->wish->witness,
                                       .witness_context = r->wish->witness_context};
    return r->preflight != NULL
               ? preflight_run(r->preflight, &cell->arena, &cell->options, &cell->results, err)
               : check_alone(cell, err);
}

static void close_cell(CheckCell *cell)
{
    if (cell->checked != NULL) {
        typecheck_done(cell->checked);
    }
    if (cell->is_loaded) {
        load_done(&cell->loaded);
    }
}

/* ---- what is kept of other runs ---- */

/* What a cache is about: the module or workspace that is checked, else the folder. */
static Str name_of_cache(const Runner *r, const CheckSide *side)
{
    const MainMods *mains = side->found_mains;
    if (mains == NULL || mains->len == 0) {
        return r->context->dir;
    }
    return mains->work_file.len > 0 ? mains->work_file : mains->ptr[0].file;
}

static bool open_cache(Runner *r, int *ret_code, Err *err)
{
    const CheckSide *side;
    Str home, build = self_build_id();
    Err ignored;
    if (r->wish->wants_no_cache || build.len == 0 ||
        !command_home(r->inv->arena, r->inv->env, &home, &ignored)) {
        return true;
    }
    if (!find_side(r, checkgrid_cell(r->grid, 0).go, &side, ret_code, err)) {
        return false;
    }
    r->kept = checkcache_open(home, name_of_cache(r, side), build);
    Str trouble = checkcache_trouble(r->kept);
    if (trouble.len > 0) {
        report_detail(r->inv->report, "nothing is known of earlier checks: %.*s", STR_ARG(trouble));
    }
    return true;
}

/* That nothing can be kept is no reason to fail. */
static void keep(Runner *r)
{
    Err err = {0};
    PreflightCount n = preflight_count(r->preflight);
    report_detail(r->inv->report, "%td packages were checked, %td were known", n.n_checked,
                  n.n_known);
    preflight_keep(r->preflight);
    if (!checkcache_save(r->kept, &err)) {
        Arena a = *r->inv->arena;
        report_detail(r->inv->report, "%.*s", STR_ARG(err_format(&a, &err)));
    }
}

/* ---- all cells ---- */

/* Two cells, of which one is checked while the next one is loaded. */
typedef struct {
    const Runner *runner;
    CheckCell *checked, *loaded; /* NULL: none */
    bool prepares;               /* the loaded one is looked at already */
} CellPair;

static bool load_next(const CellPair *s, Err *err)
{
    const Runner *r = s->runner;
    CheckCell *cell = s->loaded;
    if (!load_cell(r, cell, err)) {
        return false;
    }
    units_of_loaded(&cell->arena, &cell->loaded, &r->wish->units, &cell->units);
    if (s->prepares) {
        preflight_prepare(r->preflight, &cell->arena, &cell->units);
    }
    return true;
}

static bool run_part(void *context, isize part, isize worker, Err *err)
{
    CellPair *s = context;
    (void)worker;
    return part == 0 ? s->checked == NULL || check_cell(s->runner, s->checked, err)
                     : s->loaded == NULL || load_next(s, err);
}

/* Checks the cell that is loaded, and loads the next one, if there is one: index -1. */
static bool run_step(Runner *r, CheckCell *loaded, isize index, CheckCell **ret, int *ret_code,
                     Err *err)
{
    CellPair s = {.runner = r, .checked = loaded};
    bool ok = index < 0 || open_cell(r, index, &s.loaded, ret_code, err);
    isize n_workers = loaded == NULL || s.loaded == NULL ? 1 : MIN(r->inv->jobs, 2);
    s.prepares = n_workers > 1 && r->preflight != NULL && preflight_wants_next(r->preflight);
    ok = ok && pool_run(2, n_workers, run_part, &s, err);
    if (ok && loaded != NULL) {
        r->wish->take(r->wish->take_context, loaded);
    }
    if (loaded != NULL) {
        close_cell(loaded);
    }
    *ret = s.loaded;
    return ok;
}

static isize next_port(const CheckGrid *g, isize index)
{
    do {
        index++;
    } while (index < g->n_cells && !g->is_port[index]);
    return index < g->n_cells ? index : -1;
}

static bool run_ports(Runner *r, int *ret_code, Err *err)
{
    const CheckGrid *g = r->grid;
    CheckCell *loaded = NULL;
    bool ok = true;
    isize index = next_port(g, -1);
    do {
        ok = run_step(r, loaded, index, &loaded, ret_code, err);
        index = index < 0 ? -1 : next_port(g, index);
    } while (ok && loaded != NULL);
    if (loaded != NULL) {
        close_cell(loaded);
    }
    return ok;
}

static void close_run(Runner *r)
{
    if (r->preflight != NULL) {
        preflight_done(r->preflight);
    }
    if (r->kept != NULL) {
        checkcache_done(r->kept);
    }
    if (r->cache != NULL) {
        loadcache_done(r->cache);
    }
    arena_done(&r->arenas[0]);
    arena_done(&r->arenas[1]);
}

static bool run_cells(Runner *r, int *ret_code, Err *err)
{
    const CheckGrid *g = r->grid;
    bool is_single = g->n_cells == 1;
    if (!open_cache(r, ret_code, err)) {
        return false;
    }
    r->arenas[0] = arena_init(MIB);
    r->arenas[1] = arena_init(MIB);
    r->cache = is_single ? NULL : loadcache_new();
    if (!is_single || r->kept != NULL) {
        PreflightOptions o = {.jobs = r->inv->jobs, .is_single = is_single, .cache = r->kept};
        r->preflight = preflight_new(&o);
    }
    bool ok = run_ports(r, ret_code, err);
    if (ok && r->kept != NULL) {
        keep(r);
    }
    close_run(r);
    return ok;
}

bool checkrun_run(Invocation *inv, ToolchainContext *c, const CheckWish *wish,
                  const CheckGrid *grid, CheckSide *sides, int *ret_code, Err *err)
{
    ASSERT(wish->witness == NULL || wish->wants_no_cache);
    Runner r = {.inv = inv, .context = c, .wish = wish, .grid = grid, .sides = sides};
    return run_cells(&r, ret_code, err);
}
