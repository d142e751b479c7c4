/*
 * goward, without a command: the Go in use here, the Go wanted and who says so, whether it is
 * proved, what contradicts what, and the next step. Reads a handful of files; starts nothing.
 */
#include "base/path.h"
#include "cmd/gofinding.h"
#include "cmd/inuse.h"
#include "cmd/session.h"
#include "cmd/table.h"
#include "cmd/version.h"
#include "report/finding.h"
#include "store/generation.h"
#include "store/record.h"
#include "toolchain/activate.h"
#include "toolchain/selected.h"

typedef struct {
    Selected selected;
    InUse in_use;
    StoreRecord record; /* of the selected one, when installed */
    bool has_record;
    int64_t generation; /* -1: no store */
    Str default_name;
    Str next;
    FindingList findings;
} State;

static Str in_use_text(const InUse *in_use)
{
    return in_use->program.len == 0 ? S("no go on PATH")
           : in_use->is_shim        ? S("goward's shim")
                                    : in_use->root.name;
}

static bool read_store(ToolchainContext *c, State *s, Err *err)
{
    Store *store;
    Str id, platform;
    s->generation = -1;
    switch (context_store(c, &store, err)) {
    case STORE_FAILED:
        return false;
    case STORE_ABSENT:
        return true;
    case STORE_OPENED:
        break;
    }
    FileOutcome current = generation_current_number(*c->arena, store, &s->generation, err);
    FileOutcome peeked = store_peek_default(c->arena, c->home, &id, err);
    if (current == FILE_FAILED || peeked == FILE_FAILED) {
        return false;
    }
    if (peeked == FILE_FOUND) {
        store_id_split(id, &s->default_name, &platform);
    }
    if (s->selected.kind == SELECTED_INSTALLED) {
        FileOutcome read = record_read(c->arena, store, s->selected.id, &s->record, err);
        s->has_record = read == FILE_FOUND;
        return read != FILE_FAILED;
    }
    return true;
}

static Str next_step(const State *s, Arena *a, Str home)
{
    switch (s->selected.kind) {
    case SELECTED_REFUSED:
        return s->selected.want.hint;
    case SELECTED_DAMAGED:
        return str_format(a, "goward verify %.*s --repair", STR_ARG(s->selected.version));
    case SELECTED_MISSING:
        return s->selected.want.project_root.len > 0 ? S("goward up") : S("goward install stable");
    case SELECTED_SYSTEM:
        return S("goward verify, or goward use --global stable");
    case SELECTED_INSTALLED:
        return s->in_use.is_shim ? (Str){0}
                                 : str_format(a, "put %.*s/bin first on PATH", STR_ARG(home));
    case SELECTED_NONE:
        break;
    }
    return (Str){0};
}

/* The word for what is known of the selected Go without hashing it. */
static Str status_word(const State *s)
{
    switch (s->selected.kind) {
    case SELECTED_INSTALLED:
        return s->has_record ? s->record.status : S("unproved");
    case SELECTED_DAMAGED:
        return S("differs");
    case SELECTED_MISSING:
        return S("missing");
    case SELECTED_SYSTEM:
        return S("unproved");
    case SELECTED_REFUSED:
        return S("refused");
    case SELECTED_NONE:
        break;
    }
    return S("none");
}

static void print_text(Invocation *inv, const State *s)
{
    const Selected *sel = &s->selected;
    Str parts[] = {str_concat(inv->arena, S("goward "), S(GOWARD_VERSION)),
                   path_base(sel->want.working_dir)};
    report_headline(inv->report, REPORT_DATA, parts, COUNT_OF(parts));
    Step in_use = {.label = S("in use"), .place = {s->in_use.program, 0}};
    in_use.parts[0] = in_use_text(&s->in_use);
    report_fact(inv->report, &in_use);
    Step wanted = {
        .label = S("wanted"), .ink = INK_STRONG, .place = {sel->want.file, sel->want.line}};
    wanted.parts[0] = sel->kind == SELECTED_REFUSED ? sel->want.refusal : sel->name;
    report_fact(inv->report, &wanted);
    Str word = status_word(s);
    Step proof = {.label = S("status"), .ink = str_eq(word, S("proved")) ? INK_GOOD : INK_WARN};
    proof.parts[0] = word;
    if (s->has_record && s->record.record >= 0) {
        proof.parts[1] = str_format(inv->arena, "record %lld in the tree of size %lld",
                                    (long long)s->record.record, (long long)s->record.tree_size);
    }
    report_fact(inv->report, &proof);
    if (s->generation >= 0) {
        Step active = {.label = S("active")};
        active.parts[0] = str_format(inv->arena, "generation %lld", (long long)s->generation);
        active.parts[1] = s->default_name.len > 0
                              ? str_concat(inv->arena, S("default "), s->default_name)
                              : S("no default");
        report_fact(inv->report, &active);
    }
    findings_print(inv->report, REPORT_DATA, &sel->want.conflicts);
    findings_print(inv->report, REPORT_DATA, &s->findings);
    if (s->next.len > 0) {
        Step next = {.label = S("next"), .ink = INK_STRONG};
        next.parts[0] = s->next;
        report_fact(inv->report, &next);
    }
}

static void print_json(Invocation *inv, const State *s)
{
    const Selected *sel = &s->selected;
    JsonWriter *w = report_json_begin(inv->report, S("status"), 1);
    json_key_str_or_null(w, S("wanted"), sel->name);
    report_json_place(w, S("pinned_by"), (Place){sel->want.file, sel->want.line});
    bool runs = sel->kind == SELECTED_INSTALLED || sel->kind == SELECTED_SYSTEM;
    json_key_str_or_null(w, S("selected"), runs ? sel->name : (Str){0});
    json_key_str_or_null(w, S("path"),
                         runs ? path_join(inv->arena, sel->root, S("bin/go")) : (Str){0});
    json_key_str(w, S("status"), status_word(s));
    json_key_str_or_null(w, S("default"), s->default_name);
    if (s->generation >= 0) {
        json_key_number(w, S("generation"), s->generation);
    } else {
        json_key_null(w, S("generation"));
    }
    json_key_str_or_null(w, S("in_use"), s->in_use.program);
    json_key_bool(w, S("in_use_is_shim"), s->in_use.is_shim);
    findings_json(w, S("drift"), &sel->want.conflicts);
    findings_json(w, S("findings"), &s->findings);
    json_key_str_or_null(w, S("next"), s->next);
    report_json_end(inv->report);
}

/* What can be said of the Gos here without hashing them. */
static bool find_trouble(Invocation *inv, ToolchainContext *c, State *s, Err *err)
{
    if (s->has_record) {
        gofinding_of_record(inv->arena, &s->findings, s->selected.root, &s->record);
    }
    const Goroot *system = &s->in_use.root;
    return (system->path.len == 0 ||
            gofinding_of_system(c, inv->arena, &s->findings, system->path, system->version, err)) &&
           gofinding_of_log(c, inv->arena, &s->findings, err);
}

static bool status(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    (void)ret_code;
    State s = {0};
    if (!selected_find(c, inv->arena, (Str){0}, NULL, 0, true, &s.selected, err) ||
        !read_store(c, &s, err)) {
        return false;
    }
    s.in_use = inuse_find(inv, c);
    if (!find_trouble(inv, c, &s, err)) {
        return false;
    }
    s.next = next_step(&s, inv->arena, c->home);
    if (inv->wants_json) {
        print_json(inv, &s);
    } else {
        print_text(inv, &s);
    }
    return true;
}

bool cmd_status(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, status, ret_code, err);
}
