#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/assert_str.h"
#include "toolchain/misefile.h"

static void test_finds_tools_go_in_every_form(void **state)
{
    (void)state;
    static const struct {
        Str text, value;
        isize line;
        bool is_number;
    } rows[] = {
        {STR_CONST("[tools]\ngo = \"1.26.8\"\n"), STR_CONST("1.26.8"), 2, false},
        {STR_CONST("[tools]\r\ngo = '1.26.8'\r\n"), STR_CONST("1.26.8"), 2, false},
        {STR_CONST("[ tools ] # x\n  golang='1.26.8'# y"), STR_CONST("1.26.8"), 2, false},
        {STR_CONST("tools.go = \"1.26.8\""), STR_CONST("1.26.8"), 1, false},
        {STR_CONST("\"tools\" . 'go' = \"1.26.8\""), STR_CONST("1.26.8"), 1, false},
        {STR_CONST("tools = { node = '20', go = '1.26.8' }"), STR_CONST("1.26.8"), 1, false},
        {STR_CONST("tools = {\n go = '1.26.8',\n}"), STR_CONST("1.26.8"), 2, false},
        {STR_CONST("[tools]\ngo = [\n # c\n '1.26.8', '1.25.0' ]\n"), STR_CONST("1.26.8"), 4,
         false},
        {STR_CONST("[tools]\ngo = [{ version = '1.26.8' }, '1.25']\n"), STR_CONST("1.26.8"), 2,
         false},
        {STR_CONST("[tools]\ngo = { os = ['linux'], version = '1.26.8' }\n"), STR_CONST("1.26.8"),
         2, false},
        {STR_CONST("[tools.go]\nversion = '1.26.8'\n"), STR_CONST("1.26.8"), 2, false},
        {STR_CONST("[[tools.go]]\nversion = '1.26.8'\n[[tools.go]]\nversion='1'\n"),
         STR_CONST("1.26.8"), 2, false},
        {STR_CONST("[tools]\ngo.version = '1.26.8'\n"), STR_CONST("1.26.8"), 2, false},
        {STR_CONST("[tools]\ngo = 1.20\n"), STR_CONST("1.20"), 2, true},
        {STR_CONST("[tools]\ngo = 1.20 # x\n"), STR_CONST("1.20"), 2, true},
        {STR_CONST("[tools]\ngo = \"\"\"1.26.8\"\"\"\n"), STR_CONST("1.26.8"), 2, false},
        {STR_CONST("[tools]\ngo = '1.26.8'\n[tools.go]\nversion='1'\n"), STR_CONST("1.26.8"), 2,
         false},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        MiseGo go;
        Err err = {0};
        assert_true(misefile_parse(S("f"), rows[i].text, &go, &err));
        assert_true(go.is_found);
        assert_str(go.value, rows[i].value);
        assert_int_equal(go.line, rows[i].line);
        assert_int_equal(go.is_number, rows[i].is_number);
    }
}

static void test_is_not_deceived(void **state)
{
    (void)state;
    static const Str texts[] = {
        STR_CONST(""),
        STR_CONST("# [tools]\n# go = '1.26.8'\n"),
        STR_CONST("go = '1.26.8'\n"),
        STR_CONST("[env]\ngo = '1.26.8'\n"),
        STR_CONST("[env.tools]\ngo = '1.26.8'\n"),
        STR_CONST("[tools]\ngo-x = '1'\n_go = '1'\n[tools.node]\ngo = '1'\n"),
        STR_CONST("x = '''\n[tools]\ngo = \"1.26.8\"\n'''\n"),
        STR_CONST("x = \"\"\"\n\\\"\"\"\n[tools]\ngo = '1.26.8'\n\"\"\"\n"),
        STR_CONST("x = [ \"]\", '# no', 1, 1979-05-27 07:32:00, { a = [] } ]\n"),
        STR_CONST("[tools]\ngo = { os = 'linux' }\ngo2 = { version = '1' }\n"),
        STR_CONST("[tools]\ngo = []\n"),
        STR_CONST("[tasks.build]\nrun = \"[tools]\"\ntools.go = '1.26.8'\n"),
    };
    for (isize i = 0; i < COUNT_OF(texts); i++) {
        MiseGo go;
        Err err = {0};
        if (!misefile_parse(S("f"), texts[i], &go, &err)) {
            print_error("%s\n", err.text);
            fail();
        }
        assert_false(go.is_found);
    }
}

static void test_names_line_and_fault(void **state)
{
    (void)state;
    static const struct {
        Str text;
        const char *expected;
    } rows[] = {
        {STR_CONST("\nx\n"), "f:2: expected '=' behind the key"},
        {STR_CONST("= 1\n"), "f:1: expected a key"},
        {STR_CONST("x = \n"), "f:1: expected a value"},
        {STR_CONST("x = 'a\n'\n"), "f:1: a string without its closing quotes"},
        {STR_CONST("x = \"a\\\"\n"), "f:1: a string without its closing quotes"},
        {STR_CONST("x = '''\n\n"), "f:3: a string without its closing quotes"},
        {STR_CONST("x = 'a' y\n"), "f:1: expected the end of the line"},
        {STR_CONST("x = [1, 2\n"), "f:2: expected ',' or ']' in the array"},
        {STR_CONST("x = [1,\n"), "f:2: an array without its ']'"},
        {STR_CONST("x = ['a' 'b']\n"), "f:1: expected ',' or ']' in the array"},
        {STR_CONST("x = {a = 'b' c = 1}\n"), "f:1: expected ',' or '}' in the table"},
        {STR_CONST("[a]]\n"), "f:1: expected the end of the line"},
        {STR_CONST("[[a]\n"), "f:1: expected ']' behind the table's name"},
        {STR_CONST("[]\n"), "f:1: expected a key"},
        {STR_CONST("a..b = 1\n"), "f:1: expected a key"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        MiseGo go;
        Err err = {0};
        assert_false(misefile_parse(S("f"), rows[i].text, &go, &err));
        assert_int_equal(err.kind, ERR_FORMAT);
        assert_string_equal(err.text, rows[i].expected);
    }
}

static void test_limits_nesting(void **state)
{
    (void)state;
    char text[2 + MISEFILE_MAX_DEPTH + 1];
    memset(text, '[', sizeof(text));
    memcpy(text, "x=", 2);
    MiseGo go;
    Err err = {0};
    assert_false(misefile_parse(S("f"), (Str){text, COUNT_OF(text)}, &go, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_tools_go_in_every_form),
        cmocka_unit_test(test_is_not_deceived),
        cmocka_unit_test(test_names_line_and_fault),
        cmocka_unit_test(test_limits_nesting),
    };
    return cmocka_run_group_tests_name("toolchain_misefile", tests, NULL, NULL);
}
