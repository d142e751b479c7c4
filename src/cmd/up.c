/*
 * goward up: from whatever state to a project that builds with the Go it wants, proved.
 *
 * What is there already is not done again; a run that has nothing to do only looks.
 */
#include "base/path.h"
#include "cmd/account.h"
#include "cmd/checks.h"
#include "cmd/gate.h"
#include "cmd/gofinding.h"
#include "cmd/session.h"
#include "cmd/table.h"
#include "cmd/version.h"
#include "go/mod/gowork.h"
#include "go/mod/version.h"
#include "os/clock.h"
#include "report/human.h"
#include "store/record.h"
#include "toolchain/activate.h"
#include "toolchain/projects.h"
#include "toolchain/selected.h"

/* Whose go.mod may hold lines that goward has not heard of. */
#define FIRST_UNKNOWN_GO S("1.28")

typedef struct {
    ToolchainContext *context;
    Selected selected;
    Store *store;
    Installed installed;
    int64_t generation;
    bool changed;
    FindingList about; /* the Go itself */
    Gate gate;         /* the team's rules */
    Checks checks;
} Up;

static Place pinned_by(const Selected *s)
{
    return (Place){s->want.file, s->want.line};
}

/* "go.mod: go 1.26.0, toolchain go1.27.4" */
static Str describe_project(Invocation *inv, const Selected *s)
{
    GoModValue go = {0}, toolchain = {0};
    Str text;
    Err ignored;
    if (s->want.mod_file.len > 0 && file_read_all(inv->arena, FILE_CWD, s->want.mod_file,
                                                  GOMOD_MAX_FILE, &text, &ignored) == FILE_FOUND) {
        go = gomod_lookup(text, S("go"));
        toolchain = gomod_lookup(text, S("toolchain"));
    }
    bool is_here = str_eq(s->want.working_dir, inv->go_dir);
    Str folder = is_here ? path_base(inv->go_dir)
                         : report_place(inv->report, inv->arena, (Place){s->want.working_dir, 0});
    if (go.value.len == 0 && toolchain.value.len == 0) {
        return folder;
    }
    Str base = path_base(s->want.mod_file);
    return str_format(inv->arena, "%.*s (%.*s: %s%.*s%s%.*s)", STR_ARG(folder), STR_ARG(base),
                      go.value.len > 0 ? "go " : "", STR_ARG(go.value),
                      toolchain.value.len > 0 ? ", toolchain " : "", STR_ARG(toolchain.value));
}

static void print_wanted(Invocation *inv, const Up *up)
{
    Str parts[] = {str_concat(inv->arena, S("goward "), S(GOWARD_VERSION)),
                   describe_project(inv, &up->selected)};
    report_headline(inv->report, REPORT_DATA, parts, COUNT_OF(parts));
    Step step = {.label = S("wanted"), .ink = INK_STRONG, .place = pinned_by(&up->selected)};
    step.parts[0] = up->selected.want.name;
    report_fact(inv->report, &step);
    findings_print(inv->report, REPORT_DATA, &up->selected.want.conflicts);
}

static bool install(Invocation *inv, Up *up, Err *err)
{
    Progress progress = progress_begin(inv->report, S("source"), PROGRESS_BYTES);
    InstallOptions wish = {.os = context_host_os(),
                           .arch = context_host_arch(),
                           .progress = progress_update,
                           .progress_context = &progress};
    Str version = up->selected.want.name;
    str_eat_prefix(&version, S("go"));
    bool ok =
        wanted_read_lock(up->context, inv->arena, &up->selected.want, &wish.expected_h1, err) &&
        install_release(up->context, inv->arena, version, &wish, &up->installed, err);
    progress_end(&progress);
    return ok;
}

/* Whether there is anything to change: the tree, its visibility, or a look at it after a crash. */
static bool is_settled(Up *up, bool *ret, Err *err)
{
    Arena *a = up->context->arena;
    Generation now;
    *ret = false;
    if (up->selected.kind != SELECTED_INSTALLED ||
        context_store(up->context, &up->store, err) != STORE_OPENED) {
        return true;
    }
    FileOutcome read = record_read(a, up->store, up->selected.id, &up->installed.record, err);
    if (read != FILE_FOUND || generation_current(a, up->store, &now, err) != FILE_FOUND) {
        return read == FILE_ABSENT;
    }
    up->generation = now.number;
    up->installed.was_installed = true;
    for (isize i = 0; i < now.n_visible; i++) {
        if (str_eq(now.visible[i], up->selected.id)) {
            *ret = !record_needs_recheck(*a, &up->installed.record);
        }
    }
    return true;
}

/* A tree that was written just before the machine went down is looked at once more. */
static bool recheck(Invocation *inv, Up *up, Err *err)
{
    StoreRecord *record = &up->installed.record;
    if (!up->installed.was_installed || !record_needs_recheck(*inv->arena, record)) {
        return true;
    }
    bool is_unchanged;
    Str root = store_tree_root(inv->arena, up->context->home, record->id);
    if (!prove_is_unchanged(up->context, inv->arena, root, record->h1, &is_unchanged, err)) {
        return false;
    }
    if (!is_unchanged) {
        FAIL(err, ERR_VERIFY, "%.*s was damaged since it was installed (GWT002)",
             STR_ARG(record->version));
        return err_hint(err, "goward verify %.*s names the files; with --repair it puts them back",
                        STR_ARG(root));
    }
    gofinding_add(inv->arena, &up->about, "GWT007", SEVERITY_NONE, root,
                  S("all its files were hashed again and are as they were"), (Str){0});
    record->boot_id = (Str){0};
    return record_confirm(up->store, record->id, err);
}

static bool activate(Up *up, Err *err)
{
    const Resolution *want = &up->selected.want;
    Arena *a = up->context->arena;
    Activation wish = {.id = up->installed.record.id,
                       .action = S("up"),
                       .project = want->project_root,
                       .reason = want->file.len > 0
                                     ? str_format(a, "%.*s:%td asks for %.*s", STR_ARG(want->file),
                                                  want->line, STR_ARG(want->name))
                                     : want->name};
    GenerationOutcome outcome = activate_toolchain(up->store, &wish, &up->generation, err);
    up->changed = up->changed || outcome == GENERATION_SWITCHED;
    return outcome != GENERATION_FAILED && activate_shims(up->store, err) &&
           (want->project_root.len == 0 || projects_remember(up->context, want->project_root, err));
}

static void print_active(Invocation *inv, const Up *up)
{
    Step step = {.label = S("active")};
    step.parts[0] = str_format(inv->arena, "generation %lld", (long long)up->generation);
    step.parts[1] = up->changed ? S("undo: goward rollback") : S("nothing to do");
    report_fact(inv->report, &step);
}

static void findings_append(Arena *a, FindingList *list, const FindingList *more)
{
    for (isize i = 0; i < more->len; i++) {
        *VEC_PUSH(a, list) = more->ptr[i];
    }
}

static void print_json(Invocation *inv, const Up *up, bool ready)
{
    const StoreRecord *record = &up->installed.record;
    JsonWriter *w = report_json_begin(inv->report, S("up"), 1);
    json_key_bool(w, S("ready"), ready);
    json_key_str(w, S("selected"), record->version);
    json_key_str(w, S("status"), record->status);
    json_key_number(w, S("generation"), up->generation);
    FindingList all = {0};
    findings_append(inv->arena, &all, &up->selected.want.conflicts);
    findings_append(inv->arena, &all, &up->about);
    findings_append(inv->arena, &all, &up->checks.result.findings);
    findings_append(inv->arena, &all, &up->gate.findings);
    findings_json(w, S("findings"), &all);
    json_key_str(w, S("platform"), record->platform);
    json_key_str(w, S("path"), store_tree_root(inv->arena, up->context->home, record->id));
    report_json_place(w, S("pinned_by"), pinned_by(&up->selected));
    json_key_str(w, S("source"), record->source);
    json_key_bool(w, S("changed"), up->changed);
    json_key_number(w, S("record"), record->record);
    json_key_number(w, S("tree_size"), record->tree_size);
    json_key_number(w, S("checks"), up->checks.result.n_checks);
    json_key_bool(w, S("dry_run"), false);
    report_json_end(inv->report);
}

static bool change_state(Invocation *inv, Up *up, Err *err)
{
    if (!context_claim_store(up->context, &up->store, err)) {
        return false;
    }
    session_tell_notes(inv, up->store);
    up->changed = up->selected.kind != SELECTED_INSTALLED;
    if (up->selected.kind == SELECTED_INSTALLED) {
        FileOutcome read =
            record_read(inv->arena, up->store, up->selected.id, &up->installed.record, err);
        if (read != FILE_FOUND) {
            return read == FILE_ABSENT &&
                   FAIL(err, ERR_CONFLICT, "%.*s was removed meanwhile", STR_ARG(up->selected.id));
        }
        up->installed.was_installed = true;
    } else if (!install(inv, up, err)) {
        return false;
    }
    account_print(inv->report, inv->arena, &up->installed);
    return session_show(inv, err) && recheck(inv, up, err) && activate(up, err);
}

/* Before anything is fetched: the Go is known by name, its go.env is not there yet. */
static bool hold_policy(Invocation *inv, Up *up, int *ret_code, Err *err)
{
    GateWish wish = gate_wish(&up->selected, inv->env);
    wish.version = goversion_of_toolchain(up->selected.want.name);
    wish.has_go = true;
    return gate_pass(up->context, inv->arena, &wish, &up->gate, ret_code, err);
}

/* Once more with the Go that is there now. */
static bool look_at_policy(Invocation *inv, Up *up, Str root, Str version, Err *err)
{
    GateWish wish = gate_wish(&up->selected, inv->env);
    wish.goroot = root;
    wish.version = version;
    wish.has_go = true;
    if (!gate_look(up->context, inv->arena, &wish, &up->gate, err)) {
        return false;
    }
    findings_print(inv->report, REPORT_DATA, &up->gate.findings);
    return true;
}

static bool finish(Invocation *inv, Up *up, int *ret_code, Err *err)
{
    Str root = store_tree_root(inv->arena, up->context->home, up->installed.record.id);
    Str version = up->installed.record.version;
    str_eat_prefix(&version, S("go"));
    print_active(inv, up);
    gofinding_of_record(inv->arena, &up->about, root, &up->installed.record);
    findings_print(inv->report, REPORT_DATA, &up->about);
    if (!checks_run(inv, up->context, root, version, &up->checks, err)) {
        return false;
    }
    checks_print(inv, &up->checks);
    if (!look_at_policy(inv, up, root, version, err)) {
        return false;
    }
    Severity fail_on = (Severity)option_choice(inv, OPTION_FAIL_ON);
    bool ready = !findings_reach(&up->checks.result.findings, fail_on) &&
                 !findings_reach(&up->about, fail_on) &&
                 !findings_reach(&up->gate.findings, fail_on);
    if (inv->wants_json) {
        print_json(inv, up, ready);
    }
    report_verdict(inv->report, REPORT_DATA, ready ? INK_GOOD : INK_BAD, "%s",
                   ready ? "ready" : "not ready: see the findings above");
    *ret_code = ready ? EXIT_OK : EXIT_FINDINGS;
    return true;
}

static bool require_project(const Up *up, Err *err)
{
    if (up->selected.kind == SELECTED_REFUSED || up->selected.kind == SELECTED_DAMAGED) {
        return selected_require(&up->selected, err);
    }
    if (up->selected.want.by == RESOLVE_BY_STABLE && up->selected.want.project_root.len == 0) {
        FAIL(err, ERR_NOT_FOUND, "there is no Go project in '%.*s': no go.work, go.mod or pin file",
             STR_ARG(up->context->dir));
        return err_hint(err, "goward install stable, or cd to a project");
    }
    return true;
}

/* A file that no Go can read is refused before anything is fetched for it. One of a later Go may
 * hold lines that goward does not know. */
static bool check_mod_file(Arena scratch, Str file, Err *err)
{
    Str text;
    GoMod mod;
    GoWork work;
    if (file.len == 0 ||
        file_read_all(&scratch, FILE_CWD, file, GOMOD_MAX_FILE, &text, err) != FILE_FOUND) {
        return file.len == 0 || FAIL_IN(err, "reading '%.*s'", STR_ARG(file));
    }
    if (goversion_compare(gomod_lookup(text, S("go")).value, FIRST_UNKNOWN_GO) >= 0) {
        return true;
    }
    return str_eq(path_base(file), S("go.mod"))
               ? gomod_parse(&scratch, file, text, GOMOD_STRICT, &mod, err)
               : gowork_parse(&scratch, file, text, &work, err);
}

/* Where any stable Go will do, the one that is there is wanted; else it becomes an exact one now.
 */
static bool settle_wish(ToolchainContext *c, Arena *a, Selected *s, Err *err)
{
    if (s->kind == SELECTED_INSTALLED) {
        s->want.name = s->name;
        return true;
    }
    return wanted_settle(c, a, &s->want, err);
}

/* What a run would do. */
static void print_plan(Invocation *inv, const Up *up, bool settled)
{
    const Selected *s = &up->selected;
    bool is_there = s->kind == SELECTED_INSTALLED;
    report_line(inv->report, settled    ? "nothing to do"
                             : is_there ? "would activate it"
                                        : "would install, prove and activate it");
    if (!inv->wants_json) {
        return;
    }
    JsonWriter *w = report_json_begin(inv->report, S("up"), 1);
    json_key_bool(w, S("ready"), settled);
    json_key_str(w, S("selected"), s->want.name);
    json_key_str(w, S("status"), is_there ? up->installed.record.status : S("missing"));
    findings_json(w, S("findings"), &s->want.conflicts);
    report_json_place(w, S("pinned_by"), pinned_by(s));
    json_key_bool(w, S("changed"), false);
    json_key_bool(w, S("dry_run"), true);
    report_json_end(inv->report);
}

static bool up(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    Up u = {.context = c};
    bool settled;
    if (!session_go_to_argument(inv, c, err)) {
        return false;
    }
    if (!selected_find(c, inv->arena, (Str){0}, NULL, 0, true, &u.selected, err) ||
        !require_project(&u, err) || !check_mod_file(*inv->arena, u.selected.want.mod_file, err) ||
        !is_settled(&u, &settled, err) || !settle_wish(c, inv->arena, &u.selected, err)) {
        return false;
    }
    print_wanted(inv, &u);
    if (!hold_policy(inv, &u, ret_code, err)) {
        return false;
    }
    if (!session_show(inv, err)) {
        return false;
    }
    if (inv->dry_run) {
        print_plan(inv, &u, settled);
        return true;
    }
    if (settled) {
        account_print(inv->report, inv->arena, &u.installed);
    } else if (!change_state(inv, &u, err)) {
        return false;
    }
    return finish(inv, &u, ret_code, err);
}

bool cmd_up(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, up, ret_code, err);
}
