/* Terms of type sets: one type T, or with a tilde all types whose underlying type is T. */
#ifndef GO_TYPES_TYPETERM_H
#define GO_TYPES_TYPETERM_H

#include "go/types/checker.h"

/* Whether no type is in both. */
bool term_is_disjoint(Term x, Term y);
/* The one term that x and y make together; false: they have nothing in common and stay two. */
bool term_union(Term x, Term y, Term *ret);
/* What is in both; false: nothing. */
bool term_intersect(Term x, Term y, Term *ret);
bool term_includes(Term x, Type *t);
bool term_is_subset_of(Term x, Term y);
/* "~int"; packages by their paths. */
void term_write(StrBuf *b, const Program *p, Term x);

#endif
