/* Spans of time as people write them. */
#ifndef FORMAT_DURATION_H
#define FORMAT_DURATION_H

#include "base/str.h"

/* "500ms", "30s", "5m", "1h" as milliseconds; a bare number means seconds. False for anything else,
 * and for what does not fit. */
bool duration_parse(Str text, int64_t *ret_ms);

#endif
