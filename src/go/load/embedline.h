/* The words of a "//go:embed" line: parseGoEmbed of go/build and of cmd/compile. */
#ifndef GO_LOAD_EMBEDLINE_H
#define GO_LOAD_EMBEDLINE_H

#include "base/str.h"

typedef enum {
    EMBEDWORD_NONE, /* the line ends */
    EMBEDWORD_PATTERN,
    EMBEDWORD_WRONG, /* quotes that do not end, hold what they may not, or have no space behind */
} EmbedWord;

/* Takes the next word off *rest, which begins behind "//go:embed". *ret is the pattern, on a or in
 * *rest; of one that is wrong the text that the compiler shows. */
EmbedWord embedline_next(Arena *a, Str *rest, Str *ret);

#endif
