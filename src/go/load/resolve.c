#include "go/load/resolve.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "go/load/importpath.h"
#include "go/mod/pathmajor.h"
#include "go/mod/quote.h"
#include "go/mod/semver.h"
#include "go/mod/version.h"
#include "os/dir.h"

#define LIST_MEMORY (16 * KIB)      /* on the stack: enough for nearly every directory */
#define FIRST_LISTED_ONLY S("1.23") /* go lines: what modules.txt does not list is not vendored */

typedef struct {
    Str dir;
    isize module; /* -1: none */
} Candidate;

typedef struct {
    VEC(Candidate) list;
    Strs no_sums; /* modules */
    Str uncached; /* the module that is not in the cache; empty: all that were looked for are */
} Candidates;

/* ---- the disk ---- */

bool resolve_is_go_name(Str name)
{
    return str_ends_with(name, S(".go")) && name.ptr[0] != '_' && name.ptr[0] != '.';
}

static bool is_go_file(int fd, const DirEntry *entry)
{
    FileStat st;
    Err ignored;
    if (!resolve_is_go_name(entry->name)) {
        return false;
    }
    return entry->kind == FILE_KIND_REGULAR ||
           (entry->kind == FILE_KIND_SYMLINK &&
            file_stat(fd, entry->name, &st, &ignored) == FILE_FOUND &&
            st.kind == FILE_KIND_REGULAR);
}

bool resolve_has_go_files(Str dir)
{
    Err ignored;
    DirList list;
    AUTO_CLOSE int fd = -1;
    if (dir_open(FILE_CWD, dir, &fd, &ignored) != FILE_FOUND) {
        return false;
    }
    char memory[LIST_MEMORY];
    Arena scratch = arena_over(memory, LIST_MEMORY);
    bool found = false;
    if (dir_list_fresh(&scratch, fd, &list, &ignored)) {
        for (isize i = 0; i < list.len && !found; i++) {
            found = is_go_file(fd, &list.ptr[i]);
        }
    }
    arena_done(&scratch);
    return found;
}

static bool is_kind(Str path, bool wants_dir)
{
    FileStat st;
    Err ignored;
    return file_stat(FILE_CWD, path, &st, &ignored) == FILE_FOUND &&
           (st.kind == FILE_KIND_DIR) == wants_dir;
}

/* Whether a module of its own begins between root (exclusive) and dir. */
static bool has_module_between(Arena scratch, Str root, Str dir)
{
    for (; dir.len > root.len; dir = path_dir(dir)) {
        if (is_kind(path_join(&scratch, dir, S("go.mod")), false)) {
            return true;
        }
    }
    return false;
}

/* ---- candidates ---- */

/* The directory of a package within a module, when it is there. */
static bool dir_in_module(Arena *a, const LoadModule *m, Str path, Str *ret)
{
    Str rest = path;
    if (m->root.len == 0 || !importpath_has_prefix(path, m->prefix) ||
        !str_eat_prefix(&rest, m->prefix)) {
        return false;
    }
    str_eat_prefix(&rest, S("/"));
    Str dir = rest.len == 0 ? m->root : path_join(a, m->root, rest);
    if (!is_kind(dir, true) || (m->is_local && has_module_between(*a, m->root, dir))) {
        return false;
    }
    *ret = dir;
    return true;
}

static void add(Arena *a, Candidates *c, Str dir, isize module)
{
    *VEC_PUSH(a, &c->list) = (Candidate){dir, module};
}

/* Drops directories without Go files, when it matters which of several is meant. */
static void keep_go_dirs(Candidates *c)
{
    isize n = 0;
    for (isize i = 0; i < c->list.len; i++) {
        if (resolve_has_go_files(c->list.ptr[i].dir)) {
            c->list.ptr[n++] = c->list.ptr[i];
        }
    }
    c->list.len = n;
}

static ResolveOutcome fail(Resolved *ret, Str words)
{
    ret->words = words;
    return RESOLVE_FAILED;
}

static ResolveOutcome found(Resolved *ret, const Candidate *c, bool is_unsure)
{
    ret->dir = c->dir;
    ret->module = c->module;
    ret->is_std = c->module < 0;
    ret->is_unsure = is_unsure;
    return RESOLVE_FOUND;
}

/* From the shortest module path to the longest, as they are shown. */
static Str say_ambiguous(Arena *a, const Requirements *r, Str path, const Candidates *c)
{
    StrBuf b = strbuf_init(a);
    strbuf_add_format(&b, "ambiguous import: found package %.*s in multiple %s:", STR_ARG(path),
                      r->is_vendored ? "directories" : "modules");
    for (isize i = 0; i < c->list.len; i++) {
        const Candidate *one = &c->list.ptr[r->is_vendored ? i : c->list.len - 1 - i];
        strbuf_add(&b, S("\n\t"));
        if (r->is_vendored) {
            strbuf_add(&b, one->dir);
            continue;
        }
        ModVersion m = one->module < 0 ? (ModVersion){0} : r->modules.ptr[one->module].mod;
        strbuf_add_format(&b, "%.*s%s%.*s (%.*s)", STR_ARG(m.path), m.version.len > 0 ? " " : "",
                          STR_ARG(m.version), STR_ARG(one->dir));
    }
    return strbuf_str(&b);
}

/* ---- -mod=vendor ---- */

static Str go_of(const Requirements *r)
{
    return r->mains->work_file.len > 0 ? mainmods_go_of_work(&r->mains->work)
                                       : mainmods_go_of_mod(&r->mains->ptr[0].mod);
}

static void add_vendored(Arena *a, const Requirements *r, Str path, Candidates *c)
{
    Str dir;
    for (isize i = 0; i < r->n_mains; i++) {
        if (dir_in_module(a, &r->modules.ptr[i], path, &dir) && resolve_has_go_files(dir)) {
            add(a, c, dir, i);
        }
    }
    dir = path_join(a, r->vendor_dir, path);
    isize module = requirements_find_vendored(r, path);
    if ((module >= 0 || goversion_compare(go_of(r), FIRST_LISTED_ONLY) < 0) &&
        resolve_has_go_files(dir)) {
        add(a, c, dir, module);
    }
}

/* ---- the module cache ---- */

/* What keeps a module from being looked into; empty: nothing. */
static Str trouble_of(Arena *a, const LoadModule *m, Candidates *c)
{
    Str name = modversion_format(a, m->mod);
    if (m->is_local) {
        return m->main != NULL || is_kind(m->root, true)
                   ? (Str){0}
                   : str_format(a, "%.*s: replacement directory %.*s does not exist", STR_ARG(name),
                                STR_ARG(m->replace->to.path));
    }
    if (m->lacks_sum) {
        *VEC_PUSH(a, &c->no_sums) = m->mod.path;
        return (Str){0};
    }
    if (m->root.len > 0 && is_kind(m->root, true)) {
        return (Str){0};
    }
    c->uncached = m->replace == NULL ? name : m->mod.path;
    return str_format(a, "%.*s: not in the module cache; to fetch it:\n\tgo mod download %.*s",
                      STR_ARG(name), STR_ARG(c->uncached));
}

/* Whether its version is known without the graph: what of that cannot be read might choose another
 * one, or be the place of the package. */
static bool is_certain(const Requirements *r, const LoadModule *m)
{
    return m->main != NULL || (m->is_root && r->mains->work_file.len == 0);
}

/* A module is only looked for when the package was not found below it: most are found. */
static bool add_of_modules(Arena *a, const Requirements *r, Str path, bool roots_only,
                           Candidates *c, Str *ret_words)
{
    for (Str prefix = path; prefix.len > 0 && !str_eq(prefix, S(".")); prefix = path_dir(prefix)) {
        isize at = modversion_is_toolchain(prefix) ? -1 : requirements_find(r, prefix);
        Str dir;
        if (at < 0) {
            continue;
        }
        const LoadModule *m = &r->modules.ptr[at];
        bool is_asked = (!roots_only || m->is_root || m->main != NULL) &&
                        (r->graph_trouble.len == 0 || is_certain(r, m));
        if (!is_asked) {
            continue;
        }
        if (!m->lacks_sum && dir_in_module(a, m, path, &dir)) {
            add(a, c, dir, at);
            continue;
        }
        *ret_words = trouble_of(a, m, c);
        if (ret_words->len > 0) {
            return false;
        }
    }
    return true;
}

/* Modules whose path is not the prefix of their packages' import paths: std itself. */
static bool find_in_goroot_module(Arena *a, const Requirements *r, Str path, Resolved *ret)
{
    for (isize i = 0; i < r->n_mains; i++) {
        Str dir;
        if (requirements_is_in_goroot(r, &r->modules.ptr[i]) &&
            dir_in_module(a, &r->modules.ptr[i], path, &dir) && resolve_has_go_files(dir)) {
            *ret = (Resolved){.dir = dir, .module = i, .is_std = true};
            return true;
        }
    }
    return false;
}

/* ---- the whole ---- */

/* What no package can be called; empty: it can. */
static Str check_form(Arena *a, const Requirements *r, Str path)
{
    Str words = {0};
    if (str_contains(path, S("@"))) {
        return str_format(a, "import path %.*s should not have @version",
                          STR_ARG(quote_go(a, path)));
    }
    if (importpath_is_local(path)) {
        return str_format(a,
                          "%.*s is relative, but relative import paths are not supported in "
                          "module mode",
                          STR_ARG(quote_go(a, path)));
    }
    if (path_is_absolute(path)) {
        return str_format(a, "%.*s is not a package path; see 'go help packages'",
                          STR_ARG(quote_go(a, path)));
    }
    if (importpath_is_meta(path, r->go_minor)) {
        return str_format(a, "%.*s is not an importable package; see 'go help packages'",
                          STR_ARG(quote_go(a, path)));
    }
    if (str_eq(path, S("C"))) {
        return S("unknown import path \"C\": internal error: module loader did not resolve import");
    }
    return importpath_check(a, path, &words) ? (Str){0} : words;
}

/* What a package needs of the go.mod of its module, which a directory may lack. */
static Str trouble_of_go_mod(Arena *a, const Requirements *r, const Candidate *c)
{
    const LoadModule *m = c->module < 0 ? NULL : &r->modules.ptr[c->module];
    return m == NULL || !m->lacks_go_mod || !resolve_has_go_files(c->dir)
               ? (Str){0}
               : str_format(a, "module %.*s: %.*s", STR_ARG(m->replace->to.path),
                            STR_ARG(requirements_say_unusable(a, r, m->replace, (Str){0})));
}

static ResolveOutcome choose(Arena *a, const Requirements *r, Str path, Candidates *c,
                             Resolved *ret)
{
    bool is_unsure = c->list.len == 1 && !r->is_vendored;
    if (c->list.len > 1) {
        keep_go_dirs(c);
    }
    if (c->list.len > 1) {
        return fail(ret, say_ambiguous(a, r, path, c));
    }
    if (c->no_sums.len > 0) {
        ret->is_missing_sum = true;
        ret->found_beside = c->list.len > 0;
        ret->mods = c->no_sums;
        return fail(ret, S("missing go.sum entry"));
    }
    if (c->list.len == 0 && r->graph_trouble.len > 0) {
        return fail(ret, r->graph_trouble);
    }
    if (c->list.len == 0) {
        return RESOLVE_NONE;
    }
    Str words = trouble_of_go_mod(a, r, &c->list.ptr[0]);
    return words.len > 0 ? fail(ret, words) : found(ret, &c->list.ptr[0], is_unsure);
}

ResolveOutcome resolve_import(Arena *a, const Requirements *r, Str path, bool beyond_roots,
                              Resolved *ret)
{
    Candidates c = {0};
    *ret = (Resolved){.module = -1};
    Str words = check_form(a, r, path);
    if (words.len > 0) {
        return fail(ret, words);
    }
    if (importpath_is_standard(path)) {
        Str dir = path_join(a, r->goroot_src, path);
        if (is_kind(dir, true)) {
            if (find_in_goroot_module(a, r, path, ret)) {
                return RESOLVE_FOUND;
            }
            add(a, &c, dir, -1);
        }
    }
    if (r->is_vendored) {
        add_vendored(a, r, path, &c);
    } else if (!add_of_modules(a, r, path, r->is_pruned && !beyond_roots, &c, &words)) {
        ret->uncached = c.uncached;
        return fail(ret, words);
    }
    return choose(a, r, path, &c, ret);
}

Str resolve_std_vendor(Arena *a, const Requirements *r, Str parent, Str path)
{
    if (importpath_is_standard(path)) {
        return path;
    }
    bool is_cmd = importpath_has_prefix(parent, S("cmd"));
    if (r->takes_goroot_modules && !importpath_has_prefix(parent, S("vendor")) &&
        mainmods_find(r->mains, is_cmd ? S("cmd") : S("std")) != NULL) {
        return path;
    }
    Str above = is_cmd ? S("cmd/vendor") : S("vendor");
    Str vendored = path_join(a, above, path);
    return is_kind(path_join(a, r->goroot_src, vendored), true) ? vendored : path;
}

/* ---- words ---- */

static Str say_no_module(Arena *a, Str path, Str dir)
{
    return str_format(a,
                      "no required module provides package %.*s; to add it:\n\t%s%.*s%sgo get %.*s",
                      STR_ARG(path), dir.len > 0 ? "cd " : "", STR_ARG(dir),
                      dir.len > 0 ? "\n\t" : "", STR_ARG(path));
}

/* The line with the highest version of a module, also where that is not required; or NULL. */
static const MainReplace *highest_replaced(const MainMods *mains, Str path)
{
    const MainReplace *highest = NULL;
    for (isize i = 0; i < mains->replaces.len; i++) {
        const MainReplace *line = &mains->replaces.ptr[i];
        if (str_eq(line->old.path, path) &&
            (highest == NULL || semver_compare(line->old.version, highest->old.version) > 0)) {
            highest = line;
        }
    }
    return highest;
}

/* What a line replaces; of one for all versions one that is older than each of them. */
static ModVersion version_replaced(Arena *a, const MainReplace *line)
{
    Str prefix, major;
    if (line->old.version.len > 0) {
        return line->old;
    }
    pathmajor_split(line->old.path, &prefix, &major);
    major = major.len > 0 ? str_from(major, 1) : S("v0");
    return (ModVersion){.path = line->old.path,
                        .version =
                            str_format(a, "%.*s.0.0-00010101000000-000000000000", STR_ARG(major))};
}

/* Of the directories that take the place of modules which nobody requires, the one that is missing
 * or that has the package (queryImport). Empty: there is none. */
static Str say_replaced(Arena *a, const Requirements *r, Str path)
{
    for (Str prefix = path; prefix.len > 0 && !str_eq(prefix, S(".")); prefix = path_dir(prefix)) {
        const MainReplace *line = highest_replaced(r->mains, prefix);
        if (line == NULL || line->to.version.len > 0 || requirements_find(r, prefix) >= 0) {
            continue;
        }
        LoadModule m = {.mod = version_replaced(a, line),
                        .replace = line,
                        .prefix = prefix,
                        .root = line->dir,
                        .is_local = true};
        Str words = trouble_of(a, &m, &(Candidates){0}), dir;
        if (words.len > 0) {
            return words;
        }
        if (dir_in_module(a, &m, path, &dir) && resolve_has_go_files(dir)) {
            Str wanted = modversion_format(a, line->old);
            return str_format(a,
                              "module %.*s provides package %.*s and is replaced but not required; "
                              "to add it:\n\tgo get %.*s",
                              STR_ARG(prefix), STR_ARG(path), STR_ARG(wanted));
        }
    }
    return (Str){0};
}

Str resolve_missing(Arena *a, const Requirements *r, Str path, Str importer_go, Str importer_root)
{
    Str replaced = r->mains != NULL && !r->is_vendored ? say_replaced(a, r, path) : (Str){0};
    if (replaced.len > 0) {
        return replaced;
    }
    if (importpath_is_standard(path) && !r->is_vendored) {
        Str text = str_format(a, "package %.*s is not in std (%.*s)", STR_ARG(path),
                              STR_ARG(path_join(a, r->goroot_src, path)));
        return importer_go.len == 0
                   ? text
                   : str_format(a, "%.*s\nnote: imported by a module that requires go %.*s",
                                STR_ARG(text), STR_ARG(importer_go));
    }
    if (r->mains == NULL) {
        return str_format(a,
                          "no required module provides package %.*s: go.mod file not found in "
                          "current directory or any parent directory; see 'go help modules'",
                          STR_ARG(path));
    }
    if (r->mains->mod_flag.len > 0 && !str_eq(r->mains->mod_flag, S("mod"))) {
        return str_format(
            a, "cannot find module providing package %.*s: import lookup disabled by -mod=%.*s",
            STR_ARG(path), STR_ARG(r->mains->mod_flag));
    }
    if (r->is_vendored) {
        return str_format(a,
                          "cannot find module providing package %.*s: import lookup disabled by "
                          "-mod=vendor\n\t(Go version in %s is at least 1.14 and vendor directory "
                          "exists.)",
                          STR_ARG(path), r->mains->work_file.len > 0 ? "go.work" : "go.mod");
    }
    return say_no_module(a, path, importer_root);
}

Str resolve_missing_sum(Arena *a, const Resolved *found_at, Str path, Str importer, Str version,
                        bool is_test)
{
    StrBuf b = strbuf_init(a);
    strbuf_add(&b, found_at->found_beside
                       ? S("missing go.sum entry needed to verify package ")
                       : S("missing go.sum entry for module providing package "));
    strbuf_add(&b, path);
    if (importer.len > 0) {
        strbuf_add_format(&b, " (imported by %.*s)", STR_ARG(importer));
    }
    strbuf_add(&b, found_at->found_beside ? S(" is provided by exactly one module") : S(""));
    if (importer.len > 0) {
        strbuf_add_format(&b, "; to add:\n\tgo get%s %.*s%s%.*s", is_test ? " -t" : "",
                          STR_ARG(importer), version.len > 0 ? "@" : "", STR_ARG(version));
        return strbuf_str(&b);
    }
    strbuf_add(&b, S("; to add:\n\tgo mod download"));
    for (isize i = found_at->mods.len - 1; i >= 0; i--) {
        strbuf_add_format(&b, " %.*s", STR_ARG(found_at->mods.ptr[i]));
    }
    return strbuf_str(&b);
}
