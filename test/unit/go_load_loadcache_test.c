#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/load/loadcache.h"
#include "os/pool.h"
#include "support/assert_str.h"

#define N_NAMES 200
#define N_WORKERS 4

static void test_keeps_the_first_thing_of_a_name(void **state)
{
    (void)state;
    int first = 1, second = 2, other = 3;
    LoadCache *c = loadcache_new();
    char name[] = "dir";
    assert_null(loadcache_get(c, LOADCACHE_DIRS, S("dir")));
    assert_ptr_equal(loadcache_keep(c, LOADCACHE_DIRS, str_from_c(name), &first), &first);
    name[0] = 'x'; /* it was copied */
    assert_ptr_equal(loadcache_keep(c, LOADCACHE_DIRS, S("dir"), &second), &first);
    assert_ptr_equal(loadcache_get(c, LOADCACHE_DIRS, S("dir")), &first);
    assert_null(loadcache_get(c, LOADCACHE_WALKS, S("dir")));
    assert_ptr_equal(loadcache_keep(c, LOADCACHE_WALKS, S("dir"), &other), &other);
    loadcache_done(c);
}

static void test_lends_an_arena_to_one_at_a_time(void **state)
{
    (void)state;
    LoadCache *c = loadcache_new();
    Arena *x = loadcache_take_arena(c), *y = loadcache_take_arena(c);
    assert_ptr_not_equal(x, y);
    Str kept = str_copy(x, S("kept"));
    loadcache_give_arena(c, x);
    Arena *again = loadcache_take_arena(c);
    assert_ptr_equal(again, x);
    str_copy(again, S("more"));
    assert_str(kept, S("kept"));
    loadcache_done(c);
}

static void count(void *thing)
{
    ++*(int *)thing;
}

static void test_releases_things_when_it_goes(void **state)
{
    (void)state;
    int n = 0;
    LoadCache *c = loadcache_new();
    loadcache_at_end(c, count, &n);
    loadcache_at_end(c, count, &n);
    assert_int_equal(n, 0);
    loadcache_done(c);
    assert_int_equal(n, 2);
}

/* Every worker keeps a number under each name; all must get the same one. */
typedef struct {
    LoadCache *cache;
    const void *got[N_WORKERS][N_NAMES];
} Race;

static bool keep_all(void *context, isize unit, isize worker, Err *err)
{
    Race *race = context;
    (void)worker;
    (void)err;
    for (isize i = 0; i < N_NAMES; i++) {
        Arena *a = loadcache_take_arena(race->cache);
        isize *number = ARENA_NEW(a, isize);
        *number = unit * N_NAMES + i;
        Str name = str_format(a, "name %td", i);
        race->got[unit][i] = loadcache_keep(race->cache, LOADCACHE_IMPORTS, name, number);
        loadcache_give_arena(race->cache, a);
    }
    return true;
}

static void test_gives_all_threads_the_same_thing(void **state)
{
    (void)state;
    static Race race;
    Err err;
    race.cache = loadcache_new();
    assert_true(pool_run_deep(N_WORKERS, N_WORKERS, keep_all, &race, &err));
    for (isize i = 0; i < N_NAMES; i++) {
        assert_int_equal(*(const isize *)race.got[0][i] % N_NAMES, i);
        for (isize w = 1; w < N_WORKERS; w++) {
            assert_ptr_equal(race.got[w][i], race.got[0][i]);
        }
    }
    loadcache_done(race.cache);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keeps_the_first_thing_of_a_name),
        cmocka_unit_test(test_lends_an_arena_to_one_at_a_time),
        cmocka_unit_test(test_releases_things_when_it_goes),
        cmocka_unit_test(test_gives_all_threads_the_same_thing),
    };
    return cmocka_run_group_tests_name("go_load_loadcache", tests, NULL, NULL);
}
