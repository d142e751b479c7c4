/* What the files about inference share. */
#ifndef GO_TYPES_INFER_H
#define GO_TYPES_INFER_H

#include "go/types/checker.h"

/* Where the type found for a parameter leads back to that parameter, it is taken away: putting
 * types in the place of parameters would not end. */
void infer_kill_cycles(TypeParams params, TypeArgs inferred);

#endif
