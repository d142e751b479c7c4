#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cmd/complete.h"
#include "support/assert_str.h"
#include "support/fixture.h"

#define MAX_WORDS 12

/* Candidates for a line, joined by spaces, then what else the shell is to offer. words: separated
 * by single spaces; a space at the end is an empty last word. */
static Str complete(Arena *a, Shell shell, const char *words, Str home)
{
    Str argv[MAX_WORDS];
    isize argc = 0;
    Str rest = str_from_c(words);
    StrCut cut = {.tail = rest};
    do {
        cut = str_cut(cut.tail, ' ');
        argv[argc++] = cut.head;
    } while (cut.found);
    Str entry = str_format(a, "GOWARD_HOME=%.*s", STR_ARG(home));
    Environ env = {&entry, 1};
    Completions found;
    complete_line(a, &env, shell, argv, argc, &found);
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < found.candidates.len; i++) {
        strbuf_add(&b, b.len > 0 ? S(" ") : S(""));
        strbuf_add(&b, found.candidates.ptr[i].text);
    }
    if (found.offer != OFFER_NOTHING) {
        static const char *const offers[] = {"", ":files", ":dirs", ":program"};
        strbuf_add_format(&b, "%s%s", b.len > 0 ? " " : "", offers[found.offer]);
    }
    if (found.offer == OFFER_PROGRAM) {
        strbuf_add_format(&b, "%td", found.n_skipped);
    }
    return strbuf_str(&b);
}

static const char *const names[] = {
    "trees/go1.26.8.linux-amd64/x", "trees/go1.27.4.linux-amd64/x",
    "trees/go1.27.4.linux-arm64/x", "trees/stranger/x",
    "generations/0/record",         "generations/12/record",
    "generations/x/record",
};

static Str make_store(Arena *a)
{
    Str home = fixture_dir(a);
    for (isize i = 0; i < COUNT_OF(names); i++) {
        fixture_file(a, home, str_from_c(names[i]), S(""));
    }
    return home;
}

static void test_offers_what_fits(void **state)
{
    (void)state;
    const struct {
        const char *words, *offered;
    } rows[] = {
        {"ins", "install"},
        {"e", "exec env explain"},
        {"pro", "proof"},
        {"__", ""},
        {"zzz", ""},
        {"proof ", "export check"},
        {"proof ex", "export"},
        {"nosuch ", ""},
        {"-C ", ":dirs"},
        {"-C dir up", "up"},
        {"-C dir upx", ""},
        {"-qC dir in", "install"},
        {"-Cdir in", "install"},
        {"up ", ":dirs"},
        {"up dir ", ""}, /* one is all it takes */
        {"up --f", "--from --fail-on"},
        {"up --from ", "proxy dl"},
        {"up --from p", "proxy"},
        {"up --from ./", ":files"},
        {"up --from=p", "--from=proxy"},
        {"up --fail-on=", "--fail-on=never --fail-on=info --fail-on=warn --fail-on=error"},
        {"up --fail-on e", "error"},
        {"up --zzz=", ""},
        {"-", "--help -h --version -V --directory -C --json --quiet -q --verbose -v --color "
              "--no-hyperlinks --no-input --offline --timeout"},
        {"--col", "--color"},
        {"--color ", "auto always never"},
        {"--timeout ", ""},
        {"list --json=", "--json=toolchains --json=available"},
        {"list --json=toolchains,", "--json=toolchains,available"},
        {"list --json=available,t", "--json=available,toolchains"},
        {"list --json ", ""}, /* --json takes its value after '=' only */
        {"install ", "latest stable oldstable 1.26.8 1.27.4"},
        {"install l", "latest"},
        {"install 1.26.8 1", "1.26.8 1.27.4"},
        {"install ./go", ":files"},
        {"install ~", ":files"},
        {"install 1.26.8 --platform linux/ar", "linux/arm64 linux/armv6l"},
        {"remove ", "1.26.8 1.27.4"},
        {"remove -- -", ""}, /* after "--" nothing is an option */
        {"verify ", "all 1.26.8 1.27.4"},
        {"verify /usr", ":files"},
        {"rollback --to ", "0 12"},
        {"rollback --to=1", "--to=12"},
        {"which ", "go gofmt"},
        {"explain GWT002", "GWT002"},
        {"completions ", "bash zsh fish"},
        {"completions bash ", ""},
        {"help ins", "install"},
        {"help proof ", "export check"},
        {"help up ", ""},
        {"help help ", ""},
        {"env ", "capture diff"},
        {"env capture ", ":files"},
        {"doctor li", "list :dirs"},
        {"proof check ", ":files"},
        {"proof export 1.26.8 -o ", ":files"},
        {"exec ", ":program1"},
        {"exec g", ":program1"},
        {"exec --go ", "latest stable oldstable 1.26.8 1.27.4"},
        {"exec --go 1.26.8 -- go bu", ":program4"},
        {"exec --go=1.26.8 go build -", ":program2"},
        {"exec -", "--help -h --version -V --directory -C --json --quiet -q --verbose -v --color "
                   "--no-hyperlinks --no-input --offline --timeout --go"},
        {"-q exec -- ", ":program3"},
    };
    Arena a = arena_init(0);
    Str home = make_store(&a);
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Str offered = complete(&a, SHELL_FISH, rows[i].words, home);
        if (!str_eq(offered, str_from_c(rows[i].offered))) {
            fail_msg("'%s': %.*s", rows[i].words, STR_ARG(offered));
        }
    }
    arena_done(&a);
}

static void test_bash_gets_the_part_after_the_sign(void **state)
{
    (void)state;
    const struct {
        const char *words, *offered;
    } rows[] = {
        {"up --fail-on =", "never info warn error"},
        {"up --fail-on = e", "error"},
        {"up --fail-on = error --of", "--offline"},
        {"list --json = toolchains,", "toolchains,available"},
        {"up --from = ./", ":files"},
        {"-C = up", "up"}, /* only long options are split there */
        {"exec --go = 1.26.8 -- go b", ":program3"},
        {"=", ""},
        {"ins", "install"},
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Str offered = complete(&a, SHELL_BASH, rows[i].words, S("/nonexistent"));
        if (!str_eq(offered, str_from_c(rows[i].offered))) {
            fail_msg("'%s': %.*s", rows[i].words, STR_ARG(offered));
        }
    }
    arena_done(&a);
}

static void test_no_store_offers_nothing_and_fails_nowhere(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    assert_str(complete(&a, SHELL_ZSH, "remove ", S("/nonexistent")), S(""));
    assert_str(complete(&a, SHELL_ZSH, "remove ", S("relative")), S(""));
    assert_str(complete(&a, SHELL_ZSH, "install ", S("/dev/null")), S("latest stable oldstable"));
    Completions found;
    Environ env = {0};
    complete_line(&a, &env, SHELL_BASH, NULL, 0, &found);
    assert_true(found.candidates.len > 15);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_offers_what_fits),
        cmocka_unit_test(test_bash_gets_the_part_after_the_sign),
        cmocka_unit_test(test_no_store_offers_nothing_and_fails_nowhere),
    };
    return cmocka_run_group_tests_name("cmd/complete", tests, NULL, NULL);
}
