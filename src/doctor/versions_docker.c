/*
 * Dockerfiles: which image of Go each stage starts from, with the defaults of ARG filled in, and
 * whether the project is built in it: whether files of the context are copied into the stage, or
 * into one that starts from it.
 */
#include "base/path.h"
#include "base/strbuf.h"
#include "doctor/versions_mentions.h"
#include "os/dir.h"

#define MAX_STAGES 100
#define MAX_DEPTH 2 /* of directories below the root in which Dockerfiles are looked for */

/* ---- variables ---- */

static bool is_name_byte(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static Str value_of(const MentionVariables *variables, Str name, Str fallback)
{
    for (isize i = variables->len; i > 0; i--) {
        if (str_eq(variables->ptr[i - 1].name, name)) {
            return variables->ptr[i - 1].value;
        }
    }
    return fallback;
}

Str mentions_expand(Arena *a, Str text, const MentionVariables *variables)
{
    StrBuf b = strbuf_init(a);
    isize i = 0;
    while (i < text.len) {
        if (text.ptr[i] != '$') {
            strbuf_add_byte(&b, text.ptr[i++]);
            continue;
        }
        bool has_brace = i + 1 < text.len && text.ptr[i + 1] == '{';
        isize from = i + 1 + has_brace;
        isize to = from;
        while (to < text.len && is_name_byte(text.ptr[to])) {
            to++;
        }
        Str fallback = {0};
        i = to;
        if (has_brace) {
            isize end = str_index_byte(str_from(text, to), '}');
            fallback = end < 0 ? str_from(text, to) : str_slice(text, to, to + end);
            fallback = str_eat_prefix(&fallback, S(":-")) ? fallback : (Str){0};
            i = end < 0 ? text.len : to + end + 1;
        }
        strbuf_add(&b, value_of(variables, str_slice(text, from, to), fallback));
    }
    return strbuf_str(&b);
}

/* ---- one file ---- */

typedef struct {
    Str name;      /* AS name; empty when it has none */
    isize mention; /* index of that of its image; -1: another image */
} Stage;

typedef struct {
    Doctor *d;
    MentionList *list;
    Str file;
    MentionVariables args; /* before the first FROM */
    Stage stages[MAX_STAGES];
    isize n_stages;
} Dockerfile;

static Mention *mention_of_stage(const Dockerfile *f)
{
    isize i = f->n_stages > 0 ? f->stages[f->n_stages - 1].mention : -1;
    return i < 0 ? NULL : &f->list->all.ptr[i];
}

static void read_from(Dockerfile *f, Str rest, isize line, Str seen)
{
    Str image;
    Str as;
    Str name = {0};
    while (str_next_field(&rest, &image) && str_starts_with(image, S("--"))) {
    }
    if (str_next_field(&rest, &as) && str_eq_fold(as, S("as"))) {
        str_next_field(&rest, &name);
    }
    image = mentions_expand(f->d->arena, image, &f->args);
    isize mention = -1;
    bool is_stage = false;
    for (isize i = 0; i < f->n_stages; i++) {
        if (f->stages[i].name.len > 0 && str_eq_fold(f->stages[i].name, image)) {
            mention = f->stages[i].mention;
            is_stage = true;
        }
    }
    Mention m = {.kind = MENTION_IMAGE, .file = f->file, .line = line, .seen = seen};
    if (!is_stage && mentions_read_image(image, &m.version, &m.is_local) &&
        f->list->all.len < MENTIONS_MAX) {
        mention = f->list->all.len;
        mentions_add(f->d, f->list, m);
    }
    if (f->n_stages < MAX_STAGES) {
        f->stages[f->n_stages++] = (Stage){name, mention};
    }
}

static void read_arg(Dockerfile *f, Str rest)
{
    Str field;
    while (f->n_stages == 0 && str_next_field(&rest, &field)) {
        StrCut pair = str_cut(field, '=');
        Str value = pair.tail;
        if (value.len >= 2 && (value.ptr[0] == '"' || value.ptr[0] == '\'')) {
            value = str_slice(value, 1, value.len - 1);
        }
        *VEC_PUSH(f->d->arena, &f->args) =
            (MentionVariable){pair.head, mentions_expand(f->d->arena, value, &f->args)};
    }
}

static void read_instruction(Dockerfile *f, Str text, isize line, Str seen)
{
    Str rest = text;
    Str word;
    Mention *m = mention_of_stage(f);
    if (!str_next_field(&rest, &word)) {
        return;
    }
    if (str_eq_fold(word, S("FROM"))) {
        read_from(f, rest, line, seen);
    } else if (str_eq_fold(word, S("ARG"))) {
        read_arg(f, rest);
    } else if (m != NULL && (str_eq_fold(word, S("COPY")) || str_eq_fold(word, S("ADD")))) {
        m->builds = m->builds || !str_contains(rest, S("--from="));
    } else if (m != NULL && str_contains(rest, S("--mount=type=bind"))) {
        m->builds = m->builds || !str_contains(rest, S("from="));
    }
    if (m != NULL && str_contains(rest, S("GOTOOLCHAIN"))) {
        m->is_local = str_contains(rest, S("GOTOOLCHAIN=local"));
    }
}

/* Lines that end with a backslash go on; comment lines between them are left out. */
static void read_dockerfile(Doctor *d, MentionList *list, Str path)
{
    Err ignored;
    Str text;
    Str line;
    if (file_read_all(d->arena, FILE_CWD, path, MENTIONS_MAX_FILE, &text, &ignored) != FILE_FOUND) {
        return;
    }
    Dockerfile f = {.d = d, .list = list, .file = path};
    StrBuf whole = strbuf_init(d->arena);
    Str seen = {0};
    isize from = 0;
    for (isize i = 1; str_next_line(&text, &line); i++) {
        Str trimmed = str_trim(line);
        if (str_starts_with(trimmed, S("#"))) {
            continue;
        }
        if (whole.len == 0) {
            from = i;
            seen = trimmed;
        }
        bool goes_on = str_eat_suffix(&trimmed, S("\\")) && text.len > 0;
        strbuf_add(&whole, trimmed);
        strbuf_add_byte(&whole, ' ');
        if (!goes_on) {
            read_instruction(&f, strbuf_str(&whole), from, seen);
            whole = strbuf_init(d->arena);
        }
    }
}

/* ---- which files ---- */

static bool is_dockerfile(Str name)
{
    return str_eq(name, S("Dockerfile")) || str_eq(name, S("Containerfile")) ||
           str_starts_with(name, S("Dockerfile.")) || str_ends_with(name, S(".Dockerfile")) ||
           str_ends_with(name, S(".dockerfile"));
}

static bool is_looked_into(Str name)
{
    static const Str passed_over[] = {STR_CONST("vendor"), STR_CONST("node_modules"),
                                      STR_CONST("testdata"), STR_CONST("third_party")};
    return !shell_is_among(name, passed_over, COUNT_OF(passed_over)) &&
           (!str_starts_with(name, S(".")) || str_eq(name, S(".devcontainer")) ||
            str_eq(name, S(".docker")));
}

typedef struct {
    isize n_dirs, n_files;
} Walked;

/* Recurses MAX_DEPTH levels. */
static void add_below(Doctor *d, MentionList *list, Str dir, int depth, Walked *walked)
{
    Err ignored;
    DirList entries;
    AUTO_CLOSE int fd = -1;
    if (walked->n_dirs++ >= MENTIONS_MAX_DIRS ||
        dir_open(FILE_CWD, dir, &fd, &ignored) != FILE_FOUND ||
        !dir_list_fresh(d->arena, fd, &entries, &ignored)) {
        return;
    }
    for (isize i = 0; i < entries.len; i++) {
        const DirEntry *entry = &entries.ptr[i];
        Str path = path_join(d->arena, dir, entry->name);
        if (entry->kind == FILE_KIND_DIR) {
            if (depth < MAX_DEPTH && is_looked_into(entry->name)) {
                add_below(d, list, path, depth + 1, walked);
            }
        } else if (is_dockerfile(entry->name) && walked->n_files++ < MENTIONS_MAX_DOCKERFILES) {
            read_dockerfile(d, list, path);
        }
    }
}

/* Not from the root of the file system, nor from a home: those are no projects. */
void mentions_add_dockerfiles(Doctor *d, MentionList *list, Str root)
{
    Walked walked = {0};
    bool is_home = str_eq(root, environ_value(d->in->env->environ, S("HOME")));
    add_below(d, list, root, str_eq(root, S("/")) || is_home ? MAX_DEPTH : 0, &walked);
}
