#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doctor/proxies.h"
#include "support/clinic.h"

static void test_hides_passwords(void **state)
{
    (void)state;
    static const struct {
        const char *text, *shown;
    } rows[] = {
        {"", ""},
        {"https://p.example,direct", "https://p.example,direct"},
        {"https://u:p@p.example/x,direct", "https://***@p.example/x,direct"},
        {"https://u:p@a|https://v:q@b,off", "https://***@a|https://***@b,off"},
        {"https://u:p,w@p.example", "https://***@p.example"},
        {"https://u:p/w@p.example", "https://***@p.example"},
        {"u:p@p.example,https://x", "***@p.example,https://x"},
        {"https://p.example?token=1,direct", "https://p.example?***,direct"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena_init(0);
        assert_str(proxies_hide(&a, str_from_c(rows[i].text)), str_from_c(rows[i].shown));
        arena_done(&a);
    }
}

static void check_alone(void **state, Str id, const ClinicCase *cases, isize n)
{
    Clinic *c = *state;
    c->only = id;
    clinic_check(c, id, cases, n);
}

static void test_goproxy(void **state)
{
    static const ClinicCase cases[] = {
        {"", SEVERITY_NONE, NULL, NULL}, /* GWD025 tells */
        {"GOPROXY=https://a.example,direct", SEVERITY_NONE, NULL, NULL},
        {"GOPROXY=off", SEVERITY_INFO, "nothing is downloaded", NULL},
        {"GOPROXY=https://a.example,Direct", SEVERITY_ERROR, "no scheme",
         "export GOPROXY=https://a.example,direct"},
        {"GOPROXY=file://$ROOT/none", SEVERITY_ERROR, "is not there", NULL},
        {"GOPROXY=file://$ROOT/home", SEVERITY_NONE, NULL, NULL},
        {"GOPROXY=http://127.0.0.1:1;GOSUMDB=off", SEVERITY_NONE, NULL, NULL},
    };
    check_alone(state, S("GWD050"), cases, COUNT_OF(cases));
}

/* Before Go 1.21 the defaults are compiled in, and its source says which. */
static void test_defaults_of_old_releases(void **state)
{
    static const ClinicCase cases[] = {{"", SEVERITY_NONE, NULL, NULL}};
    Clinic *c = *state;
    fixture_file(&c->a, c->root, S("goroot/src/cmd/go/internal/cfg/cfg.go"),
                 S("var (\n\tGOPROXY = envOr(\"GOPROXY\", \"https://proxy.example,direct\")\n"
                   "\tGOSUMDB = envOr(\"GOSUMDB\", \"sum.golang.org\")\n)\n"));
    c->version = S("1.20.14");
    check_alone(state, S("GWD050"), cases, COUNT_OF(cases));
    check_alone(state, S("GWD052"), cases, COUNT_OF(cases));
}

static void test_private(void **state)
{
    static const ClinicCase cases[] = {
        {"", SEVERITY_NONE, NULL, NULL},
        {"GOPRIVATE=*.corp.example,git.example.com/team", SEVERITY_NONE, NULL, NULL},
        {"GOPRIVATE=*", SEVERITY_WARN, "every module", "unset GOPRIVATE"},
        {"GOPRIVATE=*.*", SEVERITY_WARN, "every module", NULL},
        {"GOPRIVATE=Git.example.com", SEVERITY_WARN, "small letters", NULL},
        {"GONOVERIFY=1", SEVERITY_WARN, "GONOSUMDB is meant", "unset GONOVERIFY"},
    };
    check_alone(state, S("GWD051"), cases, COUNT_OF(cases));
}

static void test_gosumdb(void **state)
{
    static const ClinicCase cases[] = {
        {"", SEVERITY_NONE, NULL, NULL}, /* GWD025 tells */
        {"GOSUMDB=sum.golang.org", SEVERITY_NONE, NULL, NULL},
        {"GOSUMDB=off", SEVERITY_WARN, "is off", "unset GOSUMDB"},
        {"GOSUMDB=sum.golang.com", SEVERITY_ERROR, "no checksum database",
         "export GOSUMDB=sum.golang.org"},
        /* the key of x/mod/sumdb/note's tests, whose hash does not fit another name */
        {"GOSUMDB=PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
         SEVERITY_NONE, NULL, NULL},
        {"GOSUMDB=PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
         SEVERITY_ERROR, "no checksum database", NULL},
    };
    check_alone(state, S("GWD052"), cases, COUNT_OF(cases));
}

/* "NAME=" in the user's file takes the default of go.env away. */
static void test_values_that_were_emptied(void **state)
{
    static const ClinicCase proxy[] = {
        {"GOENV=$ROOT/env", SEVERITY_ERROR, "GOPROXY is set to nothing", "go env -u GOPROXY"},
        {"GOENV=$ROOT/env;GOPROXY=off", SEVERITY_INFO, "nothing is downloaded", NULL}};
    static const ClinicCase database[] = {
        {"GOENV=$ROOT/env", SEVERITY_ERROR, "GOSUMDB is set to nothing", "go env -u GOSUMDB"}};
    Clinic *c = *state;
    fixture_file(&c->a, c->root, S("env"), S("GOPROXY=\nGOSUMDB=\n"));
    check_alone(state, S("GWD050"), proxy, COUNT_OF(proxy));
    check_alone(state, S("GWD052"), database, COUNT_OF(database));
}

static void test_git(void **state)
{
    static const ClinicCase cases[] = {
        {"GOPROXY=https://a.example,direct", SEVERITY_NONE, NULL, NULL},
        {"GOPROXY=direct", SEVERITY_WARN, "no git in PATH", NULL},
        {"GOPROXY=https://a.example;GOPRIVATE=b.example", SEVERITY_WARN, "no git in PATH", NULL},
        {"GOPROXY=off;GOPRIVATE=b.example", SEVERITY_NONE, NULL, NULL},
        {"GOPROXY=https://a.example;GOVCS=./x:git", SEVERITY_ERROR, "relative pattern", NULL},
        {"GOPROXY=https://a.example;GOVCS=x.example:git|", SEVERITY_ERROR, "empty name", NULL},
        {"GOPROXY=https://a.example;GOVCS=*:git|hg", SEVERITY_NONE, NULL, NULL},
        {"GOPROXY=https://a.example;GOVCS=public:git,public:hg", SEVERITY_ERROR,
         "the pattern of one before it", NULL},
        {"GOPROXY=https://a.example;GOVCS=public:gti|hg", SEVERITY_WARN, "\"gti\" in GOVCS", NULL},
        {"GOPROXY=https://a.example;GOVCS=x.example:off", SEVERITY_NONE, NULL, NULL},
    };
    check_alone(state, S("GWD053"), cases, COUNT_OF(cases));
}

static void test_toolchain(void **state)
{
    Clinic *c = *state;
    static const ClinicCase cases[] = {
        {"GOTOOLCHAIN=auto;GOPROXY=https://a.example", SEVERITY_NONE, NULL, NULL},
        {"GOTOOLCHAIN=local", SEVERITY_NONE, NULL, NULL}, /* GWD033 tells */
        {"GOTOOLCHAIN=path", SEVERITY_NONE, NULL, NULL},
        {"GOTOOLCHAIN=go1.27.4", SEVERITY_NONE, NULL, NULL},
        {"GOTOOLCHAIN=go1.27.4+path", SEVERITY_ERROR, "only PATH",
         "export GOTOOLCHAIN=go1.27.4+auto"},
        {"GOTOOLCHAIN=auto;GOPROXY=off", SEVERITY_ERROR, "GOPROXY=off", NULL},
        {"GOTOOLCHAIN=auto;GOPROXY=https://a.example;GOPRIVATE=*", SEVERITY_ERROR, "no repository",
         "GONOPROXY=none GOTOOLCHAIN=go1.27.0 go version"},
        {"GOTOOLCHAIN=auto;GOPROXY=https://a.example;GOPRIVATE=golang.org/*", SEVERITY_ERROR,
         "no repository", NULL},
    };
    fixture_file(&c->a, c->dir, S("go.mod"), S("module m\n\ngo 1.27\n"));
    check_alone(state, S("GWD055"), cases, COUNT_OF(cases));
    fixture_file(&c->a, c->bin, S("go1.27.0"), S(""));
    Err err;
    assert_true(file_set_mode_at(FILE_CWD, path_join(&c->a, c->bin, S("go1.27.0")), 0755, &err));
    static const ClinicCase there[] = {{"GOTOOLCHAIN=auto;GOPROXY=off", SEVERITY_NONE, NULL, NULL},
                                       {"GOTOOLCHAIN=path", SEVERITY_NONE, NULL, NULL}};
    check_alone(state, S("GWD055"), there, COUNT_OF(there));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hides_passwords),
        CLINIC_TEST(test_goproxy),
        CLINIC_TEST(test_defaults_of_old_releases),
        CLINIC_TEST(test_private),
        CLINIC_TEST(test_gosumdb),
        CLINIC_TEST(test_values_that_were_emptied),
        CLINIC_TEST(test_git),
        CLINIC_TEST(test_toolchain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
