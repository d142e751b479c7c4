/* GWD081. Each verdict but those on pkg-config was seen with Go 1.19.4, 1.23.12 and 1.27.4. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/clinic.h"

static void test_variables(void **state)
{
    static const ClinicCase cases[] = {
        {"", SEVERITY_NONE, NULL, NULL},
        {"CC=gcc -O2", SEVERITY_NONE, NULL, NULL},
        {"CC='gcc' \"-O2 -g\"", SEVERITY_NONE, NULL, NULL},
        {"CC=$ROOT/bin/gcc", SEVERITY_NONE, NULL, NULL},
        {"CC=nonesuch", SEVERITY_NONE, NULL, NULL}, /* GWD003 tells */
        {"CC=\"gcc", SEVERITY_ERROR, "a quote in CC has no end: every build stops", "unset CC"},
        {"CC='gcc;CGO_ENABLED=0", SEVERITY_ERROR, "a quote in CC has no end", NULL},
        {"CC=../bin/gcc", SEVERITY_ERROR, "CC is a relative path", "export CC=$ROOT/bin/gcc"},
        {"CXX=./g++;CGO_ENABLED=0", SEVERITY_ERROR, "CXX is a relative path", NULL},
        {"FC=x/gfortran", SEVERITY_ERROR, "FC is a relative path", NULL},
        {"CC= ;CGO_ENABLED=1", SEVERITY_ERROR, "CC is nothing but white space", NULL},
        {"CXX= ", SEVERITY_NONE, NULL, NULL},
        {"CXX=nonesuch", SEVERITY_WARN, "CXX names nonesuch, which is not there: packages", NULL},
        {"CXX=nonesuch;CGO_ENABLED=0", SEVERITY_NONE, NULL, NULL},
        {"PKG_CONFIG=nonesuch", SEVERITY_WARN, "PKG_CONFIG names nonesuch", "unset PKG_CONFIG"},
        {"AR=nonesuch", SEVERITY_INFO, "only gccgo would use it", NULL},
        {"CGO_CFLAGS=\"-O2", SEVERITY_ERROR, "a quote in CGO_CFLAGS has no end: the go command",
         "unset CGO_CFLAGS"},
        {"CGO_CFLAGS=\"-O2;CGO_ENABLED=0", SEVERITY_NONE, NULL, NULL},
        {"CGO_CFLAGS=-fplugin=x.so", SEVERITY_NONE, NULL, NULL}, /* its owner's business */
        {"CGO_LDFLAGS=it's", SEVERITY_NONE, NULL, NULL},         /* a quote within a word */
    };
    Clinic *c = *state;
    c->only = S("GWD081");
    clinic_check(c, c->only, cases, COUNT_OF(cases));
}

static void test_pkg_config(void **state)
{
    static const ClinicCase without[] = {
        {"", SEVERITY_ERROR, "asks pkg-config, which is not there", "install pkg-config (pkgconf)"},
        {"CGO_ENABLED=0", SEVERITY_NONE, NULL, NULL},
        {"PKG_CONFIG=nonesuch", SEVERITY_ERROR, "a package here does not build", NULL},
        {"PKG_CONFIG=gcc", SEVERITY_NONE, NULL, NULL},
    };
    static const ClinicCase with[] = {
        {"", SEVERITY_NONE, NULL, NULL},
        {"GOARCH=arm64", SEVERITY_NONE, NULL, NULL},
        {"GOARCH=arm64;CGO_ENABLED=1", SEVERITY_WARN, "with the libraries of this machine", NULL},
        {"GOARCH=arm64;CGO_ENABLED=1;PKG_CONFIG_LIBDIR=/x", SEVERITY_NONE, NULL, NULL},
        {"GOARCH=arm64;CGO_ENABLED=1;PKG_CONFIG=gcc", SEVERITY_NONE, NULL, NULL},
        {"GOOS=windows;CGO_ENABLED=1", SEVERITY_NONE, NULL, NULL}, /* the line is for Linux */
    };
    Clinic *c = *state;
    Err err;
    c->only = S("GWD081");
    fixture_file(&c->a, c->dir, S("a.go"),
                 S("package main\n\n// #cgo linux,!windows pkg-config: --static gtk+-3.0\n"
                   "// #include <gtk/gtk.h>\nimport \"C\"\n"));
    clinic_check(c, c->only, without, COUNT_OF(without));
    Str path = fixture_file(&c->a, c->bin, S("pkg-config"), S(""));
    ASSERT(file_set_mode_at(FILE_CWD, path, 0755, &err));
    clinic_check(c, c->only, with, COUNT_OF(with));
}

static void test_cxx_beside_go(void **state)
{
    Clinic *c = *state;
    c->only = S("GWD081");
    fixture_file(&c->a, c->dir, S("x.cpp"), S(""));
    clinic_check(c, c->only,
                 &(ClinicCase){"CXX=nonesuch", SEVERITY_ERROR, "here does not build", NULL}, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_variables),
        CLINIC_TEST(test_pkg_config),
        CLINIC_TEST(test_cxx_beside_go),
    };
    return cmocka_run_group_tests_name("doctor_cgo_tools", tests, NULL, NULL);
}
