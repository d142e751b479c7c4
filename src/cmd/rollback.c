/* goward rollback: an earlier generation becomes the active one, by one rename. */
#include "cmd/session.h"
#include "cmd/table.h"
#include "store/generation.h"
#include "store/record.h"
#include "store/switch.h"

static bool explain_refusal(RollbackOutcome outcome, const Rollback *r, int64_t to, Err *err)
{
    switch (outcome) {
    case ROLLBACK_NO_PARENT:
        FAIL(err, ERR_NOT_FOUND, "generation %lld is the first one: there is nothing before it",
             (long long)r->from);
        return err_hint(err, "goward history");
    case ROLLBACK_ABSENT:
        FAIL(err, ERR_NOT_FOUND, "there is no generation %lld", (long long)to);
        return err_hint(err, "goward history");
    case ROLLBACK_TREE_MISSING:
        FAIL(err, ERR_NOT_FOUND, "generation %lld needs %.*s, which was removed", (long long)r->to,
             STR_ARG(r->missing_id));
        Str version, platform;
        return store_id_split(r->missing_id, &version, &platform)
                   ? err_hint(err, "goward install %.*s, then try again", STR_ARG(version))
                   : false;
    case ROLLBACK_FAILED:
    case ROLLBACK_DONE:
    case ROLLBACK_SAME:
        break;
    }
    return false;
}

static void print_json(Invocation *inv, const Rollback *r, const Generation *now)
{
    JsonWriter *w = report_json_begin(inv->report, S("rollback"), 1);
    json_key_number(w, S("generation"), r->to);
    json_key_number(w, S("previous"), r->from);
    Str version = {0}, platform;
    store_id_split(now->default_id, &version, &platform);
    json_key_str_or_null(w, S("selected"), version);
    json_key_array(w, S("files"));
    for (isize i = 0; i < r->n_files; i++) {
        json_begin_object(w);
        json_key_str(w, S("path"), r->files[i].path);
        json_key_bool(w, S("restored"), r->files[i].is_restored);
        json_end(w);
    }
    json_end(w);
    json_key_bool(w, S("dry_run"), inv->dry_run);
    report_json_end(inv->report);
}

static void print_text(Invocation *inv, const Rollback *r, const Generation *now)
{
    Str version = S("no default"), platform;
    store_id_split(now->default_id, &version, &platform);
    Step step = {.label = S("active"), .ink = INK_STRONG};
    step.parts[0] = str_format(inv->arena, "generation %lld", (long long)r->to);
    step.parts[1] =
        now->default_id.len > 0 ? str_concat(inv->arena, S("default "), version) : S("no default");
    step.parts[2] = r->from == r->to ? S("as before")
                                     : str_format(inv->arena, "undo: goward rollback --to %lld",
                                                  (long long)r->from);
    report_fact(inv->report, &step);
    for (isize i = 0; i < r->n_files; i++) {
        if (r->files[i].is_restored) {
            report_talk(inv->report, "restored %.*s", STR_ARG(r->files[i].path));
        } else {
            report_warn(inv->report, "%.*s was changed since by somebody else and was left alone",
                        STR_ARG(r->files[i].path));
        }
    }
}

static bool read_current(Arena *a, Store *store, Generation *ret, Err *err)
{
    FileOutcome found = generation_current(a, store, ret, err);
    if (found == FILE_ABSENT) {
        FAIL(err, ERR_FORMAT, "the link '%.*s/current' is gone, or leads to no generation",
             STR_ARG(store->home));
        return err_hint(err, "goward rollback --to N; goward history names the generations");
    }
    return found == FILE_FOUND || FAIL_IN(err, "reading the current generation");
}

/* Only says what would happen. */
static bool plan(Invocation *inv, Store *store, int64_t to, Err *err)
{
    Generation now, then;
    if (!read_current(inv->arena, store, &now, err)) {
        return false;
    }
    int64_t target = to == ROLLBACK_TO_PARENT ? now.parent : to;
    if (target < 0) {
        Rollback none = {.from = now.number};
        return explain_refusal(ROLLBACK_NO_PARENT, &none, to, err);
    }
    FileOutcome found = generation_read(inv->arena, store, target, &then, err);
    if (found != FILE_FOUND) {
        Rollback none = {.from = now.number, .to = target};
        return found == FILE_ABSENT && explain_refusal(ROLLBACK_ABSENT, &none, target, err);
    }
    report_line(inv->report, "would go from generation %lld to %lld", (long long)now.number,
                (long long)target);
    if (inv->wants_json) {
        Rollback planned = {.from = now.number, .to = target};
        print_json(inv, &planned, &then);
    }
    return true;
}

static bool rollback(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    (void)ret_code;
    Store *store;
    int64_t to = option_is_set(inv, OPTION_TO) ? option_number(inv, OPTION_TO) : ROLLBACK_TO_PARENT;
    if (!session_store(c, &store, err)) {
        return false;
    }
    if (inv->dry_run) {
        return plan(inv, store, to, err);
    }
    Rollback r = {0};
    Generation now;
    if (!context_claim_store(c, &store, err)) {
        return false;
    }
    session_tell_notes(inv, store);
    RollbackOutcome outcome = generation_rollback(inv->arena, store, to, &r, err);
    if (outcome != ROLLBACK_DONE && outcome != ROLLBACK_SAME) {
        return explain_refusal(outcome, &r, to, err);
    }
    if (!read_current(inv->arena, store, &now, err)) {
        return false;
    }
    if (inv->wants_json) {
        print_json(inv, &r, &now);
    } else {
        print_text(inv, &r, &now);
    }
    return true;
}

bool cmd_rollback(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, rollback, ret_code, err);
}
