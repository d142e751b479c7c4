#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/style.h"
#include "support/assert_str.h"

#define MAX_VARIABLES 4

static Style decide(const char *const *variables, ColourWish wish, bool no_hyperlinks,
                    bool is_terminal)
{
    static Str entries[MAX_VARIABLES];
    Environ env = {entries, 0};
    while (env.len < MAX_VARIABLES && variables[env.len] != NULL) {
        entries[env.len] = str_from_c(variables[env.len]);
        env.len++;
    }
    return style_decide(&env, wish, no_hyperlinks, is_terminal, 120);
}

static void test_colour_is_flag_then_no_color_then_force_then_terminal(void **state)
{
    (void)state;
    const struct {
        const char *variables[MAX_VARIABLES];
        ColourWish wish;
        bool is_terminal, colour;
    } rows[] = {
        {{"TERM=xterm"}, COLOUR_AUTO, true, true},
        {{"TERM=xterm"}, COLOUR_AUTO, false, false},
        {{"TERM=dumb"}, COLOUR_AUTO, true, false},
        {{NULL}, COLOUR_AUTO, true, false},
        {{"TERM=xterm", "NO_COLOR=1"}, COLOUR_AUTO, true, false},
        {{"TERM=xterm", "NO_COLOR="}, COLOUR_AUTO, true, true},
        {{"TERM=xterm", "NO_COLOR=0"}, COLOUR_AUTO, true, false}, /* any value counts */
        {{"FORCE_COLOR=1"}, COLOUR_AUTO, false, true},
        {{"FORCE_COLOR=0"}, COLOUR_AUTO, false, false},
        {{"CLICOLOR_FORCE=1"}, COLOUR_AUTO, false, true},
        {{"CLICOLOR_FORCE="}, COLOUR_AUTO, false, false},
        {{"TERM=dumb", "FORCE_COLOR=1"}, COLOUR_AUTO, true, true},
        {{"NO_COLOR=1", "FORCE_COLOR=1"}, COLOUR_AUTO, false, false},
        {{"NO_COLOR=1"}, COLOUR_ALWAYS, false, true},
        {{"TERM=xterm", "FORCE_COLOR=1"}, COLOUR_NEVER, true, false},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Style style = decide(rows[i].variables, rows[i].wish, false, rows[i].is_terminal);
        if (style.colour != rows[i].colour) {
            fail_msg("row %td", i);
        }
    }
}

static void test_links_and_redrawing_need_a_terminal(void **state)
{
    (void)state;
    const char *const xterm[] = {"TERM=xterm", NULL};
    const char *const dumb[] = {"TERM=dumb", NULL};
    const char *const no_links[] = {"TERM=xterm", "NO_HYPERLINKS=1", NULL};
    assert_true(decide(xterm, COLOUR_AUTO, false, true).hyperlinks);
    assert_false(decide(xterm, COLOUR_AUTO, true, true).hyperlinks);
    assert_false(decide(xterm, COLOUR_ALWAYS, false, false).hyperlinks);
    assert_false(decide(dumb, COLOUR_AUTO, false, true).hyperlinks);
    assert_false(decide(no_links, COLOUR_AUTO, false, true).hyperlinks);
    assert_true(decide(xterm, COLOUR_NEVER, true, true).can_redraw);
    assert_false(decide(xterm, COLOUR_ALWAYS, true, false).can_redraw);
    assert_int_equal(decide(xterm, COLOUR_AUTO, false, true).width, 120);
    assert_int_equal(decide(xterm, COLOUR_AUTO, false, false).width, 0);
}

static void test_the_locale_says_whether_it_is_utf8(void **state)
{
    (void)state;
    const struct {
        const char *variables[MAX_VARIABLES];
        bool utf8;
    } rows[] = {
        {{NULL}, false},
        {{"LANG=de_DE.UTF-8"}, true},
        {{"LANG=C.utf8"}, true},
        {{"LANG=de_DE.UTF-8@euro"}, true},
        {{"LANG=de_DE.ISO-8859-1"}, false},
        {{"LANG=de_DE.UTF-8", "LC_ALL=C"}, false},
        {{"LANG=C", "LC_CTYPE=C.UTF-8"}, true},
        {{"LANG=C.UTF-8", "LC_ALL="}, true},
        {{"LANG=UTF-8"}, false},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Style style = decide(rows[i].variables, COLOUR_AUTO, false, false);
        if (style.utf8 != rows[i].utf8) {
            fail_msg("row %td", i);
        }
    }
    assert_str(style_separator(&(Style){.utf8 = true}), S(" · "));
    assert_str(style_separator(&(Style){0}), S(", "));
    assert_str(style_ellipsis(&(Style){0}), S("..."));
}

static Str inked(Arena *a, Style style, Ink ink, Str text)
{
    StrBuf b = strbuf_init(a);
    style_add(&b, &style, ink, text);
    return strbuf_str(&b);
}

static void test_ink_goes_around_cleaned_text(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Style colour = {.colour = true};
    assert_str(inked(&a, colour, INK_GOOD, S("ready")), S("\x1b[32mready\x1b[0m"));
    assert_str(inked(&a, colour, INK_PLAIN, S("ready")), S("ready"));
    assert_str(inked(&a, colour, INK_BAD, S("")), S(""));
    assert_str(inked(&a, colour, INK_BAD, S("a\x1b[0m")), S("\x1b[31ma\\x1b[0m\x1b[0m"));
    assert_str(inked(&a, (Style){0}, INK_BAD, S("no")), S("no"));
    StrBuf b = strbuf_init(&a);
    assert_int_equal(style_add(&b, &colour, INK_GOOD, S("ä中\n")), 5);
    arena_done(&a);
}

static void test_links_escape_the_path(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Style style = {.hyperlinks = true};
    StrBuf b = strbuf_init(&a);
    assert_int_equal(
        style_add_link(&b, &style, INK_PLAIN, S("/a b/%\x1b\xc3\xa4;go.mod"), S("go.mod:5")), 8);
    assert_str(strbuf_str(&b),
               S("\x1b]8;;file:///a%20b/%25%1B%C3%A4%3Bgo.mod\x1b\\go.mod:5\x1b]8;;\x1b\\"));
    strbuf_truncate(&b, 0);
    style_add_link(&b, &style, INK_PLAIN, S("relative"), S("text"));
    assert_str(strbuf_str(&b), S("text"));
    strbuf_truncate(&b, 0);
    style_add_link(&b, &(Style){0}, INK_PLAIN, S("/a"), S("text"));
    assert_str(strbuf_str(&b), S("text"));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_colour_is_flag_then_no_color_then_force_then_terminal),
        cmocka_unit_test(test_links_and_redrawing_need_a_terminal),
        cmocka_unit_test(test_the_locale_says_whether_it_is_utf8),
        cmocka_unit_test(test_ink_goes_around_cleaned_text),
        cmocka_unit_test(test_links_escape_the_path),
    };
    return cmocka_run_group_tests_name("report/style", tests, NULL, NULL);
}
