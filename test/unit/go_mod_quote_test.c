#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/mod/quote.h"
#include "support/assert_str.h"

static void test_quotes_as_strconv_quote(void **state)
{
    (void)state;
    static const struct {
        Str text, quoted;
    } rows[] = {
        {STR_CONST(""), STR_CONST("\"\"")},
        {STR_CONST("go1.26.8"), STR_CONST("\"go1.26.8\"")},
        {STR_CONST("auto\r"), STR_CONST("\"auto\\r\"")},
        {STR_CONST("\a\b\f\n\r\t\v\\\""), STR_CONST("\"\\a\\b\\f\\n\\r\\t\\v\\\\\\\"\"")},
        {STR_CONST("\x01\x1f\x7f"), STR_CONST("\"\\x01\\x1f\\x7f\"")},
        {STR_CONST("caf\xc3\xa9 \xe2\x98\xba"), STR_CONST("\"caf\xc3\xa9 \xe2\x98\xba\"")},
        {STR_CONST("\xc2\xa0\xc2\x85"), STR_CONST("\"\\u00a0\\u0085\"")},
        {STR_CONST("\xe2\x80\x8c\xf3\xa0\x80\x81"), STR_CONST("\"\\u200c\\U000e0001\"")},
        {STR_CONST("\xff"
                   "a\xc3"),
         STR_CONST("\"\\xffa\\xc3\"")},
    };
    Arena a = arena_init(KIB);
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_str(quote_go(&a, rows[i].text), rows[i].quoted);
    }
    arena_done(&a);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quotes_as_strconv_quote),
    };
    return cmocka_run_group_tests_name("go_mod_quote", tests, NULL, NULL);
}
