#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "store/audit.h"
#include "store/generation.h"
#include "store/journal.h"
#include "support/assert_str.h"
#include "support/fixture.h"
#include "support/store_fixture.h"

static Sha256 hash_in(Str line)
{
    Sha256 hash;
    assert_true(sha256_from_hex(str_to(line, 64), &hash));
    return hash;
}

/* A log of n lines. */
static Str make_log(Arena *a, int n)
{
    Sha256 previous = {0};
    StrBuf b = strbuf_init(a);
    for (int i = 1; i <= n; i++) {
        AuditEntry entry = {.sequence = i,
                            .time = i % 2 == 0 ? 0 : 1700000000, /* of a clock that jumps */
                            .user = S("a user"),
                            .from = i - 1,
                            .to = i,
                            .action = S("use"),
                            .detail = S("goward use 1.26.8\nwith a second line")};
        Str line = audit_format_line(a, &previous, &entry);
        strbuf_add(&b, line);
        previous = hash_in(line);
    }
    return strbuf_str(&b);
}

static Str changed(Arena *a, Str text, isize at, char byte)
{
    Str copy = str_copy(a, text);
    ((char *)(uintptr_t)copy.ptr)[at] = byte;
    return copy;
}

static isize start_of_line(Str text, int number)
{
    isize at = 0;
    for (int i = 1; i < number; i++) {
        at += str_index_byte(str_from(text, at), '\n') + 1;
    }
    return at;
}

static void test_entries_come_back(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    AuditLog log = audit_check(&a, make_log(&a, 3));
    assert_true(log.is_whole);
    assert_int_equal(log.len, 3);
    assert_int_equal(log.ptr[2].sequence, 3);
    assert_int_equal(log.ptr[2].from, 2);
    assert_int_equal(log.ptr[2].to, 3);
    assert_str(log.ptr[2].user, S("a user"));
    assert_str(log.ptr[2].action, S("use"));
    assert_str(log.ptr[2].detail, S("goward use 1.26.8\nwith a second line"));
    assert_true(audit_check(&a, S("")).is_whole);
    arena_done(&a);
}

static void test_first_broken_line_is_named(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Str log = make_log(&a, 5);
    isize third = start_of_line(log, 3), fourth = start_of_line(log, 4);
    isize fifth = start_of_line(log, 5);
    Str swapped = str_format(&a, "%.*s%.*s%.*s%.*s", STR_ARG(str_to(log, third)),
                             STR_ARG(str_slice(log, fourth, fifth)),
                             STR_ARG(str_slice(log, third, fourth)), STR_ARG(str_from(log, fifth)));
    const struct {
        Str text;
        isize broken_line;
    } cases[] = {
        {changed(&a, log, third + 70, '9'), 3}, /* the time of line 3 */
        {changed(&a, log, third - 2, 'X'), 2},  /* the end of line 2 */
        {changed(&a, log, third + 3, 'x'), 3},  /* the hash in line 3: no longer one */
        {changed(&a, log, third + 3, log.ptr[third + 3] == 'a' ? 'b' : 'a'), 3}, /* another one */
        {changed(&a, log, log.len - 2, 'X'), 5},                                 /* the last line */
        {changed(&a, log, fifth + 65, '6'), 5},
        {str_from(log, start_of_line(log, 2)), 1}, /* the first line is gone */
        {str_concat(&a, str_to(log, third), str_from(log, fourth)), 3},
        {str_concat(&a, str_to(log, fourth), str_from(log, third)), 4}, /* line 3 twice */
        {swapped, 3},
        {str_to(log, log.len - 1), 5},
        {str_to(log, fourth), 0}, /* a chain says nothing about what was cut off its end */
        {str_concat(&a, log, S("x\n")), 6},
        {str_concat(&a, log, log), 6},
    };
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        AuditLog checked = audit_check(&a, cases[i].text);
        assert_int_equal(checked.broken_line, cases[i].broken_line);
        assert_int_equal(checked.is_whole, cases[i].broken_line == 0);
        assert_true(checked.is_whole || checked.broken_why.len > 0);
    }
    arena_done(&a);
}

static void test_parses_only_lines(void **state)
{
    (void)state;
#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    static const struct {
        Str line;
        bool is_line;
    } cases[] = {
        {STR_CONST(HASH " 1 17 u 0 1 use -"), true},
        {STR_CONST(HASH " 1 17 - 0 1 - a\\x20b"), true},
        {STR_CONST(HASH " 1 17 u 0 1 use"), false},
        {STR_CONST(HASH " 1 17 u 0 1 use - more"), false},
        {STR_CONST(HASH "  1 17 u 0 1 use -"), false},
        {STR_CONST(HASH " 1 17 u 0 1 use "), false},
        {STR_CONST(HASH " 1 17 u -1 1 use -"), false},
        {STR_CONST(HASH " 01 17 u 0 1 use -"), false},
        {STR_CONST(HASH " 1 17 u 0 1 use \\x2"), false},
        {STR_CONST("0123 1 17 u 0 1 use -"), false},
        {STR_CONST(""), false},
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        Sha256 hash;
        AuditEntry entry;
        assert_int_equal(audit_parse_line(&a, cases[i].line, &hash, &entry), cases[i].is_line);
    }
    arena_done(&a);
}

static void test_finds_the_tail(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Str log = make_log(&a, 4);
    isize last = start_of_line(log, 4);
    Sha256 hash_of_3 = hash_in(str_from(log, start_of_line(log, 3)));
    const struct {
        Str text;
        int64_t sequence, torn;
        bool is_broken;
    } cases[] = {
        {log, 4, 0, false},
        {str_to(log, last + 50), 3, 50, false},
        {str_to(log, log.len - 1), 3, log.len - 1 - last, false},
        {str_concat(&a, log, (Str){"\0\0\0\0", 4}), 4, 4, false},
        {changed(&a, log, last + 100, '\0'), 3, log.len - last, false}, /* room before content */
        {changed(&a, log, last + 3, 'x'), 0, 0, true},
        {S(""), 0, 0, false},
        {S("half a first line"), 0, 17, false},
    };
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        AuditTail tail = audit_find_tail(a, cases[i].text, cases[i].text.len);
        assert_int_equal(tail.sequence, cases[i].sequence);
        assert_int_equal(tail.torn, cases[i].torn);
        assert_int_equal(tail.is_broken, cases[i].is_broken);
        assert_int_equal(tail.to, tail.sequence == 0 ? -1 : tail.sequence);
        if (tail.sequence == 3) {
            assert_true(sha256_eq(&tail.hash, &hash_of_3));
        }
    }
    /* From the end of a longer log; and from an end that holds no line at all. */
    assert_int_equal(audit_find_tail(a, str_from(log, 10), log.len).sequence, 4);
    assert_true(audit_find_tail(a, str_from(log, last + 1), log.len).is_broken);
    assert_true(audit_find_tail(a, S("no line"), 1000).is_broken);
    arena_done(&a);
}

static void test_long_fields_are_cut(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Sha256 previous = {0};
    char *long_text = ARENA_ARRAY(&a, char, 5000);
    memset(long_text, '\n', 5000);
    AuditEntry entry = {.sequence = 1, .user = {long_text, 5000}, .detail = {long_text, 5000}};
    Str line = audit_format_line(&a, &previous, &entry);
    assert_true(line.len <= AUDIT_MAX_LINE);
    assert_true(audit_check(&a, line).is_whole);
    arena_done(&a);
}

static void test_events_make_a_chain(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    AuditLog log;
    Str home = path_join(&a, fixture_dir(&a), S("home"));
    Store s = store_fixture_open(&a, home, STORE_CREATE);
    for (int i = 0; i < 300; i++) { /* past the part that is read to append */
        assert_true(
            audit_append_event(&s, S("repair"), str_format(&a, "number %d %0100d", i, i), &err));
    }
    assert_true(audit_read(&a, &s, &log, &err));
    assert_true(log.is_whole);
    assert_int_equal(log.len, 301);
    assert_str(log.ptr[0].action, S("create"));
    assert_str(log.ptr[300].user, S("tester"));
    store_close(&s);
    arena_done(&a);
}

/* The first n lines of a store's log. */
static void keep_lines(Arena *a, Str home, int n)
{
    Str log = fixture_read(a, FILE_CWD, path_join(a, home, S("audit.log")));
    fixture_file(a, home, S("audit.log"), str_to(log, start_of_line(log, n + 1)));
}

static AuditLog verified(Arena *a, Store *s)
{
    Err err;
    AuditLog log;
    assert_true(audit_verify(a, s, &log, &err));
    return log;
}

/* A cut is noticed when the last switch went with it: `current` tells of another generation. */
static void test_a_cut_end_is_noticed(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    Journal j = {.kind = JOURNAL_SWITCH, .to = 1, .sequence = 3, .audit_line = S("-\n")};
    Str home = path_join(&a, fixture_dir(&a), S("home"));
    Store s = store_fixture_open(&a, home, STORE_CREATE);
    assert_true(audit_append_event(&s, S("install"), S("-"), &err));
    assert_true(verified(&a, &s).is_whole);
    Generation g = {.number = 1, .action = S("use")};
    AuditTail tail;
    assert_true(audit_read_tail(&s, &tail, &err));
    assert_true(
        audit_append_line(&s, audit_next_line(&a, &s, &tail, 0, 1, g.action, g.action), &err));
    assert_int_equal(verified(&a, &s).broken_line, 4); /* the line is there, the switch is not */
    assert_true(generation_build(&s, &g, &err) && generation_point(&s, 1, &err));
    assert_true(verified(&a, &s).is_whole);
    keep_lines(&a, home, 2);
    AuditLog log = verified(&a, &s);
    assert_false(log.is_whole);
    assert_int_equal(log.broken_line, 3);
    assert_true(str_contains(log.broken_why, S("generation 1")));
    /* A writer between the switch and its line is no crime. */
    assert_true(journal_write(&s, &j, false, &err));
    assert_true(verified(&a, &s).is_whole);
    assert_true(journal_delete(&s, &err));
    keep_lines(&a, home, 0);
    assert_int_equal(verified(&a, &s).broken_line, 1);
    store_close(&s);
    arena_done(&a);
}

/* A log of n lines, the i-th of the time 100 * i, in a store of its own. */
static Store make_aged_store(Arena *a, int n)
{
    Sha256 previous = {0};
    StrBuf b = strbuf_init(a);
    Str home = path_join(a, fixture_dir(a), S("home"));
    Store s = store_fixture_open(a, home, STORE_CREATE);
    for (int i = 1; i <= n; i++) {
        AuditEntry entry = {.sequence = i,
                            .time = 100 * (int64_t)i,
                            .user = S("tester"),
                            .action = S("repair"),
                            .detail = S("-")};
        Str line = audit_format_line(a, &previous, &entry);
        strbuf_add(&b, line);
        previous = hash_in(line);
    }
    fixture_file(a, home, S("audit.log"), strbuf_str(&b));
    return s;
}

static isize forgotten(Store *s, int64_t before, bool dry_run)
{
    Err err;
    isize n;
    assert_true(audit_forget(s, before, dry_run, &n, &err));
    return n;
}

static void test_old_lines_go_and_are_vouched_for(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    int64_t oldest;
    Store s = make_aged_store(&a, 10);
    assert_int_equal(forgotten(&s, 100, false), 0);
    assert_int_equal(forgotten(&s, 550, true), 5);
    assert_int_equal(verified(&a, &s).len, 10);
    assert_int_equal(forgotten(&s, 550, false), 5);
    AuditLog log = verified(&a, &s);
    assert_true(log.is_whole);
    assert_int_equal(log.n_forgotten, 5);
    assert_int_equal(log.len, 6);
    assert_int_equal(log.ptr[0].sequence, 6);
    assert_str(log.ptr[5].action, S("forget"));
    assert_true(audit_oldest(a, s.home, &oldest));
    assert_int_equal(oldest, 600);
    assert_true(audit_append_event(&s, S("repair"), S("-"), &err));
    assert_int_equal(forgotten(&s, INT64_MAX, false), 6); /* never the last one */
    log = verified(&a, &s);
    assert_true(log.is_whole);
    assert_int_equal(log.n_forgotten, 11);
    assert_int_equal(log.len, 2);
    store_close(&s);
    arena_done(&a);
}

static void test_a_beginning_without_a_voucher_is_refused(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    isize n;
    char hex[2 * SHA256_LEN];
    Str whole = make_log(&a, 6);
    Sha256 third = hash_in(str_from(whole, start_of_line(whole, 3)));
    sha256_to_hex(&third, hex);
    Str forged = str_format(&a, "forgotten 3 %.*s\n%.*s", (int)sizeof(hex), hex,
                            STR_ARG(str_from(whole, start_of_line(whole, 4))));
    AuditLog log = audit_check(&a, forged);
    assert_false(log.is_whole);
    assert_int_equal(log.broken_line, 1);
    assert_int_equal(log.len, 3);
    /* A number that does not fit, and one that is none. */
    assert_int_equal(audit_check(&a, changed(&a, forged, 10, '2')).broken_line, 2);
    assert_int_equal(audit_check(&a, changed(&a, forged, 10, 'x')).broken_line, 1);
    assert_int_equal(audit_check(&a, S("forgotten 3 ")).broken_line, 1);
    Store s = make_aged_store(&a, 3);
    fixture_file(&a, s.home, S("audit.log"), forged);
    assert_false(audit_forget(&s, INT64_MAX, false, &n, &err));
    assert_str(fixture_read(&a, FILE_CWD, path_join(&a, s.home, S("audit.log"))), forged);
    store_close(&s);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entries_come_back),
        cmocka_unit_test(test_first_broken_line_is_named),
        cmocka_unit_test(test_parses_only_lines),
        cmocka_unit_test(test_finds_the_tail),
        cmocka_unit_test(test_long_fields_are_cut),
        cmocka_unit_test(test_events_make_a_chain),
        cmocka_unit_test(test_a_cut_end_is_noticed),
        cmocka_unit_test(test_old_lines_go_and_are_vouched_for),
        cmocka_unit_test(test_a_beginning_without_a_voucher_is_refused),
    };
    return cmocka_run_group_tests_name("store/audit", tests, NULL, NULL);
}
