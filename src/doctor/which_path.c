/*
 * Which Go "go" is: the order of PATH, Gos that PATH does not lead to, and programs called go1.X.Y,
 * which the go command itself runs when it switches (cmd/go/internal/toolchain, NewerToolchain and
 * Exec): it takes whatever has the name.
 */
#include "doctor/which_gos.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "doctor/remedy.h"
#include "go/mod/version.h"
#include "os/dir.h"

static Str path_value(const Doctor *d)
{
    return environ_value(d->in->env->environ, S("PATH"));
}

static Str say_all(Arena *a, const WhichGos *gos)
{
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < gos->len; i++) {
        strbuf_add_format(&b, "%s%.*s", i > 0 ? "\n" : "", STR_ARG(which_say(a, &gos->ptr[i])));
    }
    return strbuf_str(&b);
}

/* ---- GWD013: several on PATH ---- */

/* Whether GOTOOLCHAIN lets a Go start the one that go.mod asks for. */
static bool may_switch(const Doctor *d)
{
    Str value = goenv_value(d->in->env, S("GOTOOLCHAIN"));
    return str_ends_with(value, S("auto")) || str_ends_with(value, S("path"));
}

static void find_older_first(Doctor *d, const WhichGos *gos, const WhichGo *better)
{
    Place place = {.line = 0};
    const WhichGo *first = &gos->ptr[0];
    Str wanted = which_go_line(d, &place);
    bool is_too_old = wanted.len > 0 && goversion_compare(first->version, wanted) < 0;
    /* Before Go 1.21 a go line that asks for more is mostly passed over in silence. */
    bool is_silent = which_minor(first->version) < 21;
    bool is_wrong = is_too_old && (is_silent || !may_switch(d));
    Str more = !is_wrong ? (Str){0}
               : is_silent
                   ? str_format(d->arena,
                                "; it builds this module although that asks for Go %.*s, "
                                "or cannot read it",
                                STR_ARG(wanted))
                   : str_format(d->arena, "; this module asks for Go %.*s, so no build runs",
                                STR_ARG(wanted));
    if (!is_wrong) {
        place = (Place){.line = 0};
    }
    doctor_find(d, (Finding){
                       .severity = is_wrong ? SEVERITY_ERROR : SEVERITY_WARN,
                       .title = str_format(d->arena,
                                           "go is Go %.*s: a newer one, %.*s, comes later in "
                                           "PATH%.*s",
                                           STR_ARG(first->version), STR_ARG(better->version),
                                           STR_ARG(more)),
                       .place = place,
                       .evidence = say_all(d->arena, gos),
                       .remedy = remedy_path_first(d->arena, path_dir(better->path)),
                   });
}

static void find_different(Doctor *d, const WhichGos *gos)
{
    const WhichGo *first = &gos->ptr[0];
    for (isize i = 1; i < gos->len; i++) {
        if (gos->ptr[i].kind == WHICH_GO && !str_eq(gos->ptr[i].version, first->version)) {
            doctor_find(d, (Finding){
                               .severity = SEVERITY_INFO,
                               .title = str_format(d->arena, "PATH has %td Gos; go is Go %.*s",
                                                   gos->len, STR_ARG(first->version)),
                               .evidence = say_all(d->arena, gos),
                           });
            return;
        }
    }
}

static bool check_first(Doctor *d, Err *err)
{
    (void)err;
    WhichGos gos = which_along(d, path_value(d), S("go"));
    const WhichGo *best = which_newest(&gos);
    if (gos.len < 2 || gos.ptr[0].kind != WHICH_GO || best == NULL) {
        return true; /* goward's link chooses for itself; a script is GWD027 */
    }
    if (gos.ptr[0].version.len > 0 && goversion_compare(best->version, gos.ptr[0].version) > 0) {
        find_older_first(d, &gos, best);
    } else {
        find_different(d, &gos);
    }
    return true;
}

/* ---- GWD014: not on PATH ---- */

/* A link to nothing can go: the shell passes over it already. Where it is to lead elsewhere instead
 * a person has to agree with the place. */
static void find_dangling(Doctor *d, Severity severity, Str path, const WhichGo *other)
{
    Str target = {0}, word = remedy_word(d->arena, path);
    Err ignored;
    file_readlink(d->arena, FILE_CWD, path, &target, &ignored);
    doctor_find(
        d, (Finding){
               .severity = severity,
               .title = str_format(d->arena, "%.*s leads to nothing: the shell passes over it",
                                   STR_ARG(path)),
               .evidence = str_format(d->arena, "%.*s -> %.*s", STR_ARG(path), STR_ARG(target)),
               .remedy = other == NULL ? str_format(d->arena, "rm %.*s", STR_ARG(word))
                                       : str_format(d->arena, "ln -sf %.*s %.*s",
                                                    STR_ARG(remedy_word(d->arena, other->path)),
                                                    STR_ARG(word)),
           });
    if (other == NULL) {
        doctor_fix(d, (Fix){.kind = FIX_REMOVE,
                            .path = path,
                            .says = str_format(d->arena, "remove %.*s, a link to nothing",
                                               STR_ARG(path))});
    }
}

static void find_not_executable(Doctor *d, Severity severity, Str path, FileStat st)
{
    doctor_find(
        d,
        (Finding){
            .severity = severity,
            .title = str_format(d->arena, "%.*s is not executable: the shell passes over it",
                                STR_ARG(path)),
            .evidence = str_format(d->arena, "%.*s, mode %04o", STR_ARG(path), (unsigned)st.mode),
            .remedy = str_format(d->arena, "chmod 755 %.*s", STR_ARG(remedy_word(d->arena, path))),
        });
    doctor_fix(d, (Fix){.kind = FIX_MODE,
                        .path = path,
                        .mode = 0755,
                        .says = str_format(d->arena, "make %.*s executable", STR_ARG(path))});
}

/* A go that is there and not executable, or a link to nothing: the shell passes over it. Whether
 * there is one. other: what a link may lead to instead. */
static bool find_passed_over(Doctor *d, Severity severity, const WhichGo *other)
{
    Str rest = path_value(d), dir;
    FileStat st;
    Err ignored;
    isize before = d->findings.len;
    while (which_next_dir(&rest, &dir)) {
        Str path = path_join(d->arena, dir, S("go"));
        if (file_lstat(FILE_CWD, path, &st, &ignored) != FILE_FOUND || st.kind == FILE_KIND_DIR ||
            file_may_execute(FILE_CWD, path)) {
            continue;
        }
        if (file_stat(FILE_CWD, path, &st, &ignored) == FILE_ABSENT) {
            find_dangling(d, severity, path, other);
        } else {
            find_not_executable(d, severity, path, st);
        }
    }
    return d->findings.len > before;
}

static bool check_reachable(Doctor *d, Err *err)
{
    (void)err;
    Place place = {.line = 0};
    if (which_in_use(d).kind != WHICH_NONE) {
        find_passed_over(d, SEVERITY_WARN, NULL);
        return true;
    }
    WhichGos gos = which_on_machine(d);
    const WhichGo *best = which_newest(&gos);
    bool is_needed = which_go_line(d, &place).len > 0;
    if (find_passed_over(d, is_needed ? SEVERITY_ERROR : SEVERITY_WARN, best) || best == NULL) {
        return true; /* no Go at all is no fault of a machine */
    }
    /* No fix: PATH belongs to the shell that runs. A line in its profile changes nothing before the
     * next login, and which profile is read depends on how the shell is started. */
    doctor_find(d, (Finding){
                       .severity = is_needed ? SEVERITY_ERROR : SEVERITY_WARN,
                       .title = str_format(d->arena,
                                           "go is not found: Go %.*s is installed, and PATH does "
                                           "not lead to it",
                                           STR_ARG(best->version)),
                       .evidence = str_format(d->arena, "PATH=%.*s\n%.*s", STR_ARG(path_value(d)),
                                              STR_ARG(say_all(d->arena, &gos))),
                       .remedy = remedy_path_first(d->arena, path_dir(best->path)),
                   });
    return true;
}

/* ---- GWD015: programs called go1.X.Y ---- */

/* The SDK that a command of golang.org/dl starts is whole when this file is there. */
static void check_stub(Doctor *d, const WhichGo *stub, Str name)
{
    FileStat st;
    Err ignored;
    Str home = environ_value(d->in->env->environ, S("HOME"));
    Str sdk = str_format(d->arena, "%.*s/sdk/%.*s", STR_ARG(home), STR_ARG(name));
    Str mark = path_join(d->arena, sdk, S(".unpacked-success"));
    if (home.len == 0 || file_stat(FILE_CWD, mark, &st, &ignored) != FILE_ABSENT) {
        return;
    }
    doctor_find(d, (Finding){
                       .severity = SEVERITY_WARN,
                       .title = str_format(d->arena, "%.*s is on PATH, and its Go is not there yet",
                                           STR_ARG(name)),
                       .evidence = str_format(d->arena, "%.*s is of golang.org/dl\n%.*s is missing",
                                              STR_ARG(stub->path), STR_ARG(mark)),
                       .remedy = str_format(d->arena, "%.*s download", STR_ARG(name)),
                   });
}

static void find_impostor(Doctor *d, const WhichGo *go, Str name, Str is_what)
{
    doctor_find(d,
                (Finding){
                    .severity = SEVERITY_WARN,
                    .title = str_format(d->arena,
                                        "%.*s on PATH is %.*s: GOTOOLCHAIN=%.*s and go lines that "
                                        "choose it run it",
                                        STR_ARG(name), STR_ARG(is_what), STR_ARG(name)),
                    .evidence = which_say(d->arena, go),
                    .remedy = remedy_put_away(d->arena, go->path),
                });
}

static void check_named_go(Doctor *d, Str path, Str name)
{
    Str version = goversion_of_toolchain(name);
    WhichGo go = which_look(d, path);
    switch (go.kind) {
    case WHICH_STUB:
        check_stub(d, &go, name);
        break;
    case WHICH_GO:
        if (go.version.len > 0 && !str_eq(go.version, version)) {
            find_impostor(d, &go, name, str_format(d->arena, "Go %.*s", STR_ARG(go.version)));
        }
        break;
    case WHICH_SCRIPT:
        find_impostor(d, &go, name, S("a script"));
        break;
    case WHICH_OTHER:
        find_impostor(d, &go, name, S("no Go"));
        break;
    case WHICH_NONE:
    case WHICH_GOWARD:
    case WHICH_KIND_COUNT:
        break;
    }
}

static bool is_release_name(Str name)
{
    Str version = name;
    return str_starts_with(name, S("go1.")) && str_eat_prefix(&version, S("go")) &&
           goversion_is_valid(version);
}

static bool check_named(Doctor *d, Err *err)
{
    (void)err;
    Str rest = path_value(d), dir;
    while (which_next_dir(&rest, &dir)) {
        AUTO_CLOSE int fd = -1;
        DirList list;
        Err ignored;
        if (dir_open(FILE_CWD, dir, &fd, &ignored) != FILE_FOUND ||
            !dir_list(d->arena, fd, &list, &ignored)) {
            continue;
        }
        for (isize i = 0; i < MIN(list.len, WHICH_MAX_NAMES); i++) {
            Str name = list.ptr[i].name;
            if (is_release_name(name) && file_may_execute(fd, name)) {
                check_named_go(d, path_join(d->arena, dir, name), name);
            }
        }
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD013"),
                .title = STR_CONST("the first go on PATH is the one that is meant"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST("every go along PATH, symlinks resolved, and the version in "
                                      "its build information"),
                .why = STR_CONST(
                    "The shell runs the first go that it finds. An installation that is added "
                    "behind an older one changes nothing, and nothing says so; a Go before 1.21 "
                    "even builds a module whose go line asks for a newer one, and only some of "
                    "the errors mention it."),
                .cure = STR_CONST("put the directory of the Go that is meant first in PATH, or "
                                  "remove the other one"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/manage-install"),
            },
        .run = check_first,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD014"),
                .title = STR_CONST("an installed Go is found"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "PATH; /usr/local/go, /usr/lib/go-*, /opt and /snap, ~/sdk and where asdf, "
                    "mise, goenv, gvm, gobrew and g put their Gos"),
                .why = STR_CONST(
                    "Distributions install versioned packages (/usr/lib/go-1.19/bin) and the "
                    "archive of go.dev goes to /usr/local/go/bin; neither is in PATH by itself. "
                    "The message is only \"go: not found\". A go without the right to be executed, "
                    "or a symlink to a Go that was removed, is passed over by the shell in the "
                    "same silence."),
                .cure = STR_CONST("export PATH=\"$PATH:/usr/local/go/bin\" in the profile of the "
                                  "shell"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/install"),
            },
        .run = check_reachable,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD015"),
                .title = STR_CONST("programs called go1.X.Y are what their name says"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST("programs named like a release of Go along PATH, the version "
                                      "in their build information, and ~/sdk for those of "
                                      "golang.org/dl"),
                .why = STR_CONST(
                    "When go.mod or GOTOOLCHAIN asks for another Go, the go command looks for a "
                    "program of that name along PATH before it downloads anything, and runs what "
                    "it finds: no hash, no log, no look at its version. Commands of golang.org/dl "
                    "are such names; until \"go1.X.Y download\" was run they only print an error."),
                .cure = STR_CONST("remove the program, or run its download"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/toolchain#select"),
            },
        .run = check_named,
        .cost = COST_TREE,
    },
};

const CheckGroup doctor_which_path = {rows, COUNT_OF(rows)};
