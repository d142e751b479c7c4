/*
 * goward check: what is wrong with the types of packages, told as the compiler would, for as many
 * targets, Gos and sets of tags as are asked for.
 */
#include "base/path.h"
#include "base/strbuf.h"
#include "cmd/checkfindings.h"
#include "cmd/errorplace.h"
#include "cmd/session.h"
#include "cmd/table.h"
#include "go/mod/version.h"

#define MAX_LANG 999 /* N of --lang go1.N */

/* "go1.21", "1.21"; a patch release means its language. */
static bool read_lang(const Invocation *inv, int *ret, Err *err)
{
    Str text = option_text(inv, OPTION_LANG), version = text;
    GoVersion v;
    int64_t minor;
    *ret = 0;
    if (!option_is_set(inv, OPTION_LANG)) {
        return true;
    }
    str_eat_prefix(&version, S("go"));
    if (!goversion_parse(version, &v) || !str_eq(v.major, S("1")) ||
        !str_parse_decimal(v.minor, MAX_LANG, &minor) || minor == 0) {
        FAIL(err, ERR_USAGE, "'%.*s' is no version of the language", STR_ARG(text));
        return err_hint(err, "--lang go1.21");
    }
    *ret = (int)minor;
    return true;
}

/* ---- for people ---- */

/* " (linux/arm, windows/386)"; empty where it holds for all. */
static Str cells_text(Arena *a, const CheckFindings *all, const CheckFinding *f)
{
    Str text = checkgrid_text(a, &all->grid, f->cells);
    return text.len > 0 ? str_format(a, " (%.*s)", STR_ARG(text)) : text;
}

/* Whether the message proper ends with the line, and details or nothing follow. */
static bool ends_message(Str line, Str rest)
{
    return rest.len == 0 || (str_starts_with(rest, S("\t")) && !str_ends_with(line, S(":")));
}

/* The first line behind the place, the others below it; behind: what stands behind the message. */
static void tell_lines(Report *r, Str indent, Str place, Str message, Str behind)
{
    Str before = place;
    for (Str line, rest = message; str_next_line(&rest, &line);) {
        bool ends = behind.len > 0 && ends_message(line, rest);
        report_line(r, "%.*s%.*s%.*s%.*s", STR_ARG(indent), STR_ARG(before),
                    STR_ARG(str_trim(line)), STR_ARG(ends ? behind : S("")));
        before = S("    ");
        behind = ends ? S("") : behind;
    }
}

static void tell_finding(Report *r, const CheckFindings *all, const CheckFinding *f)
{
    Arena a = *all->arena;
    const Diagnosis *d = &f->what;
    Str cells = cells_text(&a, all, f);
    Str behind =
        d->code.len > 0 ? str_format(&a, " [%.*s]%.*s", STR_ARG(d->code), STR_ARG(cells)) : cells;
    tell_lines(r, S(""), errorplace_text(r, &a, d->main.at), d->main.message, behind);
    if (d->main.excerpt.caret.len > 0) {
        report_line(r, "    %.*s", STR_ARG(d->main.excerpt.line));
        report_line(r, "    %.*s", STR_ARG(d->main.excerpt.caret));
    }
    for (isize i = 0; i < d->n_related; i++) {
        const DiagnosisPart *p = &d->related[i];
        tell_lines(r, S("  "), errorplace_text(r, &a, p->at), p->message, S(""));
    }
}

/* " for 47 targets"; empty for one. */
static Str count_text(Arena *a, const CheckGrid *g)
{
    StrBuf b = strbuf_init(a);
    if (g->n_targets > 1) {
        strbuf_add_format(&b, " for %td targets", g->n_targets);
    }
    if (g->n_tags > 1) {
        strbuf_add_format(&b, " with %td sets of tags", g->n_tags);
    }
    if (g->n_gos > 1) {
        strbuf_add_format(&b, " with %td Gos", g->n_gos);
    }
    return strbuf_str(&b);
}

/* Says how much was looked at where it is not all. */
static void tell_coverage(Report *r, const CheckCoverage *c)
{
    if (c->n_own_untyped > 0) {
        int64_t permille = (c->n_own_expressions - c->n_own_untyped) * 1000 / c->n_own_expressions;
        report_talk(r,
                    "%d.%d %% of the expressions are known; what is wrong with others is not told",
                    (int)(permille / 10), (int)(permille % 10));
    }
}

static void sum_up(Report *r, const CheckFindings *all, int *ret_code)
{
    Arena a = *all->arena;
    isize n = all->list.len + all->n_dropped, n_packages = all->coverage.n_packages;
    if (all->n_dropped > 0) {
        report_talk(r, "%td more are not shown: of a package at most %d are", all->n_dropped,
                    TYPECHECK_MAX_ERRORS);
    }
    tell_coverage(r, &all->coverage);
    if (n > 0) {
        *ret_code = EXIT_FINDINGS;
        report_talk(r, "%td error%s", n, n == 1 ? "" : "s");
    } else {
        report_talk(r, "%td package%s, no errors%.*s", n_packages, n_packages == 1 ? "" : "s",
                    STR_ARG(count_text(&a, &all->grid)));
    }
}

/* ---- for programs ---- */

static void add_number(JsonWriter *w, Str key, isize n)
{
    if (n > 0) {
        json_key_number(w, key, n);
    } else {
        json_key_null(w, key);
    }
}

static void add_place(JsonWriter *w, Position at)
{
    json_key_str_or_null(w, S("file"), at.file);
    add_number(w, S("line"), at.line);
    add_number(w, S("column"), at.column);
}

static void add_end(JsonWriter *w, Position end)
{
    if (end.line == 0) {
        json_key_null(w, S("end"));
        return;
    }
    json_key_object(w, S("end"));
    add_number(w, S("line"), end.line);
    add_number(w, S("column"), end.column);
    json_end(w);
}

/* Targets for which it holds in any cell, and then the cells. */
static void add_cells(JsonWriter *w, const CheckFindings *all, const CheckFinding *f)
{
    Arena a = *all->arena;
    const CheckGrid *g = &all->grid;
    json_key_array(w, S("targets"));
    for (isize t = 0; t < g->n_targets; t++) {
        bool holds = false;
        for (isize i = t; i < g->n_cells; i += g->n_targets) {
            holds = holds || f->cells[i];
        }
        if (holds) {
            json_str(w, platform_format(&a, g->targets[t]));
        }
    }
    json_end(w);
    json_key_array(w, S("rounds"));
    isize n = 0;
    for (isize i = 0; i < g->n_cells; i++) {
        if (f->cells[i]) {
            json_number(w, n);
        }
        n += g->is_port[i];
    }
    json_end(w);
}

static void add_diagnostic(JsonWriter *w, const CheckFindings *all, const CheckFinding *f)
{
    const Diagnosis *d = &f->what;
    json_begin_object(w);
    add_place(w, d->main.at);
    add_end(w, d->main.end);
    json_key_str_or_null(w, S("code"), d->code);
    json_key_str(w, S("message"), d->main.message);
    json_key_str(w, S("severity"), S("error"));
    add_cells(w, all, f);
    json_key_array(w, S("related"));
    for (isize i = 0; i < d->n_related; i++) {
        json_begin_object(w);
        add_place(w, d->related[i].at);
        json_key_str(w, S("message"), d->related[i].message);
        json_end(w);
    }
    json_end(w);
    json_end(w);
}

static void add_rounds(JsonWriter *w, const CheckFindings *all)
{
    Arena a = *all->arena;
    const CheckGrid *g = &all->grid;
    json_key_array(w, S("rounds"));
    for (isize i = 0; i < g->n_cells; i++) {
        GridCell at = checkgrid_cell(g, i);
        if (!g->is_port[i]) {
            continue;
        }
        json_begin_object(w);
        json_key_str(w, S("target"), platform_format(&a, g->targets[at.target]));
        json_key_str_or_null(w, S("go"), g->gos[at.go].version);
        if (g->tags[at.tags].is_said) {
            json_key_str(w, S("tags"), g->tags[at.tags].text);
        } else {
            json_key_null(w, S("tags"));
        }
        json_end(w);
    }
    json_end(w);
}

static void add_coverage(JsonWriter *w, const CheckCoverage *c)
{
    json_key_object(w, S("coverage"));
    json_key_number(w, S("packages"), c->n_packages);
    json_key_number(w, S("imported"), c->n_imported);
    json_key_number(w, S("checked"), c->n_checked);
    json_key_number(w, S("files"), c->n_files);
    json_key_number(w, S("lines"), c->n_lines);
    json_key_number(w, S("expressions"), c->n_expressions);
    json_key_number(w, S("typed"), c->n_expressions - c->n_untyped);
    json_key_number(w, S("missing_imports"), c->n_missing);
    json_end(w);
}

static void tell_json(Report *r, const CheckFindings *all)
{
    Arena a = *all->arena;
    JsonWriter *w = report_json_begin(r, S("check"), 1);
    json_key_array(w, S("targets"));
    for (isize i = 0; i < all->grid.n_targets; i++) {
        json_str(w, platform_format(&a, all->grid.targets[i]));
    }
    json_end(w);
    add_rounds(w, all);
    json_key_array(w, S("diagnostics"));
    for (isize i = 0; i < all->list.len; i++) {
        add_diagnostic(w, all, &all->list.ptr[i]);
    }
    json_end(w);
    add_coverage(w, &all->coverage);
    json_key_number(w, S("dropped"), all->n_dropped);
    report_json_end(r);
}

/* ---- the command ---- */

static bool check(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    CheckGrid grid;
    CheckFindings all;
    CheckWish wish = {.units.takes_c = option_is_set(inv, OPTION_FAKE_IMPORT_C),
                      .wants_tests = option_is_set(inv, OPTION_TEST),
                      .wants_no_cache = option_is_set(inv, OPTION_NO_CACHE),
                      .patterns = inv->args,
                      .n_patterns = inv->n_args};
    if (!read_lang(inv, &wish.units.lang, err) || !checkgrid_of_options(inv, c, &grid, err) ||
        !checkfindings_find(inv, c, &wish, &grid, &all, ret_code, err)) {
        return false;
    }
    if (inv->wants_json) {
        tell_json(inv->report, &all);
    } else {
        for (isize i = 0; i < all.list.len; i++) {
            tell_finding(inv->report, &all, &all.list.ptr[i]);
        }
    }
    sum_up(inv->report, &all, ret_code);
    return true;
}

bool cmd_check(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, check, ret_code, err);
}
