/*
 * Directives: comments like "//go:noinline", and the declaration that cmd/compile hands each to.
 *
 * A declaration takes those between the statement or declaration before it and its own first token
 * behind the keyword; "import", "const", "type" and "var" with parentheses have none of their own,
 * each line in them may. What nobody takes is misplaced.
 */
#ifndef GO_SYNTAX_DIRECTIVE_H
#define GO_SYNTAX_DIRECTIVE_H

#include "go/syntax/ast.h"

typedef enum {
    DIRECTIVE_STRAY,   /* nobody takes it */
    DIRECTIVE_TRAILS,  /* something stands before it on its line */
    DIRECTIVE_OF_FILE, /* it stands above the package clause, or in it */
    DIRECTIVE_OF_DECL,
} DirectivePlace;

typedef struct {
    SourcePos pos; /* of "go:" */
    Str text;      /* from there to the end of the line */
    DirectivePlace place;
    AstNode owner; /* DIRECTIVE_OF_DECL: AstFuncDecl, AstImportSpec, AstValueSpec or AstTypeSpec */
    Token keyword; /* of the owner's declaration */
} Directive;

typedef VEC(Directive) Directives;

/* Those of a file without errors of the syntax, in their order, on a. "//go:build" lines above the
 * package clause are left out. */
Directives directives_of(Arena *a, const AstFile *f);

/* Its first word: "go:linkname". */
Str directive_verb(const Directive *d);

#endif
