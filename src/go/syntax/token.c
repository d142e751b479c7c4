#include "go/syntax/token.h"

static const Str texts[TOKEN_COUNT] = {
#define TOKEN(name, text, precedence) STR_CONST(text),
#include "go/syntax/token.def"
#undef TOKEN
};

const uint8_t token_precedences[TOKEN_COUNT] = {
#define TOKEN(name, text, precedence) precedence,
#include "go/syntax/token.def"
#undef TOKEN
};

Str token_text(Token tok)
{
    return texts[tok];
}
