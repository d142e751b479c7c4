/* Running the doctor's checks from a command. */
#ifndef CMD_CHECKS_H
#define CMD_CHECKS_H

#include "cmd/command.h"
#include "doctor/check.h"
#include "toolchain/context.h"

typedef struct {
    DoctorResult result;
    int64_t took_ns;
} Checks;

/* Makes all checks for the context's directory, with the Go root in use ("1.26.8"). Starts no Go,
 * asks no network, writes nothing. */
bool checks_run(Invocation *inv, ToolchainContext *c, Str goroot, Str version, Checks *ret,
                Err *err);

/* "  checks   12 of 12 passed · 40 ms", and the findings. */
void checks_print(Invocation *inv, const Checks *checks);

#endif
