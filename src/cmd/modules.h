/* The module graph around the working directory, as the `mod` commands look at it. */
#ifndef CMD_MODULES_H
#define CMD_MODULES_H

#include "cmd/session.h"
#include "go/mod/graph.h"

typedef struct {
    MainMods mains;
    ModGraph graph;
} Modules;

/* Fetches nothing. Release it with modules_done, after a failure too. */
bool modules_load(Invocation *inv, ToolchainContext *c, Modules *ret, Err *err);
void modules_done(Modules *m);

/* "path@version". */
Str modules_name(Arena *a, const Modules *m, isize node);

/* Warns of what cannot be read, with the command that brings it, and of a go.mod that contradicts
 * itself; *ret_code becomes EXIT_FINDINGS then. */
void modules_warn(Invocation *inv, const Modules *m, int *ret_code);
/* The keys needs_update and troubles. */
void modules_troubles_json(Invocation *inv, JsonWriter *w, const Modules *m);

#endif
