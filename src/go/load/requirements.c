#include "go/load/requirements.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "go/env/workdir.h"
#include "go/load/reqshelf.h"
#include "go/mod/escape.h"
#include "go/mod/semver.h"
#include "go/mod/vendoragree.h"
#include "go/mod/version.h"

#define FIRST_PRUNED S("1.17")   /* go lines from this one on: requirements are complete */
#define FIRST_REAL_NAMES 24      /* N of the Go 1.N whose short names lead to the files */
#define FIRST_EXPLICIT S("1.14") /* and here modules.txt tells what go.mod requires */

bool requirements_place_in_cache(Arena *a, Str cache, ModVersion m, Str *ret)
{
    Str path, version;
    if (!path_is_absolute(cache) || !escape_module_path(a, m.path, &path) ||
        !escape_version(a, m.version, &version)) {
        return false;
    }
    *ret = str_format(a, "%.*s/%.*s@%.*s", STR_ARG(cache), STR_ARG(path), STR_ARG(version));
    return true;
}

isize requirements_find(const Requirements *r, Str path)
{
    const isize *at = map_get(&r->by_path, path);
    return at == NULL ? -1 : *at - 1;
}

/* The go.mod of a module that is none of the main ones. */
static bool place_of_go_mod(Arena *a, const Requirements *r, const LoadModule *m, Str *ret)
{
    if (m->is_local) {
        *ret = path_join(a, m->root, S("go.mod"));
        return true;
    }
    return modsummary_place(a, r->cache, m->replace == NULL ? m->mod : m->replace->to, ret);
}

Str requirements_go_of(Arena *a, const Requirements *r, isize module)
{
    const LoadModule *m = &r->modules.ptr[module];
    Str file;
    if (m->main != NULL) {
        return m->main->mod.go.version;
    }
    if (r->is_vendored) {
        const VendorModule *v = vendorlist_find(*a, &r->vendor, m->mod);
        return v == NULL ? (Str){0} : v->go_version;
    }
    if (!place_of_go_mod(a, r, m, &file)) {
        return (Str){0};
    }
    return r->shelf != NULL ? reqshelf_go_line(r, file) : requirements_go_line_of(a, file);
}

Str requirements_go_line_of(Arena *a, Str file)
{
    Str text;
    Err ignored;
    return mainmods_read_file(a, file, &text, &ignored) == FILE_FOUND
               ? gomod_lookup(text, S("go")).value
               : (Str){0};
}

bool requirements_is_in_goroot(const Requirements *r, const LoadModule *m)
{
    return m->main != NULL && path_is_within(m->root, r->goroot_src) &&
           (str_eq(m->mod.path, S("std")) || str_eq(m->mod.path, S("cmd")));
}

/* ---- one module ---- */

static bool has_sum(const Requirements *r, ModVersion m)
{
    return gosum_find(*r->arena, &r->sums, m.path, m.version, false) != NULL;
}

/* -mod=readonly, the default, outside of workspaces (modload.mustHaveSums). */
static bool must_have_sums(const Requirements *r)
{
    return r->mains->work_file.len == 0 && !str_eq(r->mains->mod_flag, S("mod"));
}

static bool is_absent(Str file)
{
    FileStat st;
    Err ignored;
    return file_stat(FILE_CWD, file, &st, &ignored) == FILE_ABSENT;
}

Str requirements_say_unusable(Arena *a, const Requirements *r, const MainReplace *replace,
                              Str fault)
{
    Str file = path_join(a, replace->dir, S("go.mod"));
    Str shown = workdir_short(a, r->dir, file, r->go_minor >= FIRST_REAL_NAMES);
    return is_absent(file) ? str_format(a, "reading %.*s: open %.*s: no such file or directory",
                                        STR_ARG(shown), STR_ARG(file))
                           : str_format(a, "parsing %.*s: %.*s", STR_ARG(shown), STR_ARG(fault));
}

static LoadModule module_of(const Requirements *r, ModVersion mod)
{
    LoadModule m = {.mod = mod, .prefix = mod.path};
    m.replace = mainmods_replacement(*r->arena, r->mains, mod);
    if (r->is_vendored) {
        return m;
    }
    if (m.replace != NULL && m.replace->to.version.len == 0) {
        m.root = m.replace->dir;
        m.is_local = true;
        m.lacks_go_mod = is_absent(path_join(r->arena, m.root, S("go.mod")));
        return m;
    }
    ModVersion actual = m.replace == NULL ? mod : m.replace->to;
    m.lacks_sum = must_have_sums(r) && !has_sum(r, actual);
    if (!requirements_place_in_cache(r->arena, r->cache, actual, &m.root)) {
        m.root = (Str){0};
    }
    return m;
}

/* Makes it the chosen version of its path. */
static LoadModule *choose(Requirements *r, ModVersion mod)
{
    isize *at = map_put(&r->by_path, mod.path, NULL);
    if (*at == 0 || !modversion_eq(r->modules.ptr[*at - 1].mod, mod)) {
        *VEC_PUSH(r->arena, &r->modules) = module_of(r, mod);
        *at = r->modules.len;
    }
    return &r->modules.ptr[*at - 1];
}

isize requirements_find_vendored(const Requirements *r, Str import_path)
{
    const VendorModule *v = vendorlist_module_of(&r->vendor, import_path);
    return v == NULL ? -1 : requirements_find(r, v->path);
}

/* ---- the main modules, and what they require ---- */

static void add_main(Requirements *r, const MainMod *main)
{
    LoadModule m = {
        .mod = {.path = main->mod.module.path}, .main = main, .root = main->dir, .is_local = true};
    m.prefix = str_eq(m.mod.path, S("std")) ? S("") : m.mod.path;
    *VEC_PUSH(r->arena, &r->modules) = m;
    *map_put(&r->by_path, m.mod.path, NULL) = r->modules.len;
}

static void add_required(Requirements *r, const GoModRequire *require)
{
    ModVersion mod = {require->path, semver_canonical(r->arena, require->version)};
    const isize *at = map_get(&r->by_path, mod.path);
    if (mod.version.len == 0 || mainmods_excludes(*r->arena, r->mains, mod)) {
        return;
    }
    if (at != NULL) {
        const LoadModule *other = &r->modules.ptr[*at - 1];
        if (other->main != NULL ||
            modversion_compare(mod.path, other->mod.version, mod.version) > 0) {
            return;
        }
    }
    choose(r, mod)->is_root = true;
}

static void mark_direct(Requirements *r, const MainMod *main)
{
    for (isize i = 0; i < main->mod.requires.len; i++) {
        const GoModRequire *require = &main->mod.requires.ptr[i];
        isize at = require->is_indirect ? -1 : requirements_find(r, require->path);
        if (at >= 0) {
            r->modules.ptr[at].is_direct = true;
        }
    }
}

static void mark_all_direct(Requirements *r)
{
    if (r->mains->work_file.len > 0 && r->go_minor < FIRST_DIRECT_OF_WORK) {
        return;
    }
    for (isize i = 0; i < r->mains->len; i++) {
        mark_direct(r, &r->mains->ptr[i]);
    }
}

static bool read_sums(Requirements *r, Err *err)
{
    Arena *a = r->arena;
    const MainMods *mains = r->mains;
    r->sums = gosum_init(a);
    for (isize i = 0; i < mains->len; i++) {
        Str stem = mains->ptr[i].file;
        str_eat_suffix(&stem, S(".mod"));
        if (!gosum_add_file(a, &r->sums, str_concat(a, stem, S(".sum")), err)) {
            return false;
        }
    }
    return mains->work_file.len == 0 ||
           gosum_add_file(a, &r->sums, str_concat(a, mains->work_file, S(".sum")), err);
}

/* As the go command, which then builds nothing; the first difference is named. */
static bool check_vendor(const Requirements *r, Err *err)
{
    Arena scratch = *r->arena;
    bool in_workspace = r->mains->work_file.len > 0;
    VendorDifferences all = vendoragree_compare(&scratch, r->mains, &r->vendor, r->go_minor);
    if (all.len == 0) {
        return true;
    }
    FAIL(err, ERR_FORMAT, "inconsistent vendoring in %.*s: %.*s: %.*s%s",
         STR_ARG(path_dir(r->vendor_dir)), STR_ARG(modversion_format(&scratch, all.ptr[0].mod)),
         STR_ARG(all.ptr[0].words), all.len > 1 ? ", and more" : "");
    return err_hint(err, "%s, or -mod=mod in GOFLAGS, which ignores the vendor directory",
                    in_workspace ? "go work vendor" : "go mod vendor");
}

static bool read_vendor(Requirements *r, Err *err)
{
    Str text = {0};
    Str above = r->mains->work_file.len > 0 ? path_dir(r->mains->work_file) : r->mains->ptr[0].dir;
    r->vendor_dir = path_join(r->arena, above, S("vendor"));
    Str file = path_join(r->arena, r->vendor_dir, S("modules.txt"));
    if (mainmods_read_file(r->arena, file, &text, err) == FILE_FAILED) {
        return false;
    }
    vendorlist_read(r->arena, text, &r->vendor);
    if (!check_vendor(r, err)) {
        return false;
    }
    bool tells_roots =
        goversion_compare(mainmods_go_of_mod(&r->mains->ptr[0].mod), FIRST_EXPLICIT) >= 0;
    for (isize i = 0; i < r->vendor.modules.len; i++) {
        const VendorModule *v = &r->vendor.modules.ptr[i];
        if (v->has_packages) {
            choose(r, (ModVersion){v->path, v->version})->is_root = v->is_explicit || !tells_roots;
        }
    }
    mark_all_direct(r);
    return true;
}

bool requirements_is_pruned(const GoMod *mod)
{
    return goversion_compare(mainmods_go_of_mod(mod), FIRST_PRUNED) >= 0;
}

bool requirements_load(Arena *a, const GoEnv *env, const MainMods *mains, Str dir, Str goroot,
                       isize go_minor, isize jobs, Requirements *ret, Err *err)
{
    *ret = (Requirements){
        .arena = a,
        .mains = mains,
        .dir = dir,
        .goroot_src = path_join(a, goroot, S("src")),
        .cache = goenv_value(env, S("GOMODCACHE")),
        .go_minor = go_minor,
        .jobs = jobs,
        .by_path = map_init(a),
        .is_vendored = mains != NULL && mains->is_vendored,
    };
    Requirements *r = ret;
    if (mains == NULL) {
        return true;
    }
    for (isize i = 0; i < mains->len; i++) {
        add_main(r, &mains->ptr[i]);
    }
    r->n_mains = mains->len;
    if (r->is_vendored) {
        return read_vendor(r, err);
    }
    if (!read_sums(r, err)) {
        return false;
    }
    r->is_pruned =
        mains->work_file.len == 0 && mains->len == 1 && requirements_is_pruned(&mains->ptr[0].mod);
    if (!r->is_pruned) {
        return requirements_complete(r, err);
    }
    for (isize i = 0; i < mains->ptr[0].mod.requires.len; i++) {
        add_required(r, &mains->ptr[0].mod.requires.ptr[i]);
    }
    mark_all_direct(r);
    return true;
}

static bool lacks_go_mod_sum(const Requirements *r, ModVersion m)
{
    return must_have_sums(r) && gosum_find(*r->arena, &r->sums, m.path, m.version, true) == NULL;
}

/* Why the go.mod of a node cannot be read, with the command that brings it. */
static Str say_unreadable(const Requirements *r, const GraphNode *node)
{
    Arena *a = r->arena;
    const MainReplace *replace = mainmods_replacement(*a, r->mains, node->mod);
    if (!node->trouble.is_missing) {
        return replace == NULL || replace->to.version.len > 0
                   ? node->trouble.says
                   : requirements_say_unusable(a, r, replace, node->trouble.says);
    }
    if (lacks_go_mod_sum(r, replace == NULL ? node->mod : replace->to)) {
        return str_concat(a,
                          S("missing go.sum entry for go.mod file; to add it:\n\tgo mod download "),
                          node->mod.path);
    }
    return str_concat(a, S("not in the module cache; to fetch it:\n\tgo mod download "),
                      replace == NULL ? modversion_format(a, node->mod) : node->mod.path);
}

/* "a@v1 requires\n\tb@v2: why", of the nearest go.mod that cannot be read; empty: all were. */
static Str trouble_of_graph(const Requirements *r)
{
    Arena *a = r->arena;
    GraphNodes troubles = graph_troubles(a, &r->graph);
    StrBuf b = strbuf_init(a);
    if (troubles.len == 0) {
        return (Str){0};
    }
    const GraphNode *last = graph_node(&r->graph, troubles.ptr[0]);
    GraphNodes chain = graph_chain(a, &r->graph, troubles.ptr[0]);
    for (isize i = 0; i < chain.len - 1; i++) {
        ModVersion mod = graph_node(&r->graph, chain.ptr[i])->mod;
        if (mod.version.len > 0) { /* a main module is not named */
            strbuf_add(&b, modversion_format(a, mod));
            strbuf_add(&b, S(" requires\n\t"));
        }
    }
    strbuf_add(&b, modversion_format(a, last->mod));
    const MainReplace *replace = mainmods_replacement(*a, r->mains, last->mod);
    if (replace != NULL) {
        strbuf_add_format(&b, " (replaced by %.*s)", STR_ARG(modversion_format(a, replace->to)));
    }
    strbuf_add_format(&b, ": %.*s", STR_ARG(say_unreadable(r, last)));
    return strbuf_str(&b);
}

bool requirements_complete(Requirements *r, Err *err)
{
    if (r->has_graph || r->is_vendored || r->mains == NULL) {
        return true;
    }
    if (r->shelf != NULL) {
        return reqshelf_complete(r, err);
    }
    r->has_graph = true;
    bool ok = r->is_as_written
                  ? graph_load_as_written(r->arena, r->mains, r->cache, r->jobs, &r->graph, err)
                  : graph_load(r->arena, r->mains, r->cache, r->jobs, &r->graph, err);
    if (!ok) {
        return false;
    }
    r->graph_trouble = trouble_of_graph(r);
    GraphNodes list = graph_build_list(r->arena, &r->graph, true);
    for (isize i = 0; i < list.len; i++) {
        ModVersion mod = graph_node(&r->graph, list.ptr[i])->mod;
        if (mod.version.len > 0) {
            choose(r, mod);
        }
    }
    for (isize i = 0; i < r->graph.roots.len; i++) {
        ModVersion mod = graph_node(&r->graph, r->graph.roots.ptr[i])->mod;
        isize at = requirements_find(r, mod.path);
        if (at >= 0 && (r->is_as_written || modversion_eq(r->modules.ptr[at].mod, mod))) {
            r->modules.ptr[at].is_root = true;
        }
    }
    mark_all_direct(r);
    return true;
}

void requirements_done(Requirements *r)
{
    if (r->has_graph && r->shelf == NULL) {
        graph_done(&r->graph);
    }
}
