#include "doctor/cgo_files.h"

#include "base/path.h"
#include "doctor/cgo_constraint.h"
#include "doctor/sources.h"

typedef struct {
    const Doctor *d;
    const CgoTags *with, *without;
    CgoPackage *package;
} Scan;

/* ---- #cgo lines ---- */

static bool conditions_hold(const Scan *s, Str conditions)
{
    Str word;
    bool any = false;
    while (str_next_field(&conditions, &word)) {
        any = true;
        if (cgo_condition_holds(s->with, word)) {
            return true;
        }
    }
    return !any;
}

static void read_cgo_line(const Scan *s, Str file, Str line, isize number)
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
            (CgoLine){file, number, verb, str_trim(cut.tail)};
    }
}

/* The comment right above import "C" is C, but for its #cgo lines. */
static void read_preamble(const Scan *s, Str file, Str doc, isize line)
{
    Str text;
    while (str_next_line(&doc, &text)) {
        str_eat_prefix(&text, S("/*"));
        str_eat_suffix(&text, S("*/"));
        read_cgo_line(s, file, text, line++);
    }
}

/* ---- files ---- */

static isize line_of(Str text, const char *at)
{
    isize line = 1;
    for (const char *p = text.ptr; p < at; p++) {
        line += *p == '\n';
    }
    return line;
}

static void scan_head(const Scan *s, CgoFile *file, const FileHead *head)
{
    CgoVerdict verdict = cgo_verdict_of(s->with, s->without, path_base(file->path), head->header);
    for (isize i = 0; i < head->imports.len; i++) {
        const HeadImport *import = &head->imports.ptr[i];
        if (!str_eq(import->path, S("C"))) {
            continue;
        }
        file->imports_c = true;
        file->import_line = import->pos.line;
        if (verdict.builds_with && !file->is_test && import->doc.len > 0) {
            read_preamble(s, file->path, import->doc, line_of(head->header, import->doc.ptr));
        }
    }
    file->builds_with = verdict.builds_with;
    file->builds_without = verdict.builds_without;
}

static void read_file(const Scan *s, int dirfd, Str name)
{
    AUTO_CLOSE int fd = -1;
    FileStat st;
    FileHead head;
    Err ignored;
    if (file_open(dirfd, name, &fd, &ignored) == FILE_FOUND && file_fstat(fd, &st, &ignored) &&
        st.kind == FILE_KIND_REGULAR && sources_read_head(s->d->arena, fd, &head)) {
        CgoFile *file = VEC_PUSH(s->d->arena, &s->package->files);
        *file = (CgoFile){.path = path_join(s->d->arena, s->package->dir, name),
                          .is_test = str_ends_with(name, S("_test.go"))};
        scan_head(s, file, &head);
    }
}

static bool is_cxx(Str name)
{
    return str_ends_with(name, S(".cc")) || str_ends_with(name, S(".cpp")) ||
           str_ends_with(name, S(".cxx"));
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
    CgoTags with = cgo_tags(d, true), without = cgo_tags(d, false);
    Scan s = {.d = d, .with = &with, .without = &without, .package = &package};
    for (isize i = 0; i < list.len && package.files.len < SOURCES_MAX_FILES; i++) {
        package.has_cxx |= is_cxx(list.ptr[i].name);
        if (sources_is_go_file(&list.ptr[i])) {
            read_file(&s, fd, list.ptr[i].name);
        }
    }
    *ret = package;
    return true;
}

/* ---- the module ---- */

bool cgo_module_packages(Doctor *d, const CgoPackages **ret, Err *err)
{
    if (d->cgo_packages == NULL) {
        CgoPackages *packages = ARENA_NEW(d->arena, CgoPackages);
        if (!cgo_read_package(d, d->in->dir, VEC_PUSH(d->arena, packages), err)) {
            return false;
        }
        const Sources *sources = doctor_sources(d);
        for (isize i = 0; i < sources->cgo_dirs.len; i++) {
            Str dir = sources->cgo_dirs.ptr[i];
            if (!str_eq(dir, d->in->dir) &&
                !cgo_read_package(d, dir, VEC_PUSH(d->arena, packages), err)) {
                return false;
            }
        }
        d->cgo_packages = packages;
    }
    *ret = d->cgo_packages;
    return true;
}
