/*
 * The main modules' packages are found, then all that they import, then what their tests and the
 * tests of "all" import. Where that reaches packages of modules that a pruned go.mod does not name,
 * cmd/go adds these to it and loads again, for they bring requirements of their own: so is it done
 * here, with a go.mod that is only changed in memory.
 */
#include "go/load/why.h"

#include "base/path.h"
#include "base/sort.h"
#include "go/load/importpath.h"
#include "go/load/pkgpattern.h"
#include "go/mod/quote.h"
#include "go/mod/version.h"

/* ---- the modules ---- */

static bool begin(Why *w, Err *err)
{
    const LoadOptions *o = &w->options;
    w->discovery = (Discovery){0};
    if (!requirements_load(w->arena, o->env, &w->mains, o->dir, o->goroot, o->target->go_minor,
                           o->jobs, &w->requirements, err)) {
        return false;
    }
    w->requirements.takes_goroot_modules = true;
    /* For modules `go mod why` asks `go list -m` first, which makes the graph consistent. */
    w->requirements.is_as_written = !w->question.of_modules;
    w->discovery = discover_init(w->arena, &w->requirements, &w->any, &w->no_linker, o->jobs);
    return true;
}

void why_done(Why *w)
{
    discover_done(&w->discovery);
    requirements_done(&w->requirements);
}

/* Whether go.mod has to name a module because it holds a package. */
static bool lacks_root(const Why *w, isize module)
{
    const Requirements *r = &w->requirements;
    return r->is_pruned && module >= r->n_mains && !r->modules.ptr[module].is_root;
}

/* The go line that the graph asks for; empty: the one that is there is new enough. */
static Str raised_go(const Why *w)
{
    const ModGraph *graph = &w->requirements.graph;
    isize node = w->requirements.has_graph ? graph_chosen(graph, S("go")) : 0;
    Str now = mainmods_go_of_mod(&w->mains.ptr[0].mod);
    Str go = node == 0 ? (Str){0} : graph_node(graph, node)->mod.version;
    return go.len > 0 && goversion_compare(go, now) > 0 ? str_copy(w->arena, go) : (Str){0};
}

/* go.mod as it has to be: with what it names, at the versions that are chosen, and what was added.
 * One that becomes complete by its go line names everything. */
static GoMod complete_go_mod(const Why *w)
{
    const Requirements *r = &w->requirements;
    GoMod mod = w->mains.ptr[0].mod;
    Str go = raised_go(w);
    if (go.len > 0) {
        mod.go.version = go;
    }
    bool names_all = !r->is_pruned && requirements_is_pruned(&mod);
    mod.requires.ptr = NULL;
    mod.requires.len = mod.requires.cap = 0;
    for (isize i = r->n_mains; i < r->modules.len; i++) {
        const LoadModule *m = &r->modules.ptr[i];
        if ((names_all || m->is_root) && requirements_find(r, m->mod.path) == i) {
            *VEC_PUSH(w->arena, &mod.requires) = (GoModRequire){
                .path = str_copy(w->arena, m->mod.path),
                .version = str_copy(w->arena, m->mod.version),
                .is_indirect = !m->is_direct,
            };
        }
    }
    return mod;
}

static bool is_same(const GoMod *x, const GoMod *y)
{
    bool same = str_eq(x->go.version, y->go.version) && x->requires.len == y->requires.len;
    for (isize i = 0; same && i < x->requires.len; i++) {
        same = str_eq(x->requires.ptr[i].path, y->requires.ptr[i].path) &&
               str_eq(x->requires.ptr[i].version, y->requires.ptr[i].version);
    }
    return same;
}

/* Begins anew with another go.mod. */
static bool renew(Why *w, GoMod mod, Err *err)
{
    w->main = w->mains.ptr[0];
    w->main.mod = mod;
    w->mains.ptr = &w->main;
    why_done(w);
    return begin(w, err);
}

static bool fail_growing(const Why *w, Err *err)
{
    return FAIL(err, ERR_LIMIT, "the requirements of %.*s keep growing",
                STR_ARG(w->mains.ptr[0].file));
}

/* ---- arguments that are packages ---- */

/* Directories, and what GOROOT holds, are matched as for a build. */
static bool is_of_build(Str pattern)
{
    return importpath_is_local(pattern) || path_is_absolute(pattern) || str_eq(pattern, S("std")) ||
           str_eq(pattern, S("cmd"));
}

/* Keeps a match beyond the modules that it was made with. */
static void keep_match(Why *w, Match *ret, const Match *m)
{
    *ret = *m;
    for (isize i = 0; i < m->paths.len; i++) {
        m->paths.ptr[i] = str_copy(w->arena, m->paths.ptr[i]);
    }
    for (isize i = 0; i < m->errors.len; i++) {
        *VEC_PUSH(w->arena, &w->troubles) = str_format(
            w->arena, "pattern %.*s: %.*s", STR_ARG(m->pattern), STR_ARG(m->errors.ptr[i]));
    }
    if (m->paths.len + m->errors.len == 0) {
        *VEC_PUSH(w->arena, &w->troubles) =
            str_format(w->arena, "\"%.*s\" matched no packages", STR_ARG(m->pattern));
    }
}

static bool match_packages(Why *w, Err *err)
{
    Discovery of_build = discover_init(w->arena, &w->requirements, w->options.target, &w->no_linker,
                                       w->options.jobs);
    bool ok = true;
    w->troubles.len = 0;
    w->matches.len = w->question.n_args;
    w->matches.ptr = ARENA_ARRAY(w->arena, Match, w->matches.len);
    for (isize i = 0; i < w->matches.len && ok; i++) {
        const Str *pattern = &w->question.args[i];
        Matches one;
        ok = match_patterns(w->arena, is_of_build(*pattern) ? &of_build : &w->discovery,
                            w->options.dir, pattern, 1, &one, err);
        if (ok) {
            keep_match(w, &w->matches.ptr[i], &one.ptr[0]);
        }
    }
    discover_done(&of_build);
    return ok;
}

/* Index of the module that holds a package, -1 when none does. */
static bool find_module(Why *w, Str path, isize *ret, Err *err)
{
    Requirements *r = &w->requirements;
    *ret = -1;
    for (int in_graph = 0; in_graph < 2; in_graph++) {
        Resolved found;
        if (in_graph && !requirements_complete(r, err)) {
            return false;
        }
        ResolveOutcome outcome = resolve_import(w->arena, r, path, in_graph, &found);
        bool is_there =
            outcome == RESOLVE_FOUND && (!found.is_unsure || resolve_has_go_files(found.dir));
        if (is_there) {
            *ret = found.module;
        }
        if (is_there || outcome == RESOLVE_FAILED) {
            break;
        }
    }
    return true;
}

/* Marks modules that hold what is asked for: it is taken as if the main module imported it. */
static bool add_asked_modules(Why *w, bool *ret_is_added, Err *err)
{
    *ret_is_added = false;
    for (isize i = 0; i < w->matches.len && w->requirements.is_pruned; i++) {
        const Strs *paths = &w->matches.ptr[i].paths;
        for (isize k = 0; k < paths->len; k++) {
            isize module;
            if (!find_module(w, paths->ptr[k], &module, err)) {
                return false;
            }
            if (lacks_root(w, module)) {
                w->requirements.modules.ptr[module].is_root = *ret_is_added = true;
            }
        }
    }
    return true;
}

/* With further modules a pattern may stand for more. */
static bool match_until_settled(Why *w, Err *err)
{
    for (int round = 0; round < WHY_MAX_ROUNDS; round++) {
        bool is_added;
        if (!match_packages(w, err) || !add_asked_modules(w, &is_added, err)) {
            return false;
        }
        if (!is_added) {
            return true;
        }
        if (!renew(w, complete_go_mod(w), err)) {
            return false;
        }
    }
    return fail_growing(w, err);
}

/* ---- arguments that are modules ---- */

static bool check_module(Str arg, Err *err)
{
    if (str_contains(arg, S("@"))) {
        FAIL(err, ERR_USAGE, "%.*s: 'mod why -m' takes a module path, not a version", STR_ARG(arg));
        return err_hint(err, "name the module alone: the version that is chosen is looked at");
    }
    if (str_contains(arg, S("\\"))) {
        return FAIL(err, ERR_USAGE, "%.*s: module paths never use backslash", STR_ARG(arg));
    }
    if (importpath_is_local(arg)) {
        return FAIL(err, ERR_USAGE, "cannot use relative path %.*s to specify module",
                    STR_ARG(arg));
    }
    return true;
}

static bool match_modules_of(Why *w, Str pattern, Map *matched, Err *err)
{
    if (!requirements_complete(&w->requirements, err)) {
        return false;
    }
    GraphNodes list = graph_build_list(w->arena, &w->requirements.graph, true);
    isize n_before = w->asked.len;
    for (isize i = 0; i < list.len; i++) {
        Str path = graph_node(&w->requirements.graph, list.ptr[i])->mod.path;
        bool is_new;
        if (str_eq(pattern, S("all")) || pkgpattern_matches(*w->arena, pattern, path)) {
            map_put(matched, path, &is_new);
            if (is_new) {
                *VEC_PUSH(w->arena, &w->asked) = str_copy(w->arena, path);
            }
        }
    }
    if (w->asked.len == n_before) {
        *VEC_PUSH(w->arena, &w->troubles) =
            str_format(w->arena, "pattern %.*s matched no module dependencies",
                       STR_ARG(quote_go(w->arena, pattern)));
    }
    return true;
}

/* As `go list -m` takes them. */
static bool match_modules(Why *w, Err *err)
{
    const WhyQuestion *q = &w->question;
    Map matched = map_init(w->arena);
    for (isize i = 0; i < q->n_args; i++) {
        if (!check_module(q->args[i], err)) {
            return false;
        }
    }
    for (isize i = 0; i < q->n_args; i++) {
        if (!str_eq(q->args[i], S("all")) && !pkgpattern_is_wild(q->args[i])) {
            *VEC_PUSH(w->arena, &w->asked) = q->args[i];
        } else if (!match_modules_of(w, q->args[i], &matched, err)) {
            return false;
        }
    }
    for (isize i = 0; i < w->mains.len && q->n_args == 0; i++) {
        *VEC_PUSH(w->arena, &w->asked) = w->mains.ptr[i].mod.module.path;
    }
    return true;
}

/* ---- "all" ---- */

static bool closes_over_tests(const Why *w)
{
    return !w->question.for_vendor && match_closes_over_tests(&w->requirements);
}

/* Finds what is in "all", and what the tests import that count. */
static bool find_all(Why *w, Err *err)
{
    static const Str word = STR_CONST("all");
    Discovery *d = &w->discovery;
    Matches matches;
    if (!match_patterns(w->arena, d, w->options.dir, &word, 1, &matches, err)) {
        return false;
    }
    w->all = matches.ptr[0];
    w->roots = w->all.paths;
    for (isize i = 0; i < w->roots.len; i++) {
        discover_want(d, w->roots.ptr[i], true);
    }
    do {
        if (!discover_run(d, err)) {
            return false;
        }
    } while (!match_all(w->arena, d, closes_over_tests(w), &w->all));
    for (isize i = 0; i < w->all.paths.len && !w->question.for_vendor; i++) {
        discover_want(d, w->all.paths.ptr[i], true);
    }
    return discover_run(d, err);
}

/* Marks modules that hold packages of "all"; false when go.mod names them all. */
static bool add_needed_modules(Why *w)
{
    Requirements *r = &w->requirements;
    bool is_added = false;
    for (isize i = 0; i < w->all.paths.len; i++) {
        const Found *f = discover_get(&w->discovery, w->all.paths.ptr[i]);
        if (f != NULL && f->outcome == RESOLVE_FOUND && lacks_root(w, f->place.module)) {
            r->modules.ptr[f->place.module].is_root = is_added = true;
        }
    }
    return is_added;
}

static bool find_with_needed_modules(Why *w, Err *err)
{
    const Requirements *r = &w->requirements;
    for (int round = 0; round < WHY_MAX_ROUNDS; round++) {
        if (!find_all(w, err)) {
            return false;
        }
        bool is_added = add_needed_modules(w), is_workspace = w->mains.work_file.len > 0;
        bool is_wrong = !is_workspace && r->has_graph && (r->is_pruned || r->graph.needs_update);
        if (!is_added && !is_wrong) {
            return true;
        }
        GoMod mod = complete_go_mod(w);
        if (!is_added && is_same(&mod, &w->mains.ptr[0].mod)) {
            return true;
        }
        w->needs_update = true;
        if (!renew(w, mod, err)) {
            return false;
        }
    }
    return fail_growing(w, err);
}

/* ---- the ways ---- */

static void add_node(Why *w, Str path, isize from)
{
    bool is_new;
    isize *at = map_put(&w->by_path, path, &is_new);
    if (is_new) {
        const Found *f = discover_get(&w->discovery, path);
        *VEC_PUSH(w->arena, &w->nodes) =
            (WhyNode){.path = path,
                      .from = from,
                      .depth = from < 0 ? 1 : w->nodes.ptr[from].depth + 1,
                      .found = f == NULL ? -1 : f - w->discovery.list.ptr};
        *at = w->nodes.len;
    }
}

static void add_imports(Why *w, isize from, const Found *f, BuildPart part)
{
    const BuildUses *uses = &f->build->imports[part];
    for (isize i = 0; i < uses->len; i++) {
        Str text = uses->ptr[i].text;
        if (text.len > 0 && (i == 0 || !str_eq(text, uses->ptr[i - 1].text))) {
            add_node(w, discover_path(&w->discovery, f->path, f->place.is_std, text), from);
        }
    }
}

static bool has_counting_tests(const Why *w, const Map *in_all, const Found *f)
{
    bool is_main = f->place.module >= 0 && f->place.module < w->requirements.n_mains;
    return is_main ||
           ((!w->question.for_vendor || closes_over_tests(w)) && map_get(in_all, f->path) != NULL);
}

static void follow(Why *w, const Map *in_all, isize at)
{
    WhyNode node = w->nodes.ptr[at];
    const Found *f = node.found < 0 ? NULL : &w->discovery.list.ptr[node.found];
    if (f == NULL || f->outcome != RESOLVE_FOUND || f->build->fault == BUILDPKG_NO_GO) {
        return;
    }
    if (node.is_test) {
        add_imports(w, at, f, BUILD_TEST_FILES);
        return;
    }
    add_imports(w, at, f, BUILD_FILES);
    if (has_counting_tests(w, in_all, f)) {
        node.is_test = true;
        node.from = at;
        node.depth++;
        *VEC_PUSH(w->arena, &w->nodes) = node;
    }
}

static void find_ways(Why *w)
{
    Map in_all = map_init(w->arena);
    w->by_path = map_init(w->arena);
    for (isize i = 0; i < w->all.paths.len; i++) {
        map_put(&in_all, w->all.paths.ptr[i], NULL);
    }
    for (isize i = 0; i < w->roots.len; i++) {
        add_node(w, w->roots.ptr[i], -1);
    }
    for (isize i = 0; i < w->nodes.len; i++) {
        follow(w, &in_all, i);
    }
}

Str why_module_of(const Why *w, isize node)
{
    isize found = w->nodes.ptr[node].found;
    const Found *f = found < 0 ? NULL : &w->discovery.list.ptr[found];
    bool is_known = f != NULL && f->outcome == RESOLVE_FOUND && f->place.module >= 0;
    return is_known ? w->requirements.modules.ptr[f->place.module].mod.path : (Str){0};
}

/* Of packages that are equally near the first by its path. */
static void find_nearest(Why *w)
{
    w->nearest = map_init(w->arena);
    for (isize i = 0; i < w->nodes.len; i++) {
        const WhyNode *node = &w->nodes.ptr[i];
        Str module = why_module_of(w, i);
        if (node->is_test || module.len == 0) {
            continue;
        }
        isize *at = map_put(&w->nearest, module, NULL);
        const WhyNode *best = *at == 0 ? NULL : &w->nodes.ptr[*at - 1];
        if (best == NULL ||
            (node->depth == best->depth && str_compare(node->path, best->path) < 0)) {
            *at = i + 1;
        }
    }
}

static void note_uncached(Why *w, Map *seen, Str module)
{
    bool is_new;
    map_put(seen, module, &is_new);
    if (is_new) {
        *VEC_PUSH(w->arena, &w->uncached) = module;
    }
}

/* Modules whose files are missing, and those whose go.mod is. */
static void find_uncached(Why *w)
{
    Map seen = map_init(w->arena);
    for (isize i = 0; i < w->nodes.len; i++) {
        isize found = w->nodes.ptr[i].found;
        Str module = found < 0 ? (Str){0} : w->discovery.list.ptr[found].place.uncached;
        if (module.len > 0) {
            note_uncached(w, &seen, module);
        }
    }
    const ModGraph *graph = &w->requirements.graph;
    GraphNodes troubles =
        w->requirements.has_graph ? graph_troubles(w->arena, graph) : (GraphNodes){0};
    for (isize i = 0; i < troubles.len; i++) {
        const GraphNode *node = graph_node(graph, troubles.ptr[i]);
        if (node->trouble.is_missing) {
            bool is_replaced = mainmods_replacement(*w->arena, &w->mains, node->mod) != NULL;
            note_uncached(w, &seen,
                          is_replaced ? node->mod.path : modversion_format(w->arena, node->mod));
        }
    }
    sort_strings(w->uncached.ptr, w->uncached.len);
}

WhyWay why_way(Arena *a, const Why *w, Str asked)
{
    const isize *at = map_get(w->question.of_modules ? &w->nearest : &w->by_path, asked);
    WhyWay way = {.len = at == NULL ? 0 : w->nodes.ptr[*at - 1].depth};
    way.ptr = ARENA_ARRAY(a, isize, way.len);
    isize node = at == NULL ? -1 : *at - 1;
    for (isize i = way.len - 1; i >= 0; i--) {
        way.ptr[i] = node;
        node = w->nodes.ptr[node].from;
    }
    return way;
}

/* ---- the whole ---- */

static void list_asked(Why *w)
{
    for (isize i = 0; i < w->matches.len; i++) {
        const Match *m = &w->matches.ptr[i];
        const Strs *paths = str_eq(m->pattern, S("all")) ? &w->all.paths : &m->paths;
        for (isize k = 0; k < paths->len; k++) {
            *VEC_PUSH(w->arena, &w->asked) = paths->ptr[k];
        }
    }
}

bool why_load(Arena *a, const LoadOptions *options, const WhyQuestion *question, Why *ret, Err *err)
{
    *ret = (Why){.arena = a,
                 .options = *options,
                 .question = *question,
                 .any = *options->target,
                 .mains = *options->mains};
    Why *w = ret;
    w->any.takes_any = true;
    w->mains.mod_flag = S("mod");
    w->mains.is_vendored = false;
    bool is_matched = begin(w, err) &&
                      (question->of_modules ? match_modules(w, err) : match_until_settled(w, err));
    if (!is_matched || !find_with_needed_modules(w, err)) {
        return false;
    }
    list_asked(w);
    find_ways(w);
    find_nearest(w);
    find_uncached(w);
    return true;
}
