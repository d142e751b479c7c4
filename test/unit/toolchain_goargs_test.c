#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/assert_str.h"
#include "toolchain/goargs.h"

#define MAX_ARGS 12

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

/* Splits at single spaces. */
static GoArgs args_of(const char *line)
{
    Str *argv = ARENA_ARRAY(&arena, Str, MAX_ARGS);
    isize argc = 0;
    StrCut cut = {.tail = str_from_c(line), .found = true};
    while (cut.found) {
        cut = str_cut(cut.tail, ' ');
        argv[argc++] = cut.head;
    }
    return goargs_read(&arena, argv, argc);
}

static Str joined(const GoArgs *args)
{
    Str line = S("");
    for (isize i = 0; i < args->argc; i++) {
        line = str_concat(&arena, str_concat(&arena, line, i == 0 ? S("") : S(" ")), args->argv[i]);
    }
    return line;
}

static void test_takes_chdir_where_cmd_go_does(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        Str rest;
        bool has_dir;
        Str dir;
    } rows[] = {
        {"go -C d build", STR_CONST("go build"), true, STR_CONST("d")},
        {"go --C d build", STR_CONST("go build"), true, STR_CONST("d")},
        {"go -C=d build", STR_CONST("go build"), true, STR_CONST("d")},
        {"go --C=d build", STR_CONST("go build"), true, STR_CONST("d")},
        {"go build -C d ./...", STR_CONST("go build ./..."), true, STR_CONST("d")},
        {"go mod tidy -C d -v", STR_CONST("go mod tidy -v"), true, STR_CONST("d")},
        {"go work use -C=d .", STR_CONST("go work use ."), true, STR_CONST("d")},
        {"go mod -C d tidy", STR_CONST("go mod tidy"), true, STR_CONST("d")},
        {"go build -v -C d", STR_CONST("go build -v -C d"), false, STR_CONST("")},
        {"go nonsense -C d", STR_CONST("go nonsense -C d"), false, STR_CONST("")},
        {"go build ./... -C d", STR_CONST("go build ./... -C d"), false, STR_CONST("")},
        {"go -C", STR_CONST("go -C"), false, STR_CONST("")},
        {"go build -C", STR_CONST("go build -C"), false, STR_CONST("")},
        {"go -C=", STR_CONST("go"), true, STR_CONST("")},
        {"go", STR_CONST("go"), false, STR_CONST("")},
        {"go help -C d", STR_CONST("go help -C d"), false, STR_CONST("")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        GoArgs args = args_of(rows[i].line);
        assert_str(joined(&args), rows[i].rest);
        assert_int_equal(args.has_dir, rows[i].has_dir);
        assert_str(args.dir, rows[i].dir);
    }
    GoArgs none = goargs_read(&arena, NULL, 0);
    assert_int_equal(none.argc, 0);
}

static void test_knows_exempt_commands_by_release(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        bool in_1_21, in_1_26;
    } rows[] = {
        {"go env GOTOOLCHAIN", true, true},
        {"go env -w GOTOOLCHAIN=local", true, true},
        {"go env GOMOD", false, true},
        {"go env GOWORK", false, true},
        {"go -C d env GOWORK", false, true},
        {"go env -u GOTOOLCHAIN", false, false},
        {"go env -w GOTOOLCHAIN", false, false},
        {"go env -w GOPROXY=x GOTOOLCHAIN=y", false, false},
        {"go env GOMOD GOWORK", false, false},
        {"go env", false, false},
        {"go version", false, false},
        {"go list GOMOD", false, false},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        GoArgs args = args_of(rows[i].line);
        assert_int_equal(goargs_is_exempt(&args, S("1.21.13")), rows[i].in_1_21);
        assert_int_equal(goargs_is_exempt(&args, S("1.26.8")), rows[i].in_1_26);
    }
}

static void test_finds_the_package_with_a_version(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        GoArgsQuery query;
        Str found;
    } rows[] = {
        {"go install e.x/y@v1", GOARGS_QUERY_FOUND, STR_CONST("e.x/y@v1")},
        {"go run -race e.x/y@v1 arg", GOARGS_QUERY_FOUND, STR_CONST("e.x/y@v1")},
        {"go install -tags a e.x/y@v1", GOARGS_QUERY_FOUND, STR_CONST("e.x/y@v1")},
        {"go install --tags=a e.x/y@v1", GOARGS_QUERY_FOUND, STR_CONST("e.x/y@v1")},
        {"go install -- e.x/y@v1", GOARGS_QUERY_FOUND, STR_CONST("e.x/y@v1")},
        {"go install -new e.x/y@v1", GOARGS_QUERY_FOUND, STR_CONST("e.x/y@v1")},
        {"go install -new x e.x/y@v1", GOARGS_QUERY_FOUND, STR_CONST("e.x/y@v1")},
        {"go install -new e.x/y@v1 -v", GOARGS_QUERY_NONE, STR_CONST("")},
        {"go install -new -modcacherw e.x/y@v1 z", GOARGS_QUERY_FOUND, STR_CONST("e.x/y@v1")},
        {"go install -modcacherw=maybe e.x/y@v1", GOARGS_QUERY_NONE, STR_CONST("")},
        {"go install -modcacherw=T e.x/y@v1", GOARGS_QUERY_FOUND, STR_CONST("e.x/y@v1")},
        {"go run -new e.x/y@v1", GOARGS_QUERY_NONE, STR_CONST("")},
        {"go run -json e.x/y@v1", GOARGS_QUERY_FOUND, STR_CONST("e.x/y@v1")},
        {"go run -exec x e.x/y@v1", GOARGS_QUERY_FOUND, STR_CONST("e.x/y@v1")},
        {"go install e.x/y@-v1", GOARGS_QUERY_INVALID, STR_CONST("-v1")},
        {"go install e.x/y@/v1", GOARGS_QUERY_INVALID, STR_CONST("/v1")},
        {"go install e.x/y@", GOARGS_QUERY_NONE, STR_CONST("")},
        {"go install @v1", GOARGS_QUERY_NONE, STR_CONST("")},
        {"go install go@1.26.0", GOARGS_QUERY_NONE, STR_CONST("")},
        {"go install toolchain@go1.26.0", GOARGS_QUERY_NONE, STR_CONST("")},
        {"go install ./y@v1", GOARGS_QUERY_NONE, STR_CONST("")},
        {"go install ../y@v1", GOARGS_QUERY_NONE, STR_CONST("")},
        {"go install /y@v1", GOARGS_QUERY_NONE, STR_CONST("")},
        {"go install e.x/y", GOARGS_QUERY_NONE, STR_CONST("")},
        {"go install --", GOARGS_QUERY_NONE, STR_CONST("")},
        {"go install -tags", GOARGS_QUERY_NONE, STR_CONST("")},
        {"go build e.x/y@v1", GOARGS_QUERY_NONE, STR_CONST("")},
        {"go install", GOARGS_QUERY_NONE, STR_CONST("")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        GoArgs args = args_of(rows[i].line);
        Str found = S("");
        assert_int_equal(goargs_query(&args, S("1.26.8"), &found), rows[i].query);
        assert_str(found, rows[i].found);
    }
}

static void test_package_rules_change_with_releases(void **state)
{
    (void)state;
    Str found = S("");
    GoArgs odd = args_of("go install e.x/y@-v1");
    assert_int_equal(goargs_query(&odd, S("1.23.12"), &found), GOARGS_QUERY_FOUND);
    GoArgs json = args_of("go run -json e.x/y@v1");
    assert_int_equal(goargs_query(&json, S("1.23.12"), &found), GOARGS_QUERY_NONE);
    GoArgs exec = args_of("go install -exec x e.x/y@v1 z");
    assert_int_equal(goargs_query(&exec, S("1.26.8"), &found), GOARGS_QUERY_FOUND);
    assert_int_equal(goargs_query(&exec, S("1.27.4"), &found), GOARGS_QUERY_NONE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_takes_chdir_where_cmd_go_does),
        TEST(test_knows_exempt_commands_by_release),
        TEST(test_finds_the_package_with_a_version),
        TEST(test_package_rules_change_with_releases),
    };
    return cmocka_run_group_tests_name("toolchain_goargs", tests, NULL, NULL);
}
