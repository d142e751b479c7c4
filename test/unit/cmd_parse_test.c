#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cmd/parse.h"
#include "report/finding.h"
#include "support/assert_str.h"

#define MAX_WORDS 12

typedef struct {
    Arena a;
    CommandLine line;
    Err err;
    bool ok;
} Parse;

/* words: separated by single spaces; "_" stands for an empty one. */
static void parse_with(Parse *p, const char *words, const char *variable)
{
    p->a = arena_init(0);
    Str *argv = ARENA_ARRAY(&p->a, Str, MAX_WORDS);
    isize argc = 0;
    Str rest = str_from_c(words);
    while (rest.len > 0) {
        StrCut cut = str_cut(rest, ' ');
        argv[argc++] = str_eq(cut.head, S("_")) ? S("") : cut.head;
        rest = cut.tail;
    }
    Str entry = str_from_c(variable);
    Environ env = {&entry, variable != NULL};
    p->ok = command_line_parse(&p->a, argv, argc, &env, &p->line, &p->err);
}

static Parse parse(const char *words)
{
    Parse p;
    parse_with(&p, words, NULL);
    return p;
}

static void test_finds_command_arguments_and_options(void **state)
{
    (void)state;
    const struct {
        const char *words;
        Str command;
        isize n_args;
        OptionId given;
        Str value;
    } rows[] = {
        {"", S("status"), 0, OPTION_NONE, {0}},
        {"-q", S("status"), 0, OPTION_QUIET, {0}},
        {"up", S("up"), 0, OPTION_NONE, {0}},
        {"-C /w up dir", S("up"), 1, OPTION_DIR, S("/w")},
        {"up -C/w dir", S("up"), 1, OPTION_DIR, S("/w")},
        {"up dir --directory /w", S("up"), 1, OPTION_DIR, S("/w")},
        {"up --directory=/w=x", S("up"), 0, OPTION_DIR, S("/w=x")},
        {"up -qvn", S("up"), 0, OPTION_DRY_RUN, {0}},
        {"up -qC /w", S("up"), 0, OPTION_DIR, S("/w")},
        {"up -qC/w", S("up"), 0, OPTION_QUIET, {0}},
        {"list --json", S("list"), 0, OPTION_JSON, {0}},
        {"list --json=toolchains", S("list"), 0, OPTION_JSON, S("toolchains")},
        {"use --json 1.26", S("use"), 1, OPTION_JSON, {0}}, /* no value but after '=' */
        {"proof export 1.26.8 -o f", S("proof export"), 1, OPTION_OUTPUT, S("f")},
        {"--offline proof check x", S("proof check"), 1, OPTION_OFFLINE, {0}},
        {"install -- --from", S("install"), 1, OPTION_NONE, {0}},
        {"install - 1.26", S("install"), 2, OPTION_NONE, {0}},
        {"exec --go 1.26 -- go build --json -- x", S("exec"), 5, OPTION_GO, S("1.26")},
        {"exec go build --json", S("exec"), 3, OPTION_NONE, {0}},
        {"exec -q go -q", S("exec"), 2, OPTION_QUIET, {0}},
        {"up --help extra arguments too", S("up"), 3, OPTION_HELP, {0}},
        {"use -h", S("use"), 0, OPTION_HELP, {0}}, /* the missing argument is forgiven */
        {"up --from a --from b", S("up"), 0, OPTION_FROM, S("b")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Parse p = parse(rows[i].words);
        if (!p.ok) {
            fail_msg("%s: %s", rows[i].words, p.err.text);
        }
        assert_str(p.line.command->name, rows[i].command);
        assert_int_equal(p.line.n_args, rows[i].n_args);
        if (rows[i].given != OPTION_NONE) {
            assert_true(p.line.options[rows[i].given].is_set);
            assert_str(p.line.options[rows[i].given].text, rows[i].value);
        }
        arena_done(&p.a);
    }
}

static void test_exec_takes_everything_after_its_command(void **state)
{
    (void)state;
    Parse p = parse("exec --go 1.26 go test -v --json -- -x");
    assert_true(p.ok);
    assert_false(p.line.options[OPTION_JSON].is_set);
    assert_false(p.line.options[OPTION_VERBOSE].is_set);
    const Str expected[] = {S("go"), S("test"), S("-v"), S("--json"), S("--"), S("-x")};
    assert_int_equal(p.line.n_args, COUNT_OF(expected));
    for (isize i = 0; i < COUNT_OF(expected); i++) {
        assert_str(p.line.args[i], expected[i]);
    }
    arena_done(&p.a);
}

static void test_mistakes_are_named_and_mended(void **state)
{
    (void)state;
    const struct {
        const char *words, *text, *hint;
    } rows[] = {
        {"instal", "there is no command 'instal'", "goward install"},
        {"INSTALL", "there is no command 'INSTALL'", "goward install"},
        {"upp", "there is no command 'upp'", "goward up"},
        {"ver", "there is no command 'ver'", "goward verify"},
        {"zzz", "there is no command 'zzz'", "goward help"},
        {"x", "there is no command 'x'", "goward help"},
        {"_", "there is no command ''", "goward help"},
        {"__complete",
         "'goward __complete' needs bash WORD... | zsh WORD... | fish WORD... | "
         "versions | generations",
         "goward __complete versions"},
        {"__complet", "there is no command '__complet'", "goward help"}, /* hidden */
        {"proof", "'goward proof' needs a second word: export or check", "goward help proof"},
        {"proof exprt x", "there is no command 'proof exprt'", "goward proof export"},
        {"up --form=x", "'goward up' has no option '--form'", "goward up --from"},
        {"up --off", "'goward up' has no option '--off'", "goward up --offline"},
        {"up --global", "'goward up' has no option '--global'", "goward use --global"},
        {"--remote list", "'goward' has no option '--remote'", "goward list --remote"},
        {"up -x", "'goward up' has no option '-x'", "goward up --help"},
        {"up -qx", "'goward up' has no option '-x'", "goward up --help"},
        {"up --nothing-like-it", "'goward up' has no option '--nothing-like-it'",
         "goward up --help"},
        {"up --dry-run=yes", "--dry-run takes no value", ""},
        {"up --from", "--from needs a value: SOURCE", ""},
        {"up -C", "-C needs a value: DIR", ""},
        {"up --from=", "--from needs a value that is not empty", ""},
        {"up --from _", "--from needs a value that is not empty", ""},
        {"list --json=", "--json needs a value that is not empty", ""},
        {"up --jobs 0", "--jobs is '0': it must be a number from 1 to 1024", ""},
        {"up -j1025", "-j is '1025': it must be a number from 1 to 1024", ""},
        {"up -j -1", "-j is '-1': it must be a number from 1 to 1024", ""},
        {"up --jobs=01", "--jobs is '01': it must be a number from 1 to 1024", ""},
        {"--color=alway", "--color is 'alway': it can be auto, always or never", "--color=always"},
        {"--color=red", "--color is 'red': it can be auto, always or never", ""},
        {"--timeout=3x", "--timeout is '3x': it must be a time such as 500ms, 30s, 5m or 1h", ""},
        {"--timeout=0", "--timeout is '0': it must be a time such as 500ms, 30s, 5m or 1h", ""},
        {"--timeout=8000h", "--timeout is '8000h': it must be a time such as 500ms, 30s, 5m or 1h",
         ""},
        {"--timeout=9223372036854775807h",
         "--timeout is '9223372036854775807h': it must be a time such as 500ms, 30s, 5m or 1h", ""},
        {"use", "'goward use' needs SPEC", "goward use 1.26.8"},
        {"use 1.25 1.26", "'goward use' takes only SPEC: what is '1.26'?", "goward use --help"},
        {"list 1.26", "'goward list' takes no argument: what is '1.26'?", "goward list --help"},
        {"list --json=toolchains,foo", "the JSON of 'goward list' has no field 'foo'",
         "--json=toolchains,available"},
        {"list --json=,", "the JSON of 'goward list' has no field ''",
         "--json=toolchains,available"},
        {"list --json=schema", "the JSON of 'goward list' has no field 'schema'",
         "--json=toolchains,available"},
        {"exec --json=a go", "the JSON of 'goward exec' has no field 'a'", ""},
        {"up --zzzzz --from=", "'goward up' has no option '--zzzzz'",
         "goward up --help"}, /* first */
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Parse p = parse(rows[i].words);
        if (p.ok) {
            fail_msg("accepted: %s", rows[i].words);
        }
        assert_int_equal(p.err.kind, ERR_USAGE);
        assert_string_equal(p.err.text, rows[i].text);
        assert_string_equal(p.err.hint, rows[i].hint);
        arena_done(&p.a);
    }
}

static void test_output_options_are_read_even_after_a_mistake(void **state)
{
    (void)state;
    const char *const rows[] = {
        "instal --json -q --color=never", "up --zzz --json -q --color=never",
        "--json -q --color=never up --jobs=x", "proof --json -q --color=never"};
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Parse p = parse(rows[i]);
        assert_false(p.ok);
        assert_true(p.line.options[OPTION_JSON].is_set);
        assert_true(p.line.options[OPTION_QUIET].is_set);
        assert_int_equal(p.line.options[OPTION_COLOR].number, 2);
        arena_done(&p.a);
    }
}

static void test_values_have_their_types(void **state)
{
    (void)state;
    const struct {
        const char *words;
        OptionId id;
        int64_t number;
    } rows[] = {
        {"up", OPTION_TIMEOUT, -1},
        {"up --timeout 500ms", OPTION_TIMEOUT, 500},
        {"up --timeout 30s", OPTION_TIMEOUT, 30000},
        {"up --timeout 30", OPTION_TIMEOUT, 30000},
        {"up --timeout=5m", OPTION_TIMEOUT, 300000},
        {"up --timeout=1h", OPTION_TIMEOUT, 3600000},
        {"up -j 8", OPTION_JOBS, 8},
        {"up", OPTION_FAIL_ON, SEVERITY_ERROR},
        {"up --fail-on never", OPTION_FAIL_ON, SEVERITY_NONE},
        {"up --fail-on info", OPTION_FAIL_ON, SEVERITY_INFO},
        {"up --fail-on warn", OPTION_FAIL_ON, SEVERITY_WARN},
        {"up --fail-on error", OPTION_FAIL_ON, SEVERITY_ERROR},
        {"env", OPTION_ENV_FORMAT, ENV_FORMAT_SH},
        {"env --format=gitlab", OPTION_ENV_FORMAT, ENV_FORMAT_GITLAB},
        {"--color=auto", OPTION_COLOR, COLOUR_AUTO},
        {"--color=always", OPTION_COLOR, COLOUR_ALWAYS},
        {"--color=never", OPTION_COLOR, COLOUR_NEVER},
        {"rollback --to 3", OPTION_TO, 3},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Parse p = parse(rows[i].words);
        assert_true(p.ok);
        assert_int_equal(p.line.options[rows[i].id].number, rows[i].number);
        arena_done(&p.a);
    }
}

static void test_the_environment_stands_in_for_options(void **state)
{
    (void)state;
    const struct {
        const char *words, *variable;
        OptionId id;
        bool is_set;
        int64_t number;
    } rows[] = {
        {"up", "GOWARD_OFFLINE=1", OPTION_OFFLINE, true, 0},
        {"up", "GOWARD_OFFLINE=Yes", OPTION_OFFLINE, true, 0},
        {"up", "GOWARD_OFFLINE=0", OPTION_OFFLINE, false, 0},
        {"up", "GOWARD_OFFLINE=", OPTION_OFFLINE, false, 0},
        {"up", "GOWARD_TIMEOUT=2m", OPTION_TIMEOUT, true, 120000},
        {"up --timeout 1s", "GOWARD_TIMEOUT=2m", OPTION_TIMEOUT, true, 1000},
        {"up --timeout 1s", "GOWARD_TIMEOUT=nonsense", OPTION_TIMEOUT, true, 1000},
        {"up", "GOWARD_COLOR=never", OPTION_COLOR, true, 2},
        {"up", "GOWARD_JOBS=3", OPTION_JOBS, true, 3},
        {"list", "GOWARD_JOBS=nonsense", OPTION_JOBS, false, 0}, /* list takes no --jobs */
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Parse p;
        parse_with(&p, rows[i].words, rows[i].variable);
        assert_true(p.ok);
        assert_int_equal(p.line.options[rows[i].id].is_set, rows[i].is_set);
        assert_int_equal(p.line.options[rows[i].id].number, rows[i].number);
        arena_done(&p.a);
    }
    const struct {
        const char *variable, *text;
    } wrong[] = {
        {"GOWARD_OFFLINE=perhaps", "GOWARD_OFFLINE is 'perhaps': it must be 1 or 0"},
        {"GOWARD_COLOR=red", "GOWARD_COLOR is 'red': it can be auto, always or never"},
        {"GOWARD_JOBS=many", "GOWARD_JOBS is 'many': it must be a number from 1 to 1024"},
    };
    for (isize i = 0; i < COUNT_OF(wrong); i++) {
        Parse p;
        parse_with(&p, "up", wrong[i].variable);
        assert_false(p.ok);
        assert_string_equal(p.err.text, wrong[i].text);
        arena_done(&p.a);
    }
}

static void test_tells_a_named_command_from_the_default_one(void **state)
{
    (void)state;
    const struct {
        const char *words;
        bool is_named;
        Str group;
    } rows[] = {
        {"--help", false, S("")},
        {"status --help", true, S("")},
        {"proof --help", false, S("proof")},
        {"proof check --help", true, S("")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Parse p = parse(rows[i].words);
        assert_true(p.ok);
        assert_int_equal(p.line.is_named, rows[i].is_named);
        assert_str(p.line.group, rows[i].group);
        arena_done(&p.a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_command_arguments_and_options),
        cmocka_unit_test(test_exec_takes_everything_after_its_command),
        cmocka_unit_test(test_mistakes_are_named_and_mended),
        cmocka_unit_test(test_output_options_are_read_even_after_a_mistake),
        cmocka_unit_test(test_values_have_their_types),
        cmocka_unit_test(test_the_environment_stands_in_for_options),
        cmocka_unit_test(test_tells_a_named_command_from_the_default_one),
    };
    return cmocka_run_group_tests_name("cmd/parse", tests, NULL, NULL);
}
