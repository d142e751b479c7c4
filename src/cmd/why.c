/*
 * goward why: every source that was looked at, what it said, what won. With --base it answers for
 * that Go as the one that starts, by Go's own rules alone.
 */
#include "toolchain/why.h"
#include "base/path.h"
#include "cmd/gofinding.h"
#include "cmd/session.h"
#include "cmd/table.h"
#include "go/root/goroot.h"
#include "report/finding.h"
#include "toolchain/selected.h"
#include "toolchain/toonew.h"

/* The answer, from either way of asking. */
typedef struct {
    Str selected; /* empty when refused */
    Str path;     /* of the go program; empty when it is not on this machine */
    Place pinned_by;
    const Reason *reasons;
    isize n_reasons;
    const WhyOther *others;
    isize n_others;
    FindingList findings;
    Str refusal;
    Str downloads; /* whether that Go may download toolchains by itself, and why (not) */
} Answer;

static void print_text(Invocation *inv, const Answer *a)
{
    for (isize i = 0; i < a->n_reasons; i++) {
        const Reason *r = &a->reasons[i];
        report_line(inv->report, "%s %.*s: %.*s", r->won ? ">" : " ", STR_ARG(r->source),
                    STR_ARG(r->said));
    }
    Step selected = {.label = S("selected"),
                     .ink = a->refusal.len > 0 ? INK_BAD : INK_STRONG,
                     .place = a->pinned_by};
    selected.parts[0] = a->refusal.len > 0 ? a->refusal : a->selected;
    selected.parts[1] = a->path;
    report_fact(inv->report, &selected);
    if (a->downloads.len > 0) {
        Step downloads = {.label = S("switches")};
        downloads.parts[0] = a->downloads;
        report_fact(inv->report, &downloads);
    }
    for (isize i = 0; i < a->n_others; i++) {
        const WhyOther *o = &a->others[i];
        Str picks = o->picks.len > 0 ? o->picks : S("nothing");
        report_line(inv->report, "  %.*s would pick %.*s: %.*s", STR_ARG(o->who), STR_ARG(picks),
                    STR_ARG(o->because));
    }
    findings_print(inv->report, REPORT_DATA, &a->findings);
}

static void print_json(Invocation *inv, const Answer *a)
{
    JsonWriter *w = report_json_begin(inv->report, S("why"), 1);
    json_key_str_or_null(w, S("selected"), a->selected);
    json_key_str_or_null(w, S("path"), a->path);
    report_json_place(w, S("pinned_by"), a->pinned_by);
    json_key_array(w, S("reasons"));
    for (isize i = 0; i < a->n_reasons; i++) {
        json_begin_object(w);
        json_key_str(w, S("source"), a->reasons[i].source);
        json_key_str(w, S("said"), a->reasons[i].said);
        json_key_bool(w, S("won"), a->reasons[i].won);
        json_end(w);
    }
    json_end(w);
    json_key_array(w, S("others"));
    for (isize i = 0; i < a->n_others; i++) {
        json_begin_object(w);
        json_key_str(w, S("who"), a->others[i].who);
        json_key_str_or_null(w, S("picks"), a->others[i].picks);
        json_key_str(w, S("because"), a->others[i].because);
        json_end(w);
    }
    json_end(w);
    findings_json(w, S("findings"), &a->findings);
    json_key_str_or_null(w, S("refusal"), a->refusal);
    json_key_str_or_null(w, S("downloads"), a->downloads);
    report_json_end(inv->report);
}

static bool answer(Invocation *inv, const Answer *a, int *ret_code)
{
    if (inv->wants_json) {
        print_json(inv, a);
    } else {
        print_text(inv, a);
    }
    *ret_code = a->refusal.len > 0 ? EXIT_USAGE : EXIT_OK;
    return true;
}

/* --- goward's own choice --- */

/* Whether the selected Go, once it runs, may get itself another one. */
static bool downloads_text(Invocation *inv, const Selected *s, Str *ret, Err *err)
{
    Str because;
    GoEnv goenv;
    *ret = (Str){0};
    if (s->version.len == 0 || s->kind != SELECTED_INSTALLED) {
        return true;
    }
    if (!goenv_load(inv->arena, inv->env, s->root, &goenv, err)) {
        return false;
    }
    GoEnvValue wish = goenv_get(&goenv, S("GOTOOLCHAIN"));
    if (s->want.hold || str_eq(wish.value, S("local"))) {
        Str origin = goenv_origin_text(inv->arena, S("GOTOOLCHAIN"), &wish);
        *ret = str_format(inv->arena, "never: %.*s",
                          STR_ARG(s->want.hold ? S("the pin holds it") : origin));
        return true;
    }
    bool may = childenv_allows_downloads(inv->arena, inv->env, s->version, &because);
    *ret = str_format(inv->arena, "%s: %.*s",
                      may ? "to proved toolchains, else to what it downloads"
                          : "to proved toolchains only",
                      STR_ARG(because));
    return true;
}

static bool why_goward(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    Selected s;
    WhyOthers others;
    if (!selected_find(c, inv->arena, option_text(inv, OPTION_GO), NULL, 0, true, &s, err)) {
        return false;
    }
    Str base = context_system_goroot(c, NULL);
    if (!why_others(inv->arena, inv->env, c->dir, base.len > 0 ? base : s.root, &others, err)) {
        return false;
    }
    Str downloads;
    FindingList findings = {0};
    for (isize i = 0; i < s.want.conflicts.len; i++) {
        *VEC_PUSH(inv->arena, &findings) = s.want.conflicts.ptr[i];
    }
    if (!downloads_text(inv, &s, &downloads, err) ||
        (s.kind == SELECTED_SYSTEM &&
         !gofinding_of_system(c, inv->arena, &findings, s.root, s.version, err))) {
        return false;
    }
    bool runs = s.kind == SELECTED_INSTALLED || s.kind == SELECTED_SYSTEM;
    Answer a = {.selected = s.kind == SELECTED_REFUSED ? (Str){0} : s.name,
                .path = runs ? path_join(inv->arena, s.root, S("bin/go")) : (Str){0},
                .pinned_by = {s.want.file, s.want.line},
                .reasons = s.want.reasons.ptr,
                .n_reasons = s.want.reasons.len,
                .others = others.ptr,
                .n_others = others.len,
                .findings = findings,
                .refusal = s.kind == SELECTED_REFUSED ? s.want.refusal : (Str){0},
                .downloads = downloads};
    return answer(inv, &a, ret_code);
}

/* --- Go's own choice --- */

static Reason line_reason(Arena *a, const GoSelection *s, const char *key, GoModValue value,
                          GoSelectBy by)
{
    Str file = path_base(s->mod_file);
    return (Reason){.source = str_format(a, "%.*s:%td", STR_ARG(file), value.line),
                    .said = str_format(a, "%s %.*s", key, STR_ARG(value.value)),
                    .won = s->by == by};
}

static isize base_reasons(Arena *a, const GoSelection *s, Str base_name, Reason ret[static 4])
{
    isize n = 0;
    bool lines_won = s->by == GOSELECT_BY_TOOLCHAIN_LINE || s->by == GOSELECT_BY_GO_LINE;
    ret[n++] = (Reason){.source = goenv_origin_text(a, S("GOTOOLCHAIN"), &s->gotoolchain),
                        .said = s->gotoolchain.value.len > 0 ? s->gotoolchain.value : S("nothing"),
                        .won = !lines_won && s->by == GOSELECT_BY_GOTOOLCHAIN};
    if (s->toolchain_line.line > 0) {
        ret[n++] = line_reason(a, s, "toolchain", s->toolchain_line, GOSELECT_BY_TOOLCHAIN_LINE);
    }
    if (s->go_line.line > 0) {
        ret[n++] = line_reason(a, s, "go", s->go_line, GOSELECT_BY_GO_LINE);
    }
    ret[n++] = (Reason){.source = S("the Go that starts"),
                        .said = base_name,
                        .won = !lines_won && s->by != GOSELECT_BY_GOTOOLCHAIN};
    return n;
}

static Place base_place(const GoSelection *s)
{
    if (s->by == GOSELECT_BY_TOOLCHAIN_LINE) {
        return (Place){s->mod_file, s->toolchain_line.line};
    }
    if (s->by == GOSELECT_BY_GO_LINE) {
        return (Place){s->mod_file, s->go_line.line};
    }
    return (Place){s->gotoolchain.file, s->gotoolchain.line};
}

static bool why_base(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    Arena *a = inv->arena;
    Str base = path_absolute(a, inv->dir, option_text(inv, OPTION_BASE));
    Goroot root;
    GoEnv goenv;
    GoSelection s;
    Str later;
    Reason reasons[4];
    if (goroot_read(a, base, &root, err) != GOROOT_FOUND || root.name.len == 0) {
        return FAIL(err, ERR_NOT_FOUND, "'%.*s' is no Go root with a VERSION file", STR_ARG(base));
    }
    GoSelectPath path = {.arena = a, .environ = inv->env};
    GoSelectInput in = {.goenv = &goenv,
                        .base_name = root.name,
                        .working_dir = c->dir,
                        .find = goselect_find_on_path,
                        .find_context = &path};
    if (!goenv_load(a, inv->env, base, &goenv, err) || !goselect_run(a, &in, &s, err) ||
        !toonew_run(a, &in, &s, &later, err)) {
        return false;
    }
    bool is_refused = s.outcome == GOSELECT_REFUSED;
    Answer answered = {.selected = is_refused ? (Str){0} : s.name,
                       .path = s.outcome == GOSELECT_LOCAL ? path_join(a, base, S("bin/go"))
                                                           : s.tool_path,
                       .pinned_by = base_place(&s),
                       .reasons = reasons,
                       .n_reasons = base_reasons(a, &s, root.name, reasons),
                       .refusal = is_refused ? s.refusal : (Str){0}};
    if (later.len > 0) { /* go version runs; what loads the module does not */
        *VEC_PUSH(a, &answered.findings) =
            (Finding){.id = S("GWT008"),
                      .severity = SEVERITY_ERROR,
                      .title = S("the go command will refuse to load this module"),
                      .place = base_place(&s),
                      .evidence = later,
                      .remedy = S("goward up")};
    }
    return answer(inv, &answered, ret_code);
}

static bool why(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    return option_is_set(inv, OPTION_BASE) ? why_base(inv, c, ret_code, err)
                                           : why_goward(inv, c, ret_code, err);
}

bool cmd_why(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, why, ret_code, err);
}
