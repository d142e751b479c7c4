/*
 * The team's rules, as checks: policy/judge.h judges, each row shows what it says under one id. The
 * rows are also what `goward explain` says of these findings, whoever made them.
 */
#include "doctor/context.h"
#include "go/mod/projectroot.h"
#include "os/clock.h"
#include "policy/date.h"
#include "policy/judge.h"
#include "store/audit.h"

struct TeamRules {
    FindingList findings; /* of all ids */
};

static PolicySubject subject_of(const Doctor *d)
{
    const DoctorInput *in = d->in;
    PolicySubject s = {.env = in->env,
                       .has_go = in->goroot.len > 0,
                       .version = in->version,
                       .home = in->home,
                       .today = clock_wall_s() / DATE_SECONDS_A_DAY};
    int64_t oldest;
    if (in->home.len > 0 && audit_oldest(*d->arena, in->home, &oldest)) {
        s.has_log = true;
        s.log_since = oldest / DATE_SECONDS_A_DAY;
    }
    return s;
}

static void judge(Doctor *d, FindingList *ret)
{
    Err err = {0};
    Policy policy;
    PolicyWish wish = {.place = {.environ = d->in->env->environ,
                                 .dir = d->in->dir,
                                 .project_root = projectroot_find(d->arena, d->in->env, d->in->dir),
                                 .system = d->in->system}};
    if (!policy_load(d->arena, &wish, &policy, &err)) {
        *VEC_PUSH(d->arena, ret) = policy_trouble(d->arena, &err);
        return;
    }
    PolicySubject subject = subject_of(d);
    policy_judge(d->arena, &policy, &subject, ret);
}

/* Read and judged when the first row asks. */
static const struct TeamRules *rules_of(Doctor *d)
{
    if (d->team_rules == NULL) {
        struct TeamRules *rules = ARENA_NEW(d->arena, struct TeamRules);
        judge(d, &rules->findings);
        d->team_rules = rules;
    }
    return d->team_rules;
}

static bool check(Doctor *d, Err *err)
{
    (void)err;
    const struct TeamRules *rules = rules_of(d);
    for (isize i = 0; i < rules->findings.len; i++) {
        if (str_eq(rules->findings.ptr[i].id, d->about->id)) {
            doctor_find(d, rules->findings.ptr[i]);
        }
    }
    return true;
}

#define ROW(the_id, the_title, the_severity, what, reason, remedy) \
    {                                                              \
        .about = {.id = STR_CONST(the_id),                         \
                  .title = STR_CONST(the_title),                   \
                  .severity = (the_severity),                      \
                  .looks_at = STR_CONST(what),                     \
                  .why = STR_CONST(reason),                        \
                  .cure = STR_CONST(remedy),                       \
                  .since = STR_CONST("0.1.0"),                     \
                  .source = STR_CONST("docs/formats/policy.md")},  \
        .run = check, .cost = COST_FILES,                          \
    }

static const Check rows[] = {
    ROW("GWP001", "the Go in use is one that the team allows", SEVERITY_ERROR,
        "the Go in use, and go: in goward.yaml of the project, the user and the machine",
        "A Go outside of the ranges was not tested by the team, or is one that it has left behind. "
        "up, exec and go itself refuse it, unless the rule only warns.",
        "goward use one that is allowed; goward policy explain shows which are, and which file "
        "says so"),
    ROW("GWP002", "the Go in use has the patches that the team asks for", SEVERITY_ERROR,
        "the Go in use, and minimum: in goward.yaml; the date of today (UTC)",
        "Patches of a minor release mend security faults and nothing else of note. Images and CI "
        "caches keep an old one for months without anybody choosing it. Within the days of grace "
        "it is a warning.",
        "goward use the minor release, which takes its newest patch; then goward up"),
    ROW("GWP003", "the Go in use is still mended", SEVERITY_ERROR,
        "the Go in use, the releases that this goward knows and those in its store, and support: "
        "in goward.yaml",
        "Only the two newest minor releases of Go get fixes. What is built with an older one keeps "
        "every fault of its standard library.",
        "goward use stable"),
    ROW("GWP004", "variables have the values that the team asks for", SEVERITY_ERROR,
        "the variable as the go command sees it (environment, go env file, go.env), and "
        "variables: required: in goward.yaml; of GOFLAGS, GODEBUG and GOEXPERIMENT the words",
        "A build with other settings is another build: linked against the libraries of one "
        "machine, with other defaults, or not to be made again.",
        "set it as the finding says"),
    ROW("GWP005", "no variable is set that the team forbids", SEVERITY_ERROR,
        "the variable as the go command sees it, and variables: forbidden: in goward.yaml",
        "Settings such as GOINSECURE, GONOSUMDB or GOFLAGS=-mod=mod are mostly left over from one "
        "bad day, and take away a protection for every build after it.",
        "unset NAME in the shell; go env -u NAME for what go env -w has set"),
    ROW("GWP006", "modules come through the proxies that the team allows", SEVERITY_ERROR,
        "the entries of GOPROXY as the go command sees it, and proxies: in goward.yaml",
        "A proxy decides which bytes a build gets where no checksum is known yet, and learns the "
        "names of everything that is asked for.",
        "set GOPROXY as the finding says"),
    ROW("GWP007", "the audit log holds no more than it has to", SEVERITY_INFO,
        "the first line of audit.log in goward's home, and logs: in goward.yaml; of several files "
        "the one that keeps longest counts, and files of projects can only have lines kept",
        "The log names users and projects. Rules about such records say how long they are kept, "
        "and that they go afterwards.",
        "goward gc"),
    ROW("GWP008", "goward.yaml can be read, and says what there is", SEVERITY_ERROR,
        "goward.yaml from the working directory up to the project's root, in the user's folder of "
        "settings (XDG_CONFIG_HOME) and in /etc/goward, and GOWARD_ROLE",
        "A rule that is not understood protects nobody, so none is passed over in silence: up, "
        "exec and go itself refuse to go on. An older goward may not know a key that a newer one "
        "has.",
        "mend the line that the finding names; goward policy check says whether it is right"),
};

const CheckGroup doctor_policy_rules = {rows, COUNT_OF(rows)};
