/* What x.f selects. */
#ifndef GO_TYPES_SELECTION_H
#define GO_TYPES_SELECTION_H

#include "go/types/checker.h"

typedef enum {
    SELECTION_FIELD_VAL,   /* x.f is a field */
    SELECTION_METHOD_VAL,  /* a method with its receiver */
    SELECTION_METHOD_EXPR, /* T.f: a method as a function of its receiver */
} SelectionKind;

typedef struct {
    SelectionKind kind;
    Type *recv; /* of x; of a method expression T */
    Object *object;
    int32_t *path; /* as in Found_ */
    isize n_path;
    bool is_indirect;
} Selection;

#endif
