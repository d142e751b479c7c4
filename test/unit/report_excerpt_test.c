#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "report/excerpt.h"
#include "support/assert_str.h"

static void test_caret_stands_below_its_sign(void **state)
{
    (void)state;
    static const struct {
        const char *line; /* "@" is the place */
        const char *shown, *caret;
    } cases[] = {
        {"x @:= 1", "x @:= 1", "  ^"},
        {"@", "@", "^"},
        {"\tx@", "    x@", "     ^"},
        {"a\tb\t@", "a   b   @", "        ^"},
        {"\xe4\xb8\x96\t@", "\xe4\xb8\x96  @", "    ^"}, /* two columns wide */
        {"\xc3\xa9@", "\xc3\xa9@", " ^"},                /* one */
        {"e\xcc\x81@", "e\xcc\x81@", " ^"},              /* none: it joins the "e" */
        {"\x01\xff@", "\\x01\\xff@", "        ^"},
        {"x // @ \x1b[2J", "x // @ \\x1b[2J", "     ^"},
    };
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        Arena a = arena_init(0);
        Str line = str_from_c(cases[i].line);
        Excerpt e = excerpt_of(&a, line, str_index_byte(line, '@'));
        assert_str(e.line, str_from_c(cases[i].shown));
        assert_str(e.caret, str_from_c(cases[i].caret));
        arena_done(&a);
    }
}

static void test_end_of_line(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Excerpt e = excerpt_of(&a, S("ab"), 2);
    assert_str(e.line, S("ab"));
    assert_str(e.caret, S("  ^"));
    assert_str(excerpt_of(&a, S(""), 0).caret, S("^"));
    arena_done(&a);
}

/* A sign of several bytes is never cut in two. */
static void test_long_line_is_cut(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    StrBuf b = strbuf_init(&a);
    for (int i = 0; i < 1000; i++) {
        strbuf_add(&b, S("\xe4\xb8\x96"));
    }
    for (isize at = 1500; at < 1512; at += 3) {
        Excerpt e = excerpt_of(&a, strbuf_str(&b), at);
        assert_true(str_starts_with(e.line, S("...\xe4\xb8\x96")));
        assert_true(str_ends_with(e.line, S("\xe4\xb8\x96...")));
        assert_int_equal(e.caret.len, 3 + 2 * (EXCERPT_MAX_BEFORE / 3) + 1);
    }
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_caret_stands_below_its_sign),
        cmocka_unit_test(test_end_of_line),
        cmocka_unit_test(test_long_line_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
