#define _GNU_SOURCE /* memrchr */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/num.h"

#include <stdlib.h>
#include <sys/mman.h>

#ifdef __x86_64__

#define PAGE 4096
#define MAX_SHORT 200 /* each length up to it, at each place */
#define LONG 3000     /* past where the string instruction begins */
#define N_PLACES 17

/* Two pages, and behind them and before them none: a byte too far ends the test. */
typedef struct {
    unsigned char *begin, *end;
} Fenced;

static Fenced fenced_make(void)
{
    unsigned char *all = mmap(NULL, 4 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(all != MAP_FAILED);
    assert_int_equal(mprotect(all + PAGE, 2 * PAGE, PROT_READ | PROT_WRITE), 0);
    return (Fenced){all + PAGE, all + 3 * PAGE};
}

static void fenced_free(Fenced f)
{
    munmap(f.begin - PAGE, 4 * PAGE);
}

static void fill(Fenced f, unsigned char seed)
{
    for (unsigned char *p = f.begin; p < f.end; p++) {
        *p = (unsigned char)(seed + (p - f.begin) * 7 % 251);
    }
}

static const size_t long_ones[] = {LONG, 511, 512, 513, 1024, 2047, 2048, 2049, 4095, 4096, 5000};

static size_t length_of(size_t i)
{
    return i < MAX_SHORT ? i : long_ones[i - MAX_SHORT];
}

#define N_LENGTHS (MAX_SHORT + COUNT_OF(long_ones))

static void check_copy(Fenced from, Fenced to, unsigned char *s, unsigned char *d, size_t n)
{
    fill(to, 100);
    assert_ptr_equal(bytes_copy(d, s, n), d);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(d[i], s[i]);
    }
    for (unsigned char *p = to.begin; p < to.end; p++) {
        if (p < d || p >= d + n) {
            assert_int_equal(*p, (unsigned char)(100 + (p - to.begin) * 7 % 251));
        }
    }
    (void)from;
}

static void test_copies_what_is_asked_for_and_nothing_else(void **state)
{
    (void)state;
    Fenced from = fenced_make(), to = fenced_make();
    fill(from, 3);
    for (size_t i = 0; i < N_LENGTHS; i++) {
        size_t n = length_of(i);
        check_copy(from, to, from.begin, to.end - n, n);
        check_copy(from, to, from.end - n, to.begin, n);
        check_copy(from, to, from.begin + i % N_PLACES, to.begin + i % 5, n);
    }
    fenced_free(from);
    fenced_free(to);
}

static void test_moves_over_itself_in_both_directions(void **state)
{
    (void)state;
    Fenced f = fenced_make(), expected = fenced_make();
    for (size_t i = 0; i < N_LENGTHS; i++) {
        size_t n = length_of(i);
        for (size_t shift = 0; shift <= MIN(n + 1, 90); shift += 1 + shift / 8) {
            for (int down = 0; down < 2; down++) {
                unsigned char *s = down ? f.begin + 3 : f.begin + 3 + shift;
                unsigned char *d = down ? f.begin + 3 + shift : f.begin + 3;
                fill(f, (unsigned char)i);
                for (size_t k = 0; k < n; k++) {
                    expected.begin[k] = s[k];
                }
                assert_ptr_equal(bytes_move(d, s, n), d);
                for (size_t k = 0; k < n; k++) {
                    assert_int_equal(d[k], expected.begin[k]);
                }
                assert_int_equal(f.begin[2], (unsigned char)(i + 14));
            }
        }
    }
    fenced_free(f);
    fenced_free(expected);
}

static int sign(int n)
{
    return (n > 0) - (n < 0);
}

static void test_compares_by_the_first_byte_that_differs(void **state)
{
    (void)state;
    Fenced x = fenced_make(), y = fenced_make();
    for (size_t i = 0; i < N_LENGTHS; i++) {
        size_t n = length_of(i);
        unsigned char *a = x.end - n, *b = i % 2 == 0 ? y.end - n : y.begin;
        for (size_t k = 0; k < n; k++) {
            a[k] = b[k] = (unsigned char)(k * 37 + 5);
        }
        assert_int_equal(bytes_compare(a, b, n), 0);
        for (size_t k = 0; k < n; k += 1 + k / 64) {
            unsigned char kept = a[k];
            a[k] =
                (unsigned char)(kept + 128); /* as signed bytes it would be the other way round */
            size_t after = n - 1;
            unsigned char last = b[after];
            b[after] = (unsigned char)(after == k ? last : last + 1);
            assert_int_equal(sign(bytes_compare(a, b, n)), a[k] > b[k] ? 1 : -1);
            assert_int_equal(sign(bytes_compare(b, a, n)), a[k] > b[k] ? -1 : 1);
            a[k] = kept;
            b[after] = last;
        }
    }
    fenced_free(x);
    fenced_free(y);
}

static void test_finds_the_first_and_the_last(void **state)
{
    (void)state;
    Fenced f = fenced_make();
    for (size_t i = 0; i < N_LENGTHS; i++) {
        size_t n = length_of(i);
        unsigned char *places[] = {f.begin, f.end - n, f.begin + i % N_PLACES,
                                   f.begin + PAGE - MIN(n, PAGE) / 2};
        for (size_t at = 0; at < COUNT_OF(places); at++) {
            unsigned char *p = places[at];
            memset(f.begin, 0x80, 2 * PAGE); /* what is looked for stands before and behind */
            memset(p, 'x', n);
            assert_null(bytes_find(p, 0x80, n));
            assert_null(bytes_find_last(p, 0x80, n));
            for (size_t k = 0; k < n; k += 1 + k / 32) {
                p[k] = 0x80;
                assert_ptr_equal(bytes_find(p, 0x180, n), p + k); /* one byte of the int counts */
                assert_ptr_equal(bytes_find_last(p, 0x80, n), p + k);
                p[n - 1] = 0x80;
                assert_ptr_equal(bytes_find(p, 0x80, n), p + k);
                assert_ptr_equal(bytes_find_last(p, 0x80, n), p + n - 1);
                p[k] = p[n - 1] = 'x';
            }
        }
    }
    fenced_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_copies_what_is_asked_for_and_nothing_else),
        cmocka_unit_test(test_moves_over_itself_in_both_directions),
        cmocka_unit_test(test_compares_by_the_first_byte_that_differs),
        cmocka_unit_test(test_finds_the_first_and_the_last),
    };
    return cmocka_run_group_tests_name("base_bytes", tests, NULL, NULL);
}

#else

static void test_the_functions_of_the_libc_are_used(void **state)
{
    (void)state;
    skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_functions_of_the_libc_are_used)};
    return cmocka_run_group_tests_name("base_bytes", tests, NULL, NULL);
}

#endif
