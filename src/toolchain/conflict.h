/*
 * Files of a project that contradict each other about its Go: the findings of resolve_run. None of
 * them stops the choice; the one contradiction that does, a lock older than the go line, is a refusal.
 */
#ifndef TOOLCHAIN_CONFLICT_H
#define TOOLCHAIN_CONFLICT_H

#include "report/explanation.h"

typedef enum {
    CONFLICT_NONE,
    CONFLICT_WORK_OLDER,    /* go.work's go line is below that of a module it uses */
    CONFLICT_LANGUAGE,      /* go.work says go 1.26, a module needs 1.26.0 */
    CONFLICT_TOOLCHAIN_OLD, /* toolchain line older than the go line beside it */
    CONFLICT_PIN_OLD,       /* a pin older than the go line: the line wins */
    CONFLICT_PINS_DIFFER,   /* two pin files of a directory name different releases */
    CONFLICT_NUMBER,        /* an unquoted version in TOML, which is a number */
    CONFLICT_LOCK_OLD,      /* goward.lock older than a toolchain line or a pin that it overrides */
    CONFLICT_PIN_OTHER,     /* a pin that goward leaves to the tool it is for */
    CONFLICT_GOTOOLCHAIN,   /* GOTOOLCHAIN overrides a lock or line that says otherwise */
    CONFLICT_COUNT,
} ConflictKind;

/* Adds one finding, with the id, title and severity of its kind. Strings must outlive the list. */
void conflict_add(Arena *a, FindingList *list, ConflictKind kind, Place place, Str evidence,
                  Str remedy);

extern const ExplanationTable conflict_explanations;

#endif
