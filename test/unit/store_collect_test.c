#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/audit.h"
#include "store/collect.h"
#include "store/tree.h"
#include "support/assert_str.h"
#include "support/fixture.h"
#include "support/store_fixture.h"

#define N_TREES 5

static const Str ids[N_TREES] = {
    STR_CONST("go1.21.0.linux-amd64"), STR_CONST("go1.22.0.linux-amd64"),
    STR_CONST("go1.23.0.linux-amd64"), STR_CONST("go1.24.0.linux-amd64"),
    STR_CONST("go1.25.0.linux-amd64"),
};

typedef struct {
    Arena a;
    Str home;
    Store s;
} Room;

/* Five toolchains. All have a file of 100 bytes in common, 1.21 and 1.22 one of 1,000 bytes,
 * and each has one of 12 bytes of its own. */
static void install_all(Room *r)
{
    Err err;
    char *bytes = ARENA_ARRAY(&r->a, char, 2000);
    memset(bytes, 'x', 2000);
    for (int i = 0; i < N_TREES; i++) {
        bytes[1900 + i] = 'y';
        FixtureFile files[] = {
            {S("VERSION"), str_format(&r->a, "go1.2%d.0   \n", i + 1), false, false},
            {S("bin/go"), {bytes, 100}, true, false},
            {S("pkg/two"), {bytes, 1000}, false, false},
        };
        ASSERT(files[0].content.len == 12);
        FixtureToolchain toolchain = {ids[i], files, i < 2 ? 3 : 2, S("")};
        ASSERT(store_fixture_install(&r->a, &r->s, &toolchain, &err) == STORE_TXN_COMMITTED);
    }
}

static void use(Room *r, Str default_id, Str visible)
{
    Err err;
    int64_t number;
    assert_int_equal(
        store_fixture_switch(&r->s, default_id, &visible, visible.len > 0, NULL, &number, &err),
        GENERATION_SWITCHED);
}

static int enter(void **state)
{
    static Room room;
    room.a = arena_init(0);
    room.home = path_join(&room.a, fixture_dir(&room.a), S("home"));
    room.s = store_fixture_open(&room.a, room.home, STORE_CREATE);
    install_all(&room);
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

static CollectPlan collect(Room *r, isize keep, const Str *pins, isize n_pins, bool dry_run)
{
    Err err;
    CollectPlan plan;
    CollectOptions options = {
        .keep_generations = keep, .pins = pins, .n_pins = n_pins, .dry_run = dry_run};
    assert_true(store_collect(&r->a, &r->s, &options, &plan, &err));
    return plan;
}

static Str reason_for(const CollectPlan *plan, Str id)
{
    for (isize i = 0; i < plan->n_kept; i++) {
        if (str_eq(plan->kept[i].id, id)) {
            return plan->kept[i].reason;
        }
    }
    return S("");
}

static void test_keeps_what_is_reachable_and_says_why(void **state)
{
    Room *r = *state;
    use(r, ids[0], S(""));  /* 1: goes */
    use(r, ids[1], S(""));  /* 2: the parent */
    use(r, ids[2], ids[3]); /* 3: current */
    CollectPlan plan = collect(r, 1, &ids[4], 1, true);
    assert_str(reason_for(&plan, ids[0]), S(""));
    assert_str(reason_for(&plan, ids[1]), S("default of generation 2"));
    assert_str(reason_for(&plan, ids[2]), S("default of generation 3"));
    assert_str(reason_for(&plan, ids[3]), S("visible in generation 3"));
    assert_str(reason_for(&plan, ids[4]), S("pinned"));
    assert_int_equal(plan.n_trees, 1);
    assert_str(plan.trees[0].id, ids[0]);
    assert_int_equal(plan.n_generations, 2);
    assert_int_equal(plan.generations[0], 1);
    assert_int_equal(plan.generations[1], 0);
    assert_int_equal(collect(r, 3, NULL, 0, true).n_generations, 1);
}

static void test_does_not_keep_what_somebody_removed(void **state)
{
    Room *r = *state;
    Err err;
    use(r, ids[0], S(""));
    use(r, ids[1], S(""));
    assert_int_equal(tree_remove(&r->s, ids[0], &err), TREE_REMOVED);
    CollectPlan plan = collect(r, 5, &ids[0], 1, true);
    assert_str(reason_for(&plan, ids[0]), S(""));
    assert_str(reason_for(&plan, ids[1]), S("default of generation 2"));
}

static void test_a_dry_run_changes_nothing(void **state)
{
    Room *r = *state;
    use(r, ids[4], S(""));
    Str before = store_fixture_describe(&r->a, r->home);
    CollectPlan plan = collect(r, 1, NULL, 0, true);
    assert_int_equal(plan.n_trees, 4);
    assert_str(store_fixture_describe(&r->a, r->home), before);
}

static void test_counts_what_is_really_freed(void **state)
{
    Room *r = *state;
    Str pins[] = {ids[1], ids[2], ids[3], ids[4]};
    /* 1.21 alone: its own file, for all else has further links. */
    assert_int_equal(collect(r, 1, pins, 4, true).bytes, 12);
    /* 1.21 and 1.22: the second one frees what only the two share. */
    CollectPlan plan = collect(r, 1, pins + 1, 3, true);
    assert_int_equal(plan.trees[0].bytes, 12);
    assert_int_equal(plan.trees[1].bytes, 12 + 1000);
    assert_int_equal(plan.trees[1].files, 3);
    assert_int_equal(plan.bytes, 12 + 12 + 1000);
    /* All of them. */
    assert_int_equal(collect(r, 1, NULL, 0, true).bytes, 5 * 12 + 1000 + 100);
}

static void test_removes_the_rest(void **state)
{
    Room *r = *state;
    Err err;
    AuditLog log;
    RecordList records;
    use(r, ids[0], S(""));
    use(r, ids[1], S(""));
    use(r, ids[2], S(""));
    CollectPlan plan = collect(r, 1, NULL, 0, false);
    assert_int_equal(plan.n_trees, 3);
    assert_true(record_list(&r->a, &r->s, &records, &err));
    assert_int_equal(records.len, 2);
    assert_str(records.ptr[0].id, ids[1]);
    assert_str(records.ptr[1].id, ids[2]);
    assert_true(audit_read(&r->a, &r->s, &log, &err));
    assert_str(log.ptr[log.len - 1].action, S("prune"));
    assert_str(log.ptr[log.len - 1].detail, S("generations 0 1"));
    plan = collect(r, 1, NULL, 0, false);
    assert_int_equal(plan.n_trees, 0);
    assert_int_equal(plan.n_generations, 0);
}

static void test_the_newest_number_stays_taken(void **state)
{
    Room *r = *state;
    Err err;
    int64_t number;
    Rollback report;
    use(r, ids[0], S(""));
    use(r, ids[1], S(""));
    use(r, ids[2], S(""));
    assert_int_equal(generation_rollback(&r->a, &r->s, 1, &report, &err), ROLLBACK_DONE);
    collect(r, 0, NULL, 0, false);
    assert_int_equal(store_fixture_switch(&r->s, ids[2], NULL, 0, NULL, &number, &err),
                     GENERATION_SWITCHED);
    assert_int_equal(number, 4);
}

static void test_removes_trees_without_a_record(void **state)
{
    Room *r = *state;
    Err err;
    use(r, ids[4], S(""));
    fixture_file(&r->a, r->home, S("trees/go1.9.linux-amd64/bin/go"), S("an orphan"));
    CollectPlan plan = collect(r, 1, ids, N_TREES, false);
    assert_int_equal(plan.n_trees, 1);
    assert_int_equal(plan.bytes, 9);
    FileStat st;
    assert_int_equal(file_lstat(r->s.home_fd, S("trees/go1.9.linux-amd64"), &st, &err),
                     FILE_ABSENT);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_does_not_keep_what_somebody_removed),
        TEST(test_keeps_what_is_reachable_and_says_why),
        TEST(test_a_dry_run_changes_nothing),
        TEST(test_counts_what_is_really_freed),
        TEST(test_removes_the_rest),
        TEST(test_the_newest_number_stays_taken),
        TEST(test_removes_trees_without_a_record),
    };
    return cmocka_run_group_tests_name("store/collect", tests, NULL, NULL);
}
