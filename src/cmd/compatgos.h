/* Which Gos the compat commands ask about. */
#ifndef CMD_COMPATGOS_H
#define CMD_COMPATGOS_H

#include "cmd/session.h"
#include "go/mod/compat.h"

/* Those of --go; none when it was not given. */
bool compatgos_asked(Invocation *inv, CompatGos *gos, Err *err);
/* The go line of the main module or workspace, the releases that get fixes, and the Go in use. */
bool compatgos_usual(Invocation *inv, ToolchainContext *c, const MainMods *mains, CompatGos *gos,
                     Err *err);

#endif
