/* The Gos of CI files: go-version of setup-go, with matrix and env looked up, and the images in
 * which jobs run. */
#include "base/path.h"
#include "doctor/versions_mentions.h"
#include "go/mod/version.h"
#include "os/file.h"

/* "1.26.8", "1.26.x" and "1.26"; empty for ranges, "stable" and what is only a number "1". */
static Str version_of(Str text)
{
    str_eat_suffix(&text, S(".x"));
    str_eat_prefix(&text, S("go"));
    return goversion_is_valid(text) && str_contains(text, S(".")) ? text : (Str){0};
}

bool mentions_loses_zero(const YamlNode *node)
{
    if (!yaml_is_plain(node)) {
        return false;
    }
    StrCut cut = str_cut(node->text, '.');
    int64_t ignored;
    return cut.found && cut.tail.len >= 2 && str_ends_with(cut.tail, S("0")) &&
           str_parse_decimal(cut.head, 1000, &ignored) &&
           str_parse_decimal(cut.tail, INT32_MAX, &ignored);
}

/* Since v6 setup-go sets GOTOOLCHAIN=local. Of a commit one cannot tell. */
static bool holds_go(const CiStep *step, Str action_version)
{
    Str asked = yaml_text(cifiles_variable(step, S("GOTOOLCHAIN")), (Str){0});
    int64_t major;
    Str number = str_cut(action_version, '.').head;
    return asked.len > 0 ? str_eq(asked, S("local"))
                         : str_eat_prefix(&number, S("v")) &&
                               str_parse_decimal(number, 1000, &major) && major >= 6;
}

static void add_setup(Doctor *d, MentionList *list, const CiStep *step, const YamlNode *node,
                      bool is_local)
{
    if (yaml_is(node, YAML_SCALAR)) {
        mentions_add(
            d, list,
            (Mention){.kind = MENTION_CI,
                      .file = step->file->path,
                      .line = node->line,
                      .seen = cifiles_line(step->file, node->line),
                      .version = mentions_loses_zero(node) ? (Str){0} : version_of(node->text),
                      .node = node,
                      .step = step,
                      .is_local = is_local,
                      .builds = true});
    }
}

/* `${{ matrix.NAME }}`: its list, and the rows that include adds. */
static void add_matrix(Doctor *d, MentionList *list, const CiStep *step, Str name, bool is_local)
{
    const YamlNode *matrix = yaml_get(yaml_get(step->job, S("strategy")), S("matrix"));
    const YamlNode *values = yaml_get(matrix, name);
    const YamlNode *include = yaml_get(matrix, S("include"));
    for (const YamlNode *v = values == NULL ? NULL : values->child; v != NULL; v = v->next) {
        add_setup(d, list, step, v, is_local);
    }
    for (const YamlNode *row = include == NULL ? NULL : include->child; row != NULL;
         row = row->next) {
        add_setup(d, list, step, yaml_get(row, name), is_local);
    }
}

static void add_setup_go(Doctor *d, MentionList *list, const CiStep *step)
{
    Str action_version;
    if (!cifiles_uses(step, S("actions/setup-go"), &action_version)) {
        return;
    }
    bool is_local = holds_go(step, action_version);
    const YamlNode *node = yaml_get(step->with, S("go-version"));
    Str text = str_trim(yaml_text(node, (Str){0}));
    if (!str_eat_prefix(&text, S("${{")) || !str_eat_suffix(&text, S("}}"))) {
        add_setup(d, list, step, node, is_local);
        return;
    }
    text = str_trim(text);
    if (str_eat_prefix(&text, S("matrix."))) {
        add_matrix(d, list, step, text, is_local);
    } else if (str_eat_prefix(&text, S("env."))) {
        add_setup(d, list, step, cifiles_variable(step, text), is_local);
    }
}

/* ---- images ---- */

static void take_variables(Doctor *d, MentionVariables *ret, const YamlNode *owner)
{
    const YamlNode *variables = yaml_get(owner, S("variables"));
    for (const YamlNode *v = yaml_is(variables, YAML_MAPPING) ? variables->child : NULL; v != NULL;
         v = v->next) {
        Str value = yaml_is(v, YAML_MAPPING) ? yaml_text(yaml_get(v, S("value")), (Str){0})
                                             : yaml_text(v, (Str){0});
        *VEC_PUSH(d->arena, ret) = (MentionVariable){v->key->text, value};
    }
}

/* key of owner is the image, or a mapping with it under `inner`. */
static void add_image(Doctor *d, MentionList *list, const CiFile *file, const YamlNode *owner,
                      const YamlNode *node, Str inner)
{
    const YamlNode *image = yaml_is(node, YAML_MAPPING) ? yaml_get(node, inner) : node;
    Str text = yaml_text(image, (Str){0});
    MentionVariables variables = {0};
    take_variables(d, &variables, file->root);
    take_variables(d, &variables, owner);
    Str asked = {0};
    for (isize i = 0; i < variables.len; i++) {
        asked = str_eq(variables.ptr[i].name, S("GOTOOLCHAIN")) ? variables.ptr[i].value : asked;
    }
    Mention m = {.kind = MENTION_CI, .file = file->path, .node = image, .builds = true};
    if (text.len == 0 || str_contains(text, S("${{")) ||
        !mentions_read_image(mentions_expand(d->arena, text, &variables), &m.version,
                             &m.is_local)) {
        return;
    }
    m.line = image->line;
    m.seen = cifiles_line(file, m.line);
    m.is_local = asked.len > 0 ? str_eq(asked, S("local")) : m.is_local;
    mentions_add(d, list, m);
}

static const YamlNode *first_child(const YamlNode *node)
{
    return node == NULL ? NULL : node->child;
}

static void add_images_below(Doctor *d, MentionList *list, const CiFile *file, Str key)
{
    const YamlNode *jobs = yaml_get(file->root, key);
    for (const YamlNode *job = first_child(jobs); job != NULL; job = job->next) {
        add_image(d, list, file, job, yaml_get(job, S("container")), S("image"));
        add_image(d, list, file, job, first_child(yaml_get(job, S("docker"))), S("image"));
    }
}

static void add_gitlab_images(Doctor *d, MentionList *list, const CiFile *file)
{
    add_image(d, list, file, NULL, yaml_get(file->root, S("image")), S("name"));
    for (const YamlNode *job = first_child(file->root); job != NULL; job = job->next) {
        add_image(d, list, file, job, yaml_get(job, S("image")), S("name"));
    }
}

/* go: in .travis.yml is a version or a list of them. */
static void add_travis(Doctor *d, MentionList *list, const CiFile *file)
{
    const YamlNode *go = yaml_get(file->root, S("go"));
    CiStep *step = ARENA_NEW(d->arena, CiStep);
    *step = (CiStep){.file = file};
    add_setup(d, list, step, go, false);
    for (const YamlNode *v = first_child(go); v != NULL; v = v->next) {
        add_setup(d, list, step, v, false);
    }
}

/* "image": "..." of a devcontainer.json, which has comments and so is no JSON. */
static void add_devcontainer(Doctor *d, MentionList *list, Str path)
{
    Err ignored;
    Str text;
    Str line;
    if (file_read_all(d->arena, FILE_CWD, path, MENTIONS_MAX_FILE, &text, &ignored) != FILE_FOUND) {
        return;
    }
    for (isize i = 1; str_next_line(&text, &line); i++) {
        Mention m = {.kind = MENTION_IMAGE, .file = path, .line = i, .seen = str_trim(line)};
        Str rest = m.seen;
        if (!str_eat_prefix(&rest, S("\"image\""))) {
            continue;
        }
        StrCut value = str_cut(str_cut(rest, '"').tail, '"');
        if (mentions_read_image(value.head, &m.version, &m.is_local)) {
            m.is_local = false; /* what its users set there is not known */
            mentions_add(d, list, m);
        }
    }
}

void mentions_add_ci(Doctor *d, MentionList *list)
{
    const CiFiles *files = cifiles_of(d);
    for (isize i = 0; i < files->steps.len; i++) {
        add_setup_go(d, list, &files->steps.ptr[i]);
    }
    for (isize i = 0; i < files->len; i++) {
        const CiFile *file = files->ptr[i];
        if (file->kind == CI_GITLAB) {
            add_gitlab_images(d, list, file);
        } else if (file->kind == CI_TRAVIS) {
            add_travis(d, list, file);
        } else {
            add_images_below(d, list, file, S("jobs"));
            add_images_below(d, list, file, S("executors"));
        }
    }
    add_devcontainer(d, list,
                     path_join(d->arena, files->root, S(".devcontainer/devcontainer.json")));
    add_devcontainer(d, list, path_join(d->arena, files->root, S(".devcontainer.json")));
}
