/*
 * Sets of types as unions of terms. No term is the empty set; all types is a flag of its own. Lists
 * that these functions give are in normal form, as go/types has it: a term that overlaps with one
 * before it is united with that, in its place. Those they take need not be.
 */
#ifndef GO_TYPES_TERMLIST_H
#define GO_TYPES_TERMLIST_H

#include "go/types/typeterm.h"

bool termlist_is_empty(TermList x);
TermList termlist_norm(Arena *a, TermList x);
TermList termlist_union(Arena *a, TermList x, TermList y);
TermList termlist_intersect(Arena *a, TermList x, TermList y);
bool termlist_includes(TermList x, Type *t);
bool termlist_is_superset_of(TermList x, Term y);
bool termlist_is_subset_of(TermList x, TermList y);
bool termlist_equal(TermList x, TermList y);
/* "int | ~string"; packages by their paths. */
void termlist_write(StrBuf *b, const Program *p, TermList x);

#endif
