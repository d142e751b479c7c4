/*
 * What is wrong with a program, ready to be shown: places as people are told them, with the line
 * that stands there, kept when trees and texts are gone.
 */
#ifndef GO_TYPES_DIAGNOSIS_H
#define GO_TYPES_DIAGNOSIS_H

#include "base/vec.h"
#include "go/syntax/position.h"
#include "report/excerpt.h"

typedef struct {
    Position at;  /* line 0: the file as a whole; file empty: no place */
    Position end; /* behind the token or the expression that is meant; line 0: not known */
    Str message;
    Excerpt excerpt; /* empty where there is nothing to show */
} DiagnosisPart;
typedef VEC(DiagnosisPart) DiagnosisParts;

typedef struct {
    Str code; /* of go/types: "UnusedVar"; empty: of the syntax, or of loading */
    bool is_soft;
    DiagnosisPart main;
    DiagnosisPart *related;
    isize n_related;
} Diagnosis;

typedef VEC(Diagnosis) Diagnoses;

/* Go's number of a code; 0 for none. */
int diagnosis_code_number(Str code);

/* By file, line, column and message; what is without a place comes first. Of two that are the same
 * in all of these, one stays. */
void diagnosis_sort(Diagnoses *list);

/* With all strings, on a. */
Diagnosis diagnosis_copy(Arena *a, const Diagnosis *d);
Diagnoses diagnoses_copy(Arena *a, const Diagnoses *list);

#endif
