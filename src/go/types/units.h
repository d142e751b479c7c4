/* Units of go/types/typecheck.h from packages that go/load has loaded. */
#ifndef GO_TYPES_UNITS_H
#define GO_TYPES_UNITS_H

#include "go/load/load.h"
#include "go/types/typecheck.h"

#define UNITS_NEWEST (-1) /* the newest that the Go of the load has */

typedef struct {
    int lang;     /* N of the Go 1.N of packages that were asked for, or UNITS_NEWEST; 0: what their
                     go.mod says */
    bool takes_c; /* import "C" is fine also where no file is known to be cgo's */
    bool checks_std; /* bodies of the standard library too, also where it is only imported */
} UnitsWish;

/* A unit for each package of l->all, imports first, but for the programs that run tests. What
 * is only imported from the standard library is taken at its word: its bodies are not looked
 * at. What an import means that is missing, or part of a cycle, is said by its trouble. Files
 * and strings live on a and in l. */
void units_of_loaded(Arena *a, const Loaded *l, const UnitsWish *wish, TypecheckUnits *ret);

#endif
