/* Build constraints of Go files: go/build/constraint and the tags that cmd/go sets. */
#ifndef DOCTOR_CGO_CONSTRAINT_H
#define DOCTOR_CGO_CONSTRAINT_H

#include "doctor/context.h"

typedef struct {
    Str os, arch;
    Str version; /* of Go, "1.26.8"; empty: every go1.N holds */
    Str tags;    /* of -tags, parted by commas */
    bool is_race;
    bool has_cgo;
} CgoTags;

/* The tags of the target and of GOFLAGS. */
CgoTags cgo_tags(const Doctor *d, bool has_cgo);

/* Whether a file of this name ("net_linux_arm64_test.go") is for the target. */
bool cgo_name_matches(const CgoTags *tags, Str name);

/* What stands after "//go:build". False too for an expression that is none. */
bool cgo_constraint_holds(const CgoTags *tags, Str expression);
/* What stands after "// +build", which counts in files without a "//go:build". */
bool cgo_plus_build_holds(const CgoTags *tags, Str line);
/* A word after #cgo: tags parted by commas, "!" for not; one that is met makes the line hold. */
bool cgo_condition_holds(const CgoTags *tags, Str word);

#endif
