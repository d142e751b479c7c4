/* goward gc: what no generation, project or program needs any more. */
#include "cmd/doctor_fix.h"
#include "cmd/session.h"
#include "cmd/table.h"
#include "go/mod/projectroot.h"
#include "os/clock.h"
#include "policy/date.h"
#include "policy/policy.h"
#include "report/human.h"
#include "store/audit.h"
#include "store/collect.h"
#include "toolchain/leftovers.h"
#include "toolchain/projects.h"

#define KEEP_GENERATIONS 5 /* one bad day's worth of going back */

/* What goes beside the toolchains and generations. */
typedef struct {
    Leftovers downloads;
    FixCollected fixes;
    isize n_lines; /* of the audit log */
} OtherThings;

static void print_json(Invocation *inv, const CollectPlan *plan, const OtherThings *others)
{
    const Leftovers *downloads = &others->downloads;
    JsonWriter *w = report_json_begin(inv->report, S("gc"), 1);
    json_key_array(w, S("toolchains"));
    for (isize i = 0; i < plan->n_trees; i++) {
        json_begin_object(w);
        json_key_str(w, S("id"), plan->trees[i].id);
        json_key_number(w, S("files"), plan->trees[i].files);
        json_key_number(w, S("bytes"), plan->trees[i].bytes);
        json_end(w);
    }
    json_end(w);
    json_key_array(w, S("kept"));
    for (isize i = 0; i < plan->n_kept; i++) {
        json_begin_object(w);
        json_key_str(w, S("id"), plan->kept[i].id);
        json_key_str(w, S("reason"), plan->kept[i].reason);
        json_end(w);
    }
    json_end(w);
    json_key_array(w, S("generations"));
    for (isize i = 0; i < plan->n_generations; i++) {
        json_number(w, plan->generations[i]);
    }
    json_end(w);
    json_key_array(w, S("downloads"));
    for (isize i = 0; i < downloads->len; i++) {
        json_begin_object(w);
        json_key_str(w, S("name"), downloads->ptr[i].name);
        json_key_number(w, S("bytes"), downloads->ptr[i].bytes);
        json_end(w);
    }
    json_end(w);
    json_key_array(w, S("fixes"));
    for (isize i = 0; i < others->fixes.sets.len; i++) {
        json_number(w, others->fixes.sets.ptr[i]);
    }
    json_end(w);
    json_key_number(w, S("bytes"), plan->bytes + downloads->bytes + others->fixes.bytes);
    json_key_number(w, S("log_lines"), others->n_lines);
    json_key_bool(w, S("dry_run"), inv->dry_run);
    report_json_end(inv->report);
}

static void print_others(Invocation *inv, const char *verb, const OtherThings *others)
{
    const Leftovers *downloads = &others->downloads;
    for (isize i = 0; i < downloads->len; i++) {
        Str bytes = human_bytes(inv->arena, downloads->ptr[i].bytes);
        report_line(inv->report, "%s %.*s  %.*s", verb, STR_ARG(downloads->ptr[i].name),
                    STR_ARG(bytes));
    }
    if (others->fixes.sets.len > 0) {
        Str sets = human_plural(inv->arena, others->fixes.sets.len, S("old set of fixes"),
                                S("old sets of fixes"));
        report_line(inv->report, "%s %.*s", verb, STR_ARG(sets));
    }
    if (others->n_lines > 0) {
        Str lines = human_plural(inv->arena, others->n_lines, S("line"), S("lines"));
        report_line(inv->report, "%s %.*s of the audit log", verb, STR_ARG(lines));
    }
}

static void print_text(Invocation *inv, const CollectPlan *plan, const OtherThings *others)
{
    const char *verb = inv->dry_run ? "would remove" : "removed";
    for (isize i = 0; i < plan->n_trees; i++) {
        Str bytes = human_bytes(inv->arena, plan->trees[i].bytes);
        report_line(inv->report, "%s %.*s  %.*s", verb, STR_ARG(plan->trees[i].id), STR_ARG(bytes));
    }
    print_others(inv, verb, others);
    for (isize i = 0; i < plan->n_kept; i++) {
        report_detail(inv->report, "kept %.*s: %.*s", STR_ARG(plan->kept[i].id),
                      STR_ARG(plan->kept[i].reason));
    }
    Str bytes =
        human_bytes(inv->arena, plan->bytes + others->downloads.bytes + others->fixes.bytes);
    Str generations =
        human_plural(inv->arena, plan->n_generations, S("old generation"), S("old generations"));
    Str toolchains = human_plural(inv->arena, plan->n_kept, S("toolchain"), S("toolchains"));
    report_line(inv->report, "%s %.*s, %.*s; %.*s %s", inv->dry_run ? "would free" : "freed",
                STR_ARG(bytes), STR_ARG(generations), STR_ARG(toolchains),
                plan->n_kept == 1 ? "stays" : "stay");
}

/* Lines of the audit log that are older than the team's rules want them. What cannot be read or
 * does not hold keeps them all. */
static isize forget_lines(Invocation *inv, ToolchainContext *c, Store *store)
{
    Err err;
    GoEnv user;
    Policy policy;
    isize n = 0;
    PolicyWish wish = {.place = {.environ = inv->env, .dir = c->dir}};
    if (goenv_load_user(inv->arena, inv->env, &user, &err)) {
        wish.place.project_root = projectroot_find(inv->arena, &user, c->dir);
    }
    if (!policy_load(inv->arena, &wish, &policy, &err)) {
        report_warn(inv->report, "the audit log keeps all its lines: %s", err.text);
        return 0;
    }
    int64_t days = policy_log_days(&policy);
    int64_t before = clock_wall_s() - days * DATE_SECONDS_A_DAY;
    if (days > 0 && !audit_forget(store, before, inv->dry_run, &n, &err)) {
        report_warn(inv->report, "the audit log keeps all its lines: %s", err.text);
        return 0;
    }
    return n;
}

/* What cannot be looked at stays: it is in nobody's way. */
static FixCollected forget_fixes(Invocation *inv, ToolchainContext *c)
{
    Err err;
    FixCollected fixes;
    if (!doctor_fix_collect(inv, c, &fixes, &err)) {
        report_warn(inv->report, "old fixes stay: %s", err.text);
        fixes = (FixCollected){0};
    }
    return fixes;
}

static bool collect(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    (void)ret_code;
    Store *store;
    ProjectPins pins;
    CollectPlan plan;
    OtherThings others;
    if (!session_store(c, &store, err) || !projects_pins(c, inv->arena, &pins, err) ||
        (!inv->dry_run && !context_claim_store(c, &store, err))) {
        return false;
    }
    session_tell_notes(inv, store);
    CollectOptions wish = {.keep_generations = KEEP_GENERATIONS,
                           .pins = pins.ids,
                           .n_pins = pins.len,
                           .dry_run = inv->dry_run};
    if (!store_collect(inv->arena, store, &wish, &plan, err) ||
        !leftovers_find(store, inv->arena, &others.downloads, err) ||
        (!inv->dry_run && !leftovers_delete(store, &others.downloads, err))) {
        return false;
    }
    others.fixes = forget_fixes(inv, c);
    others.n_lines = forget_lines(inv, c, store);
    if (inv->wants_json) {
        print_json(inv, &plan, &others);
    } else {
        print_text(inv, &plan, &others);
    }
    return true;
}

bool cmd_gc(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, collect, ret_code, err);
}
