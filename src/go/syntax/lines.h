/* Lines and columns of byte offsets, from 1; columns count bytes, as go/token's do. */
#ifndef GO_SYNTAX_LINES_H
#define GO_SYNTAX_LINES_H

#include "go/syntax/linedir.h"

typedef struct {
    const SourcePos *starts; /* of each line, the first at 0 */
    isize len;
} Lines;

typedef struct {
    isize line, column;
} LinePos;

/* The table of a text, on a. */
Lines lines_of(Arena *a, Str text);
LinePos lines_at(const Lines *lines, SourcePos pos);

#endif
