/* go.env of a Go root: what upstream ships, and what somebody made of it. */
#ifndef TOOLCHAIN_GOENVDIFF_H
#define TOOLCHAIN_GOENVDIFF_H

#include "toolchain/context.h"

/* The lines of the root's go.env that differ from upstream's, "-" before upstream's and "+" before
 * those found. Upstream's text is taken from another Go on this machine, or found by undoing the
 * usual edit; without it the lines that set something are given with "+", after a line that says
 * so. */
bool goenvdiff_make(ToolchainContext *c, Arena *a, int root_fd, Str *ret, Err *err);

#endif
