/* The Go that a directory wants on this machine: resolve.h with the store's facts filled in. */
#ifndef TOOLCHAIN_WANTED_H
#define TOOLCHAIN_WANTED_H

#include "toolchain/context.h"
#include "toolchain/resolve.h"

/* For the context's directory and the caller's environment. request: --go, or empty. argv: of the
 * go command (shim), or none. explain: with conflicts. */
bool wanted_resolve(ToolchainContext *c, Arena *a, Str request, const Str *argv, isize argc,
                    bool explain, Resolution *ret, Err *err);

/* What the files of a project at root say, whatever this process's environment says. */
bool wanted_by_project(ToolchainContext *c, Arena *a, Str root, Resolution *ret, Err *err);

/* What the goward.lock that decided says of this machine's platform: *ret_h1, empty when it says
 * nothing or something else decided. Its proof becomes c->lock_proof. */
bool wanted_read_lock(ToolchainContext *c, Arena *a, const Resolution *r, Str *ret_h1, Err *err);

/* Turns a RESOLVE_SPEC into an exact name by what the source offers; others are left as they are.
 * Asks the network. */
bool wanted_settle(ToolchainContext *c, Arena *a, Resolution *r, Err *err);

#endif
