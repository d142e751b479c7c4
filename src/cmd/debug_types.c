/* What the type checker makes of one place, as docs/formats/debug.md says. */
#include "base/path.h"
#include "cmd/buildcontext.h"
#include "cmd/table.h"
#include "go/load/load.h"
#include "go/types/describe.h"
#include "go/types/units.h"
#include "os/file.h"

#define MAX_NUMBER 1000000000 /* lines and columns: no file has as many */

typedef struct {
    Invocation *inv;
    BuildContext build;
    MainMods mains;
    const MainMods *main;
    Loaded loaded;
    TypecheckUnits units;
    Typecheck *run;
    Description what;
} Look;

/* ---- the argument ---- */

/* The number behind the last colon, which is cut off. */
static bool take_number(Str *text, isize *ret)
{
    isize colon = str_last_index_byte(*text, ':');
    int64_t n;
    if (colon < 0 || !str_parse_decimal(str_from(*text, colon + 1), MAX_NUMBER, &n) || n == 0) {
        return false;
    }
    *text = str_to(*text, colon);
    *ret = (isize)n;
    return true;
}

static bool read_place(Look *k, Str dir, Err *err)
{
    Str text = k->inv->args[0], file = text;
    if (!take_number(&file, &k->what.at.column) || !take_number(&file, &k->what.at.line) ||
        file.len == 0) {
        FAIL(err, ERR_USAGE, "'%.*s' is no place in a file", STR_ARG(text));
        return err_hint(err, "FILE:LINE:COLUMN, as compilers tell it: main.go:12:5");
    }
    k->what.path = path_absolute(k->inv->arena, dir, file);
    FileStat st;
    switch (file_stat(FILE_CWD, k->what.path, &st, err)) {
    case FILE_FOUND:
        return true;
    case FILE_ABSENT:
        return FAIL(err, ERR_NOT_FOUND, "there is no file '%.*s'", STR_ARG(k->what.path));
    case FILE_FAILED:
        break;
    }
    return false;
}

/* ---- the package ---- */

static isize find_unit(const Look *k)
{
    for (isize i = 0; i < k->units.len; i++) {
        const TypecheckUnit *unit = &k->units.ptr[i];
        for (isize f = 0; unit->is_asked_for && f < unit->n_files; f++) {
            if (str_eq(unit->files[f], k->what.path)) {
                return i;
            }
        }
    }
    return -1;
}

/* Loads what argument means; k->what.unit says whether the file is part of it. */
static bool load(Look *k, Str dir, const Str *argument, Err *err)
{
    LoadOptions o = {.env = &k->build.env,
                     .goroot = k->build.goroot,
                     .go_version = k->build.go_version,
                     .dir = dir,
                     .mains = k->main,
                     .target = &k->build.target,
                     .wants_tests = str_ends_with(k->what.path, S("_test.go")),
                     .ignores_profiles = true,
                     .jobs = k->inv->jobs};
    UnitsWish wish = {0};
    k->what.unit = -1;
    if (!load_packages(k->inv->arena, &o, argument, 1, &k->loaded, err)) {
        return false;
    }
    k->units = (TypecheckUnits){0};
    units_of_loaded(k->inv->arena, &k->loaded, &wish, &k->units);
    k->what.unit = find_unit(k);
    return true;
}

/* The package is there, but is built without the file. */
static bool is_left_out(const Look *k)
{
    Str name = path_base(k->what.path);
    for (isize i = 0; i < k->loaded.list.len; i++) {
        const Strs *ignored = &k->loaded.list.ptr[i]->lists[LIST_IGNORED_GO];
        for (isize n = 0; n < ignored->len; n++) {
            if (str_eq(ignored->ptr[n], name)) {
                return true;
            }
        }
    }
    return false;
}

/* The package in the directory of the file; where there is none, the file by itself. */
static bool find_package(Look *k, Str dir, Err *err)
{
    Str folder = path_dir(k->what.path);
    bool ok = load(k, dir, &folder, err);
    if (ok && k->what.unit < 0 && !is_left_out(k)) {
        load_done(&k->loaded);
        ok = load(k, dir, &k->what.path, err);
    }
    if (ok && k->what.unit < 0) {
        const Target *t = &k->build.target;
        ok = FAIL(err, ERR_NOT_FOUND, "'%.*s' is in no package that is built for %.*s/%.*s",
                  STR_ARG(k->what.path), STR_ARG(t->os), STR_ARG(t->arch));
        err_hint(err, "goward files %.*s, which says why; or --target", STR_ARG(folder));
    }
    return ok;
}

/* ---- what is there ---- */

/* Only the package itself is looked into; of the others what they declare is enough. */
static bool run(Look *k, Err *err)
{
    for (isize i = 0; i < k->units.len; i++) {
        k->units.ptr[i].is_asked_for = i == k->what.unit;
        k->units.ptr[i].ignores_bodies = i != k->what.unit;
    }
    TypecheckOptions *o = ARENA_NEW(k->inv->arena, TypecheckOptions);
    *o = (TypecheckOptions){.units = &k->units,
                            .arch = k->build.target.arch,
                            .go_minor = (int)k->build.target.go_minor,
                            .records = true,
                            .jobs = k->inv->jobs,
                            .witness = describe_place,
                            .witness_context = &k->what};
    if (!typecheck_run(k->inv->arena, o, &k->run, err)) {
        return false;
    }
    const Description *d = &k->what;
    if (!d->has_line) {
        return FAIL(err, ERR_NOT_FOUND, "'%.*s' has no line %td", STR_ARG(d->path), d->at.line);
    }
    if (!d->has_column) {
        return FAIL(err, ERR_NOT_FOUND, "line %td of '%.*s' has no column %td", d->at.line,
                    STR_ARG(d->path), d->at.column);
    }
    if (!d->is_found) {
        return FAIL(err, ERR_NOT_FOUND, "no expression and no name stands at %.*s",
                    STR_ARG(k->inv->args[0]));
    }
    return true;
}

/* ---- telling it ---- */

static void tell_line(const Look *k, Str label, Str text)
{
    if (text.len > 0) {
        report_line(k->inv->report, "%-11.*s %.*s", STR_ARG(label), STR_ARG(text));
    }
}

/* Where the object is declared; line 0: the language has it. */
static Position declared_at(const Look *k)
{
    const DescribedObject *o = &k->what.object;
    if (o->file == 0) {
        return (Position){0};
    }
    const Positions *p = typecheck_positions(k->run, o->file);
    LinePos at = lines_at(&p->lines, o->pos);
    return (Position){p->path, at.line, at.column};
}

static void tell_text(const Look *k)
{
    Arena *a = k->inv->arena;
    const Description *d = &k->what;
    tell_line(k, S("expression"), d->expression);
    tell_line(k, S("is a"), d->kind);
    tell_line(k, S("type"), d->type);
    tell_line(k, S("underlying"), d->underlying);
    tell_line(k, S("value"), d->value);
    if (d->object.kind.len > 0) {
        tell_line(k, S("denotes"), d->object.text);
        Position at = declared_at(k);
        at.file = report_place(k->inv->report, a, (Place){.file = at.file});
        tell_line(k, S("declared"),
                  at.line > 0 ? position_format(a, at) : S("by the language itself"));
    }
    if (d->selection.len > 0) {
        tell_line(k, S("selects"),
                  str_format(a, "%.*s of %.*s, by the fields [%.*s]", STR_ARG(d->selection),
                             STR_ARG(d->receiver), STR_ARG(d->fields)));
    }
    for (isize i = 0; i < d->n_type_args; i++) {
        tell_line(k, i == 0 ? S("arguments") : S(""), d->type_args[i]);
    }
}

static void add_place(JsonWriter *w, LinePos at)
{
    json_key_number(w, S("line"), at.line);
    json_key_number(w, S("column"), at.column);
}

static void add_object(const Look *k, JsonWriter *w)
{
    const DescribedObject *o = &k->what.object;
    Position at = declared_at(k);
    if (o->kind.len == 0) {
        json_key_null(w, S("object"));
        return;
    }
    json_key_object(w, S("object"));
    json_key_str(w, S("kind"), o->kind);
    json_key_str(w, S("name"), o->name);
    json_key_str_or_null(w, S("package"), o->package);
    json_key_str(w, S("text"), o->text);
    json_key_str_or_null(w, S("file"), at.file);
    if (at.line > 0) {
        add_place(w, (LinePos){at.line, at.column});
    } else {
        json_key_null(w, S("line"));
        json_key_null(w, S("column"));
    }
    json_end(w);
}

static void add_selection(const Description *d, JsonWriter *w)
{
    if (d->selection.len == 0) {
        json_key_null(w, S("selection"));
        return;
    }
    json_key_object(w, S("selection"));
    json_key_str(w, S("kind"), d->selection);
    json_key_str(w, S("receiver"), d->receiver);
    json_key_str(w, S("path"), d->fields);
    json_end(w);
}

static void tell_json(const Look *k)
{
    const Description *d = &k->what;
    JsonWriter *w = report_json_begin(k->inv->report, S("debug-types"), 1);
    json_key_str(w, S("file"), d->path);
    add_place(w, d->start);
    json_key_object(w, S("end"));
    add_place(w, d->end);
    json_end(w);
    json_key_str(w, S("expression"), d->expression);
    json_key_str_or_null(w, S("kind"), d->kind);
    json_key_str_or_null(w, S("type"), d->type_with_paths);
    json_key_str_or_null(w, S("underlying"), d->underlying);
    json_key_str_or_null(w, S("value"), d->value);
    add_object(k, w);
    add_selection(d, w);
    json_key_array(w, S("type_arguments"));
    for (isize i = 0; i < d->n_type_args; i++) {
        json_str(w, d->type_args[i]);
    }
    json_end(w);
    report_json_end(k->inv->report);
}

static bool describe(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    Look k = {.inv = inv, .what = {.arena = inv->arena, .unit = -1}};
    if (!read_place(&k, c->dir, err) || !buildcontext_find(inv, c, &k.build, err) ||
        !buildcontext_find_mains(inv, &k.build, c->dir, &k.mains, &k.main, err)) {
        return false;
    }
    bool ok = find_package(&k, c->dir, err) && run(&k, err);
    if (ok && inv->wants_json) {
        tell_json(&k);
    } else if (ok) {
        tell_text(&k);
    }
    isize n_errors = ok ? typecheck_result(k.run, k.what.unit)->errors.len : 0;
    if (n_errors > 0) {
        report_talk(inv->report, "the package has %td error%s, which 'goward check' tells",
                    n_errors, n_errors == 1 ? "" : "s");
        *ret_code = EXIT_FINDINGS;
    }
    if (k.run != NULL) {
        typecheck_done(k.run);
    }
    load_done(&k.loaded);
    return ok;
}

bool cmd_debug_types(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, describe, ret_code, err);
}
