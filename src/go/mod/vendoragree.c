#include "go/mod/vendoragree.h"

#include "base/path.h"
#include "go/mod/version.h"

#define FIRST_COMPARED "1.14"  /* go line of a module */
#define FIRST_OF_WORKSPACES 22 /* N of the Go 1.N that vendors them */
#define REPLACED_OTHERWISE "replaced by something else in vendor/modules.txt"

typedef struct {
    Arena *arena;
    const MainMods *mains;
    const VendorList *list;
    isize go_minor;
    Map seen; /* modules whose replacement was looked at */
    VendorDifferences found;
} Comparing;

static void add(Comparing *c, ModVersion mod, Str file, isize line, Str words)
{
    *VEC_PUSH(c->arena, &c->found) =
        (VendorDifference){.mod = mod, .file = file, .line = line, .words = words};
}

/* What stands for a module in a build; also for all versions of it. Main modules are replaced by a
 * Go before 1.22 alone. */
static ModVersion replacement_of(const Comparing *c, ModVersion mod)
{
    Arena scratch = *c->arena;
    const MainMods *m = c->mains;
    if (mod.version.len == 0 && c->go_minor >= 22 && mainmods_find(m, mod.path) != NULL) {
        return (ModVersion){0};
    }
    if (mod.version.len > 0) {
        const MainReplace *r = mainmods_replacement(scratch, m, mod);
        return r == NULL ? (ModVersion){0} : r->to;
    }
    const isize *at = map_get(&m->replaces_by_old, mod.path);
    return at == NULL ? (ModVersion){0} : m->replaces.ptr[*at - 1].to;
}

static bool is_replaced_by(const VendorModule *v, ModVersion now)
{
    return str_eq(v->new_path, now.path) && str_eq(v->new_version, now.version);
}

static void compare_requires(Comparing *c, const MainMod *main)
{
    for (isize i = 0; i < main->mod.requires.len; i++) {
        const GoModRequire *r = &main->mod.requires.ptr[i];
        ModVersion mod = {r->path, r->version};
        const VendorModule *v = vendorlist_find(*c->arena, c->list, mod);
        if (v == NULL || !v->is_explicit) {
            add(c, mod, main->file, r->pos.line,
                S("required in go.mod, not marked as explicit in vendor/modules.txt"));
        }
    }
}

/* A line of go.mod or go.work; a module that several lines name is told once. */
static void compare_replace(Comparing *c, const GoModReplace *r, Str file, Str unlike)
{
    ModVersion old = {r->old_path, r->old_version}, now = replacement_of(c, old);
    const VendorModule *v = vendorlist_find(*c->arena, c->list, old);
    bool is_vendored = v != NULL && v->new_path.len > 0, is_new;
    map_put(&c->seen, modversion_format(c->arena, old), &is_new);
    if (!is_new || (!is_vendored && now.path.len == 0)) {
        return;
    }
    if (!is_vendored) {
        add(c, old, file, r->pos.line, unlike);
    } else if (!is_replaced_by(v, now)) {
        add(c, old, file, r->pos.line, S(REPLACED_OTHERWISE));
    }
}

static bool is_required(const MainMods *m, const VendorModule *v)
{
    for (isize k = 0; k < m->len; k++) {
        const GoMod *mod = &m->ptr[k].mod;
        for (isize i = 0; i < mod->requires.len; i++) {
            const GoModRequire *r = &mod->requires.ptr[i];
            if (str_eq(r->path, v->path) && str_eq(r->version, v->version)) {
                return true;
            }
        }
    }
    return false;
}

static void compare_vendored(Comparing *c, const VendorModule *v)
{
    ModVersion mod = {v->path, v->version}, now = replacement_of(c, mod);
    bool in_workspace = c->mains->work_file.len > 0;
    if (v->is_explicit && v->has_packages && !is_required(c->mains, v)) {
        add(c, mod, (Str){0}, 0,
            S("marked as explicit in vendor/modules.txt, not required in go.mod"));
    }
    if (v->new_path.len > 0 && now.path.len == 0) {
        add(c, mod, (Str){0}, 0,
            in_workspace ? S("replaced in vendor/modules.txt, not in the workspace")
                         : S("replaced in vendor/modules.txt, not in go.mod"));
    } else if (v->new_path.len > 0 && c->go_minor < 22 && !is_replaced_by(v, now)) {
        add(c, mod, (Str){0}, 0, S(REPLACED_OTHERWISE));
    }
}

static bool is_compared(const MainMods *m, isize go_minor)
{
    Str line = m->ptr[0].mod.go.version;
    return m->work_file.len > 0 ? go_minor >= FIRST_OF_WORKSPACES
                                : goversion_compare(line, S(FIRST_COMPARED)) >= 0;
}

VendorDifferences vendoragree_compare(Arena *a, const MainMods *mains, const VendorList *list,
                                      isize go_minor)
{
    Comparing c = {
        .arena = a, .mains = mains, .list = list, .go_minor = go_minor, .seen = map_init(a)};
    if (!is_compared(mains, go_minor)) {
        return c.found;
    }
    for (isize i = 0; i < mains->len; i++) {
        compare_requires(&c, &mains->ptr[i]);
    }
    for (isize i = 0; i < mains->len; i++) {
        const MainMod *main = &mains->ptr[i];
        for (isize k = 0; k < main->mod.replaces.len; k++) {
            compare_replace(&c, &main->mod.replaces.ptr[k], main->file,
                            S("replaced in go.mod, not in vendor/modules.txt"));
        }
    }
    for (isize k = 0; k < mains->work.replaces.len; k++) {
        compare_replace(&c, &mains->work.replaces.ptr[k], mains->work_file,
                        S("replaced in go.work, not in vendor/modules.txt"));
    }
    for (isize i = 0; i < list->modules.len; i++) {
        compare_vendored(&c, &list->modules.ptr[i]);
    }
    return c.found;
}
