/* Profiles and contexts as the kernel writes them; real refusals: test/e2e/doctor_system.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/path.h"
#include "support/clinic.h"

static void test_what_confines(void **state)
{
    Clinic *c = *state;
    static const struct {
        const char *current, *apparmor, *enforce; /* content of the files; NULL: not there */
        ClinicCase expected;
    } rows[] = {
        {NULL, NULL, NULL, {"", SEVERITY_NONE, NULL, NULL}},
        {"unconfined\n", NULL, NULL, {"", SEVERITY_NONE, NULL, NULL}},
        {"docker-default (enforce)\n", NULL, NULL, {"", SEVERITY_NONE, NULL, NULL}},
        {"containers-default-0.57.4 (enforce)\n", NULL, NULL, {"", SEVERITY_NONE, NULL, NULL}},
        {"snap.code.code (complain)\n", NULL, NULL, {"", SEVERITY_NONE, NULL, NULL}},
        {"snap.code.code (enforce)\n", NULL, NULL, {"", SEVERITY_INFO, "AppArmor restricts", NULL}},
        {NULL, "/usr/bin/x y (enforce)\n", NULL, {"", SEVERITY_INFO, "AppArmor restricts", NULL}},
        {"unconfined\n", "snap.x (enforce)\n", NULL, {"", SEVERITY_INFO, "AppArmor", NULL}},
        {"a:b:user_t:s0\n", NULL, "0", {"", SEVERITY_NONE, NULL, NULL}}, /* permissive */
        {"a:b:user_t:s0\n", NULL, "1", {"", SEVERITY_INFO, "SELinux restricts", NULL}},
        {"a:b:unconfined_t:s0-s0:c0.c1023\n", NULL, "1", {"", SEVERITY_NONE, NULL, NULL}},
        {"system_u:system_r:container_t:s0:c1,c2\n", NULL, "1", {"", SEVERITY_NONE, NULL, NULL}},
        {"a:b:unconfined_t:s0", "x (enforce)", "1", {"", SEVERITY_INFO, "AppArmor", NULL}},
        {"kernel\n", NULL, "1", {"", SEVERITY_NONE, NULL, NULL}}, /* no policy is loaded */
        {"(enforce)\n", NULL, NULL, {"", SEVERITY_NONE, NULL, NULL}},
    };
    c->only = S("GWD108");
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        const char *const contents[] = {rows[i].current, rows[i].apparmor, rows[i].enforce};
        static const char *const names[] = {
            "proc/self/attr/current", "proc/self/attr/apparmor/current", "sys/fs/selinux/enforce"};
        c->system = path_join(&c->a, c->root, str_format(&c->a, "system%td", i));
        for (isize k = 0; k < COUNT_OF(names); k++) {
            if (contents[k] != NULL) {
                fixture_file(&c->a, c->system, str_from_c(names[k]), str_from_c(contents[k]));
            }
        }
        clinic_check(c, c->only, &rows[i].expected, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_what_confines),
    };
    return cmocka_run_group_tests_name("doctor_security", tests, NULL, NULL);
}
