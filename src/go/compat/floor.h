/*
 * The lowest Go that a project can be for, and what stands against each that is lower: the features
 * and symbols that its files use, and the requirements of its module graph.
 */
#ifndef GO_COMPAT_FLOOR_H
#define GO_COMPAT_FLOOR_H

#include "go/compat/uses.h"
#include "go/mod/compat.h"

/* What the present go line is, measured by what is used. */
typedef enum {
    LINE_NONE,    /* there is no go.mod */
    LINE_FITS,    /* it is the lowest that works */
    LINE_HIGHER,  /* a lower one would do */
    LINE_TOO_LOW, /* what is used is newer: it builds only where Go is newer than the line */
    LINE_UNKNOWN, /* nothing speaks against it, but not all is known */
    LINE_COUNT,
} LineVerdict;

/* A version below which something is missing. One of use, module and word is there. */
typedef struct {
    Str go; /* "1.22"; of a module also "1.21.3" */
    const CodeUse *use;
    const CompatModule *module; /* a requirement, by its go line */
    Str word;                   /* of a line of the project's own go.mod: "tool" */
    bool is_test;               /* only test files want it */
    isize n_others;             /* that want the same version */
} FloorStep;

typedef VEC(FloorStep) FloorSteps;

typedef struct {
    FloorSteps steps;      /* each version once, newest first; at equal versions tests last */
    Str lowest;            /* empty: nothing asks for a version that has not all of modules */
    Str lowest_with_tests; /* not below lowest */
    Str line;              /* the present one */
    bool is_partial;       /* something may ask for more */
    LineVerdict verdict;
} Floor;

/* modules, and main (a go.mod or NULL), may be NULL: then there are no requirements. line: empty
 * where there is none; is_partial: not all that is used is known. What the arguments point to must
 * outlive *ret. */
void floor_find(Arena *a, const CodeUses *uses, const Compat *modules, const GoMod *main, Str line,
                bool is_partial, Floor *ret);

#endif
