#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/clinic.h"

static void test_pairs(void **state)
{
    static const ClinicCase cases[] = {
        {"", SEVERITY_NONE, NULL, NULL},
        {"GOOS=linux;GOARCH=arm64", SEVERITY_NONE, NULL, NULL},
        {"GOOS=windows", SEVERITY_NONE, NULL, NULL},
        {"GOOS=linx", SEVERITY_ERROR, "Go 1.26.8 does not build for linx/amd64",
         "export GOOS=linux"},
        {"GOOS=Linux", SEVERITY_ERROR, "does not build for Linux/amd64", "export GOOS=linux"},
        {"GOOS=foo", SEVERITY_ERROR, "does not build for foo/amd64", "unset GOOS"},
        {"GOOS=windows;GOARCH=arm", SEVERITY_ERROR, "windows goes with amd64", "unset GOARCH"},
        {"GOOS=darwin", SEVERITY_ERROR, "darwin goes with arm64", NULL},
        {"GOOS=openbsd;GOARCH=mips64", SEVERITY_WARN, "openbsd/mips64 is known to be broken", NULL},
    };
    clinic_check(*state, S("GWD008"), cases, COUNT_OF(cases));
}

static void test_start_files(void **state)
{
    Clinic *c = *state;
    static const ClinicCase cases[] = {
        {"", SEVERITY_NONE, NULL, NULL},
        {"GOARCH=mips", SEVERITY_NONE, NULL, NULL}, /* rt0_linux_mipsx.s */
        {"GOARCH=riscv64", SEVERITY_INFO, "no rt0 file of its own for linux/riscv64", ""},
    };
    static const ClinicCase cut[] = {
        {"", SEVERITY_ERROR, "Go 1.26.8 has no runtime for linux/amd64", "goward verify --repair"},
    };
    clinic_check(c, S("GWD004"), cases, COUNT_OF(cases));
    Err err;
    Str runtime = path_join(&c->a, c->goroot, S("src/runtime"));
    assert_int_equal(dir_remove_all(FILE_CWD, runtime, &err), FILE_FOUND);
    clinic_check(c, S("GWD004"), cut, COUNT_OF(cut));
    DoctorResult broken = clinic_examine(c, S("GOOS=openbsd;GOARCH=mips64"));
    assert_int_equal(broken.findings.len, 2);
    assert_str(broken.findings.ptr[0].id, S("GWD004"));
    assert_int_equal(broken.findings.ptr[0].severity, SEVERITY_ERROR);
    assert_str(broken.findings.ptr[1].id, S("GWD008"));
}

static void test_levels(void **state)
{
    static const ClinicCase cases[] = {
        {"", SEVERITY_NONE, NULL, NULL},
        {"GOAMD64=v2", SEVERITY_NONE, NULL, NULL},
        {"GOARCH=arm;GOARM=7", SEVERITY_NONE, NULL, NULL},
        {"GOARCH=arm;GOARM=6,softfloat", SEVERITY_NONE, NULL, NULL},
        {"GOARCH=arm64;GOARM64=v8.1,crypto,lse,lse", SEVERITY_NONE, NULL, NULL},
        {"GOARCH=arm64;GOARM64=v9.0", SEVERITY_NONE, NULL, NULL},
        {"GO386=softfloat", SEVERITY_NONE, NULL, NULL},
        {"GOMIPS=softfloat", SEVERITY_NONE, NULL, NULL},
        {"GOWASM=satconv,signext", SEVERITY_NONE, NULL, NULL},
        {"GOWASM=,", SEVERITY_NONE, NULL, NULL},
        {"GORISCV64=rva22u64", SEVERITY_NONE, NULL, NULL}, /* not looked at, and not the target */
        {"GOARCH=arm", SEVERITY_INFO, "GOARM is not set: Go 1.26.8 builds for GOARM=7",
         "go env -w GOARM=7"},
        {"GOAMD64=v9", SEVERITY_ERROR, "(v1 v2); Go 1.26.8 does not say so and builds for v1",
         "unset GOAMD64"},
        {"GOAMD64=2", SEVERITY_ERROR, "2 is no value of GOAMD64", NULL},
        {"GOARCH=arm;GOARM=8", SEVERITY_ERROR, "builds for 7", NULL},
        {"GOARCH=arm;GOARM=7,softfloat,hardfloat", SEVERITY_ERROR, "is no value of GOARM", NULL},
        {"GOARCH=arm;GOARM=,softfloat", SEVERITY_ERROR, "is no value of GOARM", NULL},
        {"GOARM=8", SEVERITY_INFO, "it does not count for amd64", NULL},
        {"GOARCH=arm64;GOARM64=v7", SEVERITY_ERROR, "builds fail", NULL},
        {"GOARM64=v8.1,simd", SEVERITY_ERROR, "builds fail, for other architectures too", NULL},
        {"GOMIPS=soft", SEVERITY_ERROR, "(hardfloat softfloat)", NULL},
        {"GOWASM=satconv,gc", SEVERITY_ERROR, "is no value of GOWASM", NULL},
        {"GOARCH=386;GO386=387", SEVERITY_ERROR, "(sse2 softfloat): builds fail", NULL},
        {"GO386=387", SEVERITY_INFO, "it does not count for amd64", NULL},
        {"GOARCH=riscv64;GORISCV64=rva22u64", SEVERITY_WARN, "does not look at GORISCV64", NULL},
    };
    /* GOARCH=riscv64 also has an rt0 note, which is no fault. */
    clinic_check(*state, S("GWD011"), cases, COUNT_OF(cases));
}

/* In the env file the variable of another architecture is never read. */
static void test_levels_of_the_env_file_count_for_their_target_only(void **state)
{
    Clinic *c = *state;
    static const ClinicCase cases[] = {
        {"", SEVERITY_INFO, "it does not count for amd64", "go env -u GOMIPS"},
        {"GOARCH=mips", SEVERITY_ERROR, "builds fail", "go env -u GOMIPS"},
    };
    fixture_file(&c->a, c->home, S(".config/go/env"), S("GOMIPS=x\n"));
    clinic_check(c, S("GWD011"), cases, COUNT_OF(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_pairs),
        CLINIC_TEST(test_start_files),
        CLINIC_TEST(test_levels),
        CLINIC_TEST(test_levels_of_the_env_file_count_for_their_target_only),
    };
    return cmocka_run_group_tests_name("doctor_ports", tests, NULL, NULL);
}
