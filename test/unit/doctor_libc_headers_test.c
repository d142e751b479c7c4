/* GWD083 and GWD084: the headers of the C library, looked for and asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/clinic.h"

static void plant_program(Clinic *c, Str dir, Str name, Str text)
{
    Err err;
    Str path = fixture_file(&c->a, dir, name, text);
    ASSERT(file_set_mode_at(FILE_CWD, path, 0755, &err));
}

static void test_looked_for(void **state)
{
    static const ClinicCase without[] = {
        {"", SEVERITY_NONE, NULL, NULL}, /* a compiler that is not the system's */
        {"PATH=$ROOT/sys/usr/bin", SEVERITY_ERROR, "gcc is there, and the C library's headers are",
         NULL},
        {"PATH=$ROOT/sys/usr/bin;CGO_ENABLED=0", SEVERITY_NONE, NULL, NULL},
        {"PATH=$ROOT/sys/usr/bin;CC=clang-16 -O2", SEVERITY_ERROR, "clang-16 is there", NULL},
        {"PATH=$ROOT/sys/usr/bin;CC=tcc", SEVERITY_NONE, NULL, NULL},
        {"PATH=$ROOT/sys/usr/bin;CGO_CFLAGS=-O2 -I$ROOT/inc", SEVERITY_NONE, NULL, NULL},
        {"PATH=$ROOT/sys/usr/bin;CGO_CPPFLAGS=-isystem $ROOT/inc", SEVERITY_NONE, NULL, NULL},
        {"PATH=$ROOT/sys/usr/bin;CPATH=/nonexistent:$ROOT/inc", SEVERITY_NONE, NULL, NULL},
        {"PATH=$ROOT/sys/usr/bin;CC=gcc --sysroot=$ROOT/root", SEVERITY_NONE, NULL, NULL},
        {"PATH=$ROOT/sys/usr/bin;CC=gcc --sysroot=$ROOT/nonesuch", SEVERITY_ERROR,
         "nonesuch is not there", NULL},
        {"PATH=$ROOT/sys/usr/bin;GOARCH=arm64", SEVERITY_NONE, NULL, NULL},
        {"PATH=$ROOT/sys/usr/bin;GOARCH=arm64;CGO_ENABLED=1;CC=aarch64-linux-gnu-gcc",
         SEVERITY_ERROR, "aarch64-linux-gnu-gcc is there", NULL},
    };
    Clinic *c = *state;
    Str bin = path_join(&c->a, c->root, S("sys/usr/bin"));
    c->only = S("GWD083");
    c->system = path_join(&c->a, c->root, S("sys"));
    plant_program(c, bin, S("gcc"), S(""));
    plant_program(c, bin, S("clang-16"), S(""));
    plant_program(c, bin, S("tcc"), S(""));
    plant_program(c, bin, S("aarch64-linux-gnu-gcc"), S(""));
    fixture_file(&c->a, c->root, S("inc/stdlib.h"), S(""));
    fixture_file(&c->a, c->root, S("root/usr/include/stdlib.h"), S(""));
    clinic_check(c, c->only, without, COUNT_OF(without));
    fixture_file(&c->a, c->system, S("usr/aarch64-linux-gnu/include/stdlib.h"), S(""));
    clinic_check(c, c->only,
                 &(ClinicCase){"PATH=$ROOT/sys/usr/bin;GOARCH=arm64;CGO_ENABLED=1;CC=aarch64-linux-"
                               "gnu-gcc",
                               SEVERITY_NONE, NULL, NULL},
                 1);
    fixture_file(&c->a, c->system, S("usr/include/stdlib.h"), S(""));
    clinic_check(c, c->only, &(ClinicCase){"PATH=$ROOT/sys/usr/bin", SEVERITY_NONE, NULL, NULL}, 1);
}

static void test_asked_for(void **state)
{
    static const ClinicCase cases[] = {
        {"CC=good", SEVERITY_NONE, NULL, NULL},
        {"CC=good;CGO_ENABLED=0", SEVERITY_NONE, NULL, NULL},
        {"CC=good;GOARCH=arm64;CGO_ENABLED=1", SEVERITY_ERROR,
         "good does not compile for linux/arm64", NULL},
        {"CC=good;GOOS=windows;CGO_ENABLED=1", SEVERITY_ERROR, "for windows/amd64", NULL},
        {"CC=silent", SEVERITY_NONE, NULL, NULL},
        {"CC=bare", SEVERITY_ERROR, "does not find the C library's headers", NULL},
        {"CC=broken", SEVERITY_ERROR, "the C compiler fails", NULL},
        {"CC=picky '-D X'", SEVERITY_NONE, NULL, NULL},
        {"CC=picky -D X", SEVERITY_ERROR, "the C compiler fails", NULL},
        {"CC=nonesuch", SEVERITY_NONE, NULL, NULL}, /* GWD003 tells */
        {"CC=\"good", SEVERITY_NONE, NULL, NULL},   /* GWD081 tells */
    };
    static const Str good = STR_CONST("#!/bin/sh\nread line\n[ \"$line\" = '#include <stdlib.h>' ] "
                                      "|| exit 9\necho '#define __x86_64__ 1'\necho '#define "
                                      "__linux__ 1'\n");
    Clinic *c = *state;
    c->only = S("GWD084");
    plant_program(c, c->bin, S("good"), good);
    plant_program(c, c->bin, S("silent"), S("#!/bin/sh\nexit 0\n"));
    plant_program(c, c->bin, S("bare"),
                  S("#!/bin/sh\necho '<stdin>:1:10: fatal error: stdlib.h: No such file or "
                    "directory' >&2\nexit 1\n"));
    plant_program(c, c->bin, S("broken"), S("#!/bin/sh\nexit 1\n"));
    plant_program(c, c->bin, S("picky"), S("#!/bin/sh\n[ \"$1 $2\" = '-D X -m64' ]\n"));
    clinic_check(c, c->only, cases, COUNT_OF(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_looked_for),
        CLINIC_TEST(test_asked_for),
    };
    return cmocka_run_group_tests_name("doctor_libc_headers", tests, NULL, NULL);
}
