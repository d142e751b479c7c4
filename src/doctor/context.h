/* What checks are written against: the input, what they share, and how they tell what they find. */
#ifndef DOCTOR_CONTEXT_H
#define DOCTOR_CONTEXT_H

#include "doctor/check.h"
#include "go/root/experiments.h"
#include "go/root/portlist.h"

struct Doctor {
    const DoctorInput *in;
    Arena *arena;             /* of the findings */
    const Explanation *about; /* of the check that runs now */
    FindingList findings;
    FixList fixes;
    /* Read when first asked for; checks of another cost have a context of their own. */
    PortList ports;
    ExperimentList experiments;
    const struct CiFiles *ci_files;         /* doctor/cifiles_load.h */
    const struct MentionList *go_mentions;  /* doctor/versions_mentions.h */
    const struct TeamRules *team_rules;     /* doctor/policy_rules.c */
    const struct CgoPackages *cgo_packages; /* doctor/cgo_files.h */
    const struct Sources *sources;          /* doctor/sources.h */
};

/* Adds a finding of the running check; its id is filled in. */
void doctor_find(Doctor *d, Finding finding);
/* Proposes what --fix is to do about the finding that was added last; its id is filled in. */
void doctor_fix(Doctor *d, Fix fix);

/* A path of the system: "/proc/meminfo" below DoctorInput.system. */
Str doctor_system_path(const Doctor *d, Str path);

/* A file of the process that is looked at: "/proc/self/limits", or "/proc/PID/limits". */
Str doctor_process_path(const Doctor *d, const char *name);

/* A Go variable and the place it comes from. */
typedef struct {
    Str name;
    GoEnvValue got;
} Variable;

Variable doctor_variable(const Doctor *d, Str name);
/* Whether a person set it: in the environment or with `go env -w`. */
bool variable_is_set(const Variable *v);
/* "GOARM=8 (environment)", "GOARM=8 (/home/x/.config/go/env:3)", "GOARM is not set". */
Str variable_evidence(Arena *a, const Variable *v);
Place variable_place(const Variable *v);
/* text as one word of a shell: as it is where no byte of it means anything there, else quoted. */
Str doctor_shell_word(Arena *a, Str text);
/* The command that gives it another value; better empty: that takes it away. */
Str variable_remedy(Arena *a, const Variable *v, Str better);

/* Proposes what variable_remedy says where --fix can do it: for a variable of the go env file. Of
 * several proposals of one check for one variable the first holds, the next look makes the next. */
void doctor_fix_variable(Doctor *d, const Variable *v, Str better);

/* A finding about a variable, with its evidence, place and remedy, and when it is an error with
 * what doctor_fix_variable proposes; nothing where GWD047 tells the cause (doctor/goenvfile.h).
 * title is a printf format. */
void doctor_find_variable(Doctor *d, Severity severity, const Variable *v, Str better,
                          const char *title, ...) __attribute__((format(printf, 5, 6)));

/* "Go 1.26.8", or "this Go". */
Str doctor_go_name(const Doctor *d);
/* Whether the Go in use is known to be at least (older than) version, such as "1.23". */
bool doctor_go_is_at_least(const Doctor *d, Str version);
bool doctor_go_is_before(const Doctor *d, Str version);

/* Of the Go in use, read at most once. NULL when they cannot be read; *err then says why. */
const PortList *doctor_ports_of_go(Doctor *d, Err *err);
const ExperimentList *doctor_experiments_of_go(Doctor *d, Err *err);

/* The value of key in GODEBUG as the runtime reads it: the last one that counts. */
bool doctor_godebug_value(const Variable *godebug, Str key, Str *ret);

#endif
