#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/mod/platform.h"
#include "support/assert_str.h"

static void test_parses_pairs_in_every_spelling(void **state)
{
    (void)state;
    static const struct {
        Str text, os, arch;
    } rows[] = {
        {STR_CONST("linux/amd64"), STR_CONST("linux"), STR_CONST("amd64")},
        {STR_CONST("linux-arm64"), STR_CONST("linux"), STR_CONST("arm64")},
        {STR_CONST("windows_386"), STR_CONST("windows"), STR_CONST("386")},
        {STR_CONST("linux/armv6l"), STR_CONST("linux"), STR_CONST("arm")},
        {STR_CONST("plan9/arm"), STR_CONST("plan9"), STR_CONST("arm")},
        {STR_CONST("new/cpu9"), STR_CONST("new"), STR_CONST("cpu9")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Platform p;
        assert_true(platform_parse(rows[i].text, &p));
        assert_str(p.os, rows[i].os);
        assert_str(p.arch, rows[i].arch);
    }
}

static void test_refuses_what_is_no_pair(void **state)
{
    (void)state;
    static const Str texts[] = {
        STR_CONST(""),       STR_CONST("linux"),       STR_CONST("/amd64"),
        STR_CONST("linux/"), STR_CONST("Linux/amd64"), STR_CONST("a/b/c"),
        STR_CONST("a/b-c"),  STR_CONST("a b/c"),       STR_CONST("../etc"),
    };
    for (isize i = 0; i < COUNT_OF(texts); i++) {
        Platform p;
        assert_false(platform_parse(texts[i], &p));
    }
}

static void test_formats_and_translates(void **state)
{
    (void)state;
    Arena a = arena_init(KIB);
    Platform p = {S("linux"), S("arm")};
    assert_str(platform_format(&a, p), S("linux/arm"));
    assert_str(platform_arch_to_dl(S("arm")), S("armv6l"));
    assert_str(platform_arch_to_dl(S("arm64")), S("arm64"));
    assert_str(platform_arch_from_dl(S("armv6l")), S("arm"));
    assert_true(platform_is_known(p));
    assert_false(platform_is_known((Platform){S("linux"), S("vax")}));
    arena_done(&a);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parses_pairs_in_every_spelling),
        cmocka_unit_test(test_refuses_what_is_no_pair),
        cmocka_unit_test(test_formats_and_translates),
    };
    return cmocka_run_group_tests_name("go_mod_platform", tests, NULL, NULL);
}
