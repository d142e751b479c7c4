/* GWD034, and with it the walk of the module. Which directories and files count is what
 * `go list -f '{{.Imports}}' ./...` of Go 1.26 shows for the same files. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>

#include "doctor/context.h"
#include "doctor/sources.h"
#include "support/clinic.h"

#define SLICES "package p\n\nimport \"slices\"\n"

typedef struct {
    const char *name, *content;
    bool is_found;
} TestFile;

static const TestFile files[] = {
    {"a.go", SLICES, true},
    {"a_test.go", SLICES, true},
    {"deep/er/still/a.go", SLICES, true},
    {"a.go", "// +build linux\n\n" SLICES, true},
    {"a.go", "package p\n\nimport (\n\t\"os\"\n\tx \"slices\"\n)\n", true},
    {"a_windows.go", SLICES, false},
    {"a.go", "//go:build go1.21\n\n" SLICES, false},
    {"a.go", "//go:build ignore\n\n" SLICES, false},
    {"a.go", "package p\n\n// import \"slices\"\n", false},
    {"a.go", "package p\n\nimport \"example.com/slices\"\n", false},
    {"a.go", "package p\n\nimport \"sort\"\n\nvar x = `\nimport \"slices\"\n`\n", false},
    {"_a.go", SLICES, false},
    {".a.go", SLICES, false},
    {"a.txt", SLICES, false},
    {"vendor/x/a.go", SLICES, false},
    {"testdata/a.go", SLICES, false},
    {"_x/a.go", SLICES, false},
    {".x/a.go", SLICES, false},
};

static Str begin_module(Clinic *c)
{
    c->dir = path_join(&c->a, fixture_dir(&c->a), S("w"));
    c->only = S("GWD034");
    c->version = S("1.20.14");
    fixture_file(&c->a, c->dir, S("go.mod"), S("module example.com/w\n\ngo 1.20\n"));
    return c->dir;
}

static void check_found(Clinic *c, bool is_found)
{
    DoctorResult result = clinic_examine(c, S(""));
    assert_int_equal(result.findings.len, is_found ? 1 : 0);
    if (is_found) {
        assert_str(result.findings.ptr[0].title,
                   S("package slices is not in Go 1.20.14: it came with Go 1.21"));
    }
}

static void test_files_that_count(void **state)
{
    Clinic *c = *state;
    for (isize i = 0; i < COUNT_OF(files); i++) {
        begin_module(c);
        fixture_file(&c->a, c->dir, str_from_c(files[i].name), str_from_c(files[i].content));
        check_found(c, files[i].is_found);
    }
}

static void test_another_module_below(void **state)
{
    Clinic *c = *state;
    begin_module(c);
    fixture_file(&c->a, c->dir, S("other/a.go"), S(SLICES));
    fixture_file(&c->a, c->dir, S("other/go.mod"), S("module example.com/other\n"));
    check_found(c, false);
}

/* The head is longer than what is read first. */
static void test_a_long_head(void **state)
{
    Clinic *c = *state;
    begin_module(c);
    Str text = S("package p\n\nimport \"os\"\n");
    for (isize i = 0; i < 2000; i++) {
        text = str_concat(&c->a, text, S("\n// A line of comment."));
    }
    text = str_concat(&c->a, text, S("\nimport \"slices\"\n"));
    fixture_file(&c->a, c->dir, S("a.go"), text);
    check_found(c, true);
}

/* What is no regular file is passed over, and nothing waits for it. */
static void test_odd_files(void **state)
{
    Clinic *c = *state;
    Err err;
    Str dir = begin_module(c);
    fixture_file(&c->a, dir, S("sub/x.txt"), S(SLICES));
    assert_int_equal(mkfifo(path_join(&c->a, dir, S("fifo.go\0")).ptr, 0600), 0);
    assert_true(dir_make(FILE_CWD, path_join(&c->a, dir, S("dir.go")), 0700, &err));
    assert_true(file_symlink(S("/dev/zero"), FILE_CWD, path_join(&c->a, dir, S("zero.go")), &err));
    assert_true(file_symlink(S("gone"), FILE_CWD, path_join(&c->a, dir, S("gone.go")), &err));
    assert_true(file_symlink(S(".."), FILE_CWD, path_join(&c->a, dir, S("sub/loop")), &err));
    check_found(c, false);
    assert_true(
        file_symlink(S("sub/x.txt"), FILE_CWD, path_join(&c->a, dir, S("linked.go")), &err));
    check_found(c, true);
}

/* The first by name, whichever thread found it. */
static void test_many_directories(void **state)
{
    Clinic *c = *state;
    begin_module(c);
    for (isize i = 0; i < 300; i++) {
        fixture_file(&c->a, c->dir, str_format(&c->a, "d%03td/e/a.go", 299 - i),
                     i < 150 ? S(SLICES) : S("package p\n"));
    }
    DoctorResult result = clinic_examine(c, S(""));
    assert_int_equal(result.findings.len, 1);
    assert_str(result.findings.ptr[0].place.file, path_join(&c->a, c->dir, S("d150/e/a.go")));
    assert_int_equal(result.findings.ptr[0].place.line, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_files_that_count), CLINIC_TEST(test_another_module_below),
        CLINIC_TEST(test_a_long_head),      CLINIC_TEST(test_odd_files),
        CLINIC_TEST(test_many_directories),
    };
    return cmocka_run_group_tests_name("doctor_sources", tests, NULL, NULL);
}
