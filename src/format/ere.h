/*
 * Extended regular expressions of POSIX, searched as `grep -E` does: each line for itself, ^ and $
 * at its ends, signs rather than bytes.
 *
 * The C library's regcomp and regexec can be made to run for hours or to fill the memory by one
 * short pattern. Here the work is bounded by ERE_MAX_PROGRAM steps for each sign of the text,
 * whatever the pattern says, because no way through it is ever taken twice.
 *
 * Left out: back-references (POSIX has none in an ERE either), equivalence classes and collating
 * elements. What POSIX leaves undefined is an error here rather than a guess: a * with nothing
 * before it, a { that is no count, a backslash before a letter or digit. The classes ([:alpha:])
 * hold ASCII.
 */
#ifndef FORMAT_ERE_H
#define FORMAT_ERE_H

#include "base/err.h"
#include "base/str.h"

#define ERE_MAX_PATTERN 1000 /* bytes */
#define ERE_MAX_PROGRAM 1000 /* instructions, counts written out */
#define ERE_MAX_DEPTH 50     /* of parentheses */
#define ERE_MAX_COUNT 255    /* in {m,n}: POSIX's own RE_DUP_MAX */

typedef struct Ere Ere;

/* *ret lives on a; pattern is not needed afterwards. A pattern that is none is ERR_FORMAT and names
 * the byte (from 1), one past a bound ERR_LIMIT. */
bool ere_compile(Arena *a, Str pattern, const Ere **ret, Err *err);

/* Whether a line of text holds it. Lines end with LF or CR LF; a text without any is one line, also
 * an empty one. Bytes that are not UTF-8 are signs of their own, which . and [^a] take. */
bool ere_search(Arena scratch, const Ere *ere, Str text);

#endif
