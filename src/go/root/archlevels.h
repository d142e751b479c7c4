/* The variables that choose the instructions of an architecture (GOAMD64, GOARM ...), and which
 * values a Go takes for them. */
#ifndef GO_ROOT_ARCHLEVELS_H
#define GO_ROOT_ARCHLEVELS_H

#include "base/err.h"

typedef enum {
    ARCHLEVEL_UNKNOWN, /* this Go does not look at the variable */
    ARCHLEVEL_VALID,
    ARCHLEVEL_INVALID,
} ArchlevelOutcome;

typedef struct {
    Str text;     /* of src/internal/buildcfg/cfg.go */
    Str defaults; /* of src/internal/buildcfg/zbootstrap.go; may be empty */
} ArchlevelSource;

bool archlevels_read(Arena *a, Str goroot, ArchlevelSource *ret, Err *err);

/* The variables, in the order in which the go command looks at them; NULL past the end. */
typedef struct {
    Str name;     /* "GOARM" */
    Str function; /* in cfg.go, whose cases are the values */
    Str archs;    /* GOARCH values that it counts for, parted by spaces */
} Archlevel;
const Archlevel *archlevel(isize i);
bool archlevel_counts_for(const Archlevel *level, Str arch);

/* Whether this Go takes the value. *ret_values (when invalid) lists those it takes, for people. */
ArchlevelOutcome archlevel_check(Arena *a, const ArchlevelSource *source, const Archlevel *level,
                                 Str value, Str *ret_values);
/* The value that this Go uses when the variable is not set; empty when that cannot be seen. */
Str archlevel_default(const ArchlevelSource *source, const Archlevel *level);
/* Whether this Go goes on with the default when the value is invalid instead of refusing it: since
 * 1.23 reading GOARM64 clears the errors of GOAMD64 and GOARM. */
bool archlevel_is_forgiven(const ArchlevelSource *source, const Archlevel *level);

#endif
