/* A Go that a person names, wherever it is on this machine. */
#ifndef CMD_NAMEDGO_H
#define CMD_NAMEDGO_H

#include "cmd/command.h"
#include "toolchain/context.h"

/* Root and version ("1.26.8") of the Go that spec stands for: a directory; else what goward has
 * installed; else, of one version, the Go in use, and the one that the go command has put into the
 * module cache. Starts nothing, fetches nothing; what is nowhere is an error with what to do. */
bool namedgo_find(Invocation *inv, ToolchainContext *c, Str spec, Str *ret_root, Str *ret_version,
                  Err *err);

/* The same of a directory, absolute or as seen from the working directory. */
bool namedgo_in_dir(Invocation *inv, Str path, Str *ret_root, Str *ret_version, Err *err);

#endif
