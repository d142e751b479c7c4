#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/audit.h"
#include "store/journal.h"
#include "store/tree.h"
#include "support/assert_str.h"
#include "support/fixture.h"
#include "support/store_fixture.h"

#define GO125 S("go1.25.14.linux-amd64")
#define GO126 S("go1.26.8.linux-amd64")

static const FixtureFile files[] = {
    {STR_CONST("VERSION"), STR_CONST("go\n"), false, false},
    {STR_CONST("bin/go"), STR_CONST("#!/bin/sh\n"), true, false},
};

typedef struct {
    Arena a;
    Str home, lock_file;
} Room;

/* A store where 1.25 was the default in generation 1, and 1.26 is in generation 2. */
static int enter(void **state)
{
    static Room room;
    Err err;
    room.a = arena_init(0);
    Str dir = fixture_dir(&room.a);
    room.home = path_join(&room.a, dir, S("home"));
    room.lock_file = path_join(&room.a, dir, S("goward.lock"));
    Store s = store_fixture_open(&room.a, room.home, STORE_CREATE);
    Str ids[] = {GO125, GO126};
    for (isize i = 0; i < COUNT_OF(ids); i++) {
        int64_t number;
        FixtureToolchain toolchain = {ids[i], files, COUNT_OF(files), S("")};
        ASSERT(store_fixture_install(&room.a, &s, &toolchain, &err) == STORE_TXN_COMMITTED);
        ASSERT(store_fixture_switch(&s, ids[i], &ids[i], 1, NULL, &number, &err) ==
               GENERATION_SWITCHED);
    }
    store_close(&s);
    *state = &room;
    return 0;
}

static int leave(void **state)
{
    Room *room = *state;
    arena_done(&room->a);
    return 0;
}

static Str path_of(Room *r, const char *name)
{
    return path_join(&r->a, r->home, str_from_c(name));
}

/* Opens for writing; gives the sentences about what was put right. */
static isize recover(Room *r)
{
    Store s = store_fixture_open(&r->a, r->home, STORE_WRITE);
    isize n = s.notes.len;
    store_close(&s);
    assert_str(store_fixture_find_fault(&r->a, r->home), S(""));
    return n;
}

static int64_t current(Room *r)
{
    Err err;
    int64_t number = -1;
    Store s = store_fixture_open(&r->a, r->home, STORE_READ);
    assert_int_equal(generation_current_number(r->a, &s, &number, &err), FILE_FOUND);
    store_close(&s);
    return number;
}

static AuditLog read_log(Room *r)
{
    Err err;
    AuditLog log;
    Store s = store_fixture_open(&r->a, r->home, STORE_READ);
    assert_true(audit_read(&r->a, &s, &log, &err));
    store_close(&s);
    return log;
}

static void test_nothing_to_do_at_rest(void **state)
{
    Room *r = *state;
    Str before = store_fixture_describe(&r->a, r->home);
    assert_int_equal(recover(r), 0);
    assert_str(store_fixture_describe(&r->a, r->home), before);
}

static void test_removes_litter(void **state)
{
    Room *r = *state;
    Err err;
    fixture_file(&r->a, r->home, S("incoming/0123456789abcdef/tree/bin/go"), S("half a"));
    fixture_file(&r->a, r->home, S("trash/0123456789abcdef/src/a.go"), S("package a"));
    assert_true(file_set_mode_at(FILE_CWD, path_of(r, "trash/0123456789abcdef/src"), 0555, &err));
    assert_int_equal(recover(r), 2);
}

static void test_cuts_off_a_torn_line(void **state)
{
    Room *r = *state;
    Err err;
    AUTO_CLOSE int fd = -1;
    assert_true(file_open_append(FILE_CWD, path_of(r, "audit.log"), 0600, &fd, &err));
    assert_true(file_write(fd, (Str){"0123\0\0\0\0\0", 9}, &err));
    assert_false(read_log(r).is_whole);
    assert_int_equal(recover(r), 1);
    assert_true(read_log(r).is_whole);
}

static void test_a_lost_current_leads_to_the_newest(void **state)
{
    Room *r = *state;
    Err err;
    static const Str targets[] = {STR_CONST("generations/17"), STR_CONST("/etc"), STR_CONST("")};
    for (isize i = 0; i < COUNT_OF(targets); i++) {
        assert_int_equal(file_unlink(FILE_CWD, path_of(r, "current"), &err), FILE_FOUND);
        if (targets[i].len > 0) {
            assert_true(file_symlink(targets[i], FILE_CWD, path_of(r, "current"), &err));
        }
        assert_int_equal(recover(r), 1);
        assert_int_equal(current(r), 2);
    }
}

static void test_a_generation_without_its_toolchain_is_passed_over(void **state)
{
    Room *r = *state;
    Err err;
    assert_int_equal(file_unlink(FILE_CWD, path_of(r, "current"), &err), FILE_FOUND);
    Str record = str_format(&r->a, "records/%.*s", STR_ARG(GO126));
    Str tree = str_format(&r->a, "trees/%.*s", STR_ARG(GO126));
    Str manifest = str_format(&r->a, "manifests/%.*s.gz", STR_ARG(GO126));
    assert_int_equal(file_unlink(FILE_CWD, path_join(&r->a, r->home, record), &err), FILE_FOUND);
    assert_int_equal(file_unlink(FILE_CWD, path_join(&r->a, r->home, manifest), &err), FILE_FOUND);
    assert_int_equal(dir_remove_all(FILE_CWD, path_join(&r->a, r->home, tree), &err), FILE_FOUND);
    recover(r);
    assert_int_equal(current(r), 1);
    AuditLog log = read_log(r);
    assert_str(log.ptr[log.len - 1].action, S("recover"));
    assert_int_equal(log.ptr[log.len - 1].from, 2);
    assert_int_equal(log.ptr[log.len - 1].to, 1);
}

static void test_an_empty_generation_is_made_when_none_is_left(void **state)
{
    Room *r = *state;
    Err err;
    assert_int_equal(file_unlink(FILE_CWD, path_of(r, "current"), &err), FILE_FOUND);
    assert_int_equal(dir_remove_all(FILE_CWD, path_of(r, "generations"), &err), FILE_FOUND);
    recover(r);
    assert_int_equal(current(r), 0);
}

static void test_a_lost_log_begins_again(void **state)
{
    Room *r = *state;
    Err err;
    assert_int_equal(file_unlink(FILE_CWD, path_of(r, "audit.log"), &err), FILE_FOUND);
    recover(r);
    AuditLog log = read_log(r);
    assert_int_equal(log.len, 1);
    assert_int_equal(log.ptr[0].to, 2);
}

/* What was changed by hand is no crash: it stays as evidence, and the store stays usable. */
static void test_a_broken_line_stays(void **state)
{
    Room *r = *state;
    Err err;
    AUTO_CLOSE int fd = -1;
    int64_t number;
    assert_true(file_open_append(FILE_CWD, path_of(r, "audit.log"), 0600, &fd, &err));
    assert_true(file_write(fd, S("nobody was here\n"), &err));
    isize n_lines = read_log(r).broken_line;
    Store s = store_fixture_open(&r->a, r->home, STORE_WRITE);
    assert_int_equal(s.notes.len, 1);
    Str id = GO125;
    assert_int_equal(store_fixture_switch(&s, id, &id, 1, NULL, &number, &err),
                     GENERATION_SWITCHED);
    store_close(&s);
    assert_int_equal(read_log(r).broken_line, n_lines);
    Str text = fixture_read(&r->a, FILE_CWD, path_of(r, "audit.log"));
    assert_true(str_contains(text, S("nobody was here\n")));
}

/* The deletion of a journal need not be on disk when the power goes. When it comes back, what it
 * speaks of was done long ago, and a project's file may have gone on since. */
static void test_a_journal_that_comes_back_is_not_followed(void **state)
{
    Room *r = *state;
    Err err;
    int64_t number;
    AuditTail tail;
    Str id = GO125;
    GenerationEdit edit = {r->lock_file, {false, S("")}, {true, S("go1.25.14\n")}};
    Store s = store_fixture_open(&r->a, r->home, STORE_WRITE);
    assert_true(audit_read_tail(&s, &tail, &err));
    assert_int_equal(store_fixture_switch(&s, id, &id, 1, &edit, &number, &err),
                     GENERATION_SWITCHED);
    ProjectChange change = {edit.path, edit.before, edit.after};
    Journal j = {.kind = JOURNAL_SWITCH,
                 .from = 2,
                 .to = number,
                 .changes = {&change, 1},
                 .sequence = tail.sequence + 1,
                 .audit_line = audit_next_line(&r->a, &s, &tail, 2, number, S("use"), S("again"))};
    assert_true(journal_write(&s, &j, true, &err));
    store_close(&s);
    assert_int_equal(file_unlink(FILE_CWD, r->lock_file, &err), FILE_FOUND);
    isize n_lines = read_log(r).len;
    recover(r);
    assert_str(fixture_read(&r->a, FILE_CWD, r->lock_file), S("(absent)"));
    assert_int_equal(read_log(r).len, n_lines);
}

/* A project that cannot be written must not keep the store shut. */
static void test_finishes_without_a_project(void **state)
{
    Room *r = *state;
    Err err;
    AuditTail tail;
    ProjectChange change = {
        path_join(&r->a, r->lock_file, S("not/there")), {false, S("")}, {true, S("x")}};
    Store s = store_fixture_open(&r->a, r->home, STORE_WRITE);
    assert_true(audit_read_tail(&s, &tail, &err));
    Journal j = {.kind = JOURNAL_ROLLBACK,
                 .from = 2,
                 .to = 1,
                 .changes = {&change, 1},
                 .sequence = tail.sequence + 1,
                 .audit_line = audit_next_line(&r->a, &s, &tail, 2, 1, S("rollback"), S(""))};
    assert_true(journal_write(&s, &j, true, &err));
    assert_true(generation_point(&s, 1, &err));
    store_close(&s);
    assert_int_equal(recover(r), 2);
    assert_int_equal(current(r), 1);
}

static void test_a_torn_journal_is_dropped(void **state)
{
    Room *r = *state;
    fixture_file(&r->a, r->home, S("journal"), S("operation remove\nid go1.26.8.linux-amd64\n"));
    Str before = store_fixture_describe(&r->a, r->home);
    assert_int_equal(recover(r), 0);
    assert_str(store_fixture_describe(&r->a, r->home), before);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_nothing_to_do_at_rest),
        TEST(test_removes_litter),
        TEST(test_cuts_off_a_torn_line),
        TEST(test_a_lost_current_leads_to_the_newest),
        TEST(test_a_generation_without_its_toolchain_is_passed_over),
        TEST(test_an_empty_generation_is_made_when_none_is_left),
        TEST(test_a_lost_log_begins_again),
        TEST(test_a_broken_line_stays),
        TEST(test_a_journal_that_comes_back_is_not_followed),
        TEST(test_finishes_without_a_project),
        TEST(test_a_torn_journal_is_dropped),
    };
    return cmocka_run_group_tests_name("store/recover", tests, NULL, NULL);
}
