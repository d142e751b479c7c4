/* What the compiler's checks depend on of the GOARCH that it compiles for: nothing else of it
 * counts. */
#ifndef GO_TYPES_GCARCH_H
#define GO_TYPES_GCARCH_H

#include "base/str.h"

typedef struct {
    int word_size, max_align; /* bytes (gcArchSizes of go/types) */
    int64_t max_width; /* bytes of the largest type, and one more (MAXWIDTH of cmd/compile) */
    bool is_wasm;      /* has directives of its own */
} GcArch;

/* One that is not known has words of 8 bytes. */
GcArch gcarch_of(Str arch);

#endif
