/*
 * What is wrong in a cell is copied while the cell is there, so the lists outlive all of them.
 */
#include "cmd/checkfindings.h"

#include "base/path.h"
#include "base/sort.h"
#include "go/load/profiles.h"

/* How a package was met, a value of CheckFindings.packages: bits. */
#define MET_IMPORTED 1
#define MET_ASKED 2

typedef struct {
    Invocation *inv;
    ToolchainContext *context;
    const CheckWish *wish;
    CheckFindings *all;
    CheckSide *sides; /* by Go */
    isize *n_matched; /* by pattern: packages, in any cell */
    isize n_patterns; /* that the arguments are; 0: they are files */
    Str nothing;      /* why there was no package in the last cell without one */
    bool has_any;     /* a cell had a package */
} Gatherer;

/* ---- packages ---- */

/* What every cell has, in the same order, told when the last one is done. */
static void count_matches(Gatherer *g, const Loaded *l)
{
    if (g->n_matched == NULL) {
        g->n_matched = ARENA_ARRAY(g->all->arena, isize, l->matches.len);
        g->n_patterns = l->matches.len;
    }
    for (isize i = 0; i < MIN(l->matches.len, g->n_patterns); i++) {
        g->n_matched[i] += l->matches.ptr[i].paths.len + l->matches.ptr[i].errors.len;
    }
}

static void warn_of_empty_patterns(const Gatherer *g)
{
    for (isize i = 0; i < g->n_patterns; i++) {
        if (g->n_matched[i] == 0) {
            report_warn(g->inv->report, "\"%.*s\" matched no packages",
                        STR_ARG(i < g->wish->n_patterns ? g->wish->patterns[i] : S(".")));
        }
    }
}

/* Outside of every module few patterns mean anything. */
static void warn_of_no_module(const Gatherer *g)
{
    const CheckSide *side = &g->sides[0];
    bool has_fault = false;
    for (isize i = 0; i < g->all->list.len; i++) {
        has_fault = has_fault || g->all->list.ptr[i].what.main.at.line == 0;
    }
    if (has_fault && side->is_found && side->found_mains == NULL) {
        report_warn(g->inv->report,
                    "no go.mod in '%.*s' or above it; try: go mod init, or Go files",
                    STR_ARG(g->context->dir));
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

/* Whether there is anything in a cell, and why not. */
static void note_packages(Gatherer *g, const Loaded *l)
{
    count_matches(g, l);
    if (is_nothing(l)) {
        Str words =
            l->list.len > 0 ? l->list.ptr[0]->error->words : S("there is no package to check");
        g->nothing = str_copy(g->all->arena, words);
    } else {
        g->has_any = true;
    }
}

/* ---- what is wrong ---- */

static Str key_of(Arena *a, const DiagnosisPart *p)
{
    return str_format(a, "%.*s:%td:%td:%.*s", STR_ARG(p->at.file), p->at.line, p->at.column,
                      STR_ARG(p->message));
}

static void add_finding(CheckFindings *all, Arena scratch, const Diagnosis *d, isize cell)
{
    Str key = key_of(&scratch, &d->main);
    const isize *known = map_get(&all->by_text, key);
    isize at = known == NULL ? 0 : *known;
    if (at == 0) {
        *VEC_PUSH(all->arena, &all->list) =
            (CheckFinding){.what = diagnosis_copy(all->arena, d),
                           .cells = ARENA_ARRAY(all->arena, bool, all->grid.n_cells)};
        at = all->list.len;
        *map_put(&all->by_text, str_copy(all->arena, key), NULL) = at;
    }
    all->list.ptr[at - 1].cells[cell] = true;
}

static void count_package(CheckFindings *all, const TypecheckUnit *unit)
{
    isize met = unit->is_asked_for ? MET_ASKED : MET_IMPORTED;
    const isize *known = map_get(&all->packages, unit->path);
    isize before = known == NULL ? 0 : *known;
    if ((before & met) == 0) {
        Str path = known == NULL ? str_copy(all->arena, unit->path) : unit->path;
        *map_put(&all->packages, path, NULL) = before | met;
        all->coverage.n_packages += met == MET_ASKED;
        all->coverage.n_imported += met == MET_IMPORTED;
    }
}

/* In each cell they may well be the same. */
static void count_dropped(CheckFindings *all, const TypecheckUnit *unit, isize n)
{
    const isize *known = map_get(&all->dropped, unit->path);
    isize before = known == NULL ? 0 : *known;
    if (n > before) {
        *map_put(&all->dropped, str_copy(all->arena, unit->path), NULL) = n;
        all->n_dropped += n - before;
    }
}

/* More than one in all the tests of a package, those from outside of it as well: go test names no
 * place (loadTestFuncs of cmd/go/internal/load). */
static void add_test_mains(CheckFindings *all, const CheckCell *cell, isize index)
{
    const TypecheckUnit *unit = &cell->units.ptr[index];
    isize own = cell->results[index]->n_test_mains;
    isize others = unit->tested == 0 ? 0 : cell->results[unit->tested - 1]->n_test_mains;
    if (own == 0 || own + others < 2) {
        return;
    }
    Diagnosis d = {.main = {.message = S("multiple definitions of TestMain"),
                            .at.file = path_dir(unit->files[0])}};
    add_finding(all, cell->arena, &d, cell->index);
}

static void gather(CheckFindings *all, const CheckCell *cell)
{
    CheckCoverage *sum = &all->coverage;
    for (isize i = 0; i < cell->units.len; i++) {
        const TypecheckUnit *unit = &cell->units.ptr[i];
        const UnitResult *result = cell->results[i];
        count_package(all, unit);
        sum->n_checked += result->is_checked;
        sum->n_files += result->n_files;
        sum->n_lines += result->n_lines;
        sum->n_expressions += result->n_expressions;
        sum->n_untyped += result->n_untyped;
        sum->n_own_expressions += unit->is_asked_for ? result->n_expressions : 0;
        sum->n_own_untyped += unit->is_asked_for ? result->n_untyped : 0;
        count_dropped(all, unit, result->n_dropped);
        for (isize k = 0; k < unit->n_imports; k++) {
            sum->n_missing += unit->imports[k].unit < 0;
        }
        for (isize n = 0; n < result->errors.len; n++) {
            add_finding(all, cell->arena, &result->errors.ptr[n], cell->index);
        }
        add_test_mains(all, cell, i);
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

/* The compiler's words for every package. */
static void add_missing_profile(CheckFindings *all, const CheckCell *cell, Str dir)
{
    Arena a = cell->arena;
    Str path = profiles_missing(&a, &cell->build.env, dir);
    if (path.len > 0) {
        Str words = str_format(&a, "error opening profile: open %.*s: no such file or directory",
                               STR_ARG(path));
        Diagnosis d = {.main = {.message = words, .at.file = path}};
        add_finding(all, a, &d, cell->index);
    }
}

/* ---- all cells ---- */

static void take(void *context, const CheckCell *cell)
{
    Gatherer *g = context;
    note_packages(g, &cell->loaded);
    gather(g->all, cell);
    add_missing_profile(g->all, cell, g->context->dir);
}

bool checkfindings_find(Invocation *inv, ToolchainContext *c, const CheckWish *wish,
                        const CheckGrid *grid, CheckFindings *ret, int *ret_code, Err *err)
{
    Arena *a = inv->arena;
    *ret = (CheckFindings){.arena = a,
                           .grid = *grid,
                           .by_text = map_init(a),
                           .packages = map_init(a),
                           .dropped = map_init(a)};
    Gatherer g = {.inv = inv,
                  .context = c,
                  .wish = wish,
                  .all = ret,
                  .sides = ARENA_ARRAY(a, CheckSide, grid->n_gos)};
    CheckWish own = *wish;
    own.take = take;
    own.take_context = &g;
    if (!checkrun_run(inv, c, &own, grid, g.sides, ret_code, err)) {
        return false;
    }
    warn_of_empty_patterns(&g);
    warn_of_no_module(&g);
    if (!g.has_any) {
        return FAIL(err, ERR_NOT_FOUND, "%.*s", STR_ARG(g.nothing));
    }
    sort_array(ret->list.ptr, ret->list.len, sizeof(*ret->list.ptr), compare);
    return true;
}
