/* Control groups as planted below a made /proc and /sys: which group, which limit, and how much at
 * a time the Go in use then runs; the rules are those of internal/runtime/cgroup of Go 1.25. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/clinic.h"

#define V2_MOUNT "31 23 0:28 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
#define V1_CPU "32 31 0:29 /docker/x /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
#define V1_MEMORY "33 31 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"

static void plant(Clinic *c, Str path, Str content)
{
    fixture_file(&c->a, c->system, str_from(path, 1), content);
}

/* A machine of 64 processors and 256 GiB in a group of version 2. */
static void plant_machine(Clinic *c, Str group)
{
    c->system = path_join(&c->a, c->root, S("system"));
    plant(c, S("/proc/self/status"),
          S("Name:\tgo\nUid:\t1000\t1000\nCpus_allowed_list:\t0-63\n"
            "Seccomp:\t0\n"));
    plant(c, S("/proc/meminfo"),
          S("MemTotal:  268435456 kB\nSwapTotal: 0 kB\n"
            "CommitLimit: 2097152 kB\nCommitted_AS: 1572864 kB\n"));
    plant(c, S("/proc/self/cgroup"), str_format(&c->a, "0::%.*s\n", STR_ARG(group)));
    plant(c, S("/proc/self/mountinfo"),
          S("22 27 0:21 / /proc rw,relatime shared:5 - proc proc rw\n" V2_MOUNT));
}

typedef struct {
    const char *version, *cpu_max, *variables;
    const char *title; /* NULL: nothing is found */
} CpuCase;

static void check_cpu(Clinic *c, const CpuCase *row)
{
    c->version = str_from_c(row->version);
    const ClinicCase one = {row->variables, row->title == NULL ? SEVERITY_NONE : SEVERITY_WARN,
                            row->title, NULL};
    clinic_check(c, S("GWD094"), &one, 1);
}

static void test_processor_time(void **state)
{
    Clinic *c = *state;
    c->only = S("GWD094");
    static const CpuCase cases[] = {
        {"1.24.13", "max 100000\n", "", NULL},
        {"1.24.13", "200000 100000\n", "",
         "64 threads run at a time on 2 processors' worth of time; before Go 1.25"},
        {"1.24.13", "50000 100000\n", "", "on 1 processor's worth"},
        {"1.24.13", "6400000 100000\n", "", NULL},
        {"1.24.13", "200000 100000\n", "GOMAXPROCS=2", NULL},
        {"1.25.0", "200000 100000\n", "", NULL},
        {"1.26.8", "50000 100000\n", "", NULL},
        {"1.26.8", "200000 100000\n", "GOMAXPROCS=64", "GOMAXPROCS asks for them"},
        {"1.26.8", "200000 100000\n", "GODEBUG=containermaxprocs=0", "containermaxprocs=0 in"},
        {"1.26.8", "200000 100000\n", "GODEBUG=containermaxprocs=1", NULL},
        {"1.24.13", "nonsense", "", NULL},
        {"1.24.13", "100000 0\n", "", NULL},
    };
    plant_machine(c, S("/"));
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        plant(c, S("/sys/fs/cgroup/cpu.max"), str_from_c(cases[i].cpu_max));
        check_cpu(c, &cases[i]);
    }
}

static void test_a_group_above_counts(void **state)
{
    Clinic *c = *state;
    c->only = S("GWD094");
    plant_machine(c, S("/ci.slice/job"));
    plant(c, S("/sys/fs/cgroup/ci.slice/job/cpu.max"), S("max 100000\n"));
    plant(c, S("/sys/fs/cgroup/ci.slice/cpu.max"), S("400000 100000\n"));
    check_cpu(c, &(CpuCase){"1.26.8", NULL, "", "the limit is one of a group above it"});
    plant(c, S("/sys/fs/cgroup/ci.slice/job/cpu.max"), S("400000 100000\n"));
    check_cpu(c, &(CpuCase){"1.26.8", NULL, "", NULL});
}

static void test_version_1(void **state)
{
    Clinic *c = *state;
    c->only = S("GWD094");
    plant_machine(c, S("/"));
    plant(c, S("/proc/self/cgroup"),
          S("4:memory:/docker/x\n3:cpu,cpuacct:/docker/x\n0::/docker/x\n"));
    plant(c, S("/proc/self/mountinfo"), S(V1_CPU V1_MEMORY V2_MOUNT));
    plant(c, S("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us"), S("200000\n"));
    plant(c, S("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us"), S("100000\n"));
    check_cpu(c, &(CpuCase){"1.24.13", NULL, "", "on 2 processors' worth of time"});
    plant(c, S("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us"), S("-1\n"));
    check_cpu(c, &(CpuCase){"1.24.13", NULL, "", NULL});
    c->only = S("GWD095");
    static const ClinicCase small[] = {
        {"GOMAXPROCS=2", SEVERITY_WARN, "256 MiB of memory are little", NULL},
        {"GOMAXPROCS=2;GOFLAGS=-p=1", SEVERITY_NONE, NULL, NULL}};
    plant(c, S("/sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes"), S("268435456\n"));
    clinic_check(c, S("GWD095"), small, COUNT_OF(small));
    plant(c, S("/sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes"), S("9223372036854771712\n"));
    static const ClinicCase none[] = {{"", SEVERITY_NONE, NULL, NULL}};
    clinic_check(c, S("GWD095"), none, COUNT_OF(none));
}

static void test_memory_for_compilers(void **state)
{
    Clinic *c = *state;
    c->only = S("GWD095");
    plant_machine(c, S("/"));
    plant(c, S("/sys/fs/cgroup/memory.max"), S("4294967296\n"));
    static const ClinicCase cases[] = {
        {"", SEVERITY_WARN, "64 compilers run at a time in 4096 MiB", "go env -w GOFLAGS=-p=16"},
        {"GOFLAGS=-v -p=40", SEVERITY_WARN, "40 compilers run at a time in 4096 MiB",
         "export GOFLAGS='-v -p=16'"},
        {"GOFLAGS=-p=8", SEVERITY_NONE, NULL, NULL},
        {"GOMAXPROCS=4", SEVERITY_NONE, NULL, NULL},
    };
    clinic_check(c, S("GWD095"), cases, COUNT_OF(cases));
    plant(c, S("/sys/fs/cgroup/memory.high"), S("209715200\n"));
    static const ClinicCase high[] = {
        {"GOMAXPROCS=1", SEVERITY_WARN, "200 MiB of memory are little",
         "more memory for the container or unit (docker run --memory=1g, MemoryMax=1G), or swap"},
        {"GOMAXPROCS=3", SEVERITY_WARN, "200 MiB of memory are little", "go env -w GOFLAGS=-p=1"}};
    clinic_check(c, S("GWD095"), high, COUNT_OF(high));
    plant(c, S("/sys/fs/cgroup/memory.high"), S("max\n"));
    plant(c, S("/sys/fs/cgroup/memory.events"), S("low 0\noom 4\noom_kill 3\n"));
    static const ClinicCase killed[] = {
        {"GOMAXPROCS=4", SEVERITY_INFO, "the kernel has killed 3 programs", NULL}};
    clinic_check(c, S("GWD095"), killed, COUNT_OF(killed));
}

static void test_memory_that_other_programs_leave(void **state)
{
    Clinic *c = *state;
    c->only = S("GWD095");
    plant_machine(c, S("/"));
    plant(c, S("/proc/meminfo"),
          S("MemTotal: 268435456 kB\nMemAvailable: 1048576 kB\n"
            "SwapTotal: 2097152 kB\nSwapFree: 524288 kB\n"));
    static const ClinicCase cases[] = {
        {"GOMAXPROCS=40", SEVERITY_WARN,
         "other programs leave 1536 MiB of memory for 40 compilers at a time",
         "go env -w GOFLAGS=-p=6"},
        {"GOMAXPROCS=24", SEVERITY_NONE, NULL, NULL},
    };
    clinic_check(c, S("GWD095"), cases, COUNT_OF(cases));
    plant(c, S("/proc/meminfo"),
          S("MemTotal: 268435456 kB\nMemAvailable: 131072 kB\nSwapFree: 0 kB\n"));
    static const ClinicCase least[] = {
        {"GOMAXPROCS=1", SEVERITY_WARN, "other programs leave 128 MiB of memory for 1 compiler at",
         "ps -eo rss,pid,args --sort=-rss | head (end what uses the memory, or "
         "add swap)"}};
    clinic_check(c, S("GWD095"), least, COUNT_OF(least));
}

static void test_what_the_runtime_is_told(void **state)
{
    Clinic *c = *state;
    c->only = S("GWD096");
    plant_machine(c, S("/"));
    plant(c, S("/sys/fs/cgroup/memory.max"), S("4294967296\n"));
    /* The verdicts on the form are those of `GOMEMLIMIT=... go version` of Go 1.26.8. */
    static const ClinicCase cases[] = {
        {"GOMEMLIMIT=off", SEVERITY_NONE, NULL, NULL},
        {"GOMEMLIMIT=3GiB", SEVERITY_NONE, NULL, NULL},
        {"GOMEMLIMIT=1000000000", SEVERITY_NONE, NULL, NULL},
        {"GOMEMLIMIT=1000000000B", SEVERITY_NONE, NULL, NULL},
        {"GOMEMLIMIT=0002GiB", SEVERITY_NONE, NULL, NULL},
        {"GOMEMLIMIT=2G", SEVERITY_ERROR, "every Go program stops", "export GOMEMLIMIT=2GiB"},
        {"GOMEMLIMIT=2GB", SEVERITY_ERROR, "every Go program stops", NULL},
        {"GOMEMLIMIT=GiB", SEVERITY_ERROR, "every Go program stops", NULL},
        {"GOMEMLIMIT=-1", SEVERITY_ERROR, "every Go program stops", NULL},
        {"GOMEMLIMIT=9000000TiB", SEVERITY_ERROR, "every Go program stops", NULL},
        {"GOMEMLIMIT=8GiB", SEVERITY_WARN, "above the 4096 MiB of the control group", NULL},
        {"GOMEMLIMIT=1MiB", SEVERITY_WARN, "below what the go command itself needs", NULL},
        {"GOGC=200", SEVERITY_NONE, NULL, NULL},
        {"GOGC=-1", SEVERITY_NONE, NULL, NULL},
        {"GOGC=50%", SEVERITY_WARN, "GOGC is passed over", "unset GOGC"},
        {"GOGC=off", SEVERITY_WARN, "nothing bounds the memory", "unset GOGC"},
        {"GOGC=off;GOMEMLIMIT=2GiB", SEVERITY_NONE, NULL, NULL},
        {"GOMAXPROCS=0", SEVERITY_WARN, "GOMAXPROCS is passed over", "unset GOMAXPROCS"},
        {"GOMAXPROCS=+4", SEVERITY_NONE, NULL, NULL},
        {"GOMAXPROCS=4.0", SEVERITY_WARN, "GOMAXPROCS is passed over", NULL},
    };
    clinic_check(c, S("GWD096"), cases, COUNT_OF(cases));
}

static void test_promised_memory(void **state)
{
    Clinic *c = *state;
    c->only = S("GWD102");
    plant_machine(c, S("/"));
    static const ClinicCase none[] = {{"", SEVERITY_NONE, NULL, NULL}};
    static const ClinicCase some[] = {
        {"", SEVERITY_WARN, "no more than 512 MiB further memory", NULL}};
    plant(c, S("/proc/sys/vm/overcommit_memory"), S("0\n"));
    clinic_check(c, S("GWD102"), none, COUNT_OF(none));
    plant(c, S("/proc/sys/vm/overcommit_memory"), S("2\n"));
    clinic_check(c, S("GWD102"), some, COUNT_OF(some));
}

static void test_where_nothing_is_known(void **state)
{
    Clinic *c = *state;
    static const char *const ids[] = {"GWD090", "GWD091", "GWD092", "GWD093", "GWD094", "GWD096",
                                      "GWD097", "GWD099", "GWD100", "GWD102", "GWD103"};
    static const ClinicCase none[] = {{"", SEVERITY_NONE, NULL, NULL}};
    c->system = path_join(&c->a, c->root, S("empty"));
    for (isize i = 0; i < COUNT_OF(ids); i++) {
        c->only = str_from_c(ids[i]);
        clinic_check(c, c->only, none, COUNT_OF(none));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_processor_time),
        CLINIC_TEST(test_a_group_above_counts),
        CLINIC_TEST(test_version_1),
        CLINIC_TEST(test_memory_for_compilers),
        CLINIC_TEST(test_memory_that_other_programs_leave),
        CLINIC_TEST(test_what_the_runtime_is_told),
        CLINIC_TEST(test_promised_memory),
        CLINIC_TEST(test_where_nothing_is_known),
    };
    return cmocka_run_group_tests_name("doctor_cgroup", tests, NULL, NULL);
}
