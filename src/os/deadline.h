/* A limit of time for the whole process. */
#ifndef OS_DEADLINE_H
#define OS_DEADLINE_H

#include "base/err.h"

typedef struct Deadline Deadline;

/* Unless deadline_end comes first, ms milliseconds from now over(context) is called on a thread of
 * its own, while the others still run, and then the process ends with status code. What over
 * touches is its own. *ret lives on a. Nothing is left of it in a program that this one becomes. */
bool deadline_begin(Arena *a, int64_t ms, int code, void (*over)(void *context), void *context,
                    Deadline **ret, Err *err);
/* NULL does nothing. */
void deadline_end(Deadline *d);

#endif
