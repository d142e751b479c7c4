/*
 * The refusal that comes after the choice: a go line newer than the Go that runs. Whatever loads
 * the main modules (`go list -m`, `go build`, `go vet` ...) ends with it; `go version` does not. A
 * GOWORK that is no absolute path is refused here too, where the choice had no need to look at it.
 */
#ifndef TOOLCHAIN_TOONEW_H
#define TOOLCHAIN_TOONEW_H

#include "toolchain/select.h"

/* cmd/go's words for it, without "go: " and without the advice of further lines, or empty: nothing
 * is too new, or the files have another fault, which comes first. sel is what goselect_run made of
 * in; for another toolchain than in->base_name the answer is that toolchain's. Reads the main
 * modules' go.mod files. Fails as goselect_run does. */
bool toonew_run(Arena *a, const GoSelectInput *in, const GoSelection *sel, Str *ret, Err *err);

#endif
