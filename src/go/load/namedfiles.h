/*
 * Go files that a command line names one by one: the package "command-line-arguments"
 * (cmd/go/internal/load's GoFilesPackage).
 */
#ifndef GO_LOAD_NAMEDFILES_H
#define GO_LOAD_NAMEDFILES_H

#include "go/load/discover.h"

#define NAMEDFILES_PATH S("command-line-arguments")

typedef struct {
    Found found;  /* its path is what go/build makes of the directory: "net" in GOROOT, else "." */
    Str dir_path; /* the import path of the directory in the main modules; ".": it is in none */
    Str stranger; /* the first argument that does not end in ".go"; then nothing is found */
} NamedFiles;

/* Whether the arguments are files: one of them ends in ".go" and is there, as no directory. dir is
 * the working directory, absolute and clean. */
bool namedfiles_are_meant(Arena scratch, Str dir, const Str *arguments, isize n);

/* Reads the files. What the go command gives up at is told in its words: a file that cannot be
 * read is ERR_IO; one that is not there or in another directory, or no file that a build takes, is
 * ERR_USAGE. Strings live on a, in dir, in the arguments, in env and in r. */
bool namedfiles_read(Arena *a, const Requirements *r, const GoEnv *env, const Target *t, Str dir,
                     const Str *arguments, isize n, NamedFiles *ret, Err *err);

#endif
