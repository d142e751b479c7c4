/*
 * See rootcheck.h; the rules are those of updateRoots, spotCheckRoots, modFileIsDirty and
 * replacementFrom in cmd/go/internal/modload. The roots are what the go.mod of the one main module
 * requires, its go and toolchain lines among them.
 */
#include "go/load/rootcheck.h"

#include "go/load/reqshelf.h"
#include "go/mod/semver.h"
#include "go/mod/version.h"
#include "os/pool.h"

#define MODULES_PER_WORKER 8      /* fewer files are read sooner than a thread starts */
#define FIRST_TOOLCHAIN S("1.21") /* a toolchain line that names an older one is dropped */
#define FIRST_CHECKED 21          /* N of the Go 1.N whose rules these are */

typedef struct {
    Arena *arena;
    Loaded *loaded;
    Requirements *r;
    const MainMod *main;
    Map roots; /* path -> 1 + index of the line that requires it */
} RootCheck;

/* line 0: it is about no line in particular. */
static bool needs_update(const RootCheck *c, isize line, Str why, Err *err)
{
    FAIL(err, ERR_FORMAT, "%.*s:%td: updates to go.mod needed: %.*s", STR_ARG(c->main->file),
         line > 0 ? line : c->main->mod.module.pos.line, STR_ARG(why));
    return err_hint(err, "go mod tidy");
}

/* Version empty: what stands there is no version. */
static ModVersion version_of(const RootCheck *c, const GoModRequire *line)
{
    return (ModVersion){line->path, semver_canonical(c->arena, line->version)};
}

/* ---- go.mod alone ---- */

static bool gather_root(RootCheck *c, isize index, Err *err)
{
    const GoModRequire *line = &c->main->mod.requires.ptr[index];
    ModVersion mod = version_of(c, line);
    if (mainmods_excludes(*c->arena, c->r->mains, mod)) {
        return needs_update(c, line->pos.line,
                            str_format(c->arena, "it requires %.*s and excludes it",
                                       STR_ARG(modversion_format(c->arena, mod))),
                            err);
    }
    isize *at = map_put(&c->roots, mod.path, NULL);
    const GoModRequire *other = *at == 0 ? line : &c->main->mod.requires.ptr[*at - 1];
    *at = index + 1;
    if (str_eq(version_of(c, other).version, mod.version) ||
        str_eq(mod.path, c->main->mod.module.path)) {
        return true;
    }
    return needs_update(c, line->pos.line,
                        str_format(c->arena, "it requires %.*s, and %.*s in line %td",
                                   STR_ARG(modversion_format(c->arena, mod)),
                                   STR_ARG(other->version), other->pos.line),
                        err);
}

static bool gather_roots(RootCheck *c, Err *err)
{
    for (isize i = 0; i < c->main->mod.requires.len; i++) {
        if (!gather_root(c, i, err)) {
            return false;
        }
    }
    return true;
}

/* One that says no more than the go line, or that no go command switches to, is dropped. */
static bool check_toolchain(const RootCheck *c, Err *err)
{
    const GoModToolchain *line = &c->main->mod.toolchain;
    Str go = mainmods_go_of_mod(&c->main->mod), rest = line->name;
    if (line->name.len == 0 ||
        (!(str_eat_prefix(&rest, S("go")) && str_eq(rest, go)) &&
         goversion_compare(goversion_of_toolchain(line->name), FIRST_TOOLCHAIN) >= 0)) {
        return true;
    }
    return needs_update(
        c, line->pos.line,
        str_format(c->arena, "its line 'toolchain %.*s' is dropped", STR_ARG(line->name)), err);
}

/* ---- the graph ---- */

/* Who requires a node, the main module aside; empty: nobody. */
static Str requirer_of(const RootCheck *c, isize node)
{
    const ModGraph *g = &c->r->graph;
    for (isize i = 1; i < g->nodes.len; i++) {
        GraphNodes requires = graph_requires(g, i);
        for (isize k = 0; i != g->starts.ptr[0] && k < requires.len; k++) {
            if (requires.ptr[k] == node) {
                return modversion_format(c->arena, graph_node(g, i)->mod);
            }
        }
    }
    return (Str){0};
}

static bool say_raised(const RootCheck *c, isize line, ModVersion root, isize chosen, Err *err)
{
    Str by = requirer_of(c, chosen), version = graph_node(&c->r->graph, chosen)->mod.version;
    Str why = version.len == 0 ? S("that is the main module")
              : by.len == 0
                  ? str_format(c->arena, "%.*s is needed", STR_ARG(version))
                  : str_format(c->arena, "%.*s requires %.*s", STR_ARG(by), STR_ARG(version));
    return needs_update(c, line,
                        str_format(c->arena, "it requires %.*s, and %.*s",
                                   STR_ARG(modversion_format(c->arena, root)), STR_ARG(why)),
                        err);
}

/* line: of the root; version empty: there is none. */
static bool check_root(const RootCheck *c, isize line, ModVersion root, Err *err)
{
    isize chosen = graph_chosen(&c->r->graph, root.path);
    if (root.version.len == 0 || chosen == 0 ||
        str_eq(graph_node(&c->r->graph, chosen)->mod.version, root.version)) {
        return true;
    }
    return say_raised(c, line, root, chosen, err);
}

/* Whether each root is the chosen version of its path. What the graph lacks, because it could not
 * be read, could only raise more of them. */
static bool check_roots(const RootCheck *c, Err *err)
{
    const GoMod *mod = &c->main->mod;
    for (isize i = 0; i < mod->requires.len; i++) {
        ModVersion root = version_of(c, &mod->requires.ptr[i]);
        bool is_main = str_eq(root.path, mod->module.path);
        if (!(is_main && c->r->is_pruned) &&
            !check_root(c, mod->requires.ptr[i].pos.line, root, err)) {
            return false;
        }
    }
    return check_root(c, mod->go.pos.line, (ModVersion){S("go"), mainmods_go_of_mod(mod)}, err) &&
           check_root(c, mod->toolchain.pos.line, (ModVersion){S("toolchain"), mod->toolchain.name},
                      err);
}

/* Directories that replace modules and whose go.mod cannot be used. What else is missing from the
 * graph a build would fetch. */
static bool check_directories(const RootCheck *c, Err *err)
{
    Arena *a = c->arena;
    GraphNodes troubles = graph_troubles(a, &c->r->graph);
    for (isize i = 0; i < troubles.len; i++) {
        const GraphNode *node = graph_node(&c->r->graph, troubles.ptr[i]);
        const MainReplace *to = mainmods_replacement(*a, c->r->mains, node->mod);
        if (to != NULL && to->to.version.len == 0) {
            return FAIL(err, ERR_FORMAT, "%.*s:%td: %.*s (replaced by %.*s): %.*s",
                        STR_ARG(to->file), to->line, STR_ARG(modversion_format(a, node->mod)),
                        STR_ARG(to->to.path),
                        STR_ARG(requirements_say_unusable(a, c->r, to, node->trouble.says)));
        }
    }
    return true;
}

/* ---- packages ---- */

/* Packages that are reached, by index in the discovery. */
typedef struct {
    const Discovery *d;
    bool *is_seen;
    isize *stack;
    isize depth;
} Reach;

static void reach(Reach *k, Str path)
{
    const isize *at = map_get(&k->d->by_path, path);
    if (at != NULL && !k->is_seen[*at - 1]) {
        k->is_seen[*at - 1] = true;
        k->stack[k->depth++] = *at - 1;
    }
}

static void reach_imports(Reach *k, const Found *f, bool with_tests)
{
    for (BuildPart part = BUILD_FILES; part < BUILD_PART_COUNT; part++) {
        const BuildUses *uses = &f->build->imports[part];
        for (isize i = 0; (part == BUILD_FILES || with_tests) && i < uses->len; i++) {
            reach(k, uses->ptr[i].text);
        }
    }
}

static bool is_of_main(const RootCheck *c, const Found *f)
{
    return f->outcome == RESOLVE_FOUND && f->place.module >= 0 && f->place.module < c->r->n_mains;
}

/* What go.mod has to account for: all that packages of the main module lead to, and what was asked
 * for. The tests of other modules do not count, nor do those of the main module that are not
 * loaded. */
static void reach_all(const RootCheck *c, Reach *k)
{
    const Loaded *l = c->loaded;
    for (isize i = 0; i < k->d->list.len; i++) {
        if (is_of_main(c, &k->d->list.ptr[i])) {
            reach(k, k->d->list.ptr[i].path);
        }
    }
    for (isize i = 0; i < c->main->mod.tools.len; i++) {
        reach(k, c->main->mod.tools.ptr[i].path);
    }
    while (k->depth > 0) {
        const Found *f = &k->d->list.ptr[k->stack[--k->depth]];
        if (f->outcome == RESOLVE_FOUND && !f->place.is_std) {
            reach_imports(k, f, f->has_tests && is_of_main(c, f));
        }
    }
    for (isize i = 0; i < l->matches.len; i++) {
        for (isize p = 0; p < l->matches.ptr[i].paths.len; p++) {
            reach(k, l->matches.ptr[i].paths.ptr[p]);
        }
    }
    if (l->has_named && l->named.found.build != NULL) {
        reach_imports(k, &l->named.found, l->named.found.wants_tests);
    }
}

/* By module: whether a package of it counts; exactly: only where go.mod has to account for it. */
static bool *used_modules(const RootCheck *c, bool exactly)
{
    const Discovery *d = &c->loaded->discovery;
    bool *used = ARENA_ARRAY(c->arena, bool, c->r->modules.len);
    Reach k = {.d = d,
               .is_seen = ARENA_ARRAY(c->arena, bool, d->list.len),
               .stack = ARENA_ARRAY(c->arena, isize, d->list.len)};
    if (exactly) {
        reach_all(c, &k);
    }
    for (isize i = 0; i < d->list.len; i++) {
        const Found *f = &d->list.ptr[i];
        if ((k.is_seen[i] || !exactly) && f->outcome == RESOLVE_FOUND &&
            f->place.module >= c->r->n_mains) {
            used[f->place.module] = true;
        }
    }
    return used;
}

/* The first used module that is no root; -1: there is none. */
static isize find_unlisted(const RootCheck *c, const bool *used)
{
    for (isize i = c->r->n_mains; i < c->r->modules.len; i++) {
        if (used[i] && map_get(&c->roots, c->r->modules.ptr[i].mod.path) == NULL) {
            return i;
        }
    }
    return -1;
}

static bool say_unlisted(const RootCheck *c, isize module, Err *err)
{
    const Discovery *d = &c->loaded->discovery;
    Str name = modversion_format(c->arena, c->r->modules.ptr[module].mod), package = name;
    for (isize i = d->list.len - 1; i >= 0; i--) {
        if (d->list.ptr[i].outcome == RESOLVE_FOUND && d->list.ptr[i].place.module == module) {
            package = d->list.ptr[i].path;
        }
    }
    return needs_update(c, 0,
                        str_format(c->arena, "it does not require %.*s, which has package %.*s",
                                   STR_ARG(name), STR_ARG(package)),
                        err);
}

/* ---- what used modules require ---- */

/* Whether it requires no root in a higher version. What the module cache lacks is not judged. */
static bool fits_roots(Arena scratch, const RootCheck *c, const LoadModule *m)
{
    const GoMod *main = &c->main->mod;
    ModSummary summary;
    ModTrouble ignored;
    if (!modsummary_read(&scratch, c->r->mains, c->r->cache, m->mod, &summary, &ignored)) {
        return !m->is_local;
    }
    for (isize i = 0; i < summary.n_requires; i++) {
        ModVersion need = summary.requires[i];
        const isize *at = map_get(&c->roots, need.path);
        Str has = str_eq(need.path, S("go")) ? mainmods_go_of_mod(main)
                  : at == NULL               ? (Str){0}
                               : semver_canonical(&scratch, main->requires.ptr[*at - 1].version);
        if (str_eq(need.path, main->module.path) ||
            (has.len > 0 && modversion_compare(need.path, has, need.version) < 0)) {
            return false;
        }
    }
    return true;
}

typedef struct {
    const RootCheck *c;
    const isize *modules;
    bool *fits; /* by unit */
} SpotCheck;

static bool check_one(void *context, isize unit, isize worker, Err *err)
{
    const SpotCheck *s = context;
    (void)err;
    s->fits[unit] = fits_roots(s->c->loaded->discovery.workers[worker], s->c,
                               &s->c->r->modules.ptr[s->modules[unit]]);
    return true;
}

/* Of several loads the first one looks. */
static Str name_of_fit(Arena *a, const RootCheck *c, isize module)
{
    return str_format(a, "%p %.*s", (const void *)c->r->shelf,
                      STR_ARG(modversion_format(a, c->r->modules.ptr[module].mod)));
}

static bool is_known_to_fit(const RootCheck *c, isize module)
{
    Arena scratch = *c->arena;
    LoadCache *cache = c->loaded->options.cache;
    return cache != NULL &&
           loadcache_get(cache, LOADCACHE_FITS, name_of_fit(&scratch, c, module)) != NULL;
}

static void keep_fit(const RootCheck *c, isize module)
{
    Arena scratch = *c->arena;
    if (c->loaded->options.cache != NULL) {
        loadcache_keep(c->loaded->options.cache, LOADCACHE_FITS, name_of_fit(&scratch, c, module),
                       c->r->shelf);
    }
}

/* Whether all modules that are used require no more than the roots: without the graph. */
static bool spot_check(const RootCheck *c, const bool *used, bool *ret, Err *err)
{
    isize n = 0, *modules = ARENA_ARRAY(c->arena, isize, c->r->modules.len);
    for (isize i = c->r->n_mains; i < c->r->modules.len; i++) {
        if (used[i] && !is_known_to_fit(c, i)) {
            modules[n++] = i;
        }
    }
    SpotCheck s = {c, modules, ARENA_ARRAY(c->arena, bool, n)};
    isize n_workers = MIN(c->loaded->discovery.n_workers, n / MODULES_PER_WORKER + 1);
    if (!pool_run(n, n_workers, check_one, &s, err)) {
        return false;
    }
    *ret = true;
    for (isize i = 0; i < n; i++) {
        if (s.fits[i]) {
            keep_fit(c, modules[i]);
        }
        *ret = *ret && s.fits[i];
    }
    return true;
}

/* Most builds are done with the first look, at all packages that were loaded. */
static bool check_pruned(const RootCheck *c, Err *err)
{
    const bool *used = used_modules(c, false);
    bool fits = true;
    if (find_unlisted(c, used) >= 0) {
        used = used_modules(c, true);
        isize unlisted = find_unlisted(c, used);
        if (unlisted >= 0) {
            return say_unlisted(c, unlisted, err);
        }
    }
    if (!c->r->has_graph && !spot_check(c, used, &fits, err)) {
        return false;
    }
    if (!fits && !spot_check(c, used_modules(c, true), &fits, err)) {
        return false;
    }
    if (!fits && !(requirements_complete(c->r, err) && check_directories(c, err))) {
        return false;
    }
    return !c->r->has_graph || check_roots(c, err);
}

/* ---- vendored ---- */

/* A complete go.mod names all that is vendored. */
static bool check_vendored(const RootCheck *c, Err *err)
{
    const VendorList *list = &c->r->vendor;
    for (isize i = 0; requirements_is_pruned(&c->main->mod) && i < list->modules.len; i++) {
        const VendorModule *v = &list->modules.ptr[i];
        const isize *at = map_get(&c->roots, v->path);
        if (v->has_packages &&
            (at == NULL ||
             !str_eq(version_of(c, &c->main->mod.requires.ptr[*at - 1]).version, v->version))) {
            ModVersion mod = {v->path, v->version};
            return needs_update(c, 0,
                                str_format(c->arena,
                                           "vendored module %.*s should be required explicitly",
                                           STR_ARG(modversion_format(c->arena, mod))),
                                err);
        }
    }
    return true;
}

/* ---- the replace lines of a workspace ---- */

/* The line of one file that replaces a version: one of that version goes before one of all. */
static const GoModReplace *find_line(const GoModReplaces *lines, ModVersion of)
{
    const GoModReplace *found = NULL;
    for (isize i = 0; i < lines->len; i++) {
        const GoModReplace *line = &lines->ptr[i];
        if (str_eq(line->old_path, of.path) &&
            (str_eq(line->old_version, of.version) ||
             (line->old_version.len == 0 && (found == NULL || found->old_version.len == 0)))) {
            found = line;
        }
    }
    return found;
}

/* Targets are compared as they are written, directories too: as seen from either module. */
static bool is_same_target(const GoModReplace *x, const GoModReplace *y)
{
    return str_eq(x->new_path, y->new_path) && str_eq(x->new_version, y->new_version);
}

/* A line of this very version may not contradict what an earlier main module says of it; one of all
 * versions may. */
static bool check_replace(const RootCheck *c, ModVersion of, Err *err)
{
    const MainMods *mains = c->r->mains;
    const GoModReplace *before = NULL;
    const MainMod *by = NULL;
    if (find_line(&mains->work.replaces, of) != NULL) {
        return true;
    }
    for (isize i = 0; i < mains->len; i++) {
        const MainMod *main = &mains->ptr[i];
        const GoModReplace *line = find_line(&main->mod.replaces, of);
        if (line == NULL) {
            continue;
        }
        if (before != NULL && line->old_version.len > 0 && !is_same_target(before, line)) {
            Str name = modversion_format(c->arena, of);
            FAIL(err, ERR_FORMAT,
                 "%.*s:%td: conflicting replacements found for %.*s in workspace modules defined "
                 "by %.*s and %.*s",
                 STR_ARG(main->file), line->pos.line, STR_ARG(name), STR_ARG(by->file),
                 STR_ARG(main->file));
            return err_hint(err, "go work edit -replace %.*s=[override]", STR_ARG(name));
        }
        before = line;
        by = main;
    }
    return true;
}

/* Whether a build asks what replaces a version: that of all whose go.mod it reads, or that it
 * chooses. Where there is a vendor directory it asks for each line. */
static bool is_looked_up(const RootCheck *c, ModVersion mod)
{
    const ModGraph *g = &c->r->graph;
    if (c->r->is_vendored) {
        return true;
    }
    const isize *at = map_get(&g->by_name, modversion_format(c->arena, mod));
    return at != NULL && (graph_node(g, *at)->modes != 0 ||
                          g->by_path.ptr[graph_node(g, *at)->path].chosen == *at);
}

/* Not for packages of the standard library alone. */
static bool is_graph_read(const RootCheck *c)
{
    const Discovery *d = &c->loaded->discovery;
    for (isize i = 0; i < d->list.len; i++) {
        const Found *f = &d->list.ptr[i];
        if (f->outcome == RESOLVE_NONE || (f->outcome == RESOLVE_FOUND && f->place.module >= 0)) {
            return true;
        }
    }
    return false;
}

static bool check_workspace(const RootCheck *c, Err *err)
{
    const MainMods *mains = c->r->mains;
    for (isize i = 1; i < mains->len && is_graph_read(c); i++) {
        const GoModReplaces *lines = &mains->ptr[i].mod.replaces;
        for (isize k = 0; k < lines->len; k++) {
            ModVersion of = {lines->ptr[k].old_path, lines->ptr[k].old_version};
            if (of.version.len > 0 && is_looked_up(c, of) && !check_replace(c, of, err)) {
                return false;
            }
        }
    }
    return true;
}

/* ---- the whole ---- */

static bool check_module(RootCheck *c, Err *err)
{
    const Requirements *r = c->r;
    if (!r->is_pruned && !r->is_vendored && !check_directories(c, err)) {
        return false;
    }
    return str_eq(r->mains->mod_flag, S("mod")) ||
           (gather_roots(c, err) && check_toolchain(c, err) &&
            (r->is_vendored ? check_vendored(c, err)
             : r->is_pruned ? check_pruned(c, err)
                            : check_roots(c, err)));
}

bool rootcheck_run(Loaded *l, Err *err)
{
    Requirements *r = &l->requirements;
    if (r->mains == NULL || r->go_minor < FIRST_CHECKED) {
        return true;
    }
    RootCheck c = {
        .arena = l->arena, .loaded = l, .r = r, .main = r->mains->ptr, .roots = map_init(l->arena)};
    return r->mains->work_file.len > 0 ? check_workspace(&c, err) : check_module(&c, err);
}
