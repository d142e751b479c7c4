/*
 * The files are looked at as if their directory held nothing else, and as if they were built for
 * every target. The package has no import path, so it belongs to no module; but what it may import
 * follows from where its directory lies.
 */
#include "go/load/namedfiles.h"

#include "base/path.h"
#include "go/load/importpath.h"
#include "os/proc.h"

static bool is_go_name(Str argument)
{
    return str_ends_with(argument, S(".go"));
}

bool namedfiles_are_meant(Arena scratch, Str dir, const Str *arguments, isize n)
{
    for (isize i = 0; i < n; i++) {
        FileStat st;
        Err ignored;
        if (is_go_name(arguments[i]) &&
            file_stat(FILE_CWD, path_absolute(&scratch, dir, arguments[i]), &st, &ignored) ==
                FILE_FOUND &&
            st.kind != FILE_KIND_DIR) {
            return true;
        }
    }
    return false;
}

static bool check_argument(Arena scratch, Str dir, Str argument, Err *err)
{
    FileStat st;
    Err trouble = {0};
    switch (file_stat(FILE_CWD, path_absolute(&scratch, dir, argument), &st, &trouble)) {
    case FILE_FOUND:
        return st.kind != FILE_KIND_DIR ||
               FAIL(err, ERR_USAGE, "%.*s is a directory, should be a Go file", STR_ARG(argument));
    case FILE_ABSENT:
        return FAIL(err, ERR_USAGE, "stat %.*s: no such file or directory", STR_ARG(argument));
    case FILE_FAILED:
        break;
    }
    return FAIL(err, ERR_IO, "stat %.*s: %.*s", STR_ARG(argument),
                STR_ARG(err_format(&scratch, &trouble)));
}

/* Their base names, and the directory as the arguments name it. */
static bool split_arguments(Arena *a, Str dir, const Str *arguments, isize n, Str *names,
                            Str *ret_shown, Err *err)
{
    for (isize i = 0; i < n; i++) {
        if (!check_argument(*a, dir, arguments[i], err)) {
            return false;
        }
        Str shown = path_clean(a, path_dir(arguments[i]));
        if (i > 0 && !str_eq(shown, *ret_shown)) {
            return FAIL(err, ERR_USAGE,
                        "named files must all be in one directory; have %.*s and %.*s",
                        STR_ARG(*ret_shown), STR_ARG(shown));
        }
        *ret_shown = shown;
        names[i] = path_base(arguments[i]);
    }
    return true;
}

/* "open /d/x.go: why" as it is said of a file that was named: "open x.go: why", "reading x.go:
 * why". False for other words. */
static bool fail_to_read(const BuildPackage *p, const BuildFile *file, Str argument, Err *err)
{
    Str why = file->text;
    bool is_open = str_eat_prefix(&why, S("open "));
    if (!(is_open || str_eat_prefix(&why, S("read "))) || !str_eat_prefix(&why, p->dir) ||
        !str_eat_prefix(&why, S("/")) || !str_eat_prefix(&why, file->name)) {
        return false;
    }
    FAIL(err, ERR_IO, "%s %.*s%.*s", is_open ? "open" : "reading", STR_ARG(argument), STR_ARG(why));
    return true;
}

/* What the go command looks for first: what the files import, without asking go/build. */
static bool check_files(const BuildPackage *p, const Str *arguments, Err *err)
{
    isize n_without_cgo = 0;
    for (isize i = 0; i < p->files.len; i++) {
        const BuildFile *file = &p->files.ptr[i];
        if (fail_to_read(p, file, arguments[i], err)) {
            return false;
        }
        n_without_cgo += file->reason == BUILD_NO_CGO;
    }
    return n_without_cgo < p->files.len || FAIL(err, ERR_USAGE, "no Go source files");
}

/* ---- where they lie ---- */

/* dir strictly below root: the rest of its path; else empty. */
static Str rest_below(Str dir, Str root)
{
    return dir.len > root.len && path_is_within(dir, root)
               ? str_from(dir, root.len + (root.len > 1))
               : (Str){0};
}

/* The same by their names, or by where links lead (go/build's hasSubdir). */
static Str below(Arena *a, Str dir, Str root)
{
    Str real_dir = dir, real_root = root;
    Err ignored;
    if (proc_real_path(a, dir, &real_dir, &ignored) != FILE_FOUND) {
        real_dir = dir;
    }
    if (proc_real_path(a, root, &real_root, &ignored) != FILE_FOUND) {
        real_root = root;
    }
    const Str tries[][2] = {{dir, root}, {dir, real_root}, {real_dir, root}, {real_dir, real_root}};
    Str rest = {0};
    for (isize i = 0; rest.len == 0 && i < COUNT_OF(tries); i++) {
        rest = rest_below(tries[i][0], tries[i][1]);
    }
    return importpath_has_testdata(rest) ? (Str){0} : rest;
}

/* Whether an import of that path would lead to another directory first. */
static bool is_hidden(Arena *a, const Requirements *r, Str path, const Strs *earlier)
{
    bool is = file_is_dir(FILE_CWD, path_join(a, r->goroot_src, path));
    for (isize i = 0; !is && i < earlier->len; i++) {
        is = file_is_dir(FILE_CWD, path_join(a, path_join(a, earlier->ptr[i], S("src")), path));
    }
    return is;
}

/* Fills in path and root of what lies in GOROOT, or in the src of a directory of GOPATH. */
static void place(Arena *a, const Requirements *r, const GoEnv *env, Found *f)
{
    Str dir = f->place.dir, goroot = path_dir(r->goroot_src), rest = below(a, dir, r->goroot_src);
    Strs earlier = {0};
    f->path = S(".");
    if (rest.len > 0) {
        f->path = rest;
        f->place.root = goroot;
        return;
    }
    for (StrCut cut = {.tail = goenv_value(env, S("GOPATH")), .found = true}; cut.found;) {
        cut = str_cut(cut.tail, ':');
        if (!path_is_absolute(cut.head) || str_eq(cut.head, goroot)) {
            continue;
        }
        rest = below(a, dir, path_clean(a, path_join(a, cut.head, S("src"))));
        if (rest.len > 0) {
            bool is_first = !is_hidden(a, r, rest, &earlier);
            f->path = is_first ? rest : f->path;
            f->place.root = is_first ? cut.head : f->place.root;
            return;
        }
        *VEC_PUSH(a, &earlier) = cut.head;
    }
}

/* modload's DirImportPath. */
static Str path_in_mains(Arena *a, const Requirements *r, Str dir)
{
    Str longest = {0}, path = S(".");
    for (isize i = 0; i < r->n_mains; i++) {
        const LoadModule *m = &r->modules.ptr[i];
        if (str_eq(dir, m->root)) {
            return m->prefix;
        }
        Str rest = rest_below(dir, m->root);
        if (rest.len > 0 && str_compare(m->prefix, longest) > 0) {
            longest = m->prefix;
            path = str_eat_prefix(&rest, S("vendor/")) ? rest : path_join(a, m->prefix, rest);
        }
    }
    return path;
}

bool namedfiles_read(Arena *a, const Requirements *r, const GoEnv *env, const Target *t, Str dir,
                     const Str *arguments, isize n, NamedFiles *ret, Err *err)
{
    NamedFiles named = {.found = {.outcome = RESOLVE_FOUND, .importer = -1, .is_named = true}};
    Found *f = &named.found;
    for (isize i = 0; i < n; i++) {
        if (!is_go_name(arguments[i])) {
            *ret = (NamedFiles){.stranger = arguments[i]};
            return true;
        }
    }
    Str shown, *names = ARENA_ARRAY(a, Str, n);
    if (!split_arguments(a, dir, arguments, n, names, &shown, err)) {
        return false;
    }
    f->place = (Resolved){.dir = path_absolute(a, dir, shown), .module = -1};
    place(a, r, env, f);
    f->place.is_std =
        str_eq(f->place.root, path_dir(r->goroot_src)) && importpath_is_standard(f->path);
    named.dir_path = path_in_mains(a, r, f->place.dir);
    BuildPackage *p = ARENA_NEW(a, BuildPackage);
    if (!buildpkg_read_files(a, t, f->place.dir, names, n, p, err) ||
        !check_files(p, arguments, err)) {
        return false;
    }
    f->build = p;
    *ret = named;
    return true;
}
