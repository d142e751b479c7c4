/* From the arguments of a command to Go files: files, directories, and DIR/... for all below, as
 * the go command understands them. */
#ifndef CMD_GOFILES_H
#define CMD_GOFILES_H

#include "base/vec.h"
#include "cmd/command.h"

#define GOFILES_MAX 4000000 /* files and directories of one run; std has some ten thousand */

typedef struct {
    Str path;     /* as it is shown: relative where the argument was */
    Str wrong;    /* empty, or why it is none that can be looked at */
    isize module; /* N of the Go 1.N of its go.mod, or LANGVERSION_ANY */
} GoFile;

typedef struct {
    GoFile *ptr;
    isize len, cap;
    isize n_files; /* of them without anything wrong */
} GoFileList;

/* The files that the arguments name ("." when there is none), each once, directories in the order
 * of their names. Of a directory all Go files count, tests and those of other systems too, but none
 * that begins with "_" or "."; DIR/... leaves out testdata, vendor, directories that begin like
 * that, and other modules. What cannot be read, is no regular file or holds no Go files has an
 * entry that says so. On inv->arena. */
bool gofiles_find(const Invocation *inv, GoFileList *ret, Err *err);

#endif
