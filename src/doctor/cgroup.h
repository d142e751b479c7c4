/*
 * What the control groups of this process allow: processor time, memory, processes.
 *
 * Read in the way of Go 1.25's runtime (internal/runtime/cgroup): the group that /proc/self/cgroup
 * names, in the mount that /proc/self/mountinfo has for it, version 1 or 2. Unlike the runtime's,
 * the limits of the groups above it count as well: the kernel applies them all.
 */
#ifndef DOCTOR_CGROUP_H
#define DOCTOR_CGROUP_H

#include "doctor/context.h"

#define CGROUP_UNLIMITED INT64_MAX

typedef struct {
    int64_t value; /* the least of the group and those above it; CGROUP_UNLIMITED */
    int64_t own;   /* of the group itself */
    Str file;      /* that holds value; empty when there is no limit */
} CgroupLimit;

typedef struct {
    CgroupLimit cpu;    /* thousandths of a processor */
    CgroupLimit memory; /* bytes */
    CgroupLimit pids;   /* that may still be added */
    int64_t oom_kills;  /* programs of the group that the kernel killed for want of memory */
} Cgroup;

/* All is unlimited where there are no control groups, or none that can be read. */
Cgroup cgroup_read(const Doctor *d);

/* Processors that this process may run on (Cpus_allowed_list); at least 1. */
isize cgroup_cpus(const Doctor *d);

/* Content of a small file of /proc or /sys; empty when it cannot be read. */
Str cgroup_file(const Doctor *d, Str path);
/* The same of the process that is looked at: "limits" is /proc/self/limits, or /proc/PID/limits. */
Str cgroup_process_file(const Doctor *d, const char *name);
/* The value after "NAME:" in a file of such lines, trimmed; empty when there is none. */
Str cgroup_field(Str text, Str name);

/* How many goroutines Go runs at a time when GOMAXPROCS is not set, or is what it takes: the rule
 * of runtime.defaultGOMAXPROCS of the Go in use. */
isize cgroup_gomaxprocs(const Doctor *d, const Cgroup *group);
/* The number in GOMAXPROCS; 0 when it is not set or is not taken. */
isize cgroup_gomaxprocs_set(const Doctor *d);

#endif
