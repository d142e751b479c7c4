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

/* Whether a file is in the build while cgo is on, and while it is off: by its name, and by the
 * header of its text (go/load/filehead.h). What `import "C"` does to a file does not count here. */
typedef struct {
    bool builds_with, builds_without;
} CgoVerdict;

CgoVerdict cgo_verdict_of(const CgoTags *with, const CgoTags *without, Str name, Str header);

/* A word after #cgo, in either form of constraints; one that is met makes the line hold. */
bool cgo_condition_holds(const CgoTags *tags, Str word);

#endif
