/* The Go that a person gets who types "go" here. */
#ifndef CMD_INUSE_H
#define CMD_INUSE_H

#include "cmd/command.h"
#include "go/root/goroot.h"
#include "toolchain/context.h"

typedef struct {
    Str program;  /* path of the first go on PATH; empty when there is none */
    bool is_shim; /* it is goward's, so the Go is the selected one */
    Goroot root;  /* of a Go that is not goward's; path empty when it has no root */
} InUse;

InUse inuse_find(const Invocation *inv, const ToolchainContext *c);

#endif
