#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/map.h"
#include "base/vec.h"
#include "support/fixture.h"

#include <signal.h>

typedef struct {
    char tag;
    uint64_t number;
    Str text;
} Thing;

static void test_vector_keeps_what_was_pushed(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    VEC(Thing) things = {0};
    for (isize i = 0; i < 5000; i++) {
        *VEC_PUSH(&a, &things) = (Thing){'t', (uint64_t)i, S("x")};
        if (i % 100 == 0) {
            memset(arena_alloc(&a, 7, 1, 1), 'X', 7); /* forces the next growth to copy */
        }
    }
    assert_int_equal(things.len, 5000);
    for (isize i = 0; i < things.len; i++) {
        assert_int_equal(things.ptr[i].tag, 't');
        assert_int_equal(things.ptr[i].number, i);
        assert_int_equal((uintptr_t)&things.ptr[i] % _Alignof(Thing), 0);
    }
    arena_done(&a);
}

static void test_vector_gives_zeroed_elements(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    for (int round = 0; round < 2; round++) {
        Arena scratch = a; /* the second round gets the first one's dirty memory */
        VEC(Thing) things = {0};
        for (isize i = 0; i < 100; i++) {
            Thing *thing = VEC_PUSH(&scratch, &things);
            assert_int_equal(thing->number, 0);
            assert_null(thing->text.ptr);
            thing->number = UINT64_MAX;
            thing->text = S("dirt");
        }
    }
    arena_done(&a);
}

static void test_vector_of_bytes_grows_in_place(void **state)
{
    (void)state;
    Arena a = arena_init(64 * KIB);
    VEC(char) bytes = {0};
    *VEC_PUSH(&a, &bytes) = 'a';
    char *first = bytes.ptr;
    while (bytes.len < 10000) {
        *VEC_PUSH(&a, &bytes) = 'b';
    }
    assert_ptr_equal(bytes.ptr, first);
    arena_done(&a);
}

static void test_map_counts_keys(void **state)
{
    (void)state;
    enum { N = 20000 };
    Arena a = arena_init(0);
    Map m = map_init(&a);
    assert_null(map_get(&m, S("absent")));
    for (isize i = 0; i < N; i++) {
        bool is_new = false;
        isize *value = map_put(&m, str_format(&a, "key-%td", i % (N / 2)), &is_new);
        assert_int_equal(is_new, i < N / 2);
        assert_int_equal(*value, i < N / 2 ? 0 : i - N / 2 + 1);
        *value = i + 1;
    }
    assert_int_equal(m.len, N / 2);
    for (isize i = 0; i < N / 2; i++) {
        isize *value = map_get(&m, str_format(&a, "key-%td", i));
        assert_non_null(value);
        assert_int_equal(*value, i + N / 2 + 1);
        assert_null(map_get(&m, str_format(&a, "kez-%td", i)));
    }
    arena_done(&a);
}

static void test_map_tells_keys_apart_by_every_byte(void **state)
{
    (void)state;
    const Str keys[] = {S(""), S("\0"), S("\0\0"), S("a"), S("a\0"), S("A"), S("aa")};
    Arena a = arena_init(0);
    Map m = map_init(&a);
    for (isize i = 0; i < COUNT_OF(keys); i++) {
        bool is_new = false;
        *map_put(&m, keys[i], &is_new) = i;
        assert_true(is_new);
    }
    for (isize i = 0; i < COUNT_OF(keys); i++) {
        assert_int_equal(*map_get(&m, keys[i]), i);
    }
    assert_null(map_get(&m, (Str){0}));
    assert_int_equal(*map_put(&m, S("a"), NULL), 3);
    arena_done(&a);
}

static bool put_null_key(void *context)
{
    Map m = map_init(context);
    map_put(&m, (Str){0}, NULL);
    return true;
}

static void test_map_refuses_a_key_without_address(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    assert_true(fixture_dies_of(SIGABRT, put_null_key, &a));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vector_keeps_what_was_pushed),
        cmocka_unit_test(test_vector_gives_zeroed_elements),
        cmocka_unit_test(test_vector_of_bytes_grows_in_place),
        cmocka_unit_test(test_map_counts_keys),
        cmocka_unit_test(test_map_tells_keys_apart_by_every_byte),
        cmocka_unit_test(test_map_refuses_a_key_without_address),
    };
    return cmocka_run_group_tests_name("base_vec_map", tests, NULL, NULL);
}
