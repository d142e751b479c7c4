/* From what parser and checker tell to diagnoses, while texts are there. */
#ifndef GO_TYPES_DIAGNOSIS_ADD_H
#define GO_TYPES_DIAGNOSIS_ADD_H

#include "go/types/checker.h"
#include "go/types/diagnosis.h"

/* Go's name of a code; empty for none. */
Str diagnosis_code_name(ErrCode code);

/* Adds what was told of a file's syntax: by place, as positions_place orders it. Strings live on a,
 * and in p. */
void diagnosis_add_syntax(Arena *a, Diagnoses *list, const Positions *p, Str text,
                          const DiagnosticList *errors);

/* Adds what the checker told, in its order. positions has one for each of the program's files,
 * also of those whose trees were dropped, of which nothing but the place is shown. */
void diagnosis_add_errors(Arena *a, Diagnoses *list, const Program *program,
                          const Positions *positions, const TypeErrors *errors);

#endif
