#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/mod/version.h"
#include "support/assert_str.h"

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

/* Each is older than the next, whatever stands between. */
static void test_orders_versions_as_go_does(void **state)
{
    (void)state;
    static const Str ascending[] = {
        STR_CONST("banana"),
        STR_CONST("0"),
        STR_CONST("0.9.9"),
        STR_CONST("1"),
        STR_CONST("1.1"),
        STR_CONST("1.9rc2"),
        STR_CONST("1.9"),
        STR_CONST("1.9.1"),
        STR_CONST("1.10"),
        STR_CONST("1.19alpha3"),
        STR_CONST("1.19beta2"),
        STR_CONST("1.19rc1"),
        STR_CONST("1.19rc2"),
        STR_CONST("1.19rc10"),
        STR_CONST("1.19"),
        STR_CONST("1.19.1"),
        STR_CONST("1.20rc1"),
        STR_CONST("1.20"),
        STR_CONST("1.20.14"),
        STR_CONST("1.21"),
        STR_CONST("1.21rc"),
        STR_CONST("1.21rc2"),
        STR_CONST("1.21.0"),
        STR_CONST("1.21.3"),
        STR_CONST("1.21.10"),
        STR_CONST("1.26"),
        STR_CONST("1.26.8"),
        STR_CONST("1.99999999999999998"),
        STR_CONST("1.99999999999999999"),
        STR_CONST("1.100000000000000000"),
        STR_CONST("2.0"),
    };
    for (isize i = 0; i < COUNT_OF(ascending); i++) {
        for (isize j = 0; j < COUNT_OF(ascending); j++) {
            int expected = (i > j) - (i < j);
            assert_int_equal(sign(goversion_compare(ascending[i], ascending[j])), expected);
        }
    }
}

static void test_takes_equal_spellings_as_equal(void **state)
{
    (void)state;
    static const struct {
        Str x, y;
    } rows[] = {
        {STR_CONST(""), STR_CONST("x")},          {STR_CONST("1.21.3rc1"), STR_CONST("1.26.")},
        {STR_CONST("1"), STR_CONST("1.0")},       {STR_CONST("1"), STR_CONST("1.0.0")},
        {STR_CONST("1.19"), STR_CONST("1.19.0")}, {STR_CONST("1.20"), STR_CONST("1.20.0")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(goversion_compare(rows[i].x, rows[i].y), 0);
        assert_int_equal(goversion_compare(rows[i].y, rows[i].x), 0);
    }
}

static void test_parses_the_grammar_and_nothing_else(void **state)
{
    (void)state;
    static const struct {
        Str text;
        bool is_valid, is_lang, is_prerelease;
        Str lang;
    } rows[] = {
        {STR_CONST("1"), true, false, false, STR_CONST("1")},
        {STR_CONST("1.0"), true, false, false, STR_CONST("1")},
        {STR_CONST("0"), true, false, false, STR_CONST("0")},
        {STR_CONST("1.2"), true, false, false, STR_CONST("1.2")},
        {STR_CONST("1.2.3"), true, false, false, STR_CONST("1.2")},
        {STR_CONST("1.2rc3"), true, false, true, STR_CONST("1.2")},
        {STR_CONST("1.20"), true, false, false, STR_CONST("1.20")},
        {STR_CONST("1.21"), true, true, false, STR_CONST("1.21")},
        {STR_CONST("1.21.0"), true, false, false, STR_CONST("1.21")},
        {STR_CONST("1.21rc"), true, false, true, STR_CONST("1.21")},
        {STR_CONST("1.999testmod"), true, false, true, STR_CONST("1.999")},
        {STR_CONST("2.21"), true, true, false, STR_CONST("2.21")},
        {STR_CONST(""), false, false, false, STR_CONST("")},
        {STR_CONST("go1.21"), false, false, false, STR_CONST("")},
        {STR_CONST("v1.21"), false, false, false, STR_CONST("")},
        {STR_CONST("1."), false, false, false, STR_CONST("")},
        {STR_CONST(".1"), false, false, false, STR_CONST("")},
        {STR_CONST("01.2"), false, false, false, STR_CONST("")},
        {STR_CONST("1.02"), false, false, false, STR_CONST("")},
        {STR_CONST("1.2.03"), false, false, false, STR_CONST("")},
        {STR_CONST("1.2rc03"), false, false, false, STR_CONST("")},
        {STR_CONST("1.2.3.4"), false, false, false, STR_CONST("")},
        {STR_CONST("1.21.3rc1"), false, false, false, STR_CONST("")},
        {STR_CONST("1.21RC1"), false, false, false, STR_CONST("")},
        {STR_CONST("1.21 "), false, false, false, STR_CONST("")},
        {STR_CONST(" 1.21"), false, false, false, STR_CONST("")},
        {STR_CONST("1.600+auto"), false, false, false, STR_CONST("")},
        {STR_CONST("1.21-x"), false, false, false, STR_CONST("")},
        {STR_CONST("1.x"), false, false, false, STR_CONST("")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(goversion_is_valid(rows[i].text), rows[i].is_valid);
        assert_int_equal(goversion_is_lang(rows[i].text), rows[i].is_lang);
        assert_int_equal(goversion_is_prerelease(rows[i].text), rows[i].is_prerelease);
        assert_str(goversion_lang(rows[i].text), rows[i].lang);
    }
}

static void test_splits_a_version_into_its_parts(void **state)
{
    (void)state;
    GoVersion v;
    assert_true(goversion_parse(S("1.26rc2"), &v));
    assert_str(v.major, S("1"));
    assert_str(v.minor, S("26"));
    assert_str(v.patch, S(""));
    assert_str(v.kind, S("rc"));
    assert_str(v.pre, S("2"));
    assert_true(goversion_parse(S("1.20"), &v));
    assert_str(v.patch, S("0"));
}

static void test_finds_the_version_in_a_toolchain_name(void **state)
{
    (void)state;
    static const struct {
        Str name, version;
    } rows[] = {
        {STR_CONST("go1.26.8"), STR_CONST("1.26.8")},
        {STR_CONST("go1.26.8-custom"), STR_CONST("1.26.8")},
        {STR_CONST("go1.26.8-custom more text"), STR_CONST("1.26.8")},
        {STR_CONST("go1.26.8 X:foo"), STR_CONST("1.26.8")},
        {STR_CONST("go1.26.8\tx"), STR_CONST("1.26.8")},
        {STR_CONST("go1.27rc1"), STR_CONST("1.27rc1")},
        {STR_CONST("go1"), STR_CONST("1")},
        {STR_CONST("1.26.8"), STR_CONST("")},
        {STR_CONST("go"), STR_CONST("")},
        {STR_CONST("go1.26.8+auto"), STR_CONST("")},
        {STR_CONST("gccgo-go1.23rc4"), STR_CONST("")},
        {STR_CONST("go1.26.8-a/b"), STR_CONST("")},
        {STR_CONST("go1.26.8-a\\b"), STR_CONST("")},
        {STR_CONST("../go1.26.8"), STR_CONST("")},
        {STR_CONST(""), STR_CONST("")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_str(goversion_of_toolchain(rows[i].name), rows[i].version);
    }
}

static void test_names_the_first_release_that_satisfies(void **state)
{
    (void)state;
    Arena a = arena_init(KIB);
    assert_str(goversion_toolchain_name(&a, S("1.26")), S("go1.26.0"));
    assert_str(goversion_toolchain_name(&a, S("1.26.3")), S("go1.26.3"));
    assert_str(goversion_toolchain_name(&a, S("1.26rc1")), S("go1.26rc1"));
    assert_str(goversion_toolchain_name(&a, S("1.20")), S("go1.20"));
    arena_done(&a);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders_versions_as_go_does),
        cmocka_unit_test(test_takes_equal_spellings_as_equal),
        cmocka_unit_test(test_parses_the_grammar_and_nothing_else),
        cmocka_unit_test(test_splits_a_version_into_its_parts),
        cmocka_unit_test(test_finds_the_version_in_a_toolchain_name),
        cmocka_unit_test(test_names_the_first_release_that_satisfies),
    };
    return cmocka_run_group_tests_name("go_mod_version", tests, NULL, NULL);
}
