/* The methods that can be called on values of a type. */
#ifndef GO_TYPES_METHODSET_H
#define GO_TYPES_METHODSET_H

#include "go/types/selection.h"

typedef struct {
    Selection *ptr; /* SELECTION_METHOD_VAL, by Id */
    isize len;
} MethodSet;

/* Of a complete type. On a, where methods of instances are made on the arena of c. */
MethodSet methodset_of(Checker *c, Arena *a, Type *t);
/* NULL: there is no such method. */
const Selection *methodset_lookup(const MethodSet *s, TypePackage *pkg, Name name);

#endif
