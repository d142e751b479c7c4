#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/path.h"
#include "support/clinic.h"

/* The texts of modules.txt are those that `go mod vendor` writes. */

#define X "# a.example/x v1.0.0\n## explicit; go 1.18\na.example/x\n"

static void test_vendor(void **state)
{
    Clinic *c = *state;
    static const struct {
        const char *mod, *list;
        ClinicCase expected;
    } rows[] = {
        {"go 1.21\nrequire a.example/x v1.0.0\n", X, {"", SEVERITY_NONE, NULL, NULL}},
        {"go 1.21\nrequire a.example/x v1.1.0\n",
         X,
         {"", SEVERITY_ERROR, "does not agree", "go mod vendor"}},
        {"go 1.21\nrequire a.example/x v1.0.0\n",
         "# a.example/x v1.0.0\na.example/x\n",
         {"", SEVERITY_ERROR, "does not agree", NULL}},
        {"go 1.21\n", X, {"", SEVERITY_ERROR, "does not agree", NULL}},
        {"go 1.21\nrequire a.example/x v1.0.0\nreplace a.example/x => ../x\n",
         X,
         {"", SEVERITY_ERROR, "does not agree", NULL}},
        {"go 1.21\nrequire a.example/x v1.0.0\nreplace a.example/x => ../x\n",
         "# a.example/x v1.0.0 => ../x\n## explicit\na.example/x\n# a.example/x => ../x\n",
         {"", SEVERITY_NONE, NULL, NULL}},
        {"go 1.21\nrequire a.example/x v1.0.0\n",
         "# a.example/x v1.0.0\n## explicit\na.example/x\na.example/x/gone\n",
         {"", SEVERITY_ERROR, "vendor lacks 1 of", NULL}},
        {"go 1.13\nrequire a.example/x v1.1.0\n", X, {"", SEVERITY_NONE, NULL, NULL}},
        {"go 1.21\nrequire a.example/x v1.1.0\n",
         "## workspace\n" X,
         {"", SEVERITY_NONE, NULL, NULL}},
        {"go 1.21\nrequire a.example/x v1.1.0\n",
         X,
         {"GOFLAGS=-mod=mod", SEVERITY_NONE, NULL, NULL}},
    };
    c->only = S("GWD059");
    fixture_file(&c->a, c->dir, S("vendor/a.example/x/x.go"), S("package x\n"));
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        fixture_file(&c->a, c->dir, S("go.mod"), str_format(&c->a, "module m\n\n%s", rows[i].mod));
        fixture_file(&c->a, c->dir, S("vendor/modules.txt"), str_from_c(rows[i].list));
        clinic_check(c, S("GWD059"), &rows[i].expected, 1);
    }
}

/* As `go work vendor` writes it; paths are those seen from go.work. */
static void test_vendored_workspace(void **state)
{
    Clinic *c = *state;
    static const struct {
        const char *version, *mod, *other, *work, *list;
        ClinicCase expected;
    } rows[] = {
#define NEEDS_X "require a.example/x v1.0.0\n"
#define NEEDS_L "require a.example/l v1.0.0\nreplace a.example/l => ../l\n"
#define L "# a.example/l v1.0.0 => ./l\n## explicit\n"
#define L_FOR_ALL "# a.example/l => ./l\n"
        {"1.26.8", NEEDS_X, "", "", X, {"", SEVERITY_NONE, NULL, NULL}},
        {"1.26.8", "", NEEDS_X, "", X, {"", SEVERITY_NONE, NULL, NULL}},
        {"1.26.8", "", NEEDS_L, "", L L_FOR_ALL, {"", SEVERITY_NONE, NULL, NULL}},
        {"1.26.8", "", "", "", X, {"", SEVERITY_ERROR, "modules of the workspace", NULL}},
        {"1.26.8",
         "",
         "require a.example/x v1.1.0\n",
         "",
         X,
         {"", SEVERITY_ERROR, "of the workspace: every build fails", "go work vendor"}},
        {"1.26.8", "", NEEDS_L, "", L "# a.example/l => ../l\n", {"", SEVERITY_ERROR, "", NULL}},
        {"1.26.8", NEEDS_X, "", "replace b => ./b\n", X, {"", SEVERITY_ERROR, "", NULL}},
        {"1.26.8", NEEDS_X, "", "replace m => ./m\n", X, {"", SEVERITY_NONE, NULL, NULL}},
        {"1.26.8", NEEDS_X, "", "", "# b => ./b\n" X, {"", SEVERITY_ERROR, "", NULL}},
        {"1.26.8",
         NEEDS_X,
         "",
         "",
         X "a.example/gone\n",
         {"", SEVERITY_ERROR, "vendor lacks 1", "go work vendor"}},
        {"1.21.13", "", NEEDS_X, "", "", {"", SEVERITY_NONE, NULL, NULL}},
    };
    c->only = S("GWD059");
    fixture_file(&c->a, c->root, S("vendor/a.example/x/x.go"), S("package x\n"));
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        const char *work = "go 1.22\n\nuse ./work\nuse ./other\n";
        c->version = str_from_c(rows[i].version);
        fixture_file(&c->a, c->root, S("go.work"), str_format(&c->a, "%s%s", work, rows[i].work));
        fixture_file(&c->a, c->root, S("work/go.mod"),
                     str_format(&c->a, "module m\n\ngo 1.21\n%s", rows[i].mod));
        fixture_file(&c->a, c->root, S("other/go.mod"),
                     str_format(&c->a, "module other\n\ngo 1.21\n%s", rows[i].other));
        fixture_file(&c->a, c->root, S("vendor/modules.txt"),
                     str_format(&c->a, "## workspace\n%s", rows[i].list));
        c->dir = path_join(&c->a, c->root, i % 2 == 0 ? S("work") : S("other"));
        clinic_check(c, S("GWD059"), &rows[i].expected, 1);
        c->dir = c->root; /* in no module */
        clinic_check(c, S("GWD059"), &rows[i].expected, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_vendor),
        CLINIC_TEST(test_vendored_workspace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
