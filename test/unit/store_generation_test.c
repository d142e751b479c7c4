#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/generation.h"
#include "support/assert_str.h"
#include "support/fixture.h"
#include "support/store_fixture.h"

static void test_comes_back(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    Str visible[] = {S("go1.25.14.linux-amd64"), S("go1.26.8.linux-amd64")};
    Generation in = {.number = 5,
                     .parent = 4,
                     .time = 1700000000,
                     .user = S("a"),
                     .command = S("goward use 1.26.8"),
                     .action = S("use"),
                     .project = S("/home/a/my shop"),
                     .reason = S("go.mod:5\n"),
                     .default_id = visible[1],
                     .visible = visible,
                     .n_visible = 2,
                     .edit = {S("/home/a/goward.lock"), {true, S("")}, {true, S("x\ny\n")}}};
    Generation out;
    assert_true(generation_parse(&a, 5, generation_format(&a, &in), &out, &err));
    assert_str(generation_format(&a, &out), generation_format(&a, &in));
    assert_int_equal(out.number, 5);
    assert_str(out.reason, in.reason);
    assert_true(out.edit.before.exists);
    assert_int_equal(out.edit.before.text.len, 0);
    assert_str(out.edit.after.text, in.edit.after.text);

    in.edit.before.exists = false;
    assert_true(generation_parse(&a, 5, generation_format(&a, &in), &out, &err));
    assert_false(out.edit.before.exists);
    arena_done(&a);
}

static void test_reads_only_whole_records(void **state)
{
    (void)state;
    static const struct {
        Str text;
        bool is_record;
    } cases[] = {
        {STR_CONST("parent 1\ntime 2\nend -\n"), true},
        {STR_CONST("parent 1\ntime 2\ncolour of a later goward\nend -\n"), true},
        {STR_CONST("parent 1\ntime 2\n"), false},
        {STR_CONST("parent 1\ntime 2\nend -"), false},
        {STR_CONST("parent x\nend -\n"), false},
        {STR_CONST("parent 1\nvisible ../../x\nend -\n"), false},
        {STR_CONST("parent 1\ndefault /etc\nend -\n"), false},
        {STR_CONST(""), false},
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        Err err;
        Generation g;
        assert_int_equal(generation_parse(&a, 2, cases[i].text, &g, &err), cases[i].is_record);
    }
    arena_done(&a);
}

static void test_a_new_store_has_generation_zero(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    Generation g;
    GenerationList list;
    int64_t number;
    Str home = path_join(&a, fixture_dir(&a), S("home"));
    Store s = store_fixture_open(&a, home, STORE_CREATE);
    assert_int_equal(generation_current(&a, &s, &g, &err), FILE_FOUND);
    assert_int_equal(g.number, 0);
    assert_int_equal(g.parent, -1);
    assert_int_equal(g.default_id.len, 0);
    assert_true(generation_list(&a, &s, &list, &err));
    assert_int_equal(list.len, 1);
    assert_true(list.ptr[0].is_current);
    assert_true(generation_next_number(&s, &number, &err));
    assert_int_equal(number, 1);
    assert_int_equal(generation_read(&a, &s, 1, &g, &err), FILE_ABSENT);
    store_close(&s);
    arena_done(&a);
}

static void test_lists_by_number_and_shows_damage(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    GenerationList list;
    Str home = path_join(&a, fixture_dir(&a), S("home"));
    Store s = store_fixture_open(&a, home, STORE_CREATE);
    for (int64_t n = 1; n <= 11; n++) {
        Generation g = {.number = n, .parent = n - 1};
        assert_true(generation_build(&s, &g, &err));
    }
    fixture_file(&a, home, S("generations/12/record"), S("parent"));
    fixture_file(&a, home, S("generations/013/record"), S("no number of ours"));
    assert_true(generation_list(&a, &s, &list, &err));
    assert_int_equal(list.len, 13);
    for (isize i = 0; i < 12; i++) {
        assert_int_equal(list.ptr[i].number, i);
        assert_false(list.ptr[i].is_damaged);
    }
    assert_true(list.ptr[12].is_damaged);
    store_close(&s);
    arena_done(&a);
}

static void test_another_link_is_no_generation(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    int64_t number;
    Str home = path_join(&a, fixture_dir(&a), S("home"));
    Store s = store_fixture_open(&a, home, STORE_CREATE);
    static const Str targets[] = {STR_CONST("/etc"), STR_CONST("generations/"),
                                  STR_CONST("generations/01"), STR_CONST("generations/1/..")};
    for (isize i = 0; i < COUNT_OF(targets); i++) {
        assert_true(store_place_symlink(&s, targets[i], s.home_fd, S("current"), &err));
        assert_int_equal(generation_current_number(a, &s, &number, &err), FILE_ABSENT);
    }
    store_close(&s);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comes_back),
        cmocka_unit_test(test_reads_only_whole_records),
        cmocka_unit_test(test_a_new_store_has_generation_zero),
        cmocka_unit_test(test_lists_by_number_and_shows_damage),
        cmocka_unit_test(test_another_link_is_no_generation),
    };
    return cmocka_run_group_tests_name("store/generation", tests, NULL, NULL);
}
