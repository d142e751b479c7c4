/* GWD061: releases, and what they download. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/clinic.h"

#define CHOSEN "GOPROXY=https://u:secret@proxy.corp.example"

static void check_with(Clinic *c, Str version, const ClinicCase *cases, isize n)
{
    c->version = version;
    c->only = S("GWD061");
    clinic_check(c, c->only, cases, n);
}

static void test_releases(void **state)
{
    static const ClinicCase chosen[] = {
        {CHOSEN, SEVERITY_WARN, "can be talked past the checksum database",
         "goward use --global stable"},
    };
    static const ClinicCase safe[] = {{CHOSEN, SEVERITY_NONE, NULL, NULL}};
    check_with(*state, S("1.19.4"), chosen, 1);
    check_with(*state, S("1.25.9"), chosen, 1);
    check_with(*state, S("1.26.5"), chosen, 1);
    check_with(*state, S("1.26.9"), safe, 1);
    check_with(*state, S("1.27.2"), safe, 1);
    check_with(*state, S("1.28rc1"), safe, 1);
}

static void test_what_is_downloaded(void **state)
{
    static const ClinicCase cases[] = {
        {"GOPROXY=file:///srv/modules,off", SEVERITY_INFO, "can be talked past", NULL},
        {"GOPROXY=off", SEVERITY_INFO, "can be talked past", NULL},
        {CHOSEN ";GOTOOLCHAIN=local", SEVERITY_NONE, NULL, NULL},
        {CHOSEN ";GOTOOLCHAIN=auto", SEVERITY_WARN, NULL, NULL},
        {CHOSEN ";GOSUMDB=off", SEVERITY_NONE, NULL, NULL},
    };
    check_with(*state, S("1.26.8"), cases, COUNT_OF(cases)); /* its flaw is of toolchains */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_releases),
        CLINIC_TEST(test_what_is_downloaded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
