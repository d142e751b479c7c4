/* GWD086. The widths are those that the .syso files of Go 1.27.4 name in their messages; that musl
 * on amd64 is no hindrance was seen with Go 1.19.4 and 1.27.4, linked both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/clinic.h"

#define GLIBC "GNU C Library (Debian GLIBC) stable release version "

static void test_glibc(void **state)
{
    static const struct {
        const char *text;
        Severity severity;
    } cases[] = {
        {"\x7f"
         "ELF\n" GLIBC "2.36.\n",
         SEVERITY_NONE},
        {GLIBC "2.17.\n", SEVERITY_NONE},
        {GLIBC "2.12, by Roland McGrath et al.\n", SEVERITY_ERROR},
        {GLIBC "2", SEVERITY_NONE},
        {"release version 3.1.", SEVERITY_NONE},
        {"", SEVERITY_NONE},
    };
    Clinic *c = *state;
    c->only = S("GWD086");
    c->system = path_join(&c->a, c->root, S("sys"));
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        fixture_file(&c->a, c->system, S("lib/x86_64-linux-gnu/libc.so.6"),
                     str_from_c(cases[i].text));
        clinic_check(c, c->only,
                     &(ClinicCase){"GOFLAGS=-race", cases[i].severity,
                                   "needs glibc 2.17 or newer, and this is 2.12", NULL},
                     1);
        clinic_check(c, c->only, &(ClinicCase){"", SEVERITY_NONE, NULL, NULL}, 1);
    }
}

static void test_musl(void **state)
{
    Clinic *c = *state;
    c->only = S("GWD086");
    c->system = path_join(&c->a, c->root, S("sys"));
    fixture_file(&c->a, c->system, S("lib/ld-musl-x86_64.so.1"), S("musl"));
    clinic_check(c, c->only, &(ClinicCase){"GOFLAGS=-race", SEVERITY_NONE, NULL, NULL}, 1);
}

static void test_sanitizer_of_c(void **state)
{
    static const ClinicCase cases[] = {
        {"", SEVERITY_NONE, NULL, NULL},
        {"CGO_CFLAGS=-O2", SEVERITY_NONE, NULL, NULL},
        {"CGO_CFLAGS=-O2 -fsanitize=thread;CGO_LDFLAGS=-fsanitize=thread", SEVERITY_WARN,
         "with vm.mmap_rnd_bits at 32", NULL},
    };
    Clinic *c = *state;
    c->only = S("GWD086");
    c->system = path_join(&c->a, c->root, S("sys"));
    fixture_file(&c->a, c->system, S("proc/sys/vm/mmap_rnd_bits"), S("32\n"));
    clinic_check(c, c->only, cases, COUNT_OF(cases));
    fixture_file(&c->a, c->system, S("proc/sys/vm/mmap_rnd_bits"), S("28\n"));
    clinic_check(c, c->only,
                 &(ClinicCase){"CGO_CFLAGS=-fsanitize=thread", SEVERITY_NONE, NULL, NULL}, 1);
}

/* The clinic is an amd64 machine, so the input is made here. */
static void test_addresses(void **state)
{
    static const struct {
        Str arch;
        Str maps;
        Severity severity;
    } cases[] = {
        {STR_CONST("arm64"), STR_CONST("ffffe5a3c000-ffffe5a5d000 rw-p 0 0:0 0 [stack]\n"), 0},
        {STR_CONST("arm64"), STR_CONST("7fe5a3c000-7fe5a5d000 rw-p 0 0:0 0 [stack]\n"),
         SEVERITY_ERROR},
        {STR_CONST("riscv64"), STR_CONST("3fe5a3c000-3fe5a5d000 rw-p 0 0:0 0 [stack]\n"), 0},
        {STR_CONST("riscv64"), STR_CONST("ff7fe5a3c000-ff7fe5a5d000 rw-p 0 0:0 0 [stack]\n"),
         SEVERITY_ERROR},
        {STR_CONST("ppc64le"), STR_CONST("7fffe5a3c000-7fffe5a5d000 rw-p 0 0:0 0 [stack]\n"), 0},
        {STR_CONST("amd64"), STR_CONST("7fe5a3c000-7fe5a5d000 rw-p 0 0:0 0 [stack]\n"), 0},
        {STR_CONST("arm64"), STR_CONST("zz-[stack]\n\n[stack]\n"), 0},
        {STR_CONST("arm64"), STR_CONST(""), 0},
    };
    Clinic *c = *state;
    Err err;
    GoEnv goenv;
    Str only = S("GWD086"), system = path_join(&c->a, c->root, S("sys"));
    Environ env = environ_with(&c->a, &(Environ){0}, S("GOFLAGS"), S("-race"));
    ASSERT(goenv_load(&c->a, &env, c->goroot, &goenv, &err));
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        DoctorResult result;
        fixture_file(&c->a, system, S("proc/self/maps"), cases[i].maps);
        doctor_run(&(DoctorInput){.env = &goenv,
                                  .goroot = c->goroot,
                                  .version = c->version,
                                  .host_os = S("linux"),
                                  .host_arch = cases[i].arch,
                                  .os = S("linux"),
                                  .arch = cases[i].arch,
                                  .dir = c->dir,
                                  .system = system,
                                  .only = &only,
                                  .n_only = 1},
                   &c->a, &result);
        assert_int_equal(result.findings.len, cases[i].severity != SEVERITY_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_glibc),
        CLINIC_TEST(test_musl),
        CLINIC_TEST(test_sanitizer_of_c),
        CLINIC_TEST(test_addresses),
    };
    return cmocka_run_group_tests_name("doctor_race_libc", tests, NULL, NULL);
}
