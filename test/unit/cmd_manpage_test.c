#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cmd/manpage.h"
#include "support/assert_str.h"

static const Command odd = {
    .name = STR_CONST("odd one"),
    .summary = STR_CONST(".starts like a request"),
    .arguments = STR_CONST("'A'"),
    .description = STR_CONST("a\\b `c` \"d\" ~e ^f -g\n\n'second"),
    .examples = {{STR_CONST("x | y"), STR_CONST(".z")}},
    .fields = STR_CONST("one,two"),
};

static void test_no_text_is_taken_for_a_request(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Str page = manpage_render(&a, &odd);
    assert_true(str_contains(page, S("\ngoward\\-odd\\-one \\- .starts like a request\n")));
    assert_true(str_contains(page, S("\\fBgoward odd one\\fR [\\fIoptions\\fR] \\(aqA\\(aq\n")));
    assert_true(str_contains(
        page, S("\na\\eb \\(gac\\(ga \\(dqd\\(dq \\(tie \\(haf \\-g\n.PP\n\\&\\(aqsecond\n")));
    assert_true(str_contains(page, S(".TP\n\\fBx | y\\fR\n\\&.z\n")));
    assert_true(
        str_contains(page, S("\\fBschema\\fR, \\fBversion\\fR, \\fBone\\fR and \\fBtwo\\fR.\n")));
    assert_true(str_starts_with(page, S(".\\\" From the command tables")));
    assert_str(manpage_name(&a, &odd), S("goward-odd-one"));
    assert_str(manpage_name(&a, NULL), S("goward"));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_text_is_taken_for_a_request),
    };
    return cmocka_run_group_tests_name("cmd/manpage", tests, NULL, NULL);
}
