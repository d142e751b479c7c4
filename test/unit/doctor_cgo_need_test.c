/* GWD080. What cmd/go does was seen with Go 1.19.4, 1.23.12 and 1.27.4: CGO_ENABLED=0 and an empty
 * PATH, with the same files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/clinic.h"

#define IMPORT "package main\n\n// #include <stdlib.h>\nimport \"C\"\n"

typedef struct {
    const char *name, *content;
} TestFile;

typedef struct {
    TestFile files[3];
    const char *variables;
    Severity severity;
    const char *title;
} NeedCase;

static void write_files(Clinic *c, const TestFile *files, isize n)
{
    c->dir = path_join(&c->a, fixture_dir(&c->a), S("w"));
    fixture_file(&c->a, c->dir, S("go.mod"), S("module example.com/w\n\ngo 1.26\n"));
    for (isize i = 0; i < n && files[i].name != NULL; i++) {
        fixture_file(&c->a, c->dir, str_from_c(files[i].name), str_from_c(files[i].content));
    }
}

static void test_files_that_import_c(void **state)
{
    static const NeedCase cases[] = {
        {{{"a.go", IMPORT}}, "", SEVERITY_NONE, NULL},
        {{{"a.go", IMPORT}}, "CGO_ENABLED=0", SEVERITY_ERROR, "every Go file here needs cgo"},
        {{{"a.go", IMPORT}}, "PATH=/nonexistent", SEVERITY_ERROR, "every Go file here"},
        {{{"a.go", IMPORT}}, "PATH=/nonexistent;CC=clang", SEVERITY_NONE, NULL},
        {{{"a.go", IMPORT}}, "GOARCH=arm64", SEVERITY_ERROR, "every Go file here"},
        {{{"a.go", IMPORT}}, "GOARCH=arm64;CGO_ENABLED=1", SEVERITY_NONE, NULL},
        {{{"a.go", IMPORT}}, "GOOS=plan9;CGO_ENABLED=1", SEVERITY_ERROR, "every Go file here"},
        {{{"a_windows.go", IMPORT}}, "CGO_ENABLED=0", SEVERITY_NONE, NULL},
        {{{"a_linux_amd64.go", IMPORT}}, "CGO_ENABLED=0", SEVERITY_ERROR, "every Go file"},
        {{{"a_test.go", IMPORT}}, "CGO_ENABLED=0", SEVERITY_NONE, NULL},
        {{{"a.go", IMPORT}, {"b.go", "package main\n"}},
         "CGO_ENABLED=0",
         SEVERITY_WARN,
         "1 of the 2 Go files"},
        {{{"a.go", IMPORT}, {"b.go", "//go:build cgo\n\npackage main\n"}},
         "CGO_ENABLED=0",
         SEVERITY_ERROR,
         "every Go file here"},
        {{{"a.go", IMPORT}, {"b.go", "//go:build !cgo\n\npackage main\n"}},
         "CGO_ENABLED=0",
         SEVERITY_NONE,
         NULL},
        {{{"a.go", IMPORT}, {"b.go", "// +build !cgo\n\npackage main\n"}},
         "CGO_ENABLED=0",
         SEVERITY_NONE,
         NULL},
        {{{"a.go", IMPORT}, {"b.go", "//go:build !cgo && windows\n\npackage main\n"}},
         "CGO_ENABLED=0",
         SEVERITY_ERROR,
         "every Go file here"},
        {{{"a.go", "package main\n\nimport (\n\t\"os\"\n\n\t// #x\n\t\"C\"\n)\n"}},
         "CGO_ENABLED=0",
         SEVERITY_ERROR,
         "every Go file here"},
        {{{"a.go",
           "package main\n\n/* import \"C\" */\nimport x \"os\"\n\nvar y = `\nimport \"C\"\n`\n"}},
         "CGO_ENABLED=0",
         SEVERITY_NONE,
         NULL},
        {{{"a.go", "\xef\xbb\xbfpackage main;import\"C\""}}, "CGO_ENABLED=0", SEVERITY_ERROR, ""},
        {{{"a.go", "/* no end"}, {"b.go", ""}, {"c.go", "package main\nimport \"C"}},
         "CGO_ENABLED=0",
         SEVERITY_NONE,
         NULL},
    };
    Clinic *c = *state;
    c->only = S("GWD080");
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        write_files(c, cases[i].files, COUNT_OF(cases[i].files));
        clinic_check(c, c->only,
                     &(ClinicCase){cases[i].variables, cases[i].severity, cases[i].title, NULL}, 1);
    }
}

static void test_before_1_20_cgo_stays_on(void **state)
{
    static const TestFile file = {"a.go", IMPORT};
    static const ClinicCase cases[] = {
        {"PATH=/nonexistent", SEVERITY_NONE, NULL, NULL},
        {"CGO_ENABLED=0", SEVERITY_ERROR, "every Go file here", "export CGO_ENABLED=1"},
    };
    Clinic *c = *state;
    c->only = S("GWD080");
    c->version = S("1.19.4");
    write_files(c, &file, 1);
    clinic_check(c, c->only, cases, COUNT_OF(cases));
}

static void test_known_modules(void **state)
{
    static const struct {
        Str require;
        Severity severity;
        const char *title;
    } cases[] = {
        {STR_CONST("github.com/mattn/go-sqlite3 v1.14.53"), SEVERITY_WARN, "This is a stub"},
        {STR_CONST("github.com/mattn/go-sqlite3 v1.14.53 // indirect"), SEVERITY_INFO, "stub"},
        {STR_CONST("github.com/confluentinc/confluent-kafka-go/v2 v2.5.0"), SEVERITY_ERROR,
         "does not build"},
        {STR_CONST("github.com/mattn/go-sqlite3x v1.14.53"), SEVERITY_NONE, NULL},
        {STR_CONST("github.com/mattn/go-sqlite3/vendor v1.14.53"), SEVERITY_NONE, NULL},
    };
    Clinic *c = *state;
    c->only = S("GWD080");
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        c->dir = fixture_dir(&c->a);
        c->dir = path_join(&c->a, c->dir, S("w"));
        fixture_file(&c->a, c->dir, S("go.mod"),
                     str_format(&c->a, "module example.com/w\n\ngo 1.26\n\nrequire %.*s\n",
                                STR_ARG(cases[i].require)));
        clinic_check(c, c->only,
                     &(ClinicCase){"CGO_ENABLED=0", cases[i].severity, cases[i].title, NULL}, 1);
        clinic_check(c, c->only, &(ClinicCase){"", SEVERITY_NONE, NULL, NULL}, 1);
    }
}

typedef struct {
    const char *name; /* of the package below the module */
    const char *user; /* what a file beside it holds */
    const char *variables;
    Severity severity;
    const char *title;
} PackageCase;

/* go build ./... leaves out a package that has nothing left; who imports it does not build. */
static void test_packages_of_the_module(void **state)
{
    static const PackageCase cases[] = {
        {"internal/c", "package main\n\nimport \"example.com/w/internal/c\"\n", "", SEVERITY_NONE,
         NULL},
        {"internal/c", "package main\n\nimport \"example.com/w/internal/c\"\n", "CGO_ENABLED=0",
         SEVERITY_ERROR, "what imports it (main.go) stops"},
        {"internal/c", "package main\n\nimport c2 \"example.com/w/internal/c/v2\"\n",
         "CGO_ENABLED=0", SEVERITY_INFO, "go build ./... leaves it out"},
        {"internal/c", "//go:build cgo\n\npackage main\n\nimport \"example.com/w/internal/c\"\n",
         "CGO_ENABLED=0", SEVERITY_INFO, "go build ./... leaves it out"},
        {"testdata/c", "package main\n", "CGO_ENABLED=0", SEVERITY_NONE, NULL},
        {"vendor/c", "package main\n", "CGO_ENABLED=0", SEVERITY_NONE, NULL},
        {"_c", "package main\n", "CGO_ENABLED=0", SEVERITY_NONE, NULL},
    };
    Clinic *c = *state;
    c->only = S("GWD080");
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        const PackageCase *p = &cases[i];
        write_files(c, &(TestFile){"main.go", p->user}, 1);
        Str dir = path_join(&c->a, c->dir, str_from_c(p->name));
        fixture_file(&c->a, dir, S("c.go"), S("package c\n\nimport \"C\"\n"));
        clinic_check(c, c->only, &(ClinicCase){p->variables, p->severity, p->title, NULL}, 1);
    }
}

static void test_other_modules_are_left_alone(void **state)
{
    Clinic *c = *state;
    c->only = S("GWD080");
    write_files(c, NULL, 0);
    Str dir = path_join(&c->a, c->dir, S("other"));
    fixture_file(&c->a, dir, S("go.mod"), S("module example.com/other\n"));
    fixture_file(&c->a, dir, S("c.go"), S(IMPORT));
    clinic_check(c, c->only, &(ClinicCase){"CGO_ENABLED=0", SEVERITY_NONE, NULL, NULL}, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_files_that_import_c),
        CLINIC_TEST(test_before_1_20_cgo_stays_on),
        CLINIC_TEST(test_known_modules),
        CLINIC_TEST(test_packages_of_the_module),
        CLINIC_TEST(test_other_modules_are_left_alone),
    };
    return cmocka_run_group_tests_name("doctor_cgo_need", tests, NULL, NULL);
}
