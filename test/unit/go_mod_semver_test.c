#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/mod/modversion.h"
#include "go/mod/semver.h"
#include "support/assert_str.h"

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

/* Each is older than the next, whatever stands between. */
static void test_orders_versions_as_semver_does(void **state)
{
    (void)state;
    static const Str ascending[] = {
        STR_CONST("none"),
        STR_CONST("v0.0.0-20240102150405-0123456789ab"),
        STR_CONST("v0.0.0-20240102150406-0123456789ab"),
        STR_CONST("v0.0.0"),
        STR_CONST("v0.9.0"),
        STR_CONST("v0.10.0"),
        STR_CONST("v1.0.0-0"),
        STR_CONST("v1.0.0-1"),
        STR_CONST("v1.0.0-9"),
        STR_CONST("v1.0.0-10"),
        STR_CONST("v1.0.0-a"),
        STR_CONST("v1.0.0-a.1"),
        STR_CONST("v1.0.0-a.b"),
        STR_CONST("v1.0.0-a.b.0"),
        STR_CONST("v1.0.0-rc.9"),
        STR_CONST("v1.0.0-rc.10"),
        STR_CONST("v1.0.0-rc9a"),
        STR_CONST("v1"),
        STR_CONST("v1.0.1"),
        STR_CONST("v1.2"),
        STR_CONST("v2.0.0+incompatible"),
        STR_CONST("v2.0.1-0.20240102150405-0123456789ab+incompatible"),
        STR_CONST("v99999999999999999998.0.0"),
        STR_CONST("v99999999999999999999.0.0"),
    };
    for (isize i = 0; i < COUNT_OF(ascending); i++) {
        for (isize j = 0; j < COUNT_OF(ascending); j++) {
            int expected = (i > j) - (i < j);
            assert_int_equal(sign(semver_compare(ascending[i], ascending[j])), expected);
        }
    }
}

static void test_builds_and_omitted_zeros_take_no_part_in_the_order(void **state)
{
    (void)state;
    assert_int_equal(semver_compare(S("v1"), S("v1.0.0")), 0);
    assert_int_equal(semver_compare(S("v1.2"), S("v1.2.0")), 0);
    assert_int_equal(semver_compare(S("v1.2.3+a"), S("v1.2.3+b.c")), 0);
    assert_int_equal(semver_compare(S("master"), S("")), 0);
}

/* Empty: no version. */
static void test_writes_versions_as_go_mod_does(void **state)
{
    (void)state;
    static const Str cases[][2] = {
        {STR_CONST("v1.2.3"), STR_CONST("v1.2.3")},
        {STR_CONST("v1.2"), STR_CONST("v1.2.0")},
        {STR_CONST("v0"), STR_CONST("v0.0.0")},
        {STR_CONST("v1.2.3-pre+meta"), STR_CONST("v1.2.3-pre")},
        {STR_CONST("v2.0.0+incompatible"), STR_CONST("v2.0.0+incompatible")},
        {STR_CONST("v1.2.3-a-b.0a"), STR_CONST("v1.2.3-a-b.0a")},
        {STR_CONST("1.2.3"), STR_CONST("")},
        {STR_CONST("v"), STR_CONST("")},
        {STR_CONST("v01.2.3"), STR_CONST("")},
        {STR_CONST("v1.02.3"), STR_CONST("")},
        {STR_CONST("v1.2."), STR_CONST("")},
        {STR_CONST("v1.2.3.4"), STR_CONST("")},
        {STR_CONST("v1.2-pre"), STR_CONST("")},
        {STR_CONST("v1+meta"), STR_CONST("")},
        {STR_CONST("v1.2.3-"), STR_CONST("")},
        {STR_CONST("v1.2.3-01"), STR_CONST("")},
        {STR_CONST("v1.2.3-a..b"), STR_CONST("")},
        {STR_CONST("v1.2.3+"), STR_CONST("")},
        {STR_CONST("v1.2.3+a_b"), STR_CONST("")},
        {STR_CONST("v1.2.3 "), STR_CONST("")},
        {STR_CONST("master"), STR_CONST("")},
        {STR_CONST(""), STR_CONST("")},
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        assert_str(semver_canonical(&a, cases[i][0]), cases[i][1]);
    }
    arena_done(&a);
}

static void test_go_and_toolchain_are_ordered_as_versions_of_go(void **state)
{
    (void)state;
    assert_true(modversion_compare(S("go"), S("1.21rc2"), S("1.21.0")) < 0);
    assert_true(modversion_compare(S("go"), S("none"), S("1.9")) < 0);
    assert_true(modversion_compare(S("toolchain"), S("go1.21.9"), S("go1.21.10")) < 0);
    assert_int_equal(modversion_compare(S("toolchain"), S("go1.21.3-x"), S("1.21.3")), 0);
    assert_true(modversion_compare(S("example.com/a"), S("v1.9.0"), S("v1.10.0")) < 0);
    assert_true(modversion_compare(S("example.com/a"), S(""), S("v9.9.9")) > 0);
    assert_int_equal(modversion_compare(S("go"), S(""), S("")), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders_versions_as_semver_does),
        cmocka_unit_test(test_builds_and_omitted_zeros_take_no_part_in_the_order),
        cmocka_unit_test(test_writes_versions_as_go_mod_does),
        cmocka_unit_test(test_go_and_toolchain_are_ordered_as_versions_of_go),
    };
    return cmocka_run_group_tests_name("go_mod_semver", tests, NULL, NULL);
}
