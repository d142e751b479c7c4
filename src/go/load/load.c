#include "go/load/load.h"

#include "base/sort.h"
#include "go/load/defaultgodebug.h"
#include "go/load/profiles.h"
#include "go/load/reqshelf.h"
#include "go/load/testpackages.h"
#include "os/pool.h"

/* ---- finding ---- */

static void want_matches(Loaded *l)
{
    for (isize i = 0; i < l->matches.len; i++) {
        const Match *m = &l->matches.ptr[i];
        for (isize k = 0; k < m->paths.len; k++) {
            discover_want(&l->discovery, m->paths.ptr[k], l->options.wants_tests);
        }
    }
}

static bool find_all(Loaded *l, Err *err)
{
    bool is_complete = false, all_tests = match_closes_over_tests(&l->requirements);
    while (!is_complete) {
        if (!discover_run(&l->discovery, err)) {
            return false;
        }
        is_complete = true;
        for (isize i = 0; i < l->matches.len; i++) {
            Match *m = &l->matches.ptr[i];
            is_complete = (!str_eq(m->pattern, S("all")) ||
                           match_all(l->arena, &l->discovery, all_tests, m)) &&
                          is_complete;
        }
        if (is_complete && l->options.wants_tests) {
            want_matches(l);
            is_complete = l->discovery.n_done == l->discovery.list.len;
        }
    }
    return true;
}

/* ---- what the main modules import directly ---- */

static void look_at_import(Loaded *l, Found *importer, Str text, bool is_test)
{
    Requirements *r = &l->requirements;
    const Found *f = discover_get(&l->discovery, text);
    if (f == NULL || f->outcome != RESOLVE_FOUND || f->place.module < r->n_mains) {
        return;
    }
    LoadModule *m = &r->modules.ptr[f->place.module];
    bool in_work = r->mains->work_file.len > 0, may_write = str_eq(r->mains->mod_flag, S("mod"));
    bool must_be_root = !in_work && !may_write;
    /* Else "// indirect" in go.mod stands, be it right or wrong. */
    if (in_work ? r->go_minor >= FIRST_DIRECT_OF_WORK : may_write) {
        m->is_direct = true;
    }
    if (must_be_root && !m->is_root && !is_test && importer->implicit_module.len == 0) {
        importer->implicit_module = str_format(
            l->arena,
            "package %.*s imports %.*s from implicitly required module; to add missing "
            "requirements, run:\n\tgo get %.*s",
            STR_ARG(importer->path), STR_ARG(text), STR_ARG(modversion_format(l->arena, m->mod)));
    }
}

/* modload's updateRequirements, as far as nothing is written. */
static void look_at_imports_of_mains(Loaded *l)
{
    for (isize i = 0; i < l->discovery.list.len; i++) {
        Found *f = &l->discovery.list.ptr[i];
        if (f->outcome != RESOLVE_FOUND || f->place.module < 0 ||
            f->place.module >= l->requirements.n_mains) {
            continue;
        }
        for (BuildPart part = BUILD_FILES; part < BUILD_PART_COUNT; part++) {
            const BuildUses *uses = &f->build->imports[part];
            for (isize k = 0; (part == BUILD_FILES || f->has_tests) && k < uses->len; k++) {
                look_at_import(l, f, uses->ptr[k].text, part != BUILD_FILES);
            }
        }
    }
}

/* ---- packages ---- */

static void add_to_list(Loaded *l, Package *p)
{
    *VEC_PUSH(l->arena, &l->list) = p;
}

/* A pattern that could not be followed is a package with an error. */
static Package *package_of_trouble(Loaded *l, Assembly *s, const Match *m)
{
    Package *p = ARENA_NEW(l->arena, Package);
    Str words = m->is_literal ? m->errors.ptr[0]
                              : str_format(l->arena, "pattern %.*s: %.*s", STR_ARG(m->pattern),
                                           STR_ARG(m->errors.ptr[0]));
    *p = (Package){
        .dir = m->empty_dir,
        .import_path = m->pattern,
        .source_path = m->pattern,
        .module = -1,
        .index = -1,
        .is_incomplete = true,
        .is_asked_for = true,
        .error = assemble_error(s, words, (Str){0}),
    };
    *VEC_PUSH(l->arena, &p->match) = m->pattern;
    return p;
}

static void assemble_matches(Loaded *l, Assembly *s)
{
    for (isize i = 0; i < l->matches.len; i++) {
        const Match *m = &l->matches.ptr[i];
        for (isize k = 0; k < m->paths.len; k++) {
            Package *p = assemble_asked(s, m->paths.ptr[k]);
            bool is_new = p->match.len == 0;
            *VEC_PUSH(l->arena, &p->match) = m->pattern;
            if (is_new) {
                add_to_list(l, p);
            }
        }
        if (m->errors.len > 0) {
            add_to_list(l, package_of_trouble(l, s, m));
        }
    }
}

static void assemble_files(Loaded *l, Assembly *s)
{
    Package *p = assemble_named(s, &l->named);
    for (isize i = 0; p->source_path.len > 0 && i < l->n_arguments; i++) {
        *VEC_PUSH(l->arena, &p->match) = l->arguments[i];
    }
    add_to_list(l, p);
}

static void assemble_tests(Loaded *l, Assembly *s)
{
    isize n = l->list.len;
    for (isize i = 0; i < n; i++) {
        Package *p = l->list.ptr[i];
        if (p->lists[LIST_TEST_GO].len + p->lists[LIST_XTEST_GO].len == 0) {
            continue;
        }
        TestPackages t = testpackages_make(s, p);
        t.main->tested = p;
        add_to_list(l, t.main);
        if (t.test != p) {
            add_to_list(l, t.test);
        }
        if (t.xtest != NULL) {
            add_to_list(l, t.xtest);
        }
    }
}

/* Without their tests being loaded, what they import is named as their package means it. */
static void name_test_imports(Loaded *l, Package *p)
{
    for (BuildPart part = BUILD_TEST_FILES; part < BUILD_PART_COUNT; part++) {
        Strs *list = &p->test_imports[part], named = {0};
        for (isize i = 0; i < list->len; i++) {
            Str path = discover_path(&l->discovery, p->source_path, p->is_standard, list->ptr[i]);
            if (!strs_has(&named, path)) {
                *VEC_PUSH(l->arena, &named) = path;
            }
        }
        sort_strings(named.ptr, named.len);
        *list = named;
    }
}

static void set_godebugs(Loaded *l)
{
    DefaultGodebug d = {0};
    for (isize i = 0; i < l->list.len; i++) {
        Package *p = l->list.ptr[i];
        if (!str_eq(p->name, S("main"))) {
            continue;
        }
        if (d.go_version.len == 0) {
            d = defaultgodebug_init(l->arena, &l->options);
        }
        p->default_godebug = defaultgodebug_of(l->arena, &d, p, p->tested);
    }
}

static void order(Loaded *l)
{
    for (isize i = 0; i < l->list.len; i++) {
        l->list.ptr[i]->is_asked_for = true;
    }
    l->all = packages_list(l->arena, &l->list);
    for (isize i = 0; i < l->all.len; i++) {
        l->all.ptr[i]->place = i;
    }
    if (l->options.wants_deps) {
        l->list = l->all;
    }
    for (isize i = 0; i < l->list.len; i++) {
        name_test_imports(l, l->list.ptr[i]);
    }
    set_godebugs(l);
    if (l->options.wants_tests || l->has_variants) {
        packages_rename(l->arena, &l->all);
    }
}

/* Imports one behind the other are calls one within the other: a thread of its own has the stack
 * for them. */
static bool assemble(void *context, isize unit, isize worker, Err *err)
{
    Loaded *l = context;
    const LoadOptions *o = &l->options;
    Assembly s = assemble_init(l->arena, &l->discovery, o->env, o->dir, o->goroot, o->go_version);
    (void)unit;
    (void)worker;
    (void)err;
    if (l->has_named) {
        assemble_files(l, &s);
    } else {
        assemble_matches(l, &s);
    }
    if (!o->ignores_profiles && profiles_are_found(o->env)) {
        profiles_attach(l->arena, &l->list);
        l->has_variants = l->list.len > 1;
    }
    if (o->wants_tests) {
        assemble_tests(l, &s);
    }
    order(l);
    return true;
}

/* Puts in line what the arguments stand for. */
static bool want_arguments(Loaded *l, Err *err)
{
    const LoadOptions *o = &l->options;
    l->has_named = namedfiles_are_meant(*l->arena, o->dir, l->arguments, l->n_arguments);
    if (!l->has_named) {
        if (!match_patterns(l->arena, &l->discovery, o->dir, l->arguments, l->n_arguments,
                            &l->matches, err)) {
            return false;
        }
        want_matches(l);
        return true;
    }
    if (!namedfiles_read(l->arena, &l->requirements, o->env, o->target, o->dir, l->arguments,
                         l->n_arguments, &l->named, err)) {
        return false;
    }
    l->named.found.wants_tests = o->wants_tests;
    if (l->named.found.build != NULL) {
        discover_want_imports(&l->discovery, &l->named.found);
    }
    return true;
}

static bool find_requirements(Loaded *l, Err *err)
{
    const LoadOptions *o = &l->options;
    isize minor = o->target->go_minor;
    return o->cache != NULL ? reqshelf_load(l->arena, o->cache, o->env, o->mains, o->dir, o->goroot,
                                            minor, o->jobs, &l->requirements, err)
                            : requirements_load(l->arena, o->env, o->mains, o->dir, o->goroot,
                                                minor, o->jobs, &l->requirements, err);
}

bool load_packages(Arena *a, const LoadOptions *options, const Str *arguments, isize n, Loaded *ret,
                   Err *err)
{
    *ret = (Loaded){.arena = a, .options = *options, .arguments = arguments, .n_arguments = n};
    Loaded *l = ret;
    if (!find_requirements(l, err)) {
        return false;
    }
    l->linker = implicit_linker(a, options->target, options->env);
    l->discovery = discover_init(a, &l->requirements, options->target, &l->linker, options->jobs);
    if (options->cache != NULL) {
        discover_share(&l->discovery, options->cache);
    }
    if (!want_arguments(l, err) || !find_all(l, err)) {
        return false;
    }
    look_at_imports_of_mains(l);
    return pool_run_deep(1, 1, assemble, l, err);
}

void load_done(Loaded *l)
{
    discover_done(&l->discovery);
    requirements_done(&l->requirements);
}
