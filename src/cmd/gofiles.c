#include "cmd/gofiles.h"

#include "base/map.h"
#include "base/path.h"
#include "go/env/workdir.h"
#include "go/mod/gomod.h"
#include "go/mod/version.h"
#include "go/syntax/langversion.h"
#include "os/dir.h"

typedef VEC(Str) Dirs;

typedef struct {
    const Invocation *inv;
    Arena *arena;
    Map seen; /* absolute paths */
    isize module;
    GoFileList *list;
    Dirs dirs; /* still to be listed, the next one last */
    bool is_deep;
} Search;

/* ---- what is found ---- */

static bool is_new(Search *s, Str path)
{
    bool is_first;
    map_put(&s->seen, path_absolute(s->arena, s->inv->dir, path), &is_first);
    return is_first;
}

static void add_file(Search *s, Str path)
{
    if (is_new(s, path)) {
        *VEC_PUSH(s->arena, s->list) = (GoFile){.path = path, .module = s->module};
        s->list->n_files++;
    }
}

static void add_wrong(Search *s, Str path, Str why)
{
    if (is_new(s, path)) {
        *VEC_PUSH(s->arena, s->list) = (GoFile){.path = path, .wrong = why};
    }
}

static void add_trouble(Search *s, Str path, const Err *err)
{
    add_wrong(s, path, err_format(s->arena, err));
}

/* ---- the language version ---- */

/* N of the "1.N" that a go line says, as cmd/go hands it to the compiler. */
static isize minor_of(Str line)
{
    GoVersion v;
    int64_t minor;
    bool is_known = goversion_parse(line, &v) && str_eq(v.major, S("1")) &&
                    (v.minor.len == 0 ? (minor = 0, true)
                                      : str_parse_decimal(v.minor, LANGVERSION_ANY, &minor));
    return is_known ? (isize)minor : LANGVERSION_ANY;
}

/* Whether dir is in a vendor directory of the module whose go.mod is named. */
static bool is_vendored(Search *s, Str dir, Str gomod)
{
    Str below = str_from(dir, MIN(path_dir(gomod).len, dir.len));
    return str_contains(str_concat(s->arena, below, S("/")), S("/vendor/"));
}

/* That of the module around dir. What is vendored has versions of its own. */
static isize module_of(Search *s, Str dir)
{
    Str file, text;
    Err err;
    if (!gomod_find(s->arena, dir, workdir_temp(s->inv->env), &file) || is_vendored(s, dir, file) ||
        file_read_all(s->arena, FILE_CWD, file, GOMOD_MAX_FILE, &text, &err) != FILE_FOUND) {
        return LANGVERSION_ANY;
    }
    GoModValue line = gomod_lookup(text, S("go"));
    return line.line == 0 ? LANGVERSION_DEFAULT : minor_of(line.value);
}

/* ---- directories ---- */

static bool is_hidden(Str name)
{
    return name.ptr[0] == '_' || name.ptr[0] == '.';
}

static bool is_searched(Search *s, int fd, Str name)
{
    FileStat st;
    Err err;
    return s->is_deep && !is_hidden(name) && !str_eq(name, S("testdata")) &&
           !str_eq(name, S("vendor")) &&
           file_stat(fd, path_join(s->arena, name, S("go.mod")), &st, &err) != FILE_FOUND;
}

/* A link counts as what it leads to, but for a directory. */
static void add_entry(Search *s, int fd, Str path, const DirEntry *entry)
{
    FileStat st = {.kind = entry->kind};
    Err err;
    if (entry->kind == FILE_KIND_SYMLINK) {
        FileOutcome outcome = file_stat(fd, entry->name, &st, &err);
        if (outcome == FILE_FAILED) {
            add_trouble(s, path, &err);
            return;
        }
        st.kind = outcome == FILE_ABSENT ? FILE_KIND_SYMLINK : st.kind;
    }
    if (st.kind == FILE_KIND_REGULAR) {
        add_file(s, path);
    } else if (st.kind == FILE_KIND_SYMLINK) {
        add_wrong(s, path, S("a link that leads nowhere"));
    } else if (st.kind != FILE_KIND_DIR) {
        add_wrong(s, path, S("no regular file"));
    }
}

/* Its Go files, and its directories for later. */
static void add_entries(Search *s, Str dir, int fd, const DirList *entries)
{
    isize n_before = s->dirs.len;
    for (isize i = 0; i < entries->len; i++) {
        const DirEntry *entry = &entries->ptr[i];
        Str path = str_eq(dir, S(".")) ? str_copy(s->arena, entry->name)
                                       : path_join(s->arena, dir, entry->name);
        if (entry->kind == FILE_KIND_DIR && is_searched(s, fd, entry->name)) {
            *VEC_PUSH(s->arena, &s->dirs) = path;
        } else if (str_ends_with(entry->name, S(".go")) && !is_hidden(entry->name)) {
            add_entry(s, fd, path, entry);
        }
    }
    for (isize i = n_before, k = s->dirs.len - 1; i < k; i++, k--) {
        Str swapped = s->dirs.ptr[i]; /* the first is to be the last */
        s->dirs.ptr[i] = s->dirs.ptr[k];
        s->dirs.ptr[k] = swapped;
    }
}

static void list_dir(Search *s, Str dir)
{
    AUTO_CLOSE int fd = -1;
    Err err;
    FileOutcome outcome = dir_open(FILE_CWD, dir, &fd, &err);
    if (outcome == FILE_ABSENT) {
        return; /* it went away meanwhile */
    }
    DirList entries;
    Arena listed = arena_init(64 * KIB);
    if (outcome == FILE_FAILED || !dir_list_fresh(&listed, fd, &entries, &err)) {
        add_trouble(s, dir, &err);
    } else {
        add_entries(s, dir, fd, &entries);
    }
    arena_done(&listed);
}

static bool search_dir(Search *s, Str dir, bool is_deep, Err *err)
{
    isize n_before = s->list->len;
    s->is_deep = is_deep;
    s->module = module_of(s, path_absolute(s->arena, s->inv->dir, dir));
    *VEC_PUSH(s->arena, &s->dirs) = dir;
    while (s->dirs.len > 0) {
        list_dir(s, s->dirs.ptr[--s->dirs.len]);
        if (s->list->len + s->dirs.len > GOFILES_MAX) {
            return FAIL(err, ERR_LIMIT, "more than %d files and directories below '%.*s'",
                        GOFILES_MAX, STR_ARG(dir));
        }
    }
    if (s->list->len == n_before) {
        add_wrong(s, dir, is_deep ? S("no Go files here or below") : S("no Go files"));
    }
    return true;
}

/* ---- arguments ---- */

static bool search_argument(Search *s, Str argument, Err *err)
{
    bool is_deep = str_eq(argument, S("...")) || str_eat_suffix(&argument, S("/..."));
    if (str_eq(argument, S("..."))) {
        argument = S(".");
    }
    Str path = argument.len == 0 ? S("/") : path_clean(s->arena, argument);
    FileStat st;
    Err trouble;
    FileOutcome outcome = file_stat(FILE_CWD, path, &st, &trouble);
    if (outcome == FILE_FAILED) {
        add_trouble(s, path, &trouble);
    } else if (outcome == FILE_ABSENT) {
        add_wrong(s, path, S("no such file or directory"));
    } else if (st.kind == FILE_KIND_DIR) {
        return search_dir(s, path, is_deep, err);
    } else if (st.kind != FILE_KIND_REGULAR || is_deep) {
        add_wrong(s, path, is_deep ? S("no directory") : S("no regular file"));
    } else {
        Str absolute = path_absolute(s->arena, s->inv->dir, path);
        s->module = module_of(s, path_dir(absolute));
        add_file(s, path);
    }
    return true;
}

bool gofiles_find(const Invocation *inv, GoFileList *ret, Err *err)
{
    *ret = (GoFileList){0};
    Search s = {.inv = inv, .arena = inv->arena, .seen = map_init(inv->arena), .list = ret};
    for (isize i = 0; i < inv->n_args; i++) {
        if (!search_argument(&s, inv->args[i], err)) {
            return false;
        }
    }
    return inv->n_args > 0 || search_argument(&s, S("."), err);
}
