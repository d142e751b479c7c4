/* From an error message, or a whole build log, to the causes in it. */
#ifndef DOCTOR_DIAGNOSE_H
#define DOCTOR_DIAGNOSE_H

#include "doctor/errors.h"

#define DIAGNOSE_MAX_TEXT 400 /* bytes of a line that are shown */

typedef struct {
    const ErrorRow *row;
    int64_t line;            /* where it was first seen, from 1 */
    int64_t count;           /* lines that say it */
    Str text;                /* the first of them, without escape sequences and passwords */
    const ErrorRow *follows; /* an earlier cause that may explain this one; or NULL */
} Cause;

typedef VEC(Cause) CauseList;

typedef struct Diagnosis Diagnosis;

/* Lives on a. */
Diagnosis *diagnosis_new(Arena *a);
/* As diagnosis_new and diagnosis_feed of a text that is at hand as a whole: finds the same, and is
 * much cheaper when the text is short. Nothing more may be fed. */
Diagnosis *diagnosis_of(Arena *a, Str text);
/* Takes the next bytes of a log, whatever they are: cut anywhere, binary, UTF-16, coloured, lines
 * inside JSON strings. The time is linear in them; the memory does not grow. */
void diagnosis_feed(Diagnosis *d, Str bytes);
/* Call once, after the last byte. Roots come first, consequences last, and what was said first
 * comes first; the texts live on its arena. */
CauseList diagnosis_end(Diagnosis *d);
/* Lines so far; a last one without a line end counts. */
int64_t diagnosis_lines(const Diagnosis *d);

/* The whole of a text that somebody typed or copied: where no line of it says anything, it is read
 * as one line, which a terminal or a page has broken. */
CauseList diagnose_text(Arena *a, Str text);

/* s with "***" for user names and passwords in URLs. */
Str diagnose_hide_passwords(Arena *a, Str s);

#endif
