/* What the labels of a Go's tree tell (GWD022 to GWD024), for those who would tell it again. */
#ifndef DOCTOR_WHICH_TREE_H
#define DOCTOR_WHICH_TREE_H

#include "doctor/context.h"

typedef struct {
    bool is_tree;    /* parts of it are gone or of another Go */
    bool is_version; /* VERSION names another release than bin/go */
} WhichTreeTold;

WhichTreeTold which_tree_told(const Doctor *d);

#endif
