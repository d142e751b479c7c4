/*
 * Failures that nobody sees: what the scripts of CI files do with a test that fails.
 *
 * Such files are full of things that look odd and are right. Each check says nothing where the file
 * itself shows that its author knew: an outcome that is asked for later, a vet that runs in another
 * step.
 */
#include "doctor/cifiles_load.h"

/* "go test" of a command that judges the code; empty for others. */
static Str judging_verb(const ShellCommand *command)
{
    static const Str verbs[] = {STR_CONST("test"), STR_CONST("vet"), STR_CONST("build")};
    isize args;
    Str verb = shell_go_verb(command, &args);
    return shell_is_among(verb, verbs, COUNT_OF(verbs)) ? verb : (Str){0};
}

/* ---- GWD114: failures that are thrown away ---- */

static bool does_nothing(const ShellCommand *command)
{
    Str program = shell_word(command, 0);
    return str_eq(program, S("true")) || str_eq(program, S(":")) ||
           (str_eq(program, S("exit")) && str_eq(shell_word(command, 1), S("0"))) ||
           (str_eq(program, S("echo")) && command->then == SHELL_END);
}

/* Whether "|| true" follows, at once or at the end of a list or pipeline. */
static bool is_thrown_away(const ShellScript *script, isize i)
{
    while (i + 1 < script->len &&
           (script->ptr[i].then == SHELL_PIPE || script->ptr[i].then == SHELL_AND)) {
        i++;
    }
    return i + 1 < script->len && script->ptr[i].then == SHELL_OR &&
           does_nothing(&script->ptr[i + 1]);
}

/* Whether a later step asks how this one went: steps.ID.outcome. */
static bool is_asked_for(Doctor *d, const CiStep *step)
{
    Str id = yaml_text(yaml_get(step->step, S("id")), (Str){0});
    return id.len > 0 &&
           str_contains(step->file->text, str_format(d->arena, "steps.%.*s.", STR_ARG(id)));
}

static bool is_true(const YamlNode *node)
{
    return str_eq(yaml_text(node, (Str){0}), S("true"));
}

static const YamlNode *forgiven_by(const CiStep *step)
{
    const YamlNode *of_step = yaml_get(step->step, S("continue-on-error"));
    const YamlNode *of_job = yaml_get(step->job, S("continue-on-error"));
    return step->file->kind != CI_GITHUB ? NULL
           : is_true(of_step)            ? of_step
           : is_true(of_job)             ? of_job
                                         : NULL;
}

static void judge_failures(Doctor *d, const CiStep *step, const ShellScript *script)
{
    const YamlNode *forgiving = is_asked_for(d, step) ? NULL : forgiven_by(step);
    for (isize i = 0; i < script->len; i++) {
        const ShellCommand *command = &script->ptr[i];
        Str verb = judging_verb(command);
        if (verb.len == 0 || command->is_asked) {
            continue;
        }
        if (is_thrown_away(script, i)) {
            cifiles_find(d, SEVERITY_WARN, step->file, command->line,
                         str_format(d->arena,
                                    "go %.*s may fail here and the run is green all the "
                                    "same",
                                    STR_ARG(verb)),
                         S("take away what follows ||, or let the job fail in a step of its own"));
        } else if (forgiving != NULL && !str_eq(verb, S("build"))) {
            cifiles_find(d, SEVERITY_WARN, step->file, forgiving->line,
                         str_format(d->arena, "continue-on-error hides it when go %.*s fails",
                                    STR_ARG(verb)),
                         S("take it away, or give the step an id and look at its outcome later"));
        }
    }
}

static bool check_failures(Doctor *d, Err *err)
{
    (void)err;
    cifiles_judge_scripts(d, judge_failures);
    return true;
}

/* ---- GWD115: pipes ---- */

/* Whether the first command of a pipe may fail unseen. GitHub runs `bash -e` unless the shell is
 * named; `shell: bash` has pipefail, as have the shells of GitLab and CircleCI by themselves. */
static bool is_without_pipefail(const CiStep *step)
{
    Str shell = step->shell;
    return (step->file->kind == CI_GITHUB || step->file->kind == CI_ACTION) &&
           (shell.len == 0 || str_eq(shell, S("sh")) ||
            (str_starts_with(shell, S("bash ")) && !str_contains(shell, S("pipefail"))));
}

/* Programs that end as the test did whose output they read. */
static bool reports_failure(const ShellCommand *command)
{
    static const Str programs[] = {STR_CONST("tparse"), STR_CONST("gotestfmt")};
    Str program = shell_word(command, 0);
    return shell_is_among(program, programs, COUNT_OF(programs)) ||
           (str_eq(program, S("go-junit-report")) &&
            (shell_has_word(command, S("-set-exit-code")) ||
             shell_has_word(command, S("--set-exit-code"))));
}

static bool runs_on_windows(const CiStep *step)
{
    return str_contains(yaml_text(yaml_get(step->job, S("runs-on")), (Str){0}), S("windows"));
}

static void judge_pipes(Doctor *d, const CiStep *step, const ShellScript *script)
{
    if (!is_without_pipefail(step) || runs_on_windows(step) ||
        str_contains(step->script->text, S("pipefail")) ||
        str_contains(step->script->text, S("PIPESTATUS"))) {
        return;
    }
    for (isize i = 0; i + 1 < script->len; i++) {
        const ShellCommand *command = &script->ptr[i];
        Str verb = judging_verb(command);
        if (verb.len > 0 && command->then == SHELL_PIPE && !command->is_asked &&
            !reports_failure(&script->ptr[i + 1])) {
            cifiles_find(d, SEVERITY_WARN, step->file, command->line,
                         str_format(d->arena,
                                    "the pipe hides it when go %.*s fails: only %.*s "
                                    "decides about this step",
                                    STR_ARG(verb), STR_ARG(shell_word(&script->ptr[i + 1], 0))),
                         S("shell: bash for this step (GitHub adds pipefail then), or set -o "
                           "pipefail before it"));
        }
    }
}

static bool check_pipes(Doctor *d, Err *err)
{
    (void)err;
    cifiles_judge_scripts(d, judge_pipes);
    return true;
}

/* ---- GWD117: vet ---- */

static bool vets(const CiFiles *files)
{
    static const Str signs[] = {STR_CONST("go vet"), STR_CONST("golangci"),
                                STR_CONST("staticcheck"), STR_CONST("make lint")};
    for (isize i = 0; i < files->len; i++) {
        for (isize s = 0; s < COUNT_OF(signs); s++) {
            if (str_contains(files->ptr[i]->text, signs[s])) {
                return true;
            }
        }
    }
    return false;
}

static void judge_vet(Doctor *d, const CiStep *step, const ShellScript *script)
{
    for (isize i = 0; i < script->len; i++) {
        isize args;
        if (str_eq(shell_go_verb(&script->ptr[i], &args), S("test")) &&
            (shell_has_word(&script->ptr[i], S("-vet=off")) ||
             shell_has_word(&script->ptr[i], S("--vet=off")))) {
            cifiles_find(d, SEVERITY_WARN, step->file, script->ptr[i].line,
                         S("go test runs without its vet checks, and nothing else here runs them"),
                         S("take -vet=off away, or run go vet ./... in a step of its own"));
        }
    }
}

static bool check_vet(Doctor *d, Err *err)
{
    (void)err;
    if (!vets(cifiles_of(d))) {
        cifiles_judge_scripts(d, judge_vet);
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD114"),
                .title = STR_CONST("a test that fails in CI makes the run red"),
                .severity = SEVERITY_WARN,
                .looks_at = CIFILES_SCRIPTS,
                .why =
                    STR_CONST("After `go test ... || true`, or with continue-on-error, the run is "
                              "green whatever the tests said. It is mostly left over from a day "
                              "on which one test was broken. A step with an id whose outcome is "
                              "asked for later is left alone."),
                .cure = STR_CONST("take `|| true` or continue-on-error away; skip the one test "
                                  "instead (t.Skip, go test -skip)"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("docs.github.com, workflow syntax, continue-on-error"),
            },
        .run = check_failures,
        .cost = COST_TREE,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD115"),
                .title = STR_CONST("no pipe in CI hides a test that fails"),
                .severity = SEVERITY_WARN,
                .looks_at = CIFILES_SCRIPTS,
                .why = STR_CONST(
                    "The status of a pipe is that of its last command, unless pipefail is set: "
                    "after `go test | tee log` a failed test is a success. GitHub runs `bash -e` "
                    "when no shell is named, and `bash -eo pipefail` only for `shell: bash`. "
                    "GitLab "
                    "and CircleCI set pipefail themselves."),
                .cure = STR_CONST("shell: bash for the step or under defaults.run, or set -o "
                                  "pipefail"),
                .since = STR_CONST("0.1.0"),
                .source =
                    STR_CONST("docs.github.com, workflow syntax, jobs.<job_id>.steps[*].shell"),
            },
        .run = check_pipes,
        .cost = COST_TREE,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD117"),
                .title = STR_CONST("go vet runs in CI"),
                .severity = SEVERITY_WARN,
                .looks_at = CIFILES_SCRIPTS,
                .why = STR_CONST("go test runs the part of go vet that is hardly ever wrong. "
                                 "-vet=off saves a second or two, and where no other step runs go "
                                 "vet or a linter with it, a wrong Printf format or a copied lock "
                                 "passes."),
                .cure = STR_CONST("take -vet=off away, or run go vet ./... in a step of its own"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go help test"),
            },
        .run = check_vet,
        .cost = COST_TREE,
    },
};

const CheckGroup doctor_cifailures = {rows, COUNT_OF(rows)};
