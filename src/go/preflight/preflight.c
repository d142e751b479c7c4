/*
 * For each target: the surface of every package, which one target has from another where the files
 * are the same; then a key for every package, of all that its check depends on. A key that was met
 * stands for the result that was found then. The other packages are checked, and of what those
 * mention, and so on, the declarations.
 *
 * What was found wrong may be told in words that depend on more than the key says: only packages
 * without errors are remembered.
 */
#include "go/preflight/preflight.h"

#include "base/map.h"
#include "go/preflight/filesurface.h"
#include "go/preflight/reach.h"
#include "go/types/gcarch.h"
#include "os/schedule.h"
#include "os/task.h"

#define MAX_KEPT (512 * MIB) /* texts and trees */

/* Of one thread. */
typedef struct {
    Arena kept;
    Arena scratch, own; /* of one unit */
} Worker;

struct Preflight {
    isize jobs;
    Arena arena;
    TypecheckRoom *room;
    Trees *trees; /* of it */
    Worker *workers;
    TaskLock *lock; /* of surfaces */
    FileSurfaces *files;
    VEC(const Surface *) surfaces;
    Map by_source; /* 1 + index in surfaces */
    VEC(UnitResult *) results;
    Map by_key; /* 1 + index in results */
    PreflightCount count;
};

/* One target. */
typedef struct {
    Preflight *preflight;
    Arena *arena;
    const TypecheckOptions *options;
    TypecheckUnits units; /* with their extents */
    const Surface **surfaces;
    Fingerprint *keys;
    const UnitResult **results; /* by unit; NULL: not known yet */
    UnitResult *results_of;     /* that are found now */
    Reach *reach;
    FingerprintText text; /* of a key that is made */
} Pass;

Preflight *preflight_new(isize jobs)
{
    Arena own = arena_init(MIB);
    Preflight *p = ARENA_NEW(&own, Preflight);
    p->lock = task_lock_new(&own);
    p->arena = own;
    p->jobs = jobs;
    p->room = typecheck_room_new(jobs, false, MAX_KEPT);
    p->trees = typecheck_room_trees(p->room);
    p->workers = ARENA_ARRAY(&p->arena, Worker, jobs);
    p->files = filesurfaces_new();
    p->by_source = map_init(&p->arena);
    p->by_key = map_init(&p->arena);
    for (isize i = 0; i < jobs; i++) {
        p->workers[i] = (Worker){arena_init(MIB), arena_init(MIB), arena_init(MIB)};
    }
    return p;
}

void preflight_done(Preflight *p)
{
    for (isize i = 0; i < p->jobs; i++) {
        arena_done(&p->workers[i].kept);
        arena_done(&p->workers[i].scratch);
        arena_done(&p->workers[i].own);
    }
    filesurfaces_done(p->files);
    typecheck_room_done(p->room);
    Arena own = p->arena;
    arena_done(&own);
}

PreflightCount preflight_count(const Preflight *p)
{
    return p->count;
}

/* ---- what fingerprints are made of ---- */

static Str str_of(const Fingerprint *f)
{
    return (Str){(const char *)f, sizeof *f};
}

static Str text_of(const NameTable *names, Name name)
{
    return name == 0 ? (Str){0} : name_text(names, name);
}

/* ---- surfaces ---- */

/* What a surface depends on. */
static Fingerprint source_of(Arena *a, const TypecheckUnit *unit, const NameTable *names,
                             const Name *import_names)
{
    FingerprintText s = {.arena = a};
    fingerprint_take(&s, &unit->ignores_bodies, sizeof unit->ignores_bodies);
    for (isize i = 0; i < unit->n_files; i++) {
        fingerprint_take_str(&s, unit->files[i]);
    }
    for (isize i = 0; i < unit->n_imports; i++) {
        fingerprint_take_str(&s, unit->imports[i].path);
        fingerprint_take_str(&s, text_of(names, import_names[i]));
    }
    return fingerprint_end(&s);
}

static const Surface *find_surface(Preflight *p, Str source)
{
    task_lock(p->lock);
    const isize *at = map_get(&p->by_source, source);
    const Surface *found = at == NULL ? NULL : p->surfaces.ptr[*at - 1];
    task_unlock(p->lock);
    return found;
}

static void keep_surface(Preflight *p, Str source, const Surface *surface)
{
    task_lock(p->lock);
    *VEC_PUSH(&p->arena, &p->surfaces) = surface;
    *map_put(&p->by_source, str_copy(&p->arena, source), NULL) = p->surfaces.len;
    task_unlock(p->lock);
}

/* own: of what the unit needs besides, trees that are not kept among it. */
static const Surface *make_surface(Pass *pass, Arena *own, const TypecheckUnit *unit,
                                   const Name *import_names, isize worker)
{
    Worker *w = &pass->preflight->workers[worker];
    const SourceTree **files = ARENA_ARRAY(own, const SourceTree *, unit->n_files);
    for (isize i = 0; i < unit->n_files; i++) {
        files[i] = trees_parse(pass->preflight->trees, worker, own, own, unit->files[i]);
    }
    Str *paths = ARENA_ARRAY(own, Str, unit->n_imports);
    for (isize i = 0; i < unit->n_imports; i++) {
        paths[i] = unit->imports[i].path;
    }
    SurfaceSource source = {
        .files = files,
        .n_files = unit->n_files,
        .import_paths = paths,
        .import_names = import_names,
        .n_imports = unit->n_imports,
        .names = trees_names(pass->preflight->trees),
        .ignores_bodies = unit->ignores_bodies,
        .known = pass->preflight->files,
    };
    return surface_of(&w->kept, w->scratch, &source);
}

static bool find_or_make_surface(void *context, isize index, isize worker, Err *err)
{
    Pass *pass = context;
    const TypecheckUnit *unit = &pass->units.ptr[index];
    Arena own = pass->preflight->workers[worker].own;
    Name *import_names = ARENA_ARRAY(&own, Name, unit->n_imports);
    (void)err;
    for (isize i = 0; i < unit->n_imports; i++) {
        isize imported = unit->imports[i].unit;
        import_names[i] = imported < 0 ? 0 : pass->surfaces[imported]->name;
    }
    Fingerprint source = source_of(&own, unit, trees_names(pass->preflight->trees), import_names);
    const Surface *surface = find_surface(pass->preflight, str_of(&source));
    if (surface == NULL) {
        surface = make_surface(pass, &own, unit, import_names, worker);
        keep_surface(pass->preflight, str_of(&source), surface);
    }
    pass->surfaces[index] = surface;
    return true;
}

static bool find_surfaces(Pass *pass, Err *err)
{
    ScheduleUnit *plan = typecheck_plan(pass->arena, &pass->units);
    pass->surfaces = ARENA_ARRAY(pass->arena, const Surface *, pass->units.len);
    return schedule_run(pass->arena, plan, pass->units.len, pass->preflight->jobs,
                        find_or_make_surface, pass, err);
}

/* ---- keys ---- */

/* As its files say it; empty: none can be read. */
static Str package_name(const Pass *pass, isize unit)
{
    return text_of(trees_names(pass->preflight->trees), pass->surfaces[unit]->name);
}

static void add_import(const Pass *pass, FingerprintText *s, const UnitImport *import)
{
    fingerprint_take_str(s, import->path);
    fingerprint_take_str(s, import->trouble);
    if (import->unit >= 0) {
        fingerprint_take_str(s, pass->units.ptr[import->unit].path);
        fingerprint_take_str(s, package_name(pass, import->unit));
    }
}

/* Of all that the check of a unit depends on. */
static Fingerprint key_of(Pass *pass, isize index)
{
    const TypecheckUnit *unit = &pass->units.ptr[index];
    const Surface *surface = pass->surfaces[index];
    GcArch arch = gcarch_of(pass->options->arch);
    int64_t numbers[] = {arch.word_size,         arch.max_align,     arch.max_width,
                         arch.is_wasm,           unit->version,      unit->takes_c,
                         unit->ignores_bodies,   unit->is_asked_for, unit->is_standard,
                         unit->is_complete,      unit->n_files,      unit->n_imports,
                         pass->options->go_minor};
    FingerprintText *s = &pass->text;
    fingerprint_take(s, numbers, sizeof numbers);
    fingerprint_take_str(s, unit->path);
    for (isize i = 0; i < unit->n_files; i++) {
        fingerprint_take_str(s, unit->files[i]);
    }
    for (isize i = 0; i < unit->n_imports; i++) {
        add_import(pass, s, &unit->imports[i]);
    }
    for (isize i = 0; i < surface->n_roots; i++) {
        Fingerprint f = reach_fingerprint(pass->reach, index, i);
        fingerprint_take(s, &f, sizeof f);
    }
    return fingerprint_end(s);
}

/* ---- what is checked ---- */

static void find_known(Pass *pass)
{
    Preflight *p = pass->preflight;
    pass->keys = ARENA_ARRAY(pass->arena, Fingerprint, pass->units.len);
    for (isize i = 0; i < pass->units.len; i++) {
        const TypecheckUnit *unit = &pass->units.ptr[i];
        pass->keys[i] = key_of(pass, i);
        const isize *at =
            unit->fault.message.len > 0 ? NULL : map_get(&p->by_key, str_of(&pass->keys[i]));
        if (at != NULL) {
            pass->results[i] = p->results.ptr[*at - 1];
            p->count.n_known++;
        }
    }
}

/* Of what need not be checked, what those need that must be. */
static void find_needed(Pass *pass)
{
    for (isize i = 0; i < pass->units.len; i++) {
        const Surface *s = pass->surfaces[i];
        for (isize k = 0; pass->results[i] == NULL && k < s->n_roots; k++) {
            reach_need(pass->reach, i, k);
        }
    }
    for (isize i = 0; i < pass->units.len; i++) {
        TypecheckUnit *unit = &pass->units.ptr[i];
        if (pass->results[i] == NULL) {
            continue;
        }
        unit->name = package_name(pass, i);
        reach_needed(pass->reach, i, &unit->parts);
        unit->extent = unit->parts.len > 0 ? TYPECHECK_PARTS : TYPECHECK_NAME;
    }
}

static void remember(Preflight *p, const Fingerprint *key, const UnitResult *result)
{
    *VEC_PUSH(&p->arena, &p->results) = ARENA_NEW(&p->arena, UnitResult);
    *p->results.ptr[p->results.len - 1] = *result;
    *map_put(&p->by_key, str_copy(&p->arena, str_of(key)), NULL) = p->results.len;
}

/* Takes over what was found, before the run goes. */
static void take_results(Pass *pass, const Typecheck *t)
{
    for (isize i = 0; i < pass->units.len; i++) {
        if (pass->results[i] != NULL) {
            continue;
        }
        UnitResult *mine = &pass->results_of[i];
        *mine = *typecheck_result(t, i);
        if (mine->errors.len == 0) {
            remember(pass->preflight, &pass->keys[i], mine);
        }
        mine->errors = diagnoses_copy(pass->arena, &mine->errors);
        pass->results[i] = mine;
        pass->preflight->count.n_checked++;
    }
}

static bool check(Pass *pass, Err *err)
{
    TypecheckOptions o = {.units = &pass->units,
                          .arch = pass->options->arch,
                          .go_minor = pass->options->go_minor,
                          .jobs = pass->preflight->jobs,
                          .room = pass->preflight->room};
    Typecheck *t;
    bool ok = typecheck_run(pass->arena, &o, &t, err);
    if (ok) {
        take_results(pass, t);
    }
    typecheck_done(t);
    return ok;
}

bool preflight_run(Preflight *p, Arena *a, const TypecheckOptions *options,
                   const UnitResult *const **ret, Err *err)
{
    isize n = options->units->len;
    Pass pass = {.preflight = p,
                 .arena = a,
                 .options = options,
                 .units = {.ptr = ARENA_ARRAY(a, TypecheckUnit, n), .len = n, .cap = n},
                 .results = ARENA_ARRAY(a, const UnitResult *, n),
                 .results_of = ARENA_ARRAY(a, UnitResult, n),
                 .text = {.arena = a}};
    for (isize i = 0; i < n; i++) {
        pass.units.ptr[i] = options->units->ptr[i];
    }
    if (!find_surfaces(&pass, err)) {
        return false;
    }
    pass.reach = reach_new(a, &pass.units, pass.surfaces, trees_names(p->trees));
    find_known(&pass);
    find_needed(&pass);
    *ret = pass.results;
    return check(&pass, err);
}
