#include "go/load/discover.h"

#include "go/load/importpath.h"
#include "go/load/reqshelf.h"
#include "os/pool.h"

Discovery discover_init(Arena *a, Requirements *requirements, const Target *target,
                        const LinkerDeps *linker, isize jobs)
{
    Discovery d = {
        .arena = a,
        .requirements = requirements,
        .target = target,
        .linker = linker,
        .by_path = map_init(a),
        .vendored = map_init(a),
        .by_dir = map_init(a),
        .n_workers = MAX(1, MIN(jobs, DISCOVER_MAX_WORKERS)),
    };
    for (isize i = 0; i < d.n_workers; i++) {
        d.workers[i] = arena_init(64 * KIB);
    }
    return d;
}

void discover_share(Discovery *d, LoadCache *cache)
{
    d->shelf = dirshelf_reader(cache, d->target);
}

void discover_done(Discovery *d)
{
    for (isize i = 0; i < d->n_workers; i++) {
        arena_done(&d->workers[i]);
    }
}

const Found *discover_get(const Discovery *d, Str path)
{
    const isize *at = map_get(&d->by_path, path);
    return at == NULL ? NULL : &d->list.ptr[*at - 1];
}

static isize want(Discovery *d, Str path, isize importer)
{
    bool is_new;
    isize *at = map_put(&d->by_path, path, &is_new);
    if (is_new) {
        *VEC_PUSH(d->arena, &d->list) = (Found){.path = path, .importer = importer};
        *at = d->list.len;
    }
    return *at - 1;
}

void discover_want(Discovery *d, Str path, bool wants_tests)
{
    isize at = want(d, path, -1);
    if (wants_tests && !d->list.ptr[at].wants_tests) {
        d->list.ptr[at].wants_tests = true;
        d->n_done = MIN(d->n_done, at);
    }
}

Str discover_path(Discovery *d, Str importer, bool is_std, Str path)
{
    if (!is_std || importpath_is_standard(path)) {
        return path;
    }
    bool is_new, is_cmd = importpath_has_prefix(importer, S("cmd"));
    Str key = str_concat(d->arena, is_cmd ? S("cmd ") : S("std "), path);
    isize *at = map_put(&d->vendored, key, &is_new);
    if (is_new) {
        *VEC_PUSH(d->arena, &d->vendored_paths) =
            resolve_std_vendor(d->arena, d->requirements, importer, path);
        *at = d->vendored_paths.len;
    }
    return d->vendored_paths.ptr[*at - 1];
}

/* ---- directories ---- */

typedef struct {
    Discovery *d;
    const Str *dirs;
    const BuildPackage **read; /* by directory; NULL: not, or not yet */
} DirBatch;

static bool read_dir(const Discovery *d, Arena *a, Str dir, const BuildPackage **ret, Err *err)
{
    if (d->shelf.cache != NULL) {
        return dirshelf_read(&d->shelf, dir, ret, err);
    }
    BuildPackage *p = ARENA_NEW(a, BuildPackage);
    *ret = p;
    return buildpkg_read(a, d->target, dir, p, err);
}

static bool read_one_dir(void *context, isize unit, isize worker, Err *err)
{
    const DirBatch *batch = context;
    const BuildPackage *p;
    Err ignored;
    (void)err;
    if (batch->read[unit] == NULL && discover_dir(batch->d, batch->dirs[unit]) == NULL &&
        read_dir(batch->d, &batch->d->workers[worker], batch->dirs[unit], &p, &ignored)) {
        batch->read[unit] = p;
    }
    return true;
}

/* What needs no thread. True when that is everything. */
static bool read_known_dirs(const DirBatch *batch, isize n)
{
    const Discovery *d = batch->d;
    bool is_complete = d->shelf.cache != NULL;
    for (isize i = 0; i < n && d->shelf.cache != NULL; i++) {
        if (discover_dir(d, batch->dirs[i]) == NULL) {
            batch->read[i] = dirshelf_find(&d->shelf, batch->dirs[i]);
            is_complete = is_complete && batch->read[i] != NULL;
        }
    }
    return is_complete;
}

bool discover_read_dirs(Discovery *d, const Str *dirs, isize n, Err *err)
{
    DirBatch batch = {d, dirs, ARENA_ARRAY(d->arena, const BuildPackage *, n)};
    if (n > 0 && !read_known_dirs(&batch, n) &&
        !pool_run(n, MIN(d->n_workers, n), read_one_dir, &batch, err)) {
        return false;
    }
    for (isize i = 0; i < n; i++) {
        if (batch.read[i] != NULL) {
            *VEC_PUSH(d->arena, &d->dirs) = batch.read[i];
            *map_put(&d->by_dir, dirs[i], NULL) = d->dirs.len;
        }
    }
    return true;
}

const BuildPackage *discover_dir(const Discovery *d, Str dir)
{
    const isize *at = map_get(&d->by_dir, dir);
    return at == NULL ? NULL : d->dirs.ptr[*at - 1];
}

/* ---- one package ---- */

typedef struct {
    Discovery *d;
    const isize *units; /* indices of what is looked for */
} Level;

static bool has_go_file(const BuildPackage *p)
{
    for (isize i = 0; i < p->files.len; i++) {
        if (resolve_is_go_name(p->files.ptr[i].name)) {
            return true;
        }
    }
    return false;
}

/* Whether the disk may be asked, or only what the cache knows. */
typedef enum { ASK_CACHE, ASK_DISK } Asked;

/* False: it is not known. */
static bool resolve(const Discovery *d, Arena *a, Asked asked, bool beyond_roots, Found *f)
{
    Requirements *r = d->requirements;
    if (asked == ASK_CACHE) {
        return reqshelf_knows(r, f->path, beyond_roots, &f->outcome, &f->place);
    }
    f->outcome = r->shelf != NULL ? reqshelf_resolve(r, f->path, beyond_roots, &f->place)
                                  : resolve_import(a, r, f->path, beyond_roots, &f->place);
    return true;
}

/* False: it is not known. A directory that cannot be read makes it a failure. */
static bool read_found(const Discovery *d, Arena *a, Asked asked, Found *f)
{
    Err trouble = {0};
    f->build = discover_dir(d, f->place.dir);
    if (f->build == NULL && asked == ASK_CACHE) {
        f->build = dirshelf_find(&d->shelf, f->place.dir);
        return f->build != NULL;
    }
    if (f->build == NULL && !read_dir(d, a, f->place.dir, &f->build, &trouble)) {
        f->build = NULL;
        f->outcome = RESOLVE_FAILED;
        f->place.words = err_format(a, &trouble);
    }
    return true;
}

static bool find_in(const Discovery *d, Arena *a, Asked asked, bool beyond_roots, Found *f)
{
    if (!resolve(d, a, asked, beyond_roots, f)) {
        return false;
    }
    if (f->outcome == RESOLVE_FOUND && !read_found(d, a, asked, f)) {
        return false;
    }
    if (f->outcome == RESOLVE_FOUND && f->place.is_unsure && !has_go_file(f->build)) {
        f->outcome = RESOLVE_NONE;
    }
    return true;
}

/* False: it is not known. */
static bool find(const Discovery *d, Arena *a, Asked asked, Found *f)
{
    const Requirements *r = d->requirements;
    bool is_known = find_in(d, a, asked, false, f);
    if (is_known && f->outcome == RESOLVE_NONE && r->is_pruned && r->has_graph) {
        is_known = find_in(d, a, asked, true, f);
    }
    return is_known;
}

static bool find_one(void *context, isize unit, isize worker, Err *err)
{
    const Level *level = context;
    Discovery *d = level->d;
    Found *f = &d->list.ptr[level->units[unit]];
    (void)err;
    f->is_read = true;
    find(d, &d->workers[worker], ASK_DISK, f);
    return true;
}

/* Finds what the cache knows, which is not worth a thread, and leaves the others in units. */
static isize find_known(Discovery *d, isize *units, isize n)
{
    isize n_left = 0;
    for (isize i = 0; i < n; i++) {
        Found *f = &d->list.ptr[units[i]];
        f->is_read = find(d, &d->workers[0], ASK_CACHE, f);
        if (!f->is_read) {
            units[n_left++] = units[i];
        }
    }
    return n_left;
}

static bool find_level(Discovery *d, isize *units, isize n, Err *err)
{
    n = d->shelf.cache == NULL ? n : find_known(d, units, n);
    Level level = {d, units};
    return n == 0 || pool_run(n, MIN(d->n_workers, n), find_one, &level, err);
}

/* ---- what it imports ---- */

/* at: the index of f in the list; -1: it is not there. */
static void want_import(Discovery *d, const Found *f, isize at, Str path)
{
    if (!str_eq(path, S("C")) && path.len > 0) {
        want(d, discover_path(d, f->path, f->place.is_std, path), at);
    }
}

static void want_imports(Discovery *d, const Found *f, isize at, BuildPart part)
{
    const BuildUses *uses = &f->build->imports[part];
    for (isize i = 0; i < uses->len; i++) {
        if (i == 0 || !str_eq(uses->ptr[i].text, uses->ptr[i - 1].text)) {
            want_import(d, f, at, uses->ptr[i].text);
        }
    }
}

static void want_all(Discovery *d, const Strs *paths)
{
    for (isize i = 0; i < paths->len; i++) {
        want(d, paths->ptr[i], -1);
    }
}

static void want_imports_of_build(Discovery *d, const Found *f, isize at)
{
    Strs implicit = {0};
    want_imports(d, f, at, BUILD_FILES);
    implicit_imports(d->arena, d->target, d->requirements->goroot_src, f->path, f->place.is_std,
                     f->build, &implicit);
    want_all(d, &implicit);
    if (str_eq(f->build->name, S("main"))) {
        want_all(d, &d->linker->packages);
    }
}

static void want_imports_of_tests(Discovery *d, const Found *f, isize at)
{
    want_imports(d, f, at, BUILD_TEST_FILES);
    want_imports(d, f, at, BUILD_XTEST_FILES);
    if (f->build->lists[LIST_TEST_GO].len + f->build->lists[LIST_XTEST_GO].len > 0) {
        for (isize i = 0; i < implicit_test_main_len; i++) {
            want(d, implicit_test_main[i], -1);
        }
        want_all(d, &d->linker->packages);
    }
}

static void add_imports_of(Discovery *d, isize at)
{
    Found f = d->list.ptr[at]; /* the list moves when it grows */
    if (f.outcome != RESOLVE_FOUND) {
        return;
    }
    if (!f.has_imports) {
        d->list.ptr[at].has_imports = true;
        want_imports_of_build(d, &f, at);
    }
    if (f.wants_tests && !f.has_tests) {
        d->list.ptr[at].has_tests = true;
        want_imports_of_tests(d, &f, at);
    }
}

void discover_want_imports(Discovery *d, const Found *f)
{
    want_imports_of_build(d, f, -1);
    if (f->wants_tests) {
        want_imports_of_tests(d, f, -1);
    }
}

/* ---- the levels ---- */

/* Indices from `from` on of what satisfies: not read yet, or read and found nowhere. */
static isize pick(Discovery *d, isize from, bool wants_nowhere, isize **ret)
{
    isize n = 0;
    *ret = ARENA_ARRAY(d->arena, isize, d->list.len - from);
    for (isize i = from; i < d->list.len; i++) {
        const Found *f = &d->list.ptr[i];
        if (wants_nowhere ? f->is_read && f->outcome == RESOLVE_NONE : !f->is_read) {
            (*ret)[n++] = i;
        }
    }
    return n;
}

/* What go.mod alone does not lead to may be in a module that only the graph knows. */
static bool find_with_graph(Discovery *d, isize from, Err *err)
{
    isize *units;
    isize n =
        d->requirements->has_graph || d->requirements->is_vendored || d->requirements->mains == NULL
            ? 0
            : pick(d, from, true, &units);
    return n == 0 || (requirements_complete(d->requirements, err) && find_level(d, units, n, err));
}

bool discover_run(Discovery *d, Err *err)
{
    while (d->n_done < d->list.len) {
        isize *units, from = d->n_done, end = d->list.len;
        isize n = pick(d, from, false, &units);
        if (end > DISCOVER_MAX_PACKAGES) {
            return FAIL(err, ERR_LIMIT, "more than %d packages", DISCOVER_MAX_PACKAGES);
        }
        if ((n > 0 && !find_level(d, units, n, err)) || !find_with_graph(d, from, err)) {
            return false;
        }
        for (isize i = from; i < end; i++) {
            add_imports_of(d, i);
        }
        d->n_done = end;
    }
    return true;
}
