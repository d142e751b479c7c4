#include "cmd/policy_checks.h"

bool policy_checks_find(Invocation *inv, Str home, const ConfigFiles *files, PolicyChecks *ret,
                        Err *err)
{
    PolicyChecks all = {0};
    for (isize i = 0; i < files->len; i++) {
        PolicyCheckFile f = {.config = files->ptr[i]};
        if (!projectchecks_read(inv->arena, &f.config, &f.checks, err)) {
            return false;
        }
        if (f.checks.len == 0) {
            continue;
        }
        if (!checktrust_look(inv->arena, &f.config, &f.checks, inv->env, &f.subject, err) ||
            !checktrust_judge(inv->arena, home, &f.subject, &f.verdict, err)) {
            return false;
        }
        *VEC_PUSH(inv->arena, &all) = f;
    }
    *ret = all;
    return true;
}

static Str trust_words(TrustState state)
{
    static const Str words[TRUST_STATE_COUNT] = {
        [TRUST_NONE] = STR_CONST(""),
        [TRUST_GIVEN] = STR_CONST("trusted"),
        [TRUST_OWN] = STR_CONST("trusted"),
        [TRUST_MISSING] = STR_CONST("not trusted: does not run"),
        [TRUST_CHANGED] = STR_CONST("changed since it was trusted: does not run"),
    };
    return words[state];
}

void policy_checks_print(Invocation *inv, const PolicyChecks *all)
{
    for (isize f = 0; f < all->len; f++) {
        const PolicyCheckFile *file = &all->ptr[f];
        TrustState state = file->verdict.state;
        for (isize i = 0; i < file->checks.len; i++) {
            const ProjectCheck *check = &file->checks.ptr[i];
            bool runs = state == TRUST_GIVEN || state == TRUST_OWN;
            Step step = {.label = S("check"),
                         .parts = {check->name, trust_words(state)},
                         .place = check->place,
                         .ink = runs ? INK_GOOD : INK_WARN};
            report_fact(inv->report, &step);
        }
    }
}

void policy_checks_json(Invocation *inv, const PolicyChecks *all, JsonWriter *w)
{
    json_key_array(w, S("checks"));
    for (isize f = 0; f < all->len; f++) {
        const PolicyCheckFile *file = &all->ptr[f];
        for (isize i = 0; i < file->checks.len; i++) {
            const ProjectCheck *check = &file->checks.ptr[i];
            json_begin_object(w);
            json_key_str(w, S("name"), check->name);
            json_key_str(w, S("command"), projectcheck_command(inv->arena, check));
            json_key_str(w, S("severity"), severity_name(check->severity));
            json_key_str(w, S("trust"), checktrust_state_name(file->verdict.state));
            report_json_place(w, S("place"), check->place);
            json_end(w);
        }
    }
    json_end(w);
}
