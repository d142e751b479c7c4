/*
 * What goward makes of packages, for test/oracle/types_*.py: types_driver GOROOT
 * [-tests] [-source] [-dump] [-brief] [-divided]. What it reads and prints has the form of
 * data/types_of_go/main.go, which does the same with go/types; -brief tells what a compiler would,
 * and no more; with -divided each body of a function is checked by itself. What packages import
 * that are not among the lines, before them, is taken from GOROOT; with -tests and -source all is.
 */
#include "base/path.h"
#include "go/load/load.h"
#include "go/root/goroot.h"
#include "go/syntax/langversion.h"
#include "go/syntax/parser.h"
#include "go/syntax/source.h"
#include "go/types/dump.h"
#include "go/types/units.h"

#include <stdio.h>
#include <stdlib.h>

#define MAX_INPUT (256 * MIB)
#define STDIN 0

typedef struct {
    Str name, path, lang, flags;
    Strs files, imports; /* imports: "RAW=PATH" */
    Strs paths;          /* that its files import, as they stand there */
} Request;

typedef struct {
    Arena arena;
    Str goroot;
    bool is_test, dumps, is_brief, is_divided, from_source;
    VEC(Request) requests;
    Map by_path; /* of what is asked about -> 1 + index */
    Strs wanted; /* patterns for what GOROOT must give */
    Environ environ;
    GoEnv env;
    Target target;
    Loaded loaded;
    TypecheckUnits units;
    Map unit_of;    /* path of a package of GOROOT -> 1 + index in units */
    isize first;    /* unit of the first request */
    StrBuf *dumped; /* by request */
    Arena *dump_arenas;
} Driver;

static void fail(const Driver *d, const Err *err)
{
    Arena a = d->arena;
    Str text = err_format(&a, err);
    fprintf(stderr, "types_driver: %.*s\n", STR_ARG(text));
    exit(3);
}

/* ---- what is asked ---- */

static Str next_field(Str *line)
{
    StrCut cut = str_cut(*line, '\t');
    *line = cut.tail;
    return cut.head;
}

static void read_request(Driver *d, Str line)
{
    Request *r = VEC_PUSH(&d->arena, &d->requests);
    r->name = next_field(&line);
    r->path = next_field(&line);
    r->lang = next_field(&line);
    r->flags = next_field(&line);
    while (line.len > 0) {
        Str field = next_field(&line);
        bool is_import = str_eat_prefix(&field, S("import:"));
        *VEC_PUSH(&d->arena, is_import ? &r->imports : &r->files) = field;
    }
}

static void read_requests(Driver *d)
{
    char *text = arena_room(&d->arena, MAX_INPUT, 1);
    isize n;
    Err err;
    if (!file_read(STDIN, text, MAX_INPUT, &n, &err)) {
        fail(d, &err);
    }
    for (Str rest = {text, n}, line; str_next_line(&rest, &line);) {
        read_request(d, line);
    }
}

/* Adds what a file imports, and takes the package's name from it where the request has no path. */
static void read_head(Driver *d, Request *r, Str file, const ParserInput *in,
                      const NameTable *names)
{
    DiagnosticList ignored = {.arena = in->arena};
    AstFile tree;
    Str text;
    Err err;
    if (source_read(in->arena, FILE_CWD, file, &text, &err) != FILE_FOUND ||
        !parser_parse(in, text, &tree, &ignored)) {
        return;
    }
    if (r->path.len == 0) {
        r->path = str_copy(&d->arena, name_text(names, ast_name(&tree, tree.name)));
    }
    for (AstNode n = ast_first(&tree); n != 0; n = ast_next(&tree, n)) {
        if (ast_kind(&tree, n) != AST_IMPORT_SPEC) {
            continue;
        }
        AstNode literal = ast_import_spec(&tree, n)->path;
        Str path = str_slice(text, ast_pos(&tree, literal), ast_end(&tree, literal));
        path = path.len >= 2 ? str_slice(path, 1, path.len - 1) : (Str){0};
        if (path.len > 0 && !strs_has(&r->paths, path)) {
            *VEC_PUSH(&d->arena, &r->paths) = str_copy(&d->arena, path);
        }
    }
}

static void read_heads(Driver *d)
{
    Arena own = arena_init(MIB), cached = arena_init(MIB);
    NameTable *names = names_new();
    ParserRoom room = {.arena = &own};
    NameCache *cache = name_cache_new(&cached, names);
    for (isize i = 0; i < d->requests.len; i++) {
        Request *r = &d->requests.ptr[i];
        for (isize k = 0; k < r->files.len; k++) {
            Arena each = arena_init(MIB);
            /* Whole: imports may follow what is wrong. */
            ParserInput in = {.arena = &each, .room = &room, .names = cache};
            read_head(d, r, r->files.ptr[k], &in, names);
            arena_done(&each);
        }
    }
    names_done(names);
    arena_done(&own);
    arena_done(&cached);
}

/* What an import means: the path of a package. */
static Str meaning(const Request *r, Str raw)
{
    for (isize i = 0; i < r->imports.len; i++) {
        StrCut cut = str_cut(r->imports.ptr[i], '=');
        if (str_eq(cut.head, raw)) {
            return cut.tail;
        }
    }
    return raw;
}

/* ---- what GOROOT gives ---- */

static void want(Driver *d, Str path)
{
    Str dir = path_join(&d->arena, path_join(&d->arena, d->goroot, S("src")), path);
    if (path_is_local(path) && file_is_dir(FILE_CWD, dir) && !strs_has(&d->wanted, path)) {
        *VEC_PUSH(&d->arena, &d->wanted) = path;
    }
}

static void gather_wanted(Driver *d)
{
    for (isize i = 0; i < d->requests.len; i++) {
        const Request *r = &d->requests.ptr[i];
        for (isize k = 0; k < r->paths.len; k++) {
            Str path = meaning(r, r->paths.ptr[k]);
            if (map_get(&d->by_path, path) == NULL) {
                want(d, path);
            }
        }
        /* Tests and mutants do not import each other, and may have the same names. */
        if (!d->is_test && !d->from_source) {
            *map_put(&d->by_path, r->path, NULL) = i + 1;
        }
    }
}

static void load(Driver *d)
{
    Err err;
    Goroot root;
    TargetWish wish = {.os = S("linux"), .arch = S("amd64")};
    UnitsWish units = {0};
    if (goroot_read(&d->arena, d->goroot, &root, &err) != GOROOT_FOUND ||
        !goenv_load(&d->arena, &d->environ, d->goroot, &d->env, &err) ||
        !target_of_env(&d->arena, &d->env, d->goroot, &wish, &d->target, &err)) {
        fail(d, &err);
    }
    if (d->wanted.len == 0) {
        return;
    }
    LoadOptions o = {.env = &d->env,
                     .goroot = d->goroot,
                     .go_version = root.version,
                     .dir = S("/"),
                     .target = &d->target,
                     .jobs = 2};
    if (!load_packages(&d->arena, &o, d->wanted.ptr, d->wanted.len, &d->loaded, &err)) {
        fail(d, &err);
    }
    for (isize i = 0; i < d->loaded.all.len; i++) {
        d->loaded.all.ptr[i]->is_asked_for = false; /* nobody wants their bodies checked */
    }
    units_of_loaded(&d->arena, &d->loaded, &units, &d->units);
    d->unit_of = map_init(&d->arena);
    for (isize i = 0; i < d->units.len; i++) {
        *map_put(&d->unit_of, d->units.ptr[i].path, NULL) = i + 1;
    }
}

/* ---- units ---- */

static int version_of(const Request *r)
{
    Str minor = r->lang;
    int64_t n;
    return str_eat_prefix(&minor, S("go1.")) &&
                   str_parse_decimal(str_cut(minor, '.').head, 1000, &n)
               ? (int)n
               : LANGVERSION_ANY;
}

static UnitImport import_of(const Driver *d, isize request, Str raw)
{
    Str path = meaning(&d->requests.ptr[request], raw);
    UnitImport import = {.path = raw, .unit = -1, .trouble = S("cannot find package")};
    const isize *at = map_get(&d->by_path, path);
    if (at != NULL && *at - 1 < request) {
        import.unit = d->first + *at - 1;
    } else if (at == NULL && (at = map_get(&d->unit_of, path)) != NULL) {
        import.unit = *at - 1;
    }
    return import;
}

static void add_units(Driver *d)
{
    d->first = d->units.len;
    for (isize i = 0; i < d->requests.len; i++) {
        const Request *r = &d->requests.ptr[i];
        UnitImport *imports = ARENA_ARRAY(&d->arena, UnitImport, r->paths.len);
        isize n = 0;
        for (isize k = 0; k < r->paths.len; k++) {
            Str raw = r->paths.ptr[k];
            if (!str_eq(raw, S("C")) && !str_eq(raw, S("unsafe"))) {
                imports[n++] = import_of(d, i, raw);
            }
        }
        *VEC_PUSH(&d->arena, &d->units) =
            (TypecheckUnit){.path = r->path,
                            .files = r->files.ptr,
                            .n_files = r->files.len,
                            .imports = imports,
                            .n_imports = n,
                            .version = version_of(r),
                            .takes_c = str_contains(r->flags, S("c")),
                            .ignores_bodies = str_contains(r->flags, S("i")),
                            .is_complete = str_contains(r->flags, S("p")),
                            .is_asked_for = true};
    }
}

/* ---- answers ---- */

static void witness(void *context, Checker *c, isize unit, isize worker)
{
    Driver *d = context;
    (void)worker;
    isize request = unit - d->first;
    if (request >= 0 && !str_contains(d->requests.ptr[request].flags, S("i"))) {
        dump_package(c, INT64_MAX, &d->dumped[request]);
    }
}

static void print_escaped(Str s)
{
    for (isize i = 0; i < s.len; i++) {
        switch (s.ptr[i]) {
        case '\n':
            fputs("\\n", stdout);
            break;
        case '\t':
            fputs("\\t", stdout);
            break;
        case '\\':
            fputs("\\\\", stdout);
            break;
        default:
            putchar(s.ptr[i]);
        }
    }
}

static void print_answer(const Driver *d, const Typecheck *t, isize request)
{
    const UnitResult *result = typecheck_result(t, d->first + request);
    printf("== %.*s\n", STR_ARG(d->requests.ptr[request].name));
    for (isize i = 0; i < result->errors.len; i++) {
        const Diagnosis *e = &result->errors.ptr[i];
        printf("error\t%.*s\t%td\t%td\t%d\t%s\t", STR_ARG(e->main.at.file), e->main.at.line,
               e->main.at.column, diagnosis_code_number(e->code), e->is_soft ? "true" : "false");
        print_escaped(e->main.message);
        putchar('\n');
    }
    if (d->dumps) {
        fwrite(d->dumped[request].ptr, 1, (size_t)d->dumped[request].len, stdout);
    }
}

static void answer(Driver *d)
{
    Typecheck *t;
    Err err;
    TypecheckOptions o = {.units = &d->units,
                          .arch = d->target.arch,
                          .go_minor = (int)d->target.go_minor,
                          .has_test_functions = d->is_test,
                          .tells_all = !d->is_brief,
                          .records = d->dumps,
                          .jobs = d->is_divided ? 4 : 2,
                          .part_bytes = d->is_divided ? 1 : 0,
                          .witness = d->dumps ? witness : NULL,
                          .witness_context = d};
    d->dumped = ARENA_ARRAY(&d->arena, StrBuf, d->requests.len);
    d->dump_arenas = ARENA_ARRAY(&d->arena, Arena, d->requests.len);
    for (isize i = 0; i < d->requests.len && d->dumps; i++) {
        d->dump_arenas[i] = arena_init(64 * KIB);
        d->dumped[i] = strbuf_init(&d->dump_arenas[i]);
    }
    if (!typecheck_run(&d->arena, &o, &t, &err)) {
        fail(d, &err);
    }
    for (isize i = 0; i < d->requests.len; i++) {
        print_answer(d, t, i);
    }
    typecheck_done(t);
}

int main(int argc, char **argv)
{
    static Driver d;
    d.arena = arena_init(MIB);
    d.by_path = map_init(&d.arena);
    d.environ = environ_get(&d.arena);
    for (int i = 1; i < argc; i++) {
        Str arg = str_from_c(argv[i]);
        d.is_test = d.is_test || str_eq(arg, S("-tests"));
        d.dumps = d.dumps || str_eq(arg, S("-dump"));
        d.from_source = d.from_source || str_eq(arg, S("-source"));
        d.is_brief = d.is_brief || str_eq(arg, S("-brief"));
        d.is_divided = d.is_divided || str_eq(arg, S("-divided"));
        d.goroot = arg.ptr[0] == '/' ? arg : d.goroot;
    }
    read_requests(&d);
    read_heads(&d);
    gather_wanted(&d);
    load(&d);
    add_units(&d);
    answer(&d);
    return 0;
}
