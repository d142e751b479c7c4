/*
 * GWD064: a Go program that runs now: which Go built it, what steers it, is it still the one on
 * disk?
 *
 * What its GODEBUG is made of: the settings that were built in, and over them those of the
 * environment that it was started with (runtime/runtime1.go, internal/godebug). What it has set
 * since with os.Setenv is not seen from outside.
 */
#include "doctor/context.h"

#include "base/strbuf.h"
#include "go/buildinfo/buildinfo.h"
#include "go/mod/releases.h"
#include "go/mod/version.h"
#include "os/file.h"

#define DELETED S(" (deleted)") /* what the kernel adds to the name of a program that is gone */

typedef struct {
    Str path; /* of the program, without what the kernel adds */
    bool is_gone;
    BuildInfo info;
} Running;

static bool read_running(Doctor *d, Running *ret, Err *err)
{
    Str link = doctor_process_path(d, "exe");
    FileOutcome found = file_readlink(d->arena, FILE_CWD, link, &ret->path, err);
    if (found != FILE_FOUND) {
        return found == FILE_ABSENT &&
               FAIL(err, ERR_NOT_FOUND, "there is no process %lld any more", (long long)d->in->pid);
    }
    ret->is_gone = str_eat_suffix(&ret->path, DELETED);
    switch (buildinfo_read_file(d->arena, link, &ret->info, err)) {
    case BUILDINFO_FOUND:
        return true;
    case BUILDINFO_FAILED:
        return false;
    case BUILDINFO_ABSENT:
    case BUILDINFO_NONE:
    case BUILDINFO_OTHER:
        break;
    }
    return FAIL(err, ERR_UNSUPPORTED, "'%.*s' is no Go program", STR_ARG(ret->path));
}

/* Whether a list of GODEBUG sets the key. */
static bool sets(Str list, Str key)
{
    while (list.len > 0) {
        StrCut field = str_cut(list, ',');
        if (str_eq(str_cut(field.head, '=').head, key)) {
            return true;
        }
        list = field.tail;
    }
    return false;
}

/* The built-in settings that the environment does not overrule. */
static Str left_of(Arena *a, Str built_in, Str environment)
{
    StrBuf b = strbuf_init(a);
    while (built_in.len > 0) {
        StrCut field = str_cut(built_in, ',');
        if (field.head.len > 0 && !sets(environment, str_cut(field.head, '=').head)) {
            strbuf_add(&b, b.len > 0 ? S(",") : S(""));
            strbuf_add(&b, field.head);
        }
        built_in = field.tail;
    }
    return strbuf_str(&b);
}

static void add_fact(StrBuf *b, const char *format, Str name, Str value)
{
    if (value.len > 0) {
        strbuf_add_format(b, format, STR_ARG(name), STR_ARG(value));
    }
}

/* One fact a line: what was built in, then what it was started with. */
static Str facts_of(const Doctor *d, const BuildInfo *info)
{
    static const Str settings[] = {STR_CONST("GOAMD64"),      STR_CONST("GOARM"),
                                   STR_CONST("GOARM64"),      STR_CONST("CGO_ENABLED"),
                                   STR_CONST("-race"),        STR_CONST("-trimpath"),
                                   STR_CONST("vcs.revision"), STR_CONST("vcs.modified")};
    static const Str variables[] = {STR_CONST("GODEBUG"),     STR_CONST("GOGC"),
                                    STR_CONST("GOMEMLIMIT"),  STR_CONST("GOMAXPROCS"),
                                    STR_CONST("GOTRACEBACK"), STR_CONST("GORACE")};
    const Environ *environ = d->in->env->environ;
    StrBuf b = strbuf_init(d->arena);
    Str godebug = left_of(d->arena, buildinfo_setting(info, S("DefaultGODEBUG")),
                          environ_value(environ, S("GODEBUG")));
    for (isize i = 0; i < COUNT_OF(settings); i++) {
        add_fact(&b, "%.*s=%.*s (built in)\n", settings[i], buildinfo_setting(info, settings[i]));
    }
    add_fact(&b, "%.*s=%.*s (built in)\n", S("GODEBUG"), godebug);
    for (isize i = 0; i < COUNT_OF(variables); i++) {
        add_fact(&b, "%.*s=%.*s (environment)\n", variables[i],
                 environ_value(environ, variables[i]));
    }
    return str_trim(strbuf_str(&b));
}

static void tell_what_runs(Doctor *d, const Running *r)
{
    doctor_find(d,
                (Finding){.severity = SEVERITY_INFO,
                          .title = str_format(d->arena, "process %lld is a program of %.*s",
                                              (long long)d->in->pid, STR_ARG(r->info.go_version)),
                          .place = {.file = r->path},
                          .evidence = facts_of(d, &r->info)});
}

static void check_file(Doctor *d, const Running *r)
{
    if (r->is_gone) {
        doctor_find(d, (Finding){.severity = SEVERITY_WARN,
                                 .title = S("the program was replaced or removed since the process "
                                            "began: the old one goes on running"),
                                 .place = {.file = r->path},
                                 .evidence = S("/proc/PID/exe leads to a file without a name"),
                                 .remedy = str_format(d->arena,
                                                      "start the program of process %lld "
                                                      "anew",
                                                      (long long)d->in->pid)});
    }
}

static void check_support(Doctor *d, const Running *r)
{
    Str version = buildinfo_version(&r->info), since;
    Str lang = goversion_lang(version);
    Str newest = releases_newest(d->arena, d->in->home, version);
    if (version.len > 0 && releases_is_over(lang, newest, &since)) {
        doctor_find(
            d, (Finding){.severity = SEVERITY_INFO,
                         .title = str_format(d->arena,
                                             "the process has the standard library of Go %.*s, "
                                             "which gets no security fixes any more%s%.*s",
                                             STR_ARG(lang), since.len > 0 ? ", since " : "",
                                             STR_ARG(since)),
                         .place = {.file = r->path},
                         .evidence = r->info.go_version,
                         .remedy = str_format(d->arena, "build it with Go %.*s", STR_ARG(newest))});
    }
}

static bool check_process(Doctor *d, Err *err)
{
    Running r;
    if (d->in->pid == 0) {
        return FAIL(err, ERR_USAGE, "no process was named: goward doctor --pid PID");
    }
    if (!read_running(d, &r, err)) {
        return false;
    }
    tell_what_runs(d, &r);
    check_file(d, &r);
    check_support(d, &r);
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD064"),
                .title = STR_CONST("the program that runs is the one on disk"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST("with --pid: /proc/PID/exe, what the program says of how it "
                                      "was built, and the environment that it was started with"),
                .why = STR_CONST(
                    "A service that was updated and not started anew goes on with the old program, "
                    "and with the standard library of the Go that built that. What steers it is "
                    "half in the program (the go line of its module sets GODEBUG) and half in an "
                    "environment that nobody sees."),
                .cure = STR_CONST("start the service anew"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/godebug"),
            },
        .run = check_process,
        .profiles = PROFILE_NAMED,
        .modes = MODE_PROCESS,
    },
};

const CheckGroup doctor_process = {rows, COUNT_OF(rows)};
