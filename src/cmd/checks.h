/* Running the doctor's checks from a command. */
#ifndef CMD_CHECKS_H
#define CMD_CHECKS_H

#include "cmd/command.h"
#include "report/finding.h"
#include "toolchain/context.h"

typedef struct {
    FindingList findings;
    isize n_run;
    isize n_passed; /* checks without an error or a warning */
    int64_t took_ns;
} Checks;

/* Runs all checks for the context's directory, with the Go root in use. Starts no Go and asks no
 * network; writes nothing. */
bool checks_run(Invocation *inv, ToolchainContext *c, Str goroot, Checks *ret, Err *err);

/* "  checks   12 of 12 passed · 40 ms", and the findings. */
void checks_print(Invocation *inv, const Checks *checks);

#endif
