/*
 * Checks of the environment: is what surrounds the go command as a build needs it?
 *
 * A check looks and says; it changes nothing, runs no other program and uses no network. Each is
 * one row: what `goward explain` says about it, and the function that makes it. The rows stand in
 * groups, one file per group; doctor_checks (check.c) lists the groups.
 *
 * How bad a finding is: SEVERITY_ERROR when a build fails or comes out wrong, SEVERITY_WARN when
 * something happens that its owner would not expect, SEVERITY_INFO for what is worth knowing.
 */
#ifndef DOCTOR_CHECK_H
#define DOCTOR_CHECK_H

#include "go/env/env.h"
#include "report/explanation.h"

typedef struct {
    const GoEnv *env;       /* with the environment that the go command would get */
    Str goroot;             /* of the Go in use, absolute; empty when there is none */
    Str version;            /* "1.26.8"; empty when it is none of Go's own */
    Str host_os, host_arch; /* what the go command itself is built for */
    Str os, arch;           /* the target: doctor_target, unless asked for another */
    Str dir;                /* absolute working directory */
    bool may_write;         /* checks may try to write where builds do (GWD006) */
} DoctorInput;

typedef struct {
    FindingList findings; /* sorted */
    isize n_checks;
    isize n_passed; /* made, without a warning or an error */
} DoctorResult;

/* Makes every check. A check that cannot be made (no Go, sources that are not there) is a finding.
 * The texts live on a. */
void doctor_run(const DoctorInput *in, Arena *a, DoctorResult *ret);

/* The target that GOOS and GOARCH choose. */
void doctor_target(const GoEnv *env, Str *ret_os, Str *ret_arch);

/* What `goward explain` says of the checks, by id: the i-th, NULL past the end. */
const Explanation *doctor_explanation(isize i);

/* ---- for the files of the checks ---- */

typedef struct Doctor Doctor; /* doctor/context.h */

/* False when the check cannot be made; *err then says why. What it finds it tells the context. */
typedef bool (*CheckRun)(Doctor *d, Err *err);

typedef struct {
    Explanation about;
    CheckRun run;
} Check;

typedef struct {
    const Check *rows;
    isize len;
} CheckGroup;

extern const CheckGroup doctor_goexperiment; /* GWD001, GWD010 */
extern const CheckGroup doctor_godebug;      /* GWD002, GWD009 */
extern const CheckGroup doctor_cgo;          /* GWD003 */
extern const CheckGroup doctor_ports;        /* GWD004, GWD008, GWD011 */
extern const CheckGroup doctor_modules;      /* GWD005, GWD012 */
extern const CheckGroup doctor_storage;      /* GWD006 */
extern const CheckGroup doctor_gobin;        /* GWD007 */

#endif
