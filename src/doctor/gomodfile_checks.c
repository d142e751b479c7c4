/* Checks of what go.mod names, of -modfile, of GOPATH. */
#include "base/map.h"
#include "base/path.h"
#include "doctor/goflags.h"
#include "doctor/gomodfile.h"

#define GOPATH_MAX_ENTRIES 64 /* that are looked at */

/* ---- GWD056 ---- */

static void find_at(Doctor *d, Severity severity, Str file, isize line, Str title, Str evidence,
                    Str remedy)
{
    doctor_find(d, (Finding){
                       .severity = severity,
                       .title = title,
                       .place = {.file = file, .line = line},
                       .evidence = evidence,
                       .remedy = remedy,
                   });
}

static bool is_required(const MainModule *m, const GoModReplace *r)
{
    for (isize i = 0; i < m->mod.requires.len; i++) {
        const GoModRequire *required = &m->mod.requires.ptr[i];
        if (str_eq(required->path, r->old_path) &&
            (r->old_version.len == 0 || str_eq(required->version, r->old_version))) {
            return true;
        }
    }
    return false;
}

/* A directory that stands for a module must hold a go.mod, once that module is part of a build. */
static void check_replace(Doctor *d, const MainModule *m, Str file, const GoModReplace *r)
{
    FileStat st;
    Err ignored;
    if (r->new_version.len > 0) {
        return;
    }
    Str dir = path_absolute(d->arena, path_dir(file), r->new_path);
    if (file_stat(FILE_CWD, path_join(d->arena, dir, S("go.mod")), &st, &ignored) == FILE_FOUND) {
        return;
    }
    bool is_dir = file_stat(FILE_CWD, dir, &st, &ignored) == FILE_FOUND;
    Str version =
        r->old_version.len == 0 ? (Str){0} : str_format(d->arena, "@%.*s", STR_ARG(r->old_version));
    bool is_used = is_required(m, r);
    find_at(d, is_used ? SEVERITY_ERROR : SEVERITY_WARN, file, r->pos.line,
            str_format(d->arena, "%.*s is replaced by %.*s, which %s: %s", STR_ARG(r->old_path),
                       STR_ARG(r->new_path), is_dir ? "has no go.mod" : "is not there",
                       is_used ? "builds fail" : "builds will fail once they need it"),
            dir,
            str_format(d->arena, "%s -dropreplace=%.*s%.*s, or bring the directory back",
                       str_ends_with(file, S(".work")) ? "go work edit" : "go mod edit",
                       STR_ARG(r->old_path), STR_ARG(version)));
}

static Str in_small_letters(Arena *a, Str s)
{
    char *small = ARENA_ARRAY(a, char, s.len);
    for (isize i = 0; i < s.len; i++) {
        bool is_capital = s.ptr[i] >= 'A' && s.ptr[i] <= 'Z';
        small[i] = (char)(is_capital ? s.ptr[i] - 'A' + 'a' : s.ptr[i]);
    }
    return (Str){small, s.len};
}

/* Two paths that differ by their capitals only: one repository under two names. */
static void check_capitals(Doctor *d, const MainModule *m)
{
    Map seen = map_init(d->arena);
    for (isize i = 0; i < m->mod.requires.len; i++) {
        const GoModRequire *r = &m->mod.requires.ptr[i];
        bool is_new;
        isize *at = map_put(&seen, in_small_letters(d->arena, r->path), &is_new);
        const GoModRequire *other = &m->mod.requires.ptr[*at];
        if (is_new) {
            *at = i;
        } else if (!str_eq(other->path, r->path)) {
            find_at(d, SEVERITY_WARN, m->file, r->pos.line,
                    str_format(d->arena,
                               "%.*s and %.*s differ by their capitals only: a program with both "
                               "cannot be built",
                               STR_ARG(other->path), STR_ARG(r->path)),
                    str_format(d->arena, "lines %td and %td", other->pos.line, r->pos.line),
                    str_format(d->arena, "go mod why -m %.*s, then change that import",
                               STR_ARG(r->path)));
        }
    }
}

static bool check_names(Doctor *d, Err *err)
{
    (void)err;
    MainModule m;
    if (!gomodfile_main(d, &m)) {
        return true;
    }
    /* Vendored builds read vendor/ instead of these directories. */
    bool is_vendored = gomodfile_is_vendored(d, &m);
    for (isize i = 0; i < m.mod.replaces.len && !is_vendored; i++) {
        check_replace(d, &m, m.file, &m.mod.replaces.ptr[i]);
    }
    for (isize i = 0; i < m.work.replaces.len && !is_vendored; i++) {
        check_replace(d, &m, m.work_file, &m.work.replaces.ptr[i]);
    }
    check_capitals(d, &m);
    return true;
}

/* ---- GWD057 ---- */

/* A name that does not end in .mod is GWD044's to tell, one that leads nowhere GWD045's. */
static bool check_flags(Doctor *d, Err *err)
{
    (void)err;
    MainModule m;
    GoFlagWord word;
    Variable v = doctor_variable(d, S("GOFLAGS"));
    if (goflags_last(d, &v, S("modfile"), &word) && word.value.len > 0 && gomodfile_main(d, &m) &&
        m.work_file.len > 0) {
        doctor_find_variable(d, SEVERITY_ERROR, &v, goflags_without(d, &v, word.word),
                             "-modfile is refused in a workspace (%.*s): every build fails",
                             STR_ARG(m.work_file));
    }
    return true;
}

/* ---- GWD060 ---- */

static void check_gopath_entry(Doctor *d, const Variable *v, Str entry, bool is_first)
{
    FileStat st;
    Err ignored;
    if (str_starts_with(entry, S("~"))) {
        doctor_find_variable(d, SEVERITY_ERROR, v, (Str){0},
                             "GOPATH begins with ~, which only a shell understands: the go command "
                             "stops");
    } else if (!path_is_absolute(entry)) {
        doctor_find_variable(d, SEVERITY_ERROR, v, (Str){0},
                             "GOPATH has the relative entry %.*s: the go command stops",
                             STR_ARG(entry));
    } else if (is_first && file_stat(FILE_CWD, path_join(d->arena, entry, S("go.mod")), &st,
                                     &ignored) == FILE_FOUND) {
        bool is_fatal = doctor_go_is_before(d, S("1.22"));
        find_at(d, is_fatal ? SEVERITY_ERROR : SEVERITY_WARN,
                path_join(d->arena, entry, S("go.mod")), 0,
                str_format(d->arena, "a go.mod lies in %.*s itself, the GOPATH: %s", STR_ARG(entry),
                           is_fatal ? "every build fails" : "it is ignored"),
                variable_evidence(d->arena, v),
                S("keep the project in a directory of its own, outside GOPATH"));
    }
}

static void check_gopath(Doctor *d)
{
    Variable v = doctor_variable(d, S("GOPATH"));
    Str root = d->in->goroot;
    Str rest = v.got.value;
    if (rest.len > 0 && root.len > 0 &&
        str_eq(path_clean(d->arena, rest), path_clean(d->arena, root))) {
        doctor_find_variable(d, SEVERITY_WARN, &v, (Str){0},
                             "GOPATH is the GOROOT: what builds download goes into the Go itself");
        return;
    }
    for (isize i = 0; i < GOPATH_MAX_ENTRIES && rest.len > 0; i++) {
        StrCut cut = str_cut(rest, ':');
        rest = cut.tail;
        if (cut.head.len > 0) {
            check_gopath_entry(d, &v, cut.head, i == 0);
        }
    }
}

static bool check_places(Doctor *d, Err *err)
{
    (void)err;
    check_gopath(d);
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD056"),
                .title = STR_CONST("what go.mod names is there, under one name"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("the replace and require lines of the go.mod in the working "
                                      "directory or above, the replace lines of its go.work, and "
                                      "the directories that they name"),
                .why = STR_CONST(
                    "A replace line that names a directory stops every build on each machine where "
                    "that directory is missing: it was committed by accident, or a sibling "
                    "repository is not checked out. Vendored builds do not need it.\n\n"
                    "Module paths are case sensitive, the repositories behind them mostly are not. "
                    "When two spellings of one path meet in a program, the go command stops with "
                    "`case-insensitive import collision`."),
                .cure = STR_CONST("go mod edit -dropreplace=MODULE; a go.work is the place for "
                                  "directories of one machine"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/ref/mod#go-mod-file-replace"),
            },
        .run = check_names,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD057"),
                .title = STR_CONST("-modfile in GOFLAGS is not given to a workspace"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("-modfile in GOFLAGS, and go.work"),
                .why = STR_CONST(
                    "GOFLAGS holds for every build of the user. -modfile puts another file in the "
                    "place of one go.mod; in a workspace there are several, and the go command "
                    "refuses to build: '-modfile cannot be used in workspace mode'."),
                .cure = STR_CONST("go env -u GOFLAGS; pass the flag on the command line where it "
                                  "is needed"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/ref/mod#build-commands"),
            },
        .run = check_flags,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD060"),
                .title = STR_CONST("GOPATH is absolute and apart from Go"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("GOPATH, the GOROOT, and whether a go.mod lies directly in "
                                      "GOPATH"),
                .why = STR_CONST(
                    "A relative entry or a ~ in GOPATH stops every go command, even go version. "
                    "When GOPATH is the GOROOT, go install and "
                    "the module cache write into the Go itself. A go.mod directly in GOPATH stops "
                    "every build before Go 1.22, and is ignored with a warning since."),
                .cure = STR_CONST("go env -u GOPATH; unset GOPATH; move the project out of GOPATH"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/wiki/InstallTroubleshooting"),
            },
        .run = check_places,
    },
};

const CheckGroup doctor_gomodfile = {rows, COUNT_OF(rows)};
