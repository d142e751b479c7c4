/* What is wrong with a file: a place and Go's own words. */
#ifndef GO_SYNTAX_DIAGNOSTIC_H
#define GO_SYNTAX_DIAGNOSTIC_H

#include "base/str.h"
#include "base/vec.h"

typedef uint32_t SourcePos; /* byte offset in a file */

typedef struct {
    SourcePos pos;
    Str message;
} Diagnostic;

typedef struct {
    Arena *arena; /* of the messages and of the list */
    Diagnostic *ptr;
    isize len, cap;
} DiagnosticList;

/* Adds one; format as for printf. */
void diagnostic_add(DiagnosticList *list, SourcePos pos, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* By place, then by message, as scanner.ErrorList. */
void diagnostic_sort(DiagnosticList *list);

#endif
