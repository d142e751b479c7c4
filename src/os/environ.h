/* The process's environment, taken once at start and passed on as a value. */
#ifndef OS_ENVIRON_H
#define OS_ENVIRON_H

#include "base/str.h"

typedef struct {
    Str *entries; /* "NAME=value", without duplicates: the last one of a name counts */
    isize len;
} Environ;

/* The caller's environment; the strings are the process's own. */
Environ environ_get(Arena *a);
/* Value of a variable; false when it is not set. */
bool environ_lookup(const Environ *env, Str name, Str *ret);
/* Value, or empty when not set. */
Str environ_value(const Environ *env, Str name);
/* A copy with the variable set (or removed); env itself is unchanged. */
Environ environ_with(Arena *a, const Environ *env, Str name, Str value);
Environ environ_without(Arena *a, const Environ *env, Str name);

#endif
