#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/assert_str.h"
#include "support/fixture.h"
#include "toolchain/why.h"

static Arena arena;
static Str dir; /* root/ is a Go root of go1.26.8, p/ the project */

static int make_dir(void **state)
{
    (void)state;
    arena = arena_init(MIB);
    dir = fixture_dir(&arena);
    fixture_file(&arena, dir, S("root/VERSION"), S("go1.26.8\ntime 2026-08-28T16:20:06Z\n"));
    fixture_file(&arena, dir, S("root/bin/go"), S(""));
    fixture_file(&arena, dir, S("root/go.env"), S("GOTOOLCHAIN=auto\n"));
    return 0;
}

static int drop_dir(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

#define MAX_FILES 3

typedef struct {
    struct {
        const char *name, *text;
    } files[MAX_FILES];
    const char *gotoolchain;
    const char *who, *picks, *because; /* of one of the answers */
} Row;

static WhyOthers ask(const Row *row, Str goroot)
{
    Err err;
    Str project = path_join(&arena, dir, S("p"));
    dir_remove_all(FILE_CWD, project, &err);
    fixture_file(&arena, project, S(".git/HEAD"), S(""));
    for (isize i = 0; i < MAX_FILES && row->files[i].name != NULL; i++) {
        fixture_file(&arena, project, str_from_c(row->files[i].name),
                     str_from_c(row->files[i].text));
    }
    Environ *env = ARENA_NEW(&arena, Environ);
    *env = environ_with(&arena, env, S("GOENV"), S("off"));
    *env = environ_with(&arena, env, S("GOTOOLCHAIN"), str_from_c(row->gotoolchain));
    WhyOthers others;
    assert_true(why_others(&arena, env, project, goroot, &others, &err));
    return others;
}

static const WhyOther *find(const WhyOthers *others, const char *who)
{
    for (isize i = 0; i < others->len; i++) {
        if (str_eq(others->ptr[i].who, str_from_c(who))) {
            return &others->ptr[i];
        }
    }
    return NULL;
}

static void test_answers_for_each_program(void **state)
{
    (void)state;
    static const Row rows[] = {
        {.files = {{"go.mod", "module m\ngo 1.26.0\ntoolchain go1.27.4\n"}},
         .who = "go",
         .picks = "go1.27.4",
         .because = "go.mod:3 asks for it; it is downloaded"},
        {.files = {{"go.mod", "module m\ngo 1.26.0\ntoolchain go1.27.4\n"}},
         .who = "gopls",
         .picks = "go1.27.4",
         .because = "it runs the go on PATH in this directory"},
        {.files = {{"go.mod", "module m\ngo 1.28.1\ntoolchain go1.27.4\n"}},
         .who = "setup-go",
         .picks = "go1.27.4",
         .because = "go-version-file: go.mod reads go.mod:3 and not the go line, and "
                    "GOTOOLCHAIN=local is set: that Go then refuses the module"},
        {.files = {{"go.mod", "module m\ngo 1.26\n"}},
         .who = "setup-go",
         .picks = "1.26 (newest)",
         .because = "go-version-file: go.mod reads go.mod:2, and GOTOOLCHAIN=local is set"},
        {.files = {{"go.mod", "module m\n"}},
         .who = "setup-go",
         .picks = "",
         .because = "go.mod has no version that it reads"},
        {.files = {{".go-version", "1.26.8\n"}},
         .who = "setup-go",
         .picks = "go1.26.8",
         .because = "go-version-file: .go-version reads .go-version:1"},
        {.who = "setup-go",
         .picks = "",
         .because = "there is no go.mod or version file for it to read"},
        {.files = {{"go.mod", "module m\ngo 1.26.0\n"}},
         .who = "golang image",
         .picks = "the Go of its tag",
         .because =
             "it sets GOTOOLCHAIN=local: with a tag below golang:1.26.0 it refuses go.mod:2"},
        {.who = "golang image",
         .picks = "the Go of its tag",
         .because = "no go line asks for anything"},
        {.gotoolchain = "bash",
         .who = "go",
         .picks = "",
         .because = "it refuses: invalid GOTOOLCHAIN \"bash\""},
        {.gotoolchain = "local",
         .files = {{"go.mod", "module m\ngo 1.27.0\n"}},
         .who = "go",
         .picks = "go1.26.8",
         .because = "GOTOOLCHAIN (process) says local, so no file is asked; commands that load the "
                    "module are refused: go.mod requires go >= 1.27.0 (running go "
                    "1.26.8; GOTOOLCHAIN=local)"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        WhyOthers others = ask(&rows[i], path_join(&arena, dir, S("root")));
        const WhyOther *o = find(&others, rows[i].who);
        assert_non_null(o);
        assert_str(o->picks, str_from_c(rows[i].picks));
        assert_str(o->because, str_from_c(rows[i].because));
    }
}

static void test_is_silent_of_a_go_that_is_not_there(void **state)
{
    (void)state;
    static const Row row = {.files = {{"go.mod", "module m\ngo 1.26.0\n"}}};
    WhyOthers others = ask(&row, S(""));
    assert_null(find(&others, "go"));
    assert_null(find(&others, "gopls"));
    assert_non_null(find(&others, "setup-go"));
    others = ask(&row, path_join(&arena, dir, S("nowhere")));
    assert_null(find(&others, "go"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_dir, drop_dir)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_answers_for_each_program),
        TEST(test_is_silent_of_a_go_that_is_not_there),
    };
    return cmocka_run_group_tests_name("toolchain_why", tests, NULL, NULL);
}
