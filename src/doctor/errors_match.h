/*
 * All patterns of the error messages at once, in one pass.
 *
 * The literal pieces of all patterns make one Aho-Corasick automaton with a full table, so a byte
 * costs two loads whatever it is. Each pattern counts how many of its pieces it has met in this
 * line, in their order; the one that has met the last of them matches. Nothing is looked at twice,
 * so the time is linear in the text for any text.
 *
 * That table has megabytes, and a single message needs little of it. So a short text is read twice:
 * first it is noted which runs of four bytes it has, then the automaton is made of those patterns
 * alone that have no other ones.
 */
#ifndef DOCTOR_ERRORS_MATCH_H
#define DOCTOR_ERRORS_MATCH_H

#include "doctor/errors.h"

typedef struct ErrorMatcher ErrorMatcher;

/* A message that was met in a line. */
typedef struct {
    const ErrorRow *row; /* NULL: none */
    isize weight;        /* literal bytes of the pattern: the more, the more it tells */
    int64_t from;        /* where in the line it begins, in bytes that count */
} ErrorMatch;

/* Of all rows; it lives on a. */
ErrorMatcher *error_matcher_new(Arena *a);
/* One that only notes what it is fed, by lines as below, and matches nothing ... */
ErrorMatcher *error_matcher_noting(Arena *a);
/* ... until this is called, once: then it is of the rows that the noted text can have, and must be
 * fed that text again. Its parts live on a. */
void error_matcher_choose(ErrorMatcher *m, Arena *a);

/* A line begins. */
void error_matcher_begin(ErrorMatcher *m);
/* Takes bytes of the line up to one that is not text: \n, \r, the escape byte or a backslash; gives
 * how many it took. NUL bytes are passed over, so UTF-16 is read as well. */
isize error_matcher_feed(ErrorMatcher *m, Str bytes);
/* The line ends: the match of it that is nearest to the root, among equals the most telling one. */
ErrorMatch error_matcher_end(ErrorMatcher *m);

#endif
