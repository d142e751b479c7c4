#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/audit.h"
#include "store/journal.h"
#include "support/assert_str.h"
#include "support/fixture.h"
#include "support/store_fixture.h"

static void test_comes_back(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Journal out;
    ProjectChange changes[] = {
        {S("/home/a b/goward.lock"), {false, S("")}, {true, S("new\ncontent\0with nul")}},
        {S("/two"), {true, S("")}, {false, S("")}},
    };
    Journal in = {.kind = JOURNAL_ROLLBACK,
                  .from = 7,
                  .to = 3,
                  .changes = {changes, COUNT_OF(changes)},
                  .sequence = 12,
                  .audit_line = S("a line\n")};
    assert_true(journal_parse(&a, journal_format(&a, &in), &out));
    assert_str(journal_format(&a, &out), journal_format(&a, &in));
    assert_int_equal(out.kind, JOURNAL_ROLLBACK);
    assert_int_equal(out.to, 3);
    assert_false(out.changes.ptr[0].from.exists);
    assert_str(out.changes.ptr[0].to.text, changes[0].to.text);
    assert_true(out.changes.ptr[1].from.exists);
    assert_false(out.changes.ptr[1].to.exists);
    arena_done(&a);
}

static void test_a_torn_journal_is_none(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Journal out;
    Journal in = {.kind = JOURNAL_INSTALL, .id = S("go1.26.8.linux-amd64"), .sequence = 2};
    Str text = journal_format(&a, &in);
    assert_true(journal_parse(&a, text, &out));
    for (isize len = 0; len < text.len; len++) {
        assert_false(journal_parse(&a, str_to(text, len), &out));
    }
    for (isize i = 0; i < text.len; i++) {
        Str copy = str_copy(&a, text);
        ((char *)(uintptr_t)copy.ptr)[i] ^= 1;
        assert_false(journal_parse(&a, copy, &out));
    }
    arena_done(&a);
}

static void test_rejects_what_recovery_could_not_do(void **state)
{
    (void)state;
    const Journal cases[] = {
        {.kind = JOURNAL_NONE},
        {.kind = JOURNAL_INSTALL, .id = S("")},
        {.kind = JOURNAL_REMOVE, .id = S("../../etc")},
        {.kind = JOURNAL_SWITCH, .from = 1, .to = 1},
        {.kind = JOURNAL_SWITCH, .from = 1, .to = -1},
        {.kind = JOURNAL_SWITCH, .from = 1, .to = (int64_t)GENERATION_MAX + 1},
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        Journal out;
        assert_false(journal_parse(&a, journal_format(&a, &cases[i]), &out));
    }
    arena_done(&a);
}

static void test_finishing_appends_the_line_once(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    AuditTail tail;
    AuditLog log;
    Journal out;
    Str home = path_join(&a, fixture_dir(&a), S("home"));
    Store s = store_fixture_open(&a, home, STORE_CREATE);
    assert_int_equal(journal_read(&a, &s, &out, &err), FILE_ABSENT);
    assert_true(audit_read_tail(&s, &tail, &err));
    Journal j = {.kind = JOURNAL_REMOVE, .id = S("go1.1.linux-amd64"), .sequence = 2};
    j.audit_line = audit_next_line(&a, &s, &tail, 0, 0, S("remove"), j.id);
    assert_true(journal_write(&s, &j, true, &err));
    assert_int_equal(journal_read(&a, &s, &out, &err), FILE_FOUND);
    assert_true(journal_finish(&s, &out, &err));
    assert_int_equal(journal_read(&a, &s, &out, &err), FILE_ABSENT);
    assert_true(audit_read(&a, &s, &log, &err));
    assert_int_equal(log.len, 2);

    /* The line was made for another end of the log: the event is told, in a line that fits. */
    assert_true(journal_finish(&s, &j, &err));
    assert_true(audit_read(&a, &s, &log, &err));
    assert_true(log.is_whole);
    assert_int_equal(log.len, 3);
    assert_str(log.ptr[2].detail, j.id);
    store_close(&s);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comes_back),
        cmocka_unit_test(test_a_torn_journal_is_none),
        cmocka_unit_test(test_rejects_what_recovery_could_not_do),
        cmocka_unit_test(test_finishing_appends_the_line_once),
    };
    return cmocka_run_group_tests_name("store/journal", tests, NULL, NULL);
}
