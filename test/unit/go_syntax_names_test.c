#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/syntax/names.h"
#include "os/pool.h"
#include "support/assert_str.h"

#include <stdio.h>

#define N_NAMES 20000
#define N_THREADS 4

/* "n17", with readable bytes behind it. */
static Str name_of(char room[40], isize i)
{
    memset(room, '#', 40);
    int n = snprintf(room, 24, "%s%td", i % 3 == 0 ? "aRatherLongNameOf" : "n", i);
    return (Str){room, n};
}

static void test_equal_names_are_equal_numbers(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    NameTable *t = names_new();
    NameCache *first = name_cache_new(&a, t), *second = name_cache_new(&a, t);
    Name *names = ARENA_ARRAY(&a, Name, N_NAMES);
    char room[40];
    for (isize i = 0; i < N_NAMES; i++) {
        names[i] = name_intern(first, name_of(room, i));
        assert_true(names[i] > NAME_BLANK);
    }
    for (isize i = 0; i < N_NAMES; i++) {
        assert_int_equal(name_intern(i % 2 == 0 ? first : second, name_of(room, i)), names[i]);
        assert_str(name_text(t, names[i]), name_of(room, i));
    }
    assert_int_equal(name_intern(first, (Str){"_########", 1}), NAME_BLANK);
    assert_str(name_text(t, NAME_BLANK), S("_"));
    names_done(t);
    arena_done(&a);
}

/* Eight bytes and more, and what only differs behind them. */
static void test_names_around_a_word(void **state)
{
    (void)state;
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz########";
    Arena a = arena_init(0);
    NameTable *t = names_new();
    NameCache *cache = name_cache_new(&a, t);
    Name names[26];
    for (isize len = 1; len <= 26; len++) {
        names[len - 1] = name_intern(cache, (Str){letters, len});
        for (isize before = 1; before < len; before++) {
            assert_int_not_equal(names[before - 1], names[len - 1]);
        }
    }
    for (isize len = 1; len <= 26; len++) {
        assert_int_equal(name_intern(cache, (Str){letters, len}), names[len - 1]);
    }
    names_done(t);
    arena_done(&a);
}

typedef struct {
    NameTable *table;
    NameCache *caches[N_THREADS];
    Arena arenas[N_THREADS];
    Name names[N_THREADS][N_NAMES];
} Crowd;

static bool intern_all(void *context, isize unit, isize worker, Err *err)
{
    (void)err;
    Crowd *c = context;
    char room[40];
    for (isize i = 0; i < N_NAMES; i++) {
        isize at = unit % 2 == 0 ? i : N_NAMES - 1 - i;
        c->names[unit][at] = name_intern(c->caches[worker], name_of(room, at));
    }
    return true;
}

static void test_threads_agree(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Crowd *c = ARENA_NEW(&a, Crowd);
    Err err;
    c->table = names_new();
    for (isize i = 0; i < N_THREADS; i++) {
        c->arenas[i] = arena_init(0);
        c->caches[i] = name_cache_new(&c->arenas[i], c->table);
    }
    assert_true(pool_run(N_THREADS, N_THREADS, intern_all, c, &err));
    for (isize i = 1; i < N_THREADS; i++) {
        assert_memory_equal(c->names[0], c->names[i], sizeof(c->names[0]));
    }
    for (isize i = 0; i < N_THREADS; i++) {
        arena_done(&c->arenas[i]);
    }
    names_done(c->table);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_names_are_equal_numbers),
        cmocka_unit_test(test_names_around_a_word),
        cmocka_unit_test(test_threads_agree),
    };
    return cmocka_run_group_tests_name("go/syntax/names", tests, NULL, NULL);
}
