/* Names that stand for something in a type, where the compared sides are walked through by name. */
#ifndef GO_API_MEMBERS_H
#define GO_API_MEMBERS_H

#include "base/vec.h"
#include "go/types/checker.h"

#define MEMBERS_MAX_STRUCTS 10000 /* embedded in each other, of one struct */

typedef struct {
    Str name;
    const Object *object;
} Member;

typedef VEC(Member) Members; /* by name, each once */

/* The exported fields that stand in the struct: the keys of its literals. */
Members members_fields(Arena *a, const Struct *t);
/* The exported fields that can be selected: those of embedded structs too, where no name hides them
 * and none is there twice. */
Members members_selectable(Arena *a, const Struct *t);
/* The exported methods of its method set. */
Members members_methods(Arena *a, Checker *c, Type *t);

/* NULL: there is none of that name. */
const Object *members_find(const Members *m, Str name);

#endif
