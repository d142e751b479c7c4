#include "doctor/versions_mentions.h"

#include "base/path.h"
#include "go/env/workdir.h"
#include "go/mod/gomod.h"
#include "go/mod/version.h"
#include "os/dir.h"

void mentions_add(Doctor *d, MentionList *list, Mention mention)
{
    if (list->all.len < MENTIONS_MAX) {
        *VEC_PUSH(d->arena, &list->all) = mention;
    }
}

static bool read_file(Doctor *d, Str path, Str *ret)
{
    Err ignored;
    return file_read_all(d->arena, FILE_CWD, path, MENTIONS_MAX_FILE, ret, &ignored) == FILE_FOUND;
}

/* "go1.26.8", "v1.26.8" and "1.26.8" are the same to the readers of such files. */
static Str plain_version(Str text)
{
    if (!str_eat_prefix(&text, S("go"))) {
        str_eat_prefix(&text, S("v"));
    }
    return goversion_is_valid(text) ? text : (Str){0};
}

/* ---- files with one version ---- */

/* How a line names a version: the text after its first word, or (head empty) the line itself. */
typedef struct {
    Str name;
    const Str *heads;
    isize n_heads;
} VersionFile;

static const Str tool_heads[] = {STR_CONST("golang"), STR_CONST("go")};
static const Str lock_heads[] = {STR_CONST("go")};

static const VersionFile version_files[] = {
    {STR_CONST(".go-version"), NULL, 0},
    {STR_CONST(".tool-versions"), tool_heads, COUNT_OF(tool_heads)},
    {STR_CONST("goward.lock"), lock_heads, COUNT_OF(lock_heads)},
};

/* The version on a line of the file; false for other lines. */
static bool read_version_line(const VersionFile *f, Str line, Str *ret)
{
    Str rest = str_cut(line, '#').head;
    Str field;
    if (!str_next_field(&rest, &field)) {
        return false;
    }
    if (f->n_heads > 0) {
        if (!shell_is_among(field, f->heads, f->n_heads) || !str_next_field(&rest, &field)) {
            return false;
        }
    }
    *ret = plain_version(field);
    return true;
}

static void add_version_file(Doctor *d, MentionList *list, Str root, const VersionFile *f)
{
    Str text;
    Str line;
    Str path = path_join(d->arena, root, f->name);
    if (!read_file(d, path, &text)) {
        return;
    }
    for (isize i = 1; str_next_line(&text, &line); i++) {
        Str version;
        if (read_version_line(f, line, &version)) {
            mentions_add(d, list,
                         (Mention){.kind = MENTION_PIN,
                                   .file = path,
                                   .line = i,
                                   .seen = str_trim(line),
                                   .version = version});
            return;
        }
    }
}

/* `go = "1.26"` below [tools], the form that nearly all have; another one is passed over. */
static void add_mise(Doctor *d, MentionList *list, Str path)
{
    Str text;
    Str line;
    bool is_in_tools = false;
    if (!read_file(d, path, &text)) {
        return;
    }
    for (isize i = 1; str_next_line(&text, &line); i++) {
        Str trimmed = str_trim(str_cut(line, '#').head);
        if (str_starts_with(trimmed, S("["))) {
            is_in_tools = str_eq(trimmed, S("[tools]"));
        }
        StrCut pair = str_cut(trimmed, '=');
        Str key = str_trim(pair.head);
        Str value = str_trim(pair.tail);
        if (is_in_tools && pair.found && (str_eq(key, S("go")) || str_eq(key, S("golang"))) &&
            value.len > 2 && (value.ptr[0] == '"' || value.ptr[0] == '\'') &&
            value.ptr[value.len - 1] == value.ptr[0]) {
            mentions_add(d, list,
                         (Mention){.kind = MENTION_PIN,
                                   .file = path,
                                   .line = i,
                                   .seen = str_trim(line),
                                   .version = plain_version(str_slice(value, 1, value.len - 1))});
            return;
        }
    }
}

static void add_version_files(Doctor *d, MentionList *list, Str root)
{
    static const Str mise[] = {STR_CONST("mise.toml"), STR_CONST(".mise.toml"),
                               STR_CONST(".config/mise.toml")};
    for (isize i = 0; i < COUNT_OF(version_files); i++) {
        add_version_file(d, list, root, &version_files[i]);
    }
    for (isize i = 0; i < COUNT_OF(mise); i++) {
        add_mise(d, list, path_join(d->arena, root, mise[i]));
    }
}

/* ---- images ---- */

bool mentions_read_image(Str image, Str *ret_version, bool *ret_is_local)
{
    static const struct {
        Str repository;
        bool is_local;
    } known[] = {
        {STR_CONST("golang"), true},
        {STR_CONST("cimg/go"), false},
        {STR_CONST("devcontainers/go"), false},
    };
    StrCut digest = str_cut(image, '@');
    isize colon = str_last_index_byte(digest.head, ':');
    isize slash = str_last_index_byte(digest.head, '/');
    Str repository = colon > slash ? str_to(digest.head, colon) : digest.head;
    Str tag = colon > slash ? str_from(digest.head, colon + 1) : (Str){0};
    for (isize i = 0; i < COUNT_OF(known); i++) {
        Str before = repository;
        if (!str_eat_suffix(&before, known[i].repository) ||
            (before.len > 0 && before.ptr[before.len - 1] != '/')) {
            continue;
        }
        StrCut cut = str_cut(tag, '-');
        if (str_ends_with(repository, S("devcontainers/go")) && !str_contains(cut.head, S("."))) {
            cut = str_cut(cut.tail, '-'); /* "1-1.26-bookworm", "dev-1.26" */
        }
        *ret_is_local = known[i].is_local;
        *ret_version =
            goversion_is_valid(cut.head) && str_contains(cut.head, S(".")) ? cut.head : (Str){0};
        return true;
    }
    return false;
}

/* ---- all ---- */

const MentionList *mentions_of(Doctor *d)
{
    if (d->go_mentions != NULL) {
        return d->go_mentions;
    }
    Err ignored;
    MentionList *list = ARENA_NEW(d->arena, MentionList);
    Str root = cifiles_of(d)->root;
    Str temp = workdir_temp(d->in->env->environ);
    if (!gomod_find(d->arena, d->in->dir, temp, &list->mod_path)) {
        list->mod_path = path_join(d->arena, root, S("go.mod"));
    }
    if (file_read_all(d->arena, FILE_CWD, list->mod_path, GOMOD_MAX_FILE, &list->mod_text,
                      &ignored) != FILE_FOUND) {
        list->mod_path = (Str){0};
    }
    add_version_files(d, list, root);
    mentions_add_dockerfiles(d, list, root);
    mentions_add_ci(d, list);
    d->go_mentions = list;
    return list;
}

Str mentions_need_at(Doctor *d, const MentionList *list, Str file)
{
    Err ignored;
    Str text;
    Str mod = path_join(d->arena, path_dir(file), S("go.mod"));
    if (file_read_all(d->arena, FILE_CWD, mod, GOMOD_MAX_FILE, &text, &ignored) != FILE_FOUND) {
        text = list->mod_text;
    }
    Str need = gomod_lookup(text, S("go")).value;
    return goversion_is_valid(need) ? need : (Str){0};
}

bool mentions_is_exact(Str version)
{
    return !str_eq(version, goversion_lang(version));
}

bool mentions_may_satisfy(Str version, Str need)
{
    return mentions_is_exact(version)
               ? goversion_compare(version, need) >= 0
               : goversion_compare(goversion_lang(version), goversion_lang(need)) >= 0;
}
