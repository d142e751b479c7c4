#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The hashes are those that `go mod download` wrote for the same module. */
#include "base/path.h"
#include "support/clinic.h"

#define ZIP_H1 "h1:RLlgloArRPdfRUQrquYy7vI0dZ9sCeATHhblbMkvJ38="
#define MOD_H1 "h1:xeE9+Rpxejaj5mNrLyJmRB9AK0uOF7AhujxTHx8MHMY="
#define MOD "module example.com/x\n\ngo 1.18\n"
#define DOWNLOAD "home/go/pkg/mod/cache/download/example.com/x/@v/v1.0.0"
#define DIR "home/go/pkg/mod/example.com/x@v1.0.0"

static const Str names[] = {
    STR_CONST("work/go.sum"),       STR_CONST(DOWNLOAD ".mod"), STR_CONST(DOWNLOAD ".info"),
    STR_CONST(DOWNLOAD ".ziphash"), STR_CONST(DIR "/go.mod"),   STR_CONST(DIR "/x.go"),
};
static const Str contents[] = {
    STR_CONST("example.com/x v1.0.0 " ZIP_H1 "\nexample.com/x v1.0.0/go.mod " MOD_H1 "\n"),
    STR_CONST(MOD),
    STR_CONST("{\"Version\":\"v1.0.0\"}"),
    STR_CONST(ZIP_H1),
    STR_CONST(MOD),
    STR_CONST("package x\n\nfunc X() int { return 1 }\n"),
};

static void plant(Clinic *c)
{
    for (isize i = 0; i < COUNT_OF(names); i++) {
        fixture_file(&c->a, c->root, names[i], contents[i]);
    }
}

static void test_one_changed_file(void **state)
{
    Clinic *c = *state;
    static const struct {
        const char *name, *content, *id;
        ClinicCase expected;
    } rows[] = {
        {"work/a.go", "package a\n", "GWD062", {"", SEVERITY_NONE, NULL, NULL}},
        {"work/a.go", "package a\n", "GWD063", {"", SEVERITY_NONE, NULL, NULL}},
        {DOWNLOAD ".mod", "", "GWD062", {"", SEVERITY_ERROR, "its go.mod is empty", NULL}},
        {DOWNLOAD ".mod", "module y\n", "GWD062", {"", SEVERITY_ERROR, "builds stop", NULL}},
        {DOWNLOAD ".ziphash", "", "GWD062", {"", SEVERITY_NONE, NULL, NULL}},
        {DOWNLOAD ".ziphash", MOD_H1, "GWD062", {"", SEVERITY_ERROR, "its hash", NULL}},
        {DOWNLOAD ".info", "<html>", "GWD062", {"", SEVERITY_WARN, "version information", NULL}},
        {DOWNLOAD ".zip", "cut", "GWD062", {"", SEVERITY_NONE, NULL, NULL}}, /* it is unpacked */
        {DIR "/x.go", "package x // evil\n", "GWD063", {"", SEVERITY_ERROR, "was changed", NULL}},
        {DIR "/sub/y.go", "package y\n", "GWD063", {"", SEVERITY_ERROR, "was changed", NULL}},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        plant(c);
        c->only = str_from_c(rows[i].id);
        fixture_file(&c->a, c->root, str_from_c(rows[i].name), str_from_c(rows[i].content));
        clinic_check(c, c->only, &rows[i].expected, 1);
    }
}

static void test_puts_a_changed_module_away(void **state)
{
    Clinic *c = *state;
    plant(c);
    c->only = S("GWD063");
    fixture_file(&c->a, c->root, S(DIR "/x.go"), S("package x // evil\n"));
    DoctorResult result = clinic_examine(c, (Str){0});
    assert_int_equal(result.fixes.len, 1);
    assert_int_equal(result.fixes.ptr[0].kind, FIX_REMOVE);
    assert_true(str_ends_with(result.fixes.ptr[0].path, S("example.com/x@v1.0.0")));
}

/* More files, and a larger one, than are held at a time; test/lib/makelog.py gave the hash. */
static void test_hashes_a_large_module(void **state)
{
    Clinic *c = *state;
    static const Str sum =
        STR_CONST("example.com/y v1.0.0 h1:v7ZaMYlawUq6wQiMMIQ6p3iB1hLiGARODqnrdbaQWNk=\n");
    static const ClinicCase well = {"", SEVERITY_NONE, NULL, NULL};
    static const ClinicCase changed = {"", SEVERITY_ERROR, "was changed", NULL};
    Str dir = S("home/go/pkg/mod/example.com/y@v1.0.0");
    isize n_large = 5 * MIB / 2;
    char *large = ARENA_ARRAY(&c->a, char, n_large);
    memset(large, 'q', (size_t)n_large);
    fixture_file(&c->a, c->root, S("work/go.sum"), sum);
    fixture_file(&c->a, c->root, path_join(&c->a, dir, S("go.mod")), S("module example.com/y\n"));
    fixture_file(&c->a, c->root, path_join(&c->a, dir, S("large.bin")), (Str){large, n_large});
    for (int i = 0; i < 70; i++) {
        Str name = str_format(&c->a, "%.*s/f%02d.go", STR_ARG(dir), i);
        fixture_file(&c->a, c->root, name, S("package y\n"));
    }
    c->only = S("GWD063");
    clinic_check(c, c->only, &well, 1);
    large[n_large - 1] = 'r';
    fixture_file(&c->a, c->root, path_join(&c->a, dir, S("large.bin")), (Str){large, n_large});
    clinic_check(c, c->only, &changed, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_one_changed_file),
        CLINIC_TEST(test_puts_a_changed_module_away),
        CLINIC_TEST(test_hashes_a_large_module),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
