/* Surfaces as bytes (docs/formats/checks.md). */
#ifndef GO_PREFLIGHT_SURFACECODE_H
#define GO_PREFLIGHT_SURFACECODE_H

#include "base/strbuf.h"
#include "go/preflight/surface.h"

/* Adds a surface; names: of its own. */
void surface_encode(Arena scratch, StrBuf *b, const Surface *s, const NameTable *names);

/* The surface that bytes hold, of a package with that many imports, on a; NULL: they hold none.
 * Behind them at least 8 bytes can be read, as name_intern wants it. */
const Surface *surface_decode(Arena *a, Arena scratch, Str bytes, isize n_imports,
                              NameCache *names);

#endif
