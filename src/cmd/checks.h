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

/* Makes the twelve checks of the checklist for the context's directory, with the Go root in use
 * ("1.26.8"). Starts no program, asks no network, writes nothing. */
bool checks_run(Invocation *inv, ToolchainContext *c, Str goroot, Str version, Checks *ret,
                Err *err);
/* The checks that `choice` asks for (profile, mode, only, skip, may_run, fetcher); the rest of the
 * input is filled in. */
bool checks_run_chosen(Invocation *inv, ToolchainContext *c, Str goroot, Str version,
                       const DoctorInput *choice, Checks *ret, Err *err);

/* "  checks   12 of 12 passed · 40 ms", and the findings. */
void checks_print(Invocation *inv, const Checks *checks);

#endif
