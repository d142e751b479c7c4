/* The key `checks` of goward.yaml: what is read, what is refused, and which files count as
 * programs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "os/proc.h"
#include "policy/programfiles.h"
#include "support/assert_str.h"
#include "support/fixture.h"

static bool decode(Arena *a, ConfigLayer layer, Str text, ProjectChecks *ret, Err *err)
{
    ConfigFile file;
    assert_true(configfile_parse(a, layer, S("/p/goward.yaml"), text, &file, err));
    return projectchecks_read(a, &file, ret, err);
}

static void test_reads_every_key(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    ProjectChecks checks;
    assert_true(decode(&a, CONFIG_PROJECT,
                       S("checks:\n"
                         "  - name: ' protoc is new '\n"
                         "    command: [protoc, '', \"it's\"]\n"
                         "    exit: 255\n"
                         "    output: '^a+$'\n"
                         "    hint: apt install it\n"
                         "    timeout: 10m\n"
                         "    severity: info\n"
                         "    os: [linux, darwin]\n"
                         "  - name: next\n"
                         "    command: |\n"
                         "      cd x\n"
                         "      ./y\n"
                         "    os: windows\n"),
                       &checks, &err));
    assert_int_equal(checks.len, 2);
    const ProjectCheck *c = &checks.ptr[0];
    assert_str(c->name, S("protoc is new"));
    assert_str(projectcheck_command(&a, c), S("protoc '' 'it'\\''s'"));
    assert_int_equal(c->exit, 255);
    assert_true(ere_search(a, c->pattern, S("aa")));
    assert_str(c->hint, S("apt install it"));
    assert_int_equal(c->timeout_ms, 600000);
    assert_int_equal(c->severity, SEVERITY_INFO);
    assert_true(projectcheck_is_for(c, S("darwin")));
    assert_false(projectcheck_is_for(c, S("windows")));
    assert_int_equal(c->place.line, 2);
    c = &checks.ptr[1];
    assert_true(c->is_script);
    assert_str(projectcheck_command(&a, c), S("cd x\n./y"));
    assert_int_equal(c->exit, 0);
    assert_null(c->pattern);
    assert_int_equal(c->timeout_ms, 10000);
    assert_int_equal(c->severity, SEVERITY_ERROR);
    assert_false(projectcheck_is_for(c, S("linux")));
    assert_int_equal(c->place.line, 10);
    arena_done(&a);
}

static void test_no_checks_are_none(void **state)
{
    static const char *const texts[] = {"", "policy: {}\n", "checks: []\n"};
    (void)state;
    for (isize i = 0; i < COUNT_OF(texts); i++) {
        Arena a = arena_init(0);
        Err err;
        ProjectChecks checks;
        assert_true(decode(&a, CONFIG_PROJECT, str_from_c(texts[i]), &checks, &err));
        assert_int_equal(checks.len, 0);
        arena_done(&a);
    }
}

static void test_names_the_line_of_a_mistake(void **state)
{
    static const struct {
        const char *text, *what, *hint;
    } rows[] = {
        {"checks: x\n", "1: checks must be a list", ""},
        {"checks:\n- x\n", "2: a check must be a mapping", ""},
        {"checks:\n- {name: a, command: x, hints: x}\n", "2: a check has no key 'hints'",
         "did you mean 'hint'?"},
        {"checks:\n- {command: x}\n", "2: this check has no name", ""},
        {"checks:\n- {name: a}\n", "2: this check has no command", ""},
        {"checks:\n- {name: '', command: x}\n", "2: name is empty", ""},
        {"checks:\n- {name: \"a\\nb\", command: x}\n", "2: name has more than one line", ""},
        {"checks:\n- {name: [a], command: x}\n", "2: name must be a single value", ""},
        {"checks:\n- {name: a, command: ' '}\n", "2: command is empty", ""},
        {"checks:\n- {name: a, command: []}\n", "2: command has 0 words", ""},
        {"checks:\n- {name: a, command: ['', x]}\n", "2: the program is empty", ""},
        {"checks:\n- {name: a, command: [x, [y]]}\n", "2: a word of the command must be", ""},
        {"checks:\n- {name: a, command: \"x\\0y\"}\n", "2: command holds a NUL byte", ""},
        {"checks:\n- {name: a, command: {x: y}}\n", "2: command must be a single value", ""},
        {"checks:\n- {name: a, command: x, exit: -1}\n", "2: exit must be a number", ""},
        {"checks:\n- {name: a, command: x, exit: '0'}\n", "2: exit must be a number", ""},
        {"checks:\n- {name: a, command: x, exit: [0]}\n", "2: exit must be a number", ""},
        {"checks:\n- {name: a, command: x, output: 'a['}\n",
         "2: output is no pattern: byte 2 of 'a['", "it is read as grep -E reads it"},
        {"checks:\n- {name: a, command: x, timeout: 0}\n", "2: timeout must be a time", ""},
        {"checks:\n- {name: a, command: x, timeout: 601}\n", "2: timeout must be a time", ""},
        {"checks:\n- {name: a, command: x, timeout: soon}\n", "2: timeout must be a time", ""},
        {"checks:\n- {name: a, command: x, severity: ERROR}\n", "2: severity must be", ""},
        {"checks:\n- {name: a, command: x, os: []}\n", "2: os is an empty list", ""},
        {"checks:\n- {name: a, command: x, os: [linus]}\n", "2: os: 'linus' is no GOOS",
         "did you mean 'linux'?"},
        {"checks:\n- {name: a, command: x}\n- {name: ' a', command: y}\n",
         "3: the check of line 2 is named 'a' as well", ""},
    };
    (void)state;
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena_init(0);
        Err err = {0};
        ProjectChecks checks;
        Str wanted = str_concat(&a, S("/p/goward.yaml:"), str_from_c(rows[i].what));
        assert_false(decode(&a, CONFIG_PROJECT, str_from_c(rows[i].text), &checks, &err));
        if (err.kind != ERR_FORMAT || !str_starts_with(str_from_c(err.text), wanted) ||
            !str_starts_with(str_from_c(err.hint), str_from_c(rows[i].hint))) {
            fail_msg("%s: %s (%s)", rows[i].text, err.text, err.hint);
        }
        arena_done(&a);
    }
}

static void test_refuses_more_than_a_thousand(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    ProjectChecks checks;
    StrBuf b = strbuf_init(&a);
    strbuf_add(&b, S("checks:\n"));
    for (int i = 0; i < 1000; i++) {
        strbuf_add_format(&b, "- {name: n%d, command: x}\n", i);
    }
    assert_true(decode(&a, CONFIG_PROJECT, strbuf_str(&b), &checks, &err));
    strbuf_add(&b, S("- {name: last, command: x}\n"));
    assert_false(decode(&a, CONFIG_PROJECT, strbuf_str(&b), &checks, &err));
    assert_str(str_from_c(err.text),
               S("/p/goward.yaml:1: there are 1001 checks, at most 1000 are read"));
    arena_done(&a);
}

static void test_files_of_no_project_name_no_relative_program(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    ProjectChecks checks;
    Str relative = S("checks:\n- {name: a, command: [./x]}\n");
    assert_true(decode(&a, CONFIG_PROJECT, relative, &checks, &err));
    assert_false(decode(&a, CONFIG_USER, relative, &checks, &err));
    assert_false(decode(&a, CONFIG_SYSTEM, relative, &checks, &err));
    assert_true(
        decode(&a, CONFIG_SYSTEM, S("checks:\n- {name: a, command: [/bin/x]}\n"), &checks, &err));
    arena_done(&a);
}

/* ---- programs ---- */

/* "$DIR" becomes the folder, "$BASE" its name. */
static Str expand(Arena *a, const char *text, Str dir)
{
    StrBuf b = strbuf_init(a);
    Str rest = str_from_c(text);
    while (rest.len > 0) {
        if (str_eat_prefix(&rest, S("$DIR"))) {
            strbuf_add(&b, dir);
        } else if (str_eat_prefix(&rest, S("$BASE"))) {
            strbuf_add(&b, path_base(dir));
        } else {
            strbuf_add_byte(&b, rest.ptr[0]);
            rest = str_from(rest, 1);
        }
    }
    return strbuf_str(&b);
}

static Str names_of(Arena *a, const ProgramFiles *files)
{
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < files->len; i++) {
        strbuf_add(&b, i == 0 ? S("") : S(" "));
        strbuf_add(&b, files->ptr[i].path);
    }
    return strbuf_str(&b);
}

static Str make_project(Arena *a)
{
    static const struct {
        const char *name;
        uint32_t mode;
    } files[] = {
        {"data.txt", 0644}, {"scripts/run.sh", 0755}, {"scripts/plain.sh", 0644},
        {"tool", 0755},     {"bin/mytool", 0755},     {"bin/data", 0644},
    };
    Err err;
    Str real, dir = fixture_dir(a);
    for (isize i = 0; i < COUNT_OF(files); i++) {
        Str path = fixture_file(a, dir, str_from_c(files[i].name), S("x"));
        ASSERT(file_set_mode_at(FILE_CWD, path, files[i].mode, &err));
    }
    ASSERT(file_symlink(S("scripts/run.sh"), FILE_CWD, path_join(a, dir, S("link")), &err));
    ASSERT(proc_real_path(a, dir, &real, &err) == FILE_FOUND);
    return real;
}

static void test_finds_the_programs_of_a_project(void **state)
{
    static const struct {
        const char *command, *programs;
    } rows[] = {
        {"[./scripts/run.sh]", "./scripts/run.sh"},
        {"[scripts/plain.sh]", "scripts/plain.sh"},
        {"[bash, scripts/plain.sh]", "scripts/plain.sh"},
        {"[bash, -eu, scripts/plain.sh, data.txt]", "scripts/plain.sh"},
        {"[/usr/bin/python3, scripts/plain.sh]", "scripts/plain.sh"},
        {"[bash, -o, pipefail, scripts/plain.sh, data.txt]", "scripts/plain.sh"},
        {"'bash -e -o pipefail scripts/plain.sh data.txt'", "scripts/plain.sh"},
        {"[timeout, '5', python3.12, -W, error, scripts/plain.sh]", "scripts/plain.sh"},
        {"[sh, -c, 'scripts/plain.sh;true']", "scripts/plain.sh"},
        {"[make, -f, data.txt]", "data.txt"},
        {"[go, run, data.txt]", "data.txt"},
        {"[grep, -e, x, data.txt]", ""},
        {"[grep, x, data.txt]", ""},
        {"[grep, x, scripts/plain.sh]", ""},
        {"[env, A=1, ./scripts/run.sh]", "./scripts/run.sh"},
        {"[tool]", ""}, /* of PATH, not of the folder */
        {"[./link]", "./link"},
        {"[./nothing]", ""},
        {"[scripts]", ""},
        {"[mytool]", "$DIR/bin/mytool"},
        {"[data]", ""},
        {"[$DIR/tool]", "$DIR/tool"},
        {"[/bin/sh]", ""},
        {"[../$BASE/tool]", "../$BASE/tool"},
        {"[sh, -c, 'cd . && ./scripts/run.sh; . scripts/plain.sh']",
         "./scripts/run.sh scripts/plain.sh"},
        {"./scripts/run.sh data.txt", "./scripts/run.sh"},
        {"'test -x tool && (A=1 mytool)|cat data.txt'", "$DIR/bin/mytool tool"},
        {"'! sh \"scripts/plain.sh\"'", "scripts/plain.sh"},
        {"'scripts/run.sh; scripts/run.sh'", "scripts/run.sh"},
    };
    (void)state;
    Arena a = arena_init(0);
    Str dir = make_project(&a);
    Environ env = environ_with(&a, &(Environ){0}, S("PATH"),
                               str_format(&a, "/usr/bin:%.*s/bin:/bin", STR_ARG(dir)));
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Err err;
        ProjectChecks checks;
        ProgramFiles files;
        Str text = str_format(&a, "checks: [{name: n, command: %.*s}]\n",
                              STR_ARG(expand(&a, rows[i].command, dir)));
        assert_true(decode(&a, CONFIG_PROJECT, text, &checks, &err));
        assert_true(programfiles_find(&a, &checks, &env, dir, &files, &err));
        Str got = names_of(&a, &files);
        if (!str_eq(got, expand(&a, rows[i].programs, dir))) {
            fail_msg("%s: '%.*s'", rows[i].command, STR_ARG(got));
        }
    }
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_every_key),
        cmocka_unit_test(test_no_checks_are_none),
        cmocka_unit_test(test_names_the_line_of_a_mistake),
        cmocka_unit_test(test_refuses_more_than_a_thousand),
        cmocka_unit_test(test_files_of_no_project_name_no_relative_program),
        cmocka_unit_test(test_finds_the_programs_of_a_project),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
