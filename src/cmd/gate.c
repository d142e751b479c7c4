#include "cmd/gate.h"

#include "cmd/command.h"
#include "os/clock.h"
#include "policy/date.h"
#include "store/audit.h"

GateWish gate_wish(const Selected *s, const Environ *env)
{
    return (GateWish){.dir = s->want.working_dir,
                      .project_root = s->want.project_root,
                      .env = env,
                      .goroot = s->root,
                      .has_go = s->version.len > 0 || s->root.len > 0,
                      .version = s->version};
}

static bool judge(const ToolchainContext *c, Arena *a, const GateWish *wish, Gate *g, Err *err)
{
    g->goenv = ARENA_NEW(a, GoEnv);
    if (!goenv_load(a, wish->env, wish->goroot, g->goenv, err)) {
        return false;
    }
    g->subject = (PolicySubject){.env = g->goenv,
                                 .has_go = wish->has_go,
                                 .version = wish->version,
                                 .home = c->home,
                                 .today = clock_wall_s() / DATE_SECONDS_A_DAY};
    int64_t oldest;
    if (wish->with_log && audit_oldest(*a, c->home, &oldest)) {
        g->subject.has_log = true;
        g->subject.log_since = oldest / DATE_SECONDS_A_DAY;
    }
    policy_judge(a, &g->policy, &g->subject, &g->findings);
    return true;
}

bool gate_look(const ToolchainContext *c, Arena *a, const GateWish *wish, Gate *ret, Err *err)
{
    PolicyWish rules = {
        .place = {.environ = wish->env, .dir = wish->dir, .project_root = wish->project_root},
        .role = wish->role};
    *ret = (Gate){0};
    if (!policy_load(a, &rules, &ret->policy, err)) {
        return FAIL_IN(err, "reading the team's rules");
    }
    return !ret->policy.has_rules || judge(c, a, wish, ret, err);
}

bool gate_pass(const ToolchainContext *c, Arena *a, const GateWish *wish, Gate *ret, int *ret_code,
               Err *err)
{
    if (!gate_look(c, a, wish, ret, err)) {
        return false;
    }
    if (!policy_refuse(&ret->findings, err)) {
        *ret_code = EXIT_FINDINGS;
        return false;
    }
    return true;
}
