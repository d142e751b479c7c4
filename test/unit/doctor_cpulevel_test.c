/* Levels against processors, and targets against this machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doctor/cpulevel.h"
#include "support/clinic.h"

#define X86_V2 "flags\t\t: fpu cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3"
#define X86_V3 X86_V2 " avx avx2 bmi1 bmi2 f16c fma abm movbe xsave"

static void test_processors(void **state)
{
    (void)state;
    static const struct {
        const char *cpuinfo, *arch, *level, *lacks;
    } cases[] = {
        {X86_V2 "\n", "amd64", "v1", NULL},
        {X86_V2 "\n", "amd64", "v2", NULL},
        {X86_V2 "\n", "amd64", "v3", "avx"},
        {X86_V3 "\n", "amd64", "v3", NULL},
        {X86_V3 "\n", "amd64", "v4", "avx512f"},
        {"flags : fpu\n", "amd64", "v2", "cx16"},
        {"", "amd64", "v4", NULL},
        {"Features\t: half vfp\n", "arm", "6", NULL},
        {"Features\t: half vfp\n", "arm", "7", "vfpv3"},
        {"Features\t: half vfp\n", "arm", "7,softfloat", NULL},
        {"Features\t: fp asimd aes sha2\n", "arm64", "v8.0,crypto", NULL},
        {"Features\t: fp asimd\n", "arm64", "v8.1", "atomics"},
        {"Features\t: fp asimd\n", "arm64", "v8.0,lse", "atomics"},
        {"Features\t: fp atomics\n", "arm64", "v9.0", NULL},
        {"cpu\t\t: POWER8 (architected)\n", "ppc64le", "power9", "power9"},
        {"cpu\t\t: POWER10 (architected)\n", "ppc64le", "power9", NULL},
    };
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        CpuInfo cpu = cpuinfo_parse(str_from_c(cases[i].cpuinfo));
        Str lacks = {0};
        bool runs =
            cpulevel_runs(&cpu, str_from_c(cases[i].arch), str_from_c(cases[i].level), &lacks);
        assert_int_equal(runs, cases[i].lacks == NULL);
        if (!runs) {
            assert_str(lacks, str_from_c(cases[i].lacks));
        }
    }
}

static void test_targets(void **state)
{
    Clinic *c = *state;
    static const ClinicCase cases[] = {
        {"", SEVERITY_NONE, NULL, NULL},
        {"GOOS=linux;GOARCH=amd64", SEVERITY_NONE, NULL, NULL},
        {"GOOS=linux;GOARCH=386", SEVERITY_NONE, NULL, NULL},
        {"GOOS=linux;GOARCH=amd65", SEVERITY_NONE, NULL, NULL},
        {"GOOS=linux;GOARCH=arm64", SEVERITY_WARN, "is for linux/arm64, and this machine is",
         "unset GOARCH"},
        {"GOOS=windows;GOARCH=amd64;GOBIN=/x", SEVERITY_WARN, "because GOBIN is set", "unset GOOS"},
    };
    c->only = S("GWD048");
    clinic_check(c, c->only, cases, COUNT_OF(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_processors),
        CLINIC_TEST(test_targets),
    };
    return cmocka_run_group_tests_name("doctor_cpulevel", tests, NULL, NULL);
}
