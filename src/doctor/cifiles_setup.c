/* Workflow files as such, and how they set up Go: actions/setup-go and the caches beside it. */
#include "base/path.h"
#include "doctor/cifiles_load.h"
#include "os/file.h"

static const Str setup_go = STR_CONST("actions/setup-go");

/* ---- GWD110 ---- */

static bool check_readable(Doctor *d, Err *err)
{
    (void)err;
    const CiFiles *files = cifiles_of(d);
    for (isize i = 0; i < files->len; i++) {
        const CiFile *file = files->ptr[i];
        if (file->trouble.len > 0) {
            doctor_find(d, (Finding){
                               .severity = file->kind == CI_GITHUB ? SEVERITY_ERROR : SEVERITY_WARN,
                               .title = file->kind == CI_GITHUB
                                            ? S("this workflow cannot be read, so GitHub runs none "
                                                "of it")
                                            : S("this CI file cannot be read"),
                               .place = {.file = file->path},
                               .evidence = file->trouble,
                               .remedy = S("correct the line that is named"),
                           });
        }
    }
    return true;
}

/* ---- GWD111: inputs ---- */

typedef struct {
    Str name;
    bool is_boolean;
} Input;

static const Input inputs[] = {
    {STR_CONST("go-version"), false},   {STR_CONST("go-version-file"), false},
    {STR_CONST("check-latest"), true},  {STR_CONST("token"), false},
    {STR_CONST("cache"), true},         {STR_CONST("cache-dependency-path"), false},
    {STR_CONST("architecture"), false}, {STR_CONST("go-download-base-url"), false},
    {STR_CONST("stable"), false}, /* v1 and v2 */
};

static const Input *find_input(Str name)
{
    for (isize i = 0; i < COUNT_OF(inputs); i++) {
        if (str_eq_fold(inputs[i].name, name)) { /* inputs are looked up in capitals */
            return &inputs[i];
        }
    }
    return NULL;
}

static Str nearest_input(Str name)
{
    Str nearest = {0};
    for (isize i = 0; i < COUNT_OF(inputs); i++) {
        if (str_is_near(name, inputs[i].name) &&
            (nearest.len == 0 ||
             str_distance(name, inputs[i].name) < str_distance(name, nearest))) {
            nearest = inputs[i].name;
        }
    }
    return nearest;
}

/* What getBooleanInput takes; an expression may be anything. */
static bool is_boolean(Str value)
{
    static const Str words[] = {STR_CONST("true"),  STR_CONST("True"),  STR_CONST("TRUE"),
                                STR_CONST("false"), STR_CONST("False"), STR_CONST("FALSE")};
    bool is_known = value.len == 0 || str_contains(value, S("${{"));
    for (isize i = 0; i < COUNT_OF(words); i++) {
        is_known = is_known || str_eq(value, words[i]);
    }
    return is_known;
}

static void check_input(Doctor *d, const CiStep *step, const YamlNode *value)
{
    Str name = value->key->text;
    const Input *input = find_input(name);
    if (input == NULL) {
        Str nearest = nearest_input(name);
        cifiles_find(d, SEVERITY_WARN, step->file, value->line,
                     str_format(d->arena, "setup-go has no input %.*s, and goes on without it",
                                STR_ARG(name)),
                     nearest.len == 0 ? S("take the line away")
                                      : str_format(d->arena, "%.*s: %.*s", STR_ARG(nearest),
                                                   STR_ARG(yaml_text(value, (Str){0}))));
    } else if (input->is_boolean && !is_boolean(yaml_text(value, (Str){0}))) {
        cifiles_find(
            d, SEVERITY_ERROR, step->file, value->line,
            str_format(d->arena, "setup-go fails: %.*s is neither true nor false", STR_ARG(name)),
            str_format(d->arena, "%.*s: true", STR_ARG(name)));
    }
}

/* The file that the version is read from, when it lies in the project for certain. */
static void check_version_file(Doctor *d, const CiFiles *files, const CiStep *step)
{
    const YamlNode *node = yaml_get(step->with, S("go-version-file"));
    Str name = yaml_text(node, (Str){0});
    FileStat st;
    Err ignored;
    if (name.len == 0 || str_contains(name, S("${{")) || path_is_absolute(name) ||
        step->file->kind != CI_GITHUB || str_contains(step->file->text, S("repository:")) ||
        yaml_text(yaml_get(step->with, S("go-version")), (Str){0}).len > 0) {
        return;
    }
    Str path = path_join(d->arena, files->root, name);
    if (file_stat(FILE_CWD, path, &st, &ignored) == FILE_ABSENT) {
        cifiles_find(d, SEVERITY_ERROR, step->file, node->line,
                     str_format(d->arena, "setup-go fails: %.*s is not there", STR_ARG(name)),
                     S("name the go.mod, go.work, .go-version or .tool-versions from the root of "
                       "the repository"));
    }
}

static bool check_inputs(Doctor *d, Err *err)
{
    (void)err;
    const CiFiles *files = cifiles_of(d);
    for (isize i = 0; i < files->steps.len; i++) {
        const CiStep *step = &files->steps.ptr[i];
        Str version;
        if (!cifiles_uses(step, setup_go, &version) || step->with == NULL) {
            continue;
        }
        for (const YamlNode *value = step->with->child; value != NULL; value = value->next) {
            check_input(d, step, value);
        }
        check_version_file(d, files, step);
    }
    return true;
}

/* ---- GWD112: two versions ---- */

static bool check_one_version(Doctor *d, Err *err)
{
    (void)err;
    const CiFiles *files = cifiles_of(d);
    for (isize i = 0; i < files->steps.len; i++) {
        const CiStep *step = &files->steps.ptr[i];
        Str version;
        if (!cifiles_uses(step, setup_go, &version)) {
            continue;
        }
        const YamlNode *number = yaml_get(step->with, S("go-version"));
        const YamlNode *file = yaml_get(step->with, S("go-version-file"));
        Str written = yaml_text(number, (Str){0});
        if (written.len > 0 && yaml_text(file, (Str){0}).len > 0 &&
            !str_contains(written, S("${{"))) {
            cifiles_find(d, SEVERITY_WARN, step->file, file->line,
                         str_format(d->arena, "%.*s is not read: go-version, on line %td, wins",
                                    STR_ARG(file->text), number->line),
                         S("keep one of the two, best go-version-file: go.mod"));
        }
    }
    return true;
}

/* ---- GWD113: two caches ---- */

static bool is_cached_by_setup_go(Str path)
{
    static const Str signs[] = {STR_CONST("go/pkg/mod"), STR_CONST("go-build"),
                                STR_CONST("GOMODCACHE"), STR_CONST("GOCACHE"),
                                STR_CONST("gocache"),    STR_CONST("gomodcache")};
    for (isize i = 0; i < COUNT_OF(signs); i++) {
        if (str_contains(path, signs[i])) {
            return true;
        }
    }
    return false;
}

/* Since v4 setup-go caches unless it is told not to; a commit in place of a version is that of a
 * newer one. */
static bool caches(const CiStep *step)
{
    Str version;
    if (!cifiles_uses(step, setup_go, &version)) {
        return false;
    }
    Str asked = yaml_text(yaml_get(step->with, S("cache")), (Str){0});
    bool is_old = str_starts_with(version, S("v1")) || str_starts_with(version, S("v2")) ||
                  str_starts_with(version, S("v3"));
    return asked.len > 0 ? str_eq_fold(asked, S("true")) : !is_old;
}

static const YamlNode *own_cache(const CiStep *step)
{
    Str version;
    if (!cifiles_uses(step, S("actions/cache"), &version) &&
        !cifiles_uses(step, S("actions/cache/restore"), &version)) {
        return NULL;
    }
    const YamlNode *path = yaml_get(step->with, S("path"));
    return is_cached_by_setup_go(yaml_text(path, (Str){0})) ? path : NULL;
}

static bool check_caches(Doctor *d, Err *err)
{
    (void)err;
    const CiFiles *files = cifiles_of(d);
    for (isize i = 0; i < files->steps.len; i++) {
        const CiStep *step = &files->steps.ptr[i];
        const YamlNode *path = own_cache(step);
        const CiStep *setup = NULL;
        for (isize s = 0; path != NULL && s < files->steps.len; s++) {
            const CiStep *other = &files->steps.ptr[s];
            if (other->job == step->job && other->file == step->file && caches(other)) {
                setup = other;
            }
        }
        if (setup != NULL) {
            cifiles_find(d, SEVERITY_WARN, step->file, path->line,
                         str_format(d->arena,
                                    "two caches of one directory: setup-go, on line %td, "
                                    "has filled it already (tar: Cannot open: File "
                                    "exists)",
                                    setup->uses->line),
                         S("take this step away, or give setup-go cache: false"));
        }
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD110"),
                .title = STR_CONST("CI files are YAML that can be read"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(".github/workflows, .github/actions, .gitlab-ci.yml, "
                                      ".circleci/config.yml and .travis.yml"),
                .why = STR_CONST("A workflow with a tab, a key that occurs twice or a bracket too "
                                 "few is not run at all; GitHub says so on a page that few look "
                                 "at, and a pull request without checks looks like one that "
                                 "passed."),
                .cure = STR_CONST("correct the line that is named"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("docs.github.com, workflow syntax"),
            },
        .run = check_readable,
        .cost = COST_TREE,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD111"),
                .title = STR_CONST("the inputs of setup-go exist and have a value that it takes"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("with: of actions/setup-go in workflows, and the file that "
                                      "go-version-file names"),
                .why = STR_CONST(
                    "An unknown input is one yellow line in the log: with go_version or version in "
                    "place of go-version the Go of the runner's image is used, whichever that is. "
                    "A version file that is not there, or cache: yes, makes the step fail."),
                .cure = STR_CONST("go-version: '1.26', or go-version-file: go.mod"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("github.com/actions/setup-go, action.yml and src/main.ts"),
            },
        .run = check_inputs,
        .cost = COST_TREE,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD112"),
                .title = STR_CONST("setup-go gets its version from one place"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST("go-version and go-version-file of one step"),
                .why =
                    STR_CONST("With both, the file is not read: who raises the version there sees "
                              "a green run of the old Go."),
                .cure = STR_CONST("keep go-version-file: go.mod"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("github.com/actions/setup-go, src/main.ts"),
            },
        .run = check_one_version,
        .cost = COST_TREE,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD113"),
                .title = STR_CONST("one cache, not two, for one directory"),
                .severity = SEVERITY_WARN,
                .looks_at =
                    STR_CONST("steps of actions/cache for GOMODCACHE or GOCACHE in a job in "
                              "which setup-go caches them too, as it does by itself since "
                              "v4"),
                .why =
                    STR_CONST("Both unpack into the same directory. Files of the module cache are "
                              "read-only, so the second fails on each of them (`Cannot open: "
                              "File exists`), thousands of lines and minutes for nothing, and "
                              "both upload their copy at the end."),
                .cure = STR_CONST("take the actions/cache step away, or set cache: false"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("github.com/actions/setup-go/issues/424"),
            },
        .run = check_caches,
        .cost = COST_TREE,
    },
};

const CheckGroup doctor_cisetup = {rows, COUNT_OF(rows)};
