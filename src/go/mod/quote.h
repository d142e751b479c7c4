/* Text in double quotes, as Go's %q writes it: cmd/go's messages are compared byte for byte. */
#ifndef GO_MOD_QUOTE_H
#define GO_MOD_QUOTE_H

#include "base/str.h"

/* strconv.Quote, but for one thing: of the runes beyond U+00A0 all count as printable, those too
 * that Unicode has not assigned. */
Str quote_go(Arena *a, Str s);

#endif
