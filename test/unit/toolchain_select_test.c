#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The rules themselves; that they are Go's is shown by test/oracle/resolve_matrix.py. */
#include "support/assert_str.h"
#include "support/fixture.h"
#include "toolchain/toonew.h"

static Arena arena;
static Str dir;

static int make_dir(void **state)
{
    (void)state;
    arena = arena_init(MIB);
    dir = fixture_dir(&arena);
    return 0;
}

static int drop_dir(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

/* The releases that PATH has in these tests. */
static bool find_some(void *context, Str name, Str *ret_path)
{
    (void)context;
    bool is_there = str_eq(name, S("go1.27.4")) || str_eq(name, S("go1.22.7"));
    if (is_there) {
        *ret_path = str_concat(&arena, S("/bin/"), name);
    }
    return is_there;
}

typedef struct {
    const char *base;       /* "go1.26.8" where NULL */
    const char *env[4];     /* besides GOENV=off */
    const char *args;       /* behind "go", with spaces; NULL: version */
    const char *mod, *work; /* content; NULL: no such file */
    const char *expected;   /* name, or "refused: why" */
    GoSelectOutcome outcome;
    GoSelectBy by;
} Row;

static GoSelectInput input_of(const Row *row)
{
    Environ *env = ARENA_NEW(&arena, Environ);
    *env = environ_with(&arena, env, S("GOENV"), S("off"));
    for (isize i = 0; i < COUNT_OF(row->env) && row->env[i] != NULL; i++) {
        StrCut cut = str_cut(str_from_c(row->env[i]), '=');
        *env = environ_with(&arena, env, cut.head, cut.tail);
    }
    GoEnv *goenv = ARENA_NEW(&arena, GoEnv);
    Err err;
    assert_true(goenv_load(&arena, env, S(""), goenv, &err));
    Str *argv = ARENA_ARRAY(&arena, Str, 8);
    isize argc = 1;
    argv[0] = S("go");
    StrCut cut = {.tail = str_from_c(row->args == NULL ? "version" : row->args), .found = true};
    while (cut.found) {
        cut = str_cut(cut.tail, ' ');
        argv[argc++] = cut.head;
    }
    return (GoSelectInput){.goenv = goenv,
                           .base_name = str_from_c(row->base == NULL ? "go1.26.8" : row->base),
                           .working_dir = dir,
                           .argv = argv,
                           .argc = argc,
                           .find = find_some};
}

static GoSelection run(const Row *row)
{
    Err err;
    Str mod = path_join(&arena, dir, S("go.mod"));
    Str work = path_join(&arena, dir, S("go.work"));
    file_unlink(FILE_CWD, mod, &err);
    file_unlink(FILE_CWD, work, &err);
    if (row->mod != NULL) {
        fixture_file(&arena, dir, S("go.mod"), str_from_c(row->mod));
    }
    if (row->work != NULL) {
        fixture_file(&arena, dir, S("go.work"), str_from_c(row->work));
    }
    GoSelectInput in = input_of(row);
    GoSelection s;
    assert_true(goselect_run(&arena, &in, &s, &err));
    return s;
}

#define LOCAL GOSELECT_LOCAL
#define TOOL GOSELECT_TOOL
#define REFUSED GOSELECT_REFUSED
#define AUTO               \
    {                      \
        "GOTOOLCHAIN=auto" \
    }

static void test_chooses_by_the_rules(void **state)
{
    (void)state;
    static const Row rows[] = {
        /* GOTOOLCHAIN */
        {.mod = "go 1.99.0\n", .expected = "go1.26.8", .outcome = LOCAL, .by = GOSELECT_BY_UNSET},
        {.env = {"GOTOOLCHAIN=local"},
         .mod = "go 1.99.0\n",
         .expected = "go1.26.8",
         .outcome = LOCAL,
         .by = GOSELECT_BY_GOTOOLCHAIN},
        {.env = {"GOTOOLCHAIN=go1.27.4"},
         .expected = "go1.27.4",
         .outcome = TOOL,
         .by = GOSELECT_BY_GOTOOLCHAIN},
        {.env = {"GOTOOLCHAIN=go1.26.8"},
         .expected = "go1.26.8",
         .outcome = LOCAL,
         .by = GOSELECT_BY_GOTOOLCHAIN},
        {.env = {"GOTOOLCHAIN=bash"},
         .expected = "invalid GOTOOLCHAIN \"bash\"",
         .outcome = REFUSED,
         .by = 0},
        {.env = {"GOTOOLCHAIN=go2.0"},
         .expected = "invalid GOTOOLCHAIN \"go2.0\"",
         .outcome = REFUSED,
         .by = GOSELECT_BY_GOTOOLCHAIN},
        {.env = {"GOTOOLCHAIN=x+auto"},
         .expected = "invalid GOTOOLCHAIN \"x+auto\": invalid minimum toolchain \"x\"",
         .outcome = REFUSED,
         .by = 0},
        {.env = {"GOTOOLCHAIN=local+x"},
         .expected = "invalid GOTOOLCHAIN \"local+x\": only version suffixes are +auto and +path",
         .outcome = REFUSED,
         .by = 0},
        /* the lines */
        {.env = AUTO,
         .mod = "go 1.26.8\n",
         .expected = "go1.26.8",
         .outcome = LOCAL,
         .by = GOSELECT_BY_GOTOOLCHAIN},
        {.env = AUTO,
         .mod = "go 1.27.4\n",
         .expected = "go1.27.4",
         .outcome = TOOL,
         .by = GOSELECT_BY_GO_LINE},
        {.env = AUTO,
         .mod = "go 1.28\n",
         .expected = "go1.28.0",
         .outcome = TOOL,
         .by = GOSELECT_BY_GO_LINE},
        {.env = AUTO,
         .mod = "go 1.28.x\n",
         .expected = "go1.26.8",
         .outcome = LOCAL,
         .by = GOSELECT_BY_GOTOOLCHAIN},
        {.env = AUTO,
         .mod = "go 1.22\ntoolchain go1.27.4\n",
         .expected = "go1.27.4",
         .outcome = TOOL,
         .by = GOSELECT_BY_TOOLCHAIN_LINE},
        {.env = AUTO,
         .mod = "go 1.28.1\ntoolchain go1.27.4\n",
         .expected = "go1.28.1",
         .outcome = TOOL,
         .by = GOSELECT_BY_GO_LINE},
        {.env = AUTO,
         .mod = "go 1.28.1\ntoolchain default\n",
         .expected = "go1.26.8",
         .outcome = LOCAL,
         .by = GOSELECT_BY_GOTOOLCHAIN},
        {.env = AUTO,
         .mod = "toolchain local\n",
         .expected = "invalid toolchain \"local\" in go.mod",
         .outcome = REFUSED,
         .by = GOSELECT_BY_GOTOOLCHAIN},
        {.env = {"GOTOOLCHAIN=go1.22.7+path"},
         .mod = "go 1.20\n",
         .expected = "go1.22.7",
         .outcome = TOOL,
         .by = GOSELECT_BY_GOTOOLCHAIN},
        {.env = {"GOTOOLCHAIN=path"},
         .mod = "go 1.28.1\n",
         .expected = "cannot find \"go1.28.1\" in PATH",
         .outcome = REFUSED,
         .by = GOSELECT_BY_GO_LINE},
        /* go.work before go.mod */
        {.env = AUTO,
         .mod = "go 1.99.0\n",
         .work = "go 1.27.4\n",
         .expected = "go1.27.4",
         .outcome = TOOL,
         .by = GOSELECT_BY_GO_LINE},
        {.env = {"GOTOOLCHAIN=auto", "GOWORK=off"},
         .mod = "go 1.28.1\n",
         .work = "go 1.27.4\n",
         .expected = "go1.28.1",
         .outcome = TOOL,
         .by = GOSELECT_BY_GO_LINE},
        {.env = {"GOTOOLCHAIN=auto", "GOWORK=x"},
         .mod = "go 1.28.1\n",
         .expected = "invalid GOWORK: not an absolute path",
         .outcome = REFUSED,
         .by = GOSELECT_BY_GOTOOLCHAIN},
        {.env = {"GOTOOLCHAIN=auto", "GOWORK=/"},
         .expected = "read /: is a directory",
         .outcome = REFUSED,
         .by = GOSELECT_BY_GOTOOLCHAIN},
        /* modules */
        {.env = {"GOTOOLCHAIN=go1.99.0", "GO111MODULE=off"},
         .expected = "go1.26.8",
         .outcome = LOCAL,
         .by = GOSELECT_BY_MODULES_OFF},
        {.env = {"GOTOOLCHAIN=go1.99.0", "GO111MODULE=auto"},
         .expected = "go1.26.8",
         .outcome = LOCAL,
         .by = GOSELECT_BY_MODULES_OFF},
        {.env = {"GOTOOLCHAIN=go1.27.4", "GO111MODULE=auto"},
         .mod = "",
         .expected = "go1.27.4",
         .outcome = TOOL,
         .by = GOSELECT_BY_GOTOOLCHAIN},
        /* commands */
        {.env = {"GOTOOLCHAIN=bash"},
         .args = "env GOTOOLCHAIN",
         .expected = "go1.26.8",
         .outcome = LOCAL,
         .by = GOSELECT_BY_COMMAND},
        {.env = {"GOTOOLCHAIN=bash"},
         .args = "env -u GOTOOLCHAIN",
         .expected = "invalid GOTOOLCHAIN \"bash\"",
         .outcome = REFUSED,
         .by = 0},
        {.env = AUTO,
         .args = "-C nowhere version",
         .expected = "chdir nowhere: no such file or directory",
         .outcome = REFUSED,
         .by = 0},
        {.env = AUTO,
         .args = "install e.x/y@-v1",
         .expected = "invalid module version \"-v1\"",
         .outcome = REFUSED,
         .by = GOSELECT_BY_GOTOOLCHAIN},
        /* a child of a switch */
        {.env = {"GOTOOLCHAIN=auto", "GOTOOLCHAIN_INTERNAL_SWITCH_VERSION=go1.26.8"},
         .mod = "go 1.99.0\n",
         .expected = "go1.26.8",
         .outcome = LOCAL,
         .by = GOSELECT_BY_SWITCH},
        {.env = {"GOTOOLCHAIN=auto", "GOTOOLCHAIN_INTERNAL_SWITCH_VERSION=go1.9"},
         .expected = "toolchain go1.26.8 invoked to provide go1.9",
         .outcome = REFUSED,
         .by = GOSELECT_BY_GOTOOLCHAIN},
        {.env = {"GOTOOLCHAIN=go1.27.4", "GOTOOLCHAIN_INTERNAL_SWITCH_COUNT=100"},
         .expected = "too many toolchain switches",
         .outcome = REFUSED,
         .by = GOSELECT_BY_GOTOOLCHAIN},
        {.env = {"GOTOOLCHAIN=go1.27.4", "GOTOOLCHAIN_INTERNAL_SWITCH_COUNT=99"},
         .expected = "go1.27.4",
         .outcome = TOOL,
         .by = GOSELECT_BY_GOTOOLCHAIN},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        GoSelection s = run(&rows[i]);
        assert_str(s.outcome == REFUSED ? s.refusal : s.name, str_from_c(rows[i].expected));
        assert_int_equal(s.outcome, rows[i].outcome);
        assert_int_equal(s.by, rows[i].by);
    }
}

static void test_rules_change_with_releases(void **state)
{
    (void)state;
    static const Row rows[] = {
        /* before 1.21 there is no choice */
        {.base = "go1.20.14",
         .env = {"GOTOOLCHAIN=go1.99.0"},
         .expected = "go1.20.14",
         .outcome = LOCAL,
         .by = GOSELECT_BY_OLD_GO},
        /* an equal toolchain line: taken up to 1.21 */
        {.base = "go1.21.13-x",
         .env = AUTO,
         .mod = "toolchain go1.21.13\n",
         .expected = "go1.21.13",
         .outcome = TOOL,
         .by = GOSELECT_BY_TOOLCHAIN_LINE},
        {.base = "go1.22.12-x",
         .env = AUTO,
         .mod = "toolchain go1.22.12\n",
         .expected = "go1.22.12-x",
         .outcome = LOCAL,
         .by = GOSELECT_BY_GOTOOLCHAIN},
        /* `go env GOMOD` is exempt from 1.23 on */
        {.base = "go1.22.12",
         .env = AUTO,
         .args = "env GOMOD",
         .mod = "go 1.27.4\n",
         .expected = "go1.27.4",
         .outcome = TOOL,
         .by = GOSELECT_BY_GO_LINE},
        {.base = "go1.23.12",
         .env = AUTO,
         .args = "env GOMOD",
         .mod = "go 1.27.4\n",
         .expected = "go1.23.12",
         .outcome = LOCAL,
         .by = GOSELECT_BY_COMMAND},
        /* up to 1.24 `go install x@v` looks at no file */
        {.base = "go1.24.13",
         .env = AUTO,
         .args = "install e.x/y@v1",
         .mod = "go 1.27.4\n",
         .expected = "go1.24.13",
         .outcome = LOCAL,
         .by = GOSELECT_BY_GOTOOLCHAIN},
        {.base = "go1.25.11",
         .env = AUTO,
         .args = "install e.x/y@v1",
         .mod = "go 1.27.4\n",
         .expected = "go1.27.4",
         .outcome = TOOL,
         .by = GOSELECT_BY_GO_LINE},
        /* from 1.27 on a go.work makes GO111MODULE=auto mean on */
        {.base = "go1.26.8",
         .env = {"GOTOOLCHAIN=auto", "GO111MODULE=auto"},
         .work = "go 1.99.0\n",
         .expected = "go1.26.8",
         .outcome = LOCAL,
         .by = GOSELECT_BY_MODULES_OFF},
        {.base = "go1.27.0",
         .env = {"GOTOOLCHAIN=auto", "GO111MODULE=auto"},
         .work = "go 1.99.0\n",
         .expected = "go1.99.0",
         .outcome = TOOL,
         .by = GOSELECT_BY_GO_LINE},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        GoSelection s = run(&rows[i]);
        assert_str(s.name, str_from_c(rows[i].expected));
        assert_int_equal(s.outcome, rows[i].outcome);
        assert_int_equal(s.by, rows[i].by);
    }
}

static void test_says_where_the_choice_was_made(void **state)
{
    (void)state;
    static const Row row = {.env = AUTO, .mod = "module m\n\ngo 1.22\ntoolchain go1.27.4\n"};
    GoSelection s = run(&row);
    Str file;
    isize line;
    goselect_place(&s, &file, &line);
    assert_str(file, path_join(&arena, dir, S("go.mod")));
    assert_int_equal(line, 4);
    assert_int_equal(s.go_line.line, 3);
    assert_str(s.tool_path, S("/bin/go1.27.4"));
    assert_int_equal(s.mode, GOSELECT_MODE_AUTO);
    assert_str(s.gotoolchain.value, S("auto"));
}

static void test_enters_the_directory_of_chdir(void **state)
{
    (void)state;
    fixture_file(&arena, dir, S("sub/go.mod"), S("go 1.27.4\n"));
    static const Row row = {.env = AUTO, .args = "-C sub version", .mod = "go 1.22\n"};
    GoSelection s = run(&row);
    assert_str(s.name, S("go1.27.4"));
    assert_true(str_ends_with(s.working_dir, S("/sub")));
}

static void test_finds_programs_as_lookpath(void **state)
{
    (void)state;
    Err err;
    Str program = fixture_file(&arena, dir, S("b/go1.27.4"), S("#!/bin/sh\n"));
    assert_true(file_set_mode_at(FILE_CWD, program, 0755, &err));
    fixture_file(&arena, dir, S("a/go1.27.4/x"), S(""));     /* a directory */
    fixture_file(&arena, dir, S("c/go1.27.4"), S("text\n")); /* not executable */
    static const struct {
        const char *path; /* @ stands for dir */
        bool is_found;
    } rows[] = {
        {"@/a:@/c:@/b", true}, {"@/a:@/c", false}, {"@/none:@/b/", true},
        {"", false},           {"@/b", true},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Str value = S("");
        StrCut cut = {.tail = str_from_c(rows[i].path), .found = true};
        while (cut.found) {
            cut = str_cut(cut.tail, '@');
            value = str_concat(&arena, value, cut.head);
            value = cut.found ? str_concat(&arena, value, dir) : value;
        }
        Environ empty = {0};
        Environ env = environ_with(&arena, &empty, S("PATH"), value);
        GoSelectPath context = {&arena, &env};
        Str found = S("");
        assert_int_equal(goselect_find_on_path(&context, S("go1.27.4"), &found), rows[i].is_found);
        assert_str(found, rows[i].is_found ? program : S(""));
    }
}

/* ---- the refusal that comes later ---- */

static void test_later_refusals_are_those_of_cmd_go(void **state)
{
    (void)state;
    static const Row rows[] = {
        {.env = {"GOTOOLCHAIN=local"},
         .mod = "module m\ngo 1.99.0\n",
         .expected = "go.mod requires go >= 1.99.0 (running go 1.26.8; GOTOOLCHAIN=local)"},
        {.env = AUTO,
         .mod = "module m\ngo 1.99.0\ntoolchain default\n",
         .expected = "go.mod requires go >= 1.99.0 (running go 1.26.8; go.mod sets toolchain "
                     "default)"},
        {.env = {"GOTOOLCHAIN=local"}, .mod = "module m\ngo 1.26.8\n", .expected = ""},
        {.env = {"GOTOOLCHAIN=local"},
         .mod = "module m\ngo 1.99.0\nnewverb x\n",
         .expected = "go.mod requires go >= 1.99.0 (running go 1.26.8; GOTOOLCHAIN=local)"},
        {.base = "go1.23.12",
         .env = {"GOTOOLCHAIN=local"},
         .mod = "module m\ngo 1.99.0\nnewverb x\n",
         .expected = ""},
        {.base = "go1.22.12",
         .env = {"GOTOOLCHAIN=local"},
         .mod = "module m\ngo 1.99.0\ngodebug a=b\n",
         .expected = ""},
        {.env = {"GOTOOLCHAIN=local"},
         .mod = "module m\ngo 1.22\n",
         .work = "go 1.99.0\nuse .\n",
         .expected = "go.work requires go >= 1.99.0 (running go 1.26.8; GOTOOLCHAIN=local)"},
        {.env = {"GOTOOLCHAIN=local"},
         .mod = "module m\ngo 1.26.0\n",
         .work = "go 1.26\nuse .\n",
         .expected = "module . listed in go.work file requires go >= 1.26.0, but go.work lists go "
                     "1.26"},
        {.env = {"GOTOOLCHAIN=local"},
         .mod = "module m\ngo 1.99.0\n",
         .work = "use .\n",
         .expected =
             "module . listed in go.work file requires go >= 1.99.0, but go.work implicitly "
             "requires go 1.18"},
        {.base = "go1.21.13",
         .env = {"GOTOOLCHAIN=local"},
         .mod = "module m\ngo 1.99.0\n",
         .work = "use .\n",
         .expected = "module . listed in go.work file requires go >= 1.99.0, but go.work lists go "
                     "1.18"},
        {.env = {"GOTOOLCHAIN=local"},
         .mod = "module m\ngo 1.20\n",
         .work = "go 1.18\nuse .\n",
         .expected = ""},
        {.env = {"GOTOOLCHAIN=local", "GOFLAGS=-mod=mod"},
         .mod = "module m\n",
         .work = "go 1.99.0\n",
         .expected = ""},
        {.env = {"GOTOOLCHAIN=local", "GOWORK=x"},
         .mod = "module m\n",
         .expected = "invalid GOWORK: not an absolute path"},
        {.env = {"GO111MODULE=off"}, .mod = "module m\ngo 1.99.0\n", .expected = ""},
        {.env = {"GOTOOLCHAIN=go1.27.4"},
         .mod = "module m\ngo 1.99.0\n",
         .expected = "go.mod requires go >= 1.99.0 (running go 1.27.4; GOTOOLCHAIN=go1.27.4)"},
        {.env = {"GOTOOLCHAIN=path"}, .mod = "module m\ngo 1.27.4\n", .expected = ""},
        {.base = "go1.20.14", .mod = "module m\ngo 1.99.0\n", .expected = ""},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        GoSelection s = run(&rows[i]);
        GoSelectInput in = input_of(&rows[i]);
        Str later;
        Err err;
        assert_true(toonew_run(&arena, &in, &s, &later, &err));
        assert_str(later, str_from_c(rows[i].expected));
    }
}

static void test_modfile_takes_the_place_of_gomod(void **state)
{
    (void)state;
    fixture_file(&arena, dir, S("alt.mod"), S("module m\ngo 1.98.0\n"));
    static const Row row = {.env = {"GOTOOLCHAIN=local", "GOFLAGS=-modfile=alt.mod"},
                            .mod = "module m\ngo 1.20\n"};
    GoSelection s = run(&row);
    GoSelectInput in = input_of(&row);
    Str later;
    Err err;
    assert_true(toonew_run(&arena, &in, &s, &later, &err));
    assert_str(later, S("alt.mod requires go >= 1.98.0 (running go 1.26.8; GOTOOLCHAIN=local)"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_dir, drop_dir)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_chooses_by_the_rules),
        TEST(test_rules_change_with_releases),
        TEST(test_says_where_the_choice_was_made),
        TEST(test_enters_the_directory_of_chdir),
        TEST(test_finds_programs_as_lookpath),
        TEST(test_later_refusals_are_those_of_cmd_go),
        TEST(test_modfile_takes_the_place_of_gomod),
    };
    return cmocka_run_group_tests_name("toolchain_select", tests, NULL, NULL);
}
