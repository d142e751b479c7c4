/* Quoted strings of Go, as package strconv reads them. */
#ifndef GO_LOAD_GOSTRING_H
#define GO_LOAD_GOSTRING_H

#include "base/str.h"

/* The length of the string that s begins with, in " or ` or ', quotes included (QuotedPrefix); 0
 * when it does not begin with a valid one. */
isize gostring_prefix(Str s);
/* What stands between the quotes (Unquote), on a or in s; false when s is no string as a whole. */
bool gostring_unquote(Arena *a, Str s, Str *ret);

#endif
