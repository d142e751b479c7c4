/* Text in double quotes, as Go's %q writes it: cmd/go's messages are compared byte for byte. */
#ifndef GO_MOD_QUOTE_H
#define GO_MOD_QUOTE_H

#include "base/str.h"

/* As strconv.Quote. */
Str quote_go(Arena *a, Str s);

#endif
