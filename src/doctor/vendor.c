/*
 * vendor/: does it agree with go.mod, and is it whole?
 *
 * The rules are those of modload.checkVendorConsistency, for modules that say go 1.14 or later (an
 * older modules.txt does not tell enough), and for workspaces since Go 1.22.
 */
#include "base/map.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "doctor/vendor_roots.h"
#include "go/mod/vendorlist.h"

#define VENDOR_MAX_NAMED 5        /* that one finding names */
#define VENDOR_MAX_PACKAGES 20000 /* that are looked for */
#define REPLACED_OTHERWISE "replaced by something else in vendor/modules.txt"

/* ---- against go.mod ---- */

typedef struct {
    StrBuf text; /* one line each */
    isize n;
    Place place;  /* of the first that has one */
    Map replaced; /* modules whose replacement was looked at */
} Differences;

static void add_difference(Differences *all, Arena *a, Str path, Str version, Place place,
                           const char *what)
{
    if (all->n++ < VENDOR_MAX_NAMED) {
        strbuf_add_format(&all->text, "%s%.*s: %s", all->n > 1 ? "\n" : "",
                          STR_ARG(modversion_format(a, (ModVersion){path, version})), what);
    }
    all->place = all->place.file.len == 0 ? place : all->place;
}

static void compare_requires(Arena *a, const VendorRoot *root, const VendorList *list,
                             Differences *all)
{
    for (isize i = 0; i < root->mod.requires.len; i++) {
        const GoModRequire *r = &root->mod.requires.ptr[i];
        const VendorModule *v = vendorlist_find(*a, list, (ModVersion){r->path, r->version});
        if (v == NULL || !v->is_explicit) {
            add_difference(all, a, r->path, r->version, (Place){root->file, r->pos.line},
                           "required in go.mod, not marked as explicit in vendor/modules.txt");
        }
    }
}

static bool is_replaced_by(const VendorModule *v, const VendorReplacement *now)
{
    return str_eq(v->new_path, now->path) && str_eq(v->new_version, now->version);
}

/* Lines of one file, go.mod or go.work; a module that several lines name is told once. */
static void compare_replaces(Arena *a, const VendorRoots *roots, const GoModReplace *lines, isize n,
                             Str file, const VendorList *list, Differences *all)
{
    for (isize i = 0; i < n; i++) {
        const GoModReplace *r = &lines[i];
        bool is_new;
        map_put(&all->replaced, modversion_format(a, (ModVersion){r->old_path, r->old_version}),
                &is_new);
        VendorReplacement now = vendor_roots_replacement(a, roots, r->old_path, r->old_version);
        const VendorModule *v =
            vendorlist_find(*a, list, (ModVersion){r->old_path, r->old_version});
        bool is_vendored = v != NULL && v->new_path.len > 0;
        if (!is_new || (!is_vendored && now.path.len == 0)) {
            continue;
        }
        if (!is_vendored) {
            add_difference(all, a, r->old_path, r->old_version, (Place){file, r->pos.line},
                           str_ends_with(file, S("go.work"))
                               ? "replaced in go.work, not in vendor/modules.txt"
                               : "replaced in go.mod, not in vendor/modules.txt");
        } else if (!is_replaced_by(v, &now)) {
            add_difference(all, a, r->old_path, r->old_version, (Place){file, r->pos.line},
                           REPLACED_OTHERWISE);
        }
    }
}

static bool is_required(const VendorRoots *roots, const VendorModule *v)
{
    for (isize k = 0; k < roots->len; k++) {
        const GoMod *mod = &roots->ptr[k].mod;
        for (isize i = 0; i < mod->requires.len; i++) {
            const GoModRequire *r = &mod->requires.ptr[i];
            if (str_eq(r->path, v->path) && str_eq(r->version, v->version)) {
                return true;
            }
        }
    }
    return false;
}

static void compare_vendored(Arena *a, const VendorRoots *roots, const VendorList *list,
                             Differences *all)
{
    for (isize i = 0; i < list->modules.len; i++) {
        const VendorModule *v = &list->modules.ptr[i];
        if (v->is_explicit && v->has_packages && !is_required(roots, v)) {
            add_difference(all, a, v->path, v->version, (Place){0},
                           "marked as explicit in vendor/modules.txt, not required in go.mod");
        }
        VendorReplacement now = vendor_roots_replacement(a, roots, v->path, v->version);
        if (v->new_path.len > 0 && now.path.len == 0) {
            add_difference(all, a, v->path, v->version, (Place){0},
                           roots->work_file.len > 0
                               ? "replaced in vendor/modules.txt, not in the workspace"
                               : "replaced in vendor/modules.txt, not in go.mod");
        } else if (v->new_path.len > 0 && roots->is_before_1_22 && !is_replaced_by(v, &now)) {
            add_difference(all, a, v->path, v->version, (Place){0}, REPLACED_OTHERWISE);
        }
    }
}

static Str vendor_command(const VendorRoots *roots)
{
    return roots->work_file.len > 0 ? S("go work vendor") : S("go mod vendor");
}

static void check_agreement(Doctor *d, const VendorRoots *roots, const VendorList *list)
{
    Arena *a = d->arena;
    Differences all = {.text = strbuf_init(a), .replaced = map_init(a)};
    bool in_workspace = roots->work_file.len > 0;
    for (isize i = 0; i < roots->len; i++) {
        compare_requires(a, &roots->ptr[i], list, &all);
    }
    for (isize i = 0; i < roots->len; i++) {
        const VendorRoot *root = &roots->ptr[i];
        compare_replaces(a, roots, root->mod.replaces.ptr, root->mod.replaces.len, root->file, list,
                         &all);
    }
    compare_replaces(a, roots, roots->work.replaces.ptr, roots->work.replaces.len, roots->work_file,
                     list, &all);
    compare_vendored(a, roots, list, &all);
    if (all.n == 0) {
        return;
    }
    if (all.n > VENDOR_MAX_NAMED) {
        strbuf_add_format(&all.text, "\nand %td more", all.n - VENDOR_MAX_NAMED);
    }
    if (all.place.file.len == 0) {
        all.place.file = in_workspace ? roots->work_file : roots->ptr[0].file;
    }
    doctor_find(d, (Finding){
                       .severity = SEVERITY_ERROR,
                       .title = in_workspace
                                    ? S("vendor/modules.txt does not agree with the modules of the "
                                        "workspace: every build fails")
                                    : S("vendor/modules.txt does not agree with go.mod: every "
                                        "build fails"),
                       .place = all.place,
                       .evidence = strbuf_str(&all.text),
                       .remedy = vendor_command(roots),
                   });
}

/* ---- is it whole? ---- */

static void check_packages(Doctor *d, const VendorRoots *roots, Str vendor, const VendorList *list)
{
    isize n = 0;
    Str first = {0};
    for (isize i = 0; i < MIN(list->packages.len, VENDOR_MAX_PACKAGES); i++) {
        Arena scratch = *d->arena;
        FileStat st;
        Err ignored;
        Str dir = path_join(&scratch, vendor, list->packages.ptr[i]);
        if (file_stat(FILE_CWD, dir, &st, &ignored) == FILE_ABSENT && n++ == 0) {
            first = list->packages.ptr[i];
        }
    }
    if (n > 0) {
        doctor_find(
            d, (Finding){
                   .severity = SEVERITY_ERROR,
                   .title = str_format(
                       d->arena, "vendor lacks %td of the packages that modules.txt lists", n),
                   .place = {.file = path_join(d->arena, vendor, S("modules.txt"))},
                   .evidence = str_format(d->arena,
                                          "%.*s is not there; a rule of .gitignore may have left "
                                          "it out (git check-ignore -v)",
                                          STR_ARG(path_join(d->arena, vendor, first))),
                   .remedy = vendor_command(roots),
               });
    }
}

/* ---- GWD059 ---- */

static bool check_vendor(Doctor *d, Err *err)
{
    VendorRoots roots;
    VendorList list;
    Str text = {0};
    if (!vendor_roots_load(d, &roots)) {
        return true;
    }
    Str vendor = path_join(d->arena, roots.dir, S("vendor"));
    FileStat st;
    if (file_stat(FILE_CWD, vendor, &st, err) == FILE_ABSENT) {
        return true; /* -mod=vendor in GOFLAGS asked for it, of which GWD045 tells */
    }
    Str file = path_join(d->arena, vendor, S("modules.txt"));
    if (file_read_all(d->arena, FILE_CWD, file, GOMOD_MAX_FILE, &text, err) == FILE_FAILED) {
        return false;
    }
    vendorlist_read(d->arena, text, &list);
    check_agreement(d, &roots, &list);
    check_packages(d, &roots, vendor, &list);
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD059"),
                .title = STR_CONST("vendor agrees with go.mod, and is whole"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "vendor/modules.txt, the require and replace lines of go.mod, the directories "
                    "of the packages that modules.txt lists; only when builds use vendor: with "
                    "-mod=vendor in GOFLAGS, or by default when go.mod says go 1.14 or later. In a "
                    "workspace (go work vendor, since Go 1.22) all its modules and go.work"),
                .why = STR_CONST(
                    "A vendor directory is used without being asked for. When go.mod was changed "
                    "without `go mod vendor`, every build stops with `inconsistent vendoring`. A "
                    "rule of .gitignore (bin, lib, *.a, vendor itself) may leave out packages that "
                    "are there on the machine of the one who committed."),
                .cure =
                    STR_CONST("go mod vendor, in a workspace go work vendor, and commit all that "
                              "it changes"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/ref/mod#vendoring"),
            },
        .run = check_vendor,
        .cost = COST_TREE,
    },
};

const CheckGroup doctor_vendor = {rows, COUNT_OF(rows)};
