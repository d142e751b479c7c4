#include "doctor/cifiles_load.h"

#include "base/path.h"
#include "go/mod/upward.h"
#include "os/dir.h"

#include <errno.h>

#define MAX_EVIDENCE 200 /* bytes of a line that is shown */

/* ---- which files ---- */

static Str project_root(const Doctor *d)
{
    static const Str signs[] = {STR_CONST(".git"), STR_CONST("go.work"), STR_CONST("go.mod")};
    AUTO_UPWARD Upward up = upward_from(d->in->dir);
    for (isize i = 0; i < COUNT_OF(signs); i++) {
        for (UpwardPlace place = upward_start(&up);;) {
            if (upward_has(&up, place, signs[i])) {
                return place.dir;
            }
            if (!upward_next(&place)) {
                break;
            }
        }
    }
    return d->in->dir;
}

static bool is_yaml(Str name)
{
    return str_ends_with(name, S(".yml")) || str_ends_with(name, S(".yaml"));
}

/* A file that is not there is none; one that cannot be read is one with trouble. */
static void add_file(Doctor *d, CiFiles *files, CiKind kind, Str path)
{
    Err err = {0};
    Str text;
    FileOutcome outcome = file_read_all(d->arena, FILE_CWD, path, CIFILES_MAX_FILE, &text, &err);
    bool is_of_limits = err.errnum == EMFILE || err.errnum == ENFILE; /* which GWD091 tells */
    if (outcome == FILE_ABSENT || is_of_limits || files->len == CIFILES_MAX_FILES) {
        return;
    }
    CiFile *file = ARENA_NEW(d->arena, CiFile);
    *file = (CiFile){.path = path, .kind = kind};
    files->ptr[files->len++] = file;
    if (outcome == FILE_FOUND) {
        file->text = text;
    }
    if (outcome == FILE_FAILED || !yaml_parse(d->arena, path_base(path), text, &file->root, &err)) {
        file->trouble = err_format(d->arena, &err);
    }
}

static bool list_dir(Doctor *d, Str path, DirList *ret)
{
    Err ignored;
    AUTO_CLOSE int fd = -1;
    return dir_open(FILE_CWD, path, &fd, &ignored) == FILE_FOUND &&
           dir_list(d->arena, fd, ret, &ignored);
}

static void add_files_of(Doctor *d, CiFiles *files, CiKind kind, Str dir)
{
    DirList list;
    Str path = path_join(d->arena, files->root, dir);
    if (!list_dir(d, path, &list)) {
        return;
    }
    for (isize i = 0; i < list.len; i++) {
        if (is_yaml(list.ptr[i].name) && list.ptr[i].kind != FILE_KIND_DIR) {
            add_file(d, files, kind, path_join(d->arena, path, list.ptr[i].name));
        }
    }
}

static void add_actions(Doctor *d, CiFiles *files)
{
    static const Str names[] = {STR_CONST("action.yml"), STR_CONST("action.yaml")};
    DirList list;
    Str path = path_join(d->arena, files->root, S(".github/actions"));
    if (!list_dir(d, path, &list)) {
        return;
    }
    for (isize i = 0; i < list.len; i++) {
        for (isize n = 0; n < COUNT_OF(names); n++) {
            Str dir = path_join(d->arena, path, list.ptr[i].name);
            add_file(d, files, CI_ACTION, path_join(d->arena, dir, names[n]));
        }
    }
}

static void add_files(Doctor *d, CiFiles *files)
{
    static const struct {
        CiKind kind;
        Str name;
    } known[] = {
        {CI_GITLAB, STR_CONST(".gitlab-ci.yml")}, {CI_CIRCLE, STR_CONST(".circleci/config.yml")},
        {CI_TRAVIS, STR_CONST(".travis.yml")},    {CI_ACTION, STR_CONST("action.yml")},
        {CI_ACTION, STR_CONST("action.yaml")},
    };
    add_files_of(d, files, CI_GITHUB, S(".github/workflows"));
    add_actions(d, files);
    add_files_of(d, files, CI_GITLAB, S(".gitlab/ci"));
    for (isize i = 0; i < COUNT_OF(known); i++) {
        add_file(d, files, known[i].kind, path_join(d->arena, files->root, known[i].name));
    }
}

/* ---- their steps ---- */

static void add_step(Doctor *d, CiFiles *files, CiStep step)
{
    if (files->steps.len < CIFILES_MAX_STEPS) {
        *VEC_PUSH(d->arena, &files->steps) = step;
    }
}

static Str shell_of(const CiFile *file, const YamlNode *job, const YamlNode *step)
{
    const YamlNode *const places[] = {step, yaml_get(yaml_get(job, S("defaults")), S("run")),
                                      yaml_get(yaml_get(file->root, S("defaults")), S("run"))};
    for (isize i = 0; i < COUNT_OF(places); i++) {
        Str shell = yaml_text(yaml_get(places[i], S("shell")), (Str){0});
        if (shell.len > 0) {
            return shell;
        }
    }
    return (Str){0};
}

static const YamlNode *as_scalar(const YamlNode *node)
{
    return yaml_is(node, YAML_SCALAR) ? node : NULL;
}

static void add_github_steps(Doctor *d, CiFiles *files, const CiFile *file, const YamlNode *job)
{
    const YamlNode *steps = yaml_get(job, S("steps"));
    for (const YamlNode *step = steps == NULL ? NULL : steps->child; step != NULL;
         step = step->next) {
        const YamlNode *with = yaml_get(step, S("with"));
        add_step(d, files,
                 (CiStep){
                     .file = file,
                     .job = file->kind == CI_ACTION ? NULL : job,
                     .step = step,
                     .uses = as_scalar(yaml_get(step, S("uses"))),
                     .with = yaml_is(with, YAML_MAPPING) ? with : NULL,
                     .script = as_scalar(yaml_get(step, S("run"))),
                     .shell = shell_of(file, job, step),
                 });
    }
}

/* A script is text, or a list of them, which GitLab takes nested as well. */
static void add_scripts(Doctor *d, CiFiles *files, const CiFile *file, const YamlNode *job,
                        const YamlNode *script)
{
    if (yaml_is(script, YAML_SCALAR)) {
        add_step(d, files, (CiStep){.file = file, .job = job, .script = script});
    } else if (yaml_is(script, YAML_SEQUENCE) && script->tag.len == 0) {
        for (const YamlNode *each = script->child; each != NULL; each = each->next) {
            add_scripts(d, files, file, job, each);
        }
    }
}

static void add_scripts_named(Doctor *d, CiFiles *files, const CiFile *file, const YamlNode *job)
{
    static const Str names[] = {STR_CONST("before_install"), STR_CONST("install"),
                                STR_CONST("before_script"),  STR_CONST("script"),
                                STR_CONST("after_script"),   STR_CONST("after_success")};
    for (isize i = 0; i < COUNT_OF(names); i++) {
        add_scripts(d, files, file, job, yaml_get(job, names[i]));
    }
}

static void add_circle_steps(Doctor *d, CiFiles *files, const CiFile *file, const YamlNode *job)
{
    const YamlNode *steps = yaml_get(job, S("steps"));
    for (const YamlNode *step = steps == NULL ? NULL : steps->child; step != NULL;
         step = step->next) {
        const YamlNode *run = yaml_get(step, S("run"));
        const YamlNode *script = yaml_is(run, YAML_MAPPING) ? yaml_get(run, S("command")) : run;
        if (yaml_is(script, YAML_SCALAR)) {
            add_step(d, files, (CiStep){.file = file, .job = job, .step = step, .script = script});
        }
    }
}

typedef void (*AddJob)(Doctor *d, CiFiles *files, const CiFile *file, const YamlNode *job);

static void add_each(Doctor *d, CiFiles *files, const CiFile *file, const YamlNode *jobs,
                     AddJob add)
{
    for (const YamlNode *job = yaml_is(jobs, YAML_SCALAR) || jobs == NULL ? NULL : jobs->child;
         job != NULL; job = job->next) {
        if (yaml_is(job, YAML_MAPPING)) {
            add(d, files, file, job);
        }
    }
}

static void add_steps(Doctor *d, CiFiles *files, const CiFile *file)
{
    switch (file->kind) {
    case CI_GITHUB:
        add_each(d, files, file, yaml_get(file->root, S("jobs")), add_github_steps);
        break;
    case CI_ACTION:
        add_github_steps(d, files, file, yaml_get(file->root, S("runs")));
        break;
    case CI_GITLAB:
        for (const YamlNode *root = file->root; root != NULL; root = root->next) {
            add_scripts_named(d, files, file, root);
            add_each(d, files, file, root, add_scripts_named);
        }
        break;
    case CI_CIRCLE:
        add_each(d, files, file, yaml_get(file->root, S("commands")), add_circle_steps);
        add_each(d, files, file, yaml_get(file->root, S("jobs")), add_circle_steps);
        break;
    case CI_TRAVIS:
        add_scripts_named(d, files, file, file->root);
        add_each(d, files, file, yaml_get(yaml_get(file->root, S("jobs")), S("include")),
                 add_scripts_named);
        break;
    case CI_NONE:
    case CI_KIND_COUNT:
        break;
    }
}

const CiFiles *cifiles_of(Doctor *d)
{
    if (d->ci_files == NULL) {
        CiFiles *files = ARENA_NEW(d->arena, CiFiles);
        files->ptr = ARENA_ARRAY(d->arena, CiFile *, CIFILES_MAX_FILES);
        files->root = project_root(d);
        add_files(d, files);
        for (isize i = 0; i < files->len; i++) {
            add_steps(d, files, files->ptr[i]);
        }
        d->ci_files = files;
    }
    return d->ci_files;
}

/* ---- what checks ask of them ---- */

void cifiles_judge_scripts(Doctor *d, JudgeScript judge)
{
    const CiFiles *files = cifiles_of(d);
    for (isize i = 0; i < files->steps.len; i++) {
        const CiStep *step = &files->steps.ptr[i];
        if (step->script != NULL) {
            ShellScript script = shell_read(d->arena, step->script);
            judge(d, step, &script);
        }
    }
}

const YamlNode *cifiles_variable(const CiStep *step, Str name)
{
    bool is_github = step->file->kind == CI_GITHUB || step->file->kind == CI_ACTION;
    Str key = is_github                       ? S("env")
              : step->file->kind == CI_CIRCLE ? S("environment")
                                              : S("variables");
    const YamlNode *const places[] = {step->step, step->job, step->file->root};
    for (isize i = 0; i < COUNT_OF(places); i++) {
        const YamlNode *value = yaml_get(yaml_get(places[i], key), name);
        if (value != NULL) {
            return value;
        }
    }
    return NULL;
}

bool cifiles_uses(const CiStep *step, Str name, Str *ret_version)
{
    if (step->uses == NULL) {
        return false;
    }
    StrCut cut = str_cut(step->uses->text, '@');
    *ret_version = cut.tail;
    return str_eq(cut.head, name);
}

Str cifiles_line(const CiFile *file, isize i)
{
    Str rest = file->text;
    Str line = {0};
    for (; i > 0; i--) {
        if (!str_next_line(&rest, &line)) {
            return (Str){0};
        }
    }
    line = str_trim(line);
    return line.len > MAX_EVIDENCE ? str_to(line, MAX_EVIDENCE) : line;
}

/* What an alias or a merge key brings into several jobs is said once. */
static bool is_said(const Doctor *d, const CiFile *file, isize line, Str title)
{
    for (isize i = d->findings.len; i > 0; i--) {
        const Finding *f = &d->findings.ptr[i - 1];
        if (str_eq(f->id, d->about->id) && f->place.line == line &&
            str_eq(f->place.file, file->path) && str_eq(f->title, title)) {
            return true;
        }
    }
    return false;
}

void cifiles_find(Doctor *d, Severity severity, const CiFile *file, isize line, Str title,
                  Str remedy)
{
    if (is_said(d, file, line, title)) {
        return;
    }
    doctor_find(d, (Finding){
                       .severity = severity,
                       .title = title,
                       .place = {.file = file->path, .line = line},
                       .evidence = cifiles_line(file, line),
                       .remedy = remedy,
                   });
}
