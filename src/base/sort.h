/* Sorting arrays in place, stable. */
#ifndef BASE_SORT_H
#define BASE_SORT_H

#include "base/str.h"

typedef int (*SortCompare)(const void *x, const void *y);

/* n elements of size bytes; equal elements keep their order. */
void sort_array(void *array, isize n, isize size, SortCompare compare);

/* Bytewise. */
void sort_strings(Str *strings, isize n);

#endif
