/* Extended regular expressions: what they find, what is refused, and that grep -E says the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "format/ere.h"
#include "os/clock.h"
#include "os/contain.h"
#include "support/assert_str.h"
#include "support/fixture.h"

static bool finds(Str pattern, Str text)
{
    Arena a = arena_init(0), b = arena_init(0);
    Err err;
    const Ere *ere;
    if (!ere_compile(&a, pattern, &ere, &err)) {
        fail_msg("'%.*s': %s", STR_ARG(pattern), err.text);
    }
    bool found = ere_search(b, ere, text);
    arena_done(&a);
    arena_done(&b);
    return found;
}

static void test_finds_what_posix_says(void **state)
{
    static const struct {
        const char *pattern, *text;
        bool finds;
    } rows[] = {
        {"libprotoc (2[5-9]|[3-9][0-9])", "libprotoc 25.1\n", true},
        {"libprotoc (2[5-9]|[3-9][0-9])", "libprotoc 24.4\n", false},
        {"", "", true},
        {"^$", "", true},
        {"^$", "a\n\nb\n", true},
        {"^$", "a\nb\n", false},
        {"^b$", "a\r\nb\r\nc", true},
        {"a.c", "a\nc", false},
        {"a[^b]c", "a\nc", false},
        {"^ab|cd$", "xcd", true},
        {"(a|b)*c|(a|ab)*c", "xabc", true},
        {"a{2}", "a a", false},
        {"^a{2,3}$", "aaaa", false},
        {"^a{2,3}$", "aaa", true},
        {"^a{2,}$", "aaaaaaa", true},
        {"^(a{0})b$", "b", true},
        {"[]a]", "]", true},
        {"[^]a]", "]", false},
        {"[a-]", "-", true},
        {"[[:digit:][:upper:]_]{3}", "x7A_", true},
        {"\\.\\*\\\\", ".*\\", true},
        {"^.$", "\xc3\xa4", true},
        {"^[\xc3\xa4-\xc3\xbc]+$", "\xc3\xb6\xc3\xbc", true},
        {"^.$", "\xff", true},
        {"\xff", "\xff", true},
        {"(|a)+$", "b", true},
        {"((a*)*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", false},
        {"x**", "", true},
    };
    (void)state;
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        if (finds(str_from_c(rows[i].pattern), str_from_c(rows[i].text)) != rows[i].finds) {
            fail_msg("'%s' in '%s'", rows[i].pattern, rows[i].text);
        }
    }
}

static void test_names_the_byte_of_a_mistake(void **state)
{
    static const struct {
        const char *pattern, *text;
    } rows[] = {
        {"ab(", "byte 3 of 'ab(': the parenthesis is not closed"},
        {"a[b", "byte 2 of 'a[b': the bracket is not closed"},
        {"[z-a]", "byte 2 of '[z-a]': the range goes backwards"},
        {"*a", "byte 1 of '*a': there is nothing before it"},
        {"a|+", "byte 3 of 'a|+': there is nothing before it"},
        {"a{", "byte 3 of 'a{': a count from 0 to 255"},
        {"a{1", "byte 2 of 'a{1': this is no count"},
        {"a{3,2}", "byte 2 of 'a{3,2}': this is no count"},
        {"a{256}", "byte 3 of 'a{256}': a count from 0 to 255"},
        {"\\d+", "byte 1 of '\\d+': a backslash stands before signs only: [0-9] for \\d"},
        {"(a)\\1", "byte 4 of '(a)\\1': a backslash"},
        {"a\\", "byte 2 of 'a\\': nothing follows the backslash"},
        {"[[:letter:]]", "byte 2 of '[[:letter:]]': there is no such class"},
        {"[[=a=]]", "byte 2 of '[[=a=]]': collating elements"},
        {"a)", "byte 2 of 'a)': this parenthesis was not opened"},
        {"(((a{255}){255}){255})", "the pattern is too large with its counts written out"},
        {"((((){255}){255}){255}){255}", "the pattern is too large with its counts written out"},
    };
    (void)state;
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena_init(0);
        Err err;
        const Ere *ere;
        assert_false(ere_compile(&a, str_from_c(rows[i].pattern), &ere, &err));
        if (!str_starts_with(str_from_c(err.text), str_from_c(rows[i].text))) {
            fail_msg("'%s': %s", rows[i].pattern, err.text);
        }
        arena_done(&a);
    }
}

static void test_takes_bounded_time(void **state)
{
    static const char *const patterns[] = {
        "(a*)*(a*)*(a*)*(a*)*b",
        "(a|aa|aaa)+b",
        "(a{0,240}){0,2}b",
        "(((a?){20})+)+b",
    };
    (void)state;
    Arena a = arena_init(0);
    char *text = ARENA_ARRAY(&a, char, 64 * KIB);
    memset(text, 'a', 64 * KIB);
    for (isize i = 0; i < COUNT_OF(patterns); i++) {
        int64_t begun = clock_monotonic_ns();
        assert_false(finds(str_from_c(patterns[i]), (Str){text, 64 * KIB}));
        assert_true(clock_monotonic_ns() - begun < (int64_t)20000 * 1000000);
    }
    arena_done(&a);
}

/* ---- beside grep -E ---- */

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static Str random_text(Arena *a, uint64_t *seed, const char *const *parts, isize n_parts,
                       isize most)
{
    StrBuf b = strbuf_init(a);
    for (isize n = (isize)(next_random(seed) % (uint64_t)most) + 1; n > 0; n--) {
        strbuf_add(&b, str_from_c(parts[next_random(seed) % (uint64_t)n_parts]));
    }
    return strbuf_str(&b);
}

/* 0: a line matches, 1: none does, 2: it is no pattern for grep. */
static int ask_grep(Arena *a, Str pattern, Str text)
{
    Err err;
    Contained got;
    const ContainLimits limits = {.time_ms = 20000, .kept = KIB, .total = MIB};
    Environ env = environ_with(a, &(Environ){0}, S("LC_ALL"), S("C.UTF-8"));
    env = environ_with(a, &env, S("TEXT"), text);
    const Str argv[] = {S("sh"), S("-c"), S("printf '%s\\n' \"$TEXT\" | grep -Eq -e \"$1\""),
                        S("sh"), pattern};
    env = environ_with(a, &env, S("PATH"), S("/usr/bin:/bin"));
    Spawn s = {.path = S("/bin/sh"), .argv = argv, .argc = COUNT_OF(argv), .env = &env};
    assert_true(contain_run(a, &s, &limits, &got, &err));
    assert_int_equal(got.end, CONTAIN_EXITED);
    return got.number;
}

static void test_agrees_with_grep(void **state)
{
    static const char *const pieces[] = {
        "a",  "b", "a", "b", "\xc3\xa4", ".",   "[ab]",  "[^a]",  "[[:digit:]]", "(", ")",   "(a",
        "b)", "|", "*", "+", "?",        "{2}", "{1,2}", "{0,1}", "^",           "$", "\\.", "1"};
    static const char *const signs[] = {"a", "b", "1", ".", "\xc3\xa4", "\n", "ab"};
    (void)state;
    uint64_t seed = 88172645463325252ULL;
    isize n_compared = 0;
    for (isize i = 0; i < 600; i++) {
        Arena a = arena_init(0);
        Err err;
        const Ere *ere;
        Str pattern = random_text(&a, &seed, pieces, COUNT_OF(pieces), 8);
        Str text = random_text(&a, &seed, signs, COUNT_OF(signs), 8);
        if (ere_compile(&a, pattern, &ere, &err)) {
            int theirs = ask_grep(&a, pattern, text);
            if ((theirs == 0) != finds(pattern, text)) {
                fail_msg("'%.*s' in '%.*s': grep says %d", STR_ARG(pattern), STR_ARG(text), theirs);
            }
            n_compared++;
        }
        arena_done(&a);
    }
    assert_true(n_compared > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_what_posix_says),
        cmocka_unit_test(test_names_the_byte_of_a_mistake),
        cmocka_unit_test(test_takes_bounded_time),
        cmocka_unit_test(test_agrees_with_grep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
