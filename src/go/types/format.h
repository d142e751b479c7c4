/* What errors.c and format.c share. */
#ifndef GO_TYPES_FORMAT_H
#define GO_TYPES_FORMAT_H

#include "go/types/checker.h"

#include <stdarg.h>

/* Stands in a text behind the name of an unknown type, and nowhere else, since no source has a byte
 * 0. Nothing can be wrong with what is not known: an error with it is not told. */
#define FORMAT_UNKNOWN S("\0")

/* check_format with the arguments of its caller. */
Str check_format_args(Checker *c, Arena *a, const char *format, va_list args);
/* A string as it stands in Go's source (strconv.Quote), on a. */
Str format_quoted(Arena *a, Str s);
/* s without the digits written below the line that mark type parameters (stripAnnotations), on a or
 * s itself. */
Str format_without_subscripts(Arena *a, Str s);
/* s without FORMAT_UNKNOWN, on a. */
Str format_without_unknown(Arena *a, Str s);

#endif
