/*
 * goward api diff: what changed between two APIs, and which version number that asks for.
 */
#include "cmd/apiside.h"
#include "cmd/errorplace.h"
#include "cmd/table.h"
#include "go/api/diff.h"

#define MAX_NAMED 20 /* modules in a command for people; --json has all */

typedef enum {
    PACKAGE_CHANGED,
    PACKAGE_ADDED,
    PACKAGE_REMOVED,
    PACKAGE_CHANGE_COUNT,
} PackageChange;

typedef struct {
    PackageChange change;
    Str path;
    ApiChanges changes; /* incompatible ones first */
} PackageDiff;

typedef struct {
    Invocation *inv;
    ApiSide old, new;
    VEC(PackageDiff) packages; /* that differ */
    isize n_incompatible, n_compatible;
    Verdict verdict;
} ApiDiff;

/* ---- comparing ---- */

static void add_package(ApiDiff *d, const SidePackage *p, PackageChange change)
{
    *VEC_PUSH(d->inv->arena, &d->packages) = (PackageDiff){.change = change, .path = p->path};
    d->n_compatible += change == PACKAGE_ADDED;
    d->n_incompatible += change == PACKAGE_REMOVED;
}

static bool compare_package(ApiDiff *d, const SidePackage *old, const SidePackage *new, Err *err)
{
    PackageDiff p = {.change = PACKAGE_CHANGED, .path = new->path};
    if (!diff_packages(d->inv->arena, old->types, new->types, &p.changes)) {
        return FAIL(err, ERR_LIMIT, "%.*s has more than %d types", STR_ARG(old->path),
                    DIFF_MAX_PAIRS);
    }
    for (isize i = 0; i < p.changes.len; i++) {
        bool is_compatible = p.changes.ptr[i].is_compatible;
        d->n_compatible += is_compatible;
        d->n_incompatible += !is_compatible;
    }
    if (p.changes.len > 0) {
        *VEC_PUSH(d->inv->arena, &d->packages) = p;
    }
    return true;
}

/* Packages of the same path below their roots are the same. */
static bool compare_sides(ApiDiff *d, Err *err)
{
    isize i = 0, k = 0;
    while (i < d->old.packages.len || k < d->new.packages.len) {
        const SidePackage *x = &d->old.packages.ptr[i], *y = &d->new.packages.ptr[k];
        int order = i == d->old.packages.len   ? 1
                    : k == d->new.packages.len ? -1
                                               : str_compare(x->rel, y->rel);
        if (order < 0) {
            add_package(d, x, PACKAGE_REMOVED);
        } else if (order > 0) {
            add_package(d, y, PACKAGE_ADDED);
        } else if (!compare_package(d, x, y, err)) {
            return false;
        }
        i += order <= 0;
        k += order >= 0;
    }
    return true;
}

/* ---- what casts doubt ---- */

static void warn_of_missing(const Invocation *inv, const ApiSide *side, int *ret_code)
{
    StrBuf b = strbuf_init(inv->arena);
    if (side->missing.len == 0) {
        return;
    }
    for (isize i = 0; i < MIN(side->uncached.len, MAX_NAMED); i++) {
        strbuf_add_format(&b, " %.*s", STR_ARG(side->uncached.ptr[i]));
    }
    report_warn(inv->report,
                "%.*s: %td import%s cannot be had (%.*s%s), and what comes from there is not "
                "compared%s%.*s%s",
                STR_ARG(side->name), side->missing.len, side->missing.len == 1 ? "" : "s",
                STR_ARG(side->missing.ptr[0]), side->missing.len > 1 ? ", ..." : "",
                b.len > 0 ? "; try: go mod download" : "", STR_ARG(strbuf_str(&b)),
                side->uncached.len > MAX_NAMED ? " ..." : "");
    *ret_code = EXIT_FINDINGS;
}

/* Packages that stand on one side alone may be one of these. */
static void warn_of_unread(const Invocation *inv, const ApiSide *side, int *ret_code)
{
    for (isize i = 0; i < side->unread.len; i++) {
        report_warn(inv->report, "%.*s: a package cannot be read, and is not compared: %.*s",
                    STR_ARG(side->name), STR_ARG(side->unread.ptr[i]));
        *ret_code = EXIT_FINDINGS;
    }
}

/* Errors that missing imports are not to blame for. */
static void warn_of_errors(const Invocation *inv, const ApiSide *side, int *ret_code)
{
    for (isize i = 0; side->missing.len == 0 && i < side->packages.len; i++) {
        const SidePackage *p = &side->packages.ptr[i];
        if (p->result->errors.len > 0) {
            Str first = errorplace_line(inv->report, inv->arena, &p->result->errors.ptr[0].main);
            report_warn(inv->report, "%.*s: %.*s has errors, and may be compared wrongly: %.*s",
                        STR_ARG(side->name), STR_ARG(p->path), STR_ARG(first));
            *ret_code = EXIT_FINDINGS;
        }
    }
}

static void warn_of_side(const Invocation *inv, const ApiSide *side, int *ret_code)
{
    warn_of_missing(inv, side, ret_code);
    warn_of_unread(inv, side, ret_code);
    warn_of_errors(inv, side, ret_code);
}

/* ---- for people ---- */

static const Str change_names[PACKAGE_CHANGE_COUNT] = {
    [PACKAGE_CHANGED] = STR_CONST("changed"),
    [PACKAGE_ADDED] = STR_CONST("added"),
    [PACKAGE_REMOVED] = STR_CONST("removed"),
};

static void tell_changes(Report *r, const PackageDiff *p, bool are_compatible)
{
    bool is_first = true;
    for (isize i = 0; i < p->changes.len; i++) {
        const ApiChange *c = &p->changes.ptr[i];
        if (c->is_compatible != are_compatible) {
            continue;
        }
        if (is_first) {
            report_line(r, "  %s", are_compatible ? "compatible" : "incompatible");
            is_first = false;
        }
        report_line(r, "    %.*s: %.*s", STR_ARG(c->what), STR_ARG(c->says));
    }
}

static void tell_package(Report *r, const PackageDiff *p)
{
    if (p->change != PACKAGE_CHANGED) {
        report_line(r, "%.*s: package %.*s", STR_ARG(p->path), STR_ARG(change_names[p->change]));
        return;
    }
    report_line(r, "%.*s", STR_ARG(p->path));
    tell_changes(r, p, false);
    tell_changes(r, p, true);
}

static Str counted(Arena *a, isize n, const char *what)
{
    return str_format(a, "%td %s change%s", n, what, n == 1 ? "" : "s");
}

static Str next_text(Arena *a, const Verdict *v)
{
    return v->next_path.len > 0
               ? str_format(a, "%.*s@%.*s", STR_ARG(v->next_path), STR_ARG(v->next))
               : v->next;
}

static void tell_verdict(const ApiDiff *d)
{
    Arena *a = d->inv->arena;
    Report *r = d->inv->report;
    const Verdict *v = &d->verdict;
    Str before = d->old.release.version, now = d->new.release.version;
    Str counts =
        d->n_incompatible + d->n_compatible == 0
            ? S("no changes")
            : str_format(a, "%.*s, %.*s", STR_ARG(counted(a, d->n_incompatible, "incompatible")),
                         STR_ARG(counted(a, d->n_compatible, "compatible")));
    report_line(r, "%.*s: %.*s", STR_ARG(counts), STR_ARG(release_kind_name(v->kind)));
    if (v->fit == FIT_RIGHT) {
        report_line(r, "%.*s is a right number after %.*s", STR_ARG(now), STR_ARG(before));
    } else if (v->fit == FIT_WRONG) {
        report_line(r, "%.*s is no right number after %.*s", STR_ARG(now), STR_ARG(before));
    }
    if (v->reason.len > 0) {
        report_line(r, "%.*s", STR_ARG(v->reason));
    }
    if (v->next.len > 0 && v->fit != FIT_RIGHT) {
        report_line(r, "the next version: %.*s", STR_ARG(next_text(a, v)));
    }
}

static void tell_text(const ApiDiff *d)
{
    for (isize i = 0; i < d->packages.len; i++) {
        tell_package(d->inv->report, &d->packages.ptr[i]);
    }
    tell_verdict(d);
}

/* ---- for programs ---- */

static void add_strings(JsonWriter *w, Str key, const Strs *list)
{
    json_key_array(w, key);
    for (isize i = 0; i < list->len; i++) {
        json_str(w, list->ptr[i]);
    }
    json_end(w);
}

static void add_side(JsonWriter *w, Str key, const ApiSide *side)
{
    json_key_object(w, key);
    json_key_str(w, S("kind"), apiside_kind_name(side->kind));
    json_key_str_or_null(w, S("module"), side->release.path);
    json_key_str_or_null(w, S("version"), side->release.version);
    json_key_str_or_null(w, S("dir"), side->dir);
    json_key_number(w, S("packages"), side->packages.len);
    add_strings(w, S("missing_imports"), &side->missing);
    add_strings(w, S("uncached"), &side->uncached);
    add_strings(w, S("unread"), &side->unread);
    json_end(w);
}

static void add_package_json(JsonWriter *w, const PackageDiff *p)
{
    json_begin_object(w);
    json_key_str(w, S("path"), p->path);
    json_key_str(w, S("change"), change_names[p->change]);
    json_key_array(w, S("changes"));
    for (isize i = 0; i < p->changes.len; i++) {
        const ApiChange *c = &p->changes.ptr[i];
        json_begin_object(w);
        json_key_str(w, S("what"), c->what);
        json_key_str(w, S("says"), c->says);
        json_key_bool(w, S("compatible"), c->is_compatible);
        json_end(w);
    }
    json_end(w);
    json_end(w);
}

static void tell_json(const ApiDiff *d)
{
    static const Str fits[] = {
        [FIT_UNKNOWN] = STR_CONST("unknown"),
        [FIT_RIGHT] = STR_CONST("right"),
        [FIT_WRONG] = STR_CONST("wrong"),
    };
    const Verdict *v = &d->verdict;
    JsonWriter *w = report_json_begin(d->inv->report, S("api-diff"), 1);
    add_side(w, S("old"), &d->old);
    add_side(w, S("new"), &d->new);
    json_key_array(w, S("packages"));
    for (isize i = 0; i < d->packages.len; i++) {
        add_package_json(w, &d->packages.ptr[i]);
    }
    json_end(w);
    json_key_number(w, S("incompatible"), d->n_incompatible);
    json_key_number(w, S("compatible"), d->n_compatible);
    json_key_object(w, S("verdict"));
    json_key_str(w, S("release"), release_kind_name(v->kind));
    json_key_str(w, S("number"), fits[v->fit]);
    json_key_str_or_null(w, S("reason"), v->reason);
    json_key_str_or_null(w, S("next"), v->next);
    json_key_str_or_null(w, S("next_path"), v->next_path);
    json_end(w);
    report_json_end(d->inv->report);
}

/* ---- the command ---- */

static void judge(ApiDiff *d, int *ret_code)
{
    ReleaseKind kind = d->n_incompatible > 0 ? RELEASE_MAJOR
                       : d->n_compatible > 0 ? RELEASE_MINOR
                                             : RELEASE_PATCH;
    d->verdict = verdict_of(d->inv->arena, &d->old.release, &d->new.release, kind);
    if (d->verdict.fit == FIT_WRONG || (d->verdict.fit == FIT_UNKNOWN && d->n_incompatible > 0)) {
        *ret_code = EXIT_FINDINGS;
    }
}

static bool api_diff(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    ApiDiff *d = ARENA_NEW(inv->arena, ApiDiff);
    d->inv = inv;
    bool ok = apiside_open(inv, c, inv->args[0], &d->old, err) &&
              apiside_open(inv, c, inv->args[1], &d->new, err) && compare_sides(d, err);
    if (ok) {
        judge(d, ret_code);
        if (inv->wants_json) {
            tell_json(d);
        } else {
            tell_text(d);
        }
        warn_of_side(inv, &d->old, ret_code);
        warn_of_side(inv, &d->new, ret_code);
    }
    apiside_close(&d->old);
    apiside_close(&d->new);
    return ok;
}

bool cmd_api_diff(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, api_diff, ret_code, err);
}
