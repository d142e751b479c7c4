/*
 * The projects that goward was used in, so that removing a toolchain can say who still wants it:
 * <home>/projects, one absolute directory a line. A list of hints: a project that is gone, or wants
 * something else by now, holds nothing.
 */
#ifndef TOOLCHAIN_PROJECTS_H
#define TOOLCHAIN_PROJECTS_H

#include "toolchain/context.h"

#define PROJECTS_MAX 10000 /* the oldest are forgotten */

/* Remembers a project root (absolute). Nothing is written when it is known. */
bool projects_remember(ToolchainContext *c, Str root, Err *err);

/* Ids of the toolchains of this machine's platform that known projects pin in goward.lock, or want
 * by their go.work or go.mod. */
typedef struct {
    Str *ids, *roots; /* roots[i] wants ids[i] */
    isize len, cap;
} ProjectPins;
bool projects_pins(ToolchainContext *c, Arena *a, ProjectPins *ret, Err *err);

/* A known project that wants the toolchain id; *ret_root is empty when there is none. */
bool projects_pinning(ToolchainContext *c, Arena *a, Str id, Str *ret_root, Err *err);

#endif
