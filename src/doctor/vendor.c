/*
 * vendor/: does it agree with go.mod, and is it whole?
 *
 * The rules are those of modload.checkVendorConsistency, for modules that say go 1.14 or later (an
 * older modules.txt does not tell enough), and for workspaces since Go 1.22.
 */
#include "base/path.h"
#include "base/strbuf.h"
#include "doctor/context.h"
#include "go/mod/vendoragree.h"

#define VENDOR_MAX_NAMED 5        /* that one finding names */
#define VENDOR_MAX_PACKAGES 20000 /* that are looked for */

/* ---- against go.mod ---- */

static Str vendor_command(const MainMods *mains)
{
    return mains->work_file.len > 0 ? S("go work vendor") : S("go mod vendor");
}

/* One line each. */
static Str differences_text(Arena *a, const VendorDifferences *all)
{
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < MIN(all->len, VENDOR_MAX_NAMED); i++) {
        strbuf_add_format(&b, "%s%.*s: %.*s", i > 0 ? "\n" : "",
                          STR_ARG(modversion_format(a, all->ptr[i].mod)),
                          STR_ARG(all->ptr[i].words));
    }
    if (all->len > VENDOR_MAX_NAMED) {
        strbuf_add_format(&b, "\nand %td more", all->len - VENDOR_MAX_NAMED);
    }
    return strbuf_str(&b);
}

/* Of the first that has one, else the file alone. */
static Place place_of(const MainMods *mains, const VendorDifferences *all)
{
    for (isize i = 0; i < all->len; i++) {
        if (all->ptr[i].file.len > 0) {
            return (Place){all->ptr[i].file, all->ptr[i].line};
        }
    }
    return (Place){.file = mains->work_file.len > 0 ? mains->work_file : mains->ptr[0].file};
}

static void check_agreement(Doctor *d, const MainMods *mains, const VendorList *list)
{
    isize go_minor = doctor_go_is_before(d, S("1.22")) ? 21 : 22;
    VendorDifferences all = vendoragree_compare(d->arena, mains, list, go_minor);
    if (all.len == 0) {
        return;
    }
    doctor_find(d, (Finding){
                       .severity = SEVERITY_ERROR,
                       .title = mains->work_file.len > 0
                                    ? S("vendor/modules.txt does not agree with the modules of the "
                                        "workspace: every build fails")
                                    : S("vendor/modules.txt does not agree with go.mod: every "
                                        "build fails"),
                       .place = place_of(mains, &all),
                       .evidence = differences_text(d->arena, &all),
                       .remedy = vendor_command(mains),
                   });
}

/* ---- is it whole? ---- */

static void check_packages(Doctor *d, const MainMods *mains, Str vendor, const VendorList *list)
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
                   .remedy = vendor_command(mains),
               });
    }
}

/* ---- GWD059 ---- */

static bool check_vendor(Doctor *d, Err *err)
{
    MainMods mains;
    VendorList list;
    Err ignored;
    Str text = {0};
    if (!mainmods_read(d->arena, d->in->env, d->in->dir, &mains, &ignored) || !mains.is_vendored) {
        return true; /* of a file that cannot be read GWD005 and GWD012 tell */
    }
    bool in_workspace = mains.work_file.len > 0;
    if (in_workspace && doctor_go_is_before(d, S("1.22"))) {
        return true;
    }
    Str dir = in_workspace ? path_dir(mains.work_file) : mains.ptr[0].dir;
    Str vendor = path_join(d->arena, dir, S("vendor"));
    FileStat st;
    if (file_stat(FILE_CWD, vendor, &st, err) == FILE_ABSENT) {
        return true; /* -mod=vendor in GOFLAGS asked for it, of which GWD045 tells */
    }
    Str file = path_join(d->arena, vendor, S("modules.txt"));
    if (file_read_all(d->arena, FILE_CWD, file, GOMOD_MAX_FILE, &text, err) == FILE_FAILED) {
        return false;
    }
    vendorlist_read(d->arena, text, &list);
    check_agreement(d, &mains, &list);
    check_packages(d, &mains, vendor, &list);
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
