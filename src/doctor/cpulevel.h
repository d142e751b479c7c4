/*
 * What the processor of this machine can do, as far as GOAMD64, GOARM, GOARM64 and GOPPC64 ask for
 * it: a program that was built for more ends at its start, or with an illegal instruction.
 */
#ifndef DOCTOR_CPULEVEL_H
#define DOCTOR_CPULEVEL_H

#include "base/str.h"

#define CPULEVEL_MAX_CPUINFO (4 * MIB) /* a thousand processors with 2 KiB each are half of it */

typedef struct {
    Str features; /* of the first processor: its words, parted by spaces */
    Str model;    /* "POWER9 (architected)"; of ppc64le */
} CpuInfo;

/* From the text of /proc/cpuinfo. */
CpuInfo cpuinfo_parse(Str text);

/* Whether the processor can run what is built for arch at this level (the value of GOAMD64 ...).
 * When not, *ret_lacks names a feature. What cannot be told counts as yes. */
bool cpulevel_runs(const CpuInfo *cpu, Str arch, Str level, Str *ret_lacks);

#endif
