/*
 * For each target: a key for every package, of all that its check depends on; a key that was met
 * stands for the result that was found then. The other packages are checked, and of what those
 * mention, and so on, the declarations.
 *
 * There are two keys. The exact one is of the content of all files of the package and of all that
 * it imports, one from the other: it needs nothing but the cache's knowledge of the files, and
 * stands for whatever was found. The other is of the package's own files and of what its mentions
 * of others mean, for which the surfaces of those are needed; what was found wrong may be told in
 * words that depend on more than that, so it stands for packages without errors alone. Where the
 * check met nothing that depends on the size of words, neither in the package nor in what it
 * mentions, it stands for every one.
 */
#include "go/preflight/preflight.h"

#include "base/map.h"
#include "go/preflight/reach.h"
#include "go/preflight/resultcode.h"
#include "go/preflight/surfaces.h"
#include "go/types/checker.h"
#include "go/types/gcarch.h"
#include "os/pool.h"
#include "os/schedule.h"

#define MAX_KEPT (512 * MIB) /* texts and trees */
#define NAMES_BYTES 1024     /* of the stack; more imports take memory */

struct Preflight {
    PreflightOptions options;
    Arena arena;
    TypecheckRoom *room;
    Trees *trees;     /* of it */
    Sources *sources; /* NULL: there is no cache */
    Map by_files;     /* address of a list of files that lasts -> 1 + index in contents */
    VEC(Fingerprint) contents;
    Surfaces *surfaces;
    VEC(UnitResult *) results;
    Map by_key;             /* 1 + index in results */
    VEC(CheckRecord) found; /* results that the cache does not have */
    PreflightCount count;
    isize n_ahead;   /* threads of preflight_prepare, workers behind those of runs */
    bool wants_next; /* see preflight_wants_next */
};

/* What a unit's check depends on, as far as it is known. */
typedef struct {
    Fingerprint exact;
    Fingerprint reach, reach_here; /* for words of any size; for the target's */
    bool has_exact, has_reach;
    bool minds_word; /* as far as is known: its result is one for reach_here */
    bool is_kept;    /* the cache has the result under the exact key */
    bool is_needed;  /* it is to be checked, or imported by such a one */
} UnitKeys;

/* One target. */
typedef struct {
    Preflight *preflight;
    Arena *arena;
    const TypecheckOptions *options;
    TypecheckUnits units; /* with their extents */
    UnitKeys *keys;
    Name *names;                /* of the packages: at first what loading says */
    bool *is_misnamed;          /* where that was not right */
    const Surface **surfaces;   /* of those that are needed */
    const UnitResult **results; /* by unit; NULL: not known yet */
    Reach *reach;
    FingerprintText text;   /* of a key that is made */
    FingerprintText files;  /* of what a list of files holds, meanwhile */
    TypecheckOptions check; /* of what is checked */
} Pass;

Preflight *preflight_new(const PreflightOptions *options)
{
    Arena own = arena_init(MIB);
    Preflight *p = ARENA_NEW(&own, Preflight);
    p->arena = own;
    p->options = *options;
    p->n_ahead = options->is_single ? 0 : MAX(1, options->jobs / 2);
    p->sources = options->cache == NULL ? NULL : sources_new(options->cache);
    TreesOptions files = {.n_workers = options->jobs + p->n_ahead,
                          .as_compiler = true,
                          .max_kept = options->is_single ? 0 : MAX_KEPT,
                          .witness = p->sources == NULL ? NULL : sources_read,
                          .witness_context = p->sources};
    p->room = typecheck_room_new(&files);
    p->trees = typecheck_room_trees(p->room);
    SurfacesOptions surfaces = {.n_workers = options->jobs + p->n_ahead,
                                .is_single = options->is_single,
                                .trees = p->trees,
                                .sources = p->sources,
                                .cache = options->cache};
    p->surfaces = surfaces_new(&surfaces);
    p->by_key = map_init(&p->arena);
    p->by_files = map_init(&p->arena);
    return p;
}

void preflight_done(Preflight *p)
{
    surfaces_done(p->surfaces);
    typecheck_room_done(p->room);
    if (p->sources != NULL) {
        sources_done(p->sources);
    }
    Arena own = p->arena;
    arena_done(&own);
}

PreflightCount preflight_count(const Preflight *p)
{
    return p->count;
}

/* ---- keys ---- */

static Str package_name(const Pass *pass, isize unit)
{
    Name name = pass->surfaces[unit] == NULL ? 0 : pass->surfaces[unit]->name;
    return name == 0 ? (Str){0} : name_text(trees_names(pass->preflight->trees), name);
}

/* A list of files as a name of what it holds. */
static Str address_of(const TypecheckUnit *unit)
{
    return (Str){(const char *)&unit->files, sizeof(unit->files)};
}

/* What was found of the same list for a target before; NULL: nothing. */
static const Fingerprint *known_files(const Preflight *p, const TypecheckUnit *unit)
{
    const isize *at = unit->has_lasting_files ? map_get(&p->by_files, address_of(unit)) : NULL;
    return at == NULL ? NULL : &p->contents.ptr[*at - 1];
}

static void know_files(Preflight *p, const TypecheckUnit *unit, Fingerprint content)
{
    if (unit->has_lasting_files) {
        *VEC_PUSH(&p->arena, &p->contents) = content;
        *map_put(&p->by_files, str_copy(&p->arena, address_of(unit)), NULL) = p->contents.len;
    }
}

/* Paths, and where there is a cache what the files hold; false: one has not been read yet. */
static bool find_files(Pass *pass, const TypecheckUnit *unit, Fingerprint *ret)
{
    Sources *sources = pass->preflight->sources;
    FingerprintText *text = &pass->files;
    text->len = 0;
    for (isize i = 0; i < unit->n_files; i++) {
        Fingerprint content;
        fingerprint_take_str(text, unit->files[i]);
        if (sources != NULL && !sources_find(sources, unit->files[i], &content)) {
            return false;
        }
        if (sources != NULL) {
            fingerprint_take(text, &content, sizeof content);
        }
    }
    *ret = fingerprint_end(text);
    return true;
}

static bool take_files(Pass *pass, const TypecheckUnit *unit)
{
    const Fingerprint *known = known_files(pass->preflight, unit);
    Fingerprint content;
    if (known != NULL) {
        content = *known;
    } else if (find_files(pass, unit, &content)) {
        know_files(pass->preflight, unit, content);
    } else {
        return false;
    }
    fingerprint_take(&pass->text, &content, sizeof content);
    return true;
}

static void take_arch(Pass *pass)
{
    GcArch arch = gcarch_of(pass->options->arch);
    int64_t numbers[] = {arch.word_size, arch.max_align, arch.max_width, arch.is_wasm};
    fingerprint_take(&pass->text, numbers, sizeof numbers);
}

/* What patterns name; what is in those files is no matter of a check. */
static void take_embeds(FingerprintText *s, const EmbedMatches *embeds)
{
    for (isize i = 0; i < embeds->len; i++) {
        const EmbedMatch *match = &embeds->ptr[i];
        int64_t n = match->files.len;
        fingerprint_take_str(s, match->pattern);
        fingerprint_take(s, &n, sizeof n);
        for (isize k = 0; k < n; k++) {
            fingerprint_take_str(s, match->files.ptr[k]);
        }
    }
}

/* All but the GOARCH and what the imports mean. kind: of key. */
static bool begin_key(Pass *pass, Str kind, const TypecheckUnit *unit)
{
    int64_t numbers[] = {unit->version,      unit->takes_c,        unit->lacks_imports,
                         unit->is_asked_for, unit->ignores_bodies, unit->is_standard,
                         unit->is_complete,  unit->is_program,     unit->n_files,
                         unit->n_imports,    unit->embeds.len,     pass->options->go_minor};
    FingerprintText *s = &pass->text;
    s->len = 0;
    fingerprint_take_str(s, kind);
    fingerprint_take(s, numbers, sizeof numbers);
    fingerprint_take_str(s, unit->path);
    for (isize i = 0; i < unit->n_imports; i++) {
        const UnitImport *import = &unit->imports[i];
        fingerprint_take_str(s, import->path);
        fingerprint_take_str(s, import->trouble);
    }
    take_embeds(s, &unit->embeds);
    return take_files(pass, unit);
}

/* Imports come earlier, and have theirs. */
static void make_exact_key(Pass *pass, isize index)
{
    const TypecheckUnit *unit = &pass->units.ptr[index];
    UnitKeys *k = &pass->keys[index];
    bool ok = unit->faults.len == 0 && begin_key(pass, S("exact"), unit);
    take_arch(pass);
    for (isize i = 0; ok && i < unit->n_imports; i++) {
        isize imported = unit->imports[i].unit;
        if (imported >= 0) {
            ok = pass->keys[imported].has_exact;
            fingerprint_take(&pass->text, &pass->keys[imported].exact, sizeof(Fingerprint));
        }
    }
    k->exact = fingerprint_end(&pass->text);
    k->has_exact = ok;
}

static void make_reach_key(Pass *pass, isize index)
{
    const TypecheckUnit *unit = &pass->units.ptr[index];
    const Surface *surface = pass->surfaces[index];
    UnitKeys *k = &pass->keys[index];
    k->has_reach = unit->faults.len == 0 && begin_key(pass, S("reach"), unit);
    for (isize i = 0; i < unit->n_imports; i++) {
        isize imported = unit->imports[i].unit;
        fingerprint_take_str(&pass->text, imported < 0 ? (Str){0} : pass->units.ptr[imported].path);
        fingerprint_take_str(&pass->text, imported < 0 ? (Str){0} : package_name(pass, imported));
    }
    for (isize i = 0; i < surface->n_roots; i++) {
        Fingerprint f = reach_fingerprint(pass->reach, index, i);
        fingerprint_take(&pass->text, &f, sizeof f);
    }
    k->reach = fingerprint_end(&pass->text);
    GcArch arch = gcarch_of(pass->options->arch);
    int words[] = {arch.word_size, arch.max_align};
    fingerprint_take(&pass->text, &k->reach, sizeof k->reach);
    fingerprint_take(&pass->text, words, sizeof words);
    k->reach_here = fingerprint_end(&pass->text);
}

/* ---- results that are known ---- */

static Str str_of(const Fingerprint *f)
{
    return (Str){(const char *)f, sizeof *f};
}

static void remember(Preflight *p, const Fingerprint *key, UnitResult *result)
{
    *VEC_PUSH(&p->arena, &p->results) = result;
    *map_put(&p->by_key, str_copy(&p->arena, str_of(key)), NULL) = p->results.len;
}

static const UnitResult *find_result(Preflight *p, const Fingerprint *key)
{
    Str bytes;
    const isize *at = map_get(&p->by_key, str_of(key));
    if (at != NULL) {
        return p->results.ptr[*at - 1];
    }
    if (p->options.cache == NULL || !checkcache_find(p->options.cache, *key, &bytes)) {
        return NULL;
    }
    UnitResult *result = ARENA_NEW(&p->arena, UnitResult);
    if (!result_decode(&p->arena, bytes, result)) {
        return NULL;
    }
    remember(p, key, result);
    return result;
}

/* Units whose files nobody has looked at. */
typedef struct {
    Sources *sources;
    const TypecheckUnit **units;
    isize n;
} Unseen;

/* Looks at the status of the files, or at what is in them, which is slow, by several threads. */
static bool look_at_files(void *context, isize index, isize worker, Err *err)
{
    const Unseen *unseen = context;
    const TypecheckUnit *unit = unseen->units[index];
    (void)worker;
    (void)err;
    for (isize i = 0; i < unit->n_files; i++) {
        sources_learn(unseen->sources, unit->files[i]);
    }
    return true;
}

static bool look_at_unseen(const Pass *pass, Err *err)
{
    const Preflight *p = pass->preflight;
    Unseen unseen = {p->sources, ARENA_ARRAY(pass->arena, const TypecheckUnit *, pass->units.len),
                     0};
    for (isize i = 0; i < pass->units.len; i++) {
        if (known_files(p, &pass->units.ptr[i]) == NULL) {
            unseen.units[unseen.n++] = &pass->units.ptr[i];
        }
    }
    return pool_run(unseen.n, p->options.jobs, look_at_files, &unseen, err);
}

static void find_by_exact_key(Pass *pass, isize index)
{
    make_exact_key(pass, index);
    if (pass->keys[index].has_exact && pass->results[index] == NULL) {
        pass->results[index] = find_result(pass->preflight, &pass->keys[index].exact);
        pass->keys[index].is_kept = pass->results[index] != NULL;
        pass->preflight->count.n_known += pass->keys[index].is_kept;
    }
}

static bool find_exact(Pass *pass, Err *err)
{
    const CheckCache *cache = pass->preflight->options.cache;
    if (cache == NULL || checkcache_trouble(cache).len > 0) {
        return true;
    }
    if (!look_at_unseen(pass, err)) {
        return false;
    }
    for (isize i = 0; i < pass->units.len; i++) {
        find_by_exact_key(pass, i);
    }
    return true;
}

/* The importers come later. */
static isize find_needed_units(Pass *pass)
{
    isize n = 0;
    for (isize i = pass->units.len - 1; i >= 0; i--) {
        const TypecheckUnit *unit = &pass->units.ptr[i];
        UnitKeys *k = &pass->keys[i];
        k->is_needed = k->is_needed || pass->results[i] == NULL;
        n += pass->results[i] == NULL;
        for (isize m = 0; k->is_needed && m < unit->n_imports; m++) {
            if (unit->imports[m].unit >= 0) {
                pass->keys[unit->imports[m].unit].is_needed = true;
            }
        }
    }
    return n;
}

/* ---- surfaces ---- */

/* names: of the packages, by unit. */
static Name *import_names(Arena *a, const TypecheckUnit *unit, const Name *names)
{
    Name *of_imports = ARENA_ARRAY(a, Name, unit->n_imports);
    for (isize i = 0; i < unit->n_imports; i++) {
        isize imported = unit->imports[i].unit;
        of_imports[i] = imported < 0 ? 0 : names[imported];
    }
    return of_imports;
}

static const Surface *surface_with(const Preflight *p, const TypecheckUnit *unit, const Name *names,
                                   isize worker)
{
    _Alignas(16) char memory[NAMES_BYTES];
    Arena a = arena_over(memory, (isize)sizeof memory);
    const Surface *surface = surfaces_get(p->surfaces, unit, import_names(&a, unit, names), worker);
    arena_done(&a);
    return surface;
}

/* What loading says. */
static Name *loaded_names(const Preflight *p, Arena *a, const TypecheckUnits *units, isize worker)
{
    NameCache *cache = trees_name_cache(p->trees, worker);
    Name *names = ARENA_ARRAY(a, Name, units->len);
    for (isize i = 0; i < units->len; i++) {
        Str name = units->ptr[i].name;
        names[i] = name.len == 0 ? 0 : name_intern(cache, name);
    }
    return names;
}

static bool find_surface(void *context, isize index, isize worker, Err *err)
{
    Pass *pass = context;
    (void)err;
    if (pass->keys[index].is_needed) {
        pass->surfaces[index] =
            surface_with(pass->preflight, &pass->units.ptr[index], pass->names, worker);
    }
    return true;
}

static bool imports_one_of(const TypecheckUnit *unit, const bool *units)
{
    isize i = 0;
    while (i < unit->n_imports && (unit->imports[i].unit < 0 || !units[unit->imports[i].unit])) {
        i++;
    }
    return i < unit->n_imports;
}

static bool find_surface_again(void *context, isize index, isize worker, Err *err)
{
    const Pass *pass = context;
    bool is_outdated = imports_one_of(&pass->units.ptr[index], pass->is_misnamed);
    return !is_outdated || find_surface(context, index, worker, err);
}

/* Where a package calls itself something else than loading says, its importers are looked at again:
 * loading has trouble with such, too. */
static bool correct_names(Pass *pass, Err *err)
{
    isize n = pass->units.len, n_wrong = 0;
    pass->is_misnamed = ARENA_ARRAY(pass->arena, bool, n);
    for (isize i = 0; i < n; i++) {
        const Surface *surface = pass->surfaces[i];
        bool is_wrong = surface != NULL && surface->name != pass->names[i];
        pass->names[i] = is_wrong ? surface->name : pass->names[i];
        pass->is_misnamed[i] = is_wrong;
        n_wrong += is_wrong;
    }
    return n_wrong == 0 ||
           pool_run_deep(n, pass->preflight->options.jobs, find_surface_again, pass, err);
}

/* No surface needs another one but for the name of its package, which loading knows. */
static bool find_surfaces(Pass *pass, Err *err)
{
    const Preflight *p = pass->preflight;
    pass->names = loaded_names(p, pass->arena, &pass->units, 0);
    return pool_run_deep(pass->units.len, p->options.jobs, find_surface, pass, err) &&
           correct_names(pass, err);
}

/* ---- those of the next target ---- */

typedef struct {
    const Preflight *preflight;
    const TypecheckUnits *units;
    const Name *names;
} Ahead;

static bool find_ahead(void *context, isize index, isize worker, Err *err)
{
    const Ahead *ahead = context;
    const Preflight *p = ahead->preflight;
    (void)err;
    surface_with(p, &ahead->units->ptr[index], ahead->names, p->options.jobs + worker);
    return true;
}

bool preflight_wants_next(const Preflight *p)
{
    return p->wants_next;
}

void preflight_prepare(Preflight *p, Arena *a, const TypecheckUnits *units)
{
    Err ignored = {0};
    Ahead ahead = {p, units, loaded_names(p, a, units, p->options.jobs)};
    pool_run_deep(units->len, p->n_ahead, find_ahead, &ahead, &ignored);
}

static void begin_reach(Pass *pass)
{
    pass->reach =
        reach_new(pass->arena, &pass->units, pass->surfaces, trees_names(pass->preflight->trees));
}

/* ---- what is checked ---- */

static void find_by_reach(Pass *pass)
{
    Preflight *p = pass->preflight;
    for (isize i = 0; i < pass->units.len; i++) {
        UnitKeys *k = &pass->keys[i];
        if (pass->results[i] != NULL) {
            continue;
        }
        make_reach_key(pass, i);
        if (!k->has_reach) {
            continue;
        }
        pass->results[i] = find_result(p, &k->reach);
        if (pass->results[i] == NULL) {
            pass->results[i] = find_result(p, &k->reach_here);
            k->minds_word = pass->results[i] != NULL;
        }
        p->count.n_known += pass->results[i] != NULL;
    }
}

/* Of what need not be checked, what those need that must be. */
static void find_extents(Pass *pass)
{
    for (isize i = 0; i < pass->units.len; i++) {
        for (isize k = 0; pass->results[i] == NULL && k < pass->surfaces[i]->n_roots; k++) {
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

/* That stands for a result without errors. */
static const Fingerprint *reach_key(const UnitKeys *k)
{
    return k->minds_word ? &k->reach_here : &k->reach;
}

/* For the cache, under the keys that say enough. */
static void note_result(Pass *pass, isize index)
{
    Preflight *p = pass->preflight;
    const UnitKeys *k = &pass->keys[index];
    const UnitResult *result = pass->results[index];
    bool by_reach = k->has_reach && result->errors.len == 0;
    if (k->is_kept || (!k->has_exact && !by_reach)) {
        return;
    }
    StrBuf b = strbuf_init(&p->arena);
    result_encode(&b, result);
    if (k->has_exact) {
        *VEC_PUSH(&p->arena, &p->found) = (CheckRecord){k->exact, strbuf_str(&b)};
    }
    if (by_reach) {
        *VEC_PUSH(&p->arena, &p->found) = (CheckRecord){*reach_key(k), strbuf_str(&b)};
    }
}

static void note_results(Pass *pass)
{
    for (isize i = 0; pass->preflight->options.cache != NULL && i < pass->units.len; i++) {
        note_result(pass, i);
    }
}

/* Whether a unit was just checked, and its result is one that others may have. */
static bool is_candidate(const Pass *pass, const Typecheck *t, isize index)
{
    return pass->results[index] == NULL && pass->keys[index].has_reach &&
           typecheck_result(t, index)->errors.len == 0;
}

static bool roots_mind_word(const Pass *pass, isize index)
{
    isize i = 0, n = pass->surfaces[index]->n_roots;
    while (i < n && !reach_minds_word(pass->reach, index, i)) {
        i++;
    }
    return i < n;
}

/* Of what was just checked: which declarations depend on the size of words, and whom that
 * concerns. */
static void find_minding(Pass *pass, const Typecheck *t)
{
    for (isize i = 0; i < pass->units.len; i++) {
        for (isize k = 0; typecheck_shows_word(t, i) && k < pass->surfaces[i]->n_decls; k++) {
            if (typecheck_decl_minds_word(t, i, pass->surfaces[i]->decls[k].name)) {
                reach_mind_word(pass->reach, i, k);
            }
        }
    }
    reach_spread_word(pass->reach);
    for (isize i = 0; i < pass->units.len; i++) {
        if (is_candidate(pass, t, i)) {
            pass->keys[i].minds_word = typecheck_minds_word(t, i) || roots_mind_word(pass, i);
            pass->keys[i].has_reach = !typecheck_minds_arch(t, i);
        }
    }
}

/* Takes over what was found of a unit, before the run goes. */
static void take_result(Pass *pass, const Typecheck *t, isize index)
{
    Preflight *p = pass->preflight;
    bool is_for_others = is_candidate(pass, t, index);
    UnitResult *mine = ARENA_NEW(&p->arena, UnitResult);
    *mine = *typecheck_result(t, index);
    mine->errors = diagnoses_copy(pass->arena, &mine->errors);
    pass->results[index] = mine;
    p->count.n_checked++;
    if (is_for_others) {
        remember(p, reach_key(&pass->keys[index]), mine);
    }
}

static void take_results(Pass *pass, const Typecheck *t)
{
    find_minding(pass, t);
    for (isize i = 0; i < pass->units.len; i++) {
        if (pass->results[i] == NULL) {
            take_result(pass, t, i);
        }
    }
}

/* To be ended with typecheck_done, after a failure as well. */
static bool check(Pass *pass, TypecheckWitness witness, void *context, Typecheck **ret, Err *err)
{
    pass->check = *pass->options;
    pass->check.units = &pass->units;
    pass->check.jobs = pass->preflight->options.jobs;
    pass->check.room = pass->preflight->room;
    pass->check.witness = witness;
    pass->check.witness_context = context;
    return typecheck_run(pass->arena, &pass->check, ret, err);
}

/* ---- the first run ---- */

/* Makes the surface of a unit out of the trees of its check. Those of its imports may come later,
 * by other threads: their packages have the names that loading says. */
static void make_surface(void *context, Checker *c, isize index, isize worker)
{
    Pass *pass = context;
    const TypecheckUnit *unit = &pass->units.ptr[index];
    Arena a = *c->scratch;
    isize n = c->pkg->n_files;
    SourceTree *trees = ARENA_ARRAY(&a, SourceTree, n);
    const SourceTree **files = ARENA_ARRAY(&a, const SourceTree *, n);
    for (isize i = 0; i < n; i++) {
        trees[i] = (SourceTree){.ast = c->program->files[c->pkg->files[i]].ast, .is_go = true};
        files[i] = &trees[i];
    }
    pass->surfaces[index] = surfaces_make(pass->preflight->surfaces, unit,
                                          import_names(&a, unit, pass->names), files, n, worker);
}

/* Where nearly nothing is known everything is parsed and checked at once, and its trees dropped. */
static bool check_all(Pass *pass, Err *err)
{
    static const Surface nothing = {0};
    for (isize i = 0; i < pass->units.len; i++) {
        pass->surfaces[i] = &nothing;
        pass->results[i] = NULL;
    }
    pass->names = loaded_names(pass->preflight, pass->arena, &pass->units, 0);
    Typecheck *t;
    bool ok = check(pass, make_surface, pass, &t, err);
    if (ok) {
        begin_reach(pass);
        for (isize i = 0; i < pass->units.len; i++) {
            make_exact_key(pass, i);
            make_reach_key(pass, i);
        }
        take_results(pass, t);
    }
    typecheck_done(t);
    if (ok) {
        note_results(pass);
    }
    return ok;
}

/* Whether there is one target, and of its files most are new. */
static bool is_cold(const Pass *pass)
{
    const PreflightOptions *o = &pass->preflight->options;
    isize n_files = 0;
    for (isize i = 0; i < pass->units.len; i++) {
        n_files += pass->units.ptr[i].n_files;
    }
    return o->is_single && (checkcache_trouble(o->cache).len > 0 ||
                            sources_count_new(pass->preflight->sources) > n_files / 2);
}

/* ---- all of it ---- */

static bool check_rest(Pass *pass, Err *err)
{
    if (!find_surfaces(pass, err)) {
        return false;
    }
    begin_reach(pass);
    find_by_reach(pass);
    find_extents(pass);
    Typecheck *t;
    bool ok = check(pass, pass->options->witness, pass->options->witness_context, &t, err);
    if (ok) {
        take_results(pass, t);
    }
    typecheck_done(t);
    if (!ok) {
        return false;
    }
    for (isize i = 0; pass->preflight->sources != NULL && i < pass->units.len; i++) {
        make_exact_key(pass, i);
    }
    note_results(pass);
    return true;
}

bool preflight_run(Preflight *p, Arena *a, const TypecheckOptions *options,
                   const UnitResult *const **ret, Err *err)
{
    isize n = options->units->len;
    Pass pass = {.preflight = p,
                 .arena = a,
                 .options = options,
                 .units = {.ptr = ARENA_ARRAY(a, TypecheckUnit, n), .len = n, .cap = n},
                 .keys = ARENA_ARRAY(a, UnitKeys, n),
                 .surfaces = ARENA_ARRAY(a, const Surface *, n),
                 .results = ARENA_ARRAY(a, const UnitResult *, n),
                 .text = {.arena = a},
                 .files = {.arena = a}};
    for (isize i = 0; i < n; i++) {
        pass.units.ptr[i] = options->units->ptr[i];
    }
    *ret = pass.results;
    if (!find_exact(&pass, err)) {
        return false;
    }
    isize n_needed = find_needed_units(&pass);
    p->wants_next = !p->options.is_single && n_needed > n / 2;
    if (n_needed == 0) {
        return true;
    }
    return is_cold(&pass) ? check_all(&pass, err) : check_rest(&pass, err);
}

void preflight_keep(Preflight *p)
{
    if (p->sources == NULL || sources_are_unsteady(p->sources)) {
        return;
    }
    sources_keep(p->sources);
    surfaces_keep(p->surfaces);
    checkcache_put_all(p->options.cache, p->found.ptr, p->found.len);
}
