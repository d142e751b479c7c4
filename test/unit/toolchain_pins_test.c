#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/assert_str.h"
#include "support/fixture.h"
#include "toolchain/pins.h"

static Arena arena;

static int make_arena(void **state)
{
    (void)state;
    arena = arena_init(MIB);
    return 0;
}

static int drop_arena(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

/* What a file of each kind says. */
static void test_reads_every_kind_of_file(void **state)
{
    (void)state;
    static const struct {
        PinKind kind;
        Str text;
        PinSays says;
        Str wish; /* name or spec */
        isize line;
    } rows[] = {
        {PIN_GO_VERSION, STR_CONST("1.26.8\n"), PIN_SAYS_EXACT, STR_CONST("go1.26.8"), 1},
        {PIN_GO_VERSION, STR_CONST("go1.26.8"), PIN_SAYS_EXACT, STR_CONST("go1.26.8"), 1},
        {PIN_GO_VERSION, STR_CONST("# why\n\n 1.26.8 # x\n"), PIN_SAYS_EXACT, STR_CONST("go1.26.8"),
         3},
        {PIN_GO_VERSION, STR_CONST("1.26.8\r\n1.25.0\r\n"), PIN_SAYS_EXACT, STR_CONST("go1.26.8"),
         1},
        {PIN_GO_VERSION, STR_CONST("1.26"), PIN_SAYS_SPEC, STR_CONST("1.26"), 1},
        {PIN_GO_VERSION, STR_CONST("1.20"), PIN_SAYS_SPEC, STR_CONST("1.20"), 1},
        {PIN_GO_VERSION, STR_CONST("1.26.x"), PIN_SAYS_SPEC, STR_CONST("1.26"), 1},
        {PIN_GO_VERSION, STR_CONST("1.26.*"), PIN_SAYS_SPEC, STR_CONST("1.26"), 1},
        {PIN_GO_VERSION, STR_CONST("1.27rc1"), PIN_SAYS_EXACT, STR_CONST("go1.27rc1"), 1},
        {PIN_GO_VERSION, STR_CONST("1"), PIN_SAYS_SPEC, STR_CONST("latest"), 1},
        {PIN_GO_VERSION, STR_CONST("stable"), PIN_SAYS_SPEC, STR_CONST("stable"), 1},
        {PIN_GO_VERSION, STR_CONST("system"), PIN_SAYS_OTHER, STR_CONST(""), 1},
        {PIN_GO_DOT_VERSION, STR_CONST("go1.26.8\n"), PIN_SAYS_EXACT, STR_CONST("go1.26.8"), 1},
        {PIN_TOOL_VERSIONS, STR_CONST("nodejs 20.1.0\ngolang 1.26.8 1.25.0 # x\n"), PIN_SAYS_EXACT,
         STR_CONST("go1.26.8"), 2},
        {PIN_TOOL_VERSIONS, STR_CONST("go 1.26\n"), PIN_SAYS_SPEC, STR_CONST("1.26"), 1},
        {PIN_TOOL_VERSIONS, STR_CONST("golang latest:1.26\n"), PIN_SAYS_SPEC, STR_CONST("1.26"), 1},
        {PIN_TOOL_VERSIONS, STR_CONST("golang ref:master\n"), PIN_SAYS_OTHER, STR_CONST(""), 1},
        {PIN_TOOL_VERSIONS, STR_CONST("# golang 1.26.8\ngolangci-lint 2.0\ngolang\n"),
         PIN_SAYS_NOTHING, STR_CONST(""), 0},
        {PIN_TOOL_VERSIONS, STR_CONST(""), PIN_SAYS_NOTHING, STR_CONST(""), 0},
        {PIN_MISE, STR_CONST("[tools]\ngo = \"1.26.8\"\n"), PIN_SAYS_EXACT, STR_CONST("go1.26.8"),
         2},
        {PIN_MISE, STR_CONST("[tools]\ngo = \"prefix:1.26\"\n"), PIN_SAYS_SPEC, STR_CONST("1.26"),
         2},
        {PIN_MISE, STR_CONST("[tools]\ngo = 1.20\n"), PIN_SAYS_SPEC, STR_CONST("1.20"), 2},
        {PIN_MISE_HIDDEN, STR_CONST("[tools]\ngo = true\n"), PIN_SAYS_OTHER, STR_CONST(""), 2},
        {PIN_MISE, STR_CONST("[env]\ngo = \"1.26.8\"\n"), PIN_SAYS_NOTHING, STR_CONST(""), 0},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Pin pin;
        Err err;
        assert_true(pin_parse(&arena, rows[i].kind, S("f"), rows[i].text, &pin, &err));
        assert_int_equal(pin.says, rows[i].says);
        assert_str(pin.says == PIN_SAYS_EXACT ? pin.name : pin.spec, rows[i].wish);
        assert_int_equal(pin.line, rows[i].line);
    }
}

static void test_marks_a_version_that_is_a_number(void **state)
{
    (void)state;
    Pin pin;
    Err err;
    assert_true(pin_parse(&arena, PIN_MISE, S("f"), S("[tools]\ngo = 1.20\n"), &pin, &err));
    assert_true(pin.is_number);
    assert_true(pin_parse(&arena, PIN_MISE, S("f"), S("[tools]\ngo = '1.20'\n"), &pin, &err));
    assert_false(pin.is_number);
}

static void test_names_line_and_fault(void **state)
{
    (void)state;
    static const struct {
        PinKind kind;
        Str text;
        const char *expected;
    } rows[] = {
        {PIN_GO_VERSION, STR_CONST("\nbanana\n"),
         "f:2: 'banana' is no Go version, expected one such as 1.26.8"},
        {PIN_GO_DOT_VERSION, STR_CONST("v1.26.8\n"),
         "f:1: 'v1.26.8' is no Go version, expected one such as 1.26.8"},
        {PIN_GO_VERSION, STR_CONST("1.26.3rc1\n"),
         "f:1: '1.26.3rc1' is no Go version, expected one such as 1.26.8"},
        {PIN_GO_VERSION, STR_CONST("# only\n"),
         "f:1: holds no version, expected one such as 1.26.8"},
        {PIN_GO_VERSION, STR_CONST(""), "f:1: holds no version, expected one such as 1.26.8"},
        {PIN_MISE, STR_CONST("[tools\n"), "f:1: expected ']' behind the table's name"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Pin pin;
        Err err = {0};
        assert_false(pin_parse(&arena, rows[i].kind, S("f"), rows[i].text, &pin, &err));
        assert_int_equal(err.kind, ERR_FORMAT);
        assert_string_equal(err.text, rows[i].expected);
    }
}

static void test_reads_a_file_of_a_directory(void **state)
{
    (void)state;
    Str dir = fixture_dir(&arena);
    Pin pin;
    Err err;
    assert_true(pin_read(&arena, dir, PIN_GO_VERSION, &pin, &err));
    assert_int_equal(pin.says, PIN_SAYS_NOTHING);
    Str file = fixture_file(&arena, dir, S(".go-version"), S("1.24.1\n"));
    assert_true(pin_read(&arena, dir, PIN_GO_VERSION, &pin, &err));
    assert_str(pin.name, S("go1.24.1"));
    assert_str(pin.file, file);
    assert_str(pin_file_name(pin.kind), S(".go-version"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_reads_every_kind_of_file),
        TEST(test_marks_a_version_that_is_a_number),
        TEST(test_names_line_and_fault),
        TEST(test_reads_a_file_of_a_directory),
    };
    return cmocka_run_group_tests_name("toolchain_pins", tests, NULL, NULL);
}
