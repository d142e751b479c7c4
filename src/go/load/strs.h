/* Lists of strings that grow on an arena. */
#ifndef GO_LOAD_STRS_H
#define GO_LOAD_STRS_H

#include "base/str.h"
#include "base/vec.h"

typedef struct {
    Str *ptr;
    isize len, cap;
} Strs;

static inline bool strs_has(const Strs *list, Str s)
{
    for (isize i = 0; i < list->len; i++) {
        if (str_eq(list->ptr[i], s)) {
            return true;
        }
    }
    return false;
}

#endif
