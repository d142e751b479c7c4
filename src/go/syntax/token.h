/* The tokens of Go, with the names that go/token gives them. */
#ifndef GO_SYNTAX_TOKEN_H
#define GO_SYNTAX_TOKEN_H

#include "base/str.h"

typedef enum {
#define TOKEN(name, text, precedence) TOKEN_##name,
#include "go/syntax/token.def"
#undef TOKEN
    TOKEN_COUNT,
} Token;

/* "+=", "func", "IDENT"; a literal of the program. */
Str token_text(Token tok);

/* Of a binary operator, 1 to 5; 0 for any other token. */
extern const uint8_t token_precedences[TOKEN_COUNT];

static inline int token_precedence(Token tok)
{
    return token_precedences[tok];
}

/* Identifiers and literals of the basic types. */
static inline bool token_is_literal(Token tok)
{
    return tok >= TOKEN_IDENT && tok <= TOKEN_STRING;
}

static inline bool token_is_keyword(Token tok)
{
    return tok >= TOKEN_BREAK && tok <= TOKEN_VAR;
}

#endif
