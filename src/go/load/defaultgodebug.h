/* The GODEBUG that a program is built with (cmd/go/internal/load's defaultGODEBUG). */
#ifndef GO_LOAD_DEFAULTGODEBUG_H
#define GO_LOAD_DEFAULTGODEBUG_H

#include "go/load/load.h"
#include "go/root/godebugs.h"

/* What changed with which Go, of the Go in use, and what the main modules say. */
typedef struct {
    GodebugTable table;
    Str local;      /* the version of the Go in use */
    Str go_version; /* whose behaviour is asked for */
    const GoModGodebug *lines;
    isize n_lines;
} DefaultGodebug;

DefaultGodebug defaultgodebug_init(Arena *a, const LoadOptions *options);

/* "key=value,..." by name; empty for what is no program. of_tests: the package whose test it runs,
 * or NULL. */
Str defaultgodebug_of(Arena *a, const DefaultGodebug *d, const Package *p, const Package *of_tests);

#endif
