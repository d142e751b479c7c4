#include "go/types/units.h"

#include "base/path.h"
#include "base/sort.h"
#include "base/strbuf.h"
#include "go/mod/version.h"
#include "go/syntax/langversion.h"
#include "go/types/godebuglines.h"

#define MAX_ASSEMBLY (64 * MIB) /* of a file; a larger one is not looked at */

typedef struct {
    Arena *arena;
    const Loaded *loaded;
    const UnitsWish *wish;
    TypecheckUnits *units;
    isize *unit_of; /* by index in loaded->all: 1 + unit; 0: none, or none yet */
    int *versions;  /* by module: 1 + N of its Go 1.N; 0: not asked for yet */
    GodebugLines godebugs;
} Making;

/* ---- versions ---- */

/* N of "1.N", "1.N.3"; what is no version is as if nothing was said. */
static int minor_of(Str go)
{
    GoVersion v;
    int64_t minor;
    return goversion_parse(go, &v) && str_parse_decimal(v.minor, LANGVERSION_ANY - 1, &minor)
               ? (int)minor
               : LANGVERSION_DEFAULT;
}

/* The -lang that cmd/go hands to the compiler (work.(*Builder).gcToolchain.gc). */
static int line_of(Making *m, const Package *p)
{
    const Loaded *l = m->loaded;
    if (p->is_standard) {
        return (int)l->options.target->go_minor;
    }
    if (p->module < 0) {
        return LANGVERSION_ANY;
    }
    if (m->versions[p->module] == 0) {
        Str go = requirements_go_of(m->arena, &l->requirements, p->module);
        m->versions[p->module] = 1 + minor_of(go);
    }
    return m->versions[p->module] - 1;
}

static int version_of(const Making *m, const Package *p, int line)
{
    int wish = p->is_asked_for ? m->wish->lang : 0;
    return wish == 0              ? line
           : wish == UNITS_NEWEST ? (int)m->loaded->options.target->go_minor
                                  : wish;
}

/* ---- files ---- */

static void add_files(Making *m, const Package *p, BuildList list, Strs *names)
{
    for (isize i = 0; i < p->lists[list].len; i++) {
        *VEC_PUSH(m->arena, names) = p->lists[list].ptr[i];
    }
}

/* Those with faults in their heads as well, when that is what is wrong: what is wrong with them is
 * said better by a parser. */
static bool has_faulty_heads(const Package *p)
{
    return p->build != NULL && p->build->fault == BUILDPKG_SYNTAX &&
           p->lists[LIST_INVALID_GO].len > 0;
}

static bool is_list_of_build(const Package *p, BuildList list)
{
    return p->lists[list].ptr == p->build->lists[list].ptr &&
           p->lists[list].len == p->build->lists[list].len;
}

/* Whether they are those of the directory, and no test's. */
static bool has_files_of_build(const Package *p)
{
    return p->build != NULL && is_list_of_build(p, LIST_GO) && is_list_of_build(p, LIST_CGO) &&
           str_eq(p->dir, p->build->dir) && !has_faulty_heads(p);
}

static void take_files(Making *m, const Package *p, TypecheckUnit *unit)
{
    Strs names = {0};
    unit->takes_c = m->wish->takes_c || p->lists[LIST_CGO].len > 0;
    if (has_files_of_build(p)) {
        unit->files = p->build->sources.ptr;
        unit->n_files = p->build->sources.len;
        unit->has_lasting_files = p->build->is_shared;
        return;
    }
    add_files(m, p, LIST_GO, &names);
    add_files(m, p, LIST_CGO, &names);
    if (has_faulty_heads(p)) {
        add_files(m, p, LIST_INVALID_GO, &names);
    }
    Str *files = ARENA_ARRAY(m->arena, Str, names.len);
    for (isize i = 0; i < names.len; i++) {
        files[i] = path_join(m->arena, p->dir, names.ptr[i]);
    }
    unit->files = files;
    unit->n_files = names.len;
}

/* Whether no function can be in another language (gcToolchain.gc of cmd/go: -complete). */
static bool is_complete(const Package *p)
{
    static const BuildList foreign[] = {LIST_CGO, LIST_C,    LIST_CXX,  LIST_M,       LIST_F,
                                        LIST_S,   LIST_SYSO, LIST_SWIG, LIST_SWIG_CXX};
    for (isize i = 0; i < COUNT_OF(foreign); i++) {
        if (p->lists[foreign[i]].len > 0) {
            return false;
        }
    }
    return true;
}

/* ---- what loading found ---- */

/* Takes ":N" off the end. */
static bool eat_number(Str *text, isize *ret)
{
    StrCut cut = str_cut_last(*text, ':');
    int64_t n;
    if (!cut.found || !str_parse_decimal(cut.tail, INT32_MAX, &n)) {
        return false;
    }
    *text = cut.head;
    *ret = (isize)n;
    return true;
}

/* "file:line:column", as seen from the working directory. */
static Position position_of(Arena *a, Str dir, Str pos)
{
    Position at = {0};
    isize last;
    if (!eat_number(&pos, &last)) {
        return (Position){.file = pos.len > 0 ? path_absolute(a, dir, pos) : pos};
    }
    at.line = last;
    if (eat_number(&pos, &at.line)) {
        at.column = last;
    }
    at.file = path_absolute(a, dir, pos);
    return at;
}

/* Of a cycle with the way around it, as the go command tells it. */
static Str words_of(Arena *a, const PackageError *e)
{
    StrBuf b = strbuf_init(a);
    if (!e->is_cycle) {
        return e->words;
    }
    strbuf_add(&b, e->words);
    for (isize i = 0; i < e->stack.len; i++) {
        const ImportStep *step = &e->stack.ptr[i];
        strbuf_add_format(&b, "\n\t%s %.*s", i == 0 ? "package" : "imports", STR_ARG(step->path));
        if (step->from.len > 0) {
            strbuf_add_format(&b, " from %.*s", STR_ARG(step->from));
        }
    }
    return strbuf_str(&b);
}

/* Whether the checker says it better: it names each file that is of another package. */
static bool is_of_names(const Package *p, const TypecheckUnit *unit)
{
    const BuildPackage *b = p->build;
    bool is_read = false;
    for (isize i = 0; i < unit->n_files; i++) {
        is_read = is_read || (b != NULL && str_eq(path_base(unit->files[i]), b->fault_file));
    }
    return is_read && b->fault == BUILDPKG_MULTIPLE && str_eq(p->error->words, b->message);
}

/* Takes "file:line:column: " off the words of a fault of p's head, which is told without a place of
 * its own; empty where they have none. */
static Str eat_place(const Package *p, Str *words)
{
    isize end = str_index(*words, S(": "));
    Str place = end < 0 ? S("") : str_to(*words, end), file = place;
    isize line, column;
    if (!eat_number(&file, &column) || !eat_number(&file, &line) ||
        !str_eq(path_dir(file), p->dir)) {
        return (Str){0};
    }
    *words = str_from(*words, end + 2);
    return place;
}

static void add_fault(Making *m, const Package *p, const PackageError *e, TypecheckUnit *unit)
{
    DiagnosisPart fault = {.message = words_of(m->arena, e)};
    Str pos = e->pos.len > 0 ? e->pos : eat_place(p, &fault.message);
    fault.at = position_of(m->arena, m->loaded->options.dir, pos);
    if (fault.at.file.len == 0 && p->dir.len > 0) {
        fault.at.file = p->dir;
    } else if (fault.at.file.len == 0 && !str_contains(e->words, p->import_path)) {
        fault.at.file = p->import_path;
    }
    *VEC_PUSH(m->arena, &unit->faults) = fault;
}

/* Of a package that is missing, those that import it tell. */
static void take_faults(Making *m, const Package *p, TypecheckUnit *unit)
{
    bool is_for_importers = unit->n_files == 0 && !p->is_asked_for;
    if (p->error == NULL || is_for_importers || has_faulty_heads(p)) {
        return;
    }
    if (!is_of_names(p, unit)) {
        add_fault(m, p, p->error, unit);
    }
    for (isize i = 0; i < p->bad_imports.len; i++) {
        if (p->bad_imports.ptr[i] != p->error) {
            add_fault(m, p, p->bad_imports.ptr[i], unit);
        }
    }
}

static bool is_go_assembly(Str text)
{
    static const Str words[] = {STR_CONST("\nTEXT"), STR_CONST("\nDATA"), STR_CONST("\nGLOBL")};
    for (isize i = 0; i < COUNT_OF(words); i++) {
        if (str_starts_with(text, str_from(words[i], 1)) || str_contains(text, words[i])) {
            return true;
        }
    }
    return false;
}

/* With cgo it is the C compiler that assembles ((*Builder).gas of cmd/go/internal/work); the
 * standard library knows better. */
static void take_assembly(Making *m, const Package *p, TypecheckUnit *unit)
{
    const Strs *files = &p->lists[LIST_S];
    bool is_for_c = p->lists[LIST_CGO].len > 0 && !p->is_standard;
    for (isize i = 0; is_for_c && i < files->len; i++) {
        Str path = path_join(m->arena, p->dir, files->ptr[i]), text;
        Arena scratch = *m->arena;
        Err ignored;
        if (file_read_all(&scratch, FILE_CWD, path, MAX_ASSEMBLY, &text, &ignored) == FILE_FOUND &&
            is_go_assembly(text)) {
            Str words = str_format(m->arena, "package using cgo has Go assembly file %.*s",
                                   STR_ARG(files->ptr[i]));
            *VEC_PUSH(m->arena, &unit->faults) = (DiagnosisPart){.message = words, .at.file = path};
        }
    }
}

/* ---- imports ---- */

static bool is_meant(const Package *p, Str path)
{
    return str_eq(p->import_path, path) || str_eq(p->source_path, path);
}

/* What a package means by an import: one of its deps, by the path that stands in its list. They are
 * nearly always in the order of the imports: *at is where the last one was. */
static const Package *dep_of(const Package *p, Str path, isize *at)
{
    isize n = p->deps.len;
    for (isize i = 0; i < n; i++) {
        isize k = (*at + 1 + i) % n;
        if (is_meant(p->deps.ptr[k], path)) {
            *at = k;
            return p->deps.ptr[k];
        }
    }
    return NULL;
}

/* index: of the importer in loaded->all. */
static UnitImport import_of(Making *m, isize index, const Package *dep, Str raw)
{
    UnitImport import = {.path = raw, .unit = -1};
    if (dep == NULL) {
        import.trouble = S("it was not loaded");
        return import;
    }
    isize at = dep->place;
    bool is_before = at < index && m->unit_of[at] > 0;
    if (at >= index) {
        import.trouble = S("import cycle not allowed");
    } else if (is_before && m->units->ptr[m->unit_of[at] - 1].n_files > 0) {
        import.unit = m->unit_of[at] - 1;
    } else {
        import.trouble = dep->error != NULL ? dep->error->words : package_no_go(m->arena, dep);
    }
    return import;
}

static bool has_import(const TypecheckUnit *unit, Str path)
{
    isize i = unit->n_imports;
    while (i > 0 && !str_eq(unit->imports[i - 1].path, path)) {
        i--;
    }
    return i > 0;
}

/* Each path once; they are sorted, but where those of tests come first. */
static void take_imports(Making *m, isize index, const Package *p, TypecheckUnit *unit)
{
    UnitImport *imports = ARENA_ARRAY(m->arena, UnitImport, p->imports.len);
    bool are_sorted = true;
    isize at = -1;
    Str last = {0};
    unit->imports = imports;
    for (isize i = 0; i < p->imports.len && i < p->raw.len; i++) {
        Str raw = p->raw.ptr[i];
        if (str_eq(raw, S("C")) || str_eq(raw, S("unsafe"))) {
            continue;
        }
        are_sorted = are_sorted && str_compare(last, raw) < 0;
        if (are_sorted || !has_import(unit, raw)) {
            UnitImport import = import_of(m, index, dep_of(p, p->imports.ptr[i], &at), raw);
            unit->lacks_imports |= import.unit < 0 || m->units->ptr[import.unit].lacks_imports;
            imports[unit->n_imports++] = import;
            last = raw;
        }
    }
}

/* ---- all of them ---- */

/* Whether loading stopped at an error before the imports, as where a command cannot be linked: then
 * nothing is known of what its files mean. */
static bool is_given_up(const Package *p)
{
    return p->error != NULL && p->imports.len > 0 && p->deps.len == 0 && !has_faulty_heads(p);
}

static void add_unit(Making *m, isize index, const Package *p)
{
    int line = line_of(m, p);
    TypecheckUnit unit = {
        .path = p->source_path,
        .name = p->name,
        .version = version_of(m, p, line),
        .line = line,
        .ignores_bodies = p->is_standard && !p->is_asked_for && !m->wish->checks_std,
        .is_standard = p->is_standard,
        .is_complete = is_complete(p),
        .is_program = p->is_asked_for && str_eq(p->name, S("main")) && p->for_test.len == 0,
        .is_asked_for = p->is_asked_for,
        .embeds = p->embeds[BUILD_FILES],
    };
    if (!is_given_up(p)) {
        take_files(m, p, &unit);
        take_imports(m, index, p, &unit);
    }
    take_faults(m, p, &unit);
    take_assembly(m, p, &unit);
    godebuglines_check(&m->godebugs, p, &unit.faults);
    *VEC_PUSH(m->arena, m->units) = unit;
    m->unit_of[index] = m->units->len;
}

void units_of_loaded(Arena *a, const Loaded *l, const UnitsWish *wish, TypecheckUnits *ret)
{
    *ret = (TypecheckUnits){0};
    Making m = {.arena = a,
                .loaded = l,
                .wish = wish,
                .godebugs = {.arena = a, .options = &l->options},
                .units = ret,
                .unit_of = ARENA_ARRAY(a, isize, l->all.len),
                .versions = ARENA_ARRAY(a, int, l->requirements.modules.len)};
    for (isize i = 0; i < l->all.len; i++) {
        if (!l->all.ptr[i]->is_test_main) {
            add_unit(&m, i, l->all.ptr[i]);
        }
    }
    for (isize i = 0; i < l->all.len; i++) {
        const Package *tested = l->all.ptr[i]->tested;
        if (tested != NULL && m.unit_of[i] > 0) {
            ret->ptr[m.unit_of[i] - 1].tested = m.unit_of[tested->place];
        }
    }
}
