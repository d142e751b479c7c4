/*
 * The words for a set of cells. Combinations of a Go and a set of tags that have the same targets
 * are told together; of targets the shorter of two lists is shown, those that are meant or those
 * that are not.
 */
#include "base/strbuf.h"
#include "cmd/checkgrid.h"

/* With one Go and one set of tags: by target, whether it is meant. A port that the Go does not have
 * is not. */
typedef const bool *Row;

typedef struct {
    Str text;
    isize n; /* parts of it */
} Named;

static void add_part(StrBuf *b, isize *n, Str part)
{
    strbuf_add(b, *n > 0 ? S(", ") : S(""));
    strbuf_add(b, part);
    *n += 1;
}

/* Of the targets of an os how many are there, and how many are meant (or not meant). */
static void count_os(const CheckGrid *g, Row row, Str os, bool what, isize *ret_there, isize *ret_n)
{
    *ret_there = *ret_n = 0;
    for (isize i = 0; i < g->n_targets; i++) {
        if (str_eq(g->targets[i].os, os)) {
            *ret_there += 1;
            *ret_n += row[i] == what;
        }
    }
}

static bool is_first_of_os(const CheckGrid *g, isize target)
{
    for (isize i = 0; i < target; i++) {
        if (str_eq(g->targets[i].os, g->targets[target].os)) {
            return false;
        }
    }
    return true;
}

static Named name_targets(Arena *a, const CheckGrid *g, Row row, bool what)
{
    StrBuf b = strbuf_init(a);
    isize n = 0, n_there, n_meant;
    for (isize i = 0; i < g->n_targets; i++) {
        Platform t = g->targets[i];
        count_os(g, row, t.os, what, &n_there, &n_meant);
        bool is_all = n_there > 1 && n_meant == n_there;
        if (is_all && is_first_of_os(g, i)) {
            add_part(&b, &n, str_concat(a, t.os, S("/*")));
        } else if (!is_all && row[i] == what) {
            add_part(&b, &n, platform_format(a, t));
        }
    }
    return (Named){strbuf_str(&b), n};
}

/* Empty: for none. */
static Str row_text(Arena *a, const CheckGrid *g, Row row)
{
    Named holds = name_targets(a, g, row, true), fails = name_targets(a, g, row, false);
    if (holds.n == 0) {
        return (Str){0};
    }
    if (fails.n == 0) {
        return g->n_targets == 1 ? holds.text : S("all targets");
    }
    return fails.n < holds.n ? str_concat(a, S("all but "), fails.text) : holds.text;
}

static Row row_of(const CheckGrid *g, const bool *holds, isize row)
{
    return holds + row * g->n_targets;
}

static bool is_same(const CheckGrid *g, Row x, Row y)
{
    for (isize i = 0; i < g->n_targets; i++) {
        if (x[i] != y[i]) {
            return false;
        }
    }
    return true;
}

/* "go1.26.8 -tags a,b", as far as there is a choice. */
static Str row_name(Arena *a, const CheckGrid *g, isize row)
{
    StrBuf b = strbuf_init(a);
    const GridTags *tags = &g->tags[row % g->n_tags];
    if (g->n_gos > 1) {
        strbuf_add_format(&b, "go%.*s", STR_ARG(g->gos[row / g->n_tags].version));
    }
    if (g->n_tags > 1) {
        strbuf_add(&b, b.len > 0 ? S(" ") : S(""));
        strbuf_add(&b, tags->text.len > 0 ? S("-tags ") : S("without tags"));
        strbuf_add(&b, tags->text);
    }
    return strbuf_str(&b);
}

/* Rows like the one given, n of them; false when one before it is. */
static bool name_rows(Arena *a, const CheckGrid *g, const bool *holds, isize row, Str *ret,
                      isize *ret_n)
{
    StrBuf b = strbuf_init(a);
    *ret_n = 0;
    for (isize i = 0; i < g->n_gos * g->n_tags; i++) {
        if (!is_same(g, row_of(g, holds, i), row_of(g, holds, row))) {
            continue;
        }
        if (i < row) {
            return false;
        }
        add_part(&b, ret_n, row_name(a, g, i));
    }
    *ret = strbuf_str(&b);
    return true;
}

Str checkgrid_text(Arena *a, const CheckGrid *g, const bool *holds)
{
    StrBuf b = strbuf_init(a);
    isize n_rows = g->n_gos * g->n_tags, n_held = 0, n_cells = 0, n_parts = 0;
    for (isize i = 0; i < g->n_cells; i++) {
        n_cells += g->is_port[i];
        n_held += g->is_port[i] && holds[i];
    }
    for (isize row = 0; n_held < n_cells && row < n_rows; row++) {
        isize n;
        Str names, targets = row_text(a, g, row_of(g, holds, row));
        if (targets.len == 0 || !name_rows(a, g, holds, row, &names, &n)) {
            continue;
        }
        strbuf_add(&b, n_parts++ > 0 ? S("; ") : S(""));
        if (g->n_targets > 1 || n == n_rows) {
            strbuf_add(&b, targets);
            strbuf_add(&b, n < n_rows ? S(" with ") : S(""));
        }
        strbuf_add(&b, n < n_rows ? names : S(""));
    }
    return strbuf_str(&b);
}
