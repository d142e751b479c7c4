#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/table.h"
#include "support/assert_str.h"

static const Column columns[] = {
    {.head = STR_CONST("VERSION")},
    {.head = STR_CONST("FILES"), .is_number = true},
    {.head = STR_CONST("PATH"), .may_cut = true},
    {.head = STR_CONST("STATUS")},
};

static Str printed(Arena *a, Style style, bool is_quiet)
{
    Report r;
    report_open(&r, style, style);
    r.is_quiet = is_quiet;
    Table t = table_init(a, columns, COUNT_OF(columns));
    *table_add(&t) = (Row){{{S("1.26.8"), INK_GOOD},
                            {S("9"), 0},
                            {S("/a/very/long/path/to/go"), 0},
                            {S("proved"), 0}}};
    *table_add(&t) = (Row){{{S("1.27.4"), 0}, {S("12,071"), 0}, {S(""), 0}, {S(""), 0}}};
    table_print(&r, REPORT_DATA, &t);
    Str copy = str_copy(a, strbuf_str(&r.data));
    report_close(&r);
    return copy;
}

static void test_columns_are_aligned_and_lines_have_no_trailing_space(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    assert_str(printed(&a, (Style){0}, false),
               S("VERSION   FILES  PATH                     STATUS\n"
                 "1.26.8        9  /a/very/long/path/to/go  proved\n"
                 "1.27.4   12,071\n"));
    assert_str(printed(&a, (Style){0}, true), S("1.26.8        9  /a/very/long/path/to/go  proved\n"
                                                "1.27.4   12,071\n"));
    arena_done(&a);
}

static void test_a_narrow_terminal_cuts_what_may_be_cut(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Style narrow = {.is_terminal = true, .utf8 = true, .width = 40};
    assert_str(printed(&a, narrow, true), S("1.26.8        9  /a/very/long/p…  proved\n"
                                            "1.27.4   12,071\n"));
    narrow.width = 10; /* too narrow even so: the other columns stay whole */
    assert_str(printed(&a, narrow, true), S("1.26.8        9  /a/very…  proved\n"
                                            "1.27.4   12,071\n"));
    arena_done(&a);
}

static void test_ink_does_not_disturb_the_alignment(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    assert_str(printed(&a, (Style){.colour = true}, true),
               S("\x1b[32m1.26.8\x1b[0m        9  /a/very/long/path/to/go  proved\n"
                 "1.27.4   12,071\n"));
    arena_done(&a);
}

static void test_an_empty_table_prints_nothing(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Report r;
    report_open(&r, (Style){0}, (Style){0});
    Table t = table_init(&a, columns, COUNT_OF(columns));
    table_print(&r, REPORT_DATA, &t);
    assert_str(strbuf_str(&r.data), S(""));
    r.wants_json = true;
    table_add(&t);
    table_print(&r, REPORT_DATA, &t);
    assert_str(strbuf_str(&r.data), S(""));
    report_close(&r);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns_are_aligned_and_lines_have_no_trailing_space),
        cmocka_unit_test(test_a_narrow_terminal_cuts_what_may_be_cut),
        cmocka_unit_test(test_ink_does_not_disturb_the_alignment),
        cmocka_unit_test(test_an_empty_table_prints_nothing),
    };
    return cmocka_run_group_tests_name("report/table", tests, NULL, NULL);
}
