/* GWD085. The verdicts are those of Go 1.19.4 and 1.27.4 with these GOFLAGS. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/clinic.h"

static void plant(Clinic *c, Str name)
{
    fixture_file(&c->a, c->goroot, str_concat(&c->a, S("src/"), name), S("syso"));
}

static void plant_support(Clinic *c)
{
    fixture_file(&c->a, c->goroot, S("src/internal/platform/supported.go"),
                 S("func RaceDetectorSupported(goos, goarch string) bool {\n"
                   "\tswitch goos {\n"
                   "\tcase \"linux\":\n"
                   "\t\treturn goarch == \"amd64\" || goarch == \"arm64\"\n"
                   "\tcase \"darwin\":\n"
                   "\t\treturn goarch == \"amd64\" || goarch == \"arm64\"\n"
                   "\tcase \"freebsd\", \"windows\":\n"
                   "\t\treturn goarch == \"amd64\"\n"
                   "\tdefault:\n"
                   "\t\treturn false\n"
                   "\t}\n"
                   "}\n"));
}

static void test_target(void **state)
{
    static const ClinicCase cases[] = {
        {"", SEVERITY_NONE, NULL, NULL},
        {"CGO_ENABLED=0", SEVERITY_NONE, NULL, NULL},
        {"GOFLAGS=-race", SEVERITY_NONE, NULL, NULL},
        {"GOFLAGS=-race=false;CGO_ENABLED=0", SEVERITY_NONE, NULL, NULL},
        {"GOFLAGS=-race=0;CGO_ENABLED=0", SEVERITY_NONE, NULL, NULL},
        {"GOFLAGS=--race;CGO_ENABLED=0", SEVERITY_ERROR, "CGO_ENABLED=0 turns it off",
         "export CGO_ENABLED=1"},
        {"GOFLAGS=-race;PATH=/nonexistent", SEVERITY_ERROR, "because gcc is not in PATH",
         "install gcc"},
        {"GOFLAGS=-race;GOARCH=386", SEVERITY_ERROR, "no race detector for linux/386: every build",
         NULL},
        {"GOFLAGS=-race;GOOS=plan9", SEVERITY_ERROR, "no race detector for plan9/amd64", NULL},
        {"GOFLAGS=-race;GOARCH=arm64", SEVERITY_ERROR, "off for another target", NULL},
        {"GOFLAGS=-race;GOOS=darwin;GOARCH=arm64", SEVERITY_NONE, NULL, NULL}, /* without cgo */
        {"GOFLAGS=-race;GOOS=windows;CGO_ENABLED=1", SEVERITY_ERROR, "the link of every -race",
         NULL},
        {"GOFLAGS=-race;GOAMD64=v3", SEVERITY_ERROR, "the link of every -race build", NULL},
        {"GOFLAGS=-race;GOAMD64=v2", SEVERITY_NONE, NULL, NULL},
        {"GOFLAGS=-race -msan", SEVERITY_ERROR, "-race and -msan, which exclude each other", NULL},
        {"GOFLAGS=-race -covermode=count", SEVERITY_ERROR, "must be atomic, and is count", NULL},
        {"GOFLAGS=-race -covermode=atomic", SEVERITY_NONE, NULL, NULL},
        {"GORACE=history_size=7 exitcode=0", SEVERITY_WARN, "end as if all were well",
         "unset GORACE"},
        {"GORACE=exitcode=0 exitcode=66", SEVERITY_NONE, NULL, NULL},
    };
    Clinic *c = *state;
    c->only = S("GWD085");
    plant_support(c);
    plant(c, S("runtime/race/internal/amd64v1/race_linux.syso"));
    plant(c, S("runtime/race/race_linux_arm64.syso"));
    plant(c, S("runtime/race/race_darwin_arm64.syso"));
    clinic_check(c, c->only, cases, COUNT_OF(cases));
}

static void test_before_1_20(void **state)
{
    static const ClinicCase cases[] = {
        {"GOFLAGS=-race", SEVERITY_NONE, NULL, NULL},
        {"GOFLAGS=-race;PATH=/nonexistent", SEVERITY_ERROR, "relocation target not defined",
         "install gcc"},
    };
    Clinic *c = *state;
    c->only = S("GWD085");
    c->version = S("1.19.4");
    plant(c, S("runtime/race/race_linux_amd64.syso"));
    clinic_check(c, c->only, cases, COUNT_OF(cases));
}

static void test_a_go_without_the_runtime(void **state)
{
    Clinic *c = *state;
    c->only = S("GWD085");
    plant_support(c);
    clinic_check(c, c->only,
                 &(ClinicCase){"GOFLAGS=-race", SEVERITY_ERROR,
                               "Go 1.26.8 has no race detector for linux/amd64: the link", NULL},
                 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_target),
        CLINIC_TEST(test_before_1_20),
        CLINIC_TEST(test_a_go_without_the_runtime),
    };
    return cmocka_run_group_tests_name("doctor_race_target", tests, NULL, NULL);
}
