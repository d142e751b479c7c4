/*
 * Files of a project that contradict each other about its Go, found beside the choice of
 * resolve_run. None of them stops it; the one contradiction that does, a lock older than the go
 * line, is a refusal.
 */
#ifndef TOOLCHAIN_CONFLICT_H
#define TOOLCHAIN_CONFLICT_H

#include "report/explanation.h"
#include "toolchain/surroundings.h"

#define CONFLICT_MAX_MODULES 1000 /* of one go.work that are read; the largest known has 300 */

typedef struct {
    const Surroundings *around;
    ModLinesFound lines;
    Pin pin;              /* says nothing: there is none */
    const Lockfile *lock; /* NULL: there is none */
    Str gotoolchain;      /* the exact name in GOTOOLCHAIN, or empty */
    Str gotoolchain_from; /* "GOTOOLCHAIN (process)" */
} ConflictFacts;

/* Adds a finding for each contradiction. Files that cannot be read are passed over: whoever needs
 * them says so. Strings live on a. */
void conflict_find(Arena *a, const ConflictFacts *facts, FindingList *ret);

extern const ExplanationTable conflict_explanations;

#endif
