/* The rule of go/mod/distname.h, through the names that a manifest gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/root/manifest.h"
#include "support/assert_str.h"

#define MODULE "golang.org/toolchain@v0.0.1-go1.26.8.linux-amd64/"

static void assert_name(Str path, bool is_module_form, Str expected)
{
    Arena a = arena_init(0);
    Str name = {0};
    bool counts = manifest_name(&a, S(MODULE), path, is_module_form, &name);
    assert_int_equal(counts, expected.len > 0);
    assert_str(name, expected);
    arena_done(&a);
}

static void test_names_files_of_a_toolchain_as_the_log_does(void **state)
{
    (void)state;
    const struct {
        Str path;
        Str name, name_in_module_form;
    } rows[] = {
        {S("VERSION"), S(MODULE "VERSION"), S(MODULE "VERSION")},
        {S("bin/go"), S(MODULE "bin/go"), S(MODULE "bin/go")},
        {S("src/go.mod"), S(MODULE "src/_go.mod"), S("")},
        {S("go.mod"), S(MODULE "_go.mod"), S("")},
        {S("src/_go.mod"), S(MODULE "src/_go.mod"), S(MODULE "src/_go.mod")},
        {S("src/cmd/testdata/x.go.mod"), S(MODULE "src/cmd/testdata/x.go.mod"),
         S(MODULE "src/cmd/testdata/x.go.mod")},
        {S("src/go.mod/x"), S(MODULE "src/go.mod/x"), S(MODULE "src/go.mod/x")},
        {S("test/run.go"), S(""), S("")},
        {S("api/go1.txt"), S(""), S("")},
        {S("doc/x"), S(""), S("")},
        {S("misc/go.mod"), S(""), S("")},
        {S("src/test/run.go"), S(MODULE "src/test/run.go"), S(MODULE "src/test/run.go")},
        {S("testing"), S(MODULE "testing"), S(MODULE "testing")},
        {S("api"), S(MODULE "api"), S(MODULE "api")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_name(rows[i].path, false, rows[i].name);
        assert_name(rows[i].path, true, rows[i].name_in_module_form);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_files_of_a_toolchain_as_the_log_does),
    };
    return cmocka_run_group_tests_name("go_mod_distname", tests, NULL, NULL);
}
