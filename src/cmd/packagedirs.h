/* Arguments that name packages, for commands that work on files and directories. */
#ifndef CMD_PACKAGEDIRS_H
#define CMD_PACKAGEDIRS_H

#include "cmd/session.h"

/* Puts in place of arguments such as "std", "net/..." or "example.com/x" the directories of these
 * packages, as short as they can be shown. What is there as a file or a directory, or is written
 * as one ("./x"), stays; so does what names no package. The Go in use is looked for only when an
 * argument asks for it. */
bool packagedirs_expand(Invocation *inv, ToolchainContext *c, Err *err);

#endif
