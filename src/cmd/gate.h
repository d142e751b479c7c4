/* The team's rules before a Go is used: what up, exec, the shim and `policy` ask. */
#ifndef CMD_GATE_H
#define CMD_GATE_H

#include "policy/judge.h"
#include "toolchain/selected.h"

typedef struct {
    Str dir, project_root; /* whose files hold; the root empty outside of a project */
    Str role;              /* --role, or empty */
    const Environ *env;    /* that the go command gets */
    Str goroot;            /* of the Go; empty when it is not there (yet) */
    bool has_go;           /* it is known which Go it is */
    Str version;           /* "1.26.8"; empty when it is none of Go's own */
    bool with_log;         /* the age of the audit log is looked at, too */
} GateWish;

/* A wish for the Go that was selected, under env. */
GateWish gate_wish(const Selected *s, const Environ *env);

typedef struct {
    Policy policy;
    GoEnv *goenv; /* NULL where there are no rules */
    PolicySubject subject;
    FindingList findings;
} Gate;

/* Judges. Where no goward.yaml has rules, a few failed opens are all it costs. *ret stays where it
 * is: its parts point to each other. */
bool gate_look(const ToolchainContext *c, Arena *a, const GateWish *wish, Gate *ret, Err *err);

/* The same, and fails with a sentence where a rule refuses. *ret_code is then EXIT_FINDINGS. */
bool gate_pass(const ToolchainContext *c, Arena *a, const GateWish *wish, Gate *ret, int *ret_code,
               Err *err);

#endif
