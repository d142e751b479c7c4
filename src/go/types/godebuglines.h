/* What the go command refuses of "//go:debug" lines before it compiles a package. */
#ifndef GO_TYPES_GODEBUGLINES_H
#define GO_TYPES_GODEBUGLINES_H

#include "go/load/load.h"
#include "go/root/godebugs.h"
#include "go/types/diagnosis.h"

/* Made with arena and options; the same for all packages of a load. */
typedef struct {
    Arena *arena;
    const LoadOptions *options; /* whose Go says what settings there are */
    GodebugTable *table;        /* NULL: no line asked for it yet */
} GodebugLines;

/* Adds what is wrong with the lines of p to faults, in the words of checkDirectives
 * (cmd/go/internal/work). Those of test files are told with the package's test, and so with p where
 * it is that test. The standard library's are fine. */
void godebuglines_check(GodebugLines *g, const Package *p, DiagnosisParts *faults);

#endif
