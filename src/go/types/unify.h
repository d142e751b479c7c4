/* What inference asks of a unifier besides unifying (checker.h). */
#ifndef GO_TYPES_UNIFY_H
#define GO_TYPES_UNIFY_H

#include "go/types/checker.h"

/* The type found for parameter i; NULL: none yet. */
Type *unifier_at(const Unifier *u, isize i);
void unifier_set(Unifier *u, isize i, Type *t);
/* How many parameters have no type yet. */
isize unifier_n_unknown(const Unifier *u);
/* The types of all parameters, NULL where there is none yet, on a. */
TypeArgs unifier_inferred(const Unifier *u, Arena *a);
/* Whether something was unified with an interface that it implements, as Go 1.21 brought. */
bool unifier_met_interface(const Unifier *u);
/* The place of a parameter among those to be found, -1: it is none of them. */
isize params_index(TypeParams params, const Type *t);

#endif
