#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/mod/modline.h"
#include "support/assert_str.h"

static Arena arena;

static int make_arena(void **state)
{
    (void)state;
    arena = arena_init(16 * KIB);
    return 0;
}

static int drop_arena(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

/* A line as "kind verb(args)comment@line:column". */
static Str shown(const ModLine *l)
{
    static const char *const kinds[] = {"none", "plain", "block", "in"};
    Str args = S("");
    for (isize i = 0; i < l->n_args; i++) {
        args =
            str_format(&arena, "%.*s%s%.*s", STR_ARG(args), i == 0 ? "" : "|", STR_ARG(l->args[i]));
    }
    return str_format(&arena, "%s %.*s(%.*s)%.*s@%td:%td", kinds[l->kind], STR_ARG(l->verb),
                      STR_ARG(args), STR_ARG(l->comment), l->pos.line, l->pos.column);
}

static void test_takes_lines_and_blocks_apart(void **state)
{
    (void)state;
    Str text = S("// only a comment\n"
                 "\n"
                 "module m // why\r\n"
                 "a(b [c,d] {e}\n"
                 "  require x (// open\n"
                 "\xc3\xa9 \"q (\" y\n"
                 "\tz ( // not a block\n"
                 ") // done\n"
                 "exclude ()\n"
                 "()\n"
                 "(\n"
                 "v `raw \\` //c");
    static const Str expected[] = {
        STR_CONST("plain module(m)// why@3:1"),
        STR_CONST("plain a((|b|[|c|,|d|]|{|e|})@4:1"),
        STR_CONST("block require(x)// open@5:3"),
        STR_CONST("in require(\xc3\xa9|\"q (\"|y)@6:1"),
        STR_CONST("in require(z|()// not a block@7:2"),
        STR_CONST("block exclude()@9:1"),
        STR_CONST("plain (())@10:1"),
        STR_CONST("plain (()@11:1"),
        STR_CONST("plain v(`raw \\`)//c@12:1"),
    };
    ModLines lines;
    Err err = {0};
    assert_true(modlines_parse(&arena, S("f"), text, &lines, &err));
    assert_int_equal(lines.len, COUNT_OF(expected));
    for (isize i = 0; i < lines.len; i++) {
        assert_str(shown(&lines.ptr[i]), expected[i]);
    }
}

static void test_unquotes_words(void **state)
{
    (void)state;
    static const struct {
        Str word;
        bool is_fine;
        Str text;
    } rows[] = {
        {STR_CONST("plain"), true, STR_CONST("plain")},
        {STR_CONST("\"\""), true, STR_CONST("")},
        {STR_CONST("\"a b\""), true, STR_CONST("a b")},
        {STR_CONST("`a\\n`"), true, STR_CONST("a\\n")},
        {STR_CONST("\"\\a\\b\\f\\n\\r\\t\\v\\\\\\\"\""), true, STR_CONST("\a\b\f\n\r\t\v\\\"")},
        {STR_CONST("\"\\x41\\101\\u00e9\\U0001F600\""), true,
         STR_CONST("AA\xc3\xa9\xf0\x9f\x98\x80")},
        {STR_CONST("\"\\xff\""), true, STR_CONST("\xff")},
        {STR_CONST("\"\\'\""), false, STR_CONST("")},
        {STR_CONST("\"\\q\""), false, STR_CONST("")},
        {STR_CONST("\"\\x4\""), false, STR_CONST("")},
        {STR_CONST("\"\\400\""), false, STR_CONST("")},
        {STR_CONST("\"\\ud800\""), false, STR_CONST("")},
        {STR_CONST("\"\\U00110000\""), false, STR_CONST("")},
        {STR_CONST("\"\\"), false, STR_CONST("")},
        {STR_CONST("\""), false, STR_CONST("")},
        {STR_CONST("`"), false, STR_CONST("")},
        {STR_CONST("a'b"), false, STR_CONST("")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Str text = S(""), why = S("");
        assert_int_equal(modline_unquote(&arena, rows[i].word, &text, &why), rows[i].is_fine);
        assert_str(rows[i].is_fine ? text : S(""), rows[i].text);
        assert_true(rows[i].is_fine || why.len > 0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_takes_lines_and_blocks_apart),
        TEST(test_unquotes_words),
    };
    return cmocka_run_group_tests_name("go_mod_modline", tests, NULL, NULL);
}
