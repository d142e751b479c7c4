#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/clinic.h"

static void test_stop_the_world(void **state)
{
    static const ClinicCase cases[] = {
        {"", SEVERITY_NONE, NULL, NULL},
        {"GODEBUG=gctrace=1", SEVERITY_NONE, NULL, NULL},
        {"GODEBUG=gcstoptheworld=0", SEVERITY_NONE, NULL, NULL},
        {"GODEBUG=gcstoptheworld=3", SEVERITY_NONE, NULL, NULL},
        {"GODEBUG=gcstoptheworld", SEVERITY_NONE, NULL, NULL},
        {"GODEBUG=gcstoptheworld=yes", SEVERITY_NONE, NULL, NULL},
        {"GODEBUG=gcstoptheworld=", SEVERITY_NONE, NULL, NULL},
        {"GODEBUG=xgcstoptheworld=1", SEVERITY_NONE, NULL, NULL},
        {"GODEBUG=gcstoptheworld=2,gcstoptheworld=0", SEVERITY_NONE, NULL, NULL},
        {"GODEBUG=gcstoptheworld=1", SEVERITY_WARN, "stops the program", "unset GODEBUG"},
        {"GODEBUG=gcstoptheworld=01", SEVERITY_WARN, "stops the program", NULL},
        {"GODEBUG=gcstoptheworld=0,gctrace=1,gcstoptheworld=2,", SEVERITY_WARN,
         "sweeping is not concurrent", "export GODEBUG=gctrace=1"},
    };
    clinic_check(*state, S("GWD002"), cases, COUNT_OF(cases));
}

static void test_madvise(void **state)
{
    static const ClinicCase cases[] = {
        {"", SEVERITY_NONE, NULL, NULL},
        {"GODEBUG=madvdontneed", SEVERITY_NONE, NULL, NULL},
        {"GODEBUG=madvdontneed=1", SEVERITY_INFO, "changes nothing", "unset GODEBUG"},
        {"GODEBUG=madvdontneed=0,http2debug=1", SEVERITY_WARN, "MADV_FREE",
         "export GODEBUG=http2debug=1"},
        {"GODEBUG=madvdontneed=0;GOOS=windows", SEVERITY_INFO, "it is for Linux", NULL},
    };
    clinic_check(*state, S("GWD009"), cases, COUNT_OF(cases));
}

static void test_madvise_had_a_meaning_before_1_16(void **state)
{
    Clinic *c = *state;
    static const ClinicCase cases[] = {{"GODEBUG=madvdontneed=1", SEVERITY_NONE, NULL, NULL}};
    c->version = S("1.15.15");
    clinic_check(c, S("GWD009"), cases, COUNT_OF(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_stop_the_world),
        CLINIC_TEST(test_madvise),
        CLINIC_TEST(test_madvise_had_a_meaning_before_1_16),
    };
    return cmocka_run_group_tests_name("doctor_godebug", tests, NULL, NULL);
}
