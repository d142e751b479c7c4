/*
 * The race detector, tried: a program with a race and one without are built with -race by the Go in
 * use and run. Only that proves that a -race which finds nothing had been able to.
 *
 * The exception among the checks: it writes. Two small programs go into a folder of its own in the
 * temporary directory, which is taken away again, and the go command fills its build cache. So it
 * is made only when it is asked for by its id. Proxies, workspaces and flags of the user are left
 * out: the question is what the Go and the C compiler can do.
 */
#include "doctor/context.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "go/env/workdir.h"
#include "os/clock.h"
#include "os/dir.h"
#include "os/random.h"
#include "os/spawn.h"

#define TIME_LIMIT_MS 55000 /* for all; a check of its cost gets 60 seconds */
#define MAX_OUTPUT (64 * KIB)
#define MAX_SHOWN_LINES 6
#define CODE_RACE 66 /* GORACE=exitcode */
#define CODE_LATE 124

static const Str go_mod = STR_CONST("module goward.test/race\n\ngo 1.19\n");

/* Neither imports anything: what is built is the runtime. */
static const struct {
    Str name, source;
    int code; /* to end with */
} programs[] = {
    {STR_CONST("racy"),
     STR_CONST("package main\n\nvar n int\n\nfunc main() {\n\tdone := make(chan bool)\n"
               "\tgo func() {\n\t\tn++\n\t\tdone <- true\n\t}()\n\tn++\n\t<-done\n}\n"),
     CODE_RACE},
    {STR_CONST("clean"),
     STR_CONST("package main\n\nvar n int\n\nfunc main() {\n\tdone := make(chan bool)\n"
               "\tgo func() {\n\t\tn++\n\t\tdone <- true\n\t}()\n\t<-done\n\tn++\n}\n"),
     0},
};

typedef struct {
    Str dir; /* of all that is written */
    Str go;
    Environ env;
    int64_t deadline_ns;
} Trial;

typedef struct {
    int code;
    Str output; /* of both streams */
} Outcome;

static bool write_file(Arena *a, Str dir, Str name, Str text, Err *err)
{
    AUTO_CLOSE int fd = -1;
    return file_create(FILE_CWD, path_join(a, dir, name), 0600, &fd, err) &&
           file_write(fd, text, err);
}

static bool write_programs(Arena *a, Str dir, Err *err)
{
    for (isize i = 0; i < COUNT_OF(programs); i++) {
        Str folder = path_join(a, dir, programs[i].name);
        if (!dir_make(FILE_CWD, folder, 0700, err) ||
            !write_file(a, folder, S("go.mod"), go_mod, err) ||
            !write_file(a, folder, S("main.go"), programs[i].source, err)) {
            return false;
        }
    }
    return true;
}

/* The user's own, but for what would make it another question. */
static Environ trial_environ(const Doctor *d)
{
    const struct {
        Str name, value;
    } settings[] = {
        {S("GOOS"), d->in->host_os},     {S("GOARCH"), d->in->host_arch},
        {S("GOTOOLCHAIN"), S("local")},  {S("GOWORK"), S("off")},
        {S("GO111MODULE"), S("on")},     {S("GOPROXY"), S("off")},
        {S("GORACE"), S("exitcode=66")},
    };
    /* A GOFLAGS in the go env file would count where the variable is empty. */
    Environ env = environ_with(d->arena, d->in->env->environ, S("GOFLAGS"), S("-mod=mod"));
    for (isize i = 0; i < COUNT_OF(settings); i++) {
        env = environ_with(d->arena, &env, settings[i].name, settings[i].value);
    }
    return environ_without(d->arena, &env, S("GODEBUG"));
}

static bool run(const Doctor *d, const Trial *t, Str dir, const Str *argv, isize argc, Outcome *ret,
                Err *err)
{
    AUTO_CLOSE int output = -1;
    Str ignored;
    int64_t left_ms = (t->deadline_ns - clock_monotonic_ns()) / 1000000;
    if (!file_create_memory(S("output"), &output, err)) {
        return false;
    }
    Spawn s = {.path = argv[0],
               .argv = argv,
               .argc = argc,
               .env = &t->env,
               .dir = dir,
               .in = -1,
               .out = -1,
               .err = output,
               .extra = -1};
    if (!spawn_output(d->arena, &s, MAX(left_ms, (int64_t)1), MAX_OUTPUT, &ignored, &ret->code,
                      err)) {
        return false;
    }
    char *buf = ARENA_ARRAY(d->arena, char, MAX_OUTPUT);
    isize n = 0;
    if (!file_read_at(output, 0, buf, MAX_OUTPUT, &n, err)) {
        return false;
    }
    ret->output = (Str){buf, n};
    return true;
}

static Str first_lines(Arena *a, Str text)
{
    StrBuf b = strbuf_init(a);
    Str line;
    for (int i = 0; i < MAX_SHOWN_LINES && str_next_line(&text, &line); i++) {
        strbuf_add_format(&b, "%s%.*s", i > 0 ? "\n" : "", STR_ARG(line));
    }
    return strbuf_str(&b);
}

/* A build that takes long is no fault: without a build cache the library is built first. */
static void find_build_failure(Doctor *d, const Outcome *o)
{
    bool is_late = o->code == CODE_LATE;
    doctor_find(d, (Finding){.severity = is_late ? SEVERITY_WARN : SEVERITY_ERROR,
                             .title = is_late ? S("the race detector was not tried: building a "
                                                  "small program with -race took over 55 seconds")
                                              : S("a small program cannot be built with -race"),
                             .evidence = first_lines(d->arena, o->output),
                             .remedy = is_late ? S("goward doctor --only GWD087 # once more: what "
                                                   "was built is in the build cache")
                                               : S("goward doctor --profile race")});
}

static void find_verdicts(Doctor *d, const Outcome outcomes[COUNT_OF(programs)])
{
    bool is_caught = outcomes[0].code == CODE_RACE;
    bool is_clean = outcomes[1].code == 0;
    Str evidence = str_format(d->arena,
                              "the racy program ended with %d (66 is right), the clean one with %d "
                              "(0 is right)",
                              outcomes[0].code, outcomes[1].code);
    if (is_caught && is_clean) {
        doctor_find(d, (Finding){.severity = SEVERITY_INFO,
                                 .title = S("the race detector works: it caught the race in one "
                                            "program and found none in the other"),
                                 .evidence = evidence});
        return;
    }
    const Outcome *wrong = &outcomes[is_caught];
    doctor_find(d, (Finding){.severity = SEVERITY_ERROR,
                             .title = is_caught ? S("a program without a race fails when it is "
                                                    "built with -race")
                                                : S("the race detector does not catch a race"),
                             .evidence = str_format(d->arena, "%.*s\n%.*s", STR_ARG(evidence),
                                                    STR_ARG(first_lines(d->arena, wrong->output))),
                             .remedy = S("goward verify, then goward doctor --profile race")});
}

static bool try_programs(Doctor *d, const Trial *t, Err *err)
{
    Outcome outcomes[COUNT_OF(programs)];
    for (isize i = 0; i < COUNT_OF(programs); i++) {
        Str dir = path_join(d->arena, t->dir, programs[i].name);
        Str program = path_join(d->arena, dir, S("program"));
        const Str build[] = {t->go, S("build"), S("-race"), S("-o"), program, S(".")};
        if (!run(d, t, dir, build, COUNT_OF(build), &outcomes[i], err)) {
            return false;
        }
        if (outcomes[i].code != 0) {
            find_build_failure(d, &outcomes[i]);
            return true;
        }
        if (!run(d, t, dir, &program, 1, &outcomes[i], err)) {
            return false;
        }
    }
    find_verdicts(d, outcomes);
    return true;
}

static bool check_selftest(Doctor *d, Err *err)
{
    Err ignored;
    if (d->in->goroot.len == 0) {
        return FAIL(err, ERR_NOT_FOUND, "there is no Go to try");
    }
    Str name = str_concat(d->arena, S("goward-race-"), random_name(d->arena));
    Trial t = {
        .dir = path_absolute(d->arena, d->in->dir,
                             path_join(d->arena, workdir_temp(d->in->env->environ), name)),
        .go = path_join(d->arena, d->in->goroot, S("bin/go")),
        .env = trial_environ(d),
        .deadline_ns = clock_monotonic_ns() + (int64_t)TIME_LIMIT_MS * 1000000,
    };
    if (!dir_make(FILE_CWD, t.dir, 0700, err)) {
        return false;
    }
    bool ok = write_programs(d->arena, t.dir, err) && try_programs(d, &t, err);
    FileOutcome removed = dir_remove_all(FILE_CWD, t.dir, ok ? err : &ignored);
    return ok && removed != FILE_FAILED;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD087"),
                .title = STR_CONST("the race detector catches a race, and only that"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "two small programs, one with a race, which the Go in use builds with -race "
                    "and which are then run. Made only when it is named: goward doctor --only "
                    "GWD087. It writes into a folder of its own in the temporary directory, which "
                    "it takes away again, and into Go's build cache; GOFLAGS, GOWORK and GODEBUG "
                    "are left out, and no network is used"),
                .why = STR_CONST(
                    "A -race that finds nothing looks like code without races. Whether the "
                    "detector works at all here (its runtime, the C compiler, the kernel's "
                    "addresses) is shown only by a race that it catches. A program with a race "
                    "found ends with exit code 66; both verdicts are told."),
                .cure = STR_CONST("goward doctor --profile race says what is missing; goward "
                                  "verify whether the Go is whole"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/articles/race_detector"),
            },
        .run = check_selftest,
        .cost = COST_PROCESS,
        .profiles = PROFILE_NAMED,
    },
};

const CheckGroup doctor_race_selftest = {rows, COUNT_OF(rows)};
