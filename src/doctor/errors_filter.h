/*
 * Passes over the lines of a large log that say nothing, several times as fast as the automaton of
 * errors_match.h reads them.
 *
 * Of each pattern nine neighbouring bytes are chosen that few patterns have. A log is looked at
 * every fourth byte: wherever the nine bytes stand, six of them in a row begin at such a place.
 * What is one of all those sixes may be a message, and its line is for the automaton; so is a line
 * with a byte that the automaton passes over (NUL, escape, backslash), for there the nine bytes
 * need not stand together.
 */
#ifndef DOCTOR_ERRORS_FILTER_H
#define DOCTOR_ERRORS_FILTER_H

#include "doctor/errors.h"

typedef struct ErrorFilter ErrorFilter;

/* For all rows; it lives on a. */
ErrorFilter *error_filter_new(Arena *a);

/* bytes begin with a line: gives how many bytes of whole lines, from there on, no pattern can match
 * in, and counts those lines in *ret_lines. The time is linear in what it gives, and one line. */
isize error_filter_pass(const ErrorFilter *f, Str bytes, int64_t *ret_lines);

#endif
