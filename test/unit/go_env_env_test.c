#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/env/env.h"
#include "support/assert_str.h"
#include "support/fixture.h"

static Arena arena;
static Str dir; /* has home/.config/go/env and root/go.env when a test writes them */

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

/* An environment of "NAME=value" entries, up to the first NULL; @ stands for dir. */
static Environ environ_of(const char *const *entries)
{
    Environ env = {ARENA_ARRAY(&arena, Str, 16), 0};
    for (; *entries != NULL; entries++) {
        StrCut cut = str_cut(str_from_c(*entries), '@');
        Str entry =
            cut.found ? str_concat(&arena, str_concat(&arena, cut.head, dir), cut.tail) : cut.head;
        env.entries[env.len++] = entry;
    }
    return env;
}

static GoEnv load(const char *const *entries)
{
    Environ *env = ARENA_NEW(&arena, Environ);
    *env = environ_of(entries);
    GoEnv e;
    Err err;
    assert_true(goenv_load(&arena, env, path_join(&arena, dir, S("root")), &e, &err));
    return e;
}

#define ENV(...) ((const char *const[]){__VA_ARGS__, NULL})
#define HOME "HOME=@/home"

static void user_file(Str text)
{
    fixture_file(&arena, dir, S("home/.config/go/env"), text);
}

static void goroot_file(Str text)
{
    fixture_file(&arena, dir, S("root/go.env"), text);
}

static void test_process_beats_user_file_beats_go_env(void **state)
{
    (void)state;
    user_file(S("GOTOOLCHAIN=path\nGOPROXY=user\n"));
    goroot_file(S("# defaults\nGOTOOLCHAIN=auto\n\nGOPROXY=stock\nGOSUMDB=sum\n"));
    GoEnv e = load(ENV(HOME, "GOTOOLCHAIN=local"));

    GoEnvValue v = goenv_get(&e, S("GOTOOLCHAIN"));
    assert_str(v.value, S("local"));
    assert_int_equal(v.origin, GOENV_ORIGIN_PROCESS);
    assert_int_equal(v.line, 0);

    v = goenv_get(&e, S("GOPROXY"));
    assert_str(v.value, S("user"));
    assert_int_equal(v.origin, GOENV_ORIGIN_USER_FILE);
    assert_int_equal(v.line, 2);
    assert_str(v.file, path_join(&arena, dir, S("home/.config/go/env")));

    v = goenv_get(&e, S("GOSUMDB"));
    assert_str(v.value, S("sum"));
    assert_int_equal(v.origin, GOENV_ORIGIN_GOROOT_FILE);
    assert_int_equal(v.line, 5);
    assert_str(v.file, path_join(&arena, dir, S("root/go.env")));
}

static void test_empty_process_value_counts_as_unset(void **state)
{
    (void)state;
    user_file(S("GOTOOLCHAIN=path\n"));
    GoEnv e = load(ENV(HOME, "GOTOOLCHAIN="));
    assert_str(goenv_value(&e, S("GOTOOLCHAIN")), S("path"));
}

static void test_empty_value_in_user_file_hides_go_env(void **state)
{
    (void)state;
    user_file(S("GOTOOLCHAIN=\n"));
    goroot_file(S("GOTOOLCHAIN=auto\n"));
    GoEnv e = load(ENV(HOME));
    GoEnvValue v = goenv_get(&e, S("GOTOOLCHAIN"));
    assert_str(v.value, S(""));
    assert_int_equal(v.origin, GOENV_ORIGIN_DEFAULT);
}

static void test_last_line_counts_in_user_file_and_first_in_go_env(void **state)
{
    (void)state;
    user_file(S("GOFLAGS=a\nGOFLAGS=b"));
    goroot_file(S("GOPROXY=a\nGOPROXY=b\n"));
    GoEnv e = load(ENV(HOME));
    assert_str(goenv_value(&e, S("GOFLAGS")), S("b"));
    assert_int_equal(goenv_get(&e, S("GOFLAGS")).line, 2);
    assert_str(goenv_value(&e, S("GOPROXY")), S("a"));
}

static void test_lines_are_taken_as_cmd_go_takes_them(void **state)
{
    (void)state;
    user_file(S("GOTOOLCHAIN=local\r\n"
                "#GOPROXY=x\n"
                " GOPROXY=y\n"
                "GOSUMDB =z\n"
                "GOFLAGS\n"
                "=\n"
                "goprivate=q\n"
                "GOVCS=a=b = c \n"));
    GoEnv e = load(ENV(HOME));
    assert_str(goenv_value(&e, S("GOTOOLCHAIN")), S("local\r"));
    assert_str(goenv_value(&e, S("GOPROXY")), S(""));
    assert_str(goenv_value(&e, S("GOSUMDB")), S(""));
    assert_str(goenv_value(&e, S("GOSUMDB ")), S("z"));
    assert_str(goenv_value(&e, S("GOFLAGS")), S(""));
    assert_str(goenv_value(&e, S("goprivate")), S(""));
    assert_str(goenv_value(&e, S("GOVCS")), S("a=b = c "));
}

static void test_goenv_chooses_the_user_file(void **state)
{
    (void)state;
    user_file(S("GOFLAGS=home\n"));
    fixture_file(&arena, dir, S("other"), S("GOFLAGS=other\n"));
    fixture_file(&arena, dir, S("xdg/go/env"), S("GOFLAGS=xdg\n"));
    static const struct {
        const char *entries[4];
        Str flags;
    } rows[] = {
        {{HOME, NULL}, STR_CONST("home")},
        {{HOME, "GOENV=off", NULL}, STR_CONST("")},
        {{HOME, "GOENV=@/other", NULL}, STR_CONST("other")},
        {{HOME, "GOENV=@/none", NULL}, STR_CONST("")},
        {{HOME, "XDG_CONFIG_HOME=@/xdg", NULL}, STR_CONST("xdg")},
        {{HOME, "XDG_CONFIG_HOME=relative", NULL}, STR_CONST("")},
        {{HOME, "GOENV=@/home", NULL}, STR_CONST("")}, /* a directory */
        {{"PATH=/bin", NULL}, STR_CONST("")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        GoEnv e = load(rows[i].entries);
        assert_str(goenv_value(&e, S("GOFLAGS")), rows[i].flags);
    }
}

static void test_go_env_of_the_goroot_that_user_file_or_process_name(void **state)
{
    (void)state;
    goroot_file(S("GOPROXY=base\n"));
    fixture_file(&arena, dir, S("process/go.env"), S("GOPROXY=process\n"));
    fixture_file(&arena, dir, S("user/go.env"), S("GOPROXY=user\n"));
    GoEnv e = load(ENV(HOME));
    assert_str(goenv_value(&e, S("GOPROXY")), S("base"));
    assert_str(goenv_value(&e, S("GOROOT")), path_join(&arena, dir, S("root")));
    e = load(ENV(HOME, "GOROOT=@/process/"));
    assert_str(goenv_value(&e, S("GOPROXY")), S("process"));
    assert_str(goenv_value(&e, S("GOROOT")), path_join(&arena, dir, S("process/")));
    user_file(str_format(&arena, "GOROOT=%.*s/user\n", STR_ARG(dir)));
    e = load(ENV(HOME, "GOROOT=@/process"));
    assert_str(goenv_value(&e, S("GOPROXY")), S("user"));
}

static void test_user_load_leaves_go_env_alone(void **state)
{
    (void)state;
    user_file(S("GOFLAGS=-v\n"));
    fixture_file(&arena, dir, S("process/go.env"), S("GOTOOLCHAIN=local\n"));
    Environ env = environ_of(ENV(HOME, "GOROOT=@/process"));
    GoEnv e;
    Err err;
    assert_true(goenv_load_user(&arena, &env, &e, &err));
    assert_str(goenv_value(&e, S("GOTOOLCHAIN")), S(""));
    assert_str(goenv_value(&e, S("GOFLAGS")), S("-v"));
}

static void test_defaults_are_computed(void **state)
{
    (void)state;
    static const struct {
        const char *entries[5];
        Str name, value;
    } rows[] = {
        {{"HOME=/h", NULL}, STR_CONST("GOPATH"), STR_CONST("/h/go")},
        {{"HOME=/h", NULL}, STR_CONST("GOMODCACHE"), STR_CONST("/h/go/pkg/mod")},
        {{"HOME=/h", NULL}, STR_CONST("GOBIN"), STR_CONST("/h/go/bin")},
        {{"HOME=/h", NULL}, STR_CONST("GOCACHE"), STR_CONST("/h/.cache/go-build")},
        {{"HOME=/h", NULL}, STR_CONST("GOENV"), STR_CONST("/h/.config/go/env")},
        {{"HOME=/h", "GOENV=off", NULL}, STR_CONST("GOENV"), STR_CONST("off")},
        {{"HOME=/h", "GOPATH=/a:/b", NULL}, STR_CONST("GOMODCACHE"), STR_CONST("/a/pkg/mod")},
        {{"HOME=/h", "GOPATH=/a:/b", NULL}, STR_CONST("GOBIN"), STR_CONST("/a/bin")},
        {{"HOME=/h", "GOPATH=:/b", NULL}, STR_CONST("GOMODCACHE"), STR_CONST("")},
        {{"HOME=/h", "GOMODCACHE=/m", NULL}, STR_CONST("GOMODCACHE"), STR_CONST("/m")},
        {{"HOME=/h", "GOROOT=/h/go/", NULL}, STR_CONST("GOPATH"), STR_CONST("")},
        {{"HOME=/h", "XDG_CACHE_HOME=/c", NULL}, STR_CONST("GOCACHE"), STR_CONST("/c/go-build")},
        {{"XDG_CACHE_HOME=c", NULL}, STR_CONST("GOCACHE"), STR_CONST("off")},
        {{"A=b", NULL}, STR_CONST("GOPATH"), STR_CONST("")},
        {{"A=b", NULL}, STR_CONST("GOCACHE"), STR_CONST("off")},
        {{"HOME=/h", "GOPRIVATE=x", NULL}, STR_CONST("GONOSUMDB"), STR_CONST("x")},
        {{"HOME=/h", "GOPRIVATE=x", "GONOPROXY=y", NULL}, STR_CONST("GONOPROXY"), STR_CONST("y")},
        {{"HOME=/h", NULL}, STR_CONST("GOAUTH"), STR_CONST("netrc")},
        {{"HOME=/h", NULL}, STR_CONST("GOPROXY"), STR_CONST("")},
        {{"HOME=/h", NULL}, STR_CONST("GOSUMDB"), STR_CONST("")},
        {{"HOME=/h", NULL}, STR_CONST("GO111MODULE"), STR_CONST("")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        GoEnv e = load(rows[i].entries);
        assert_str(goenv_value(&e, rows[i].name), rows[i].value);
    }
    GoEnv e = load(ENV("HOME=/h"));
    assert_int_equal(goenv_get(&e, S("GOPATH")).origin, GOENV_ORIGIN_DEFAULT);
    assert_true(goenv_value(&e, S("GOOS")).len > 0);
}

static void test_refuses_a_file_over_the_cap(void **state)
{
    (void)state;
    Str huge = {ARENA_ARRAY(&arena, char, GOENV_MAX_FILE + 1), GOENV_MAX_FILE + 1};
    user_file(huge);
    Environ env = environ_of(ENV(HOME));
    GoEnv e;
    Err err;
    assert_false(goenv_load(&arena, &env, S(""), &e, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

static void test_tells_origins_to_a_person(void **state)
{
    (void)state;
    GoEnvValue v = {.origin = GOENV_ORIGIN_PROCESS};
    assert_str(goenv_origin_text(&arena, S("GOPROXY"), &v), S("GOPROXY (process)"));
    v = (GoEnvValue){.origin = GOENV_ORIGIN_USER_FILE, .file = S("/h/env"), .line = 3};
    assert_str(goenv_origin_text(&arena, S("GOPROXY"), &v), S("/h/env:3"));
    v = (GoEnvValue){.origin = GOENV_ORIGIN_DEFAULT};
    assert_str(goenv_origin_text(&arena, S("GOPROXY"), &v), S("GOPROXY (default)"));
    v = (GoEnvValue){0};
    assert_str(goenv_origin_text(&arena, S("GOPROXY"), &v), S("GOPROXY (not asked)"));
}

static void test_finds_flags_in_goflags(void **state)
{
    (void)state;
    static const struct {
        const char *goflags;
        Str name;
        bool is_found;
        Str value;
    } rows[] = {
        {"GOFLAGS=-mod=mod -v", STR_CONST("mod"), true, STR_CONST("mod")},
        {"GOFLAGS=-mod=mod -v", STR_CONST("v"), true, STR_CONST("")},
        {"GOFLAGS=--mod=mod", STR_CONST("mod"), true, STR_CONST("mod")},
        {"GOFLAGS=-mod=mod -mod=vendor", STR_CONST("mod"), true, STR_CONST("vendor")},
        {"GOFLAGS='-ldflags=-s -mod=x'  \"-tags=a b\"", STR_CONST("ldflags"), true,
         STR_CONST("-s -mod=x")},
        {"GOFLAGS='-ldflags=-s -mod=x'  \"-tags=a b\"", STR_CONST("tags"), true, STR_CONST("a b")},
        {"GOFLAGS='-ldflags=-s -mod=x'", STR_CONST("mod"), false, STR_CONST("")},
        {"GOFLAGS=mod=mod", STR_CONST("mod"), false, STR_CONST("")},
        {"GOFLAGS='-mod=mod", STR_CONST("mod"), false, STR_CONST("")},
        {"GOFLAGS=", STR_CONST("mod"), false, STR_CONST("")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        GoEnv e = load(ENV("GOENV=off", rows[i].goflags));
        Str value = S("");
        assert_int_equal(goenv_flag(&e, rows[i].name, &value), rows[i].is_found);
        assert_str(value, rows[i].value);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_dir, drop_dir)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_process_beats_user_file_beats_go_env),
        TEST(test_empty_process_value_counts_as_unset),
        TEST(test_empty_value_in_user_file_hides_go_env),
        TEST(test_last_line_counts_in_user_file_and_first_in_go_env),
        TEST(test_lines_are_taken_as_cmd_go_takes_them),
        TEST(test_goenv_chooses_the_user_file),
        TEST(test_go_env_of_the_goroot_that_user_file_or_process_name),
        TEST(test_user_load_leaves_go_env_alone),
        TEST(test_defaults_are_computed),
        TEST(test_refuses_a_file_over_the_cap),
        TEST(test_tells_origins_to_a_person),
        TEST(test_finds_flags_in_goflags),
    };
    return cmocka_run_group_tests_name("go_env_env", tests, NULL, NULL);
}
