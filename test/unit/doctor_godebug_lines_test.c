/* GODEBUG keys in the environment, in go.mod and in //go:debug lines;
 * test/oracle/doctor_settings.py asks real Gos about all of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doctor/godebug_project.h"
#include "support/clinic.h"

#define TABLE                                                                                    \
    "var All = []Info{\n"                                                                        \
    "\t{Name: \"panicnil\", Package: \"runtime\", Changed: 21, Old: \"1\"},\n"                   \
    "\t{Name: \"tlssha1\", Package: \"crypto/tls\", Changed: 25, Old: \"1\"},\n"                 \
    "\t//{Name: \"multipartfiles\", Package: \"mime/multipart\"},\n"                             \
    "\t{Name: \"netdns\", Package: \"net\", Opaque: true},\n"                                    \
    "}\n\n"                                                                                      \
    "var Removed = []RemovedInfo{\n"                                                             \
    "\t{Name: \"tls3des\", Removed: 27, Old: one}, // Old: \"1\"\n"                              \
    "\t{Name: \"asynctimerchan\", Removed: 27, Old: func(s string) bool { return s == \"1\" || " \
    "s == \"2\" }},\n"                                                                           \
    "}\n"
#define RUNTIME                                                               \
    "var dbgvars = []*dbgVar{\n"                                              \
    "\t{name: \"cgocheck\", value: &debug.cgocheck},\n"                       \
    "\t{name: \"gctrace\", value: &debug.gctrace},\n"                         \
    "\t{name: \"profstackdepth\", value: &debug.profstackdepth, def: 128},\n" \
    "\t{name: \"panicnil\", atomic: &debug.panicnil},\n"                      \
    "}\n\n"                                                                   \
    "func parseRuntimeDebugVars(godebug string) {\n"                          \
    "\tdebug.cgocheck = 1\n"                                                  \
    "\tfor _, info := range godebugs.Removed {\n\t}\n"                        \
    "\tthrow(\"cgocheck > 1 mode is no longer supported\")\n"                 \
    "}\n"

static void plant(Clinic *c)
{
    c->version = S("1.27.4");
    fixture_file(&c->a, c->goroot, S("src/internal/godebugs/table.go"), S(TABLE));
    fixture_file(&c->a, c->goroot, S("src/runtime/runtime1.go"), S(RUNTIME));
}

static void test_keys_of_the_environment(void **state)
{
    Clinic *c = *state;
    static const ClinicCase cases[] = {
        {"", SEVERITY_NONE, NULL, NULL},
        {"GODEBUG=gctrace=1,,netdns=go,cpu.avx=off,", SEVERITY_NONE, NULL, NULL},
        {"GODEBUG=tls3des=0", SEVERITY_INFO, "is gone since Go 1.27", "unset GODEBUG"},
        {"GODEBUG=tls3des=1", SEVERITY_ERROR, "ends every program of Go 1.27.4", "unset GODEBUG"},
        {"GODEBUG=asynctimerchan=2,asynctimerchan=0", SEVERITY_ERROR, "asynctimerchan=2", NULL},
        {"GODEBUG=netdns=go,cgocheck=2", SEVERITY_ERROR, "GOEXPERIMENT=cgocheck2",
         "export GODEBUG=netdns=go"},
        {"GODEBUG=cgocheck=2,cgocheck=0", SEVERITY_NONE, NULL, NULL},
        {"GODEBUG=fips140=yes", SEVERITY_ERROR, "it takes on, only, debug and off", NULL},
        {"GODEBUG=cgocheck=1", SEVERITY_INFO, "that is the default", "unset GODEBUG"},
        {"GODEBUG=profstackdepth=128", SEVERITY_INFO, "that is the default", NULL},
        {"GODEBUG=gctrase=1", SEVERITY_WARN, "its name is gctrace", "export GODEBUG=gctrace=1"},
        {"GODEBUG=nothinglikeit=1", SEVERITY_WARN, "does not know the key", NULL},
        {"GODEBUG=allocfreetrace=1", SEVERITY_INFO, "is gone since Go 1.23", NULL},
        {"GODEBUG=gctrace", SEVERITY_WARN, "it has no value", NULL},
        {"GODEBUG=gctrace=on", SEVERITY_WARN, "has to be a number", NULL},
    };
    plant(c);
    c->only = S("GWD040");
    clinic_check(c, c->only, cases, COUNT_OF(cases));
}

static void test_sbrk_ends_programs_of_two_releases(void **state)
{
    Clinic *c = *state;
    static const ClinicCase fatal[] = {
        {"GODEBUG=sbrk=-1", SEVERITY_ERROR, "cannot do without their allocator", "unset GODEBUG"},
    };
    static const ClinicCase fine[] = {{"GODEBUG=sbrk=-1", SEVERITY_NONE, NULL, NULL}};
    static const struct {
        Str version;
        const ClinicCase *cases;
    } gos[] = {{STR_CONST("1.22.12"), fine},
               {STR_CONST("1.23.12"), fatal},
               {STR_CONST("1.24.13"), fatal},
               {STR_CONST("1.25.0"), fine}};
    c->only = S("GWD040");
    for (isize i = 0; i < COUNT_OF(gos); i++) {
        c->version = gos[i].version;
        clinic_check(c, c->only, gos[i].cases, 1);
    }
}

static void test_keys_without_sources(void **state)
{
    Clinic *c = *state;
    static const ClinicCase cases[] = {
        {"GODEBUG=asynctimerchan=1", SEVERITY_ERROR, "ends every program", NULL},
        {"GODEBUG=asynctimerchan=0", SEVERITY_INFO, "is gone since", NULL},
        {"GODEBUG=gctrase=1", SEVERITY_WARN, "its name is gctrace", NULL},
        {"GODEBUG=panicnil=1", SEVERITY_NONE, NULL, NULL},
    };
    c->version = S("1.27.4");
    c->only = S("GWD040");
    clinic_check(c, c->only, cases, COUNT_OF(cases));
}

static void test_a_line_of_the_env_file_does_nothing(void **state)
{
    Clinic *c = *state;
    static const ClinicCase cases[] = {
        {"GOENV=$ROOT/env", SEVERITY_WARN, "from the environment alone", NULL}};
    fixture_file(&c->a, c->root, S("env"), S("GODEBUG=tls3des=1\n"));
    plant(c);
    c->only = S("GWD040");
    clinic_check(c, c->only, cases, COUNT_OF(cases));
}

static void test_effects(void **state)
{
    Clinic *c = *state;
    static const ClinicCase cases[] = {
        {"GODEBUG=netdns=go,gctrace=0", SEVERITY_NONE, NULL, NULL},
        {"GODEBUG=gctrace=1", SEVERITY_WARN, "prints a line per collection", "unset GODEBUG"},
        {"GODEBUG=cgocheck=0", SEVERITY_WARN, "unseen", NULL},
        {"GODEBUG=tlssha1=1,netdns=go", SEVERITY_WARN, "allows SHA-1", "export GODEBUG=netdns=go"},
    };
    plant(c);
    c->only = S("GWD043");
    clinic_check(c, c->only, cases, COUNT_OF(cases));
}

static void test_lines_of_go_mod(void **state)
{
    Clinic *c = *state;
    static const struct {
        const char *line, *title;
    } cases[] = {
        {"panicnil=1", NULL},
        {"tls3des=0", NULL},
        {"default=go1.21", NULL},
        {"default=go1.99", "newer than Go 1.27.4"},
        {"default=1.21", "must be a Go version"},
        {"tls3des=1", "was removed with Go 1.27"},
        {"gctrace=1", "in the environment only"},
        {"panicnill=1", "its name is panicnil"},
        {"multipartfiles=1", "can be set in the environment only"},
    };
    plant(c);
    c->only = S("GWD041");
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        fixture_file(
            &c->a, c->dir, S("go.mod"),
            str_format(&c->a, "module example.com/work\n\ngo 1.26\n\ngodebug %s\n", cases[i].line));
        DoctorResult result = clinic_examine(c, S(""));
        assert_int_equal(result.findings.len, cases[i].title != NULL);
        if (cases[i].title != NULL) {
            assert_int_equal(result.findings.ptr[0].severity, SEVERITY_ERROR);
            assert_int_equal(result.findings.ptr[0].place.line, 5);
            assert_true(str_contains(result.findings.ptr[0].title, str_from_c(cases[i].title)));
        }
    }
}

/* What is typed, and which line --fix makes of it: NULL proposes nothing, "" deletes it. */
static void test_cures_of_lines(void **state)
{
    Clinic *c = *state;
    static const struct {
        const char *file, *line, *remedy, *becomes;
    } cases[] = {
        {"go.mod", "godebug panicnill=1", "go mod edit -dropgodebug=panicnill -godebug=panicnil=1",
         "godebug panicnil=1"},
        {"go.mod", "godebug tls3des=1", "go mod edit -dropgodebug=tls3des", ""},
        {"go.mod", "godebug gctrace=1", "go mod edit -dropgodebug=gctrace", ""},
        {"go.mod", "godebug nothinglikeit=1", "go mod edit -dropgodebug=nothinglikeit", NULL},
        {"go.mod", "godebug default=go1.99",
         "go mod edit -dropgodebug=default -godebug=default=go1.27", NULL},
        {"main.go", "//go:debug panicnill=1",
         "sed -i '5s/panicnill=1/panicnil=1/' $ROOT/work/main.go", "//go:debug panicnil=1"},
        {"main.go", "//go:debug gctrace=1", "sed -i 5d $ROOT/work/main.go", ""},
        {"main.go", "//go:debug panicnil=1,tlssha1=1", "correct or delete the line", NULL},
    };
    plant(c);
    c->only = S("GWD041");
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        bool is_mod = cases[i].file[0] == 'g';
        fixture_file(
            &c->a, c->dir, S("go.mod"),
            str_format(&c->a, "module m\n\ngo 1.26\n\n%s\n", is_mod ? cases[i].line : "// none"));
        fixture_file(
            &c->a, c->dir, S("main.go"),
            str_format(&c->a, "\n\n\n\n%s\npackage main\n", is_mod ? "// none" : cases[i].line));
        DoctorResult result = clinic_examine(c, S(""));
        assert_int_equal(result.findings.len, 1);
        assert_str(result.findings.ptr[0].remedy, clinic_expand(c, str_from_c(cases[i].remedy)));
        assert_int_equal(result.fixes.len, cases[i].becomes != NULL);
        if (cases[i].becomes != NULL) {
            assert_int_equal(result.fixes.ptr[0].line, 5);
            assert_str(result.fixes.ptr[0].name, str_from_c(cases[i].line));
            assert_str(result.fixes.ptr[0].value, str_from_c(cases[i].becomes));
        }
    }
}

static void test_lines_of_sources(void **state)
{
    (void)state;
    static const struct {
        const char *text, *package, *first;
        isize n;
        bool is_certain;
    } cases[] = {
        {"//go:debug a=1\npackage main\n//go:debug b=2\n", "main", "a", 1, true},
        {"/* x\n//go:debug a=1\n*/ //go:debug b=2\npackage x; import \"y\"\n", "x", "b", 1, true},
        {"//go:build ignore\n\n//go:debug a=1\npackage main\n", "main", "a", 1, false},
        {"//go:debugger a=1\n//go:debugx\n\npackage main", "main", "a", 1, true},
        {"//go:debug\r\npackage main\r\n", "main", "", 1, true},
        {"import \"x\"\n", "", NULL, 0, true},
        {"/* never closed\n//go:debug a=1\npackage main\n", "", NULL, 0, true},
    };
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        Arena a = arena_init(4 * KIB);
        GodebugLineList lines = {0};
        Str package;
        godebug_source_parse(&a, S("x.go"), str_from_c(cases[i].text), &lines, &package);
        assert_str(package, str_from_c(cases[i].package));
        assert_int_equal(lines.len, cases[i].n);
        if (cases[i].n > 0) {
            assert_str(lines.ptr[0].key, str_from_c(cases[i].first));
            assert_int_equal(lines.ptr[0].is_certain, cases[i].is_certain);
        }
        arena_done(&a);
    }
}

static void test_what_a_program_carries(void **state)
{
    Clinic *c = *state;
    static const ClinicCase cases[] = {
        {"", SEVERITY_INFO, "as one of Go 1.20 in 2 settings", NULL},
    };
    plant(c);
    c->only = S("GWD042");
    fixture_file(&c->a, c->dir, S("go.mod"), S("module example.com/work\n\ngo 1.20\n"));
    fixture_file(&c->a, c->dir, S("main.go"), S("//go:debug panicnil=0\npackage main\n"));
    clinic_check(c, c->only, cases, COUNT_OF(cases));
    assert_str(clinic_examine(c, S("")).findings.ptr[0].evidence,
               S("DefaultGODEBUG=panicnil=0,tlssha1=1"));
}

static void test_what_does_not_count(void **state)
{
    Clinic *c = *state;
    static const ClinicCase cases[] = {
        {"", SEVERITY_WARN, "in a workspace those of go.work do", NULL},
        {"GOWORK=off", SEVERITY_NONE, NULL, NULL},
        {"GOWORK=off;GODEBUG=panicnil=0", SEVERITY_INFO, "overrules", "unset GODEBUG"},
    };
    plant(c);
    c->only = S("GWD042");
    fixture_file(&c->a, c->dir, S("go.mod"),
                 S("module example.com/work\n\ngo 1.26\n\ngodebug panicnil=1\n"));
    fixture_file(&c->a, c->root, S("go.work"), S("go 1.26\n\nuse ./work\n"));
    clinic_check(c, c->only, cases, COUNT_OF(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_keys_of_the_environment),
        CLINIC_TEST(test_sbrk_ends_programs_of_two_releases),
        CLINIC_TEST(test_keys_without_sources),
        CLINIC_TEST(test_a_line_of_the_env_file_does_nothing),
        CLINIC_TEST(test_effects),
        CLINIC_TEST(test_lines_of_go_mod),
        CLINIC_TEST(test_cures_of_lines),
        cmocka_unit_test(test_lines_of_sources),
        CLINIC_TEST(test_what_a_program_carries),
        CLINIC_TEST(test_what_does_not_count),
    };
    return cmocka_run_group_tests_name("doctor_godebug_lines", tests, NULL, NULL);
}
