/*
 * What comments like "//line file.y:10" say of the text behind them: that it comes from somewhere
 * else. As go/scanner reads them.
 */
#ifndef GO_SYNTAX_LINEDIR_H
#define GO_SYNTAX_LINEDIR_H

#include "go/syntax/diagnostic.h"

#define LINEDIR_MAX_NUMBER (1 << 30) /* of a line or a column: maxLineCol of go/scanner */

/* Of "//" without the end of its line, of a block with both ends. */
typedef struct {
    SourcePos pos, end;
} Comment;

typedef struct {
    SourcePos from;       /* the first byte that it is about */
    Str name;             /* of the file, as it stands there */
    bool keeps_name;      /* none is given, and the file is the one before */
    int64_t line, column; /* of that byte, from 1; column 0: unknown up to the next directive */
} LineDir;

typedef struct {
    LineDir *ptr;
    isize len, cap;
} LineDirList;

/* Whether a comment, which has been read to its end, may be a directive. A block may be one
 * anywhere, "//" only where a line begins; `begin` may be followed by anything. */
static inline bool linedir_may_be(const char *begin, SourcePos pos)
{
    return memcmp(begin + 2, "line ", 5) == 0 && (begin[1] == '*' || pos == 0 || begin[-1] == '\n');
}

/* Adds what the comment says, on the arena of the errors, or what is wrong with it. Nothing for a
 * comment that is no directive, or that has nothing behind it. */
void linedir_read(LineDirList *list, Str text, Comment c, DiagnosticList *errors);

#endif
