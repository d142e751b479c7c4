/*
 * goward check: what is wrong with the types of packages, told as the compiler would.
 *
 * A target is one round: its packages are loaded and checked, and what is found is put to what
 * other targets have found. The same error at the same place is one finding, with the targets
 * that it holds for.
 */
#include "base/path.h"
#include "base/sort.h"
#include "cmd/buildcontext.h"
#include "cmd/table.h"
#include "go/load/load.h"
#include "go/mod/platform.h"
#include "go/mod/version.h"
#include "go/types/units.h"

#define MAX_LANG 999 /* N of --lang go1.N */

/* What one target was checked for. */
typedef struct {
    BuildContext build;
    MainMods mains;
    Loaded loaded;
    TypecheckUnits units;
    TypecheckOptions options;
    Typecheck *checked; /* NULL: it did not come to that */
    bool is_loaded;
} Round;

typedef struct {
    const Diagnosis *what;
    bool *targets; /* by round: whether it holds there */
    isize n_targets;
} Finding;

typedef struct {
    Invocation *inv;
    UnitsWish wish;
    Round *rounds;
    isize n_rounds, n_done;
    VEC(Finding) findings;
    Map by_text; /* place and message -> 1 + index */
    isize n_packages, n_imported, n_files, n_missing, n_dropped;
    int64_t n_lines;
} Check;

/* ---- what is asked for ---- */

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

static void warn_of_empty_patterns(const Invocation *inv, const Loaded *l)
{
    for (isize i = 0; i < l->matches.len; i++) {
        const Match *m = &l->matches.ptr[i];
        if (m->paths.len == 0 && m->errors.len == 0) {
            report_warn(inv->report, "\"%.*s\" matched no packages", STR_ARG(m->pattern));
        }
    }
}

/* ---- a round ---- */

static bool load_round(Check *k, ToolchainContext *c, Round *r, int *ret_code, Err *err)
{
    Invocation *inv = k->inv;
    LoadOptions o = {.dir = c->dir,
                     .wants_tests = option_is_set(inv, OPTION_TEST),
                     .ignores_profiles = true,
                     .jobs = inv->jobs};
    if (!buildcontext_find(inv, c, &r->build, err) ||
        !buildcontext_find_mains(inv, &r->build.env, c->dir, &r->mains, &o.mains, err)) {
        return false;
    }
    o.env = &r->build.env;
    o.goroot = r->build.goroot;
    o.go_version = r->build.go_version;
    o.target = &r->build.target;
    if (o.mains != NULL) {
        buildcontext_warn_of_newer_go(inv, &r->build, &r->mains, ret_code);
    }
    r->is_loaded = true;
    return load_packages(inv->arena, &o, inv->args, inv->n_args, &r->loaded, err);
}

/* A directory that was asked for, and has no Go file. */
static bool is_nothing(const Loaded *l)
{
    isize n = 0;
    for (isize i = 0; i < l->list.len; i++) {
        const Package *p = l->list.ptr[i];
        n += p->error != NULL && p->build == NULL && p->dir.len > 0;
    }
    return n == l->list.len;
}

static bool check_round(Check *k, ToolchainContext *c, Round *r, int *ret_code, Err *err)
{
    Invocation *inv = k->inv;
    if (!load_round(k, c, r, ret_code, err)) {
        return false;
    }
    warn_of_empty_patterns(inv, &r->loaded);
    if (is_nothing(&r->loaded)) {
        Str words = r->loaded.list.len > 0 ? r->loaded.list.ptr[0]->error->words
                                           : S("there is no package to check");
        return FAIL(err, ERR_NOT_FOUND, "%.*s", STR_ARG(words));
    }
    units_of_loaded(inv->arena, &r->loaded, &k->wish, &r->units);
    r->options = (TypecheckOptions){.units = &r->units,
                                    .arch = r->build.target.arch,
                                    .go_minor = (int)r->build.target.go_minor,
                                    .jobs = inv->jobs};
    return typecheck_run(inv->arena, &r->options, &r->checked, err);
}

static void close_round(Round *r)
{
    if (r->checked != NULL) {
        typecheck_done(r->checked);
    }
    if (r->is_loaded) {
        load_done(&r->loaded);
    }
}

/* ---- findings ---- */

static Str key_of(Arena *a, const DiagnosisPart *p)
{
    return str_format(a, "%.*s:%td:%td:%.*s", STR_ARG(p->at.file), p->at.line, p->at.column,
                      STR_ARG(p->message));
}

static void add_finding(Check *k, const Diagnosis *d, isize round)
{
    Arena *a = k->inv->arena;
    bool is_new;
    isize *at = map_put(&k->by_text, key_of(a, &d->main), &is_new);
    if (is_new) {
        *VEC_PUSH(a, &k->findings) =
            (Finding){.what = d, .targets = ARENA_ARRAY(a, bool, k->n_rounds)};
        *at = k->findings.len;
    }
    Finding *f = &k->findings.ptr[*at - 1];
    f->n_targets += !f->targets[round];
    f->targets[round] = true;
}

static void count_imports(Check *k, const TypecheckUnit *unit)
{
    for (isize i = 0; i < unit->n_imports; i++) {
        k->n_missing += unit->imports[i].unit < 0;
    }
}

static void gather(Check *k, isize round)
{
    const Round *r = &k->rounds[round];
    for (isize i = 0; i < r->units.len; i++) {
        const TypecheckUnit *unit = &r->units.ptr[i];
        const UnitResult *result = typecheck_result(r->checked, i);
        k->n_packages += unit->is_asked_for;
        k->n_imported += !unit->is_asked_for;
        k->n_files += result->n_files;
        k->n_lines += result->n_lines;
        k->n_dropped += result->n_dropped;
        count_imports(k, unit);
        for (isize n = 0; n < result->errors.len; n++) {
            add_finding(k, &result->errors.ptr[n], round);
        }
    }
}

static int compare_numbers(isize x, isize y)
{
    return (x > y) - (x < y);
}

/* By package, which is a folder, then by place. */
static int compare(const void *a, const void *b)
{
    const DiagnosisPart *x = &((const Finding *)a)->what->main;
    const DiagnosisPart *y = &((const Finding *)b)->what->main;
    int order = str_compare(path_dir(x->at.file), path_dir(y->at.file));
    order = order != 0 ? order : str_compare(x->at.file, y->at.file);
    order = order != 0 ? order : compare_numbers(x->at.line, y->at.line);
    order = order != 0 ? order : compare_numbers(x->at.column, y->at.column);
    return order != 0 ? order : str_compare(x->message, y->message);
}

/* ---- for people ---- */

static Str target_of(const Check *k, isize round)
{
    const Target *t = &k->rounds[round].build.target;
    return platform_format(k->inv->arena, (Platform){t->os, t->arch});
}

/* "file:line:column: ", as far as that is known. */
static Str place_text(const Report *r, Arena *a, Position at)
{
    if (at.file.len == 0) {
        return (Str){0};
    }
    at.file = path_is_absolute(at.file) ? report_place(r, a, (Place){.file = at.file}) : at.file;
    Str place = at.line > 0 ? position_format(a, at) : at.file;
    return str_concat(a, place, S(": "));
}

/* " (linux/arm, windows/386)"; empty where it holds for all. */
static Str targets_text(const Check *k, Arena *a, const Finding *f)
{
    StrBuf b = strbuf_init(a);
    for (isize i = 0; f->n_targets < k->n_rounds && i < k->n_rounds; i++) {
        if (f->targets[i]) {
            strbuf_add(&b, b.len == 0 ? S(" (") : S(", "));
            strbuf_add(&b, target_of(k, i));
        }
    }
    strbuf_add(&b, b.len > 0 ? S(")") : S(""));
    return strbuf_str(&b);
}

/* The first line behind the place, the others below it. */
static void tell_lines(Report *r, Str indent, Str place, Str message, Str behind)
{
    StrCut cut = str_cut(message, '\n');
    report_line(r, "%.*s%.*s%.*s%.*s", STR_ARG(indent), STR_ARG(place), STR_ARG(cut.head),
                STR_ARG(behind));
    for (Str line, rest = cut.tail; str_next_line(&rest, &line);) {
        report_line(r, "%.*s    %.*s", STR_ARG(indent), STR_ARG(str_trim(line)));
    }
}

static void tell_finding(const Check *k, const Finding *f)
{
    Report *r = k->inv->report;
    Arena a = *k->inv->arena;
    const Diagnosis *d = f->what;
    Str targets = targets_text(k, &a, f);
    Str behind = d->code.len > 0 ? str_format(&a, " [%.*s]%.*s", STR_ARG(d->code), STR_ARG(targets))
                                 : targets;
    tell_lines(r, S(""), place_text(r, &a, d->main.at), d->main.message, behind);
    if (d->main.excerpt.caret.len > 0) {
        report_line(r, "    %.*s", STR_ARG(d->main.excerpt.line));
        report_line(r, "    %.*s", STR_ARG(d->main.excerpt.caret));
    }
    for (isize i = 0; i < d->n_related; i++) {
        const DiagnosisPart *p = &d->related[i];
        tell_lines(r, S("  "), place_text(r, &a, p->at), p->message, S(""));
    }
}

static void sum_up(const Check *k, int *ret_code)
{
    isize n = k->findings.len + k->n_dropped;
    Report *r = k->inv->report;
    if (k->n_dropped > 0) {
        report_talk(r, "%td more are not shown: of a package at most %d are", k->n_dropped,
                    TYPECHECK_MAX_ERRORS);
    }
    if (n > 0) {
        *ret_code = EXIT_FINDINGS;
        report_talk(r, "%td error%s", n, n == 1 ? "" : "s");
    } else {
        report_talk(r, "%td package%s, no errors", k->n_packages, k->n_packages == 1 ? "" : "s");
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

static void add_diagnostic(const Check *k, JsonWriter *w, const Finding *f)
{
    const Diagnosis *d = f->what;
    json_begin_object(w);
    add_place(w, d->main.at);
    add_end(w, d->main.end);
    json_key_str_or_null(w, S("code"), d->code);
    json_key_str(w, S("message"), d->main.message);
    json_key_str(w, S("severity"), S("error"));
    json_key_array(w, S("targets"));
    for (isize i = 0; i < k->n_rounds; i++) {
        if (f->targets[i]) {
            json_str(w, target_of(k, i));
        }
    }
    json_end(w);
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

static void tell_json(const Check *k)
{
    JsonWriter *w = report_json_begin(k->inv->report, S("check"), 1);
    json_key_array(w, S("targets"));
    for (isize i = 0; i < k->n_rounds; i++) {
        json_str(w, target_of(k, i));
    }
    json_end(w);
    json_key_array(w, S("diagnostics"));
    for (isize i = 0; i < k->findings.len; i++) {
        add_diagnostic(k, w, &k->findings.ptr[i]);
    }
    json_end(w);
    json_key_object(w, S("coverage"));
    json_key_number(w, S("packages"), k->n_packages);
    json_key_number(w, S("imported"), k->n_imported);
    json_key_number(w, S("files"), k->n_files);
    json_key_number(w, S("lines"), k->n_lines);
    json_key_number(w, S("missing_imports"), k->n_missing);
    json_end(w);
    json_key_number(w, S("dropped"), k->n_dropped);
    report_json_end(k->inv->report);
}

/* ---- the command ---- */

static void tell(Check *k, int *ret_code)
{
    sort_array(k->findings.ptr, k->findings.len, sizeof(*k->findings.ptr), compare);
    if (k->inv->wants_json) {
        tell_json(k);
    } else {
        for (isize i = 0; i < k->findings.len; i++) {
            tell_finding(k, &k->findings.ptr[i]);
        }
    }
    sum_up(k, ret_code);
}

static bool check(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    Check k = {.inv = inv,
               .wish = {.takes_c = option_is_set(inv, OPTION_FAKE_IMPORT_C)},
               .rounds = ARENA_NEW(inv->arena, Round),
               .n_rounds = 1,
               .by_text = map_init(inv->arena)};
    bool ok = read_lang(inv, &k.wish.lang, err);
    for (; ok && k.n_done < k.n_rounds; k.n_done++) {
        ok = check_round(&k, c, &k.rounds[k.n_done], ret_code, err);
        if (ok) {
            gather(&k, k.n_done);
        }
    }
    if (ok) {
        tell(&k, ret_code);
    }
    for (isize i = 0; i < k.n_done; i++) {
        close_round(&k.rounds[i]);
    }
    return ok;
}

bool cmd_check(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, check, ret_code, err);
}
