/* GWD089 and GWD109 on files that are no programs; test/e2e/doctor_cgo.py changes real ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "support/clinic.h"

static void test_other_files_are_passed_over(void **state)
{
    static const Str texts[] = {
        STR_CONST(""),
        STR_CONST("#!/bin/sh\nexit 0\n"),
        STR_CONST("\x7f"
                  "ELF"),
        STR_CONST("\x7f"
                  "ELF\x02\x01\x01GLIBC_2.99"),
        STR_CONST("GLIBC_2.99"),
    };
    Clinic *c = *state;
    Err err;
    c->only = S("GWD089");
    for (isize i = 0; i < COUNT_OF(texts); i++) {
        Str name = str_format(&c->a, "tool%td", i);
        Str path = fixture_file(&c->a, path_join(&c->a, c->home, S("go/bin")), name, texts[i]);
        ASSERT(file_set_mode_at(FILE_CWD, path, 0755, &err));
        fixture_file(&c->a, c->dir, str_concat(&c->a, name, S(".so")), texts[i]);
    }
    Str fifo = path_join(&c->a, c->dir, S("x.so"));
    assert_int_equal(mkfifo(str_format(&c->a, "%.*s%c", STR_ARG(fifo), 0).ptr, 0755), 0);
    clinic_check(c, c->only, &(ClinicCase){"", SEVERITY_NONE, NULL, NULL}, 1);
    clinic_check(c, c->only, &(ClinicCase){"GOBIN=$ROOT/nonesuch", SEVERITY_NONE, NULL, NULL}, 1);
    c->only = S("GWD109");
    clinic_check(c, c->only, &(ClinicCase){"", SEVERITY_NONE, NULL, NULL}, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_other_files_are_passed_over),
    };
    return cmocka_run_group_tests_name("doctor_libc_programs", tests, NULL, NULL);
}
