/*
 * The Go files of a directory as go/build sees them before it compiles any: their build
 * constraints, whether they import "C", and the #cgo lines above that import.
 */
#ifndef DOCTOR_CGO_FILES_H
#define DOCTOR_CGO_FILES_H

#include "doctor/context.h"

typedef struct {
    Str file; /* absolute */
    isize line;
    Str verb; /* "LDFLAGS", "pkg-config" */
    Str text; /* what stands after the colon */
} CgoLine;

typedef struct {
    Str path; /* absolute */
    bool is_test;
    bool imports_c;
    isize import_line;   /* of import "C" */
    bool builds_with;    /* its constraints are met while cgo is on */
    bool builds_without; /* while it is off; import "C" alone does not count here */
} CgoFile;

typedef struct {
    Str dir;            /* absolute */
    VEC(CgoFile) files; /* in the order of their names */
    VEC(CgoLine) lines; /* that hold for the target while cgo is on, in the order of the files */
    bool has_cxx;       /* a file of C++ stands beside them */
} CgoPackage;

/* Reads the directory; files that are no regular ones, and what comes after the limits, are passed
 * over. An absent directory is an empty package. */
bool cgo_read_package(const Doctor *d, Str dir, CgoPackage *ret, Err *err);

typedef struct CgoPackages {
    CgoPackage *ptr; /* the first is that of the working directory, whatever is in it */
    isize len, cap;
} CgoPackages;

/* The packages with import "C" in the module around the working directory: those that `go build
 * ./...` finds in its root, without vendor, testdata and other modules; read at most once. */
bool cgo_module_packages(Doctor *d, const CgoPackages **ret, Err *err);

#endif
