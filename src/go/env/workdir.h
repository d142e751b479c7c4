/* Directories and names of files as the go command sees and shows them. */
#ifndef GO_ENV_WORKDIR_H
#define GO_ENV_WORKDIR_H

#include "base/err.h"
#include "os/environ.h"

/* The name that cmd/go has for dir as its working directory ("." is the one goward runs in): $PWD
 * where that is absolute and names it, else the kernel's answer (os.Getwd), cleaned. Behind a
 * symlink the two differ, and with them the go.mod found by going up. */
bool workdir_of_go(Arena *a, const Environ *environ, Str dir, Str *ret, Err *err);

/* path relative to dir, as filepath.Rel: lexically, both absolute and clean. */
Str workdir_relative(Arena *a, Str dir, Str path);

/* path as cmd/go prints it (base.ShortPath): relative to dir where that is shorter. Both absolute.
 * With must_be_same (Go 1.24 and later) the short name must also lead to the same file from there,
 * which it does not when dir was reached through a symlink. */
Str workdir_short(Arena *a, Str dir, Str path, bool must_be_same);

/* $TMPDIR as it stands, else "/tmp" (os.TempDir). */
Str workdir_temp(const Environ *environ);

#endif
