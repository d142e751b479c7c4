/*
 * glibc's qsort is a merge sort only while it gets memory, and other libraries' is not stable at
 * all, so the merge sort is our own: runs of RUN elements by insertion, then bottom-up merging
 * between the array and a buffer of the same size. Presorted halves are not merged, which makes
 * the usual case, a listing that is already in order, linear.
 */
#include "base/sort.h"

#include "base/arena.h"

#include <string.h>

#define RUN 8
#define SMALL (4 * KIB)

static void insertion_sort(char *array, isize n, isize size, char *held, SortCompare compare)
{
    for (isize i = 1; i < n; i++) {
        isize at = i;
        while (at > 0 && compare(array + (at - 1) * size, array + i * size) > 0) {
            at--;
        }
        if (at < i) {
            memcpy(held, array + i * size, (size_t)size);
            memmove(array + (at + 1) * size, array + at * size, (size_t)((i - at) * size));
            memcpy(array + at * size, held, (size_t)size);
        }
    }
}

/* Merges the sorted ranges [from, mid) and [mid, to) of src into dst. */
static void merge(const char *src, char *dst, isize from, isize mid, isize to, isize size,
                  SortCompare compare)
{
    if (mid >= to || compare(src + (mid - 1) * size, src + mid * size) <= 0) {
        memcpy(dst + from * size, src + from * size, (size_t)((to - from) * size));
        return;
    }
    isize left = from, right = mid;
    for (isize at = from; at < to; at++) {
        bool take_left =
            right >= to || (left < mid && compare(src + left * size, src + right * size) <= 0);
        isize taken = take_left ? left++ : right++;
        memcpy(dst + at * size, src + taken * size, (size_t)size);
    }
}

void sort_array(void *array, isize n, isize size, SortCompare compare)
{
    if (n < 2) {
        return;
    }
    _Alignas(16) char room[SMALL]; /* a listing is short: no memory is asked for */
    Arena a = arena_over(room, SMALL);
    char *buffer = arena_alloc(&a, n + 1, size, 16);
    char *src = array, *dst = buffer;
    for (isize from = 0; from < n; from += RUN) {
        insertion_sort(src + from * size, MIN(RUN, n - from), size, buffer + n * size, compare);
    }
    for (isize width = RUN; width < n; width *= 2) {
        for (isize from = 0; from < n; from += 2 * width) {
            merge(src, dst, from, MIN(from + width, n), MIN(from + 2 * width, n), size, compare);
        }
        char *swap = src;
        src = dst;
        dst = swap;
    }
    if (src != array) {
        memcpy(array, src, (size_t)(n * size));
    }
    arena_done(&a);
}

static int compare_strings(const void *x, const void *y)
{
    return str_compare(*(const Str *)x, *(const Str *)y);
}

void sort_strings(Str *strings, isize n)
{
    sort_array(strings, n, (isize)sizeof(Str), compare_strings);
}
