/*
 * A pattern is expanded element by element; what it matches must be what would still be there if
 * the package were downloaded as part of a module: no links, no names that a module cannot have,
 * nothing of another module.
 */
#include "go/load/embed.h"

#include "base/map.h"
#include "base/path.h"
#include "base/sort.h"
#include "format/archive_names.h"
#include "go/mod/pattern.h"
#include "os/dir.h"

/* N of the first Go 1.N that refuses a name no module can have in a directory that is embedded;
 * before, such a file is left out. */
#define FIRST_WITH_NAMES_CHECKED 25

typedef struct {
    Arena *arena;
    Str dir;
    isize go_minor;
    bool takes_hidden; /* the pattern begins with "all:" */
    Map checked;       /* directories that may be embedded from */
    Strs files;        /* of the pattern, relative to dir */
    Str words;         /* what is wrong; empty: nothing */
} Embed;

static bool fail(Embed *e, Str words)
{
    e->words = words;
    return false;
}

static Str absolute(Embed *e, Str rel)
{
    return rel.len > 0 ? path_join(e->arena, e->dir, rel) : e->dir;
}

static FileKind kind_of(Embed *e, Str rel)
{
    FileStat st;
    Err ignored;
    return file_lstat(FILE_CWD, absolute(e, rel), &st, &ignored) == FILE_FOUND ? st.kind
                                                                               : FILE_KIND_NONE;
}

static bool has_go_mod(Embed *e, Str rel)
{
    FileStat st;
    Err ignored;
    return file_stat(FILE_CWD, path_join(e->arena, absolute(e, rel), S("go.mod")), &st, &ignored) ==
           FILE_FOUND;
}

/* The entries of a directory, also behind a link. False when it is none, or cannot be listed. */
static bool list(Embed *e, Str rel, DirList *ret, Err *err)
{
    AUTO_CLOSE int fd = -1;
    return dir_open(FILE_CWD, absolute(e, rel), &fd, err) == FILE_FOUND &&
           dir_list_fresh(e->arena, fd, ret, err);
}

/* ---- patterns ---- */

static bool has_meta(Str glob)
{
    for (isize i = 0; i < glob.len; i++) {
        char c = glob.ptr[i];
        if (c == '*' || c == '?' || c == '[' || c == '\\') {
            return true;
        }
    }
    return false;
}

/* fs.ValidPath, without ".": no element is empty, "." or "..". */
static bool is_valid(Str glob)
{
    StrCut cut = {.tail = glob, .found = true};
    while (cut.found) {
        cut = str_cut(cut.tail, '/');
        if (cut.head.len == 0 || str_eq(cut.head, S(".")) || str_eq(cut.head, S(".."))) {
            return false;
        }
    }
    return pattern_is_valid(glob);
}

/* The names in each of the directories that match an element. */
static Strs expand_element(Embed *e, const Strs *dirs, Str element)
{
    Strs found = {0};
    for (isize i = 0; i < dirs->len; i++) {
        DirList entries;
        Err ignored;
        if (!list(e, dirs->ptr[i], &entries, &ignored)) {
            continue;
        }
        for (isize k = 0; k < entries.len && found.len < EMBED_MAX_FILES; k++) {
            if (pattern_matches(element, entries.ptr[k].name)) {
                *VEC_PUSH(e->arena, &found) =
                    path_join(e->arena, dirs->ptr[i], entries.ptr[k].name);
            }
        }
    }
    return found;
}

static Strs expand(Embed *e, Str glob)
{
    Strs found = {0};
    if (!has_meta(glob)) {
        if (kind_of(e, glob) != FILE_KIND_NONE) {
            *VEC_PUSH(e->arena, &found) = glob;
        }
        return found;
    }
    /* Up to the last element without a meaning of its own, it is a path. */
    isize start = 0, slash;
    while ((slash = str_index_byte(str_from(glob, start), '/')) >= 0 &&
           !has_meta(str_to(glob, start + slash))) {
        start += slash + 1;
    }
    *VEC_PUSH(e->arena, &found) = str_to(glob, MAX(start - 1, 0));
    StrCut cut = {.tail = str_from(glob, start), .found = true};
    while (cut.found) {
        cut = str_cut(cut.tail, '/');
        found = expand_element(e, &found, cut.head);
    }
    return found;
}

/* ---- what may be embedded ---- */

static bool is_bad_name(Str name)
{
    static const Str repositories[] = {STR_CONST(".bzr"), STR_CONST(".hg"), STR_CONST(".git"),
                                       STR_CONST(".svn")};
    for (isize i = 0; i < COUNT_OF(repositories); i++) {
        if (str_eq(repositories[i], name)) {
            return true;
        }
    }
    Err ignored;
    return !archive_name_check(name, &ignored);
}

static bool refuse(Embed *e, Str what, Str rel, const char *why, Str detail)
{
    return fail(e, str_format(e->arena, "cannot embed %.*s %.*s: %s%.*s", STR_ARG(what),
                              STR_ARG(rel), why, STR_ARG(detail)));
}

/* The match itself and the directories on the way to it: none begins another module. */
static bool check_way(Embed *e, Str rel, FileKind kind)
{
    Str what = kind == FILE_KIND_DIR ? S("directory") : S("file");
    for (Str at = rel; at.len > 0; at = str_cut_last(at, '/').found ? path_dir(at) : S("")) {
        bool is_itself = at.len == rel.len;
        if (map_get(&e->checked, at) != NULL) {
            break;
        }
        if (!(is_itself && kind == FILE_KIND_REGULAR) && has_go_mod(e, at)) {
            return refuse(e, what, rel, "in different module", S(""));
        }
        if (!is_itself && kind_of(e, at) != FILE_KIND_DIR) {
            return refuse(e, what, rel, "in non-directory ", at);
        }
        if (!is_itself || kind == FILE_KIND_DIR) {
            map_put(&e->checked, at, NULL);
        }
        if (is_bad_name(path_base(at))) {
            return refuse(e, what, rel, is_itself ? "invalid name " : "in invalid directory ",
                          path_base(at));
        }
    }
    return true;
}

static void add(Embed *e, Str rel)
{
    *VEC_PUSH(e->arena, &e->files) = rel;
}

static bool is_hidden(Str name)
{
    return name.ptr[0] == '.' || name.ptr[0] == '_';
}

/* All files below a directory but those that a module would not have. */
static bool add_tree(Embed *e, Str rel, isize *count)
{
    DirList entries;
    Err err;
    if (!list(e, rel, &entries, &err)) {
        return fail(e, str_format(e->arena, "open %.*s: %s", STR_ARG(absolute(e, rel)), err.text));
    }
    for (isize i = 0; i < entries.len; i++) {
        const DirEntry *entry = &entries.ptr[i];
        Str path = path_join(e->arena, rel, entry->name);
        bool is_bad = is_bad_name(entry->name);
        bool is_refused = is_bad && e->go_minor >= FIRST_WITH_NAMES_CHECKED;
        if (is_refused && entry->kind != FILE_KIND_DIR && !is_hidden(entry->name)) {
            return refuse(e, S("file"), path, "invalid name ", entry->name);
        }
        if (is_bad || (is_hidden(entry->name) && !e->takes_hidden)) {
            continue;
        }
        if (entry->kind == FILE_KIND_DIR && !has_go_mod(e, path) && !add_tree(e, path, count)) {
            return false;
        }
        if (entry->kind == FILE_KIND_REGULAR) {
            add(e, path);
            ++*count;
        }
        if (e->files.len > EMBED_MAX_FILES) {
            return fail(e, S("too many files to embed"));
        }
    }
    return true;
}

static bool add_match(Embed *e, Str rel)
{
    FileKind kind = kind_of(e, rel);
    isize count = 0;
    if (!check_way(e, rel, kind)) {
        return false;
    }
    if (kind == FILE_KIND_REGULAR) {
        add(e, rel);
        return true;
    }
    if (kind != FILE_KIND_DIR) {
        return fail(e, str_concat(e->arena, S("cannot embed irregular file "), rel));
    }
    if (!add_tree(e, rel, &count)) {
        return false;
    }
    return count > 0 || refuse(e, S("directory"), rel, "contains no embeddable files", S(""));
}

static void sort_without_doubles(Strs *files)
{
    sort_strings(files->ptr, files->len);
    isize kept = 0;
    for (isize i = 0; i < files->len; i++) {
        if (kept == 0 || !str_eq(files->ptr[kept - 1], files->ptr[i])) {
            files->ptr[kept++] = files->ptr[i];
        }
    }
    files->len = kept;
}

static bool match_pattern(Embed *e, Str pattern)
{
    Str glob = pattern;
    e->files = (Strs){0};
    e->takes_hidden = str_eat_prefix(&glob, S("all:"));
    if (!is_valid(glob)) {
        return fail(e, S("invalid pattern syntax"));
    }
    Strs matches = expand(e, glob);
    for (isize i = 0; i < matches.len; i++) {
        if (!add_match(e, matches.ptr[i])) {
            return false;
        }
    }
    return matches.len > 0 || fail(e, S("no matching files found"));
}

bool embed_resolve(Arena *a, Str dir, isize go_minor, const Strs *patterns, EmbedMatches *ret,
                   Str *ret_pattern, Str *ret_words)
{
    EmbedMatches matches = {0};
    Embed e = {.arena = a, .dir = dir, .go_minor = go_minor, .checked = map_init(a)};
    for (isize i = 0; i < patterns->len; i++) {
        if (!match_pattern(&e, patterns->ptr[i])) {
            *ret_pattern = patterns->ptr[i];
            *ret_words = e.words;
            return false;
        }
        sort_without_doubles(&e.files);
        *VEC_PUSH(a, &matches) = (EmbedMatch){patterns->ptr[i], e.files};
    }
    *ret = matches;
    return true;
}

Strs embed_files(Arena *a, const EmbedMatches *matches)
{
    Strs files = {0};
    for (isize i = 0; i < matches->len; i++) {
        for (isize k = 0; k < matches->ptr[i].files.len; k++) {
            *VEC_PUSH(a, &files) = matches->ptr[i].files.ptr[k];
        }
    }
    sort_without_doubles(&files);
    return files;
}
