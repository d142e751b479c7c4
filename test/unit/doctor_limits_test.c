/* Limits of a process, the kernel and what this runs in, planted below a made /proc. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/clinic.h"

static void plant(Clinic *c, Str path, Str content)
{
    c->system = path_join(&c->a, c->root, S("system"));
    fixture_file(&c->a, c->system, str_from(path, 1), content);
}

static void plant_limit(Clinic *c, const char *name, const char *soft, const char *hard)
{
    plant(c, S("/proc/self/limits"),
          str_format(&c->a,
                     "Limit                     Soft Limit           Hard Limit           Units\n"
                     "Max stack size            8388608              unlimited            bytes\n"
                     "%-25s %-20s %-20s units\n",
                     name, soft, hard));
}

typedef struct {
    const char *id, *version, *name, *soft, *hard;
    ClinicCase wanted;
} LimitCase;

static void test_limits(void **state)
{
    Clinic *c = *state;
    static const LimitCase cases[] = {
        /* Go raises the soft limit to the hard one since 1.19. */
        {"GWD091", "1.26.8", "Max open files", "8", "4096", {"", SEVERITY_NONE, NULL, NULL}},
        {"GWD091",
         "1.18.10",
         "Max open files",
         "8",
         "4096",
         {"", SEVERITY_ERROR, "no more than 8 open files", "ulimit -n 4096"}},
        {"GWD091",
         "1.26.8",
         "Max open files",
         "19",
         "19",
         {"", SEVERITY_ERROR, "no more than 19 open files", NULL}},
        {"GWD091",
         "1.26.8",
         "Max open files",
         "20",
         "255",
         {"", SEVERITY_WARN, "no more than 255 open files", NULL}},
        {"GWD091", "1.26.8", "Max open files", "20", "256", {"", SEVERITY_NONE, NULL, NULL}},
        {"GWD092",
         "1.26.8",
         "Max processes",
         "11",
         "unlimited",
         {"", SEVERITY_ERROR, "no more than 11 processes", "ulimit -u unlimited"}},
        {"GWD092",
         "1.26.8",
         "Max processes",
         "127",
         "127",
         {"", SEVERITY_WARN, "no more than 127 processes", NULL}},
        {"GWD092", "1.26.8", "Max processes", "128", "128", {"", SEVERITY_NONE, NULL, NULL}},
        {"GWD093",
         "1.26.8",
         "Max address space",
         "614400000",
         "unlimited",
         {"", SEVERITY_ERROR, "600000 KiB of address space", "ulimit -v unlimited"}},
        {"GWD093",
         "1.26.8",
         "Max address space",
         "1073741824",
         "8589934592",
         {"", SEVERITY_WARN, "1048576 KiB of address space", "ulimit -v 8388608"}},
        {"GWD093",
         "1.26.8",
         "Max data size",
         "104857600",
         "104857600",
         {"", SEVERITY_ERROR, "KiB of data", NULL}},
        {"GWD093",
         "1.26.8",
         "Max file size",
         "1024",
         "unlimited",
         {"", SEVERITY_ERROR, "1 KiB in one file", "ulimit -f unlimited"}},
        {"GWD093",
         "1.26.8",
         "Max cpu time",
         "60",
         "60",
         {"", SEVERITY_WARN, "60 seconds of processor time", NULL}},
        {"GWD093",
         "1.26.8",
         "Max cpu time",
         "unlimited",
         "unlimited",
         {"", SEVERITY_NONE, NULL, NULL}},
        {"GWD093", "1.26.8", "Max file size", "", "", {"", SEVERITY_NONE, NULL, NULL}},
    };
    plant(c, S("/proc/self/status"), S("Uid:\t1000\t1000\t1000\t1000\n"));
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        c->only = str_from_c(cases[i].id);
        c->version = str_from_c(cases[i].version);
        plant_limit(c, cases[i].name, cases[i].soft, cases[i].hard);
        clinic_check(c, c->only, &cases[i].wanted, 1);
    }
}

static void test_root_may_start_more(void **state)
{
    Clinic *c = *state;
    static const ClinicCase none[] = {{"", SEVERITY_NONE, NULL, NULL}};
    c->only = S("GWD092");
    plant(c, S("/proc/self/status"), S("Uid:\t0\t0\t0\t0\n"));
    plant_limit(c, "Max processes", "3", "3");
    clinic_check(c, c->only, none, COUNT_OF(none));
}

static void test_threads_of_a_group(void **state)
{
    Clinic *c = *state;
    static const ClinicCase few[] = {
        {"", SEVERITY_WARN, "takes no more than 40 further threads", NULL}};
    static const ClinicCase none[] = {
        {"", SEVERITY_ERROR, "takes no more than 0 further threads", NULL}};
    c->only = S("GWD092");
    plant(c, S("/proc/self/cgroup"), S("0::/\n"));
    plant(c, S("/proc/self/mountinfo"), S("31 23 0:28 / /sys/fs/cgroup rw - cgroup2 none rw\n"));
    plant(c, S("/sys/fs/cgroup/pids.current"), S("60\n"));
    plant(c, S("/sys/fs/cgroup/pids.max"), S("100\n"));
    clinic_check(c, c->only, few, COUNT_OF(few));
    plant(c, S("/sys/fs/cgroup/pids.max"), S("50\n"));
    clinic_check(c, c->only, none, COUNT_OF(none));
}

static void test_kernels(void **state)
{
    Clinic *c = *state;
    static const struct {
        const char *version, *release;
        ClinicCase wanted;
    } cases[] = {
        {"1.24.0", "3.10.0-1160.el7.x86_64\n", {"", SEVERITY_NONE, NULL, NULL}},
        {"1.24.0",
         "2.6.32-754.el6.x86_64\n",
         {"", SEVERITY_ERROR, "Go 1.24.0 needs Linux 3.2; this is 2.6.32", NULL}},
        {"1.23.12", "2.6.32-754.el6.x86_64\n", {"", SEVERITY_NONE, NULL, NULL}},
        {"1.26.8", "3.1.9\n", {"", SEVERITY_ERROR, "needs Linux 3.2", NULL}},
        {"1.26.8", "6.18.44-fc\n", {"", SEVERITY_NONE, NULL, NULL}},
        {"1.26.8", "nonsense", {"", SEVERITY_NONE, NULL, NULL}},
        {"", "2.6.18\n", {"", SEVERITY_NONE, NULL, NULL}},
    };
    c->only = S("GWD090");
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        c->version = str_from_c(cases[i].version);
        plant(c, S("/proc/sys/kernel/osrelease"), str_from_c(cases[i].release));
        clinic_check(c, c->only, &cases[i].wanted, 1);
    }
}

static void test_watches(void **state)
{
    Clinic *c = *state;
    static const ClinicCase few[] = {{"", SEVERITY_INFO, "no more than 100 files", NULL}};
    static const ClinicCase none[] = {{"", SEVERITY_NONE, NULL, NULL}};
    c->only = S("GWD100");
    plant(c, S("/proc/sys/fs/inotify/max_user_instances"), S("128\n"));
    plant(c, S("/proc/sys/fs/inotify/max_user_watches"), S("8192\n"));
    clinic_check(c, c->only, none, COUNT_OF(none));
    plant(c, S("/proc/sys/fs/inotify/max_user_watches"), S("100\n"));
    clinic_check(c, c->only, few, COUNT_OF(few));
}

static void test_the_clock(void **state)
{
    Clinic *c = *state;
    static const ClinicCase wrong[] = {{"", SEVERITY_ERROR, "was made on 2199-01-01", NULL}};
    static const ClinicCase none[] = {{"", SEVERITY_NONE, NULL, NULL}};
    static const char *const well[] = {"go1.26.8\ntime 2026-08-28T16:20:06Z\n", "go1.20.3",
                                       "go1.26.8\ntime never\n", "\n\n\n"};
    c->only = S("GWD101");
    clinic_check(c, c->only, none, COUNT_OF(none)); /* without a VERSION */
    for (isize i = 0; i < COUNT_OF(well); i++) {
        fixture_file(&c->a, c->goroot, S("VERSION"), str_from_c(well[i]));
        clinic_check(c, c->only, none, COUNT_OF(none));
    }
    fixture_file(&c->a, c->goroot, S("VERSION"), S("go1.26.8\ntime 2199-01-01T00:00:00Z\n"));
    clinic_check(c, c->only, wrong, COUNT_OF(wrong));
}

static void test_windows_and_containers(void **state)
{
    Clinic *c = *state;
    static const ClinicCase wsl1[] = {{"", SEVERITY_WARN, "this is WSL 1", NULL}};
    static const ClinicCase none[] = {{"", SEVERITY_NONE, NULL, NULL}};
    static const ClinicCase docker[] = {
        {"", SEVERITY_INFO, "a container (Docker) that has 1.50 processors, 512 MiB", NULL}};
    c->only = S("GWD099");
    plant(c, S("/proc/sys/kernel/osrelease"), S("4.4.0-19041-Microsoft\n"));
    clinic_check(c, c->only, wsl1, COUNT_OF(wsl1));
    plant(c, S("/proc/sys/kernel/osrelease"), S("5.15.90.1-microsoft-standard-WSL2\n"));
    clinic_check(c, c->only, none, COUNT_OF(none));
    plant(c, S("/.dockerenv"), S(""));
    clinic_check(c, c->only, none, COUNT_OF(none)); /* without limits: nothing to say */
    plant(c, S("/proc/self/cgroup"), S("0::/\n"));
    plant(c, S("/proc/self/mountinfo"), S("31 23 0:28 / /sys/fs/cgroup rw - cgroup2 none rw\n"));
    plant(c, S("/sys/fs/cgroup/cpu.max"), S("150000 100000\n"));
    plant(c, S("/sys/fs/cgroup/memory.max"), S("536870912\n"));
    clinic_check(c, c->only, docker, COUNT_OF(docker));
}

/* With a filter that is said to be on, and is not: every call is tried, and taken. */
static void test_tries_system_calls(void **state)
{
    Clinic *c = *state;
    static const ClinicCase none[] = {{"", SEVERITY_NONE, NULL, NULL}};
    c->only = S("GWD097");
    plant(c, S("/proc/self/status"), S("Seccomp:\t2\nSeccomp_filters:\t1\n"));
    clinic_check(c, c->only, none, COUNT_OF(none));
}

static void test_addresses_of_arm64(void **state)
{
    Clinic *c = *state;
    static const struct {
        const char *arch, *stack;
        Profile profile;
        Severity severity;
    } rows[] = {
        {"arm64", "ffffd5a7e000", PROFILE_RACE, SEVERITY_NONE}, /* 48 bits */
        {"arm64", "7fd5a7e000", PROFILE_RACE, SEVERITY_ERROR},  /* 39 */
        {"arm64", "7fd5a7e000", PROFILE_NONE, SEVERITY_INFO},
        {"amd64", "7ffd5a7e0000", PROFILE_RACE, SEVERITY_NONE}, /* 47 is all that it has */
    };
    const Str only = S("GWD103");
    const Environ environ = {0};
    GoEnv env;
    Err err;
    assert_true(goenv_load_user(&c->a, &environ, &env, &err));
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        DoctorResult result;
        plant(c, S("/proc/self/maps"),
              str_format(&c->a,
                         "00400000-00401000 r-xp 0 08:01 1 /bin/x\n%s-%s rw-p 0 00:00 0 "
                         "[stack]\n",
                         rows[i].stack, rows[i].stack));
        DoctorInput in = {.env = &env,
                          .host_os = S("linux"),
                          .host_arch = str_from_c(rows[i].arch),
                          .os = S("linux"),
                          .arch = str_from_c(rows[i].arch),
                          .system = c->system,
                          .profile = rows[i].profile,
                          .only = &only,
                          .n_only = 1};
        doctor_run(&in, &c->a, &result);
        assert_int_equal(result.findings.len, rows[i].severity != SEVERITY_NONE);
        if (result.findings.len > 0) {
            assert_int_equal(result.findings.ptr[0].severity, rows[i].severity);
            assert_true(str_contains(result.findings.ptr[0].title, S("addresses of 39 bits")));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_limits),
        CLINIC_TEST(test_root_may_start_more),
        CLINIC_TEST(test_threads_of_a_group),
        CLINIC_TEST(test_kernels),
        CLINIC_TEST(test_watches),
        CLINIC_TEST(test_the_clock),
        CLINIC_TEST(test_windows_and_containers),
        CLINIC_TEST(test_tries_system_calls),
        CLINIC_TEST(test_addresses_of_arm64),
    };
    return cmocka_run_group_tests_name("doctor_limits", tests, NULL, NULL);
}
