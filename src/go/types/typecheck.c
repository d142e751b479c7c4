/*
 * A unit is one unit of work of os/schedule.h: its files are read and parsed, and the package
 * is checked, by one thread, one behind the other. What lives on (types, objects, places,
 * errors) is on the arena of the thread; texts, trees and what the checker needs for itself are
 * on its scratch, which the next unit uses again.
 *
 * Files have their numbers before anything is checked, so places do not depend on who comes first.
 */
#include "go/types/typecheck.h"

#include "go/load/constraint.h"
#include "go/syntax/langversion.h"
#include "go/syntax/parser.h"
#include "go/syntax/source.h"
#include "go/types/compiler.h"
#include "go/types/diagnosis_add.h"
#include "go/types/recording.h"
#include "os/schedule.h"
#include "os/stack.h"

/* Where one part in so many is left of the stack, nothing is begun that nests as deep as the source
 * does; the rest is for what is asked of types. */
#define STACK_PARTS 4

/* What a file may ask for itself (initFiles of go/types), since Go 1.21: 1.21 and 1.22 took a lower
 * version than the module's only in modules of 1.21 and newer; since 1.23 none is below 1.21. */
#define OLDEST_OF_FILE 21
#define OLDEST_HOLDS_SINCE 23

/* Of one thread. */
typedef struct {
    Arena kept;    /* as long as the run */
    Arena room_of; /* the room's alone */
    Arena scratch; /* of one unit */
    ParserRoom room;
    NameCache *names;
} Worker;

struct Typecheck {
    const TypecheckOptions *options;
    Program program;
    bool has_program;
    Arena own;             /* of the universe, and of what all threads see */
    Positions *positions;  /* by file */
    uint32_t *first_files; /* by unit */
    TypePackage *packages; /* by unit */
    UnitResult *results;   /* by unit */
    Worker *workers;
    isize n_workers;
};

/* A unit while it is worked on. */
typedef struct {
    Typecheck *run;
    Worker *worker;
    const TypecheckUnit *unit;
    isize index;
    Arena *scratch;
    TypePackage *pkg;
    UnitResult *result;
    Directives *directives; /* by file of the package, while it has no error of the syntax */
} Work;

/* ---- files ---- */

static void add_trouble(Work *w, Str path, Str why)
{
    *VEC_PUSH(&w->worker->kept, &w->result->errors) =
        (Diagnosis){.main = {.at = {.file = path}, .message = why}};
    w->result->is_broken = true;
}

static bool read_text(Work *w, Str path, Str *ret)
{
    Err err;
    switch (source_read(w->scratch, FILE_CWD, path, ret, &err)) {
    case FILE_FOUND:
        return true;
    case FILE_ABSENT:
        add_trouble(w, path, S("no such file"));
        break;
    case FILE_FAILED:
        add_trouble(w, path, err_format(&w->worker->kept, &err));
        break;
    }
    return false;
}

static int asked_version(Arena *a, const AstFile *tree)
{
    Str line = langversion_build_line(tree);
    const Constraint *constraint;
    Diagnostic wrong;
    return line.len > 0 && constraint_parse(a, line, &constraint, &wrong)
               ? (int)constraint_go_minor(constraint)
               : LANGVERSION_NONE;
}

/* The tree of a file and where its places are; false when there is no package clause. */
static bool parse_file(Work *w, uint32_t file, Str path, Str text)
{
    Arena *kept = &w->worker->kept;
    TypeFile *f = &w->run->program.files[file];
    DiagnosticList errors = {.arena = kept, .max = TYPECHECK_MAX_ERRORS};
    ParserInput in = {.arena = w->scratch,
                      .room = &w->worker->room,
                      .names = w->worker->names,
                      .is_brief = !w->run->options->tells_all,
                      .is_compiler = !w->run->options->tells_all};
    bool is_go = parser_parse(&in, text, &f->ast, &errors);
    Positions *p = &w->run->positions[file];
    *p = positions_of(kept, path, text, &f->ast.linedirs);
    f->path = path;
    f->lines = p->lines;
    if (!is_go && !w->run->options->tells_all) {
        errors.len = MIN(errors.len, 1); /* where Go is not even begun, the rest says nothing */
    }
    diagnosis_add_syntax(kept, &w->result->errors, p, text, &errors);
    w->result->is_broken = w->result->is_broken || errors.len + errors.n_dropped > f->ast.n_mild;
    w->result->n_dropped += errors.n_dropped;
    w->result->n_files++;
    w->result->n_lines += p->lines.len;
    return is_go;
}

/* That a file is checked for; asked: by its own build line. */
static int version_of_file(const Work *w, int asked)
{
    int version = w->unit->version, newest = w->run->options->go_minor;
    if (asked == LANGVERSION_NONE || newest < OLDEST_OF_FILE) {
        return version;
    }
    if (newest >= OLDEST_HOLDS_SINCE) {
        return MAX(asked, OLDEST_OF_FILE);
    }
    bool may_be_lower = version >= OLDEST_OF_FILE && version != LANGVERSION_ANY;
    return may_be_lower ? asked : MAX(asked, version);
}

/* Whether what only the compiler refuses is told as well; the standard library has rules of its
 * own, and keeps them. */
static bool is_for_compiler(const Work *w)
{
    return !w->run->options->tells_all && !w->unit->is_standard;
}

/* What the compiler's parser says of directives. */
static void take_directives(Work *w, uint32_t file, Str text)
{
    Arena *kept = &w->worker->kept;
    Directives *list = &w->directives[w->pkg->n_files];
    DiagnosticList errors = {.arena = kept, .max = TYPECHECK_MAX_ERRORS};
    *list = directives_of(w->scratch, &w->run->program.files[file].ast);
    compiler_check_directives(w->run->options->arch, w->run->options->go_minor, list, &errors);
    diagnosis_add_syntax(kept, &w->result->errors, &w->run->positions[file], text, &errors);
}

static void read_files(Work *w)
{
    const TypecheckUnit *unit = w->unit;
    w->pkg->files = ARENA_ARRAY(&w->worker->kept, uint32_t, unit->n_files);
    w->directives = ARENA_ARRAY(w->scratch, Directives, unit->n_files);
    for (isize i = 0; i < unit->n_files; i++) {
        uint32_t file = w->run->first_files[w->index] + (uint32_t)i;
        TypeFile *f = &w->run->program.files[file];
        Str text;
        if (!read_text(w, unit->files[i], &text) || !parse_file(w, file, unit->files[i], text)) {
            continue;
        }
        int asked = asked_version(w->scratch, &f->ast);
        f->asked = asked;
        f->version = version_of_file(w, asked);
        if (is_for_compiler(w) && !w->result->is_broken) {
            take_directives(w, file, text);
        }
        w->pkg->files[w->pkg->n_files++] = file;
    }
}

/* ---- the package ---- */

/* What a package is called that cannot be had: the last element of its path. */
static Str name_of_path(Str path)
{
    str_eat_suffix(&path, S("/"));
    return str_from(path, str_last_index_byte(path, '/') + 1);
}

static TypePackage *fake_package(Work *w, Str path, Str trouble)
{
    TypePackage *fake = ARENA_NEW(&w->worker->kept, TypePackage);
    *fake = (TypePackage){.path = path,
                          .name = name_of_path(path),
                          .scope = scope_new(&w->worker->kept, w->run->program.universe),
                          .trouble = trouble,
                          .is_fake = true};
    return fake;
}

static void take_imports(Work *w)
{
    const TypecheckUnit *unit = w->unit;
    Arena *kept = &w->worker->kept;
    Str *paths = ARENA_ARRAY(kept, Str, unit->n_imports);
    w->pkg->imports = ARENA_ARRAY(kept, TypePackage *, unit->n_imports);
    w->pkg->import_paths = paths;
    w->pkg->n_imports = unit->n_imports;
    for (isize i = 0; i < unit->n_imports; i++) {
        const UnitImport *import = &unit->imports[i];
        paths[i] = import->path;
        w->pkg->imports[i] = import->unit >= 0 ? &w->run->packages[import->unit]
                                               : fake_package(w, import->path, import->trouble);
    }
}

/* What the compiler says of a package that is in order for the type checker. */
static void ask_compiler(Work *w, Checker *c)
{
    isize n = w->pkg->n_files;
    CompilerInput in = {.arch = w->run->options->arch,
                        .is_complete = w->unit->is_complete,
                        .directives = w->directives,
                        .errors = ARENA_ARRAY(w->scratch, DiagnosticList, n)};
    for (isize i = 0; i < n; i++) {
        in.errors[i] = (DiagnosticList){.arena = w->scratch, .max = TYPECHECK_MAX_ERRORS};
    }
    compiler_check(c, &in);
    for (isize i = 0; i < n; i++) {
        uint32_t file = w->pkg->files[i];
        diagnosis_add_syntax(&w->worker->kept, &w->result->errors, &w->run->positions[file],
                             w->run->program.files[file].ast.text, &in.errors[i]);
        w->result->n_dropped += in.errors[i].n_dropped;
    }
}

static void check_types(Work *w)
{
    const TypecheckOptions *o = w->run->options;
    Checker c = {.arena = &w->worker->kept,
                 .scratch = w->scratch,
                 .program = &w->run->program,
                 .names = w->worker->names,
                 .pkg = w->pkg,
                 .is_compiler = !o->tells_all,
                 .ignores_bodies =
                     w->unit->ignores_bodies || (w->result->is_broken && !o->tells_all)};
    uintptr_t end = stack_floor();
    c.stack_floor = end + ((uintptr_t)__builtin_frame_address(0) - end) / STACK_PARTS;
    if (o->records && w->unit->is_asked_for) {
        c.recording = recording_new(w->scratch, &w->run->program, w->pkg);
    }
    check_package(&c);
    if (is_for_compiler(w) && c.errors.len == 0 && w->result->errors.len == 0) {
        ask_compiler(w, &c);
    }
    if (o->witness != NULL) {
        o->witness(o->witness_context, &c, w->index, w->worker - w->run->workers);
    }
    if (!w->result->is_broken || o->tells_all) {
        diagnosis_add_errors(&w->worker->kept, &w->result->errors, &w->run->program,
                             w->run->positions, &c.errors);
    }
    w->pkg->is_complete = w->pkg->is_complete && !w->result->is_broken;
    w->result->n_expressions = c.n_expressions;
    w->result->n_untyped = c.n_untyped;
}

static void limit_errors(UnitResult *result)
{
    isize over = result->errors.len - TYPECHECK_MAX_ERRORS;
    if (over > 0) {
        result->errors.len = TYPECHECK_MAX_ERRORS;
        result->n_dropped += over;
    }
}

static void drop_trees(Work *w)
{
    for (isize i = 0; i < w->unit->n_files; i++) {
        TypeFile *f = &w->run->program.files[w->run->first_files[w->index] + (uint32_t)i];
        f->ast = (AstFile){0};
    }
}

static bool check_unit(void *context, isize index, isize worker, Err *err)
{
    Typecheck *run = context;
    Worker *own = &run->workers[worker];
    Arena scratch = own->scratch;
    Work w = {.run = run,
              .worker = own,
              .unit = &run->options->units->ptr[index],
              .index = index,
              .scratch = &scratch,
              .pkg = &run->packages[index],
              .result = &run->results[index]};
    (void)err;
    w.pkg->path = w.unit->path;
    w.pkg->name = name_of_path(w.unit->path);
    w.pkg->version = w.unit->version;
    w.pkg->is_cgo = w.unit->takes_c;
    w.pkg->scope = scope_new(&own->kept, run->program.universe);
    if (w.unit->fault.message.len > 0) {
        *VEC_PUSH(&own->kept, &w.result->errors) = (Diagnosis){.main = w.unit->fault};
    }
    read_files(&w);
    take_imports(&w);
    if (w.pkg->n_files > 0) {
        const AstFile *first = &run->program.files[w.pkg->files[0]].ast;
        w.pkg->name = name_text(run->program.names, ast_name(first, first->name));
        check_types(&w);
        w.result->is_checked = true;
    } else {
        w.pkg->is_fake = true;
    }
    drop_trees(&w);
    if (!run->options->tells_all) {
        diagnosis_sort(&w.result->errors);
    }
    limit_errors(w.result);
    return true;
}

/* ---- the run ---- */

/* Sizes of gc (go/types' gcArchSizes); all others have words of 8 bytes. */
static const struct {
    Str arch;
    int word_size, max_align;
} small_archs[] = {
    {STR_CONST("386"), 4, 4},  {STR_CONST("amd64p32"), 4, 8}, {STR_CONST("arm"), 4, 4},
    {STR_CONST("mips"), 4, 4}, {STR_CONST("mipsle"), 4, 4},
};

static void set_sizes(Program *p, Str arch)
{
    p->word_size = p->max_align = 8;
    for (isize i = 0; i < COUNT_OF(small_archs); i++) {
        if (str_eq(small_archs[i].arch, arch)) {
            p->word_size = small_archs[i].word_size;
            p->max_align = small_archs[i].max_align;
        }
    }
}

/* Gives each file its number, from 1. */
static bool number_files(Arena *a, Typecheck *t, Err *err)
{
    const TypecheckUnits *units = t->options->units;
    isize n = 1;
    t->first_files = ARENA_ARRAY(a, uint32_t, units->len);
    for (isize i = 0; i < units->len; i++) {
        t->first_files[i] = (uint32_t)n;
        n += units->ptr[i].n_files;
        if (n > TYPECHECK_MAX_FILES) {
            return FAIL(err, ERR_LIMIT, "more than %d files are to be checked",
                        TYPECHECK_MAX_FILES);
        }
    }
    t->program.files = ARENA_ARRAY(a, TypeFile, n);
    t->program.n_files = n;
    t->positions = ARENA_ARRAY(a, Positions, n);
    return true;
}

static ScheduleUnit *plan(Arena *a, const TypecheckUnits *units)
{
    ScheduleUnit *plan = ARENA_ARRAY(a, ScheduleUnit, units->len);
    for (isize i = 0; i < units->len; i++) {
        const TypecheckUnit *unit = &units->ptr[i];
        isize *needs = ARENA_ARRAY(a, isize, unit->n_imports), n = 0;
        for (isize k = 0; k < unit->n_imports; k++) {
            if (unit->imports[k].unit >= 0) {
                needs[n++] = unit->imports[k].unit;
            }
        }
        plan[i] = (ScheduleUnit){.needs = needs, .n_needs = n, .weight = 1 + unit->n_files};
    }
    return plan;
}

static void open_workers(Arena *a, Typecheck *t)
{
    t->n_workers =
        MIN(MIN(t->options->jobs, TYPECHECK_MAX_WORKERS), MAX(t->options->units->len, 1));
    t->workers = ARENA_ARRAY(a, Worker, t->n_workers);
    for (isize i = 0; i < t->n_workers; i++) {
        Worker *w = &t->workers[i];
        w->kept = arena_init(MIB);
        w->room_of = arena_init(MIB);
        w->scratch = arena_init(MIB);
        w->room = (ParserRoom){.arena = &w->room_of};
        w->names = name_cache_new(&w->kept, t->program.names);
    }
}

bool typecheck_run(Arena *a, const TypecheckOptions *options, Typecheck **ret, Err *err)
{
    Typecheck *t = ARENA_NEW(a, Typecheck);
    *ret = t;
    t->options = options;
    t->own = arena_init(MIB);
    if (!number_files(a, t, err)) {
        return false;
    }
    t->packages = ARENA_ARRAY(a, TypePackage, options->units->len);
    t->results = ARENA_ARRAY(a, UnitResult, options->units->len);
    t->program.has_test_functions = options->has_test_functions;
    t->program.go_minor = options->go_minor;
    set_sizes(&t->program, options->arch);
    t->program.names = names_new();
    program_init(&t->program, &t->own, t->program.names);
    t->has_program = true;
    open_workers(a, t);
    return schedule_run(a, plan(a, options->units), options->units->len, t->n_workers, check_unit,
                        t, err);
}

void typecheck_done(Typecheck *t)
{
    for (isize i = 0; i < t->n_workers; i++) {
        arena_done(&t->workers[i].scratch);
        arena_done(&t->workers[i].room_of);
        arena_done(&t->workers[i].kept);
    }
    if (t->has_program) {
        NameTable *names = t->program.names;
        program_done(&t->program);
        names_done(names);
    }
    arena_done(&t->own);
}

const UnitResult *typecheck_result(const Typecheck *t, isize unit)
{
    return &t->results[unit];
}

TypePackage *typecheck_package(Typecheck *t, isize unit)
{
    return &t->packages[unit];
}

const Positions *typecheck_positions(const Typecheck *t, uint32_t file)
{
    return &t->positions[file];
}
