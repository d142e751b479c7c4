/* What a build here would be made with: the Go in use, its variables, the target. For commands with
 * --target and --tags. */
#ifndef CMD_BUILDCONTEXT_H
#define CMD_BUILDCONTEXT_H

#include "cmd/session.h"
#include "go/load/target.h"

typedef struct {
    Str goroot, go_version; /* of the Go that runs when go is typed here */
    GoEnv env;              /* as that Go sees it */
    Target target;
    TargetWish wish; /* what the options said */
    Str tags;
} BuildContext;

/* Fills *ret, which stays where it is. ERR_NOT_FOUND when no Go runs here. */
bool buildcontext_find(Invocation *inv, ToolchainContext *c, BuildContext *ret, Err *err);

#endif
