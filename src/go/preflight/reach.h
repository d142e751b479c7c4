/*
 * What declarations mean for those that mention them: their own surface and, from there, all that
 * is reached, in whatever package. Equal fingerprints: an importer cannot tell the two apart.
 */
#ifndef GO_PREFLIGHT_REACH_H
#define GO_PREFLIGHT_REACH_H

#include "go/preflight/surface.h"
#include "go/types/typecheck.h"

typedef struct Reach Reach;

/* surfaces: one for each unit, which outlive what is made; names: of theirs. It lives on a. */
Reach *reach_new(Arena *a, const TypecheckUnits *units, const Surface *const *surfaces,
                 const NameTable *names);

/* Of what one unit's files mean by one of its roots. */
Fingerprint reach_fingerprint(Reach *r, isize unit, isize root);

/* Says that what a declaration means depends on the size of words; reach_spread_word, called once
 * when all of them are known, says it of all that reaches one. */
void reach_mind_word(Reach *r, isize unit, isize decl);
void reach_spread_word(Reach *r);
/* Of a root whose fingerprint was asked for. */
bool reach_minds_word(Reach *r, isize unit, isize root);

/* Makes all that is reached from a root part of what is needed of its unit, whether it makes a
 * difference or not. */
void reach_need(Reach *r, isize unit, isize root);
/* The names that are needed of a unit; ret->len is 0 when there is none. */
void reach_needed(const Reach *r, isize unit, NameIndex *ret);

#endif
