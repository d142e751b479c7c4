/*
 * A unit is one unit of work of os/schedule.h: its files are read and parsed, and the package
 * is checked, by one thread, one behind the other; but bodies of functions by all that have
 * nothing else to do. What lives on (types, objects, places, errors) is on the arena of the thread
 * that found it; texts, trees and what the checker needs for itself are on its scratch, which the
 * next unit uses again.
 *
 * Files have their numbers before anything is checked, so places do not depend on who comes first.
 */
#include "go/types/typecheck.h"

#include "go/load/constraint.h"
#include "go/syntax/langversion.h"
#include "go/types/compiler.h"
#include "go/types/diagnosis_add.h"
#include "go/types/recording.h"
#include "os/stack.h"

/* Where one part in so many is left of the stack, nothing is begun that nests as deep as the source
 * does; the rest is for what is asked of types. */
#define STACK_PARTS 4

/* Bodies of so many bytes make a part of a unit: some milliseconds of work. */
#define PART_BYTES (64 * KIB)

/* What a file may ask for itself (initFiles of go/types), since Go 1.21: 1.21 and 1.22 took a lower
 * version than the module's only in modules of 1.21 and newer; since 1.23 none is below 1.21. */
#define OLDEST_OF_FILE 21
#define OLDEST_HOLDS_SINCE 23

/* Of one thread. */
typedef struct {
    Arena kept;    /* as long as the run */
    Arena scratch; /* of one unit */
} Worker;

struct TypecheckRoom {
    Arena own; /* of this, of the universe, and of what all threads see */
    Trees *trees;
    Worker *workers;
    isize n_workers;
};

struct Typecheck {
    const TypecheckOptions *options;
    TypecheckRoom *room; /* that of the options, or its own */
    Trees *trees;        /* of it */
    GcArch arch;
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
    const ScheduleTurn *turn;
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

static int asked_version(Arena *a, const AstFile *tree)
{
    Str line = langversion_build_line(tree);
    const Constraint *constraint;
    Diagnostic wrong;
    return line.len > 0 && constraint_parse(a, line, &constraint, &wrong)
               ? (int)constraint_go_minor(constraint)
               : LANGVERSION_NONE;
}

/* Takes over what parsing a file brought; false when there is no package clause. */
static bool take_tree(Work *w, uint32_t file, const SourceTree *tree)
{
    Arena *kept = &w->worker->kept;
    TypeFile *f = &w->run->program.files[file];
    if (tree->trouble.len > 0) {
        add_trouble(w, tree->path, tree->trouble);
        return false;
    }
    DiagnosticList errors = tree->errors;
    f->ast = tree->ast;
    f->path = tree->path;
    f->lines = tree->positions.lines;
    w->run->positions[file] = tree->positions;
    if (!tree->is_go && !w->run->options->tells_all) {
        errors.len = MIN(errors.len, 1); /* where Go is not even begun, the rest says nothing */
    }
    diagnosis_add_syntax(kept, &w->result->errors, &tree->positions, tree->text, &errors);
    w->result->is_broken = w->result->is_broken || errors.len + errors.n_dropped > tree->ast.n_mild;
    w->result->n_dropped += errors.n_dropped;
    w->result->n_files++;
    w->result->n_lines += tree->positions.lines.len;
    return tree->is_go;
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

/* Whether what only the compiler refuses is told as well: of whole packages, bodies and all; the
 * standard library has rules of its own, and keeps them. */
static bool is_for_compiler(const Work *w)
{
    return !w->run->options->tells_all && !w->unit->is_standard && !w->unit->ignores_bodies &&
           w->unit->extent == TYPECHECK_WHOLE;
}

/* What the compiler's parser says of directives, and the go command of tests. */
static void take_looks(Work *w, uint32_t file, Str path, Str text)
{
    Arena *kept = &w->worker->kept;
    const AstFile *f = &w->run->program.files[file].ast;
    Directives *list = &w->directives[w->pkg->n_files];
    DiagnosticList errors = {.arena = kept, .max = TYPECHECK_MAX_ERRORS};
    *list = directives_of(w->scratch, f);
    w->pkg->minds_arch |=
        compiler_check_directives(&w->run->arch, w->run->options->go_minor, list, &errors);
    if (str_ends_with(path, S("_test.go"))) {
        w->result->n_test_mains += compiler_check_tests(w->run->program.names, f, &errors);
    }
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
        const SourceTree *tree = trees_parse(w->run->trees, schedule_worker(w->turn),
                                             &w->worker->kept, w->scratch, unit->files[i]);
        if (!take_tree(w, file, tree)) {
            continue;
        }
        int asked = asked_version(w->scratch, &f->ast);
        f->asked = asked;
        f->version = version_of_file(w, asked);
        if (is_for_compiler(w) && !w->result->is_broken) {
            take_looks(w, file, unit->files[i], tree->text);
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
    CompilerInput in = {.arch = &w->run->arch,
                        .is_complete = w->unit->is_complete,
                        .is_program = w->unit->is_program,
                        .embeds = w->unit->embeds,
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

/* Down to which a thread may nest what the source nests. */
static uintptr_t floor_for_nesting(void)
{
    uintptr_t end = stack_floor();
    return end + ((uintptr_t)__builtin_frame_address(0) - end) / STACK_PARTS;
}

static NameCache *names_of(const Work *w, isize worker)
{
    return trees_name_cache(w->run->trees, worker);
}

static Checker checker_of(Work *w)
{
    const TypecheckOptions *o = w->run->options;
    bool has_parts = w->unit->extent == TYPECHECK_PARTS;
    Checker c = {.arena = &w->worker->kept,
                 .scratch = w->scratch,
                 .program = &w->run->program,
                 .names = names_of(w, schedule_worker(w->turn)),
                 .pkg = w->pkg,
                 .is_compiler = !o->tells_all,
                 .parts = has_parts ? &w->unit->parts : NULL,
                 .exported_only = w->unit->ignores_bodies && w->unit->is_standard && !has_parts,
                 .stack_floor = floor_for_nesting(),
                 .ignores_bodies = w->unit->ignores_bodies || has_parts ||
                                   (w->result->is_broken && !o->tells_all)};
    if (o->records && w->unit->is_asked_for && w->unit->extent == TYPECHECK_WHOLE) {
        recording_begin(&c);
    }
    return c;
}

/* Bodies that are checked by whoever has time for them. */
typedef struct {
    Work *work;
    CheckBodies *bodies;
} SharedBodies;

static void check_part(void *context, isize part, isize worker)
{
    const SharedBodies *shared = context;
    const Work *w = shared->work;
    Worker *by = &w->run->workers[worker];
    BodiesWorker with = {.kept = &by->kept,
                         .scratch = by == w->worker ? *w->scratch : by->scratch,
                         .names = names_of(w, worker),
                         .stack_floor = floor_for_nesting()};
    check_bodies_part(shared->bodies, part, with);
}

/* Importers need not wait for bodies. */
static CheckBodies *check_bodies(Work *w, Checker *c)
{
    const TypecheckOptions *o = w->run->options;
    isize part_bytes = o->part_bytes > 0 ? o->part_bytes : PART_BYTES;
    CheckBodies *bodies = check_bodies_divide(c, part_bytes);
    schedule_let_begin(w->turn);
    schedule_share(w->turn, check_bodies_n_parts(bodies), check_part, &(SharedBodies){w, bodies});
    check_bodies_join(c, bodies);
    return bodies;
}

static void check_types(Work *w)
{
    const TypecheckOptions *o = w->run->options;
    Checker c = checker_of(w);
    check_declarations(&c);
    w->pkg->is_complete = !w->result->is_broken;
    CheckBodies *bodies = check_bodies(w, &c);
    check_whole(&c);
    if (is_for_compiler(w) && c.errors.len == 0 && w->result->errors.len == 0) {
        ask_compiler(w, &c);
    }
    if (o->witness != NULL) {
        o->witness(o->witness_context, &c, w->index, schedule_worker(w->turn));
    }
    if (!w->result->is_broken || o->tells_all) {
        diagnosis_add_errors(&w->worker->kept, &w->result->errors, &w->run->program,
                             w->run->positions, &c.errors);
    }
    w->result->n_expressions = c.n_expressions;
    w->result->n_untyped = c.n_untyped;
    check_bodies_done(bodies);
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
        f->recorded = NULL;
    }
}

static void begin_package(Work *w)
{
    const TypecheckUnit *unit = w->unit;
    *w->pkg = (TypePackage){.program = &w->run->program,
                            .path = unit->path,
                            .name = unit->name.len > 0 ? unit->name : name_of_path(unit->path),
                            .version = unit->version,
                            .is_cgo = unit->takes_c,
                            .lacks_imports = unit->lacks_imports,
                            .scope = scope_new(&w->worker->kept, w->run->program.universe)};
}

static void check_files(Work *w)
{
    read_files(w);
    take_imports(w);
    if (w->pkg->n_files > 0) {
        const AstFile *first = &w->run->program.files[w->pkg->files[0]].ast;
        w->pkg->name = name_text(w->run->program.names, ast_name(first, first->name));
        check_types(w);
        w->result->is_checked = true;
    } else {
        w->pkg->is_fake = true;
    }
    drop_trees(w);
}

static bool check_unit(void *context, isize index, const ScheduleTurn *turn, Err *err)
{
    Typecheck *run = context;
    Worker *own = &run->workers[schedule_worker(turn)];
    Arena scratch = own->scratch;
    Work w = {.run = run,
              .turn = turn,
              .worker = own,
              .unit = &run->options->units->ptr[index],
              .index = index,
              .scratch = &scratch,
              .pkg = &run->packages[index],
              .result = &run->results[index]};
    (void)err;
    begin_package(&w);
    if (w.unit->extent == TYPECHECK_NAME) {
        w.pkg->is_fake = w.unit->name.len == 0;
        return true;
    }
    for (isize i = 0; i < w.unit->faults.len; i++) {
        *VEC_PUSH(&own->kept, &w.result->errors) = (Diagnosis){.main = w.unit->faults.ptr[i]};
    }
    check_files(&w);
    if (!run->options->tells_all) {
        diagnosis_sort(&w.result->errors);
    }
    limit_errors(w.result);
    return true;
}

/* ---- the run ---- */

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

ScheduleUnit *typecheck_plan(Arena *a, const TypecheckUnits *units)
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

TypecheckRoom *typecheck_room_new(const TreesOptions *files)
{
    TreesOptions o = *files;
    isize n_workers = o.n_workers;
    Arena own = arena_init(MIB);
    TypecheckRoom *room = ARENA_NEW(&own, TypecheckRoom);
    o.max_errors = TYPECHECK_MAX_ERRORS;
    room->trees = trees_new(&o);
    room->n_workers = n_workers;
    room->workers = ARENA_ARRAY(&own, Worker, n_workers);
    for (isize i = 0; i < n_workers; i++) {
        room->workers[i] = (Worker){arena_init(MIB), arena_init(MIB)};
    }
    room->own = own;
    return room;
}

void typecheck_room_done(TypecheckRoom *room)
{
    for (isize i = 0; i < room->n_workers; i++) {
        arena_done(&room->workers[i].scratch);
        arena_done(&room->workers[i].kept);
    }
    trees_done(room->trees);
    Arena own = room->own;
    arena_done(&own);
}

Trees *typecheck_room_trees(const TypecheckRoom *room)
{
    return room->trees;
}

static void open_workers(Arena *a, Typecheck *t)
{
    t->n_workers = MIN(t->options->jobs, TYPECHECK_MAX_WORKERS);
    t->workers = ARENA_ARRAY(a, Worker, t->n_workers);
    for (isize i = 0; i < t->n_workers; i++) {
        t->workers[i] = t->room->workers[i]; /* cursors: what they are moved by is free again */
    }
}

bool typecheck_run(Arena *a, const TypecheckOptions *options, Typecheck **ret, Err *err)
{
    Typecheck *t = ARENA_NEW(a, Typecheck);
    *ret = t;
    t->options = options;
    t->room = options->room;
    if (t->room == NULL) {
        TreesOptions o = {.n_workers = MIN(options->jobs, TYPECHECK_MAX_WORKERS),
                          .as_compiler = !options->tells_all};
        t->room = typecheck_room_new(&o);
    }
    t->trees = t->room->trees;
    t->own = t->room->own;
    if (!number_files(a, t, err)) {
        return false;
    }
    t->packages = ARENA_ARRAY(a, TypePackage, options->units->len);
    t->results = ARENA_ARRAY(a, UnitResult, options->units->len);
    t->program.has_test_functions = options->has_test_functions;
    t->program.go_minor = options->go_minor;
    t->arch = gcarch_of(options->arch);
    t->program.word_size = t->arch.word_size;
    t->program.max_align = t->arch.max_align;
    open_workers(a, t);
    program_init(&t->program, &t->own, trees_names(t->trees));
    t->has_program = true;
    return schedule_run(a, typecheck_plan(a, options->units), options->units->len, t->n_workers,
                        check_unit, t, err);
}

void typecheck_done(Typecheck *t)
{
    if (t->has_program) {
        program_done(&t->program);
    }
    if (t->room != t->options->room) {
        typecheck_room_done(t->room);
    }
}

const UnitResult *typecheck_result(const Typecheck *t, isize unit)
{
    return &t->results[unit];
}

TypePackage *typecheck_package(Typecheck *t, isize unit)
{
    return &t->packages[unit];
}

bool typecheck_minds_word(const Typecheck *t, isize unit)
{
    return t->packages[unit].minds_word;
}

bool typecheck_shows_word(const Typecheck *t, isize unit)
{
    return t->packages[unit].shows_word || t->packages[unit].n_minding > 0;
}

bool typecheck_decl_minds_word(const Typecheck *t, isize unit, Name name)
{
    const TypePackage *pkg = &t->packages[unit];
    const Object *o = pkg->shows_word ? NULL : scope_lookup(pkg->scope, name);
    return pkg->shows_word || (o != NULL && o->minds_word);
}

bool typecheck_minds_arch(const Typecheck *t, isize unit)
{
    return t->packages[unit].minds_arch;
}

const Positions *typecheck_positions(const Typecheck *t, uint32_t file)
{
    return &t->positions[file];
}
