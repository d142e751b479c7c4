/* What a check found, as bytes (docs/formats/checks.md). */
#ifndef GO_PREFLIGHT_RESULTCODE_H
#define GO_PREFLIGHT_RESULTCODE_H

#include "base/strbuf.h"
#include "go/types/typecheck.h"

void result_encode(StrBuf *b, const UnitResult *r);

/* False: bytes hold no result. Strings are within bytes, the rest is on a. */
bool result_decode(Arena *a, Str bytes, UnitResult *ret);

#endif
