/* goward policy check and explain: the team's rules in goward.yaml. */
#include "base/path.h"
#include "cmd/gate.h"
#include "cmd/inuse.h"
#include "cmd/policy_checks.h"
#include "cmd/session.h"
#include "cmd/table.h"
#include "go/mod/projectroot.h"

typedef struct {
    GateWish wish;
    Gate gate;
} Judgement;

/* The Go of --go, which need not be installed, else the one that runs here. */
static bool find_go(Invocation *inv, ToolchainContext *c, GateWish *wish, Err *err)
{
    Spec spec;
    Selected s;
    Str asked = option_text(inv, OPTION_GO);
    if (asked.len == 0) {
        if (!inuse_go(inv, c, &wish->goroot, &wish->version, err)) {
            return false;
        }
        wish->has_go = wish->goroot.len > 0 || wish->version.len > 0;
        return true;
    }
    if (!spec_parse(asked, &spec, err)) {
        return false;
    }
    wish->has_go = true;
    if (spec.kind == SPEC_EXACT) {
        wish->version = spec.version;
        return true;
    }
    if (!selected_find(c, inv->arena, asked, NULL, 0, false, &s, err) ||
        !selected_require(&s, err)) {
        return false;
    }
    wish->goroot = s.root;
    wish->version = s.version;
    return true;
}

static bool look(Invocation *inv, ToolchainContext *c, Judgement *j, Err *err)
{
    GoEnv user;
    if (!session_go_to_argument(inv, c, err)) {
        return false;
    }
    j->wish = (GateWish){
        .dir = c->dir, .role = option_text(inv, OPTION_ROLE), .env = inv->env, .with_log = true};
    if (!goenv_load_user(inv->arena, inv->env, &user, err)) {
        return false;
    }
    j->wish.project_root = projectroot_find(inv->arena, &user, c->dir);
    return find_go(inv, c, &j->wish, err) && gate_look(c, inv->arena, &j->wish, &j->gate, err);
}

/* ---- what both say first ---- */

static void print_head(Invocation *inv, const Judgement *j)
{
    const Policy *p = &j->gate.policy;
    Step go = {.label = S("go"), .place = {j->wish.goroot, 0}};
    go.parts[0] = j->wish.version.len > 0 ? str_concat(inv->arena, S("go"), j->wish.version)
                  : j->wish.has_go        ? S("of an unknown version")
                                          : S("none on PATH");
    report_fact(inv->report, &go);
    if (!p->has_rules) {
        return;
    }
    Step role = {.label = S("role"), .ink = INK_STRONG, .place = p->role_place};
    role.parts[0] = p->role;
    role.parts[1] = p->role_place.file.len > 0 ? S("") : p->because;
    report_fact(inv->report, &role);
    for (isize i = 0; i < p->files.len; i++) {
        Step file = {.label = S("rules"), .place = {p->files.ptr[i].path, 0}};
        file.parts[0] = configfile_layer_name(p->files.ptr[i].layer);
        report_fact(inv->report, &file);
    }
}

static JsonWriter *begin_json(Invocation *inv, const Judgement *j, Str name)
{
    const Policy *p = &j->gate.policy;
    JsonWriter *w = report_json_begin(inv->report, name, 1);
    json_key_str_or_null(w, S("role"), p->role);
    json_key_str_or_null(w, S("because"), p->because);
    json_key_str_or_null(w, S("go"), j->wish.version);
    json_key_array(w, S("files"));
    for (isize i = 0; i < p->files.len; i++) {
        json_begin_object(w);
        json_key_str(w, S("layer"), configfile_layer_name(p->files.ptr[i].layer));
        json_key_str(w, S("path"), p->files.ptr[i].path);
        json_end(w);
    }
    json_end(w);
    return w;
}

/* ---- check ---- */

static bool check(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    Judgement j = {0};
    if (!look(inv, c, &j, err)) {
        return false;
    }
    const FindingList *findings = &j.gate.findings;
    if (inv->wants_json) {
        JsonWriter *w = begin_json(inv, &j, S("policy-check"));
        findings_json(w, S("findings"), findings);
        report_json_end(inv->report);
    }
    print_head(inv, &j);
    findings_print(inv->report, REPORT_DATA, findings);
    bool is_well = !findings_reach(findings, SEVERITY_WARN);
    Str summary = findings_summary(inv->arena, findings);
    if (j.gate.policy.has_rules) {
        report_verdict(inv->report, REPORT_DATA, is_well ? INK_GOOD : INK_WARN, "%.*s",
                       STR_ARG(summary));
    } else {
        report_line(inv->report, "no goward.yaml has rules here");
    }
    Severity fail_on = (Severity)option_choice(inv, OPTION_FAIL_ON);
    *ret_code = findings_reach(findings, fail_on) ? EXIT_FINDINGS : EXIT_OK;
    return true;
}

bool cmd_policy_check(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, check, ret_code, err);
}

/* ---- explain ---- */

static Str verdict_word(Verdict verdict)
{
    static const Str words[] = {
        [VERDICT_NONE] = STR_CONST(""),
        [VERDICT_HOLDS] = STR_CONST("holds"),
        [VERDICT_BROKEN] = STR_CONST("broken"),
        [VERDICT_UNJUDGED] = STR_CONST("unjudged"),
    };
    return words[verdict];
}

static Verdict judge(Invocation *inv, const Judgement *j, const Rule *rule)
{
    FindingList ignored = {0};
    return policy_judge_rule(inv->arena, &j->gate.policy, rule, &j->gate.subject, &ignored);
}

static void write_rules(Invocation *inv, JsonWriter *w, const Judgement *j)
{
    const Policy *p = &j->gate.policy;
    json_key_array(w, S("rules"));
    for (isize i = 0; i < p->rules.len; i++) {
        const Rule *rule = &p->rules.ptr[i];
        json_begin_object(w);
        json_key_str(w, S("id"), policy_rule_id(rule->kind));
        json_key_str(w, S("section"), rule->section);
        json_key_str(w, S("rule"), rule_text(inv->arena, rule));
        json_key_str(w, S("enforce"), rule->warns_only ? S("warn") : S("refuse"));
        json_key_str(w, S("verdict"), verdict_word(judge(inv, j, rule)));
        report_json_place(w, S("place"), rule->place);
        json_end(w);
    }
    json_end(w);
}

static void print_rules(Invocation *inv, const Judgement *j)
{
    const Policy *p = &j->gate.policy;
    for (isize i = 0; i < p->rules.len; i++) {
        const Rule *rule = &p->rules.ptr[i];
        Verdict verdict = judge(inv, j, rule);
        Step step = {.label = verdict_word(verdict),
                     .place = rule->place,
                     .ink = verdict == VERDICT_BROKEN ? INK_BAD : INK_GOOD};
        step.parts[0] = policy_rule_id(rule->kind);
        step.parts[1] = rule_text(inv->arena, rule);
        step.parts[2] = rule->warns_only ? S("warns only") : S("");
        report_fact(inv->report, &step);
    }
    if (!p->has_rules) {
        report_line(inv->report, "no goward.yaml has rules here");
    }
}

static bool explain(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    (void)ret_code;
    Judgement j = {0};
    PolicyChecks checks;
    if (!look(inv, c, &j, err) ||
        !policy_checks_find(inv, c->home, &j.gate.policy.files, &checks, err)) {
        return false;
    }
    if (inv->wants_json) {
        JsonWriter *w = begin_json(inv, &j, S("policy-explain"));
        write_rules(inv, w, &j);
        policy_checks_json(inv, &checks, w);
        report_json_end(inv->report);
        return true;
    }
    print_head(inv, &j);
    print_rules(inv, &j);
    policy_checks_print(inv, &checks);
    return true;
}

bool cmd_policy_explain(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, explain, ret_code, err);
}
