/* The experiments of a Go: what GOEXPERIMENT may name, and what is on by itself. */
#ifndef GO_ROOT_EXPERIMENTS_H
#define GO_ROOT_EXPERIMENTS_H

#include "base/err.h"

typedef enum {
    EXPERIMENT_OFF,     /* unless asked for */
    EXPERIMENT_ON,      /* by default, on this system and architecture */
    EXPERIMENT_DEPENDS, /* on something that is not looked into */
} ExperimentDefault;

typedef struct {
    Str name; /* lowercase, as in GOEXPERIMENT */
    ExperimentDefault by_default;
} Experiment;

typedef struct {
    Experiment *ptr;
    isize len;
    bool regabi_supported; /* on this architecture; elsewhere its flags are forced off */
    bool regabi_always_on; /* its flags are forced on */
} ExperimentList;

/* Reads goexperiment/flags.go and buildcfg/exp.go of src/internal. os and arch are the target's. */
bool experiments_read(Arena *a, Str goroot, Str os, Str arch, ExperimentList *ret, Err *err);
/* The same from their texts; ERR_FORMAT when no experiment can be seen. */
bool experiments_parse(Arena *a, Str flags_go, Str exp_go, Str os, Str arch, ExperimentList *ret,
                       Err *err);

const Experiment *experiments_find(const ExperimentList *list, Str name); /* or NULL */
/* What became of the experiments of other releases. */
typedef struct {
    Str name;
    Str since;  /* first Go that had it: "1.22"; empty when that is before 1.19 */
    Str until;  /* first Go that no longer has it; empty when the newest known one does */
    Str became; /* what it is now, a sentence; may be empty */
} ExperimentHistory;

/* NULL for a name that no known Go had. */
const ExperimentHistory *experiment_history(Str name);

#endif
