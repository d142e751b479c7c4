#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/clock.h"
#include "os/fault.h"
#include "os/lock.h"
#include "os/pool.h"
#include "sumdb/state.h"
#include "support/assert_str.h"
#include "support/fixture.h"

#include <errno.h>
#include <stdatomic.h>

static Arena arena;
static int dir = -1;
static SumdbState disk;
static Err err;

static int begin(void **state)
{
    (void)state;
    arena = arena_init(MIB);
    dir = fixture_dir_open(&arena);
    disk = (SumdbState){.dirfd = dir, .name = S("log.example/sub")};
    return 0;
}

static int end(void **state)
{
    (void)state;
    fault_hook = NULL;
    file_close(&dir);
    arena_done(&arena);
    return 0;
}

static Str head(void)
{
    Str note;
    assert_true(sumdb_state_read_head(&arena, &disk, &note, &err));
    return note;
}

static void test_swaps_the_head_only_for_the_expected_one(void **state)
{
    (void)state;
    assert_str(head(), S(""));
    assert_int_equal(sumdb_state_swap_head(arena, &disk, S("x"), S("a"), &err), SUMDB_SWAP_CHANGED);
    assert_int_equal(sumdb_state_swap_head(arena, &disk, S(""), S("a"), &err), SUMDB_SWAPPED);
    assert_int_equal(sumdb_state_swap_head(arena, &disk, S(""), S("b"), &err), SUMDB_SWAP_CHANGED);
    assert_str(head(), S("a"));
    assert_int_equal(sumdb_state_swap_head(arena, &disk, S("a"), S("b"), &err), SUMDB_SWAPPED);
    assert_str(head(), S("b"));
}

/* Fails the n-th change of the disk, then all that follow. */
static int fail_from(void *context, const FaultEvent *event)
{
    (void)event;
    int *left = context;
    return *left == 0 ? EIO : (--*left, 0);
}

static void test_a_failing_disk_leaves_old_or_new(void **state)
{
    (void)state;
    bool has_swapped = false;
    for (int n = 0; !has_swapped; n++) {
        file_close(&dir);
        disk.dirfd = dir = fixture_dir_open(&arena);
        assert_int_equal(sumdb_state_swap_head(arena, &disk, S(""), S("old"), &err), SUMDB_SWAPPED);
        int left = n;
        fault_context = &left;
        fault_hook = fail_from;
        has_swapped =
            sumdb_state_swap_head(arena, &disk, S("old"), S("new"), &err) == SUMDB_SWAPPED;
        fault_hook = NULL;
        assert_true(str_eq(head(), S("old")) || str_eq(head(), S("new")));
        assert_true(!has_swapped || str_eq(head(), S("new")));
        assert_in_range(n, 0, 20);
    }
}

typedef struct {
    atomic_bool is_held;
    bool was_free; /* when the head was swapped */
    SumdbSwap swap;
} Turns;

/* Unit 0 holds the lock for a while; unit 1 swaps the head meanwhile. */
static bool take_turns(void *context, isize unit, isize worker, Err *error)
{
    (void)worker;
    Turns *turns = context;
    if (unit == 0) {
        AUTO_CLOSE int fd = -1;
        if (!file_open_update(dir, S("log.example/sub/lock"), 0600, &fd, error) ||
            lock_acquire(fd, true, -1, error) != LOCK_HELD) {
            return false;
        }
        atomic_store(&turns->is_held, true);
        clock_sleep_ms(50);
        atomic_store(&turns->is_held, false);
        return true;
    }
    while (!atomic_load(&turns->is_held)) {
        clock_sleep_ms(1);
    }
    Arena a = arena_init(0);
    turns->swap = sumdb_state_swap_head(a, &disk, S("a"), S("b"), error);
    turns->was_free = !atomic_load(&turns->is_held);
    arena_done(&a);
    return true;
}

static void test_the_head_is_swapped_under_the_lock(void **state)
{
    (void)state;
    Turns turns = {0};
    assert_int_equal(sumdb_state_swap_head(arena, &disk, S(""), S("a"), &err), SUMDB_SWAPPED);
    assert_true(pool_run(2, 2, take_turns, &turns, &err));
    assert_int_equal(turns.swap, SUMDB_SWAPPED);
    assert_true(turns.was_free);
    assert_str(head(), S("b"));
}

static Str bytes(char fill, isize len)
{
    char *ptr = arena_alloc(&arena, len, 1, 1);
    memset(ptr, fill, (size_t)len);
    return (Str){ptr, len};
}

static void test_one_file_holds_a_tile_of_any_width(void **state)
{
    (void)state;
    Str data;
    const Tile narrow = {1, 1095, 30}, wide = {1, 1095, 31}, full = {1, 1095, TILE_MAX_WIDTH};
    assert_false(sumdb_state_read_tile(&arena, &disk, narrow, &data));
    sumdb_state_write_tile(arena, &disk, narrow, bytes('a', tile_len(narrow)));
    assert_true(sumdb_state_read_tile(&arena, &disk, narrow, &data));
    assert_false(sumdb_state_read_tile(&arena, &disk, wide, &data));
    sumdb_state_write_tile(arena, &disk, full, bytes('b', tile_len(full)));
    const Tile tiles[] = {narrow, wide, full};
    for (isize i = 0; i < COUNT_OF(tiles); i++) {
        assert_true(sumdb_state_read_tile(&arena, &disk, tiles[i], &data));
        assert_str(data, bytes('b', tile_len(tiles[i])));
    }
    assert_int_equal(fixture_read(&arena, dir, S("log.example/sub/tile/8/1/x001/095")).len,
                     TILE_MAX_LEN);
}

static void test_keeps_replies_up_to_a_bound(void **state)
{
    (void)state;
    Str reply, path = S("lookup/example.com/!m@v1.0.0");
    assert_false(sumdb_state_read_reply(&arena, &disk, path, 100, &reply));
    sumdb_state_write_reply(arena, &disk, path, S("hello"));
    assert_true(sumdb_state_read_reply(&arena, &disk, path, 5, &reply));
    assert_str(reply, S("hello"));
    assert_false(sumdb_state_read_reply(&arena, &disk, path, 4, &reply));
}

/* Fails the n-th change of the disk only. */
static int fail_once(void *context, const FaultEvent *event)
{
    (void)event;
    int *left = context;
    return (*left)-- == 0 ? ENOSPC : 0;
}

static void test_a_cache_write_works_or_leaves_nothing_behind(void **state)
{
    (void)state;
    Str reply;
    for (int n = 0; n < 8; n++) {
        AUTO_CLOSE int fd = -1;
        DirList list = {0};
        int left = n;
        file_close(&dir);
        disk.dirfd = dir = fixture_dir_open(&arena);
        fault_context = &left;
        fault_hook = fail_once;
        sumdb_state_write_reply(arena, &disk, S("lookup/m@v1"), S("hello"));
        fault_hook = NULL;
        if (dir_open(dir, S("log.example/sub/lookup"), &fd, &err) == FILE_FOUND) {
            assert_true(dir_list(&arena, fd, &list, &err));
        }
        bool is_there = sumdb_state_read_reply(&arena, &disk, S("lookup/m@v1"), 5, &reply);
        assert_int_equal(list.len, is_there);
        assert_true(is_there || left < 0);
        assert_true(!is_there || left >= 0);
    }
}

static void test_keeps_the_evidence_of_forks(void **state)
{
    (void)state;
    bool is_found = true;
    Str folder, path, again, other;
    assert_true(sumdb_state_find_fork(&arena, &disk, &is_found, &folder, &err));
    assert_false(is_found);
    assert_true(sumdb_state_write_fork(&arena, &disk, S("evidence\n"), &path, &err));
    assert_true(sumdb_state_write_fork(&arena, &disk, S("evidence\n"), &again, &err));
    assert_true(sumdb_state_write_fork(&arena, &disk, S("more\n"), &other, &err));
    assert_str(again, path);
    assert_false(str_eq(other, path));
    assert_str(fixture_read(&arena, dir, path), S("evidence\n"));
    assert_true(sumdb_state_find_fork(&arena, &disk, &is_found, &folder, &err));
    assert_true(is_found && str_starts_with(path, folder));
    assert_str(folder, S("log.example/sub/forks"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_swaps_the_head_only_for_the_expected_one),
        TEST(test_a_failing_disk_leaves_old_or_new),
        TEST(test_the_head_is_swapped_under_the_lock),
        TEST(test_one_file_holds_a_tile_of_any_width),
        TEST(test_keeps_replies_up_to_a_bound),
        TEST(test_a_cache_write_works_or_leaves_nothing_behind),
        TEST(test_keeps_the_evidence_of_forks),
    };
    return cmocka_run_group_tests_name("sumdb_state", tests, NULL, NULL);
}
