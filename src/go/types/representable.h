/* Which constants are values of which basic type (go/types, representableConst). */
#ifndef GO_TYPES_REPRESENTABLE_H
#define GO_TYPES_REPRESENTABLE_H

#include "go/types/basic.h"
#include "go/types/constant.h"

/* Whether x is a value of that type, whose int, uint and uintptr have word_bits (32 or 64).
 * *ret_rounded becomes the value there: an Int of an integer type, else rounded to the type's
 * precision; it is left alone when the type leaves x as it is. The unknown value is one of every
 * type: its error has been told. */
bool constant_is_representable(Arena *a, Constant x, BasicKind type, int word_bits,
                               Constant *ret_rounded);

#endif
