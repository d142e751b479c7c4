/* GWD088. "error obtaining VCS status: exit status 128" was seen with Go 1.19.4 and 1.27.4 and git
 * 2.39, with .git alone and with its parent alone in other hands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/clinic.h"

#include <unistd.h>

#define OTHER_USER 12345

static void plant_repository(Clinic *c)
{
    Err err;
    fixture_file(&c->a, c->dir, S(".git/HEAD"), S("ref: refs/heads/main\n"));
    Str git = fixture_file(&c->a, c->bin, S("git"), S(""));
    ASSERT(file_set_mode_at(FILE_CWD, git, 0755, &err));
}

static void test_program(void **state)
{
    static const ClinicCase with[] = {
        {"", SEVERITY_NONE, NULL, NULL},
        {"GOFLAGS=-buildvcs=true", SEVERITY_NONE, NULL, NULL},
    };
    static const ClinicCase without[] = {
        {"PATH=/nonexistent", SEVERITY_INFO, "without the commit", "install git"},
        {"PATH=/nonexistent;GOFLAGS=-buildvcs=false", SEVERITY_NONE, NULL, NULL},
        {"PATH=/nonexistent;GOFLAGS=-buildvcs", SEVERITY_ERROR, "-buildvcs=true needs git", NULL},
    };
    Clinic *c = *state;
    c->only = S("GWD088");
    clinic_check(c, c->only, &(ClinicCase){"PATH=/nonexistent", SEVERITY_NONE, NULL, NULL}, 1);
    plant_repository(c);
    clinic_check(c, c->only, with, COUNT_OF(with));
    clinic_check(c, c->only, without, COUNT_OF(without));
}

static void give_away(Clinic *c, Str path)
{
    assert_int_equal(chown(str_format(&c->a, "%.*s%c", STR_ARG(path), 0).ptr, OTHER_USER, 0), 0);
}

static void test_owner(void **state)
{
    static const struct {
        const char *config;
        Severity severity;
    } cases[] = {
        {"", SEVERITY_ERROR},
        {"[safe]\n\tdirectory = $ROOT/work\n", SEVERITY_NONE},
        {"[safe]\n\tdirectory = \"$ROOT/work\"\n", SEVERITY_NONE},
        {"[SAFE] Directory=*\n", SEVERITY_NONE},
        {"[safe]\n\tdirectory = $ROOT/*\n", SEVERITY_NONE},
        {"[safe]\n\tdirectory = $ROOT/other\n", SEVERITY_ERROR},
        {"[safe]\n\tdirectory = *\n\tdirectory =\n", SEVERITY_ERROR},
        {"[user]\n\tdirectory = *\n", SEVERITY_ERROR},
        {"[include]\n\tpath = x\n", SEVERITY_NONE}, /* not read, not accused */
    };
    Clinic *c = *state;
    if (geteuid() != 0) {
        skip(); /* only root can give a file away */
    }
    c->only = S("GWD088");
    c->system = path_join(&c->a, c->root, S("sys"));
    plant_repository(c);
    clinic_check(c, c->only, &(ClinicCase){"", SEVERITY_NONE, NULL, NULL}, 1);
    give_away(c, path_join(&c->a, c->dir, S(".git")));
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        fixture_file(&c->a, c->home, S(".gitconfig"),
                     clinic_expand(c, str_from_c(cases[i].config)));
        clinic_check(c, c->only,
                     &(ClinicCase){"", cases[i].severity, "belongs to another user", NULL}, 1);
    }
    fixture_file(&c->a, c->home, S(".gitconfig"), S(""));
    clinic_check(c, c->only, &(ClinicCase){"SUDO_UID=12345", SEVERITY_NONE, NULL, NULL}, 1);
    clinic_check(c, c->only, &(ClinicCase){"GOFLAGS=-buildvcs=false", SEVERITY_NONE, NULL, NULL},
                 1);
    fixture_file(&c->a, c->system, S("etc/gitconfig"), S("[safe]\ndirectory=*\n"));
    clinic_check(c, c->only, &(ClinicCase){"", SEVERITY_NONE, NULL, NULL}, 1);
    clinic_check(c, c->only,
                 &(ClinicCase){"GIT_CONFIG_NOSYSTEM=1", SEVERITY_ERROR, "another user", NULL}, 1);
}

static void test_working_tree_of_another(void **state)
{
    Clinic *c = *state;
    if (geteuid() != 0) {
        skip();
    }
    c->only = S("GWD088");
    c->system = path_join(&c->a, c->root, S("sys"));
    plant_repository(c);
    give_away(c, c->dir);
    clinic_check(c, c->only, &(ClinicCase){"", SEVERITY_ERROR, "another user", NULL}, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_program),
        CLINIC_TEST(test_owner),
        CLINIC_TEST(test_working_tree_of_another),
    };
    return cmocka_run_group_tests_name("doctor_vcs_stamp", tests, NULL, NULL);
}
