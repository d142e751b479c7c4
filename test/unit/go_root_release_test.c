#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/root/release.h"
#include "support/assert_str.h"

static void test_module_version_goes_both_ways(void **state)
{
    (void)state;
    static const struct {
        Str name;
        Release release;
    } rows[] = {
        {STR_CONST("v0.0.1-go1.26.8.linux-amd64"),
         {STR_CONST("1.26.8"), STR_CONST("linux"), STR_CONST("amd64")}},
        {STR_CONST("v0.0.1-go1.20.windows-386"),
         {STR_CONST("1.20"), STR_CONST("windows"), STR_CONST("386")}},
        {STR_CONST("v0.0.1-go1.9rc2.linux-arm64"),
         {STR_CONST("1.9rc2"), STR_CONST("linux"), STR_CONST("arm64")}},
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Release r;
        assert_true(release_parse(rows[i].name, &r));
        assert_str(r.version, rows[i].release.version);
        assert_str(r.os, rows[i].release.os);
        assert_str(r.arch, rows[i].release.arch);
        assert_str(release_module_version(&a, &r), rows[i].name);
    }
    arena_done(&a);
}

static void test_refuses_other_names(void **state)
{
    (void)state;
    static const Str rows[] = {
        STR_CONST(""),
        STR_CONST("v0.0.1-go1.26.8"),
        STR_CONST("v0.0.1-go1.26.8.linux"),
        STR_CONST("v0.0.2-go1.26.8.linux-amd64"),
        STR_CONST("go1.26.8.linux-amd64"),
        STR_CONST("v0.0.1-1.26.8.linux-amd64"),
        STR_CONST("v0.0.1-go1.9.2rc2.linux-amd64"), /* listed by go.dev, and no version */
        STR_CONST("v0.0.1-go1.26.8.linux-amd64-x"),
        STR_CONST("v0.0.1-go1.26.8.linux-"),
        STR_CONST("v0.0.1-go1.26.8.Linux-amd64"),
        STR_CONST("v0.0.1-go1.26.8.../x-amd64"),
        STR_CONST("v0.0.1-go1.26.8.lin/ux-amd64"),
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Release r;
        assert_false(release_parse(rows[i], &r));
    }
}

static void test_reads_names_of_archives(void **state)
{
    (void)state;
    Release r;
    assert_true(release_parse_archive_name(S("go1.26.8.linux-armv6l.tar.gz"), &r));
    assert_str(r.arch, S("arm"));
    assert_true(release_parse_archive_name(S("v0.0.1-go1.26.8.linux-arm.zip"), &r));
    assert_str(r.arch, S("arm"));
    assert_false(release_parse_archive_name(S("go1.26.8.linux-amd64.zip"), &r));
    assert_false(release_parse_archive_name(S("go1.26.8.src.tar.gz"), &r));
    assert_false(release_parse_archive_name(S("v0.0.1-go1.26.8.linux-arm.tar.gz"), &r));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_module_version_goes_both_ways),
        cmocka_unit_test(test_refuses_other_names),
        cmocka_unit_test(test_reads_names_of_archives),
    };
    return cmocka_run_group_tests_name("toolchain_release", tests, NULL, NULL);
}
