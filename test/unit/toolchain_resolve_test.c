#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/assert_str.h"
#include "support/fixture.h"
#include "toolchain/conflict.h"
#include "toolchain/resolve.h"

static Arena arena;
static Str dir; /* top/; the project is top/p, the working directory top/p/sub */

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

/* What these tests' store holds: one release of 1.25, two of 1.26. */
static bool newest(void *context, Str spec, Str *ret_name)
{
    (void)context;
    static const struct {
        Str spec, name;
    } rows[] = {
        {STR_CONST("1.25"), STR_CONST("go1.25.3")},
        {STR_CONST("1.26"), STR_CONST("go1.26.8")},
        {STR_CONST("stable"), STR_CONST("go1.26.8")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        if (str_eq(spec, rows[i].spec)) {
            *ret_name = rows[i].name;
            return true;
        }
    }
    return false;
}

#define H1 "h1:b0Iq2iLQ2RiKdZdx1yTgqzSSfqXWlDGnm2Ca9yJSsM4="
#define LOCK(name) "goward-lock 1\ngo " name "\nplatform linux/amd64\nh1 " H1 "\n"
#define MAX_FILES 4

typedef struct {
    const char *request, *gotoolchain, *goward_go, *default_name;
    const char *gowork, *go111module;
    struct {
        const char *name, *text; /* below the project, "../" allowed */
    } files[MAX_FILES];
    const char *expected; /* name, SPEC or refusal */
    ResolveOutcome outcome;
    ResolveBy by;
    const char *file; /* that decided, below the project; NULL: none */
    isize line;
    bool hold;
} Row;

static Str project(void)
{
    return path_join(&arena, dir, S("p"));
}

/* Fresh files of a row. */
static void lay_out(const Row *row)
{
    Err err;
    dir_remove_all(FILE_CWD, project(), &err);
    fixture_file(&arena, project(), S(".git/HEAD"), S(""));
    fixture_file(&arena, project(), S("sub/x"), S(""));
    for (isize i = 0; i < MAX_FILES && row->files[i].name != NULL; i++) {
        fixture_file(&arena, project(), str_from_c(row->files[i].name),
                     str_from_c(row->files[i].text));
    }
}

static void add_env(Environ *env, Str name, const char *value)
{
    if (value != NULL) {
        *env = environ_with(&arena, env, name, str_from_c(value));
    }
}

static bool try_row(const Row *row, bool explain, Resolution *ret, Err *err)
{
    Environ env = {0};
    add_env(&env, S("GOENV"), "off");
    add_env(&env, S("GOTOOLCHAIN"), row->gotoolchain);
    add_env(&env, S("GOWARD_GO"), row->goward_go);
    add_env(&env, S("GOWORK"), row->gowork);
    add_env(&env, S("GO111MODULE"), row->go111module);
    ResolveInput in = {.environ = &env,
                       .working_dir = path_join(&arena, project(), S("sub")),
                       .request = str_from_c(row->request),
                       .default_name = str_from_c(row->default_name),
                       .newest = newest,
                       .explain = explain};
    return resolve_run(&arena, &in, ret, err);
}

static Resolution run_row(const Row *row, bool explain)
{
    Resolution r;
    Err err;
    lay_out(row);
    if (!try_row(row, explain, &r, &err)) {
        print_error("%s\n", err.text);
        fail();
    }
    return r;
}

static Str answer(const Resolution *r)
{
    switch (r->outcome) {
    case RESOLVE_EXACT:
        return r->name;
    case RESOLVE_SPEC:
        return r->spec;
    case RESOLVE_REFUSED:
        return r->refusal;
    case RESOLVE_NONE:
    case RESOLVE_OUTCOME_COUNT:
        break;
    }
    return S("(nothing)");
}

static void check_row(const Row *row)
{
    for (int explain = 0; explain <= 1; explain++) {
        Resolution r = run_row(row, explain);
        assert_str(answer(&r), str_from_c(row->expected));
        assert_int_equal(r.outcome, row->outcome);
        assert_int_equal(r.by, row->by);
        Str file = row->file == NULL ? S("") : path_join(&arena, project(), str_from_c(row->file));
        assert_str(r.file, file);
        assert_int_equal(r.line, row->line);
        assert_int_equal(r.hold, row->hold);
        isize n_won = 0;
        for (isize i = 0; i < r.reasons.len; i++) {
            n_won += r.reasons.ptr[i].won;
        }
        assert_int_equal(n_won, 1);
    }
}

#define MOD(text)      \
    {                  \
        "go.mod", text \
    }

static void test_a_request_names_a_version(void **state)
{
    (void)state;
    static const char *const places[] = {"./x.zip", "./dir", "https://example.com/go.tar.gz"};
    for (isize i = 0; i < COUNT_OF(places); i++) {
        Row row = {.request = places[i]};
        Resolution r;
        Err err;
        lay_out(&row);
        assert_false(try_row(&row, false, &r, &err));
        assert_int_equal(err.kind, ERR_USAGE);
        assert_true(str_contains(str_from_c(err.text), S("names a place")));
    }
}

static void test_the_first_source_that_speaks_wins(void **state)
{
    (void)state;
    static const Row rows[] = {
        /* --go, GOWARD_GO */
        {.request = "1.26.8",
         .goward_go = "1.25.3",
         .gotoolchain = "go1.22.7",
         .expected = "go1.26.8",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_REQUEST,
         .hold = true},
        {.goward_go = "go1.25.3",
         .files = {MOD("go 1.24\n")},
         .expected = "go1.25.3",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_REQUEST},
        {.request = "1.26",
         .expected = "go1.26.8",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_REQUEST},
        {.request = "1.27", .expected = "1.27", .outcome = RESOLVE_SPEC, .by = RESOLVE_BY_REQUEST},
        {.request = "1.25.3",
         .files = {MOD("go 1.26.0\n")},
         .expected = "go1.25.3",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_REQUEST,
         .hold = true},
        {.request = "1.25.3",
         .gotoolchain = "local",
         .files = {MOD("go 1.26.0\n")},
         .expected = "go1.25.3",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_REQUEST},
        /* GOTOOLCHAIN */
        {.gotoolchain = "go1.22.7",
         .files = {MOD("go 1.26.0\n"), {"goward.lock", LOCK("go1.26.8")}},
         .expected = "go1.22.7",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_GOTOOLCHAIN},
        {.gotoolchain = "go1.26.8-custom",
         .expected = "go1.26.8-custom",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_GOTOOLCHAIN},
        {.gotoolchain = "local",
         .files = {MOD("go 1.26.0\n")},
         .expected = "go1.26.0",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_GO_LINE,
         .file = "go.mod",
         .line = 1},
        {.gotoolchain = "bash",
         .files = {MOD("go 1.26.0\n")},
         .expected = "invalid GOTOOLCHAIN \"bash\"",
         .outcome = RESOLVE_REFUSED,
         .by = RESOLVE_BY_GOTOOLCHAIN},
        {.gotoolchain = "go1.26",
         .expected = "GOTOOLCHAIN=go1.26: go1.26 is a language version and no release; the first "
                     "one is go1.26.0",
         .outcome = RESOLVE_REFUSED,
         .by = RESOLVE_BY_GOTOOLCHAIN},
        {.gotoolchain = "go1.26.3+auto",
         .default_name = "go1.27.4",
         .expected = "go1.26.3",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_GOTOOLCHAIN},
        {.gotoolchain = "go1.26.3+auto",
         .files = {MOD("go 1.27.4\n")},
         .expected = "go1.27.4",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_GO_LINE,
         .file = "go.mod",
         .line = 1},
        /* goward.lock */
        {.files = {MOD("go 1.26.0\n"), {"goward.lock", LOCK("go1.26.8")}},
         .default_name = "go1.27.4",
         .expected = "go1.26.8",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_LOCK,
         .file = "goward.lock",
         .line = 2},
        {.files = {MOD("go 1.26.0\ntoolchain go1.27.4\n"), {"goward.lock", LOCK("go1.26.8")}},
         .expected = "go1.26.8",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_LOCK,
         .file = "goward.lock",
         .line = 2,
         .hold = true},
        {.gotoolchain = "go1.27.4+auto",
         .files = {{"goward.lock", LOCK("go1.26.8")}},
         .expected = "go1.26.8",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_LOCK,
         .file = "goward.lock",
         .line = 2,
         .hold = true},
        {.files = {MOD("module m\ngo 1.26.9\n"), {"goward.lock", LOCK("go1.26.8")}},
         .expected = "../goward.lock:2 pins go1.26.8, and ../go.mod:2 needs go 1.26.9",
         .outcome = RESOLVE_REFUSED,
         .by = RESOLVE_BY_LOCK,
         .file = "goward.lock",
         .line = 2},
        {.go111module = "off",
         .files = {MOD("go 1.26.9\n"), {"goward.lock", LOCK("go1.26.8")}},
         .expected = "go1.26.8",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_LOCK,
         .file = "goward.lock",
         .line = 2},
        {.files = {{"sub/goward.lock", LOCK("go1.25.3")}, {"goward.lock", LOCK("go1.26.8")}},
         .expected = "go1.25.3",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_LOCK,
         .file = "sub/goward.lock",
         .line = 2},
        /* lines alone */
        {.files = {MOD("go 1.26.0\ntoolchain go1.27.4\n")},
         .expected = "go1.27.4",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_TOOLCHAIN_LINE,
         .file = "go.mod",
         .line = 2},
        {.files = {MOD("go 1.28.1\ntoolchain go1.27.4\n")},
         .expected = "go1.28.1",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_GO_LINE,
         .file = "go.mod",
         .line = 1},
        {.files = {MOD("go 1.26\n")},
         .expected = "go1.26.0",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_GO_LINE,
         .file = "go.mod",
         .line = 1},
        {.files = {MOD("go 1.20\n")},
         .expected = "stable",
         .outcome = RESOLVE_SPEC,
         .by = RESOLVE_BY_STABLE},
        {.files = {MOD("go 1.20\ntoolchain go1.21.3\n")},
         .expected = "go1.21.3",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_TOOLCHAIN_LINE,
         .file = "go.mod",
         .line = 2},
        {.expected = "stable", .outcome = RESOLVE_SPEC, .by = RESOLVE_BY_STABLE},
        {.files = {MOD("go 1.26.0\n"), {"go.work", "go 1.27.4\n"}},
         .expected = "go1.27.4",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_GO_LINE,
         .file = "go.work",
         .line = 1},
        {.files = {MOD("toolchain nonsense\n")},
         .expected = "../go.mod:1: invalid toolchain \"nonsense\"",
         .outcome = RESOLVE_REFUSED,
         .by = RESOLVE_BY_TOOLCHAIN_LINE,
         .file = "go.mod",
         .line = 1},
        {.files = {MOD("toolchain go1.26\n")},
         .expected = "../go.mod:1: invalid toolchain \"go1.26\", a language version and no release",
         .outcome = RESOLVE_REFUSED,
         .by = RESOLVE_BY_TOOLCHAIN_LINE,
         .file = "go.mod",
         .line = 1},
        {.gowork = "go.work",
         .expected = "invalid GOWORK: not an absolute path",
         .outcome = RESOLVE_REFUSED,
         .by = RESOLVE_BY_NONE},
        /* the machine's default */
        {.default_name = "go1.26.8",
         .expected = "go1.26.8",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_DEFAULT},
        {.default_name = "go1.26.8",
         .files = {MOD("go 1.20\n")},
         .expected = "go1.26.8",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_DEFAULT},
        {.default_name = "go1.26.8",
         .files = {MOD("go 1.27.4\n")},
         .expected = "go1.27.4",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_GO_LINE,
         .file = "go.mod",
         .line = 1},
        {.default_name = "go1.26.8",
         .files = {MOD("go 1.27.4\ntoolchain default\n")},
         .expected = "go1.26.8",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_DEFAULT},
        {.default_name = "go1.26.8",
         .go111module = "off",
         .files = {MOD("go 1.27.4\n")},
         .expected = "go1.26.8",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_DEFAULT},
        /* pins */
        {.default_name = "go1.26.8",
         .files = {{".go-version", "1.25.3\n"}, MOD("go 1.24\n")},
         .expected = "go1.25.3",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_PIN,
         .file = ".go-version",
         .line = 1},
        {.files = {{".go-version", "1.25.3\n"}, MOD("go 1.26.0\n")},
         .expected = "go1.26.0",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_GO_LINE,
         .file = "go.mod",
         .line = 1},
        {.files = {{".go-version", "1.26\n"}},
         .expected = "go1.26.8",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_PIN,
         .file = ".go-version",
         .line = 1},
        {.files = {{".go-version", "1.27\n"}, MOD("go 1.27.4\n")},
         .expected = "1.27",
         .outcome = RESOLVE_SPEC,
         .by = RESOLVE_BY_PIN,
         .file = ".go-version",
         .line = 1},
        {.files = {{".go-version", "1.24\n"}, MOD("go 1.27.4\n")},
         .expected = "go1.27.4",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_GO_LINE,
         .file = "go.mod",
         .line = 1},
        {.files = {{".go-version", "latest\n"}, MOD("go 1.27.4\n")},
         .expected = "latest",
         .outcome = RESOLVE_SPEC,
         .by = RESOLVE_BY_PIN,
         .file = ".go-version",
         .line = 1},
        {.files = {{"sub/mise.toml", "[tools]\ngo = '1.25.3'\n"}, {".go-version", "1.26.8\n"}},
         .expected = "go1.25.3",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_PIN,
         .file = "sub/mise.toml",
         .line = 2},
        {.default_name = "go1.26.8",
         .files = {{".go-version", "system\n"}},
         .expected = "go1.26.8",
         .outcome = RESOLVE_EXACT,
         .by = RESOLVE_BY_DEFAULT},
        /* what stands above the project is not looked at */
        {.files = {{"../.go-version", "1.25.3\n"}, {"../goward.lock", "nonsense"}},
         .expected = "stable",
         .outcome = RESOLVE_SPEC,
         .by = RESOLVE_BY_STABLE},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        check_row(&rows[i]);
    }
}

static void test_broken_files_are_one_sentence(void **state)
{
    (void)state;
    static const struct {
        Row row;
        const char *expected;
    } rows[] = {
        {{.files = {{"goward.lock", "goward-lock 1\ngo 1.26\n"}}},
         "goward.lock:2: that is no release, expected one such as go1.26.8"},
        {{.files = {{".go-version", "banana\n"}}},
         ".go-version:1: 'banana' is no Go version, expected one such as 1.26.8"},
        {{.request = "1.26.8.9"}, ""},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Resolution r;
        Err err = {0};
        lay_out(&rows[i].row);
        assert_false(try_row(&rows[i].row, false, &r, &err));
        assert_true(str_ends_with(str_from_c(err.text), str_from_c(rows[i].expected)));
    }
}

static void test_explains_past_a_broken_file_when_the_choice_is_made(void **state)
{
    (void)state;
    static const Row row = {.request = "1.26.8", .files = {{"goward.lock", "nonsense"}}};
    Resolution r = run_row(&row, true);
    assert_str(r.name, S("go1.26.8"));
    bool is_noted = false;
    for (isize i = 0; i < r.reasons.len; i++) {
        is_noted = is_noted || str_eq(r.reasons.ptr[i].source, S("unreadable"));
    }
    assert_true(is_noted);
}

static void test_says_where_the_lock_is_or_would_be(void **state)
{
    (void)state;
    static const Row without = {.files = {MOD("go 1.26.0\n")}};
    Resolution r = run_row(&without, false);
    assert_false(r.has_lock);
    assert_str(r.lock_file, path_join(&arena, project(), S("goward.lock")));
    assert_str(r.project_root, project());
    assert_str(r.mod_file, path_join(&arena, project(), S("go.mod")));
}

static void test_names_reasons_in_order(void **state)
{
    (void)state;
    static const Row row = {.gotoolchain = "auto",
                            .default_name = "go1.25.3",
                            .files = {MOD("module m\n\ngo 1.26.0\ntoolchain go1.27.4\n"),
                                      {".tool-versions", "golang 1.26.8\n"}}};
    static const struct {
        Str source, said;
        bool won;
    } expected[] = {
        {STR_CONST("GOTOOLCHAIN (process)"), STR_CONST("auto: left to cmd/go's own switching"),
         false},
        {STR_CONST("../go.mod:4"), STR_CONST("toolchain go1.27.4"), true},
        {STR_CONST("../go.mod:3"), STR_CONST("go 1.26.0"), false},
        {STR_CONST("../.tool-versions:1"), STR_CONST("1.26.8"), false},
        {STR_CONST("default"), STR_CONST("go1.25.3"), false},
    };
    Resolution r = run_row(&row, true);
    assert_int_equal(r.reasons.len, COUNT_OF(expected));
    for (isize i = 0; i < COUNT_OF(expected); i++) {
        assert_str(r.reasons.ptr[i].source, expected[i].source);
        assert_str(r.reasons.ptr[i].said, expected[i].said);
        assert_int_equal(r.reasons.ptr[i].won, expected[i].won);
    }
}

static void test_chdir_decides_where(void **state)
{
    (void)state;
    static const Row row = {.files = {MOD("go 1.26.0\n"), {"other/go.mod", "go 1.27.4\n"}}};
    lay_out(&row);
    Environ env = {0};
    add_env(&env, S("GOENV"), "off");
    Str argv[] = {S("go"), S("-C"), S("other"), S("build")};
    ResolveInput in = {
        .environ = &env, .working_dir = project(), .argv = argv, .argc = COUNT_OF(argv)};
    Resolution r;
    Err err;
    assert_true(resolve_run(&arena, &in, &r, &err));
    assert_str(r.name, S("go1.27.4"));
    argv[2] = S("nowhere");
    assert_true(resolve_run(&arena, &in, &r, &err));
    assert_int_equal(r.outcome, RESOLVE_REFUSED);
    assert_str(r.refusal, S("chdir nowhere: no such file or directory"));
}

/* ---- conflicts ---- */

static void test_reports_conflicts(void **state)
{
    (void)state;
    static const struct {
        Row row;
        const char *id, *place, *evidence; /* of the one finding; NULL: none at all */
        isize line;
    } rows[] = {
        {{.files = {MOD("go 1.26.0\ntoolchain go1.27.4\n")}}, NULL, NULL, NULL, 0},
        {{.files = {MOD("go 1.26.0\n"), {"go.work", "go 1.25.0\nuse .\n"}}},
         "GWT020",
         "go.work",
         "../go.work:1 says go 1.25.0, ../go.mod:1 says go 1.26.0",
         1},
        {{.files = {MOD("go 1.26.0\n"), {"go.work", "use .\n"}}},
         "GWT020",
         "go.work",
         "../go.work:1 says nothing, which is go 1.18, ../go.mod:1 says go 1.26.0",
         0},
        {{.files = {MOD("go 1.26.0\n"), {"go.work", "go 1.26\nuse .\n"}}},
         "GWT021",
         "go.work",
         "../go.work:1 says go 1.26, ../go.mod:1 says go 1.26.0",
         1},
        {{.files = {MOD("go 1.27.0\ntoolchain go1.26.8\n")}},
         "GWT022",
         "go.mod",
         "../go.mod:2 says toolchain go1.26.8, ../go.mod:1 says go 1.27.0",
         2},
        {{.files = {MOD("go 1.26.0\n"), {".go-version", "1.25.3\n"}}},
         "GWT023",
         ".go-version",
         "../.go-version:1 says 1.25.3, ../go.mod:1 says go 1.26.0",
         1},
        {{.files = {MOD("go 1.26.5\n"), {".go-version", "1.26\n"}}}, NULL, NULL, NULL, 0},
        {{.files = {MOD("go 1.27\n"), {".go-version", "1.26\n"}}},
         "GWT023",
         ".go-version",
         "../.go-version:1 says 1.26, ../go.mod:1 says go 1.27",
         1},
        {{.files = {{".go-version", "1.26.8\n"}, {".tool-versions", "golang 1.25.3\n"}}},
         "GWT024",
         ".tool-versions",
         "../.go-version:1 says 1.26.8, ../.tool-versions:1 says 1.25.3",
         1},
        {{.files = {{".go-version", "go1.26.8\n"}, {".tool-versions", "golang 1.26.8\n"}}},
         NULL,
         NULL,
         NULL,
         0},
        {{.files = {{"mise.toml", "[tools]\ngo = 1.20\n"}}}, "GWT025", "mise.toml", "go = 1.20", 2},
        {{.files = {{".tool-versions", "golang ref:master\n"}}},
         "GWT026",
         ".tool-versions",
         "ref:master",
         1},
        {{.files = {MOD("toolchain go1.27.4\n"), {"goward.lock", LOCK("go1.26.8")}}},
         "GWT027",
         "goward.lock",
         "../goward.lock:2 says go1.26.8, ../go.mod:1 says toolchain "
         "go1.27.4",
         2},
        {{.files = {{".go-version", "1.25.3\n"}, {"goward.lock", LOCK("go1.26.8")}}},
         "GWT027",
         "goward.lock",
         "../goward.lock:2 says go1.26.8, ../.go-version:1 says 1.25.3",
         2},
        {{.gotoolchain = "go1.25.3", .files = {{"goward.lock", LOCK("go1.26.8")}}},
         "GWT028",
         "goward.lock",
         "GOTOOLCHAIN (process) says go1.25.3, ../goward.lock:2 says go1.26.8",
         2},
        {{.gotoolchain = "go1.25.3", .files = {MOD("go 1.26.0\n")}},
         "GWT028",
         "go.mod",
         "GOTOOLCHAIN (process) says go1.25.3, ../go.mod:1 says go 1.26.0",
         1},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Resolution r = run_row(&rows[i].row, true);
        assert_int_equal(r.conflicts.len, rows[i].id != NULL);
        if (rows[i].id == NULL) {
            continue;
        }
        const Finding *f = &r.conflicts.ptr[0];
        assert_str(f->id, str_from_c(rows[i].id));
        assert_str(f->evidence, str_from_c(rows[i].evidence));
        assert_str(f->place.file, path_join(&arena, project(), str_from_c(rows[i].place)));
        assert_int_equal(f->place.line, rows[i].line);
        assert_true(f->remedy.len > 0);
        assert_int_equal(run_row(&rows[i].row, false).conflicts.len, 0);
    }
}

static void test_every_conflict_has_an_explanation(void **state)
{
    (void)state;
    for (isize i = 0; i < conflict_explanations.len; i++) {
        const Explanation *e = &conflict_explanations.rows[i];
        assert_str(e->id, str_format(&arena, "GWT%03td", 20 + i));
        assert_true(e->title.len > 0 && e->why.len > 0 && e->cure.len > 0 && e->source.len > 0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_dir, drop_dir)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_the_first_source_that_speaks_wins),
        TEST(test_a_request_names_a_version),
        TEST(test_broken_files_are_one_sentence),
        TEST(test_explains_past_a_broken_file_when_the_choice_is_made),
        TEST(test_says_where_the_lock_is_or_would_be),
        TEST(test_names_reasons_in_order),
        TEST(test_chdir_decides_where),
        TEST(test_reports_conflicts),
        TEST(test_every_conflict_has_an_explanation),
    };
    return cmocka_run_group_tests_name("toolchain_resolve", tests, NULL, NULL);
}
