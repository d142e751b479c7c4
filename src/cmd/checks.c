#include "cmd/checks.h"

#include "os/clock.h"
#include "report/human.h"
#include "toolchain/childenv.h"

/* As `goward exec` would give it, with the Go in use. */
static bool make_project_environ(Invocation *inv, const ToolchainContext *c, Str goroot,
                                 Str version, Environ *ret, Err *err)
{
    ChildChanges changes;
    ChildGo go = {.home = c->home, .root = goroot, .version = version};
    *ret = *inv->env;
    if (goroot.len == 0 || version.len == 0) {
        return true;
    }
    if (!childenv_changes(inv->arena, inv->env, &go, &changes, err)) {
        return false;
    }
    *ret = childenv_apply(inv->arena, inv->env, &changes);
    return true;
}

bool checks_run_chosen(Invocation *inv, ToolchainContext *c, Str goroot, Str version,
                       const DoctorInput *choice, Checks *ret, Err *err)
{
    GoEnv goenv;
    Environ project_env;
    int64_t begun = clock_monotonic_ns();
    if (!goenv_load(inv->arena, inv->env, goroot, &goenv, err) ||
        !make_project_environ(inv, c, goroot, version, &project_env, err)) {
        return FAIL_IN(err, "checking the environment");
    }
    DoctorInput in = *choice;
    in.env = &goenv;
    in.project_env = &project_env;
    in.goroot = goroot;
    in.version = version;
    in.host_os = context_host_os();
    in.host_arch = context_host_arch();
    in.dir = c->dir;
    in.home = c->home;
    doctor_target(&goenv, &in.os, &in.arch);
    doctor_run(&in, inv->arena, &ret->result);
    ret->took_ns = clock_monotonic_ns() - begun;
    return true;
}

bool checks_run(Invocation *inv, ToolchainContext *c, Str goroot, Str version, Checks *ret,
                Err *err)
{
    return checks_run_chosen(inv, c, goroot, version, &(DoctorInput){.mode = MODE_MINIMAL}, ret,
                             err);
}

void checks_print(Invocation *inv, const Checks *checks)
{
    const DoctorResult *r = &checks->result;
    Step step = {.label = S("checks"), .ink = r->n_passed == r->n_checks ? INK_GOOD : INK_WARN};
    step.parts[0] = str_format(inv->arena, "%td of %td passed", r->n_passed, r->n_checks);
    step.parts[1] = human_duration(inv->arena, checks->took_ns);
    report_fact(inv->report, &step);
    findings_print(inv->report, REPORT_DATA, &r->findings);
}
