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

/* Root and version ("1.26.8") of the Go that runs then, whatever goward would choose; empty when
 * there is none, or it is none of Go's own. */
bool inuse_go(Invocation *inv, ToolchainContext *c, Str *ret_root, Str *ret_version, Err *err);

#endif
