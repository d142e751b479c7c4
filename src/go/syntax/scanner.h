/*
 * From text to tokens, as go/scanner: automatic semicolons, every form of literal, and its errors
 * in its words.
 *
 * A text that is scanned is followed by SCANNER_PADDING bytes of zero, so that nothing has to ask
 * at each byte whether it is the last. Positions are byte offsets; a text has at most
 * SCANNER_MAX_TEXT.
 */
#ifndef GO_SYNTAX_SCANNER_H
#define GO_SYNTAX_SCANNER_H

#include "go/syntax/linedir.h"
#include "go/syntax/token.h"

#define SCANNER_PADDING 16
#define SCANNER_MAX_TEXT (1024 * MIB) /* offsets have 32 bits, and trees are larger than texts */

typedef struct {
    Comment *ptr;
    isize len, cap;
} CommentList;

typedef struct {
    /* The token that scanner_next found. */
    Token tok;
    SourcePos pos, end;
    bool is_newline; /* of a semicolon: it stands for the end of a line, or of the file */

    Str text;
    const char *at;      /* the byte that is read next */
    bool inserts_semi;   /* the end of the line means a semicolon now */
    const char *semi_at; /* NULL, or the first line end of a comment that means one */
    DiagnosticList *errors;
    Arena *arena;         /* of the comments */
    CommentList comments; /* of all that was read so far, in their order */
    LineDirList linedirs; /* on the arena of the errors */
} Scanner;

/* The text and the list of errors stay the caller's. */
void scanner_init(Scanner *s, Arena *a, Str text, DiagnosticList *errors);

/* Reads the next token, passing over comments, and gives its kind. At the end of the text that is
 * TOKEN_EOF, however often it is asked for. */
Token scanner_next(Scanner *s);

/* The text of the token: of literals, keywords and operators as it stands in the source. */
static inline Str scanner_text(const Scanner *s)
{
    return (Str){s->text.ptr + s->pos, (isize)s->end - (isize)s->pos};
}

#endif
