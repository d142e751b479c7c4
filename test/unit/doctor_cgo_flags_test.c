/* GWD082, and the expressions behind it: the verdicts are those of Go's regexp package. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doctor/cgo_pattern.h"
#include "support/clinic.h"

static void test_patterns(void **state)
{
    static const struct {
        const char *pattern, *subject;
        CgoMatch match;
    } cases[] = {
        {"-O", "-O", CGO_MATCH_YES},
        {"-O", "-O2", CGO_MATCH_NO},
        {"-O([^@\\-].*)", "-O2", CGO_MATCH_YES},
        {"-O([^@\\-].*)", "-O-x", CGO_MATCH_NO},
        {"-f(no-)?lto", "-flto", CGO_MATCH_YES},
        {"-f(no-)?lto", "-fno-lto", CGO_MATCH_YES},
        {"-f(no-)?lto", "-flto=auto", CGO_MATCH_NO},
        {"-Wl(,-z,(relro|now|(no)?execstack))+", "-Wl,-z,relro,-z,now", CGO_MATCH_YES},
        {"-Wl(,-z,(relro|now|(no)?execstack))+", "-Wl,-z,lazy", CGO_MATCH_NO},
        {"-Wl,-R,?([^@\\-,][^,@]*$)", "-Wl,-R/usr/lib", CGO_MATCH_YES},
        {"-?-static([-a-z0-9+]*)", "--static-pie", CGO_MATCH_YES},
        {"[a-zA-Z0-9_/].*\\.(a|o|obj|so)", "lib/x.so", CGO_MATCH_YES},
        {"[a-zA-Z0-9_/].*\\.(a|o|obj|so)", "x.obj", CGO_MATCH_NO}, /* "x.o" is found first */
        {"--x=\\d+\\.\\d+", "--x=10.2", CGO_MATCH_YES},
        {"[0-9.]*", "", CGO_MATCH_YES},
        {"a|b|cc", "cc", CGO_MATCH_YES},
        {"(a|b)*c", "ababc", CGO_MATCH_YES},
        {"(a*)*", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", CGO_MATCH_NO},
        {"(?:a)", "a", CGO_MATCH_YES},
        {"a{2}", "aa", CGO_MATCH_UNKNOWN},
        {"a*?", "a", CGO_MATCH_UNKNOWN},
        {"(?i)a", "A", CGO_MATCH_UNKNOWN},
        {"(a", "a", CGO_MATCH_UNKNOWN},
        {"[a", "a", CGO_MATCH_UNKNOWN},
        {"a)", "a", CGO_MATCH_UNKNOWN},
        {"\\", "a", CGO_MATCH_UNKNOWN},
        {"[[:alpha:]]", "a", CGO_MATCH_UNKNOWN},
    };
    Arena a = arena_init(64 * KIB);
    (void)state;
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        CgoMatch got =
            cgo_pattern_match(a, str_from_c(cases[i].pattern), str_from_c(cases[i].subject));
        if (got != cases[i].match) {
            fail_msg("'%s' on '%s': %d", cases[i].pattern, cases[i].subject, (int)got);
        }
    }
    arena_done(&a);
}

static void plant_rules(Clinic *c)
{
    fixture_file(&c->a, c->goroot, S("src/cmd/go/internal/work/security.go"),
                 S("var validCompilerFlags = []*lazyregexp.Regexp{\n"
                   "\tre(`-D([A-Za-z_][A-Za-z0-9_]*)(=[^@\\-]*)?`),\n"
                   "\tre(`-I([^@\\-].*)`),\n"
                   "\tre(`-O([^@\\-].*)`),\n"
                   "}\n\n"
                   "var validCompilerFlagsWithNextArg = []string{\n\t\"-I\",\n\t\"-x\",\n}\n\n"
                   "var invalidLinkerFlags = []*lazyregexp.Regexp{\n\tre(`-lto_library`),\n}\n\n"
                   "var validLinkerFlags = []*lazyregexp.Regexp{\n"
                   "\tre(`-l([^@\\-].*)`),\n"
                   "\tre(`-Wl,--(no-)?as-needed`), // comment\n"
                   "\tre(`-Wl,--push-state`),\n"
                   "}\n\n"
                   "var validLinkerFlagsWithNextArg = []string{\n\t\"-L\",\n"
                   "\t\"-Wl,-framework\",\n}\n\n"
                   "\tif strings.HasPrefix(arg, \"-Wl,--push-state,\") {\n"));
}

static void test_lines(void **state)
{
    static const struct {
        const char *line, *variables, *refused;
    } cases[] = {
        {"CFLAGS: -DX=1 -O2 -I${SRCDIR}/x", "", NULL},
        {"CFLAGS: -fplugin=x.so", "", "-fplugin=x.so"},
        {"CFLAGS: -fplugin=x.so", "CGO_ENABLED=0", NULL},
        {"CFLAGS: -fplugin=x.so", "CGO_CFLAGS_ALLOW=-fplugin=.*", NULL},
        {"CFLAGS: -fplugin=x.so", "CGO_CFLAGS_ALLOW=-fplugin", "-fplugin=x.so"},
        {"CFLAGS: -fplugin=x.so", "CGO_CFLAGS_ALLOW=-f{1}plugin.*", NULL}, /* not decided */
        {"CFLAGS: -O2", "CGO_CFLAGS_DISALLOW=-O2", "-O2"},
        {"windows CFLAGS: -fplugin=x.so", "", NULL},
        {"linux,amd64 darwin CFLAGS: -fplugin=x.so", "", "-fplugin=x.so"},
        {"!linux CFLAGS: -fplugin=x.so", "", NULL},
        {"noescape f", "", NULL},
        {"CFLAGS: -x c", "", NULL},
        {"CFLAGS: -x -c", "", "-x"},
        {"CFLAGS: -I =/usr/x", "", NULL},
        {"CFLAGS: -I", "", "-I"},
        {"LDFLAGS: -lm -Wl,--as-needed", "", NULL},
        {"LDFLAGS: -specs=/x", "", "-specs=/x"},
        {"LDFLAGS: -lto_library x", "", "-lto_library"},
        {"LDFLAGS: -Wl,--push-state,--as-needed", "", NULL},
        {"LDFLAGS: -Wl,--push-state,-x", "", "-Wl,--push-state,-x"},
        {"LDFLAGS: -Wl,-framework -Wl,Cocoa", "", NULL},
        {"LDFLAGS: '-specs=a b'", "", "-specs=a b"},
        {"pkg-config: --static gtk+-3.0", "", NULL},
    };
    Clinic *c = *state;
    c->only = S("GWD082");
    plant_rules(c);
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        fixture_file(&c->a, c->dir, S("a.go"),
                     str_format(&c->a,
                                "package main\n\n/*\n#cgo %s\n#include <x.h>\n*/\nimport "
                                "\"C\"\n",
                                cases[i].line));
        const char *title =
            cases[i].refused == NULL
                ? NULL
                : str_format(&c->a, "the flag %s of this%c", cases[i].refused, 0).ptr;
        clinic_check(c, c->only,
                     &(ClinicCase){cases[i].variables,
                                   title == NULL ? SEVERITY_NONE : SEVERITY_ERROR, title, NULL},
                     1);
    }
}

static void test_names_the_line(void **state)
{
    Clinic *c = *state;
    c->only = S("GWD082");
    plant_rules(c);
    fixture_file(&c->a, c->dir, S("a.go"),
                 S("// Package main.\npackage main\n\n// #cgo CFLAGS: -O2\n"
                   "// #cgo LDFLAGS: -lm -specs=/x.y\nimport \"C\"\n"));
    DoctorResult r = clinic_examine(c, S(""));
    assert_int_equal(r.findings.len, 1);
    assert_int_equal(r.findings.ptr[0].place.line, 5);
    assert_str(r.findings.ptr[0].evidence, S("#cgo LDFLAGS: -lm -specs=/x.y"));
    assert_true(str_contains(r.findings.ptr[0].remedy, S("CGO_LDFLAGS_ALLOW='-specs=/x\\.y'")));
}

static void test_overrides(void **state)
{
    static const ClinicCase cases[] = {
        {"CGO_CFLAGS_ALLOW=-f.*", SEVERITY_NONE, NULL, NULL},
        {"CGO_CFLAGS_ALLOW=[](]|\\(", SEVERITY_NONE, NULL, NULL},
        {"CGO_CFLAGS_ALLOW=(", SEVERITY_ERROR, "CGO_CFLAGS_ALLOW is no regular expression",
         "unset CGO_CFLAGS_ALLOW"},
        {"CGO_LDFLAGS_DISALLOW=-f(?=x)", SEVERITY_ERROR, "CGO_LDFLAGS_DISALLOW is no", NULL},
        {"CGO_LDFLAGS_ALLOW=[a", SEVERITY_ERROR, "CGO_LDFLAGS_ALLOW is no", NULL},
        {"CGO_LDFLAGS_ALLOW=[a;CGO_ENABLED=0", SEVERITY_NONE, NULL, NULL},
    };
    Clinic *c = *state;
    c->only = S("GWD082");
    clinic_check(c, c->only, cases, COUNT_OF(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patterns),
        CLINIC_TEST(test_lines),
        CLINIC_TEST(test_names_the_line),
        CLINIC_TEST(test_overrides),
    };
    return cmocka_run_group_tests_name("doctor_cgo_flags", tests, NULL, NULL);
}
