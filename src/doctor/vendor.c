/*
 * vendor/: does it agree with go.mod, and is it whole?
 *
 * The rules are those of modload.checkVendorConsistency, for modules that say go 1.14 or later; an
 * older modules.txt does not tell enough. A vendored workspace is left to `go work vendor`.
 */
#include "base/map.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "doctor/gomodfile.h"
#include "go/mod/version.h"

#define VENDOR_MAX_NAMED 5        /* that one finding names */
#define VENDOR_MAX_PACKAGES 20000 /* that are looked for */

typedef struct {
    Str path, version;         /* version empty: a replacement of all versions */
    Str new_path, new_version; /* path empty: not replaced */
    bool is_explicit;
    bool has_packages;
    isize line;
} VendorModule;

typedef struct {
    VEC(VendorModule) modules;
    VEC(Str) packages;
    Map by_name; /* "path@version" -> 1 + index */
} VendorList;

/* ---- modules.txt ---- */

static Str vendor_name(Arena *a, Str path, Str version)
{
    return version.len == 0 ? path : str_format(a, "%.*s@%.*s", STR_ARG(path), STR_ARG(version));
}

static const VendorModule *find_vendored(Arena scratch, const VendorList *list, Str path,
                                         Str version)
{
    const isize *at = map_get(&list->by_name, vendor_name(&scratch, path, version));
    return at == NULL ? NULL : &list->modules.ptr[*at - 1];
}

static bool is_version(Str s)
{
    return s.len > 1 && s.ptr[0] == 'v' && s.ptr[1] >= '0' && s.ptr[1] <= '9';
}

static VendorModule *put_module(Arena *a, VendorList *list, Str path, Str version, isize line)
{
    bool is_new;
    isize *at = map_put(&list->by_name, vendor_name(a, path, version), &is_new);
    if (is_new) {
        *VEC_PUSH(a, &list->modules) =
            (VendorModule){.path = path, .version = version, .line = line};
        *at = list->modules.len;
    }
    return &list->modules.ptr[*at - 1];
}

/* rest is what follows "# ": "path version", "path version => path [version]", "path => ...". NULL
 * for what is none of these. */
static VendorModule *read_module(Arena *a, VendorList *list, Str rest, isize line)
{
    Str path, version = {0}, word, new_path, new_version = {0};
    if (!str_next_field(&rest, &path) || !str_next_field(&rest, &word)) {
        return NULL;
    }
    if (is_version(word)) {
        version = word;
        word = (Str){0};
        str_next_field(&rest, &word);
    } else if (!str_eq(word, S("=>"))) {
        return NULL;
    }
    VendorModule *m = put_module(a, list, path, version, line);
    if (str_eq(word, S("=>")) && str_next_field(&rest, &new_path)) {
        str_next_field(&rest, &new_version);
        m->new_path = new_path;
        m->new_version = new_version;
    }
    return m;
}

static bool has_annotation(Str text, Str word)
{
    for (StrCut cut = {.tail = text, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, ';');
        if (str_eq(str_trim(cut.head), word)) {
            return true;
        }
    }
    return false;
}

static void read_list(Arena *a, Str text, VendorList *ret)
{
    VendorList list = {.by_name = map_init(a)};
    isize at = -1; /* index of the module that the next lines belong to */
    Str line, package;
    for (isize n = 1; str_next_line(&text, &line); n++) {
        if (str_eat_prefix(&line, S("# "))) {
            const VendorModule *m = read_module(a, &list, line, n);
            at = m == NULL ? -1 : m - list.modules.ptr;
        } else if (at < 0) {
            continue;
        } else if (str_eat_prefix(&line, S("## "))) {
            VendorModule *m = &list.modules.ptr[at];
            m->is_explicit = m->is_explicit || has_annotation(line, S("explicit"));
        } else if (str_next_field(&line, &package) && str_trim(line).len == 0) {
            list.modules.ptr[at].has_packages = true;
            *VEC_PUSH(a, &list.packages) = package;
        }
    }
    *ret = list;
}

/* ---- against go.mod ---- */

typedef struct {
    StrBuf text; /* one line each */
    isize n;
    isize line; /* of the first, in go.mod; 0: it has none there */
} Differences;

static void add_difference(Differences *all, Arena *a, Str path, Str version, isize line,
                           const char *what)
{
    if (all->n++ < VENDOR_MAX_NAMED) {
        strbuf_add_format(&all->text, "%s%.*s: %s", all->n > 1 ? "\n" : "",
                          STR_ARG(vendor_name(a, path, version)), what);
    }
    all->line = all->line == 0 ? line : all->line;
}

static void compare_requires(Arena *a, const MainModule *m, const VendorList *list,
                             Differences *all)
{
    for (isize i = 0; i < m->mod.requires.len; i++) {
        const GoModRequire *r = &m->mod.requires.ptr[i];
        const VendorModule *v = find_vendored(*a, list, r->path, r->version);
        if (v == NULL || !v->is_explicit) {
            add_difference(all, a, r->path, r->version, r->pos.line,
                           "required in go.mod, not marked as explicit in vendor/modules.txt");
        }
    }
}

static void compare_replaces(Arena *a, const MainModule *m, const VendorList *list,
                             Differences *all)
{
    for (isize i = 0; i < m->mod.replaces.len; i++) {
        const GoModReplace *r = &m->mod.replaces.ptr[i];
        const VendorModule *v = find_vendored(*a, list, r->old_path, r->old_version);
        if (v == NULL || v->new_path.len == 0) {
            add_difference(all, a, r->old_path, r->old_version, r->pos.line,
                           "replaced in go.mod, not in vendor/modules.txt");
        } else if (!str_eq(v->new_path, r->new_path) || !str_eq(v->new_version, r->new_version)) {
            add_difference(all, a, r->old_path, r->old_version, r->pos.line,
                           "replaced by something else in vendor/modules.txt");
        }
    }
}

static bool is_required(const MainModule *m, const VendorModule *v)
{
    for (isize i = 0; i < m->mod.requires.len; i++) {
        const GoModRequire *r = &m->mod.requires.ptr[i];
        if (str_eq(r->path, v->path) && str_eq(r->version, v->version)) {
            return true;
        }
    }
    return false;
}

static void compare_vendored(Arena *a, const MainModule *m, const VendorList *list,
                             Differences *all)
{
    for (isize i = 0; i < list->modules.len; i++) {
        const VendorModule *v = &list->modules.ptr[i];
        if (v->is_explicit && v->has_packages && !is_required(m, v)) {
            add_difference(all, a, v->path, v->version, 0,
                           "marked as explicit in vendor/modules.txt, not required in go.mod");
        }
        if (v->new_path.len > 0 && gomodfile_replacement(m, v->path, v->version) == NULL) {
            add_difference(all, a, v->path, v->version, 0,
                           "replaced in vendor/modules.txt, not in go.mod");
        }
    }
}

static void check_agreement(Doctor *d, const MainModule *m, const VendorList *list)
{
    Differences all = {.text = strbuf_init(d->arena)};
    compare_requires(d->arena, m, list, &all);
    compare_replaces(d->arena, m, list, &all);
    compare_vendored(d->arena, m, list, &all);
    if (all.n == 0) {
        return;
    }
    if (all.n > VENDOR_MAX_NAMED) {
        strbuf_add_format(&all.text, "\nand %td more", all.n - VENDOR_MAX_NAMED);
    }
    doctor_find(d, (Finding){
                       .severity = SEVERITY_ERROR,
                       .title = S("vendor/modules.txt does not agree with go.mod: every build "
                                  "fails"),
                       .place = {.file = m->file, .line = all.line},
                       .evidence = strbuf_str(&all.text),
                       .remedy = S("go mod vendor"),
                   });
}

/* ---- is it whole? ---- */

static void check_packages(Doctor *d, Str vendor, const VendorList *list)
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
                   .remedy = S("go mod vendor"),
               });
    }
}

/* ---- GWD059 ---- */

static bool check_vendor(Doctor *d, Err *err)
{
    MainModule m;
    VendorList list;
    Str text = {0};
    if (!gomodfile_main(d, &m) || m.work_file.len > 0 || !gomodfile_is_vendored(d, &m) ||
        m.mod.go.version.len == 0 || goversion_compare(m.mod.go.version, S("1.14")) < 0) {
        return true;
    }
    Str vendor = path_join(d->arena, m.dir, S("vendor"));
    FileStat st;
    if (file_stat(FILE_CWD, vendor, &st, err) == FILE_ABSENT) {
        return true; /* -mod=vendor in GOFLAGS asked for it, of which GWD045 tells */
    }
    Str file = path_join(d->arena, vendor, S("modules.txt"));
    if (file_read_all(d->arena, FILE_CWD, file, GOMOD_MAX_FILE, &text, err) == FILE_FAILED) {
        return false;
    }
    read_list(d->arena, text, &list);
    check_agreement(d, &m, &list);
    check_packages(d, vendor, &list);
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
                    "-mod=vendor in GOFLAGS, or by default when go.mod says go 1.14 or later"),
                .why = STR_CONST(
                    "A vendor directory is used without being asked for. When go.mod was changed "
                    "without `go mod vendor`, every build stops with `inconsistent vendoring`. A "
                    "rule of .gitignore (bin, lib, *.a, vendor itself) may leave out packages that "
                    "are there on the machine of the one who committed."),
                .cure = STR_CONST("go mod vendor, and commit all that it changes"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/ref/mod#vendoring"),
            },
        .run = check_vendor,
        .cost = COST_TREE,
    },
};

const CheckGroup doctor_vendor = {rows, COUNT_OF(rows)};
