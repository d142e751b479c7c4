/*
 * The error messages that goward knows: what each means, what causes it, which checks confirm the
 * cause on this machine, and the cure. The rows are in the errors_*.def files, one per topic,
 * sorted by id.
 *
 * A message is told by its pattern: literal pieces with holes ("*") between them, all in one line.
 * Letters match in either case and a tab matches a space. A pattern that begins (ends) with a space
 * matches at the beginning (end) of a line, too: " go: not found" is no part of "cargo: not found".
 */
#ifndef DOCTOR_ERRORS_H
#define DOCTOR_ERRORS_H

#include "report/explanation.h"

/* How near to the root a message is, when a log has several. */
typedef enum {
    ERROR_FOLLOWS, /* mostly a consequence of another message */
    ERROR_CAUSE,   /* says what is wrong */
    ERROR_ROOT,    /* of the machine: whatever else went wrong may come from it */
} ErrorDepth;

typedef struct {
    Explanation about; /* looks_at holds the patterns, parted by ERRORS_SEPARATOR */
    ErrorDepth depth;
    Str checks;    /* ids, parted by spaces, that find the cause on this machine */
    Str variables; /* names, parted by spaces, that decide about it: "GOFLAGS=-mod GOPROXY". Such a
                    * variable is evidence when it is set; after "=" only with this in its value */
    Str go;        /* the Go releases that say it: "1.21 and later"; empty: all */
} ErrorRow;

#define ERRORS_SEPARATOR " | "

/* The i-th row, by id; NULL past the end. */
const ErrorRow *errors_row(isize i);
/* What `goward explain` says of it; NULL past the end. */
const Explanation *errors_explanation(isize i);

/* Takes the next pattern of a row off *rest. */
bool errors_next_pattern(Str *rest, Str *ret);

#define ERRORS_NEAREST 3
/* The rows whose messages share the most telling words with text, the best first; gives how many.
 * None when they share no word. */
isize errors_nearest(Arena scratch, Str text, const ErrorRow *ret[static ERRORS_NEAREST]);

#endif
