/*
 * The entries of a directory in the order of their names, as go/build goes through them: which file
 * gives the package its name, its description and its first error depends on that order.
 */
#include "go/load/buildpkg.h"

#include "base/path.h"
#include "base/sort.h"
#include "go/load/buildfile.h"
#include "go/load/commenttext.h"
#include "go/load/gostring.h"
#include "go/load/headshelf.h"
#include "go/load/importpath.h"
#include "go/mod/quote.h"

/* On the stack: enough for nearly every directory, and file. */
#define OWN_MEMORY (64 * KIB)
#define FILE_MEMORY (24 * KIB)

static const Str list_names[] = {
#define BUILD_LIST(name, text) STR_CONST(text),
#include "go/load/buildlist.def"
#undef BUILD_LIST
};

Str buildpkg_list_name(BuildList list)
{
    return list_names[list];
}

typedef struct {
    BuildReader reader;
    BuildPackage *p;
    Str first_file; /* that gave the package its name */
    Strs assembly;  /* ".S" and ".sx": for the C compiler, where there is one */
} Builder;

static void list_file(Builder *b, BuildFile *file, BuildList list)
{
    file->list = list;
    *VEC_PUSH(b->reader.arena, &b->p->lists[list]) = file->name;
}

/* ---- errors ---- */

static void blame(Builder *b, BuildFile *file, BuildFault fault, Str words)
{
    Strs *invalid = &b->p->lists[LIST_INVALID_GO];
    if (b->p->fault == BUILDPKG_FINE) {
        b->p->fault = fault;
        b->p->message = words;
        b->p->fault_file = file->name;
    }
    if (invalid->len == 0 || !str_eq(invalid->ptr[invalid->len - 1], file->name)) {
        *VEC_PUSH(b->reader.arena, invalid) = file->name;
    }
    if (file->reason == BUILD_REASON_NONE) {
        file->reason = BUILD_FAULTY;
        file->text = words;
    }
}

static HeadPos copy_pos(Builder *b, HeadPos pos, Str path)
{
    pos.file = str_eq(pos.file, path) ? path : str_copy(b->reader.arena, pos.file);
    return pos;
}

/* "file:3:1: words", and how many more there are. */
static Str fault_words(Arena *a, const FileHead *head)
{
    const HeadFault *first = &head->faults.ptr[0];
    Position at = {first->pos.file, first->pos.line, first->pos.column};
    Str words =
        str_format(a, "%.*s: %.*s", STR_ARG(position_format(a, at)), STR_ARG(first->message));
    if (head->faults.len > 1) {
        words = str_format(a, "%.*s (and %td more errors)", STR_ARG(words), head->faults.len - 1);
    }
    return words;
}

static void blame_head(Builder *b, BuildFile *file, const BuildMatch *m)
{
    Arena *a = b->reader.arena;
    bool is_first = b->p->fault == BUILDPKG_FINE;
    blame(b, file, m->head.is_bad_path ? BUILDPKG_OTHER : BUILDPKG_SYNTAX,
          fault_words(a, &m->head));
    if (!is_first || m->head.is_bad_path) {
        return;
    }
    b->p->faults.len = m->head.faults.len;
    b->p->faults.ptr = ARENA_ARRAY(a, HeadFault, m->head.faults.len);
    for (isize i = 0; i < m->head.faults.len; i++) {
        HeadFault fault = m->head.faults.ptr[i];
        fault.message = str_copy(a, fault.message);
        fault.pos = copy_pos(b, fault.pos, m->path);
        b->p->faults.ptr[i] = fault;
    }
}

/* ---- what a Go file adds ---- */

/* The package that the file belongs to; *ret_is_xtest: it is a test from outside. */
static void take_name(Builder *b, BuildFile *file, const BuildMatch *m, bool is_test,
                      bool *ret_is_xtest)
{
    BuildPackage *p = b->p;
    Arena *a = b->reader.arena;
    Str name = m->head.package;
    *ret_is_xtest = is_test && str_ends_with(name, S("_test")) && !str_eq(p->name, name);
    if (*ret_is_xtest) {
        str_eat_suffix(&name, S("_test"));
    }
    if (p->name.len == 0) {
        p->name = str_copy(a, name);
        b->first_file = file->name;
    } else if (!str_eq(p->name, name)) {
        blame(b, file, BUILDPKG_MULTIPLE,
              str_format(a, "found packages %.*s (%.*s) and %.*s (%.*s) in %.*s", STR_ARG(p->name),
                         STR_ARG(b->first_file), STR_ARG(name), STR_ARG(file->name),
                         STR_ARG(p->dir)));
    }
}

static void take_doc(Builder *b, Arena *scratch, const BuildMatch *m)
{
    if (m->head.doc.len > 0 && b->p->doc.len == 0) {
        Str text = commenttext_of(scratch, m->head.doc);
        b->p->doc = str_copy(b->reader.arena, commenttext_synopsis(scratch, text));
    }
}

/* Whether the file imports "C"; its #cgo lines count even where cgo is off. */
static bool take_cgo(Builder *b, Arena *scratch, BuildFile *file, const BuildMatch *m, bool is_test)
{
    Arena *a = b->reader.arena;
    bool is_cgo = false;
    for (isize i = 0; i < m->head.imports.len; i++) {
        const HeadImport *import = &m->head.imports.ptr[i];
        Str words;
        if (!str_eq(import->path, S("C"))) {
            continue;
        }
        if (is_test) {
            blame(b, file, BUILDPKG_OTHER,
                  str_format(a, "use of cgo in test %.*s not supported", STR_ARG(m->path)));
            continue;
        }
        is_cgo = true;
        if (import->doc.len > 0 &&
            !cgolines_read(a, b->reader.target, b->p->dir, commenttext_of(scratch, import->doc),
                           &b->p->cgo, &b->p->cgo_tags, &words)) {
            blame(b, file, BUILDPKG_OTHER,
                  str_format(a, "%.*s: %.*s", STR_ARG(m->path), STR_ARG(words)));
        }
    }
    return is_cgo;
}

/* What is on a shelf stays there; else a head goes when its file was looked at. */
static Str keep_text(const Builder *b, Arena *a, Str text)
{
    return b->reader.shelf != NULL ? text : str_copy(a, text);
}

/* On memory that goes with the reader: keep_uses copies what stays, once its size is known. */
static void add_use(Builder *b, BuildUses *uses, Str text, HeadPos pos, Str path)
{
    *VEC_PUSH(&b->reader.own, uses) =
        (BuildUse){keep_text(b, &b->reader.own, text), copy_pos(b, pos, path)};
}

/* In an array of their size; those that stand one behind the other share one text. */
static void keep_uses(const Builder *b, BuildUses *uses)
{
    Arena *a = b->reader.arena;
    BuildUse *kept =
        arena_copy(a, uses->ptr, uses->len * (isize)sizeof(BuildUse), _Alignof(BuildUse));
    for (isize i = 0; i < uses->len; i++) {
        kept[i].text = i > 0 && str_eq(kept[i].text, kept[i - 1].text)
                           ? kept[i - 1].text
                           : keep_text(b, a, kept[i].text);
    }
    *uses = (BuildUses){kept, uses->len, uses->len};
}

static void take_uses(Builder *b, const BuildMatch *m, BuildPart part)
{
    const FileHead *head = &m->head;
    for (isize i = 0; i < head->imports.len; i++) {
        add_use(b, &b->p->imports[part], head->imports.ptr[i].path, head->imports.ptr[i].pos,
                m->path);
    }
    for (isize i = 0; i < head->embeds.len; i++) {
        add_use(b, &b->p->embed_patterns[part], head->embeds.ptr[i].text, head->embeds.ptr[i].pos,
                m->path);
    }
    for (isize i = 0; i < head->directives.len; i++) {
        add_use(b, &b->p->directives[part], head->directives.ptr[i].text,
                head->directives.ptr[i].pos, m->path);
    }
}

/* Where a file goes that is for this target. */
typedef struct {
    BuildList list;
    BuildPart part;
    BuildReason reason;
} Destination;

static Destination destination_of(const Builder *b, bool is_cgo, bool is_test, bool is_xtest)
{
    if (is_cgo) {
        return b->reader.target->has_cgo
                   ? (Destination){LIST_CGO, BUILD_FILES, BUILD_BUILT}
                   : (Destination){LIST_IGNORED_GO, BUILD_PART_COUNT, BUILD_NO_CGO};
    }
    if (is_xtest) {
        return (Destination){LIST_XTEST_GO, BUILD_XTEST_FILES, BUILD_XTEST};
    }
    return is_test ? (Destination){LIST_TEST_GO, BUILD_TEST_FILES, BUILD_TEST}
                   : (Destination){LIST_GO, BUILD_FILES, BUILD_BUILT};
}

/* Import paths that no module has: cgo's, and those of App Engine before there were modules. */
static bool is_magic(Str path)
{
    return str_eq(path, S("C")) || importpath_has_prefix(path, S("appengine")) ||
           importpath_has_prefix(path, S("appengine_internal"));
}

/* Of a target that takes any file: which package it is of does not matter (imports.ScanDir). */
static void add_imports(Builder *b, BuildFile *file, const BuildMatch *m)
{
    bool is_test = str_ends_with(file->name, S("_test.go"));
    BuildPart part = is_test ? BUILD_TEST_FILES : BUILD_FILES;
    file->reason = is_test ? BUILD_TEST : BUILD_BUILT;
    list_file(b, file, is_test ? LIST_TEST_GO : LIST_GO);
    for (isize i = 0; i < m->head.imports.len; i++) {
        const HeadImport *import = &m->head.imports.ptr[i];
        if (!is_magic(import->path)) {
            add_use(b, &b->p->imports[part], import->path, import->pos, m->path);
        }
    }
}

static void add_go_file(Builder *b, Arena *scratch, BuildFile *file, const BuildMatch *m)
{
    if (m->head.faults.len > 0) {
        blame_head(b, file, m);
    }
    if (str_eq(m->head.package, S("documentation"))) {
        file->reason = BUILD_DOCUMENTATION;
        list_file(b, file, LIST_IGNORED_GO);
        return;
    }
    bool is_test = str_ends_with(file->name, S("_test.go")), is_xtest;
    take_name(b, file, m, is_test, &is_xtest);
    if (!is_test) {
        take_doc(b, scratch, m);
    }
    bool is_cgo = take_cgo(b, scratch, file, m, is_test);
    if (is_cgo) {
        buildfile_note_tag(&b->reader, S("cgo"));
    }
    Destination to = destination_of(b, is_cgo, is_test, is_xtest);
    list_file(b, file, to.list);
    if (to.part != BUILD_PART_COUNT) {
        take_uses(b, m, to.part);
    }
    if (file->reason == BUILD_REASON_NONE) {
        file->reason = to.reason;
    }
    b->p->is_binary_only = b->p->is_binary_only || (m->is_binary_only && !is_test);
}

/* ---- the directory ---- */

/* A file that is no Go file, and for this target. */
static void add_other_file(Builder *b, BuildFile *file, Str ext)
{
    if (str_eq(ext, S(".S")) || str_eq(ext, S(".sx"))) {
        *VEC_PUSH(b->reader.arena, &b->assembly) = file->name;
        return;
    }
    file->reason = BUILD_BUILT;
    list_file(b, file, buildfile_list_of(ext));
}

static void add_file(Builder *b, Arena *scratch, FileKind kind, BuildFile *file)
{
    Str ext = buildfile_ext(file->name);
    bool is_go = str_eq(ext, S(".go"));
    BuildMatch m = buildfile_match(&b->reader, scratch, kind, file);
    if (m.outcome == BUILDFILE_FAILED && is_go) {
        blame(b, file, BUILDPKG_OTHER, m.words);
        file->list = LIST_INVALID_GO;
    } else if (m.outcome == BUILDFILE_IN && is_go && b->reader.target->takes_any) {
        add_imports(b, file, &m);
    } else if (m.outcome == BUILDFILE_IN && is_go) {
        add_go_file(b, scratch, file, &m);
    } else if (m.outcome == BUILDFILE_IN) {
        add_other_file(b, file, ext);
    } else if (file->reason != BUILD_NAME_HIDDEN && file->reason != BUILD_KIND_UNKNOWN) {
        list_file(b, file, is_go ? LIST_IGNORED_GO : LIST_IGNORED_OTHER);
    }
}

static void add_entry(Builder *b, Str name, FileKind kind)
{
    BuildFile file = {.name = name, .list = LIST_COUNT};
    if (kind == FILE_KIND_DIR) {
        file.reason = BUILD_IRREGULAR;
    } else {
        char memory[FILE_MEMORY];
        Arena scratch = arena_over(memory, FILE_MEMORY);
        add_file(b, &scratch, kind, &file);
        arena_done(&scratch);
    }
    *VEC_PUSH(&b->reader.own, &b->p->files) = file;
}

static void add_entries(Builder *b, const DirList *entries)
{
    for (isize i = 0; i < entries->len; i++) {
        const DirEntry *entry = &entries->ptr[i];
        if (entry->kind != FILE_KIND_DIR) {
            add_entry(b, entry->name, headshelf_kind_of(b->reader.dir_fd, entry));
        }
    }
}

static void add_shelf(Builder *b, HeadShelf *shelf)
{
    b->reader.shelf = shelf;
    for (isize i = 0; i < shelf->n_files; i++) {
        b->reader.at = i;
        add_entry(b, shelf->files[i].name, shelf->files[i].kind);
    }
}

static void add_named(Builder *b, const Str *names, isize n)
{
    for (isize i = 0; i < n; i++) {
        const DirEntry entry = {names[i], FILE_KIND_SYMLINK};
        add_entry(b, names[i], headshelf_kind_of(b->reader.dir_fd, &entry));
    }
}

static void keep_files(Arena *a, BuildFiles *files)
{
    files->ptr =
        arena_copy(a, files->ptr, files->len * (isize)sizeof(BuildFile), _Alignof(BuildFile));
    files->cap = files->len;
}

/* Assembly for the C compiler counts where a file imports "C". */
static void add_assembly(Builder *b)
{
    bool is_in = b->p->lists[LIST_CGO].len > 0;
    BuildList list = is_in ? LIST_S : LIST_IGNORED_OTHER;
    for (isize i = 0; i < b->assembly.len; i++) {
        *VEC_PUSH(b->reader.arena, &b->p->lists[list]) = b->assembly.ptr[i];
    }
    sort_strings(b->p->lists[list].ptr, b->p->lists[list].len);
    for (isize i = 0; i < b->p->files.len && b->assembly.len > 0; i++) {
        BuildFile *file = &b->p->files.ptr[i];
        if (file->reason == BUILD_REASON_NONE) {
            file->reason = is_in ? BUILD_BUILT : BUILD_NEEDS_CGO;
            file->list = list;
        }
    }
}

static int compare_uses(const void *x, const void *y)
{
    return str_compare(((const BuildUse *)x)->text, ((const BuildUse *)y)->text);
}

/* Of uses that are sorted. */
static Strs texts_of(Arena *a, const BuildUses *uses)
{
    Strs list = {.ptr = ARENA_ARRAY(a, Str, uses->len)};
    for (isize i = 0; i < uses->len; i++) {
        if (i == 0 || !str_eq(uses->ptr[i].text, uses->ptr[i - 1].text)) {
            list.ptr[list.len++] = uses->ptr[i].text;
        }
    }
    list.cap = list.len;
    return list;
}

static Strs sources_of(Arena *a, const BuildPackage *p)
{
    static const BuildList kinds[] = {LIST_GO, LIST_CGO};
    isize n = p->lists[LIST_GO].len + p->lists[LIST_CGO].len;
    Strs paths = {.ptr = ARENA_ARRAY(a, Str, n), .cap = n};
    for (isize k = 0; k < COUNT_OF(kinds); k++) {
        const Strs *names = &p->lists[kinds[k]];
        for (isize i = 0; i < names->len; i++) {
            paths.ptr[paths.len++] = path_join(a, p->dir, names->ptr[i]);
        }
    }
    return paths;
}

static void finish(Builder *b)
{
    BuildPackage *p = b->p;
    add_assembly(b);
    keep_files(b->reader.arena, &p->files);
    for (int part = 0; part < BUILD_PART_COUNT; part++) {
        sort_array(p->imports[part].ptr, p->imports[part].len, (isize)sizeof(BuildUse),
                   compare_uses);
        sort_array(p->embed_patterns[part].ptr, p->embed_patterns[part].len,
                   (isize)sizeof(BuildUse), compare_uses);
        keep_uses(b, &p->imports[part]);
        keep_uses(b, &p->embed_patterns[part]);
        keep_uses(b, &p->directives[part]);
        p->import_texts[part] = texts_of(b->reader.arena, &p->imports[part]);
        p->embed_texts[part] = texts_of(b->reader.arena, &p->embed_patterns[part]);
    }
    p->sources = sources_of(b->reader.arena, p);
    for (isize i = 0; i < b->reader.tags.cap; i++) {
        if (b->reader.tags.slots[i].key.ptr != NULL) {
            *VEC_PUSH(b->reader.arena, &p->all_tags) = b->reader.tags.slots[i].key;
        }
    }
    sort_strings(p->all_tags.ptr, p->all_tags.len);
    if (p->fault == BUILDPKG_FINE && p->lists[LIST_GO].len + p->lists[LIST_CGO].len +
                                             p->lists[LIST_TEST_GO].len +
                                             p->lists[LIST_XTEST_GO].len ==
                                         0) {
        p->fault = BUILDPKG_NO_GO;
        p->message = str_concat(b->reader.arena, S("no buildable Go source files in "), p->dir);
    }
}

static bool open_package(Str dir, int *ret_fd, Err *err)
{
    switch (dir_open(FILE_CWD, dir, ret_fd, err)) {
    case FILE_FOUND:
        return true;
    case FILE_ABSENT:
        return FAIL(err, ERR_NOT_FOUND, "there is no directory '%.*s'", STR_ARG(dir));
    case FILE_FAILED:
        break;
    }
    return false;
}

/* memory has OWN_MEMORY bytes, and must live as long. */
static Builder builder_init(Arena *a, const Target *t, int dir_fd, char *memory, BuildPackage *p)
{
    return (Builder){.p = p,
                     .reader = {.arena = a,
                                .own = arena_over(memory, OWN_MEMORY),
                                .target = t,
                                .dir = p->dir,
                                .dir_fd = dir_fd,
                                .tags = map_init(a)}};
}

bool buildpkg_read(Arena *a, const Target *t, Str dir, BuildPackage *ret, Err *err)
{
    AUTO_CLOSE int dir_fd = -1;
    DirList entries;
    if (!open_package(dir, &dir_fd, err)) {
        return false;
    }
    if (!dir_list_fresh(a, dir_fd, &entries, err)) {
        return FAIL_IN(err, "listing '%.*s'", STR_ARG(dir));
    }
    *ret = (BuildPackage){.dir = dir};
    char memory[OWN_MEMORY];
    Builder b = builder_init(a, t, dir_fd, memory, ret);
    add_entries(&b, &entries);
    finish(&b);
    arena_done(&b.reader.own);
    return true;
}

void buildpkg_read_shelf(Arena *a, const Target *t, HeadShelf *shelf, BuildPackage *ret)
{
    *ret = (BuildPackage){.dir = shelf->dir};
    char memory[OWN_MEMORY];
    Builder b = builder_init(a, t, -1, memory, ret);
    add_shelf(&b, shelf);
    finish(&b);
    arena_done(&b.reader.own);
}

bool buildpkg_read_files(Arena *a, const Target *t, Str dir, const Str *names, isize n,
                         BuildPackage *ret, Err *err)
{
    AUTO_CLOSE int dir_fd = -1;
    if (!open_package(dir, &dir_fd, err)) {
        return false;
    }
    *ret = (BuildPackage){.dir = dir};
    char memory[OWN_MEMORY];
    Builder b = builder_init(a, t, dir_fd, memory, ret);
    b.reader.is_named = true;
    add_named(&b, names, n);
    finish(&b);
    arena_done(&b.reader.own);
    return true;
}
