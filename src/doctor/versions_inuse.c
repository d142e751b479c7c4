/*
 * Whether the Go in use can build the module in the working directory.
 *
 * Since 1.21 a Go compares itself with the go line and says what is missing (cmd/go/internal/
 * toolchain, modload). Before, it does not: 1.19 builds any language as its own, 1.20 refuses only
 * 1.22 and newer, and both fail on what their go.mod did not have: a patch level, toolchain, tool.
 */
#include "doctor/sources.h"
#include "doctor/versions_mentions.h"
#include "doctor/which_gos.h"
#include "go/env/workdir.h"
#include "go/mod/gowork.h"
#include "go/mod/releases.h"
#include "go/mod/version.h"
#include "os/spawn.h"

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

static bool is_in_goroot(Doctor *d, Str package)
{
    FileStat st;
    Err ignored;
    Str dir = str_format(d->arena, "%.*s/src/%.*s", STR_ARG(d->in->goroot), STR_ARG(package));
    return d->in->goroot.len > 0 && file_stat(FILE_CWD, dir, &st, &ignored) == FILE_FOUND;
}

static void find_newer_package(Doctor *d, const SourceImport *import)
{
    Str since = releases_of_package(import->path);
    doctor_find(d, (Finding){
                       .severity = SEVERITY_ERROR,
                       .title = str_format(
                           d->arena, "package %.*s is not in %.*s: it came with Go %.*s",
                           STR_ARG(import->path), STR_ARG(doctor_go_name(d)), STR_ARG(since)),
                       .place = {.file = import->file, .line = import->line},
                       .evidence = str_format(d->arena, "import \"%.*s\"", STR_ARG(import->path)),
                       .remedy = upgrade(d, since),
                   });
}

/* One finding is enough to act on. */
static void check_sources(Doctor *d)
{
    const SourceImports *newer = &doctor_sources(d)->newer;
    Str there = {0}; /* that a Go of others has all the same */
    for (isize i = 0; i < newer->len; i++) {
        if (!str_eq(newer->ptr[i].path, there)) {
            if (!is_in_goroot(d, newer->ptr[i].path)) {
                find_newer_package(d, &newer->ptr[i]);
                return;
            }
            there = newer->ptr[i].path;
        }
    }
}

static bool check_packages(Doctor *d, Err *err)
{
    (void)err;
    Deciding m;
    bool switches = !doctor_go_is_before(d, S("1.21")) &&
                    !str_eq(goenv_value(d->in->env, S("GOTOOLCHAIN")), S("local"));
    if (read_deciding(d, &m) && doctor_go_is_before(d, releases_newest_with_package()) &&
        !(switches && goversion_compare(m.go.value, d->in->version) > 0)) {
        check_sources(d);
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
                .looks_at =
                    STR_CONST("the imports of the module's Go files that are in the build, for "
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
