/* tools.go of a mise.toml: as much TOML as it takes to find that one value for certain. */
#ifndef TOOLCHAIN_MISEFILE_H
#define TOOLCHAIN_MISEFILE_H

#include "base/err.h"

/* Of nested arrays and inline tables. */
#define MISEFILE_MAX_DEPTH 32

typedef struct {
    Str value;      /* without quotes */
    isize line;     /* from 1 */
    bool is_number; /* stood there without quotes */
    bool is_found;
} MiseGo;

/* The version under [tools] go (or golang): a string, the first of an array, or `version` of a
 * table. Keys may be quoted or dotted, tables standard or inline. Nothing of it is no error:
 * is_found is then false. ERR_FORMAT ("file:line: what") when text is not TOML; what stands in
 * strings and values of other keys is skipped, not checked. */
bool misefile_parse(Str file, Str text, MiseGo *ret, Err *err);

#endif
