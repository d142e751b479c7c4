/*
 * The Go files of the main module, as the pattern ./... of cmd/go finds them from its root: without
 * vendor, testdata, hidden directories and other modules. The head of each is read once, by several
 * threads, for all checks that ask what the module imports.
 */
#ifndef DOCTOR_SOURCES_H
#define DOCTOR_SOURCES_H

#include "doctor/context.h"
#include "go/load/filehead.h"
#include "os/dir.h"

#define SOURCES_MAX_DIRS 20000       /* of one module; Kubernetes has 3,000 */
#define SOURCES_MAX_DEPTH 40         /* of directories below one another */
#define SOURCES_MAX_FILES 4000       /* Go files of one directory; generated packages have 2,000 */
#define SOURCES_MAX_HEAD (256 * KIB) /* of a file, up to the end of its imports */

/* An import in a file that is in the build, with cgo or without. */
typedef struct {
    Str file; /* absolute */
    isize line;
    Str path; /* that is imported */
} SourceImport;

typedef struct {
    SourceImport *ptr;
    isize len, cap;
} SourceImports;

typedef struct Sources {
    VEC(Str) cgo_dirs;   /* absolute: where a file imports "C", sorted */
    SourceImports newer; /* packages that came with a later release than the Go in use, the first of
                          * each file, sorted by file */
} Sources;

/* Read at most once; nothing when there is no module. */
const Sources *doctor_sources(Doctor *d);

/* The first file of the module, built without cgo and no test, that imports the package in dir;
 * empty when there is none, or dir lies outside of the module. */
Str sources_importer_of(Doctor *d, Str dir);

/* Whether cmd/go takes the entry of a directory for a Go file. */
bool sources_is_go_file(const DirEntry *entry);

/* The head of a Go file that is open as fd; what it says points to a. False for one that cannot be
 * read, or whose head is longer than SOURCES_MAX_HEAD. */
bool sources_read_head(Arena *a, int fd, FileHead *ret);

#endif
