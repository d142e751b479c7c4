/*
 * A level of directories at a time: those of a level are units of a pool, and what they contain is
 * the next. More threads than processors wait for a cold disk together.
 */
#include "doctor/sources.h"

#include "base/path.h"
#include "base/sort.h"
#include "doctor/cgo_constraint.h"
#include "go/env/workdir.h"
#include "go/load/strs.h"
#include "go/mod/gomod.h"
#include "go/mod/releases.h"
#include "go/mod/version.h"
#include "os/pool.h"

#define N_WORKERS 8          /* more than there are processors, for a disk that is cold */
#define FIRST_READ (4 * KIB) /* holds nearly every head */

/* What a thread of its own keeps. */
typedef struct {
    Arena arena, scratch; /* of what it found, and of the directory that it reads */
    Strs below;           /* directories of the next level */
    Strs cgo_dirs;
    SourceImports newer, importers;
} Worker;

typedef struct {
    CgoTags with, without;
    Str lang;         /* of the Go in use, "1.26"; empty: nothing is newer */
    Str wanted;       /* an import path that is searched; empty: none */
    const Str *level; /* the directories that are read now */
    bool is_root;
    Worker workers[N_WORKERS];
} Walk;

bool sources_is_go_file(const DirEntry *entry)
{
    return entry->kind != FILE_KIND_DIR && str_ends_with(entry->name, S(".go")) &&
           !str_starts_with(entry->name, S(".")) && !str_starts_with(entry->name, S("_"));
}

/* ---- a file ---- */

bool sources_read_head(Arena *a, int fd, FileHead *ret)
{
    isize cap = FIRST_READ, len = 0, n;
    char *buf = ARENA_ARRAY(a, char, cap);
    Err ignored;
    while (file_read_some(fd, buf + len, cap - len, &n, &ignored)) {
        len += n;
        bool is_whole = n == 0 || len == SOURCES_MAX_HEAD;
        FileHeadOutcome outcome = filehead_read(a, S(""), (Str){buf, len}, is_whole, ret);
        if (outcome != FILEHEAD_MORE) {
            return outcome == FILEHEAD_READ;
        }
        if (len == cap) {
            buf = arena_grow(a, buf, cap, MIN(4 * cap, SOURCES_MAX_HEAD), 1);
            cap = MIN(4 * cap, SOURCES_MAX_HEAD);
        }
    }
    return false;
}

static bool open_file(int dirfd, const DirEntry *entry, int *ret_fd)
{
    FileStat st;
    Err ignored;
    return file_open(dirfd, entry->name, ret_fd, &ignored) == FILE_FOUND &&
           (entry->kind == FILE_KIND_REGULAR ||
            (file_fstat(*ret_fd, &st, &ignored) && st.kind == FILE_KIND_REGULAR));
}

/* What a file says of itself. */
typedef struct {
    bool imports_c;
    CgoVerdict verdict;
    SourceImport newer;  /* the first */
    SourceImport wanted; /* line 0: not imported */
} File;

static bool is_newer(const Walk *w, Str import)
{
    Str since = releases_of_package(import);
    return since.len > 0 && w->lang.len > 0 && goversion_compare(w->lang, since) < 0;
}

static File read_file(const Walk *w, Str name, const FileHead *head)
{
    File f = {.verdict = cgo_verdict_of(&w->with, &w->without, name, head->header)};
    for (isize i = 0; i < head->imports.len; i++) {
        const HeadImport *import = &head->imports.ptr[i];
        f.imports_c |= str_eq(import->path, S("C"));
        if (f.newer.line == 0 && is_newer(w, import->path)) {
            f.newer = (SourceImport){.line = import->pos.line, .path = import->path};
        }
        if (w->wanted.len > 0 && str_eq(import->path, w->wanted)) {
            f.wanted = (SourceImport){.line = import->pos.line, .path = import->path};
        }
    }
    return f;
}

static void keep(Arena *a, SourceImports *list, const SourceImport *import, Str dir, Str name)
{
    *VEC_PUSH(a, list) =
        (SourceImport){path_join(a, dir, name), import->line, str_copy(a, import->path)};
}

/* Whether the file imports "C". */
static bool take_file(const Walk *w, Worker *worker, Str dir, int dirfd, const DirEntry *entry)
{
    AUTO_CLOSE int fd = -1;
    Arena scratch = worker->scratch;
    FileHead head;
    if (!open_file(dirfd, entry, &fd) || !sources_read_head(&scratch, fd, &head)) {
        return false;
    }
    File f = read_file(w, entry->name, &head);
    if (f.newer.line > 0 && (f.verdict.builds_with || f.verdict.builds_without)) {
        keep(&worker->arena, &worker->newer, &f.newer, dir, entry->name);
    }
    if (f.wanted.line > 0 && f.verdict.builds_without && !f.imports_c &&
        !str_ends_with(entry->name, S("_test.go"))) {
        keep(&worker->arena, &worker->importers, &f.wanted, dir, entry->name);
    }
    return f.imports_c;
}

/* ---- a directory ---- */

static bool is_other_module(const DirList *list)
{
    for (isize i = 0; i < list->len; i++) {
        if (str_eq(list->ptr[i].name, S("go.mod")) && list->ptr[i].kind != FILE_KIND_DIR) {
            return true;
        }
    }
    return false;
}

/* cmd/go/internal/modload, walkPkgs. */
static bool is_walked(const DirEntry *entry)
{
    return entry->kind == FILE_KIND_DIR && !str_starts_with(entry->name, S(".")) &&
           !str_starts_with(entry->name, S("_")) && !str_eq(entry->name, S("testdata")) &&
           !str_eq(entry->name, S("vendor"));
}

/* What cannot be read is passed over. */
static bool take_dir(void *context, isize unit, isize worker_index, Err *err)
{
    Walk *w = context;
    Worker *worker = &w->workers[worker_index];
    Str dir = w->level[unit];
    AUTO_CLOSE int fd = -1;
    DirList list;
    isize n_files = 0;
    bool has_cgo = false;
    Arena kept = worker->scratch;
    if (dir_open(FILE_CWD, dir, &fd, err) != FILE_FOUND ||
        !dir_list_fresh(&worker->scratch, fd, &list, err) ||
        (!w->is_root && is_other_module(&list))) {
        worker->scratch = kept;
        return true;
    }
    for (isize i = 0; i < list.len; i++) {
        const DirEntry *entry = &list.ptr[i];
        if (sources_is_go_file(entry) && n_files++ < SOURCES_MAX_FILES) {
            has_cgo |= take_file(w, worker, dir, fd, entry);
        } else if (is_walked(entry)) {
            *VEC_PUSH(&worker->arena, &worker->below) = path_join(&worker->arena, dir, entry->name);
        }
    }
    if (has_cgo) {
        *VEC_PUSH(&worker->arena, &worker->cgo_dirs) = dir;
    }
    worker->scratch = kept;
    return true;
}

/* ---- the module ---- */

static int compare_strs(const void *x, const void *y)
{
    return str_compare(*(const Str *)x, *(const Str *)y);
}

static int compare_imports(const void *x, const void *y)
{
    return str_compare(((const SourceImport *)x)->file, ((const SourceImport *)y)->file);
}

/* The directories that were found below a level; empty when the walk is at its limits. */
static Strs next_level(Arena *a, Walk *w, isize n_dirs, int depth)
{
    Strs next = {0};
    for (isize i = 0; i < N_WORKERS; i++) {
        Worker *worker = &w->workers[i];
        for (isize at = 0; at < worker->below.len; at++) {
            if (depth < SOURCES_MAX_DEPTH && n_dirs + next.len < SOURCES_MAX_DIRS) {
                *VEC_PUSH(a, &next) = worker->below.ptr[at];
            }
        }
        worker->below.len = 0;
    }
    return next;
}

static void walk(Arena *a, Walk *w, Str root)
{
    Strs level = {0};
    isize n_dirs = 0;
    Err ignored; /* take_dir fails never */
    *VEC_PUSH(a, &level) = root;
    for (int depth = 0; level.len > 0; depth++) {
        w->level = level.ptr;
        w->is_root = depth == 0;
        pool_run(level.len, N_WORKERS, take_dir, w, &ignored);
        n_dirs += level.len;
        level = next_level(a, w, n_dirs, depth);
    }
}

static void copy_imports(Arena *a, SourceImports *to, const SourceImports *from)
{
    for (isize i = 0; i < from->len; i++) {
        const SourceImport *import = &from->ptr[i];
        *VEC_PUSH(a, to) =
            (SourceImport){str_copy(a, import->file), import->line, str_copy(a, import->path)};
    }
}

/* What the threads found, sorted, so that it does not show who found it. */
static void gather(Arena *a, const Walk *w, Sources *ret, SourceImports *ret_importers)
{
    for (isize i = 0; i < N_WORKERS; i++) {
        const Worker *worker = &w->workers[i];
        for (isize at = 0; at < worker->cgo_dirs.len; at++) {
            *VEC_PUSH(a, &ret->cgo_dirs) = str_copy(a, worker->cgo_dirs.ptr[at]);
        }
        copy_imports(a, &ret->newer, &worker->newer);
        copy_imports(a, ret_importers, &worker->importers);
    }
    sort_array(ret->cgo_dirs.ptr, ret->cgo_dirs.len, (isize)sizeof(Str), compare_strs);
    sort_array(ret->newer.ptr, ret->newer.len, (isize)sizeof(SourceImport), compare_imports);
    sort_array(ret_importers->ptr, ret_importers->len, (isize)sizeof(SourceImport),
               compare_imports);
}

static void read_module(Doctor *d, Str root, Str wanted, Sources *ret, SourceImports *ret_importers)
{
    Arena levels = arena_init(64 * KIB);
    Walk *w = ARENA_NEW(&levels, Walk);
    w->with = cgo_tags(d, true);
    w->without = cgo_tags(d, false);
    w->lang = goversion_lang(d->in->version);
    w->wanted = wanted;
    for (isize i = 0; i < N_WORKERS; i++) {
        w->workers[i].arena = arena_init(16 * KIB);
        w->workers[i].scratch = arena_init(64 * KIB);
    }
    walk(&levels, w, root);
    gather(d->arena, w, ret, ret_importers);
    for (isize i = 0; i < N_WORKERS; i++) {
        arena_done(&w->workers[i].arena);
        arena_done(&w->workers[i].scratch);
    }
    arena_done(&levels);
}

const Sources *doctor_sources(Doctor *d)
{
    if (d->sources == NULL) {
        Sources *sources = ARENA_NEW(d->arena, Sources);
        SourceImports none = {0};
        Str file;
        if (gomod_find(d->arena, d->in->dir, workdir_temp(d->in->env->environ), &file)) {
            read_module(d, path_dir(file), (Str){0}, sources, &none);
        }
        d->sources = sources;
    }
    return d->sources;
}

Str sources_importer_of(Doctor *d, Str dir)
{
    Str file, text;
    Err ignored;
    GoMod module;
    Sources unused = {0};
    SourceImports importers = {0};
    if (!gomod_find(d->arena, d->in->dir, workdir_temp(d->in->env->environ), &file) ||
        !path_is_within(dir, path_dir(file)) ||
        file_read_all(d->arena, FILE_CWD, file, GOMOD_MAX_FILE, &text, &ignored) != FILE_FOUND ||
        !gomod_parse(d->arena, file, text, GOMOD_LAX, &module, &ignored)) {
        return (Str){0};
    }
    Str root = path_dir(file);
    read_module(d, root, str_concat(d->arena, module.module.path, str_from(dir, root.len)), &unused,
                &importers);
    return importers.len > 0 ? importers.ptr[0].file : (Str){0};
}
