#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "go/mod/gomod.h"
#include "support/assert_str.h"
#include "support/fixture.h"

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

/* ---- the startup scan ---- */

static void test_lookup_takes_the_first_line_of_the_key(void **state)
{
    (void)state;
    static const struct {
        Str text, value;
        isize line;
    } rows[] = {
        {STR_CONST("module m\n\ngo 1.26.0\n"), STR_CONST("1.26.0"), 3},
        {STR_CONST("go 1.26.0"), STR_CONST("1.26.0"), 1},
        {STR_CONST("go\t 1.26.0 \t\r\n"), STR_CONST("1.26.0"), 1},
        {STR_CONST("  \tgo 1.26.0\n"), STR_CONST("1.26.0"), 1},
        {STR_CONST("go 1.26.0 // why\n"), STR_CONST("1.26.0"), 1},
        {STR_CONST("go 1.26.0//why\n"), STR_CONST("1.26.0"), 1},
        {STR_CONST("go 1.26.0\ngo 1.99.0\n"), STR_CONST("1.26.0"), 1},
        {STR_CONST("require (\n\tgo v1.2.3\n)\ngo 1.26.0\n"), STR_CONST("v1.2.3"), 2},
        {STR_CONST("// go 1.99.0\ngo 1.26.0\n"), STR_CONST("1.26.0"), 2},
        {STR_CONST("go // none\ngo 1.26.0\n"), STR_CONST(""), 1},
        {STR_CONST("go\ngo 1.26.0\n"), STR_CONST("1.26.0"), 2},
        {STR_CONST("go (\n1.26.0\n)\n"), STR_CONST("("), 1},
        {STR_CONST("golang 1.99\ngo1.99\nGo 1.99\n"), STR_CONST(""), 0},
        {STR_CONST("go 1.26 1.27\n"), STR_CONST("1.26 1.27"), 1},
        {STR_CONST("go \"1.26.0\"\n"), STR_CONST("\"1.26.0\""), 1},
        {STR_CONST("\xef\xbb\xbfgo 1.26.0\n"), STR_CONST(""),
         0}, /* a byte order mark is no space */
        {STR_CONST("\xc2\xa0\v\fgo 1.26.0\xe2\x80\xa8\xc2\x85\n"), STR_CONST("1.26.0"), 1},
        {STR_CONST("go\xc2\xa0"
                   "1.26.0\n"),
         STR_CONST(""), 0},
        {STR_CONST("go 1.26.0\x85\n"), STR_CONST("1.26.0\x85"), 1}, /* not UTF-8, so no space */
        {STR_CONST("go 1.26.0\rgo 1.27.0\n"), STR_CONST("1.26.0\rgo 1.27.0"), 1},
        {STR_CONST(""), STR_CONST(""), 0},
        {STR_CONST("\n\n\n"), STR_CONST(""), 0},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        GoModValue v = gomod_lookup(rows[i].text, S("go"));
        assert_str(v.value, rows[i].value);
        assert_int_equal(v.line, rows[i].line);
    }
}

static void test_lookup_tells_keys_apart(void **state)
{
    (void)state;
    Str text = S("go 1.26.0\ntoolchain go1.27.4\n");
    assert_str(gomod_lookup(text, S("toolchain")).value, S("go1.27.4"));
    assert_int_equal(gomod_lookup(text, S("toolchain")).line, 2);
    assert_str(gomod_lookup(text, S("go")).value, S("1.26.0"));
}

/* ---- finding ---- */

static void test_finds_the_nearest_gomod_upward(void **state)
{
    (void)state;
    Str dir = fixture_dir(&arena);
    Str outer = fixture_file(&arena, dir, S("go.mod"), S(""));
    fixture_file(&arena, dir, S("a/b/x"), S(""));
    fixture_file(&arena, dir, S("a/go.mod/x"), S("")); /* a directory of that name */
    Str found = S("");
    assert_true(gomod_find(&arena, path_join(&arena, dir, S("a/b")), S("/tmp"), &found));
    assert_str(found, outer);
    Str inner = fixture_file(&arena, dir, S("a/b/go.mod"), S(""));
    assert_true(gomod_find(&arena, path_join(&arena, dir, S("a/b")), S("/tmp"), &found));
    assert_str(found, inner);
}

static void test_passes_over_gomod_in_the_temporary_directory(void **state)
{
    (void)state;
    Err err;
    Str dir = fixture_dir(&arena);
    fixture_file(&arena, dir, S("go.mod"), S(""));
    fixture_file(&arena, dir, S("sub/x"), S(""));
    Str sub = path_join(&arena, dir, S("sub"));
    Str link = path_join(&arena, dir, S("link"));
    assert_true(file_symlink(dir, FILE_CWD, link, &err));
    Str slashed = str_concat(&arena, dir, S("/"));
    Str found = S("none");
    assert_false(gomod_find(&arena, dir, dir, &found));
    assert_false(gomod_find(&arena, sub, dir, &found));
    assert_false(gomod_find(&arena, dir, slashed, &found));
    assert_false(gomod_find(&arena, dir, link, &found));
    assert_str(found, S("none"));
    assert_true(gomod_find(&arena, dir, sub, &found));
    assert_true(gomod_find(&arena, dir, S("relative"), &found));
    /* A directory that lies in the temporary one by name is a project, whatever it is a link to. */
    assert_true(gomod_find(&arena, link, dir, &found));
}

/* ---- the whole file ---- */

static GoMod parse(Str text)
{
    GoMod mod;
    Err err;
    if (!gomod_parse(&arena, S("go.mod"), text, GOMOD_STRICT, &mod, &err)) {
        print_error("%s\n", err.text);
        fail();
    }
    return mod;
}

static void test_parses_every_kind_of_line(void **state)
{
    (void)state;
    GoMod mod = parse(S("// A module.\n"
                        "module \"example.com/m\" // Deprecated: no\n"
                        "\n"
                        "go 1.26.0\n"
                        "toolchain go1.27.4-custom\n"
                        "\n"
                        "godebug default=go1.21\n"
                        "godebug (\n"
                        "\tpanicnil=1\n"
                        ")\n"
                        "require example.com/a v1.2.3 // indirect\n"
                        "require (\n"
                        "\t// direct\n"
                        "\texample.com/b v0.0.0-20240101000000-abcdefabcdef\n"
                        "\n"
                        "\t`example.com/c` master // indirect; why\n"
                        ")\n"
                        "exclude example.com/a v1.2.4\n"
                        "replace example.com/a => ../a\n"
                        "replace example.com/b v1.0.0 => \"example.com/c\" v1.1.0\n"
                        "retract v1.0.0\n"
                        "retract [v1.1.0, v1.2.0] // broken\n"
                        "tool example.com/cmd/x\n"
                        "ignore ./node_modules\n"
                        "retract (\n)\n"));
    assert_str(mod.module.path, S("example.com/m"));
    assert_int_equal(mod.module.pos.line, 2);
    assert_str(mod.go.version, S("1.26.0"));
    assert_int_equal(mod.go.pos.line, 4);
    assert_int_equal(mod.go.pos.column, 1);
    assert_str(mod.toolchain.name, S("go1.27.4-custom"));
    assert_int_equal(mod.godebugs.len, 2);
    assert_str(mod.godebugs.ptr[1].key, S("panicnil"));
    assert_str(mod.godebugs.ptr[1].value, S("1"));
    assert_int_equal(mod.requires.len, 3);
    assert_true(mod.requires.ptr[0].is_indirect);
    assert_false(mod.requires.ptr[1].is_indirect);
    assert_int_equal(mod.requires.ptr[1].pos.line, 14);
    assert_int_equal(mod.requires.ptr[1].pos.column, 2);
    assert_str(mod.requires.ptr[2].path, S("example.com/c"));
    assert_str(mod.requires.ptr[2].version, S("master"));
    assert_true(mod.requires.ptr[2].is_indirect);
    assert_int_equal(mod.excludes.len, 1);
    assert_int_equal(mod.replaces.len, 2);
    assert_str(mod.replaces.ptr[0].new_path, S("../a"));
    assert_str(mod.replaces.ptr[0].old_version, S(""));
    assert_str(mod.replaces.ptr[1].old_version, S("v1.0.0"));
    assert_str(mod.replaces.ptr[1].new_path, S("example.com/c"));
    assert_str(mod.replaces.ptr[1].new_version, S("v1.1.0"));
    assert_int_equal(mod.retracts.len, 2);
    assert_str(mod.retracts.ptr[0].high, S("v1.0.0"));
    assert_str(mod.retracts.ptr[1].low, S("v1.1.0"));
    assert_str(mod.retracts.ptr[1].high, S("v1.2.0"));
    assert_str(mod.tools.ptr[0].path, S("example.com/cmd/x"));
    assert_str(mod.ignores.ptr[0].path, S("./node_modules"));
}

static void test_parses_nothing_and_crlf(void **state)
{
    (void)state;
    assert_str(parse(S("")).module.path, S(""));
    GoMod mod = parse(S("module m\r\n\r\ngo 1.26\r\n// end\r\nrequire (\r\n\ta v1\r\n)\r\n"));
    assert_str(mod.module.path, S("m"));
    assert_str(mod.go.version, S("1.26"));
    assert_int_equal(mod.requires.len, 1);
}

static void test_names_file_line_and_fault(void **state)
{
    (void)state;
    static const struct {
        Str text;
        const char *expected;
    } rows[] = {
        {STR_CONST("module a\nmodule b\n"), "go.mod:2: second module line, the first is line 1"},
        {STR_CONST("module\n"),
         "go.mod:1: malformed module line, expected \"module example.com/module\""},
        {STR_CONST("go 1.26\ngo 1.27\n"), "go.mod:2: second go line, the first is line 1"},
        {STR_CONST("\ngo 1.26.x\n"),
         "go.mod:2: invalid go version '1.26.x', expected a version such as 1.26.0"},
        {STR_CONST("go 1.26.3rc\n"),
         "go.mod:1: invalid go version '1.26.3rc', expected a version such as 1.26.0"},
        {STR_CONST("go 01.26\n"),
         "go.mod:1: invalid go version '01.26', expected a version such as 1.26.0"},
        {STR_CONST("go 1.26 1.27\n"), "go.mod:1: malformed go line, expected \"go 1.26.0\""},
        {STR_CONST("toolchain local\n"),
         "go.mod:1: invalid toolchain 'local', expected a name such as go1.26.0, or default"},
        {STR_CONST("toolchain go2.0\n"),
         "go.mod:1: invalid toolchain 'go2.0', expected a name such as go1.26.0, or default"},
        {STR_CONST("toolchain go1.1\ntoolchain go1.2\n"),
         "go.mod:2: second toolchain line, the first is line 1"},
        {STR_CONST("requires a v1\n"),
         "go.mod:1: unknown directive 'requires', expected module, go, "
         "toolchain, require ..."},
        {STR_CONST("go (\n1.26\n)\n"),
         "go.mod:1: unknown block 'go', expected one such as require ( ... )"},
        {STR_CONST("require x (\n)\n"),
         "go.mod:1: unknown block 'require', expected one such as require ( ... )"},
        {STR_CONST("require (\n\ta v1\n"),
         "go.mod:1:1: the block that begins here has no closing parenthesis"},
        {STR_CONST("require (\n) x\n"), "go.mod:2:1: expected a new line after the closing "
                                        "parenthesis"},
        {STR_CONST("require a\n"),
         "go.mod:1: malformed require line, expected \"require module/path v1.2.3\""},
        {STR_CONST("require (\n\ta\n)\n"),
         "go.mod:2: malformed require line, expected \"require module/path v1.2.3\""},
        {STR_CONST("require \"a v1\n"), "go.mod:1:9: string does not end on its line"},
        {STR_CONST("require \"a\\q\" v1\n"), "go.mod:1: the quoted string is malformed"},
        {STR_CONST("require a\"b v1\n"), "go.mod:1: an unquoted word holds a quote"},
        {STR_CONST("module m /* no */\n"),
         "go.mod:1:10: comments begin with //, there are no /* */ comments here"},
        {STR_CONST("module m/*\n"),
         "go.mod:1:9: comments begin with //, there are no /* */ comments here"},
        {STR_CONST("module \x01\n"), "go.mod:1:8: unexpected character"},
        {STR_CONST("module caf\xc3\xa9 \x7f\n"), "go.mod:1:13: unexpected character"},
        {STR_CONST("replace a => b\n"), "go.mod:1: replacement without version 'b', expected a "
                                        "directory: rooted, or beginning with ./ or ../"},
        {STR_CONST("replace a => ./b v1\n"), "go.mod:1: replacement directory with version 'v1', "
                                             "expected no version behind a directory"},
        {STR_CONST("replace a b c\n"), "go.mod:1: malformed replace line, expected \"replace "
                                       "old/module [v1.2.3] => new/module v1.2.3\""},
        {STR_CONST("retract [v1, v2\n"),
         "go.mod:1: malformed retract line, expected \"retract [v1.0.0, v1.9.9]\""},
        {STR_CONST("retract\n"),
         "go.mod:1: malformed retract line, expected \"retract [v1.0.0, v1.9.9]\""},
        {STR_CONST("retract v1.0.0\n"),
         "go.mod:1: no module directive found, so retract cannot be used"},
        {STR_CONST("module a.b/m\nretract [v1.0.0, v2.0.0]\n"),
         "go.mod:2: retract a.b/m: version \"v2.0.0\" invalid: should be v0 or v1, not v2"},
        {STR_CONST("require a.b/m/v1 v1.0.0\n"), "go.mod:1: require a.b/m/v1: version \"v1.0.0\" "
                                                 "invalid: malformed module path \"a.b/m/v1\""},
        {STR_CONST("godebug a\n"),
         "go.mod:1: malformed godebug line, expected \"godebug key=value\""},
        {STR_CONST("godebug a=\"b\"\n"),
         "go.mod:1: malformed godebug line, expected \"godebug key=value\""},
        {STR_CONST("tool a b\n"),
         "go.mod:1: malformed tool line, expected \"tool example.com/cmd/tool\""},
        {STR_CONST(")\n"),
         "go.mod:1: unknown directive ')', expected module, go, toolchain, require "
         "..."},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        GoMod mod;
        Err err = {0};
        assert_false(gomod_parse(&arena, S("go.mod"), rows[i].text, GOMOD_STRICT, &mod, &err));
        assert_int_equal(err.kind, ERR_FORMAT);
        assert_string_equal(err.text, rows[i].expected);
    }
}

static void test_names_all_faults(void **state)
{
    (void)state;
    GoMod mod;
    Err err = {0};
    Str text = S("module\ngo 1.x\nrequire (\n\ta\n\tb v1.0.0\n)\nmodule x\ngo 1.21\npear\n");
    assert_false(gomod_parse(&arena, S("/m/go.mod"), text, GOMOD_STRICT, &mod, &err));
    assert_string_equal(
        err.text, "5 errors in /m/go.mod:\n"
                  "    go.mod:1: malformed module line, expected \"module example.com/module\"\n"
                  "    go.mod:2: invalid go version '1.x', expected a version such as 1.26.0\n"
                  "    go.mod:4: malformed require line, expected \"require module/path v1.2.3\"\n"
                  "    go.mod:7: second module line, the first is line 1\n"
                  "    go.mod:9: unknown directive 'pear', expected module, go, toolchain, require "
                  "...");
}

static void test_counts_the_faults_that_do_not_fit(void **state)
{
    (void)state;
    GoMod mod;
    Err err = {0};
    StrBuf b = strbuf_init(&arena);
    for (int i = 0; i < 1000; i++) {
        strbuf_add(&b, S("pear\n"));
    }
    assert_false(gomod_parse(&arena, S("go.mod"), strbuf_str(&b), GOMOD_STRICT, &mod, &err));
    Str said = str_from_c(err.text);
    assert_true(said.len < ERR_MAX_TEXT - 1 && said.len > ERR_MAX_TEXT - 200);
    assert_true(str_starts_with(said, S("1000 errors in go.mod:\n    go.mod:1: unknown")));
    assert_true(str_ends_with(said, S(" more")));
    Str file = str_format(&arena, "/%0*d/go.mod", ERR_MAX_TEXT, 0);
    assert_false(gomod_parse(&arena, file, strbuf_str(&b), GOMOD_STRICT, &mod, &err));
}

static void test_accepts_what_go_accepts(void **state)
{
    (void)state;
    static const Str texts[] = {
        STR_CONST("go 1.26rc1\n"),
        STR_CONST("go 1.26.3rc1\n"),
        STR_CONST("toolchain go1\n"),
        STR_CONST("toolchain go1.x\n"),
        STR_CONST("toolchain default"),
        STR_CONST("require ( )\n"),
        STR_CONST("require ()\n"),
        STR_CONST("module m//x\n"),
        STR_CONST("ignore a\\b\n"),
        STR_CONST("module \xff\xfe\n"),
        STR_CONST("retract v1.0.0 // [v1, v2]\nmodule m\n"),
        STR_CONST("replace a v1 => .\nreplace b => /x\nreplace c => ..\n"),
    };
    for (isize i = 0; i < COUNT_OF(texts); i++) {
        parse(texts[i]);
    }
    assert_str(parse(S("module m//x\n")).module.path, S("m"));
    assert_str(parse(S("module \"\\u0061\\x62\\143\\n\"\n")).module.path, S("abc\n"));
}

static void test_lax_reading_takes_what_a_dependency_may_hold(void **state)
{
    (void)state;
    GoMod mod;
    Err err;
    Str text = S("module m\ngo v1.26.x\nnewverb a b\nnewblock (\n\tx y z\n)\nrequire x (\n\ta\n)\n"
                 "toolchain nonsense\nreplace nonsense\nretract nonsense (\n");
    assert_false(gomod_parse(&arena, S("go.mod"), text, GOMOD_LAX, &mod, &err));
    text = str_concat(&arena, text, S(")\nretract [a b c]\n"));
    assert_true(gomod_parse(&arena, S("go.mod"), text, GOMOD_LAX, &mod, &err));
    assert_str(mod.module.path, S("m"));
    assert_str(mod.go.version, S("1.26"));
    assert_str(mod.toolchain.name, S(""));
    assert_int_equal(mod.requires.len, 0);
    assert_false(gomod_parse(&arena, S("go.mod"), S("go banana\n"), GOMOD_LAX, &mod, &err));
    assert_false(gomod_parse(&arena, S("go.mod"), S("go 1.26\ngo 1.27\n"), GOMOD_LAX, &mod, &err));
}

static void test_limits_the_number_of_lines(void **state)
{
    (void)state;
    isize n = MODLINE_MAX_LINES + 1;
    char *text = ARENA_ARRAY(&arena, char, 2 * n);
    for (isize i = 0; i < n; i++) {
        text[2 * i] = 'x';
        text[2 * i + 1] = '\n';
    }
    GoMod mod;
    Err err;
    assert_false(gomod_parse(&arena, S("go.mod"), (Str){text, 2 * n}, GOMOD_LAX, &mod, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_lookup_takes_the_first_line_of_the_key),
        TEST(test_lookup_tells_keys_apart),
        TEST(test_finds_the_nearest_gomod_upward),
        TEST(test_passes_over_gomod_in_the_temporary_directory),
        TEST(test_parses_every_kind_of_line),
        TEST(test_parses_nothing_and_crlf),
        TEST(test_names_file_line_and_fault),
        TEST(test_names_all_faults),
        TEST(test_counts_the_faults_that_do_not_fit),
        TEST(test_accepts_what_go_accepts),
        TEST(test_lax_reading_takes_what_a_dependency_may_hold),
        TEST(test_limits_the_number_of_lines),
    };
    return cmocka_run_group_tests_name("go_mod_gomod", tests, NULL, NULL);
}
