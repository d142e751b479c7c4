#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "support/fixture.h"

#include <signal.h>

static bool is_zero(const char *ptr, isize len)
{
    for (isize i = 0; i < len; i++) {
        if (ptr[i] != 0) {
            return false;
        }
    }
    return true;
}

static void test_aligns_every_block(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    for (isize align = 1; align <= 4096; align *= 2) {
        for (int i = 0; i < 50; i++) {
            arena_alloc(&a, 1, 1, 1); /* leaves the cursor at an odd place */
            uintptr_t at = (uintptr_t)arena_alloc(&a, 3, 7, align);
            assert_int_equal(at % (uintptr_t)align, 0);
        }
    }
    arena_done(&a);
}

static void test_blocks_are_zero_even_when_memory_is_used_again(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    for (int round = 0; round < 4; round++) {
        Arena scratch = a;
        for (isize n = 1; n < 200 * KIB; n = n * 3 + 1) {
            char *block = arena_alloc(&scratch, n, 1, 8);
            assert_true(is_zero(block, n));
            memset(block, 0xA5, (size_t)n);
        }
    }
    arena_done(&a);
}

static void test_begins_in_the_memory_of_its_caller(void **state)
{
    (void)state;
    char memory[1000];
    memset(memory, 0xA5, sizeof(memory));
    Arena a = arena_over(memory + 1, 900);
    char *inside = arena_alloc(&a, 100, 1, 16);
    assert_true(inside > memory && inside + 100 <= memory + 901);
    assert_true(is_zero(inside, 100));
    char *outside = arena_alloc(&a, 900, 1, 1);
    assert_true(outside + 900 <= memory || outside >= memory + sizeof(memory));
    assert_int_equal((unsigned char)memory[0], 0xA5);
    for (isize i = 901; i < (isize)sizeof(memory); i++) {
        assert_int_equal((unsigned char)memory[i], 0xA5);
    }
    arena_done(&a);
}

static char *fill_scratch(Arena scratch, isize n)
{
    char *first = arena_alloc(&scratch, n, 1, 1);
    memset(first, 's', (size_t)n);
    for (int i = 0; i < 20; i++) {
        memset(arena_alloc(&scratch, n, 1, 1), 's', (size_t)n);
    }
    return first;
}

static void test_scratch_by_value_gives_its_memory_back(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    char *kept = arena_alloc(&a, 100, 1, 1);
    memset(kept, 'k', 100);
    char *first = fill_scratch(a, 5000);
    char *second = fill_scratch(a, 5000);
    assert_ptr_equal(first, second);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(kept[i], 'k');
    }
    arena_done(&a);
}

/* The chunks that scratch added are found again, so that a loop over scratch does not grow. */
static void test_scratch_in_a_loop_reuses_its_chunks(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Arena scratch = a;
    char *big = arena_alloc(&scratch, 3 * MIB, 1, 1);
    for (int i = 0; i < 1000; i++) {
        Arena again = a;
        assert_ptr_equal(arena_alloc(&again, 3 * MIB, 1, 1), big);
    }
    arena_done(&a);
}

static void test_result_survives_later_scratch_in_other_chunks(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    char *kept[40];
    for (int i = 0; i < COUNT_OF(kept); i++) {
        fill_scratch(a, 1 + i * 997);
        kept[i] = arena_alloc(&a, 1 + i * 499, 1, 1);
        memset(kept[i], 'a' + i % 26, (size_t)(1 + i * 499));
        fill_scratch(a, 1 + i * 1777);
    }
    for (int i = 0; i < COUNT_OF(kept); i++) {
        for (int at = 0; at < 1 + i * 499; at++) {
            assert_int_equal(kept[i][at], 'a' + i % 26);
        }
    }
    arena_done(&a);
}

static void test_grows_the_newest_block_in_place(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    char *block = arena_alloc(&a, 10, 1, 1);
    memcpy(block, "0123456789", 10);
    char *grown = arena_grow(&a, block, 10, 1000, 1);
    assert_ptr_equal(grown, block);
    assert_memory_equal(grown, "0123456789", 10);
    assert_true(is_zero(grown + 10, 990));
    arena_done(&a);
}

static void test_growing_an_older_block_copies_it(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    char *block = arena_alloc(&a, 10, 1, 1);
    memcpy(block, "0123456789", 10);
    char *newer = arena_alloc(&a, 1, 1, 1);
    *newer = 'n';
    char *grown = arena_grow(&a, block, 10, 20, 1);
    assert_ptr_not_equal(grown, block);
    assert_memory_equal(grown, "0123456789", 10);
    assert_true(is_zero(grown + 10, 10));
    assert_int_equal(*newer, 'n');
    arena_done(&a);
}

static void test_growth_past_the_chunk_copies(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    isize len = 16;
    char *block = arena_alloc(&a, len, 1, 1);
    memset(block, 'x', (size_t)len);
    while (len < 4 * MIB) {
        block = arena_grow(&a, block, len, len * 2, 1);
        assert_true(is_zero(block + len, len));
        memset(block + len, 'x', (size_t)len);
        len *= 2;
    }
    for (isize i = 0; i < len; i++) {
        assert_int_equal(block[i], 'x');
    }
    arena_done(&a);
}

static void test_growing_nothing_allocates(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    uint64_t *block = arena_grow(&a, NULL, 0, 8 * KIB, 8);
    assert_true(is_zero((char *)block, 8 * KIB));
    arena_done(&a);
}

static void test_shrinking_gives_back_the_end_of_the_newest_block(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    char *older = arena_alloc(&a, 100, 1, 1);
    char *newest = arena_alloc(&a, 100, 1, 1);
    arena_shrink(&a, older, 100, 10);
    assert_ptr_equal(arena_alloc(&a, 1, 1, 1), newest + 100);
    newest = arena_alloc(&a, 100, 1, 1);
    memset(newest, 'x', 100);
    arena_shrink(&a, newest, 100, 10);
    char *next = arena_alloc(&a, 90, 1, 1);
    assert_ptr_equal(next, newest + 10);
    assert_true(is_zero(next, 90));
    arena_shrink(&a, NULL, 0, 0);
    arena_done(&a);
}

static void test_room_is_aligned_and_not_written(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    char *old = arena_alloc(&a, 64, 1, 64);
    memset(old, 'x', 64);
    arena_shrink(&a, old, 64, 1);
    char *room = arena_room(&a, 32, 16);
    assert_ptr_equal(room, old + 16);
    assert_int_equal(room[0], 'x');
    arena_done(&a);
}

static void test_zero_elements_are_allowed(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    for (int i = 0; i < 100; i++) {
        assert_non_null(ARENA_ARRAY(&a, uint64_t, 0));
    }
    arena_done(&a);
    arena_done(&a); /* nothing is left to release */
}

static bool allocate_negative(void *context)
{
    Arena a = arena_init(0);
    isize *n = context;
    arena_alloc(&a, *n, 8, 8);
    return true;
}

static void test_negative_and_overflowing_sizes_are_bugs(void **state)
{
    (void)state;
    isize sizes[] = {-1, ISIZE_MAX / 8, ISIZE_MAX / 4, ISIZE_MAX};
    for (isize i = 0; i < COUNT_OF(sizes); i++) {
        assert_true(fixture_dies_of(SIGABRT, allocate_negative, &sizes[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aligns_every_block),
        cmocka_unit_test(test_begins_in_the_memory_of_its_caller),
        cmocka_unit_test(test_blocks_are_zero_even_when_memory_is_used_again),
        cmocka_unit_test(test_scratch_by_value_gives_its_memory_back),
        cmocka_unit_test(test_scratch_in_a_loop_reuses_its_chunks),
        cmocka_unit_test(test_result_survives_later_scratch_in_other_chunks),
        cmocka_unit_test(test_grows_the_newest_block_in_place),
        cmocka_unit_test(test_growing_an_older_block_copies_it),
        cmocka_unit_test(test_growth_past_the_chunk_copies),
        cmocka_unit_test(test_growing_nothing_allocates),
        cmocka_unit_test(test_shrinking_gives_back_the_end_of_the_newest_block),
        cmocka_unit_test(test_room_is_aligned_and_not_written),
        cmocka_unit_test(test_zero_elements_are_allowed),
        cmocka_unit_test(test_negative_and_overflowing_sizes_are_bugs),
    };
    return cmocka_run_group_tests_name("base_arena", tests, NULL, NULL);
}
