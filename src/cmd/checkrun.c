/*
 * A cell is loaded and checked on an arena that the next but one uses again: what stays is what was
 * found, copied. While one is checked, the next one is loaded.
 */
#include "cmd/checkrun.h"

#include "base/path.h"
#include "base/sort.h"
#include "cmd/buildcontext.h"
#include "go/load/load.h"
#include "go/preflight/preflight.h"
#include "os/pool.h"
#include "os/self.h"

/* How a package was met, a value of CheckRun.packages: bits. */
#define MET_IMPORTED 1
#define MET_ASKED 2

/* What all cells of one Go share. */
typedef struct {
    BuildContext build; /* without a target */
    MainMods mains;
    const MainMods *found_mains; /* NULL: there are none */
    bool is_found;
} GoSide;

/* What one cell was checked for; everything on its arena. */
typedef struct {
    Arena arena;
    BuildContext build;
    Loaded loaded;
    TypecheckUnits units;
    TypecheckOptions options;
    const UnitResult *const *results; /* by unit */
    Typecheck *checked;               /* NULL: they are not from there */
    GoSide *side;
    isize index;
    bool is_loaded;
} Cell;

typedef struct {
    Invocation *inv;
    ToolchainContext *context;
    const CheckWish *wish;
    CheckRun *run;
    GoSide *sides;   /* by Go */
    Arena arenas[2]; /* of one cell after the other, by turns */
    isize n_opened;
    LoadCache *cache;     /* NULL: there is one cell alone */
    CheckCache *kept;     /* of other runs; NULL: none is wanted, or can be */
    Preflight *preflight; /* NULL: there is one cell alone, and nothing kept */
    isize *n_matched;     /* by pattern: packages, in any cell */
    isize n_patterns;     /* that the arguments are; 0: they are files */
    Str nothing;          /* why there was no package in the last cell without one */
    bool has_any;         /* a cell had a package */
} Runner;

/* ---- a cell ---- */

static bool find_side(Runner *r, isize go, GoSide **ret, int *ret_code, Err *err)
{
    GoSide *side = &r->sides[go];
    const GridGo *named = &r->run->grid.gos[go];
    *ret = side;
    if (side->is_found) {
        return true;
    }
    side->is_found =
        buildcontext_find_go(r->inv, r->context, named->root, named->version, &side->build, err) &&
        buildcontext_find_mains(r->inv, &side->build.env, r->context->dir, &side->mains,
                                &side->found_mains, err);
    if (side->is_found && side->found_mains != NULL) {
        buildcontext_warn_of_newer_go(r->inv, &side->build, &side->mains, ret_code);
    }
    return side->is_found;
}

static bool find_build(Runner *r, const GridCell *at, const GoSide *side, Cell *cell, Err *err)
{
    CheckGrid *g = &r->run->grid;
    const GridTags *tags = &g->tags[at->tags];
    Platform *target = &g->targets[at->target];
    TargetWish wish = {
        .os = target->os, .arch = target->arch, .tags = tags->is_said ? &tags->text : NULL};
    if (!buildcontext_aim(&cell->arena, &side->build, &wish, &cell->build, err)) {
        return false;
    }
    if (target->os.len == 0) { /* that of the environment is known only now */
        *target = (Platform){str_copy(r->run->arena, cell->build.target.os),
                             str_copy(r->run->arena, cell->build.target.arch)};
    }
    return true;
}

/* All that a cell's load needs, found by one thread. */
static bool open_cell(Runner *r, isize index, Cell **ret, int *ret_code, Err *err)
{
    GridCell at = checkgrid_cell(&r->run->grid, index);
    Cell *cell = ARENA_NEW(r->run->arena, Cell);
    cell->index = index;
    cell->arena = r->arenas[r->n_opened++ % 2]; /* its cursor: the next but one begins there, too */
    *ret = cell;
    return find_side(r, at.go, &cell->side, ret_code, err) &&
           find_build(r, &at, cell->side, cell, err);
}

static bool load_cell(const Runner *r, Cell *cell, Err *err)
{
    const GoSide *side = cell->side;
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
                         err);
}

/* What every cell has, in the same order, told when the last one is done. */
static void count_matches(Runner *r, const Loaded *l)
{
    if (r->n_matched == NULL) {
        r->n_matched = ARENA_ARRAY(r->run->arena, isize, l->matches.len);
        r->n_patterns = l->matches.len;
    }
    for (isize i = 0; i < MIN(l->matches.len, r->n_patterns); i++) {
        r->n_matched[i] += l->matches.ptr[i].paths.len + l->matches.ptr[i].errors.len;
    }
}

static void warn_of_empty_patterns(const Runner *r)
{
    for (isize i = 0; i < r->n_patterns; i++) {
        if (r->n_matched[i] == 0) {
            report_warn(r->inv->report, "\"%.*s\" matched no packages",
                        STR_ARG(i < r->wish->n_patterns ? r->wish->patterns[i] : S(".")));
        }
    }
}

/* Outside of every module few patterns mean anything. */
static void warn_of_no_module(const Runner *r)
{
    const GoSide *side = &r->sides[0];
    bool has_fault = false;
    for (isize i = 0; i < r->run->findings.len; i++) {
        has_fault = has_fault || r->run->findings.ptr[i].what.main.at.line == 0;
    }
    if (has_fault && side->is_found && side->found_mains == NULL) {
        report_warn(r->inv->report,
                    "no go.mod in '%.*s' or above it; try: go mod init, or Go files",
                    STR_ARG(r->context->dir));
    }
}

/* A directory that was asked for, and has no Go file. */
static bool is_nothing(const Loaded *l)
{
    isize n = 0;
    for (isize i = 0; i < l->list.len; i++) {
        const Package *p = l->list.ptr[i];
        n += p->error != NULL && p->build == NULL && p->dir.len > 0;
    }
    return n == l->list.len;
}

static bool check_alone(Cell *cell, Err *err)
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

/* Whether there is anything in a cell, and why not. */
static void note_packages(Runner *r, const Loaded *l)
{
    count_matches(r, l);
    if (is_nothing(l)) {
        Str words =
            l->list.len > 0 ? l->list.ptr[0]->error->words : S("there is no package to check");
        r->nothing = str_copy(r->run->arena, words);
    } else {
        r->has_any = true;
    }
}

/* The arena of the run is left alone: the load of the next cell may ask for variables of Go, which
 * are worked out there. */
static bool check_cell(const Runner *r, Cell *cell, Err *err)
{
    cell->options = (TypecheckOptions){.units = &cell->units,
                                       .arch = cell->build.target.arch,
                                       .go_minor = (int)cell->build.target.go_minor,
                                       .jobs = r->inv->jobs};
    return r->preflight != NULL
               ? preflight_run(r->preflight, &cell->arena, &cell->options, &cell->results, err)
               : check_alone(cell, err);
}

static void close_cell(Cell *cell)
{
    if (cell->checked != NULL) {
        typecheck_done(cell->checked);
    }
    if (cell->is_loaded) {
        load_done(&cell->loaded);
    }
}

/* ---- what was found ---- */

static Str key_of(Arena *a, const DiagnosisPart *p)
{
    return str_format(a, "%.*s:%td:%td:%.*s", STR_ARG(p->at.file), p->at.line, p->at.column,
                      STR_ARG(p->message));
}

static void add_finding(CheckRun *run, Arena scratch, const Diagnosis *d, isize cell)
{
    Str key = key_of(&scratch, &d->main);
    const isize *known = map_get(&run->by_text, key);
    isize at = known == NULL ? 0 : *known;
    if (at == 0) {
        *VEC_PUSH(run->arena, &run->findings) =
            (CheckFinding){.what = diagnosis_copy(run->arena, d),
                           .cells = ARENA_ARRAY(run->arena, bool, run->grid.n_cells)};
        at = run->findings.len;
        *map_put(&run->by_text, str_copy(run->arena, key), NULL) = at;
    }
    run->findings.ptr[at - 1].cells[cell] = true;
}

static void count_package(CheckRun *run, const TypecheckUnit *unit)
{
    isize met = unit->is_asked_for ? MET_ASKED : MET_IMPORTED;
    const isize *known = map_get(&run->packages, unit->path);
    isize before = known == NULL ? 0 : *known;
    if ((before & met) == 0) {
        Str path = known == NULL ? str_copy(run->arena, unit->path) : unit->path;
        *map_put(&run->packages, path, NULL) = before | met;
        run->coverage.n_packages += met == MET_ASKED;
        run->coverage.n_imported += met == MET_IMPORTED;
    }
}

/* In each cell they may well be the same. */
static void count_dropped(CheckRun *run, const TypecheckUnit *unit, isize n)
{
    const isize *known = map_get(&run->dropped, unit->path);
    isize before = known == NULL ? 0 : *known;
    if (n > before) {
        *map_put(&run->dropped, str_copy(run->arena, unit->path), NULL) = n;
        run->n_dropped += n - before;
    }
}

static void gather(CheckRun *run, const Cell *cell, isize index)
{
    CheckCoverage *sum = &run->coverage;
    for (isize i = 0; i < cell->units.len; i++) {
        const TypecheckUnit *unit = &cell->units.ptr[i];
        const UnitResult *result = cell->results[i];
        count_package(run, unit);
        sum->n_checked += result->is_checked;
        sum->n_files += result->n_files;
        sum->n_lines += result->n_lines;
        sum->n_expressions += result->n_expressions;
        sum->n_untyped += result->n_untyped;
        count_dropped(run, unit, result->n_dropped);
        for (isize k = 0; k < unit->n_imports; k++) {
            sum->n_missing += unit->imports[k].unit < 0;
        }
        for (isize n = 0; n < result->errors.len; n++) {
            add_finding(run, cell->arena, &result->errors.ptr[n], index);
        }
    }
}

static int compare_numbers(isize x, isize y)
{
    return (x > y) - (x < y);
}

/* By package, which is a folder, then by place. */
static int compare(const void *a, const void *b)
{
    const DiagnosisPart *x = &((const CheckFinding *)a)->what.main;
    const DiagnosisPart *y = &((const CheckFinding *)b)->what.main;
    int order = str_compare(path_dir(x->at.file), path_dir(y->at.file));
    order = order != 0 ? order : str_compare(x->at.file, y->at.file);
    order = order != 0 ? order : compare_numbers(x->at.line, y->at.line);
    order = order != 0 ? order : compare_numbers(x->at.column, y->at.column);
    return order != 0 ? order : str_compare(x->message, y->message);
}

/* ---- what is kept of other runs ---- */

/* What a cache is about: the module or workspace that is checked, else the folder. */
static Str name_of_cache(const Runner *r, const GoSide *side)
{
    const MainMods *mains = side->found_mains;
    if (mains == NULL || mains->len == 0) {
        return r->context->dir;
    }
    return mains->work_file.len > 0 ? mains->work_file : mains->ptr[0].file;
}

static bool open_cache(Runner *r, int *ret_code, Err *err)
{
    GoSide *side;
    Str home, build = self_build_id();
    Err ignored;
    if (r->wish->wants_no_cache || build.len == 0 ||
        !command_home(r->run->arena, r->inv->env, &home, &ignored)) {
        return true;
    }
    if (!find_side(r, checkgrid_cell(&r->run->grid, 0).go, &side, ret_code, err)) {
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
        Arena a = *r->run->arena;
        report_detail(r->inv->report, "%.*s", STR_ARG(err_format(&a, &err)));
    }
}

/* ---- all cells ---- */

/* Two cells, of which one is checked while the next one is loaded. */
typedef struct {
    const Runner *runner;
    Cell *checked, *loaded; /* NULL: none */
    bool prepares;          /* the loaded one is looked at already */
} CellPair;

static bool load_next(const CellPair *s, Err *err)
{
    const Runner *r = s->runner;
    Cell *cell = s->loaded;
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
static bool run_step(Runner *r, Cell *loaded, isize index, Cell **ret, int *ret_code, Err *err)
{
    CellPair s = {.runner = r, .checked = loaded};
    bool ok = index < 0 || open_cell(r, index, &s.loaded, ret_code, err);
    isize n_workers = loaded == NULL || s.loaded == NULL ? 1 : MIN(r->inv->jobs, 2);
    s.prepares = n_workers > 1 && r->preflight != NULL && preflight_wants_next(r->preflight);
    ok = ok && pool_run(2, n_workers, run_part, &s, err);
    if (ok && loaded != NULL) {
        note_packages(r, &loaded->loaded);
        gather(r->run, loaded, loaded->index);
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
    const CheckGrid *g = &r->run->grid;
    Cell *loaded = NULL;
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
    const CheckGrid *g = &r->run->grid;
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
                  const CheckGrid *grid, CheckRun *ret, int *ret_code, Err *err)
{
    Arena *a = inv->arena;
    *ret = (CheckRun){.arena = a,
                      .grid = *grid,
                      .by_text = map_init(a),
                      .packages = map_init(a),
                      .dropped = map_init(a)};
    Runner r = {.inv = inv,
                .context = c,
                .wish = wish,
                .run = ret,
                .sides = ARENA_ARRAY(a, GoSide, grid->n_gos)};
    if (!run_cells(&r, ret_code, err)) {
        return false;
    }
    warn_of_empty_patterns(&r);
    warn_of_no_module(&r);
    if (!r.has_any) {
        return FAIL(err, ERR_NOT_FOUND, "%.*s", STR_ARG(r.nothing));
    }
    sort_array(ret->findings.ptr, ret->findings.len, sizeof(*ret->findings.ptr), compare);
    return true;
}
