/* Which names of a package are declared below a comment that says "Deprecated:". */
#ifndef GO_API_DEPRECATED_H
#define GO_API_DEPRECATED_H

#include "go/types/checker.h"

typedef struct {
    Map places; /* of names, see deprecated.c */
} Deprecated;

/* Of a package whose trees are still there: constants, variables, functions, methods and types of
 * the package level, fields of its structs and methods of its interfaces, one level deep, as
 * cmd/api takes them. Lives on a. */
Deprecated deprecated_find(Arena *a, const Checker *c);

bool deprecated_has(const Deprecated *d, const Object *o);

#endif
