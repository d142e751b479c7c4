/*
 * Packages that a build takes without an import in the source: what cgo, SWIG and the linker add,
 * and what the main package of a test imports (cmd/go/internal/load).
 */
#ifndef GO_LOAD_IMPLICIT_H
#define GO_LOAD_IMPLICIT_H

#include "go/load/buildpkg.h"

/* What the linker adds to every program of a build. */
typedef struct {
    Strs packages;
    Str trouble; /* why no program of this target can be linked; empty: nothing */
} LinkerDeps;

/* For this target and GOFLAGS (load.LinkerDeps). */
LinkerDeps implicit_linker(Arena *a, const Target *t, const GoEnv *env);

/* Adds to *ret what the compiler sees of a package that imports do not say, without what the
 * package imports anyway. import_path tells the packages of runtime that cgo itself stands on. */
void implicit_imports(Arena *a, const Target *t, Str goroot_src, Str import_path, bool is_std,
                      const BuildPackage *p, Strs *ret);

/* What the source of a test's main package imports, beside the tests. */
extern const Str implicit_test_main[];
extern const isize implicit_test_main_len;

#endif
