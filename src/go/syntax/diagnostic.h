/* What is wrong with a file: a place and Go's own words. */
#ifndef GO_SYNTAX_DIAGNOSTIC_H
#define GO_SYNTAX_DIAGNOSTIC_H

#include "base/str.h"
#include "base/vec.h"

#include <stdarg.h>

typedef uint32_t SourcePos; /* byte offset in a file */

typedef struct {
    SourcePos pos;
    Str message;
} Diagnostic;

typedef struct {
    Arena *arena; /* of the messages and of the list */
    Diagnostic *ptr;
    isize len, cap;
    isize max;       /* that are kept; 0: all */
    isize n_dropped; /* that were too many */
} DiagnosticList;

/* Adds one; format as for printf. */
void diagnostic_add(DiagnosticList *list, SourcePos pos, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void diagnostic_add_args(DiagnosticList *list, SourcePos pos, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

/* To take back what was added since. */
typedef struct {
    isize len, n_dropped;
} DiagnosticMark;

static inline DiagnosticMark diagnostic_mark(const DiagnosticList *list)
{
    return (DiagnosticMark){list->len, list->n_dropped};
}

static inline void diagnostic_reset(DiagnosticList *list, DiagnosticMark mark)
{
    list->len = mark.len;
    list->n_dropped = mark.n_dropped;
}

/* By place, then by message, as scanner.ErrorList. */
void diagnostic_sort(DiagnosticList *list);

#endif
