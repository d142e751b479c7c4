/* A surface is known by what it is made of: where there is a cache by the content of the files,
 * else by their paths, since a run reads each file once. */
#include "go/preflight/surfaces.h"

#include "base/map.h"
#include "go/preflight/filesurface.h"
#include "go/preflight/surfacecode.h"
#include "os/task.h"

/* Of one thread. */
typedef struct {
    Arena kept, scratch, own; /* own: of one unit */
} Worker;

struct Surfaces {
    Arena arena;
    SurfacesOptions options;
    Worker *workers;
    FileSurfaces *files; /* NULL: each is met once */
    TaskLock *lock;      /* of what follows */
    VEC(const Surface *) list;
    Map by_source;         /* 1 + index in list */
    VEC(CheckRecord) made; /* that the cache does not have */
};

Surfaces *surfaces_new(const SurfacesOptions *options)
{
    isize n_workers = options->n_workers;
    Arena own = arena_init(64 * KIB);
    Surfaces *s = ARENA_NEW(&own, Surfaces);
    s->lock = task_lock_new(&own);
    s->workers = ARENA_ARRAY(&own, Worker, n_workers);
    s->arena = own;
    s->options = *options;
    s->files = options->is_single ? NULL : filesurfaces_new();
    s->by_source = map_init(&s->arena);
    for (isize i = 0; i < n_workers; i++) {
        s->workers[i] = (Worker){arena_init(64 * KIB), arena_init(64 * KIB), arena_init(64 * KIB)};
    }
    return s;
}

void surfaces_done(Surfaces *s)
{
    for (isize i = 0; i < s->options.n_workers; i++) {
        arena_done(&s->workers[i].kept);
        arena_done(&s->workers[i].scratch);
        arena_done(&s->workers[i].own);
    }
    if (s->files != NULL) {
        filesurfaces_done(s->files);
    }
    Arena own = s->arena;
    arena_done(&own);
}

/* ---- what a surface is known by ---- */

static bool take_file(const Surfaces *s, FingerprintText *text, Str path)
{
    Fingerprint content;
    if (s->options.sources == NULL) {
        fingerprint_take_str(text, path);
        return true;
    }
    if (!sources_find(s->options.sources, path, &content)) {
        return false;
    }
    fingerprint_take(text, &content, sizeof content);
    return true;
}

/* Of what a surface depends on; false: a file has not been read yet. */
static bool source_of(const Surfaces *s, Arena scratch, const TypecheckUnit *unit,
                      const Name *import_names, Fingerprint *ret)
{
    const NameTable *names = trees_names(s->options.trees);
    FingerprintText text = {.arena = &scratch};
    fingerprint_take_str(&text, S("surface"));
    fingerprint_take(&text, &unit->ignores_bodies, sizeof unit->ignores_bodies);
    fingerprint_take(&text, &unit->n_files, sizeof unit->n_files);
    for (isize i = 0; i < unit->n_files; i++) {
        if (!take_file(s, &text, unit->files[i])) {
            return false;
        }
    }
    for (isize i = 0; i < unit->n_imports; i++) {
        Name name = import_names[i];
        fingerprint_take_str(&text, unit->imports[i].path);
        fingerprint_take_str(&text, name == 0 ? (Str){0} : name_text(names, name));
    }
    *ret = fingerprint_end(&text);
    return true;
}

static Str str_of(const Fingerprint *f)
{
    return (Str){(const char *)f, sizeof *f};
}

/* ---- those that are there ---- */

static const Surface *find(Surfaces *s, const Fingerprint *source)
{
    task_lock(s->lock);
    const isize *at = map_get(&s->by_source, str_of(source));
    const Surface *found = at == NULL ? NULL : s->list.ptr[*at - 1];
    task_unlock(s->lock);
    return found;
}

static void add(Surfaces *s, const Fingerprint *source, const Surface *surface)
{
    task_lock(s->lock);
    *VEC_PUSH(&s->arena, &s->list) = surface;
    *map_put(&s->by_source, str_copy(&s->arena, str_of(source)), NULL) = s->list.len;
    task_unlock(s->lock);
}

static const Surface *find_in_cache(Surfaces *s, const Fingerprint *source, isize n_imports,
                                    isize worker)
{
    Str bytes;
    Worker *w = &s->workers[worker];
    if (s->options.cache == NULL || !checkcache_find(s->options.cache, *source, &bytes)) {
        return NULL;
    }
    const Surface *found = surface_decode(&w->kept, w->scratch, bytes, n_imports,
                                          trees_name_cache(s->options.trees, worker));
    if (found != NULL) {
        add(s, source, found);
    }
    return found;
}

/* ---- those that are made ---- */

static void note(Surfaces *s, Worker *w, Arena own, const Fingerprint *source,
                 const Surface *surface)
{
    StrBuf b = strbuf_init(&own);
    surface_encode(w->scratch, &b, surface, trees_names(s->options.trees));
    Str bytes = str_copy(&w->kept, strbuf_str(&b));
    task_lock(s->lock);
    *VEC_PUSH(&s->arena, &s->made) = (CheckRecord){*source, bytes};
    task_unlock(s->lock);
}

const Surface *surfaces_make(Surfaces *s, const TypecheckUnit *unit, const Name *import_names,
                             const SourceTree *const *files, isize n_files, isize worker)
{
    Worker *w = &s->workers[worker];
    Arena own = w->own;
    Str *paths = ARENA_ARRAY(&own, Str, unit->n_imports);
    for (isize i = 0; i < unit->n_imports; i++) {
        paths[i] = unit->imports[i].path;
    }
    SurfaceSource of = {
        .files = files,
        .n_files = n_files,
        .import_paths = paths,
        .import_names = import_names,
        .n_imports = unit->n_imports,
        .names = trees_names(s->options.trees),
        .ignores_bodies = unit->ignores_bodies,
        .known = s->files,
        .of_files = s->files == NULL ? &own : &w->kept,
    };
    const Surface *surface = surface_of(&w->kept, w->scratch, &of);
    Fingerprint source;
    if (source_of(s, own, unit, import_names, &source)) {
        add(s, &source, surface);
        if (s->options.cache != NULL) {
            note(s, w, own, &source, surface);
        }
    }
    return surface;
}

static const Surface *parse_and_make(Surfaces *s, const TypecheckUnit *unit,
                                     const Name *import_names, isize worker)
{
    Arena *own = &s->workers[worker].own; /* also of trees that are not kept */
    Arena before = *own;
    const SourceTree **files = ARENA_ARRAY(own, const SourceTree *, unit->n_files);
    for (isize i = 0; i < unit->n_files; i++) {
        files[i] = trees_parse(s->options.trees, worker, own, own, unit->files[i]);
    }
    const Surface *surface = surfaces_make(s, unit, import_names, files, unit->n_files, worker);
    *own = before;
    return surface;
}

const Surface *surfaces_get(Surfaces *s, const TypecheckUnit *unit, const Name *import_names,
                            isize worker)
{
    Fingerprint source;
    const Surface *found = NULL;
    if (source_of(s, s->workers[worker].own, unit, import_names, &source)) {
        found = find(s, &source);
        found = found != NULL ? found : find_in_cache(s, &source, unit->n_imports, worker);
    }
    return found != NULL ? found : parse_and_make(s, unit, import_names, worker);
}

void surfaces_keep(Surfaces *s)
{
    checkcache_put_all(s->options.cache, s->made.ptr, s->made.len);
    s->made.len = 0;
}
