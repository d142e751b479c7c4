/* go.work: finding it, and reading the whole of it. For the startup scan of its lines see
 * gomod.h. */
#ifndef GO_MOD_GOWORK_H
#define GO_MOD_GOWORK_H

#include "go/env/env.h"
#include "go/mod/gomod.h"

typedef enum {
    GOWORK_NONE,
    GOWORK_FOUND,   /* the file is there */
    GOWORK_ABSENT,  /* GOWORK=off, or no go.work above */
    GOWORK_MISSING, /* it names a file that is not there: as absent, but for GO111MODULE=auto */
    GOWORK_INVALID, /* neither empty, "auto", "off" nor an absolute path: cmd/go refuses */
} GoWorkOutcome;

/* The go.work in effect in dir (absolute, clean): the file that GOWORK names, else the nearest one
 * upward that is no directory. The search does not go up into the GOROOT. */
GoWorkOutcome gowork_find(Arena *a, const GoEnv *e, Str dir, Str *ret_path);
GoWorkOutcome gowork_find_from(Arena *a, const GoEnv *e, Upward *u, Str *ret_path);

typedef struct {
    GoModGo go; /* version empty: no go line */
    GoModToolchain toolchain;
    GoModGodebugs godebugs;
    GoModPaths uses;
    GoModReplaces replaces;
} GoWork;

/* As gomod_parse; go.work has no lax reading. */
bool gowork_parse(Arena *a, Str file, Str text, GoWork *ret, Err *err);

#endif
