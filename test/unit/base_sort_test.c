#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/sort.h"

#include "base/arena.h"

#include <string.h>

typedef struct {
    int key;
    int place; /* where it stood before */
    char padding[5];
} Item;

static isize n_compared;

static int compare_keys(const void *x, const void *y)
{
    n_compared++;
    int a = ((const Item *)x)->key, b = ((const Item *)y)->key;
    return (a > b) - (a < b);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

typedef enum { RISING, FALLING, RANDOM, FEW_KEYS, ALL_EQUAL, SAW, SHAPE_COUNT } Shape;

static int key_of(Shape shape, int i, int n, uint32_t *seed)
{
    switch (shape) {
    case RISING:
        return i;
    case FALLING:
        return n - i;
    case RANDOM:
        return (int)next_random(seed);
    case FEW_KEYS:
        return (int)(next_random(seed) % 3);
    case ALL_EQUAL:
        return 7;
    case SAW:
        return i % 9;
    case SHAPE_COUNT:
        break;
    }
    return 0;
}

static void check(Arena scratch, Shape shape, int n, uint32_t *seed)
{
    Item *items = ARENA_ARRAY(&scratch, Item, n + 2);
    memset(items, 0x5A, (size_t)(n + 2) * sizeof(Item)); /* items[0] and [n + 1] stand guard */
    Item guard = items[0];
    for (int i = 0; i < n; i++) {
        items[i + 1] = (Item){key_of(shape, i, n, seed), i, "pad"};
    }
    sort_array(items + 1, n, sizeof(Item), compare_keys);
    int64_t places = 0;
    for (int i = 1; i <= n; i++) {
        assert_string_equal(items[i].padding, "pad");
        places += items[i].place;
        if (i > 1) {
            assert_true(items[i - 1].key <= items[i].key);
            if (items[i - 1].key == items[i].key) {
                assert_true(items[i - 1].place < items[i].place);
            }
        }
    }
    assert_int_equal(places, (int64_t)n * (n - 1) / 2);
    assert_memory_equal(&items[0], &guard, sizeof(Item));
    assert_memory_equal(&items[n + 1], &guard, sizeof(Item));
}

static void test_sorts_stably_at_every_length(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    uint32_t seed = 1;
    for (Shape shape = RISING; shape < SHAPE_COUNT; shape++) {
        for (int n = 0; n < 140; n++) {
            check(a, shape, n, &seed);
        }
        check(a, shape, 1000, &seed);
        check(a, shape, 65537, &seed);
    }
    arena_done(&a);
}

static void test_sorted_input_costs_linear_time(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    uint32_t seed = 1;
    n_compared = 0;
    check(a, RISING, 65536, &seed);
    assert_true(n_compared < 2 * 65536);
    arena_done(&a);
}

static int compare_bytes(const void *x, const void *y)
{
    return *(const unsigned char *)x - *(const unsigned char *)y;
}

static void test_sorts_single_bytes(void **state)
{
    (void)state;
    char text[] = "the quick brown fox jumps over the lazy dog";
    sort_array(text, (isize)strlen(text), 1, compare_bytes);
    assert_string_equal(text, "        abcdeeefghhijklmnoooopqrrsttuuvwxyz");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sorts_stably_at_every_length),
        cmocka_unit_test(test_sorted_input_costs_linear_time),
        cmocka_unit_test(test_sorts_single_bytes),
    };
    return cmocka_run_group_tests_name("base_sort", tests, NULL, NULL);
}
