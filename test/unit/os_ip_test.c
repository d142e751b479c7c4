#include "os/ip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_parses_what_is_an_address(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_ip, is_4, is_loopback;
    } rows[] = {
        {"127.0.0.1", true, true, true},
        {"127.255.0.3", true, true, true},
        {"10.0.0.1", true, true, false},
        {"::ffff:127.0.0.1", true, true, true},
        {"::1", true, false, true},
        {"fd00::1", true, false, false},
        {"", false, false, false},
        {"10.0.0", false, false, false},
        {"10.0.0.256", false, false, false},
        {"a.example", false, false, false},
        {"[::1]", false, false, false},
        {"::1%lo", false, false, false},
        {"1:2:3:4:5:6:7:8:9:1:2:3:4:5:6:7:8:9:1:2:3:4:5:6:7:8:9:1:2:3:4:5:6", false, false, false},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Ip ip;
        assert_int_equal(ip_parse(str_from_c(rows[i].text), &ip), rows[i].is_ip);
        if (rows[i].is_ip) {
            assert_int_equal(ip.is_4, rows[i].is_4);
            assert_int_equal(ip_is_loopback(&ip), rows[i].is_loopback);
        }
    }
}

static void test_compares_bits(void **state)
{
    (void)state;
    Ip a, b;
    assert_true(ip_parse(S("10.7.0.1"), &a) && ip_parse(S("10.0.0.0"), &b));
    assert_true(ip_shares_bits(&a, &b, 0));
    assert_true(ip_shares_bits(&a, &b, IP_OF_4 * 8 + 13));
    assert_false(ip_shares_bits(&a, &b, IP_OF_4 * 8 + 14));
    assert_true(ip_shares_bits(&a, &a, IP_LEN * 8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parses_what_is_an_address),
        cmocka_unit_test(test_compares_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
