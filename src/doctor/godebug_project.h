/*
 * The GODEBUG settings that a project asks for, and which of them its programs will carry.
 *
 * The go command takes those of go.work, and only without one those of go.mod; the //go:debug lines
 * of the main package come on top of them. Only the working directory is looked at.
 */
#ifndef DOCTOR_GODEBUG_PROJECT_H
#define DOCTOR_GODEBUG_PROJECT_H

#include "doctor/context.h"
#include "go/root/godebugs.h"

typedef struct {
    Str key, value;
    bool has_value;  /* of "//go:debug": false when it is not key=value */
    bool is_certain; /* false: in a file that is not built for every target */
    Place place;
} GodebugLine;

typedef VEC(GodebugLine) GodebugLineList;

typedef struct {
    bool is_module;            /* there is a go.mod or go.work that counts */
    bool is_workspace;         /* it is a go.work */
    bool is_main;              /* the directory holds a program */
    Str go;                    /* the version of its go line, or what Go takes without one */
    GodebugLineList module;    /* of go.work, else of go.mod */
    GodebugLineList passed;    /* of the go.mod that go.work hides */
    GodebugLineList source;    /* of //go:debug lines of package main */
    GodebugLineList misplaced; /* of //go:debug lines of other packages */
} GodebugProject;

/* What cannot be read or parsed counts as empty: other checks say so. */
void godebug_project_read(Doctor *d, GodebugProject *ret);

/* What stands before the package clause of a Go source. *ret_package is empty when there is none,
 * and else part of text. */
void godebug_source_parse(Arena *a, Str path, Str text, GodebugLineList *lines, Str *ret_package);

/* What `go list -f {{.DefaultGODEBUG}}` shows of the program here; empty when it carries nothing.
 * *ret_n_old: how many settings it has because of the go line. */
Str godebug_project_default(const Doctor *d, Arena *a, const GodebugTable *table,
                            const GodebugProject *project, isize *ret_n_old);

#endif
