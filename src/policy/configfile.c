#include "policy/configfile.h"

#include "base/path.h"
#include "base/strbuf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#define MAX_MISTAKES 3 /* letters by which a key may be off and still be meant */

static const Str top_keys[] = {STR_CONST("policy"), STR_CONST("checks")};

static const Str layer_names[CONFIG_LAYER_COUNT] = {
    [CONFIG_PROJECT] = STR_CONST("project"),
    [CONFIG_USER] = STR_CONST("user"),
    [CONFIG_SYSTEM] = STR_CONST("system"),
};

Str configfile_layer_name(ConfigLayer layer)
{
    return layer_names[layer];
}

/* ---- complaints ---- */

bool configfile_fail(const ConfigFile *file, const YamlNode *node, Err *err, const char *format,
                     ...)
{
    char text[ERR_MAX_TEXT];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    isize line = node->key != NULL ? node->key->line : node->line;
    return FAIL(err, ERR_FORMAT, "%.*s:%td: %s", STR_ARG(file->path), line, text);
}

bool configfile_expect(const ConfigFile *file, const YamlNode *node, YamlKind kind, Str what,
                       Err *err)
{
    static const char *const kinds[YAML_KIND_COUNT] = {
        [YAML_NONE] = "nothing",
        [YAML_SCALAR] = "a single value",
        [YAML_SEQUENCE] = "a list (- one a line)",
        [YAML_MAPPING] = "a mapping (name: value)",
    };
    return node->kind == kind || configfile_fail(file, node, err, "%.*s must be %s, and is %s",
                                                 STR_ARG(what), kinds[kind], kinds[node->kind]);
}

static Str nearest(Str word, const Str *keys, isize n)
{
    Str best = {0};
    int distance = MAX_MISTAKES + 1;
    for (isize i = 0; i < n; i++) {
        int d = str_distance(word, keys[i]);
        if (d < distance && d < keys[i].len) {
            distance = d;
            best = keys[i];
        }
    }
    return best;
}

static bool fail_unknown_key(const ConfigFile *file, const YamlNode *value, const Str *keys,
                             isize n, Str what, Err *err)
{
    char buf[ERR_MAX_TEXT];
    Arena scratch = arena_over(buf, COUNT_OF(buf));
    Str key = str_to(value->key->text, MIN(value->key->text.len, 64));
    Str meant = nearest(key, keys, n);
    StrBuf known = strbuf_init(&scratch);
    for (isize i = 0; i < n; i++) {
        strbuf_add(&known, i == 0 ? S("") : S(", "));
        strbuf_add(&known, keys[i]);
    }
    configfile_fail(file, value, err, "%.*s has no key '%.*s'", STR_ARG(what), STR_ARG(key));
    if (meant.len > 0) {
        err_hint(err, "did you mean '%.*s'? Known are: %.*s", STR_ARG(meant),
                 STR_ARG(strbuf_str(&known)));
    } else {
        err_hint(err, "known are: %.*s", STR_ARG(strbuf_str(&known)));
    }
    arena_done(&scratch);
    return false;
}

bool configfile_expect_keys(const ConfigFile *file, const YamlNode *node, const Str *keys, isize n,
                            Str what, Err *err)
{
    if (!configfile_expect(file, node, YAML_MAPPING, what, err)) {
        return false;
    }
    for (const YamlNode *value = node->child; value != NULL; value = value->next) {
        isize i = 0;
        while (i < n && !str_eq(value->key->text, keys[i])) {
            i++;
        }
        if (i == n) {
            return fail_unknown_key(file, value, keys, n, what, err);
        }
    }
    return true;
}

/* ---- one file ---- */

/* Nothing but comments, or a lone ~ or null. */
static bool says_nothing(const YamlNode *root)
{
    return root == NULL ||
           (yaml_is_plain(root) &&
            (root->text.len == 0 || str_eq(root->text, S("~")) || str_eq(root->text, S("null"))));
}

bool configfile_parse(Arena *a, ConfigLayer layer, Str path, Str text, ConfigFile *ret, Err *err)
{
    ConfigFile file = {.layer = layer, .path = path, .text = text};
    if (!yaml_parse(a, path, text, &file.root, err)) {
        err->kind = ERR_FORMAT;
        return false;
    }
    if (file.root != NULL && file.root->next != NULL) {
        return configfile_fail(&file, file.root->next, err,
                               "a second document begins here, and only one is read");
    }
    if (says_nothing(file.root)) {
        file.root = NULL;
    } else if (!configfile_expect_keys(&file, file.root, top_keys, COUNT_OF(top_keys),
                                       S("the file"), err)) {
        return false;
    }
    *ret = file;
    return true;
}

static FileOutcome fail_reading(Str path, const char *what, Err *err)
{
    FAIL(err, ERR_FORMAT, "%.*s:1: %s", STR_ARG(path), what);
    return FILE_FAILED;
}

/* A file that a link leads to is read; what is no file is not. */
static FileOutcome read_text(Arena *a, Str path, Str *ret, Err *err)
{
    AUTO_CLOSE int fd = -1;
    FileStat st;
    Err why;
    FileOutcome outcome = file_open(FILE_CWD, path, &fd, &why);
    if (outcome != FILE_FOUND) {
        return outcome == FILE_ABSENT
                   ? outcome
                   : fail_reading(path, why.errnum != 0 ? strerror(why.errnum) : why.text, err);
    }
    if (!file_fstat(fd, &st, &why) || st.kind != FILE_KIND_REGULAR) {
        return fail_reading(path, "this is not a regular file", err);
    }
    if (st.size > CONFIGFILE_MAX) {
        FAIL(err, ERR_FORMAT, "%.*s:1: the file has %lld bytes, at most %td are read",
             STR_ARG(path), (long long)st.size, CONFIGFILE_MAX);
        return FILE_FAILED;
    }
    if (!file_read_fd(a, fd, CONFIGFILE_MAX, ret, &why)) {
        return fail_reading(path, why.errnum != 0 ? strerror(why.errnum) : why.text, err);
    }
    return FILE_FOUND;
}

FileOutcome configfile_read(Arena *a, ConfigLayer layer, Str path, ConfigFile *ret, Err *err)
{
    Str text;
    FileOutcome outcome = read_text(a, path, &text, err);
    if (outcome == FILE_FOUND && !configfile_parse(a, layer, path, text, ret, err)) {
        return FILE_FAILED;
    }
    return outcome;
}

/* ---- all of them ---- */

static bool add(Arena *a, ConfigFiles *files, ConfigLayer layer, Str path, Err *err)
{
    ConfigFile file;
    FileOutcome outcome = configfile_read(a, layer, path, &file, err);
    if (outcome == FILE_FOUND) {
        *VEC_PUSH(a, files) = file;
    }
    return outcome != FILE_FAILED;
}

static bool add_project(Arena *a, ConfigFiles *files, const ConfigPlace *place, Err *err)
{
    Str last = place->project_root.len > 0 ? place->project_root : place->dir;
    Str dir = place->dir;
    while (add(a, files, CONFIG_PROJECT, path_join(a, dir, CONFIGFILE_NAME), err)) {
        Str parent = path_dir(dir);
        if (str_eq(dir, last) || parent.len == dir.len) {
            return true;
        }
        dir = parent;
    }
    return false;
}

/* Empty when it is not known where. */
static Str user_path(Arena *a, const Environ *environ)
{
    Str config = environ_value(environ, S("XDG_CONFIG_HOME"));
    Str home = environ_value(environ, S("HOME"));
    if (!path_is_absolute(config)) {
        config = path_is_absolute(home) ? path_join(a, home, S(".config")) : (Str){0};
    }
    return config.len == 0 ? config : path_join(a, config, S("goward/goward.yaml"));
}

static bool can_be_seen(Str path)
{
    FileStat st;
    Err ignored;
    return file_lstat(FILE_CWD, path, &st, &ignored) == FILE_FOUND;
}

/* In the user's own folder of settings, the file has been read as the project's. */
static bool is_known(const ConfigFiles *files, Str path)
{
    for (isize i = 0; i < files->len; i++) {
        if (str_eq(files->ptr[i].path, path)) {
            return true;
        }
    }
    return false;
}

static bool add_user(Arena *a, ConfigFiles *files, const ConfigPlace *place, Err *err)
{
    Str path = user_path(a, place->environ);
    return path.len == 0 || is_known(files, path) || add(a, files, CONFIG_USER, path, err) ||
           !can_be_seen(path);
}

bool configfile_load(Arena *a, const ConfigPlace *place, ConfigFiles *ret, Err *err)
{
    ConfigFiles files = {0};
    Str system = str_concat(a, place->system, S("/etc/goward/goward.yaml"));
    if (!add_project(a, &files, place, err) || !add_user(a, &files, place, err) ||
        !add(a, &files, CONFIG_SYSTEM, system, err)) {
        return false;
    }
    *ret = files;
    return true;
}

const YamlNode *configfile_get(const ConfigFile *file, Str key)
{
    return yaml_get(file->root, key);
}
