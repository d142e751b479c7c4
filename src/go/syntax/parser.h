/*
 * From the text of a Go file to its tree.
 *
 * What is accepted, how the parser recovers from errors, and what it says of them are those of
 * go/parser with AllErrors: a tree comes out of any text, with BadExpr, BadStmt and BadDecl where
 * nothing better could be made of it. Every version of the language is read; what a file may use at
 * its own version is another's question.
 *
 * Calls nest as the text does, until maxNestLev, or the end of the stack that the thread has:
 * "exceeded max nesting depth" is told of both. A thread of os/pool.h's pool_run_deep or of
 * os/schedule.h has stack for all that maxNestLev allows.
 */
#ifndef GO_SYNTAX_PARSER_H
#define GO_SYNTAX_PARSER_H

#include "go/syntax/ast.h"

#define PARSER_MAX_NESTING 100000 /* maxNestLev of go/parser */

typedef enum {
    PARSER_WHOLE,
    PARSER_IMPORTS, /* the rest is not read */
    PARSER_PACKAGE, /* the clause alone */
} ParserExtent;

/* Where trees are made, one after the other, by one thread; what it holds between two files is of
 * no use. It lives on an arena that nothing else uses: {.arena = &own} begins one. */
typedef struct {
    Arena *arena;
    uint32_t *words; /* of the tree */
    isize words_cap;
    AstNode *stack; /* elements of lists that are not complete */
    isize stack_cap;
    CommentList comments;
    uintptr_t stack_floor; /* down to which calls of this thread may nest; 0: not asked for yet */
} ParserRoom;

typedef struct {
    Arena *arena; /* of the tree, and of what is said of the file */
    ParserRoom *room;
    NameCache *names; /* of this thread */
    ParserExtent extent;
    bool is_brief; /* passes over what likely follows from an error: as without AllErrors, an error
                      of the parser on the line of the one before */
    bool is_compiler; /* goes on after errors as cmd/compile does where that is another way, and
                         counts those that it does not call errors of the syntax: AstFile.n_mild */
} ParserInput;

/* Parses text, which is followed by SCANNER_PADDING bytes of zero. Errors are added to the list,
 * by place. False when there is no package clause: then nothing else of *ret can be used. */
bool parser_parse(const ParserInput *in, Str text, AstFile *ret, DiagnosticList *errors);

#endif
