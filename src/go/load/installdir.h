/* Where `go install` puts what it builds. */
#ifndef GO_LOAD_INSTALLDIR_H
#define GO_LOAD_INSTALLDIR_H

#include "go/load/assemble.h"

/* GOBIN, else bin in the first directory of GOPATH; empty when neither is known. */
Str installdir_of_env(Arena *a, const GoEnv *env);

/* Sets the target of a program (load.Package.Target); other packages have none. */
void installdir_target(const Assembly *s, Package *p);
/* The same of files that were named: the program is called after the first of them. */
void installdir_target_of_files(const Assembly *s, Package *p);

#endif
