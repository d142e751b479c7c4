/* Only the head of a file is read, up to the end of its imports: comments, the package clause and
 * the imports need no parser for Go. What does not look like that ends the reading, and what was
 * seen until then counts, as it does for cmd/go when it lists packages. */
#include "doctor/cgo_files.h"

#include "base/path.h"
#include "doctor/cgo_constraint.h"
#include "go/env/workdir.h"
#include "go/mod/gomod.h"
#include "os/dir.h"

typedef struct {
    const Doctor *d;
    CgoTags with, without;
    CgoPackage *package;
    CgoFile *file;

    Str text; /* not yet read */
    isize line;
    Str doc; /* the comment group that was read last */
    isize doc_line;
    isize newlines; /* since its end */

    Str wanted; /* an import path that is searched; empty: none */
    bool is_imported;

    bool is_past_package;
    bool has_go_build;
    bool plus_with, plus_without; /* all "+build" lines so far hold */
} Scan;

static void take(Scan *s, isize n)
{
    for (isize i = 0; i < n; i++) {
        s->line += s->text.ptr[i] == '\n';
    }
    s->text = str_from(s->text, n);
}

static void read_constraint(Scan *s, Str comment)
{
    if (s->is_past_package || !str_eat_prefix(&comment, S("//"))) {
        return;
    }
    Str plus = str_trim(comment);
    if (str_eat_prefix(&comment, S("go:build ")) && !s->has_go_build) {
        s->has_go_build = true;
        s->file->builds_with &= cgo_constraint_holds(&s->with, comment);
        s->file->builds_without &= cgo_constraint_holds(&s->without, comment);
    } else if (str_eat_prefix(&plus, S("+build "))) {
        s->plus_with &= cgo_plus_build_holds(&s->with, plus);
        s->plus_without &= cgo_plus_build_holds(&s->without, plus);
    }
}

/* A comment; "//" lines without an empty line between them are one group. */
static void read_comment(Scan *s)
{
    bool is_block = str_starts_with(s->text, S("/*"));
    isize end = is_block ? str_index(str_from(s->text, 2), S("*/")) : str_index_byte(s->text, '\n');
    end = end < 0 ? s->text.len : is_block ? end + 4 : end;
    Str comment = str_to(s->text, end);
    read_constraint(s, comment);
    if (s->doc.len > 0 && s->newlines <= 1) {
        s->doc.len = comment.ptr + comment.len - s->doc.ptr;
    } else {
        s->doc = comment;
        s->doc_line = s->line;
    }
    s->newlines = 0;
    take(s, end);
}

/* White space and comments; false at the end. */
static bool skip_to_token(Scan *s)
{
    while (s->text.len > 0) {
        char byte = s->text.ptr[0];
        if (str_starts_with(s->text, S("//")) || str_starts_with(s->text, S("/*"))) {
            read_comment(s);
        } else if (byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n' || byte == ';') {
            s->newlines += byte == '\n';
            take(s, 1);
        } else {
            return true;
        }
    }
    return false;
}

static bool is_name_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_' || (byte & 0x80) != 0;
}

static Str read_name(Scan *s)
{
    isize n = 0;
    while (n < s->text.len && is_name_byte(s->text.ptr[n])) {
        n++;
    }
    Str name = str_to(s->text, n);
    take(s, n);
    return name;
}

/* ---- #cgo lines ---- */

static bool conditions_hold(const Scan *s, Str conditions)
{
    Str word;
    bool any = false;
    while (str_next_field(&conditions, &word)) {
        any = true;
        if (cgo_condition_holds(&s->with, word)) {
            return true;
        }
    }
    return !any;
}

static void read_cgo_line(Scan *s, Str line, isize number)
{
    Str head, words, verb = {0}, word, conditions;
    line = str_trim(line);
    str_eat_prefix(&line, S("//"));
    line = str_trim(line);
    if (!str_eat_prefix(&line, S("#cgo")) || line.len == 0 ||
        (line.ptr[0] != ' ' && line.ptr[0] != '\t')) {
        return;
    }
    StrCut cut = str_cut(line, ':');
    if (!cut.found) {
        return; /* "#cgo noescape f", or an error that cmd/go tells plainly */
    }
    head = str_trim(cut.head);
    words = head;
    while (str_next_field(&words, &word)) {
        verb = word;
    }
    conditions = str_to(head, head.len - verb.len);
    if (verb.len > 0 && conditions_hold(s, conditions)) {
        *VEC_PUSH(s->d->arena, &s->package->lines) =
            (CgoLine){s->file->path, number, verb, str_trim(cut.tail)};
    }
}

/* The comment right above import "C" is C, but for its #cgo lines. */
static void read_preamble(Scan *s, Str doc, isize line)
{
    Str text;
    while (str_next_line(&doc, &text)) {
        str_eat_prefix(&text, S("/*"));
        str_eat_suffix(&text, S("*/"));
        read_cgo_line(s, text, line++);
    }
}

/* ---- imports ---- */

typedef struct {
    Str text;
    isize line;
} Doc;

/* The comment that ends on the line above this token, or on its own. */
static Doc doc_here(const Scan *s)
{
    return s->doc.len > 0 && s->newlines <= 1 ? (Doc){s->doc, s->doc_line} : (Doc){0};
}

/* A path with its name before it; false for anything else. */
static bool read_import(Scan *s, Doc doc)
{
    read_name(s);
    str_eat_prefix(&s->text, S("."));
    if (!skip_to_token(s) || (s->text.ptr[0] != '"' && s->text.ptr[0] != '`')) {
        return false;
    }
    StrCut cut = str_cut(str_from(s->text, 1), s->text.ptr[0]);
    if (!cut.found) {
        return false;
    }
    s->is_imported |= s->wanted.len > 0 && str_eq(cut.head, s->wanted);
    if (str_eq(cut.head, S("C"))) {
        s->file->imports_c = true;
        s->file->import_line = s->line;
        if (s->file->builds_with && !s->file->is_test) {
            read_preamble(s, doc.text, doc.line);
        }
    }
    take(s, cut.head.len + 2);
    s->doc = (Str){0};
    return true;
}

/* In a group each import has a comment of its own. */
static bool read_import_group(Scan *s)
{
    s->doc = (Str){0};
    while (skip_to_token(s)) {
        if (s->text.ptr[0] == ')') {
            take(s, 1);
            return true;
        }
        if (!read_import(s, doc_here(s))) {
            return false;
        }
    }
    return false;
}

/* "+build" lines count where there is no "//go:build". */
static void end_constraints(Scan *s)
{
    s->is_past_package = true;
    if (!s->has_go_build) {
        s->file->builds_with &= s->plus_with;
        s->file->builds_without &= s->plus_without;
    }
}

static void scan_text(Scan *s)
{
    while (skip_to_token(s)) {
        Doc doc = doc_here(s);
        Str word = read_name(s);
        if (str_eq(word, S("package")) && !s->is_past_package) {
            end_constraints(s);
            if (!skip_to_token(s) || read_name(s).len == 0) {
                return;
            }
            s->doc = (Str){0};
            continue;
        }
        if (!str_eq(word, S("import")) || !skip_to_token(s)) {
            return;
        }
        s->newlines = 0;
        bool is_group = s->text.ptr[0] == '(';
        take(s, is_group);
        if (is_group ? !read_import_group(s) : !read_import(s, doc)) {
            return;
        }
    }
}

/* ---- the directory ---- */

/* The first CGO_MAX_HEADER bytes of a regular file. */
static bool read_header(Arena *a, int dirfd, Str name, Str *ret)
{
    AUTO_CLOSE int fd = -1;
    FileStat st;
    Err ignored;
    if (file_open(dirfd, name, &fd, &ignored) != FILE_FOUND || !file_fstat(fd, &st, &ignored) ||
        st.kind != FILE_KIND_REGULAR) {
        return false;
    }
    isize cap = (isize)MIN(st.size, (int64_t)CGO_MAX_HEADER), n = 0;
    char *buf = ARENA_ARRAY(a, char, cap + 1);
    if (!file_read(fd, buf, cap, &n, &ignored)) {
        return false;
    }
    *ret = (Str){buf, n};
    return true;
}

/* Whether the file imports the wanted path. */
static bool read_file(const Doctor *d, int dirfd, Str name, CgoPackage *package, Str wanted)
{
    Str text;
    if (!read_header(d->arena, dirfd, name, &text)) {
        return false;
    }
    Scan s = {.d = d,
              .with = cgo_tags(d, true),
              .without = cgo_tags(d, false),
              .package = package,
              .wanted = wanted,
              .text = text,
              .line = 1,
              .plus_with = true,
              .plus_without = true};
    bool is_for_target = cgo_name_matches(&s.with, name);
    s.file = VEC_PUSH(d->arena, &package->files);
    *s.file = (CgoFile){.path = path_join(d->arena, package->dir, name),
                        .is_test = str_ends_with(name, S("_test.go")),
                        .builds_with = is_for_target,
                        .builds_without = is_for_target};
    str_eat_prefix(&s.text, S("\xef\xbb\xbf"));
    scan_text(&s);
    return s.is_imported;
}

static bool is_cxx(Str name)
{
    return str_ends_with(name, S(".cc")) || str_ends_with(name, S(".cpp")) ||
           str_ends_with(name, S(".cxx"));
}

/* cmd/go passes over files and directories whose names begin so. */
static bool is_hidden(Str name)
{
    return str_starts_with(name, S(".")) || str_starts_with(name, S("_"));
}

static bool is_go_file(const DirEntry *entry)
{
    return entry->kind != FILE_KIND_DIR && !is_hidden(entry->name) &&
           str_ends_with(entry->name, S(".go"));
}

bool cgo_read_package(const Doctor *d, Str dir, CgoPackage *ret, Err *err)
{
    AUTO_CLOSE int fd = -1;
    DirList list;
    CgoPackage package = {.dir = dir};
    switch (dir_open(FILE_CWD, dir, &fd, err)) {
    case FILE_FAILED:
        return false;
    case FILE_ABSENT:
        *ret = package;
        return true;
    case FILE_FOUND:
        break;
    }
    if (!dir_list(d->arena, fd, &list, err)) {
        return false;
    }
    for (isize i = 0; i < list.len && package.files.len < CGO_MAX_FILES; i++) {
        Str name = list.ptr[i].name;
        package.has_cxx |= is_cxx(name);
        if (is_go_file(&list.ptr[i])) {
            read_file(d, fd, name, &package, (Str){0});
        }
    }
    *ret = package;
    return true;
}

/* ---- the module ---- */

/* What a walk does in a directory; true: it is over. */
typedef struct Walk Walk;
typedef bool (*WalkVisit)(Walk *w, int dirfd, Str dir, const DirList *list);

struct Walk {
    Doctor *d;
    WalkVisit visit;
    isize n_dirs;
    CgoPackages *packages; /* that are found */
    Str wanted, importer;  /* the path that is searched, and the file that was found */
};

/* As the pattern ./... of cmd/go (modload, walkPkgs). True: it is over. */
static bool walk_dir(Walk *w, Str dir, int depth)
{
    AUTO_CLOSE int fd = -1;
    DirList list;
    FileStat st;
    Err ignored;
    if (w->n_dirs++ >= CGO_MAX_DIRS || dir_open(FILE_CWD, dir, &fd, &ignored) != FILE_FOUND ||
        (depth > 0 && file_stat(fd, S("go.mod"), &st, &ignored) == FILE_FOUND) ||
        !dir_list(w->d->arena, fd, &list, &ignored)) {
        return false; /* unreadable, or another module */
    }
    if (w->visit(w, fd, dir, &list)) {
        return true;
    }
    for (isize i = 0; i < list.len && depth < CGO_MAX_DEPTH; i++) {
        Str name = list.ptr[i].name;
        bool is_left_out =
            is_hidden(name) || str_eq(name, S("testdata")) || str_eq(name, S("vendor"));
        if (list.ptr[i].kind == FILE_KIND_DIR && !is_left_out &&
            walk_dir(w, path_join(w->d->arena, dir, name), depth + 1)) {
            return true;
        }
    }
    return false;
}

static bool mentions_c(Walk *w, int dirfd, Str name)
{
    Str text;
    Arena scratch = *w->d->arena;
    return read_header(&scratch, dirfd, name, &text) &&
           (str_contains(text, S("\"C\"")) || str_contains(text, S("`C`")));
}

static bool imports_c(const CgoPackage *package)
{
    for (isize i = 0; i < package->files.len; i++) {
        if (package->files.ptr[i].imports_c) {
            return true;
        }
    }
    return false;
}

static bool collect_package(Walk *w, int dirfd, Str dir, const DirList *list)
{
    CgoPackage package;
    Err ignored;
    bool is_own = str_eq(dir, w->d->in->dir);
    for (isize i = 0; i < list->len && !is_own; i++) {
        if (is_go_file(&list->ptr[i]) && mentions_c(w, dirfd, list->ptr[i].name)) {
            if (cgo_read_package(w->d, dir, &package, &ignored) && imports_c(&package)) {
                *VEC_PUSH(w->d->arena, w->packages) = package;
            }
            break;
        }
    }
    return false;
}

static bool find_root(const Doctor *d, Str *ret_root, Str *ret_file)
{
    bool ok = gomod_find(d->arena, d->in->dir, workdir_temp(d->in->env->environ), ret_file);
    *ret_root = ok ? path_dir(*ret_file) : d->in->dir;
    return ok;
}

bool cgo_module_packages(Doctor *d, const CgoPackages **ret, Err *err)
{
    if (d->cgo_packages == NULL) {
        Str root, file;
        CgoPackages *packages = ARENA_NEW(d->arena, CgoPackages);
        if (!cgo_read_package(d, d->in->dir, VEC_PUSH(d->arena, packages), err)) {
            return false;
        }
        if (find_root(d, &root, &file)) {
            Walk w = {.d = d, .visit = collect_package, .packages = packages};
            walk_dir(&w, root, 0);
        }
        d->cgo_packages = packages;
    }
    *ret = d->cgo_packages;
    return true;
}

static bool search_import(Walk *w, int dirfd, Str dir, const DirList *list)
{
    Doctor reader = *w->d;
    for (isize i = 0; i < list->len; i++) {
        Arena scratch = *w->d->arena;
        CgoPackage package = {.dir = dir};
        reader.arena = &scratch;
        if (is_go_file(&list->ptr[i]) && !str_ends_with(list->ptr[i].name, S("_test.go")) &&
            read_file(&reader, dirfd, list->ptr[i].name, &package, w->wanted) &&
            package.files.ptr[0].builds_without && !package.files.ptr[0].imports_c) {
            w->importer = path_join(w->d->arena, dir, list->ptr[i].name);
            return true;
        }
    }
    return false;
}

Str cgo_importer_of(Doctor *d, Str dir)
{
    Str root, file, text;
    Err ignored;
    GoMod module;
    if (!find_root(d, &root, &file) || !path_is_within(dir, root) ||
        file_read_all(d->arena, FILE_CWD, file, GOMOD_MAX_FILE, &text, &ignored) != FILE_FOUND ||
        !gomod_parse(d->arena, file, text, GOMOD_LAX, &module, &ignored)) {
        return (Str){0};
    }
    Str path = str_concat(d->arena, module.module.path, str_from(dir, root.len));
    Walk w = {.d = d, .visit = search_import, .wanted = path};
    walk_dir(&w, root, 0);
    return w.importer;
}
