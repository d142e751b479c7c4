/*
 * The type checker: it comes to an end soon, whatever packages it is given, tells each error at a
 * place in their files, and what it recorded can be printed. A line "//-- file" begins the next
 * file of a package, "//-- package PATH" the next package, which may import those before it; what
 * else is imported is not there. Of each input a mutant is tried as well.
 */
#include "go_mutant.h"

#include "base/panic.h"
#include "go/load/constraint.h"
#include "go/syntax/langversion.h"
#include "go/syntax/parser.h"
#include "go/syntax/position.h"
#include "go/types/compiler.h"
#include "go/types/diagnosis_add.h"
#include "go/types/dump.h"
#include "go/types/recording.h"
#include "os/stack.h"

#include <time.h>

#define MAX_TEXT (64 * KIB)
#define MAX_FILES 8 /* of an input, and packages */
#define MAX_IMPORTS 64
#define MAX_PRINTED (64 * KIB)
#define MAX_SECONDS 5 /* of CPU, for one text, under sanitizers */

/* ---- an input ---- */

typedef struct {
    Str path;
    Str files[MAX_FILES];
    isize n_files;
} Source;

typedef struct {
    Source packages[MAX_FILES];
    isize len;
} Sources;

static void split_source(Str text, Sources *ret)
{
    *ret = (Sources){.len = 1};
    ret->packages[0] = (Source){.path = S("p"), .n_files = 1};
    for (Str rest = text, line; str_next_line(&rest, &line);) {
        Source *p = &ret->packages[ret->len - 1];
        if (str_eq(line, S("//-- file")) && p->n_files < MAX_FILES) {
            p->n_files++;
        } else if (str_eat_prefix(&line, S("//-- package ")) && ret->len < MAX_FILES) {
            ret->packages[ret->len++] = (Source){.path = line, .n_files = 1};
        } else {
            Str *file = &p->files[p->n_files - 1];
            const char *start = file->ptr != NULL ? file->ptr : line.ptr;
            const char *end = rest.ptr != NULL ? rest.ptr : line.ptr + line.len;
            *file = (Str){start, end - start};
        }
    }
}

/* ---- its check ---- */

typedef struct {
    Arena kept, scratch, room_of;
    ParserRoom room;
    Program program;
    Positions positions[1 + MAX_FILES * MAX_FILES];
    TypePackage *packages[MAX_FILES];
    isize n_packages;
} Run;

/* Of many inputs: to make them takes longer than to use them. */
static NameTable *names;
static NameCache *cache;
static Arena kept, room_of;
static uintptr_t lowest; /* address of the stack */

static int version_of(Arena *a, const AstFile *tree)
{
    Str line = langversion_build_line(tree);
    const Constraint *constraint;
    Diagnostic wrong;
    int asked = line.len > 0 && constraint_parse(a, line, &constraint, &wrong)
                    ? (int)constraint_go_minor(constraint)
                    : LANGVERSION_NONE;
    return asked == LANGVERSION_NONE ? LANGVERSION_ANY : MAX(asked, 21);
}

static void parse_file(Run *r, TypePackage *pkg, Str source)
{
    char *text = padded(&r->scratch, source);
    ParserInput in = {.arena = &r->scratch, .room = &r->room, .names = cache};
    DiagnosticList errors = {.arena = &r->scratch};
    uint32_t file = (uint32_t)r->program.n_files;
    TypeFile *f = &r->program.files[file];
    if (!parser_parse(&in, (Str){text, source.len}, &f->ast, &errors)) {
        return;
    }
    Positions *p = &r->positions[file];
    *p = positions_of(&r->kept, S("p.go"), f->ast.text, &f->ast.linedirs);
    f->path = S("p.go");
    f->lines = p->lines;
    f->version = version_of(&r->scratch, &f->ast);
    pkg->files[pkg->n_files++] = file;
    r->program.n_files++;
}

static TypePackage *imported(Run *r, Str path)
{
    for (isize i = 0; i < r->n_packages; i++) {
        if (str_eq(r->packages[i]->path, path)) {
            return r->packages[i];
        }
    }
    TypePackage *fake = package_new(&r->program, &r->kept, path, path);
    fake->is_fake = true;
    fake->trouble = S("it is not there");
    return fake;
}

/* The packages that the files mention, each path once. */
static void take_imports(Run *r, TypePackage *pkg)
{
    Str *paths = ARENA_ARRAY(&r->kept, Str, MAX_IMPORTS);
    pkg->imports = ARENA_ARRAY(&r->kept, TypePackage *, MAX_IMPORTS);
    pkg->import_paths = paths;
    for (isize i = 0; i < pkg->n_files; i++) {
        const AstFile *f = &r->program.files[pkg->files[i]].ast;
        for (AstNode n = ast_first(f); n != 0; n = ast_next(f, n)) {
            if (ast_kind(f, n) != AST_IMPORT_SPEC || pkg->n_imports == MAX_IMPORTS) {
                continue;
            }
            AstNode literal = ast_import_spec(f, n)->path;
            Str text = str_slice(f->text, ast_pos(f, literal), ast_end(f, literal));
            Str path = str_copy(&r->kept, text.len > 2 ? str_slice(text, 1, text.len - 1) : text);
            bool is_known = str_eq(path, S("unsafe")) || str_eq(path, S("C"));
            for (isize k = 0; k < pkg->n_imports; k++) {
                is_known |= str_eq(paths[k], path);
            }
            if (!is_known) {
                paths[pkg->n_imports] = path;
                pkg->imports[pkg->n_imports++] = imported(r, path);
            }
        }
    }
}

static void check_errors(Run *r, Checker *c)
{
    Diagnoses told = {0};
    diagnosis_add_errors(&r->kept, &told, &r->program, r->positions, &c->errors);
    for (isize i = 0; i < told.len; i++) {
        ASSERT(told.ptr[i].main.message.len > 0 && told.ptr[i].main.at.line > 0);
    }
}

/* Of types in types, each of which is printed with all that is in it, not all. */
static void print(Run *r, const Checker *c)
{
    StrBuf dumped = strbuf_init(&r->scratch);
    dump_package(c, MAX_PRINTED, &dumped);
}

/* What only cmd/compile says of a package that is in order. */
static void ask_compiler(Run *r, Checker *c)
{
    Directives directives[MAX_FILES];
    DiagnosticList errors[MAX_FILES];
    GcArch arch = gcarch_of(S("amd64"));
    CompilerInput in = {
        .arch = &arch, .is_complete = true, .directives = directives, .errors = errors};
    for (isize i = 0; i < c->pkg->n_files; i++) {
        const AstFile *f = &r->program.files[c->pkg->files[i]].ast;
        directives[i] = directives_of(&r->scratch, f);
        errors[i] = (DiagnosticList){.arena = &r->scratch};
    }
    compiler_check(c, &in);
    for (isize i = 0; i < c->pkg->n_files; i++) {
        isize len = r->program.files[c->pkg->files[i]].ast.text.len;
        for (isize k = 0; k < errors[i].len; k++) {
            ASSERT(errors[i].ptr[k].pos <= (SourcePos)len && errors[i].ptr[k].message.len > 0);
        }
    }
}

/* What a package leaves behind must not point into its texts and trees. */
static void forget_trees(Run *r, const TypePackage *pkg)
{
    for (isize i = 0; i < pkg->n_files; i++) {
        r->program.files[pkg->files[i]].ast = (AstFile){0};
    }
    arena_done(&r->scratch);
    r->scratch = arena_init(64 * KIB);
}

/* All in one go, or each body by itself; what is found recorded, or not. */
static void check_package(Run *r, Checker *c, bool is_divided, bool is_recorded)
{
    if (is_recorded) {
        recording_begin(c);
    }
    check_declarations(c);
    CheckBodies *bodies = check_bodies_divide(c, is_divided ? 1 : ISIZE_MAX);
    for (isize i = 0; i < check_bodies_n_parts(bodies); i++) {
        check_bodies_part(bodies, i,
                          (BodiesWorker){&r->kept, r->scratch, c->names, c->stack_floor});
    }
    check_bodies_join(c, bodies);
    check_whole(c);
    if (c->errors.len == 0) {
        ask_compiler(r, c);
    }
    if (c->records) {
        print(r, c);
    }
    check_bodies_done(bodies);
}

static void check_source(Run *r, const Source *source)
{
    TypePackage *pkg = package_new(&r->program, &r->kept, str_copy(&r->kept, source->path), S("p"));
    pkg->files = ARENA_ARRAY(&r->kept, uint32_t, MAX_FILES);
    pkg->version = LANGVERSION_ANY;
    for (isize i = 0; i < source->n_files; i++) {
        parse_file(r, pkg, source->files[i]);
    }
    if (pkg->n_files == 0) {
        return;
    }
    take_imports(r, pkg);
    const AstFile *first = &r->program.files[pkg->files[0]].ast;
    pkg->name = name_text(names, ast_name(first, first->name));
    Checker c = {.arena = &r->kept,
                 .scratch = &r->scratch,
                 .program = &r->program,
                 .names = cache,
                 .is_compiler = true,
                 .pkg = pkg};
    c.stack_floor = lowest + ((uintptr_t)__builtin_frame_address(0) - lowest) / 2;
    isize seed = source->files[0].len;
    check_package(r, &c, seed % 2 == 1, seed % 4 < 3);
    check_errors(r, &c);
    r->packages[r->n_packages++] = pkg;
    forget_trees(r, pkg);
}

static void check_text(Str text)
{
    static Sources sources;
    TypeFile files[1 + MAX_FILES * MAX_FILES] = {0};
    Run r = {.kept = kept, .scratch = arena_init(64 * KIB), .room_of = room_of};
    clock_t start = clock();
    r.room = (ParserRoom){.arena = &r.room_of};
    r.program.files = files;
    r.program.n_files = 1;
    r.program.word_size = r.program.max_align = 8;
    r.program.go_minor = 27;
    program_init(&r.program, &r.kept, names);
    split_source(text, &sources);
    for (isize i = 0; i < sources.len; i++) {
        check_source(&r, &sources.packages[i]);
    }
    program_done(&r.program);
    arena_done(&r.scratch);
    ASSERT(clock() - start < (clock_t)MAX_SECONDS * CLOCKS_PER_SEC);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { SAME_NAMES = 4096 }; /* inputs; names are never forgotten */
    static Arena cached, own;
    static unsigned n_inputs;
    if (n_inputs++ % SAME_NAMES == 0) {
        if (names != NULL) {
            names_done(names);
            arena_done(&cached);
            arena_done(&kept);
            arena_done(&room_of);
        }
        kept = arena_init(MIB);
        room_of = arena_init(64 * KIB);
        lowest = stack_floor();
        cached = arena_init(MIB);
        names = names_new();
        cache = name_cache_new(&cached, names);
    }
    own = arena_init(64 * KIB);
    Str source = {(const char *)data, MIN((isize)size, MAX_TEXT)};
    check_text(source);
    check_text(mutant_of(&own, source));
    arena_done(&own);
    return 0;
}
