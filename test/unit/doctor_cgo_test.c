#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/clinic.h"

static void test_native(void **state)
{
    static const ClinicCase cases[] = {
        {"", SEVERITY_NONE, NULL, NULL},
        {"CGO_ENABLED=0", SEVERITY_NONE, NULL, NULL},
        {"CGO_ENABLED=1", SEVERITY_NONE, NULL, NULL},
        {"CC=clang -O2", SEVERITY_NONE, NULL, NULL},
        {"CC='clang' -O2", SEVERITY_NONE, NULL, NULL},
        {"CC=$ROOT/bin/clang", SEVERITY_NONE, NULL, NULL},
        {"CC=../bin/clang", SEVERITY_NONE, NULL, NULL},   /* from the working directory */
        {"PATH=/nonexistent", SEVERITY_NONE, NULL, NULL}, /* cgo turns itself off */
        {"CGO_ENABLED=0;CC=nonesuch", SEVERITY_NONE, NULL, NULL},
        {"CGO_ENABLED=1;PATH=/nonexistent", SEVERITY_ERROR, "the C compiler gcc is not there",
         "install gcc, or export CGO_ENABLED=0"},
        {"CC=nonesuch", SEVERITY_ERROR, "the C compiler nonesuch is not there", "unset CC"},
        {"CC=$ROOT/bin/nonesuch", SEVERITY_ERROR, "is not there", NULL},
        {"CGO_ENABLED=yes", SEVERITY_WARN, "neither 0 nor 1", "unset CGO_ENABLED"},
        {"CGO_ENABLED=true;GOARCH=arm64", SEVERITY_WARN, "passed over: cgo is off", NULL},
    };
    clinic_check(*state, S("GWD003"), cases, COUNT_OF(cases));
}

static void test_foreign(void **state)
{
    static const ClinicCase cases[] = {
        {"GOARCH=arm64", SEVERITY_NONE, NULL, NULL},
        {"GOARCH=arm64;CC=nonesuch", SEVERITY_NONE, NULL, NULL},
        {"GOARCH=arm64;CGO_ENABLED=1;CC=aarch64-linux-gnu-gcc", SEVERITY_NONE, NULL, NULL},
        {"GOARCH=arm64;CGO_ENABLED=1;CC=clang --target=aarch64-linux-gnu", SEVERITY_NONE, NULL,
         NULL},
        {"GOARCH=arm64;CGO_ENABLED=1;CC=zig cc -target aarch64-linux-musl", SEVERITY_NONE, NULL,
         NULL},
        {"GOARCH=386;CGO_ENABLED=1;CC=gcc -m32", SEVERITY_NONE, NULL, NULL},
        {"GOOS=windows;CGO_ENABLED=1;CC=x86_64-w64-mingw32-gcc", SEVERITY_NONE, NULL, NULL},
        {"GOARCH=riscv64;CGO_ENABLED=1", SEVERITY_NONE, NULL, NULL}, /* as this Go was built */
        {"GOARCH=arm64;CGO_ENABLED=1", SEVERITY_ERROR, "CC is not set and gcc compiles for this",
         "export CC=aarch64-linux-gnu-gcc, or export CGO_ENABLED=0"},
        {"GOOS=darwin;GOARCH=arm64;CGO_ENABLED=1", SEVERITY_ERROR, "clang compiles for this",
         "export CGO_ENABLED=0"},
        {"GOOS=windows;CGO_ENABLED=1", SEVERITY_ERROR, "gcc compiles for this", NULL},
        {"GOARCH=arm64;CGO_ENABLED=1;CC=clang", SEVERITY_WARN, "nothing in CC says that clang",
         NULL},
        {"GOARCH=arm;CGO_ENABLED=1;CC=aarch64-linux-gnu-gcc", SEVERITY_WARN, "nothing in CC", NULL},
        {"GOOS=windows;CGO_ENABLED=1;CC=aarch64-linux-gnu-gcc", SEVERITY_WARN, "nothing in CC",
         NULL},
        {"GOARCH=arm64;CGO_ENABLED=1;CC=aarch64-none-gcc", SEVERITY_ERROR,
         "aarch64-none-gcc is not there", NULL},
        {"GOOS=ios;GOARCH=arm64", SEVERITY_ERROR, "ios/arm64 cannot be linked without it",
         "go env -w CGO_ENABLED=1"},
        {"GOOS=android;GOARCH=arm;GOARM=7;CGO_ENABLED=0", SEVERITY_ERROR, "cannot be linked",
         "export CGO_ENABLED=1"},
        {"GOOS=plan9;CGO_ENABLED=1", SEVERITY_INFO, "plan9/amd64 has no cgo", "unset CGO_ENABLED"},
    };
    clinic_check(*state, S("GWD003"), cases, COUNT_OF(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_native),
        CLINIC_TEST(test_foreign),
    };
    return cmocka_run_group_tests_name("doctor_cgo", tests, NULL, NULL);
}
