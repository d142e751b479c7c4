#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The texts of modules.txt are those that `go mod vendor` writes. */
#include "support/clinic.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_vendor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
