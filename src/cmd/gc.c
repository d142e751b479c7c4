/* goward gc: what no generation, project or program needs any more. */
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

static void print_json(Invocation *inv, const CollectPlan *plan, const Leftovers *downloads,
                       isize n_lines)
{
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
    json_key_number(w, S("bytes"), plan->bytes + downloads->bytes);
    json_key_number(w, S("log_lines"), n_lines);
    json_key_bool(w, S("dry_run"), inv->dry_run);
    report_json_end(inv->report);
}

static void print_text(Invocation *inv, const CollectPlan *plan, const Leftovers *downloads,
                       isize n_lines)
{
    const char *verb = inv->dry_run ? "would remove" : "removed";
    for (isize i = 0; i < plan->n_trees; i++) {
        Str bytes = human_bytes(inv->arena, plan->trees[i].bytes);
        report_line(inv->report, "%s %.*s  %.*s", verb, STR_ARG(plan->trees[i].id), STR_ARG(bytes));
    }
    for (isize i = 0; i < downloads->len; i++) {
        Str bytes = human_bytes(inv->arena, downloads->ptr[i].bytes);
        report_line(inv->report, "%s %.*s  %.*s", verb, STR_ARG(downloads->ptr[i].name),
                    STR_ARG(bytes));
    }
    if (n_lines > 0) {
        Str lines = human_plural(inv->arena, n_lines, S("line"), S("lines"));
        report_line(inv->report, "%s %.*s of the audit log", verb, STR_ARG(lines));
    }
    for (isize i = 0; i < plan->n_kept; i++) {
        report_detail(inv->report, "kept %.*s: %.*s", STR_ARG(plan->kept[i].id),
                      STR_ARG(plan->kept[i].reason));
    }
    Str bytes = human_bytes(inv->arena, plan->bytes + downloads->bytes);
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

static bool collect(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    (void)ret_code;
    Store *store;
    ProjectPins pins;
    CollectPlan plan;
    Leftovers downloads;
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
        !leftovers_find(store, inv->arena, &downloads, err) ||
        (!inv->dry_run && !leftovers_delete(store, &downloads, err))) {
        return false;
    }
    isize n_lines = forget_lines(inv, c, store);
    if (inv->wants_json) {
        print_json(inv, &plan, &downloads, n_lines);
    } else {
        print_text(inv, &plan, &downloads, n_lines);
    }
    return true;
}

bool cmd_gc(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, collect, ret_code, err);
}
