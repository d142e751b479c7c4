/* Numbers: the integer words of the project, checked arithmetic, strict decimal parsing. */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Every size, length, count and index. Signed, so that a difference that went wrong is visible. */
typedef ptrdiff_t isize;

#define ISIZE_MAX PTRDIFF_MAX
#define COUNT_OF(array) ((isize)(sizeof(array) / sizeof((array)[0])))
#define KIB ((isize)1024)
#define MIB ((isize)1024 * 1024)

#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

/* Sum and product; false when the result does not fit, *ret then untouched. */
static inline bool num_add(isize a, isize b, isize *ret)
{
    isize sum;
    if (__builtin_add_overflow(a, b, &sum)) {
        return false;
    }
    *ret = sum;
    return true;
}

static inline bool num_mul(isize a, isize b, isize *ret)
{
    isize product;
    if (__builtin_mul_overflow(a, b, &product)) {
        return false;
    }
    *ret = product;
    return true;
}

#endif
