/*
 * Whether the go command would go on with the module files as they stand: it does not where go.mod
 * would have to change first ("updates to go.mod needed"), unless -mod=mod lets it write there, nor
 * where the modules of a workspace replace one module each in its own way.
 */
#ifndef GO_LOAD_ROOTCHECK_H
#define GO_LOAD_ROOTCHECK_H

#include "go/load/load.h"

/* After load_packages: what was loaded decides what is looked at, as in a build. The graph of the
 * modules is read only where a build reads it. False with ERR_FORMAT and the file's line where a
 * build stops. */
bool rootcheck_run(Loaded *l, Err *err);

#endif
