/* Bytes in values that nobody meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/clinic.h"

static void test_values_of_the_environment(void **state)
{
    Clinic *c = *state;
    static const ClinicCase cases[] = {
        {"GOPROXY=direct;GOFLAGS=-v ;GOOGLE_X= a", SEVERITY_NONE, NULL, NULL},
        {"GOPROXY=direct\r", SEVERITY_ERROR, "GOPROXY holds a carriage return",
         "export GOPROXY=direct"},
        {"GOPRIVATE= example.com", SEVERITY_ERROR, "white space", "export GOPRIVATE=example.com"},
        {"GOPROXY=\"direct\"", SEVERITY_ERROR, "quotes that are part of it",
         "export GOPROXY=direct"},
    };
    c->only = S("GWD047");
    clinic_check(c, c->only, cases, COUNT_OF(cases));
}

static void test_lines_of_the_file(void **state)
{
    Clinic *c = *state;
    Str file = fixture_file(&c->a, c->root, S("env"),
                            S("GOTOOLCHAIN=local\r\n# a=b\r\nGOFLAGS=-v\r\nexport GOPROXY=off\n"));
    c->only = S("GWD047");
    DoctorResult result = clinic_examine(c, S("GOENV=$ROOT/env"));
    assert_int_equal(result.findings.len, 2);
    assert_str(result.findings.ptr[0].title,
               S("the value of GOTOOLCHAIN in the go env file holds a carriage return"));
    assert_str(result.findings.ptr[0].evidence, S("\"GOTOOLCHAIN=local\\r\""));
    assert_str(result.findings.ptr[0].place.file, file);
    assert_int_equal(result.findings.ptr[1].severity, SEVERITY_WARN);
    assert_int_equal(result.findings.ptr[1].place.line, 4);
    assert_int_equal(result.fixes.len, 1);
    assert_str(result.fixes.ptr[0].value,
               S("GOTOOLCHAIN=local\n# a=b\nGOFLAGS=-v\nexport GOPROXY=off\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_values_of_the_environment),
        CLINIC_TEST(test_lines_of_the_file),
    };
    return cmocka_run_group_tests_name("doctor_goenvfile", tests, NULL, NULL);
}
