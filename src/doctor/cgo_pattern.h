/*
 * The regular expressions of cmd/go's lists of flags, with Go's meaning: of several matches the one
 * that a backtracking search would find first, which need not be the longest ("foo.obj" does not
 * match ".*\.(o|obj)" whole).
 */
#ifndef DOCTOR_CGO_PATTERN_H
#define DOCTOR_CGO_PATTERN_H

#include "base/str.h"

#define CGO_PATTERN_MAX 1024 /* bytes of an expression; those of cmd/go have at most 80 */
#define CGO_SUBJECT_MAX 4096 /* bytes of a flag */

typedef enum {
    CGO_MATCH_UNKNOWN, /* the expression uses what is not known here, or one is too long */
    CGO_MATCH_NO,
    CGO_MATCH_YES,
} CgoMatch;

/* Whether the first match in subject is the whole of it: re.FindString(s) == s. Known are literal
 * bytes, ".", classes, groups, "|", "?", "*", "+", "^", "$", "\d", "\w", "\s" and escaped
 * punctuation. */
CgoMatch cgo_pattern_match(Arena scratch, Str pattern, Str subject);

#endif
