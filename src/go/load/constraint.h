/*
 * Build constraints: the expressions of "//go:build" and "// +build" lines, as go/build/constraint
 * has them, with its words for what is wrong.
 */
#ifndef GO_LOAD_CONSTRAINT_H
#define GO_LOAD_CONSTRAINT_H

#include "go/syntax/diagnostic.h"

#define CONSTRAINT_MAX_SIZE \
    1000 /* operands of a "//go:build" line: go/build/constraint's maxSize */
#define CONSTRAINT_MAX_PLUS_SIZE 100 /* operators of a "// +build" line: its maxOldSize */

typedef enum {
    CONSTRAINT_NONE,
    CONSTRAINT_TAG,
    CONSTRAINT_NOT,
    CONSTRAINT_AND,
    CONSTRAINT_OR,
} ConstraintKind;

typedef struct Constraint {
    ConstraintKind kind;
    Str tag;                        /* of CONSTRAINT_TAG */
    const struct Constraint *x, *y; /* y: of CONSTRAINT_AND and CONSTRAINT_OR */
} Constraint;

/* Whether a line is one, by how it begins; it may still be wrong. */
bool constraint_is_go_build(Str line);
bool constraint_is_plus_build(Str line);

/* Parses a line of either form, with its slashes. False: *ret_wrong says where and why in Go's
 * words; the place is counted from the begin of the expression. Tags point into line, the tree and
 * the words live on a. */
bool constraint_parse(Arena *a, Str line, const Constraint **ret, Diagnostic *ret_wrong);

/* A word of a #cgo line, which may have either form; NULL when it has none. */
const Constraint *constraint_parse_word(Arena *a, Str word);

/* Whether a tag holds. */
typedef bool (*ConstraintTag)(void *context, Str tag);

/* Asks for every tag, from left to right, also for those that can no longer matter. */
bool constraint_holds(const Constraint *x, ConstraintTag holds, void *context);

/* Whether some build could have it: each tag but "ignore" is taken as set and as not set, in each
 * place anew (cmd/go/internal/imports.AnyTags). */
bool constraint_may_hold(const Constraint *x);

/* The smallest part of an expression that does not hold which is the reason that all of it does
 * not: of "linux && (amd64 || arm64)" on linux/386 the part in parentheses. */
const Constraint *constraint_blamed(const Constraint *x, ConstraintTag holds, void *context);

/* As one writes it in a "//go:build" line. */
Str constraint_format(Arena *a, const Constraint *x);

/* N of the go1.N that an expression cannot hold without: 0 for "go1", -1 when it can without any
 * (go/build/constraint.GoVersion). */
isize constraint_go_minor(const Constraint *x);

#endif
