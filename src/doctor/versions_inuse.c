/*
 * Whether the Go in use can build the module in the working directory.
 *
 * Since 1.21 a Go compares itself with the go line and says what is missing (cmd/go/internal/
 * toolchain, modload). Before, it does not: 1.19 builds any language as its own, 1.20 refuses only
 * 1.22 and newer, and both fail on what their go.mod did not have: a patch level, toolchain, tool.
 */
#include "base/path.h"
#include "doctor/versions_mentions.h"
#include "doctor/which_gos.h"
#include "go/env/workdir.h"
#include "go/mod/gowork.h"
#include "go/mod/releases.h"
#include "go/mod/version.h"
#include "os/dir.h"
#include "os/spawn.h"

#define MAX_SOURCES 1500      /* files whose imports are read */
#define MAX_IMPORTS (8 * KIB) /* of each file, from its start */
#define MAX_SOURCE_DIRS 600
#define MAX_SOURCE_DEPTH 12

/* The go.mod or go.work that decides, and its two lines. */
typedef struct {
    Str path, text;
    GoModValue go, toolchain;
} Deciding;

static bool read_deciding(Doctor *d, Deciding *ret)
{
    Err ignored;
    Str path;
    *ret = (Deciding){0};
    if (str_eq(goenv_value(d->in->env, S("GO111MODULE")), S("off")) || d->in->version.len == 0) {
        return false;
    }
    if (gowork_find(d->arena, d->in->env, d->in->dir, &path) != GOWORK_FOUND &&
        !gomod_find(d->arena, d->in->dir, workdir_temp(d->in->env->environ), &path)) {
        return false;
    }
    ret->path = path;
    if (file_read_all(d->arena, FILE_CWD, path, GOMOD_MAX_FILE, &ret->text, &ignored) !=
        FILE_FOUND) {
        return false;
    }
    ret->go = gomod_lookup(ret->text, S("go"));
    ret->toolchain = gomod_lookup(ret->text, S("toolchain"));
    return goversion_is_valid(ret->go.value);
}

static void find_here(Doctor *d, Severity severity, const Deciding *m, const GoModValue *line,
                      Str title, Str remedy)
{
    doctor_find(d, (Finding){
                       .severity = severity,
                       .title = title,
                       .place = {.file = m->path, .line = line->line},
                       .evidence = str_format(d->arena, "%s %.*s\n%.*s",
                                              line == &m->go ? "go" : "toolchain",
                                              STR_ARG(line->value), STR_ARG(doctor_go_name(d))),
                       .remedy = remedy,
                   });
}

static Str upgrade(Doctor *d, Str need)
{
    return str_format(d->arena, "goward use %.*s",
                      STR_ARG(str_from(goversion_toolchain_name(d->arena, need), 2)));
}

/* ---- GWD033: a Go before 1.21 ---- */

static void check_old_go(Doctor *d, const Deciding *m)
{
    Str have = d->in->version, named = goversion_of_toolchain(m->toolchain.value);
    bool is_newer = goversion_compare(goversion_lang(m->go.value), goversion_lang(have)) > 0;
    bool has_loopvar = goversion_compare(m->go.value, S("1.22")) >= 0;
    if (mentions_is_exact(m->go.value)) {
        find_here(d, SEVERITY_ERROR, m, &m->go,
                  str_format(d->arena,
                             "%.*s cannot read this file: invalid go version '%.*s': must "
                             "match format 1.23",
                             STR_ARG(doctor_go_name(d)), STR_ARG(m->go.value)),
                  upgrade(d, m->go.value));
    } else if (m->toolchain.value.len > 0) {
        find_here(d, SEVERITY_ERROR, m, &m->toolchain,
                  str_format(d->arena, "%.*s cannot read this file: unknown directive: toolchain",
                             STR_ARG(doctor_go_name(d))),
                  upgrade(d, goversion_compare(named, S("1.21.0")) > 0 ? named : S("1.21.0")));
    } else if (is_newer && has_loopvar && goversion_compare(have, S("1.20")) >= 0) {
        find_here(d, SEVERITY_ERROR, m, &m->go,
                  str_format(d->arena, "%.*s refuses it: cannot compile Go %.*s code",
                             STR_ARG(doctor_go_name(d)), STR_ARG(m->go.value)),
                  upgrade(d, m->go.value));
    } else if (is_newer) {
        find_here(d, has_loopvar ? SEVERITY_ERROR : SEVERITY_WARN, m, &m->go,
                  str_format(d->arena,
                             "%.*s builds this without a word as if it were written for "
                             "Go %.*s%s",
                             STR_ARG(doctor_go_name(d)), STR_ARG(goversion_lang(have)),
                             has_loopvar ? ": loop variables mean something else there" : ""),
                  upgrade(d, m->go.value));
    }
}

/* ---- GWD033: 1.21 and newer ---- */

static bool is_in_path(Doctor *d, Str name)
{
    Str ignored;
    return spawn_find(d->arena, d->in->env->environ, name, &ignored);
}

/* "path" -> "auto", "go1.26.8+path" -> "go1.26.8+auto". */
static Str automatic(const Doctor *d, Str value)
{
    str_eat_suffix(&value, S("path"));
    return str_concat(d->arena, value, S("auto"));
}

/* GOTOOLCHAIN=path: what the two lines ask for must lie in PATH. */
static void check_path_mode(Doctor *d, const Deciding *m, Str have, const Variable *v)
{
    Str named = goversion_of_toolchain(m->toolchain.value);
    bool by_toolchain =
        goversion_compare(named, have) > 0 && goversion_compare(named, m->go.value) >= 0;
    Str wanted =
        by_toolchain ? m->toolchain.value : goversion_toolchain_name(d->arena, m->go.value);
    Str version = by_toolchain ? named : m->go.value;
    if (goversion_compare(version, have) > 0 && !is_in_path(d, wanted)) {
        find_here(d, SEVERITY_ERROR, m, by_toolchain ? &m->toolchain : &m->go,
                  str_format(d->arena,
                             "every go command fails: cannot find \"%.*s\" in PATH, and "
                             "GOTOOLCHAIN allows no other source",
                             STR_ARG(wanted)),
                  variable_remedy(d->arena, v, automatic(d, v->got.value)));
    }
}

static void check_new_go(Doctor *d, const Deciding *m)
{
    Variable v = doctor_variable(d, S("GOTOOLCHAIN"));
    StrCut plus = str_cut(v.got.value, '+');
    Str named = goversion_of_toolchain(plus.head);
    Str have = named.len > 0 ? named : d->in->version;
    Str mode = plus.found ? plus.tail : plus.head;
    if (str_eq(mode, S("path"))) {
        check_path_mode(d, m, have, &v);
    } else if (!str_eq(mode, S("auto")) && goversion_compare(m->go.value, have) > 0) {
        find_here(d, SEVERITY_ERROR, m, &m->go,
                  str_format(d->arena,
                             "every build fails: requires go >= %.*s (running go %.*s; %.*s)",
                             STR_ARG(m->go.value), STR_ARG(have),
                             STR_ARG(variable_evidence(d->arena, &v))),
                  variable_is_set(&v) ? variable_remedy(d->arena, &v, S("auto"))
                                      : S("go env -w GOTOOLCHAIN=auto"));
    }
}

static bool check_go_line(Doctor *d, Err *err)
{
    (void)err;
    Deciding m;
    if (!read_deciding(d, &m) || which_fits_later(d, m.go.value)) {
        return true;
    }
    if (doctor_go_is_before(d, S("1.21"))) {
        check_old_go(d, &m);
    } else {
        check_new_go(d, &m);
    }
    return true;
}

/* ---- GWD034: packages that are not there yet ---- */

typedef struct {
    isize n_dirs, n_files;
    bool is_found;
    char head[MAX_IMPORTS]; /* of the file that is looked at */
} Search;

/* The imports of a Go file, read line by line. */
typedef struct {
    Str text; /* not yet read */
    isize line;
    bool is_in_block;
} Imports;

/* Whether a constraint keeps the file from this Go ("//go:build go1.27"), or from every build. */
static bool is_left_out(Str line)
{
    return str_starts_with(line, S("//go:build ")) &&
           (str_contains(line, S("go1.")) || str_contains(line, S("ignore")));
}

static bool begins_declaration(Str line)
{
    return str_starts_with(line, S("func ")) || str_starts_with(line, S("type ")) ||
           str_starts_with(line, S("var ")) || str_starts_with(line, S("const "));
}

/* The next "path"; false past the imports, and in a file that is left out. */
static bool next_import(Imports *m, Str *ret)
{
    Str line;
    while (str_next_line(&m->text, &line)) {
        m->line++;
        line = str_trim(line);
        if (is_left_out(line) || begins_declaration(line)) {
            return false;
        }
        bool is_import = str_eat_prefix(&line, S("import"));
        m->is_in_block = (m->is_in_block || (is_import && str_contains(line, S("(")))) &&
                         !str_starts_with(line, S(")"));
        StrCut open = str_cut(line, '"');
        StrCut close = str_cut(open.tail, '"');
        if ((is_import || m->is_in_block) && open.found && close.found &&
            !str_starts_with(line, S("//"))) {
            *ret = close.head;
            return true;
        }
    }
    return false;
}

static bool is_in_goroot(Doctor *d, Str package)
{
    FileStat st;
    Err ignored;
    Str dir = str_format(d->arena, "%.*s/src/%.*s", STR_ARG(d->in->goroot), STR_ARG(package));
    return d->in->goroot.len > 0 && file_stat(FILE_CWD, dir, &st, &ignored) == FILE_FOUND;
}

static void find_newer_package(Doctor *d, Str import, Str since, Place place)
{
    doctor_find(
        d, (Finding){
               .severity = SEVERITY_ERROR,
               .title = str_format(d->arena, "package %.*s is not in %.*s: it came with Go %.*s",
                                   STR_ARG(import), STR_ARG(doctor_go_name(d)), STR_ARG(since)),
               .place = place,
               .evidence = str_format(d->arena, "import \"%.*s\"", STR_ARG(import)),
               .remedy = upgrade(d, since),
           });
}

/* The file `name` in dir, which is open as dirfd. */
static void check_imports(Doctor *d, int dirfd, Str dir, Str name, Search *search)
{
    Err ignored;
    AUTO_CLOSE int fd = -1;
    isize n = 0;
    Str import;
    if (file_open(dirfd, name, &fd, &ignored) != FILE_FOUND ||
        !file_read(fd, search->head, MAX_IMPORTS, &n, &ignored)) {
        return;
    }
    Imports imports = {.text = {search->head, n}};
    while (next_import(&imports, &import)) {
        Str since = releases_of_package(import);
        if (since.len == 0 || goversion_compare(goversion_lang(d->in->version), since) >= 0) {
            continue;
        }
        if (!is_in_goroot(d, import)) {
            search->is_found = true;
            find_newer_package(d, import, since,
                               (Place){path_join(d->arena, dir, name), imports.line});
        }
        return;
    }
}

/* One finding is enough to act on. */
static bool is_over(const Search *search)
{
    return search->is_found || search->n_files == MAX_SOURCES;
}

/* Recurses MAX_SOURCE_DEPTH levels. */
static void check_sources(Doctor *d, Str dir, int depth, Search *search)
{
    Err ignored;
    DirList list;
    AUTO_CLOSE int fd = -1;
    FileStat st;
    if (search->n_dirs++ >= MAX_SOURCE_DIRS ||
        dir_open(FILE_CWD, dir, &fd, &ignored) != FILE_FOUND ||
        (depth > 0 && file_stat(fd, S("go.mod"), &st, &ignored) == FILE_FOUND) ||
        !dir_list(d->arena, fd, &list, &ignored)) {
        return; /* unreadable, or another module */
    }
    for (isize i = 0; i < list.len && !is_over(search); i++) {
        Str name = list.ptr[i].name;
        if (str_starts_with(name, S(".")) || str_starts_with(name, S("_"))) {
            continue;
        }
        if (list.ptr[i].kind == FILE_KIND_DIR) {
            if (depth < MAX_SOURCE_DEPTH && !str_eq(name, S("vendor")) &&
                !str_eq(name, S("testdata"))) {
                check_sources(d, path_join(d->arena, dir, name), depth + 1, search);
            }
        } else if (str_ends_with(name, S(".go"))) {
            search->n_files++;
            check_imports(d, fd, dir, name, search);
        }
    }
}

static bool check_packages(Doctor *d, Err *err)
{
    (void)err;
    Deciding m;
    Search search = {0};
    Str path;
    bool switches = !doctor_go_is_before(d, S("1.21")) &&
                    !str_eq(goenv_value(d->in->env, S("GOTOOLCHAIN")), S("local"));
    if (read_deciding(d, &m) && doctor_go_is_before(d, releases_newest_with_package()) &&
        !(switches && goversion_compare(m.go.value, d->in->version) > 0) &&
        gomod_find(d->arena, d->in->dir, workdir_temp(d->in->env->environ), &path)) {
        check_sources(d, path_dir(path), 0, &search);
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD033"),
                .title = STR_CONST("the Go in use can build this go.mod"),
                .severity = SEVERITY_ERROR,
                .looks_at =
                    STR_CONST("the go and toolchain lines of go.work or go.mod, the version "
                              "of the Go in use, GOTOOLCHAIN, and PATH for "
                              "GOTOOLCHAIN=path"),
                .why = STR_CONST(
                    "With GOTOOLCHAIN=local a Go older than the go line refuses, with path it "
                    "needs "
                    "the newer one in PATH. A Go before 1.21 knows none of that: 1.19 builds any "
                    "newer language as its own and says nothing, loop variables of Go 1.22 "
                    "included; go 1.26.0 and a toolchain line it cannot read at all."),
                .cure = STR_CONST("goward use VERSION, or go env -w GOTOOLCHAIN=auto"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/toolchain; go.dev/issue/60078"),
            },
        .run = check_go_line,
        .cost = COST_FILES,
        .modes = MODE_PROXY,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD034"),
                .title = STR_CONST("the packages that are imported are in this Go's library"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("the imports of the module's files, of 1,500 at most, for "
                                      "packages that came with a release since 1.20"),
                .why = STR_CONST("A package that a later release brought is searched in GOROOT: "
                                 "'package slices is not in GOROOT', or 'is not in std'. The go "
                                 "line should say at least that release, and then a Go that can "
                                 "switch fetches it."),
                .cure = STR_CONST("a newer Go, and go get go@VERSION for the go line"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("pkg.go.dev/std, go.dev/doc/devel/release"),
            },
        .run = check_packages,
        .cost = COST_TREE,
    },
};

const CheckGroup doctor_versions_inuse = {rows, COUNT_OF(rows)};
