/*
 * The team's own checks: commands that goward.yaml names (policy/projectchecks.h), of files that
 * somebody has trusted (policy/checktrust.h), and nothing of the others.
 *
 * They run at the same time, as many as there are CPUs, each contained (os/contain.h): whatever one
 * does, the others are told of, in the order of the file.
 */
#include "doctor/project_files.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "os/clock.h"
#include "os/contain.h"
#include "os/pool.h"
#include "os/proc.h"
#include "report/human.h"

#include <string.h>

#define MAX_OUTPUT (64 * KIB)  /* that is searched for the pattern */
#define MAX_PRINTED (64 * MIB) /* more is no answer to a question */
#define MAX_SHOWN_LINES 8
#define MAX_SHOWN_COLUMNS 200 /* bytes of such a line */
#define NS_PER_MS 1000000

/* ---- one of them ---- */

typedef struct {
    const ProjectCheck *check;
    Str dir;
    Finding finding;
    bool has_failed;
} Trial;

typedef VEC(Trial) Trials;

typedef struct {
    Trials trials;
    const Environ *env;
    int64_t deadline_ns;
    isize n_workers;
    Arena *told;    /* of each worker: its findings */
    Arena *scratch; /* of each worker */
} Round;

static Str shown_output(Arena *a, Str output)
{
    StrBuf b = strbuf_init(a);
    Str line;
    for (int i = 0; i < MAX_SHOWN_LINES && str_next_line(&output, &line); i++) {
        bool is_long = line.len > MAX_SHOWN_COLUMNS;
        strbuf_add_format(&b, "\n%.*s%s", (int)MIN(line.len, MAX_SHOWN_COLUMNS), line.ptr,
                          is_long ? "..." : "");
    }
    strbuf_add(&b, output.len > 0 ? S("\n...") : S(""));
    return strbuf_str(&b);
}

/* what: "exit code 1, expected 0". */
static void fail(Arena *a, Trial *t, Str what, Str output)
{
    const ProjectCheck *c = t->check;
    StrBuf evidence = strbuf_init(a);
    strbuf_add_format(&evidence, "$ %.*s", STR_ARG(projectcheck_command(a, c)));
    strbuf_add(&evidence, shown_output(a, output));
    t->has_failed = true;
    t->finding = (Finding){.severity = c->severity,
                           .title = str_format(a, "%.*s: %.*s", STR_ARG(c->name), STR_ARG(what)),
                           .place = c->place,
                           .evidence = strbuf_str(&evidence),
                           .remedy = c->hint};
}

static void judge_exit(Arena *a, Arena scratch, Trial *t, const Contained *c)
{
    const ProjectCheck *check = t->check;
    if (c->number != check->exit) {
        fail(a, t, str_format(a, "exit code %d, expected %d", c->number, check->exit), c->output);
    } else if (check->pattern != NULL && !ere_search(scratch, check->pattern, c->output)) {
        fail(a, t, str_format(a, "its output does not hold '%.*s'", STR_ARG(check->output)),
             c->output);
    }
}

static void judge(Arena *a, Arena scratch, Trial *t, const Contained *c, int64_t time_ms)
{
    switch (c->end) {
    case CONTAIN_EXITED:
        judge_exit(a, scratch, t, c);
        return;
    case CONTAIN_SIGNALED:
        fail(a, t, str_format(a, "it was ended by signal %d", c->number), c->output);
        return;
    case CONTAIN_LATE:
        fail(a, t,
             str_format(a, "it did not end within %.*s, and was stopped",
                        STR_ARG(human_duration(a, time_ms * NS_PER_MS))),
             c->output);
        return;
    case CONTAIN_FLOODED:
        fail(a, t, S("it printed more than 64 MiB, and was stopped"), c->output);
        return;
    case CONTAIN_NOT_STARTED:
        fail(a, t, str_format(a, "it cannot be started: %s", strerror(c->number)), c->output);
        return;
    case CONTAIN_LOST:
        fail(a, t, S("what watched it was killed"), c->output);
        return;
    case CONTAIN_NONE:
    case CONTAIN_END_COUNT:
        break;
    }
}

/* The program of a list as it is run: from PATH, whose relative folders do not count, or below the
 * folder. */
static bool find_program(Arena *a, const Round *r, const Trial *t, Str *ret)
{
    Str program = t->check->command.ptr[0];
    if (t->check->is_script) {
        *ret = S("/bin/sh");
        return true;
    }
    if (str_index_byte(program, '/') >= 0) {
        *ret = path_absolute(a, t->dir, program);
        return true;
    }
    return spawn_find(a, r->env, program, ret) && path_is_absolute(*ret);
}

static void run_found(Arena *a, Arena scratch, const Round *r, Trial *t, Str program,
                      int64_t time_ms)
{
    Err err;
    Contained got;
    const ProjectCheck *c = t->check;
    const Str script[] = {S("sh"), S("-c"), c->command.ptr[0]};
    Environ env = environ_with(&scratch, r->env, S("PWD"), t->dir);
    ContainLimits limits = {.time_ms = time_ms, .kept = MAX_OUTPUT, .total = MAX_PRINTED};
    Spawn s = {.path = program,
               .argv = c->is_script ? script : c->command.ptr,
               .argc = c->is_script ? COUNT_OF(script) : c->command.len,
               .env = &env,
               .dir = t->dir};
    if (contain_run(&scratch, &s, &limits, &got, &err)) {
        judge(a, scratch, t, &got, time_ms);
    } else {
        fail(a, t, str_concat(a, S("it cannot be started: "), err_format(a, &err)), (Str){0});
    }
}

static bool run_trial(void *context, isize unit, isize worker, Err *err)
{
    (void)err;
    Round *r = context;
    Trial *t = &r->trials.ptr[unit];
    Arena *a = &r->told[worker];
    Arena scratch = r->scratch[worker];
    Str program;
    int64_t left_ms = (r->deadline_ns - clock_monotonic_ns()) / NS_PER_MS;
    if (left_ms <= 0) {
        fail(a, t, S("it was not run: the checks before it took an hour"), (Str){0});
    } else if (!find_program(&scratch, r, t, &program)) {
        fail(a, t,
             str_format(a, "there is no program '%.*s' on PATH", STR_ARG(t->check->command.ptr[0])),
             (Str){0});
    } else {
        run_found(a, scratch, r, t, program, MIN(left_ms, t->check->timeout_ms));
    }
    return true;
}

/* ---- all of them ---- */

static void add_trials(Doctor *d, const ProjectFile *file, Trials *trials)
{
    for (isize i = 0; i < file->checks.len; i++) {
        const ProjectCheck *check = &file->checks.ptr[i];
        if (projectcheck_is_for(check, d->in->host_os)) {
            *VEC_PUSH(d->arena, trials) = (Trial){.check = check, .dir = file->dir};
        }
    }
}

static void tell(Doctor *d, const Round *r)
{
    for (isize i = 0; i < r->trials.len; i++) {
        const Finding *f = &r->trials.ptr[i].finding;
        if (r->trials.ptr[i].has_failed) {
            doctor_find(d, (Finding){.severity = f->severity,
                                     .title = str_copy(d->arena, f->title),
                                     .place = f->place,
                                     .evidence = str_copy(d->arena, f->evidence),
                                     .remedy = f->remedy});
        }
    }
}

static bool run_all(Doctor *d, Round *r, Err *err)
{
    r->n_workers = MAX(1, MIN(proc_cpus(), r->trials.len));
    r->told = ARENA_ARRAY(d->arena, Arena, r->n_workers);
    r->scratch = ARENA_ARRAY(d->arena, Arena, r->n_workers);
    for (isize i = 0; i < r->n_workers; i++) {
        r->told[i] = arena_init(0);
        r->scratch[i] = arena_init(MAX_OUTPUT * 2);
    }
    bool ok = pool_run(r->trials.len, r->n_workers, run_trial, r, err);
    if (ok) {
        tell(d, r);
    }
    for (isize i = 0; i < r->n_workers; i++) {
        arena_done(&r->told[i]);
        arena_done(&r->scratch[i]);
    }
    return ok;
}

/* "FILE:LINE: what" of policy/configfile.h. */
static void find_trouble(Doctor *d, const ProjectFile *file)
{
    Str text = str_copy(d->arena, str_from_c(file->trouble.text));
    Place place = {file->config.path, 0};
    if (str_eat_prefix(&text, file->config.path) && str_eat_prefix(&text, S(":"))) {
        StrCut cut = str_cut(text, ':');
        str_parse_decimal(cut.head, INT64_MAX, &place.line);
        text = str_trim(cut.tail);
    }
    doctor_find(d, (Finding){.severity = SEVERITY_ERROR,
                             .title = S("the checks of goward.yaml cannot be read, so none of them "
                                        "runs"),
                             .place = place,
                             .evidence = text,
                             .remedy = str_copy(d->arena, str_from_c(file->trouble.hint))});
}

static bool check_holding(Doctor *d, Err *err)
{
    ProjectFiles files;
    const Environ *env = d->in->project_env;
    Round r = {.env = env != NULL ? env : d->in->env->environ,
               .deadline_ns = clock_monotonic_ns() + (int64_t)DOCTOR_MAX_PROJECT_MS * NS_PER_MS};
    if (!project_files_load(d, &files, err)) {
        return doctor_wants(d->in, doctor_find_check(S("GWP008"))); /* which says so */
    }
    for (isize i = 0; i < files.len; i++) {
        if (files.ptr[i].has_trouble) {
            find_trouble(d, &files.ptr[i]);
        } else if (project_file_is_trusted(&files.ptr[i])) {
            add_trials(d, &files.ptr[i], &r.trials);
        }
    }
    return r.trials.len == 0 || run_all(d, &r, err);
}

/* ---- trust ---- */

static Str trust_command(Doctor *d, const ProjectFile *file)
{
    Str dir = path_dir(file->config.path);
    return str_eq(dir, d->in->dir) ? S("goward policy trust")
                                   : str_format(d->arena, "goward policy trust %.*s", STR_ARG(dir));
}

static void find_missing(Doctor *d, const ProjectFile *file)
{
    bool is_shared = file->config.layer != CONFIG_PROJECT;
    Str count = human_plural(d->arena, file->checks.len, S("check"), S("checks"));
    doctor_find(
        d, (Finding){.severity = is_shared ? SEVERITY_WARN : SEVERITY_INFO,
                     .title = str_format(d->arena,
                                         is_shared ? "others may write to goward.yaml, so its "
                                                     "%.*s did not run"
                                                   : "goward.yaml names %.*s of its own, which "
                                                     "run only once you trust it",
                                         STR_ARG(count)),
                     .place = {file->config.path, file->checks.ptr[0].place.line},
                     .evidence =
                         str_format(d->arena, "the first one would run: %.*s",
                                    STR_ARG(projectcheck_command(d->arena, &file->checks.ptr[0]))),
                     .remedy = trust_command(d, file)});
}

static void find_changed(Doctor *d, const ProjectFile *file)
{
    doctor_find(d, (Finding){.severity = SEVERITY_WARN,
                             .title = S("the checks of goward.yaml did not run: something has "
                                        "changed since you trusted it"),
                             .place = {file->config.path, file->checks.ptr[0].place.line},
                             .evidence = file->verdict.because,
                             .remedy = str_format(d->arena, "look at what changed, then %.*s",
                                                  STR_ARG(trust_command(d, file)))});
}

static void find_unjudged(Doctor *d, const ProjectFile *file)
{
    doctor_find(d, (Finding){.severity = SEVERITY_WARN,
                             .title = S("the checks of goward.yaml did not run: it cannot be said "
                                        "whether you trust it"),
                             .place = {file->config.path, file->checks.ptr[0].place.line},
                             .evidence = err_format(d->arena, &file->unjudged),
                             .remedy = str_copy(d->arena, str_from_c(file->unjudged.hint))});
}

static bool check_trust(Doctor *d, Err *err)
{
    ProjectFiles files;
    if (!project_files_load(d, &files, err)) {
        return true; /* which the other check says */
    }
    for (isize i = 0; i < files.len; i++) {
        const ProjectFile *file = &files.ptr[i];
        if (file->has_trouble || project_file_is_trusted(file)) {
            continue;
        }
        if (file->is_unjudged) {
            find_unjudged(d, file);
        } else if (file->verdict.state == TRUST_CHANGED) {
            find_changed(d, file);
        } else {
            find_missing(d, file);
        }
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWP020"),
                .title = STR_CONST("the project's own checks hold"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "the commands under `checks` in goward.yaml of the project, the user and the "
                    "system, of files that are trusted: exit code, output, time. They run in the "
                    "folder of the project's goward.yaml, with the Go in use, without standard "
                    "input and without a terminal; what they leave running is ended"),
                .why = STR_CONST("What a project needs beside Go (a code generator of some "
                                 "version, a database, a login) only its team knows. Each check "
                                 "that fails is one finding, with the severity and the remedy "
                                 "that the team wrote."),
                .cure = STR_CONST("the hint that the check gives; docs/formats/policy.md says how "
                                  "checks are written"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("goward.yaml, docs/formats/policy.md"),
            },
        .run = check_holding,
        .cost = COST_PROJECT,
    },
    {
        .about =
            {
                .id = STR_CONST("GWP021"),
                .title = STR_CONST("the project's own checks are trusted"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST(
                    "the SHA-256 of each goward.yaml that has `checks`, and of the files of the "
                    "project that they run, beside those that were trusted"),
                .why = STR_CONST(
                    "A goward.yaml comes with every clone, and its checks are commands. None of "
                    "them runs before you have seen and trusted them, and none any more once the "
                    "file, or a script that it runs, is another. Never trusted is only said; "
                    "changed since is a warning, because checks that ran do not run any more.\n\n"
                    "The system's file needs no trust when it belongs to root and nobody else may "
                    "write to it, nor does your own."),
                .cure = STR_CONST("goward policy trust shows the commands and asks"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("goward's own rule, docs/formats/trust.md"),
            },
        .run = check_trust,
        .cost = COST_HASH,
    },
};

const CheckGroup doctor_project_checks = {rows, COUNT_OF(rows)};
