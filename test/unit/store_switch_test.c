#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/audit.h"
#include "support/assert_str.h"
#include "support/fixture.h"
#include "support/store_fixture.h"

#define N_IDS 3

static const FixtureFile files[] = {
    {STR_CONST("VERSION"), STR_CONST("go\n"), false, false},
    {STR_CONST("bin/go"), STR_CONST("#!/bin/sh\n"), true, false},
};

static const Str ids[N_IDS] = {STR_CONST("go1.25.14.linux-amd64"),
                               STR_CONST("go1.26.8.linux-amd64"),
                               STR_CONST("go1.26.8.linux-amd64+x01234567")};

typedef struct {
    Arena a;
    Str home, lock_file;
    Store s;
} Room;

/* A store with three toolchains, and a project. */
static int enter(void **state)
{
    static Room room;
    Err err;
    room.a = arena_init(0);
    Str dir = fixture_dir(&room.a);
    room.home = path_join(&room.a, dir, S("home"));
    room.lock_file = path_join(&room.a, dir, S("shop/goward.lock"));
    ASSERT(dir_make_all(FILE_CWD, path_dir(room.lock_file), 0755, &err));
    room.s = store_fixture_open(&room.a, room.home, STORE_CREATE);
    for (isize i = 0; i < N_IDS; i++) {
        FixtureToolchain toolchain = {ids[i], files, COUNT_OF(files), S("")};
        ASSERT(store_fixture_install(&room.a, &room.s, &toolchain, &err) == STORE_TXN_COMMITTED);
    }
    *state = &room;
    return 0;
}

static int leave(void **state)
{
    Room *r = *state;
    store_close(&r->s);
    Str fault = store_fixture_find_fault(&r->a, r->home);
    if (fault.len > 0) {
        print_error("%.*s", STR_ARG(fault));
    }
    arena_done(&r->a);
    return fault.len > 0;
}

static int64_t switch_to(Room *r, Str id, const GenerationEdit *edit)
{
    Err err;
    int64_t number = -1;
    assert_int_equal(store_fixture_switch(&r->s, id, &id, id.len > 0, edit, &number, &err),
                     GENERATION_SWITCHED);
    return number;
}

static FileContent content(const char *text)
{
    return (FileContent){text != NULL, str_from_c(text)};
}

static int64_t switch_with(Room *r, Str id, const char *before, const char *after)
{
    GenerationEdit edit = {r->lock_file, content(before), content(after)};
    return switch_to(r, id, &edit);
}

static Rollback rollback(Room *r, int64_t to, RollbackOutcome expected)
{
    Err err;
    Rollback report = {0};
    assert_int_equal(generation_rollback(&r->a, &r->s, to, &report, &err), expected);
    return report;
}

static Str lock_text(Room *r)
{
    return fixture_read(&r->a, FILE_CWD, r->lock_file);
}

static int64_t current(Room *r)
{
    Err err;
    int64_t number = -1;
    assert_int_equal(generation_current_number(r->a, &r->s, &number, &err), FILE_FOUND);
    return number;
}

static Str target_of(Room *r, const char *link)
{
    Err err;
    Str target = S("(none)");
    file_readlink(&r->a, r->s.home_fd, str_from_c(link), &target, &err);
    return target;
}

static void test_switch_makes_links(void **state)
{
    Room *r = *state;
    Err err;
    Generation g;
    int64_t number;
    Str visible[] = {ids[1], ids[0]};
    assert_int_equal(store_fixture_switch(&r->s, ids[1], visible, 2, NULL, &number, &err),
                     GENERATION_SWITCHED);
    assert_int_equal(number, 1);
    assert_str(target_of(r, "current"), S("generations/1"));
    assert_str(target_of(r, "current/go"), S("../../trees/go1.26.8.linux-amd64"));
    assert_str(target_of(r, "current/bin/go1.26.8"),
               S("../../../trees/go1.26.8.linux-amd64/bin/go"));
    assert_str(fixture_read(&r->a, r->s.home_fd, S("current/bin/go1.25.14")), S("#!/bin/sh\n"));
    assert_int_equal(generation_current(&r->a, &r->s, &g, &err), FILE_FOUND);
    assert_int_equal(g.parent, 0);
    assert_str(g.project, S("/home/a/shop"));
    assert_str(g.command, S("goward test"));
    assert_str(g.user, S("tester"));
    assert_int_equal(g.n_visible, 2);
    assert_str(g.visible[0], ids[0]); /* sorted */
}

static void test_the_same_plan_changes_nothing(void **state)
{
    Room *r = *state;
    Err err;
    int64_t number;
    switch_to(r, ids[0], NULL);
    assert_int_equal(store_fixture_switch(&r->s, ids[0], &ids[0], 1, NULL, &number, &err),
                     GENERATION_UNCHANGED);
    assert_int_equal(number, 1);
    assert_int_equal(switch_to(r, ids[1], NULL), 2);
    assert_int_equal(switch_to(r, ids[0], NULL), 3);
}

static void test_default_may_be_kept_or_none(void **state)
{
    Room *r = *state;
    Err err;
    int64_t number;
    Generation g;
    switch_to(r, ids[0], NULL);
    GenerationPlan plan = {.change = GENERATION_DEFAULT_KEEP, .visible = &ids[1], .n_visible = 1};
    assert_int_equal(generation_switch(&r->s, &plan, &number, &err), GENERATION_SWITCHED);
    assert_int_equal(generation_current(&r->a, &r->s, &g, &err), FILE_FOUND);
    assert_str(g.default_id, ids[0]);
    plan.change = GENERATION_DEFAULT_NONE;
    assert_int_equal(generation_switch(&r->s, &plan, &number, &err), GENERATION_SWITCHED);
    assert_str(target_of(r, "current/go"), S("(none)"));
}

static void test_of_one_version_the_last_named_is_visible(void **state)
{
    Room *r = *state;
    Err err;
    int64_t number;
    Str visible[] = {ids[1], ids[2]};
    assert_int_equal(store_fixture_switch(&r->s, ids[1], visible, 2, NULL, &number, &err),
                     GENERATION_SWITCHED);
    assert_str(target_of(r, "current/bin/go1.26.8"),
               S("../../../trees/go1.26.8.linux-amd64+x01234567/bin/go"));
}

static void test_refuses_what_is_not_installed(void **state)
{
    Room *r = *state;
    static const struct {
        Str id;
        ErrKind kind;
    } cases[] = {
        {STR_CONST("go1.1.linux-amd64"), ERR_NOT_FOUND},
        {STR_CONST("../../etc"), ERR_USAGE},
        {STR_CONST("tip"), ERR_USAGE},
    };
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        Err err;
        int64_t number;
        assert_int_equal(store_fixture_switch(&r->s, ids[0], &cases[i].id, 1, NULL, &number, &err),
                         GENERATION_FAILED);
        assert_int_equal(err.kind, cases[i].kind);
        assert_int_equal(current(r), 0);
    }
}

static void test_edits_a_project_file_and_back(void **state)
{
    Room *r = *state;
    switch_with(r, ids[0], NULL, "first\n");
    assert_str(lock_text(r), S("first\n"));
    switch_with(r, ids[1], "first\n", "second\n");
    switch_with(r, ids[0], "second\n", NULL);
    assert_str(lock_text(r), S("(absent)"));
    Rollback back = rollback(r, ROLLBACK_TO_PARENT, ROLLBACK_DONE);
    assert_int_equal(back.from, 3);
    assert_int_equal(back.to, 2);
    assert_int_equal(back.n_files, 1);
    assert_true(back.files[0].is_restored);
    assert_str(lock_text(r), S("second\n"));
    rollback(r, 0, ROLLBACK_DONE); /* past two edits at once */
    assert_str(lock_text(r), S("(absent)"));
    rollback(r, 2, ROLLBACK_DONE); /* and forth again */
    assert_str(lock_text(r), S("second\n"));
    assert_int_equal(current(r), 2);
}

static void test_goes_over_to_another_branch(void **state)
{
    Room *r = *state;
    switch_with(r, ids[0], NULL, "one\n");
    switch_with(r, ids[1], "one\n", "two\n");
    rollback(r, 1, ROLLBACK_DONE);
    assert_int_equal(switch_with(r, ids[1], "one\n", "three\n"), 3);
    rollback(r, 2, ROLLBACK_DONE); /* from 3 over 1 to 2 */
    assert_str(lock_text(r), S("two\n"));
    rollback(r, 3, ROLLBACK_DONE);
    assert_str(lock_text(r), S("three\n"));
}

static void test_an_edit_keeps_the_mode(void **state)
{
    Room *r = *state;
    Err err;
    FileStat st;
    assert_true(file_replace(FILE_CWD, r->lock_file, S("one\n"), 0600, &err));
    switch_with(r, ids[0], "one\n", "two\n");
    assert_int_equal(file_lstat(FILE_CWD, r->lock_file, &st, &err), FILE_FOUND);
    assert_int_equal(st.mode, 0600);
}

static void test_refuses_to_edit_what_is_not_as_expected(void **state)
{
    Room *r = *state;
    Err err;
    int64_t number;
    Str dir = path_dir(r->lock_file);
    Str link = path_join(&r->a, dir, S("link"));
    assert_true(file_replace(FILE_CWD, r->lock_file, S("mine\n"), 0644, &err));
    assert_true(file_symlink(S("goward.lock"), FILE_CWD, link, &err));
    char *big = ARENA_ARRAY(&r->a, char, GENERATION_MAX_EDIT + 1);
    const struct {
        GenerationEdit edit;
        ErrKind kind;
    } cases[] = {
        {{r->lock_file, content("other\n"), content("x")}, ERR_CONFLICT},
        {{r->lock_file, content(NULL), content("x")}, ERR_CONFLICT},
        {{link, content("mine\n"), content("x")}, ERR_UNSUPPORTED},
        {{dir, content(NULL), content("x")}, ERR_UNSUPPORTED},
        {{S("goward.lock"), content("mine\n"), content("x")}, ERR_USAGE},
        {{r->lock_file, content("mine\n"), {true, {big, GENERATION_MAX_EDIT + 1}}}, ERR_LIMIT},
    };
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(
            store_fixture_switch(&r->s, ids[0], &ids[0], 1, &cases[i].edit, &number, &err),
            GENERATION_FAILED);
        assert_int_equal(err.kind, cases[i].kind);
        assert_int_equal(current(r), 0);
        assert_str(lock_text(r), S("mine\n"));
    }
}

static void test_rollback_leaves_somebodys_edit_alone(void **state)
{
    Room *r = *state;
    Err err;
    switch_with(r, ids[0], NULL, "ours\n");
    assert_true(file_replace(FILE_CWD, r->lock_file, S("theirs\n"), 0644, &err));
    Rollback back = rollback(r, 0, ROLLBACK_DONE);
    assert_int_equal(current(r), 0);
    assert_int_equal(back.n_files, 1);
    assert_false(back.files[0].is_restored);
    assert_str(back.files[0].path, r->lock_file);
    assert_str(lock_text(r), S("theirs\n"));

    /* A project that is gone is no reason to stay where one is. */
    rollback(r, 1, ROLLBACK_DONE);
    assert_int_equal(dir_remove_all(FILE_CWD, path_dir(r->lock_file), &err), FILE_FOUND);
    rollback(r, 0, ROLLBACK_DONE);
    assert_int_equal(current(r), 0);
}

static void test_rollback_says_why_not(void **state)
{
    Room *r = *state;
    Err err;
    rollback(r, ROLLBACK_TO_PARENT, ROLLBACK_NO_PARENT);
    rollback(r, 0, ROLLBACK_SAME);
    rollback(r, 7, ROLLBACK_ABSENT);
    switch_to(r, ids[0], NULL);
    switch_to(r, ids[1], NULL);
    assert_int_equal(
        file_unlink(r->s.home_fd, str_format(&r->a, "records/%.*s", STR_ARG(ids[0])), &err),
        FILE_FOUND);
    Rollback back = rollback(r, 1, ROLLBACK_TREE_MISSING);
    assert_str(back.missing_id, ids[0]);
    assert_int_equal(current(r), 2);
    FixtureToolchain again = {ids[0], files, COUNT_OF(files), S("")};
    assert_int_equal(store_fixture_install(&r->a, &r->s, &again, &err), STORE_TXN_COMMITTED);
    rollback(r, 1, ROLLBACK_DONE);
}

static void test_numbers_are_not_used_again(void **state)
{
    Room *r = *state;
    Err err;
    Generation g;
    switch_to(r, ids[0], NULL);
    switch_to(r, ids[1], NULL);
    rollback(r, 0, ROLLBACK_DONE);
    assert_int_equal(switch_to(r, ids[1], NULL), 3);
    assert_int_equal(generation_current(&r->a, &r->s, &g, &err), FILE_FOUND);
    assert_int_equal(g.parent, 0);
}

static void test_the_log_tells_the_way(void **state)
{
    Room *r = *state;
    Err err;
    AuditLog log;
    switch_to(r, ids[0], NULL);
    rollback(r, 0, ROLLBACK_DONE);
    assert_true(audit_read(&r->a, &r->s, &log, &err));
    assert_int_equal(log.len, 1 + N_IDS + 2);
    const AuditEntry *use = &log.ptr[log.len - 2], *back = &log.ptr[log.len - 1];
    assert_str(use->action, S("use"));
    assert_str(use->detail, S("goward test: go.mod:5 asks for it"));
    assert_int_equal(use->from, 0);
    assert_int_equal(use->to, 1);
    assert_str(back->action, S("rollback"));
    assert_int_equal(back->from, 1);
    assert_int_equal(back->to, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_switch_makes_links),
        TEST(test_the_same_plan_changes_nothing),
        TEST(test_default_may_be_kept_or_none),
        TEST(test_of_one_version_the_last_named_is_visible),
        TEST(test_refuses_what_is_not_installed),
        TEST(test_edits_a_project_file_and_back),
        TEST(test_goes_over_to_another_branch),
        TEST(test_an_edit_keeps_the_mode),
        TEST(test_refuses_to_edit_what_is_not_as_expected),
        TEST(test_rollback_leaves_somebodys_edit_alone),
        TEST(test_rollback_says_why_not),
        TEST(test_numbers_are_not_used_again),
        TEST(test_the_log_tells_the_way),
    };
    return cmocka_run_group_tests_name("store/switch", tests, NULL, NULL);
}
