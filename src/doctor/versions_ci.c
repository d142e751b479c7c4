/* Whether images and CI files name a Go that can build this project, and in a way that survives
 * YAML. */
#include "base/path.h"
#include "doctor/versions_mentions.h"
#include "go/mod/version.h"

/* ---- GWD031: numbers ---- */

static void find_number(Doctor *d, const CiFile *file, const YamlNode *node)
{
    Str number = node->text;
    while (str_eat_suffix(&number, S("0"))) {
    }
    cifiles_find(d, SEVERITY_ERROR, file, node->line,
                 str_format(d->arena,
                            "%.*s without quotes is the number %.*s: that Go is looked "
                            "for",
                            STR_ARG(node->text), STR_ARG(number)),
                 str_format(d->arena, "'%.*s'", STR_ARG(node->text)));
}

/* "GO_VERSION", "go-version", "GOLANG_VERSION" */
static bool names_go_version(Str key)
{
    return (str_starts_with(key, S("GO")) || str_starts_with(key, S("go"))) &&
           (str_ends_with(key, S("VERSION")) || str_ends_with(key, S("version")));
}

static void check_variables(Doctor *d, const CiFile *file, const YamlNode *owner)
{
    static const Str keys[] = {STR_CONST("env"), STR_CONST("variables"), STR_CONST("environment")};
    for (isize k = 0; k < COUNT_OF(keys); k++) {
        const YamlNode *variables = yaml_get(owner, keys[k]);
        for (const YamlNode *v = yaml_is(variables, YAML_MAPPING) ? variables->child : NULL;
             v != NULL; v = v->next) {
            if (names_go_version(v->key->text) && mentions_loses_zero(v)) {
                find_number(d, file, v);
            }
        }
    }
}

static const CiFile *file_of(Doctor *d, Str path)
{
    const CiFiles *files = cifiles_of(d);
    for (isize i = 0; i < files->len; i++) {
        if (str_eq(files->ptr[i]->path, path)) {
            return files->ptr[i];
        }
    }
    return NULL;
}

static bool check_numbers(Doctor *d, Err *err)
{
    (void)err;
    const CiFiles *files = cifiles_of(d);
    const MentionList *list = mentions_of(d);
    for (isize i = 0; i < list->all.len; i++) {
        const Mention *m = &list->all.ptr[i];
        if (m->step != NULL && mentions_loses_zero(m->node)) {
            find_number(d, m->step->file, m->node);
        }
    }
    for (isize i = 0; i < files->len; i++) {
        check_variables(d, files->ptr[i], files->ptr[i]->root);
    }
    for (isize i = 0; i < files->steps.len; i++) {
        check_variables(d, files->steps.ptr[i].file, files->steps.ptr[i].job);
        check_variables(d, files->steps.ptr[i].file, files->steps.ptr[i].step);
    }
    return true;
}

/* ---- GWD035, GWD036: old enough to fail ---- */

static bool is_too_old(Doctor *d, const MentionList *list, const Mention *m, Str *ret_need)
{
    *ret_need = mentions_need_at(d, list, m->file);
    return m->version.len > 0 && ret_need->len > 0 && !mentions_may_satisfy(m->version, *ret_need);
}

static void find_too_old(Doctor *d, const Mention *m, Str need, Severity severity, Str title,
                         Str remedy)
{
    doctor_find(d, (Finding){
                       .severity = severity,
                       .title = title,
                       .place = {.file = m->file, .line = m->line},
                       .evidence = str_format(d->arena, "%.*s\ngo.mod: go %.*s", STR_ARG(m->seen),
                                              STR_ARG(need)),
                       .remedy = remedy,
                   });
}

static bool check_images(Doctor *d, Err *err)
{
    (void)err;
    const MentionList *list = mentions_of(d);
    for (isize i = 0; i < list->all.len; i++) {
        const Mention *m = &list->all.ptr[i];
        Str need;
        if (m->kind != MENTION_IMAGE || !m->builds || !is_too_old(d, list, m, &need)) {
            continue;
        }
        bool knows_switching = goversion_compare(m->version, S("1.21")) >= 0;
        if (knows_switching && !m->is_local) {
            continue; /* it fetches the Go that it needs */
        }
        find_too_old(d, m, need, SEVERITY_ERROR,
                     knows_switching
                         ? str_format(d->arena,
                                      "this image cannot build the project: go.mod requires go >= "
                                      "%.*s (running go %.*s; GOTOOLCHAIN=local, which the image "
                                      "sets)",
                                      STR_ARG(need), STR_ARG(m->version))
                         : str_format(d->arena,
                                      "Go %.*s in this image is older than go.mod's %.*s, and "
                                      "either fails on it or builds it wrong without a word",
                                      STR_ARG(m->version), STR_ARG(need)),
                     str_format(d->arena, "FROM golang:%.*s", STR_ARG(goversion_lang(need))));
    }
    return true;
}

static bool check_ci(Doctor *d, Err *err)
{
    (void)err;
    const MentionList *list = mentions_of(d);
    for (isize i = 0; i < list->all.len; i++) {
        const Mention *m = &list->all.ptr[i];
        const CiFile *file = file_of(d, m->file);
        Str need;
        if (m->kind != MENTION_CI || file == NULL || !is_too_old(d, list, m, &need)) {
            continue;
        }
        bool knows_switching = goversion_compare(m->version, S("1.21")) >= 0;
        if (knows_switching && !m->is_local) {
            find_too_old(d, m, need, SEVERITY_WARN,
                         str_format(d->arena,
                                    "this job says Go %.*s and tests another: go.mod asks "
                                    "for %.*s, so the go command fetches that",
                                    STR_ARG(m->version), STR_ARG(need)),
                         S("take the version away, or set GOTOOLCHAIN: local so that the job "
                           "fails where it is too old"));
        } else {
            find_too_old(d, m, need, SEVERITY_ERROR,
                         str_format(d->arena,
                                    "this job cannot build the project: go.mod requires "
                                    "go >= %.*s, the job has Go %.*s",
                                    STR_ARG(need), STR_ARG(m->version)),
                         str_format(d->arena, "write %.*s there, or go-version-file: go.mod",
                                    STR_ARG(goversion_lang(need))));
        }
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD031"),
                .title = STR_CONST("a version that ends with 0 is quoted in YAML"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("go-version of setup-go, the matrix and variables that it "
                                      "names, variables such as GO_VERSION, go: of .travis.yml"),
                .why = STR_CONST("To YAML 1.20 without quotes is a number, and the same as 1.2. "
                                 "setup-go then installs Go 1.2, or finds none, and golang:1.2 is "
                                 "no image that can be had."),
                .cure = STR_CONST("go-version: '1.20'"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("github.com/actions/setup-go, README"),
            },
        .run = check_numbers,
        .cost = COST_TREE,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD035"),
                .title = STR_CONST("the images can build this go.mod"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("FROM golang:... of stages into which files of the project "
                                      "are copied, with the defaults of ARG, GOTOOLCHAIN there, "
                                      "and the go line of the go.mod beside it or of the project"),
                .why = STR_CONST("The official image sets GOTOOLCHAIN=local: where the go line is "
                                 "newer, a developer's go command fetches that Go in silence, and "
                                 "the build of the image fails, often first on release day. Images "
                                 "before 1.21 build a newer language as if it were their own, or "
                                 "fail on the version's form."),
                .cure = STR_CONST("raise the tag of FROM; or ENV GOTOOLCHAIN=auto, which fetches"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("github.com/docker-library/golang/issues/472"),
            },
        .run = check_images,
        .cost = COST_TREE,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD036"),
                .title = STR_CONST("CI tests the Go that it names, and that can build this go.mod"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("go-version of setup-go, with matrix and env looked up, "
                                      "images of jobs, GOTOOLCHAIN there, and the go line of "
                                      "go.mod"),
                .why = STR_CONST("setup-go sets GOTOOLCHAIN=local since v6, and so does the golang "
                                 "image: a version older than the go line fails. With an older "
                                 "setup-go it does not: the go command fetches the Go of go.mod, "
                                 "and a matrix of three versions tests one of them three times."),
                .cure = STR_CONST("raise the version, or GOTOOLCHAIN: local in env so that it is "
                                  "seen"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/toolchain#select; github.com/actions/setup-go/"
                                    "pull/460"),
            },
        .run = check_ci,
        .cost = COST_TREE,
    },
};

const CheckGroup doctor_versions_ci = {rows, COUNT_OF(rows)};
