#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sumdb/tileload.h"
#include "sumdb_stage.h"

/* What one loading needs: record 12345 in the tree of 70,000, whose tiles are 0/48, 0/273.p/112,
 * 1/0, 1/1.p/17 and 2/0.p/1. */
typedef struct {
    SumdbRemote remote;
    SumdbState disk;
    TilePlan plan;
    Sha256 root;
} Load;

static Load make_load(void)
{
    TlogNode leaf = {0, 12345};
    return (Load){
        .remote = {S("log.example"), log_get, &server, 0, 0},
        .disk = {state_dir, S("log.example"), false},
        .plan = tile_plan(&arena, LOG_SIZE, &leaf, 1),
        .root = log_tree(&honest, LOG_SIZE).root,
    };
}

static TileloadOutcome run(Load *load)
{
    return tileload_prove(&load->remote, &load->disk, &arena, &load->plan, &load->root, &err);
}

static void test_asks_for_all_that_is_missing_at_once(void **state)
{
    (void)state;
    Load load = make_load();
    assert_int_equal(run(&load), TILELOAD_DONE);
    assert_int_equal(load.remote.n_batches, 1);
    assert_int_equal(load.remote.n_requests, 5);

    load = make_load();
    assert_int_equal(run(&load), TILELOAD_DONE);
    assert_int_equal(load.remote.n_requests, 0);
    for (isize i = 0; i < load.plan.len; i++) {
        assert_int_equal(load.plan.ptr[i].origin, TILE_CACHED);
        assert_true(load.plan.ptr[i].is_proved);
    }

    assert_int_equal(file_unlink(state_dir, S("log.example/tile/8/1/000"), &err), FILE_FOUND);
    load = make_load();
    assert_int_equal(run(&load), TILELOAD_DONE);
    assert_int_equal(load.remote.n_requests, 1);
}

static void test_tells_absent_from_failed(void **state)
{
    (void)state;
    Load load = make_load();
    server.tiles_size = 69999; /* a mirror that is behind */
    assert_int_equal(run(&load), TILELOAD_ABSENT);
    assert_said("does not have 'tile/8/0/273.p/112'");
    assert_int_equal(load.remote.n_batches, 2); /* the second for the full tile */

    server.tiles_size = LOG_SIZE;
    server.hook = hook_body_of_path;
    server.hook_path = S("tile/8/0/048");
    server.hook_body = S("short");
    load = make_load();
    assert_int_equal(run(&load), TILELOAD_FAILED);
    assert_int_equal(err.kind, ERR_VERIFY);

    load = make_load();
    load.remote.get = NULL;
    assert_int_equal(run(&load), TILELOAD_FAILED);
    assert_int_equal(err.kind, ERR_NET);
}

static void test_keeps_nothing_that_another_root_does_not_prove(void **state)
{
    (void)state;
    Load load = make_load();
    load.root.bytes[0] ^= 1;
    assert_int_equal(run(&load), TILELOAD_FAILED);
    assert_said("do not add up to its signed tree of 70000");
    assert_int_equal(err.kind, ERR_VERIFY);
    assert_false(is_cached("tile"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_asks_for_all_that_is_missing_at_once),
        TEST(test_tells_absent_from_failed),
        TEST(test_keeps_nothing_that_another_root_does_not_prove),
    };
    return cmocka_run_group_tests_name("sumdb_tileload", tests, make_logs, drop_logs);
}
