/* goward syntax: what is wrong with the syntax of Go files, all of it at once. Files are parsed by
 * several threads; what they find is told in the order of the files. */
#include "cmd/gofiles.h"
#include "cmd/packagedirs.h"
#include "cmd/table.h"
#include "go/load/constraint.h"
#include "go/syntax/langversion.h"
#include "go/syntax/parser.h"
#include "go/syntax/position.h"
#include "go/syntax/source.h"
#include "os/pool.h"
#include "report/excerpt.h"

#define MAX_ERRORS 1000 /* that are told of one file */

typedef struct {
    Position at;
    Str message;
    Excerpt excerpt; /* empty where there is nothing to show */
} Told;

typedef struct {
    Told *ptr;
    isize len;
    isize n_dropped; /* that were too many */
} FileErrors;

/* Of one thread. */
typedef struct {
    Arena kept;    /* what is told */
    Arena room_of; /* the room's alone */
    Arena scratch; /* of one file */
    ParserRoom room;
    NameCache *names;
} Worker;

typedef struct {
    const GoFileList *files;
    FileErrors *found; /* one for each */
    Worker *workers;
    NameTable *names;
} Run;

/* ---- one file ---- */

static void add_trouble(Arena *a, FileErrors *found, Str path, Str why)
{
    found->ptr = ARENA_NEW(a, Told);
    found->ptr[0] = (Told){.at = {.file = path}, .message = why};
    found->len = 1;
}

static Excerpt excerpt_at(Arena *a, const Positions *p, Str text, SourcePos pos)
{
    SourcePos begin = p->lines.starts[lines_at(&p->lines, pos).line - 1];
    Str line = str_cut(str_from(text, begin), '\n').head;
    str_eat_suffix(&line, S("\r"));
    if (str_trim(line).len == 0) {
        return (Excerpt){0};
    }
    return excerpt_of(a, line, MIN((isize)(pos - begin), line.len));
}

static void keep_errors(Arena *a, Arena *scratch, const Positions *p, Str text,
                        const DiagnosticList *errors, FileErrors *found)
{
    PlacedList placed = positions_place(scratch, p, errors);
    positions_thin(&placed);
    found->ptr = ARENA_ARRAY(a, Told, placed.len);
    found->len = placed.len;
    found->n_dropped = errors->n_dropped;
    for (isize i = 0; i < placed.len; i++) {
        Position at = placed.ptr[i].at;
        at.file = str_copy(a, at.file);
        found->ptr[i] = (Told){at, str_copy(a, placed.ptr[i].what.message),
                               excerpt_at(a, p, text, placed.ptr[i].what.pos)};
    }
}

/* N of the Go 1.N that the file's own build line asks for. */
static isize tag_of(Arena *a, const AstFile *tree)
{
    Str line = langversion_build_line(tree);
    const Constraint *constraint;
    Diagnostic wrong;
    return line.len > 0 && constraint_parse(a, line, &constraint, &wrong)
               ? constraint_go_minor(constraint)
               : LANGVERSION_NONE;
}

static void parse_text(Run *run, Worker *w, Arena *a, const GoFile *file, Str text,
                       FileErrors *found)
{
    DiagnosticList errors = {.arena = a, .max = MAX_ERRORS};
    ParserInput in = {.arena = a, .room = &w->room, .names = w->names, .is_brief = true};
    AstFile tree;
    bool is_go = parser_parse(&in, text, &tree, &errors);
    if (!is_go) {
        errors.len = 1; /* where Go is not even begun, the rest says nothing */
        errors.n_dropped = 0;
    } else if (errors.len == 0) {
        LangVersion v = langversion_of(file->module, tag_of(a, &tree));
        langversion_check(&tree, run->names, v, &errors);
    }
    if (errors.len > 0) {
        Positions p = positions_of(a, file->path, text, &tree.linedirs);
        keep_errors(&w->kept, a, &p, text, &errors, found);
    }
}

static bool check_file(void *context, isize unit, isize worker, Err *err)
{
    Run *run = context;
    Worker *w = &run->workers[worker];
    const GoFile *file = &run->files->ptr[unit];
    FileErrors *found = &run->found[unit];
    Arena scratch = w->scratch;
    Str text;
    if (file->wrong.len > 0) {
        add_trouble(&w->kept, found, file->path, file->wrong);
        return true;
    }
    switch (source_read(&scratch, FILE_CWD, file->path, &text, err)) {
    case FILE_FOUND:
        parse_text(run, w, &scratch, file, text, found);
        break;
    case FILE_ABSENT:
        add_trouble(&w->kept, found, file->path, S("went away"));
        break;
    case FILE_FAILED:
        add_trouble(&w->kept, found, file->path, err_format(&w->kept, err));
        break;
    }
    return true;
}

/* ---- what is told ---- */

static void tell_text(const Invocation *inv, const Run *run)
{
    for (isize i = 0; i < run->files->len; i++) {
        const FileErrors *found = &run->found[i];
        for (isize k = 0; k < found->len; k++) {
            Arena scratch = *inv->arena;
            const Told *told = &found->ptr[k];
            Str at = told->at.line > 0 ? position_format(&scratch, told->at) : told->at.file;
            report_line(inv->report, "%.*s: %.*s", STR_ARG(at), STR_ARG(told->message));
            if (told->excerpt.caret.len > 0) {
                report_line(inv->report, "    %.*s", STR_ARG(told->excerpt.line));
                report_line(inv->report, "    %.*s", STR_ARG(told->excerpt.caret));
            }
        }
        if (found->n_dropped > 0) {
            report_line(inv->report, "%.*s: and %td more", STR_ARG(run->files->ptr[i].path),
                        found->n_dropped);
        }
    }
}

static isize count_dropped(const Run *run)
{
    isize n = 0;
    for (isize i = 0; i < run->files->len; i++) {
        n += run->found[i].n_dropped;
    }
    return n;
}

/* null for what is not known. */
static void add_number(JsonWriter *w, Str key, isize n)
{
    if (n > 0) {
        json_key_number(w, key, n);
    } else {
        json_key_null(w, key);
    }
}

static void tell_json(const Invocation *inv, const Run *run)
{
    JsonWriter *w = report_json_begin(inv->report, S("syntax"), 1);
    json_key_number(w, S("files"), run->files->n_files);
    json_key_number(w, S("dropped"), count_dropped(run));
    json_key_array(w, S("diagnostics"));
    for (isize i = 0; i < run->files->len; i++) {
        const FileErrors *found = &run->found[i];
        for (isize k = 0; k < found->len; k++) {
            json_begin_object(w);
            json_key_str(w, S("file"), found->ptr[k].at.file);
            add_number(w, S("line"), found->ptr[k].at.line);
            add_number(w, S("column"), found->ptr[k].at.column);
            json_key_str(w, S("message"), found->ptr[k].message);
            json_end(w);
        }
    }
    json_end(w);
    report_json_end(inv->report);
}

/* A last line for people, and the exit status. */
static void sum_up(const Invocation *inv, const Run *run, int *ret_code)
{
    isize n_errors = count_dropped(run), n_wrong = 0;
    for (isize i = 0; i < run->files->len; i++) {
        n_errors += run->found[i].len;
        n_wrong += run->found[i].len > 0;
    }
    isize n = MAX(run->files->n_files, n_wrong); /* what is no file counts among them */
    if (n_errors == 0) {
        report_talk(inv->report, "%td file%s, no errors", n, n == 1 ? "" : "s");
        return;
    }
    *ret_code = EXIT_FINDINGS;
    report_talk(inv->report, "%td error%s in %td of %td file%s", n_errors, n_errors == 1 ? "" : "s",
                n_wrong, n, n == 1 ? "" : "s");
}

/* ---- the command ---- */

static void open_worker(Run *run, Worker *w)
{
    w->kept = arena_init(64 * KIB);
    w->room_of = arena_init(MIB);
    w->scratch = arena_init(MIB);
    w->room = (ParserRoom){.arena = &w->room_of};
    w->names = name_cache_new(&w->kept, run->names);
}

static void close_worker(Worker *w)
{
    arena_done(&w->scratch);
    arena_done(&w->room_of);
    arena_done(&w->kept);
}

/* When nothing that was named holds a Go file, there is nothing to work on. */
static bool is_nothing(const GoFileList *files)
{
    return files->n_files == 0 && files->len == 1 &&
           str_starts_with(files->ptr[0].wrong, S("no Go files"));
}

static bool run_syntax(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    GoFileList files;
    if (!packagedirs_expand(inv, c, err) || !gofiles_find(inv, &files, err)) {
        return false;
    }
    if (is_nothing(&files)) {
        return FAIL(err, ERR_NOT_FOUND, "%.*s: %.*s", STR_ARG(files.ptr[0].path),
                    STR_ARG(files.ptr[0].wrong));
    }
    isize n_workers = MIN(inv->jobs, files.len);
    Run run = {.files = &files,
               .found = ARENA_ARRAY(inv->arena, FileErrors, files.len),
               .workers = ARENA_ARRAY(inv->arena, Worker, n_workers),
               .names = names_new()};
    for (isize i = 0; i < n_workers; i++) {
        open_worker(&run, &run.workers[i]);
    }
    bool ok = pool_run_deep(files.len, n_workers, check_file, &run, err);
    if (ok && inv->wants_json) {
        tell_json(inv, &run);
    } else if (ok) {
        tell_text(inv, &run);
    }
    if (ok) {
        sum_up(inv, &run, ret_code);
    }
    for (isize i = 0; i < n_workers; i++) {
        close_worker(&run.workers[i]);
    }
    names_done(run.names);
    return ok;
}

bool cmd_syntax(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, run_syntax, ret_code, err);
}
