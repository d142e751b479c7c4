/* A place in a text file as people like it shown: the line, and a caret below it. */
#ifndef REPORT_EXCERPT_H
#define REPORT_EXCERPT_H

#include "base/str.h"

#define EXCERPT_TAB 4 /* columns between two stops of a tab */
/* Bytes of a line that are shown before the place and behind it; "..." stands for more. */
#define EXCERPT_MAX_BEFORE 100
#define EXCERPT_MAX_BEHIND 60

typedef struct {
    Str line;  /* clean, tabs as spaces */
    Str caret; /* spaces and a "^" that stands below the place, whatever is wide before it */
} Excerpt;

/* line has no line end; at is the byte of it that is meant, or its length. On a. */
Excerpt excerpt_of(Arena *a, Str line, isize at);

#endif
