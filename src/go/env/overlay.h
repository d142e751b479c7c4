/* The file that -overlay names: {"Replace": {path: path}}, for one file in place of another. */
#ifndef GO_ENV_OVERLAY_H
#define GO_ENV_OVERLAY_H

#include "base/err.h"

/* False when the go command can make nothing of it: it is not there, is no JSON, or says nothing
 * about files (initFromJSON of cmd/go/internal/fsys). */
bool overlay_check(Arena scratch, Str file, Err *err);

#endif
