/* The root of the project that a directory belongs to: how far up goward looks for files of its
 * own. Nothing is read. */
#ifndef GO_MOD_PROJECTROOT_H
#define GO_MOD_PROJECTROOT_H

#include "go/env/env.h"
#include "go/mod/upward.h"

/* The outermost of: the directory of the go.work in effect, of the nearest go.mod, of the version
 * control checkout, each only when dir lies within it. Empty outside of any project. env: of the
 * process and the user's env file, for GOWORK. */
Str projectroot_find(Arena *a, const GoEnv *env, Str dir);
/* The same, where the two files (paths, or empty) are known. */
Str projectroot_around(Upward *u, Str module_file, Str work_file);

#endif
