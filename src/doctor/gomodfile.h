/* The main module as a build sees it: go.mod, the workspace above it, where go.sum lies. */
#ifndef DOCTOR_GOMODFILE_H
#define DOCTOR_GOMODFILE_H

#include "doctor/context.h"
#include "go/mod/gosum.h"
#include "go/mod/gowork.h"

typedef struct {
    Str file; /* go.mod, or what -modfile in GOFLAGS names; absolute */
    Str dir;  /* the module's root */
    Str sum;  /* its go.sum, there or not */
    GoMod mod;
    Str work_file; /* go.work in effect; empty: none */
    Str *use_dirs; /* of the workspace, absolute and clean */
    isize n_uses;
    GoWork work;
} MainModule;

/* The module around the working directory. False when there is none, modules are off, or a file of
 * it cannot be read: that is what GWD005 and GWD012 tell. */
bool gomodfile_main(const Doctor *d, MainModule *ret);

/* The value of -mod in GOFLAGS; empty when it is not there. */
Str gomodfile_mod_flag(const Doctor *d);

/* Whether builds take packages from vendor/: -mod=vendor, or the default since Go 1.14, in a
 * workspace since Go 1.22. Of a workspace only work_file and work of m are looked at. */
bool gomodfile_is_vendored(const Doctor *d, const MainModule *m);

/* The replace line that counts for a version: the one for it, else the one for all. Lines of
 * go.work come before those of go.mod. NULL when there is none. */
const GoModReplace *gomodfile_replacement(const MainModule *m, Str path, Str version);

/* The same among the lines of one file. */
const GoModReplace *gomodfile_find_replacement(const GoModReplace *lines, isize n, Str path,
                                               Str version);

/* All that a build of the module reads: its go.sum, in a workspace also go.work.sum and the go.sum
 * of the other modules. A file that is not there has no lines; one that cannot be read fails. */
bool gomodfile_read_sums(const Doctor *d, const MainModule *m, GoSum *ret, Err *err);

#endif
