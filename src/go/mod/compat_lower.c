/*
 * Going back to older versions, see compat.h. Candidates are releases whose go.mod files lie in the
 * module cache; whether they do is not guessed: the graph is computed anew as if go.mod asked for
 * them. Where another module requires more than a candidate, that graph needs an update.
 */
#include "go/mod/compat.h"

#include "base/path.h"
#include "go/mod/escape.h"
#include "go/mod/semver.h"
#include "go/mod/version.h"
#include "os/dir.h"

#define FIRST_PRUNED S("1.17") /* from this go line on its form changes what is read */

typedef struct {
    Arena *arena;
    const ModGraph *graph;
    const Compat *compat;
    VEC(ModVersion) chosen; /* to go back to */
} Lowering;

static bool is_release(Str version)
{
    Semver v;
    return semver_parse(version, &v) && v.prerelease.len == 0 && v.build.len == 0;
}

static bool is_enough(const Lowering *l, ModVersion m)
{
    ModSummary summary;
    ModTrouble ignored;
    return !mainmods_excludes(*l->arena, l->graph->mains, m) &&
           mainmods_replacement(*l->arena, l->graph->mains, m) == NULL &&
           modsummary_read(l->arena, l->graph->mains, l->graph->cache, m, &summary, &ignored) &&
           goversion_compare(summary.go, l->compat->lowest) < 0;
}

/* The newest release in the cache before `now` that asks for an older Go. */
static Str find_older(const Lowering *l, ModVersion now)
{
    Str file, best = {0};
    DirList list = {0};
    Err ignored;
    AUTO_CLOSE int fd = -1;
    if (!modsummary_place(l->arena, l->graph->cache, now, &file) ||
        dir_open(FILE_CWD, path_dir(file), &fd, &ignored) != FILE_FOUND ||
        !dir_list_fresh(l->arena, fd, &list, &ignored)) {
        return best;
    }
    for (isize i = 0; i < list.len; i++) {
        Str name = list.ptr[i].name, version;
        if (str_eat_suffix(&name, S(".mod")) && unescape_version(l->arena, name, &version) &&
            is_release(version) && semver_compare(version, now.version) < 0 &&
            semver_compare(version, best) > 0 && is_enough(l, (ModVersion){now.path, version})) {
            best = version;
        }
    }
    return best;
}

static bool is_required_by_main(const GoMod *mod, ModVersion m)
{
    for (isize i = 0; i < mod->requires.len; i++) {
        if (modversion_eq((ModVersion){mod->requires.ptr[i].path, mod->requires.ptr[i].version},
                          m)) {
            return true;
        }
    }
    return false;
}

/* One candidate for each dependency that decides; false when one of them has none. */
static bool gather(Lowering *l)
{
    const MainMods *mains = l->graph->mains;
    for (isize i = 0; i < l->compat->modules.len; i++) {
        const CompatModule *m = &l->compat->modules.ptr[i];
        if (m->is_main || !compat_decides(l->compat, m)) {
            continue;
        }
        if (!m->is_chosen || !is_required_by_main(&mains->ptr[0].mod, m->mod) ||
            mainmods_replacement(*l->arena, mains, m->mod) != NULL) {
            return false;
        }
        Str older = find_older(l, m->mod);
        if (older.len == 0) {
            return false;
        }
        *VEC_PUSH(l->arena, &l->chosen) = (ModVersion){m->mod.path, older};
    }
    return l->chosen.len > 0;
}

/* The main module with the candidates in its go.mod, and a go line that nothing has to raise. */
static MainMods change(const Lowering *l)
{
    MainMods mains = *l->graph->mains;
    mains.ptr = arena_copy(l->arena, mains.ptr, sizeof(MainMod), _Alignof(MainMod));
    GoMod *mod = &mains.ptr[0].mod;
    mod->requires.ptr =
        arena_copy(l->arena, mod->requires.ptr, mod->requires.len * (isize)sizeof(GoModRequire),
                   _Alignof(GoModRequire));
    if (goversion_compare(mainmods_go_of_mod(mod), FIRST_PRUNED) >= 0) {
        mod->go.version = l->compat->lowest;
    }
    for (isize i = 0; i < mod->requires.len; i++) {
        for (isize k = 0; k < l->chosen.len; k++) {
            if (str_eq(mod->requires.ptr[i].path, l->chosen.ptr[k].path)) {
                mod->requires.ptr[i].version = l->chosen.ptr[k].version;
            }
        }
    }
    return mains;
}

/* Computes the graph anew. The go line of go.mod counts for its form, and not for what it asks. */
static bool try_lower(const Lowering *l, Str *ret_lowest, Err *err)
{
    ModGraph graph;
    Compat compat;
    MainMods mains = change(l);
    bool ok = graph_load(l->arena, &mains, l->graph->cache, l->graph->jobs, &graph, err);
    if (ok && !graph.needs_update && graph_troubles(l->arena, &graph).len == 0) {
        mains.ptr[0].mod.go.version = (Str){0};
        ok = compat_judge(l->arena, &graph, &(CompatGos){0}, &compat, err);
        *ret_lowest = ok ? str_copy(l->arena, compat.lowest) : (Str){0};
    }
    graph_done(&graph);
    return ok;
}

bool compat_lower(Arena *a, const ModGraph *graph, const Compat *c, CompatLower *ret, Err *err)
{
    const MainMods *mains = graph->mains;
    Lowering l = {.arena = a, .graph = graph, .compat = c};
    Str lowest = {0};
    *ret = (CompatLower){0};
    if (mains->work_file.len > 0 || mains->is_vendored || graph_troubles(a, graph).len > 0 ||
        !gather(&l)) {
        return true;
    }
    if (!try_lower(&l, &lowest, err)) {
        return false;
    }
    if (lowest.len > 0 && goversion_compare(lowest, c->lowest) < 0) {
        *ret = (CompatLower){lowest, l.chosen.ptr, l.chosen.len};
    }
    return true;
}
