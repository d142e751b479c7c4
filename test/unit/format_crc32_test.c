#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/crc32.h"

static void test_agrees_with_the_check_value(void **state)
{
    (void)state;
    assert_int_equal(crc32_of(S("123456789")), 0xcbf43926);
    assert_int_equal(crc32_of(S("a")), 0xe8b7be43);
    assert_int_equal(crc32_of((Str){0}), 0);
}

static void test_may_be_fed_in_pieces(void **state)
{
    (void)state;
    Str all = S("123456789");
    for (isize i = 0; i <= all.len; i++) {
        uint32_t crc = crc32_add(0, str_to(all, i));
        crc = crc32_add(crc, (Str){0});
        assert_int_equal(crc32_add(crc, str_from(all, i)), 0xcbf43926);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_the_check_value),
        cmocka_unit_test(test_may_be_fed_in_pieces),
    };
    return cmocka_run_group_tests_name("format/crc32", tests, NULL, NULL);
}
