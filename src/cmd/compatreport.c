#include "cmd/compatreport.h"

#include "base/path.h"
#include "go/mod/version.h"
#include "go/syntax/langversion.h"
#include "report/table.h"

static const Str verdicts[LINE_COUNT] = {
    [LINE_NONE] = STR_CONST("none"),       [LINE_FITS] = STR_CONST("fits"),
    [LINE_HIGHER] = STR_CONST("higher"),   [LINE_TOO_LOW] = STR_CONST("too-low"),
    [LINE_UNKNOWN] = STR_CONST("unknown"),
};

static const Str kinds[STD_KIND_COUNT] = {
    [STD_CONST] = STR_CONST("const"), [STD_VAR] = STR_CONST("var"),
    [STD_FUNC] = STR_CONST("func"),   [STD_TYPE] = STR_CONST("type"),
    [STD_FIELD] = STR_CONST("field"), [STD_METHOD] = STR_CONST("method"),
};

/* ---- what both have ---- */

static Str step_name(Arena *a, const CompatAnswer *x, const FloorStep *s)
{
    if (s->use != NULL) {
        return use_name(a, &x->std, s->use);
    }
    return s->module != NULL ? modversion_format(a, s->module->mod)
                             : str_format(a, "the %.*s line of go.mod", STR_ARG(s->word));
}

/* The newest step that a Go lacks, test files left out; NULL: it has all. */
static const FloorStep *step_against(const CompatAnswer *x, CompatGo go)
{
    for (isize i = 0; i < x->floor.steps.len; i++) {
        const FloorStep *s = &x->floor.steps.ptr[i];
        if (!s->is_test && compat_is_older(go, s->go)) {
            return s;
        }
    }
    return NULL;
}

/* Behind errors, and in a go.mod that cannot be read, may be something that speaks against it. */
static Str verdict_of(const CompatAnswer *x, CompatGo go)
{
    return step_against(x, go) != NULL ? S("no") : x->floor.is_partial ? S("unknown") : S("yes");
}

/* ---- for programs ---- */

static void add_place(JsonWriter *w, const CodeUse *use)
{
    json_key_str(w, S("file"), use->at.file);
    json_key_number(w, S("line"), use->at.line);
    json_key_number(w, S("column"), use->at.column);
}

static void add_use(Invocation *inv, JsonWriter *w, const CompatAnswer *x, const CodeUse *use)
{
    Arena a = *inv->arena;
    json_begin_object(w);
    json_key_str(w, S("what"), use_name(&a, &x->std, use));
    if (use->kind == USE_FEATURE) {
        json_key_str(w, S("gate"), langversion_row((LangFeature)use->what)->where);
    } else if (use->kind == USE_SYMBOL) {
        const StdSymbol *symbol = &x->std.symbols.ptr[use->what];
        json_key_str(w, S("package"), symbol->package);
        json_key_str(w, S("name"), symbol->name);
        json_key_str(w, S("kind"), kinds[symbol->kind]);
    }
    json_key_str(w, S("since"), str_format(&a, "1.%d", use->since));
    json_key_number(w, S("count"), use->count);
    json_key_number(w, S("newer"), use->n_newer);
    json_key_bool(w, S("guarded"), use->is_guarded);
    json_key_bool(w, S("test"), use->is_test);
    add_place(w, use);
    json_end(w);
}

static void add_uses(Invocation *inv, JsonWriter *w, const CompatAnswer *x, Str key, UseKind kind)
{
    json_key_array(w, key);
    for (isize i = 0; i < x->uses.len; i++) {
        if (x->uses.ptr[i].kind == kind) {
            add_use(inv, w, x, &x->uses.ptr[i]);
        }
    }
    json_end(w);
}

static void add_steps(Invocation *inv, JsonWriter *w, const CompatAnswer *x)
{
    json_key_array(w, S("steps"));
    for (isize i = 0; i < x->floor.steps.len; i++) {
        const FloorStep *s = &x->floor.steps.ptr[i];
        json_begin_object(w);
        json_key_str(w, S("go"), s->go);
        json_key_str(w, S("what"), step_name(inv->arena, x, s));
        json_key_bool(w, S("test"), s->is_test);
        json_key_number(w, S("others"), s->n_others);
        if (s->use != NULL) {
            add_place(w, s->use);
        }
        json_end(w);
    }
    json_end(w);
}

static void add_modules(JsonWriter *w, const CompatAnswer *x)
{
    json_key_array(w, S("modules"));
    for (isize i = 0; x->has_modules && i < x->modules.modules.len; i++) {
        const CompatModule *m = &x->modules.modules.ptr[i];
        if (!m->is_main && m->needs.len > 0) {
            json_begin_object(w);
            json_key_str(w, S("path"), m->mod.path);
            json_key_str(w, S("version"), m->mod.version);
            json_key_str(w, S("go"), m->needs);
            json_end(w);
        }
    }
    json_end(w);
}

static void add_gos(JsonWriter *w, Arena *a, const CompatAnswer *x)
{
    json_key_array(w, S("gos"));
    for (isize i = 0; i < x->gos.len; i++) {
        const FloorStep *s = step_against(x, x->gos.ptr[i]);
        json_begin_object(w);
        json_key_str(w, S("go"), x->gos.ptr[i].version);
        json_key_str(w, S("verdict"), verdict_of(x, x->gos.ptr[i]));
        json_key_str_or_null(w, S("why"), s == NULL ? (Str){0} : step_name(a, x, s));
        json_end(w);
    }
    json_end(w);
}

static void tell_json(Invocation *inv, const CompatAnswer *x)
{
    JsonWriter *w = report_json_begin(inv->report, S("compat"), 1);
    add_gos(w, inv->arena, x);
    json_key_str_or_null(w, S("lowest"), x->floor.lowest);
    json_key_str_or_null(w, S("lowest_with_tests"), x->floor.lowest_with_tests);
    json_key_str_or_null(w, S("go_line"), x->floor.line);
    json_key_str(w, S("verdict"), verdicts[x->floor.verdict]);
    add_steps(inv, w, x);
    add_uses(inv, w, x, S("features"), USE_FEATURE);
    add_uses(inv, w, x, S("packages"), USE_PACKAGE);
    add_uses(inv, w, x, S("symbols"), USE_SYMBOL);
    add_uses(inv, w, x, S("meaning_changes"), USE_LOOP);
    add_modules(w, x);
    json_key_str_or_null(w, S("symbols_from"), x->std.source);
    json_key_array(w, S("targets"));
    for (isize i = 0; i < x->grid->n_targets; i++) {
        json_str(w, platform_format(inv->arena, x->grid->targets[i]));
    }
    json_end(w);
    json_key_object(w, S("coverage"));
    json_key_number(w, S("packages"), x->n_packages);
    json_key_number(w, S("files"), x->n_files);
    json_key_number(w, S("errors"), x->n_errors);
    json_key_number(w, S("left_out"), x->n_left_out);
    json_end(w);
    report_json_end(inv->report);
}

/* ---- for people ---- */

static Str place_of(Invocation *inv, const CodeUse *use)
{
    Position at = use->at;
    if (path_is_absolute(at.file)) {
        at.file = report_place(inv->report, inv->arena, (Place){.file = at.file});
    }
    return position_format(inv->arena, at);
}

static Str remark_of(const CodeUse *use)
{
    if (use->kind == USE_LOOP) {
        return use->n_newer > 0 ? S("will mean something else") : S("meant something else");
    }
    return use->is_guarded ? S("behind a build line") : use->n_newer > 0 ? S("newer") : S("");
}

/* Every use, with --all. */
static void show_uses(Invocation *inv, const CompatAnswer *x)
{
    static const Column columns[] = {{.head = S("go")},
                                     {.head = S("what"), .may_cut = true},
                                     {.head = S("uses"), .is_number = true},
                                     {.head = S("first")},
                                     {.head = S("files")},
                                     {.head = S("remark")}};
    Table t = table_init(inv->arena, columns, COUNT_OF(columns));
    for (isize i = 0; i < x->uses.len; i++) {
        const CodeUse *use = &x->uses.ptr[i];
        Row *row = table_add(&t);
        row->cells[0] = (Cell){str_format(inv->arena, "1.%d", use->since), INK_STRONG};
        row->cells[1].text = use_name(inv->arena, &x->std, use);
        row->cells[2].text = str_format(inv->arena, "%td", use->count);
        row->cells[3].text = place_of(inv, use);
        row->cells[4].text = use->is_test ? S("tests") : S("");
        row->cells[5] = (Cell){remark_of(use), use->n_newer > 0 ? INK_WARN : INK_DIM};
    }
    table_print(inv->report, REPORT_DATA, &t);
}

/* One thing a step, the newest version first. */
static void show_steps(Invocation *inv, const CompatAnswer *x)
{
    static const Column columns[] = {{.head = S("go")},
                                     {.head = S("is needed for"), .may_cut = true},
                                     {.head = S("first use")},
                                     {.head = S("others"), .is_number = true}};
    Arena *a = inv->arena;
    Table t = table_init(a, columns, COUNT_OF(columns));
    for (isize i = 0; i < x->floor.steps.len; i++) {
        const FloorStep *s = &x->floor.steps.ptr[i];
        Row *row = table_add(&t);
        row->cells[0] = (Cell){s->go, s->is_test ? INK_DIM : INK_STRONG};
        row->cells[1].text = str_concat(a, step_name(a, x, s), s->is_test ? S(" (tests)") : S(""));
        row->cells[2].text = s->use != NULL ? place_of(inv, s->use) : S("go.mod");
        row->cells[3].text = s->n_others > 0 ? str_format(a, "%td", s->n_others) : S("");
    }
    table_print(inv->report, REPORT_DATA, &t);
}

static void show_fact(Invocation *inv, Ink ink, Str label, Str first, Str second)
{
    Step fact = {.label = label, .parts = {first, second}, .ink = ink};
    report_fact(inv->report, &fact);
}

static void show_gos(Invocation *inv, const CompatAnswer *x)
{
    for (isize i = 0; i < x->gos.len; i++) {
        const FloorStep *s = step_against(x, x->gos.ptr[i]);
        Str why = s == NULL ? (Str){0}
                            : str_format(inv->arena, "%.*s needs %.*s",
                                         STR_ARG(step_name(inv->arena, x, s)), STR_ARG(s->go));
        Ink ink = s != NULL ? INK_BAD : x->floor.is_partial ? INK_WARN : INK_GOOD;
        show_fact(inv, ink, verdict_of(x, x->gos.ptr[i]),
                  str_concat(inv->arena, S("go "), x->gos.ptr[i].version), why);
    }
}

static isize count_loops(const CompatAnswer *x, const CodeUse **ret_first)
{
    isize n = 0;
    for (isize i = 0; i < x->uses.len; i++) {
        const CodeUse *use = &x->uses.ptr[i];
        if (use->kind == USE_LOOP && !use->is_guarded) {
            *ret_first = n++ == 0 ? use : *ret_first;
        }
    }
    return n;
}

static void show_loops(Invocation *inv, const CompatAnswer *x)
{
    const CodeUse *first = NULL;
    isize n = count_loops(x, &first);
    if (n > 0) {
        show_fact(inv, INK_PLAIN, S("meaning"),
                  str_format(inv->arena, "%td loop%s %s another meaning %s go 1.%d", n,
                             n == 1 ? "" : "s", n == 1 ? "has" : "have",
                             first->n_newer > 0 ? "from" : "before", USE_LOOP_SINCE),
                  str_format(inv->arena, "the first at %.*s", STR_ARG(place_of(inv, first))));
    }
}

static Str lowest_text(Arena *a, const Floor *f)
{
    if (f->lowest.len == 0) {
        return f->is_partial ? S("not known") : S("any Go that has modules");
    }
    return str_concat(a, f->is_partial ? S("go >= ") : S("go "), f->lowest);
}

static void show_floor(Invocation *inv, const CompatAnswer *x)
{
    static const Str judged[LINE_COUNT] = {
        [LINE_FITS] = STR_CONST("fits"),
        [LINE_HIGHER] = STR_CONST("is higher than needed"),
        [LINE_TOO_LOW] = STR_CONST("is too low: it builds only where Go is newer than that"),
        [LINE_UNKNOWN] = STR_CONST("may be right: not all that is used is known"),
    };
    static const Ink inks[LINE_COUNT] = {[LINE_FITS] = INK_GOOD,
                                         [LINE_HIGHER] = INK_PLAIN,
                                         [LINE_TOO_LOW] = INK_BAD,
                                         [LINE_UNKNOWN] = INK_WARN};
    const Floor *f = &x->floor;
    Str tests =
        goversion_compare(f->lowest_with_tests, f->lowest) > 0
            ? str_format(inv->arena, "go %.*s with its tests", STR_ARG(f->lowest_with_tests))
            : (Str){0};
    show_fact(inv, INK_STRONG, S("lowest"), lowest_text(inv->arena, f), tests);
    if (f->verdict != LINE_NONE) {
        show_fact(inv, inks[f->verdict], S("go line"), str_concat(inv->arena, S("go "), f->line),
                  judged[f->verdict]);
    }
}

static void warn(Invocation *inv, const CompatAnswer *x)
{
    if (x->std.source.len == 0) {
        report_warn(inv->report, "this Go does not say since when the standard library has what: "
                                 "neither GOROOT/api nor the table of vet is there, so symbols and "
                                 "packages are left out");
    }
    if (x->n_errors > 0) {
        report_warn(inv->report,
                    "%td error%s, which 'goward check' tells: what is behind them is not seen",
                    x->n_errors, x->n_errors == 1 ? "" : "s");
    }
    if (x->has_modules && x->modules.is_partial) {
        report_warn(inv->report,
                    "not all of the module graph can be read; see 'goward mod compat'");
    }
}

/* What they use may ask for a newer Go. */
static void tell_of_left_out(Invocation *inv, const CompatAnswer *x)
{
    isize n = x->n_left_out, n_targets = x->grid->n_targets;
    Str one = platform_format(inv->arena, x->grid->targets[0]);
    Str several = str_format(inv->arena, "any of %td targets", n_targets);
    if (n > 0) {
        report_talk(inv->report,
                    "%td Go file%s not built for %.*s, and not looked at; see 'goward files'%s", n,
                    n == 1 ? " is" : "s are", STR_ARG(n_targets > 1 ? several : one),
                    n_targets > 1 ? "" : ", or take --target all");
    }
}

void compatreport_tell(Invocation *inv, const CompatAnswer *x, int *ret_code)
{
    warn(inv, x);
    if (inv->wants_json) {
        tell_json(inv, x);
    } else {
        if (option_is_set(inv, OPTION_ALL)) {
            show_uses(inv, x);
        } else {
            show_steps(inv, x);
        }
        show_gos(inv, x);
        show_loops(inv, x);
        show_floor(inv, x);
    }
    tell_of_left_out(inv, x);
    bool is_refused = false;
    for (isize i = 0; x->is_asked && i < x->gos.len; i++) {
        is_refused = is_refused || step_against(x, x->gos.ptr[i]) != NULL;
    }
    if (is_refused || x->n_errors > 0 || x->floor.verdict == LINE_TOO_LOW) {
        *ret_code = EXIT_FINDINGS;
    }
}
