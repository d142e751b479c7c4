/* Where something stands, as people are told: file, line and column with //line directives applied,
 * as AdjustedPosition of go/token has them. */
#ifndef GO_SYNTAX_POSITION_H
#define GO_SYNTAX_POSITION_H

#include "go/syntax/lines.h"

typedef struct {
    Str file;           /* empty where a directive says so */
    isize line, column; /* from 1, in bytes; column 0: a directive leaves it open */
} Position;

/* Of one file. */
typedef struct {
    Str path;
    Lines lines;
    const LineDir *dirs;
    const Str *names; /* of the file that each directive means */
    isize n_dirs;
} Positions;

/* path is what the file is to be called; names in its directives count from its folder. On a. */
Positions positions_of(Arena *a, Str path, Str text, const LineDirList *dirs);
Position position_at(const Positions *p, SourcePos pos);
/* "file:line:column" without what is not known. */
Str position_format(Arena *a, Position at);

/* A diagnostic and what is shown as its place. */
typedef struct {
    Position at;
    Diagnostic what;
} Placed;

typedef struct {
    Placed *ptr;
    isize len;
} PlacedList;

/* By file, line, column and message, as scanner.ErrorList sorts. On a. */
PlacedList positions_place(Arena *a, const Positions *p, const DiagnosticList *list);
/* Leaves the first of each line (RemoveMultiples of ErrorList). */
void positions_thin(PlacedList *list);

#endif
