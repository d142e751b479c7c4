/* Loops to which it matters that each round has variables of its own, as since Go 1.22. */
#ifndef GO_COMPAT_LOOPS_H
#define GO_COMPAT_LOOPS_H

#include "go/types/recording.h"

typedef VEC(SourcePos) SourcePoses;

/* Adds where loops begin whose variables a function literal or a pointer takes along, by place, on
 * a. file: one of p of which what was found is recorded. */
void loops_find(Arena *a, const Program *p, uint32_t file, SourcePoses *ret);

#endif
