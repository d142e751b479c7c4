/* A table of keys, each with the function that decodes its value. */
#include "policy/projectchecks.h"

#include "base/map.h"
#include "base/strbuf.h"
#include "format/duration.h"
#include "go/mod/platform.h"

#define MAX_EXIT 255

typedef struct {
    Arena *arena;
    const ConfigFile *file;
    ProjectCheck *check;
    Err *err;
} Decoder;

/* ---- values ---- */

/* A scalar with something in it, without NUL bytes. */
static bool decode_text(const Decoder *d, const YamlNode *node, Str what, isize most, Str *ret)
{
    if (!configfile_expect(d->file, node, YAML_SCALAR, what, d->err)) {
        return false;
    }
    if (str_trim(node->text).len == 0) {
        return configfile_fail(d->file, node, d->err, "%.*s is empty", STR_ARG(what));
    }
    if (node->text.len > most) {
        return configfile_fail(d->file, node, d->err, "%.*s has %td bytes, at most %td are read",
                               STR_ARG(what), node->text.len, most);
    }
    if (str_index_byte(node->text, '\0') >= 0) {
        return configfile_fail(d->file, node, d->err, "%.*s holds a NUL byte", STR_ARG(what));
    }
    *ret = node->text;
    return true;
}

static bool decode_name(const Decoder *d, const YamlNode *node)
{
    if (!decode_text(d, node, S("name"), PROJECTCHECKS_MAX_NAME, &d->check->name)) {
        return false;
    }
    return str_index_byte(str_trim(d->check->name), '\n') < 0 ||
           configfile_fail(d->file, node, d->err, "name has more than one line");
}

static bool is_relative_path(Str program)
{
    return str_index_byte(program, '/') > 0;
}

static bool check_program(const Decoder *d, const YamlNode *node, Str program)
{
    if (d->file->layer != CONFIG_PROJECT && is_relative_path(program)) {
        configfile_fail(d->file, node, d->err,
                        "the program '%.*s' would be another one in each project",
                        STR_ARG(program));
        return err_hint(d->err, "name one that is on PATH, or write an absolute path");
    }
    return true;
}

/* Arguments may be empty, the program may not. */
static bool decode_word(const Decoder *d, const YamlNode *node, bool is_program, Str *ret)
{
    bool is_empty = !is_program && yaml_is(node, YAML_SCALAR) && node->text.len == 0;
    *ret = node->text;
    return is_empty ||
           decode_text(d, node, is_program ? S("the program") : S("a word of the command"),
                       PROJECTCHECKS_MAX_TEXT, ret);
}

static bool decode_command(const Decoder *d, const YamlNode *node)
{
    ProjectCheck *c = d->check;
    if (node->kind != YAML_SEQUENCE) {
        c->is_script = true;
        return decode_text(d, node, S("command"), PROJECTCHECKS_MAX_TEXT,
                           VEC_PUSH(d->arena, &c->command));
    }
    if (node->n_children == 0 || node->n_children > PROJECTCHECKS_MAX_WORDS) {
        return configfile_fail(d->file, node, d->err, "command has %td words, it must have 1 to %d",
                               node->n_children, PROJECTCHECKS_MAX_WORDS);
    }
    for (const YamlNode *word = node->child; word != NULL; word = word->next) {
        bool is_program = word == node->child;
        Str *text = VEC_PUSH(d->arena, &c->command);
        if (!decode_word(d, word, is_program, text) ||
            (is_program && !check_program(d, word, *text))) {
            return false;
        }
    }
    return true;
}

static bool decode_exit(const Decoder *d, const YamlNode *node)
{
    int64_t code;
    if (!yaml_is_plain(node) || !str_parse_decimal(node->text, MAX_EXIT, &code)) {
        return configfile_fail(d->file, node, d->err, "exit must be a number from 0 to 255");
    }
    d->check->exit = (int)code;
    return true;
}

static bool decode_output(const Decoder *d, const YamlNode *node)
{
    Err why;
    if (!decode_text(d, node, S("output"), ERE_MAX_PATTERN, &d->check->output)) {
        return false;
    }
    if (!ere_compile(d->arena, d->check->output, &d->check->pattern, &why)) {
        configfile_fail(d->file, node, d->err, "output is no pattern: %s", why.text);
        return err_hint(d->err, "it is read as grep -E reads it");
    }
    return true;
}

static bool decode_hint(const Decoder *d, const YamlNode *node)
{
    return decode_text(d, node, S("hint"), PROJECTCHECKS_MAX_TEXT, &d->check->hint);
}

static bool decode_timeout(const Decoder *d, const YamlNode *node)
{
    int64_t *ms = &d->check->timeout_ms;
    if (!yaml_is(node, YAML_SCALAR) || !duration_parse(node->text, ms) || *ms < 1 ||
        *ms > PROJECTCHECKS_MAX_TIMEOUT_MS) {
        return configfile_fail(d->file, node, d->err,
                               "timeout must be a time from 1ms to 10m, such as 500ms, 5s or 2m");
    }
    return true;
}

static bool decode_severity(const Decoder *d, const YamlNode *node)
{
    for (Severity s = SEVERITY_INFO; s < SEVERITY_COUNT; s++) {
        if (str_eq(yaml_text(node, (Str){0}), severity_name(s))) {
            d->check->severity = s;
            return true;
        }
    }
    return configfile_fail(d->file, node, d->err, "severity must be error, warn or info");
}

static bool decode_system(const Decoder *d, const YamlNode *node)
{
    Str os = yaml_text(node, (Str){0});
    if (!platform_is_system(os)) {
        Str meant = platform_nearest_system(os);
        configfile_fail(d->file, node, d->err, "os: '%.*s' is no GOOS", (int)MIN(os.len, 64),
                        os.ptr);
        return meant.len == 0 ? err_hint(d->err, "linux, darwin, windows are some")
                              : err_hint(d->err, "did you mean '%.*s'?", STR_ARG(meant));
    }
    *VEC_PUSH(d->arena, &d->check->systems) = os;
    return true;
}

/* One, or a list. */
static bool decode_os(const Decoder *d, const YamlNode *node)
{
    if (node->kind != YAML_SEQUENCE) {
        return decode_system(d, node);
    }
    for (const YamlNode *os = node->child; os != NULL; os = os->next) {
        if (!decode_system(d, os)) {
            return false;
        }
    }
    return node->child != NULL ||
           configfile_fail(d->file, node, d->err, "os is an empty list: the check would never run");
}

/* ---- a check ---- */

typedef struct {
    Str name;
    bool (*decode)(const Decoder *d, const YamlNode *node);
    bool is_required;
} Key;

static const Key keys[] = {
    {STR_CONST("name"), decode_name, true},          {STR_CONST("command"), decode_command, true},
    {STR_CONST("exit"), decode_exit, false},         {STR_CONST("output"), decode_output, false},
    {STR_CONST("hint"), decode_hint, false},         {STR_CONST("timeout"), decode_timeout, false},
    {STR_CONST("severity"), decode_severity, false}, {STR_CONST("os"), decode_os, false},
};

static bool decode_check(const Decoder *d, const YamlNode *node)
{
    Str names[COUNT_OF(keys)];
    for (isize i = 0; i < COUNT_OF(keys); i++) {
        names[i] = keys[i].name;
    }
    if (!configfile_expect_keys(d->file, node, names, COUNT_OF(keys), S("a check"), d->err)) {
        return false;
    }
    for (isize i = 0; i < COUNT_OF(keys); i++) {
        const YamlNode *value = yaml_get(node, keys[i].name);
        if (value == NULL && keys[i].is_required) {
            return configfile_fail(d->file, node, d->err, "this check has no %.*s",
                                   STR_ARG(keys[i].name));
        }
        if (value != NULL && !keys[i].decode(d, value)) {
            return false;
        }
    }
    d->check->name = str_trim(d->check->name);
    return true;
}

static bool check_is_new(const Decoder *d, const YamlNode *node, Map *lines)
{
    bool is_new;
    isize *line = map_put(lines, d->check->name, &is_new);
    if (!is_new) {
        return configfile_fail(d->file, node, d->err,
                               "the check of line %td is named '%.*s' as well", *line,
                               STR_ARG(d->check->name));
    }
    *line = node->line;
    return true;
}

bool projectchecks_read(Arena *a, const ConfigFile *file, ProjectChecks *ret, Err *err)
{
    ProjectChecks checks = {0};
    Map lines = map_init(a);
    const YamlNode *list = configfile_get(file, S("checks"));
    if (list != NULL && !configfile_expect(file, list, YAML_SEQUENCE, S("checks"), err)) {
        return false;
    }
    if (list != NULL && list->n_children > PROJECTCHECKS_MAX) {
        return configfile_fail(file, list, err, "there are %td checks, at most %d are read",
                               list->n_children, PROJECTCHECKS_MAX);
    }
    for (const YamlNode *node = list == NULL ? NULL : list->child; node != NULL;
         node = node->next) {
        ProjectCheck *check = VEC_PUSH(a, &checks);
        Decoder d = {.arena = a, .file = file, .check = check, .err = err};
        *check = (ProjectCheck){.place = {file->path, node->line},
                                .timeout_ms = PROJECTCHECKS_USUAL_TIMEOUT_MS,
                                .severity = SEVERITY_ERROR};
        if (!decode_check(&d, node) || !check_is_new(&d, node, &lines)) {
            return false;
        }
    }
    *ret = checks;
    return true;
}

/* ---- about a check ---- */

bool projectcheck_is_for(const ProjectCheck *check, Str os)
{
    for (isize i = 0; i < check->systems.len; i++) {
        if (str_eq(check->systems.ptr[i], os)) {
            return true;
        }
    }
    return check->systems.len == 0;
}

/* A word that means the same to a shell. */
static bool is_plain_word(Str word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-+=./:,@%";
    for (isize i = 0; i < word.len; i++) {
        if (word.ptr[i] == '\0' || strchr(plain, word.ptr[i]) == NULL) {
            return false;
        }
    }
    return word.len > 0;
}

static void add_quoted(StrBuf *b, Str word)
{
    strbuf_add_byte(b, '\'');
    for (isize i = 0; i < word.len; i++) {
        strbuf_add(b, word.ptr[i] == '\'' ? S("'\\''") : str_slice(word, i, i + 1));
    }
    strbuf_add_byte(b, '\'');
}

Str projectcheck_command(Arena *a, const ProjectCheck *check)
{
    StrBuf b = strbuf_init(a);
    if (check->is_script) {
        return str_trim(check->command.ptr[0]);
    }
    for (isize i = 0; i < check->command.len; i++) {
        Str word = check->command.ptr[i];
        strbuf_add(&b, i == 0 ? S("") : S(" "));
        if (is_plain_word(word)) {
            strbuf_add(&b, word);
        } else {
            add_quoted(&b, word);
        }
    }
    return strbuf_str(&b);
}
