/* Two directories as the go command sees them. */
#ifndef GO_ENV_WORKDIR_H
#define GO_ENV_WORKDIR_H

#include "base/err.h"
#include "os/environ.h"

/* The working directory's name: $PWD where that is absolute and names it, else the kernel's answer
 * (os.Getwd). Behind a symlink the two differ, and with them the go.mod found by going up. */
bool workdir_of_go(Arena *a, const Environ *environ, Str *ret, Err *err);

/* $TMPDIR as it stands, else "/tmp" (os.TempDir). */
Str workdir_temp(const Environ *environ);

#endif
