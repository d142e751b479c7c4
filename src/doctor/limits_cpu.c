/* Processor time: does Go run as much at a time as the control group gives it time for? */
#include "doctor/cgroup.h"

#define CPU_MILLI 1000   /* thousandths in one processor */
#define CPU_MIN_PROCS 4  /* fewer at a time are never throttled much */
#define CPU_MAX_EXCESS 2 /* so many times the processors' worth is too much */

typedef struct {
    isize procs; /* that Go runs at a time */
    isize cpus;  /* that the group gives time for, rounded up */
} Share;

static Str share_evidence(Doctor *d, const Cgroup *group)
{
    return str_format(d->arena, "%.*s: %.*s\n%td processors may be used", STR_ARG(group->cpu.file),
                      STR_ARG(str_trim(cgroup_file(d, group->cpu.file))), cgroup_cpus(d));
}

/* Why Go starts more than there is time for, and what to do about it. */
static Str share_reason(Doctor *d, const Cgroup *group, const Share *share, Str *ret_remedy)
{
    Variable godebug = doctor_variable(d, S("GODEBUG"));
    Str value;
    *ret_remedy = str_format(d->arena, "export GOMAXPROCS=%td", share->cpus);
    if (cgroup_gomaxprocs_set(d) > 0) {
        return S("GOMAXPROCS asks for them");
    }
    if (doctor_go_is_before(d, S("1.25"))) {
        return S("before Go 1.25 the runtime does not know the control group");
    }
    if (doctor_godebug_value(&godebug, S("containermaxprocs"), &value) && str_eq(value, S("0"))) {
        *ret_remedy = S("take containermaxprocs=0 out of GODEBUG");
        return S("containermaxprocs=0 in GODEBUG hides the control group from the runtime");
    }
    return group->cpu.own == group->cpu.value
               ? S("the runtime was not told")
               : S("the runtime sees its own control group, the limit is one of a group above it");
}

static bool check_cpu(Doctor *d, Err *err)
{
    (void)err;
    Cgroup group = cgroup_read(d);
    if (group.cpu.value == CGROUP_UNLIMITED) {
        return true;
    }
    Share share = {.procs = cgroup_gomaxprocs(d, &group),
                   .cpus = (isize)MAX((group.cpu.value + CPU_MILLI - 1) / CPU_MILLI, 1)};
    if (share.procs < CPU_MIN_PROCS || share.procs < CPU_MAX_EXCESS * share.cpus) {
        return true;
    }
    Str remedy;
    Str reason = share_reason(d, &group, &share, &remedy);
    doctor_find(d, (Finding){
                       .severity = SEVERITY_WARN,
                       .title = str_format(d->arena,
                                           "builds and tests are throttled: %td threads run at a "
                                           "time on %td processor%s worth of time; %.*s",
                                           share.procs, share.cpus, share.cpus == 1 ? "'s" : "s'",
                                           STR_ARG(reason)),
                       .place = {.file = group.cpu.file},
                       .evidence = share_evidence(d, &group),
                       .remedy = remedy,
                   });
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD094"),
                .title = STR_CONST("Go runs no more at a time than its share of the processors"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST(
                    "cpu.max (version 1: cpu.cfs_quota_us) of the control group and of those above "
                    "it, the processors that may be used, GOMAXPROCS, and containermaxprocs in "
                    "GODEBUG"),
                .why = STR_CONST(
                    "A container with 2 processors' worth of time on a machine of 64 is stopped "
                    "for most of each tenth of a second once 64 threads run in it: collections "
                    "take many times as long, and tests time out. Since Go 1.25 the runtime looks "
                    "at its own control group, though not at those above it; earlier ones look at "
                    "the machine alone."),
                .cure = STR_CONST("export GOMAXPROCS=2, or Go 1.25 and newer"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/blog/container-aware-gomaxprocs"),
            },
        .run = check_cpu,
        .modes = MODE_PROCESS,
    },
};

const CheckGroup doctor_limits_cpu = {rows, COUNT_OF(rows)};
