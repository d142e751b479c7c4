/* assert_str(actual, expected) for cmocka tests: include after <cmocka.h>. */
#ifndef SUPPORT_ASSERT_STR_H
#define SUPPORT_ASSERT_STR_H

#include "base/str.h"

static inline void assert_str_at(Str actual, Str expected, const char *file, int line)
{
    if (!str_eq(actual, expected)) {
        print_error("expected \"%.*s\"\n but got \"%.*s\"\n", STR_ARG(expected), STR_ARG(actual));
        _fail(file, line);
    }
}

#define assert_str(actual, expected) assert_str_at((actual), (expected), __FILE__, __LINE__)

#endif
